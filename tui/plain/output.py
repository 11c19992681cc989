"""Rows out: whole, at once, and never stuck where no signal can be heard.

Python's own stdout would keep rows back in a pipe, fail once more at exit when the reader is gone, and block
for ever in a write that nobody reads. Here every row is written when it is told; while the reader does not
take it, the program waits in slices, so that a signal ends the wait.
"""

from __future__ import annotations

import errno
import os
import select
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Final

#: What is ready takes so much without blocking: a pipe PIPE_BUF octets, which is at least 512; a terminal may
#: take less than that; a file, and what throws all away, take everything.
_BLOCK: Final = 512
_ALL: Final = 1 << 30
_SLICE: Final = 0.2  # seconds


_NO_READER: Final = frozenset({errno.EPIPE, errno.ECONNRESET, errno.ENXIO})


class ReaderGoneError(Exception):
    """Nobody reads what is written: a closed pipe, or a terminal that hung up."""


class WriteInterruptedError(Exception):
    """A signal that ends the program came while the reader did not take what is written."""


class Output:
    """Writes text to one descriptor.

    Args:
        descriptor: a pipe, a file or a terminal; it stays open.
        encoding: of the terminal or the locale; what it lacks is spelt out.
        interrupted: asked while writing has to wait; True ends the wait.
    """

    def __init__(
        self, descriptor: int, *, encoding: str = "utf-8", interrupted: Callable[[], bool] = lambda: False
    ) -> None:
        self._descriptor = descriptor
        self._encoding = encoding
        self._interrupted = interrupted
        self._gone = False
        self._block = _block(os.fstat(descriptor))

    def write(self, text: str) -> None:
        """Write it all.

        Raises:
            ReaderGoneError: now, and at every later call.
            OSError: it cannot be written for another reason, such as a full disk.
            WriteInterruptedError: a part may have been written.
        """
        data = memoryview(text.encode(self._encoding, "backslashreplace"))
        while data:
            if self._gone:
                raise ReaderGoneError
            try:
                _, ready, _ = select.select([], [self._descriptor], [], _SLICE)
                if ready:
                    data = data[os.write(self._descriptor, data[: self._block]) :]
            except BlockingIOError:  # somebody else made the terminal non-blocking
                continue
            except OSError as error:
                if not self._means_gone(error):
                    raise
                self._gone = True
                raise ReaderGoneError from None
            if not ready and self._interrupted():
                raise WriteInterruptedError

    def _means_gone(self, error: OSError) -> bool:
        """EIO is a terminal that hung up, or a disk that fails."""
        if error.errno == errno.EIO:
            return stat.S_ISCHR(os.fstat(self._descriptor).st_mode)
        return error.errno in _NO_READER


def _block(what: os.stat_result) -> int:
    if stat.S_ISREG(what.st_mode) or os.path.samestat(what, Path(os.devnull).stat()):
        return _ALL
    return getattr(select, "PIPE_BUF", _BLOCK) if stat.S_ISFIFO(what.st_mode) else _BLOCK
