"""Delivery into the Maildir: whatever is answered 250 is on the disk, whole, and has its envelope beside it.

``Draft.keep`` works in an order in which a crash at any point leaves either no message or a whole one:
message and envelope are written and fsynced in ``tmp/``; the envelope is moved to its place and that folder
fsynced; then the message is, and its folder. Readers look for messages, never for envelopes, so neither shows
half of it.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Final

import msgspec

from tui.sandbox import maildir
from tui.sandbox.envelope import Envelope

#: The Maildir convention: what lies in ``tmp/`` this long was left behind by a crash.
LEFTOVER_SECONDS: Final = 36 * 3600
#: A message smaller than this is written in one go, when it is complete.
_SPILL_OCTETS: Final = 256 * 1024
#: How much of a message is kept at hand for replies that quote its header.
_HEAD_OCTETS: Final = 8 * 1024


class Mailbox:
    """The write side. All of it may block and belongs in a thread, but for ``draft`` and ``Draft.write``.

    Args:
        root: the folder; made with its parents when missing.
        fsync: False leaves writing back to the system: only for measuring what fsync costs.
    """

    def __init__(self, root: Path, *, fsync: bool = True) -> None:
        self.root = root
        self.fsync = fsync
        self._last = 0

    def prepare(self) -> None:
        """Make the folders and remove what crashes left behind.

        Raises:
            OSError: the place cannot be used.
        """
        maildir.prepare(self.root)
        self.sweep()

    def draft(self) -> Draft:
        """A message that is about to come in."""
        return Draft(self)

    def sweep(self, *, now: float | None = None) -> int:
        """Remove files in ``tmp/``, and envelopes without a message, older than ``LEFTOVER_SECONDS``.

        The highest number is kept even without a message, so that no number is used twice.

        Args:
            now: seconds since the epoch.

        Returns:
            How many files are gone.
        """
        before = (time.time() if now is None else now) - LEFTOVER_SECONDS
        present = {number for number, _ in maildir.messages(self.root)}
        claimed = maildir.envelope_numbers(self.root)
        orphans = set(claimed) - present - {max(claimed, default=0)}
        found = [*(self.root / "tmp").iterdir(), *(maildir.envelope(self.root, one) for one in orphans)]
        return sum(_remove_if_older(path, before) for path in found)

    def delete(self, number: int) -> bool:
        """Remove a message and what is known about it; False when there is none of this number.

        Raises:
            OSError: it cannot be removed.
        """
        path = maildir.find(self.root, number)
        if path is None:
            return False
        path.unlink(missing_ok=True)
        beside = maildir.envelope(self.root, number)
        with contextlib.suppress(FileNotFoundError):
            if number == max(maildir.envelope_numbers(self.root), default=0):
                os.truncate(beside, 0)
            else:
                beside.unlink()
        return True

    def claim(self) -> int:
        """The next free number, now taken."""
        self._last = maildir.claim(self.root, self._last)
        return self._last


class Draft:
    """One message on its way into the mailbox: ``write`` as it comes, then ``keep`` or ``discard``.

    A disk that refuses is remembered and told by ``keep``, so that the rest of the message can be read and
    dropped.
    """

    def __init__(self, mailbox: Mailbox) -> None:
        self.octets = 0
        self.head = b""
        self._mailbox = mailbox
        self._name = maildir.unique()
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._file: int | None = None
        self._error: OSError | None = None

    def write(self, piece: bytes) -> None:
        """Take the next octets; many of them go to the system's cache, without waiting for the disk."""
        self.octets += len(piece)
        if len(self.head) < _HEAD_OCTETS:
            self.head += piece[: _HEAD_OCTETS - len(self.head)]
        self._pieces.append(piece)
        self._waiting += len(piece)
        if self._waiting >= _SPILL_OCTETS and self._error is None:
            try:
                self._flush()
            except OSError as error:
                self._error = error
        if self._error is not None:
            self._pieces.clear()

    def keep(self, envelope: Envelope) -> int:
        """Store it for good; the number of the message. Blocks for as long as the disk takes.

        Raises:
            OSError: it is not stored, and nothing of it is left.
        """
        beside = self._tmp.with_suffix(".envelope")
        try:
            if self._error is not None:
                raise self._error
            self._flush()
            self._finish()
            self._write_beside(beside, msgspec.json.encode(envelope))
            return self._publish(beside)
        except BaseException:
            self.discard()
            with contextlib.suppress(OSError):
                beside.unlink(missing_ok=True)
            raise

    def discard(self) -> None:
        """Leave nothing behind. Idempotent."""
        self._pieces.clear()
        if self._file is not None:
            os.close(self._file)
            self._file = None
        with contextlib.suppress(OSError):
            self._tmp.unlink(missing_ok=True)

    @property
    def _tmp(self) -> Path:
        return self._mailbox.root / "tmp" / f"{self._name}.{maildir.host()}"

    def _flush(self) -> None:
        if self._file is None:
            self._file = self._create()
        for piece in self._pieces:
            maildir.write(self._file, piece)
        self._pieces.clear()
        self._waiting = 0

    def _create(self) -> int:
        try:
            return maildir.create(self._tmp)
        except FileNotFoundError:  # somebody emptied the inbox by hand
            maildir.prepare(self._mailbox.root)
            return maildir.create(self._tmp)

    def _finish(self) -> None:
        assert self._file is not None
        if self._mailbox.fsync:
            os.fsync(self._file)
        file, self._file = self._file, None
        os.close(file)

    def _write_beside(self, path: Path, octets: bytes) -> None:
        file = maildir.create(path)
        try:
            maildir.write(file, octets)
            if self._mailbox.fsync:
                os.fsync(file)
        finally:
            os.close(file)

    def _publish(self, beside: Path) -> int:
        root = self._mailbox.root
        number = self._mailbox.claim()
        beside.replace(maildir.envelope(root, number))
        self._sync_folder(root / "envelopes")
        place = root / "new" / f"{self._name}N{number}.{maildir.host()}"
        self._tmp.rename(place)
        try:
            self._sync_folder(root / "new")
        except OSError:
            place.unlink(missing_ok=True)
            raise
        return number

    def _sync_folder(self, path: Path) -> None:
        if self._mailbox.fsync:
            maildir.sync_folder(path)


def _remove_if_older(path: Path, before: float) -> bool:
    """A file that is gone, or not ours to remove, is not counted."""
    try:
        if path.stat(follow_symlinks=False).st_mtime >= before:
            return False
        path.unlink()
    except OSError:
        return False
    return True
