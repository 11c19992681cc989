"""Faults chosen while a session runs, and the greylisting story: a refusal, a step of the clock, the same
line again. The app is the real one, with its sandbox."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from tests.ui.pages import rows as page_rows
from tests.ui.pages import shown, speaking, typed
from tui.desk.options import Options
from tui.practice.scenario import Server
from tui.sandbox import scenario
from tui.ui.app import TutorApp
from tui.ui.look import UNICODE, Appearance
from tui.ui.screens.faults import FaultsPage


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
        await at.enter("/faults tls-required", "from the next connection on; F5")
        await at.enter("/clock 1h", "1 hour pass", "clock 1:00:0")
        await at.enter("/clock soon", '"soon" is no time')


async def test_a_page_to_choose_them_on() -> None:
    async with practising("free") as at:
        await at.pilot.press("ctrl+f")
        await at.sees("scenario free; nothing goes wrong on purpose", "( ) greylist")
        await typed(at.pilot, "noop=451")
        await at.pilot.press("enter")
        await at.sees("from the next command on: noop=451 4.3.0")
        await at.enter("NOOP", "451 4.3.0 Local error")
        await at.pilot.press("ctrl+f")
        await at.sees("1 thing goes wrong on purpose", "noop=451 4.3.0")
        await at.pilot.press("down", "delete")
        await at.sees("from the next command on nothing goes wrong")


async def test_what_was_lost_is_said_behind_the_250() -> None:
    async with practising("loses", (80, 30)) as at:
        for line in ("HELO me", "MAIL FROM:<a@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA", "hi"):
            await at.enter(line)
        await at.enter(".", "250 2.6.0", "the sandbox said 250 and lost 1 mail")
        said = at.text
        assert said.index("S   250 2.6.0") < said.index("the sandbox said 250")
        await at.sees("accepted, and lost", "A 250 is a promise")
        assert "the first mail is sent" not in at.text
        await at.enter("NOOP", "250 2.0.0")
        assert "accepted, and lost" not in at.text


async def test_silence_is_seen_to_be_one() -> None:
    async with practising("silent", greeting="Connected. The server speaks first") as at:
        await at.sees("connect waiting")
        await at.app.session.sitting.desk.leave()


def page(server: Server | None = None, name: str = "free") -> FaultsPage:
    shipped = [(one, scenario.load(one).told("en")) for one in scenario.shipped()]
    return FaultsPage(server or Server(), shipped, name=name)


async def test_a_misspelt_fault_stays_to_be_mended() -> None:
    async with shown(page()) as (pilot, app):
        await typed(pilot, "rcpt=explode")
        await pilot.press("enter")
        assert not app.answered
        assert any('"explode" is nothing that can happen' in row for row in page_rows(app))
        await pilot.press(*["backspace"] * 7)
        await typed(pilot, "drop")
        assert not any("nothing that can happen" in row for row in page_rows(app))
        await pilot.press("enter")
        assert app.result == "rcpt=drop"


@pytest.mark.parametrize(
    ("keys", "result"),
    [
        (("down", "enter"), "busy"),
        (("up", "down", "down", "up", "enter"), "busy"),
        (("escape",), None),
        ((*["down"] * 40, "enter"), "wrong-name"),
    ],
)
async def test_a_scenario_is_chosen_with_the_arrows(keys: tuple[str, ...], result: str | None) -> None:
    async with shown(page()) as (pilot, app):
        await pilot.press(*keys)
        assert (app.answered, app.result) == (True, result)


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (60, 14)])
async def test_what_is_chosen_is_in_sight(size: tuple[int, int]) -> None:
    async with shown(page(name="greylist"), size) as (pilot, app):
        for _ in scenario.shipped():
            await pilot.press("down")
            assert sum("❯" in row for row in page_rows(app)) == 1
        assert any("❯ ( ) wrong-name" in row for row in page_rows(app))
