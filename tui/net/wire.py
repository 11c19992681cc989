"""The asyncio side of a session: a transport above, plain calls below."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import Final, cast

from tui.values import value

#: Octets taken from the kernel per turn of the event loop. It bounds what one turn can become (4,096 lines of
#: one octet), and so the memory and the time between two keys while a server floods us.
READ_OCTETS: Final = 4096
#: Above so many octets that the kernel does not take, the transport says stop.
WRITE_HIGH: Final = 65536
#: So much is still heard of a connection that was reset.
LAST_OCTETS: Final = 65536


@value
class Listener:
    """What becomes of what the wire tells."""

    made: Callable[[asyncio.Transport], None]
    heard: Callable[[bytes], None]
    ended: Callable[[], bool]  # the peer sends no more; True keeps our own direction open
    lost: Callable[[Exception | None], None]
    blocked: Callable[[bool], None]  # our octets are, or are no longer, kept from leaving


class Wire(asyncio.BufferedProtocol):
    """Own buffer instead of a StreamReader: nothing lies between the kernel and the observer, so no octet
    that came before a TLS handshake can be taken for one that came after it."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        # A view: asyncio slices it inside TLS, and a slice of a bytearray is a copy that nobody reads.
        self._buffer = memoryview(bytearray(READ_OCTETS))
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        stream = cast(asyncio.Transport, transport)
        stream.set_write_buffer_limits(high=WRITE_HIGH)
        self._transport = stream
        self._listener.made(stream)

    def secured(self, transport: asyncio.Transport) -> None:
        """TLS lies between the kernel and us from here on."""
        transport.set_write_buffer_limits(high=WRITE_HIGH)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._buffer

    def buffer_updated(self, nbytes: int) -> None:
        self._listener.heard(bytes(self._buffer[:nbytes]))

    def eof_received(self) -> bool:
        return self._listener.ended()

    def connection_lost(self, exc: Exception | None) -> None:
        if isinstance(exc, ConnectionError):
            self._hear_last_words()
        self._listener.lost(exc)

    def _hear_last_words(self) -> None:
        """What had come before the reset. A server that says 421 and closes while we still write resets the
        connection; asyncio then learns of it from the write and never reads the 421, which the kernel has."""
        transport = self._transport
        if transport is None or transport.get_extra_info("sslcontext") is not None:
            return
        descriptor = transport.get_extra_info("socket").fileno()
        try:
            data = os.read(descriptor, LAST_OCTETS) if descriptor >= 0 else b""
        except OSError:
            return
        if data:
            self._listener.heard(data)

    def pause_writing(self) -> None:
        self._listener.blocked(True)

    def resume_writing(self) -> None:
        self._listener.blocked(False)
