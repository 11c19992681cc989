r"""Lines with a mark before them: ``S: `` the server, ``C: `` the client, ``* `` what happened.

Our own transcripts and line mode's output are written so, and most books and RFCs. `` <LF>`` at the end of a
row says that the line ended in a bare LF, `` <no CRLF>`` that it was cut off, `` <cut>`` that more is not
kept, `` <by smtptutor>`` behind any of these that the program typed it; octets and characters that cannot be
shown stand as ``\xNN`` and ``\u{NNNN}``. Every other row is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tui.practice.reading_borders import Borders
from tui.practice.reading_steps import Handshake
from tui.smtp.display import visible

_ROW: Final = re.compile(rb"[ \t]*([SC]):(?: (.*)|(?=[2-5]\d\d)(.*)|)", re.DOTALL)
_REPLY_ROW: Final = re.compile(rb"[ \t]*S: ?[2-5]\d\d")
_NOTE: Final = re.compile(
    rb"\* (MX of .*|connected to .*|sent first, v[12]: .*|TLS handshake complete: .*|TLS failed: .*|"
    rb"typed by smtptutor: .*|connection (?:closed|reset) by .*)"
)
_ENDS: Final = ((b" <LF>", b"\n"), (b" <no CRLF>", b""), (b" <cut>", b"\r\n"))
#: The mark for each end of a line, as it is written.
_WRITTEN: Final = ((b"", b"\r\n"), (b" <LF>", b"\n"), (b" <no CRLF>", b""))
#: Behind a line that smtptutor typed itself, where no note before it says so: in a report for a ticket.
BY_PROGRAM: Final = b" <by smtptutor>"
_TYPED: Final = b"typed by smtptutor: "
_A_LINE_OF_OURS: Final = _TYPED + b"line"
_SPELT: Final = re.compile(rb"\\x([0-9a-f]{2})|\\u\{([0-9a-f]{1,6})\}")


def recognises(sample: list[bytes]) -> bool:
    """At least one reply is marked as the server's."""
    return any(_REPLY_ROW.match(row) for row in sample)


def read(rows: Iterable[bytes]) -> Iterator[tuple[int, str, bytes]]:
    """Connections are told apart by their notes, and where there are none by their greetings; nor is there a
    note of TLS then, and what was answered behind STARTTLS was said inside it."""
    borders = Borders()
    for row in rows:
        match = _ROW.fullmatch(row)
        if match is not None:
            side = match[1].decode("ascii")
            shown = match[2] or match[3] or b""
            text, end = _line(_without_mark(side, shown))
            if side == "C" and borders.starttls.may_encrypt and not borders.noted:
                yield borders.number, *Handshake().note()
            number = borders.line(side, text)
            if side == "C" and shown.endswith(BY_PROGRAM):
                yield number, "*", _A_LINE_OF_OURS
            yield number, side, text + end
        elif (note := _NOTE.fullmatch(row.rstrip(b"\r"))) and note[1].startswith(_TYPED):
            yield borders.number, "*", note[1]
        elif note:
            yield borders.note(note[1]), "*", note[1].replace(b"connection reset", b"connection closed")


def as_read(side: str, octets: bytes) -> bytes:
    """What ``read`` makes of the row that a transcript has for a line with these octets."""
    mark, end = next((one for one in _WRITTEN if octets.endswith(one[1])), _WRITTEN[-1])
    shown = visible(octets[: len(octets) - len(end)]).encode() + mark
    text, end = _line(_without_mark(side, shown))
    return text + end


def bare(row: bytes) -> bytes:
    """What a row shows of a line, without the marks before and behind it; b"" where it is none."""
    match = _ROW.fullmatch(row)
    if match is None:
        return b""
    shown = _without_mark(match[1].decode("ascii"), match[2] or match[3] or b"")
    return shown.removesuffix(next((mark for mark, _end in _ENDS if shown.endswith(mark)), b""))


def _without_mark(side: str, shown: bytes) -> bytes:
    return shown.removesuffix(BY_PROGRAM) if side == "C" else shown


def _line(text: bytes) -> tuple[bytes, bytes]:
    end = b"\r\n"
    for mark, octets in _ENDS:
        if text.endswith(mark):
            text, end = text.removesuffix(mark), octets
            break
    return (_SPELT.sub(_octets, text) if b"\\" in text else text), end


def _octets(match: re.Match[bytes]) -> bytes:
    """What is spelt out is only what cannot be shown: other backslashes are the line's own."""
    if match[1] is not None:
        octet = int(match[1], 16)
        return match[0] if 0x20 <= octet < 0x7F else bytes((octet,))
    code = int(match[2], 16)
    if code > 0x10FFFF or 0xD800 <= code < 0xE000 or chr(code).isprintable():
        return match[0]
    return chr(code).encode()
