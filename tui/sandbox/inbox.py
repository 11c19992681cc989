"""What the sandbox has received: the read side of its Maildir, for both front ends.

A message has its number for ever. The newest stands first. Only whole messages are listed: a crash leaves no
other in sight (``tui.sandbox.mailbox``). All of it reads files: keep it off a busy event loop when the inbox
is large.
"""

from __future__ import annotations

import os
from pathlib import Path

from tui.sandbox import journal, mailbox, maildir, message
from tui.sandbox.envelope import Envelope
from tui.values import value


class NoMessageError(LookupError):
    """There is no message of this ``number``."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


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


class Inbox:
    """``root`` is the Maildir; while it is not there the inbox is empty.

    Messages never change, so what was read once is not read again.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._known: dict[Path, Entry] = {}
        self._envelopes: dict[int, Envelope] = {}
        self._journal_version: tuple[int, int, int] | None = None

    def entries(self) -> tuple[Entry, ...]:
        """Every message, the newest first."""
        found = {path: number for number, path in maildir.messages(self.root)}
        self._known = {path: entry for path, entry in self._known.items() if path in found}
        for path, number in found.items():
            if path not in self._known and (entry := self._read(number, path)):
                self._known[path] = entry
        return tuple(sorted(self._known.values(), key=lambda entry: entry.number, reverse=True))

    def entry(self, number: int) -> Entry:
        """The row of one message.

        Raises:
            NoMessageError: it is not there.
            OSError: it cannot be read.
        """
        path = self._find(number)
        entry = self._known.get(path) or self._read(number, path)
        if entry is None:
            raise NoMessageError(number)
        return entry

    def raw(self, number: int) -> bytes:
        """The octets as they came, after dot-unstuffing.

        Raises:
            NoMessageError: it is not there.
            OSError: it cannot be read.
        """
        path = self._find(number)
        try:
            return path.read_bytes()
        except FileNotFoundError:
            raise NoMessageError(number) from None

    def content(self, number: int) -> message.Content:
        """Header, text and parts, decoded.

        Raises:
            NoMessageError: it is not there.
            OSError: it cannot be read.
        """
        return message.read(self.raw(number))

    def delete(self, number: int) -> None:
        """Remove it for good; its number is not given to another.

        Raises:
            NoMessageError: it is not there.
            OSError: it cannot be removed.
        """
        if not mailbox.delete(self.root, number):
            raise NoMessageError(number)

    def export(self, number: int, file: Path, *, overwrite: bool = False) -> int:
        """Write the exact octets to ``file``, which only its owner may read; how many octets.

        Raises:
            NoMessageError: it is not there.
            FileExistsError: ``file`` is there, and ``overwrite`` was not said.
            OSError: it cannot be read or written.
        """
        octets = self.raw(number)
        if not overwrite:
            _write_new(file, octets)
        elif file.is_file():
            beside = file.with_name(f".{file.name}.{os.getpid()}")
            _write_new(beside, octets)
            beside.replace(file)
        else:  # a pipe or a device
            file.write_bytes(octets)
        return len(octets)

    def _find(self, number: int) -> Path:
        path = maildir.find(self.root, number)
        if path is None:
            raise NoMessageError(number)
        return path

    def _read(self, number: int, path: Path) -> Entry | None:
        """None when it went away meanwhile."""
        try:
            with path.open("rb") as file:
                header, _ = message.split(file.read(message.HEADER_OCTETS))
            status = path.stat()
        except FileNotFoundError:
            return None
        envelope = self._envelope(number)
        return Entry(
            number=number,
            received=envelope.received if envelope else status.st_mtime,
            envelope=envelope,
            subject=message.value(header, "subject"),
            octets=status.st_size,
            path=path,
        )

    def _envelope(self, number: int) -> Envelope | None:
        version = journal.version(self.root)
        if version != self._journal_version:
            self._envelopes = journal.read(self.root)
            self._journal_version = version
        return self._envelopes.get(number)


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
