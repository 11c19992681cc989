"""Text in columns of line mode."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from typing import Final, TextIO

from tui.smtp.display import cells

#: Cells that a column keeps, however narrow the terminal is.
_NARROWEST: Final = 7
_GAP: Final = 2


def width_of(stream: TextIO) -> int:
    """The terminal's width; 0 where there is none."""
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except (OSError, ValueError):
        return 0


def widths(rows: Sequence[Sequence[str]]) -> list[int]:
    """What each column needs."""
    return [max(map(cells, column)) for column in zip(*rows, strict=True)]


def narrowed(widths: Sequence[int], elastic: Collection[int], room: int) -> list[int]:
    """So that a row fits into ``room`` cells, as far as elastic columns can give way, the widest first."""
    taken = list(widths)
    while sum(taken) + _GAP * (len(taken) - 1) > room:
        widest = max(elastic, key=lambda column: taken[column])
        if taken[widest] <= _NARROWEST:
            break
        taken[widest] -= 1
    return taken


def aligned(rows: Sequence[Sequence[str]], widths: Sequence[int], right: int = -1) -> Iterator[str]:
    """Columns below each other, each cut to its width. ``right``: the column that is flush right."""
    for row in rows:
        shown = []
        for column, (text, width) in enumerate(zip(row, widths, strict=True)):
            kept = fit(text, width)
            pad = " " * (width - cells(kept))
            shown.append(pad + kept if column == right else kept + pad)
        yield (" " * _GAP).join(shown).rstrip()


def fit(text: str, room: int) -> str:
    """``text`` in so many cells at most, with "..." where some of it is left out."""
    if cells(text) <= room:
        return text
    kept = text[: room - 3]
    while cells(kept) > room - 3:
        kept = kept[:-1]
    return f"{kept}..."
