"""A desk whose every word is written down, and servers of every standing for it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

from tests.net.scripted import PATIENCE, Peer, Script
from tui.desk.desk import Desk, Question, Stamped
from tui.desk.keeping import Keeper
from tui.desk.rails import Rails
from tui.net.clock import Clock
from tui.net.endpoint import Endpoint
from tui.net.ways import ProtocolFactory, Route, Way, tcp
from tui.smtp.events import ConnectionClosed, ConnectionFailed, Event, LineReceived, LineSent, ReplyReceived

E = TypeVar("E")


class Sitting:
    """``desk`` and all that it told."""

    def __init__(
        self,
        *,
        rails: Rails | None = None,
        keeper: Keeper | None = None,
        clock: Clock | None = None,
        route: Route | None = tcp,
    ) -> None:
        self.events: list[Event] = []
        self._news = asyncio.Event()
        self.desk = Desk(self._told, rails=rails, keeper=keeper, clock=clock, route=route)

    def _told(self, batch: tuple[Stamped, ...]) -> None:
        self.events.extend(one.event for one in batch)
        self._news.set()

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, kind: type[E], count: int = 1) -> E:
        """The ``count``-th event of this kind."""
        while len(self.all(kind)) < count:
            assert not any(_is_last(event) for event in self.events[-2:]), self.events
            self._news.clear()
            await self._news.wait()
        return self.all(kind)[count - 1]

    async def type(self, *lines: str) -> None:
        """Each line as soon as nothing is due any more."""
        for line in lines:
            await self.desk.settle()
            self.desk.submit(line)
        await self.desk.settle()

    @property
    def sent(self) -> list[bytes]:
        return [line.data for line in self.all(LineSent)]

    @property
    def said(self) -> list[bytes]:
        return [line.data for line in self.all(LineReceived)]

    @property
    def codes(self) -> list[int]:
        return [one.reply.code for one in self.all(ReplyReceived)]

    @property
    def asked(self) -> Question:
        question = self.desk.question
        assert question is not None
        return question


def _is_last(event: Event) -> bool:
    return isinstance(event, ConnectionClosed) or (isinstance(event, ConnectionFailed) and event.final)


class Distant:
    """A server of which no address is known, so that it may be anywhere: the careful side of the rails."""

    address = "distant"
    port = 25

    def __init__(self, script: Script) -> None:
        self._script = script
        self.failure: BaseException | None = None
        self._task: asyncio.Task[None] | None = None

    async def route(self, endpoint: Endpoint) -> Sequence[Way]:
        return [self]

    async def open(self, protocol_factory: ProtocolFactory) -> asyncio.Transport:
        ours, theirs = socket.socketpair()
        self._task = asyncio.ensure_future(self._serve(theirs))
        transport, _ = await asyncio.get_running_loop().create_connection(protocol_factory, sock=ours)
        return transport

    async def _serve(self, sock: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=sock)
        try:
            await self._script(Peer(reader, writer))
        except (EOFError, OSError):
            pass
        finally:
            writer.close()

    async def gone(self) -> None:
        """The script has ended; raises what it raised."""
        assert self._task is not None
        await self._task


@contextlib.asynccontextmanager
async def sitting(
    target: Endpoint,
    *,
    rails: Rails | None = None,
    keeper: Keeper | None = None,
    clock: Clock | None = None,
    route: Route = tcp,
) -> AsyncIterator[Sitting]:
    """Connected, and left at the end without a goodbye."""
    one = Sitting(rails=rails, keeper=keeper, clock=clock, route=route)
    try:
        async with asyncio.timeout(PATIENCE):
            await one.desk.open(target)
            yield one
    finally:
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)


def polite(
    *, data: str = "354 go on", dot: str = "250 2.0.0 taken", auth: str = "334 VXNlcm5hbWU6"
) -> Script:
    """A server that agrees to everything but what is named."""

    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        while True:
            line = await peer.line()
            verb = line.split(b" ")[0].upper()
            if verb == b"DATA":
                await peer.say(data)
                if data.startswith("354"):
                    await peer.message()
                    await peer.say(dot)
            elif verb == b"AUTH":
                await peer.say(auth)
                if auth.startswith("334"):
                    await peer.line()
                    await peer.say("235 welcome")
            elif verb == b"QUIT":
                await peer.say("221 bye")
                return
            elif verb in {b"HELO", b"EHLO", b"MAIL", b"RCPT", b"RSET", b"NOOP"}:
                await peer.say("250 fine")
            else:
                await peer.say("500 what")

    return script
