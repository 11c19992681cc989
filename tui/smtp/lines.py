"""Octets of one direction, cut into lines as they come, in bounded memory.

A line ends at LF and nowhere else (a CR before it belongs to the end). What is longer than ``KEPT_OCTETS`` is
cut there, at the moment it is known to be longer: the wire shows the kept part, the rest is dropped and
counted. For message text nothing may be lost, so the sending direction hands the rest on in further pieces.
"""

from __future__ import annotations

from tui.smtp.events import LineEnd
from tui.values import value

KEPT_OCTETS = 65_536

#: The octets each end stands for.
OCTETS = {LineEnd.CRLF: b"\r\n", LineEnd.LF: b"\n", LineEnd.NONE: b"", LineEnd.CUT: b""}

_LF, _CR = b"\n", b"\r"


def taken_apart(line: bytes) -> tuple[bytes, LineEnd]:
    """A line that ends in LF, without its end, and which end it was."""
    if line[-2:] == b"\r\n":
        return line[:-2], LineEnd.CRLF
    return line[:-1], LineEnd.LF


class ReceivedLines:
    """The server's octets. ``feed`` gives whole lines; a line that is too long comes once, as
    ``LineEnd.CUT``, and once more, empty and as ``LineEnd.NONE``, when it really ends."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._cutting = False
        self.dropped_octets = 0  # of all cut lines together

    @property
    def open(self) -> bool:
        """A line has begun and not ended."""
        return self._cutting or bool(self._rest)

    def feed(self, data: bytes) -> list[tuple[bytes, LineEnd]]:
        *whole, rest = data.split(_LF)
        lines: list[tuple[bytes, LineEnd]] = []
        if whole:
            if self._rest or self._cutting:
                first = whole.pop(0)
                self._complete(first, lines)
            for line in whole:
                if len(line) > KEPT_OCTETS:
                    self._complete(line, lines)
                elif line[-1:] == _CR:
                    lines.append((line[:-1], LineEnd.CRLF))
                else:
                    lines.append((line, LineEnd.LF))
        if rest:
            self._keep(rest, lines)
        return lines

    def flush(self) -> list[tuple[bytes, LineEnd]]:
        """Nothing more will come: what is left of an unfinished line."""
        left: list[tuple[bytes, LineEnd]] = []
        if self._rest:
            end = LineEnd.NONE if len(self._rest) <= KEPT_OCTETS else LineEnd.CUT
            left.append((bytes(self._rest[:KEPT_OCTETS]), end))
        self._rest.clear()
        self._cutting = False
        return left

    def _complete(self, tail: bytes, lines: list[tuple[bytes, LineEnd]]) -> None:
        """``tail`` and the LF behind it end the line that is open."""
        self._keep(tail, lines)
        if self._cutting:
            lines.append((b"", LineEnd.NONE))
        else:
            lines.append(taken_apart(bytes(self._rest) + _LF))
        self._rest.clear()
        self._cutting = False

    def _keep(self, data: bytes, lines: list[tuple[bytes, LineEnd]]) -> None:
        if self._cutting:
            self.dropped_octets += len(data)
            return
        room = KEPT_OCTETS + 2 - len(self._rest)
        self._rest += data[:room]
        length = len(self._rest)
        if length <= KEPT_OCTETS or (length == KEPT_OCTETS + 1 and self._rest[-1:] == _CR):
            return  # the CR may be half of the line's end
        self._cutting = True
        self.dropped_octets += max(0, len(data) - room) + length - KEPT_OCTETS
        lines.append((bytes(self._rest[:KEPT_OCTETS]), LineEnd.CUT))
        self._rest.clear()


@value
class Piece:
    """A line the client sent, or a part of one. ``end`` NONE: it goes on (``more``), or was cut off by a
    chunk's last octet or by the end of the connection."""

    data: bytes
    end: LineEnd
    first: bool  # begins a line
    more: bool = False  # the line goes on

    @property
    def octets(self) -> bytes:
        return self.data + OCTETS[self.end]


class SentLines:
    """The client's octets. Lines, until ``chunk`` says that so many octets belong to a BDAT: a chunk ends
    where it ends, in the middle of a line if need be (RFC 3030 §2)."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._scanned = 0
        self._first = True
        self.chunk = 0  # octets of a chunk that are not yet handed out

    @property
    def held(self) -> int:
        """Octets that wait for the end of their line."""
        return len(self._rest)

    def feed(self, data: bytes) -> None:
        self._rest += data

    def next(self) -> Piece | None:
        """The next piece that is certain, or None until more octets come."""
        chunk = self.chunk
        at = self._rest.find(_LF, self._scanned)
        if 0 < chunk <= len(self._rest) and (at < 0 or at >= chunk):
            if chunk > KEPT_OCTETS:
                return self._until(KEPT_OCTETS, LineEnd.NONE, more=True)
            return self._until(chunk, LineEnd.NONE)
        if at < 0:
            self._scanned = length = len(self._rest)
            if length <= KEPT_OCTETS or (length == KEPT_OCTETS + 1 and self._rest[-1:] == _CR):
                return None
            return self._until(KEPT_OCTETS, LineEnd.NONE, more=True)
        end = LineEnd.CRLF if at and self._rest[at - 1] == 0x0D else LineEnd.LF
        if at + 1 - len(OCTETS[end]) > KEPT_OCTETS:
            return self._until(KEPT_OCTETS, LineEnd.NONE, more=True)
        return self._until(at + 1, end)

    def flush(self) -> Piece | None:
        """What is left of an unfinished line."""
        if not self._rest:
            return None
        return self._until(len(self._rest), LineEnd.NONE)

    def _until(self, stop: int, end: LineEnd, *, more: bool = False) -> Piece:
        data = bytes(self._rest[: stop - len(OCTETS[end])])
        del self._rest[:stop]
        if self.chunk:
            self.chunk -= stop
        piece = Piece(data, end, self._first, more)
        self._first = not more
        self._scanned = 0
        return piece
