"""A dialogue written as another program: what it delivers has the same envelope and the same octets."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.interop.postfix import Postfix
from tests.interop.program import PROGRAM
from tui.sandbox.inbox import Inbox
from tui.store.paths import home

CRLF = b"\r\n"
PLAIN = b"From: Alice <alice@example.org>\r\nSubject: lunch\r\n\r\nNoon?\r\n"
MESSAGES = {
    "plain": PLAIN,
    "dots": b"Subject: x\r\n\r\n.\r\n..two\r\n.one\r\n",
    "last-dot": b"Subject: x\r\n\r\nfold\r\n.\r\n",
    "utf-8": "Subject: 午饭\r\n\r\n中午见，老地方。\r\n".encode(),
    "gbk": "Subject: x\r\n\r\n中午见\r\n".encode("gbk"),
    "shell": b"Subject: $HOME `id` \"'\\\r\n\r\nEND\r\n$(id) %s \\n \\x41\r\n",
    "tokens": b"Subject: %FROM_ADDRESS% %DATE%\r\n\r\nFrom here\r\nliteral \\n\r\n",
    "mailbox-line": b"From alice Mon Jan  1\r\nSubject: x\r\n\r\nx\r\n",
    "blanks": b"Subject: x\r\n\r\n  two before, two behind  \r\n\ttab\t\r\n\r\n\r\n",
    "bare-ends": b"Subject: x\r\n\r\na\nb\rc\n.d\r\n",
    "controls": b"Subject: x\r\n\r\n\x00\x1b[31m\x7f\r\n",
    "empty-body": b"Subject: x\r\n\r\n",
    "long": b"Subject: x\r\n\r\n" + b"0123456789" * 99 + CRLF,
    "bidi": "Subject: x\r\n\r\n\u202eabc \u2028 \u0085\r\n".encode(),
}
TO = ("bob@x.test", "carol@y.test")


def stuffed(message: bytes) -> bytes:
    """By RFC 5321 §4.5.2, line by line."""
    lines = message.split(CRLF)
    return CRLF.join(b"." + line if line.startswith(b".") else line for line in lines)


def recorded(
    file: Path, message: bytes, *, port: int, to: Sequence[str] = TO, sender: str = "alice@example.org"
) -> Path:
    """A transcript as smtptutor keeps it."""
    rows: list[dict[str, object]] = [
        {"dir": "*", "event": "connection-opened", "host": "127.0.0.1", "address": "127.0.0.1", "port": port}
    ]

    def say(side: str, octets: bytes) -> None:
        rows.append({"dir": side, "b64": base64.b64encode(octets).decode()})

    say("S", b"220 x.test ESMTP\r\n")
    for line in ("EHLO client.test", f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{one}>" for one in to)):
        say("C", line.encode() + CRLF)
        say("S", b"550 no\r\n" if "nobody" in line else b"250 ok\r\n")
    say("C", b"DATA\r\n")
    say("S", b"354 go\r\n")
    say("C", stuffed(message))
    say("C", b".\r\n")
    say("S", b"250 ok\r\n")
    say("C", b"QUIT\r\n")
    say("S", b"221 bye\r\n")
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return file


def exported(form: str, transcript: Path) -> str:
    ran = subprocess.run(
        [*PROGRAM, "export", str(transcript), "--as", form], capture_output=True, check=True, timeout=60
    )
    return ran.stdout.decode()


def do(form: str, text: str, folder: Path, **more: str) -> str:
    """Run it as a person would; what it printed."""
    script = folder / f"script-{form}"
    script.write_text(text)
    ran = subprocess.run(
        [sys.executable if form == "python" else "bash", str(script)],
        env={**os.environ, **more},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
    )
    printed = ran.stdout.decode(errors="replace")
    assert ran.returncode == 0, printed
    return printed


def delivered() -> tuple[bytes, str, tuple[str, ...]]:
    inbox = Inbox(home().mail)
    (entry,) = inbox.entries()
    assert entry.envelope is not None
    return inbox.raw(entry.number), entry.envelope.reverse_path, entry.envelope.addresses


@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("form", ["python", "swaks", "curl"])
def test_the_same_octets(form: str, name: str, sandbox_port: int, tmp_path: Path) -> None:
    message = MESSAGES[name]
    do(form, exported(form, recorded(tmp_path / "t.jsonl", message, port=sandbox_port)), tmp_path)
    assert delivered() == (message, "alice@example.org", TO)


@pytest.mark.parametrize("form", ["python", "swaks", "curl"])
@pytest.mark.parametrize(
    ("sender", "to", "accepted"),
    [
        ("", ("bob@x.test",), ("bob@x.test",)),
        ("alice@example.org", ("nobody@x.test", "bob@x.test"), ("bob@x.test",)),
        ("o'hara+tag@example.org", ("$HOME@x.test",), ("$HOME@x.test",)),
    ],
)
def test_the_same_envelope(
    form: str, sender: str, to: Sequence[str], *, accepted: Sequence[str], sandbox_port: int, tmp_path: Path
) -> None:
    transcript = recorded(tmp_path / "t.jsonl", PLAIN, port=sandbox_port, to=to, sender=sender)
    do(form, exported(form, transcript), tmp_path)
    assert delivered() == (PLAIN, sender, tuple(accepted))


@pytest.mark.parametrize("name", ["plain", "dots", "utf-8", "last-dot", "blanks"])
def test_openssl_behind_starttls(name: str, postfix: Postfix, tmp_path: Path) -> None:
    message, to = MESSAGES[name], "test2@bdwater.test"
    transcript = recorded(tmp_path / "t.jsonl", message, port=postfix.port, to=(to,))
    text = exported("openssl", transcript)
    printed = do("openssl", text, tmp_path, SSL_CERT_FILE=str(postfix.certificates.ca))
    assert "queued as" in printed
    mail = postfix.mail("test2").replace(CRLF, b"\n")
    assert mail.endswith(message.replace(CRLF, b"\n").split(b"\n\n", 1)[1])
    assert b"alice@example.org" in mail


def facts(text: str) -> dict[str, Any]:
    ran = subprocess.run(
        [*PROGRAM, "explain", "--json"], input=text.encode(), capture_output=True, check=True, timeout=60
    )
    (row,) = ran.stdout.splitlines()
    told: dict[str, Any] = json.loads(row)
    return told


def envelopes(told: dict[str, Any]) -> list[object]:
    """What both recordings must agree on."""
    return [
        (
            told["helo"]["name"],
            one["mail_from"],
            [(to["address"], to["accepted"]) for to in one["recipients"]],
            one["outcome"],
        )
        for one in told["transactions"]
    ]


@pytest.mark.parametrize("name", ["plain", "dots", "utf-8", "last-dot"])
@pytest.mark.parametrize("form", ["python", "swaks", "curl"])
def test_what_it_prints_is_explained_with_the_same_facts(
    form: str, name: str, sandbox_port: int, tmp_path: Path
) -> None:
    to = ("nobody@x.test", "bob@x.test")
    transcript = recorded(tmp_path / "t.jsonl", MESSAGES[name], port=sandbox_port, to=to)
    printed = facts(do(form, exported(form, transcript), tmp_path))
    before = facts(transcript.read_text())
    assert printed["form"] == {"python": "smtplib"}.get(form, form)
    assert envelopes(printed) == envelopes(before)
    if form != "curl":  # which counts the octets of a message and does not print them
        for key in ("size_octets", "sha256", "header_fields"):
            assert printed["transactions"][0]["message"][key] == before["transactions"][0]["message"][key]


def test_what_openssl_prints_is_explained_with_the_same_facts(postfix: Postfix, tmp_path: Path) -> None:
    transcript = recorded(tmp_path / "t.jsonl", PLAIN, port=postfix.port, to=("test2@bdwater.test",))
    text = exported("openssl", transcript)
    printed = facts(do("openssl", text, tmp_path, SSL_CERT_FILE=str(postfix.certificates.ca)))
    before = facts(transcript.read_text())
    assert b"Subject: lunch" in postfix.mail("test2")
    assert envelopes(printed) == envelopes(before)
    message = printed["transactions"][0]["message"]
    assert message["sha256"] == before["transactions"][0]["message"]["sha256"]
