"""A clock whose hands a test turns."""

from __future__ import annotations

from collections.abc import Callable


class HandTimer:
    def __init__(self, due: float, callback: Callable[[], object]) -> None:
        self.due = due
        self.callback = callback
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class HandClock:
    """Stands still until ``advance``. Satisfies ``tui.net.clock.Clock``."""

    def __init__(self) -> None:
        self._now = 1000.0
        self._timers: list[HandTimer] = []

    def now(self) -> float:
        return self._now

    def wall(self) -> float:
        return 1_700_000_000.0 + self._now

    def call_later(self, seconds: float, callback: Callable[[], object]) -> HandTimer:
        timer = HandTimer(self._now + seconds, callback)
        self._timers.append(timer)
        return timer

    @property
    def running(self) -> list[float]:
        """Seconds until each timer that is still running fires."""
        return sorted(timer.due - self._now for timer in self._timers if not timer.cancelled)

    def advance(self, seconds: float) -> None:
        """Turn the hands, and call what falls due on the way, in order."""
        until = self._now + seconds
        while True:
            due = [timer for timer in self._timers if not timer.cancelled and timer.due <= until]
            if not due:
                break
            first = min(due, key=lambda timer: timer.due)
            self._timers.remove(first)
            self._now = max(self._now, first.due)
            first.callback()
        self._now = until
