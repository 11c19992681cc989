r"""Output of curl: ``-v``, ``--trace-ascii -`` and ``--trace -``, with ``--trace-time`` and ``--trace-ids``.

``-v`` marks each line, ``< `` the server, ``> `` the client, ``* `` what happens, and shows no message. A
trace announces a block, ``=> Send header, 21 bytes (0x15)``, and gives its octets in rows that begin with
their place in it: as text, where a dot stands for every octet that is none, or in hexadecimal digits. The
dot that ends a message is in none of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tui.practice import typed_lines as shape
from tui.practice.reading_margin import Margin
from tui.practice.reading_steps import (
    NOT_EXACT,
    Ending,
    Handshake,
    Step,
    closed,
    connected,
    numbered,
)
from tui.values import value

#: A time, the numbers of transfer and connection, what is left of a progress meter on the terminal's row.
_BEFORE: Final = rb"(?:[0-9\r.:kMGTPD-][0-9 \r.:kMGTPD-]*)?(?:\[[0-9x]+-[0-9x]+\] )?"
_SIDES: Final[Mapping[bytes, str]] = {b"<": "S", b">": "C", b"<=": "S", b"=>": "C"}

_REPLY: Final = _BEFORE + rb"(?:< [2-5][0-9]{2}(?:[ -]|\r?$)|<= Recv header, [0-9]+ bytes)"
_SURE: Final = (
    _REPLY
    + rb"|"
    + _BEFORE
    + rb"(?:\*  ? ?Trying |\* (?:Connected|Established connection) to |== Info: |[=<][=>] (?:Send|Recv) )"
)

_ROW: Final = re.compile(_BEFORE + rb"([<>*]) (.*)", re.DOTALL)
_INFO: Final = re.compile(_BEFORE + rb"== Info: (.*)", re.DOTALL)
_BLOCK: Final = re.compile(
    _BEFORE + rb"(<=|=>) (?:Send|Recv) (header|data|SSL data), ([0-9]{1,12}) bytes? \(0x[0-9a-f]+\)"
)
_BLOCK_ROW: Final = re.compile(rb"([0-9a-f]{4,16}): ?(.*)", re.DOTALL)
_HEX: Final = re.compile(rb"((?:[0-9a-f]{2} ){1,16})( {3}){0,15}(.{1,16})", re.DOTALL)

_OPENED: Final = re.compile(
    rb"(?:Connected|Established connection) to (\S+)(?: \((\S+?)\)?,? port ([0-9]{1,5}))?"
)
_TLS: Final = re.compile(rb"SSL connection using (\S+) / (\S+)")
_VERIFIED: Final = re.compile(rb" *SSL certificate verif(?:y ok|ied)", re.IGNORECASE)
_UNVERIFIED: Final = re.compile(rb" *SSL certificate verify result: .*continuing anyway")
_OVER: Final = re.compile(rb"(?:shutting down|closing) connection #?[0-9]+", re.IGNORECASE)
_LOST: Final = re.compile(rb"Recv failure|Connection died|response reading failed|Send failure")
#: A run of dots behind something else, or one dot where a line that begins with one has two.
_HIDES_OCTETS: Final = re.compile(rb"[^.\r\n]\.\.|^\.(?!\.)", re.MULTILINE)


def recognises(sample: list[bytes]) -> bool:
    """At least one reply is marked, or announced, as curl does it."""
    return Margin(_REPLY).seen_in(sample)


def read(rows: Iterable[bytes]) -> Iterator[tuple[int, str, bytes]]:
    return numbered(_steps(rows), hidden=True)


@value
class _Block:
    """What a trace announced."""

    side: str
    message: bool
    size: int
    secret: bool  # of TLS itself


def _steps(rows: Iterable[bytes]) -> Iterator[Step]:
    handshake: Handshake | None = None
    ending = Ending()
    opened = False
    for side, octets in _said(rows):
        if (side, octets) == NOT_EXACT:
            yield NOT_EXACT
        elif side == "*":
            opened = opened or _OPENED.match(octets) is not None
            handshake = _shaken(handshake, octets)
            yield from _note(octets, ending)
        elif opened or side == "S" or shape.is_command(octets.rstrip(b"\r\n")):  # else quoted prose
            opened = True
            if handshake is not None:
                yield handshake.note()
                handshake = None
            ending.follow(side, octets)
            yield side, octets


def _shaken(handshake: Handshake | None, text: bytes) -> Handshake | None:
    if tls := _TLS.match(text):
        handshake = Handshake()
        handshake.protocol, handshake.cipher = tls[1], tls[2]
    elif handshake is not None and _VERIFIED.match(text):
        handshake.verified = True
    elif handshake is not None and _UNVERIFIED.match(text):
        handshake.verified = False
    return handshake


def _note(text: bytes, ending: Ending) -> Iterator[Step]:
    if opened := _OPENED.match(text):
        yield connected(opened[1], opened[3] or b"", opened[2] or b"")
    elif _OVER.match(text):
        yield ending.step()
    elif _LOST.match(text):
        yield closed("server")


def _said(rows: Iterable[bytes]) -> Iterator[Step]:
    """Each line or block, and each note without its mark."""
    margin = Margin(_SURE)
    block: _Block | None = None
    dump: list[tuple[int, bytes]] = []
    for raw in rows:
        row = margin.cut(raw)
        if row is None:
            continue
        row = row.removesuffix(b"\r")
        if block is not None:
            if part := _BLOCK_ROW.match(row):
                dump.append((int(part[1], 16), part[2]))
                continue
            yield from _of_block(block, dump)
            block, dump = None, []
        if announced := _BLOCK.fullmatch(row):
            kind = announced[2]
            side = _SIDES[announced[1]]
            block = _Block(side, kind == b"data", int(announced[3]), kind == b"SSL data")
        elif marked := _ROW.fullmatch(row) or _INFO.fullmatch(row):
            yield _line(marked)
    if block is not None:
        yield from _of_block(block, dump)


def _line(marked: re.Match[bytes]) -> Step:
    mark = marked[1] if marked.re is _ROW else b"*"
    if mark == b"*":
        return "*", marked[marked.re.groups].lstrip(b" ")
    return _SIDES[mark], marked[2] + b"\r\n"


# -- blocks of a trace


def _of_block(block: _Block, dump: list[tuple[int, bytes]]) -> Iterator[Step]:
    if block.secret or not dump:
        return
    first = _of_hex(dump[0][1])
    if first is not None:
        octets = b"".join(_of_hex(text) or b"" for _at, text in dump)
    else:
        octets = b"".join(_of_text(dump, block.size))
        if block.message and _HIDES_OCTETS.search(octets):
            yield NOT_EXACT
    yield block.side, octets


def _of_hex(text: bytes) -> bytes | None:
    """The octets of a row of digits, if what stands beside them says the same."""
    row = _HEX.fullmatch(text)
    if row is None:
        return None
    octets = bytes.fromhex(row[1].decode("ascii"))
    beside = bytes(one if 0x20 <= one < 0x7F else 0x2E for one in octets)
    return octets if row[3].rstrip() == beside.rstrip() else None


def _of_text(dump: list[tuple[int, bytes]], size: int) -> Iterator[bytes]:
    """Rows end at CRLF, or where they are full: how far apart they begin tells which."""
    ends = [at for at, _text in dump[1:]] + [size]
    for (at, text), end in zip(dump, ends, strict=True):
        yield text
        if end - at - len(text) == len(b"\r\n"):
            yield b"\r\n"
