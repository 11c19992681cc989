"""The facts of a practice: what each event tells, folded in. No step is moved here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tui.practice import logins
from tui.practice.goals import HELLO_VERBS
from tui.practice.seen_as import address_in
from tui.practice.state import Accepted, Envelope, MessageCheck, Offers, Practice, Recipient
from tui.smtp.answers import understood
from tui.smtp.events import (
    Answered,
    AuthResponseSent,
    BodyEnded,
    BodyLineSent,
    ClientNotShown,
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
    MessageNotShown,
    PhaseChanged,
    ReplyReceived,
    ReplyTimedOut,
    ServerHalfClosed,
    TlsEstablished,
    TlsFailed,
    TlsStarted,
    TransactionReset,
)
from tui.smtp.findings import Finding, Side, Weight
from tui.smtp.phases import Phase

#: Header names kept for the live check; a message may hold any number of fields.
FIELDS_KEPT = 100

_END_OCTETS = {LineEnd.CRLF: 2, LineEnd.LF: 1}

_FAILED = frozenset({4, 5})


def note(practice: Practice, event: Event) -> Practice:
    """The practice with what this event tells; its steps are as they were."""
    noted = _NOTES.get(type(event))
    return practice if noted is None else noted(practice, event)


def address_of(event: ReplyReceived) -> str:
    """The address that the command answered named, foreign text; "" when it named none."""
    path = event.to.command.path if isinstance(event.to, CommandSent) else None
    return "" if path is None else path.address


def _line_sent(practice: Practice, event: LineSent) -> Practice:
    due = practice.chunk_due
    if due:
        due = max(0, due - len(event.data) - _END_OCTETS.get(event.end, 0))
    return replace(practice, sent=event, slip=None, remarks=(), timed_out=None, dropped=False, chunk_due=due)


def _line_received(practice: Practice, event: LineReceived) -> Practice:
    # A line without its end is what was left when the connection closed, after the time was over.
    news = practice.timed_out is not None and event.end is not LineEnd.NONE
    return replace(practice, timed_out=None) if news else practice


def _asked(practice: Practice, event: CommandSent | AuthResponseSent) -> Practice:
    awaiting = (*practice.awaiting, event)
    if isinstance(event, AuthResponseSent):
        return replace(practice, awaiting=awaiting, login=logins.responded(practice.login, event))
    login = logins.begun(event) if event.command.verb == "AUTH" else practice.login
    return replace(practice, awaiting=awaiting, login=login, chunk_due=event.command.chunk_octets or 0)


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
    check = MessageCheck(fields, blank, event.ordinal, octets, body, shown=check.shown)
    return replace(practice, message=check)


def _not_shown(practice: Practice, event: MessageNotShown) -> Practice:
    return replace(practice, message=replace(practice.message or MessageCheck(), shown=False))


def _client_not_shown(practice: Practice, event: ClientNotShown) -> Practice:
    return replace(practice, client_shown=False)


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
        awaiting=_still_awaited(practice, event),
        refusals=practice.refusals + refused,
    )
    if isinstance(event.to, BodyEnded):
        return _message_answered(practice, event, event.to)
    if event.to is not None and understood(event.to, event.reply.code) == "AUTH":
        practice = replace(practice, login=logins.answered(practice.login, event))
    if event.reply.code == 235 and event.to is not None:
        offered = frozenset(practice.extensions)
        practice = replace(practice, authenticated=True, earlier=("auth", offered))
    if isinstance(event.to, CommandSent):
        answer = _ANSWERS.get(event.to.command.verb)
        return practice if answer is None else answer(practice, event, event.to)
    return practice


def _still_awaited(practice: Practice, event: ReplyReceived) -> tuple[Answered, ...]:
    """Replies come in order: what was asked before the answered one will not be answered any more (LMTP)."""
    awaiting = practice.awaiting
    position = next((n for n, one in enumerate(awaiting) if one == event.to), None)
    if position is None:
        return awaiting
    return awaiting[position + _is_last_answer(practice, event) :]


def _is_last_answer(practice: Practice, event: ReplyReceived) -> bool:
    """LMTP (RFC 2033 §4.2): a message gets one reply for each recipient. ``practice`` is as it was before."""
    if event.recipient is None:
        return True
    return len(practice.deliveries) + 1 >= len(owed(practice, event))


def owed(practice: Practice, event: ReplyReceived) -> tuple[object, ...]:
    """LMTP: those for whom a message that is being answered gets a reply; empty once it has got all."""
    if isinstance(event.to, BodyEnded):
        return event.to.recipients
    return practice.envelope.accepted if practice.envelope is not None else ()


def _hello_answered(practice: Practice, event: ReplyReceived, asked: CommandSent) -> Practice:
    if event.reply.severity != 2:
        return practice
    return replace(
        practice,
        helo=asked.command.verb,
        extensions={},
        named=asked.command.argument.strip(),
        seen_at=address_in(event.reply.lines[:1]) or practice.seen_at,
    )


def _mail_answered(practice: Practice, event: ReplyReceived, asked: CommandSent) -> Practice:
    if event.reply.severity != 2:
        return practice
    return replace(practice, envelope=Envelope(address_of(event)), message=None, deliveries=())


def _rcpt_answered(practice: Practice, event: ReplyReceived, asked: CommandSent) -> Practice:
    if practice.envelope is None:
        return practice
    recipient = Recipient(address_of(event), event.reply.code, event.reply.enhanced)
    envelope = replace(practice.envelope, recipients=(*practice.envelope.recipients, recipient))
    return replace(practice, envelope=envelope)


def _data_answered(practice: Practice, event: ReplyReceived, asked: CommandSent) -> Practice:
    return replace(practice, message=MessageCheck()) if event.reply.code == 354 else practice


def _xclient_answered(practice: Practice, event: ReplyReceived, asked: CommandSent) -> Practice:
    return replace(practice, helo="", extensions={}) if event.reply.code == 220 else practice


def _chunk_answered(practice: Practice, event: ReplyReceived, asked: CommandSent) -> Practice:
    practice = replace(practice, chunk_due=0)
    known = event.recipient is not None or event.reply.code not in _UNKNOWN_COMMAND
    if asked.command.last and known:
        check = replace(practice.message or MessageCheck(), ended=True)
        return _message_answered(replace(practice, message=check), event, asked)
    # RFC 3030 §2: a refused chunk ends the transaction; a server that does not know BDAT has not touched it.
    ended = event.reply.severity in _FAILED and known
    return replace(practice, envelope=None) if ended else practice


def _message_answered(practice: Practice, event: ReplyReceived, asked: BodyEnded | CommandSent) -> Practice:
    """The server took responsibility for the message, or did not; LMTP answers once for each recipient."""
    envelope = practice.envelope or Envelope("")
    over = _is_last_answer(practice, event)
    if event.recipient is not None:
        delivery = Recipient(event.recipient, event.reply.code, event.reply.enhanced)
        practice = replace(practice, deliveries=(*practice.deliveries, delivery))
    accepted = practice.accepted
    if practice.kept and accepted[-1].number == asked.number:  # by another of its recipients
        last = replace(accepted[-1], deliveries=practice.deliveries)
        practice = replace(practice, accepted=(*accepted[:-1], last))
    elif event.reply.severity == 2:
        check = practice.message or MessageCheck()
        text = event.reply.lines[0].decode("utf-8", "replace") if event.reply.lines else ""
        message = Accepted(
            envelope,
            check.octets,
            event.reply.code,
            text,
            asked.number,
            check.shown,
            deliveries=practice.deliveries,
        )
        practice = replace(practice, accepted=(*accepted, message))
    return replace(practice, envelope=None) if over else practice


_UNKNOWN_COMMAND = frozenset({500, 502})

_ANSWERS: dict[str, Callable[[Practice, ReplyReceived, CommandSent], Practice]] = {
    **dict.fromkeys(HELLO_VERBS, _hello_answered),
    "MAIL": _mail_answered,
    "RCPT": _rcpt_answered,
    "DATA": _data_answered,
    "BDAT": _chunk_answered,
    "XCLIENT": _xclient_answered,
}


def _extensions(practice: Practice, event: ExtensionsAdvertised) -> Practice:
    changed = None
    if practice.earlier is not None:
        cause, before = practice.earlier
        now = frozenset(event.extensions)
        changed = Offers(cause, tuple(sorted(now - before)), tuple(sorted(before - now)))
    return replace(practice, extensions=event.extensions, earlier=None, offers=changed)


def _phase(practice: Practice, event: PhaseChanged) -> Practice:
    return replace(practice, phase=event.phase)


def _reset(practice: Practice, event: TransactionReset) -> Practice:
    return replace(practice, envelope=None, message=None, dropped=True)


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
    return replace(practice, opened=event, failed=None, awaiting=(GreetingAwaited(),), deliveries=())


def _failed(practice: Practice, event: ConnectionFailed) -> Practice:
    return replace(practice, failed=event)


def _closed(practice: Practice, event: ConnectionClosed) -> Practice:
    unknown = None
    if event.dot_unanswered:
        unknown = next((one for one in practice.awaiting if _ends_message(one)), None)
    return replace(
        practice,
        closed=event,
        phase=Phase.CLOSED,
        unknown_fate=unknown,
        begun=practice.envelope is not None,
        quit_open=any(_says_goodbye(one) for one in practice.awaiting),
        awaiting=(),
        envelope=None,
    )


def _says_goodbye(asked: Answered) -> bool:
    return isinstance(asked, CommandSent) and asked.command.verb == "QUIT"


def _ends_message(asked: Answered) -> bool:
    return isinstance(asked, BodyEnded) or (isinstance(asked, CommandSent) and asked.command.last)


def _tls(practice: Practice, event: TlsEstablished) -> Practice:
    earlier = ("tls", frozenset(practice.extensions)) if practice.helo in {"EHLO", "LHLO"} else None
    return replace(
        practice, tls=event, securing=None, helo="", extensions={}, earlier=earlier, authenticated=False
    )


def _tls_started(practice: Practice, event: TlsStarted) -> Practice:
    return replace(practice, securing=event)


def _tls_failed(practice: Practice, event: TlsFailed) -> Practice:
    return replace(practice, securing=None, tls_failed=event)


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
    MessageNotShown: _not_shown,
    ClientNotShown: _client_not_shown,
    ReplyReceived: _reply,
    ExtensionsAdvertised: _extensions,
    PhaseChanged: _phase,
    TransactionReset: _reset,
    Found: _found,
    ConnectionOpened: _opened,
    ConnectionFailed: _failed,
    ConnectionClosed: _closed,
    TlsStarted: _tls_started,
    TlsEstablished: _tls,
    TlsFailed: _tls_failed,
    ServerHalfClosed: _half_closed,
    ReplyTimedOut: _timed_out,
}
