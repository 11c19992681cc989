"""The signals of a sitting. The one that ends it is remembered; all are handled on the event loop."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any, Final

_ENDING: Final = (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM)


class Signals:
    """Use as ``with`` inside a running event loop; the handlers that were there come back at its end.

    ``signal.signal`` and not the loop's own handlers, since these would not run while a write waits for its
    reader. A signal that was ignored when the program began (nohup) stays ignored.

    Args:
        end: called once, with the first signal that ends the program.
        others: for SIGTSTP, SIGCONT, SIGWINCH: what to do, on the loop.
        interrupt: for SIGINT when it does not end the program but stands for ^C.
        at_once: called before ``end`` and not on the loop, which may be waiting for a reader.
    """

    def __init__(
        self,
        *,
        end: Callable[[int], None],
        others: dict[signal.Signals, Callable[[], None]] | None = None,
        interrupt: Callable[[], None] | None = None,
        at_once: Callable[[int], None] | None = None,
    ) -> None:
        self.caught: int | None = None
        """The signal that ends the program, as soon as it came."""
        self._end = end
        self._at_once = at_once
        self._others = dict(others or {})
        if interrupt is not None:
            self._others[signal.SIGINT] = interrupt
        self._loop = asyncio.get_running_loop()
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Signals:
        for number in dict.fromkeys((*_ENDING, *self._others)):
            if signal.getsignal(number) is not signal.SIG_IGN:
                self._before[number] = signal.signal(number, self._arrived)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _arrived(self, number: int, frame: FrameType | None) -> None:
        action = self._others.get(signal.Signals(number))
        if action is not None:
            self._loop.call_soon_threadsafe(action)
        elif self.caught is None:
            self.caught = number
            if self._at_once is not None:
                self._at_once(number)
            self._loop.call_soon_threadsafe(self._end, number)
