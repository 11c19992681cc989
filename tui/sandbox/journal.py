"""``envelopes.jsonl`` in the Maildir: one line for each message that was ever stored, number and envelope.

The journal gives the numbers, so none is used twice. It is appended to under a lock that holds between
processes. A line without a message means nothing: readers look for messages, and a message comes last.
Whatever is no line of ours, such as one torn by a power cut, is read over.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from tui.sandbox import maildir
from tui.sandbox.envelope import Envelope

_NAME: Final = "envelopes.jsonl"


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line. ``envelope`` is None when the message was deleted."""

    number: int
    envelope: Envelope | None = None


_decoder: Final = msgspec.json.Decoder(Record)


class Journal:
    """The write side, for one mailbox; used by one thread at a time."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._path = str(root / _NAME)
        self._end = 0  # octets of the file that were read, or written here
        self._last = 0  # the highest number in them

    def append(self, envelopes: Sequence[Envelope], *, fsync: bool) -> list[int]:
        """Write these down under the next numbers.

        Args:
            fsync: return only when the disk has them.

        Raises:
            OSError: they may or may not be there.
        """
        file = maildir.open_private(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
        try:
            with _locked(file):
                torn = self._catch_up(file)
                new = self._end == 0
                numbers = list(range(self._last + 1, self._last + 1 + len(envelopes)))
                lines = [
                    msgspec.json.encode(Record(number=number, envelope=envelope))
                    for number, envelope in zip(numbers, envelopes, strict=True)
                ]
                octets = b"\n" * torn + b"\n".join(lines) + b"\n"
                maildir.write(file, octets)
                self._end += len(octets)
                self._last = numbers[-1]
            if fsync:
                os.fsync(file)
                if new:
                    maildir.sync_folder(str(self._root))
        finally:
            os.close(file)
        return numbers

    def _catch_up(self, file: int) -> bool:
        """Read what others wrote; True when the last line has no end."""
        size = os.fstat(file).st_size
        if size == self._end and size:
            return False
        if size <= self._end:  # not looked at yet, or made anew behind our back
            self._end = 0
            self._last = max([self._last, *(number for number, _ in maildir.messages(self._root))])
        octets = os.pread(file, size - self._end, self._end)
        self._last = max([self._last, *(record.number for record in _records(octets))])
        self._end = size
        return bool(octets) and not octets.endswith(b"\n")


def read(root: Path) -> dict[int, Envelope]:
    """Every envelope by its number. A journal that is not there holds none.

    Raises:
        OSError: it cannot be read.
    """
    try:
        octets = (root / _NAME).read_bytes()
    except FileNotFoundError:
        return {}
    return {record.number: record.envelope for record in _records(octets) if record.envelope is not None}


def version(root: Path) -> tuple[int, int, int] | None:
    """Changes when the journal does."""
    try:
        status = (root / _NAME).stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def forget(root: Path, number: int) -> None:
    """Overwrite the envelope of a deleted message; its number stays taken.

    Raises:
        OSError: it is still there.
    """
    try:
        file = os.open(root / _NAME, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        with _locked(file):
            octets = os.pread(file, os.fstat(file).st_size, 0)
            start = 0
            for line in octets.split(b"\n"):
                if any(record.number == number for record in _records(line)):
                    os.pwrite(file, msgspec.json.encode(Record(number=number)).ljust(len(line)), start)
                start += len(line) + 1
        os.fsync(file)
    finally:
        os.close(file)


def _records(octets: bytes) -> Iterator[Record]:
    for line in octets.split(b"\n"):
        if line:
            try:
                yield _decoder.decode(line)
            except msgspec.DecodeError:
                continue


@contextmanager
def _locked(file: int) -> Iterator[None]:
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
