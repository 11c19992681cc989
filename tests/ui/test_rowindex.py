"""Rows and lines, against the slow way of counting them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.ui.rowindex import RowIndex

COUNTS = st.lists(st.integers(1, 4), max_size=30)
CHANGES = st.lists(st.tuples(st.integers(0, 29), st.integers(1, 5)), max_size=8)


@given(COUNTS, COUNTS, CHANGES, st.integers(0, 40))
def test_it_agrees_with_counting(
    made: list[int], appended: list[int], changes: list[tuple[int, int]], gone: int
) -> None:
    index = RowIndex(made)
    for count in appended:
        index.append(count)
    counts = [*made, *appended]
    for line, count in changes:
        if line < len(counts):
            index.change(line, count)
            counts[line] = count
    gone = min(gone, len(counts))
    index.forget(gone)
    counts = counts[gone:]
    owner = [line for line, count in enumerate(counts) for _ in range(count)]
    assert index.rows == len(owner)
    assert [index.line_at(row) for row in range(len(owner))] == owner
    assert [index.first_row(line) for line in range(len(counts) + 1)] == [
        sum(counts[:line]) for line in range(len(counts) + 1)
    ]
    firsts = [row for row, line in enumerate(owner) if row == 0 or owner[row - 1] != line]
    for row, end in ((0, 5), (3, 9), (2, 2), (0, len(owner)), (4, len(owner) + 3)):
        assert index.begun(row, end) == sum(row <= first < end for first in firsts)
