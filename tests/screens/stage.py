"""The real program on a stage: its clock is turned by hand and its port has one name, so that a picture taken
twice is the same picture."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

from textual import events
from textual.pilot import Pilot

from tests.workers import all_done
from tui.desk.asking import Submitted
from tui.desk.desk import Desk, Embedded
from tui.desk.embedding import Time
from tui.net.clock import LoopClock
from tui.net.endpoint import Endpoint
from tui.net.ways import ProtocolFactory, Way, tcp
from tui.practice.scenario import Account, Server
from tui.smtp.phases import Phase
from tui.ui.app import TutorApp

PORT = 40251  # what the strip says instead of the port that happened to be free
BEGAN = 1_795_430_460.0  # 2026-11-23, 10:41 in UTC
_BETWEEN_LINES = 14.0  # seconds from one typed line to the next
_ANSWERED_IN = 0.002
_FRAMES = 0.08  # real seconds: the screen is painted at most every 1/30 s


class StoryClock(LoopClock):
    """Stands still but for what the story says."""

    def __init__(self) -> None:
        self.passed = 0.0

    def now(self) -> float:
        return self.passed

    def wall(self) -> float:
        return BEGAN + self.passed


class NamedSandbox:
    """The sandbox, by a port that is always the same, and the route there."""

    def __init__(self, make: Callable[[Server | None], Embedded]) -> None:
        self._make = make
        self._sandbox = make(None)

    def made_for(self, server: Server | None) -> NamedSandbox:
        """The same port, another server."""
        if server is not None:
            self._sandbox = self._make(server)
        return self

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        return tuple((host, PORT) for host, _port in self._sandbox.addresses)

    @property
    def ca_file(self) -> Path | None:
        return self._sandbox.ca_file

    @property
    def accounts(self) -> tuple[Account, ...]:
        return self._sandbox.accounts

    @property
    def scenario(self) -> Server:
        return self._sandbox.scenario

    @property
    def clock(self) -> Time:
        return self._sandbox.clock

    def become(self, scenario: Server, *, anew: bool = True) -> None:
        self._sandbox.become(scenario, anew=anew)

    @property
    def speaks_as(self) -> str:
        return self._sandbox.speaks_as

    def speak_as(self, personality: str) -> None:
        self._sandbox.speak_as(personality)

    async def start(self) -> object:
        return await self._sandbox.start()

    async def stop(self) -> None:
        await self._sandbox.stop()

    async def route(self, endpoint: Endpoint) -> Sequence[Way]:
        host, port = self._sandbox.addresses[0]
        return await tcp(Endpoint(host, port, sandbox=True))


class NamedWay:
    """To a server on loopback, by another address and port."""

    address = "192.0.2.25"

    def __init__(self, way: Way, port: int) -> None:
        self._way = way
        self.port = port

    async def open(self, protocol_factory: ProtocolFactory) -> asyncio.Transport:
        return cast(
            asyncio.Transport, _Named(await self._way.open(protocol_factory), (self.address, self.port))
        )


class _Named:
    """A transport whose other end has another name."""

    def __init__(self, transport: asyncio.Transport, peer: tuple[str, int]) -> None:
        self._transport = transport
        self._peer = peer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._peer if name == "peername" else self._transport.get_extra_info(name, default)


@contextmanager
def staged(clock: StoryClock, served: Endpoint | None = None) -> Iterator[None]:
    """Every desk made meanwhile has this clock and a ``NamedSandbox``; whatever else it connects to is
    ``served``."""
    real = Desk.__init__

    def init(desk: Desk, *args: Any, sandbox: Callable[[Server | None], Embedded], **settings: Any) -> None:
        named = NamedSandbox(sandbox)

        async def route(endpoint: Endpoint) -> Sequence[Way]:
            if served is None or endpoint.sandbox:
                return await named.route(endpoint)
            return [NamedWay(way, endpoint.port) for way in await tcp(served)]

        settings |= {"clock": clock, "route": route}
        real(desk, *args, sandbox=named.made_for, **settings)

    submit = Desk.submit

    def submit_and_wait(desk: Desk, text: str) -> Submitted:
        submitted = submit(desk, text)
        clock.passed += _ANSWERED_IN
        return submitted

    timed = SimpleNamespace(time=clock.wall, monotonic=clock.now)
    with (
        patch.object(Desk, "__init__", init),
        patch("tui.desk.teaching.time", timed),
        patch.object(Desk, "submit", submit_and_wait),
        patch("time.time", clock.wall),
    ):
        yield


class Stage:
    """What a story may do."""

    def __init__(self, app: TutorApp, pilot: Pilot[Any], clock: StoryClock) -> None:
        self.app = app
        self._pilot = pilot
        self._clock = clock

    async def begun(self) -> None:
        """The server has greeted."""
        session = self.app.session
        while session._sitting is None or session.sitting.desk.practice.phase is Phase.CONNECTING:
            await self._pilot.pause(0.01)
        await self._settled()

    async def greeted(self) -> None:
        """The server of an exercise has greeted."""
        desk = self.app.session.sitting.desk
        while desk.lesson is None or desk.practice.phase is not Phase.GREETED or desk.endpoint is None:
            await self._pilot.pause(0.01)
        await self._settled()

    async def say(self, *lines: str) -> None:
        """Type these lines, each when the one before is answered."""
        for line in lines:
            self.wait(_BETWEEN_LINES)
            await self.paste(line)
            await self._pilot.press("enter")
            await self._settled()

    async def answered(self, code: str) -> None:
        """The last reply has this code."""
        desk = self.app.session.sitting.desk
        while desk.practice.reply is None or str(desk.practice.reply.reply.code) != code:
            await self._pilot.pause(0.01)
        await self._settled()

    async def shows(self, text: str) -> None:
        """The screen shows this."""
        while not any(text in strip.text for strip in self.app.screen._compositor.render_strips()):
            await self._pilot.pause(0.05)
        await self._pilot.pause(_FRAMES)

    async def press(self, *keys: str) -> None:
        await self._pilot.press(*keys)
        await self._settled()

    async def paste(self, text: str) -> None:
        """Text as a terminal pastes it, so that an input method's characters come too."""
        if text:
            self.app.post_message(events.Paste(text))
        await self._pilot.pause()

    async def type(self, text: str) -> None:
        await self.paste(text)

    def wait(self, seconds: float) -> None:
        self._clock.passed += seconds

    async def left(self) -> None:
        """Nothing is open any more."""
        await self.app.session.sitting.desk.leave()

    async def _settled(self) -> None:
        await self.app.session.sitting.desk.settle()
        await all_done(self.app)
        await self._pilot.pause(_FRAMES)
