"""One connection: bytes out, bytes in, one observer, one queue, one order.

``Session`` owns an asyncio protocol and a ``smtp.Dialogue``. Whatever happens is put into one queue as a
``Stamped`` event, in the order in which it happened; nobody else talks to the socket.

Nothing in here grows with what a server does. At most ``wire.READ_OCTETS`` are read in a turn of the event
loop, they become events at once, and reading pauses while the consumer lags behind. What we send leaves in
blocks, each told to the observer when it leaves, and stays where it is while the server does not take it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from tui.net import deadlines
from tui.net.access import DIRECT, Access, Security
from tui.net.clock import Clock, LoopClock, within
from tui.net.connecting import Attempt
from tui.net.endpoint import Endpoint
from tui.net.outgoing import Outgoing
from tui.net.programs import Around, Ask, Prompt
from tui.net.routes import route_for
from tui.net.stream import Stamped, Stream
from tui.net.watch import Over, Waiting, Watch
from tui.net.ways import Route, failure_of
from tui.net.wire import Listener, Wire
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import (
    AddressTried,
    Answered,
    CommandSent,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    ProgramSaid,
    ProxyHeaderSent,
    ReplyReceived,
    ReplyTimedOut,
    ServerHalfClosed,
    TlsEstablished,
    TlsFailed,
    TlsStarted,
    TlsTrouble,
    TypedByProgram,
)
from tui.smtp.findings import Side
from tui.smtp.phases import Phase
from tui.smtp.secrets import Secrets
from tui.values import value

if TYPE_CHECKING:
    from tui.net import tls

__all__ = ["Blocked", "Observer", "Session", "Stamped", "Waiting"]

#: The server announces with these that it closes (RFC 5321 §3.8, §4.2.1, RFC 7504 §3).
_FAREWELLS: Final = frozenset({221, 421, 521})

#: Where an end of the server's octets may be half a close: nothing is due, and it may still read. Elsewhere
#: nothing can come of it any more: a reply that is due will never come, a message cannot be accepted.
_MAY_STILL_READ: Final = frozenset({Phase.GREETED, Phase.READY, Phase.MAIL, Phase.RCPT, Phase.CHUNKING})


@value
class Blocked:
    """The server does not take what we send: since when, and after how many seconds it is given up."""

    unsent: int  # octets
    since: float
    limit: float


class Observer(Protocol):
    """``smtp.Dialogue``, as far as a session needs it."""

    @property
    def awaiting(self) -> tuple[Answered, ...]: ...
    @property
    def due(self) -> Answered | None: ...
    @property
    def undecided(self) -> bool: ...
    @property
    def chunk_left(self) -> int: ...
    @property
    def phase(self) -> Phase: ...
    @property
    def secrets(self) -> Secrets: ...
    def secret_in(self, line: bytes) -> tuple[tuple[int, int], ...]: ...
    def guard(self, secret: bytes) -> None: ...
    def introduce(self, name: bytes) -> None: ...
    def doubt_name(self, name: bytes) -> None: ...
    def sent(self, data: bytes) -> Sequence[Event]: ...
    def received(self, data: bytes) -> Sequence[Event]: ...
    def preceded(self, header: ProxyHeaderSent) -> Sequence[Event]: ...
    def tls_established(self, info: TlsEstablished) -> Sequence[Event]: ...
    def closed(self, by: Side | None, reset: bool = False) -> Sequence[Event]: ...


class Session:
    """Opened once, closed once; to connect again make another."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeout: float | None = None,
        connect_timeout: float = 10.0,
        access: Access = DIRECT,
        route: Route | None = None,
        clock: Clock | None = None,
        dialogue: Observer | None = None,
        secrets: Secrets | None = None,
        ask: Ask | None = None,
    ) -> None:
        """``timeout`` seconds for every reply instead of the RFC's table; ``connect_timeout`` seconds for the
        name, and for each address; ``route`` instead of the one that ``access`` asks for; ``secrets`` of the
        session before this one, hidden here too; ``ask`` puts what
        the program in between wants to know to a person, None: there is nobody."""
        self.endpoint = endpoint
        self.access = access
        self._clock = clock or LoopClock()
        self._dialogue = dialogue or Dialogue(lmtp=access.lmtp, secrets=secrets)
        self._stream = Stream(self._clock, self._relieved)
        self._watch = Watch(self._clock, timeout, lambda: self._stream.elapsed, self._time_is_over)
        self._ask = ask
        seconds = deadlines.GREETING if timeout is None else timeout
        around = Around(self._clock, seconds, self._tell, None if ask is None else self._put)
        self._attempt = Attempt(
            endpoint, route or route_for(access, around), self._clock, connect_timeout, self._tell
        )
        self._parting: asyncio.Task[None] | None = None  # the program in between says its last words
        self._outgoing = Outgoing()
        #: Octets given to ``send`` that did not leave before the end, and that no event tells of.
        self.never_sent = 0
        self._listener = Listener(self._made, self._heard, self._peer_ended, self._lost, self._write_blocked)
        self._transport: asyncio.Transport | None = None
        self._opening: asyncio.Task[bool] | None = None
        self._farewell = False  # the server said that it closes
        self._deaf = False  # the server sends no more
        self._timeout = timeout
        self._handshake: asyncio.Task[None] | None = None
        self._securing: Waiting | None = None  # the handshake that is under way
        self._secured = False  # inside TLS
        self._heard_inside = False  # the server has said something there
        self._tried_at = 0.0  # when the present way was
        self._header: ProxyHeaderSent | None = None  # went out on the present way, and is not told yet
        self._passphrase = ""  # of our private key
        # What came inside TLS before the handshake was told: octets, their end, the end of the connection.
        self._early = b""
        self._early_end = False
        self._early_loss: tuple[Exception | None] | None = None

    # -- what a front end may ask at any time

    @property
    def connected(self) -> bool:
        return self._transport is not None and not self._stream.finished

    @property
    def ended(self) -> bool:
        """Closed, or never opened for good; what is still in the queue comes nevertheless."""
        return self._stream.finished

    @property
    def half_closed(self) -> bool:
        """The server will send nothing more."""
        return self._deaf

    @property
    def waiting(self) -> Waiting | None:
        return self._securing or self._watch.waiting

    @property
    def securing(self) -> bool:
        """A handshake is under way: what is sent now leaves inside TLS, or never."""
        return self._securing is not None

    @property
    def blocked(self) -> Blocked | None:
        since = self._watch.blocked_since
        return None if since is None else Blocked(self.unsent, since, self._watch.block_limit)

    @property
    def unsent(self) -> int:
        """Octets given to ``send`` that the kernel has not taken yet."""
        written = self._transport.get_write_buffer_size() if self._transport else 0
        return len(self._outgoing) + written

    @property
    def queued(self) -> int:
        """Octets given to ``send`` that the observer does not know of yet: they wait for room."""
        return len(self._outgoing)

    @property
    def untold(self) -> int:
        """Events that the consumer of ``events`` has not taken yet; about ``stream.FULL`` at most."""
        return len(self._stream)

    @property
    def unheard(self) -> bool:
        """The server did something that the consumer of ``events`` has not been told yet."""
        return self._stream.unheard

    @property
    def elapsed(self) -> float:
        """Seconds since the session began; ``Stamped.at`` and ``Waiting.since`` count the same way."""
        return self._stream.elapsed

    @property
    def phase(self) -> Phase:
        return self._dialogue.phase

    @property
    def awaiting(self) -> tuple[Answered, ...]:
        """Replies that are due, oldest first."""
        return self._dialogue.awaiting

    @property
    def due(self) -> Answered | None:
        """The oldest of them."""
        return self._dialogue.due

    @property
    def undecided(self) -> bool:
        """DATA, AUTH, BDAT or STARTTLS is unanswered: its reply decides what is sent meanwhile."""
        return self._dialogue.undecided

    @property
    def chunk_left(self) -> int:
        """Octets of a BDAT that the server waits for; 0 while anything still waits in here."""
        return 0 if self._outgoing else self._dialogue.chunk_left

    @property
    def secrets(self) -> Secrets:
        return self._dialogue.secrets

    def secret_in(self, line: bytes) -> tuple[tuple[int, int], ...]:
        """The parts of ``line``, without its end, that would be secret if it were sent now."""
        return self._dialogue.secret_in(line)

    def guard(self, secret: bytes) -> None:
        """Hide this password where the server says it."""
        self._dialogue.guard(secret)

    def doubt_name(self, name: bytes) -> None:
        """This user name may be the password by mistake: hide it until the login has succeeded."""
        self._dialogue.doubt_name(name)

    def introduce(self, name: bytes) -> None:
        """This is the user who will log in: the name alone need not be hidden."""
        self._dialogue.introduce(name)

    # -- what a front end may do

    async def open(self) -> bool:
        """Try each address in turn; True when connected. Every try and failure is an event. Never raises
        OSError.

        False also when ``close`` was called meanwhile. Cancelling it closes the session.
        """
        if self._opening is not None:
            raise RuntimeError("a session is opened once")
        if self.ended:
            return False
        self._opening = asyncio.ensure_future(self._connect())
        try:
            await asyncio.wait({self._opening})
        except asyncio.CancelledError:
            self._end(Side.CLIENT)
            raise
        if self._opening.cancelled():
            return False
        try:
            return self._opening.result()
        except Exception:  # a way that breaks its contract: whoever reads the events must not wait for ever
            self._end(None)
            raise

    @property
    def own_address(self) -> str:
        """Of our end; "" where it has none."""
        name = self._transport.get_extra_info("sockname") if self._transport is not None else None
        return str(name[0]) if isinstance(name, tuple) else ""

    def send(self, data: bytes, *, typed: str = "") -> None:
        """Send these octets as they are, and tell the observer. ``typed`` names the step for which smtptutor
        typed them itself. After the connection is gone: nothing happens."""
        if not self.connected:
            return
        if typed:
            lines = max(1, data.count(b"\n"))
            self._stream.put((TypedByProgram(typed, lines),), heard=False)
        self._outgoing.put(data)
        self._push()

    def events(self) -> AsyncIterator[tuple[Stamped, ...]]:
        """Everything that happened since the last turn, in order, in batches; ends after ``ConnectionClosed``
        or a final ``ConnectionFailed``. For one consumer: while it works on a batch, nothing more is read."""
        return self._stream.batches()

    async def close(self) -> None:
        """Close without a word; the event is ``ConnectionClosed(by=CLIENT)``. Idempotent. Also ends
        ``open``."""
        self._end(Side.CLIENT)
        await self.gone()

    async def gone(self) -> None:
        """After the end: wait until nothing is left of what was begun, a program in between included."""
        if self._opening is not None and not self._opening.done():
            await asyncio.wait({self._opening})
        await self._attempt.gone()

    def abort(self) -> None:
        """``close`` for callers that cannot wait: all but the end of a running ``open`` happens at once."""
        self._end(Side.CLIENT)

    # -- connecting

    async def _connect(self) -> bool:
        await self._unlock()
        if await self._attempt.connect(lambda: Wire(self._listener)) is None:
            self._stream.finish()
        return self.connected

    async def _unlock(self) -> None:
        """A private key with a passphrase is opened before the server waits for us. Whoever gives none goes
        on without, and the handshake says what is missing."""
        rules = self.access.tls
        if rules.cert is None or self._ask is None:
            return
        from tui.net import tls_files

        while (locked := tls_files.locked(rules, self._passphrase)) is not None:
            prompt = Prompt(str(locked), secret=True, key=True, wrong=bool(self._passphrase))
            self._passphrase = await self._ask(prompt) or ""
            if not self._passphrase:
                return

    def _made(self, transport: asyncio.Transport) -> None:
        if self._transport is not None or self.ended:  # closed while the last way was opening
            transport.abort()
            return
        self._transport = transport
        # Of a socket that is not TCP's own (a pipe to ssh) nothing is known about the other end.
        peer = transport.get_extra_info("peername")
        self._tell(
            ConnectionOpened(
                self._attempt.host,
                str(peer[0]) if isinstance(peer, tuple) else "",
                self.endpoint.port,
                self.endpoint.sandbox,
                self.access.indirect,
                self._stream.elapsed - self._tried_at,
                self._attempt.through,
                self.access.lmtp,
                self.access.security is Security.STARTTLS,
            )
        )
        if self._header is not None:
            self._observed(self._dialogue.preceded(self._header), heard=True)
        if self.access.security is Security.TLS:
            self._begin_tls(transport, implicit=True)
        else:
            self._watch.attend(self._awaited)

    # -- TLS

    def _begin_tls(self, transport: asyncio.Transport, *, implicit: bool, injected: bytes = b"") -> None:
        """From here on nothing leaves but inside TLS. ``injected`` came in clear behind the 220 of STARTTLS:
        somebody on the way may have put it there, to be taken for a part of what is protected."""
        from tui.net import tls

        transport.pause_reading()
        rules = self.access.tls
        name = tls.name_of(rules.name or self._attempt.host)
        wanted = tls.Handshake(rules, name, implicit, lambda: self._passphrase)
        if injected:
            self._observed(self._dialogue.received(injected), heard=True)
            detail = injected.decode("utf-8", "backslashreplace")
            self._fail_tls(TlsFailed(TlsTrouble.INJECTED, detail, implicit, name=wanted.name))
            return
        started = TlsStarted(wanted.name, implicit)
        limit = tls.HANDSHAKE_SECONDS if self._timeout is None else self._timeout
        self._securing = Waiting(started, self._stream.elapsed, limit)
        if self._attempt.relay is not None:  # it may have to ask a person first
            limit = max(limit, tls.HANDSHAKE_SECONDS * 12)
            self._securing = Waiting(started, self._stream.elapsed, limit)
        self._tell(started)
        self._handshake = asyncio.ensure_future(self._secure(transport, wanted, limit))

    async def _secure(self, transport: asyncio.Transport, wanted: tls.Handshake, limit: float) -> None:
        from tui.net import tls

        implicit = wanted.implicit
        wire, began = transport.get_protocol(), self._clock.now()
        assert isinstance(wire, Wire)
        try:
            upgraded = await within(self._clock, limit, tls.handshake(transport, wire, wanted))
        except (OSError, ValueError, tls.PinError) as error:
            died = await self._post_mortem() if implicit else None
            if died is not None:
                self._fail_way(died)
            else:
                self._fail_tls(tls.failed(error, wanted))
            return
        if self.ended:
            upgraded.abort()
            return
        wire.secured(upgraded)
        self._transport, self._secured = upgraded, True
        self._securing = self._handshake = None
        info = tls.established(upgraded, wanted, self._clock.now() - began)
        self._observed(self._dialogue.tls_established(info), heard=True)
        early, self._early = self._early, b""
        if early:
            self._heard(early)
        if self._early_end:
            self._peer_ended()
        elif self._early_loss is not None:
            self._lost(*self._early_loss)
        self._push()

    def _fail_tls(self, event: TlsFailed) -> None:
        """There is no way back to plain text."""
        self._handshake = self._securing = None
        if self.ended:
            return
        self._drop_outgoing()
        self._tell(event)
        self._end(Side.CLIENT)
        if self._transport is not None:
            self._transport.abort()

    # -- the program in between

    async def _put(self, prompt: Prompt) -> str | None:
        """Its question is told line by line, and put to the person; ``Desk`` has the question before the
        lines of it are there."""
        assert self._ask is not None
        answer = None if prompt.notice else asyncio.ensure_future(self._ask(prompt))
        await asyncio.sleep(0)
        for line in prompt.text.splitlines():
            if line.strip():
                self._tell(ProgramSaid(line))
        return "" if answer is None else await answer

    async def _post_mortem(self) -> OSError | None:
        relay = self._attempt.relay
        return None if relay is None else await relay.post_mortem()

    def _fail_way(self, error: OSError) -> None:
        """It ended where only after the connection was open in our eyes could be known that there is
        none."""
        self._handshake = self._securing = None
        if self.ended:
            return
        attempt = self._attempt
        failed = ConnectionFailed(
            failure_of(error),
            attempt.host,
            self.endpoint.port,
            detail=error.strerror or "",
            through=attempt.through,
        )
        self._tell(failed)
        self._stream.finish()
        self._let_go(abort=True)

    async def _part(self, by: Side | None, reset: bool) -> None:
        """The program closed: why, its stderr says a moment later, perhaps."""
        failed = await self._post_mortem()
        if failed is not None:
            by, reset = None, False
        self._end(by, reset=reset)

    def _ended_by_program(self, by: Side | None, *, reset: bool = False) -> bool:
        """Is there one, and will the end be told by ``_part``?"""
        if self._attempt.relay is None or self.ended:
            return False
        if self._parting is None:
            self._parting = asyncio.ensure_future(self._part(by, reset))
        return True

    # -- the wire speaks

    def _heard(self, data: bytes) -> None:
        if self._securing is not None:
            self._early += data
            return
        self._heard_inside = self._secured
        while data and not self.ended:
            # What follows the 220 of STARTTLS in the same octets is no part of it.
            at = data.find(b"\n") + 1 if self._dialogue.undecided else 0
            piece, data = (data[:at], data[at:]) if at else (data, b"")
            self._observed(self._dialogue.received(piece), heard=True)
            if self.phase is Phase.TLS and self._transport is not None:
                self._begin_tls(self._transport, implicit=False, injected=data)
                return
        if self._stream.full and self._transport is not None:
            self._transport.pause_reading()

    def _peer_ended(self) -> bool:
        if self._securing is not None:
            self._early_end = True
            return False  # the handshake tells
        if self._ended_by_program(Side.SERVER):
            return not self._secured
        if self._secured:  # inside TLS an end is one of both directions
            self._end(Side.SERVER)
            return False
        if self._farewell or self.due or self.phase not in _MAY_STILL_READ:
            self._end(Side.SERVER)
            return False
        self._deaf = True
        self._tell(ServerHalfClosed())
        return True

    def _lost(self, error: Exception | None) -> None:
        if self._securing is not None:
            self._early_loss = (error,)
            return  # the handshake tells
        if self._secured and error is not None and not isinstance(error, ConnectionError):
            from tui.net import tls

            self._tell(tls.broken(error, tls.name_of(self.access.tls.name or self._attempt.host)))
            self._end(None)
        elif self._parting is not None or (error is not None and self._ended_by_program(None)):
            return
        elif error is None:  # by our own hand: told already
            self._end(Side.CLIENT)
        elif isinstance(error, ConnectionResetError | BrokenPipeError):
            if self._secured and not self._heard_inside:  # the alert, if there was one, is lost in the reset
                from tui.net import tls

                self._tell(tls.cut_off(error, tls.name_of(self.access.tls.name or self._attempt.host)))
            self._end(Side.SERVER, reset=True)
        else:
            self._end(None)

    def _write_blocked(self, blocked: bool) -> None:
        self._watch.block(blocked)
        if not blocked:
            self._push()

    def _time_is_over(self, which: Over, seconds: float) -> None:
        if which is not Over.LINGER:
            self._tell(ReplyTimedOut(seconds, self.unsent if which is Over.BLOCK else 0))
        self._end(Side.CLIENT)

    # -- what follows from it

    @property
    def _awaited(self) -> Answered | None:
        """The oldest reply that the server owes us. Behind BDAT it is we who are waited for, until the chunk
        is out."""
        due = self.due
        ours = isinstance(due, CommandSent) and due.command.verb == "BDAT" and self._dialogue.chunk_left
        return None if ours else due

    def _push(self) -> None:
        """Hand out blocks while there is room for them: in the transport, and in the queue of events."""
        while self._outgoing and self._transport and not self._is_stuck(self._transport):
            block = self._outgoing.take()
            self._transport.write(block)
            self._observed(self._dialogue.sent(block), heard=False)
        if self._deaf and self.due and not self.ended:  # the reply to this will never come
            self._end(Side.SERVER)

    def _is_stuck(self, transport: asyncio.Transport) -> bool:
        """No room, or a handshake is under way, or the transport has failed and is about to say so."""
        if self._securing is not None:
            return True
        return self._watch.blocked_since is not None or self._stream.full or transport.is_closing()

    def _relieved(self) -> None:
        if self._transport is None or self.ended:
            return
        self._transport.resume_reading()
        self._push()

    def _observed(self, events: Sequence[Event], *, heard: bool) -> None:
        self._stream.put(events, heard=heard)
        for event in events:
            if isinstance(event, ReplyReceived):
                self._farewell = event.reply.code in _FAREWELLS
        if self.phase is Phase.QUIT:
            self._watch.linger()
        self._watch.attend(self._awaited)

    def _tell(self, event: Event) -> None:
        if isinstance(event, ProxyHeaderSent):
            self._header = event  # it is part of the connection, and told when there is one
            return
        if isinstance(event, AddressTried):
            self._tried_at, self._header = self._stream.elapsed, None
        self._stream.put((event,), heard=True)

    def _end(self, by: Side | None, *, reset: bool = False) -> None:
        if self.ended:
            return
        self._stream.put(self._dialogue.closed(by, reset), heard=True)
        self._stream.finish()
        self._let_go()

    def _drop_outgoing(self) -> None:
        self.never_sent += len(self._outgoing)
        self._outgoing.clear()

    def _let_go(self, *, abort: bool = False) -> None:
        """Of all that was begun, once the end is told."""
        self._watch.stop()
        self._drop_outgoing()
        if self._opening is not None:
            self._opening.cancel()
        if self._handshake is not None:
            self._handshake.cancel()
            self._handshake = self._securing = None
            abort = True
        if self._transport is not None:
            # What the server has not taken is taken back: closing politely would wait for it.
            abort = abort or bool(self._transport.get_write_buffer_size())
            (self._transport.abort if abort else self._transport.close)()
            self._attempt.close()
