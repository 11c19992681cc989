"""Questions to a person on a terminal while the program types by itself.

The terminal edits the line, so this works on every kind of it. Between questions nothing is echoed, and what
was typed before a question was put is no answer to it.
"""

from __future__ import annotations

import asyncio
import termios
from collections.abc import Callable, Iterable
from typing import Final

from tui.plain import tty
from tui.plain.lines import Lines, LineTooLongError

LABEL: Final = "? "


class TerminalGoneError(Exception):
    """Nobody can be asked any more."""


class Inquiry:
    """Reads answers from ``descriptor``; ``write`` puts text on the same terminal. One question at a time."""

    def __init__(self, descriptor: int, write: Callable[[str], None]) -> None:
        self._descriptor = descriptor
        self._write = write
        self._settings = tty.TerminalSettings(descriptor)
        self._turn = asyncio.Lock()

    def begin(self) -> None:
        """Keys pressed while nothing is asked leave no trace.

        Raises:
            TerminalGoneError
        """
        self._take(echo=False)

    def end(self) -> None:
        """Give the terminal back as it was. Any number of times."""
        self._settings.give_back()

    async def ask(self, rows: Iterable[str], *, hidden: bool = False) -> str:
        """The answer, "" for ^D. ``hidden``: it is a secret, so that it is not shown. Cancelled, the terminal
        is as between two questions.

        Raises:
            TerminalGoneError
        """
        async with self._turn:
            self._take(echo=not hidden)  # what is typed once the question is in sight counts
            self._write("".join(f"{row}\n" for row in rows) + LABEL)
            ended = False
            try:
                line = await Lines(self._descriptor).next()
                ended = line is not None and not hidden
            except LineTooLongError:
                line = b""
            finally:
                if not ended:
                    self._write("\n")
                self._take(echo=False)
            return "" if line is None else line.decode("utf-8", "surrogateescape")

    def _take(self, *, echo: bool) -> None:
        try:
            self._settings.take_lines(echo=echo, dropping=True)
        except (termios.error, OSError):
            raise TerminalGoneError from None
