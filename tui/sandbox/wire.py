"""The one module that touches aiosmtpd's private names: its SMTP protocol with a read loop of our own.

aiosmtpd reads through an ``asyncio.StreamReader``: line by line inside DATA, without a bound for a line that
never ends, and an end of input cancels whatever runs. Here octets go straight from where they are read either
into the open message or into one bounded buffer of commands, and an end of input lets what is buffered run to
its end.

``GUARDED`` lists every private name of the base class that is used or replaced; one test asserts that each
exists and behaves as this module expects. The version is pinned below 1.5.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Iterable
from typing import Final, cast

from aiosmtpd.smtp import SMTP, Envelope

from tui.sandbox.body import Incoming
from tui.sandbox.turns import Turns

GUARDED: Final = (
    "_handle_client",  # replaced; connection_made starts it as a task
    "_handler_coroutine",  # that task; connection_lost cancels it
    "_reset_timeout",  # replaced; connection_made calls it
    "_timeout_handle",  # connection_lost cancels it
    "_set_rset_state",  # makes a new envelope
    "_create_envelope",  # replaced
)

#: Seconds for a TLS handshake; asyncio's own limit is a minute.
HANDSHAKE_SECONDS: Final = 10.0
#: A line longer than this is dropped while it comes. The longest that may be needed: AUTH, RFC 4954 §4.
LONGEST_LINE: Final = 12288
#: With more than this waiting to be obeyed, the client has to wait too.
_BUFFERED: Final = 64 * 1024
#: Seconds that a client has to read our last words before the connection is cut.
_LINGER: Final = 1.0

# It would print what clients type, passwords included.
logging.getLogger("mail.log").disabled = True


class Wire(SMTP, asyncio.BufferedProtocol):
    """Octets in, lines and messages out; replies in, octets out. A subclass obeys the lines.

    Args:
        handler: what aiosmtpd calls the event handler.
        hostname: always given, or aiosmtpd would ask the resolver.
        idle_seconds: without one octet from the client, then it is dismissed.
        turns: those of all connections of this loop.
        loop: the running one.
    """

    def __init__(
        self,
        handler: object,
        *,
        hostname: str,
        idle_seconds: float,
        turns: Turns,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._turns = turns
        super().__init__(handler, hostname=hostname, data_size_limit=None, enable_SMTPUTF8=True, loop=loop)
        self._idle_seconds = idle_seconds
        self.tls = False
        self._pipe: asyncio.Transport | None = None
        self._buffer = bytearray()
        self._body: Incoming | None = None
        self._untold = False
        self._eof = False  # the client says nothing more; it may still listen
        self._left = False  # our last words are said, or nobody listens
        self._farewell: str | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._writable = asyncio.Event()
        self._writable.set()
        self._heard = loop.time()

    def __dir__(self) -> Iterable[str]:
        """For each new connection aiosmtpd looks through all names for its verbs and mechanisms: that takes
        longer than all the rest, and none of them is used."""
        return ()

    # -- what a subclass does

    async def greet(self) -> None:
        """Say the first words."""
        raise NotImplementedError

    async def obey(self, line: bytes, *, cut: bool) -> None:
        """One command line without its end; ``cut``: it was longer than LONGEST_LINE."""
        raise NotImplementedError

    async def bid_farewell(self, situation: str) -> None:
        """Say why the client is dismissed."""
        raise NotImplementedError

    async def admit_failure(self, error: Exception) -> None:
        """A fault of ours came up while a line was obeyed."""
        raise NotImplementedError

    def abandon(self) -> None:
        """No other line will be obeyed: let go of what is half done."""

    def secured(self, tls: ssl.SSLObject) -> None:
        """The handshake is done: what was learned before it is void (RFC 3207 §4.2)."""

    def not_secured(self, error: OSError) -> None:
        """The handshake came to nothing; the connection is over."""

    def new_transaction(self) -> Envelope:
        """What is between MAIL and the dot, empty."""
        return Envelope()

    def overhear(self, data: bytes, *, in_message: bool = False) -> None:
        """What was received, in the order in which it was obeyed and answered.

        So a pipelined batch is told line by line, each with its reply behind it. ``in_message``: it went to a
        message, or a chunk of one.
        """

    def overhear_reply(self, data: bytes) -> None:
        """What was sent, in the same order."""

    # -- what a subclass may ask for

    def reset_transaction(self) -> None:
        """Forget sender and recipients."""
        self._set_rset_state()  # type: ignore[no-untyped-call]

    def _create_envelope(self) -> Envelope:
        return self.new_transaction()

    # -- what the transport calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._pipe = cast(asyncio.Transport, transport)
        self._turns.readers += 1
        super().connection_made(transport)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._turns.room()

    def buffer_updated(self, nbytes: int) -> None:
        self.data_received(bytes(self._turns.room()[:nbytes]))

    def data_received(self, data: bytes) -> None:
        if self._left:
            return
        self._heard = self.loop.time()
        if self._body is not None:
            rest = self._feed(self._body, data)
            if rest is None:
                return
            self._body = None
            data = rest
        self._buffer += data
        if len(self._buffer) > _BUFFERED and self._pipe is not None:
            self._pipe.pause_reading()
        self._wake()

    def eof_received(self) -> bool:
        """True keeps our half open: what is buffered is still answered. TLS has no halves."""
        self._eof = True
        self._wake()
        return not self._left and not self.tls

    def connection_lost(self, error: Exception | None) -> None:
        self._turns.readers -= 1
        self._drop_buffer()
        self._left = True
        self._writable.set()
        self._wake()
        super().connection_lost(error)
        self._pipe = None

    def pause_writing(self) -> None:
        super().pause_writing()
        self._writable.clear()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._writable.set()

    # -- reading

    async def receive_untold(self, body: Incoming) -> bool:
        """As ``receive``, of what is no part of the dialogue."""
        self._untold = True
        try:
            return await self.receive(body)
        finally:
            self._untold = False

    async def receive(self, body: Incoming) -> bool:
        """Feed ``body`` until its end, what is buffered first. False when the client is gone before."""
        rest = self._feed(body, bytes(self._buffer))
        self._buffer.clear()
        if rest is not None:
            self._buffer += rest
            return True
        self._body = body
        try:
            while self._body is not None and not self._over and not self._eof:
                await self._wait()
            return self._body is None
        finally:
            self._body = None

    def _feed(self, body: Incoming, data: bytes) -> bytes | None:
        rest = body.feed(data)
        taken = data[: len(data) - len(rest or b"")]
        if taken and not self._untold:
            self.overhear(taken, in_message=True)
        return rest

    async def next_line(self) -> tuple[bytes, bool] | None:
        """The next line, and whether it was cut; None when no other will be obeyed."""
        start, cut = 0, b""
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if start > LONGEST_LINE:
                cut = cut or bytes(self._buffer[:LONGEST_LINE])
                self._buffer.clear()
                start = 0
            if self._over or self._eof:
                return None
            await self._wait()
        octets = cut + b"\n" if cut else bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        self.overhear(octets)
        line = octets[:-1].removesuffix(b"\r")
        return line, bool(cut) or len(line) > LONGEST_LINE

    @property
    def waiting(self) -> bool:
        """Something has come behind the line that is obeyed."""
        return bool(self._buffer)

    async def _wait(self) -> None:
        """Until something happens, and it is our turn."""
        if self._pipe is not None:
            self._pipe.resume_reading()
        self._waiter = self.loop.create_future()
        await self._waiter
        await self._turns.take()

    async def turn(self) -> None:
        """Wait until it is this connection's turn."""
        await self._turns.take()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    # -- writing

    async def push(self, status: str | bytes) -> None:
        """Send a reply, its lines joined by CRLF; wait while the client does not read."""
        if self._left or self._pipe is None:
            return
        await self.emit((status.encode("utf-8", "replace") if isinstance(status, str) else status) + b"\r\n")

    async def emit(self, octets: bytes) -> None:
        """Send them as they are."""
        if self._left or self._pipe is None:
            return
        self.overhear_reply(octets)
        self._pipe.write(octets)
        if not self._writable.is_set():
            await self._writable.wait()

    # -- encryption

    def deafen(self) -> None:
        """Read nothing more until ``secure``; what came already is dropped."""
        if self._pipe is not None:
            self._pipe.pause_reading()
        self._drop_buffer()

    def read_ahead(self) -> bytes:
        """Read nothing more until ``secure``; what came already, which is no part of the dialogue."""
        if self._pipe is not None:
            self._pipe.pause_reading()
        ahead = bytes(self._buffer)
        self._buffer.clear()
        return ahead

    async def secure(self, context: ssl.SSLContext, ahead: bytes = b"") -> None:
        """The server's side of a TLS handshake; ``deafen`` or ``read_ahead`` goes before it. Where it fails
        the connection is over. ``ahead``: its first octets, where they were read already."""
        if self._pipe is None or self._left:
            return
        if ahead:
            # Two turns of the loop later: TLS has our place at the transport by then, and has read nothing.
            self.loop.call_soon(self.loop.call_soon, _hand_over, self._pipe, ahead)
        try:
            inside = await self.loop.start_tls(
                self._pipe, self, context, server_side=True, ssl_handshake_timeout=HANDSHAKE_SECONDS
            )
        except OSError as error:  # ssl.SSLError and TimeoutError are such
            self._left = True
            self.not_secured(error)
            return
        self._heard = self.loop.time()
        assert inside is not None  # None only where the transport was closed before
        self._pipe = inside
        self.tls = True
        self.secured(inside.get_extra_info("ssl_object"))

    # -- beginning and end

    async def _handle_client(self) -> None:
        try:
            await self._turns.take()
            await self.greet()
            while not self._over and (got := await self.next_line()) is not None:
                await self._obey(*got)
            if self._farewell is not None:
                await self.bid_farewell(self._farewell)
            self.leave()
        finally:  # also when it is cancelled, as the connection is lost
            self.abandon()

    async def _obey(self, line: bytes, cut: bool) -> None:
        try:
            await self.obey(line, cut=cut)
        except Exception as error:  # whatever it was, the learner's connection survives it
            await self.admit_failure(error)
        if self._buffer:
            await self._turns.take()

    @property
    def _over(self) -> bool:
        """Nothing that the client says counts any more."""
        return self._left or self._farewell is not None

    def dismiss(self, situation: str) -> None:
        """Say ``situation`` as soon as the present line is done, and close."""
        self._farewell = self._farewell or situation
        self._wake()

    def leave(self) -> None:
        """Close after the last words. A client that is still sending gets a moment to read them."""
        if self._left or self._pipe is None:
            return
        self._drop_buffer()
        self._left = True
        if self._eof or not self._pipe.can_write_eof():
            self._pipe.close()
            return
        try:
            self._pipe.write_eof()
        except OSError:  # many clients hang up right behind their QUIT: there is nobody left to read
            self._pipe.abort()
            return
        self._pipe.resume_reading()
        self.loop.call_later(_LINGER, self._pipe.abort)

    def cut(self) -> None:
        """Close at once, and say nothing."""
        if self._pipe is not None:
            self._drop_buffer()
            self._left = True
            self._pipe.abort()

    def _drop_buffer(self) -> None:
        """What came and will not be obeyed."""
        if self._buffer:
            self.overhear(bytes(self._buffer))
            self._buffer.clear()

    async def finish(self, seconds: float) -> None:
        """Wait for the last words, at most so long; then cut the connection."""
        if self._handler_coroutine is not None:
            await asyncio.wait([self._handler_coroutine], timeout=seconds)
        if self._pipe is not None:
            self._pipe.abort()

    def _reset_timeout(self, duration: float | None = None) -> None:
        """Stock restarts it at each command, and so cuts a message that is typed by hand."""
        self._timeout_handle = self.loop.call_later(duration or self._idle_seconds, self._check_idle)

    def _check_idle(self) -> None:
        left = self._heard + self._idle_seconds - self.loop.time()
        if left > 0:
            self._reset_timeout(left)
        elif not self._writable.is_set() and self._pipe is not None:
            self._pipe.abort()  # it does not even read
        else:
            self.dismiss("idle")


def _hand_over(pipe: asyncio.Transport, octets: bytes) -> None:
    """As if they came from the network only now."""
    reader = cast(asyncio.BufferedProtocol, pipe.get_protocol())
    while octets:
        room = memoryview(reader.get_buffer(len(octets)))
        count = min(len(room), len(octets))
        room[:count] = octets[:count]
        reader.buffer_updated(count)
        octets = octets[count:]
