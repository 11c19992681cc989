"""The settings of a terminal: taken over for the sitting, given back in every way out."""

from __future__ import annotations

import contextlib
import os
import signal
import termios
from typing import Any, Final

_IFLAG, _LFLAG, _CC = 0, 3, 6

#: Input processing that would change what was typed: CR and LF have to stay apart, UTF-8 needs all eight
#: bits.
_CHANGES_INPUT: Final = termios.ICRNL | termios.INLCR | termios.IGNCR | termios.ISTRIP


class TerminalSettings:
    """The line settings of one terminal.

    Two ways to read it. ``take_keys``: every key at once and without echo; ^C is a key, ^Z and ^\\ are
    signals as ever. ``take_lines``: the terminal's own line editing, for terminals that know no escape
    sequences; ``echo=False`` while a secret is typed. ``give_back`` restores what was there.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._before: list[Any] | None = None

    def take_keys(self) -> None:
        """Raises termios.error when the terminal is gone."""
        settings = self._original()
        settings[_IFLAG] &= ~_CHANGES_INPUT
        settings[_LFLAG] &= ~(termios.ICANON | termios.ECHO | termios.IEXTEN)
        settings[_CC][termios.VMIN], settings[_CC][termios.VTIME] = 1, 0
        settings[_CC][termios.VINTR] = os.fpathconf(self._descriptor, "PC_VDISABLE").to_bytes(1, "big")
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, settings)

    def take_lines(self, *, echo: bool = True, dropping: bool = False) -> None:
        """``dropping``: what was typed and not read yet is thrown away."""
        settings = self._original()
        settings[_LFLAG] |= termios.ICANON
        if not echo:
            settings[_LFLAG] &= ~termios.ECHO
        when = termios.TCSAFLUSH if dropping else termios.TCSADRAIN
        termios.tcsetattr(self._descriptor, when, settings)

    def give_back(self) -> None:
        """What was there before; nothing when nothing was taken, or when the terminal is gone. Any number of
        times."""
        if self._before is not None:
            with contextlib.suppress(termios.error, OSError):
                termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

    def _original(self) -> list[Any]:
        """A copy of what was there."""
        if self._before is None:
            self._before = termios.tcgetattr(self._descriptor)
        settings = list(self._before)
        settings[_CC] = list(settings[_CC])
        return settings


def stop_here() -> None:
    """Stop as ^Z asks; comes back when the shell continues the program. Give the terminal back before."""
    handler = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    try:
        os.kill(os.getpid(), signal.SIGTSTP)
    finally:
        signal.signal(signal.SIGTSTP, handler)


def columns(descriptor: int) -> int:
    """The width of the terminal, 80 when it does not say."""
    try:
        return os.get_terminal_size(descriptor).columns or 80
    except OSError:
        return 80
