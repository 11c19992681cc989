"""Every hostile case typed at a terminal, one after the other in one process: each is said, nothing foreign
reaches the terminal, and a new connection works afterwards."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

import pytest

from tests.hostile.expected import EXPECTED
from tests.hostile.server import asks_before, lines, listing, serving
from tests.pty import Terminal

CASES = listing()

#: What line mode writes to a terminal itself; all else has to be text.
OURS = re.compile(rb"\x1b\[(?:J|2m|22m|\d+[AC]|\?2004[hl])|[\r\n]")


@pytest.fixture(scope="module")
def ports() -> Iterator[dict[str, int]]:
    with serving(list(CASES), time_scale=0.15, size_scale=0.02) as ports:
        yield ports


@pytest.fixture(scope="module")
def terminal(ports: dict[str, int], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    home = tmp_path_factory.mktemp("home")
    env = {"SMTPTUTOR_HOME": str(home), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "tui", "connect", f"127.0.0.1:{ports['ok_plain']}", "--plain"]
    with Terminal.spawn(command, size=(240, 50), env=env) as terminal:
        terminal.wait_for("[x] connect")
        yield terminal


class Since:
    """What was written to the terminal since a moment."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._start = len(terminal.written)

    @property
    def text(self) -> str:
        return self._terminal.said_since(self._start, OURS)

    def wait_for(self, *parts: str) -> None:
        self._terminal.wait(lambda: any(part in self.text for part in parts), " or ".join(parts))


def connect(terminal: Terminal, port: int) -> Since:
    """/connect, through the question about an open mail if there is one; what is said from then on."""
    since = Since(terminal)
    opened = f"connected to 127.0.0.1:{port}"
    terminal.press("ctrl+u")
    terminal.enter(f"/connect 127.0.0.1:{port}")
    since.wait_for(opened, "A mail is open")
    if opened not in since.text:
        terminal.enter("yes")
        since.wait_for(opened)
    return since


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, ports: dict[str, int], terminal: Terminal) -> None:
    expected = EXPECTED[name]
    since = connect(terminal, ports[name])
    since.wait_for(expected.awaited)
    typed = lines(CASES[name])[: expected.typed]
    for number, line in enumerate(typed):
        terminal.enter(line)
        if number == asks_before(typed):
            since.wait_for("yes sends it all the same")
            terminal.enter("yes")
    if name == "banner_http":  # it waits for us as we wait for it
        since.wait_for("held")
        terminal.press("enter")
    for part in (*expected.says, *expected.typed_says):
        since.wait_for(part)
    for part in expected.never:
        assert part not in since.text

    after = connect(terminal, ports["ok_plain"])
    terminal.enter("EHLO client.test")
    after.wait_for("[x] EHLO")

    text = since.text
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)
    assert "Traceback" not in text
