"""Real servers behind a real sshd, by ``--via`` and ``--pipe``; what goes wrong leaves nothing behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.interop.ports import free_port, wait_until
from tests.interop.postfix import Postfix
from tests.interop.program import MESSAGE, PROGRAM, article, connect, delivered, dialogue, transcript
from tests.interop.sshd import Sshd
from tests.pty import Terminal

FRONTS = pytest.mark.parametrize("front", [[], ["--plain"]], ids=["split screen", "line mode"])
UP_TO_354 = (
    "HELO xia.bdwater.test",
    "MAIL FROM:<test1@bdwater.test>",
    "RCPT TO:<test2@bdwater.test>",
    "DATA",
)


@pytest.fixture(autouse=True)
def our_ssh(sshd: Sshd, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """``ssh`` is the real one with the configuration of the tests; none outlives its test."""
    monkeypatch.setenv("PATH", sshd.environment["PATH"])
    yield
    wait_until(lambda: not sshd.clients, 10, "every ssh has ended")


# -- the article's mail


@pytest.mark.parametrize("security", ["--no-tls", "--starttls", "--tls"])
def test_through_a_jump_host(postfix: Postfix, sshd: Sshd, tmp_path: Path, security: str) -> None:
    port = postfix.tls_port if security == "--tls" else postfix.port
    tls = [security, "--cafile", str(postfix.certificates.ca)]
    ran = connect(f"localhost:{port}", "--via", sshd.jump, *tls, *article(tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ("TLS handshake complete: TLSv1.3" in ran.stdout) is (security != "--no-tls")
    assert dialogue(transcript()) == dialogue(ran.stdout.splitlines())
    assert not sshd.clients
    delivered(postfix.mail("test2"))


@pytest.mark.parametrize("command", ["ssh jump nc %h %p", "ssh -W %h:%p jump"])
def test_over_a_command(postfix: Postfix, sshd: Sshd, tmp_path: Path, command: str) -> None:
    ran = connect(f"localhost:{postfix.port}", "--pipe", command, *article(tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert not sshd.clients
    delivered(postfix.mail("test2"))


@dataclass(frozen=True)
class Case:
    """A server of the tests by the name of its fixture, how it is reached, and who logs in."""

    server: str
    security: str = "--no-tls"
    mechanism: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.server, self.security, self.mechanism)))

    def arguments(self, server: Any) -> list[str]:
        port = server.login_port if self.mechanism and self.server == "postfix" else server.port
        where = f"localhost:{server.tls_port if self.security == '--tls' else port}"
        trusted = ["--cafile", str(server.certificates.ca)] if self.security != "--no-tls" else []
        login = ["--auth", self.mechanism, "--user", "test1@bdwater.test"] if self.mechanism else []
        return [where, self.security, *trusted, *login]


CASES = (
    Case("postfix", "--starttls", "PLAIN"),
    Case("postfix", "--starttls", "SCRAM-SHA-256"),
    Case("exim"),
    Case("exim", "--starttls"),
    Case("exim", "--tls"),
    Case("opensmtpd"),
    Case("smtp_server", "--starttls", "XOAUTH2"),
)


@pytest.mark.parametrize("way", ["--via", "--pipe"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_server_in_each_mode(
    case: Case, way: str, request: pytest.FixtureRequest, sshd: Sshd, tmp_path: Path
) -> None:
    """Logged in too; the program in between gets no secret, neither as an argument nor in its environment."""
    server = request.getfixturevalue(case.server)
    secret = getattr(server, "token", "") or getattr(server, "password", "")
    spied = tmp_path / "spied"
    spy = tmp_path / "spy"
    spy.write_text(f'#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ > {spied}\nexec ssh jump nc "$@"\n')
    spy.chmod(0o755)
    through = ["--via", sshd.jump] if way == "--via" else ["--pipe", f"{spy} %h %p"]
    env = {"SMTPTUTOR_PASSWORD": secret} if case.mechanism else {}
    ran = connect(*case.arguments(server), *through, *article(tmp_path), env=env)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert dialogue(transcript()) == dialogue(ran.stdout.splitlines())
    assert not sshd.clients
    delivered(server.boxes.mail("test2"))
    if way == "--pipe":
        assert b"HOME=" in spied.read_bytes()
        assert secret.encode() not in spied.read_bytes() or not secret


def test_an_ipv6_address_behind_the_jump_host(postfix: Postfix, sshd: Sshd, tmp_path: Path) -> None:
    ran = connect(f"[::1]:{postfix.port}", "--via", sshd.jump, *article(tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    delivered(postfix.mail("test2"))


def test_where_forwarding_is_forbidden_a_command_does_without(
    postfix: Postfix, strict_sshd: Sshd, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", strict_sshd.environment["PATH"])
    where = f"localhost:{postfix.port}"
    ran = connect(where, "--via", "jump", *article(tmp_path))
    assert ran.returncode == 69, ran.stdout + ran.stderr
    assert "The jump host forbids forwarding. --pipe 'ssh JUMP nc %h %p' does without it." in ran.stdout
    ran = connect(where, "--pipe", "ssh jump nc %h %p", *article(tmp_path))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    wait_until(lambda: not strict_sshd.clients, 10, "every ssh has ended")
    delivered(postfix.mail("test2"))


# -- no connection comes about


@pytest.mark.parametrize(
    ("host", "options", "said", "meant"),
    [
        ("127.0.0.1", ["--via", "shut"], "Connection refused", "The jump host itself could not be reached."),
        ("127.0.0.1", ["--via", "stranger"], "Host key verification failed.", "key is not known here"),
        ("127.0.0.1", ["--via", "locked-out"], "Permission denied (publickey", "did not let you in"),
        ("127.0.0.1", ["--via", "jump"], "Connection refused", "the server refused it"),
        ("gone.invalid", ["--via", "jump"], "Name or service not known", "cannot reach the server"),
        (
            "127.0.0.1",
            ["--via", "no-such-jump.invalid"],
            "Could not resolve hostname",
            "name is unknown here",
        ),
        ("127.0.0.1", ["--pipe", "ssh jump nc %h %p"], "ssh ended without a connection", "had said a word"),
        ("127.0.0.1", ["--pipe", "no-such-program %h"], "no-such-program is not there", "Is it spelt right"),
    ],
)
def test_why_there_is_no_connection_is_one_sentence(
    host: str, options: list[str], said: str, meant: str, sshd: Sshd
) -> None:
    ran = connect(f"{host}:{free_port()}", *options, "--until", "helo")
    assert ran.returncode == 69, ran.stdout + ran.stderr
    assert ran.stderr.startswith("smtptutor: ")
    assert ran.stderr.count("\n") == 1
    assert said in ran.stderr
    assert meant in ran.stdout
    assert not dialogue(transcript())
    assert not sshd.clients


# -- what ssh asks


@contextmanager
def asked_about(postfix: Postfix, sshd: Sshd, front: list[str]) -> Iterator[Terminal]:
    """At the question about the key of a jump host that is not known."""
    sshd.trusted.unlink(missing_ok=True)
    command = [*PROGRAM, *front, "connect", "--via", "stranger", f"127.0.0.1:{postfix.port}"]
    with Terminal.spawn(command, size=(120, 36)) as terminal:
        terminal.wait_for("SHA256:")
        terminal.wait_for("trusts it and goes on")
        yield terminal


@FRONTS
def test_a_key_that_is_trusted_now(postfix: Postfix, sshd: Sshd, front: list[str]) -> None:
    with asked_about(postfix, sshd, front) as terminal:
        terminal.enter("yes")
        terminal.wait_for("220 mail.bdwater.test")
        terminal.enter("QUIT")
        terminal.wait_for("221 2.0.0")
        terminal.press("ctrl+d")
        terminal.exit_code()
    assert "ssh-ed25519" in sshd.trusted.read_text()


@FRONTS
def test_a_key_that_is_not_trusted(postfix: Postfix, sshd: Sshd, front: list[str]) -> None:
    with asked_about(postfix, sshd, front) as terminal:
        terminal.enter("no")
        terminal.wait_for("Host key verification failed.")
        terminal.wait_for("no connection through ssh stranger")
        terminal.press("ctrl+d")
        assert terminal.exit_code() == (69 if front else 0)
    assert not sshd.trusted.exists()
    assert not dialogue(transcript())


# -- a connection that breaks


def kill_ssh(sshd: Sshd) -> None:
    for process in sshd.clients:
        os.kill(process, signal.SIGKILL)


def kill_the_servers_side(sshd: Sshd) -> None:
    for process in sshd.connections:
        os.kill(process, signal.SIGKILL)


Cut = Callable[[Sshd], None]
BREAKS = pytest.mark.parametrize("cut", [kill_ssh, kill_the_servers_side])


@BREAKS
def test_dropped_inside_the_message_of_a_script(postfix: Postfix, sshd: Sshd, cut: Cut) -> None:
    before = postfix.count("test2")
    command = [*PROGRAM, "connect", "--via", sshd.jump, f"127.0.0.1:{postfix.port}", "--yes"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        rows = []
        program.stdin.write("".join(f"{line}\n" for line in (*UP_TO_354, *MESSAGE.splitlines())))
        program.stdin.flush()
        for row in program.stdout:
            rows.append(row.rstrip("\n"))
            if row.startswith("C: .a line"):
                break
        cut(sshd)
        rows += program.stdout.read().splitlines()
        program.stdin.close()
        assert program.wait(20) == 75, rows
    text = "\n".join(rows)
    assert "the connection broke inside the message" in text
    assert "The mail was not sent" in text
    assert dialogue(transcript()) == dialogue(rows)
    assert transcript()[-1] == "* connection lost"
    assert postfix.count("test2") == before


@FRONTS
@BREAKS
def test_dropped_inside_the_message_on_a_terminal(
    postfix: Postfix, sshd: Sshd, cut: Cut, front: list[str]
) -> None:
    with typing(postfix, sshd, front) as terminal:
        cut(sshd)
        terminal.wait_for("the connection broke inside the message")
        terminal.press("ctrl+d")
        assert terminal.exit_code() == (75 if front else 0)
    rows = transcript()
    assert "C: in the middle of the text" in rows
    assert rows[-1] == "* connection lost"


@contextmanager
def typing(postfix: Postfix, sshd: Sshd, front: list[str]) -> Iterator[Terminal]:
    """Inside a message that goes through the jump host."""
    command = [*PROGRAM, *front, "connect", "--via", sshd.jump, f"127.0.0.1:{postfix.port}"]
    with Terminal.spawn(command, size=(120, 36)) as terminal:
        terminal.wait_for("220 mail.bdwater.test")
        for line, reply in zip(UP_TO_354, ("250 mail", "2.1.0", "2.1.5", "354"), strict=True):
            terminal.enter(line)
            terminal.wait_for(reply)
        for line in ("subject: half", "", "in the middle of the text"):
            terminal.enter(line)
        wait_until(
            lambda: "C: in the middle of the text" in transcript(), 10, "the line is in the transcript"
        )
        yield terminal


@FRONTS
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_ended_inside_the_message(
    postfix: Postfix, sshd: Sshd, number: signal.Signals, front: list[str]
) -> None:
    before = postfix.count("test2")
    with typing(postfix, sshd, front) as terminal:
        ended = [os.pidfd_open(process) for process in sshd.clients]
        assert ended
        terminal.signal(number)
        assert terminal.exit_code() == (-9 if number is signal.SIGKILL else 128 + number)
        for one in ended:
            assert select.select([one], [], [], 2)[0], "ssh is still there"
            os.close(one)
        if number is not signal.SIGKILL:
            assert terminal.line_settings() == terminal.line_settings_before
            told = b"no mail was sent; transcript" if not front else b"The mail was not sent."
            assert told in terminal.written
    rows = transcript()
    assert "C: in the middle of the text" in rows
    if number is not signal.SIGKILL:
        assert rows[-1] == "* connection closed by client"
    wait_until(lambda: not sshd.connections, 10, "the jump host's side has ended")
    assert postfix.count("test2") == before
