"""Help, commands, choices and connect: how they look, that keys alone suffice, that no text can harm them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.ui import guides
from tests.ui.bench import bench
from tests.ui.bench import page as bench_page
from tests.ui.golden import check
from tests.ui.pages import SIZES, controls, rows, shown, speaking, styles, typed
from tui.desk.destination import Destination
from tui.net.endpoint import Endpoint
from tui.ui.flow import plain
from tui.ui.look import ASCII, COLOURLESS, SIXTEEN, UNICODE
from tui.ui.screens.commands import CommandsPage, command_row
from tui.ui.screens.connect import ConnectPage, ConnectTo, Recent
from tui.ui.screens.fault_rows import View
from tui.ui.screens.help import HelpPage
from tui.ui.screens.page import Page
from tui.ui.screens.question import Choice, ChoicePage, language_page, theme_page
from tui.words.commands import ACTIONS
from tui.words.fault_forms import help_
from tui.words.guide import Guide

MX = Endpoint("mx.example.net", 25)
AT_MX = Destination(MX)
_PAGE = 10  # commands; fewer than any size shows


async def nothing(_chosen: ConnectTo) -> list[str]:
    return []


PAGES: dict[str, Callable[[], Page[Any]]] = {
    "help": HelpPage,
    "commands": CommandsPage,
    "connect": lambda: ConnectPage([Recent(AT_MX, "REAL")], now=AT_MX, test=nothing, save=lambda *_: ""),
    "faults": lambda: bench_page(on=bench("greylist", "rcpt:2-3,*@slow.test=451", "data=drop")[0]),
    "scenario": lambda: bench_page(View.SCENARIO, bench("greylist")[0]),
    "personality": lambda: bench_page(View.PERSONALITY),
    "faults-help": lambda: HelpPage(help_(), at_line=True, about="faults"),
    "language": lambda: language_page("en"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("name", PAGES)
async def test_it_looks_as_it_was_agreed(name: str, lang: str, size: str) -> None:
    with speaking(lang):
        async with shown(PAGES[name](), SIZES[size]) as (_pilot, app):
            check(f"{name}-{size}-{lang}", rows(app))


@pytest.mark.parametrize("name", PAGES)
async def test_ascii_holds_nothing_else_and_moves_no_column(name: str) -> None:
    async with shown(PAGES[name]()) as (_pilot, app):
        drawn = rows(app)
    async with shown(PAGES[name](), glyphs=ASCII) as (_pilot, app):
        plain = rows(app)
    assert [len(row) for row in plain] == [len(row) for row in drawn]
    assert all(row.replace("语言", "").replace("中文", "").isascii() for row in plain)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("theme", [COLOURLESS.name, SIXTEEN.name])
async def test_only_the_terminals_own_colours_where_that_was_asked_for(name: str, theme: str) -> None:
    async with shown(PAGES[name](), (120, 36), theme=theme) as (_pilot, app):
        for style in styles(app):
            for colour in (style.color, style.bgcolor):
                assert colour is None or colour.is_default or theme == SIXTEEN.name
                assert colour is None or colour.triplet is None
                assert colour is None or colour.number not in (0, 4, 7, *range(8, 16))


@pytest.mark.parametrize("name", PAGES)
async def test_every_cell_of_a_coloured_theme_has_a_background(name: str) -> None:
    async with shown(PAGES[name]()) as (_pilot, app):
        assert all(style.bgcolor is not None for style in styles(app))


@pytest.mark.parametrize("name", PAGES)
async def test_escape_leads_back_without_an_answer(name: str) -> None:
    async with shown(PAGES[name]()) as (pilot, app):
        await pilot.press("escape")
        assert app.answered
        assert app.result is None


@pytest.mark.parametrize("size", [(100, 30), (200, 50)])
async def test_from_a_hundred_columns_a_box_stands_over_the_screen(size: tuple[int, int]) -> None:
    async with shown(HelpPage(), size) as (_pilot, app):
        text = rows(app)
        assert text[0].startswith("the wire")
        assert sum("┌" in row for row in text) == sum("└" in row for row in text) == 1


async def test_a_page_follows_the_size_of_the_terminal() -> None:
    async with shown(HelpPage(), (120, 36)) as (pilot, app):
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert rows(app)[0].startswith(" help")
        await pilot.resize_terminal(50, 16)
        await pilot.pause()
        assert rows(app)[15].endswith("Esc back")


async def test_nothing_is_painted_again_while_nothing_changes() -> None:
    async with shown(CommandsPage()) as (pilot, app):
        painted: list[object] = []
        canvas = app.page._canvas
        render = canvas.render_line
        canvas.render_line = lambda y: painted.append(y) or render(y)  # type: ignore[method-assign, func-returns-value]
        app.page.redraw()
        await pilot.pause()
        assert painted == []
        await pilot.press("x")
        await pilot.pause()
        assert 0 not in painted
        assert 2 in painted


# -- help


async def test_the_second_page_of_help_explains_the_line_under_the_cursor() -> None:
    line = Guide((guides.reply("550 5.1.1", "refused for good", "There is no such mailbox."),))
    async with shown(HelpPage(line)) as (pilot, app):
        assert "keys" in rows(app)[2]
        await pilot.press("right")
        assert rows(app)[2] == " reply    550 5.1.1   refused for good"
        await pilot.press("left")
        assert "keys" in rows(app)[2]
    async with shown(HelpPage(line, at_line=True)) as (pilot, app):
        assert rows(app)[2] == " reply    550 5.1.1   refused for good"


async def test_help_scrolls_where_rows_are_short_and_no_further_than_its_end() -> None:
    async with shown(HelpPage(), (60, 16)) as (pilot, app):
        await pilot.press(*["pagedown"] * 9)
        last = rows(app)[13]
        assert "NO_COLOR" in last
        await pilot.press(*["up"] * 60)
        assert "Enter" in rows(app)[2]


async def test_help_in_few_columns_keeps_its_columns_and_says_that_it_scrolls() -> None:
    async with shown(HelpPage(), (50, 20)) as (_pilot, app):
        drawn = rows(app)
        assert drawn[19].split("  ")[0].strip() == "Up/Down scroll"
        starts = {
            row.index(about)
            for row in drawn
            for about in ("connect, connect", "inbox of", "leave,")
            if about in row
        }
        assert len(starts) == 1


async def test_help_offers_the_language() -> None:
    async with shown(HelpPage()) as (pilot, app):
        await pilot.press("l")
        await pilot.pause()
        assert app.asked == ["language"]


# -- commands


async def test_a_part_of_a_name_in_english_or_chinese_finds_a_command() -> None:
    async with shown(CommandsPage()) as (pilot, app):
        await typed(pilot, "inb")
        assert [row.split()[1] for row in rows(app) if "❯" in row] == ["inbox"]
        await pilot.press("enter")
        assert app.result == "inbox"
    with speaking("zh_CN"):
        async with shown(CommandsPage()) as (pilot, app):
            await pilot.press("收")
            assert [row.split()[1] for row in rows(app) if "❯" in row] == ["收件箱"]
            await pilot.press("ctrl+u", "i", "n", "b", "enter")
            assert app.result == "inbox"


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("size", [(40, 24), (50, 24), (80, 24), (120, 36)])
async def test_each_row_says_what_to_type_for_it(lang: str, size: tuple[int, int]) -> None:
    with speaking(lang):
        async with shown(CommandsPage(), size) as (pilot, app):
            listed = set(" ".join(rows(app)).split())
            for _ in range(0, len(ACTIONS), _PAGE):
                await pilot.press(*["down"] * _PAGE)
                await pilot.pause()
                listed |= set(" ".join(rows(app)).split())
            assert {f"/{one.typed}" for one in ACTIONS if one.typed} <= listed
            await typed(pilot, "/compo")
            await pilot.press("enter")
            assert app.result == "compose"


async def test_arrows_choose_and_stop_at_both_ends() -> None:
    async with shown(CommandsPage()) as (pilot, app):
        await pilot.press("up", "down", "down", "enter")
        assert app.result == "compose"
    async with shown(CommandsPage()) as (pilot, app):
        await pilot.press(*["down"] * 40, "enter")
        assert app.result == "quit"


async def test_what_fits_no_command_says_so_and_does_nothing() -> None:
    async with shown(CommandsPage("zzz")) as (pilot, app):
        assert "No command has that in its name." in rows(app)[4]
        await pilot.press("enter")
        assert not app.answered


# -- choices


async def test_a_choice_answers_with_its_id_and_begins_at_the_present_one() -> None:
    async with shown(language_page("zh_CN")) as (pilot, app):
        assert [row.strip() for row in rows(app)[2:4]] == ["( ) English", "❯ (x) 中文"]
        await pilot.press("up", "enter")
        assert app.result == "en"


async def test_every_theme_can_be_chosen_also_on_a_low_screen() -> None:
    names = ["night", "paper", "ansi", "none", *(f"theme-{n}" for n in range(30))]
    async with shown(theme_page("night", names), (60, 14)) as (pilot, app):
        await pilot.press(*["down"] * 50)
        assert any("❯ ( ) theme-9" in row for row in rows(app))
        await pilot.press("enter")
        assert app.result == "theme-9"


async def test_a_question_says_first_what_has_to_be_known() -> None:
    page = ChoicePage(
        "question",
        "leave?",
        [Choice("stay", "stay"), Choice("go", "leave")],
        sentences=["It is not finished."],
    )
    async with shown(page) as (pilot, app):
        assert "It is not finished." in rows(app)[2]
        await pilot.press("enter")
        assert app.result == "stay"


# -- foreign text

HOSTILE = "\x1b]0;x\x07[@click=app.quit]x[/] [/foo]\u202e中文\x9b31m"


def hostile_pages() -> list[Page[object]]:
    line = Guide((guides.reply("550", "refused", "visible() was here"),))
    pages: list[object] = [
        CommandsPage(HOSTILE),
        ConnectPage([Recent(Destination(Endpoint(HOSTILE, 25)))], now=Destination(Endpoint(HOSTILE, 25))),
        HelpPage(line, at_line=True),
    ]
    return pages  # type: ignore[return-value]


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("size", SIZES)
async def test_foreign_text_is_shown_literally_and_harms_nothing(at: int, size: str) -> None:
    async with shown(hostile_pages()[at], SIZES[size]) as (_pilot, app):
        assert controls(app) == ""
        assert "\u202e" not in "".join(rows(app))
        if at < 2:
            assert "[@click=app.quit]x[/]" in "".join(rows(app))


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
@pytest.mark.parametrize("width", [60, 80, 82])
def test_what_a_command_does_is_said_whole_or_not_at_all(lang: str, width: int) -> None:
    with speaking(lang):
        for one in ACTIONS:
            row = plain(command_row(one, width, UNICODE, chosen=False))
            assert "..." not in row.replace(one.name, ""), row


@pytest.mark.parametrize("name", ["commands", "language"])
async def test_help_over_a_page_says_first_what_its_keys_do(name: str) -> None:
    page = HelpPage(keys=PAGES[name]().keys_in_words())
    async with shown(page) as (_pilot, app):
        text = rows(app)
        here, prompt = (
            next(at for at, row in enumerate(text) if label in row) for label in (" here", " prompt")
        )
        assert here < prompt
        assert any("Enter" in row for row in text[here:prompt])


@pytest.mark.parametrize("lang", ["en", "zh_CN"])
async def test_help_needs_no_scrolling_where_there_is_room(lang: str) -> None:
    with speaking(lang):
        async with shown(HelpPage(), (120, 36)) as (_pilot, app):
            text = "\n".join(rows(app))
            assert "--ascii" in text
            assert "^T" in text
        async with shown(HelpPage(), (80, 24)) as (_pilot, app):
            assert "--ascii" in "\n".join(rows(app))


async def test_a_list_that_is_longer_than_its_page_says_so() -> None:
    names = [f"theme-{n}" for n in range(30)]
    async with shown(theme_page("theme-0", names), (60, 14)) as (pilot, app):
        assert any(row.strip() == "25 below" for row in rows(app))
        await pilot.press(*["down"] * 9)
        assert any("above" in row and "below" in row for row in rows(app))
