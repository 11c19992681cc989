"""The header of the PROXY protocol in front of a dialogue, and the replies that a server gives to it.

A server that expects the header reads it and says nothing. One that does not reads it as commands: a line of
version 1, of version 2 three lines and a QUIT (its signature is made so that such a server hangs up:
proxy-protocol.txt by HAProxy, section 2.2). Its replies come behind the greeting, and answer nothing that was
typed.
"""

from __future__ import annotations

from typing import Final

from tui.smtp.events import Answered, CommandSent, GreetingAwaited
from tui.smtp.replies import Reply

#: Lines of the header with a CRLF at their end, by its version.
_LINES: Final = {"v1": 1, "v2": 3}
_GOODBYE: Final = 221
#: What a server says of a command that it does not know. To EHLO, which may be on its way already, it would
#: say that hardly ever.
_UNKNOWN: Final = frozenset({500, 502, 503})


class Preamble:
    """Of one connection; without a header, no reply is about it."""

    def __init__(self) -> None:
        self._left = 0  # replies to it that may still come
        self._quits = False  # the header holds a QUIT

    def sent(self, version: str) -> None:
        """It went out, before everything else."""
        self._left = _LINES[version]
        self._quits = version == "v2"

    def is_answered(self, reply: Reply, due: Answered | None) -> bool:
        """Is this ``reply`` to the header? ``due``: what it would answer else. To be asked of every reply, in
        order: once a command has had its own, none is about the header any more."""
        if isinstance(due, GreetingAwaited) or not (self._left or self._quits):
            return False
        if self._quits and reply.code == _GOODBYE and not _is_quit(due):
            self._left, self._quits = 0, False
            return True
        refused = reply.severity == 5 if due is None else reply.code in _UNKNOWN
        if self._left and refused:
            self._left -= 1
            return True
        if due is not None:
            self._left, self._quits = 0, False
        return False


def _is_quit(due: Answered | None) -> bool:
    return isinstance(due, CommandSent) and due.command.verb == "QUIT"
