"""Every session, kept as it happens: ``NAME.txt`` to be read, ``NAME.jsonl`` with times and octets.

The text has a row per line: ``S: `` and ``C: `` for what server and client said, controls escaped, and ``* ``
for what happened to the connection; `` <LF>``, `` <no CRLF>`` and `` <cut>`` at the end of a row tell a line
end that was not CRLF. The rows are the same in every language. A row of the ``.jsonl`` has ``t`` (seconds
since the session began), ``wall`` (since the epoch) and ``dir``: ``S`` and ``C`` with the octets of a line
as ``b64``, or ``*`` with ``event`` and its fields. Secrets are ``********`` in both.

Whatever was appended is in the hands of the kernel when ``append`` returns: kill -9 loses nothing of it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import time
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol

from tui.smtp.events import Event
from tui.store.paths import FILE_MODE, expanded, make_folder, open_private
from tui.store.rows import json_row, json_text, text_row
from tui.store.writing import write_all

_LOG: Final = logging.getLogger(__name__)

KEPT: Final = 200
_NAME: Final = re.compile(r"\d{8}-\d{6}-.*\.(?:txt|jsonl)")
#: Of a session, and of what was made of it.
_SUFFIXES: Final = (".txt", ".jsonl", ".md", ".sh", ".py")
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.\-]+")
_LONGEST_HOST: Final = 80


class StampedEvent(Protocol):
    """What the session puts into its queue."""

    @property
    def event(self) -> Event: ...
    @property
    def at(self) -> float: ...
    @property
    def wall(self) -> float: ...


class Transcript:
    """One session on disk. Made by ``begin``; closed by ``close`` or at the end of a ``with``."""

    def __init__(
        self, text_file: Path, json_file: Path, text: int, jsonl: int, temporary: Path | None
    ) -> None:
        self.text_file = text_file
        self.json_file = json_file
        self._text = text
        self._jsonl = jsonl
        self._temporary = temporary
        self._closed = False

    @property
    def kept(self) -> bool:
        """The files stay when the session is over."""
        return self._temporary is None

    def append(self, stamped: Iterable[StampedEvent]) -> None:
        """Write these events down; call it before they are shown.

        Raises:
            OSError: the disk is full or gone. The transcript is closed then; later calls do nothing.
        """
        if self._closed:
            return
        text: list[str] = []
        rows: list[str] = []
        logged = _LOG.isEnabledFor(logging.DEBUG)
        times, at, wall = "", -1.0, -1.0
        for one in stamped:
            line = text_row(one.event)
            if line is not None:
                text.append(line + "\n")
            row = json_text(one.event)
            if row is not None:
                if one.at != at or one.wall != wall:  # what came together has one time
                    at, wall = one.at, one.wall
                    times = f'{{"t":{at:.6f},"wall":{wall:.6f},'
                rows.append(f"{times}{row[1:]}\n")
            if logged:
                _log(one)
        try:
            write_all(self._text, "".join(text).encode(errors="backslashreplace"))
            write_all(self._jsonl, "".join(rows).encode())
        except OSError:
            self._close_files()
            raise

    def save_as(self, path: Path, *, overwrite: bool = False) -> Path:
        """Copy what there is so far to ``path``; the events when its name ends in ``.jsonl``, else the text.

        Args:
            path: ``~`` is the user's home; a folder takes the transcript's own name.
            overwrite: replace a file that is there.

        Returns:
            The file that was written.

        Raises:
            FileExistsError: it is there, and ``overwrite`` is not set.
            OSError: it cannot be written.
        """
        from shutil import copyfileobj

        path = expanded(path)
        source = self.json_file if path.suffix == ".jsonl" else self.text_file
        if path.is_dir():
            path = path / source.name
        flags = os.O_WRONLY | (os.O_TRUNC if overwrite else os.O_EXCL)
        descriptor = os.open(path, flags | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        with os.fdopen(descriptor, "wb") as target, source.open("rb") as file:
            copyfileobj(file, target)
        return path

    def beside(self, suffix: str, text: str) -> Path:
        """Write a text made of this transcript next to it, instead of an earlier one of this suffix.

        Raises:
            OSError: it cannot be written.
        """
        path = self.text_file.with_suffix(suffix)
        with os.fdopen(open_private(path, os.O_WRONLY | os.O_TRUNC), "wb") as file:
            file.write(text.encode(errors="backslashreplace"))
        return path

    def close(self) -> None:
        """No more events. Idempotent."""
        self._close_files()
        if self._temporary is not None:
            from shutil import rmtree

            rmtree(self._temporary, ignore_errors=True)

    def _close_files(self) -> None:
        if not self._closed:
            self._closed = True
            os.close(self._text)
            os.close(self._jsonl)

    def __enter__(self) -> Transcript:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def _log(one: StampedEvent) -> None:
    """For --log-file: what happened, without what was said."""
    row = json_row(one.event)
    if row is not None:
        said = {name: value for name, value in row.items() if name != "b64"}
        _LOG.debug("%.3f %s %s", one.at, type(one.event).__name__, said)


def begin(folder: Path, host: str, *, keep: int = KEPT, now: float | None = None) -> Transcript:
    """Start a transcript, and remove the oldest so that ``keep`` remain with this one.

    Args:
        folder: where transcripts lie; made if need be.
        host: the server, for the name of the file; foreign text.
        keep: 0 keeps none: the files lie in a private temporary folder until the transcript is closed.
        now: seconds since the epoch.

    Raises:
        OSError: no file can be made there.
    """
    temporary = None
    if keep:
        make_folder(folder)
        _forget(folder, keep - 1)
    else:
        from tempfile import mkdtemp

        temporary = folder = Path(mkdtemp(prefix="smtptutor-transcript-"))
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime(now))
    stem = f"{stamp}-{safe_name(host)}"
    number = 1
    while True:
        name = stem if number == 1 else f"{stem}-{number}"
        try:
            text = open_private(folder / f"{name}.txt", os.O_WRONLY | os.O_APPEND | os.O_EXCL)
        except FileExistsError:
            number += 1
            continue
        try:
            jsonl = open_private(folder / f"{name}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_EXCL)
        except BaseException:
            os.close(text)
            raise
        return Transcript(folder / f"{name}.txt", folder / f"{name}.jsonl", text, jsonl, temporary)


def safe_name(host: str) -> str:
    """A host as a part of a file's name: letters, digits, dots and hyphens of ASCII, never a leading dot."""
    name = _UNSAFE.sub("_", host).strip("._-")[:_LONGEST_HOST]
    return name or "server"


def _forget(folder: Path, keep: int) -> None:
    """Remove the oldest sessions. Others may do the same at this moment."""
    names = sorted(path.name for path in folder.iterdir() if _NAME.fullmatch(path.name))
    sessions = sorted({name.rpartition(".")[0] for name in names})
    for old in sessions[: max(0, len(sessions) - keep)]:
        for suffix in _SUFFIXES:
            with contextlib.suppress(OSError):
                (folder / (old + suffix)).unlink()
