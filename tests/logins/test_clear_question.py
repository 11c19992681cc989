"""The question whether a login may go out in plain text stands where a password was due: whoever types it
there all the same shows it to nobody, and loses nothing."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.plain.peer import Peer, listening
from tests.pty import Terminal

SECRET = "secretword-17"
LINE = "YWxpY2U="  # alice

fronts = pytest.mark.parametrize("front", [("--plain",), ()])


@contextmanager
def at_a_challenge(front: tuple[str, ...]) -> Iterator[tuple[Peer, Terminal]]:
    """AUTH LOGIN is sent, and the user name is asked for."""
    with listening() as peer:
        command = [sys.executable, "-m", "tui", *front, "connect", peer.target]
        with Terminal.spawn(command, size=(120, 36)) as terminal:
            peer.accept()
            peer.say("220 mx.test")
            terminal.wait_for("220 mx.test")
            for line, reply in (
                ("EHLO me.test", "250-mx.test\r\n250 AUTH LOGIN"),
                ("AUTH LOGIN", "334 VXNlcm5hbWU6"),
            ):
                terminal.enter(line)
                assert peer.line() == line.encode()
                peer.say(reply)
                terminal.wait_for(reply.splitlines()[-1])
            yield peer, terminal


@fronts
def test_what_is_no_answer_is_masked_and_the_line_comes_back(front: tuple[str, ...]) -> None:
    with at_a_challenge(front) as (peer, terminal):
        terminal.enter(LINE)
        terminal.wait_for("in plain text")
        terminal.type(SECRET)
        terminal.wait_for("*" * len(SECRET))
        terminal.press("enter")
        terminal.wait_for("the line is in the prompt again")
        terminal.wait_for("*" * len(LINE))
        assert peer.is_silent()
        terminal.press("enter")
        terminal.type("yes")
        terminal.wait(lambda: re.search(r"(❯|\?) +yes", terminal.text()) is not None, "yes readable")
        terminal.press("enter")
        assert peer.line() == LINE.encode()
    home = Path(os.environ["SMTPTUTOR_HOME"])
    kept = [one.read_bytes() for one in home.rglob("*") if one.is_file()]
    for form in (SECRET.encode(), LINE.encode()):
        assert not any(form in text for text in (bytes(terminal.written), *kept))


@fronts
def test_enter_alone_is_asked_about_before_an_empty_answer_goes_out(front: tuple[str, ...]) -> None:
    with at_a_challenge(front) as (peer, terminal):
        terminal.press("enter")
        terminal.wait_for("* cancels; Enter again")
        assert peer.is_silent()
        terminal.press("enter")
        assert peer.line() == b""
        peer.say("334 UGFzc3dvcmQ6")
        terminal.wait_for("334 UGFzc3dvcmQ6")
        terminal.press("enter")  # another challenge is another question
        terminal.enter("*")
        assert peer.line() == b"*"
