"""Whose turn it is. All connections live in one event loop. Where a screen lives in it too, they obey only so
many lines and read only so many octets together before it has time again: so a key is seen soon, whatever the
clients do, and however many there are."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, NamedTuple

#: Octets that a connection reads at a time, at most and at least.
_MOST: Final = 256 * 1024
_LEAST: Final = 4 * 1024


class Pace(NamedTuple):
    """Of all connections together."""

    lines: int  # in one turn of the loop; what is done with the end of a message is one
    pause: float  # seconds after so many lines, in which others need not wait
    octets: int  # in one turn, as long as that is more than ``_LEAST`` for each


#: Nobody else is there.
ALONE: Final = Pace(lines=64, pause=0.0, octets=8 * 1024 * 1024)
#: A line takes a fraction of a millisecond, and from a key to what shows it there are a dozen turns.
BESIDE_A_SCREEN: Final = Pace(lines=5, pause=0.002, octets=64 * 1024)


class Turns:
    """One per sandbox; ``readers`` is how many connections there are."""

    def __init__(self, pace: Pace = ALONE) -> None:
        self.readers = 0
        self._pace = pace
        self._left = pace.lines
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._renewed = False  # soon
        self._room = memoryview(bytearray(_MOST))

    async def take(self) -> None:
        """Wait until it is the caller's turn: at once, unless many are before him."""
        loop = asyncio.get_running_loop()
        if self._left and not self._waiting:
            self._left -= 1
            self._renew(loop)
            return
        turn = loop.create_future()
        self._waiting.append(turn)
        self._renew(loop)
        await turn

    def room(self) -> memoryview:
        """Where to read to, for one connection; it is every other's at the next read."""
        share = self._pace.octets // max(self.readers, 1)
        return self._room if share >= _MOST else self._room[: max(_LEAST, share)]

    def _renew(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._renewed:
            return
        self._renewed = True
        if self._left or not self._pace.pause:
            loop.call_soon(self._begin, loop)
        else:
            loop.call_later(self._pace.pause, self._begin, loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._renewed = False
        self._left = self._pace.lines
        while self._left and self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():  # cancelled: that connection is lost
                turn.set_result(None)
                self._left -= 1
        if self._left < self._pace.lines:
            self._renew(loop)
