"""Help, commands, choices and connect: how they look, that keys alone suffice, that no text can harm them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual import events

from tests.ui import guides
from tests.ui.golden import check
from tests.ui.pages import SIZES, controls, rows, shown, speaking, styles, typed
from tui.desk.destination import Destination
from tui.desk.options import Login, Steps
from tui.net.access import Access, Security, TlsRules
from tui.net.endpoint import Endpoint
from tui.ui.look import ASCII, COLOURLESS, SIXTEEN
from tui.ui.screens.commands import CommandsPage
from tui.ui.screens.connect import ConnectPage, ConnectTo, Recent
from tui.ui.screens.help import HelpPage
from tui.ui.screens.page import Page
from tui.ui.screens.question import Choice, ChoicePage, language_page, theme_page
from tui.words.commands import ACTIONS
from tui.words.guide import Guide

MX = Endpoint("mx.example.net", 25)
AT_MX = Destination(MX)


async def nothing(_chosen: ConnectTo) -> list[str]:
    return []


PAGES: dict[str, Callable[[], Page[Any]]] = {
    "help": HelpPage,
    "commands": CommandsPage,
    "connect": lambda: ConnectPage([Recent(AT_MX, "REAL")], now=AT_MX, test=nothing, save=lambda *_: ""),
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
            listed = " ".join(rows(app)).split()
            for _ in ACTIONS:
                await pilot.press("down")
            await pilot.pause()
            listed += " ".join(rows(app)).split()
            assert {f"/{one.typed}" for one in ACTIONS if one.typed} <= set(listed)
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


# -- connect


async def test_a_typed_server_is_the_answer() -> None:
    async with shown(ConnectPage()) as (pilot, app):
        await typed(pilot, "[::1]:2525")
        assert any("! REAL" in row for row in rows(app))
        await pilot.press("enter")
        assert app.result == ConnectTo(Endpoint("::1", 2525))


async def test_the_sandbox_and_servers_from_before_can_be_chosen() -> None:
    async with shown(ConnectPage([Recent(AT_MX, "REAL")])) as (pilot, app):
        await pilot.press("up", "up", "enter")
        assert app.result == ConnectTo(None)
    async with shown(ConnectPage([Recent(AT_MX, "REAL")])) as (pilot, app):
        await pilot.press("up", "enter")
        assert app.result == ConnectTo(MX)


async def test_an_error_stands_under_the_field_and_nothing_is_answered() -> None:
    async with shown(ConnectPage(now=AT_MX)) as (pilot, app):
        await pilot.press("ctrl+u")
        app.screen.post_message(events.Paste("mx：25"))
        await pilot.press("enter")
        assert not app.answered
        assert rows(app)[3].strip().startswith("!")
        assert "：" in rows(app)[3]
        await pilot.press("backspace")
        assert rows(app)[3].startswith("   security")


async def test_dropping_a_mail_takes_a_typed_yes() -> None:
    async with shown(ConnectPage(now=AT_MX, mail_begun=True)) as (pilot, app):
        await pilot.press("enter", "enter")
        assert not app.answered
        await pilot.press("enter")
        assert any("A mail is begun." in row for row in rows(app))
        await pilot.press("escape")
        assert not app.answered
        await pilot.press("enter")
        await typed(pilot, "yes")
        await pilot.press("enter")
        assert app.result == ConnectTo(MX)


async def test_a_paste_into_a_field_takes_its_first_line() -> None:
    async with shown(ConnectPage()) as (pilot, app):
        app.screen.post_message(events.Paste(" mx.example.org:587\nrest\n"))
        await pilot.press("enter")
        assert app.result == ConnectTo(Endpoint("mx.example.org", 587))


async def test_security_login_jump_and_name_are_part_of_the_answer() -> None:
    async with shown(ConnectPage()) as (pilot, app):
        await typed(pilot, "mx.test")
        await pilot.press("tab", "right")
        assert any("(x) STARTTLS" in row for row in rows(app))
        await pilot.press("tab")
        await typed(pilot, "alice")
        await pilot.press("tab")
        await typed(pilot, "jump")
        await pilot.press("tab")
        await typed(pilot, "me.test")
        await pilot.press("enter")
        assert app.result == ConnectTo(
            Endpoint("mx.test", 25),
            Access(security=Security.STARTTLS, via="jump"),
            Steps(ehlo="me.test", login=Login(user="alice")),
        )


async def test_port_465_is_tls_at_once_unless_another_choice_is_made() -> None:
    async with shown(ConnectPage()) as (pilot, app):
        await typed(pilot, "mx.test:465")
        assert any("(x) TLS at once" in row for row in rows(app))
        await pilot.press("tab", "right", "enter")
        assert app.result == ConnectTo(Endpoint("mx.test", 465), Access(security=Security.PLAIN))
    async with shown(ConnectPage()) as (pilot, app):
        await typed(pilot, "mx.test")
        await pilot.press("tab", "left", "enter")
        assert app.result == ConnectTo(Endpoint("mx.test", 465), Access(security=Security.TLS))


async def test_a_jump_host_that_ssh_could_take_for_an_option() -> None:
    async with shown(ConnectPage(now=AT_MX)) as (pilot, app):
        await pilot.press("down", "down", "down")
        await typed(pilot, "-oProxyCommand=x")
        await pilot.press("enter")
        assert not app.answered
        assert any("is not the name" in row for row in rows(app))


@pytest.mark.parametrize(("down", "text"), [(2, "al\u200bice"), (3, "a jump"), (4, "my name")])
async def test_what_is_wrong_with_a_field_stands_under_it(down: int, text: str) -> None:
    async with shown(ConnectPage(now=AT_MX)) as (pilot, app):
        await pilot.press(*["down"] * down)
        app.screen.post_message(events.Paste(text))
        await pilot.press("enter")
        assert not app.answered
        assert rows(app)[2 + down].startswith(" ❯ ")
        assert rows(app)[3 + down].strip().startswith("!")


async def test_the_sandbox_needs_neither_test_nor_profile() -> None:
    async with shown(ConnectPage(test=nothing, save=lambda *_: "")) as (pilot, app):
        for key in ("ctrl+t", "f8"):
            await pilot.press(key)
            assert any("the sandbox is always here" in row for row in rows(app))
            await pilot.press("down", "up")
        assert not app.answered


@pytest.mark.parametrize(("host", "name"), [("127.0.0.1", ""), ("::1", ""), ("mail.corp.test", "mail")])
async def test_a_profile_is_proposed_a_name_unless_it_is_an_address(host: str, name: str) -> None:
    async with shown(ConnectPage(now=Destination(Endpoint(host, 25)), save=lambda *_: "")) as (pilot, app):
        await pilot.press("f8")
        assert any(row.rstrip() == f" ❯            {name}".rstrip() for row in rows(app))


async def test_what_the_fields_do_not_show_holds_for_the_same_server_only() -> None:
    hidden = Destination(MX, Access(tls=TlsRules(name="other.test")))
    async with shown(ConnectPage(now=hidden)) as (pilot, app):
        await pilot.press("enter")
        assert app.result == ConnectTo(MX, hidden.access)
    async with shown(ConnectPage(now=hidden)) as (pilot, app):
        await typed(pilot, "25")
        await pilot.press("enter")
        assert app.result == ConnectTo(Endpoint("mx.example.net", 2525))


async def test_a_test_says_what_it_found_and_stays() -> None:
    asked: list[ConnectTo] = []

    async def test(chosen: ConnectTo) -> list[str]:
        asked.append(chosen)
        return ["220 mx.example.net", "offers SIZE \x1b[2J"]

    async with shown(ConnectPage(now=AT_MX, test=test)) as (pilot, app):
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert asked == [ConnectTo(MX)]
        assert any(row.startswith("   found      220 mx.example.net") for row in rows(app))
        assert controls(app) == ""
        assert not app.answered


async def test_a_profile_is_kept_under_a_name() -> None:
    kept: list[tuple[str, ConnectTo]] = []

    def save(name: str, chosen: ConnectTo) -> str:
        kept.append((name, chosen))
        return "kept: it"

    async with shown(ConnectPage(now=AT_MX, save=save)) as (pilot, app):
        await pilot.press("f8", "escape")
        assert not app.answered
        await pilot.press("f8", "ctrl+u")
        await typed(pilot, "work")
        await pilot.press("enter")
        assert kept == [("work", ConnectTo(MX))]
        assert any("kept: it" in row for row in rows(app))


async def test_a_broken_file_of_profiles_is_said_and_is_not_fatal() -> None:
    async with shown(ConnectPage(now=AT_MX, fault="servers.toml, line 3: no")) as (pilot, app):
        assert any("servers.toml, line 3: no" in row for row in rows(app))
        await pilot.press("enter")
        assert app.result == ConnectTo(MX)


async def test_more_places_than_there_are_rows_scroll() -> None:
    places = [Recent(Destination(Endpoint(f"mx{n}.test"))) for n in range(30)]
    for size in SIZES.values():
        async with shown(ConnectPage(places), size) as (pilot, app):
            await pilot.press("up")
            assert any("mx29.test" in row for row in rows(app))
            await pilot.press("enter")
            assert app.result == ConnectTo(Endpoint("mx29.test"))


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
