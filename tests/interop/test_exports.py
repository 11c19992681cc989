"""A dialogue written as another program: what it delivers has the same envelope and the same octets."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.interop import sandboxes
from tests.interop.ports import free_port
from tests.interop.postfix import Postfix
from tests.interop.program import PROGRAM, article, connect
from tests.interop.sandboxes import Sandbox
from tests.practice.shown import found
from tests.practice.test_reading import rows
from tui.desk.exports import As, of_reading
from tui.practice.reading import read
from tui.sandbox.inbox import Inbox
from tui.store.paths import home

CRLF = b"\r\n"
#: The password of alice at the practice server.
ALICES = "wonderland"
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
FORMS = pytest.mark.parametrize("form", ["python", "swaks", "curl", "openssl"])
#: Form -> messages of which what it prints cannot show every octet; curl counts them and prints none.
UNSHOWN = {"openssl": {"gbk", "bare-ends"}, "swaks": {"bare-ends"}, "curl": set(MESSAGES)}


def stuffed(message: bytes) -> bytes:
    """By RFC 5321 §4.5.2, line by line."""
    lines = message.split(CRLF)
    return CRLF.join(b"." + line if line.startswith(b".") else line for line in lines)


def recorded(
    file: Path,
    message: bytes,
    *,
    port: int,
    to: Sequence[str] = TO,
    sender: str = "alice@example.org",
    hello: str = "EHLO",
    login: bytes = b"",
) -> Path:
    """A transcript as smtptutor keeps it; ``login`` is user and password as PLAIN joins them."""
    said: list[dict[str, object]] = [
        {"dir": "*", "event": "connection-opened", "host": "127.0.0.1", "address": "127.0.0.1", "port": port}
    ]

    def say(side: str, octets: bytes) -> None:
        said.append({"dir": side, "b64": base64.b64encode(octets).decode()})

    say("S", b"220 x.test ESMTP\r\n")
    auth = [f"AUTH PLAIN {base64.b64encode(login).decode()}"] if login else []
    envelope = (f"MAIL FROM:<{sender}>", *(f"RCPT TO:<{one}>" for one in to))
    for line in (f"{hello} client.test", *auth, *envelope):
        say("C", line.encode() + CRLF)
        say("S", b"550 no\r\n" if "nobody" in line else b"235 in\r\n" if "AUTH" in line else b"250 ok\r\n")
    say("C", b"DATA\r\n")
    say("S", b"354 go\r\n")
    say("C", stuffed(message))
    say("C", b".\r\n")
    for _reply in [one for one in to if "nobody" not in one] if hello == "LHLO" else [""]:
        say("S", b"250 ok\r\n")
    say("C", b"QUIT\r\n")
    say("S", b"221 bye\r\n")
    file.write_text("".join(json.dumps(row) + "\n" for row in said))
    return file


def exported(form: str, transcript: Path) -> str:
    reading = read(rows(transcript.read_bytes()))
    assert reading is not None
    return of_reading(As(form), reading)


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
    printed = ran.stdout.decode(errors="surrogateescape")
    assert ran.returncode == 0, printed
    return printed


class Practice:
    """A practice server with every extension, and what it received."""

    def __init__(self, sandbox: Sandbox, inbox: Inbox) -> None:
        self.port, self.ca = sandbox.port, sandbox.ca
        self._inbox = inbox
        self._number = 0  # of the last message that was looked at

    def does(self, form: str, transcript: Path) -> str:
        """Run what the transcript becomes; what it printed."""
        return do(form, exported(form, transcript), transcript.parent, SSL_CERT_FILE=str(self.ca))

    def delivered(self) -> tuple[bytes, str, tuple[str, ...]]:
        """The octets, the sender and the recipients of the one message that is new."""
        (entry,) = (one for one in self._inbox.entries() if one.number > self._number)
        self._number = entry.number
        assert entry.envelope is not None
        return self._inbox.raw(entry.number), entry.envelope.reverse_path, entry.envelope.addresses


@pytest.fixture(scope="module")
def practice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMTPTUTOR_HOME", str(tmp_path_factory.mktemp("practice")))
        with sandboxes.running("--scenario", "full") as sandbox:
            yield Practice(sandbox, Inbox(home().mail))


@FORMS
def test_the_command_line_writes_it(form: str, tmp_path: Path) -> None:
    transcript = recorded(tmp_path / "t.jsonl", PLAIN, port=25)
    command = [*PROGRAM, "export", str(transcript), "--as", form]
    ran = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert ran.stdout.decode() == exported(form, transcript)


@pytest.mark.parametrize("name", MESSAGES)
@FORMS
def test_the_same_octets_and_what_it_prints_is_explained_with_the_same_facts(
    form: str, name: str, practice: Practice, tmp_path: Path
) -> None:
    to = ("nobody@x.test", *TO)
    transcript = recorded(tmp_path / "t.jsonl", MESSAGES[name], port=practice.port, to=to)
    printed = practice.does(form, transcript)
    assert practice.delivered() == (MESSAGES[name], "alice@example.org", TO)
    explained_alike(form, name, printed, transcript)


@FORMS
@pytest.mark.parametrize(
    ("sender", "to", "accepted"),
    [
        ("", ("bob@x.test",), ("bob@x.test",)),
        ("alice@example.org", ("nobody@x.test", "bob@x.test"), ("bob@x.test",)),
        ("o'hara+tag@example.org", ("$HOME@x.test",), ("$HOME@x.test",)),
    ],
)
def test_the_same_envelope(
    form: str, sender: str, to: Sequence[str], *, accepted: Sequence[str], practice: Practice, tmp_path: Path
) -> None:
    transcript = recorded(tmp_path / "t.jsonl", PLAIN, port=practice.port, to=to, sender=sender)
    printed = practice.does(form, transcript)
    assert practice.delivered() == (PLAIN, sender, tuple(accepted))
    explained_alike(form, "plain", printed, transcript)


@pytest.mark.parametrize("name", ["dots", "utf-8"])
def test_openssl_on_a_real_server(name: str, postfix: Postfix, tmp_path: Path) -> None:
    message, to = MESSAGES[name], "test2@bdwater.test"
    transcript = recorded(tmp_path / "t.jsonl", message, port=postfix.port, to=(to,))
    text = exported("openssl", transcript)
    printed = do("openssl", text, tmp_path, SSL_CERT_FILE=str(postfix.certificates.ca))
    assert "queued as" in printed
    mail = postfix.mail("test2").replace(CRLF, b"\n")
    assert mail.endswith(message.replace(CRLF, b"\n").split(b"\n\n", 1)[1])
    assert b"alice@example.org" in mail
    explained_alike("openssl", name, printed, transcript)


def test_openssl_logs_in_and_speaks_lmtp(tmp_path: Path) -> None:
    to = ("nobody@x.test", *TO)
    with sandboxes.running("--scenario", "full", "--lmtp-port", "0") as sandbox:
        transcript = recorded(
            tmp_path / "t.jsonl",
            PLAIN,
            port=sandbox.lmtp_port,
            to=to,
            hello="LHLO",
            login=b"\0alice\0wonderland",
        )
        text = exported("openssl", transcript).replace("=USER", "=alice")
        printed = do("openssl", text, tmp_path, SSL_CERT_FILE=str(sandbox.ca), SMTP_PASSWORD="wonderland")
    assert "wonderland" not in printed
    assert "\n********\n235 " in printed
    (entry,) = Inbox(home().mail).entries()
    assert entry.envelope is not None
    assert (Inbox(home().mail).raw(entry.number), entry.envelope.addresses) == (PLAIN, TO)
    explained_alike("openssl", "plain", printed, transcript)


@FORMS
def test_behind_starttls_and_a_login(form: str, tmp_path: Path) -> None:
    """From a sitting to the program and back: the user is put in where the transcript hides who it was; the
    password stands in the environment."""
    with sandboxes.running("--scenario", "submission") as sandbox:
        where = [f"localhost:{sandbox.port}", "--starttls", "--cafile", str(sandbox.ca)]
        login = ["--user", "alice", "--auth", "PLAIN"]
        ran = connect(*where, *login, *article(tmp_path), env={"SMTPTUTOR_PASSWORD": ALICES})
        assert ran.returncode == 0, ran.stdout + ran.stderr
        (transcript,) = (home().state / "transcripts").glob("*.jsonl")
        text = re.sub(r"\bUSER\b", "alice", exported(form, transcript))
        assert ALICES not in text
        given = {"SMTP_PASSWORD": ALICES, "SWAKS_OPT_auth_password": ALICES}
        trusted = {"SSL_CERT_FILE": str(sandbox.ca), "CURL_CA_BUNDLE": str(sandbox.ca)}
        text = text.replace("--user alice", '--user "alice:$SMTP_PASSWORD"')  # curl would ask at the terminal
        printed = do(form, text, tmp_path, **given, **trusted)
    assert ALICES not in printed
    first, again = reversed(Inbox(home().mail).entries())
    assert Inbox(home().mail).raw(again.number) == Inbox(home().mail).raw(first.number)
    assert first.envelope is not None
    assert again.envelope is not None
    assert again.envelope.addresses == first.envelope.addresses
    assert again.envelope.reverse_path == first.envelope.reverse_path
    explained_alike(form, "plain", printed, transcript)


#: A server that lets everybody in who logs in, with and without TLS.
LOGINS = """format_version = 1
id = "logins"
offers = ["STARTTLS", "AUTH"]
login_required = true
auth_in_clear = true

[[account]]
user = "alice"
password = "wonderland"
"""
#: Every mechanism, and the connection inside which it is used.
SECURED = {
    "PLAIN": "",
    "LOGIN": "--starttls",
    "CRAM-MD5": "--tls",
    "SCRAM-SHA-256": "",
    "XOAUTH2": "--starttls",
}


class LoggedIn(Practice):
    """A practice server, and the transcript of a sitting for each mechanism."""

    def __init__(self, sandbox: Sandbox, inbox: Inbox, folder: Path) -> None:
        super().__init__(sandbox, inbox)
        self.transcripts: dict[str, Path] = {}
        self.mails: dict[str, tuple[bytes, str, tuple[str, ...]]] = {}
        for mechanism, secured in SECURED.items():
            port = sandbox.tls_port if secured == "--tls" else sandbox.port
            where = [f"localhost:{port}", *([secured] if secured else []), "--cafile", str(sandbox.ca)]
            login = ["--user", "alice", "--auth", mechanism]
            ran = connect(*where, *login, *article(folder), env={"SMTPTUTOR_PASSWORD": ALICES})
            assert ran.returncode == 0, ran.stdout + ran.stderr
            before = set(self.transcripts.values())
            (new,) = set((home().state / "transcripts").glob("*.jsonl")) - before
            self.transcripts[mechanism], self.mails[mechanism] = new, self.delivered()


@pytest.fixture(scope="module")
def logged_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LoggedIn]:
    folder = tmp_path_factory.mktemp("logins")
    scenario = folder / "logins.toml"
    scenario.write_text(LOGINS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMTPTUTOR_HOME", str(folder / "home"))
        with sandboxes.running("--scenario", str(scenario), "--tls-port", "0") as sandbox:
            yield LoggedIn(sandbox, Inbox(home().mail), folder)


@pytest.mark.parametrize("mechanism", SECURED)
@FORMS
def test_every_mechanism_inside_every_kind_of_tls(
    form: str, mechanism: str, logged_in: LoggedIn, tmp_path: Path
) -> None:
    """The same octets and the same envelope, as a user who has logged in; and what it prints is read back."""
    transcript = logged_in.transcripts[mechanism]
    text = re.sub(r"\bUSER\b", "alice", exported(form, transcript))
    assert ALICES not in text
    if form == "curl" and mechanism != "XOAUTH2":  # it would ask at the terminal
        text = text.replace("--user alice", '--user "alice:$SMTP_PASSWORD"')
    trusted = {"SSL_CERT_FILE": str(logged_in.ca), "CURL_CA_BUNDLE": str(logged_in.ca)}
    printed = do(form, text, tmp_path, SMTP_PASSWORD=ALICES, SWAKS_OPT_auth_password=ALICES, **trusted)
    assert ALICES not in printed
    assert logged_in.delivered() == logged_in.mails[mechanism]
    explained_alike(form, "plain", printed, transcript)
    assert facts(printed)["authenticated"]


def test_openssl_types_no_message_where_none_is_waited_for(practice: Practice, tmp_path: Path) -> None:
    transcript = recorded(tmp_path / "t.jsonl", MESSAGES["plain"], port=practice.port)
    text = exported("openssl", transcript).replace("bob@x.test", "nobody@x.test").replace("carol@", "nobody@")
    printed = do("openssl", text, tmp_path, SSL_CERT_FILE=str(practice.ca))
    assert "\nDATA\n5" in printed
    assert "Noon?" not in printed
    assert printed.rstrip().splitlines()[-1].startswith("221 ")


def test_openssl_stops_when_nobody_answers(tmp_path: Path) -> None:
    transcript = recorded(tmp_path / "t.jsonl", PLAIN, port=free_port())
    script = tmp_path / "script"
    script.write_text(exported("openssl", transcript))
    folder = tmp_path / "tmp"
    folder.mkdir()
    ran = subprocess.run(
        ["bash", str(script)],
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 1
    assert b"MAIL FROM" not in ran.stderr
    assert not list(folder.iterdir())


def facts(text: str) -> dict[str, Any]:
    """What ``explain`` finds in it."""
    form, (told,) = found(text.encode(errors="surrogateescape"))
    assert form is not None
    return {"form": form.value, **told}


def test_explain_tells_these_facts(tmp_path: Path) -> None:
    text = recorded(tmp_path / "t.jsonl", PLAIN, port=25).read_bytes()
    command = [*PROGRAM, "explain", "--json"]
    ran = subprocess.run(command, input=text, capture_output=True, check=True, timeout=60)
    (row,) = ran.stdout.splitlines()
    assert json.loads(row) == json.loads(json.dumps(facts(text.decode())))


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


def explained_alike(form: str, name: str, printed: str, transcript: Path) -> None:
    """What was printed is the same dialogue as that in the transcript, message included."""
    told, before = facts(printed), facts(transcript.read_text())
    assert told["form"] == {"python": "smtplib"}.get(form, form)
    assert envelopes(told) == envelopes(before)
    if name in UNSHOWN.get(form, ()):
        return
    for key in ("size_octets", "sha256", "header_fields"):
        assert told["transactions"][0]["message"][key] == before["transactions"][0]["message"][key]
