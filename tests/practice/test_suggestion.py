"""The next line to propose, at every stage of real dialogues."""

from __future__ import annotations

import pytest

from tests.practice.talking import ACCEPTED, DATA, GREETING, HELO, MAIL, QUIT, RCPT, Talk, talk
from tui.practice.suggestion import Intended, next_line

SENT = (*DATA, "C: From: a", "C: To: b", "C: Subject: c")

TABLE: dict[str, tuple[tuple[str | bytes, ...], str, str]] = {
    "before the greeting": ((), "", ""),
    "greeted": (GREETING, "HELO client.example", "EHLO client.example"),
    "turned away": (("S: 554 no",), "QUIT", "QUIT"),
    "after a slip, the line that was meant": (
        (*GREETING, "C: hello me", "S: 500 what"), "HELO me", "HELO me",
    ),
    "helo unknown": ((*GREETING, "C: HELO me", "S: 502 no"), "EHLO client.example", "EHLO client.example"),
    "ehlo unknown": ((*GREETING, "C: EHLO me", "S: 502 no"), "LHLO client.example", "LHLO client.example"),
    "another command refused": (
        (*GREETING, "C: NOOP", "S: 502 no"), "HELO client.example", "EHLO client.example",
    ),
    "helo later": ((*GREETING, "C: HELO me", "S: 451 no"), "HELO client.example", "EHLO client.example"),
    "after STARTTLS": (
        (*GREETING, "C: EHLO me", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 go", "* tls"),
        "EHLO client.example", "EHLO client.example",
    ),
    "waiting": ((*GREETING, "C: HELO me"), "", ""),
    "ready": (HELO, "MAIL FROM:<alice@example.org>", "MAIL FROM:<"),
    "sender refused": (
        (*HELO, "C: MAIL FROM:<alice@example.org>", "S: 550 no"),
        "MAIL FROM:<carol@example.org>", "MAIL FROM:<",
    ),
    "data too early": (
        (*HELO, "C: NOOP", "S: 502 no"), "MAIL FROM:<alice@example.org>", "MAIL FROM:<",
    ),
    "mail": (MAIL, "RCPT TO:<bob@sandbox.test>", "RCPT TO:<"),
    "greylisted, so the same again": (
        (*MAIL, "C: RCPT TO:<me@sandbox.test>", "S: 450 4.7.1 Greylisted"),
        "RCPT TO:<me@sandbox.test>", "RCPT TO:<",
    ),
    "too fast at another command": (
        (*MAIL, "C: NOOP", "S: 450 4.7.28 slow down"), "RCPT TO:<bob@sandbox.test>", "RCPT TO:<",
    ),
    "recipient refused": (
        (*MAIL, "C: RCPT TO:<bob@sandbox.test>", "S: 550 no"), "RCPT TO:<carol@sandbox.test>", "RCPT TO:<",
    ),
    "rcpt": (RCPT, "DATA", "DATA"),
    "message": (DATA, "From: Alice <alice@example.org>", "From: Alice <alice@example.org>"),
    "message, from": ((*DATA, "C: From: x"), "To: Bob <bob@sandbox.test>", "To: Bob <bob@sandbox.test>"),
    "message, to": ((*DATA, "C: From: x", "C: To: y"), "Subject: lunch", "Subject: "),
    "message, subject": (SENT, "", ""),
    "message, blank line": ((*SENT, "C: "), "Noon, at the usual place?", ""),
    "message, text": ((*SENT, "C: ", "C: hi"), ".", "."),
    "message, not the dot": ((*SENT, "C: ", "C: \u3002"), ".", "."),
    "message, a command in the header": ((*SENT, "C: QUIT"), ".", "."),
    "message, a blank that is not empty": ((*DATA, "C: From: a", "C:  "), "", ""),
    "chunks": ((*RCPT, "C: BDAT 4", b"hi\r\n", "S: 250 ok"), "BDAT 0 LAST", "BDAT 0 LAST"),
    "auth": ((*GREETING, "C: EHLO me", "S: 250 AUTH LOGIN", "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6"), "", ""),
    "accepted": (ACCEPTED, "QUIT", "QUIT"),
    "accepted, another mail refused": (
        (*ACCEPTED, "C: MAIL FROM:<x@y>", "S: 550 no"), "MAIL FROM:<alice@example.org>", "MAIL FROM:<",
    ),
    "over": (QUIT, "", ""),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "sandbox", "real"), TABLE.values(), ids=TABLE.keys())
def test_next_line(rows: tuple[str | bytes, ...], sandbox: str, real: str) -> None:
    practice = talk(*rows).practice
    assert next_line(practice, sandbox=True) == sandbox
    assert next_line(practice, sandbox=False) == real


def test_proposals_lead_from_the_greeting_to_an_accepted_mail() -> None:
    """Whoever takes every proposal, and Enter for the empty ones, sends a mail with a header and a text."""
    said = talk(*GREETING)
    answers = {"HELO": "250 ok", "MAIL": "250 ok", "RCPT": "250 ok", "DATA": "354 go", "QUIT": "221 bye"}
    typed = []
    for _ in range(20):
        line = next_line(said.practice, sandbox=True)
        typed.append(line)
        said.play(f"C: {line}")
        answer = "250 ok" if line == "." else answers.get(line.split()[0] if line else "", "")
        if answer:
            said.play(f"S: {answer}")
        if line == "QUIT":
            break
    assert said.states == "++++++++"
    assert typed == [
        "HELO client.example", "MAIL FROM:<alice@example.org>", "RCPT TO:<bob@sandbox.test>", "DATA",
        "From: Alice <alice@example.org>", "To: Bob <bob@sandbox.test>", "Subject: lunch", "",
        "Noon, at the usual place?", ".", "QUIT",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "person"),
    [("alice@example.org", "Alice <alice@example.org>"), ("a.b@c", "<a.b@c>"), ("", "<"), ("\x1b@x", "<")],
)
def test_header_names_the_envelope_s_sender(address: str, person: str) -> None:
    rows = (*HELO, f"C: MAIL FROM:<{address}>", *MAIL[-1:], *RCPT[-2:], *DATA[-2:])
    assert next_line(talk(*rows).practice, sandbox=True) == f"From: {person}"


def test_every_recipient_that_could_be_proposed_is_refused() -> None:
    said = talk(*MAIL)
    for name in ("bob", "carol", "dave", "erin"):
        said.play(f"C: RCPT TO:<{name}@sandbox.test>", "S: 550 no")
    assert next_line(said.practice, sandbox=True) == "RCPT TO:<bob@sandbox.test>"


def test_a_transaction_that_was_never_seen_to_begin_still_gets_proposals() -> None:
    said = Talk().play(*GREETING, "C: RCPT TO:<b@c>", "S: 250 odd", "C: DATA", "S: 354 go")
    assert next_line(said.practice, sandbox=True) == "From: <"


@pytest.mark.parametrize(
    ("rows", "line", "proposed"),
    [
        (HELO, "\u3002", "MAIL FROM:<alice@example.org>"),
        (GREETING, "hel\b\bo x", "HELO client.example"),
        (MAIL, "\uff44\uff41\uff54\uff41", "RCPT TO:<bob@sandbox.test>"),
        (MAIL, "\uff52\uff43\uff50\uff54 to:<b@c>", "rcpt to:<b@c>"),
    ],
)
def test_what_was_meant_is_proposed_only_where_it_is_a_command_in_its_turn(
    rows: tuple[str, ...], line: str, proposed: str
) -> None:
    assert next_line(talk(*rows, f"C: {line}", "S: 500 no").practice, sandbox=True) == proposed


SAID = Intended("me.test", "a@x.test", ("b@y.test", "c@y.test"))
ASKED = ("C: RCPT TO:<b@y.test>",)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (GREETING, "EHLO me.test"),
        (HELO, "MAIL FROM:<a@x.test>"),
        (MAIL, "RCPT TO:<b@y.test>"),
        ((*MAIL, *ASKED, "S: 250 ok"), "RCPT TO:<c@y.test>"),
        ((*MAIL, *ASKED, "S: 550 5.1.1 no"), "RCPT TO:<c@y.test>"),
        ((*MAIL, *ASKED, "S: 250 ok", "C: RCPT TO:<c@y.test>", "S: 250 ok"), "DATA"),
        ((*MAIL, *ASKED, "S: 550 5.1.8 <a@x.test>: Sender address rejected"), "RSET"),
        ((*MAIL, *ASKED, "S: 504 5.5.2 <x>: Helo command rejected"), "EHLO me.test"),
        ((*MAIL, *ASKED, "S: 554 5.7.1 blocked using dnsbl.test"), "RCPT TO:<c@y.test>"),
    ],
)
def test_what_was_said_beforehand(rows: tuple[str, ...], line: str) -> None:
    assert next_line(talk(*rows).practice, sandbox=False, intended=SAID) == line


def test_the_null_reverse_path_was_said() -> None:
    assert next_line(talk(*HELO).practice, sandbox=False, intended=Intended(sender="")) == "MAIL FROM:<>"


ROOM = (*GREETING, "C: EHLO me", "S: 250-mx", "S: 250-SIZE 100", "S: 250-8BITMIME", "S: 250 SMTPUTF8")
OFFERS = (*GREETING, "C: EHLO me.test", "S: 250-mx", "S: 250-STARTTLS", "S: 250 AUTH PLAIN")


@pytest.mark.parametrize(
    ("rows", "intended", "line"),
    [
        (OFFERS, Intended(starttls=True, mechanism="PLAIN"), "STARTTLS"),
        ((*GREETING, "C: HELO me", "S: 250 mx"), Intended(starttls=True), "MAIL FROM:<"),
        (
            ROOM,
            Intended(sender="a@x.test", size=40, eight_bit=True),
            "MAIL FROM:<a@x.test> SIZE=40 BODY=8BITMIME",
        ),
        (ROOM, Intended(size=40, eight_bit=True), "MAIL FROM:<"),
        (ROOM, Intended(sender="", header=True), "MAIL FROM:<> SMTPUTF8"),
        (ROOM, Intended(sender="", recipients=("\u5f20@x.test",)), "MAIL FROM:<> SMTPUTF8"),
        (OFFERS, Intended(sender="a@x.test", size=40, mechanism=""), "MAIL FROM:<a@x.test>"),
        (OFFERS, Intended(mechanism="PLAIN"), "AUTH PLAIN"),
        ((*OFFERS, "C: AUTH PLAIN AGEAYg==", "S: 235 ok"), Intended(mechanism="PLAIN"), "MAIL FROM:<"),
    ],
)
def test_what_makes_it_safe_comes_between_ehlo_and_mail(
    rows: tuple[str, ...], intended: Intended, line: str
) -> None:
    assert next_line(talk(*rows).practice, sandbox=False, intended=intended) == line


def test_on_the_sandbox_a_message_that_is_written_brings_its_parameters() -> None:
    letter = Intended(size=120, eight_bit=True, sender="nobody@x.test")
    said = talk(*GREETING, "C: EHLO me", "S: 250-me", "S: 250-SIZE 1000", "S: 250 8BITMIME")
    line = next_line(said.practice, sandbox=True, intended=letter)
    assert line == "MAIL FROM:<alice@example.org> SIZE=120 BODY=8BITMIME"
    assert next_line(talk(*HELO).practice, sandbox=True, intended=letter) == "MAIL FROM:<alice@example.org>"
