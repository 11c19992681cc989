"""A whole file at once: written beside, synced, renamed, so that a reader sees the old one or the new one."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Final

from tui.store.paths import FILE_MODE, make_folder

_LEFTOVER_SECONDS: Final = 3600.0
_SUFFIX: Final = ".new"


def replace_file(path: Path, data: bytes) -> None:
    """Make ``data`` the content of ``path``, a link's target if it is a symbolic link. Survives kill -9.

    Raises:
        OSError: it cannot be written; the old file is untouched.
    """
    path = path.resolve()
    make_parent(path)
    sweep(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.{time.monotonic_ns()}{_SUFFIX}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, FILE_MODE)
    try:
        try:
            os.fchmod(descriptor, FILE_MODE)
            write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_all(descriptor: int, data: bytes | bytearray) -> None:
    """``os.write`` until everything is written."""
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def sync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` last."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_parent(path: Path) -> None:
    """The folder of ``path``, if it is not there; an existing one keeps its mode, it may be any folder."""
    if not path.parent.is_dir():
        make_folder(path.parent)


def sweep(path: Path, now: float | None = None) -> None:
    """Remove what a killed ``replace_file`` of ``path`` left, an hour after."""
    moment = time.time() if now is None else now
    for left in path.parent.glob(f".{path.name}.*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            if moment - left.stat().st_mtime > _LEFTOVER_SECONDS:
                left.unlink()


def set_aside(path: Path) -> Path:
    """Rename a broken file to ``NAME.broken-DATE`` and return where it went.

    Raises:
        OSError: it cannot be renamed.
    """
    stamp = time.strftime("%Y%m%d-%H%M%S")
    aside = path.with_name(f"{path.name}.broken-{stamp}")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"{path.name}.broken-{stamp}-{number}")
    path.rename(aside)
    return aside
