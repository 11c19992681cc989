"""Where it is not plain what a reply answers, it is known."""

from __future__ import annotations

from tests.practice.talking import GREETING, RCPT, talk
from tui.practice.pairing import Pairing
from tui.smtp.events import Event, ReplyReceived

EHLO = (*GREETING, "C: EHLO me", "S: 250-me", "S: 250 PIPELINING")
LHLO = (*GREETING, "C: LHLO me", "S: 250 me")


def paired(*said: str | bytes) -> list[int]:
    """The codes of the replies that are paired."""
    pairing = Pairing()
    events: list[Event] = talk(*said).events
    return [event.reply.code for event in events if pairing.seen(event) and isinstance(event, ReplyReceived)]


def test_one_after_the_other_it_is_plain() -> None:
    assert paired(*RCPT, "C: DATA", "S: 354", "C: x", "C: .", "S: 250", "C: QUIT", "S: 221") == []


def test_replies_to_a_group() -> None:
    group = ("C: MAIL FROM:<a@x>", "C: RCPT TO:<b@y>", "C: DATA", "S: 250", "S: 550", "S: 554")
    assert paired(*EHLO, *group, "C: QUIT", "S: 221") == [250, 550, 554]


def test_lmtp_answers_once_for_each_recipient() -> None:
    mail = ("C: MAIL FROM:<a@x>", "S: 250", "C: RCPT TO:<b@y>", "S: 250", "C: RCPT TO:<c@y>", "S: 250")
    dot = ("C: DATA", "S: 354", "C: x", "C: .", "S: 250", "S: 452")
    assert paired(*LHLO, *mail, *dot) == [250, 452]


def test_a_reply_to_nothing_is_no_pair() -> None:
    assert paired(*EHLO, "S: 421 bye") == []
