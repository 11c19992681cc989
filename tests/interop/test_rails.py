"""The last line before a mail goes out for good: whoever does not say yes there has sent nothing."""

from __future__ import annotations

import itertools
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop import dns, processes
from tests.interop.postfix import Postfix
from tests.interop.program import PROGRAM, article, connect, dialogue, transcript, transcripts
from tests.interop.sshd import Sshd
from tests.pty import Terminal

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


class LineMode:
    """Somebody at the terminal, who waits for what comes after the last line typed."""

    front = ("--plain",)

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal
        self._from = 0

    def enter(self, line: str) -> None:
        self._from = len(self.terminal.written)
        self.terminal.enter(line)

    def _sees(self, text: str) -> None:
        self.terminal.wait(lambda: text.encode() in self.terminal.written[self._from :], repr(text))

    def begins_the_message(self) -> None:
        self.enter("DATA")
        self._sees("354 ")

    def is_asked(self) -> None:
        """And the prompt is there: what is typed before it is no answer."""
        self._sees("no closes the connection")
        terminal = self.terminal
        terminal.wait(lambda: terminal.rows()[terminal.cursor[1]].startswith("?"), "the prompt of a question")

    def says_no(self) -> None:
        self.enter("no")
        self._sees("connection closed by client")

    def connects_again(self) -> None:
        """Up to the recipient; the program types it."""
        self.enter("/connect")
        self._sees("commands of the lost connection again")
        self.enter("yes")
        self._sees("2.1.5")


class SplitScreen:
    """The same, who looks at the mode under the prompt and at the trail in the top line."""

    front = ()

    def __init__(self, terminal: Terminal) -> None:
        self.terminal = terminal

    def enter(self, line: str) -> None:
        self.terminal.enter(line)

    def _mode(self, name: str) -> None:
        self.terminal.wait(
            lambda: re.search(rf"^ {{4,5}}{name}   ", self.terminal.text(), re.M) is not None, name
        )

    def begins_the_message(self) -> None:
        self.enter("DATA")
        self._mode("message")

    def is_asked(self) -> None:
        self._mode("question")

    def says_no(self) -> None:
        self.enter("no")
        self._mode("closed")

    def connects_again(self) -> None:
        self.enter("/connect")
        self.terminal.wait_for("Enter connect")
        self.terminal.press("enter")
        self._mode("question")
        self.enter("yes")
        self._mode("command")
        self.terminal.wait(lambda: "[rcpt]" in self.terminal.rows()[0], "the recipient is accepted")


@pytest.fixture
def ways(postfix: Postfix, sshd: Sshd, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Each makes a server on loopback a real one."""
    monkeypatch.setenv("PATH", sshd.environment["PATH"])
    here = f"127.0.0.1:{postfix.port}"
    return [
        ["--mx", f"corp.test:{postfix.port}"],
        [here, "--via", sshd.jump],
        [here, "--pipe", "nc %h %p"],
        ["--unix", str(postfix.socket)],
    ]


@pytest.mark.parametrize(("front", "times"), [(LineMode, 7), (SplitScreen, 3)])
def test_no_is_no_by_every_way(
    nothing_sent: None, ways: list[list[str]], tmp_path: Path, front: type[LineMode | SplitScreen], times: int
) -> None:
    """At the dot of ``--until dot``, at one that was typed, and at BDAT LAST: with the ten replays below
    that is fifty times."""
    steps = article(tmp_path)[:-1]  # without --yes
    for way in ways:
        with Terminal.spawn([*PROGRAM, *front.front, "connect", *way, *steps], size=(100, 40)) as terminal:
            typist = front(terminal)
            typist.is_asked()
            typist.says_no()
            for number in range(1, times):
                typist.connects_again()
                if number % 2:
                    typist.begins_the_message()
                    for line in ("Subject: not this one", "", f"text {number}", "."):
                        typist.enter(line)
                else:
                    typist.enter("BDAT 10 LAST")
                typist.is_asked()
                if number > 2:  # neither yes nor no
                    for answer in ("", "y"):
                        typist.enter(answer)
                        typist.is_asked()
                typist.says_no()
            terminal.press("ctrl+u", "ctrl+d")
            terminal.exit_code()
    sent = [row for rows in transcripts() for row in rows if row.startswith("C: ")]
    assert len(transcripts()) == sent.count("C: EHLO xia.bdwater.test") == len(ways) * times
    assert sent.count("C: DATA") == len(ways) * (1 + times // 2)
    assert "C: ." not in sent
    assert not [row for row in sent if row.startswith("C: BDAT")]


RECORDED = """\
S: 220 mail.bdwater.test
C: EHLO xia.bdwater.test
S: 250-mail.bdwater.test
S: 250 CHUNKING
C: MAIL FROM:<test1@bdwater.test>
S: 250 2.1.0 Ok
C: RCPT TO:<test2@bdwater.test>
S: 250 2.1.5 Ok
"""
BY_DOT = "C: DATA\nS: 354 go on\nC: Subject: not this one\nC:\nC: text\nC: .\nS: 250 2.0.0 queued\n"
BY_CHUNK = "C: BDAT 12 LAST\nC: Subject: x\nS: 250 2.0.0 queued\n"


def test_no_to_a_replay(nothing_sent: None, ways: list[list[str]], tmp_path: Path) -> None:
    """Ten times."""
    file = tmp_path / "recorded.txt"
    for way, last in [*itertools.product(ways, (BY_DOT, BY_CHUNK)), (ways[0], BY_CHUNK), (ways[1], BY_DOT)]:
        file.write_text(f"{RECORDED}{last}C: QUIT\nS: 221 2.0.0 Bye\n")
        with Terminal.spawn([*PROGRAM, "replay", str(file), *way], size=(100, 40)) as terminal:
            typist = LineMode(terminal)
            typist.is_asked()
            typist.says_no()
            assert terminal.exit_code() == 1
        assert not [row for row in transcript() if row.startswith(("C: .", "C: BDAT"))]


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
