"""Refusals that real servers were made to say: what the program tells of each, and the exit code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.interop.exim import Exim
from tests.interop.opensmtpd import OpenSmtpd
from tests.interop.postfix import Postfix
from tests.interop.program import connect
from tests.interop.smtp_server import SmtpServer

SENDER, ADMIN = "The next move is the sender's.", "The next move is that of our own admin"
RECIPIENT, NOBODY = "The next move is the recipient's.", "Nobody has to change anything"
FROM = ("--from", "a@home.test")
FINAL, LATER = 1, 75


@dataclass(frozen=True)
class Expected:
    """``words`` are the server's, ``about`` what it is about, ``at`` the step where it was said, and perhaps
    an earlier one that it is about."""

    words: str
    about: str
    at: str
    mover: str = SENDER
    code: int = FINAL


class Told:
    """The server's last refusal, and what the program says about it and returns."""

    def __init__(self, port: int, *arguments: str, typed: str = "", host: str = "localhost") -> None:
        steps = () if typed else ("--until", "rcpt")
        ran = connect(f"{host}:{port}", *steps, *arguments, typed=typed)
        rows = ran.stdout.splitlines()
        refused = [at for at, row in enumerate(rows) if row.startswith(("S: 4", "S: 5"))]
        assert refused, ran.stdout + ran.stderr
        rest = rows[refused[-1] + 1 :]
        end = next((at for at, row in enumerate(rest) if not row.startswith("* ")), len(rest))
        self.code, self.reply, self.notes = ran.returncode, rows[refused[-1]][3:], rest[:end]
        self.before = rows[: refused[-1]]

    def follows(self, found: str, expected: Expected) -> None:
        """The line was named before the server refused it, so of the refusal the verdict is enough."""
        assert f"* {found}" in self.before
        self.fits(expected)
        assert len(self.notes) == 2

    def fits(self, expected: Expected) -> None:
        text = "\n".join(self.notes)
        assert expected.words in self.reply
        at, _, earlier = expected.at.partition(", about ")
        said = f"It was said at {at} and is about {earlier}." if earlier else f"It was said at {at}."
        verdict = "not now" if self.reply.startswith("4") else "refused for good"
        assert f"{verdict}: {expected.about}\n" in text, text
        assert f"* {said} {expected.mover}" in text, text
        assert self.code == expected.code, text


NO_MAILBOX = "there is no such mailbox"
TOO_LARGE = "the message is too large"
TOO_MUCH = "too much in too short a time"
BY_RECIPIENT = {
    "nobody": Expected("550 5.1.1", NO_MAILBOX, "RCPT TO"),
    "helo": Expected("504 5.5.2 <me>: Helo command rejected", "it does not like the name in EHLO",
                     "RCPT TO, about EHLO", ADMIN),
    "nameless": Expected("450 4.7.25 Client host rejected: cannot find your hostname",
                         "our address has no name in DNS", "RCPT TO, about the connection", ADMIN, LATER),
    "listed": Expected("blocked using dnsbl.test", "our address is on a block list",
                       "RCPT TO, about the connection", ADMIN),
    "grey": Expected("450 4.2.0", "greylisting: come back later", "RCPT TO", NOBODY, LATER),
    "spf": Expected("550 5.7.23", "the sender's domain does not allow our address (SPF)",
                    "RCPT TO, about MAIL FROM", ADMIN),
    "full": Expected("452 4.2.2", "the mailbox is full", "RCPT TO", RECIPIENT, LATER),
}  # fmt: skip


@pytest.mark.parametrize("to", BY_RECIPIENT)
def test_postfix_by_recipient(refusing: Postfix, to: str) -> None:
    name = ("--ehlo", "me") if to == "helo" else ()
    Told(refusing.port, *FROM, "--to", f"{to}@corp.test", *name).fits(BY_RECIPIENT[to])


def test_postfix_does_not_relay(refusing: Postfix) -> None:
    told = Told(refusing.port, *FROM, "--to", "you@elsewhere.example")
    told.fits(Expected("Relay access denied", "it does not relay for us", "RCPT TO"))
    assert "log in first" in "\n".join(told.notes)


@pytest.mark.parametrize(("sender", "code"), [("me@home.test", FINAL), ("later@home.test", LATER)])
@pytest.mark.parametrize("early", [True, False])
def test_postfix_does_not_take_the_sender(refusing: Postfix, sender: str, code: int, *, early: bool) -> None:
    port = refusing.ports["early"] if early else refusing.port
    told = Told(port, "--from", sender, "--to", "you@corp.test")
    at = "MAIL FROM" if early else "RCPT TO, about MAIL FROM"
    told.fits(Expected("Domain not found", "it does not take this sender", at, code=code))
    assert f"* The domain of {sender} does not exist, or takes no mail." in told.notes
    assert ("* next: RSET   drop this mail" in told.notes) is not early


def test_postfix_wants_tls_or_a_login(refusing: Postfix) -> None:
    to = (*FROM, "--to", "you@corp.test")
    at = "MAIL FROM, about STARTTLS"
    expected = Expected("530 5.7.0 Must issue a STARTTLS", "encryption comes first", at)
    Told(refusing.ports["encrypted"], *to).fits(expected)
    expected = Expected("Recipient address rejected: Access denied", "a rule forbids it", "RCPT TO")
    Told(refusing.ports["members"], *to).fits(expected)
    script = "EHLO me.test\nAUTH PLAIN AGEAYg==\nQUIT\n"
    expected = Expected("535 5.7.8", "the login was not taken", "AUTH", code=77)
    Told(refusing.port, "--yes", typed=script).fits(expected)


def test_smtp_server_wants_a_login(smtp_server: SmtpServer) -> None:
    tls = ("--starttls", "--cafile", str(smtp_server.certificates.ca))
    told = Told(smtp_server.port, *tls, *FROM, "--to", "test2@bdwater.test")
    told.fits(Expected("530", "a login is needed", "MAIL FROM, about AUTH"))


def test_postfix_does_not_take_so_large_a_message(refusing: Postfix, tmp_path: Path) -> None:
    text = "Subject: large\n\n" + ("x" * 70 + "\n") * 50
    file = tmp_path / "large"
    file.write_text(text)
    port = refusing.ports["small"]
    to = ("--to", "you@corp.test", "--message", str(file))
    ran = connect(f"localhost:{port}", "--until", "rcpt", *FROM, *to)
    assert "the server takes no more than 2000: it is not sent" in ran.stderr
    assert "C: MAIL" not in ran.stdout
    announced = Told(port, typed="EHLO me.test\nMAIL FROM:<a@home.test> SIZE=3618\nQUIT\n")
    expected = Expected("552 5.3.4 Message size", TOO_LARGE, "MAIL FROM")
    announced.follows("larger than this server takes", expected)
    before = "HELO me.test\nMAIL FROM:<a@home.test>\nRCPT TO:<you@corp.test>\nDATA\n"
    told = Told(port, "--yes", typed=f"{before}{text}.\nQUIT\n")
    told.fits(Expected("552 5.3.4 Error: message", TOO_LARGE, "the final dot"))


def test_postfix_takes_no_address_beyond_ascii(refusing: Postfix) -> None:
    typed = "EHLO me.test\nMAIL FROM:<用户@home.test> SMTPUTF8\nQUIT\n"
    told = Told(refusing.ports["ascii"], typed=typed)
    expected = Expected("555 5.5.4 Unsupported option", "characters beyond ASCII are not taken", "MAIL FROM")
    told.follows("SMTPUTF8 is not offered here", expected)


def test_postfix_has_enough(refusing: Postfix) -> None:
    to = ("--to", "you@corp.test")
    told = Told(refusing.ports["single"], *FROM, *to, "--to", "test1@bdwater.test")
    told.fits(Expected("452 4.5.3", "too many recipients for one mail", "RCPT TO", code=LATER))
    script = "EHLO me.test\nMAIL FROM:<a@home.test>\nRSET\nMAIL FROM:<a@home.test>\nQUIT\n"
    told = Told(refusing.ports["slow"], typed=script)
    told.fits(Expected("too much mail", TOO_MUCH, "MAIL FROM", NOBODY, LATER))
    assert connect(f"localhost:{refusing.ports['once']}", "--until", "helo").returncode == 0
    told = Told(refusing.ports["once"], *FROM, *to)
    told.fits(Expected("421 4.7.0", TOO_MUCH, "the greeting", NOBODY, LATER))


@pytest.mark.parametrize(
    ("to", "words", "about"),
    [
        ("you@elsewhere.example", "550 relay not permitted", "it does not relay for us"),
        ("nobody@bdwater.test", "550 Unknown user", NO_MAILBOX),
        ("lost@bdwater.test", "550 Unrouteable address", NO_MAILBOX),
    ],
)
def test_exim(exim: Exim, to: str, words: str, about: str) -> None:
    Told(exim.port, *FROM, "--to", to).fits(Expected(words, about, "RCPT TO"))


@pytest.mark.parametrize(
    ("to", "words"),
    [
        ("you@elsewhere.example", "550 Invalid recipient: <you@elsewhere.example>"),
        ("nobody@bdwater.test", "524 5.2.4 Mailing list expansion problem: <nobody@bdwater.test>"),
    ],
)
def test_opensmtpd(opensmtpd: OpenSmtpd, to: str, words: str) -> None:
    told = Told(opensmtpd.port, *FROM, "--to", to, host="127.0.0.1")
    told.fits(Expected(words, NO_MAILBOX, "RCPT TO"))
