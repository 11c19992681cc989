"""What of a line of the wire cannot be seen in its text: octets of eight bits, NUL and other controls, tabs,
blanks at its end, a dot that is taken off, and where it passes the length that the standard allows.

Nothing may be said about lines that hold a secret: not even how long they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final

from tui.smtp.display import caret_cells
from tui.smtp.events import LineEnd, LineReceived, LineSent, Part, Span
from tui.values import value

#: Octets before CRLF: of a command or a reply (RFC 5321 §4.5.3.1.4, §4.5.3.1.5), of a line of the message
#: (§4.5.3.1.6).
COMMAND_OCTETS: Final = 510
TEXT_OCTETS: Final = 998
#: Places that are marked of one kind; a line may be made of nothing else.
MARKED_AT_MOST: Final = 100


class Unseen(Enum):
    """The value is the sign that stands under the octets."""

    STUFFED = "-"
    EIGHT_BIT = "8"
    NUL = "0"
    CONTROL = "x"
    TAB = ">"
    BLANK_AT_END = "_"
    TOO_LONG = "|"


@value
class Mark:
    """``octets`` are those marked, one after the other; of TOO_LONG the number that is allowed, of STUFFED
    what is stored instead of the line."""

    unseen: Unseen
    spans: tuple[Span, ...]
    octets: bytes = b""
    limit: int = 0


Line = LineSent | LineReceived

_NOTHING_UNSEEN: Final = re.compile(rb"[\x20-\x7e]*[\x21-\x7e]").fullmatch
_FOUND: Final = {
    Unseen.EIGHT_BIT: re.compile(rb"[\x80-\xff]+"),
    Unseen.NUL: re.compile(rb"\x00+"),
    Unseen.CONTROL: re.compile(rb"[\x01-\x08\x0a-\x1f\x7f]+"),
    Unseen.TAB: re.compile(rb"\t"),
    Unseen.BLANK_AT_END: re.compile(rb" +(?=[ \t]*\Z)"),
}
_LIMITS: Final = {
    Part.COMMAND: COMMAND_OCTETS,
    Part.AUTH: COMMAND_OCTETS,
    Part.MESSAGE: TEXT_OCTETS,
    Part.UNDECIDED: TEXT_OCTETS,
    Part.CHUNK: 0,  # with BINARYMIME it has no lines
}


def is_plain(line: Line) -> bool:
    """There is nothing to mark, unless it turns out that a dot is taken off. Quick: most lines are."""
    data = line.data
    return not data or (len(data) <= COMMAND_OCTETS and _NOTHING_UNSEEN(data) is not None)


def limit(line: Line) -> int:
    """How many octets may stand before the CRLF; 0 where nothing says so."""
    return _LIMITS[line.part] if isinstance(line, LineSent) else COMMAND_OCTETS


def marks(data: bytes, *, limit: int = 0, stuffed: bool = False) -> tuple[Mark, ...]:
    """All that is to be marked in a line that holds no secret, in the order of ``Unseen``. ``stuffed``: it is
    a line of a message, and its first dot is taken off by whoever receives it."""
    found = [Mark(Unseen.STUFFED, ((0, 1),), data[1:])] if stuffed else []
    for unseen, pattern in _FOUND.items():
        spans = tuple(match.span() for match in pattern.finditer(data))
        if spans:
            octets = b"".join(data[start:end] for start, end in spans)
            found.append(Mark(unseen, spans[:MARKED_AT_MOST], octets))
    if limit and len(data) > limit:
        found.append(Mark(Unseen.TOO_LONG, ((limit, limit + 1),), limit=limit))
    return tuple(found)


def signs(data: bytes, found: Iterable[Mark]) -> tuple[tuple[int, int, str], ...]:
    """Where the signs stand under the line as it is shown: first cell, cells, sign; in the order of
    ``found``, so that a later one covers an earlier one."""
    line = LineReceived(0, data, LineEnd.NONE)
    return tuple(
        (first, size, one.unseen.value) for one in found for first, size in caret_cells(line, one.spans)
    )
