"""The session screen as text, at the widths and in the languages it is made for: the blocks of the design, by
the real program with its clock turned by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.screens.stage import Stage, StoryClock, staged
from tests.screens.stories import Play, first_second, inside_data, middle, refused, slips, whole_mail
from tests.ui.golden import check
from tui.desk.options import Layout, Options
from tui.store import paths
from tui.store.history import History
from tui.ui.app import TutorApp
from tui.ui.look import ASCII, UNICODE, Appearance, Glyphs
from tui.words import language

SMALL, MEDIUM, WIDE, NARROW = (80, 24), (120, 36), (200, 50), (50, 20)


async def rows(
    play: Play,
    size: tuple[int, int],
    *,
    glyphs: Glyphs = UNICODE,
    layout: Layout = Layout.AUTO,
    newcomer: bool = False,
) -> list[str]:
    """The screen at the end of a story."""
    if not newcomer:
        History(paths.home().history).append("NOOP")
    clock = StoryClock()
    app = TutorApp(Options(layout=layout), Appearance("night", glyphs))
    with staged(clock):
        async with app.run_test(size=size) as pilot:
            stage = Stage(app, pilot, clock)
            await play(stage)
            shown = [strip.text for strip in app.screen._compositor.render_strips()]
            await stage.left()
    return shown


@pytest.fixture
def chinese(own_home: Path) -> Iterator[None]:
    before = language.current()
    language.use("zh_CN")
    yield
    language.use(before)


@pytest.mark.parametrize(
    ("name", "play", "size"),
    [
        ("middle", middle, SMALL),
        ("middle", middle, MEDIUM),
        ("middle", middle, NARROW),
        ("refused", refused, SMALL),
        ("refused", refused, WIDE),
        ("slips", slips, SMALL),
        ("slips", slips, MEDIUM),
        ("inside-data", inside_data, SMALL),
        ("all-done", whole_mail, SMALL),
    ],
)
async def test_english(name: str, play: Play, size: tuple[int, int]) -> None:
    check(f"session/{name}-{size[0]}x{size[1]}", await rows(play, size))


@pytest.mark.parametrize(
    ("name", "play", "size"),
    [
        ("middle", middle, SMALL),
        ("middle", middle, NARROW),
        ("slips", slips, MEDIUM),
        ("refused", refused, WIDE),
    ],
)
@pytest.mark.usefixtures("chinese")
async def test_chinese(name: str, play: Play, size: tuple[int, int]) -> None:
    check(f"session/{name}-zh_CN-{size[0]}x{size[1]}", await rows(play, size))


async def test_the_first_second_of_a_newcomer() -> None:
    check("session/first-second-80x24", await rows(first_second, SMALL, newcomer=True))


async def test_ascii_names_the_suggestion_instead_of_drawing_it() -> None:
    shown = await rows(refused, SMALL, glyphs=ASCII)
    check("session/refused-ascii-80x24", shown)
    assert all(row.isascii() for row in shown)


async def test_side_by_side_may_be_forced_from_80_columns_on() -> None:
    shown = await rows(refused, SMALL, layout=Layout.SIDE)
    check("session/refused-side-80x24", shown)
    assert shown[3][34] == "│"
