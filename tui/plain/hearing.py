"""One connection of the sandbox as its log tells it: line by line, but of a message only its beginning.

A message lies in the inbox whole; its ten thousandth line tells nobody anything, and to cut, judge and write
it takes ten times as long as to take it in. So of each message what comes before ``TOLD_LINES`` and
``TOLD_OCTETS`` is told, and its end; the rest is counted. Nor does the observer get the lines behind 354:
they are neither commands nor secrets, whatever they say, and where they end the sandbox knows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tui.sandbox import events
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import Event, LineEnd, LineReceived, LineSent, Part, TlsEstablished
from tui.smtp.findings import Side
from tui.smtp.lines import ReceivedLines
from tui.smtp.phases import Phase
from tui.values import value

#: Of one message, all its chunks together: with the line that gets to either of them no further one is told.
TOLD_LINES: Final = 200
TOLD_OCTETS: Final = 32 * 1024

_DOT: Final = b".\r\n"
_LINE_END: Final = b"\r\n"
#: RFC 5321 §4.1.1.4; a dot in the very first line ends the message, too.
_END: Final = _LINE_END + _DOT


@value
class More:
    """So much of the message came behind what was told of it; its dot is not counted."""

    lines: int
    octets: int


Heard = LineSent | LineReceived | More


class Hearing:
    """Of one connection; ``lmtp``: it speaks LMTP."""

    def __init__(self, *, lmtp: bool) -> None:
        self._dialogue = Dialogue(lmtp=lmtp, judges=False)
        self._text = ReceivedLines()  # behind 354; what is too long for a line is told once
        self._last = _LINE_END  # octets of the message, as many as its end has
        # what was told of the message
        self._lines = 0
        self._octets = 0
        self._line_begins = True
        # what was not
        self._lines_left_out = 0
        self._octets_left_out = 0

    def told(self, event: events.Event) -> Iterator[Heard]:
        """What one event brings; before it goes what was left out until then."""
        match event:
            case events.OctetsReceived(_number, data, True):
                if self._dialogue.next_part is Part.MESSAGE:
                    yield from self._message(data)
                else:
                    yield from self._chunk(data)
                return
            case events.OctetsReceived(_number, data):
                yield from self._interrupted()
                if self._dialogue.phase is not Phase.CHUNKING:  # else the next chunk goes on with the message
                    self._lines = self._octets = 0
                    self._line_begins = True
                yield from _lines(self._dialogue.sent(data))
            case events.OctetsSent(_number, data):
                yield from self._interrupted()
                yield from _lines(self._dialogue.received(data))
            case events.HandshakeDone(_number, version, cipher):
                established = TlsEstablished(version, cipher, verified=None)
                yield from _lines(self._dialogue.tls_established(established))
            case events.ClientDisconnected():
                yield from self._interrupted()
                yield from _lines(self._dialogue.closed(Side.CLIENT))
            case _:
                yield from self._interrupted()

    def _message(self, data: bytes) -> Iterator[Heard]:
        """Octets behind 354."""
        self._last = (self._last + data[-len(_END) :])[-len(_END) :]
        ends = self._last == _END
        told = self._beginning(data)
        lines = self._text.feed(data[:told])
        if told < len(data):
            self._leave_out(data[told:])
        elif ends:
            lines.pop()  # the dot
        yield from _told(lines)
        if ends:
            if self._octets_left_out:
                self._lines_left_out -= 1
                self._octets_left_out -= len(_DOT)
            yield from self._more()
            self._last = _LINE_END
            yield from _lines(self._dialogue.sent(_DOT))

    def _chunk(self, data: bytes) -> Iterator[Heard]:
        """Octets of a BDAT."""
        left = self._dialogue.chunk_left
        told = self._beginning(data)
        yield from _lines(self._dialogue.sent(data[:told]))
        if rest := data[told:]:
            self._leave_out(rest)
            yield from _lines(self._dialogue.passed_over(len(rest)))
        if 0 < left <= len(data):
            yield from self._more()

    def _beginning(self, data: bytes) -> int:
        """How many of these octets are told."""
        at = 0
        lines = data.count(b"\n")
        if self._lines + lines < TOLD_LINES and self._octets + len(data) < TOLD_OCTETS:
            self._lines += lines
            at = len(data)
            self._octets += at
            self._line_begins = data.endswith(b"\n")
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

    def _leave_out(self, data: bytes) -> None:
        self._lines_left_out += data.count(b"\n")
        self._octets_left_out += len(data)

    def _more(self) -> Iterator[More]:
        if self._octets_left_out:
            yield More(self._lines_left_out, self._octets_left_out)
        self._lines_left_out = self._octets_left_out = 0

    def _interrupted(self) -> Iterator[Heard]:
        """Something else happens, perhaps in the middle of a message."""
        if self._text.open:
            yield from _told(self._text.flush())
        yield from self._more()
        self._last = _LINE_END


def _told(text: list[tuple[bytes, LineEnd]]) -> Iterator[LineSent]:
    """Lines behind 354. The end of one that was cut is no line."""
    return (LineSent(0, line, end, Part.MESSAGE) for line, end in text if line or end is not LineEnd.NONE)


def _lines(told: tuple[Event, ...]) -> Iterator[LineSent | LineReceived]:
    return (one for one in told if isinstance(one, LineSent | LineReceived))
