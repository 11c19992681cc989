"""Delivery into the Maildir: whatever is answered 250 is on the disk, whole, and its envelope is known.

The order is such that a crash at any point leaves either no message or a whole one: the message is written
in ``tmp/``, its envelope to the journal, and both are fsynced; then the message is moved to ``new/``, and
that folder fsynced. Readers look for messages, so whatever lies there before the move is not seen.

What only reaches the system's cache is done on the event loop, what waits for the disk in a thread. (All of
it in a thread was measured: the interpreter's lock goes to and fro at every call, and it is slower.)
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple, TypeVar

from tui.sandbox import journal, maildir
from tui.sandbox.envelope import Envelope
from tui.sandbox.journal import Journal
from tui.sandbox.spool import Spool, SpoolFullError

#: The Maildir convention: what lies in ``tmp/`` this long was left behind by a crash.
LEFTOVER_SECONDS: Final = 36 * 3600
#: A message smaller than this is written in one go, when it is complete.
_SPILL_OCTETS: Final = 256 * 1024
#: How much of a message is kept at hand for replies that quote its header.
_HEAD_OCTETS: Final = 8 * 1024
#: So many wait for the disk side by side.
_SIDE_BY_SIDE: Final = 16
#: Clients that are answered in one turn of the loop: others are in there, too.
_TOLD_AT_ONCE: Final = 8

_Given = TypeVar("_Given")
_Returned = TypeVar("_Returned")


class Draft:
    """One message on its way into the mailbox: ``write`` as it comes; then ``Mailbox.keep``, or ``discard``.

    A disk, or a spool, that refuses is remembered until then, so that the rest of the message can be read and
    dropped.
    """

    def __init__(self, root: Path, spool: Spool) -> None:
        self.octets = 0
        self.head = b""
        self._spool = spool
        self._taken = 0  # octets of the spool that this message has
        self._root = root
        self._name = maildir.unique()
        self._tmp = f"{root}/tmp/{self._name}"
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._file: int | None = None
        self._begun = False  # the file in tmp/ is there
        self._place = ""
        self._error: OSError | None = None

    def write(self, piece: bytes) -> None:
        """Take the next octets. Many of them go to the system's cache, which does not wait for the disk."""
        self.octets += len(piece)
        if len(self.head) < _HEAD_OCTETS:
            self.head += piece[: _HEAD_OCTETS - len(self.head)]
        if self._error is not None:
            return
        try:
            self._spool.take(len(piece))
        except SpoolFullError as error:
            self._error = error
            self._pieces.clear()
            return
        self._taken += len(piece)
        self._pieces.append(piece)
        self._waiting += len(piece)
        if self._waiting >= _SPILL_OCTETS:
            try:
                self._flush()
            except OSError as error:
                self._error = error
                self._pieces.clear()

    def text(self) -> bytes:
        """All of it so far; nothing where it cannot be read."""
        try:
            flushed = Path(self._tmp).read_bytes() if self._begun else b""
        except OSError:
            return b""
        return flushed + b"".join(self._pieces)

    def begin_anew(self) -> None:
        """Nothing of it has come yet."""
        self.discard()
        self.octets = 0
        self.head = b""
        self._waiting = 0

    def complete(self) -> None:
        """Write what is left.

        Raises:
            OSError: now, or at an earlier ``write``.
        """
        if self._error is not None:
            raise self._error
        self._flush()

    def sync(self) -> None:
        """Wait until the disk has it.

        Raises:
            OSError: it has not.
        """
        assert self._file is not None
        os.fsync(self._file)

    def move(self, number: int) -> None:
        """Bring it in sight as message ``number``.

        Raises:
            OSError: it stays where it is.
        """
        self._place = f"{self._root}/new/{maildir.numbered(self._name, number)}"
        try:
            os.rename(self._tmp, self._place)  # noqa: PTH104 (a path object costs more than the system's part)
        except FileNotFoundError:  # somebody removed new/ by hand
            maildir.prepare(self._root)
            os.rename(self._tmp, self._place)  # noqa: PTH104
        self._begun = False

    def promise(self) -> None:
        """It is stored for good: its room in the spool is no longer given back."""
        self._spool.settle(self._taken, stored=True)
        self._taken = 0

    def take_back(self) -> None:
        """Out of sight again, if it was moved: it may not survive a power cut, so it is not promised."""
        if self._place:
            _unlink(self._place)

    def discard(self) -> None:
        """Let go of the file, and leave nothing behind in ``tmp/``. Idempotent."""
        self._pieces.clear()
        self._spool.settle(self._taken, stored=False)
        self._taken = 0
        self.close()

    def close(self) -> None:
        """Let go of the file, and of what lies in ``tmp/``."""
        if self._file is not None:
            os.close(self._file)
            self._file = None
        if self._begun:
            self._begun = False
            _unlink(self._tmp)

    def _flush(self) -> None:
        if self._file is None:
            self._file = self._create()
            self._begun = True
        for piece in self._pieces:
            maildir.write(self._file, piece)
        self._pieces.clear()
        self._waiting = 0

    def _create(self) -> int:
        try:
            return maildir.create(self._tmp)
        except FileNotFoundError:  # somebody emptied the inbox by hand
            maildir.prepare(self._root)
            return maildir.create(self._tmp)


class _Mail(NamedTuple):
    draft: Draft
    envelope: Envelope
    done: Callable[[int | Exception], None]


class Mailbox:
    """The write side.

    Args:
        root: the folder; made with its parents when missing.
        fsync: False leaves writing back to the system: only for measuring what fsync costs.
    """

    def __init__(self, root: Path, *, fsync: bool = True) -> None:
        self.root = root
        #: How much it may hold.
        self.spool = Spool(root)
        self._fsync = fsync
        self._journal = Journal(root)
        self._complete: list[_Mail] = []
        self._publishing: asyncio.Task[None] | None = None
        self._syncing: ThreadPoolExecutor | None = None

    def prepare(self) -> None:
        """Make the folders and remove what crashes left behind.

        Raises:
            OSError: the place cannot be used.
        """
        maildir.prepare(self.root)
        self.sweep()

    def draft(self) -> Draft:
        """A message that is about to come in."""
        return Draft(self.root, self.spool)

    def keep(self, draft: Draft, envelope: Envelope, done: Callable[[int | Exception], None]) -> None:
        """Store it for good, whatever becomes of those who asked for it.

        What comes while others are on their way to the disk waits and goes as one batch, so that there is one
        thread and one wait for each folder, however many clients there are.

        Args:
            done: called once on the event loop, perhaps before this returns: with the number of the message,
                now on the disk; or with the reason why it is not stored, when nothing of it is in sight.
        """
        try:
            draft.complete()
        except OSError as error:
            draft.discard()
            done(error)
            return
        self._complete.append(_Mail(draft, envelope, done))
        if self._publishing is None:
            self._publishing = asyncio.create_task(self._publish())

    def read(self, number: int) -> bytes:
        """A message that was kept a moment ago; nothing when somebody has removed it meanwhile."""
        path = maildir.find(self.root, number)
        try:
            return path.read_bytes() if path is not None else b""
        except OSError:
            return b""

    async def settle(self) -> None:
        """Wait until nothing is on its way any more."""
        if self._publishing is not None:
            await asyncio.shield(self._publishing)

    async def _publish(self) -> None:
        try:
            while self._complete:
                batch, self._complete = self._complete, []
                results = await self._published(batch)
                for at, (mail, result) in enumerate(zip(batch, results, strict=True), start=1):
                    if isinstance(result, int):
                        mail.draft.promise()
                    mail.draft.discard()
                    mail.done(result)
                    if at % _TOLD_AT_ONCE == 0:
                        await asyncio.sleep(0)
        finally:
            self._publishing = None

    async def _published(self, batch: Sequence[_Mail]) -> Sequence[int | Exception]:
        """Bring these in sight, all or none: their numbers, or the reason.

        What waits for the disk waits in a thread. The moves do not wait, and are many: in a thread each of
        them would have to ask a busy event loop for its turn.
        """
        try:
            numbers = await self._blocking(self._secured, batch)
            for mail, number in zip(batch, numbers, strict=True):
                mail.draft.move(number)
            if self._fsync:
                await self._blocking(maildir.sync_folder, f"{self.root}/new")
        except Exception as error:  # also a fault of ours must answer those who wait
            for mail in batch:
                mail.draft.take_back()
            return [error] * len(batch)
        return numbers

    async def _blocking(self, function: Callable[[_Given], _Returned], given: _Given) -> _Returned:
        return await asyncio.to_thread(function, given) if self._fsync else function(given)

    def _secured(self, batch: Sequence[_Mail]) -> Sequence[int]:
        """Wait until the disk has the messages and their envelopes: their numbers."""
        sync = partial(self._sync, batch) if self._fsync else None
        return self._journal.append([mail.envelope for mail in batch], sync)

    def _sync(self, batch: Sequence[_Mail], journal: int) -> None:
        """The messages and the open journal, side by side: the file system then waits once for several.

        Raises:
            OSError: of the first that the disk has not.
        """
        if self._syncing is None:
            self._syncing = ThreadPoolExecutor(_SIDE_BY_SIDE, "fsync")
        waiting = [self._syncing.submit(mail.draft.sync) for mail in batch]
        waiting.append(self._syncing.submit(os.fsync, journal))
        wait(waiting)  # also for those behind one that failed: their files must stay open so long
        for one in waiting:
            one.result()

    def sweep(self, *, now: float | None = None) -> int:
        """Remove what has lain in ``tmp/`` for longer than ``LEFTOVER_SECONDS``; how many files.

        Args:
            now: seconds since the epoch.
        """
        before = (time.time() if now is None else now) - LEFTOVER_SECONDS
        return sum(_remove_if_older(path, before) for path in (self.root / "tmp").iterdir())


def delete(root: Path, number: int) -> bool:
    """Remove a message and what is known about it; False when there is none of this number.

    Raises:
        OSError: it, or its envelope, is still there.
    """
    path = maildir.find(root, number)
    if path is None:
        return False
    path.unlink(missing_ok=True)
    journal.forget(root, number)
    return True


def _unlink(path: str) -> None:
    with contextlib.suppress(OSError):
        Path(path).unlink()


def _remove_if_older(path: Path, before: float) -> bool:
    """A file that is gone, or not ours to remove, is not counted."""
    try:
        if path.stat(follow_symlinks=False).st_mtime >= before:
            return False
        path.unlink()
    except OSError:
        return False
    return True
