"""Trying the ways to a server one after the other, each try and each failure told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from tui.net.clock import Clock, within
from tui.net.endpoint import Endpoint
from tui.net.ways import ProtocolFactory, Relayed, Route, RouteError, Way, failure_of
from tui.smtp.events import AddressTried, ConnectionFailed, Failure


class Attempt:
    """One connection to be made. ``seconds`` bound the search for ways, and each way."""

    def __init__(
        self,
        endpoint: Endpoint,
        route: Route,
        clock: Clock,
        seconds: float,
        tell: Callable[[AddressTried | ConnectionFailed], None],
    ) -> None:
        self._endpoint = endpoint
        self._route = route
        self._clock = clock
        self._seconds = seconds
        self._tell = tell
        self.way: Way | None = None
        """The one that is being tried, or opened."""

    @property
    def host(self) -> str:
        """The name of the server that is at its end."""
        return getattr(self.way, "host", "") or self._endpoint.host

    @property
    def through(self) -> str:
        """What lies in between, "" for nothing."""
        return getattr(self.way, "through", "")

    @property
    def relay(self) -> Relayed | None:
        """The program that lies in between."""
        return self.way if isinstance(self.way, Relayed) else None

    def close(self) -> None:
        """The connection is over."""
        if self.relay is not None:
            self.relay.close()

    async def gone(self) -> None:
        """Wait until nothing of it is left."""
        if self.relay is not None:
            await self.relay.gone()

    async def connect(self, protocol_factory: ProtocolFactory) -> asyncio.Transport | None:
        """The first transport that opens. None: a final ``ConnectionFailed`` was told. Cancellable."""
        ways = await self._ways()
        for left, way in zip(range(len(ways) - 1, -1, -1), ways, strict=True):
            self.way = way
            self._tell(AddressTried(self.host, way.address, way.port, self.through))
            try:
                if self.relay is not None:  # it has its own idea of time: a person may have to answer it
                    return await way.open(protocol_factory)
                return await within(self._clock, self._seconds, way.open(protocol_factory))
            except OSError as error:
                detail = str(error) if error.strerror is None else error.strerror
                self._failed(failure_of(error), detail, way, final=not left)
        return None

    async def _ways(self) -> Sequence[Way]:
        async def find() -> Sequence[Way]:
            return await self._route(self._endpoint)

        try:
            ways = await within(self._clock, self._seconds, find())
        except TimeoutError:
            self._failed(Failure.NAME_TIMEOUT)
            return ()
        except RouteError as error:
            self._failed(error.failure, error.detail, host=error.host)
            return ()
        if not ways:
            self._failed(Failure.NAME_UNKNOWN)
        return ways

    def _failed(
        self,
        failure: Failure,
        detail: str = "",
        way: Way | None = None,
        *,
        final: bool = True,
        host: str = "",
    ) -> None:
        address, port = (way.address, way.port) if way else ("", self._endpoint.port)
        self._tell(ConnectionFailed(failure, host or self.host, port, address, detail, final, self.through))
