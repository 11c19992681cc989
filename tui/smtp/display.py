r"""Foreign text made safe to show: the only way from the wire to a screen, a file or a terminal.

What is spelt out instead of shown (TRAPS 1): C0 and C1 controls, ESC and DEL as ``\x1b``; format and bidi
controls, surrogates, private use, unassigned and separator characters as ``\u{202e}``; octets that no charset
explains as ``\xff``. Tabs become blanks up to the next multiple of 8. Letters keep at most 3 combining marks;
the rest are said as ``\u{301}+2997`` (this mark, and so many more).

Spelt out as well is whatever terminals do not agree on the width of, so that a foreign line can never push
our own columns aside: the joiner U+200D, variation selectors, skin tones, conjoining Hangul vowels and
finals, spacing combining marks, blanks other than U+0020 and U+3000, and invisible "letters" such as U+3164.
An emoji made with joiners therefore shows as its parts with ``\u{200d}`` between them: longer, but true, and
as wide as it says.

Charsets: UTF-8 first. Octets that are not UTF-8 are read as GBK, Big5 or Latin-1 only where that is sound
(see :func:`decode`), otherwise octet by octet. The fall-back is per line and never changes what is kept.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.smtp.events import LineReceived, LineSent, Span


MASK = "********"
TAB = 8
MARKS_KEPT = 3  # Vietnamese, Thai and pointed Hebrew need no more

_SPELT_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Mc"})
_BLANKS_SHOWN = frozenset(" \u3000")
#: Invisible, or as wide as each terminal likes: (first, last).
_SPELT_RANGES = (
    (0x034F, 0x034F),  # grapheme joiner
    (0x115F, 0x11FF),  # Hangul filler, conjoining vowels and finals
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2630, 0x2637),  # trigrams and what else changed its width between Unicode versions
    (0x268A, 0x268F),
    (0x2800, 0x2800),  # blank Braille
    (0x3164, 0x3164),
    (0x4DC0, 0x4DFF),
    (0xD7B0, 0xD7FF),
    (0xFE00, 0xFE0F),  # variation selectors
    (0xFFA0, 0xFFA0),
    (0x1D300, 0x1D37F),
    (0x1F3FB, 0x1F3FF),  # skin tones
    (0xE0100, 0xE01EF),
)


def _spelt(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # an octet that no charset explained (surrogateescape)
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{{{code:x}}}"


@lru_cache(maxsize=8192)
def _shape(char: str) -> tuple[str, int]:
    """How one character is shown, and in how many cells. 0 cells: a combining mark, shown as it is."""
    category = unicodedata.category(char)
    code = ord(char)
    if (
        category in _SPELT_CATEGORIES
        or (category == "Zs" and char not in _BLANKS_SHOWN)
        or any(first <= code <= last for first, last in _SPELT_RANGES)
    ):
        spelt = _spelt(char)
        return spelt, len(spelt)
    if category in ("Mn", "Me"):
        return char, 0
    return char, 2 if unicodedata.east_asian_width(char) in "WF" else 1


# -- charsets

_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_LATIN_LETTERS = frozenset(range(0xC0, 0xFF)) - {0xD7, 0xF7}  # 0xFF is telnet's IAC before it is ÿ
_LATIN_SIGNS = frozenset(b"\xa1\xa3\xa7\xa9\xab\xae\xb0\xb1\xb5\xb7\xbb\xbf")
_LATIN_LONGEST_RUN = 2


def _is_latin1(data: bytes) -> bool:
    """Letters and usual signs of Latin-1, never more than two in a row: text of a western language."""
    return all(
        len(run) <= _LATIN_LONGEST_RUN and all(one in _LATIN_LETTERS or one in _LATIN_SIGNS for one in run)
        for run in _HIGH_RUN.findall(data)
    )


def _longest_run(data: bytes, lead: range, row: frozenset[int], trail: frozenset[int]) -> int:
    """How many ideographs of two octets stand side by side in ``data``, at most. 0 when an octet with the
    high bit belongs to no character of these: ``lead`` begins the frequent ideographs, ``row`` punctuation
    and full-width letters. One alone may as well be two letters of a western word."""
    at = run = longest = 0
    while at < len(data):
        octet = data[at]
        if octet < 0x80:
            at += 1
            run = 0
            continue
        if (octet not in lead and octet not in row) or at + 1 == len(data) or data[at + 1] not in trail:
            return 0
        run += octet in lead
        longest = max(longest, run)
        at += 2
    return longest


#: charset, lead octets of its 3,755 (Big5: 5,401) most frequent ideographs, rows of punctuation, trail
#: octets.
_TWO_OCTETS = (
    ("gbk", range(0xB0, 0xD8), frozenset({0xA1, 0xA2, 0xA3}), frozenset(range(0xA1, 0xFF))),
    (
        "big5",
        range(0xA4, 0xC7),
        frozenset({0xA1, 0xA2, 0xA3}),
        frozenset((*range(0x40, 0x7F), *range(0xA1, 0xFF))),
    ),
)
_IDEOGRAPHS_NEEDED = 2


def decode(data: bytes) -> tuple[str, str]:
    r"""The text of ``data`` and the charset it was read in: "ascii", "utf-8", "gbk", "big5", "latin-1" or "".

    "" means that no charset explains it: what is valid UTF-8 is text, every other octet a surrogate of
    ``surrogateescape``, which :func:`visible` spells ``\xNN``. GBK and Big5 are believed only when every
    octet with the high bit belongs to a two-octet character of the frequent ideographs or the punctuation
    rows, and at least two ideographs stand side by side; Latin-1 only for letters and usual signs, never more
    than two in a row. GBK goes before Big5 when both would do.
    """
    if data.isascii():
        return data.decode("ascii"), "ascii"
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    escaped = data.decode("utf-8", "surrogateescape")
    for charset, lead, row, trail in _TWO_OCTETS:
        if _longest_run(data, lead, row, trail) >= _IDEOGRAPHS_NEEDED:
            try:
                return data.decode(charset), charset
            except UnicodeDecodeError:
                continue
    damaged = sum("\udc80" <= char <= "\udcff" for char in escaped)
    is_partly_utf8 = damaged < sum(octet >= 0x80 for octet in data)
    if not is_partly_utf8 and _is_latin1(data):
        return data.decode("latin-1"), "latin-1"
    return escaped, ""


# -- one line as pieces: which octets (or characters) became which cells

_Piece = tuple[str, int]  # what is shown, cells


def _pieces(text: str) -> Iterator[_Piece]:
    """One piece per character of ``text``, in order; a mark over the limit shows as nothing until its run
    ends."""
    column = marks = 0
    has_base = False
    dropped: list[str] = []
    for index, char in enumerate(text):
        shown, width = _shape(char)
        if char == "\t":
            width = TAB - column % TAB
            shown = " " * width
        elif width == 0:
            if not has_base:  # nothing of the line itself to stand on: it would fall on our gutter
                shown = _spelt(char)
                width = len(shown)
            else:
                marks += 1
                if marks > MARKS_KEPT:
                    dropped.append(char)
                    following = text[index + 1] if index + 1 < len(text) else ""
                    if following and _shape(following)[1] == 0:
                        yield "", 0
                        continue
                    shown = _spelt(dropped[0]) + (f"+{len(dropped) - 1}" if len(dropped) > 1 else "")
                    width = len(shown)
                    dropped = []
                    has_base = False
        if width:
            marks = 0
            has_base = shown == char
        column += width
        yield shown, width


def _spell(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(shown for shown, _ in _pieces(text))


def visible(text: bytes | str) -> str:
    """``text`` as it may be shown anywhere. Octets are decoded by :func:`decode`. Total; printable ASCII is
    kept."""
    return _spell(text if isinstance(text, str) else decode(text)[0])


def named_through(host: str, port: int, through: str) -> str:
    """A server behind something else, as transcripts name it; where it has no name of its own behind a socket
    file, the file alone."""
    if through.startswith("unix ") and host == "localhost":
        return through
    return f"{socket_address(host, port)} through {through}"


def socket_address(host: str, port: int) -> str:
    """An address or name with its port; an IPv6 address in brackets (RFC 3986 §3.2.2)."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def cells(text: str) -> int:
    """How many terminal cells ``text``, which is already :func:`visible`, takes."""
    if text.isascii():
        return len(text)
    return sum(_shape(char)[1] for char in text)


# -- lines of the wire


def _merged(spans: Iterable[Span], length: int) -> list[Span]:
    """Sorted, clipped to the line, overlaps joined."""
    merged: list[Span] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def masked(data: bytes, secret: Iterable[Span]) -> bytes:
    """``data`` with each secret span replaced by exactly eight asterisks."""
    parts: list[bytes] = []
    at = 0
    for start, end in _merged(secret, len(data)):
        parts += (data[at:start], MASK.encode())
        at = end
    return b"".join((*parts, data[at:])) if parts else data


def shown(event: LineSent | LineReceived) -> str:
    """The line as every sink shows it: secrets masked, the rest visible."""
    return visible(masked(event.data, event.secret) if event.secret else event.data)


def _octets(char: str, charset: str) -> int:
    if "\udc80" <= char <= "\udcff":
        return 1
    return len(char.encode(charset or "utf-8"))


def _columns(event: LineSent | LineReceived) -> list[tuple[int, int]]:
    """For each octet of the line the first cell and the end cell of what it became in :func:`shown`.

    One entry more than there are octets: the place behind the line.
    """
    columns: list[tuple[int, int]] = []
    data = masked(event.data, event.secret)
    text, charset = decode(data)
    at = 0
    for char, (_, width) in zip(text, _pieces(text), strict=True):
        columns += [(at, at + width)] * _octets(char, charset)
        at += width
    columns.append((at, at + 1))
    spans = _merged(event.secret, len(event.data))
    for start, end in spans:  # left to right: what lies before is already in place
        mask = columns[start : start + len(MASK)]
        whole = (mask[0][0], mask[-1][1])
        columns[start : start + len(MASK)] = [whole] * (end - start)
    return columns


def caret_cells(event: LineSent | LineReceived, spans: Iterable[Span]) -> tuple[tuple[int, int], ...]:
    """Where carets go under :func:`shown`: (first cell, number of cells, at least 1) for each span, left to
    right.

    A span inside a secret points at the whole mask; one behind the line at the cell after it.
    """
    columns = _columns(event)
    last = len(columns) - 1
    carets = []
    for start, end in sorted(spans):
        first = columns[min(max(start, 0), last)]
        final = columns[min(max(end - 1, start, 0), last)]
        carets.append((first[0], max(1, final[1] - first[0])))
    return tuple(carets)
