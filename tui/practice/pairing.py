"""Which replies must be told what they answer: several were due, or several answer one thing."""

from __future__ import annotations

from tui.smtp.events import (
    AuthResponseSent,
    BodyEnded,
    CommandSent,
    Event,
    ReplyReceived,
)

_Entry = CommandSent | AuthResponseSent | BodyEnded


class Pairing:
    """A fold over the events of one connection."""

    def __init__(self) -> None:
        self._behind: set[int] = set()  # entries that went out before the one before them was answered

    def seen(self, event: Event) -> bool:
        """Is this a reply of which it is not plain what it answers? With pipelining it is one of several
        (RFC 2920), in LMTP the dot gets one for each recipient (RFC 2033 §4.2)."""
        if isinstance(event, _Entry):
            if event.pipelined:
                self._behind.add(event.number)
        elif isinstance(event, ReplyReceived) and isinstance(event.to, _Entry):
            number = event.to.number
            several = number in self._behind or number + 1 in self._behind
            self._behind.discard(number)
            return several or event.recipient is not None
        return False
