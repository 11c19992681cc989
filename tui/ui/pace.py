"""Showing what is new: at once when it is quiet, once per frame in a flood, never on top of stale output."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from textual.timer import Timer

FRAME = 1 / 30
#: When it goes on and on. Painting the pane takes a third of a thirtieth: at that pace a flood would drain
#: half as fast.
FLOOD_FRAME = 1 / 10
_FLOOD_FROM = 5  # frames that followed upon one another


class _Owner(Protocol):
    def set_timer(self, delay: float, callback: Callable[[], None]) -> Timer: ...


class Pace:
    """``soon`` asks for ``show``; while ``may_show`` says no (output is still queued) it is put off."""

    def __init__(self, owner: _Owner, show: Callable[[], None], may_show: Callable[[], bool]) -> None:
        self._owner = owner
        self._show = show
        self._may_show = may_show
        self._shown_at = 0.0
        self._in_a_row = 0
        self._due: Timer | None = None

    def soon(self) -> None:
        if self._due is None:
            frame = FLOOD_FRAME if self._in_a_row >= _FLOOD_FROM else FRAME
            wait = self._shown_at + frame - time.monotonic()
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
        now = time.monotonic()
        self._in_a_row = self._in_a_row + 1 if now - self._shown_at < 2 * FLOOD_FRAME else 0
        self._shown_at = now
        self._show()
