"""The exit codes of line mode, each brought about by a server that behaves so."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.plain.peer import Peer, listening
from tests.plain.running import PROGRAM, run

HELLO = "250 hello"
OK = "250 ok"


@pytest.fixture
def peer() -> Iterator[Peer]:
    with listening() as peer:
        yield peer


def played(peer: Peer, script: list[str], replies: list[str], *arguments: str, hang_up: bool = True) -> int:
    """The code after ``script`` was piped in, while the peer greets and answers line by line."""
    with subprocess.Popen(
        [*PROGRAM, "connect", peer.target, "--yes", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        process.stdin.write("".join(f"{line}\n" for line in script).encode())
        process.stdin.close()
        peer.accept()
        peer.say(replies[0])
        for reply in replies[1:]:
            peer.line()
            peer.say(reply)
        if hang_up:
            peer.close()
        process.wait(60)
        assert process.stderr is not None
        assert b"Traceback" not in process.stderr.read()
        return process.returncode


MAIL = ["HELO x", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA"]
AGREED = ["220 hi", HELLO, OK, OK, "354 go"]


@pytest.mark.parametrize(
    ("script", "replies", "code"),
    [
        pytest.param(["HELO x", "QUIT"], ["220 hi", HELLO, "221 bye"], 1, id="steps open"),
        pytest.param(
            ["HELO x", "MAIL FROM:<a@b>", "QUIT"], ["220 hi", HELLO, "550 no", "221 bye"], 1, id="refused"
        ),
        pytest.param(["HELO x"], ["220 hi", "421 later"], 75, id="421"),
        pytest.param(
            ["HELO x", "MAIL FROM:<a@b>", "QUIT"],
            ["220 hi", HELLO, "451 wait", "221 bye"],
            75,
            id="4yz at the open step",
        ),
        pytest.param(["HELO x"], ["220 hi"], 76, id="closed without a word"),
        pytest.param(["HELO x", "QUIT"], ["220 hi", "25 hello", "221 bye"], 76, id="no reply of SMTP"),
        pytest.param(
            ["EHLO x", "AUTH PLAIN eA==", "QUIT"],
            ["220 hi", HELLO, "535 no", "221 bye"],
            77,
            id="AUTH refused",
        ),
        pytest.param(
            ["EHLO x", "STARTTLS", "QUIT"], ["220 hi", HELLO, "454 no", "221 bye"], 77, id="TLS refused"
        ),
        pytest.param(["EHLO x", "AUTH PLAIN eA=="], ["220 hi", HELLO, "535 no"], 77, id="77 goes before 76"),
        pytest.param(["HELO x"], ["220 hi", "25 hello", "421 later"], 76, id="76 goes before 75"),
        pytest.param([], ["554 nothing here"], 1, id="turned away"),
    ],
)
def test_by_what_the_server_says(peer: Peer, script: list[str], replies: list[str], code: int) -> None:
    assert played(peer, script, replies) == code


def test_all_done(peer: Peer) -> None:
    with subprocess.Popen(
        [*PROGRAM, "connect", peer.target, "--yes"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.write("".join(f"{line}\n" for line in [*MAIL, "x", ".", "QUIT"]).encode())
        process.stdin.close()
        peer.accept()
        peer.say(AGREED[0])
        for reply in AGREED[1:]:
            peer.line()
            peer.say(reply)
        assert [peer.line(), peer.line()] == [b"x", b"."]
        peer.say("250 taken")
        assert peer.line() == b"QUIT"
        peer.close()  # without a 221: a normal end all the same
        assert process.wait(60) == 0


def test_the_end_of_the_connection_ends_it_while_somebody_still_holds_the_pipe(peer: Peer) -> None:
    with subprocess.Popen(
        [*PROGRAM, "connect", peer.target], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b"HELO x\n")
        process.stdin.flush()
        peer.accept()
        peer.say("220 hi")
        assert peer.line() == b"HELO x"
        peer.say("250 hi", "421 too long idle")
        peer.close()
        assert process.wait(60) == 75


def test_no_reply_in_time(peer: Peer) -> None:
    assert played(peer, ["HELO x"], ["220 hi"], "--timeout", "0.2", hang_up=False) == 75


def test_nobody_listens() -> None:
    with listening() as peer:
        target = peer.target
    done = run(b"HELO x\n", "connect", target)
    assert done.code == 69
    assert done.errors == f"smtptutor: {target} refused the connection.\n"
    assert "1 line was not sent" in done.notes()


def test_usage() -> None:
    assert run(b"", "--no-such-option").code == 2


BROKEN = (
    "import sys, tui.plain.printer as printer\n"
    "def fail(self, batch):\n"
    "    password = 'hunter2'\n"
    "    raise RuntimeError(password)\n"
    "printer.Printer.rows = fail\n"
    "from tui.cli import main\n"
    "sys.exit(main(sys.argv[1:]))\n"
)


def test_an_internal_error_shows_no_locals_and_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN, "--plain"],
        input=b"HELO x\n",
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 70
    assert b"internal error" in done.stderr
    assert b"hunter2" not in done.stderr + done.stdout
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [("--plain",), ("sandbox", "--port", "0"), ("explain", "-"), ("--version",), ("inbox",)]
)
def test_output_that_cannot_be_written_is_said(arguments: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, *arguments],
            input=b"S: 220 hi\nC: HELO x\nS: 250 ok\n",
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.stderr == b"smtptutor: the output cannot be written: No space left on device.\n"
    assert done.returncode == 70
