"""``--log-file``: what the program did, for a report of an error. No wire text, no values of variables."""

from __future__ import annotations

import logging
import os
import platform
import sys
from pathlib import Path

from tui import __version__
from tui.cli.errors import UsageError
from tui.store import crash
from tui.store.paths import open_private
from tui.words.language import gettext as _


class _NoValues(logging.Formatter):
    """Errors are told as in a crash report: frames, and no text that could hold what was typed."""

    def formatException(self, ei: object) -> str:  # noqa: N802
        error = ei[1] if isinstance(ei, tuple) else None
        return "" if error is None else crash.report(error)


def start(file: Path) -> None:
    """Append everything that the loggers below ``tui`` say to ``file``, readable by its owner alone.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        stream = os.fdopen(open_private(file, os.O_WRONLY | os.O_APPEND), "a", encoding="utf-8")
    except OSError as error:
        raise UsageError(
            _("the log cannot be written to {file}: {reason}").format(
                file=file, reason=error.strerror or error
            )
        ) from None
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_NoValues("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("tui")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
    logger.info(
        "smtptutor %s, Python %s, %s, TERM=%s, terminal %s",
        __version__,
        platform.python_version(),
        platform.platform(),
        os.environ.get("TERM", ""),
        [stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)],
    )


def ended(front: str, code: int) -> None:
    """The last line."""
    logging.getLogger("tui").info("%s ended with %d", front, code)
