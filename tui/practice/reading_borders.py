"""Where one connection ends and the next begins, in a text that marks both sides.

By its notes; and where it has none, by the greetings.
"""

from __future__ import annotations

import re
from typing import Final

_GREETING: Final = re.compile(rb"220(?:[ -]|$)")


class Borders:
    """Which connection a row belongs to, counted from 1."""

    def __init__(self) -> None:
        self._number = 1
        self._noted = False  # this text says where connections begin
        self._used = False
        self._said = False
        self._closed = False
        self._in_greeting = False
        self._starttls = False

    def line(self, side: str, text: bytes) -> int:
        """One side said this; ``text`` without its line end."""
        if self._closed and not self._noted:
            self._next()
        greeting = side == "S" and _GREETING.match(text) is not None
        if greeting and self._said and not (self._noted or self._in_greeting or self._starttls):
            self._next()
        self._in_greeting = greeting and text[3:4] == b"-"
        if side == "C":
            self._starttls = text.strip().upper() == b"STARTTLS"
        self._used = self._said = True
        return self._number

    def note(self, text: bytes) -> int:
        """``connected to …``, ``connection closed by …``, or another one."""
        if text.startswith(b"connected to"):
            if self._used:
                self._next()
            self._noted = True
        self._closed = text.startswith(b"connection ")
        self._used = True
        return self._number

    def _next(self) -> None:
        self._number += 1
        self._used = self._said = self._closed = self._in_greeting = self._starttls = False
