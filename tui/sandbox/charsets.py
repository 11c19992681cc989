"""The text of octets in the charset that a mail names for them: as mail programs read it, not as its
standard was once printed. Total: nothing raises, and octets that are no character become U+FFFD."""

from __future__ import annotations

import codecs
import re
from itertools import pairwise
from typing import Final

from tui.smtp.display import decode

_LINE_END: Final = re.compile(rb"\r?\n")
#: Where they are not what they say they are, each line is what it is.
_GUESSED: Final = frozenset({"ascii", "utf-8"})
#: What many programs call less than they send (as browsers do it, too).
_LARGER: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
#: Names that Python does not know, in lower case and with ``_``.
_ALIASES: Final = {
    "x_gbk": "gbk",
    "windows_936": "gbk",
    "gb_2312_80": "gb2312",
    "csgb2312": "gb2312",
    "x_big5": "big5",
    "x_sjis": "shift_jis",
    "windows_31j": "cp932",
    "windows_949": "cp949",
    "cp50220": "iso2022_jp",
    "cp50221": "iso2022_jp",
    "iso_8859_8_i": "iso8859-8",
    "x_mac_roman": "mac-roman",
}
#: Codecs that are no charsets of mail, or slow on long input.
_NOT_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)
#: What Python's cp932 makes of octets that are none of its characters.
_NO_CHARACTERS: Final = dict.fromkeys(range(0xF8F0, 0xF8F4), "\ufffd")
_SEVEN_BITS: Final = ("iso2022", "hz", "utf-7")
#: What the octets behind it are; a line begins in ASCII again (RFC 1468).
_ESCAPES: Final = {
    b"\x1b(B": "ascii",
    b"\x1b(J": "ascii",
    b"\x1b(I": "katakana",
    b"\x1b$@": "kanji",
    b"\x1b$B": "kanji",
}
_ESCAPE: Final = re.compile(b"|".join(re.escape(one) for one in _ESCAPES) + b"|(?=\r?\n)")


def text(octets: bytes, charset: str | None) -> str:
    """In the named charset, or by the best guess when it is missing, unknown or plainly wrong."""
    name = _codec(charset or "")
    if not name or name in _GUESSED:
        return _lines(octets)
    try:
        return _decoded(octets, name)
    except UnicodeError:
        pass
    except (LookupError, ValueError):  # it is none for text
        return _lines(octets)
    if name == "iso2022_jp":
        return _japanese(octets)
    if name.startswith(_SEVEN_BITS):  # it would be ASCII as well, and unreadable
        return _decoded(octets, name, "replace")
    try:  # one thing said, another sent
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return _decoded(octets, name, "replace")


def _decoded(octets: bytes, name: str, errors: str = "strict") -> str:
    found = octets.decode(name, errors)
    return found.translate(_NO_CHARACTERS) if name == "cp932" else found


def _codec(charset: str) -> str:
    """The name of Python's codec; "" when there is none."""
    name = charset.strip().lower().replace("-", "_")
    if not name.isascii() or name in _NOT_CHARSETS:
        return ""
    try:
        name = codecs.lookup(_ALIASES.get(name, name)).name
    except (LookupError, ValueError):
        return ""
    return _LARGER.get(name, name)


def _japanese(octets: bytes) -> str:
    """ISO-2022-JP as it is sent: with katakana of half width, and the characters of Windows such as ① and ㈱
    that its standard has not. The rows and cells of JIS X 0208 are those of Shift_JIS, laid out otherwise."""
    found = []
    marks = [(0, 0, b""), *((one.start(), one.end(), one[0]) for one in _ESCAPE.finditer(octets))]
    for (_start, begin, mark), (end, _end, _mark) in pairwise([*marks, (len(octets), 0, b"")]):
        kind = _ESCAPES.get(mark, "ascii")
        piece = octets[begin:end]
        if kind == "kanji":
            piece = b"".join(_shifted(piece[at : at + 2]) for at in range(0, len(piece), 2))
        elif kind == "katakana":
            piece = bytes(one | 0x80 for one in piece)
        found.append(_lines(piece) if kind == "ascii" else _decoded(piece, "cp932", "replace"))
    return "".join(found)


def _shifted(pair: bytes) -> bytes:
    """A character of JIS X 0208 as Shift_JIS has it; what is none is no character there either."""
    if len(pair) < 2 or not all(0x21 <= one <= 0x7E for one in pair):
        return b"\xff"
    row, cell = pair[0] - 0x21, pair[1]
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = cell + 0x7E if row % 2 else cell + (0x1F if cell < 0x60 else 0x20)
    return bytes((lead, trail))


def _lines(octets: bytes) -> str:
    """Each line by its own best guess, so that one bad line spoils no other."""
    return "\n".join(decode(line)[0] for line in _LINE_END.split(octets))
