"""``envelopes.jsonl`` in the Maildir: one line for each message that was ever stored, number and envelope.

The journal gives the numbers, so none is used twice. It is appended to under a lock that holds between
processes. A line without a message means nothing: readers look for messages, and a message comes last.
Whatever is no line of ours, such as one torn by a power cut, is read over.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from tui.sandbox import maildir
from tui.sandbox.envelope import Envelope

_NAME: Final = "envelopes.jsonl"
_BLOCK: Final = 8 * 1024
#: Of a journal that was not read yet so much of its end tells the last number.
_TAIL: Final = 1024 * 1024


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

    def append(
        self, envelopes: Sequence[Envelope], sync: Callable[[int], None] | None = os.fsync
    ) -> list[int]:
        """Write these down under the next numbers.

        Args:
            sync: gets the open file, and returns when the disk has it; None: nobody waits for that.

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
            if sync is not None:
                sync(file)
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
        octets = os.pread(file, size - self._end, max(self._end, size - _TAIL))
        numbers = [record.number for record in _records(octets)]
        if not numbers and size - self._end > _TAIL:  # so long a line
            octets = os.pread(file, size - self._end, self._end)
            numbers = [record.number for record in _records(octets)]
        self._last = max([self._last, *numbers])  # numbers only grow: the last ones are the highest
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


def find(root: Path, number: int) -> Envelope | None:
    """The envelope of one message, found by bisection: numbers only grow.

    Raises:
        OSError: the journal cannot be read.
    """
    try:
        file = os.open(root / _NAME, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        found = _search(file, number)
    finally:
        os.close(file)
    return found[2].envelope if found else None


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
            if found := _search(file, number):
                start, line, _record = found
                os.pwrite(file, msgspec.json.encode(Record(number=number)).ljust(len(line)), start)
        os.fsync(file)
    finally:
        os.close(file)


def _search(file: int, number: int) -> tuple[int, bytes, Record] | None:
    """Where the line of this number begins, the line, and what it says."""
    low, high = 0, os.fstat(file).st_size
    while low < high:
        start = at = _start_of_line(file, (low + high) // 2)
        line, record = b"", None
        while at < high and record is None:  # what is no line of ours is read over
            line = _line(file, at)
            record = next(_records(line), None)
            at += len(line) + 1
        if record is None or record.number > number:
            high = start
        elif record.number < number:
            low = at
        else:
            return at - len(line) - 1, line, record
    return None


def _start_of_line(file: int, at: int) -> int:
    while at > 0:
        low = max(0, at - _BLOCK)
        found = os.pread(file, at - low, low).rfind(b"\n")
        if found >= 0:
            return low + found + 1
        at = low
    return 0


def _line(file: int, start: int) -> bytes:
    """From ``start`` on, without its end."""
    pieces: list[bytes] = []
    while True:
        piece = os.pread(file, _BLOCK, start)
        end = piece.find(b"\n")
        if end >= 0 or not piece:
            return b"".join((*pieces, piece[:end] if end >= 0 else piece))
        pieces.append(piece)
        start += len(piece)


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
