"""XCLIENT of Postfix: the server takes us for another client."""

from __future__ import annotations

from tests.practice.talking import GREETING, talk
from tui.smtp.phases import Phase

EHLO = (*GREETING, "C: EHLO me", "S: 250-x", "S: 250 XCLIENT NAME ADDR")
MAIL = (*EHLO, "C: MAIL FROM:<a@x.test>", "S: 250 ok")


def test_after_xclient_the_session_begins_anew() -> None:
    one = talk(*MAIL, "C: XCLIENT ADDR=192.0.2.7", "S: 220 mx ESMTP")
    practice = one.practice
    assert practice.phase is Phase.GREETED
    assert (practice.helo, practice.extensions, practice.envelope) == ("", {}, None)
    assert one.states.startswith("+*-")
    again = one.play("C: EHLO you", "S: 250 mx")
    assert again.states.startswith("++*")
    refused = talk(*MAIL, "C: XCLIENT ADDR=192.0.2.7", "S: 550 5.7.0 no")
    assert refused.practice.phase is Phase.MAIL
    assert refused.practice.helo == "EHLO"
