"""Ways to a server: something that can be tried, and becomes a transport or an ``OSError``.

A *route* turns an endpoint into the ways to try, one after the other. Here: TCP to each address of the name.
TLS from the first octet, a jump host and a Unix socket are further routes; the session does not know the
difference.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol

from tui.net.endpoint import Endpoint
from tui.net.names import Address, RouteError, addresses
from tui.smtp.events import Failure
from tui.values import value

__all__ = ["Route", "RouteError", "TcpWay", "Way", "failure_of", "tcp"]

ProtocolFactory = Callable[[], asyncio.BaseProtocol]


class Way(Protocol):
    """One thing to try. ``address`` and ``port`` are what a person is told meanwhile."""

    @property
    def address(self) -> str: ...

    @property
    def port(self) -> int: ...

    async def open(self, protocol_factory: ProtocolFactory) -> asyncio.Transport:
        """Cancellable.

        Raises:
            OSError: this way is closed; ``failure_of`` names the reason.
        """


Route = Callable[[Endpoint], Awaitable[Sequence[Way]]]
"""Raises ``RouteError`` when there is nothing to try. Cancellable."""


@value
class TcpWay:
    where: Address

    @property
    def address(self) -> str:
        return self.where.host

    @property
    def port(self) -> int:
        return self.where.port

    async def open(self, protocol_factory: ProtocolFactory) -> asyncio.Transport:
        # IPPROTO_TCP by name: asyncio sets TCP_NODELAY on such sockets only.
        transport, _ = await asyncio.get_running_loop().create_connection(
            protocol_factory,
            self.where.host,
            self.where.port,
            family=self.where.family,
            proto=socket.IPPROTO_TCP,
        )
        return transport


async def tcp(endpoint: Endpoint) -> Sequence[Way]:
    return [TcpWay(where) for where in await addresses(endpoint.host, endpoint.port)]


_BY_ERRNO: Final[dict[int, Failure]] = {
    errno.ECONNREFUSED: Failure.REFUSED,
    errno.ECONNRESET: Failure.REFUSED,
    errno.ENETUNREACH: Failure.UNREACHABLE,
    errno.EHOSTUNREACH: Failure.UNREACHABLE,
    errno.ENETDOWN: Failure.UNREACHABLE,
    errno.EHOSTDOWN: Failure.UNREACHABLE,
    errno.EADDRNOTAVAIL: Failure.UNREACHABLE,
    errno.EAFNOSUPPORT: Failure.UNREACHABLE,
    errno.ETIMEDOUT: Failure.SILENT,
    errno.EACCES: Failure.NOT_PERMITTED,
    errno.EPERM: Failure.NOT_PERMITTED,
}


def failure_of(error: OSError) -> Failure:
    """What kept a way from opening. The time limit's ``TimeoutError`` has no errno and means silence too."""
    if isinstance(error, TimeoutError):
        return Failure.SILENT
    return _BY_ERRNO.get(error.errno or 0, Failure.OTHER)
