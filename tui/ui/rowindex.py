"""Which rows of the screen belong to which line, where a line may take several."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from itertools import accumulate


class RowIndex:
    """While every line takes one row, as nearly all do, this is nothing but their number."""

    def __init__(self, counts: Iterable[int] = ()) -> None:
        """``counts``: how many rows each line takes."""
        numbers = list(counts)
        self._lines = len(numbers)
        self._ends: array[int] | None = None  # rows up to and with each line
        if any(number > 1 for number in numbers):
            self._ends = array("Q", accumulate(numbers))

    @property
    def rows(self) -> int:
        return self._ends[-1] if self._ends else self._lines

    def append(self, count: int) -> None:
        """One more line."""
        before = self.rows
        if count > 1 and self._ends is None:
            self._ends = array("Q", range(1, self._lines + 1))
        self._lines += 1
        if self._ends is not None:
            self._ends.append(before + count)

    def change(self, line: int, count: int) -> None:
        """A line takes so many rows now; all later ones move."""
        more = count - (self.first_row(line + 1) - self.first_row(line))
        if not more:
            return
        if self._ends is None:
            self._ends = array("Q", range(1, self._lines + 1))
        for later in range(line, self._lines):
            self._ends[later] += more

    def forget(self, lines: int) -> None:
        """The first lines are gone."""
        if self._ends is not None:
            gone = self.first_row(lines)
            self._ends = array("Q", [end - gone for end in self._ends[lines:]])
        self._lines -= lines

    def line_at(self, row: int) -> int:
        return bisect_right(self._ends, row) if self._ends is not None else row

    def first_row(self, line: int) -> int:
        """Where a line begins; one past the last line: the end."""
        if self._ends is None:
            return line
        return self._ends[line - 1] if line else 0

    def begun(self, row: int, end: int) -> int:
        """How many lines begin in these rows."""
        end = min(end, self.rows)
        return self._begun_before(end) - self._begun_before(row) if row < end else 0

    def _begun_before(self, row: int) -> int:
        if self._ends is None or row <= 0:
            return max(0, row)
        return bisect_left(self._ends, row, hi=len(self._ends) - 1) + 1
