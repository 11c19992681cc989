"""The same on the split screen of a real terminal, some step by step in each size: every octet that is
written there, and the screen after every key."""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path

import pytest

from tests.logins.server import SECRET, USER, forms, serving
from tests.pty import Terminal
from tui.smtp.sasl import STEPS, Step

ASKS = " hidden, then Enter or F4"
NAMED = base64.b64encode(USER.encode()).decode()  # what LOGIN sends of the user, who was named: no secret
REFUSED = "535 5.7.8 "


class Sat:
    """At the terminal; ``screens`` holds what was seen."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self.screens: list[str] = []

    def sees(self, *parts: str) -> None:
        """One of these."""
        self.terminal.wait(lambda: any(part in self.terminal.text() for part in parts), " or ".join(parts))
        self.screens.append(self.terminal.text())

    @property
    def refused(self) -> bool:
        return REFUSED in self.terminal.text()

    @property
    def standing(self) -> int:
        """Characters in the prompt: asterisks, or the user name alone."""
        prompts = re.findall(rf"^ ❯   (\**|{NAMED})(?=[ │]|$)", self.terminal.text(), re.MULTILINE)
        return len(prompts[-1]) if prompts else 0

    def settled(self) -> int:
        """``standing`` once nothing moves any more."""
        self.terminal.settle(0.2)
        self.screens.append(self.terminal.text())
        return self.standing

    def answer(self, step: Step) -> None:
        """F4, the secret where it is asked for, F4 again, Enter, and yes where it goes in clear."""
        terminal = self.terminal
        terminal.press("f4")
        if step is not Step.VERIFIED:
            terminal.wait(lambda: self.standing > 0 or ASKS in terminal.text(), "the line, or why none")
        if self.settled() == 0 and step is not Step.VERIFIED:
            terminal.type(SECRET)
            terminal.wait(lambda: self.standing == len(SECRET), "hidden")
            terminal.press("f4")
            terminal.wait(lambda: self.standing > len(SECRET), "the line, hidden")
        terminal.press("enter")
        self.settled()
        if re.search(r"^     question ", terminal.text(), re.MULTILINE):
            terminal.enter("yes")

    def log_in(self, mechanism: str) -> None:
        """Step by step, until the server has refused or there is none left."""
        self.terminal.enter(f"AUTH {mechanism}")
        for number, step in enumerate(STEPS[mechanism], 1):
            self.sees(f"step {number} of {len(STEPS[mechanism])}", REFUSED)
            if self.refused:
                return
            self.answer(step)
        self.sees("logged in", "an empty line", REFUSED)
        while "logged in" not in self.terminal.text() and not self.refused:
            self.terminal.press("enter")  # XOAUTH2 says why, and waits for an empty line
            self.settled()


@pytest.mark.parametrize(
    ("mechanism", "size", "outcome"),
    [
        ("SCRAM-SHA-256", (80, 24), "success"),
        ("LOGIN", (80, 24), "echo"),
        ("PLAIN", (120, 36), "echo"),
        ("XOAUTH2", (120, 36), "failure"),
    ],
)
def test_no_trace_of_the_secret(mechanism: str, size: tuple[int, int], outcome: str, tmp_path: Path) -> None:
    env = {"SMTPTUTOR_HOME": str(tmp_path / "home"), "LC_ALL": "C.UTF-8"}
    with serving(mechanism, outcome) as port:
        command = [sys.executable, "-m", "tui", "connect", f"127.0.0.1:{port}", "--user", USER]
        with Terminal.spawn(command, size=size, env=env) as terminal:
            sat = Sat(terminal)
            sat.sees("220 auth.test")
            terminal.enter("EHLO client.test")
            sat.sees("250 AUTH")
            sat.log_in(mechanism)
            sat.sees("logged in" if outcome == "success" else REFUSED)
            terminal.enter("/copy markdown")
            sat.sees("Markdown written")
            terminal.enter(f"/save {tmp_path}")
            terminal.press("ctrl+q")
            assert terminal.exit_code() == 0
    written = bytes(terminal.written)
    clipboard = [base64.b64decode(one) for one in re.findall(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)", written)]
    assert any(b"220 auth.test" in one for one in clipboard)
    found = [written, "\n".join(sat.screens).encode(), *clipboard]
    found += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(found) > 6
    assert not [form for text in found for form in forms() if form in text]
