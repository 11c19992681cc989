"""The clocks of one session: for the oldest reply due, for a block that does not leave, for the goodbye."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from tui.net import deadlines
from tui.net.clock import Clock, Timer
from tui.smtp.events import Answered, TlsStarted
from tui.values import value


@value
class Waiting:
    """The reply (RFC 5321 §4.5.3.2), or the handshake, that is due: since when, and after how many seconds it
    is given up.

    ``since`` counts as ``Stamped.at`` does: compare it with ``Session.elapsed``.
    """

    to: Answered | TlsStarted
    since: float
    limit: float


class Over(Enum):
    """Whose time is over."""

    REPLY = "reply"
    BLOCK = "block"  # the server does not take what we send
    LINGER = "linger"  # the server has said goodbye and does not close


class Watch:
    """``over`` is called with the time limit in seconds; ``elapsed`` gives the session's time.

    Octets that trickle in do not put a deadline off: each clock runs from the moment in which the wait began.
    """

    def __init__(
        self,
        clock: Clock,
        timeout: float | None,
        elapsed: Callable[[], float],
        over: Callable[[Over, float], None],
    ) -> None:
        self.waiting: Waiting | None = None
        self.blocked_since: float | None = None
        self._clock = clock
        self._timeout = timeout
        self._elapsed = elapsed
        self._over = over
        self._timers: dict[Over, Timer] = {}

    @property
    def block_limit(self) -> float:
        return self._limit(deadlines.DATA_BLOCK)

    def attend(self, due: Answered | None) -> None:
        """This is the oldest reply that is due now."""
        if due == (self.waiting.to if self.waiting else None):
            return
        if due is None:
            self.waiting = None
            self._stop(Over.REPLY)
        else:
            self.waiting = Waiting(due, self._elapsed(), self._limit(deadlines.limit(due)))
            self._start(Over.REPLY, self.waiting.limit)

    def block(self, blocked: bool) -> None:
        """Our octets are, or are no longer, kept from leaving."""
        if blocked:
            self.blocked_since = self._elapsed()
            self._start(Over.BLOCK, self.block_limit)
        else:
            self.blocked_since = None
            self._stop(Over.BLOCK)

    def linger(self) -> None:
        """The server has said goodbye: it should close now."""
        if Over.LINGER not in self._timers:
            self._start(Over.LINGER, deadlines.LINGER)

    def stop(self) -> None:
        self.waiting = self.blocked_since = None
        for which in tuple(self._timers):
            self._stop(which)

    def _limit(self, seconds: float) -> float:
        return seconds if self._timeout is None else self._timeout

    def _start(self, which: Over, seconds: float) -> None:
        self._stop(which)
        self._timers[which] = self._clock.call_later(seconds, lambda: self._over(which, seconds))

    def _stop(self, which: Over) -> None:
        timer = self._timers.pop(which, None)
        if timer is not None:
            timer.cancel()
