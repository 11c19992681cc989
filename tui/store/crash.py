"""The report of an internal error: where it happened, without any value.

Locals would hold passwords, and so may the text of an exception; only the text of those that speak of code is
kept.
"""

from __future__ import annotations

import os
import platform
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tui import __version__
from tui.store.paths import make_folder, open_private
from tui.store.writing import write_all

KEPT: Final = 20
#: Their text names attributes, modules and argument counts: code, not data.
_SPEAK_OF_CODE: Final = (
    AttributeError,
    ImportError,
    NameError,
    NotImplementedError,
    RecursionError,
    TypeError,
)
_LONGEST_CHAIN: Final = 10


def write(error: BaseException, folder: Path) -> Path:
    """Write the report into ``folder`` (made if need be), readable by its owner alone; returns the file.

    Raises:
        OSError: it cannot be written.
    """
    make_folder(folder)
    _forget(folder)
    stamp = time.strftime("%Y%m%d-%H%M%S")
    path = folder / f"crash-{stamp}-{os.getpid()}.txt"
    descriptor = open_private(path, os.O_WRONLY | os.O_TRUNC)
    try:
        write_all(descriptor, report(error).encode(errors="backslashreplace"))
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return path


def report(error: BaseException) -> str:
    """What ``write`` writes: versions, then each error of the chain with its frames, innermost error last."""
    head = (
        f"smtptutor {__version__}",
        f"Python {platform.python_version()} on {platform.system()} {platform.release()}",
        time.strftime("%Y-%m-%d %H:%M:%S %z"),
    )
    return "\n".join((*head, "", *(line for one in _chain(error) for line in _told(one)))) + "\n"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The causes first, as Python prints them; groups with their members."""
    seen: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in seen and len(seen) < _LONGEST_CHAIN:
        seen.append(at)
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    for one in reversed(seen):
        yield one
        if isinstance(one, BaseExceptionGroup):
            for member in one.exceptions[:_LONGEST_CHAIN]:
                yield from _chain(member)


def _told(error: BaseException) -> Iterator[str]:
    kind = type(error)
    text = ""
    if isinstance(error, _SPEAK_OF_CODE):
        text = str(error)
    elif isinstance(error, OSError):
        text = error.strerror or ""
    yield f"{kind.__module__}.{kind.__qualname__}" + (f": {text}" if text else "")
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {_short(frame.filename)}:{frame.lineno} in {frame.name}"
        if frame.line:
            yield f"    {frame.line}"
    yield ""


def _short(filename: str) -> str:
    """Without the folders above the package, which name the user."""
    for mark in ("/site-packages/", "/tui/"):
        _before, found, after = filename.rpartition(mark)
        if found:
            return after if mark == "/site-packages/" else f"tui/{after}"
    return Path(filename).name


def _forget(folder: Path) -> None:
    """Keep the newest reports only."""
    reports = sorted(folder.glob("crash-*.txt"))
    for old in reports[: max(0, len(reports) - KEPT + 1)]:
        old.unlink(missing_ok=True)
