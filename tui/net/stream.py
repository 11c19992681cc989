"""The one queue: stamped events in the order in which they happened, handed out in batches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Final

from tui.net.clock import Clock
from tui.smtp.events import Event
from tui.values import value

#: So many events that nobody has taken yet, and no more is read from, or written to, the wire.
FULL: Final = 1000


@value
class Stamped:
    """``at`` seconds since the session began (monotonic), ``wall`` seconds since the epoch."""

    event: Event
    at: float
    wall: float


class Stream:
    """Written by the session, read by one consumer.

    ``relieved`` is called when the consumer is done with a batch, so that whoever filled the queue may go on.
    """

    def __init__(self, clock: Clock, relieved: Callable[[], None]) -> None:
        self._clock = clock
        self._began = clock.now()
        self._relieved = relieved
        self._events: list[Stamped] = []
        self._unheard = 0
        self._news = asyncio.Event()
        self._finished = False

    @property
    def elapsed(self) -> float:
        """Seconds since the session began."""
        return self._clock.now() - self._began

    def __len__(self) -> int:
        """Events that nobody has taken yet."""
        return len(self._events)

    @property
    def full(self) -> bool:
        return len(self._events) >= FULL

    @property
    def unheard(self) -> bool:
        """Events that the other side, not we, brought about are still in the queue."""
        return self._unheard > 0

    @property
    def finished(self) -> bool:
        return self._finished

    def put(self, events: Iterable[Event], *, heard: bool) -> None:
        """``heard``: the other side brought them about."""
        if self._finished:
            return
        at, wall = self.elapsed, self._clock.wall()
        before = len(self._events)
        self._events.extend(Stamped(event, at, wall) for event in events)
        if heard:
            self._unheard += len(self._events) - before
        if len(self._events) > before:
            self._news.set()

    def finish(self) -> None:
        """Nothing more will come: the consumer's loop ends after what is in the queue."""
        self._finished = True
        self._news.set()

    async def batches(self) -> AsyncIterator[tuple[Stamped, ...]]:
        while True:
            if not self._finished:
                await self._news.wait()
            self._news.clear()
            batch = tuple(self._events)
            self._events.clear()
            self._unheard = 0
            if batch:
                yield batch
                self._relieved()
            if self._finished and not self._events:
                return
            if self._finished or self._events:
                self._news.set()
            # One batch per turn of the loop, however fast they come: keys and timers have their turn between.
            await asyncio.sleep(0)
