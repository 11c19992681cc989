"""One connection: bytes out, bytes in, one observer, one queue, one order.

``Session`` owns an asyncio protocol and a ``smtp.Dialogue``. Whatever happens is put into one queue as a ``Stamped``
event, in the order in which it happened; nobody else talks to the socket.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from tui.net.endpoint import Endpoint
from tui.smtp.events import Answered, Event


@dataclass(frozen=True, slots=True)
class Stamped:
    """``at`` seconds since the session began (monotonic), ``wall`` seconds since the epoch."""

    event: Event
    at: float
    wall: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """The reply that is due: since when, and after how many seconds it is given up (RFC 5321 §4.5.3.2)."""

    to: Answered
    since: float
    limit: float


class Session:
    """Opened once, closed once; to connect again make another."""

    def __init__(self, endpoint: Endpoint, *, timeout: float | None = None, connect_timeout: float = 10.0) -> None:
        raise NotImplementedError

    async def open(self) -> bool:
        """Try each address in turn; True when connected. Every try and failure is an event. Never raises OSError."""
        raise NotImplementedError

    def send(self, data: bytes) -> None:
        """Send these octets as they are, and tell the observer. After the connection is gone: nothing happens."""
        raise NotImplementedError

    def events(self) -> AsyncIterator[tuple[Stamped, ...]]:
        """Everything that happened since the last turn, in order, in batches; ends after ``ConnectionClosed`` or a
        final ``ConnectionFailed``."""
        raise NotImplementedError

    @property
    def waiting(self) -> Waiting | None:
        raise NotImplementedError

    @property
    def connected(self) -> bool:
        raise NotImplementedError

    async def close(self) -> None:
        """Close without a word; the event is ``ConnectionClosed(by=CLIENT)``. Idempotent."""
        raise NotImplementedError
