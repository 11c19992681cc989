"""A terminal that takes no more output, and a signal that ends the program: it ends in time all the same."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
from pathlib import Path

import pytest

from tests.endings.moments import FRONTS
from tests.endings.run import MOST_SECONDS, PROGRAM
from tests.pty import DEADLINE, Terminal

_ON = (b"7", b"25")
SAID = [f"250 line {number} that nobody asked for" for number in range(200)]


@pytest.mark.parametrize("front", FRONTS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_it_ends_in_time_with_its_transcript(front: str, number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = f"127.0.0.1:{listener.getsockname()[1]}"
        with Terminal.spawn([*PROGRAM, *FRONTS[front], "connect", target], size=(80, 24)) as terminal:
            peer, _ = listener.accept()
            with peer:
                peer.sendall(b"220 mx.test\r\n")
                terminal.wait_for("220 mx.test")
                terminal.fill()
                peer.sendall("".join(f"{one}\r\n" for one in SAID).encode())
                began = time.monotonic()
                terminal.signal(number)
                code = terminal.process.wait(DEADLINE)  # nobody reads what it writes
                seconds = time.monotonic() - began
            terminal.exit_code()  # reads what is there
            assert code == 128 + number
            assert seconds <= MOST_SECONDS
            assert terminal.line_settings() == terminal.line_settings_before
            assert not _left_on(bytes(terminal.written)), "it is as it was before"
    assert _transcript()[-1] == "* connection closed by client"
    said = [row for row in _transcript() if row.startswith("S: 250") and not row.endswith("<no CRLF>")]
    assert said == [f"S: {one}" for one in SAID[: len(said)]], "all that was taken from the server, in order"


def _left_on(written: bytes) -> list[bytes]:
    """Private modes that are not as they were: bracketed paste, the other screen, the mouse; cursor (25) and
    wrapping (7) were on."""
    last = {one[1]: one[2] for one in re.finditer(rb"\x1b\[\?(\d+)([hl])", written)}
    return [mode for mode, set_or_not in last.items() if (set_or_not == b"h") is not (mode in _ON)]


def _transcript() -> list[str]:
    (kept,) = (Path(os.environ["SMTPTUTOR_HOME"]) / "transcripts").glob("*.txt")
    return kept.read_text().splitlines()
