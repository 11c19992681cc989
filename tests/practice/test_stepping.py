"""What smtptutor types next when it types the steps itself."""

from __future__ import annotations

import pytest

from tests.practice.talking import Talk, talk
from tui.practice.stepping import Line, Plan, Stop, Until, due
from tui.smtp.events import ConnectionFailed, Failure, TlsStarted
from tui.smtp.phases import Phase

GREETING = ("S: 220 hi",)
EHLO = (*GREETING, "C: EHLO me", "S: 250-x", "S: 250-SIZE 99", "S: 250-8BITMIME", "S: 250 SMTPUTF8")
OFFERED = (*GREETING, "C: EHLO me", "S: 250-x", "S: 250 STARTTLS")
STARTED = (*OFFERED, "C: STARTTLS", "S: 220 go")
INSIDE = (*STARTED, "* tls")
MAIL = (*EHLO, "C: MAIL FROM:<a@x.test>", "S: 250 ok")
RCPT = (*MAIL, "C: RCPT TO:<b@x.test>", "S: 250 ok")
BOTH = (*RCPT, "C: RCPT TO:<c@x.test>", "S: 250 ok")
DATA = (*BOTH, "C: DATA", "S: 354 go")
SCRAM = ("C: AUTH SCRAM-SHA-256 biwsbj1hLHI9eA==", "S: 334 cj14eSxzPWFiLGk9NDA5Ng==", "C: Yz1iaXdz")
LMTP_DOT = (*(row.replace("EHLO", "LHLO") for row in DATA), "C: Subject: x", "C: .")

TO_DOT = Plan("me", Until.DOT, sender="a@x.test", recipients=("b@x.test", "c@x.test"))
SAFE = Plan("me", starttls=True)


def to(until: Until, **more: object) -> Plan:
    return Plan("me", until, sender="a@x.test", recipients=("b@x.test", "c@x.test"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("plan", "rows", "found"),
    [
        (TO_DOT, (), None),
        (TO_DOT, ("S: 554 no",), Stop.REFUSED),
        (TO_DOT, GREETING, Line("ehlo", "EHLO me")),
        (TO_DOT, ("* proxy v1", *GREETING), Line("ehlo", "EHLO me")),
        (TO_DOT, ("* proxy v1", *GREETING, "S: 502 what"), Stop.REFUSED),
        (TO_DOT, ("* proxy v1", *GREETING, "C: EHLO me", "S: 502 what", "S: 250 x"), Stop.REFUSED),
        (to(Until.HELO, lmtp=True), GREETING, Line("ehlo", "LHLO me")),
        (TO_DOT, (*GREETING, "C: EHLO me"), None),
        (TO_DOT, (*GREETING, "C: EHLO me", "S: 502 what"), Line("ehlo", "HELO me")),
        (TO_DOT, (*GREETING, "C: EHLO me", "S: 451 later"), Stop.REFUSED),
        (TO_DOT, (*GREETING, "C: EHLO me", "S: 502 what", "C: HELO me", "S: 550 no"), Stop.REFUSED),
        (to(Until.AUTH, login=True), (*GREETING, "C: EHLO me", "S: 502 what"), Stop.REFUSED),
        (SAFE, (*GREETING, "C: EHLO me", "S: 502 what"), Stop.NO_STARTTLS),
        (to(Until.HELO), EHLO, Stop.DONE),
        (SAFE, EHLO, Stop.NO_STARTTLS),
        (SAFE, OFFERED, Line("starttls", "STARTTLS")),
        (SAFE, (*OFFERED, "C: STARTTLS", "S: 454 not now"), Stop.NO_STARTTLS),
        (SAFE, (*OFFERED, "C: STARTTLS", "S: 502 what"), Stop.NO_STARTTLS),
        (SAFE, (*OFFERED, "C: STARTTLS", "S: 250 ok"), Stop.NO_STARTTLS),
        (SAFE, (*OFFERED, "C: STARTTLS", "S: 334 "), Stop.NO_STARTTLS),
        (SAFE, (*GREETING, "C: EHLO me", "S: 451 later"), Stop.NO_STARTTLS),
        (SAFE, STARTED, None),
        (SAFE, INSIDE, Line("ehlo", "EHLO me")),
        (SAFE, (*INSIDE, "C: EHLO me", "S: 250 x"), Stop.DONE),
        (to(Until.STARTTLS, starttls=True), (*INSIDE, "C: EHLO me", "S: 250 x"), Stop.DONE),
        (to(Until.AUTH, login=True), EHLO, Line("auth")),
        (to(Until.AUTH, login=True), (*EHLO, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6"), Line("auth")),
        (to(Until.AUTH, login=True), (*EHLO, "C: AUTH PLAIN AGEAYg==", "S: 235 ok"), Stop.DONE),
        (to(Until.AUTH, login=True), (*EHLO, "C: AUTH PLAIN AGEAYg==", "S: 535 no"), Stop.REFUSED),
        (to(Until.MAIL, login=True), (*EHLO, "C: AUTH PLAIN AGEAYg==", "S: 235 ok"),
         Line("mail", "MAIL FROM:<a@x.test>")),
        (to(Until.MAIL, login=True), (*EHLO, *SCRAM, "S: 235 ok"), Stop.NO_LOGIN),
        (to(Until.MAIL, login=True), (*EHLO, *SCRAM, "S: 334 dj1hYmNk", "C: ", "S: 235 ok"),
         Line("mail", "MAIL FROM:<a@x.test>")),
        (TO_DOT, EHLO, Line("mail", "MAIL FROM:<a@x.test>")),
        (to(Until.MAIL, size=7, eight_bit=True), EHLO,
         Line("mail", "MAIL FROM:<a@x.test> SIZE=7 BODY=8BITMIME")),
        (to(Until.MAIL, size=99), EHLO, Line("mail", "MAIL FROM:<a@x.test> SIZE=99")),
        (to(Until.MAIL, size=100), EHLO, Stop.TOO_LARGE),
        (to(Until.HELO, size=100), EHLO, Stop.DONE),
        (to(Until.MAIL, size=7, eight_bit=True), OFFERED, Line("mail", "MAIL FROM:<a@x.test>")),
        (to(Until.MAIL, eight_bit=True, header=True), EHLO,
         Line("mail", "MAIL FROM:<a@x.test> BODY=8BITMIME SMTPUTF8")),
        (Plan("me", Until.MAIL, sender="\u5f20@x.test"), EHLO,
         Line("mail", "MAIL FROM:<\u5f20@x.test> SMTPUTF8")),
        (to(Until.MAIL), MAIL, Stop.DONE),
        (TO_DOT, MAIL, Line("rcpt", "RCPT TO:<b@x.test>")),
        (TO_DOT, RCPT, Line("rcpt", "RCPT TO:<c@x.test>")),
        (TO_DOT, (*RCPT, "C: RCPT TO:<c@x.test>", "S: 550 no"), Stop.REFUSED),
        (to(Until.RCPT), BOTH, Stop.DONE),
        (TO_DOT, BOTH, Line("data", "DATA")),
        (to(Until.DATA), DATA, Stop.DONE),
        (TO_DOT, DATA, Line("message")),
        (TO_DOT, (*DATA, "C: Subject: x"), Line("dot", ".")),
        (TO_DOT, (*DATA, "C: Subject: x", "C: ."), None),
        (TO_DOT, (*DATA, "C: Subject: x", "C: .", "S: 250 ok"), Stop.DONE),
        (TO_DOT, (*DATA, "C: Subject: x", "C: .", "S: 451 later"), Stop.REFUSED),
        (to(Until.DOT, lmtp=True), (*LMTP_DOT, "S: 250 ok", "S: 552 full"), Stop.REFUSED),
        (to(Until.DOT, lmtp=True), (*LMTP_DOT, "S: 452 later", "S: 250 ok"), Stop.REFUSED),
        (to(Until.DOT, lmtp=True), (*LMTP_DOT, "S: 250 ok", "S: 250 ok"), Stop.DONE),
        (TO_DOT, (*EHLO, "* closed by server"), Stop.CLOSED),
    ],
)  # fmt: skip
def test_the_line_that_is_due(plan: Plan, rows: tuple[str, ...], found: Line | Stop | None) -> None:
    assert due(plan, talk(*rows).practice) == found


_GOOD = {"": 220, "EHLO": 250, "STARTTLS": 220, "AUTH": 235, "MAIL": 250, "RCPT": 250, "DATA": 354, ".": 250}
_CODES = (101, 200, 211, 220, 221, 235, 250, 251, 252, 300, 334, 354, 399, 421, 450, 503, 550, 600, 999)


def said(code: int, verb: str) -> tuple[str, ...]:
    if verb == "EHLO":
        return (f"S: {code}-x", f"S: {code}-STARTTLS", f"S: {code} AUTH PLAIN")
    return (f"S: {code} x",)


@pytest.mark.parametrize("starttls", [False, True])
@pytest.mark.parametrize("code", _CODES)
@pytest.mark.parametrize("stage", _GOOD)
def test_whatever_a_server_always_says_the_steps_end(stage: str, code: int, starttls: bool) -> None:
    """It says what it should, but at one stage; lines that went out without end would be a bug."""
    plan = to(Until.DOT, login=True, starttls=starttls)
    talking, verb = Talk(), ""
    lines: list[str] = []
    line: Line | Stop | None = None
    for _ in range(30):
        talking.play(*said(code if verb == stage else _GOOD[verb], verb))
        if talking.practice.phase is Phase.TLS:
            talking.play("* tls")
        line = due(plan, talking.practice)
        if not isinstance(line, Line) or (answers := talking.practice.phase is Phase.AUTH):
            break
        verb = {"auth": "AUTH", "message": ".", "dot": "."}.get(line.step, line.text.split(" ")[0])
        typed = {"auth": ["AUTH PLAIN AGEAYg=="], "message": ["Subject: x", "."]}.get(line.step, [line.text])
        talking.play(*(f"C: {one}" for one in typed))
        lines += typed
    assert not isinstance(line, Line) or answers  # which ends where the mechanism has no more of them
    assert all(lines.count(one) <= 1 + starttls * one.startswith("EHLO") for one in set(lines))
    assert (line is Stop.DONE) <= (lines[-1:] == ["."])


def test_nothing_is_typed_during_a_handshake_or_without_a_connection() -> None:
    assert due(SAFE, talk(*STARTED).tell(TlsStarted("x")).practice) is None
    failed = talk().tell(ConnectionFailed(Failure.REFUSED, "x", 25))
    assert due(SAFE, failed.practice) is Stop.CLOSED
