"""Where one connection ends and the next begins, in a text that marks both sides.

By its notes; and where it has none, by the greetings.
"""

from __future__ import annotations

import re
from typing import Final

#: Notes before which a connection begins: to a server, or with what is known of a mail domain.
CONNECTED: Final = b"connected to"
EXCHANGERS: Final = b"MX of "
_GREETING: Final = re.compile(rb"220(?:[ -]|$)")


class Starttls:
    """Where TLS begins, in a text that may not say so."""

    def __init__(self) -> None:
        self.due = False  # STARTTLS may still get its 220
        self.may_encrypt = False  # it got it, and the client has not spoken since
        self._answered = False

    def line(self, side: str, text: bytes) -> None:
        """One side said this; ``text`` without its line end, of a reply its last line."""
        if side == "S":
            self._answered = True
            self.may_encrypt = self.due and _GREETING.match(text) is not None
            return
        self.may_encrypt = False
        if text.strip().upper() == b"STARTTLS":
            self.due, self._answered = True, False
        elif (
            self._answered
        ):  # until then it is only what somebody sent too early, and the 220 is still to come
            self.due = False


class Borders:
    """Which connection a row belongs to, counted from 1."""

    def __init__(self) -> None:
        self.number = 1
        self.noted = False  # this text says where connections begin
        self._used = False
        self._said = False
        self._closed = False
        self._in_greeting = False
        self.starttls = Starttls()

    def line(self, side: str, text: bytes) -> int:
        """One side said this; ``text`` without its line end."""
        if self._closed and not self.noted:
            self._next()
        greeting = side == "S" and _GREETING.match(text) is not None
        if greeting and self._said and not (self.noted or self._in_greeting or self.starttls.due):
            self._next()
        self._in_greeting = greeting and text[3:4] == b"-"
        if side == "C" or text[3:4] != b"-":
            self.starttls.line(side, text)
        self._used = self._said = True
        return self.number

    def note(self, text: bytes) -> int:
        """``connected to …``, ``connection closed by …``, or another one."""
        if self._used and text.startswith((CONNECTED, EXCHANGERS)):
            self._next()
        self.noted = self.noted or text.startswith(CONNECTED)
        self._closed = text.startswith(b"connection ")
        self.starttls.may_encrypt = False
        self._used = not text.startswith(EXCHANGERS)  # the connection to one of them comes next
        return self.number

    def _next(self) -> None:
        self.number += 1
        self._used = self._said = self._closed = self._in_greeting = False
        self.starttls = Starttls()
