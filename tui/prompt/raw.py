r"""Raw mode: a typed line as the octets that go out, with the line end that was chosen.

Escapes are those that ``tui.smtp.display`` shows: ``\r \n \0 \t \xNN`` and ``\\``. What follows another
backslash stays as it is, the backslash too.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final


class RawEnd(Enum):
    """What is sent behind the line; the value is how a person names it."""

    LF = "LF"
    CR = "CR"
    CRLF = "CRLF"
    NONE = "none"

    @property
    def octets(self) -> bytes:
        return _OCTETS[self]


_OCTETS: Final = {RawEnd.LF: b"\n", RawEnd.CR: b"\r", RawEnd.CRLF: b"\r\n", RawEnd.NONE: b""}
_SHORT: Final = {"r": b"\r", "n": b"\n", "0": b"\0", "t": b"\t", "\\": b"\\"}
_ESCAPE: Final = re.compile(r"\\(?:([rn0t\\])|x([0-9A-Fa-f]{2}))")


def end_named(word: str) -> RawEnd | None:
    """The end of this name, whatever the case; None: there is none."""
    return next((one for one in RawEnd if one.value.lower() == word.lower()), None)


def unescaped(text: str) -> bytes:
    """The octets of a typed line, without an end. UTF-8; lone surrogates (``surrogateescape``) as the octets
    they stand for."""
    pieces = []
    at = 0
    for found in _ESCAPE.finditer(text):
        pieces.append(_encoded(text[at : found.start()]))
        pieces.append(_SHORT[found[1]] if found[1] else bytes.fromhex(found[2]))
        at = found.end()
    pieces.append(_encoded(text[at:]))
    return b"".join(pieces)


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # a surrogate that stands for no octet
        return text.encode("utf-8", "replace")
