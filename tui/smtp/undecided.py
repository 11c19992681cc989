"""Lines that went out while the reply that gives them their meaning is still due."""

from __future__ import annotations

from collections import deque

from tui.smtp.events import LineEnd, Span
from tui.smtp.lines import OCTETS, Piece
from tui.values import value

#: Octets of undecided lines that are held. Beyond that the reply is presumed that a client which does not
#: wait counts on (354, 334, chunk accepted), so that it cannot fill the memory; a refusal that comes after
#: all ends the message there.
HELD_OCTETS = 1 << 18


@value
class Line:
    """A piece that is on the wire, and what was known when it went out."""

    piece: Piece
    number: int
    pipelined: bool
    secret: tuple[Span, ...] = ()


class Undecided:
    """A queue of lines that knows how many octets it holds."""

    def __init__(self) -> None:
        self._lines: deque[Line] = deque()
        self.octets = 0

    def __bool__(self) -> bool:
        return bool(self._lines)

    @property
    def full(self) -> bool:
        return self.octets > HELD_OCTETS

    def hold(self, line: Line) -> None:
        self._lines.append(line)
        self.octets += len(line.piece.octets)

    def release(self) -> Line:
        """The oldest line; its meaning is decided."""
        line = self._lines.popleft()
        self.octets -= len(line.piece.octets)
        return line

    def drop_newest(self) -> None:
        self.octets -= len(self._lines.pop().piece.octets)

    def put_back(self, line: Line) -> None:
        """The rest of the line that was released last."""
        self._lines.appendleft(line)
        self.octets += len(line.piece.octets)

    def release_all(self) -> tuple[Line, ...]:
        lines = tuple(self._lines)
        self._lines.clear()
        self.octets = 0
        return lines


def split(line: Line, octets: int) -> tuple[Line, Line | None]:
    """``line`` as its first ``octets`` octets, which end in no line end, and the rest, which begins a line of
    its own; None when ``line`` is no longer than that. The cut may fall between the CR and the LF of its
    end."""
    piece = line.piece
    whole = piece.octets
    if len(whole) <= octets:
        return line, None
    end = OCTETS[piece.end]
    head = Piece(whole[:octets], LineEnd.NONE, piece.first)
    rest = whole[octets:]
    if len(rest) >= len(end):
        tail = Piece(rest[: len(rest) - len(end)], piece.end, True, piece.more)
    else:
        tail = Piece(b"", LineEnd.LF, True, piece.more)
    return Line(head, line.number, line.pipelined), Line(tail, line.number, line.pipelined)
