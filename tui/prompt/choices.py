"""What Tab chooses from, as one row of text that stands still while one goes round in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tui.prompt.edit import Line
from tui.prompt.view import view
from tui.smtp.display import cells, visible

MORE: Final = "..."
_LONGEST: Final = 36  # cells of one choice
_NARROWEST: Final = 16  # cells


def choices_row(choices: Sequence[str], chosen: int, width: int) -> str:
    """The page that holds the one that is chosen, in brackets, in at most ``width`` cells. Its place is the
    same whichever of the page it is; ``...`` where there is more. ``chosen`` past the last one marks none.
    "" where there is no room to speak of."""
    if width < _NARROWEST:
        return ""
    shown = [_cut(visible(one), min(_LONGEST, width - 2 * (len(MORE) + 1) - 2)) for one in choices]
    page = _page(shown, chosen if chosen < len(shown) else 0, width)
    row = "".join(f"[{shown[at]}]" if at == chosen else f" {shown[at]} " for at in page)
    before = f"{MORE} " if page.start else ""
    behind = f" {MORE}" if page.stop < len(shown) else ""
    return f"{before}{row}{behind}".rstrip()


def _page(shown: Sequence[str], chosen: int, width: int) -> range:
    """As many as fit at once, from the first on, then the next ones."""
    start = 0
    while True:
        room = width - (len(MORE) + 1 if start else 0)
        stop, used = start, 0
        while stop < len(shown):
            last = stop == len(shown) - 1
            size = cells(shown[stop]) + 2
            if stop > start and used + size + (0 if last else len(MORE) + 1) > room:
                break
            used += size
            stop += 1
        if chosen < stop:
            return range(start, stop)
        start = stop


def _cut(text: str, width: int) -> str:
    if cells(text) <= width:
        return text
    return view(Line(text, 0), width - len(MORE)).text + MORE
