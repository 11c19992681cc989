"""VRFY, EXPN, HELP, NOOP, ETRN, XCLIENT and XFORWARD: what each reply to them says."""

from __future__ import annotations

import pytest

from tests.practice.talking import GREETING, talk
from tests.words.test_sheet import of, rows

EHLO = (*GREETING, "C: EHLO me", "S: 250-x", "S: 250-ETRN", "S: 250 XCLIENT NAME ADDR")


@pytest.mark.parametrize(
    ("command", "reply", "told"),
    [
        ("VRFY bob", "250 <bob@x.test>", "There is such a mailbox, or list"),
        ("VRFY bob", "251 elsewhere", "known here"),
        ("VRFY bob", "252 2.0.0 bob", "Cannot check the user"),
        ("EXPN staff", "250 <a@x.test>", "There is such a mailbox, or list"),
        ("HELP", "214 HELO MAIL", "Help text."),
        ("HELP", "250 HELO MAIL", "Its text is the help"),
        ("NOOP", "250 ok", "the server is still there"),
        ("ETRN x.test", "250 queuing", "begins to send what waits"),
        ("ETRN x.test", "251 none", "No mail waits"),
        ("ETRN x.test", "252 started", "does not tell how much"),
        ("ETRN x.test", "253 14 started", "how many mails"),
        ("XCLIENT NAME=a", "220 mx ESMTP", "takes you for that client"),
        ("XFORWARD NAME=a", "250 ok", "noted it for its log"),
    ],
)
def test_what_was_done(command: str, reply: str, told: str) -> None:
    sheet = of(talk(*EHLO, f"C: {command}", f"S: {reply}"), sandbox=False)
    assert told in " ".join(rows(sheet.section("reply")))
    assert "why" not in {section.key for section in sheet.sections}


@pytest.mark.parametrize(
    ("command", "reply", "told"),
    [
        ("VRFY bob", "550 5.1.1 no", "RCPT TO asks the same question"),
        ("ETRN x.test", "459 not for you", "Its admin can tell for which domains"),
        ("XCLIENT NAME=a", "550 5.7.0 Error: insufficient authorization", "that its admin has listed"),
        ("XFORWARD NAME=a", "550 5.7.0 Error: insufficient authorization", "that its admin has listed"),
    ],
)
def test_what_to_do_about_a_refusal(command: str, reply: str, told: str) -> None:
    sheet = of(talk(*EHLO, f"C: {command}", f"S: {reply}"), sandbox=False)
    assert told in " ".join(rows(sheet.section("next")))
