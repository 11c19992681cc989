"""The last line before a mail goes out for good: whoever does not say yes there has sent nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop import dns, processes
from tests.interop.postfix import Postfix
from tests.interop.program import PROGRAM, article, connect, dialogue, transcript, transcripts
from tests.pty import Terminal

RUNS = 50
RECORDS: dns.Records = {
    ("corp.test.", "MX"): ("10 mx1.corp.test.",),
    ("mx1.corp.test.", "A"): ("127.0.0.1",),
}
ENVELOPE = ("EHLO xia.bdwater.test", "MAIL FROM:<test1@bdwater.test>", "RCPT TO:<test2@bdwater.test>")
FRONTS = pytest.mark.parametrize("front", [[], ["--plain"]], ids=["split screen", "line mode"])


@pytest.fixture(autouse=True)
def name_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with dns.running(RECORDS) as address:
        monkeypatch.setenv("SMTPTUTOR_DNS", address)
        yield


@pytest.fixture
def nothing_sent(postfix: Postfix, own_home: Path) -> Iterator[None]:
    """Until the end of the test the mailbox gets nothing but what is then put there to prove it."""
    before = postfix.count("test2")
    yield
    last = ["--from", "test1@bdwater.test", "--to", "test2@bdwater.test", "--until", "dot", "--yes"]
    message = own_home / "last"
    message.write_text("Subject: the only one\n\nText.\n")
    assert connect(f"127.0.0.1:{postfix.port}", *last, "--message", str(message)).returncode == 0
    assert b"Subject: the only one" in postfix.mail("test2")
    assert postfix.count("test2") == before + 1


class Typist:
    """At the terminal; waits for what comes after the last line typed."""

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._from = 0

    def types(self, line: str, *then: str) -> None:
        self._from = len(self.terminal.written)
        self.terminal.enter(line)
        self.sees(*then)

    def sees(self, *texts: str) -> None:
        for text in texts:
            self.terminal.wait(lambda: text.encode() in self.terminal.written[self._from :], repr(text))  # noqa: B023


def asked_at_the_dot(typist: Typist, number: int, question: str) -> None:
    """A message was typed up to the dot, or a chunk that would be the last."""
    if number % 5 == 4:
        typist.types("BDAT 10 LAST", "yes sends BDAT. no closes the connection")
        return
    typist.types("DATA", "354 ")
    for line in ("Subject: not this one", "", f"text {number}"):
        typist.types(line)
    typist.types(".", question)


def test_fifty_times_no(postfix: Postfix, nothing_sent: None) -> None:
    command = [*PROGRAM, "--plain", "connect", "--mx", f"corp.test:{postfix.port}"]
    question = "no closes the connection without it: then nothing is sent"
    with Terminal.spawn(command, size=(100, 40)) as terminal:
        typist = Typist(terminal)
        typist.sees("220 mail.bdwater.test")
        for line, reply in zip(ENVELOPE, ("250 CHUNKING", "2.1.0", "2.1.5"), strict=True):
            typist.types(line, reply)
        for number in range(RUNS):
            if number:
                typist.types("/connect", "commands of the lost connection again")
                typist.types("yes", "2.1.5")
            asked_at_the_dot(typist, number, question)
            if number % 10 == 0:
                typist.types("", question)  # neither yes nor no
                typist.types("y", question)
            typist.types("no", "connection closed by client")
        typist.types("/quit")
        terminal.exit_code()
    assert terminal.written.count(b"connection closed by client") == RUNS
    sent = [row for rows in transcripts() for row in rows if row.startswith("C: ")]
    assert sent.count("C: DATA") == RUNS - RUNS // 5
    assert "C: ." not in sent
    assert not [row for row in sent if row.startswith("C: BDAT")]


def test_no_on_the_split_screen(postfix: Postfix, nothing_sent: None) -> None:
    command = [*PROGRAM, "connect", "--mx", f"corp.test:{postfix.port}"]
    steps = ["--from", "test1@bdwater.test", "--to", "test2@bdwater.test", "--until", "data"]
    for number in (1, 4):
        until = steps if number == 1 else [*steps[:-1], "rcpt"]
        with Terminal.spawn([*command, *until], size=(100, 40)) as terminal:
            if number == 1:
                terminal.wait_for("354 ")
                for line in ("Subject: not this one", "", "text", "."):
                    terminal.enter(line)
            else:
                terminal.wait_for("2.1.5")
                terminal.enter("BDAT 10 LAST")
            terminal.wait_for("no   closes the connection")
            terminal.enter("no")
            terminal.wait_for("closed")
            terminal.press("ctrl+q")
            assert terminal.exit_code() == 0
        assert not {"C: .", "C: BDAT 10 LAST"} & set(transcript())


@FRONTS
def test_until_dot_asks_too(postfix: Postfix, nothing_sent: None, tmp_path: Path, front: list[str]) -> None:
    steps = article(tmp_path)[:-1]  # without --yes
    command = [*PROGRAM, *front, "connect", "--mx", f"corp.test:{postfix.port}", *steps]
    with Terminal.spawn(command, size=(100, 40)) as terminal:
        terminal.wait_for("closes the connection")
        terminal.enter("no")
        terminal.wait_for("closed inside the message")
        terminal.press("ctrl+d")
        terminal.exit_code()
    assert "C: ." not in transcript()


def test_a_script_has_to_say_yes_beforehand(postfix: Postfix, nothing_sent: None, tmp_path: Path) -> None:
    ran = connect("--mx", f"corp.test:{postfix.port}", *article(tmp_path)[:-1])
    assert ran.returncode == 1, ran.stdout
    assert "stopped before DATA: " in ran.stderr
    for last in ("DATA\nSubject: x\n\ntext\n.\n", "BDAT 10 LAST\n0123456789"):
        script = "".join(f"{line}\n" for line in ENVELOPE) + last
        ran = connect("--mx", f"corp.test:{postfix.port}", typed=script)
        assert ran.returncode == 1, ran.stdout
        assert "A script has to say --yes for that" in ran.stderr
        assert not [row for row in dialogue(transcript()) if row.startswith(("C: .", "C: BDAT"))]


@FRONTS
def test_the_connection_breaks_at_the_question(
    postfix: Postfix, nothing_sent: None, front: list[str]
) -> None:
    pipe = ["--pipe", "nc %h %p"]
    command = [*PROGRAM, *front, "connect", *pipe, f"127.0.0.1:{postfix.port}"]
    steps = ["--from", "test1@bdwater.test", "--to", "test2@bdwater.test", "--until", "data"]
    with Terminal.spawn([*command, *steps], size=(100, 40)) as terminal:
        terminal.wait_for("354 ")
        for line in ("Subject: not this one", "", "text", "."):
            terminal.enter(line)
        terminal.wait_for("closes the connection")
        for process in processes.descendants(terminal.process.pid):
            os.kill(process, signal.SIGKILL)
        terminal.wait_for("the connection broke inside the message")
        terminal.enter("yes")
        terminal.press("ctrl+u", "ctrl+d")
        terminal.exit_code()
    assert "C: ." not in transcript()


@FRONTS
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_a_signal_at_the_question(
    postfix: Postfix, nothing_sent: None, number: signal.Signals, front: list[str]
) -> None:
    command = [*PROGRAM, *front, "connect", "--mx", f"corp.test:{postfix.port}"]
    steps = ["--from", "test1@bdwater.test", "--to", "test2@bdwater.test", "--until", "data"]
    with Terminal.spawn([*command, *steps], size=(100, 40)) as terminal:
        terminal.wait_for("354 ")
        for line in ("Subject: not this one", "", "text", "."):
            terminal.enter(line)
        terminal.wait_for("closes the connection")
        terminal.signal(number)
        assert terminal.exit_code() == 128 + number
    rows = transcript()
    assert rows[-2:] == ["C: text", "* connection closed by client"]
