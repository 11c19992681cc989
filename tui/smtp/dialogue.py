"""The observer: both directions of one SMTP connection in, typed events out. Pure, total, and never in the
way.

It refuses no line, sends none and raises on no input (DESIGN §4). The same octets give the same events
however they are chunked. Memory is bounded in both directions: lines (``lines.KEPT_OCTETS``), replies
(``replies.KEPT_LINES``), extensions (``server.KEPT_EXTENSIONS``), undecided lines (``client.HELD_OCTETS``),
unanswered ones (``awaiting.KEPT_ENTRIES``), repeated findings (``findings.TOLD_AT_MOST``).
"""

from __future__ import annotations

from collections.abc import Mapping

from tui.smtp.client import ClientSide
from tui.smtp.events import (
    Answered,
    BodyEnded,
    ClientNotShown,
    CommandSent,
    ConnectionClosed,
    Event,
    Part,
    ProxyHeaderSent,
    Span,
    TlsEstablished,
)
from tui.smtp.findings import Side
from tui.smtp.phases import Phase
from tui.smtp.secrets import Secrets
from tui.smtp.server import ServerSide
from tui.smtp.standing import Standing


class Dialogue:
    """One connection, from before the greeting to its end.

    Feed it what happened, in the order in which it happened; each call gives the events that are certain now.
    """

    def __init__(self, *, lmtp: bool = False, judges: bool = True, secrets: Secrets | None = None) -> None:
        """``lmtp``: the client means to speak LMTP, so what has to come first is LHLO (RFC 2033 §4.1).
        ``judges``: False where nobody asks what is wrong: ``Found`` is not told. ``secrets``: of an earlier
        dialogue; what was hidden there is hidden here too."""
        self._told: list[Event] = []
        self._standing = Standing(self._told.append, lmtp=lmtp, judges=judges, secrets=secrets)
        self._client = ClientSide(self._standing)
        self._server = ServerSide(self._standing, self._client)

    # -- what happened

    def sent(self, data: bytes) -> tuple[Event, ...]:
        """The client sent these octets."""
        self._client.take(data)
        return self._all_told()

    def received(self, data: bytes) -> tuple[Event, ...]:
        """The server sent these octets."""
        self._server.take(data)
        return self._all_told()

    def preceded(self, header: ProxyHeaderSent) -> tuple[Event, ...]:
        """A PROXY header went out before everything else, and is no line of this dialogue; but it may be
        answered as if it were one."""
        self._standing.preamble.sent(header.version)
        self._standing.tell(header)
        return self._all_told()

    def tls_established(self, info: TlsEstablished) -> tuple[Event, ...]:
        """The handshake is done: ``info`` itself, then what it changes. What was learned before is void
        (RFC 3207 §4.2). Before the greeting it changes nothing but ``tls`` (RFC 8314 §3)."""
        standing = self._standing
        self._client.tls_begins()
        self._server.flush()
        standing.awaiting.forget()
        standing.tls_begins()
        standing.tell(info)
        if standing.phase is not Phase.CONNECTING:
            standing.enter(Phase.GREETED)
        return self._all_told()

    def closed(self, by: Side | None, reset: bool = False) -> tuple[Event, ...]:
        """The connection is gone: by whom (None: the network failed), and whether with a TCP reset. Only the
        first end counts."""
        standing = self._standing
        if standing.phase is Phase.CLOSED:
            return ()
        in_reply = self._server.in_reply
        in_message = self._client.in_message
        unanswered = self._client.dot_is_open or (
            not in_message and any(_ends_message(to) for to in standing.awaiting.entries)
        )
        self._end()
        standing.tell(ConnectionClosed(by, in_reply, in_message, unanswered, reset))
        standing.enter(Phase.CLOSED)
        return self._all_told()

    def joined(self, phase: Phase) -> tuple[Event, ...]:
        """The record begins later than the connection: no greeting is in it, and the dialogue stands in
        ``phase`` (GREETED, READY or MAIL). Call it before anything else."""
        standing = self._standing
        standing.awaiting.forget_greeting()
        if phase is not Phase.GREETED:
            standing.helo = "HELO"  # said before, nobody knows how
        standing.enter(phase)
        return self._all_told()

    def message_not_shown(self, *, lines: bool = False) -> tuple[Event, ...]:
        """The record leaves out the message, or the chunk, that was sent now: nothing is to be said about it.
        ``lines``: it comes after all, but not with the octets that were sent."""
        self._client.message_not_shown(lines=lines)
        return self._all_told()

    def passed_over(self, octets: int) -> tuple[Event, ...]:
        """The client sent so many further octets of the chunk that is open, and nobody wants to know which:
        nothing is told of them, but a line that is open ends. (In a message after 354 whole lines can simply
        be left out: only its dot counts.)"""
        self._client.pass_over(octets)
        return self._all_told()

    def client_not_shown(self) -> tuple[Event, ...]:
        """The record leaves out every line of the client: a reply that seems to answer nothing does not."""
        self._standing.client_shown = False
        self._standing.tell(ClientNotShown())
        return self._all_told()

    def finished(self) -> tuple[Event, ...]:
        """The record ends here, and nobody knows how the connection did: tell what is still held."""
        self._end()
        return self._all_told()

    # -- what is known now

    @property
    def secrets(self) -> Secrets:
        return self._standing.secrets

    @property
    def phase(self) -> Phase:
        return self._standing.phase

    @property
    def extensions(self) -> Mapping[str, str]:
        """Of the last EHLO or LHLO; empty after HELO, and after TLS began."""
        return self._standing.extensions

    @property
    def awaiting(self) -> tuple[Answered, ...]:
        """What still waits for a reply, oldest first. Undecided lines are not in it."""
        return self._standing.awaiting.entries

    @property
    def due(self) -> Answered | None:
        """The oldest of ``awaiting``, at no cost however many there are."""
        oldest = self._standing.awaiting.oldest
        return oldest.to if oldest is not None else None

    @property
    def next_part(self) -> Part:
        """What a line sent now would be."""
        return self._client.part

    @property
    def undecided(self) -> bool:
        """DATA, AUTH, BDAT or STARTTLS is unanswered: what is sent now gets its meaning from that reply."""
        return self._client.part is Part.UNDECIDED

    @property
    def chunk_left(self) -> int:
        """Octets of a BDAT that were not sent yet: the server waits for them, and answers only then."""
        return self._client.chunk_left

    def secret_in(self, line: bytes) -> tuple[Span, ...]:
        """The parts of ``line``, without its end, that would be secret if it were sent now."""
        return self._client.secret_in(line)

    def guard(self, secret: bytes) -> None:
        """Hide this password where the server says it, though none of our lines may hold it."""
        self._standing.secrets.learn_value(secret)

    def doubt_name(self, name: bytes) -> None:
        """Hide this user name, which may be the password by mistake, until the login has succeeded."""
        self._standing.secrets.doubt_name(name)

    def introduce(self, name: bytes) -> None:
        """This is the user who will log in: the name alone, where LOGIN asks for it, need not be hidden."""
        self._standing.secrets.know_name(name)

    @property
    def tls(self) -> bool:
        return self._standing.tls

    # -- inside

    def _end(self) -> None:
        self._server.flush()
        self._client.flush()

    def _all_told(self) -> tuple[Event, ...]:
        told = tuple(self._told)
        self._told.clear()
        return told


def _ends_message(to: Answered) -> bool:
    return isinstance(to, BodyEnded) or (isinstance(to, CommandSent) and to.command.last)
