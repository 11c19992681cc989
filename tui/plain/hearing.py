"""One connection of the sandbox as its log tells it: line by line, but of a message only its beginning.

A message lies in the inbox whole; its ten thousandth line tells nobody anything, and to cut, judge and write
it takes ten times as long as to take it in. So the observer gets of each message what comes before
``TOLD_LINES`` and ``TOLD_OCTETS``, and its end; the rest is counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tui.sandbox import events
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import Event, LineReceived, LineSent, Part, TlsEstablished
from tui.smtp.findings import Side
from tui.smtp.phases import Phase
from tui.values import value

#: Of one message, all its chunks together: with the line that gets to either of them no further one is told.
TOLD_LINES: Final = 200
TOLD_OCTETS: Final = 32 * 1024

_DOT: Final = b".\r\n"
_END: Final = b"\r\n" + _DOT


@value
class More:
    """So much of the message came behind what was told of it; its dot is not counted."""

    lines: int
    octets: int


Heard = LineSent | LineReceived | More


class Hearing:
    """Of one connection; ``lmtp``: it speaks LMTP."""

    def __init__(self, *, lmtp: bool) -> None:
        self._dialogue = Dialogue(lmtp=lmtp)
        # what was told of the message
        self._lines = 0
        self._octets = 0
        self._line_begins = True
        # what was not
        self._lines_left_out = 0
        self._octets_left_out = 0
        self._last = b""  # octets of the message, as many as its end has

    def told(self, event: events.Event) -> Iterator[Heard]:
        """What one event brings, and before it what was left out until then."""
        match event:
            case events.OctetsReceived(_number, data, True):
                yield from self._message(data)
                return
            case events.OctetsReceived(_number, data):
                yield from self._more()
                if self._dialogue.phase is not Phase.CHUNKING:  # else the next chunk goes on with the message
                    self._lines = self._octets = 0
                    self._line_begins = True
                yield from _lines(self._dialogue.sent(data))
            case events.OctetsSent(_number, data):
                yield from self._more()
                yield from _lines(self._dialogue.received(data))
            case events.HandshakeDone(_number, version, cipher):
                established = TlsEstablished(version, cipher, verified=None)
                yield from _lines(self._dialogue.tls_established(established))
            case events.ClientDisconnected():
                yield from self._more()
                yield from _lines(self._dialogue.closed(Side.CLIENT))
            case _:
                yield from self._more()

    def _message(self, data: bytes) -> Iterator[Heard]:
        """Octets of a message, or of a chunk."""
        told = self._beginning(data)
        yield from _lines(self._dialogue.sent(data[:told]))
        self._last = (self._last + data[-len(_END) :])[-len(_END) :]
        if told < len(data):
            yield from self._leave_out(data[told:])

    def _leave_out(self, data: bytes) -> Iterator[Heard]:
        chunk_left = self._dialogue.chunk_left
        yield from _lines(self._dialogue.passed_over(len(data)))
        self._lines_left_out += data.count(b"\n")
        self._octets_left_out += len(data)
        if 0 < chunk_left <= len(data):
            yield from self._more()
        elif self._last == _END and self._dialogue.next_part is Part.MESSAGE:
            self._lines_left_out -= 1
            self._octets_left_out -= len(_DOT)
            yield from self._more()
            yield from _lines(self._dialogue.sent(_DOT))

    def _beginning(self, data: bytes) -> int:
        """How many of these octets are told."""
        at = 0
        while at < len(data) and not self._told_enough:
            end = data.find(b"\n", at) + 1
            self._line_begins = end > 0
            end = end or len(data)
            self._lines += self._line_begins
            self._octets += end - at
            at = end
        return at

    @property
    def _told_enough(self) -> bool:
        return self._line_begins and (self._lines >= TOLD_LINES or self._octets >= TOLD_OCTETS)

    def _more(self) -> Iterator[More]:
        if self._octets_left_out:
            yield More(self._lines_left_out, self._octets_left_out)
        self._lines_left_out = self._octets_left_out = 0
        self._last = b""


def _lines(told: tuple[Event, ...]) -> Iterator[LineSent | LineReceived]:
    return (one for one in told if isinstance(one, LineSent | LineReceived))
