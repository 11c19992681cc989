r"""What Python's smtplib prints with ``set_debuglevel(1)``, and with times before each row with 2.

``send:`` and ``reply:`` bring exact octets, as Python writes strings and bytes. ``reply: retcode`` and
``data:`` tell the same once more. A handshake is never told; an SMTP_SSL gives itself away by two rows
``connect:``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tui.practice.reading_margin import Margin
from tui.practice.reading_steps import NOT_SHOWN, Handshake, Step, closed, connected, numbered

_TIME: Final = rb"(?:[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)? )?"
_REPLY: Final = _TIME + rb"reply: (?:b?['\"][2-5][0-9]{2}|retcode \([2-5][0-9]{2}\))"
_SURE: Final = _REPLY + rb"|" + _TIME + rb"(?:connect: (?:to )?\(|send: b?['\"])"
_SIDES: Final[Mapping[bytes, str]] = {b"send": "C", b"reply": "S"}

_SAID: Final = re.compile(_TIME + rb"(send|reply): (b?)(['\"])(.*)", re.DOTALL)
_CONNECT: Final = re.compile(_TIME + rb"connect: (to )?\(['\"]([^'\", ]+)['\"], ([0-9]{1,5})\)")
_ESCAPE: Final = re.compile(
    rb"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([nrt\\'\"]))"
    rb"|(\\(?:x[0-9a-f]?|u[0-9a-f]{0,3}|U[0-9a-f]{0,7})?\Z)"
)
_LETTERS: Final[Mapping[bytes, bytes]] = {b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_GONE: Final = re.compile(rb"(?:\S+\.)?SMTPServerDisconnected[:(]")


def recognises(sample: list[bytes]) -> bool:
    """At least one reply is told as smtplib does it."""
    return Margin(_REPLY).seen_in(sample)


def read(rows: Iterable[bytes]) -> Iterator[tuple[int, str, bytes]]:
    return numbered(_steps(rows))


def _steps(rows: Iterable[bytes]) -> Iterator[Step]:
    margin = Margin(_SURE)
    opened: Step | None = None  # of a ``connect:`` that is not told yet
    in_message = False
    for raw in rows:
        row = margin.cut(raw)
        if row is None:
            continue
        if connect := _CONNECT.match(row):
            again, opened = opened is not None, connected(*connect.group(2, 3))
            if connect[1]:
                yield opened
                opened = None
                if again:
                    yield Handshake().note()
        elif said := _SAID.match(row):
            if opened is not None:
                yield opened
                opened = None
            side = _SIDES[said[1]]
            octets, whole = _octets(said[4].rstrip(b"\r"), quote=said[3], text=not said[2])
            if not whole and in_message:
                yield NOT_SHOWN
                octets = b".\r\n"
            in_message = side == "S" and octets.startswith(b"354")
            if octets:
                yield side, octets
        elif _GONE.match(row):
            yield closed("server")


def _octets(literal: bytes, *, quote: bytes, text: bool) -> tuple[bytes, bool]:
    """What stands in a literal, behind its opening quote; and whether the literal is there to its end."""
    whole = literal.endswith(quote)
    inner = literal[:-1] if whole else literal

    def meant(escape: re.Match[bytes]) -> bytes:
        number = escape[1] or escape[2] or escape[3]
        if number is None:
            return _LETTERS.get(escape[4], escape[4]) if escape[4] else b""
        code = int(number, 16)
        if not text:
            return bytes((code & 0xFF,))
        return chr(code).encode(errors="replace") if code < 0x110000 else escape[0]

    return (_ESCAPE.sub(meant, inner) if b"\\" in inner else inner), whole
