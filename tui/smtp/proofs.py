"""The server's proof that it knows the password, in whatever form it comes.

SCRAM's server signature (``v=…``, RFC 5802 §7) and DIGEST-MD5's ``rspauth`` (RFC 2831 §2.1.3) are no
passwords, but whoever has one beside the nonces, the salt and the number of rounds, which are shown, can try
passwords on it as fast as his machine counts. So they are hidden where they arrive, like the client's own
proofs (``secrets``).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final

from tui.smtp.display import MASK

Span = tuple[int, int]

#: Of SHA-1 on: shorter ones are known only by where they stand.
_PROOF: Final = re.compile(
    rb"(?<![a-z0-9+/])(?:v=[a-z0-9+/]{26,}={0,2}|rspauth=[\"']?[0-9a-f]{32}[\"']?)", re.I
)
#: The same where a proof is due.
_BEGUN: Final = re.compile(rb"(?<![a-z0-9+/])(?:v=[a-z0-9+/]+={0,2}|rspauth=[\"']?[0-9a-f]+[\"']?)", re.I)
#: Base64, and hex, which has no other letters.
_TOKEN: Final = re.compile(rb"[A-Za-z0-9+/]{6,}={0,2}")
_REST: Final = re.compile(rb"[\s\"']*([A-Za-z0-9+/]+={0,2})")
_OPENING: Final = (b"v=", b"rspauth=")
_CLOSING: Final = (b"=", b'"', b"'")
_CODE: Final = 3
_DEEP: Final = 2  # base64 of base64
_GO_ON: Final = b"334"
#: Replies that carry a proof, as a challenge or as the data of a success (RFC 4954 §4).
CARRYING: Final = (_GO_ON, b"235")


class Proofs:
    """Of one connection. Lines are to be given in their order."""

    def __init__(self) -> None:
        self._open = False  # what the last line ended with was not the whole of it

    def in_reply(self, line: bytes, *, due: bool) -> tuple[Span, ...]:
        """Where the line of a server holds one. ``due``: the client has proved that it knows the password, by
        a mechanism in which the server does so too."""
        start = min(_CODE + 1, len(line))
        carrying = line.startswith(CARRYING)
        more = carrying and line[_CODE:start] == b"-"
        spans = [] if (whole := self._whole(line, start, piece=due and more)) is None else [whole]
        pattern = _BEGUN if due and carrying else _PROOF
        spans += [match.span() for match in pattern.finditer(line, start)]
        if self._open and (rest := _REST.match(line, start)):
            spans.append(rest.span(1))
        for token in _TOKEN.finditer(line, start):
            texts = _read(token[0])
            spans += [token.span()] if any(_proves(text, anywhere=carrying) for text in texts) else []
        last = max((end for _, end in spans), default=0)
        self._open = more and last >= len(line.rstrip()) > 0 and line[last - 1 : last] not in _CLOSING
        return tuple(spans)

    @staticmethod
    def _whole(line: bytes, start: int, *, piece: bool) -> Span | None:
        """All that stands behind a 334: is it a proof, or, being one of several lines, a ``piece`` of it?"""
        text = line[start:].strip()
        if not (text and line.startswith(_GO_ON)):
            return None
        read = (text, *_read(text))
        if piece or any(one.lower().startswith(_OPENING) for one in read):
            at = line.find(text, start)
            return at, at + len(text)
        return None


def is_hidden(line: bytes) -> bool:
    """A transcript has this in its place."""
    return line[_CODE + 1 :].strip() == MASK.encode()


def _proves(text: bytes, *, anywhere: bool) -> bool:
    """``anywhere``: however short it is."""
    return bool(_PROOF.search(text)) or (anywhere and text.lower().startswith(_OPENING))


def _read(token: bytes, depth: int = _DEEP) -> Iterator[bytes]:
    """What base64 and hex give, and what these give once more."""
    letters = token.rstrip(b"=")
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    texts = []
    try:
        texts.append(base64.b64decode(letters + b"=" * (-len(letters) % 4), validate=True))
        texts.append(bytes.fromhex(token.decode("ascii")))
    except (binascii.Error, ValueError):
        pass
    for text in texts:
        yield text
        if depth > 1:
            yield from _read(text, depth - 1)
