"""The commands that were typed, for Up and Down: one a line, shared by every session of the user."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tui.store.paths import open_private
from tui.store.writing import make_parent, replace_file, write_all

KEPT: Final = 1000
#: Rewriting the file each time would be slow, so it may grow to twice its size first.
_SLACK: Final = 2
_LONGEST: Final = 1000


class History:
    """``append`` is for commands only: the caller never gives message text. AUTH lines and lines that are not
    printable are refused here as well, since a secret on disk is not taken back."""

    def __init__(self, file: Path, kept: int = KEPT) -> None:
        self._file = file
        self._kept = kept

    def load(self) -> list[str]:
        """The last commands, oldest first; a line seen twice in a row stands once. A file that cannot be read
        is an empty history."""
        try:
            data = self._file.read_bytes()
        except OSError:
            return []
        return _recent(data, self._kept)

    def append(self, line: str) -> bool:
        """Remember one command; False when it is not one to be remembered. Safe beside other processes.

        Raises:
            OSError: the file cannot be written.
        """
        line = line.rstrip()
        if not rememberable(line):
            return False
        make_parent(self._file)
        with self._locked() as descriptor:
            _mend(descriptor)
            write_all(descriptor, line.encode() + b"\n")
            if os.fstat(descriptor).st_size > self._kept * 24:
                self._shorten()
        return True

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The file, open for appending and ours alone.

        Whoever shortens it renames a new one over it, so after waiting for the lock the name may mean
        another file: look again.
        """
        while True:
            descriptor = open_private(self._file, os.O_RDWR | os.O_APPEND)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX)
                if _same(descriptor, self._file):
                    yield descriptor
                    return
            finally:
                os.close(descriptor)

    def _shorten(self) -> None:
        data = self._file.read_bytes()
        if data.count(b"\n") > self._kept * _SLACK:
            kept = _recent(data, self._kept)
            replace_file(self._file, "".join(f"{line}\n" for line in kept).encode())


def rememberable(line: str) -> bool:
    """A command that may be written to disk: short, printable, and no AUTH."""
    if not line or len(line) > _LONGEST or not line.isprintable():
        return False
    return line.split(None, 1)[0].upper() != "AUTH"


def _recent(data: bytes, kept: int) -> list[str]:
    lines: list[str] = []
    for raw in data.split(b"\n"):
        line = raw.decode(errors="replace")
        if rememberable(line) and (not lines or lines[-1] != line):
            lines.append(line)
    return lines[-kept:]


def _mend(descriptor: int) -> None:
    """A line cut by a full disk must not swallow the next one."""
    size = os.fstat(descriptor).st_size
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        write_all(descriptor, b"\n")


def _same(descriptor: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except FileNotFoundError:
        return False
