"""A client that says exactly these octets, and tells what came back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tui.sandbox.sandbox import Sandbox

#: Personalities without habits of their own: they do what the standards say.
USUAL = ("plain", "mdaemon-7")


class Client:
    """Reading waits at most ten seconds; nothing here sleeps."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    async def reply(self) -> list[str]:
        """The lines of one reply, without their ends; [] at the end of the connection."""
        lines: list[str] = []
        while not lines or lines[-1][3:4] == "-":
            line = await asyncio.wait_for(self.reader.readline(), 10)
            if not line:
                break
            assert line.endswith(b"\r\n"), line
            lines.append(line[:-2].decode())
        return lines

    async def say(self, line: str | bytes) -> str:
        """Send one line with CRLF; the last line of the reply."""
        self.send((line.encode() if isinstance(line, str) else line) + b"\r\n")
        reply = await self.reply()
        return reply[-1] if reply else ""

    def send(self, octets: bytes) -> None:
        self.writer.write(octets)

    async def envelope(self, sender: str = "alice@example.org", *recipients: str) -> None:
        """HELO, MAIL and RCPT, all accepted."""
        assert (await self.say("HELO client.example")).startswith("250")
        assert (await self.say(f"MAIL FROM:<{sender}>")).startswith("250")
        for recipient in recipients or ("bob@sandbox.test",):
            assert (await self.say(f"RCPT TO:<{recipient}>")).startswith("250")

    async def rest(self) -> str:
        """Everything until the server closes."""
        return (await asyncio.wait_for(self.reader.read(), 10)).decode()

    def close(self) -> None:
        self.writer.close()


@asynccontextmanager
async def connected(sandbox: Sandbox, *, greeted: bool = True) -> AsyncIterator[Client]:
    host, port = sandbox.addresses[0]
    client = Client(*await asyncio.open_connection(host, port))
    try:
        if greeted:
            assert (await client.reply())[-1].startswith("220")
        yield client
    finally:
        client.close()


@asynccontextmanager
async def running(mail: Path, **settings: Any) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(mail, **settings)
    await sandbox.start()
    try:
        yield sandbox
    finally:
        await sandbox.stop()


def bodies(mail: Path) -> list[bytes]:
    """The messages in the Maildir, oldest first, read without our own code."""
    return [path.read_bytes() for path in sorted((mail / "new").iterdir())]
