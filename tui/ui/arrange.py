"""The session screen's layout for Textual: boxes of ``grid`` become placements."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual.geometry import Offset, Region, Size, Spacing
from textual.widget import Widget

from tui.ui.grid import Box
from tui.ui.private import ArrangeResult, Layout, WidgetPlacement

Boxes = Mapping[str, Box]
"""Widget id -> where it stands. A widget that is not named, or has no cells, is not shown."""


class BoxLayout(Layout):
    """Asks ``boxes`` at every layout; the children size themselves in no way."""

    name = "boxes"

    def __init__(self, boxes: Callable[[int, int], Boxes]) -> None:
        self._boxes = boxes

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        boxes = self._boxes(size.width, size.height)
        return [
            WidgetPlacement(Region(box.x, box.y, box.width, box.height), Offset(), Spacing(), child)
            for child in children
            if (box := boxes.get(child.id or "")) is not None and box.width and box.height
        ]
