"""The exit code of line mode (DESIGN §6), computed from what happened and nothing else."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from enum import IntEnum
from typing import Final

from tui.practice.state import Practice, StepState
from tui.practice.stepping import Stop
from tui.smtp.events import (
    AddressTried,
    AuthResponseSent,
    CommandSent,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    Failure,
    Found,
    GreetingAwaited,
    LineReceived,
    ReplyReceived,
    ReplyTimedOut,
    TlsEstablished,
    TlsFailed,
)
from tui.smtp.findings import Finding, Side, Weight
from tui.values import value


class Exit(IntEnum):
    """A promise to whoever runs the program from a script."""

    DONE = 0  # every step ticked at the end
    OPEN = 1  # steps open, or refused with 5yz
    USAGE = 2
    UNREACHABLE = 69
    INTERNAL = 70
    TEMPORARY = 75
    PROTOCOL = 76  # broken by the server, or closed by it without a word
    REFUSED_LOGIN = 77  # TLS or AUTH refused
    SIGNAL = 128  # and the signal's number

    @classmethod
    def of_signal(cls, number: int) -> int:
        return cls.SIGNAL + number


#: When several hold, the first one counts.
PRIORITY: Final = (
    Exit.INTERNAL,
    Exit.USAGE,
    Exit.UNREACHABLE,
    Exit.REFUSED_LOGIN,
    Exit.PROTOCOL,
    Exit.TEMPORARY,
    Exit.OPEN,
)

#: A slip of the server that breaks no rule of the protocol.
_HARMLESS: Final = frozenset({Finding.SECRET_ECHOED})
_AUTH_CANCELLED: Final = 501
#: The first event of a connection; the last one when its name is unknown.
_BEGINNINGS: Final = (AddressTried, ConnectionOpened, ConnectionFailed)
_FOR_NOW: Final = 4
#: With these a server says that it closes, asked or not.
FAREWELLS: Final = frozenset({221, 421, 521})
#: Events that a record depends on; floods of the others pass by.
_CONCERNS: Final = frozenset(
    {
        AddressTried,
        AuthResponseSent,
        CommandSent,
        ConnectionClosed,
        ConnectionFailed,
        ConnectionOpened,
        Found,
        ReplyReceived,
        ReplyTimedOut,
        TlsEstablished,
        TlsFailed,
    }
)


def matters(event: Event) -> bool:
    """Is it more than what a flood is made of: lines of the server, and replies that answer nothing? None of
    what a desk keeps beside the practice changes by those, unless they say that the server closes, or hold
    what is hidden."""
    if isinstance(event, ReplyReceived):
        return event.to is not None or event.reply.code in FAREWELLS
    return not isinstance(event, LineReceived) or bool(event.secret)


@value
class Record:
    """What of the present, or last, connection the exit code depends on: a fold over its events."""

    connected: bool = False
    failure: Failure | None = None  # of the last way that was tried
    broken: bool = False  # the protocol, by the server
    hung_up: bool = False  # by the server, without a word
    shutting_down: bool = False  # 421
    timed_out: bool = False
    network_lost: bool = False
    tls_refused: bool = False
    auth_refused: bool = False
    refused: int = 0  # the class of the last reply that refused something: 4, 5; 0 none did
    parting: bool = False  # QUIT was sent, or the server said that it closes: an end is normal now
    over: bool = False

    def seen(self, event: Event) -> Record:
        """The record after this event; a new connection begins a new one."""
        if type(event) not in _CONCERNS:
            return self
        before = Record() if self.over and isinstance(event, _BEGINNINGS) else self
        return before._after(event)

    def _after(self, event: Event) -> Record:
        match event:
            case ConnectionOpened():
                return replace(self, connected=True, failure=None)
            case ConnectionFailed(failure=failure, final=final):
                return replace(self, connected=False, failure=failure, over=final)
            case CommandSent(command=command) if command.verb == "QUIT":
                return replace(self, parting=True)
            case ReplyReceived():
                return self._answered(event)
            case Found(finding=finding, side=Side.SERVER) if not self.broken:
                return replace(self, broken=finding.weight is Weight.SLIP and finding not in _HARMLESS)
            case ReplyTimedOut():
                return replace(self, timed_out=True)
            case TlsEstablished():
                return replace(self, tls_refused=False)
            case TlsFailed():
                return replace(self, tls_refused=True, parting=True)
            case ConnectionClosed(by=by):
                hung_up = by is Side.SERVER and not self.parting
                return replace(self, over=True, hung_up=hung_up, network_lost=by is None)
            case _:
                return self

    def _answered(self, event: ReplyReceived) -> Record:
        reply = event.reply
        code, refused = reply.code, reply.severity in {4, 5}
        if event.to is None and code not in FAREWELLS:
            return self
        record = replace(
            self,
            shutting_down=self.shutting_down or code == 421,
            refused=reply.severity if refused else self.refused,
            # A server that says 421, 221, or greets with a refusal, has said its word.
            parting=self.parting or code in FAREWELLS or (isinstance(event.to, GreetingAwaited) and refused),
        )
        match event.to:
            case CommandSent(command=command) if command.verb == "STARTTLS":
                return replace(record, tls_refused=refused)
            case CommandSent(command=command) if command.verb == "AUTH":
                return replace(record, auth_refused=refused)
            case AuthResponseSent(cancelled=cancelled):
                return replace(record, auth_refused=refused and not (cancelled and code == _AUTH_CANCELLED))
            case _:
                return record


def exit_code(
    practice: Practice,
    record: Record,
    *,
    signal: int | None = None,
    internal: bool = False,
    usage: bool = False,
    solved: bool | None = None,
    stopped: Stop | None = None,
) -> int:
    """The code of a sitting that ends like this. ``signal``: the number of the one that ended it; ``solved``:
    an exercise was passed or not, and nothing else counts where its server could be reached; ``stopped``:
    steps were typed by smtptutor, and this is why no more were."""
    if signal is not None:
        return Exit.of_signal(signal)
    holding = trouble(record) | _unfinished(practice)
    if solved is not None:
        holding &= {Exit.UNREACHABLE}
        holding |= set() if solved else {Exit.OPEN}
    if stopped is Stop.DONE:
        holding -= {Exit.OPEN, Exit.TEMPORARY}
    if stopped is Stop.REFUSED:
        holding.add(Exit.TEMPORARY if record.refused == _FOR_NOW else Exit.OPEN)
    if stopped in {Stop.NO_STARTTLS, Stop.NO_LOGIN}:
        holding.add(Exit.REFUSED_LOGIN)
    if stopped is Stop.ASTRAY:
        holding.add(Exit.PROTOCOL)
    if stopped is Stop.NO_MESSAGE:
        holding.add(Exit.USAGE)
    if internal:
        holding.add(Exit.INTERNAL)
    if usage:
        holding.add(Exit.USAGE)
    return worst(holding)


def worst(codes: Collection[Exit]) -> int:
    """The one that counts."""
    return next((int(code) for code in PRIORITY if code in codes), int(Exit.DONE))


def _unfinished(practice: Practice) -> set[Exit]:
    """What the step says that is still open."""
    step = practice.open_step
    if step is None:
        return set()
    return {Exit.OPEN, Exit.TEMPORARY} if step.state is StepState.LATER else {Exit.OPEN}


def trouble(record: Record) -> set[Exit]:
    """Every code for which the connection itself gave a reason."""
    tls_failed = record.failure is Failure.TLS_FAILED
    reasons = {
        Exit.UNREACHABLE: not record.connected and record.failure is not None and not tls_failed,
        Exit.REFUSED_LOGIN: tls_failed or record.tls_refused or record.auth_refused,
        Exit.PROTOCOL: record.broken or record.hung_up,
        Exit.TEMPORARY: record.shutting_down or record.timed_out or record.network_lost,
    }
    return {code for code, holds in reasons.items() if holds}
