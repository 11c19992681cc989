"""A message written as a whole, made ready for the wire."""

from __future__ import annotations

import re
from typing import Final

from tui.values import value

_LINE_END: Final = re.compile("\r\n|\r|\n")


@value
class Composed:
    """``wire`` is what is sent: CRLF ends, dots stuffed, no final dot."""

    wire: bytes
    lines: int
    stuffed: tuple[int, ...] = ()  # lines, from 1, that begin with a dot and got one more

    @property
    def octets(self) -> int:
        return len(self.wire)

    @property
    def size(self) -> int:
        """As SIZE counts it: with line ends, without the dots that stuffing adds (RFC 1870 §4)."""
        return self.octets - len(self.stuffed)


def compose(text: str) -> Composed:
    """Any line end, also of a bare CR or LF, becomes CRLF (RFC 5321 §2.3.8), and a dot at the start of a line
    gets another before it (§4.5.2): so no text can end the message."""
    if not text:
        return Composed(b"", 0)
    lines = _LINE_END.split(text)
    if not lines[-1]:
        lines.pop()
    stuffed = tuple(number for number, line in enumerate(lines, 1) if line.startswith("."))
    wire = "".join(f".{line}\r\n" if line.startswith(".") else f"{line}\r\n" for line in lines)
    return Composed(octets(wire), len(lines), stuffed)


def plain(text: str) -> bytes:
    """As ``compose``, but for the dots: BDAT counts octets, so none is stuffed (RFC 3030 §2)."""
    lines = _LINE_END.split(text)
    if not lines[-1]:
        lines.pop()
    return octets("".join(f"{line}\r\n" for line in lines))


def octets(text: str) -> bytes:
    """UTF-8; octets that came in as lone surrogates (``surrogateescape``) go out as they were."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no octet
        return text.encode("utf-8", "replace")
