"""A course: what is done, what is next."""

from __future__ import annotations

from tui.practice.course import Course, Entry, Group, Standing

ENTRIES = (
    Entry(1, "a", "A", "easy", 5, standing=Standing.DONE),
    Entry(2, "b", "B", "easy", 7, standing=Standing.SHOWN),
    Entry(3, "c", "C", "hard", 20, standing=Standing.BEGUN),
    Entry(4, "d", "D", "hard", 10),
)
COURSE = Course("course", (Group("one", ENTRIES[:2]), Group("two", ENTRIES[2:])))


def test_what_is_done_and_what_is_left() -> None:
    assert COURSE.done == 2
    assert COURSE.minutes_to_do == 30
    assert COURSE.first_unfinished == ENTRIES[2]
    assert Course("done", (Group("one", ENTRIES[:2]),)).first_unfinished is None


def test_finding_an_exercise_and_the_one_after_it() -> None:
    assert COURSE.entry("b") == ENTRIES[1]
    assert COURSE.entry("z") is None
    assert COURSE.after("b") == ENTRIES[2]
    assert COURSE.after("d") is None
    assert COURSE.after("z") is None
