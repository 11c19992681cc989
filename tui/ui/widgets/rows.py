"""The base of strip, mode line, guide and footer: rows that are replaced as a whole and repainted where they
differ."""

from __future__ import annotations

from collections.abc import Sequence

from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.look import Look, look_of
from tui.words.guide import Run

RowOfRuns = tuple[Run, ...]


class Rows(Widget):
    """Shows what ``show`` was given last; asks for no layout, ever (SPEED §2)."""

    DEFAULT_CSS = """
    Rows { background: transparent; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._rows: tuple[RowOfRuns, ...] = ()

    def show(self, rows: Sequence[RowOfRuns]) -> None:
        """Replace the rows; only those that differ are painted again."""
        before, self._rows = self._rows, tuple(rows)
        if before == self._rows or not self.is_mounted:
            return
        width = self.size.width
        for y in range(max(len(before), len(self._rows))):
            if before[y : y + 1] != self._rows[y : y + 1]:
                self.refresh(Region(0, y, width, 1))

    @property
    def rows(self) -> tuple[RowOfRuns, ...]:
        return self._rows

    @property
    def look(self) -> Look:
        return look_of(self.app)

    def paint(self, look: Look, row: RowOfRuns, width: int) -> Strip:
        """One row of runs as a strip."""
        return look.strip(row, width)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self._rows):
            return Strip.blank(width)
        return self.paint(self.look, self._rows[y], width)
