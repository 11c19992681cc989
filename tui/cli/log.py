"""The log: what the program did, for a report of an error. No wire text, no values of variables.

Warnings and errors of every session go to ``log`` among the user's own files, which is begun anew at a
megabyte; ``--log-file`` takes everything that happens to another place. What a library would print to stderr,
over the split screen, lands here too.
"""

from __future__ import annotations

import contextlib
import logging
import os
import platform
import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Final

from tui import __version__
from tui.cli.errors import UsageError
from tui.smtp.display import visible
from tui.store import crash
from tui.store.paths import open_private
from tui.words.language import gettext as _
from tui.words.reasons import reason as reason_of

_LARGEST: Final = 1 << 20
_OURS: Final = "tui"


class _NoValues(logging.Formatter):
    """Errors as in a crash report; the words of foreign loggers may hold what was typed, so they are out."""

    def format(self, record: logging.LogRecord) -> str:
        ours = record.name.partition(".")[0] == _OURS
        text = record.getMessage() if ours else f"({record.filename}:{record.lineno})"
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {text}"
        error = record.exc_info[1] if record.exc_info else None
        return line if error is None else f"{line}\n{crash.report(error)}"


class _Private(logging.FileHandler):
    """Readable by its owner alone; where it cannot be written, the session goes on all the same."""

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        if path.exists() and path.stat().st_size > _LARGEST:
            path.replace(path.with_name(f"{path.name}.1"))
        return os.fdopen(open_private(path, os.O_WRONLY | os.O_APPEND), "a", encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        with contextlib.suppress(OSError):
            super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Not a word on stderr, where the screen is."""

    def close(self) -> None:
        with contextlib.suppress(OSError):
            super().close()


def keep(file: Path) -> None:
    """Warnings and errors to ``file``."""
    _install(_Private(file, delay=True), logging.WARNING)


def start(file: Path) -> None:
    """Everything that happens to ``file``.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        handler = _Private(file)
    except OSError as error:
        raise UsageError(
            _("the log cannot be written to {file}: {reason}").format(
                file=visible(str(file)), reason=reason_of(error)
            )
        ) from None
    _install(handler, logging.DEBUG)
    logging.getLogger(_OURS).info(
        "smtptutor %s, Python %s, %s, TERM=%s, terminal %s",
        __version__,
        platform.python_version(),
        platform.platform(),
        os.environ.get("TERM", ""),
        [stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)],
    )


def ended(front: str, code: int) -> None:
    """The last line."""
    logging.getLogger(_OURS).info("%s ended with %d", front, code)


def _install(handler: logging.Handler, level: int) -> None:
    handler.setFormatter(_NoValues())
    logging.getLogger().addHandler(handler)
    logging.getLogger(_OURS).setLevel(level)
