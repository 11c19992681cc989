"""Lines that wait for a reply, and lines that must not go out at all.

Text meant for a message that the server did not want, and secrets meant for a login that it refused, would go
out as commands: nonsense at best, a password in a server's log at worst. They are withheld and counted.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from enum import Enum
from typing import Final

from tui.smtp.events import AuthResponseSent, CommandSent, Event, ReplyReceived
from tui.smtp.phases import LEGAL
from tui.values import value

#: Known to no phase of ours, but to servers (RFC 821, RFC 2645, RFC 4468, XCLIENT and XFORWARD of Postfix).
_OTHER_VERBS: Final = frozenset({"SEND", "SOML", "SAML", "TURN", "ATRN", "BURL", "XCLIENT", "XFORWARD"})
VERBS: Final = frozenset(verb for verbs in LEGAL.values() for verb in verbs) | _OTHER_VERBS

MASK: Final = "********"


def begins_with_verb(line: bytes) -> bool:
    """Could this be meant as a command? The first word is an SMTP verb, in any case of letters."""
    first = line.split(None, 1)[:1]
    return bool(first) and first[0].decode("ascii", "replace").upper() in VERBS


#: What may stand anywhere in a group of commands that go out together; all else ends one (RFC 2920 §3.1).
_IN_GROUP: Final = frozenset({"MAIL", "RCPT", "RSET", "SEND", "SOML", "SAML"})


def ends_group(line: bytes) -> bool:
    """Must the reply to this line be there before another is sent, also with PIPELINING?"""
    first = b"".join(line.split(None, 1)[:1])
    return first.decode("ascii", "replace").upper() not in _IN_GROUP


class Meant(Enum):
    """What the next lines were meant to be when they were written."""

    COMMAND = "command"
    TEXT = "text"  # DATA got no 354
    SECRET = "secret"  # AUTH was refused


@value
class Gate:
    """Which lines written before a reply are still safe to send after it: a fold over events and lines.

    For lines of a script, and for lines that were held. What a person types after having seen the refusal
    goes out as it is."""

    meant: Meant = Meant.COMMAND
    inside: bool = False  # a line of the unwanted text was seen: all up to the lone dot belongs to it
    withheld: int = 0

    def seen(self, event: Event) -> Gate:
        """The gate after this event."""
        if not isinstance(event, ReplyReceived) or event.to is None:
            return self
        code = event.reply.code
        match event.to:
            case CommandSent(command=command) if command.verb == "DATA":
                return self._meaning(Meant.COMMAND if code == 354 else Meant.TEXT)
            case CommandSent(command=command) if command.verb == "AUTH":
                return self._meaning(Meant.COMMAND if code in {235, 334} else Meant.SECRET)
            case AuthResponseSent():
                return self._meaning(Meant.COMMAND if code in {235, 334} else Meant.SECRET)
            case _:
                return self

    def offered(self, line: bytes) -> tuple[bool, Gate]:
        """Is this line, without its end, safe to send now? And the gate after it."""
        if self.meant is Meant.COMMAND:
            return True, self
        if not self.inside and begins_with_verb(line):
            return True, self._meaning(Meant.COMMAND)
        closed = replace(self, withheld=self.withheld + 1)
        if self.meant is Meant.SECRET:
            return False, closed
        return False, closed._meaning(Meant.COMMAND) if line == b"." else replace(closed, inside=True)

    def reopened(self) -> Gate:
        """Lines from here on are written with the refusal in sight."""
        return self._meaning(Meant.COMMAND)

    def _meaning(self, meant: Meant) -> Gate:
        return replace(self, meant=meant, inside=False)


class Held:
    """Lines that go out one by one as the replies come. What may be a secret is shown masked."""

    def __init__(self) -> None:
        self._lines: deque[tuple[bytes, bytes, str]] = deque()  # the line, what goes out behind it, as shown
        self._after_auth = False

    def __len__(self) -> int:
        return len(self._lines)

    def put(self, line: bytes, tail: bytes = b"\r\n", *, secret: bool) -> None:
        """``tail``: the line's end, and what goes out behind it; ``secret``: AUTH is going on. Lines behind a
        held AUTH are masked without being told."""
        secret = secret or self._after_auth
        words = line.split(None, 2)
        if words and words[0].upper() == b"AUTH":
            self._after_auth = True
            shown = _text(b" ".join(words[:2])) + (f" {MASK}" if words[2:] else "")
        elif secret and not begins_with_verb(line):
            shown = MASK
        else:
            self._after_auth = False
            shown = _text(line)
        self._lines.append((line, tail, shown))

    def take(self) -> tuple[bytes, bytes]:
        """The oldest, and its tail."""
        line, tail, _ = self._lines.popleft()
        if not self._lines:
            self._after_auth = False
        return line, tail

    def clear(self) -> tuple[str, ...]:
        """Forget them all; as they may be shown."""
        shown = self.shown
        self._lines.clear()
        self._after_auth = False
        return shown

    def leads_into_message(self, *, begun: bool) -> bool:
        """Would a line put in now be text of a message, if the server agrees to what is held? ``begun``: a
        DATA is on its way already."""
        for line, _, _ in self._lines:
            begun = line != b"." if begun else line.strip().upper() == b"DATA"
        return begun

    @property
    def shown(self) -> tuple[str, ...]:
        return tuple(shown for _, _, shown in self._lines)


def _text(line: bytes) -> str:
    return line.decode("utf-8", "backslashreplace")
