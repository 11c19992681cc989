"""The guide: one sheet of hanging labels, its hairline included (SCREENS §2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from textual.strip import Strip

from tui.ui.grid import Shape
from tui.ui.widgets.rows import RowOfRuns, Rows

LEFT_OF_LABEL = 3  # side by side: the hairline and two blanks
MARGIN = 1

Lay = Callable[[int, int], Sequence[RowOfRuns]]
"""Rows for so many columns and so many rows."""


class GuideSheet(Rows):
    """``shape`` says where the hairline runs: the first column side by side, the first row stacked, nowhere
    when the sheet stands alone (NONE)."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.shape = Shape.SIDE
        self._lay: Lay = lambda width, height: ()

    def lay_with(self, lay: Lay) -> None:
        """Show what ``lay`` gives, now and after every change of size."""
        self._lay = lay
        self.relay()

    def relay(self) -> None:
        width, height = self.size
        if not width:
            return
        if self._beside:
            rows = self._lay(width - LEFT_OF_LABEL - MARGIN, height - 1)
            self.show([(), *rows])
        elif self.shape is Shape.NONE:
            self.show(self._lay(width - 2 * MARGIN, height))
        else:
            self.show([(), *self._lay(width - 2 * MARGIN, height - 1)])

    @property
    def _beside(self) -> bool:
        return self.shape in {Shape.SIDE, Shape.THREE}

    def on_resize(self) -> None:
        self.relay()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        look, width = self.look, self.size.width
        if not self._beside and self.shape is not Shape.NONE and y == 0:
            return Strip([Segment(look.glyphs.horizontal * width, look.hairline)], width)
        left = Strip.blank(MARGIN)
        if self._beside:
            blanks = " " * (LEFT_OF_LABEL - 1)
            left = Strip([Segment(look.glyphs.vertical, look.hairline), Segment(blanks)], LEFT_OF_LABEL)
        row = self.rows[y] if y < len(self.rows) else ()
        return Strip.join([left, look.strip(row, width - left.cell_length)])
