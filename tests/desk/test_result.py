"""The exit code is computed from what happened; its order is a promise (DESIGN §6)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tui.desk.result import Exit, Record, exit_code, matters
from tui.practice.checklist import start
from tui.practice.state import Practice, StepState
from tui.practice.stepping import Stop
from tui.smtp.commands import Command
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import (
    AddressTried,
    Answered,
    AuthResponseSent,
    CommandSent,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    Failure,
    Found,
    GreetingAwaited,
    ReplyReceived,
    ReplyTimedOut,
    TlsEstablished,
)
from tui.smtp.findings import Finding, Side
from tui.smtp.phases import Phase
from tui.smtp.replies import Reply

OPENED = ConnectionOpened("mx.test", "192.0.2.1", 25, sandbox=False)
HUNG_UP = ConnectionClosed(by=Side.SERVER)


def command(verb: str) -> CommandSent:
    return CommandSent(1, 1, Command(verb.encode(), verb, ""), Phase.READY)


def reply(code: int, to: Answered | None = None) -> ReplyReceived:
    return ReplyReceived(Reply(code, (b"",), (b"",)), to, 1)


def response(*, cancelled: bool = False) -> AuthResponseSent:
    return AuthResponseSent(2, 3, b"", "LOGIN", cancelled=cancelled)


def failed(failure: Failure, *, final: bool = True) -> ConnectionFailed:
    return ConnectionFailed(failure, "mx.test", 25, final=final)


def found(finding: Finding, side: Side = Side.SERVER) -> Found:
    return Found(finding, side)


def record(*events: Event) -> Record:
    one = Record()
    for event in events:
        one = one.seen(event)
    return one


def practice(last: StepState) -> Practice:
    """All steps are done but the last, which is in this state."""
    fresh = start()
    steps = [replace(step, state=StepState.DONE) for step in fresh.steps]
    steps[-1] = replace(steps[-1], state=last)
    return replace(fresh, steps=tuple(steps))


DONE = practice(StepState.DONE)
OPEN = practice(StepState.NOW)
REFUSED = practice(StepState.REFUSED)
LATER = practice(StepState.LATER)


@pytest.mark.parametrize(
    ("state", "events", "code"),
    [
        # 0: every step ticked at the end
        (DONE, [OPENED, command("QUIT"), reply(221, command("QUIT")), HUNG_UP], 0),
        (DONE, [OPENED, command("QUIT"), HUNG_UP], 0),  # closing on QUIT without 221 is a normal end
        (DONE, [OPENED, reply(500), reply(250), command("QUIT"), HUNG_UP], 0),  # a slip, mended
        (DONE, [OPENED, reply(550, command("RCPT")), reply(250, command("RCPT"))], 0),
        (DONE, [OPENED, found(Finding.BARE_LF_RECEIVED)], 0),  # a remark is no breach
        (DONE, [OPENED, found(Finding.UNKNOWN_VERB, Side.CLIENT)], 0),
        (DONE, [OPENED, found(Finding.SECRET_ECHOED)], 0),
        (DONE, [OPENED, reply(535, response()), reply(235, response())], 0),
        (DONE, [OPENED, reply(454, command("STARTTLS")), TlsEstablished("TLSv1.3", "x")], 0),
        (DONE, [OPENED, reply(501, response(cancelled=True))], 0),
        # 1: steps open, or refused
        (OPEN, [OPENED], 1),
        (REFUSED, [OPENED, reply(550, command("RCPT")), ConnectionClosed(by=Side.CLIENT)], 1),
        (OPEN, [OPENED, reply(554, GreetingAwaited()), HUNG_UP], 1),  # turned away, with a word
        (OPEN, [OPENED, command("QUIT"), reply(221, command("QUIT")), HUNG_UP], 1),
        # 69: cannot connect
        (OPEN, [failed(Failure.NAME_UNKNOWN)], 69),
        (OPEN, [failed(Failure.NAME_TIMEOUT)], 69),
        (OPEN, [failed(Failure.REFUSED)], 69),
        (OPEN, [failed(Failure.SILENT)], 69),
        (OPEN, [failed(Failure.UNREACHABLE, final=False), failed(Failure.REFUSED)], 69),
        (OPEN, [failed(Failure.REFUSED, final=False), OPENED], 1),
        # 75: temporary
        (LATER, [OPENED, reply(451, command("RCPT"))], 75),
        (OPEN, [OPENED, reply(421), HUNG_UP], 75),
        (OPEN, [OPENED, reply(421, GreetingAwaited()), HUNG_UP], 75),
        (OPEN, [OPENED, ReplyTimedOut(300), ConnectionClosed(by=Side.CLIENT)], 75),
        (OPEN, [OPENED, ConnectionClosed(by=None)], 75),
        # 76: the protocol, broken by the server, or closed without a word
        (OPEN, [OPENED, HUNG_UP], 76),
        (OPEN, [OPENED, ConnectionClosed(by=Side.SERVER, reset=True)], 76),
        (OPEN, [OPENED, ConnectionClosed(by=Side.SERVER, dot_unanswered=True)], 76),
        (OPEN, [OPENED, found(Finding.CODE_MISMATCH)], 76),
        (OPEN, [OPENED, found(Finding.NOT_SMTP), HUNG_UP], 76),
        (DONE, [OPENED, found(Finding.UNSOLICITED_REPLY)], 76),
        # 77: TLS or AUTH refused
        (OPEN, [OPENED, reply(535, command("AUTH"))], 77),
        (OPEN, [OPENED, reply(535, response())], 77),
        (DONE, [OPENED, reply(535, response())], 77),
        (OPEN, [OPENED, reply(502, command("STARTTLS"))], 77),
        (OPEN, [failed(Failure.TLS_FAILED)], 77),
        (OPEN, [OPENED, reply(503, response(cancelled=True))], 77),
        # several hold: the first in the order counts
        (LATER, [OPENED, reply(535, response()), found(Finding.CODE_MISMATCH), reply(421)], 77),
        (LATER, [OPENED, found(Finding.CODE_MISMATCH), reply(421)], 76),
        (LATER, [OPENED, reply(451, command("RCPT")), HUNG_UP], 76),
        (REFUSED, [OPENED, reply(421)], 75),
        (REFUSED, [OPENED, reply(521, command("RCPT")), HUNG_UP], 1),
        # only the last connection counts
        (DONE, [OPENED, HUNG_UP, AddressTried("mx.test", "192.0.2.1", 25), OPENED], 0),
        (OPEN, [OPENED, HUNG_UP, failed(Failure.NAME_UNKNOWN)], 69),
        (OPEN, [OPENED, HUNG_UP, AddressTried("mx.test", "192.0.2.1", 25), failed(Failure.REFUSED)], 69),
        (OPEN, [failed(Failure.REFUSED), AddressTried("mx.test", "192.0.2.1", 25), OPENED], 1),
    ],
)
def test_the_code_of_a_dialogue(state: Practice, events: list[Event], code: int) -> None:
    assert exit_code(state, record(*events)) == code


@pytest.mark.parametrize(("refusal", "code"), [(452, 75), (550, 1)])
def test_steps_that_stopped_at_a_refusal_beside_an_accepted_recipient(refusal: int, code: int) -> None:
    events = (reply(250, command("RCPT")), reply(refusal, command("RCPT")))
    bye = (command("QUIT"), reply(221, command("QUIT")), HUNG_UP)
    assert exit_code(OPEN, record(OPENED, *events, *bye), stopped=Stop.REFUSED) == code
    done = practice(StepState.DONE)  # LMTP: the mail is accepted, and one recipient does not get it
    assert exit_code(done, record(OPENED, *events, *bye), stopped=Stop.REFUSED) == code


def test_what_comes_before_every_dialogue() -> None:
    refused = record(failed(Failure.REFUSED))
    assert exit_code(OPEN, refused, usage=True) == Exit.USAGE
    assert exit_code(OPEN, refused, usage=True, internal=True) == Exit.INTERNAL
    assert exit_code(DONE, record(OPENED), signal=15, internal=True) == 143
    assert exit_code(DONE, record(OPENED), signal=13) == 141


def test_what_a_flood_is_made_of_changes_no_record() -> None:
    """``matters`` passes by only what every fold of the desk would pass by."""
    events = [
        *Dialogue().received(b"220 hi\r\n250 what\r\n550-no\r\n550 no\r\n421 bye\r\n221 bye\r\n"),
        ConnectionOpened("mx", "127.0.0.1", 25, sandbox=False),
    ]
    for event in events:
        assert matters(event) or Record().seen(event) == Record()
    codes = [one.reply.code for one in filter(matters, events) if isinstance(one, ReplyReceived)]
    assert codes == [220, 421, 221]
