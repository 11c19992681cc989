"""The end of a program whose terminal takes no more output: it was stopped by ^S, or nobody reads it.

Whoever writes to such a terminal waits, and no signal ends that for good: the call is taken up again, and so
is the wait when the settings of the terminal are given back. So what it does not take is thrown away once a
signal has ended the program. If that does not help either, the program ends as it is: the transcript is
written by then.
"""

from __future__ import annotations

import os
import select
import signal
import termios
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

#: Seconds from the signal: an ending takes less where all is well …
_PATIENCE: Final = 0.7
#: … and this is the most that it may take.
_MOST: Final = 1.7
_SLICE: Final = 0.02
_BY_SIGNAL: Final = 128
#: Whoever has it throws away what the terminal did not take, or writes what must stay.
_terminal: Final = threading.Lock()


def end_in_time(number: int, *, last: bytes = b"") -> None:
    """A signal of this number ends the program: see to it that it does. Only from the main thread, where
    Python handles signals.

    Args:
        last: what the terminal has to get even then, such as the end of a mode that was begun.
    """
    terminals = list(_terminals())
    if terminals:
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)  # in the background, too
        signal.signal(signal.SIGURG, lambda _number, _frame: None)  # it only wakes whoever waits
        threading.Thread(target=_see_to_it, args=(number, terminals, last), daemon=True).start()


def leave_behind(descriptor: int, octets: bytes) -> None:
    """Make room in a terminal that took no more, and write these octets as the last ones: nothing is thrown
    away after them. Once, at the very end."""
    _terminal.acquire()  # for good: the program ends
    _write_last(descriptor, octets)


def _write_last(descriptor: int, octets: bytes) -> None:
    _go_on(descriptor)
    _discard(descriptor)
    with suppress(OSError, ValueError):
        if select.select([], [descriptor], [], 0)[1]:
            os.write(descriptor, octets)


def _terminals() -> Iterator[int]:
    """Where somebody may be writing."""
    for descriptor in (1, 2):
        with suppress(OSError):
            if os.isatty(descriptor):
                yield descriptor


def _see_to_it(number: int, terminals: list[int], last: bytes) -> None:
    import time

    began = time.monotonic()
    time.sleep(_PATIENCE)
    for descriptor in terminals:
        _go_on(descriptor)
    while time.monotonic() - began < _MOST:
        if _terminal.acquire(blocking=False):
            for descriptor in terminals:
                _discard(descriptor)
            _terminal.release()
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and thread.ident is not None:
                with suppress(OSError):
                    signal.pthread_kill(thread.ident, signal.SIGURG)  # there is room now
        time.sleep(_SLICE)
    if last and _terminal.acquire(blocking=False):
        _write_last(terminals[0], last)
    os._exit(_BY_SIGNAL + number)


def _go_on(descriptor: int) -> None:
    """A terminal that was stopped by ^S goes on once ^S means nothing. Done once: the program may end at any
    moment after that, and the settings are not ours to leave behind."""
    with suppress(termios.error):
        settings = termios.tcgetattr(descriptor)
        if settings[0] & termios.IXON:
            deaf = [settings[0] & ~termios.IXON, *settings[1:]]
            termios.tcsetattr(descriptor, termios.TCSANOW, deaf)
            termios.tcsetattr(descriptor, termios.TCSANOW, settings)


def _discard(descriptor: int) -> None:
    """What the terminal has not taken yet."""
    with suppress(termios.error):
        termios.tcflush(descriptor, termios.TCOFLUSH)
