"""How long each reply took, and so did connecting and TLS: a fold over events with their times."""

from __future__ import annotations

from typing import Final

from tui.smtp.events import (
    AddressTried,
    BodyEnded,
    ConnectionOpened,
    Event,
    GreetingAwaited,
    LineSent,
    Part,
    ReplyReceived,
    TlsEstablished,
    TlsStarted,
)

_MESSAGE: Final = frozenset({Part.MESSAGE, Part.CHUNK})


class Latencies:
    """Fed with every event of a session, in order. Seconds throughout."""

    def __init__(self) -> None:
        self._sent: dict[int, float] = {}  # numbers of lines that may be answered -> when they went out
        self._ended = 0.0  # when the last line of a message went out
        self._since = 0.0  # the server could speak first
        self._securing = 0.0

    def seen(self, event: Event, at: float) -> float | None:
        """How long what has just come was waited for: a reply since the line that it answers, the greeting
        since the connection, a connection since it was tried, TLS since its handshake began. None: it is
        nothing of these.

        Args:
            at: seconds since the session began.
        """
        match event:
            case LineSent():
                self._note(event, at)
            case ReplyReceived():
                return self._answered(event, at)
            case AddressTried():
                self._sent.clear()
                self._since = at
            case ConnectionOpened():
                self._sent.clear()
                self._since = at
                return event.seconds
            case TlsStarted():
                self._securing = at
            case TlsEstablished():
                self._since = at
                return event.seconds or max(0.0, at - self._securing)
            case _:
                pass
        return None

    def _note(self, event: LineSent, at: float) -> None:
        """Of the text of a message only the last line is answered."""
        if event.part in _MESSAGE:
            self._ended = at
        else:
            self._sent[event.number] = at

    def _answered(self, event: ReplyReceived, at: float) -> float | None:
        to = event.to
        if to is None:
            return None
        if isinstance(to, GreetingAwaited):
            return max(0.0, at - self._since)
        line = to.line or 0
        since = self._sent.get(line, self._ended if isinstance(to, BodyEnded) else at)
        for number in [one for one in self._sent if one < line]:
            del self._sent[number]  # replies come in the order of what they answer
        return max(0.0, at - since)
