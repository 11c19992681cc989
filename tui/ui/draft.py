"""A text of many lines being written: lines, a cursor, and how they fold to a width. Neither widget nor mail.

Positions are a line and an index of code points in it, always at a grapheme border.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from rich.cells import cell_len

from tui.prompt.edit import Line
from tui.prompt.graphemes import border_from, clusters
from tui.prompt.prompt import pasted_lines
from tui.smtp.display import visible
from tui.values import value


@value
class Fold:
    """One row of a folded line: the code points ``start`` to ``end`` of it, and how they are shown."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=2048)
def folds(line: str, width: int) -> tuple[Fold, ...]:
    """The rows of a line, at least one: each at most ``width`` cells, broken behind a blank where it can."""
    if len(line) <= width and line.isascii() and line.isprintable():  # as most lines of a mail are
        return (Fold(0, len(line), line),)
    rows: list[Fold] = []
    start = at = used = 0
    text = ""
    blank: tuple[int, str] | None = None  # where the row may end, and its text up to there
    for one in _pieces(line, width):
        shown = _shown(one)
        size = cell_len(shown)
        while used + size > width and text:
            end, head = blank if blank is not None else (at, text)
            rows.append(Fold(start, end, head))
            start, text = end, text[len(head) :]
            used, blank = cell_len(text), None
        text += shown
        used += size
        at += len(one)
        if one == " ":
            blank = (at, text)
    rows.append(Fold(start, at, text))
    return tuple(rows)


def cells_before(line: str, fold: Fold, index: int) -> int:
    """The cell of this row on which the code point ``index`` of the line stands."""
    return sum(cell_len(_shown(one)) for one in clusters(line[fold.start : index]))


def index_at(line: str, fold: Fold, cell: int, *, last: bool) -> int:
    """The code point on this cell of a row, or the end of the row; ``last``: the row ends its line, so the
    cursor may stand behind it."""
    at, used = fold.start, 0
    for one in clusters(line[fold.start : fold.end]):
        size = cell_len(_shown(one))
        if used + size > cell or (at + len(one) >= fold.end and not last):
            break
        at, used = at + len(one), used + size
    return at


def _pieces(line: str, width: int) -> Iterator[str]:
    """What a row is not broken inside: characters as a person sees them; of one that is spelt out at a length
    that fits in no row, its code points."""
    for one in clusters(line):
        if len(one) > 1 and cell_len(_shown(one)) > width:
            yield from one
        else:
            yield one


def _shown(piece: str) -> str:
    return piece if piece.isascii() and piece.isprintable() else visible(piece)


class Draft:
    """The text and its cursor. ``text`` joins lines by LF; at least one line, perhaps empty."""

    def __init__(self, text: str = "") -> None:
        self.lines = list(pasted_lines(text)) if text else [""]
        if text.endswith(("\n", "\r")):
            self.lines.append("")
        self.row = len(self.lines) - 1
        self.column = len(self.lines[-1])
        self._goal: int | None = None  # the cell that Up and Down keep to

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    @property
    def line(self) -> Line:
        """The line with the cursor."""
        return Line(self.lines[self.row], self.column)

    def edit(self, line: Line) -> None:
        """The line with the cursor becomes this one."""
        self.lines[self.row], self.column = line.text, line.cursor
        self._goal = None

    # -- what crosses lines

    def left(self) -> None:
        if self.column == 0 and self.row:
            self._to(self.row - 1, len(self.lines[self.row - 1]))
        else:
            self.edit(self.line.left())

    def right(self) -> None:
        if self.line.at_end and self.row + 1 < len(self.lines):
            self._to(self.row + 1, 0)
        else:
            self.edit(self.line.right())

    def up(self, width: int, rows: int = 1) -> None:
        """By rows of the folded text; on the first one to its start."""
        self._step(width, -rows)

    def down(self, width: int, rows: int = 1) -> None:
        self._step(width, rows)

    def first(self) -> None:
        self._to(0, 0)

    def last(self) -> None:
        self._to(len(self.lines) - 1, len(self.lines[-1]))

    def new_line(self) -> None:
        """Enter: what stands behind the cursor becomes the next line."""
        text = self.lines[self.row]
        self.lines[self.row : self.row + 1] = [text[: self.column], text[self.column :]]
        self._to(self.row + 1, 0)

    def delete_back(self) -> None:
        if self.column == 0 and self.row:
            self._join(self.row - 1)
        else:
            self.edit(self.line.delete_back())

    def delete_forward(self) -> None:
        if self.line.at_end and self.row + 1 < len(self.lines):
            self._join(self.row)
        else:
            self.edit(self.line.delete_forward())

    def paste(self, text: str) -> None:
        """Any number of lines, whatever ends them; a line end at the end of the paste counts."""
        pasted = list(pasted_lines(text))
        if text.endswith(("\n", "\r")):
            pasted.append("")
        if not pasted:
            return
        here = self.lines[self.row]
        head, tail = here[: self.column], here[self.column :]
        pasted[0] = head + pasted[0]
        end = len(pasted[-1])
        pasted[-1] += tail
        self.lines[self.row : self.row + 1] = pasted
        self._to(self.row + len(pasted) - 1, end)

    def insert_line(self, row: int, text: str) -> None:
        """A whole line before line ``row`` (from 0); the cursor stays with its text."""
        self.lines.insert(row, text)
        if row <= self.row:
            self.row += 1

    def _join(self, row: int) -> None:
        """Line ``row`` and the one behind it become one; the cursor stands where they meet."""
        column = len(self.lines[row])
        self.lines[row : row + 2] = [self.lines[row] + self.lines[row + 1]]
        self._to(row, column)

    def _to(self, row: int, column: int) -> None:
        self.row, self.column = row, border_from(self.lines[row], column)
        self._goal = None

    # -- rows of the folded text

    def fold_of_cursor(self, width: int) -> int:
        """Which row of its line holds the cursor."""
        rows = folds(self.lines[self.row], width)
        return next(at for at in range(len(rows) - 1, -1, -1) if rows[at].start <= self.column)

    def cell_of_cursor(self, width: int) -> int:
        """The cell of the cursor in its row; ``width`` where the row is full."""
        line = self.lines[self.row]
        return cells_before(line, folds(line, width)[self.fold_of_cursor(width)], self.column)

    def _step(self, width: int, rows: int) -> None:
        goal = self.cell_of_cursor(width) if self._goal is None else self._goal
        row, at = self.row, self.fold_of_cursor(width) + rows
        while at < 0 and row:
            row -= 1
            at += len(folds(self.lines[row], width))
        while at >= len(folds(self.lines[row], width)) and row + 1 < len(self.lines):
            at -= len(folds(self.lines[row], width))
            row += 1
        line = self.lines[row]
        rows_of_line = folds(line, width)
        if at < 0:
            self._to(0, 0)
        elif at >= len(rows_of_line):
            self._to(row, len(line))
        else:
            last = at == len(rows_of_line) - 1
            self._to(row, index_at(line, rows_of_line[at], goal, last=last))
        self._goal = goal
