"""The course map: what it shows at each size, what its keys do, and that a pack's texts are only text."""

from __future__ import annotations

import pytest

from tests.ui.golden import check
from tests.ui.pages import rows, shown, speaking, typed
from tui.desk.teaching import Teaching
from tui.practice.course import Course, Entry, Group, Standing
from tui.store.paths import locate
from tui.ui.screens.course import Chosen, CoursePage, What

SIZES = [(80, 24), (120, 36), (50, 20)]


def course() -> Course:
    """The shipped one, with some of it done."""
    import tempfile
    from dataclasses import replace
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        made = Teaching(locate({"SMTPTUTOR_HOME": str(Path(folder))}))
        found = made.course
        made.close()
    (group,) = found.groups
    first, second, third, *rest = group.entries
    begun = (
        replace(first, standing=Standing.DONE, attempts=1),
        replace(second, standing=Standing.SHOWN, attempts=2),
        replace(third, standing=Standing.BEGUN, attempts=1, hints=1),
    )
    return Course(found.title, (Group(group.name, (*begun, *rest)),))


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("size", SIZES)
async def test_it_looks_as_it_was_agreed(lang: str, size: tuple[int, int]) -> None:
    with speaking(lang):
        async with shown(CoursePage(course(), "envelope-and-header"), size) as (_pilot, app):
            check(f"course-{lang}-{size[0]}x{size[1]}", rows(app))


async def test_about_one_exercise_where_there_is_no_room_beside() -> None:
    async with shown(CoursePage(course(), "header-craft"), (80, 24)) as (pilot, app):
        await pilot.press("right")
        check("course-about-en-80x24", rows(app))
        await pilot.press("right")
        assert any("First mail by hand" in row for row in rows(app))


@pytest.mark.parametrize(
    ("keys", "chosen"),
    [
        (("enter",), Chosen("envelope-and-header", What.START)),
        (("down", "enter"), Chosen("several-recipients", What.START)),
        (("up", "up", "up", "up", "enter"), Chosen("first-mail", What.START)),
        (("end", "s"), Chosen("header-craft", What.SOLUTION)),
        (("7", "S"), Chosen("change-of-mind", What.SOLUTION)),
        (("1", "9", "enter"), Chosen("first-mail", What.START)),
        (("r", "r"), Chosen("envelope-and-header", What.RESET)),
        (("r", "escape", "enter"), Chosen("envelope-and-header", What.START)),
        (("r", "down", "R", "enter"), Chosen("several-recipients", What.START)),
        (("escape",), None),
    ],
)
async def test_keys(keys: tuple[str, ...], chosen: Chosen | None) -> None:
    async with shown(CoursePage(course(), "envelope-and-header"), (80, 24)) as (pilot, app):
        await pilot.press(*keys)
        await pilot.pause()
        assert app.result == chosen


async def test_more_exercises_than_rows() -> None:
    entries = tuple(Entry(n, f"e{n}", f"Exercise {n}", "hard", 9) for n in range(1, 25))
    many = Course("long", (Group("all", entries),))
    async with shown(CoursePage(many), (80, 16)) as (pilot, app):
        assert any("more below" in row for row in rows(app))
        await typed(pilot, "24")
        assert any("❯" in row and "Exercise 24" in row for row in rows(app))
        assert any("more above" in row for row in rows(app))


HOSTILE = "[red]x[/] \x1b]0;owned\x07 [@click=app.quit]go[/] 名字" + "\u0301" * 50


async def test_texts_of_a_pack_are_only_text() -> None:
    entry = Entry(1, "e", HOSTILE, "easy", 5, (HOSTILE,), (), HOSTILE, (HOSTILE,), HOSTILE)
    async with shown(CoursePage(Course(HOSTILE, (Group(HOSTILE, (entry,)),))), (120, 36)) as (pilot, app):
        text = "\n".join(rows(app))
        assert "[red]x" in text
        assert "\x1b" not in text
        await pilot.press("enter")
        assert app.result == Chosen("e", What.START)
