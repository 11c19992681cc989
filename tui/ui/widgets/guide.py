"""The guide: one sheet of hanging labels, its hairlines included (SCREENS §2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum

from rich.segment import Segment
from textual.strip import Strip

from tui.ui.look import Look
from tui.ui.widgets.rows import RowOfRuns, Rows

LEFT_OF_LABEL = 3  # beside the wire: the hairline and two blanks
MARGIN = 1

Lay = Callable[[int, int], Sequence[Sequence[RowOfRuns]]]
"""The rows of each column of the sheet, for so many cells and so many rows."""


class Edge(Enum):
    """Where the hairline runs."""

    LEFT = "left"  # down the first column of each column of the sheet, whose first row stays blank
    TOP = "top"
    NONE = "none"


class GuideSheet(Rows):
    """One column, or two of the same width. ``columns`` and ``edge`` are set before a layout."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.edge = Edge.LEFT
        self.columns = 1
        self._lay: Lay = lambda width, height: ()
        self._right: tuple[RowOfRuns, ...] = ()

    def lay_with(self, lay: Lay) -> None:
        """Show what ``lay`` gives, now and after every change of size."""
        self._lay = lay
        self.relay()

    def relay(self) -> None:
        width, height = self.size
        if not width:
            return
        if self.edge is Edge.NONE:
            margins, above = 2 * MARGIN, 0
        else:
            margins, above = (LEFT_OF_LABEL if self.edge is Edge.LEFT else MARGIN) + MARGIN, 1
        laid = self._lay(width // self.columns - margins, height - above)
        columns = [(*((),) * above, *rows) for rows in laid]
        right = columns[1] if len(columns) > 1 else ()
        if right != self._right:
            self._right = right
            self.refresh()
        self.show(columns[0] if columns else ())

    def on_resize(self) -> None:
        self.relay()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        look, width = self.look, self.size.width
        if self.edge is Edge.TOP and y == 0:
            return Strip([Segment(look.glyphs.horizontal * width, look.hairline)], width)
        each = width // self.columns
        both = (self.rows, self._right)[: self.columns]
        return Strip.join([self._part(look, rows[y] if y < len(rows) else (), each) for rows in both])

    def _part(self, look: Look, row: RowOfRuns, width: int) -> Strip:
        left = Strip.blank(MARGIN)
        if self.edge is Edge.LEFT:
            hairline = Segment(look.glyphs.vertical, look.hairline)
            left = Strip([hairline, Segment(" " * (LEFT_OF_LABEL - 1))], LEFT_OF_LABEL)
        return Strip.join([left, look.strip(row, width - left.cell_length)])
