"""The checklist: a pure fold over the events. Ticks follow reply codes and phases, never the server's words.

``advance`` first notes the facts (phase, envelope, last reply, slip …), then moves the steps by the rules of
their goals (``tui.practice.goals``). Both are tables; nothing in here knows time, sockets or a language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from tui.practice.goals import HELLO_VERBS, PLAIN, Goal
from tui.practice.state import Accepted, Envelope, MessageCheck, Practice, Recipient, Step, StepState
from tui.smtp.events import (
    AddressTried,
    Answered,
    AuthResponseSent,
    BodyEnded,
    BodyLineSent,
    CommandSent,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    ExtensionsAdvertised,
    Found,
    GreetingAwaited,
    LineEnd,
    LineReceived,
    LineSent,
    PhaseChanged,
    ReplyReceived,
    ReplyTimedOut,
    ServerHalfClosed,
    TlsEstablished,
    TransactionReset,
)
from tui.smtp.findings import Finding, Side, Weight
from tui.smtp.phases import Phase

#: Header names kept for the live check; a message may hold any number of fields.
FIELDS_KEPT = 100

_END_OCTETS = {LineEnd.CRLF: 2, LineEnd.LF: 1}


def start(goals: tuple[Goal, ...] = PLAIN, *, before: Practice | None = None) -> Practice:
    """A fresh list. ``before``: an earlier connection, whose accepted messages are remembered."""
    steps = tuple(Step(goal.id, goal.name, StepState.TO_DO) for goal in goals)
    practice = Practice(steps=steps, goals=goals, moved_by=_kinds(goals))
    if before is not None:
        practice = replace(practice, accepted=before.accepted, first_slips=before.first_slips)
    return replace(practice, steps=_point_at_present(practice))


def advance(practice: Practice, event: Event) -> Practice:
    """The practice after this event. A new connection begins a fresh list and remembers what was accepted."""
    if isinstance(event, AddressTried | ConnectionOpened) and _is_over(practice):
        practice = start(practice.goals, before=practice)
    note = _NOTES.get(type(event))
    noted = practice if note is None else note(practice, event)
    if type(event) not in practice.moved_by or (isinstance(event, ReplyReceived) and event.to is None):
        return noted  # a reply that answers nothing moves no step, and may come a hundred thousand times
    steps = tuple(_move(goal, position, practice, event) for position, goal in enumerate(practice.goals))
    ticked = any(
        new.state is StepState.DONE and old.state is not StepState.DONE
        for new, old in zip(steps, practice.steps, strict=True)
    )
    noted = replace(
        noted,
        steps=steps,
        attempts=_attempts(practice, event),
        refusals=0 if ticked else noted.refusals,
    )
    noted = replace(noted, steps=_point_at_present(noted))
    if len(noted.accepted) > len(practice.accepted):
        noted = replace(noted, kept=noted.steps)
    return noted


def advance_all(practice: Practice, events: Iterable[Event]) -> Practice:
    """``advance`` for each event, and the same result. Of replies that answer nothing only the last is seen
    afterwards, so in a run of them (a server that floods) only the last is folded."""
    stray: ReplyReceived | None = None
    for event in events:
        if isinstance(event, ReplyReceived) and event.to is None:
            stray = event
            continue
        if stray is not None and not isinstance(event, LineReceived):
            practice, stray = advance(practice, stray), None
        practice = advance(practice, event)
    return practice if stray is None else advance(practice, stray)


def _kinds(goals: tuple[Goal, ...]) -> frozenset[type]:
    """The events that may move a step; floods of lines pass by the rest."""
    matches = (match for goal in goals for match in goal.asks + goal.begins + goal.ticks + goal.unticks)
    return frozenset({ReplyReceived, ConnectionClosed, PhaseChanged, *(match.kind for match in matches)})


def _is_over(practice: Practice) -> bool:
    return practice.closed is not None or (practice.failed is not None and practice.failed.final)


# -- the steps


def _move(goal: Goal, position: int, practice: Practice, event: Event) -> Step:
    """This step after the event. ``practice`` is as it was before."""
    step = practice.steps[position]
    transaction = practice.envelope is not None
    if _any(goal.unticks, event, transaction):
        step = _without_tick(goal, step, position, practice, event)
    if _any(goal.asks + goal.begins, event, transaction) and step.state is not StepState.DONE:
        step = replace(step, state=StepState.WAITING, code="", value="")
    if isinstance(event, ReplyReceived) and event.to is not None and _any(goal.asks, event.to, transaction):
        return _answered(goal, step, practice.steps[:position], event)
    if _any(goal.ticks, event, transaction):
        code = _code(event) if isinstance(event, ReplyReceived) else step.code
        return replace(step, state=StepState.DONE, code=code)
    if isinstance(event, ConnectionClosed) and step.state is StepState.WAITING:
        hung_up = goal.hang_up_passes and event.by is Side.SERVER and not event.reset
        return replace(step, state=StepState.DONE if hung_up else StepState.TO_DO)
    return step


_SETTLED = frozenset({StepState.DONE, StepState.REFUSED, StepState.LATER})


def _any(matches: tuple[Any, ...], fact: Event | Answered, transaction: bool) -> bool:
    return any(match.holds(fact, transaction=transaction) for match in matches)


def _without_tick(goal: Goal, step: Step, position: int, practice: Practice, event: Event) -> Step:
    """A dropped transaction gives back what the message accepted before it had reached, if there was one."""
    if isinstance(event, TransactionReset) and practice.kept:
        return practice.kept[position]
    return Step(goal.id, goal.name, StepState.TO_DO) if step.state in _SETTLED else step


def _answered(goal: Goal, step: Step, earlier: tuple[Step, ...], event: ReplyReceived) -> Step:
    reply = event.reply
    if _passes(goal, reply.code):
        name = event.to.command.verb if goal.id == "helo" and isinstance(event.to, CommandSent) else step.name
        return Step(goal.id, name, StepState.DONE, _code(event), _value(event))
    if step.state is StepState.DONE:
        return step  # one recipient more was refused, a second HELO …: what was reached stands
    # Out of turn it is a slip, not a refusal of this step; an odd code decides nothing.
    in_turn = all(one.state is StepState.DONE for one in earlier)
    state = _FAILED.get(reply.severity, StepState.TO_DO) if in_turn else StepState.TO_DO
    return replace(step, state=state, code=_code(event), value=_value(event))


_FAILED = {4: StepState.LATER, 5: StepState.REFUSED}


def _passes(goal: Goal, code: int) -> bool:
    return any(str(code).startswith(str(head)) for head in goal.passes)


def _code(event: ReplyReceived) -> str:
    return f"{event.reply.code} {event.reply.enhanced}" if event.reply.enhanced else str(event.reply.code)


def _value(event: ReplyReceived) -> str:
    path = event.to.command.path if isinstance(event.to, CommandSent) else None
    return "" if path is None else path.address


def _point_at_present(practice: Practice) -> tuple[Step, ...]:
    """The first step that is not done is the present one, unless it says something itself or all is over."""
    over = practice.phase in {Phase.QUIT, Phase.CLOSED}
    present = None if over else practice.open_step
    return tuple(
        replace(step, state=StepState.NOW if step is present else StepState.TO_DO)
        if step.state in {StepState.NOW, StepState.TO_DO}
        else step
        for step in practice.steps
    )


def _attempts(practice: Practice, event: Event) -> dict[str, int]:
    tried = {
        goal.id: practice.attempts.get(goal.id, 0) + 1
        for goal in practice.goals
        if any(match.holds(event, transaction=practice.envelope is not None) for match in goal.asks)
    }
    return {**practice.attempts, **tried}


# -- the facts


def _line_sent(practice: Practice, event: LineSent) -> Practice:
    return replace(practice, sent=event, slip=None, remarks=(), timed_out=None)


def _line_received(practice: Practice, event: LineReceived) -> Practice:
    # A line without its end is what was left when the connection closed, after the time was over.
    news = practice.timed_out is not None and event.end is not LineEnd.NONE
    return replace(practice, timed_out=None) if news else practice


def _asked(practice: Practice, event: CommandSent | AuthResponseSent) -> Practice:
    return replace(practice, awaiting=(*practice.awaiting, event))


def _body_line(practice: Practice, event: BodyLineSent) -> Practice:
    check = practice.message
    if check is None or check.ended:
        check = MessageCheck()
    fields, blank, body = check.fields, check.blank_line, check.body_lines
    if not event.in_header:
        body += event.ordinal != check.lines
    elif not event.data and event.end is not LineEnd.NONE:
        blank = True
    elif event.ordinal != check.lines:
        name = field_name(event.data)
        if name and name not in fields and len(fields) < FIELDS_KEPT:
            fields = (*fields, name)
    octets = check.octets + len(event.data) + _END_OCTETS.get(event.end, 0)
    check = MessageCheck(fields, blank, event.ordinal, octets, body)
    return replace(practice, message=check)


def field_name(line: bytes) -> str:
    """The lower-case name of the header field that begins in this line (RFC 5322 §2.2), or ""."""
    name, colon, _ = line.partition(b":")
    name = name.rstrip(b" \t")
    printable = name and all(33 <= octet <= 126 for octet in name)
    return name.decode("ascii").lower() if colon and printable else ""


def _body_ended(practice: Practice, event: BodyEnded) -> Practice:
    if not event.complete:
        return practice
    check = replace(practice.message or MessageCheck(), ended=True)
    return replace(practice, message=check, awaiting=(*practice.awaiting, event))


def _reply(practice: Practice, event: ReplyReceived) -> Practice:
    refused = event.to is not None and event.reply.severity in _FAILED
    practice = replace(
        practice,
        reply=event,
        awaiting=_still_awaited(practice.awaiting, event),
        refusals=practice.refusals + refused,
    )
    if isinstance(event.to, BodyEnded):
        return _message_answered(practice, event, event.to)
    if isinstance(event.to, CommandSent):
        answer = _ANSWERS.get(event.to.command.verb)
        return practice if answer is None else answer(practice, event, event.to)
    return practice


def _still_awaited(awaiting: tuple[Answered, ...], event: ReplyReceived) -> tuple[Answered, ...]:
    """Replies come in order: what was asked before the answered one will not be answered any more (LMTP)."""
    position = next((n for n, one in enumerate(awaiting) if one == event.to), None)
    if position is None:
        return awaiting
    return awaiting[position + _is_last_answer(event) :]


def _is_last_answer(event: ReplyReceived) -> bool:
    """LMTP (RFC 2033 §4.2): the dot gets one reply for each recipient."""
    return not isinstance(event.to, BodyEnded) or event.recipient in {None, *event.to.recipients[-1:]}


def _hello_answered(practice: Practice, event: ReplyReceived, asked: CommandSent) -> Practice:
    if event.reply.severity != 2:
        return practice
    return replace(practice, helo=asked.command.verb, extensions={})


def _mail_answered(practice: Practice, event: ReplyReceived, asked: CommandSent) -> Practice:
    if event.reply.severity != 2:
        return practice
    return replace(practice, envelope=Envelope(_value(event)), message=None)


def _rcpt_answered(practice: Practice, event: ReplyReceived, asked: CommandSent) -> Practice:
    if practice.envelope is None:
        return practice
    recipient = Recipient(_value(event), event.reply.code, event.reply.enhanced)
    envelope = replace(practice.envelope, recipients=(*practice.envelope.recipients, recipient))
    return replace(practice, envelope=envelope)


def _data_answered(practice: Practice, event: ReplyReceived, asked: CommandSent) -> Practice:
    return replace(practice, message=MessageCheck()) if event.reply.code == 354 else practice


def _chunk_answered(practice: Practice, event: ReplyReceived, asked: CommandSent) -> Practice:
    if asked.command.last and event.reply.code not in _UNKNOWN_COMMAND:
        check = replace(practice.message or MessageCheck(), ended=True)
        return _message_answered(replace(practice, message=check), event, asked)
    # RFC 3030 §2: a refused chunk ends the transaction; a server that does not know BDAT has not touched it.
    ended = event.reply.severity in _FAILED and event.reply.code not in _UNKNOWN_COMMAND
    return replace(practice, envelope=None) if ended else practice


def _message_answered(practice: Practice, event: ReplyReceived, asked: BodyEnded | CommandSent) -> Practice:
    """The server took responsibility for the message, or did not; LMTP answers once for each recipient."""
    envelope = practice.envelope or Envelope("")
    known = bool(practice.kept) and practice.accepted[-1].number == asked.number
    if event.reply.severity == 2 and not known:
        check = practice.message or MessageCheck()
        text = event.reply.lines[0].decode("utf-8", "replace") if event.reply.lines else ""
        message = Accepted(envelope, check.octets, event.reply.code, text, asked.number)
        practice = replace(practice, accepted=(*practice.accepted, message))
    return replace(practice, envelope=None) if _is_last_answer(event) else practice


_UNKNOWN_COMMAND = frozenset({500, 502})

_ANSWERS: dict[str, Callable[[Practice, ReplyReceived, CommandSent], Practice]] = {
    **dict.fromkeys(HELLO_VERBS, _hello_answered),
    "MAIL": _mail_answered,
    "RCPT": _rcpt_answered,
    "DATA": _data_answered,
    "BDAT": _chunk_answered,
}


def _extensions(practice: Practice, event: ExtensionsAdvertised) -> Practice:
    return replace(practice, extensions=event.extensions)


def _phase(practice: Practice, event: PhaseChanged) -> Practice:
    return replace(practice, phase=event.phase)


def _reset(practice: Practice, event: TransactionReset) -> Practice:
    return replace(practice, envelope=None, message=None)


def _found(practice: Practice, event: Found) -> Practice:
    """The newest slip of the client's last line stands. No remark hides one, nor does a slip that
    another one explains."""
    if event.finding is Finding.NOT_SMTP:
        return replace(practice, not_smtp=event)
    if event.side is not Side.CLIENT:
        return practice
    first = practice.first_slips
    if all(one.finding is not event.finding for one in first):
        first = (*first, event)
    slip, remarks = practice.slip, practice.remarks
    newest = event.finding.weight is Weight.SLIP and (slip is None or slip.finding not in _EXPLAINING)
    slip, rest = (event, slip) if slip is None or newest else (slip, event)
    remarks = remarks if rest is None else (*remarks, rest)
    return replace(practice, slip=slip, remarks=remarks, first_slips=first)


#: Slips that explain what else seems wrong with their line.
_EXPLAINING = frozenset(
    {
        Finding.FULL_WIDTH,
        Finding.CONTROL_TYPED,
        Finding.FULL_WIDTH_DOT,
        Finding.DOT_WITH_BLANKS,
        Finding.COMMAND_IN_MESSAGE,
    }
)


def _opened(practice: Practice, event: ConnectionOpened) -> Practice:
    return replace(practice, opened=event, failed=None, awaiting=(GreetingAwaited(),))


def _failed(practice: Practice, event: ConnectionFailed) -> Practice:
    return replace(practice, failed=event)


def _closed(practice: Practice, event: ConnectionClosed) -> Practice:
    unknown = None
    if event.dot_unanswered:
        unknown = next((one for one in practice.awaiting if _ends_message(one)), None)
    return replace(
        practice, closed=event, phase=Phase.CLOSED, unknown_fate=unknown, awaiting=(), envelope=None
    )


def _ends_message(asked: Answered) -> bool:
    return isinstance(asked, BodyEnded) or (isinstance(asked, CommandSent) and asked.command.last)


def _tls(practice: Practice, event: TlsEstablished) -> Practice:
    return replace(practice, tls=event, helo="", extensions={})


def _half_closed(practice: Practice, event: ServerHalfClosed) -> Practice:
    return replace(practice, half_closed=True)


def _timed_out(practice: Practice, event: ReplyTimedOut) -> Practice:
    return replace(practice, timed_out=event)


_NOTES: dict[type[Event], Callable[[Practice, Any], Practice]] = {
    LineSent: _line_sent,
    LineReceived: _line_received,
    CommandSent: _asked,
    AuthResponseSent: _asked,
    BodyLineSent: _body_line,
    BodyEnded: _body_ended,
    ReplyReceived: _reply,
    ExtensionsAdvertised: _extensions,
    PhaseChanged: _phase,
    TransactionReset: _reset,
    Found: _found,
    ConnectionOpened: _opened,
    ConnectionFailed: _failed,
    ConnectionClosed: _closed,
    TlsEstablished: _tls,
    ServerHalfClosed: _half_closed,
    ReplyTimedOut: _timed_out,
}
