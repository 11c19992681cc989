"""The time of a practice server. It runs as any clock, and can be stepped: who waits for it then waits
no more."""

from __future__ import annotations

import asyncio


class Clock:
    """Seconds since ``begin``, and what was added to them."""

    def __init__(self) -> None:
        self._began: float | None = None
        self._stepped = 0.0
        self._stopped = False
        self._sleepers: set[asyncio.Future[None]] = set()

    def begin(self) -> None:
        """From now on it runs; on the running event loop."""
        self._began = asyncio.get_running_loop().time()

    @property
    def now(self) -> float:
        """0.0 before ``begin``, and never less than it was."""
        ran = 0.0 if self._began is None else asyncio.get_running_loop().time() - self._began
        return ran + self._stepped

    @property
    def stepped(self) -> float:
        """The seconds that were added."""
        return self._stepped

    @property
    def waiting(self) -> int:
        """How many wait for it."""
        return len(self._sleepers)

    def step(self, seconds: float) -> None:
        """Let so much time pass at once.

        Raises:
            ValueError: time does not go back.
        """
        if seconds < 0:
            raise ValueError(f"{seconds} seconds")
        self._stepped += seconds
        self._wake()

    def stop(self) -> None:
        """Nobody waits any more, now and later."""
        self._stopped = True
        self._wake()

    async def sleep(self, seconds: float) -> None:
        """Until so much time has passed, by itself or in a step."""
        loop = asyncio.get_running_loop()
        due = self.now + seconds
        while not self._stopped and (left := due - self.now) > 0:
            sleeper: asyncio.Future[None] = loop.create_future()
            alarm = loop.call_later(left, _ring, sleeper)
            self._sleepers.add(sleeper)
            try:
                await sleeper
            finally:
                alarm.cancel()
                self._sleepers.discard(sleeper)

    def _wake(self) -> None:
        for sleeper in self._sleepers:
            _ring(sleeper)


def _ring(sleeper: asyncio.Future[None]) -> None:
    if not sleeper.done():
        sleeper.set_result(None)
