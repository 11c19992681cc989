"""The forty logins on the split screen: what is painted, the picture that can be taken of it, the clipboard,
the log, every file of the user, and what a program is given that we start, hold no trace of the secret."""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from tests.logins.server import MECHANISMS, OUTCOMES, SECRET, USER, b64, forms, serving
from tests.logins.test_forty import BY_PROGRAM, printing
from tui.cli import log
from tui.desk.asking import Feeding
from tui.desk.options import Login, Options, Steps
from tui.net.endpoint import Endpoint
from tui.smtp.sasl import STEPS, Step
from tui.ui.app import TutorApp
from tui.ui.look import UNICODE, Appearance

NAMED = b64(USER.encode()).decode()  # what LOGIN sends of the user, who was named: no secret
BASE64 = b64(SECRET.encode()).decode()
PATIENCE = 20.0  # seconds; only ever reached when a test fails


class Sat:
    """At the screen; ``seen`` holds all that was painted."""

    def __init__(self, app: TutorApp, pilot: Pilot[Any]) -> None:
        self._app, self._pilot = app, pilot
        self.seen: list[str] = []
        self._last = ""

    @property
    def text(self) -> str:
        return "\n".join(strip.text.rstrip() for strip in self._app.screen._compositor.render_strips())

    @property
    def mode(self) -> str:
        """The bold word under the prompt."""
        words = re.findall(r"^ {4,5}(\w+)   ", self.text, re.MULTILINE)
        return str(words[-1]) if words else ""

    @property
    def standing(self) -> int:
        """Characters in the prompt: asterisks, or the user name alone."""
        prompts = re.findall(rf"^ ❯   (\**|{NAMED})(?=[ │]|$)", self.text, re.MULTILINE)
        return len(prompts[-1]) if prompts else 0

    async def until(self, true: Callable[[], object], what: str) -> None:
        async with asyncio.timeout(PATIENCE):
            try:
                while not true():
                    await self._pilot.pause(0.02)
            except asyncio.CancelledError:
                raise AssertionError(f"never {what}:\n{self.text}") from None
        self.look()

    async def sees(self, *parts: str) -> None:
        """One of these."""
        await self.until(lambda: any(part in self.text for part in parts), " or ".join(parts))

    def look(self) -> None:
        """Where nothing has changed, there is nothing to be seen."""
        text = self.text
        if text != self._last:
            self._last = text
            self.seen += [text, self._app.export_screenshot(), self._app.clipboard]

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)
        await self._pilot.pause(0.05)
        self.look()

    async def type(self, text: str) -> None:
        """Into an empty prompt."""
        self._app.post_message(events.Paste(text))
        await self._pilot.pause(0.02)

    async def enter(self, text: str) -> None:
        await self.type(text)
        await self.press("enter")

    # -- one login

    async def connect(self, port: int) -> None:
        if self.mode == "closed":
            await self.enter(f"/connect 127.0.0.1:{port}")
        await self.until(
            lambda: f"REAL  127.0.0.1:{port}" in self.text and self.mode == "command", "connected"
        )
        await self.enter("EHLO client.test")
        await self.sees("✓ EHLO")

    async def send(self, line: str = "") -> None:
        """Enter, and yes where it goes in clear."""
        await self.enter(line)
        if self.mode == "question":
            await self.enter("yes")

    async def fill(self, step: Step) -> None:
        """F4, the secret where it is asked for, F4 again: the line stands hidden in the prompt."""
        await self.press("f4")
        if step is Step.VERIFIED:
            return
        asks = " hidden, then Enter or F4"
        await self.until(lambda: self.standing > 0 or asks in self.text, "the line, or why none")
        if self.standing == 0:
            await self.type(SECRET)
            await self.until(lambda: self.standing == len(SECRET), "hidden")
            await self.press("f4")
            await self.until(lambda: self.standing > len(SECRET), "the line, hidden")

    async def log_in(self, mechanism: str, *, to: str) -> None:
        """Step by step, until the server has decided."""
        steps = STEPS[mechanism]
        for number, step in enumerate(steps, 1):
            await self.sees(f"step {number} of {len(steps)}", to)
            if to in self.text:
                return
            await self.fill(step)
            await self.send()
        await self.sees("an empty line", to)
        if to not in self.text:
            await self.press("enter")  # XOAUTH2 says why, and waits for an empty line
            await self.press("enter")
        await self.sees(to)

    async def leave(self) -> None:
        """Out of the login, then out of the connection."""
        if self._app.session.sitting.desk.feeding is Feeding.SECRET:
            await self.press("ctrl+u")
            await self.send("*")
        if self.mode != "closed":
            await self.press("ctrl+u")
            await self.enter("QUIT")
        await self.until(lambda: self.mode == "closed", "closed")


async def play(sat: Sat, mechanism: str, outcome: str) -> None:
    await sat.enter(f"AUTH {mechanism}")
    await sat.sees("535 5.7.8 not now" if outcome == "late" else "334 ")
    if outcome == "success":
        await sat.log_in(mechanism, to="logged in")
    elif outcome in {"failure", "echo"}:
        await sat.log_in(mechanism, to="535 5.7.8")
    elif outcome == "drop":
        await sat.log_in(mechanism, to="in the middle of the login")
    elif outcome == "cancel":
        await sat.fill(STEPS[mechanism][0])
        await sat.press("ctrl+u")
        await sat.send("*")
        await sat.sees("501 5.7.0")
    elif outcome == "clear":
        await sat.send(SECRET)
        await sat.sees("535 5.7.8")
    elif outcome == "garbled":
        await sat.press("f4")
        await sat.press("ctrl+u")
        await sat.send(BASE64)
        await sat.sees("535 5.7.8", f"step 2 of {len(STEPS[mechanism])}")
    else:  # typed after AUTH was refused, and quoted by the server
        await sat.send(BASE64)
        await sat.sees("500 5.5.2")


@pytest.fixture
def logged(tmp_path: Path) -> Iterator[Path]:
    """The file of --log-file."""
    root, ours = logging.getLogger(), logging.getLogger("tui")
    before, level = root.handlers[:], ours.level
    log.start(tmp_path / "log")
    yield tmp_path / "log"
    for handler in set(root.handlers) - set(before):
        root.removeHandler(handler)
        handler.close()
    ours.setLevel(level)


@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_no_trace_of_the_secret(mechanism: str, tmp_path: Path, logged: Path) -> None:
    spy = tmp_path / "spy"
    command = printing(tmp_path, spy) if mechanism in BY_PROGRAM else ()
    steps = Steps(login=Login(user=USER, command=command))
    (tmp_path / "kept").mkdir()
    with serving(mechanism, OUTCOMES[0]) as first:
        app = TutorApp(
            Options(target=Endpoint("127.0.0.1", first), steps=steps), Appearance("night", UNICODE)
        )
        async with app.run_test(size=(100, 40)) as pilot:
            sat = Sat(app, pilot)
            for outcome in OUTCOMES:
                with serving(mechanism, outcome) as port:
                    await sat.connect(first if outcome == OUTCOMES[0] else port)
                    await play(sat, mechanism, outcome)
                    await sat.enter("/copy markdown")
                    await sat.press("up")
                    await sat.press("ctrl+u")
                    await sat.leave()
                    await sat.enter(f"/save {tmp_path}/kept")
    home = Path(os.environ["SMTPTUTOR_HOME"])
    files = [path for folder in (home, tmp_path / "kept") for path in folder.rglob("*") if path.is_file()]
    found = {str(path): path.read_bytes() for path in (*files, logged, *([spy] if command else []))}
    for kind in (".jsonl", ".txt", ".md", "history"):
        assert any(path.endswith(kind) for path in found), kind
    found["the screen"] = "\n".join(sat.seen).encode()
    assert b"AUTH " + mechanism.encode() in found["the screen"] and b"<svg" in found["the screen"]
    traces = [
        (place, form) for place, text in found.items() for form in forms() if form.lower() in text.lower()
    ]
    assert traces == []
