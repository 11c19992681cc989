"""Ways to a server: something that can be tried, and becomes a transport or an ``OSError``.

A *route* turns an endpoint into the ways to try, one after the other (``tui.net.routes``). Here: TCP to each
address of the name, and a Unix socket; over a program: ``tui.net.programs``.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Protocol, cast, runtime_checkable

from tui.net.endpoint import Endpoint
from tui.net.names import Address, RouteError, addresses
from tui.net.programs import NoSocketError, ProgramError
from tui.smtp.events import Failure
from tui.values import value

__all__ = ["Relayed", "Route", "RouteError", "TcpWay", "UnixWay", "Way", "failure_of", "tcp"]

ProtocolFactory = Callable[[], asyncio.BaseProtocol]


class Way(Protocol):
    """One thing to try. ``address`` and ``port`` are what a person is told meanwhile.

    A way may also have what ``Relayed`` names.
    """

    @property
    def address(self) -> str: ...

    @property
    def port(self) -> int: ...

    async def open(self, protocol_factory: ProtocolFactory) -> asyncio.Transport:
        """Cancellable.

        Raises:
            OSError: this way is closed; ``failure_of`` names the reason.
        """


@runtime_checkable
class Relayed(Protocol):
    """A way over a program, which has a life of its own."""

    async def post_mortem(self) -> OSError | None:
        """What the program said when it failed; None: it did not, or is still there."""

    def close(self) -> None:
        """The connection is over."""

    async def gone(self) -> None:
        """Wait until nothing of it is left."""


Route = Callable[[Endpoint], Awaitable[Sequence[Way]]]
"""Raises ``RouteError`` when there is nothing to try. Cancellable."""


class NotOursError(OSError):
    """This machine does not have the address to connect from; it is the ``strerror``."""


@value
class TcpWay:
    """``host``: the server's name where it is not the endpoint's, as with an exchanger of a domain.
    ``source`` is an address of ours; ``first`` goes out before everything else."""

    where: Address
    host: str = ""
    source: str = ""
    first: First | None = None

    @property
    def address(self) -> str:
        return self.where.host

    @property
    def port(self) -> int:
        return self.where.port

    async def open(self, protocol_factory: ProtocolFactory) -> asyncio.Transport:
        # IPPROTO_TCP by name: asyncio sets TCP_NODELAY on such sockets only.
        try:
            transport, _ = await asyncio.get_running_loop().create_connection(
                _preceded(protocol_factory, self.first),
                self.where.host,
                self.where.port,
                family=self.where.family,
                proto=socket.IPPROTO_TCP,
                local_addr=(self.source, 0) if self.source else None,
            )
        except OSError as error:
            if self.source and error.errno == errno.EADDRNOTAVAIL:
                raise NotOursError(0, self.source) from None
            raise
        return transport


@value
class UnixWay:
    """A socket in the file system."""

    path: str
    host: str = ""
    port: int = 0
    first: First | None = None
    address: str = ""

    @property
    def through(self) -> str:
        return f"unix {self.path}"

    async def open(self, protocol_factory: ProtocolFactory) -> asyncio.Transport:
        transport, _ = await asyncio.get_running_loop().create_unix_connection(
            _preceded(protocol_factory, self.first), self.path
        )
        return transport


#: Makes the octets to send before everything else, when both addresses are known; None: they never are.
First = Callable[[asyncio.BaseTransport | None], bytes]


def _preceded(protocol_factory: ProtocolFactory, first: First | None) -> ProtocolFactory:
    """The same protocol; before it hears of its transport, ``first`` is on the way."""
    if first is None:
        return protocol_factory
    made = first

    def factory() -> asyncio.BaseProtocol:
        protocol = protocol_factory()
        tell = protocol.connection_made

        def connection_made(transport: asyncio.BaseTransport) -> None:
            cast(asyncio.WriteTransport, transport).write(made(transport))
            tell(transport)

        protocol.connection_made = connection_made  # type: ignore[method-assign]
        return protocol

    return factory


async def tcp(endpoint: Endpoint) -> Sequence[Way]:
    return [TcpWay(where) for where in await addresses(endpoint.host, endpoint.port)]


_BY_ERRNO: Final[dict[int, Failure]] = {
    errno.ECONNREFUSED: Failure.REFUSED,
    errno.ECONNRESET: Failure.CUT,
    errno.EPIPE: Failure.CUT,
    errno.ENETUNREACH: Failure.UNREACHABLE,
    errno.EHOSTUNREACH: Failure.UNREACHABLE,
    errno.ENETDOWN: Failure.UNREACHABLE,
    errno.EHOSTDOWN: Failure.UNREACHABLE,
    errno.EADDRNOTAVAIL: Failure.UNREACHABLE,
    errno.EAFNOSUPPORT: Failure.UNREACHABLE,
    errno.ETIMEDOUT: Failure.SILENT,
    errno.EACCES: Failure.NOT_PERMITTED,
    errno.EPERM: Failure.NOT_PERMITTED,
    errno.ENOENT: Failure.NOT_THERE,
    errno.ENOTDIR: Failure.NOT_THERE,
}


def failure_of(error: OSError) -> Failure:
    """What kept a way from opening. The time limit's ``TimeoutError`` has no errno and means silence too."""
    if isinstance(error, TimeoutError):
        return Failure.SILENT
    if isinstance(error, ProgramError):
        return Failure.PROGRAM
    if isinstance(error, NotOursError):
        return Failure.NOT_OURS
    if isinstance(error, NoSocketError):
        return Failure.NO_SOCKET
    return _BY_ERRNO.get(error.errno or 0, Failure.OTHER)
