"""What is said of an extension follows what this server offers: needed and asked for, offered and not asked
for, not offered, not known."""

from __future__ import annotations

import pytest

from tests.practice.talking import GREETING, Talk, talk
from tests.words.test_sheet import of, rows

BARE = (*GREETING, "C: EHLO me", "S: 250 x")
RICH = (
    *GREETING, "C: EHLO me", "S: 250-x", "S: 250-SMTPUTF8", "S: 250-8BITMIME", "S: 250-DSN", "S: 250 SIZE 30",
)  # fmt: skip
HELO = (*GREETING, "C: HELO me", "S: 250 x")
TO = ("S: 250 ok", "C: RCPT TO:<b@x.test>", "S: 250 ok", "C: DATA", "S: 354 go")


def said(talk: Talk, section: str) -> str:
    return " ".join(rows(of(talk, sandbox=False).section(section)))


@pytest.mark.parametrize(
    ("before", "line", "told", "better"),
    [
        (RICH, "MAIL FROM:<\u5f20@x.test>", "offers SMTPUTF8", "MAIL FROM:<\u5f20@x.test> SMTPUTF8"),
        (BARE, "MAIL FROM:<\u5f20@x.test>", "did not offer SMTPUTF8", "MAIL FROM:<address>"),
        (BARE, "MAIL FROM:<a@\u4f8b.test>", "did not offer SMTPUTF8", "MAIL FROM:<a@xn--fsq.test>"),
        (HELO, "MAIL FROM:<\u5f20@x.test>", "only where EHLO offers SMTPUTF8", "MAIL FROM:<address>"),
        (BARE, "MAIL FROM:<a@x.test> SIZE=9", "SIZE is not offered here", "MAIL FROM:<a@x.test>"),
        (HELO, "MAIL FROM:<a@x.test> SIZE=9", "after HELO there are no parameters", "MAIL FROM:<a@x.test>"),
        (RICH, "MAIL FROM:<a@x.test> SIZE=31", "It offers SIZE 30", "Make the message smaller"),
    ],
)
def test_a_line_that_asks_too_much(before: tuple[str, ...], line: str, told: str, better: str) -> None:
    one = talk(*before, f"C: {line}", "S: 555 no", sandbox=False)
    assert told in said(one, "slip")
    assert better in said(one, "next")


def test_a_recipient_beyond_ascii_in_a_mail_that_did_not_ask_for_it() -> None:
    one = talk(*RICH, "C: MAIL FROM:<a@x.test>", "S: 250 ok", "C: RCPT TO:<\u5f20@x.test>", "S: 553 no")
    assert "begun without SMTPUTF8" in said(one, "slip")
    assert "RSET, then MAIL FROM:<address> SMTPUTF8" in said(one, "next")


@pytest.mark.parametrize(
    ("before", "line", "told"),
    [
        (RICH, "caf\u00e9", "offers 8BITMIME, but MAIL FROM did not ask for it"),
        (BARE, "caf\u00e9", "did not offer 8BITMIME"),
        (HELO, "caf\u00e9", "without BODY=8BITMIME"),
    ],
)
def test_letters_beyond_ascii_in_the_text(before: tuple[str, ...], line: str, told: str) -> None:
    from tui.words import findings

    one = talk(*before, "C: MAIL FROM:<a@x.test>", *TO, "C: A: b", "C: ", f"C: {line}")
    slip = one.practice.slip
    assert slip is not None
    assert told in findings.text(slip, line.encode()).sentences[0]


def test_what_was_agreed_to_is_said() -> None:
    line = "MAIL FROM:<\u5f20@x.test> SMTPUTF8 BODY=8BITMIME SIZE=20 RET=HDRS X-OWN=1"
    reply = said(talk(*RICH, f"C: {line}", "S: 250 ok"), "reply")
    assert "SMTPUTF8: Addresses and header of this mail may be in any script." in reply
    assert "BODY: The text may hold letters beyond ASCII" in reply
    assert "SIZE: It has room for the 20 octets" in reply
    assert "RET: " in reply
    assert "X-OWN" not in reply
    recipient = talk(*RICH, f"C: {line}", "S: 250 ok", "C: RCPT TO:<b@x.test> NOTIFY=FAILURE", "S: 250 ok")
    assert "NOTIFY: The sender is told of: FAILURE." in said(recipient, "reply")


def test_a_message_that_outgrows_the_offer_is_said_before_the_dot() -> None:
    one = talk(*RICH, "C: MAIL FROM:<a@x.test>", *TO, "C: A: b", "C: ", "C: " + "x" * 40)
    assert "It offers SIZE 30" in said(one, "slip")
