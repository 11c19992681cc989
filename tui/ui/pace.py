"""Showing what is new: at once when it is quiet, once per frame in a flood, never on top of stale output."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from textual.timer import Timer

#: In a flood. Painting the pane takes a third of a thirtieth: at that pace a flood would drain half as fast.
FRAME = 1 / 15
#: What is new after some quiet is shown at once so many times: a connection and its greeting come together.
BURST = 3


class _Owner(Protocol):
    def set_timer(self, delay: float, callback: Callable[[], None]) -> Timer: ...


class Pace:
    """``soon`` asks for ``show``; while ``may_show`` says no (output is still queued) it is put off."""

    def __init__(self, owner: _Owner, show: Callable[[], None], may_show: Callable[[], bool]) -> None:
        self._owner = owner
        self._show = show
        self._may_show = may_show
        self._left = float(BURST)  # shows that may come at once; one more with each frame
        self._counted_at = 0.0
        self._due: Timer | None = None

    def soon(self) -> None:
        if self._due is None:
            self._count()
            if self._left >= 1 and self._may_show():
                self._now()
            else:
                wait = (1 - self._left) * FRAME
                self._due = self._owner.set_timer(max(wait, FRAME / 2), self._when_due)

    def _count(self) -> None:
        now = time.monotonic()
        self._left = min(BURST, self._left + (now - self._counted_at) / FRAME)
        self._counted_at = now

    def _when_due(self) -> None:
        if self._may_show():
            self._due = None
            self._count()
            self._now()
        else:
            self._due = self._owner.set_timer(FRAME, self._when_due)

    def _now(self) -> None:
        self._left = max(0.0, self._left - 1)
        self._show()
