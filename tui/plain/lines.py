"""Lines of stdin as octets: from a pipe, a file, or a terminal that edits its lines itself."""

from __future__ import annotations

import asyncio
import os
from typing import Final

_CHUNK: Final = 65536
BOM: Final = b"\xef\xbb\xbf"
#: No line of a mail is longer than 1000 octets; this only keeps an endless one from taking all memory.
LONGEST: Final = 64 << 20


class LineTooLongError(Exception):
    """A line of more than ``LONGEST`` octets."""


class Lines:
    """Reads no more than is asked for.

    ``bom``: the first line began with a UTF-8 byte order mark, which was taken off. Usable once the first
    line was read. ``end`` is what ended the last line: LF, CRLF, or nothing.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = bytearray()
        self._searched = 0
        self._ended = False
        self._begun = False
        self._stopped = False
        self._awaited: asyncio.Future[bool] | None = None
        self.bom = False
        self.end = b""

    def stop(self) -> None:
        """Nobody needs more: ``next`` gives the lines that are here, and then None at once."""
        self._stopped = True
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(False)

    async def next(self) -> bytes | None:
        """The next line without its end (LF, or CRLF); None at the end of the input. An unfinished last line
        is a line. Any octet is taken.

        Raises:
            LineTooLongError
        """
        while True:
            end = self._buffer.find(b"\n", self._searched)
            if end >= 0:
                return self._take(end, end + 1)
            self._searched = len(self._buffer)
            if self._ended:
                return self._take(len(self._buffer), len(self._buffer)) if self._buffer else None
            if len(self._buffer) > LONGEST:
                raise LineTooLongError
            if self._stopped:
                return None
            await self._read()

    async def count_rest(self, seconds: float = 1.0) -> tuple[int, bool]:
        """How many lines are left, and whether that is all: input that does not end in ``seconds`` is not
        waited for, since somebody may be typing it."""
        count = 0
        complete = True
        self._stopped = False  # what is to be counted is waited for
        try:
            async with asyncio.timeout(seconds):
                while True:
                    count += self._buffer.count(b"\n")
                    del self._buffer[: self._buffer.rfind(b"\n") + 1]
                    del self._buffer[1:]  # of an unfinished line it is enough to know that there is one
                    if self._ended:
                        break
                    await self._read()
                    await asyncio.sleep(0)  # a file is read without waiting; the clock has to have its turn
        except TimeoutError:
            complete = False
        return count + bool(self._buffer), complete

    async def _read(self) -> None:
        if not await self._readable():
            return
        try:
            data = os.read(self._descriptor, _CHUNK)
        except BlockingIOError:  # somebody else made it non-blocking and took the octets
            return
        except OSError:  # a terminal that hung up
            data = b""
        self._buffer += data
        self._ended = not data

    async def _readable(self) -> bool:
        """Wait until something can be read; False: ``stop`` was quicker."""
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[bool] = loop.create_future()

        def wake() -> None:
            if not ready.done():
                ready.set_result(True)

        try:
            loop.add_reader(self._descriptor, wake)
        except PermissionError:  # a file or a device that is always ready: epoll does not take it
            return True
        self._awaited = ready
        try:
            return await ready
        finally:
            self._awaited = None
            loop.remove_reader(self._descriptor)

    def _take(self, end: int, after: int) -> bytes:
        line = bytes(self._buffer[:end])
        del self._buffer[:after]
        self._searched = 0
        if not self._begun:
            self._begun = True
            if line.startswith(BOM):
                self.bom, line = True, line[len(BOM) :]
        self.end = b"\n" if after > end else b""
        if line.endswith(b"\r") and self.end:
            line, self.end = line[:-1], b"\r\n"
        return line
