"""Leaving in order when somebody else ends it: a signal, or a terminal that is gone (TRAPS 3, 4)."""

from __future__ import annotations

import asyncio
import select
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

from tui.desk.unblocking import end_in_time

#: SIGINT is somebody else's too: in raw mode ^C is a key.
SIGNALS = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
_POLL_SECONDS = 1.0


def hung_up(fd: int) -> bool:
    """Is the terminal behind this descriptor gone?"""
    poll = select.poll()
    poll.register(fd, 0)
    return any(event & (select.POLLHUP | select.POLLERR) for _, event in poll.poll(0))


class HangupWatch:
    """Calls ``on_signal`` once, with the signal's number, when one of ``SIGNALS`` comes or the terminal hangs
    up (then SIGHUP, also where that signal is ignored). Without epoll the terminal is looked at once a
    second."""

    def __init__(self, on_signal: Callable[[int], None], *, fd: int = 0) -> None:
        self._on_signal = on_signal
        self._fd = fd
        self._epoll: select.epoll | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._before: dict[int, Any] = {}
        self._told = False

    def start(self) -> None:
        """Needs the running event loop of the main thread.

        The handlers are not the loop's own. Those tell it by an octet in the socket that wakes it, as
        each key does: with a few hundred keys typed ahead the socket is full, and the signal would be lost.
        """
        loop = self._loop = asyncio.get_running_loop()
        for one in SIGNALS:
            self._before[one] = signal.signal(one, self._arrived)
        if hasattr(select, "epoll"):
            try:
                self._epoll = select.epoll()
                self._epoll.register(self._fd, 0)  # a hang-up is told whether asked for or not
                loop.add_reader(self._epoll.fileno(), self._tell, int(signal.SIGHUP))
            except OSError:
                self._close_epoll()  # such as a regular file on stdin: nothing can hang up
        else:
            self._look(loop)

    def stop(self) -> None:
        loop = asyncio.get_running_loop()
        for one, handler in self._before.items():
            signal.signal(one, handler)
        self._before.clear()
        if self._epoll is not None:
            loop.remove_reader(self._epoll.fileno())
        self._close_epoll()
        if self._timer is not None:
            self._timer.cancel()

    def _arrived(self, number: int, _frame: FrameType | None) -> None:
        end_in_time(number)  # not on the loop: it may be the one that waits for the terminal
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, number)

    def _tell(self, number: int) -> None:
        if self._epoll is not None and number == signal.SIGHUP:
            asyncio.get_running_loop().remove_reader(self._epoll.fileno())
        if not self._told:
            self._told = True
            self._on_signal(number)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if hung_up(self._fd):
            self._tell(int(signal.SIGHUP))
        else:
            self._timer = loop.call_later(_POLL_SECONDS, self._look, loop)

    def _close_epoll(self) -> None:
        if self._epoll is not None:
            self._epoll.close()
            self._epoll = None
