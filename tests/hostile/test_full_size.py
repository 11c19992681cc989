"""The floods at full size and speed: bounded memory, and a prompt that answers. Minutes long, so only on
request: ``SMTPTUTOR_HOSTILE_FULL=1 pytest tests/hostile/test_full_size.py``."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.server import serving
from tests.pty import Terminal

pytestmark = pytest.mark.skipif("SMTPTUTOR_HOSTILE_FULL" not in os.environ, reason="minutes long")

GROWTH = 50 << 20  # octets

#: Case, and what is shown when all of it has come (or enough of it, where it has no end).
FLOODS = {
    "banner_2000_lines": "S: 220 done",
    "ehlo_huge": "too many extensions",
    "flood_100k_lines": "S: 250 flood 99999",
    "endless_line_50mb": "the first 65536 octets",
    "multiline_endless": "S: 250-still going 3000",
    "unsolicited_stream": "nobody asked 400",
}


@pytest.fixture(scope="module")
def ports() -> Iterator[dict[str, int]]:
    with serving(["ok_plain", *FLOODS], time_scale=1, size_scale=1) as ports:
        yield ports


def memory(terminal: Terminal, key: str) -> int:
    """VmRSS or VmHWM of the program, in octets."""
    status = Path(f"/proc/{terminal.process.pid}/status").read_text(encoding="ascii")
    found = re.search(rf"{key}:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


@pytest.mark.parametrize("name", FLOODS)
def test_flood(name: str, ports: dict[str, int], capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "tui", "connect", f"127.0.0.1:{ports['ok_plain']}", "--plain"]
    with Terminal.spawn(command, size=(120, 36)) as terminal:
        terminal.wait_for("[x] connect")
        before = memory(terminal, "VmRSS")
        terminal.enter(f"/connect 127.0.0.1:{ports[name]}")
        terminal.wait_written(f"connected to 127.0.0.1:{ports[name]}".encode())
        terminal.enter("EHLO client.test")
        terminal.wait_written(FLOODS[name].encode(), deadline=120)
        terminal.press("ctrl+u")
        terminal.type("still alive")
        terminal.wait_for("C: still alive")
        growth = memory(terminal, "VmHWM") - before
        with capsys.disabled():
            print(f"\n{name}: {growth / (1 << 20):.1f} MiB", end=" ")
        assert growth <= GROWTH
