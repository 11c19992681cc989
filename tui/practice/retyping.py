"""What is sent when a recorded dialogue is typed again. Pure: events of the old run in, a plan out.

The plan holds the client's lines with their exact octets, but never a secret: of a login only the mechanism
and the number of answers are in it. ``hindrance`` says before each line whether it may go out where the new
run stands: text never goes out as a command, a command never as text, and what was inside TLS never without.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from enum import Enum
from typing import Final

from tui.practice.recording import About
from tui.practice.state import Practice
from tui.smtp.commands import Command
from tui.smtp.display import MASK
from tui.smtp.events import (
    AuthResponseSent,
    BodyEnded,
    BodyLineSent,
    ClientNotShown,
    CommandSent,
    Event,
    LineEnd,
    LineSent,
    MessageNotShown,
    PhaseChanged,
    ReplyReceived,
    TlsEstablished,
)
from tui.smtp.lines import OCTETS
from tui.smtp.phases import Phase
from tui.values import value

CRLF: Final = b"\r\n"
#: Lines of text that go out at once; between them the server may speak.
_TEXT_AT_ONCE: Final = 200
#: A server may take other line ends than CRLF for one.
#: AUTH and its mechanism.
_MECHANISM: Final = re.compile(rb"\s*\S+\s+\S+")
_LONE_DOT: Final = re.compile(rb"(?:^|[\r\n])\.(?:[\r\n]|$)")
#: What follows one of these gets its meaning from the reply, so that it waits for it, whatever the old client
#: did.
_DECIDING: Final = frozenset({"DATA", "AUTH", "STARTTLS"})


class Kind(Enum):
    """What a line was in the old run."""

    COMMAND = "command"
    LOGIN = "login"  # AUTH, without what may stand behind the mechanism
    ANSWER = "answer"  # to a challenge; it is made anew
    CANCEL = "cancel"  # "*"
    TEXT = "text"  # of the message, dots stuffed as they were
    DOT = "dot"
    HIDDEN = "hidden"  # a command with a secret in it, which nobody can make anew


@value
class Item:
    """One line to be sent. ``entry`` is the number of what it was among the commands, answers and dots of
    the old run; 0 for text, which gets no reply."""

    kind: Kind
    line: bytes  # without its end; b"" where it is made anew
    end: bytes = CRLF
    chunk: bytes = b""  # of a BDAT: its octets, which go out behind the line
    announced: int = 0  # how many there should be
    together: bool = False  # sent with the line before, whose reply was not awaited
    entry: int = 0
    verb: str = ""
    mechanism: str = ""  # of LOGIN and ANSWER, upper case
    initial: bool = False  # LOGIN: the first answer stood in the same line
    tls: bool = False  # it was inside TLS

    @property
    def tail(self) -> bytes:
        """What goes out behind the line."""
        return self.end + self.chunk

    @property
    def cut_short(self) -> bool:
        """The chunk was not sent to its end."""
        return len(self.chunk) < self.announced


@value
class Plan:
    """One connection's lines."""

    items: tuple[Item, ...]
    lost: tuple[int, ...] = ()  # rows with lines longer than is kept, 0 where the row is not known
    hidden: tuple[int, ...] = ()  # rows of HIDDEN lines
    missing: bool = False  # a message was sent, and the recording does not show it
    silent: bool = False  # the recording shows none of the client's lines
    handed_over: int = 0  # messages whose end was sent and not refused: a second run makes a second copy
    lmtp: bool = False
    implicit_tls: bool = False  # TLS from the first octet

    @property
    def logs_in(self) -> bool:
        return any(one.kind is Kind.LOGIN for one in self.items)

    @property
    def places(self) -> dict[int, int]:
        """Where in ``items`` each entry of the old run stands."""
        return {item.entry: at for at, item in enumerate(self.items) if item.entry}

    @property
    def starttls(self) -> bool:
        return any(one.verb == "STARTTLS" for one in self.items)


class Hindrance(Enum):
    """Why a line is not sent. Behind those of ``ENDING`` nothing is sent any more."""

    HIDDEN = "hidden"  # its secret is not in the recording
    NO_MESSAGE = "no-message"  # text, and the server asked for none
    NO_CHALLENGE = "no-challenge"  # an answer, and the server asked for none
    CHALLENGED = "challenged"  # the server waits for an answer that the old run did not give
    TLS_IS_ON = "tls-is-on"  # STARTTLS inside TLS
    NO_CHUNKING = "no-chunking"  # a server that does not know BDAT would read its chunk as commands
    CLOSED = "closed"
    NOT_IN_CLEAR = "not-in-clear"  # it was inside TLS, and there is none now
    MESSAGE_OPEN = "message-open"  # a command, and the server takes lines for text
    CHUNK_OPEN = "chunk-open"  # the server would take what follows for the rest of the chunk


ENDING: Final = frozenset(
    {Hindrance.CLOSED, Hindrance.NOT_IN_CLEAR, Hindrance.MESSAGE_OPEN, Hindrance.CHUNK_OPEN}
)


def hindrance(plan: Plan, at: int, practice: Practice) -> Hindrance | None:
    """Why the item ``at`` may not go out now that all replies are there; None when it may."""
    item = plan.items[at]
    sandbox = practice.opened is not None and practice.opened.sandbox
    if practice.closed is not None or practice.failed is not None:
        return Hindrance.CLOSED
    if item.tls and not plan.implicit_tls and practice.tls is None and not sandbox:
        return Hindrance.NOT_IN_CLEAR
    if practice.phase is Phase.MESSAGE:
        return None if item.kind in {Kind.TEXT, Kind.DOT} else Hindrance.MESSAGE_OPEN
    if item.kind in {Kind.TEXT, Kind.DOT}:
        return Hindrance.NO_MESSAGE
    if item.kind in {Kind.ANSWER, Kind.CANCEL}:
        return None if practice.phase is Phase.AUTH else Hindrance.NO_CHALLENGE
    if practice.phase is Phase.AUTH:
        return Hindrance.CHALLENGED
    if item.kind is Kind.HIDDEN:
        return Hindrance.HIDDEN
    if item.verb == "STARTTLS" and practice.tls is not None:
        return Hindrance.TLS_IS_ON
    if item.announced and "CHUNKING" not in practice.extensions:
        return Hindrance.NO_CHUNKING
    if item.cut_short and at + 1 < len(plan.items):
        return Hindrance.CHUNK_OPEN
    return None


def plan(told: Iterable[tuple[Event, About]]) -> Plan:
    """What to type, from the events of one connection (``recording.told``)."""
    fold = _Fold()
    for event, about in told:
        fold.take(event, about)
    return fold.plan()


@value
class _Wire:
    """A line as it went over the wire."""

    end: bytes
    about: About
    cut: bool  # by the observer, who has the rest of a message line nevertheless


class _Fold:
    def __init__(self) -> None:
        self._items: list[Item] = []
        self._lost: list[int] = []
        self._hidden: list[int] = []
        self._missing = self._silent = False
        self._wire: dict[int, _Wire] = {}
        self._handed_over: dict[int, bool] = {}  # by the entry that ended a message: it may have been taken
        self._text_of = 0  # the wire number of the message line that is being put together
        self._owed = 0  # octets of the present chunk that were not seen yet
        self._greeted = False
        self._implicit_tls = False
        self._lmtp = False

    def take(self, event: Event, about: About) -> None:
        match event:
            case LineSent():
                self._line(event, about)
            case CommandSent():
                self._command(event)
            case AuthResponseSent():
                self._answer(event)
            case BodyLineSent(chunked=True):
                self._chunk(event.data + OCTETS[event.end])
            case BodyLineSent():
                self._text(event)
            case BodyEnded(complete=True, line=int(line)):
                item = Item(Kind.DOT, b".", self._wire[line].end, entry=event.number, verb=".", tls=event.tls)
                self._items.append(item)
                self._handed_over[event.number] = True
            case MessageNotShown():
                self._missing = True
            case ClientNotShown():
                self._silent = True
            case PhaseChanged():
                self._greeted = True  # or begun later
            case ReplyReceived():
                self._reply(event)
            case TlsEstablished():
                self._implicit_tls = self._implicit_tls or not self._greeted
            case _:
                pass

    # -- what was sent

    def _line(self, sent: LineSent, about: About) -> None:
        self._wire[sent.number] = _Wire(OCTETS[sent.end], about, sent.end is LineEnd.CUT)
        if about.cut:
            self._lost.append(about.row)

    def _command(self, sent: CommandSent) -> None:
        command, wire = sent.command, self._wire[sent.line]
        if self._owed and sent.pipelined:  # of a chunk that the server did not take for one
            self._chunk(command.data + wire.end)
            return
        if wire.cut:
            self._lost.append(wire.about.row)
        item = Item(
            _kind(command, secret=bool(sent.secret)),
            command.data,
            wire.end,
            announced=command.chunk_octets or 0,
            together=self._goes_along(sent),
            entry=sent.number,
            verb=command.verb,
            tls=sent.tls,
        )
        if item.kind is Kind.LOGIN:
            line, initial = _without_answer(sent)
            mechanism = command.argument.split()[0].upper()
            item = replace(item, line=line, mechanism=mechanism, initial=initial)
        elif item.kind is Kind.HIDDEN:
            self._hidden.append(wire.about.row)
            item = replace(item, line=b"")
        self._owed = item.announced
        self._items.append(item)
        self._lmtp = self._lmtp or command.verb == "LHLO"
        if command.last:
            self._handed_over[sent.number] = True

    def _goes_along(self, sent: CommandSent) -> bool:
        before = self._items[-1] if self._items else None
        waits = before is None or before.verb in _DECIDING or before.kind in {Kind.TEXT, Kind.ANSWER}
        return sent.pipelined and not waits

    def _answer(self, sent: AuthResponseSent) -> None:
        kind = Kind.CANCEL if sent.cancelled else Kind.ANSWER
        line = b"*" if sent.cancelled else b""
        self._items.append(
            Item(kind, line, entry=sent.number, verb="AUTH", mechanism=sent.mechanism, tls=sent.tls)
        )

    def _text(self, sent: BodyLineSent) -> None:
        """A long line comes in pieces, all but the last without an end."""
        octets = (b"." if sent.stuffed else b"") + sent.data
        if sent.line == self._text_of:
            octets = self._items.pop().line + octets
        self._text_of = sent.line
        self._items.append(Item(Kind.TEXT, octets, OCTETS[sent.end], tls=self._is_in_tls))

    @property
    def _is_in_tls(self) -> bool:
        return bool(self._items) and self._items[-1].tls

    def _chunk(self, octets: bytes) -> None:
        item = self._items[-1]
        self._items[-1] = replace(item, chunk=item.chunk + octets[: self._owed])
        self._owed = max(0, self._owed - len(octets))

    # -- what was answered

    def _reply(self, received: ReplyReceived) -> None:
        self._greeted = True
        to, refused = received.to, received.reply.severity in {4, 5}
        if isinstance(to, CommandSent | BodyEnded) and to.number in self._handed_over and refused:
            self._handed_over[to.number] = received.recipient is not None

    def plan(self) -> Plan:
        return Plan(
            tuple(self._items),
            tuple(self._lost),
            tuple(self._hidden),
            self._missing,
            self._silent,
            sum(self._handed_over.values()),
            self._lmtp,
            self._implicit_tls,
        )


def _without_answer(sent: CommandSent) -> tuple[bytes, bool]:
    """AUTH up to its mechanism, and whether an answer stood behind it, in clear or masked already."""
    data = sent.command.data
    starts = [start for start, _end in sent.secret]
    named = _MECHANISM.match(data)
    if named is not None and data[named.end() :].strip():
        starts.append(named.end())
    if MASK.encode() in data:
        starts.append(data.index(MASK.encode()))
    return (data[: min(starts)].rstrip(), True) if starts else (data, False)


def _kind(command: Command, *, secret: bool) -> Kind:
    if command.verb == "AUTH" and command.argument:
        return Kind.LOGIN
    return Kind.HIDDEN if secret or MASK.encode() in command.data else Kind.COMMAND


def group(items: Sequence[Item], at: int) -> int:
    """How many lines go out in one breath, beginning with the one ``at``: commands that were pipelined, or
    lines of text of which none can be taken for the end of the message."""
    end = at + 1
    if items[at].kind is Kind.TEXT and not _LONE_DOT.search(items[at].line):
        most = min(len(items), at + _TEXT_AT_ONCE)
        while end < most and items[end].kind is Kind.TEXT and not _LONE_DOT.search(items[end].line):
            end += 1
        return end - at
    while end < len(items) and items[end].together and items[end].kind is Kind.COMMAND:
        end += 1
    return end - at
