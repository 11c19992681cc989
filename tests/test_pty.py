"""The harness itself: a terminal that lies would make every other pty test worthless."""

from __future__ import annotations

import re
import sys

import pytest

from tests.pty import Terminal

ECHO = "import sys, tty; tty.setcbreak(0); print('ready', flush=True); print(repr(sys.stdin.read(3)))"


def test_what_is_typed_arrives_and_what_is_written_is_rendered() -> None:
    with Terminal.spawn([sys.executable, "-c", ECHO], size=(40, 5)) as terminal:
        terminal.wait_for("ready")
        terminal.press("up")
        terminal.wait_for(r"'\x1b[A'")
        assert terminal.exit_code() == 0
        assert terminal.rows()[:2] == ["ready", r"'\x1b[A'"]
        assert b"ready" in terminal.written


def test_a_wait_fails_with_the_screen() -> None:
    with (
        Terminal.spawn([sys.executable, "-c", "print('only this')"]) as terminal,
        pytest.raises(AssertionError, match="only this"),
    ):
        terminal.wait_for("something else", deadline=1.0)


def test_the_exit_code_of_a_killed_program() -> None:
    with Terminal.spawn([sys.executable, "-c", ECHO]) as terminal:
        terminal.wait_for("ready")
        terminal.signal(15)
        assert terminal.exit_code() == -15


def test_what_was_said_since_a_moment_is_whole_characters_wherever_reading_stopped() -> None:
    own = re.compile(rb"\x1b\[[\d;]*m|\x1b\]22;[a-z-]+\x07|[\r\n]")
    text = "é\x1b[1;31m│─\x1b[0m文\x1b]22;text\x07!"
    with Terminal.spawn([sys.executable, "-c", f"print({text!r}, end='', flush=True)"]) as terminal:
        terminal.wait_for("!")
        octets = bytes(terminal.written)
        assert terminal.said_since(0, own, b"") == "é│─文!"
        for cut in range(len(octets) + 1):
            terminal.written[:] = octets[:cut]
            before = terminal.said_since(0, own, b"")
            terminal.written[:] = octets
            after = terminal.said_since(cut, own, b"")
            assert "é│─文!".startswith(before)
            assert "é│─文!".endswith(after)
            assert len("é│─文!") - len(before + after) in {0, 1}  # the one that was cut
