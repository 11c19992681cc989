"""The article's mail, typed to a real Postfix on loopback: in line mode, on the split screen, and there in
tmux in an SSH session; there also logged in inside TLS, and to Exim."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.interop import tmux
from tests.interop.exim import Exim
from tests.interop.postfix import Postfix
from tests.interop.program import PROGRAM, transcript
from tests.interop.sshd import Sshd
from tests.pty import Terminal

ENVELOPE = ["helo xia.bdwater.test", "mail from:test1@bdwater.test", "rcpt to:test2@bdwater.test", "data"]
MESSAGE = [
    "from:xia<test1@bdwater.test>",
    "to:test2",
    "date:11/08/2004",
    "subject:This is a test mail",
    "",
    "Dear test2, this is a test mail.",
    "..a line that begins with a dot",
]
SCRIPT = "".join(f"{line}\n" for line in [*ENVELOPE, *MESSAGE, ".", "quit"]).encode()


def stored(mail: bytes) -> None:
    assert b"subject:This is a test mail\n" in mail
    assert mail.endswith(b"\n\nDear test2, this is a test mail.\n.a line that begins with a dot\n")


def test_the_articles_mail_in_line_mode(postfix: Postfix) -> None:
    where = f"{postfix.host}:{postfix.port}"
    run = subprocess.run(
        [*PROGRAM, "connect", where, "--yes"], input=SCRIPT, capture_output=True, timeout=120, check=False
    )
    assert run.returncode == 0, run.stdout.decode() + run.stderr.decode()
    assert run.stderr == b""
    stored(postfix.mail("test2"))

    facts = subprocess.run(
        [*PROGRAM, "explain", "--json"], input=run.stdout, capture_output=True, timeout=60, check=True
    )
    told = json.loads(facts.stdout)
    assert told["accepted_messages"] == 1
    assert told["final_state"] == "quit"
    assert [one["verb"] for one in told["commands"] if one["kind"] == "command"] == [
        "HELO", "MAIL", "RCPT", "DATA", "QUIT",
    ]  # fmt: skip


def test_a_refused_recipient_is_named_and_nothing_is_delivered(postfix: Postfix) -> None:
    script = b"EHLO client.test\nMAIL FROM:<test1@bdwater.test>\nRCPT TO:<nobody@bdwater.test>\nQUIT\n"
    run = subprocess.run(
        [*PROGRAM, "connect", f"{postfix.host}:{postfix.port}", "--yes"],
        input=script,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 1, run.stdout.decode()
    assert b"S: 550 5.1.1" in run.stdout


def type_the_mail(terminal: Terminal, *, greeted: bool = True) -> None:
    """On the split screen, to the end of the program; ``greeted``: from the greeting on, else behind EHLO."""
    if greeted:
        terminal.wait_for("220 mail.bdwater.test")
        terminal.enter(ENVELOPE[0])
        terminal.wait_for("250 mail")
    assert "REAL" in terminal.rows()[0]
    for line, step in zip(ENVELOPE[1:], ("mail", "rcpt", "data"), strict=True):
        terminal.enter(line)
        terminal.wait(lambda: f"[{step}]" in terminal.rows()[0], step)  # noqa: B023
    for line in MESSAGE:
        terminal.enter(line)
    terminal.enter(".")
    terminal.wait(lambda: any(said in terminal.text() for said in ("queued as", "250 OK id=")), "accepted")
    terminal.enter("quit")
    terminal.wait_for("8 of 8")
    terminal.press("ctrl+q")
    assert terminal.exit_code() == 0


def test_the_articles_mail_on_the_split_screen(postfix: Postfix) -> None:
    command = [*PROGRAM, "connect", f"{postfix.host}:{postfix.port}"]
    with Terminal.spawn(command, size=(80, 24)) as terminal:
        type_the_mail(terminal)
    stored(postfix.mail("test2"))


def test_the_articles_mail_in_tmux_over_ssh(postfix: Postfix, sshd: Sshd, tmp_path: Path) -> None:
    command = [*PROGRAM, "connect", f"{postfix.host}:{postfix.port}"]
    with tmux.running(sshd, tmp_path, command, {}, size=(80, 24)) as terminal:
        type_the_mail(terminal)
    rows = transcript()
    assert [row for row in rows if row.startswith("C: ")] == [
        f"C: {row}" for row in SCRIPT.decode().splitlines()
    ]
    assert "S: 221 2.0.0 Bye" in rows
    stored(postfix.mail("test2"))


def test_logged_in_by_starttls_in_tmux_over_ssh(postfix: Postfix, sshd: Sshd, tmp_path: Path) -> None:
    """The password is typed where it is asked for, hidden."""
    command = [*PROGRAM, "connect", f"localhost:{postfix.login_port}", "--starttls", "--until", "auth"]
    command += ["--cafile", str(postfix.certificates.ca), "--user", "test1@bdwater.test"]
    with tmux.running(sshd, tmp_path, command, {}, size=(80, 24)) as terminal:
        terminal.wait_for("idden")
        terminal.enter(postfix.password)
        terminal.wait_for("235 2.7.0")
        type_the_mail(terminal, greeted=False)
        assert postfix.password.encode() not in terminal.written
    rows = transcript()
    (login,) = (row for row in rows if row.startswith("C: AUTH "))
    assert login.startswith("C: AUTH SCRAM-SHA-256 ")
    assert rows.index("C: STARTTLS") < rows.index(login)
    stored(postfix.mail("test2"))


def test_to_exim_by_tls_at_once_in_tmux_over_ssh(exim: Exim, sshd: Sshd, tmp_path: Path) -> None:
    command = [*PROGRAM, "connect", f"localhost:{exim.tls_port}", "--tls"]
    command += ["--cafile", str(exim.certificates.ca)]
    with tmux.running(sshd, tmp_path, command, {}, size=(80, 24)) as terminal:
        type_the_mail(terminal)
    assert any(row.startswith("* TLS handshake complete: ") for row in transcript())
    stored(exim.boxes.mail("test2"))
