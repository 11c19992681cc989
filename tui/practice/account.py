"""What a connection came to: who was accepted, deferred, refused; sizes, queue ids; where the time went.

A fold over events with their times. What the words of a server say (a queue id) is shown and decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import Any, Final

from tui.smtp.answers import answered_name
from tui.smtp.events import (
    AddressTried,
    Answered,
    AuthResponseSent,
    BodyEnded,
    CommandSent,
    ConnectionOpened,
    Event,
    GreetingAwaited,
    ReplyReceived,
    TlsEstablished,
    TlsFailed,
    TlsStarted,
)
from tui.smtp.replies import Reply
from tui.values import value


class Fate(Enum):
    """What became of the message for a recipient."""

    NOT_SENT = "not-sent"  # none was sent after the RCPT, or not to its end
    UNKNOWN = "unknown"  # it was sent, and not answered
    ANSWERED = "answered"


@value
class Answer:
    """The last reply about a recipient: to the message, where one was sent."""

    address: str
    code: int
    enhanced: str | None = None
    fate: Fate = Fate.NOT_SENT


#: Accepted, these begin a transaction, or end it (RFC 5321 §4.1.4); so does STARTTLS (RFC 3207 §4.2).
_BEGINS_ANEW: Final = frozenset({"MAIL", "RSET", "EHLO", "HELO", "LHLO", "STARTTLS"})


@value
class Delivered:
    """A message that was answered with 2yz, in LMTP for the first time. ``queue`` is "" where the reply names
    none."""

    code: int
    queue: str = ""


class Account:
    """Fed with every event of a session, in order. Seconds throughout."""

    def __init__(self) -> None:
        self.lookup = 0.0  # of names and exchangers, before the first try
        self.connect: float | None = None  # from the first try to the connection
        self.handshake: float | None = None  # of TLS, done or not; None: none began
        self.tls_failed = False
        self.waited = 0.0  # for the server, counted once where replies were due at the same time
        self.longest: tuple[str, float] | None = None  # the name of what was answered, and how long it took
        self.total = 0.0  # from the beginning to the last thing that happened
        self.recipients: dict[str, Answer] = {}  # by address, in the order of their first RCPT
        self.delivered: list[Delivered] = []
        self._envelope: list[str] = []  # recipients that were accepted since the last MAIL
        self._ended = 0  # the number of what ended the message that was answered last
        self._asked: dict[int, float] = {}  # numbers of what is due -> when it was sent
        self._began: float | None = None
        self._tried: float | None = None  # the first address was
        self._last = 0.0  # when the last reply came
        self._tls_since: float | None = None

    def see(self, event: Event, at: float) -> None:
        """``at``: seconds since the session began."""
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            if self._began is not None:
                self.total = at - self._began
            handler(self, event, at)

    @property
    def own(self) -> float:
        """What is left of ``total``: typing, reading, and this program itself."""
        parts = self.lookup + (self.connect or 0.0) + (self.handshake or 0.0) + self.waited
        return max(0.0, self.total - parts)

    def _try(self, event: AddressTried, at: float) -> None:
        if self._tried is None:
            self._tried = at
            self.lookup = at if event.host != event.address else 0.0  # an address needs none

    def _open(self, event: ConnectionOpened, at: float) -> None:
        tried = at - event.seconds if self._tried is None else self._tried
        self.connect = at - tried
        self._began, self._last = min(0.0, tried), at
        self.total = at - self._began

    def _sent(self, event: CommandSent | AuthResponseSent | BodyEnded, at: float) -> None:
        self._asked[event.number] = at
        if _end_of_message(event) and (not isinstance(event, BodyEnded) or event.complete):
            self._settle(Fate.UNKNOWN)

    def _securing(self, event: TlsStarted, at: float) -> None:
        self._tls_since = at

    def _secured(self, event: TlsEstablished | TlsFailed, at: float) -> None:
        """What was never begun took no time: plain text behind the 220 of STARTTLS. What breaks off later had
        its handshake before."""
        self.tls_failed = isinstance(event, TlsFailed) and self._tls_since is not None
        seconds = event.seconds if isinstance(event, TlsEstablished) else 0.0
        if not seconds and self._tls_since is not None:
            seconds = at - self._tls_since
        if isinstance(event, TlsEstablished) or self._tls_since is not None:
            self.handshake, self._last, self._tls_since = seconds, at, None

    def _answered(self, event: ReplyReceived, at: float) -> None:
        to = event.to
        if to is None:
            return
        since = self._last if isinstance(to, GreetingAwaited) else self._asked.pop(to.number, self._last)
        took = max(0.0, at - since)
        if self.longest is None or took > self.longest[1]:
            self.longest = (answered_name(to), took)
        self.waited += max(0.0, at - max(since, self._last))
        self._last = at
        self._judge(event)

    def _judge(self, event: ReplyReceived) -> None:
        reply, to = event.reply, event.to
        command = to.command if isinstance(to, CommandSent) else None
        address = event.recipient
        if address is None and command is not None and command.verb == "RCPT" and command.path is not None:
            address = command.path.address
        ended = _end_of_message(to)
        if command is not None and command.verb in _BEGINS_ANEW and reply.severity == 2:
            self._envelope = []
        if address:
            fate = Fate.ANSWERED if ended or self._has_mail(address) else Fate.NOT_SENT
            self.recipients[address] = Answer(address, reply.code, reply.enhanced, fate)
            if reply.severity == 2 and not ended:
                self._envelope.append(address)
        elif ended and reply.severity in {2, 4, 5}:
            self._settle(Fate.ANSWERED, reply)
        if reply.severity == 2 and ended > self._ended:
            self._ended = ended
            text = b" ".join(reply.lines).decode(errors="replace")
            self.delivered.append(Delivered(reply.code, queue_id(text)))

    def _has_mail(self, address: str) -> bool:
        """A message before was accepted for it."""
        before = self.recipients.get(address)
        return before is not None and before.fate is Fate.ANSWERED and before.code // 100 == 2

    def _settle(self, fate: Fate, reply: Reply | None = None) -> None:
        """The message of the transaction was sent, or answered for all its recipients."""
        for address in self._envelope:
            before = self.recipients[address]
            code, enhanced = (before.code, before.enhanced) if reply is None else (reply.code, reply.enhanced)
            self.recipients[address] = Answer(address, code, enhanced, fate)

    def by_severity(self, severity: int) -> tuple[Answer, ...]:
        """Recipients whose last reply begins with this digit; 2: and a message to them was answered so."""
        return tuple(
            one
            for one in self.recipients.values()
            if one.code // 100 == severity and (severity != 2 or one.fate is Fate.ANSWERED)
        )

    def by_fate(self, fate: Fate) -> tuple[Answer, ...]:
        """Recipients that were accepted, whose message was not."""
        return tuple(one for one in self.recipients.values() if one.code // 100 == 2 and one.fate is fate)


def _end_of_message(to: Answered | None) -> int:
    """The number of the dot or the last chunk; 0 for whatever else was answered."""
    if isinstance(to, BodyEnded) or (isinstance(to, CommandSent) and to.command.last):
        return to.number
    return 0


_HANDLERS: Final[dict[type, Callable[[Account, Any, float], None]]] = {
    AddressTried: Account._try,
    ConnectionOpened: Account._open,
    CommandSent: Account._sent,
    AuthResponseSent: Account._sent,
    BodyEnded: Account._sent,
    TlsStarted: Account._securing,
    TlsEstablished: Account._secured,
    TlsFailed: Account._secured,
    ReplyReceived: Account._answered,
}

#: How servers name what they keep the message under; the first that fits counts.
_QUEUE_IDS: Final = (
    re.compile(r"\bInternalId=(\d+)"),  # Exchange
    re.compile(r"\bqueued (?:mail )?as:? ([\w.-]+)", re.IGNORECASE),  # Postfix, smtp-server, Coremail
    re.compile(r"\bid=([\w-]+)"),  # Exim
    re.compile(r"\bqueued \(([\w.-]+)\)", re.IGNORECASE),  # Haraka
    re.compile(r"([\w.-]+) Message accepted for delivery"),  # sendmail, OpenSMTPD
    re.compile(r"\bok (\d+ qp \d+)"),  # qmail
    re.compile(r"(\S+) - gsmtp"),  # Gmail
)


def queue_id(text: str) -> str:
    """What the server calls the message in its queue and in its log; "" where its words do not say."""
    for pattern in _QUEUE_IDS:
        match = pattern.search(text)
        if match is not None:
            return match[1].rstrip(".")
    return ""
