"""One connection: bytes out, bytes in, one observer, one queue, one order.

``Session`` owns an asyncio protocol and a ``smtp.Dialogue``. Whatever happens is put into one queue as a
``Stamped`` event, in the order in which it happened; nobody else talks to the socket.

Nothing in here grows with what a server does. At most ``wire.READ_OCTETS`` are read in a turn of the event
loop, they become events at once, and reading pauses while the consumer lags behind. What we send leaves in
blocks, each told to the observer when it leaves, and stays where it is while the server does not take it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from tui.net import deadlines
from tui.net.clock import Clock, LoopClock, Timer, within
from tui.net.endpoint import Endpoint
from tui.net.outgoing import Outgoing
from tui.net.stream import Stamped, Stream
from tui.net.ways import Route, RouteError, Way, failure_of, tcp
from tui.net.wire import Listener, Wire
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import (
    AddressTried,
    Answered,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    Failure,
    ReplyReceived,
    ReplyTimedOut,
    ServerHalfClosed,
)
from tui.smtp.findings import Side
from tui.smtp.phases import Phase

__all__ = ["Blocked", "Observer", "Session", "Stamped", "Waiting"]

#: The server announces with these that it closes (RFC 5321 §3.8, §4.2.1).
_FAREWELLS: Final = frozenset({221, 421})

#: Where an end of the server's octets may be half a close: nothing is due, and it may still read. Elsewhere
#: nothing can come of it any more: a reply that is due will never come, a message cannot be accepted.
_MAY_STILL_READ: Final = frozenset({Phase.GREETED, Phase.READY, Phase.MAIL, Phase.RCPT, Phase.CHUNKING})


@dataclass(frozen=True, slots=True)
class Waiting:
    """The reply that is due: since when, and after how many seconds it is given up (RFC 5321 §4.5.3.2).

    ``since`` counts as ``Stamped.at`` does: compare it with ``Session.elapsed``.
    """

    to: Answered
    since: float
    limit: float


@dataclass(frozen=True, slots=True)
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
    def phase(self) -> Phase: ...
    def sent(self, data: bytes) -> Sequence[Event]: ...
    def received(self, data: bytes) -> Sequence[Event]: ...
    def closed(self, by: Side | None, reset: bool = False) -> Sequence[Event]: ...


class Session:
    """Opened once, closed once; to connect again make another."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        timeout: float | None = None,
        connect_timeout: float = 10.0,
        route: Route = tcp,
        clock: Clock | None = None,
        dialogue: Observer | None = None,
    ) -> None:
        """``timeout`` seconds for every reply instead of the RFC's table; ``connect_timeout`` seconds for the
        name, and for each address."""
        self.endpoint = endpoint
        self._timeout = timeout
        self._connect_timeout = connect_timeout
        self._route = route
        self._clock = clock or LoopClock()
        self._dialogue = dialogue or Dialogue()
        self._stream = Stream(self._clock, self._relieved)
        self._outgoing = Outgoing()
        self._listener = Listener(self._made, self._heard, self._peer_ended, self._lost, self._write_blocked)
        self._transport: asyncio.Transport | None = None
        self._opening: asyncio.Task[bool] | None = None
        self._farewell = False  # the server said that it closes
        self._deaf = False  # the server sends no more
        self._blocked_since: float | None = None
        self._waiting: Waiting | None = None
        self._timers: dict[str, Timer] = {}

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
        return self._waiting

    @property
    def blocked(self) -> Blocked | None:
        if self._blocked_since is None:
            return None
        return Blocked(self.unsent, self._blocked_since, self._limit(deadlines.DATA_BLOCK))

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

    def send(self, data: bytes) -> None:
        """Send these octets as they are, and tell the observer. After the connection is gone: nothing
        happens."""
        if not self.connected:
            return
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
        if self._opening is not None and not self._opening.done():
            await asyncio.wait({self._opening})

    def abort(self) -> None:
        """``close`` for callers that cannot wait: all but the end of a running ``open`` happens at once."""
        self._end(Side.CLIENT)

    # -- connecting

    async def _connect(self) -> bool:
        endpoint = self.endpoint
        try:
            ways = await within(self._clock, self._connect_timeout, self._found_ways())
        except TimeoutError:
            return self._failed(Failure.NAME_TIMEOUT)
        except RouteError as error:
            return self._failed(error.failure, detail=error.detail)
        if not ways:
            return self._failed(Failure.NAME_UNKNOWN)
        for left, way in zip(range(len(ways) - 1, -1, -1), ways, strict=True):
            self._tell(AddressTried(endpoint.host, way.address, way.port))
            try:
                await within(self._clock, self._connect_timeout, way.open(lambda: Wire(self._listener)))
            except OSError as error:
                self._failed(failure_of(error), way=way, detail=error.strerror or "", final=not left)
            else:
                return self.connected
        return False

    async def _found_ways(self) -> Sequence[Way]:
        return await self._route(self.endpoint)

    def _failed(
        self, failure: Failure, *, way: Way | None = None, detail: str = "", final: bool = True
    ) -> bool:
        port = way.port if way else self.endpoint.port
        address = way.address if way else ""
        self._tell(ConnectionFailed(failure, self.endpoint.host, port, address, detail, final))
        if final:
            self._stream.finish()
        return False

    def _made(self, transport: asyncio.Transport) -> None:
        if self._transport is not None or self.ended:  # closed while the last way was opening
            transport.abort()
            return
        self._transport = transport
        # Of a socket that is not TCP's own (a pipe to ssh) nothing is known about the other end.
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if isinstance(peer, tuple) else ""
        self._tell(ConnectionOpened(self.endpoint.host, address, self.endpoint.port, self.endpoint.sandbox))
        self._attend()

    # -- the wire speaks

    def _heard(self, data: bytes) -> None:
        if self.ended:
            return
        self._observed(self._dialogue.received(data), heard=True)
        if self._stream.full and self._transport is not None:
            self._transport.pause_reading()

    def _peer_ended(self) -> bool:
        if self._farewell or self.due or self.phase not in _MAY_STILL_READ:
            self._end(Side.SERVER)
            return False
        self._deaf = True
        self._tell(ServerHalfClosed())
        return True

    def _lost(self, error: Exception | None) -> None:
        if error is None:  # by our own hand: told already
            self._end(Side.CLIENT)
        elif isinstance(error, ConnectionResetError | BrokenPipeError):
            self._end(Side.SERVER, reset=True)
        else:
            self._end(None)

    def _write_blocked(self, blocked: bool) -> None:
        if blocked:
            self._blocked_since = self.elapsed
            self._start("block", self._limit(deadlines.DATA_BLOCK), self._block_timed_out)
        else:
            self._blocked_since = None
            self._stop("block")
            self._push()

    # -- what follows from it

    def _push(self) -> None:
        """Hand out blocks while there is room for them: in the transport, and in the queue of events."""
        while self._outgoing and self._transport and not self._is_stuck(self._transport):
            block = self._outgoing.take()
            self._transport.write(block)
            self._observed(self._dialogue.sent(block), heard=False)
        if self._deaf and self.due and not self.ended:  # the reply to this will never come
            self._end(Side.SERVER)

    def _is_stuck(self, transport: asyncio.Transport) -> bool:
        """No room, or the transport has failed and is about to say so."""
        return self._blocked_since is not None or self._stream.full or transport.is_closing()

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
        if self.phase is Phase.QUIT and "linger" not in self._timers:
            self._start("linger", deadlines.LINGER, self.abort)
        self._attend()

    def _tell(self, event: Event) -> None:
        self._stream.put((event,), heard=True)

    def _end(self, by: Side | None, *, reset: bool = False) -> None:
        if self.ended:
            return
        self._stream.put(self._dialogue.closed(by, reset), heard=True)
        self._stream.finish()
        for name in tuple(self._timers):
            self._stop(name)
        self._waiting = self._blocked_since = None
        self._outgoing.clear()
        if self._opening is not None:
            self._opening.cancel()
        if self._transport is not None:
            # What the server has not taken is taken back: closing politely would wait for it.
            (self._transport.abort if self._transport.get_write_buffer_size() else self._transport.close)()

    # -- deadlines

    def _attend(self) -> None:
        """Start the clock of the oldest reply that is due; it runs on whatever trickles in meanwhile."""
        due = self.due
        if due == (self._waiting.to if self._waiting else None):
            return
        if due is None:
            self._waiting = None
            self._stop("reply")
        else:
            self._waiting = Waiting(due, self.elapsed, self._limit(deadlines.limit(due)))
            self._start("reply", self._waiting.limit, self._reply_timed_out)

    def _limit(self, seconds: float) -> float:
        return seconds if self._timeout is None else self._timeout

    def _reply_timed_out(self) -> None:
        if self._waiting is not None:
            self._tell(ReplyTimedOut(self._waiting.limit))
            self._end(Side.CLIENT)

    def _block_timed_out(self) -> None:
        self._tell(ReplyTimedOut(self._limit(deadlines.DATA_BLOCK), unsent=self.unsent))
        self._end(Side.CLIENT)

    def _start(self, name: str, seconds: float, then: Callable[[], None]) -> None:
        self._stop(name)
        self._timers[name] = self._clock.call_later(seconds, then)

    def _stop(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()
