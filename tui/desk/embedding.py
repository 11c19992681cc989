"""The server inside this process, of one desk: that of free practice, or that of an exercise."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tui.net.access import DIRECT, Access, TlsRules
from tui.net.endpoint import Endpoint

if TYPE_CHECKING:
    from tui.practice.scenario import Account, Server


class Time(Protocol):
    """The clock of a sandbox (``tui.sandbox.clock``)."""

    @property
    def now(self) -> float: ...
    @property
    def stepped(self) -> float: ...
    def step(self, seconds: float) -> None: ...


class Embedded(Protocol):
    """The sandbox inside this process, as far as a desk needs it."""

    @property
    def scenario(self) -> Server: ...
    @property
    def clock(self) -> Time: ...
    def become(self, scenario: Server, *, anew: bool = True) -> None: ...

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]: ...
    @property
    def ca_file(self) -> Path | None: ...
    @property
    def accounts(self) -> tuple[Account, ...]: ...
    @property
    def speaks_as(self) -> str: ...
    def speak_as(self, personality: str) -> None: ...
    async def start(self) -> object: ...
    async def stop(self) -> None: ...


class Embedding:
    """One per desk. ``make`` makes the server at its first use; None: there is none."""

    def __init__(self, make: Callable[[Server | None], Embedded] | None) -> None:
        self._make = make
        self._running: Embedded | None = None
        self._served: Server | None = None  # what it was made as
        #: An exercise's, on which to practise freely; None for the usual one.
        self.free: Server | None = None
        self._anew = False
        self._chosen = ""  # the personality of the usual server; "": as it is made
        self._became: Server | None = None  # what the usual server was changed to; None: as it is made

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        return self._running.addresses if self._running is not None else ()

    @property
    def running(self) -> Embedded | None:
        """The server, where it was started."""
        return self._running

    @property
    def access(self) -> Access:
        """It is trusted by its own authority, which no other program knows unless it is told."""
        ca_file = self._running.ca_file if self._running is not None else None
        return DIRECT if ca_file is None else Access(tls=TlsRules(cafile=ca_file))

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Who can log in there: practice passwords, meant to be seen."""
        return self._running.accounts if self._running is not None else ()

    @property
    def speaks_as(self) -> str | None:
        """The personality of the server that runs."""
        return self._running.speaks_as if self._running is not None else None

    def speak_as(self, personality: str) -> None:
        """Have another one from the next connection on, also when the usual server is made anew.

        Raises:
            KeyError: there is none of this name.
        """
        if self._running is not None:
            self._running.speak_as(personality)
            self._chosen = personality

    def become(self, scenario: Server, *, anew: bool) -> None:
        """Be another server, also when the usual one is made anew (``Sandbox.become``)."""
        if self._running is not None:
            self._running.become(scenario, anew=anew)
            if self._served is None:
                self._became = scenario

    def begin_anew(self) -> None:
        """The next one begins to count anew, even if it is the same."""
        self._anew = True

    def practise_freely(self, *, keep: bool) -> None:
        """On the server as it was made last, or on the usual one."""
        self.free = self._served if keep else None

    async def start(self, wanted: Server | None, leave: Callable[[], Awaitable[None]]) -> Endpoint:
        """Make it as ``wanted`` (None: as usual), unless it runs. ``leave`` ends the connection to
        the one that has to go.

        Raises:
            OSError: it cannot listen, or cannot keep messages (``tui.sandbox.sandbox``).
        """
        if self._make is None:
            raise RuntimeError("this desk was made without a sandbox")
        if self._running is None or self._anew or self._served != wanted:
            made = await self._replaced(wanted, leave)
            if wanted is None and self._became is not None:
                made.become(self._became)
            if wanted is None and self._chosen:
                made.speak_as(self._chosen)
            self._running, self._served = made, wanted
        self._anew = False
        host, port = self._running.addresses[0]
        return Endpoint(host, port, sandbox=True)

    async def _replaced(self, wanted: Server | None, leave: Callable[[], Awaitable[None]]) -> Embedded:
        """Another one, started; the one before stays in sight until then, for a page may show it."""
        assert self._make is not None
        if self._running is not None:
            await leave()
        try:
            if self._running is not None:
                await self._running.stop()
            made = self._make(wanted)
            await made.start()
        except BaseException:
            self._running = None
            raise
        return made

    async def stop(self) -> None:
        if self._running is not None:
            running, self._running = self._running, None
            await running.stop()
