"""The command line: picks the language, then imports one front end.

Nothing heavy is imported before it is known what is wanted; ``smtptutor --version`` imports nothing at all.
"""

from __future__ import annotations

import sys


def main(argv: list[str] | None = None) -> int:
    """Run ``smtptutor``; ``argv`` without the program's name. Returns the exit code (DESIGN §6)."""
    words = sys.argv[1:] if argv is None else argv
    if "--version" in words:
        from tui import __version__

        try:
            print(f"smtptutor {__version__}", flush=True)
        except OSError as error:
            from tui.cli.running import unwritten

            return unwritten(error)
        return 0
    from tui.cli.running import run

    return run(words)
