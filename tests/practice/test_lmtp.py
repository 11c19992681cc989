"""LMTP as it was asked for (``--lmtp``): one greeting, one reply behind the dot for each recipient."""

from __future__ import annotations

import pytest

from tests.practice.talking import Talk
from tui.practice.checklist import advance, start
from tui.practice.goals import StepRule
from tui.practice.suggestion import Intended, next_line
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import ConnectionOpened, Found
from tui.smtp.findings import Finding

ME = Intended("me.test", "a@x.test", ("b@y.test", "c@y.test"))
HELLO = ("S: 220 x LMTP", "C: LHLO me.test", "S: 250 x")
MAIL = (*HELLO, "C: MAIL FROM:<a@x.test>", "S: 250 ok")
RCPT = (*MAIL, "C: RCPT TO:<b@y.test>", "S: 250 ok", "C: RCPT TO:<c@y.test>", "S: 250 ok")
DOT = (*RCPT, "C: DATA", "S: 354 go", "C: Subject: x", "C: ", "C: .")


def lmtp(*rows: str) -> Talk:
    talk = Talk(lmtp=True)
    return talk.play(*rows)


def fill(talk: Talk) -> str:
    return next_line(talk.practice, sandbox=False, intended=ME)


def test_the_checklist_names_its_greeting() -> None:
    assert lmtp().step("helo").name == "LHLO"
    assert lmtp(*HELLO).step("helo").name == "LHLO"
    again = advance(lmtp(*HELLO, "* closed by server").practice, ConnectionOpened("h", "::1", 25, False))
    assert [step.name for step in again.steps][:2] == ["connect", "HELO"]
    assert not again.lmtp


def test_the_list_of_an_exercise_stays_its_own() -> None:
    own = start((StepRule("helo", "say hello"),))
    opened = advance(own, ConnectionOpened("h", "::1", 25, False, lmtp=True))
    assert opened.steps[0].name == "say hello"


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (("S: 220 x",), "LHLO me.test"),
        (("S: 220 x", "C: EHLO me", "S: 500 no"), "LHLO me.test"),
        (("S: 220 x", "C: LHLO me", "S: 501 name"), "LHLO me.test"),
        (("S: 220 x", "C: LHLO me", "S: 502 unknown"), "QUIT"),
        ((*HELLO, "* tls"), "LHLO me.test"),
        (
            (*MAIL, "C: RCPT TO:<b@y.test>", "S: 550 5.7.1 Helo command rejected: Host not found"),
            "LHLO me.test",
        ),
    ],
)
def test_what_is_filled_in(said: tuple[str, ...], line: str) -> None:
    assert fill(lmtp(*said)) == line


def test_without_the_option_whoever_knows_no_ehlo_may_speak_lmtp() -> None:
    assert fill(Talk().play("S: 220 x", "C: EHLO me", "S: 502 no")) == "LHLO me.test"
    assert fill(Talk().play("S: 220 x", "C: LHLO me", "S: 502 no")) == "HELO me.test"


def test_what_was_answered_for_each() -> None:
    talk = lmtp(*DOT, "S: 250 got it", "S: 452 4.2.2 full")
    assert [(one.address, one.code) for one in talk.practice.deliveries] == [
        ("b@y.test", 250),
        ("c@y.test", 452),
    ]
    talk.play("C: MAIL FROM:<a@x.test>", "S: 250 ok")
    assert talk.practice.deliveries == ()


@pytest.mark.parametrize(
    ("line", "first"), [(b"MAIL FROM:<a@x>", "LHLO"), (b"AUTH PLAIN", "LHLO"), (b"QUIT", "")]
)
def test_what_comes_first(line: bytes, first: str) -> None:
    dialogue = Dialogue(lmtp=True)
    dialogue.received(b"220 x\r\n")
    found = [one for one in dialogue.sent(line + b"\r\n") if isinstance(one, Found)]
    assert [one.detail for one in found if one.finding is Finding.OUT_OF_SEQUENCE] == (
        [first] if first else []
    )


@pytest.mark.parametrize("line", [b"hello me", b"EHLO: me", b"lhlo:me"])
def test_whatever_greeting_is_meant_is_its_own(line: bytes) -> None:
    dialogue = Dialogue(lmtp=True)
    dialogue.received(b"220 x\r\n")
    found = [one for one in dialogue.sent(line + b"\r\n") if isinstance(one, Found)]
    assert [(one.finding, one.detail) for one in found] == [(Finding.MISSPELT_VERB, "LHLO")]


CHUNK = (*RCPT, "C: BDAT 4 LAST", "C: hi")
ENDS = pytest.mark.parametrize("rows", [DOT, CHUNK], ids=["dot", "last chunk"])


@ENDS
def test_the_mail_is_open_until_the_last_recipient_is_answered(rows: tuple[str, ...]) -> None:
    talk = lmtp(*rows, "S: 552 full")
    assert talk.practice.envelope is not None and len(talk.practice.awaiting) == 1
    talk.play("S: 250 ok")
    assert talk.practice.envelope is None and talk.practice.awaiting == ()


@ENDS
@pytest.mark.parametrize(
    ("codes", "getting"),
    [
        (("250", "250"), ("b@y.test", "c@y.test")),
        (("250", "450"), ("b@y.test",)),
        (("552", "250"), ("c@y.test",)),
        (("250", "500"), ("b@y.test",)),
    ],
)
def test_who_gets_it(rows: tuple[str, ...], codes: tuple[str, ...], getting: tuple[str, ...]) -> None:
    (mail,) = lmtp(*rows, *(f"S: {code} said" for code in codes)).practice.accepted
    assert mail.getting == getting
    assert [str(one.code) for one in mail.deliveries] == list(codes)


@ENDS
def test_each_mail_keeps_its_own_answers(rows: tuple[str, ...]) -> None:
    talk = lmtp(*rows, "S: 250 ok", "S: 250 ok").play(*rows[3:], "S: 250 ok", "S: 550 no")
    assert [one.getting for one in talk.practice.accepted] == [("b@y.test", "c@y.test"), ("b@y.test",)]


def test_the_step_is_called_by_what_was_refused() -> None:
    assert lmtp(*CHUNK, "S: 552 no", "S: 552 no").step("dot").name == "BDAT LAST"
    assert lmtp(*CHUNK, "S: 552 no", "S: 250 ok").step("dot").name == "."
    assert lmtp(*DOT, "S: 552 no", "S: 552 no").step("dot").name == "."
