"""The same on the split screen, one login of each mechanism, with the screen captured after every key."""

from __future__ import annotations

import base64
import re
import sys
from pathlib import Path

import pytest

from tests.logins.server import MECHANISMS, SECRET, USER, forms
from tests.logins.test_forty import serving
from tests.pty import Terminal
from tui.smtp.sasl import STEPS, Step

ASKS = " hidden, then F4"
NAMED = base64.b64encode(USER.encode()).decode()  # what LOGIN sends of the user, who was named: no secret


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_no_trace_of_the_secret(mechanism: str, size: tuple[int, int], tmp_path: Path) -> None:
    home = tmp_path / "home"
    env = {"SMTPTUTOR_HOME": str(home), "LC_ALL": "C.UTF-8"}
    screens: list[str] = []
    with serving(mechanism, "success") as port:
        command = [sys.executable, "-m", "tui", "connect", f"127.0.0.1:{port}", "--user", USER]
        with Terminal.spawn(command, size=size, env=env) as terminal:

            def waits(part: str) -> None:
                terminal.wait(lambda: part in terminal.text(), part)
                screens.append(terminal.text())

            def standing() -> int:
                """Characters in the prompt: asterisks, or the user name alone."""
                prompts = re.findall(rf"^ ❯   (\**|{NAMED})(?=[ │]|$)", terminal.text(), re.MULTILINE)
                return len(prompts[-1]) if prompts else 0

            def typed() -> int:
                """The same once nothing moves any more."""
                terminal.settle(0.2)
                screens.append(terminal.text())
                return standing()

            waits("220 auth.test")
            terminal.enter("EHLO client.test")
            waits("250 AUTH")
            terminal.enter(f"AUTH {mechanism}")
            for number, step in enumerate(STEPS[mechanism], 1):
                waits(f"step {number} of {len(STEPS[mechanism])}")
                terminal.press("f4")
                if step is not Step.VERIFIED:
                    terminal.wait(lambda: standing() > 0 or ASKS in terminal.text(), "the line, or why none")
                if typed() == 0 and step is not Step.VERIFIED:
                    terminal.type(SECRET)
                    terminal.wait(lambda: standing() == len(SECRET), "hidden")
                    terminal.press("f4")
                    terminal.wait(lambda: standing() > len(SECRET), "the line, hidden")
                terminal.press("enter")
                typed()
                if re.search(r"^     question ", terminal.text(), re.MULTILINE):
                    terminal.enter("yes")
            waits("logged in")
            terminal.enter(f"/save {tmp_path}")
            terminal.press("ctrl+q")
            assert terminal.exit_code() == 0
            written = bytes(terminal.written)
    found = [written, "\n".join(screens).encode()]
    found += [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert len(found) > 3
    assert not [form for text in found for form in forms() if form in text]
