"""Servers that do exactly what a test says, and a reader of what a session tells.

    async def script(peer):
        await peer.say("220 here")
        assert await peer.line() == b"NOOP"
        peer.reset()

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await talk.until(ConnectionClosed)

A script that fails an assertion fails the test: ``serving`` raises what it raised.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeVar

from tui.net.endpoint import Endpoint
from tui.net.session import Session, Stamped
from tui.smtp.events import Event

PATIENCE = 20.0  # seconds until a test that hangs fails

E = TypeVar("E")


class Peer:
    """The server's end of one connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def say(self, *lines: str | bytes) -> None:
        for line in lines:
            self._writer.write((line.encode() if isinstance(line, str) else line) + b"\r\n")
        await self._writer.drain()

    async def raw(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def line(self) -> bytes:
        """The next line without its CRLF; raises EOFError when there is none any more."""
        data = await self._reader.readline()
        if not data:
            raise EOFError
        assert data.endswith(b"\r\n"), data
        return data[:-2]

    async def octets(self, count: int) -> bytes:
        """So many, whatever they are."""
        return await self._reader.readexactly(count)

    async def message(self) -> bytes:
        """Up to and without the line with only a dot."""
        data = b"\r\n"
        while not data.endswith(b"\r\n.\r\n"):
            data += await self.line() + b"\r\n"
        return data[2:-3]

    async def until_gone(self) -> bytes:
        """Read to the end of the stream, however it ends."""
        data = b""
        with contextlib.suppress(OSError):
            while chunk := await self._reader.read(65536):
                data += chunk
        return data

    async def tls(self, context: ssl.SSLContext) -> None:
        """The server's side of a handshake. OSError: the client did not want it."""
        await self._writer.start_tls(context)
        # Python 3.11 forgets to tell its own protocol, which then keeps half-closed connections open.
        self._writer._protocol._over_ssl = True  # type: ignore[attr-defined]

    def stop_reading(self) -> None:
        """Also for the kernel, which would take some megabytes otherwise."""
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        self._writer.transport.pause_reading()  # type: ignore[attr-defined]

    def read_again(self) -> None:
        self._writer.transport.resume_reading()  # type: ignore[attr-defined]

    def half_close(self) -> None:
        self._writer.write_eof()

    def reset(self) -> None:
        """Close with a TCP RST."""
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()


Script = Callable[[Peer], Awaitable[None]]


async def turns_until(so: Callable[[], object]) -> None:
    """Give the loop its turns until something is so: for what nobody tells."""
    async with asyncio.timeout(PATIENCE):
        while not so():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0)


class ScriptedServer:
    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.connections = 0


@contextlib.asynccontextmanager
async def serving(
    *scripts: Script, host: str = "127.0.0.1", seconds: float = PATIENCE
) -> AsyncIterator[ScriptedServer]:
    """A server that plays the scripts, one a connection, the last one for all that follow. A connection is
    closed when its script ends. ``seconds``: for all that goes on meanwhile."""
    failures: list[BaseException] = []
    tasks: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        script = scripts[min(served.connections, len(scripts) - 1)]
        served.connections += 1
        try:
            await script(Peer(reader, writer))
        except (EOFError, OSError, asyncio.CancelledError):
            pass
        except Exception as error:
            failures.append(error)
        finally:
            tasks.discard(task)
            writer.close()

    server = await asyncio.start_server(connected, host, 0)
    port = server.sockets[0].getsockname()[1]
    served = ScriptedServer(Endpoint(host, port))
    try:
        async with asyncio.timeout(seconds):
            yield served
    finally:
        server.close()
        for task in tuple(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    if failures:
        raise failures[0]


class Talk:
    """A session that is being read: ``events`` grows while the test waits."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.stamped: list[Stamped] = []
        self.batches = 0
        self.opened = False
        self._news = asyncio.Condition()
        self._reader = asyncio.ensure_future(self._read())

    @property
    def events(self) -> list[Event]:
        return [one.event for one in self.stamped]

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, kind: type[E], count: int = 1) -> E:
        """The ``count``-th event of this kind, as soon as it is there."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.all(kind)) >= count or self._reader.done())
        found = self.all(kind)
        assert len(found) >= count, self.events
        return found[count - 1]

    async def end(self) -> list[Event]:
        """Everything, once the session has ended."""
        await self._reader
        return self.events

    async def _read(self) -> None:
        async for batch in self.session.events():
            self.batches += 1
            async with self._news:
                self.stamped.extend(batch)
                self._news.notify_all()
        async with self._news:
            self._news.notify_all()


@contextlib.asynccontextmanager
async def talking(session: Session) -> AsyncIterator[Talk]:
    """Opens the session, reads it, closes it at the end."""
    talk = Talk(session)
    try:
        talk.opened = await session.open()
        yield talk
    finally:
        await session.close()
        await talk.end()
