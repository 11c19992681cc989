"""The last row: at most eight keys for what has the keys now (SCREENS §4)."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from tui.ui.widgets.rows import RowOfRuns
from tui.values import value
from tui.words.guide import Run, Tone


@value
class KeyWord:
    """``dropped``: 0 never, else the lower goes first."""

    key: str
    word: str
    dropped: int = 0


def footer_row(keys: Sequence[KeyWord], width: int) -> RowOfRuns:
    """The key bold, its word quiet; what does not fit goes in the order of ``dropped``. Where what is left
    still does not, it stands closer together."""
    gap = 3 if width >= 100 else 2
    shown = list(keys)
    while _cells(shown, gap) > width - 1 and any(one.dropped for one in shown):
        shown.remove(min((one for one in shown if one.dropped), key=lambda one: one.dropped))
    if _cells(shown, gap) > width - 1:
        gap = 1
    runs: list[Run] = [Run(" ")]
    for one in shown:
        if len(runs) > 1:
            runs.append(Run(" " * gap))
        runs += [Run(one.key, bold=True), Run(f" {one.word}", Tone.QUIET)]
    return tuple(runs)


def _cells(keys: Sequence[KeyWord], gap: int) -> int:
    return 1 + sum(cell_len(one.key) + 1 + cell_len(one.word) for one in keys) + gap * (len(keys) - 1)
