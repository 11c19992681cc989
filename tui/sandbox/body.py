"""The message as it is received: octets in any pieces, out comes what is to be kept. After 354 it ends with a
dot (RFC 5321 §4.5.2), after BDAT with so many octets (RFC 3030 §2).

Nothing is read line by line, so a line may be as long as it likes: at most four octets wait for the next
chunk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Protocol

_END: Final = b"\r\n.\r\n"
#: What a chunk may end with when the end, or a stuffed dot, continues in the next one; longest first.
_BEGINNINGS: Final = tuple(_END[:length] for length in (4, 3, 2, 1))


class Incoming(Protocol):
    """What takes octets until it has all that belong to it."""

    def feed(self, chunk: bytes) -> bytes | None:
        """The octets behind its end (perhaps none), or None while it goes on."""


class Body:
    """One message: ``feed`` until it gives back the rest.

    Only CRLF ``.`` CRLF ends it. A dot that begins a line is taken off; bare CR and bare LF stay as they are.

    Args:
        sink: gets the message in pieces, none of them empty.
        limit: octets of the message; what comes after is counted in ``size`` and dropped.
    """

    __slots__ = ("_limit", "_prefix", "_sink", "_tail", "size")

    def __init__(self, sink: Callable[[bytes], None], limit: int) -> None:
        self._sink = sink
        self._limit = limit
        self._tail = b"\r\n"  # so that a dot in the very first line is found like any other
        self._prefix = len(self._tail)  # octets in front that nobody sent
        self.size = 0

    @property
    def too_large(self) -> bool:
        return self.size > self._limit

    def feed(self, chunk: bytes) -> bytes | None:
        """The octets behind the final dot (perhaps none), or None while the message goes on."""
        if not chunk:
            return None
        buffer = self._tail + chunk
        end = buffer.find(_END)
        if end >= 0:
            self._keep(buffer[: end + 2])
            self._tail = b""
            return buffer[end + len(_END) :]
        held = next((len(begin) for begin in _BEGINNINGS if buffer.endswith(begin)), 0)
        kept = len(buffer) - held
        self._tail = buffer[kept:]
        self._keep(buffer[:kept])
        return None

    def _keep(self, piece: bytes) -> None:
        piece = piece.replace(b"\r\n.", b"\r\n")
        if self._prefix and piece:
            ours = min(self._prefix, len(piece))
            piece = piece[ours:]
            self._prefix -= ours
        self.size += len(piece)
        if piece and self.size <= self._limit:
            self._sink(piece)


class Chunk:
    """So many ``octets`` as BDAT has named, whatever they are: no dot means anything in them.

    Args:
        sink: gets them in pieces, none of them empty.
    """

    __slots__ = ("_missing", "_sink")

    def __init__(self, sink: Callable[[bytes], None], octets: int) -> None:
        self._sink = sink
        self._missing = octets

    def feed(self, chunk: bytes) -> bytes | None:
        """The octets behind the chunk (perhaps none), or None while some are missing."""
        taken = chunk[: self._missing]
        if taken:
            self._sink(taken)
            self._missing -= len(taken)
        return None if self._missing else chunk[len(taken) :]


class Header:
    """Passes on the octets of a message as they are, and looks at its header meanwhile: ``malformed`` when a
    line before the empty one is neither a field nor the continuation of one (RFC 5322 §2.2).

    Args:
        sink: gets the octets.
    """

    __slots__ = ("_begun", "_line", "_over", "_sink", "malformed")

    def __init__(self, sink: Callable[[bytes], None]) -> None:
        self._sink = sink
        self._line = b""  # what came of a line that goes on; of a long one enough to judge it
        self._begun = False  # there was a field
        self._over = False
        self.malformed = False

    def __call__(self, piece: bytes) -> None:
        self._sink(piece)
        while piece and not self._over:
            line, end, piece = piece.partition(b"\n")
            self._line = self._line[:1] + (b":" if b":" in self._line else b"") + line
            if end:
                self._judge(self._line.removesuffix(b"\r"))
                self._line = b""

    def _judge(self, line: bytes) -> None:
        continued = line[:1] in (b" ", b"\t")
        self.malformed = bool(line) and not (self._begun if continued else b":" in line)
        self._begun = True
        self._over = self.malformed or not line


class NoBareLF:
    """Reads ``body``, and gives up at an LF without a CR before it: then ``stray``."""

    __slots__ = ("_body", "_last", "stray")

    def __init__(self, body: Incoming) -> None:
        self._body = body
        self._last = b""
        self.stray = False

    def feed(self, chunk: bytes) -> bytes | None:
        """The octets behind its end (perhaps none), or None while it goes on."""
        rest = self._body.feed(chunk)
        taken = chunk[: len(chunk) - len(rest or b"")]
        text = (self._last if self._last == b"\r" else b"") + taken
        self._last = taken[-1:]
        self.stray = text.count(b"\n") > text.count(b"\r\n")
        return b"" if self.stray else rest
