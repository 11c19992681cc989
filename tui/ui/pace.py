"""Showing what is new: at once when it is quiet, once per frame in a flood, never on top of stale output."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from textual.timer import Timer

#: In a flood. Painting the pane takes a third of a thirtieth: at that pace a flood would drain half as fast.
FRAME = 1 / 15


class _Owner(Protocol):
    def set_timer(self, delay: float, callback: Callable[[], None]) -> Timer: ...


class Pace:
    """``soon`` asks for ``show``; while ``may_show`` says no (output is still queued) it is put off."""

    def __init__(self, owner: _Owner, show: Callable[[], None], may_show: Callable[[], bool]) -> None:
        self._owner = owner
        self._show = show
        self._may_show = may_show
        self._shown_at = 0.0
        self._due: Timer | None = None

    def soon(self) -> None:
        if self._due is None:
            wait = self._shown_at + FRAME - time.monotonic()
            if wait <= 0 and self._may_show():
                self._now()
            else:
                self._due = self._owner.set_timer(max(wait, FRAME / 2), self._when_due)

    def _when_due(self) -> None:
        if self._may_show():
            self._due = None
            self._now()
        else:
            self._due = self._owner.set_timer(FRAME, self._when_due)

    def _now(self) -> None:
        self._shown_at = time.monotonic()
        self._show()
