"""What the sandbox has received: the read side of its Maildir, for both front ends.

A message has its number for ever. The newest stands first. Only whole messages are listed: a crash leaves no
other in sight (``tui.sandbox.mailbox``). All of it reads files: keep it off a busy event loop when the inbox
is large.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from tui.sandbox import journal, maildir, mbox, message
from tui.sandbox.envelope import Envelope
from tui.values import value


class NoMessageError(LookupError):
    """There is no message of this ``number``."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class NoPartError(LookupError):
    """Message ``number`` has no ``part`` so called."""

    def __init__(self, number: int, part: int) -> None:
        super().__init__(number, part)
        self.number = number
        self.part = part


@value
class Entry:
    """One row of the list. ``envelope`` is None when its file was lost or broken: ``received`` is the file's.

    Attributes:
        received: seconds since the epoch.
        subject: decoded, foreign text; None when the header has none.
        octets: as stored.
    """

    number: int
    received: float
    envelope: Envelope | None
    subject: str | None
    octets: int
    path: Path

    @property
    def name(self) -> str:
        """Of the file, below the Maildir."""
        return f"{self.path.parent.name}/{self.path.name}"


class Inbox:
    """``root`` is the Maildir; while it is not there the inbox is empty.

    Messages never change, so what was read once is not read again; and of a hundred thousand only those are
    read that are asked for.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[int, Entry] = {}
        self._names: dict[int, str] = {}
        self._numbers: tuple[int, ...] = ()
        self._version: tuple[int, ...] | None = None

    def numbers(self) -> tuple[int, ...]:
        """Of every message, the newest first; the same object while nothing came or went."""
        version = maildir.version(self.root)
        if version is None or version != self._version:
            self._names = maildir.names(self.root)
            numbers = tuple(sorted(self._names, reverse=True))
            if numbers != self._numbers:
                self._numbers = numbers
            self._version = version
        return self._numbers

    def entries(self, numbers: Sequence[int] | None = None) -> tuple[Entry, ...]:
        """Every message, the newest first, or those of these numbers that are there.

        Raises:
            OSError: one cannot be read.
        """
        found = []
        for number in self.numbers() if numbers is None else numbers:
            with contextlib.suppress(NoMessageError):
                found.append(self._entry(number))
        return tuple(found)

    def search(self, words: str) -> tuple[int, ...]:
        """The numbers of the messages that hold every word, the newest first: in the envelope or the subject,
        in any case.

        Raises:
            OSError: one cannot be read.
        """
        wanted = words.casefold().split()
        return tuple(
            entry.number
            for entry in self.entries()
            if all(word in text for text in (_searched(entry),) for word in wanted)
        )

    def entry(self, number: int) -> Entry:
        """The row of one message.

        Raises:
            NoMessageError: it is not there.
            OSError: it cannot be read.
        """
        return self._entry(number)

    def raw(self, number: int) -> bytes:
        """The octets as they came, after dot-unstuffing.

        Raises:
            NoMessageError: it is not there.
            OSError: it cannot be read.
        """
        return self._octets(number)

    def content(self, number: int) -> message.Content:
        """Header, text and parts, decoded.

        Raises:
            NoMessageError: it is not there.
            OSError: it cannot be read.
        """
        return message.read(self.raw(number))

    def part(self, number: int, part: int) -> tuple[message.Part, bytes]:
        """One of the parts of its content, counted from 1, and the decoded octets.

        Raises:
            NoMessageError: the message is not there.
            NoPartError: it has no such part.
            OSError: it cannot be read.
        """
        found = message.part(self.raw(number), part)
        if found is None:
            raise NoPartError(number, part)
        return found

    def delete(self, number: int) -> None:
        """Remove it for good; its number is not given to another.

        Raises:
            NoMessageError: it is not there.
            OSError: it cannot be removed.
        """
        from tui.sandbox import mailbox  # with asyncio: not to show a list

        self._known.pop(number, None)
        if not mailbox.delete(self.root, number):
            raise NoMessageError(number)

    def export(self, number: int, file: Path, *, overwrite: bool = False) -> int:
        """Write the exact octets to ``file``, which only its owner may read; how many octets.

        Raises:
            NoMessageError: it is not there.
            FileExistsError: ``file`` is there, and ``overwrite`` was not said.
            OSError: it cannot be read or written.
        """
        return put(file, self.raw(number), overwrite=overwrite)

    def mbox(self, numbers: Iterable[int]) -> Iterator[bytes]:
        """These messages as pieces of an mbox (RFC 4155, "mboxrd"), in this order.

        Raises:
            NoMessageError: one is not there.
            OSError: one cannot be read.
        """
        for number in numbers:
            yield mbox.entry(self.entry(number), self.raw(number))

    def _entry(self, number: int) -> Entry:
        known = self._known.get(number)
        if known is None or self._names.get(number) != known.name:
            known = self._known[number] = self._read(number)
        return known

    def _read(self, number: int) -> Entry:
        with self._opened(number) as file:
            subject = _subject(file)
            status = os.fstat(file.fileno())
        envelope = journal.find(self.root, number)
        return Entry(
            number=number,
            received=envelope.received if envelope else status.st_mtime,
            envelope=envelope,
            subject=subject,
            octets=status.st_size,
            path=self.root / self._names[number],
        )

    def _octets(self, number: int) -> bytes:
        with self._opened(number) as file:
            return file.read()

    def _opened(self, number: int) -> BinaryIO:
        """Where it was last seen, or where it is now: another program may have moved it to ``cur/``."""
        for looked in (False, True):
            if looked:
                self._version = None
                self.numbers()
            name = self._names.get(number)
            with contextlib.suppress(FileNotFoundError):
                if name is not None:
                    return (self.root / name).open("rb")
        raise NoMessageError(number)


def _subject(file: BinaryIO) -> str | None:
    """Few headers need a second look."""
    octets = b""
    for size in (message.HEADER_OCTETS, message.SHOWN_OCTETS):
        octets += file.read(size)
        header, body = message.split(octets)
        subject = message.value(header, "subject")
        if subject is not None or body or len(octets) < size:
            return subject
    return None


def _searched(entry: Entry) -> str:
    envelope = entry.envelope
    addresses = (envelope.reverse_path, *envelope.addresses) if envelope else ()
    return "\n".join((*addresses, entry.subject or "")).casefold()


def put(file: Path, octets: bytes, *, overwrite: bool = False) -> int:
    """Write ``file``, which only its owner may read, whole or not at all; how many octets.

    Raises:
        FileExistsError: it is there, and ``overwrite`` was not said.
        OSError: it cannot be written.
    """
    if not overwrite:
        _write_new(file, octets)
    elif file.is_file():
        beside = file.with_name(f".{file.name}.{os.getpid()}")
        _write_new(beside, octets)
        beside.replace(file)
    else:  # a pipe or a device
        file.write_bytes(octets)
    return len(octets)


def _write_new(file: Path, octets: bytes) -> None:
    """All of it on the disk, or no such file."""
    descriptor = maildir.create(file)
    try:
        maildir.write(descriptor, octets)
        os.fsync(descriptor)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    finally:
        os.close(descriptor)
