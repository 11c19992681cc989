"""``smtptutor export``: a recorded dialogue as a program that does it again, or as a text for a ticket."""

from __future__ import annotations

import sys

from tui.desk import exports
from tui.desk.options import ExportOptions
from tui.plain import recorded
from tui.practice.reading import Reading


def run(options: ExportOptions) -> int:
    """Write it to stdout; the exit code (DESIGN §6)."""

    def write(reading: Reading) -> None:
        text = exports.of_reading(exports.As(options.form), reading, target=options.target)
        sys.stdout.buffer.write(text.encode(errors="backslashreplace"))
        sys.stdout.flush()

    return recorded.use(options.file, write)
