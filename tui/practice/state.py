"""What a person practising needs to know now: one frozen value, folded from the events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from enum import Enum

from tui.practice.goals import PLAIN, StepRule
from tui.practice.logins import LoginState
from tui.smtp.events import (
    Answered,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    Found,
    LineSent,
    ReplyReceived,
    ReplyTimedOut,
    TlsEstablished,
    TlsFailed,
    TlsStarted,
)
from tui.smtp.phases import Phase
from tui.values import value

_HANGS_UP = 421


class StepState(Enum):
    """Each has a glyph and a word (SCREENS §7)."""

    TO_DO = "to-do"
    NOW = "now"
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"  # 5yz; the step stays open
    LATER = "later"  # 4yz; the step stays open


@value
class Step:
    """One row of the checklist. ``code`` and ``value`` are what the server's answer made of it."""

    id: str  # "connect" "helo" "mail" "rcpt" "data" "message" "dot" "quit", or a goal of an exercise
    name: str  # the key word to show, never translated: "MAIL FROM"; for exercises a text of the pack
    state: StepState
    code: str = ""  # "250 2.1.0"
    value: str = ""  # an address, a count; foreign text, not yet visible()


@value
class Recipient:
    address: str
    code: int
    enhanced: str | None

    @property
    def accepted(self) -> bool:
        return 200 <= self.code < 300


@value
class Envelope:
    reverse_path: str
    recipients: tuple[Recipient, ...] = ()

    @property
    def accepted(self) -> tuple[Recipient, ...]:
        return tuple(one for one in self.recipients if one.accepted)

    @property
    def refused(self) -> tuple[Recipient, ...]:
        return tuple(one for one in self.recipients if not one.accepted)


@value
class MessageCheck:
    """The header check that ticks live inside DATA."""

    fields: tuple[str, ...] = ()  # lower-case names, each once, in order, as far as typed
    blank_line: bool = False
    lines: int = 0
    octets: int = 0
    body_lines: int = 0  # after the blank line
    ended: bool = False  # the lone dot, or BDAT LAST, was sent
    shown: bool = True  # False: a recording that leaves the message out


@value
class Accepted:
    """A message the server took responsibility for."""

    envelope: Envelope
    octets: int
    code: int
    text: str  # of the reply; foreign
    number: int = 0  # of the dot, or of BDAT LAST, among the commands of its connection
    shown: bool = True  # False: a recording that leaves the message out; ``octets`` says nothing
    lost: bool = False  # the server in this process said so, and has it no more
    deliveries: tuple[Recipient, ...] = ()  # LMTP: what was answered for each, those who do not get it too

    @property
    def getting(self) -> tuple[str, ...]:
        """The addresses for which the server answers."""
        missed = [one.address for one in self.deliveries if not one.accepted]
        return tuple(one.address for one in self.envelope.accepted if one.address not in missed)


@value
class Offers:
    """What an EHLO changed against the one before it, which TLS or a login made void."""

    cause: str  # "tls" or "auth"
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


@value
class Practice:
    """``steps`` tick; the rest says what the explanation needs. No words in here."""

    steps: tuple[Step, ...]
    phase: Phase = Phase.CONNECTING
    opened: ConnectionOpened | None = None
    failed: ConnectionFailed | None = None
    closed: ConnectionClosed | None = None
    tls: TlsEstablished | None = None
    helo: str = ""  # the verb that was accepted: HELO, EHLO or LHLO
    named: str = ""  # what we called ourselves behind it; foreign
    seen_at: str = ""  # our address, where the reply to it has said that
    extensions: Mapping[str, str] = field(default_factory=dict)
    awaiting: tuple[Answered, ...] = ()  # replies that are due, oldest first
    chunk_due: int = 0  # octets of a BDAT that the server still waits for
    envelope: Envelope | None = None  # of the open transaction
    message: MessageCheck | None = None  # while, and after, the message is typed
    reply: ReplyReceived | None = None  # the last one
    dropped: bool = False  # the last line ended a mail that was begun, without a message
    slip: Found | None = None  # the newest client finding worth showing; gone with the next line that is sent
    first_slips: tuple[Found, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    deliveries: tuple[Recipient, ...] = ()  # LMTP: what was answered for each, behind the last dot
    unknown_fate: Answered | None = (
        None  # BodyEnded, or BDAT LAST: the dot was sent and no reply came: not known whether accepted
    )
    begun: bool = False  # a mail was begun when the connection ended
    quit_open: bool = False  # QUIT was sent, and the connection ended without a reply to it
    refusals: int = 0  # 4yz and 5yz in a row, since a step was last ticked
    attempts: Mapping[str, int] = field(default_factory=dict)  # step id -> times it was tried
    client_shown: bool = True  # False: a recording without the client's lines
    goals: tuple[StepRule, ...] = PLAIN  # what the steps are made from, one each
    moved_by: frozenset[type] = frozenset()  # events that may move a step
    sent: LineSent | None = None  # the last line of the client
    kept: tuple[Step, ...] = ()  # the steps when a message was last accepted on this connection
    remarks: tuple[Found, ...] = ()  # what else was found in the line ``slip`` is about
    timed_out: ReplyTimedOut | None = None  # since the last line of either side
    not_smtp: Found | None = None  # what answers is another kind of service
    login: LoginState | None = None  # under way, or the last one of this connection
    half_closed: bool = False  # the server will send nothing more
    securing: TlsStarted | None = None  # a handshake is under way
    tls_failed: TlsFailed | None = None
    authenticated: bool = False  # 235
    earlier: tuple[str, frozenset[str]] | None = None  # what was offered before TLS, or before the login
    offers: Offers | None = None  # what the EHLO after that changed

    @property
    def lmtp(self) -> bool:
        """It is LMTP that is spoken, or was to be: LHLO is the only greeting (RFC 2033 §4.1)."""
        return self.helo == "LHLO" or (self.opened is not None and self.opened.lmtp)

    @property
    def all_lost(self) -> bool:
        """Whatever was accepted is nowhere."""
        return bool(self.accepted) and all(one.lost for one in self.accepted)

    @property
    def done(self) -> int:
        return sum(step.state is StepState.DONE for step in self.steps)

    @property
    def hanging_up(self) -> bool:
        """421 came last: the server closes the connection (RFC 5321 §3.8)."""
        return self.reply is not None and self.reply.reply.code == _HANGS_UP and self.closed is None

    @property
    def open_step(self) -> Step | None:
        """The step whose turn it is, or the first that is not done."""
        return next((step for step in self.steps if step.state is not StepState.DONE), None)
