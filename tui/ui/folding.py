"""Folding a long line into rows of so many cells: between words where there are any, in Chinese between
characters, else anywhere."""

from __future__ import annotations

from rich.cells import cell_len, get_character_cell_size

from tui.ui.flow import may_break


def fold(text: str, width: int) -> tuple[tuple[int, int], ...]:
    """The half-open ranges of code points that make the rows of ``text``, each at most ``width`` cells wide.

    The blank where a row ends stays at its end, so the ranges join to the whole text; a row that it would not
    fit into ends one word before, for a row that began with it would stand askew. At least one range.
    """
    if len(text) <= width and (text.isascii() or cell_len(text) <= width):
        return ((0, len(text)),)
    if text.isascii() and width > 0:
        return _fold_ascii(text, width)
    rows: list[tuple[int, int]] = []
    start, used, seam = 0, 0, 0  # seam: the last place where a row may end
    before, last = "", 0
    for at, char in enumerate(text):
        size = get_character_cell_size(char)
        wide = size == 2 or (last == 2 and size)  # asked first: it is dear to ask each pair of letters
        if before == " " or (wide and before and char != " " and may_break(before, char)):
            seam = at
        if used + size > width and at > start:
            end = seam if seam > start else at  # no seam in this row: anywhere
            rows.append((start, end))
            used = cell_len(text[end:at])
            start = end
        used += size
        before, last = char, size
    rows.append((start, len(text)))
    return tuple(rows)


def _fold_ascii(text: str, width: int) -> tuple[tuple[int, int], ...]:
    """The same where every character is one cell: most lines are, also the hundred thousand of a flood."""
    rows: list[tuple[int, int]] = []
    start = 0
    while len(text) - start > width:
        full = start + width
        end = text.rfind(" ", start, full) + 1
        if end <= start:
            end = full
        rows.append((start, end))
        start = end
    rows.append((start, len(text)))
    return tuple(rows)
