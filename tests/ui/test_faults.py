"""Faults chosen while a session runs, and the greylisting story: a refusal, a step of the clock, the same
line again. The app is the real one, with its sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.bench import bench, page, server
from tests.ui.pages import rows as page_rows
from tests.ui.pages import shown, speaking, typed
from tui.desk.options import Options
from tui.plain.summary import rows
from tui.practice.fault_lines import brief
from tui.ui.app import TutorApp
from tui.ui.look import UNICODE, Appearance
from tui.ui.presenting import parting
from tui.ui.screens.fault_rows import View


class At:
    """The running app."""

    def __init__(self, app: TutorApp, pilot: Pilot[Any]) -> None:
        self.app, self.pilot = app, pilot

    @property
    def text(self) -> str:
        return "\n".join(strip.text.rstrip() for strip in self.app.screen._compositor.render_strips())

    async def sees(self, *parts: str) -> None:
        for _ in range(500):
            if all(part in self.text for part in parts):
                return
            await self.pilot.pause(0.01)
        raise AssertionError(f"{parts} are not all on the screen:\n{self.text}")

    async def enter(self, line: str, *parts: str) -> None:
        self.app.post_message(events.Paste(line))
        await self.pilot.pause()
        await self.pilot.press("enter")
        await self.sees(*parts)


@asynccontextmanager
async def practising(
    name: str, size: tuple[int, int] = (80, 24), greeting: str = "220 sandbox.test"
) -> AsyncIterator[At]:
    app = TutorApp(Options(scenario=name), Appearance("night", UNICODE))
    async with app.run_test(size=size) as pilot:
        at = At(app, pilot)
        await at.sees(greeting)
        yield at
        await app.session.sitting.desk.leave()


STORY: dict[str, tuple[str, ...]] = {
    "en": (
        "not now: greylisting: come back later",
        "Real senders queue the mail and try by themselves: in 5 to 30",
        "^T 5 minutes pass at the sandbox  RCPT TO:<bob@sandbox.test>",
        "5 minutes pass at the sandbox; its clock stands at 05:0",
    ),
    "zh_CN": (
        "灰名单",
        "真正的发信服务器把信放进队列",
        "练习服务器过 5 分钟",
        "练习服务器过了 5 分钟；它的时钟现在是 05:0",
    ),
}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
async def test_greylisting_at_a_key(language: str) -> None:
    headline, sender_does, key, passed = STORY[language]
    with speaking(language):
        async with practising("greylist") as at:
            await at.sees("00:0")
            await at.enter("HELO me", "250 sandbox.test")
            await at.enter("MAIL FROM:<alice@example.org>", "250 2.1.0")
            await at.enter("RCPT TO:<bob@sandbox.test>", "450 4.7.1", headline, sender_does, key)
            await at.enter("RCPT TO:<bob@sandbox.test>", "❯   RCPT TO:<bob@sandbox.test>")
            await at.pilot.press("ctrl+t")
            await at.sees(passed, " 05:0")
            await at.pilot.press("right", "enter")
            await at.sees("250 2.1.5")


async def test_faults_and_clock_by_their_typed_names() -> None:
    async with practising("free") as at:
        await at.enter("/faults rcpt:1=450 Not now", "from the next command on: rcpt:1=450 Not now")
        await at.enter("HELO me", "250 sandbox.test")
        await at.enter("MAIL FROM:<alice@example.org>", "250 2.1.0")
        await at.enter("RCPT TO:<bob@sandbox.test>", "450 Not now")
        await at.enter("RCPT TO:<bob@sandbox.test>", "250 2.1.5")
        await at.enter(
            "/faults tls-required", "from the next connection on: that TLS comes first", "F5 connects"
        )
        await at.enter("/clock 1h", "1 hour pass", "clock 1:00:0")
        await at.enter("/clock soon", '"soon" is no time')


async def test_a_page_to_change_them_on() -> None:
    async with practising("free") as at:
        await at.pilot.press("ctrl+f")
        await at.sees("scenario free, as plain; no fault is on", "rcpt,*@slow.test=452")
        await typed(at.pilot, "noop=451")
        await at.sees("noop, always: 451 4.3.0 Local error", "from the next command on")
        await at.pilot.press("enter")
        await at.sees("from the next command on: noop=451 4.3.0", "1 fault is on", "(x) noop")
        await at.pilot.press("escape")
        await at.sees("from the next command on: noop=451 4.3.0")
        await at.enter("NOOP", "451 4.3.0 Local error")
        await at.pilot.press("ctrl+f", "up", "space")
        await at.sees("from the next command on nothing goes wrong", "❯ ( ) noop")
        await at.pilot.press("escape")
        await at.enter("NOOP", "250 2.0.0")
        await at.enter("/faults on 1", "from the next command on: noop=451 4.3.0")
        await at.enter("NOOP", "451 4.3.0 Local error")


async def test_another_personality_and_scenario_from_the_next_connection_on() -> None:
    async with practising("free") as at:
        await at.pilot.press("ctrl+f", "tab")
        await typed(at.pilot, "submis")
        await at.sees("❯ ( ) submission", "first STARTTLS, then a login")
        await at.pilot.press("enter")
        await at.sees("that TLS comes first, what EHLO tells", "❯ (x) submission")
        await at.pilot.press("tab")
        await typed(at.pilot, "postfix")
        await at.pilot.press("enter")
        await at.sees("postfix from the next connection on; F5 connects again", "❯ (x) postfix")
        await at.pilot.press("escape")
        await at.sees("from the next connection on: that TLS", "postfix from the next connection on; F5")
        await at.enter("HELO me", "250 sandbox.test")
        await at.enter("QUIT", "221")
        await at.pilot.press("f5")
        await at.sees("ESMTP Postfix")
        await at.enter("EHLO me", "250-STARTTLS")
        await at.enter("MAIL FROM:<alice@example.org>", "530 5.7.0")


async def test_a_fault_added_inside_a_message_holds_at_its_dot() -> None:
    async with practising("free") as at:
        for line in ("HELO me", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA", "hi"):
            await at.enter(line)
        await at.pilot.press("ctrl+f")
        await typed(at.pilot, "message=452")
        await at.pilot.press("enter", "escape")
        await at.enter(".", "452 4.3.1 Not enough room")


async def test_what_was_lost_is_said_behind_the_250() -> None:
    async with practising("loses", (80, 30)) as at:
        for line in ("HELO me", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA", "hi"):
            await at.enter(line)
        await at.enter(".", "250 2.6.0", "the sandbox said 250 and lost 1 mail")
        said = at.text
        assert said.index("S   250 2.6.0") < said.index("the sandbox said 250")
        await at.sees("accepted, and lost", "A 250 is a promise")
        await at.sees("A sender deletes its copy now", "look: the mail is not there")
        assert "the first mail is sent" not in at.text
        await at.pilot.press("f7")
        await at.sees("There is no mail, though the dot was answered 250.", "1 mail was accepted and lost")
        await at.pilot.press("escape")
        await at.enter("/scenario free", "from the next command on nothing goes wrong")
        await at.enter("NOOP", "250 2.0.0")
        assert "accepted, and lost" not in at.text
        for line in ("MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA", "hi"):
            await at.enter(line)
        await at.enter(".", "accepted: F7 shows it")
        desk = at.app.session.sitting.desk
        assert [one.lost for one in desk.practice.accepted] == [True, False]
        assert parting(replace(desk.farewell, transcript=None)) == (
            "1 mail sent, to bob@sandbox.test; 1 was accepted and lost; no transcript was kept"
        )
        assert "* the sandbox said 250 and lost 1 mail: it is in no inbox, and nobody is told" in rows(
            desk.practice, desk.farewell, mail="mail"
        )


async def test_the_end_of_a_session_whose_mail_is_lost() -> None:
    async with practising("loses", (80, 30)) as at:
        for line in ("HELO me", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA", "hi"):
            await at.enter(line)
        await at.enter(".", "accepted, and lost")
        await at.enter(
            "QUIT", "said that it has the mail, and has lost it", "F7  look: the mail is not there"
        )


async def test_a_yes_to_a_bad_certificate_leads_into_tls() -> None:
    async with practising("expired-certificate") as at:
        await at.enter("EHLO me", "250-STARTTLS")
        await at.enter("STARTTLS", "it has expired", "question")
        await at.enter("yes", "NOT VERIFIED", "since TLS began", "MAIL FROM now")


async def test_silence_is_seen_to_be_one() -> None:
    async with practising("silent", greeting="Connected. The server speaks first") as at:
        await at.sees("connect waiting")
        await at.app.session.sitting.desk.leave()


async def test_a_misspelt_fault_stays_to_be_mended() -> None:
    on, still = bench()
    async with shown(page(on=on)) as (pilot, app):
        await typed(pilot, "rcpt=explode")
        await pilot.press("enter")
        assert any('"explode" is nothing that can happen' in row for row in page_rows(app))
        await pilot.press(*["backspace"] * 7)
        await typed(pilot, "drop")
        assert not any("nothing that can happen" in row for row in page_rows(app))
        await pilot.press("enter")
        assert still.scenario == server("free", "rcpt=drop")
        assert still.counted_anew == [False]


async def test_what_was_begun_is_there_when_the_page_comes_again() -> None:
    on, _still = bench()
    async with shown(page(on=on)) as (pilot, _app):
        await typed(pilot, "rcpt=45")
        await pilot.press("escape")
    async with shown(page(on=on)) as (_pilot, app):
        assert any("❯ rcpt=45" in row for row in page_rows(app))


async def test_a_fault_is_changed_in_its_place_and_taken_away() -> None:
    on, still = bench("free", "rcpt=450 a", "data=450 b")
    async with shown(page(on=on)) as (pilot, app):
        await pilot.press("up", "enter", "backspace")
        assert any("change   ❯ data=450" in row for row in page_rows(app))
        await typed(pilot, "c")
        await pilot.press("enter")
        assert still.scenario == server("free", "rcpt=450 a", "data=450 c")
        await pilot.press("up", "up", "delete")
        assert still.scenario == server("free", "data=450 c")


async def test_what_would_never_happen_beside_another_one_goes_off_and_that_is_said() -> None:
    on, still = bench("greylist")
    async with shown(page(on=on)) as (pilot, app):
        await typed(pilot, "greylist=1h 450 x")
        await pilot.press("enter")
        assert still.scenario == server("greylist", "greylist=1h 450 x")
        text = " ".join(" ".join(page_rows(app)).split())
        assert "greylist=5m is off now: it would never happen beside greylist=1h" in text
        assert [(one.on, brief(one.trouble)) for one in on.switches] == [
            (True, "greylist=1h"),
            (False, "greylist=5m"),
        ]
        await pilot.press("up", "space")
        text = " ".join(" ".join(page_rows(app)).split())
        assert "greylist=1h is off now: it would never happen beside greylist=5m" in text


async def test_what_nobody_can_meet_is_said() -> None:
    on, _still = bench("greylist")
    async with shown(page(on=on)) as (pilot, app):
        await typed(pilot, "auth=535")
        await pilot.press("enter")
        text = " ".join(" ".join(page_rows(app)).split())
        assert "auth=535 happens to nobody here: AUTH is not offered" in text
        await typed(pilot, "noop=450")
        await pilot.press("enter")
        assert "happens to nobody" not in " ".join(page_rows(app))


async def test_a_form_is_put_in_the_line() -> None:
    on, still = bench()
    async with shown(page(on=on)) as (pilot, _app):
        await pilot.press("down", "enter", "backspace")
        await typed(pilot, "1")
        await pilot.press("enter")
        assert still.scenario == server("free", "rcpt=451")


async def test_a_scenario_taken_again_begins_anew_and_nothing_stays_switched_off() -> None:
    on, still = bench("later")
    async with shown(page(on=on)) as (pilot, app):
        await pilot.press("up", "space", "tab")
        assert any("❯ (x) later" in row for row in page_rows(app))
        await pilot.press("enter")
        assert still.scenario == server("later")
        assert still.counted_anew == [False, True]
        assert all(one.on for one in on.switches)


async def test_what_fits_no_name_says_so() -> None:
    async with shown(page(View.PERSONALITY)) as (pilot, app):
        await typed(pilot, "zzz")
        await pilot.press("enter")
        assert any("none has that in its name" in row for row in page_rows(app))


@pytest.mark.parametrize("view", list(View))
@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 20)])
async def test_what_is_chosen_is_in_sight(view: View, size: tuple[int, int]) -> None:
    async with shown(page(view, bench("greylist", "rcpt=450")[0]), size) as (pilot, app):
        await pilot.press("pageup", "pageup", "pageup")
        for _ in range(24):
            assert sum("❯" in row for row in page_rows(app)) == 1
            await pilot.press("down")


async def test_f1_explains_the_line() -> None:
    async with shown(page()) as (pilot, app):
        await pilot.press("f1")
        await pilot.pause()
        assert any("=450 TEXT" in row for row in page_rows(app))
        await pilot.press("escape")
        assert any("[faults]" in row for row in page_rows(app))


async def test_a_description_that_its_row_cuts_is_said_whole_below_the_list() -> None:
    about = next(about for name, about in page()._people if name == "exim")

    def below(text: list[str]) -> str:
        return " ".join("\n".join(text).partition(" holds ")[2].replace("│", " ").split())

    async with shown(page(View.PERSONALITY), (60, 18)) as (pilot, app):
        await pilot.press("e", "x", "i", "m")
        assert about in below(page_rows(app))
        await pilot.resize_terminal(120, 36)
        await pilot.pause()
        assert about not in below(page_rows(app))
