"""Every hostile case on the split screen, then a server that behaves, in the same process: nothing foreign
reaches the terminal, nothing breaks, and a new connection works afterwards."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.expected import EXPECTED
from tests.hostile.server import asks_before, lines, listing, serving
from tests.pty import Terminal

CASES = listing()
SIZE = (150, 50)

#: What the split screen writes while it runs; all else has to be text.
OURS = re.compile(rb"\x1b\[[\d;]*m|\x1b\[\d+;\d+H|\x1b\[\?2026[hl]|\x1b\]22;[a-z-]+\x07|[\r\n]")
FIRST_FRAME = b"\x1b[1;1H"  #: the terminal was prepared before it
FOREIGN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def ports() -> Iterator[dict[str, int]]:
    with serving(list(CASES), time_scale=0.15, size_scale=0.02) as ports:
        yield ports


def shows(terminal: Terminal, text: str) -> bool:
    """Wherever lines were broken: column by column, and without blanks."""
    columns = zip(*(row.partition("│")[::2] for row in terminal.rows()), strict=True)
    return re.sub(r"\s", "", text) in re.sub(r"\s", "", "".join("".join(column) for column in columns))


def connect(terminal: Terminal, port: int) -> None:
    """To another port, by the page: that is one way whatever is open, and a server may hang up meanwhile."""
    opened, asked = f"REAL  127.0.0.1:{port}", "yes drops it and connects"
    terminal.press("escape", "ctrl+u", "ctrl+p")
    terminal.enter("connect")
    terminal.press("ctrl+u")
    terminal.enter(f"127.0.0.1:{port}")
    terminal.wait(lambda: asked in terminal.text() or opened in terminal.text(), "a question, or the server")
    if opened not in terminal.text():
        terminal.enter("yes")
    terminal.wait_for(opened)


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, ports: dict[str, int], tmp_path: Path) -> None:
    env = {"SMTPTUTOR_HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "tui", "connect", f"127.0.0.1:{ports[name]}"]
    with Terminal.spawn(command, size=SIZE, env=env) as terminal:
        terminal.wait_for(f"REAL  127.0.0.1:{ports[name]}")
        # The second name behaves until a message is sent, and so is another server for the first case.
        meet(terminal, name, tmp_path, ports["ok_plain" if name != "ok_plain" else "smuggling_server"])


def meet(terminal: Terminal, name: str, home: Path, sane: int) -> None:
    """Type what the case is about; then go on at a server that behaves."""
    typed = lines(CASES[name])[: EXPECTED[name].typed]
    for number, line in enumerate(typed):
        terminal.enter(line)
        if number == asks_before(typed):
            terminal.wait_for("yes sends the password readable")
            terminal.enter("yes")
    if name == "banner_http":  # it waits for us as we wait for it
        terminal.wait_for("held")
        terminal.press("enter")
    for part in EXPECTED[name].says:
        if "\\" in part:  # foreign text, spelt out
            terminal.wait_for(part.removeprefix("S: ")[:60])
    for part in EXPECTED[name].shows:
        terminal.wait(lambda: shows(terminal, part), part)  # noqa: B023
    terminal.settle(0.2, at_most=2)

    older = set(home.glob("transcripts/*.txt"))
    connect(terminal, sane)
    terminal.wait(
        lambda: any("220 hostile" in one.read_text() for one in {*home.glob("transcripts/*.txt")} - older),
        "the greeting, in the transcript: the screen shows older ones, too",
    )
    terminal.enter("EHLO client.test")
    terminal.wait_for("✓ EHLO       done")

    terminal.settle(0.1)
    text = terminal.said_since(terminal.written.index(FIRST_FRAME), OURS, b"")
    assert not FOREIGN.search(text)
    assert "Traceback" not in text
