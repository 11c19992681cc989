"""Transcripts: nothing of a session is lost, nothing secret is kept."""

from __future__ import annotations

import base64
import json
import os
import signal
import stat
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tui.smtp.certificate import Certificate, CertificateFault
from tui.smtp.commands import Command
from tui.smtp.events import (
    AddressTried,
    AuthResponseSent,
    BodyLineSent,
    CommandSent,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    Failure,
    Found,
    LineEnd,
    LineReceived,
    LineSent,
    Part,
    PhaseChanged,
    ReplyReceived,
    ReplyTimedOut,
    ServerHalfClosed,
    TlsEstablished,
    TlsFailed,
    TlsTrouble,
)
from tui.smtp.findings import Finding, Side
from tui.smtp.phases import Phase
from tui.smtp.replies import Reply
from tui.store.rows import json_row, text_row
from tui.store.transcripts import Transcript, begin, safe_name
from tui.words import tls

SECRET = b"AHRlc3QxAHNlY3JldDE="


@dataclass(frozen=True)
class At:
    event: Event
    at: float = 0.25
    wall: float = 1000.5


def sent(
    number: int, data: bytes, end: LineEnd = LineEnd.CRLF, secret: tuple[tuple[int, int], ...] = ()
) -> At:
    return At(LineSent(number, data, end, Part.COMMAND, secret))


def received(number: int, data: bytes, end: LineEnd = LineEnd.CRLF) -> At:
    return At(LineReceived(number, data, end))


def text(transcript: Transcript) -> str:
    return transcript.text_file.read_text()


def rows(transcript: Transcript) -> list[dict[str, object]]:
    return [json.loads(row) for row in transcript.json_file.read_text().splitlines()]


def test_a_session(tmp_path: Path) -> None:
    with begin(tmp_path / "t", "mail.example.org") as transcript:
        transcript.append(
            [
                At(AddressTried("mail.example.org", "192.0.2.1", 25)),
                At(ConnectionOpened("mail.example.org", "192.0.2.1", 25, sandbox=False)),
                received(1, b"220 hello"),
                sent(2, b"HELO \xe4\xbd\xa0"),
            ]
        )
        transcript.append([received(3, b"250 ok", LineEnd.LF), sent(4, b"QU", LineEnd.NONE)])
        transcript.append([At(ConnectionClosed(Side.SERVER))])
    assert text(transcript) == (
        "* trying 192.0.2.1:25\n"
        "* connected to mail.example.org 192.0.2.1:25\n"
        "S: 220 hello\n"
        "C: HELO 你\n"
        "S: 250 ok <LF>\n"
        "C: QU <no CRLF>\n"
        "* connection closed by server\n"
    )
    assert [row["dir"] for row in rows(transcript)] == ["*", "*", "S", "C", "S", "C", "*"]
    octets = [base64.b64decode(str(row["b64"])) for row in rows(transcript) if "b64" in row]
    assert octets == [b"220 hello\r\n", "HELO 你\r\n".encode(), b"250 ok\n", b"QU"]
    assert {row["t"] for row in rows(transcript)} == {0.25}
    assert {row["wall"] for row in rows(transcript)} == {1000.5}


def test_controls_are_spelt_out_and_rows_cannot_be_faked(tmp_path: Path) -> None:
    with begin(tmp_path, "h") as transcript:
        transcript.append([received(1, b"220 \x1b[2J\rS: 250 fake\x00\xff\xe2\x80\xae")])
    assert text(transcript) == "S: 220 \\x1b[2J\\x0dS: 250 fake\\x00\\xff\\u{202e}\n"


def test_secrets_are_in_neither_file(tmp_path: Path) -> None:
    line = b"AUTH PLAIN " + SECRET
    command = Command(line, "AUTH", f"PLAIN {SECRET.decode()}")
    with begin(tmp_path, "h") as transcript:
        transcript.append(
            [
                sent(1, line, secret=((11, len(line)),)),
                At(CommandSent(1, 1, command, Phase.READY)),
                sent(2, SECRET, secret=((0, len(SECRET)),)),
                At(AuthResponseSent(2, 2, SECRET, "LOGIN", cancelled=False)),
                At(ReplyReceived(Reply(535, (b"no " + SECRET,), (b"535 no " + SECRET,)), None, 3)),
                At(Found(Finding.SECRET_ECHOED, Side.SERVER, 3, ((0, 3),), "test1 secret1")),
                At(BodyLineSent(4, 1, SECRET, LineEnd.CRLF, stuffed=False, in_header=True)),
            ]
        )
    for file in (transcript.text_file, transcript.json_file):
        content = file.read_bytes()
        assert SECRET not in content
        assert b"secret1" not in content
        assert base64.b64encode(SECRET) not in content
    assert text(transcript) == "C: AUTH PLAIN ********\nC: ********\n"
    masked = [base64.b64decode(str(row["b64"])) for row in rows(transcript) if "b64" in row]
    assert masked == [b"AUTH PLAIN ********\r\n", b"********\r\n"]
    assert [row["event"] for row in rows(transcript) if row["dir"] == "*"] == [
        "command-sent",
        "auth-response-sent",
        "reply-received",
        "found",
    ]


def test_what_happens_to_a_connection(tmp_path: Path) -> None:
    happened: list[tuple[Event, str]] = [
        (ConnectionOpened("h", "::1", 2525, sandbox=True), "connected to h [::1]:2525 sandbox"),
        (ConnectionOpened("::1", "::1", 25, sandbox=False), "connected to [::1]:25"),
        (ConnectionFailed(Failure.REFUSED, "h", 25, "192.0.2.1"), "connection failed: refused 192.0.2.1:25"),
        (ConnectionFailed(Failure.NAME_UNKNOWN, "h\x1b", 25), "connection failed: name unknown h\\x1b:25"),
        (TlsEstablished("TLSv1.3", "AES"), "TLS handshake complete: TLSv1.3 AES"),
        (ServerHalfClosed(), "the server will send no more"),
        (ReplyTimedOut(300.0), "reply timed out after 300 s"),
        (ConnectionClosed(Side.CLIENT), "connection closed by client"),
        (ConnectionClosed(Side.SERVER, reset=True), "connection reset by server"),
        (ConnectionClosed(None), "connection lost"),
    ]
    with begin(tmp_path, "h") as transcript:
        transcript.append([At(event) for event, _note in happened])
        transcript.append([At(PhaseChanged(Phase.READY, Phase.MAIL))])
    assert text(transcript).splitlines() == [f"* {note}" for _event, note in happened]
    assert rows(transcript)[-1] == {
        "t": 0.25,
        "wall": 1000.5,
        "dir": "*",
        "event": "phase-changed",
        "before": "ready",
        "phase": "mail",
    }


_CERTIFICATE = Certificate("CN=mx", ("mx",), "CN=R", ("CN=mx",), 0, 1, "RSA 2048", "ab" * 32, "CN=R")


@pytest.mark.parametrize("trouble", TlsTrouble)
def test_why_tls_failed_stands_in_words(trouble: TlsTrouble) -> None:
    """Those of the screen, and no names of a program."""
    if trouble is TlsTrouble.CERTIFICATE:
        faults = tuple(CertificateFault)
        event = TlsFailed(trouble, certificate=_CERTIFICATE, faults=faults)
        said = text_row(event) or ""
        assert said.startswith(
            "* TLS failed: certificate not verified: it has expired, it is not valid yet, "
        )
        assert all(tls.fault(one) in said for one in faults)
        assert said.endswith(f"; sha256 {'ab' * 32}")
    else:
        event = TlsFailed(trouble, implicit=True)
        said = text_row(event) or ""
        assert said == f"* TLS failed: {tls.headline(event)}"
    assert "-" not in trouble.value or trouble.value not in said
    kept = json_row(event)
    assert kept is not None
    assert kept["trouble"] == trouble.value


def test_a_certificate_taken_in_spite_of_its_faults_is_told_in_words() -> None:
    faults = (CertificateFault.WRONG_NAME, CertificateFault.SELF_SIGNED)
    event = TlsEstablished("TLSv1.3", "AES", verified=False, certificate=_CERTIFICATE, faults=faults)
    said = text_row(event)
    assert said == (
        "* TLS handshake complete: TLSv1.3 AES NOT VERIFIED: it is for another name, it is signed by itself; "
        f"sha256 {'ab' * 32}"
    )


def test_private(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with begin(tmp_path / "t", "h") as transcript:
            copy = transcript.save_as(tmp_path / "copy.txt")
    finally:
        os.umask(before)
    for path in (transcript.text_file, transcript.json_file, copy):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE((tmp_path / "t").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("mail.example.org", "mail.example.org"),
        ("::1", "1"),
        ("../../etc/passwd", "etc_passwd"),
        ("", "server"),
        ("...", "server"),
        ("例子.cn", "cn"),
        ("a" * 500, "a" * 80),
        ("a\nb\x00c", "a_b_c"),
    ],
)
def test_safe_names(tmp_path: Path, host: str, name: str) -> None:
    assert safe_name(host) == name
    begin(tmp_path, host).close()
    assert len(list(tmp_path.iterdir())) == 2


def test_two_at_the_same_second(tmp_path: Path) -> None:
    transcripts = [begin(tmp_path, "h", now=1000.0) for _number in range(3)]
    assert len({transcript.text_file for transcript in transcripts}) == 3
    for transcript in transcripts:
        assert transcript.json_file.stem == transcript.text_file.stem
        transcript.close()


def test_the_last_ones_are_kept(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not ours")
    for second in range(8):
        begin(tmp_path, "h", keep=3, now=1000.0 + second).close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert len(names) == 7
    assert "notes.txt" in names
    newest = begin(tmp_path, "h", keep=3, now=1007.0)
    assert newest.text_file.name.endswith("-2.txt"), "the session of second 7 is still there"
    newest.close()


def test_none_are_kept(tmp_path: Path) -> None:
    transcript = begin(tmp_path / "t", "h", keep=0)
    transcript.append([received(1, b"220 hello")])
    assert not transcript.kept
    copy = transcript.save_as(tmp_path / "copy.txt")
    transcript.close()
    assert not transcript.text_file.exists()
    assert not (tmp_path / "t").exists()
    assert copy.read_text() == "S: 220 hello\n"


def test_save_as(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with begin(tmp_path / "t", "h") as transcript:
        transcript.append([received(1, b"220 hello")])
        assert transcript.save_as(Path("~/a.txt")) == tmp_path / "a.txt"
        assert (tmp_path / "a.txt").read_text() == "S: 220 hello\n"
        with pytest.raises(FileExistsError):
            transcript.save_as(tmp_path / "a.txt")
        transcript.append([sent(2, b"QUIT")])
        transcript.save_as(tmp_path / "a.txt", overwrite=True)
        assert (tmp_path / "a.txt").read_text() == "S: 220 hello\nC: QUIT\n"
        transcript.save_as(tmp_path / "a.jsonl")
        assert (tmp_path / "a.jsonl").read_bytes() == transcript.json_file.read_bytes()
        assert transcript.save_as(tmp_path).name == transcript.text_file.name
        with pytest.raises(FileNotFoundError):
            transcript.save_as(tmp_path / "no" / "such" / "folder.txt")


def test_a_full_disk_ends_it_without_a_second_word(tmp_path: Path) -> None:
    transcript = begin(tmp_path, "h")
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, transcript._text)
    os.close(full)
    with pytest.raises(OSError, match="No space"):
        transcript.append([received(1, b"220 hello")])
    transcript.append([received(1, b"220 hello")])
    transcript.close()
    transcript.close()


def test_kill_loses_nothing_that_was_appended(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from tests.store.test_transcripts import received\n"
        "from tui.store.transcripts import begin\n"
        "transcript = begin(Path(sys.argv[1]), 'h')\n"
        "for number in range(50): transcript.append([received(number, b'250 %d' % number)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    (file,) = tmp_path.glob("*.txt")
    assert file.read_text() == "".join(f"S: 250 {number}\n" for number in range(50))
    (file,) = tmp_path.glob("*.jsonl")
    assert len(file.read_text().splitlines()) == 50
