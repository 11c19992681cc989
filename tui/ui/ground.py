"""The background behind every cell.

A line-API widget's rows go to the terminal as they are: Textual fills in no background, so where a run names
none the terminal's own would show, a patchwork on most terminals. One filter at the end gives each run the
background of its widget.
"""

from __future__ import annotations

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tui.ui.private import LineFilter


class Ground(LineFilter):
    """Leaves the terminal's own colours alone: a theme made of them sets no background on purpose."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if background.ansi is not None or not background.a:
            return segments
        ground = _style(background)
        return [
            segment
            if segment.control or (segment.style is not None and segment.style.bgcolor is not None)
            else Segment(segment.text, _on(segment.style, ground))
            for segment in segments
        ]


class Chain(LineFilter):
    """Several filters as one. Textual asks each filter about each row of every widget, whatever was painted:
    with the result of all kept as one, a key costs half as many questions."""

    def __init__(self, *filters: LineFilter) -> None:
        super().__init__()
        self._filters = filters

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        for one in self._filters:
            segments = one.apply(segments, background)
        return segments


@lru_cache(maxsize=64)
def _style(background: Color) -> Style:
    return Style(bgcolor=background.rich_color)


@lru_cache(maxsize=512)
def _on(style: Style | None, ground: Style) -> Style:
    return ground if style is None else style + ground
