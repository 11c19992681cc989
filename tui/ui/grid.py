"""Where everything of the session screen stands, from nothing but the size (SCREENS §2, §3). Pure.

All boxes are in cells of the terminal. The wire's box is all that the wire may take; how much of it is used
depends on how much was said: the prompt stands directly under the last line.
"""

from __future__ import annotations

from enum import Enum

from tui.values import value

LEAST_WIDTH, LEAST_HEIGHT = 40, 12
STACKED_FROM, SIDE_FORCED_FROM, SIDE_FROM, THREE_FROM = 60, 80, 100, 160

GUIDE_WIDE = 56
GUIDE_NARROW = 46
WIRE_COMFORT = 64  # side by side the wire has this first
WIRE_LEAST_ROWS = 4
GUIDE_LEAST_ROWS = 3  # steps in two rows, the headline of the reply
GUIDE_ROWS_ONE_PANE = 2  # the present step, the headline of the reply
UNDER_WIRE = 2  # prompt and mode line
TIMES_FROM = 80  # beside two columns of guide a wire of as many columns shows time and latency by itself
CLOCK_FROM = 90  # where they were asked for, a narrower one shows the latency alone


class Times(Enum):
    """What stands behind a line."""

    NONE = "none"
    LATENCY = "latency"
    BOTH = "both"  # the time of day, and the latency


class Shape(Enum):
    THREE = "three"
    SIDE = "side"
    STACKED = "stacked"
    ONE = "one"
    NONE = "none"  # too small for any


@value
class Box:
    x: int
    y: int
    width: int
    height: int


NOWHERE = Box(0, 0, 0, 0)


@value
class Grid:
    """``guide`` includes its hairlines: the first column of each side by side, the first row stacked."""

    shape: Shape
    strip: Box
    talk: Box  # wire, prompt and mode line together
    guide: Box
    footer: Box

    @property
    def wire_rows(self) -> int:
        """How many rows the wire may take."""
        return max(0, self.talk.height - UNDER_WIRE)


def grid(width: int, height: int, *, side: bool | None = None, guide_rows: int = 0) -> Grid:
    """``side``: side by side from 80 columns on (True), never (False), by the width (None). ``guide_rows``:
    what the guide cannot do without when it is stacked, or wants in one pane, its hairline not counted."""
    if width < LEAST_WIDTH or height < LEAST_HEIGHT:
        return Grid(Shape.NONE, NOWHERE, NOWHERE, NOWHERE, NOWHERE)
    shape = _shape(width, side)
    strip, footer = Box(0, 0, width, 1), Box(0, height - 1, width, 1)
    if shape is Shape.THREE:
        wire = width - 2 * GUIDE_WIDE
        guide = Box(wire, 1, 2 * GUIDE_WIDE, height - 2)
        return Grid(shape, strip, Box(0, 2, wire, height - 3), guide, footer)
    if shape is Shape.SIDE:
        columns = min(GUIDE_WIDE, max(GUIDE_NARROW, width - WIRE_COMFORT))
        talk = Box(0, 2, width - columns, height - 3)
        return Grid(shape, strip, talk, Box(width - columns, 1, columns, height - 2), footer)
    if shape is Shape.STACKED:
        rows = stacked_rows(height, guide_rows)
        talk = Box(0, 1, width, height - 3 - rows)
        return Grid(shape, strip, talk, Box(0, 1 + talk.height, width, rows + 1), footer)
    rows = one_pane_rows(height, guide_rows)
    talk = Box(0, 1, width, height - 3 - rows)
    return Grid(shape, strip, talk, Box(0, 1 + talk.height, width, rows + 1), footer)


def times_shown(shape: Shape, width: int, wanted: bool | None) -> Times:
    """``width`` is the wire's. ``wanted``: nobody said anything (None), or asked for it (True), or had enough
    of it (False)."""
    roomy = shape is Shape.THREE and width >= TIMES_FROM
    if wanted is False or (wanted is None and not roomy):
        return Times.NONE
    return Times.BOTH if roomy or width >= CLOCK_FROM else Times.LATENCY


def stacked_rows(height: int, needed: int = 0) -> int:
    """Rows of the stacked guide: half of what there is, more if it cannot do with that, never the wire's last
    four."""
    body = height - 3  # strip, hairline, footer
    most = body - UNDER_WIRE - WIRE_LEAST_ROWS
    return max(GUIDE_LEAST_ROWS, min(most, max(body // 2, needed)))


def one_pane_rows(height: int, needed: int = 0) -> int:
    """Rows of the guide under 60 columns: two, more for a hint that was asked for, never more than half nor
    the wire's last four."""
    body = height - 3  # strip, hairline, footer
    most = min(body // 2, body - UNDER_WIRE - WIRE_LEAST_ROWS)
    return max(GUIDE_ROWS_ONE_PANE, min(most, needed))


def _shape(width: int, side: bool | None) -> Shape:
    if width < STACKED_FROM:
        return Shape.ONE
    if side is False:
        return Shape.STACKED
    if width >= THREE_FROM:
        return Shape.THREE
    return Shape.SIDE if width >= (SIDE_FORCED_FROM if side else SIDE_FROM) else Shape.STACKED
