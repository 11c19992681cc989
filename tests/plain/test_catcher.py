"""``smtptutor sandbox`` for other programs: it ends by itself, speaks JSON, keeps mail apart."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.plain.test_serve import PROGRAM, ended, serving, talk
from tests.pty import Terminal
from tui.plain.serve_rows import JsonLines, ServerLog
from tui.sandbox import events
from tui.sandbox.inbox import Inbox

MAIL = b"EHLO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nSubject: hi\r\n.\r\nQUIT\r\n"


def refused(*words: str) -> tuple[int, str, str]:
    done = subprocess.run([*PROGRAM, "sandbox", *words], capture_output=True, check=False, timeout=60)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_the_first_three_minutes_on_a_terminal() -> None:
    """Two shells: the dialogue appears in the one while it is spoken in the other."""
    with Terminal.spawn([sys.executable, "-m", "tui", "sandbox", "--port", "0"], size=(200, 24)) as terminal:
        terminal.wait_for("ready on 127.0.0.1:")
        port = int(terminal.text().split("127.0.0.1:", 1)[1].split()[0])
        with smtplib.SMTP("127.0.0.1", port, local_hostname="client.test") as client:
            terminal.wait_for("1 S: 220 ")
            client.ehlo()
            terminal.wait_for("1 C: ehlo client.test")
            client.sendmail("alice@example.org", ["you@x.test"], b"Subject: hi\r\n\r\nlunch?\r\n")
        terminal.wait_for("1 * stored 1, from <alice@example.org> to <you@x.test>, 23 octets")
        terminal.wait_for("1 * closed")
        terminal.press("ctrl+c")
        assert terminal.exit_code() == 0
    done = subprocess.run([*PROGRAM, "inbox"], capture_output=True, check=True)
    assert b"you@x.test" in done.stdout


def test_it_waits_for_messages_and_ends() -> None:
    with serving("--port", "0", "--wait", "2", "--timeout", "60") as (process, port, _ready):
        assert talk(port, MAIL).endswith(b"Goodbye\r\n")
        assert talk(port, MAIL).endswith(b"Goodbye\r\n")  # not cut off by the end
        out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, b"")
    assert out.decode().splitlines()[-1] == "* 2 messages of 2 came"


def test_it_does_not_wait_for_ever() -> None:
    with serving("--port", "0", "--wait", "2", "--timeout", "0.5") as (process, port, _ready):
        talk(port, MAIL)
        out, _err = process.communicate(timeout=20)
    assert process.returncode == 75
    assert out.decode().splitlines()[-1] == "* 1 message of 2 came"


def test_who_waits_and_is_ended_has_not_got_what_it_waits_for() -> None:
    with serving("--port", "0", "--wait", "1") as (process, _port, _ready):
        assert ended(process)[0] == 128 + signal.SIGTERM


def test_json_lines(tmp_path: Path) -> None:
    mail = tmp_path / "caught"
    command = [*PROGRAM, "sandbox", "--port", "0", "--json", "--wait", "1", "--mail", str(mail)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    ready = json.loads(process.stdout.readline())
    assert {key: ready[key] for key in ("event", "personality", "scenario", "mail", "exposed")} == {
        "event": "ready",
        "personality": "plain",
        "scenario": "free",
        "mail": str(mail),
        "exposed": False,
    }
    assert f"127.0.0.1:{ready['port']}" in ready["addresses"]
    talk(ready["port"], MAIL)
    out, _err = process.communicate(timeout=20)
    told = [json.loads(line) for line in out.splitlines()]
    assert all(one.pop("time") > 0 for one in told)
    assert [one for one in told if one["event"] != "reply"] == [
        {"event": "connected", "connection": 1, "peer": "127.0.0.1", "protocol": "smtp"},
        {"event": "command", "connection": 1, "line": "EHLO x"},
        {"event": "command", "connection": 1, "line": "MAIL FROM:<a@b.test>"},
        {"event": "command", "connection": 1, "line": "RCPT TO:<c@d.test>"},
        {"event": "command", "connection": 1, "line": "DATA"},
        {"event": "message", "connection": 1, "line": "Subject: hi"},
        {"event": "message", "connection": 1, "line": "."},
        {
            "event": "stored",
            "connection": 1,
            "number": 1,
            "from": "a@b.test",
            "to": ["c@d.test"],
            "octets": 13,
            "tls": None,
            "user": None,
        },
        {"event": "command", "connection": 1, "line": "QUIT"},
        {"event": "closed", "connection": 1},
        {"event": "stopped", "stored": 1, "wanted": 1},
    ]
    assert [one["line"][:3] for one in told if one["event"] == "reply" and one["line"][:3] != "250"] == [
        "220",
        "354",
        "221",
    ]
    assert [entry.number for entry in Inbox(mail).entries()] == [1]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (events.HandshakeDone(1, "TLSv1.3", "X"), {"event": "tls", "version": "TLSv1.3", "cipher": "X"}),
        (events.HandshakeFailed(1, OSError("no")), {"event": "tls", "version": None, "error": "no"}),
        (
            events.HandshakeMisplaced(1),
            {"event": "tls", "version": None, "error": "a TLS handshake on a port in clear"},
        ),
        (events.ProxyHeaderRead(1, "192.0.2.1"), {"event": "proxy", "peer": "192.0.2.1"}),
        (
            events.ProxyHeaderMissing(1),
            {"event": "proxy", "peer": None, "error": "no PROXY header came"},
        ),
        (
            events.MessageDropped(1, events.Drop.TOO_LARGE, 9),
            {"event": "dropped", "why": "too-large", "octets": 9},
        ),
        (events.ServerFailed(1, ValueError()), {"event": "error", "kind": "ValueError"}),
    ],
)
def test_what_else_is_told_as_json(event: events.Event, said: dict[str, Any]) -> None:
    rows: list[str] = []
    log = ServerLog(JsonLines(clock=lambda: 5.0), rows.append, lambda: None)
    log.tell(events.ClientConnected(1, "::1"))
    log.tell(event)
    assert json.loads(rows[-1]) == {"time": 5.0, "connection": 1, **said}


def test_octets_of_no_charset_are_json_too() -> None:
    rows: list[str] = []
    log = ServerLog(JsonLines(), rows.append, lambda: None)
    log.tell(events.ClientConnected(1, "::1"))
    log.tell(events.OctetsReceived(1, b"NOOP \xff\x1b\x80\r\n"))
    assert rows[-1].isascii()
    assert json.loads(rows[-1])["line"] == "NOOP \udcff\x1b\udc80"


def test_two_on_the_same_maildir_lose_nothing(tmp_path: Path) -> None:
    words = ("--port", "0", "--mail", str(tmp_path / "mail"))
    with serving(*words) as (one, first, _), serving(*words) as (two, second, _):
        for port in (first, second, first, second, second):
            talk(port, MAIL)
        assert (ended(one)[0], ended(two)[0]) == (0, 0)
    assert [entry.number for entry in Inbox(tmp_path / "mail").entries()] == [5, 4, 3, 2, 1]


def test_the_option_of_the_port_that_is_taken_is_named() -> None:
    with serving() as (_process, port, _ready):
        code, out, err = refused("--port", "0", "--tls-port", str(port))
    assert (code, out) == (69, "")
    assert err == f"smtptutor: port {port} is taken by another program; --tls-port N names another.\n"


def test_a_folder_of_something_else_is_no_place_for_mail(tmp_path: Path) -> None:
    (tmp_path / "letters.doc").touch()
    code, out, err = refused("--port", "0", "--mail", str(tmp_path))
    assert (code, out) == (69, "")
    assert f"smtptutor: {tmp_path} holds other things, and no mail" in err
    assert [one.name for one in tmp_path.iterdir()] == ["letters.doc"]


def test_it_can_be_exposed_and_says_so() -> None:
    with subprocess.Popen(
        [*PROGRAM, "sandbox", "--port", "0", "--expose"], stdout=subprocess.PIPE, env=os.environ
    ) as process:
        assert process.stdout is not None
        ready = process.stdout.readline().decode()
        process.terminate()
    assert ready.startswith("ready on 0.0.0.0:")
    assert " ; other machines can reach it, and it passes nothing on ; " in ready
