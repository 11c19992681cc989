"""What a refusal advises: by what the server says is wrong, not by where it said so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.practice.talking import DATA, GREETING, HELO, MAIL, RCPT, talk
from tui.words import language
from tui.words.guide import Sentence
from tui.words.sheet import guide

TLS = (*GREETING, "C: EHLO me", "S: 250-me", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 go", "* tls")
AT = {
    "MAIL": (*HELO, "C: MAIL FROM:<a@b.example>"),
    "RCPT": (*MAIL, "C: RCPT TO:<c@d.example>"),
    "DATA": (*RCPT, "C: DATA"),
    "DOT": (*DATA, "C: Subject: x", "C: ", "C: x", "C: ."),
    "AUTH": (*TLS, "C: EHLO me", "S: 250-me", "S: 250 AUTH PLAIN", "C: AUTH PLAIN AGEAYg=="),
    "LOGIN": ("S: 220 hi", "C: EHLO me", "S: 250-me", "S: 250 AUTH LOGIN", "C: AUTH LOGIN x"),
    "STARTTLS": ("S: 220 hi", "C: EHLO me", "S: 250-me", "S: 250 STARTTLS", "C: STARTTLS"),
    "CLEAR": ("S: 220 hi", "C: EHLO me", "S: 250-me", "S: 250 AUTH PLAIN", "C: AUTH PLAIN AGEAYg=="),
}
SPELLING = "Check the spelling"
RELAY = "Log in, use your own provider's server"
RULE = "A rule forbids it"
VOUCH = "Not the spelling: the sender's domain does not vouch"


@pytest.fixture(autouse=True)
def back_to_english() -> Iterator[None]:
    yield
    language.use("en")


def told(at: str, reply: str) -> str:
    """The first sentence of ``next`` after this reply."""
    section = guide(talk(*AT[at], f"S: {reply}").practice, sandbox=False).section("next")
    assert section is not None
    first = section.paragraphs[0]
    assert isinstance(first, Sentence)
    return "".join(run.text for run in first.runs)


@pytest.mark.parametrize(
    ("at", "reply", "advice"),
    [
        ("RCPT", "554 5.7.1 Relay access denied", RELAY),
        ("RCPT", "550 5.7.1 not here", RULE),
        ("RCPT", "550 5.7.999 not registered", RULE),
        ("RCPT", "554 Relay access denied", RELAY),
        ("MAIL", "550 5.7.0 blocked", RULE),
        ("MAIL", "550 blocked", RULE),
        ("MAIL", "550 5.7.26 SPF", VOUCH),
        ("DOT", "550 5.7.26 SPF and DKIM", VOUCH),
        ("DOT", "451 4.7.26 SPF and DKIM", VOUCH),
        ("MAIL", "530 5.7.0 Authentication required", "STARTTLS where it is offered"),
        ("MAIL", "535 5.7.8 no", "Check user name and password"),
        ("AUTH", "535 5.7.8 no", "Check user name and password"),
        ("STARTTLS", "502 5.5.1 no", "This server has no TLS here."),
        ("STARTTLS", "500 what", "This server has no TLS here."),
        ("STARTTLS", "454 4.7.0 not now", "TLS is not to be had now."),
        ("AUTH", "534 5.7.9 weak", "Use another mechanism"),
        ("AUTH", "538 clear", "This connection has TLS already"),
        ("LOGIN", "535 5.7.8 no", "Turn it into base64"),
        ("LOGIN", "538 clear", "STARTTLS, EHLO again"),
        ("CLEAR", "535 5.7.8 no", "Check user name and password"),
        ("RCPT", "550 5.1.1 No mailbox", SPELLING),
        ("RCPT", "501 5.1.3 syntax", "Compare the line with this"),
        ("MAIL", "553 5.1.7 syntax", "Name a sender whose domain exists"),
        ("MAIL", "553 no", SPELLING),
        ("RCPT", "550 no", "Its text says which"),
        ("RCPT", "550 5.1.6 moved", "Ask the person for the new address."),
        ("MAIL", "550 5.1.8 no", "Name a sender whose domain exists"),
        ("RCPT", "552 5.2.2 full", "The address is right."),
        ("RCPT", "550 5.2.99 full", "The address is right."),
        ("RCPT", "550 5.3.0 broken", "The fault is in that mail system."),
        ("RCPT", "550 5.4.0 lost", "The server finds no way there."),
        ("RCPT", "553 5.6.7 not ASCII", "Use an ASCII address."),
        ("MAIL", "555 5.5.4 parameter", "Only use what EHLO listed"),
        ("MAIL", "552 5.3.4 too large", "Make the message smaller"),
        ("RCPT", "452 4.5.3 too many", "Enough recipients for one mail"),
        ("RCPT", "451 4.7.1 greylisted", "Wait five to fifteen minutes"),
        ("DATA", "554 5.5.1 no valid recipients", "See that a recipient is accepted"),
        ("DOT", "550 5.6.0 content", "Change the message"),
    ],
)
def test_advice_follows_what_the_server_says_is_wrong(at: str, reply: str, advice: str) -> None:
    assert told(at, reply).startswith(advice)


def test_spelling_is_for_addresses_alone() -> None:
    for subject in range(2, 8):
        for detail in range(31):
            assert SPELLING not in told("RCPT", f"550 5.{subject}.{detail} x") or subject == 5


def test_in_chinese() -> None:
    language.use("zh_CN")
    assert "拼错" in told("RCPT", "550 5.7.1 not here")
    assert "587" in told("RCPT", "554 5.7.1 Relay access denied")
