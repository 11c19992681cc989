"""Where everything lies in the sandbox's Maildir, and how a file gets there.

Under the root: ``tmp/ new/ cur/`` as in any Maildir, and the journal of envelopes. The number of a message
stands in the name of its file.
"""

from __future__ import annotations

import errno
import itertools
import os
import re
import socket
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

FOLDERS: Final = ("tmp", "new", "cur")

#: ``seconds.M…P…Q…N3.host``, in ``cur/`` perhaps with ``:2,S`` behind; one name a line.
_NUMBER: Final = re.compile(r"^[0-9]+\.M[0-9]+P[0-9]+Q[0-9]+N([0-9]{1,15})\.", re.MULTILINE)
#: A folder that changed so lately may change once more and keep its time of change, in nanoseconds.
_STILL_CHANGING: Final = 2 * 10**9
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
    for number, name in names(root).items():
        yield number, root / name


def names(root: Path) -> dict[int, str]:
    """Of every message its number, and its file below ``root``: quick also where there are very many."""
    found: dict[int, str] = {}
    for folder in ("new", "cur"):
        # One search in one text, and no loop of our own: a match for each name takes four times as long.
        there = _names(root / folder)
        numbers = _NUMBER.findall("\n".join(there))
        if len(numbers) != len(there):  # others keep files there too, or a name has a line end in it
            there = [name for name in there if len(_NUMBER.findall(name)) == 1]
            numbers = [_NUMBER.findall(name)[0] for name in there]
        found.update(zip(map(int, numbers), map(f"{folder}/".__add__, there), strict=True))
    return found


def version(root: Path) -> tuple[int, ...] | None:
    """Changes when a message comes or goes; None when that cannot be told yet, or there is no folder."""
    now = time.time_ns()
    changed = []
    for folder in ("new", "cur"):
        try:
            status = (root / folder).stat()
        except OSError:
            return None
        changed += [status.st_ino, status.st_mtime_ns]
        if now - status.st_mtime_ns < _STILL_CHANGING:
            return None
    return tuple(changed)


def find(root: Path, number: int) -> Path | None:
    """The file of message ``number``."""
    name = names(root).get(number)
    return root / name if name is not None else None


def unique() -> str:
    """A name for ``tmp/`` that no other delivery has; ``numbered`` makes one for ``new/`` of it."""
    now = time.time_ns()
    return f"{now // 10**9}.M{now // 1000 % 10**6:06}P{os.getpid()}Q{next(_count)}.{_host()}"


def numbered(name: str, number: int) -> str:
    """The name of message ``number`` in ``new/``, made of its name in ``tmp/``."""
    first, rest, last = name.split(".", 2)
    return f"{first}.{rest}N{number}.{last}"


@cache
def _host() -> str:
    """This machine, without what a file name or the flags of a Maildir cannot bear."""
    return re.sub(r"[^A-Za-z0-9_-]", "-", socket.gethostname())[:64] or "localhost"


def create(path: Path | str) -> int:
    """A new file, open for writing, 0600 whatever the umask.

    Raises:
        FileExistsError: there is something of this name.
    """
    return open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW)


def open_private(path: Path | str, flags: int) -> int:
    """``os.open`` of a file that only its owner may read, whatever the umask."""
    file = os.open(path, flags | os.O_CLOEXEC, 0o600)
    os.fchmod(file, 0o600)
    return file


def write(file: int, octets: bytes) -> None:
    """All of them; ``os.write`` may take fewer."""
    rest = memoryview(octets)
    while rest:
        rest = rest[os.write(file, rest) :]


def sync_folder(path: Path | str) -> None:
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
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path)) from None
    else:
        path.chmod(0o700)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 (a path object for each is slow)
    except (FileNotFoundError, NotADirectoryError):
        return []
