"""What a server counts against a client, and when it has had enough: errors, slips, commands besides."""

from __future__ import annotations

from typing import Final

from tui.sandbox.habits import Habits
from tui.smtp.commands import HELLO

#: Replies by which a server counts who is wrong about the protocol.
_SLIPS: Final = frozenset({b"500", b"501", b"503", b"504"})
#: Commands that are no part of a mail, and those of them that are free the first time.
_BESIDES: Final = frozenset({*HELLO, "RSET", "NOOP", "VRFY", "EXPN", "HELP", "STARTTLS", "ETRN"})
_FREE_AT_FIRST: Final = frozenset({*HELLO, "RSET"})


class Patience:
    """Of one connection, as far as ``habits`` set a limit."""

    def __init__(self, habits: Habits) -> None:
        self._habits = habits
        self._errors = 0
        self._slips = 0
        self._besides = 0
        self._free = _FREE_AT_FIRST

    def note(self, reply: str) -> None:
        """A reply went out."""
        if reply[:1] in ("4", "5"):
            self._errors += 1

    @property
    def lost(self) -> bool:
        """Were there too many errors?"""
        return self._habits.errors is not None and self._errors >= self._habits.errors

    def is_slip(self, reply: bytes) -> bool:
        """Is it one of the replies that are counted?"""
        return self._habits.slips is not None and reply[:3] in _SLIPS

    def last_slip(self, situation: str, reply: bytes) -> bool:
        """Is the client wrong once too often?"""
        if self._habits.slips is None or reply[:3] not in _SLIPS or situation in self._habits.slips_forgiven:
            return False
        self._slips += 1
        return self._slips > self._habits.slips

    def one_too_many(self, verb: str) -> bool:
        """Of the commands that are no part of a mail. HELO once, and RSET once for each mail, are free."""
        if self._habits.commands_besides is None:
            return False
        if verb in _BESIDES and verb not in self._free:
            self._besides += 1
        self._free -= HELLO if verb in HELLO else {verb}
        if verb == "MAIL":
            self._free |= {"RSET"}
        return self._besides > self._habits.commands_besides


def with_last_words(reply: bytes, words: bytes) -> bytes:
    """``reply``, and ``words`` behind it in the same reply, so with the same code."""
    lines, more = reply.split(b"\r\n"), words.split(b"\r\n")
    return b"\r\n".join(
        [*(one[:3] + b"-" + one[4:] for one in lines), *(reply[:3] + one[3:] for one in more)]
    )
