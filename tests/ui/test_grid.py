"""The boxes of SCREENS §2 and §3, at the sizes its blocks were drawn at and at every border between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ui.grid import WIRE_LEAST_ROWS, Box, Grid, Shape, grid


@pytest.mark.parametrize(
    ("width", "side", "shape"),
    [
        (160, None, Shape.THREE),
        (159, None, Shape.SIDE),
        (100, None, Shape.SIDE),
        (99, None, Shape.STACKED),
        (99, True, Shape.SIDE),
        (80, True, Shape.SIDE),
        (79, True, Shape.STACKED),
        (60, None, Shape.STACKED),
        (59, None, Shape.ONE),
        (59, True, Shape.ONE),
        (40, None, Shape.ONE),
        (39, None, Shape.NONE),
        (200, False, Shape.STACKED),
    ],
)
def test_the_width_decides_the_shape(width: int, side: bool | None, shape: Shape) -> None:
    assert grid(width, 36, side=side).shape is shape


def test_twelve_rows_are_enough_and_eleven_are_not() -> None:
    assert grid(80, 12).shape is Shape.STACKED
    assert grid(80, 11).shape is Shape.NONE


@pytest.mark.parametrize(("width", "guide"), [(100, 46), (110, 46), (115, 51), (120, 56), (159, 56)])
def test_side_by_side_the_guide_takes_what_the_wire_can_spare(width: int, guide: int) -> None:
    plan = grid(width, 36)
    assert plan.guide == Box(width - guide, 1, guide, 34)
    assert plan.talk.width == width - guide


def test_the_first_block_of_the_picture() -> None:
    """Screen 1, 80x24: hairline in row 12, ten rows of guide, footer last."""
    plan = grid(80, 24)
    assert plan.talk == Box(0, 1, 80, 11)
    assert plan.guide == Box(0, 12, 80, 11)
    assert plan.footer == Box(0, 23, 80, 1)


def test_three_columns() -> None:
    """Screen 20, 200x50."""
    plan = grid(200, 50)
    assert (plan.talk.width, plan.guide.x, plan.guide.width) == (88, 88, 112)


def test_one_pane_keeps_two_rows_of_the_guide() -> None:
    """Screen 16, 50x20."""
    plan = grid(50, 20)
    assert plan.guide == Box(0, 16, 50, 3)
    assert plan.talk == Box(0, 1, 50, 15)


def test_one_pane_gives_a_hint_rows_but_the_wire_keeps_its_own() -> None:
    assert grid(50, 20, guide_rows=5).guide == Box(0, 13, 50, 6)
    assert grid(40, 12, guide_rows=9).wire_rows == WIRE_LEAST_ROWS


def test_a_guide_that_cannot_do_with_half_takes_from_the_wire() -> None:
    assert grid(80, 24, guide_rows=12).guide.height == 13
    assert grid(80, 24, guide_rows=99).wire_rows == WIRE_LEAST_ROWS


def _boxes(plan: Grid) -> list[Box]:
    boxes = (plan.strip, plan.talk, plan.guide, plan.footer)
    return [box for box in boxes if box.width and box.height]


@given(st.integers(1, 300), st.integers(1, 120), st.sampled_from([None, True, False]), st.integers(0, 60))
def test_boxes_never_overlap_and_the_wire_keeps_its_rows(
    width: int, height: int, side: bool | None, needed: int
) -> None:
    plan = grid(width, height, side=side, guide_rows=needed)
    cells: set[tuple[int, int]] = set()
    for box in _boxes(plan):
        mine = {(x, y) for x in (box.x, box.x + box.width - 1) for y in range(box.y, box.y + box.height)}
        assert all(0 <= x < width and 0 <= y < height for x, y in mine)
        assert not mine & cells
        cells |= mine
    assert plan.shape is Shape.NONE or plan.wire_rows >= WIRE_LEAST_ROWS
