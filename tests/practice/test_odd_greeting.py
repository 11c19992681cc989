"""A greeting that is no line of SMTP, and that the server takes all the same."""

from __future__ import annotations

import pytest

from tests.practice.talking import GREETING, MAIL, QUIT, talk
from tui.practice.state import StepState
from tui.smtp.events import ExtensionsAdvertised, Found
from tui.smtp.findings import Finding
from tui.smtp.phases import Phase
from tui.words.sheet import guide

AFTER_HELO = QUIT[3:]


def findings(rows: tuple[str, ...]) -> list[Finding]:
    return [one.finding for one in talk(*rows).events if isinstance(one, Found)]


@pytest.mark.parametrize(("line", "slip"), [("helo\u3000xia", "FULL_WIDTH"), ("hello xia", "MISSPELT_VERB")])
def test_the_slip_is_told_once_and_the_order_stands(line: str, slip: str) -> None:
    rows = (*GREETING, f"C: {line}", "S: 250 Hello", *AFTER_HELO)
    assert findings(rows) == [Finding[slip]]
    said = talk(*rows)
    assert said.states == "++++++++"
    assert not any(isinstance(one, ExtensionsAdvertised) for one in said.events), "no HELO was accepted"


def test_the_next_step_is_proposed() -> None:
    said = talk(*GREETING, "C: helo\u3000xia", "S: 250 Hello")
    assert said.practice.phase is Phase.READY
    assert said.step("helo").state is StepState.DONE
    reply = guide(said.practice, sandbox=False).section("reply")
    assert reply is not None
    assert "took it for HELO" in str(reply.paragraphs[1])


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ((*GREETING, "C: helo\u3000xia", "S: 500 what"), StepState.NOW),
        ((*GREETING, "C: foo", "S: 250 ok"), StepState.NOW),
        ((*GREETING, "S: 250 ok"), StepState.NOW),
        ((*GREETING, "C: RCPT TO:<a@b>", "S: 250 ok"), StepState.NOW),
    ],
)
def test_nothing_else_is_a_greeting(rows: tuple[str, ...], state: StepState) -> None:
    assert talk(*rows).step("helo").state is state


def test_inside_a_mail_nothing_begins_again() -> None:
    assert talk(*MAIL, "C: hello me", "S: 250 ok").practice.phase is Phase.MAIL


def test_tls_makes_it_void() -> None:
    rows = (*GREETING, "C: ehllo me", "S: 250 ok", "C: STARTTLS", "S: 220 go", "* tls", "C: MAIL FROM:<a@b>")
    assert findings(rows)[-1] is Finding.OUT_OF_SEQUENCE
