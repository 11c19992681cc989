"""Compose: what is checked, what will change on the wire, and that no key loses what was typed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual import events

from tests.ui.golden import check
from tests.ui.pages import SIZES, controls, rows, shown, speaking, typed
from tui.desk.composing import compose
from tui.ui.flow import plain
from tui.ui.look import ASCII, UNICODE
from tui.ui.screens.compose import Composed, ComposePage
from tui.ui.screens.draft_check import check_rows, facts, where_date_goes, wire_rows
from tui.ui.widgets.strip import Place
from tui.words.trail import StopState, TrailStop

MAIL = (
    "From: Alice <alice@example.org>\nTo: Bob <bob@sandbox.test>\nSubject: lunch\n\n"
    "Noon, at the usual place?\n.bashrc is attached below.\n\nAlice"
)
PLACE = Place(
    "sandbox",
    "127.0.0.1:40251",
    security="plain text",
    trail=[TrailStop("rcpt", StopState.PASSED), TrailStop("data", StopState.PRESENT)],
    clock="02:48",
)


def page(text: str = MAIL, *, due: bool = True) -> ComposePage:
    return ComposePage(text, due=due, place=PLACE, now=lambda: 0.0)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["en", "zh_CN"])
async def test_it_looks_as_it_was_agreed(size: str, lang: str) -> None:
    with speaking(lang):
        async with shown(page(), SIZES[size]) as (_pilot, app):
            check(f"compose-{size}-{lang}", rows(app))


async def test_f3_answers_with_the_text_and_esc_keeps_it() -> None:
    async with shown(page("a")) as (pilot, app):
        await typed(pilot, "b")
        await pilot.press("enter")
        await typed(pilot, ".c")
        await pilot.press("f3")
        assert app.result == Composed("ab\n.c", send=True)
    async with shown(page("a")) as (pilot, app):
        await pilot.press("escape")
        assert app.result == Composed("a", send=False)


async def test_before_data_f3_sends_nothing_and_says_what_has_to_come_first() -> None:
    async with shown(page(due=False)) as (pilot, app):
        await pilot.press("f3")
        assert not app.answered
        assert any("type DATA first" in row for row in rows(app))
        app.page.news(PLACE, message_due=True)
        await pilot.press("f3")
        assert app.result == Composed(MAIL, send=True)


async def test_f3_on_an_empty_draft_sends_nothing() -> None:
    async with shown(page("")) as (pilot, app):
        await pilot.press("f3")
        assert not app.answered


async def test_f4_adds_a_date_at_the_end_of_the_header_once() -> None:
    async with shown(page()) as (pilot, app):
        await pilot.press("f4", "f4", "f3")
        assert app.result is not None
        lines = app.result.text.split("\n")
        assert lines[3].startswith("Date: Thu, 01 Jan 1970")
        assert lines[4] == ""
        assert app.result.text.count("Date:") == 1


async def test_a_paste_keeps_every_line() -> None:
    async with shown(page("")) as (pilot, app):
        app.post_message(events.Paste("one\r\n\r\nthree"))
        await pilot.press("f3")
        assert app.result == Composed("one\n\nthree", send=True)


async def test_keys_that_come_at_once_are_taken_in_their_order() -> None:
    async with shown(page("")) as (pilot, app):
        for key, character in (
            ("a", "a"),
            ("enter", "\r"),
            ("b", "b"),
            ("up", None),
            ("c", "c"),
            ("f3", None),
        ):
            app.post_message(events.Key(key, character))
        await pilot.pause()
        assert app.result == Composed("ac\nb", send=True)


async def test_the_cursor_stays_in_sight_in_a_long_draft() -> None:
    text = "\n".join(f"line {n}" for n in range(1, 101))
    async with shown(page(text)) as (pilot, app):
        assert any(row.endswith(" line 100") for row in rows(app))
        await pilot.press("ctrl+home")
        assert rows(app)[2] == "   1 line 1"
        assert app.cursor_position == (5, 2)
        await pilot.press("pagedown", "pagedown")
        assert not any(row.endswith(" line 1") for row in rows(app))


HOSTILE = "Subject: \x1b]0;x\x07[@click=app.quit]here[/] \u202edne\n\n[/foo] 中文 \x9b31m"


@pytest.mark.parametrize("size", SIZES)
async def test_foreign_text_is_shown_literally_and_harms_nothing(size: str) -> None:
    async with shown(page(HOSTILE), SIZES[size]) as (_pilot, app):
        text = "\n".join(rows(app))
        assert "[@click=app.quit]here[/]" in text
        assert "[/foo] 中文" in text
        assert "\\x1b]0;x" in text
        assert controls(app) == ""
        assert "\u202e" not in text


def told(text: str, *, stacked: bool = False) -> list[str]:
    return [plain(row) for row in check_rows(text, UNICODE, 69, stacked=stacked)]


def test_that_the_server_takes_less_is_said_before_it_goes_out() -> None:
    def told(limit: int) -> str:
        return " ".join(
            plain(row) for row in check_rows("Subject: x\n", UNICODE, 69, stacked=False, limit=limit)
        )

    assert "! the server takes 11 octets" in told(11)
    assert "takes" not in told(12) + told(0)


def test_the_check_names_what_is_missing_and_where_it_goes_wrong() -> None:
    assert told(MAIL) == [
        "✓ From",
        "✓ To",
        "✓ Subject",
        "! Date missing",
        "✓ blank line, line 4",
        "✓ no line over 998 octets",
        "✓ no 8-bit",
        "8 lines, 143 octets",
    ]
    assert "! no blank line behind the header" in told("From: a\nTo: b")
    assert "! line 2 is no header field" in told("From: a\nhello\n\nx")
    assert "! line 2 is no header field" in told("From: a\n \n\nx")
    assert "✓ blank line, line 3" in told("From: a\n\tfolded\n\nx")
    assert "! line 3 is over 998 octets" in told(f"From: a\n\n{'x' * 999}")
    assert "! 8-bit, line 1" in told("Subject: 你好\n\nx")
    assert "! control character, line 3" in told("Subject: a\n\n\x1b[2J")


@settings(max_examples=100)
@given(text=st.text(alphabet="a.\n\x1b\t é中", max_size=60))
def test_the_figures_are_those_of_what_is_sent(text: str) -> None:
    found, sent = facts(text), compose(text)
    assert found.stuffed == sent.stuffed
    assert found.octets == sent.octets - len(sent.stuffed)
    assert found.lines == sent.lines


def test_every_item_is_told_in_words_in_ascii_too() -> None:
    rows_ = [plain(row) for row in check_rows(MAIL, ASCII, 69, stacked=True)]
    assert rows_[0] == "+ From   + To   + Subject   ! Date missing   + blank line, line 4"


def test_the_stuffed_dot_is_shown_before_it_is_sent() -> None:
    assert [plain(row) for row in wire_rows(MAIL, 69)] == [
        "..bashrc is attached below.",
        "^ line 6 begins with a dot: one more is sent, the server takes it off",
    ]
    assert wire_rows("no dot", 69) == []
    assert "so do the lines 2, 3" in plain(wire_rows(".a\n.b\n.", 69)[-1])


@pytest.mark.parametrize(
    ("text", "line"), [("", 0), ("From: a", 1), ("From: a\n\nx", 1), ("From: a\nhello", 1), ("hello", 0)]
)
def test_a_date_goes_to_the_end_of_the_header_wherever_that_is(text: str, line: int) -> None:
    assert where_date_goes(text.split("\n")) == line
