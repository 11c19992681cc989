"""The harness itself: a terminal that lies would make every other pty test worthless."""

from __future__ import annotations

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
