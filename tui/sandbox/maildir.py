"""Where everything lies in the sandbox's Maildir, and how a file gets there.

Under the root: ``tmp/ new/ cur/`` as in any Maildir, and ``envelopes/N.json`` for message N. N stands in the
name of the message file too, so each finds the other without an index.

N is claimed by creating ``envelopes/N.json`` empty and exclusively, which holds between processes as well. So
an empty envelope means: number taken, no message (yet, or any more).
"""

from __future__ import annotations

import itertools
import os
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FOLDERS: Final = ("tmp", "new", "cur", "envelopes")

#: ``seconds.M…P…Q…N3.host``, in ``cur/`` perhaps with ``:2,S`` behind.
_MESSAGE: Final = re.compile(r"[0-9]+\.[^.:/]*N(?P<number>[0-9]{1,15})\.[^/]*")
_ENVELOPE: Final = re.compile(r"(?P<number>[0-9]{1,15})\.json")
_count = itertools.count(1)


def prepare(root: Path) -> None:
    """Make the folders, 0700 whatever the umask. A root that is there already keeps its mode.

    Raises:
        OSError: the place cannot be used.
    """
    if not root.is_dir():
        root.parent.mkdir(parents=True, exist_ok=True)
        _private_folder(root)
    for name in FOLDERS:
        _private_folder(root / name)


def messages(root: Path) -> Iterator[tuple[int, Path]]:
    """Number and file of every message, in no order. A root that is not there holds none."""
    for folder in ("new", "cur"):
        for name in _names(root / folder):
            if match := _MESSAGE.fullmatch(name):
                yield int(match["number"]), root / folder / name


def find(root: Path, number: int) -> Path | None:
    """The file of message ``number``."""
    return next((path for one, path in messages(root) if one == number), None)


def envelope(root: Path, number: int) -> Path:
    return root / "envelopes" / f"{number}.json"


def envelope_numbers(root: Path) -> list[int]:
    """Every number that was ever claimed and not given back, in no order."""
    matches = (_ENVELOPE.fullmatch(name) for name in _names(root / "envelopes"))
    return [int(match["number"]) for match in matches if match]


def claim(root: Path, after: int) -> int:
    """A number above ``after`` that nobody else has, now taken."""
    number = after + 1
    while True:
        try:
            os.close(create(envelope(root, number)))
        except FileExistsError:
            number = max(number, *envelope_numbers(root)) + 1
        else:
            return number


def unique() -> str:
    """The first part of a name that no other delivery on this machine has."""
    now = time.time_ns()
    return f"{now // 10**9}.M{now // 1000 % 10**6:06}P{os.getpid()}Q{next(_count)}"


def host() -> str:
    """The last part of a name: this machine, without what a file name or the Maildir flags cannot bear."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", socket.gethostname())[:64] or "localhost"


def create(path: Path) -> int:
    """A new file, 0600 whatever the umask, open for writing."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    os.fchmod(file, 0o600)
    return file


def write(file: int, octets: bytes) -> None:
    """All of them; ``os.write`` may take fewer."""
    rest = memoryview(octets)
    while rest:
        rest = rest[os.write(file, rest) :]


def sync_folder(path: Path) -> None:
    """Make the names in this folder survive a power cut."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _private_folder(path: Path) -> None:
    try:
        path.mkdir(mode=0o700)
    except FileExistsError:
        if not path.is_dir():
            raise
    else:
        path.chmod(0o700)


def _names(folder: Path) -> list[str]:
    try:
        return [one.name for one in folder.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
