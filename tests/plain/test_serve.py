"""``smtptutor sandbox``: one ready row, a live log, a clean end."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import socket
import ssl
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tui.sandbox.inbox import Inbox

PROGRAM = [sys.executable, "-m", "tui"]


@contextmanager
def serving(*words: str, **env: str) -> Iterator[tuple[subprocess.Popen[bytes], int, str]]:
    """The process, its port on 127.0.0.1 and its first row."""
    process = subprocess.Popen(
        [*PROGRAM, "sandbox", *(words or ("--port", "0"))],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, **env},
    )
    assert process.stdout is not None
    try:
        ready = process.stdout.readline().decode()
        yield process, int(ready.split("127.0.0.1:", 1)[1].split()[0]), ready
    finally:
        process.kill()
        process.communicate(timeout=20)


def talk(port: int, octets: bytes, host: str = "127.0.0.1") -> bytes:
    with socket.create_connection((host, port)) as client, client.makefile("rb") as replies:
        client.sendall(octets)
        client.shutdown(socket.SHUT_WR)
        return replies.read()


def ended(process: subprocess.Popen[bytes], number: int = signal.SIGTERM) -> tuple[int, str, str]:
    process.send_signal(number)
    out, err = process.communicate(timeout=20)
    return process.returncode, out.decode(), err.decode()


def test_the_live_log_shows_each_line_with_its_connection(own_home: Path) -> None:
    with serving() as (process, port, ready):
        assert ready.startswith("ready on 127.0.0.1:")
        assert " ; personality plain ; scenario free ; " in ready
        assert ready.endswith(f" ; mail is kept in {own_home / 'smtptutor' / 'mail'} ; ^C ends it\n")
        talk(port, b"hello me\r\nQUIT\r\n")
        talk(
            port,
            b"EHLO x\r\nAUTH PLAIN AGFsaWNlAHNlY3JldA==\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\n"
            b"DATA\r\nSubject: hi\x1b[31m\r\n.\r\nQUIT\r\n",
        )
        code, log, err = ended(process)
    assert (code, err) == (0, "")
    rows = log.splitlines()
    assert rows[:6] == [
        "1 * connected from 127.0.0.1",
        "1 S: 220 sandbox.test ESMTP smtptutor practice server",
        "1 C: hello me",
        "1 S: 500 5.5.2 Command not recognized",
        "1 C: QUIT",
        "1 S: 221 2.0.0 Goodbye",
    ]
    assert "2 C: AUTH PLAIN ********" in rows
    assert "2 C: Subject: hi\\x1b[31m" in rows
    stored = rows.index("2 * stored 1, from <a@b.test> to <c@d.test>, 18 octets")
    assert rows[stored - 1 : stored + 3] == [
        "2 C: .",
        rows[stored],
        "2 S: 250 2.6.0 Message 1 accepted, 18 octets",
        "2 C: QUIT",
    ]
    assert rows[-1] == "2 * closed"
    assert "AGFsaWNl" not in log
    assert [entry.subject for entry in Inbox(own_home / "smtptutor" / "mail").entries()] == ["hi\x1b[31m"]


@pytest.mark.parametrize(
    ("number", "expected"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGHUP, 128 + signal.SIGHUP)]
)
def test_a_signal_ends_it_cleanly(number: int, expected: int) -> None:
    with serving() as (process, port, _), socket.create_connection(("127.0.0.1", port)) as client:
        replies = client.makefile("rb")
        assert replies.readline().startswith(b"220 ")
        code, log, err = ended(process, number)
        assert replies.readline() == b"421 4.3.2 sandbox.test Shutting down\r\n"
        assert replies.read() == b""
        replies.close()
    assert (code, err) == (expected, "")
    assert log.splitlines()[-2:] == ["1 S: 421 4.3.2 sandbox.test Shutting down", "1 * closed"]


def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    with serving() as (_process, port, _ready):
        done = subprocess.run([*PROGRAM, "sandbox", "--port", str(port)], capture_output=True, check=False)
    assert done.returncode == 69
    assert done.stdout == b""
    assert done.stderr.decode() == (
        f"smtptutor: port {port} is taken by another program; --port N names another.\n"
    )


def test_the_reader_of_the_log_may_go_away() -> None:
    with serving() as (process, port, _):
        assert process.stdout is not None
        process.stdout.close()
        talk(port, b"NOOP\r\n")
        assert process.wait(timeout=20) == 141
        assert process.stderr is not None
        assert process.stderr.read() == b""
        process.stdout = None


def test_the_wording_of_another_server() -> None:
    with serving("--port", "0", "--personality", "mdaemon-7") as (_process, port, _ready):
        assert talk(port, b"QUIT\r\n").endswith(b"\r\n221 See ya in cyberspace\r\n")


def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with serving(SMTPTUTOR_HOME=str(tmp_path / "file")) as (process, port, _ready):
        assert talk(port, b"QUIT\r\n").endswith(b"Goodbye\r\n")
        code, _log, err = ended(process)
    assert code == 0
    assert err.endswith(f"smtptutor: {tmp_path / 'file'} cannot be written: nothing will be kept.\n")


def test_in_chinese() -> None:
    with serving(SMTPTUTOR_LANG="zh_CN") as (process, port, _ready):
        talk(port, b"QUIT\r\n")
        code, log, _err = ended(process)
    assert code == 0
    assert "1 S: 221 2.0.0 Goodbye" in log.splitlines()


def test_a_mail_program_is_told_all_that_it_needs(own_home: Path) -> None:
    words = ("--port", "0", "--tls-port", "0", "--lmtp-port", "0", "--scenario", "submission")
    with serving(*words) as (process, port, ready):
        pieces = ready.rstrip().split(" ; ")
        tls, lmtp = pieces[1:3]
        ca = own_home / "smtptutor" / "tls" / "ca.pem"
        assert pieces[3:8] == [
            "personality plain",
            "scenario submission",
            "to log in: user alice, password wonderland",
            "to log in: user bob, password builder",
            f"for TLS trust {ca}",
        ]
        assert pieces[8].startswith("its certificate has the SHA-256 ")
        context = ssl.create_default_context(cafile=ca)
        with smtplib.SMTP("localhost", port, local_hostname="client.test") as client:
            assert client.docmd("MAIL FROM:<alice@x.test>")[0] == 530
            client.starttls(context=context)
            client.login("alice", "wonderland")
            client.sendmail("alice@x.test", ["bob@x.test"], b"Subject: hi\r\n\r\n")
        tls_port = int(tls.split("127.0.0.1:")[1].split()[0])
        with smtplib.SMTP_SSL("localhost", tls_port, context=context, local_hostname="client.test") as client:
            client.login("bob", "builder")
        lmtp_port = int(lmtp.split("127.0.0.1:")[1].split()[0])
        assert b"LHLO" not in talk(lmtp_port, b"LHLO me\r\nQUIT\r\n")
        _code, out, _err = ended(process)
    assert "1 * inside TLSv1" in out
    assert "1 C: AUTH PLAIN ********" in out or "1 C: AUTH CRAM-MD5" in out
    for form in ("wonderland", b64encode(b"\0alice\0wonderland").decode()):
        assert form not in out
    assert len(Inbox(own_home / "smtptutor" / "mail").entries()) == 1


def test_what_there_is_to_choose_from(capsys: pytest.CaptureFixture[str]) -> None:
    from tui.plain import listing
    from tui.sandbox import personality, scenario

    assert listing.run(as_json=True) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in found["personalities"]] == list(personality.shipped())
    assert [one["id"] for one in found["scenarios"]] == list(scenario.shipped())
    for one in found["personalities"]:
        assert one["about"] and one["source"]
        whose = [*one["seen"], *one["read"], *one["own_words"]]
        assert len(whose) == len(set(whose))
    assert listing.run(as_json=False) == 0
    rows = capsys.readouterr().out.splitlines()
    for name in ("postfix", "qq-163", "greylist"):
        assert any(row.startswith(f"  {name} ") for row in rows)
    assert any("read about, not seen: " in row for row in rows)
    assert any("own words, " in row for row in rows)
    sizes = [row.strip() for row in rows if "messages up to" in row]
    assert len(sizes) == len(found["personalities"])
    assert "messages up to 50,000 octets, as its server was set up" in sizes
    assert "messages up to 33,554,432 octets" in sizes
    assert max(map(len, rows)) <= 100
