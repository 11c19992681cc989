"""A picture of the screen, after every step of a login by each mechanism: the secret is not in it, also where
the server repeats it in clear, in base64 and in hex."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from tests.logins.server import MECHANISMS, SECRET, USER, forms, serving
from tests.net.scripted import PATIENCE
from tui.desk.options import Login, Options, Steps
from tui.net.endpoint import Endpoint
from tui.smtp.sasl import STEPS, Step
from tui.ui.app import TutorApp
from tui.ui.look import UNICODE, Appearance

#: What the mode line and the guide say where a secret is due, and where an empty line is.
ASKS, NOTHING = " hidden, then Enter or F4", "an empty line"


class Sat:
    """At the screen; ``pictures`` holds what it looked like."""

    def __init__(self, app: TutorApp, pilot: Pilot[Any]) -> None:
        self.app, self.pilot = app, pilot
        self.pictures: list[str] = []

    @property
    def text(self) -> str:
        return "\n".join(strip.text for strip in self.app.screen._compositor.render_strips())

    @property
    def practice(self) -> Any:
        return self.app.session.sitting.desk.practice

    async def until(self, so: Callable[[], object]) -> None:
        async with asyncio.timeout(PATIENCE):
            while not so():
                await self.pilot.pause(0.005)
        await self.look()

    async def look(self) -> None:
        await self.pilot.pause(0.05)
        self.pictures.append(self.app.export_screenshot())

    async def type(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.look()

    async def enter(self, text: str) -> None:
        await self.type(text)
        await self.pilot.press("enter")

    async def answer(self) -> None:
        """F4, the secret where it is asked for, F4 again, Enter, and yes where it goes in clear."""
        session = self.app.session
        await self.pilot.press("f4")
        await self.until(lambda: not session.model.empty or any(one in self.text for one in (ASKS, NOTHING)))
        if session.model.empty and ASKS in self.text:
            await self.type(SECRET)
            await self.pilot.press("f4")
            await self.until(lambda: session.model.text not in {"", SECRET})
        said = self.practice.reply
        await self.pilot.press("enter")
        await self.until(lambda: self.practice.reply is not said or session.sitting.desk.question)
        if session.sitting.desk.question is not None:
            await self.enter("yes")
            await self.until(lambda: self.practice.reply is not said)

    @property
    def ended(self) -> bool:
        return bool(self.practice.reply.reply.code != 334)


@pytest.mark.parametrize(
    ("mechanism", "outcome"), [(one, "echo") for one in MECHANISMS] + [("LOGIN", "success")]
)
async def test_no_picture_holds_the_secret(mechanism: str, outcome: str) -> None:
    with serving(mechanism, outcome) as port:
        options = Options(target=Endpoint("127.0.0.1", port), steps=Steps(login=Login(user=USER)))
        app = TutorApp(options, Appearance("night", UNICODE))
        async with app.run_test(size=(120, 36)) as pilot:
            sat = Sat(app, pilot)
            await sat.until(lambda: app.session._sitting is not None and sat.practice.reply)
            await sat.enter("EHLO client.test")
            await sat.until(lambda: sat.practice.extensions)
            await sat.enter(f"AUTH {mechanism}")
            await sat.until(lambda: sat.practice.login is not None and sat.practice.reply.to.number > 1)
            for step in STEPS[mechanism]:
                if not (sat.ended or step is Step.VERIFIED):
                    await sat.answer()
            while not sat.ended:  # an empty line is due
                await pilot.press("enter")
                await sat.look()
            assert sat.practice.reply.reply.code == (235 if outcome == "success" else 535)
            await sat.look()
            await app.session.sitting.desk.leave(goodbye=False)
    shown = [html.unescape(re.sub(r"<[^>]+>", "", one)).replace("\xa0", " ") for one in sat.pictures]
    assert ("535-5.7.8 no: ********" if outcome == "echo" else "********") in shown[-1]
    assert "220 auth.test" in shown[0]
    found = [form for one in (*sat.pictures, *shown) for form in forms() if form in one.encode()]
    assert not found
