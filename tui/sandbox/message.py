"""What a stored message says, for showing. Total: any octets give something, and nothing raises.

Nothing is run, fetched or unpacked: HTML stays source text, attachments are only named. The texts are
foreign; show them through ``tui.smtp.display.visible``.
"""

from __future__ import annotations

import email
import email.header
import email.message
import re
from dataclasses import dataclass
from typing import Final

from tui.smtp.display import decode

#: Of a larger message only so much is taken apart; ``Content.cut`` says so.
READ_OCTETS: Final = 1024 * 1024
#: Of a header only so much is read, e.g. for a list of subjects.
HEADER_OCTETS: Final = 64 * 1024

_FIELD: Final = re.compile(rb"(?P<name>[!-9;-~]+)[ \t]*:[ \t]?(?P<value>.*)", re.DOTALL)
_ENCODED_WORD: Final = re.compile(r"=\?[^?\s]+\?[BbQq]\?[^?]*\?=")
_LONGEST_ENCODED: Final = 16 * 1024
_LINE_END: Final = re.compile(rb"\r?\n")
#: Codecs that are no charsets of mail, or slow on long input.
_NOT_CHARSETS: Final = frozenset(
    {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"}
)


@dataclass(frozen=True, slots=True)
class Field:
    """One header field, unfolded. ``name`` as typed; "" for a line that is no field.

    ``value`` has encoded words decoded (RFC 2047).
    """

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the MIME tree. ``octets`` after decoding; ``filename`` "" when none is given."""

    type: str
    filename: str
    octets: int


@dataclass(frozen=True, slots=True)
class Content:
    """A message taken apart.

    Attributes:
        text: with ``\\n`` line ends.
        text_type: text/plain, text/html (as source) …; "" when the message holds no text.
        cut: the message was longer than READ_OCTETS.
    """

    header: tuple[Field, ...]
    text: str
    text_type: str
    parts: tuple[Part, ...]
    cut: bool


def read(octets: bytes) -> Content:
    """Take a message apart."""
    cut = len(octets) > READ_OCTETS
    octets = octets[:READ_OCTETS]
    header, body = split(octets)
    try:
        parts, text, kind = _walk(email.message_from_bytes(octets))
    except Exception:  # the parser promises not to raise, and does on some garbage (or by its own recursion)
        parts, text, kind = (), _lines(body), "text/plain"
    return Content(fields(header), text, kind, parts, cut)


def split(octets: bytes) -> tuple[bytes, bytes]:
    """The header with its last line end, and what stands behind the first empty line.

    Lines may end in LF alone.

    Without an empty line all of it is header.
    """
    start = 0
    for match in _LINE_END.finditer(octets):
        if match.start() == start:
            return octets[:start], octets[match.end() :]
        start = match.end()
    return octets, b""


def fields(header: bytes) -> tuple[Field, ...]:
    """Every line of a header; a line that is neither field nor continuation stands alone, with no name."""
    found: list[tuple[str, list[bytes]]] = []
    for line in _LINE_END.split(header.removesuffix(b"\n").removesuffix(b"\r") if header else b""):
        match = _FIELD.fullmatch(line)
        if line[:1] in (b" ", b"\t") and found:
            found[-1][1].append(line)
        elif match:
            found.append((match["name"].decode("ascii"), [match["value"]]))
        elif line:
            found.append(("", [line]))
    return tuple(Field(name, decoded(b"".join(lines))) for name, lines in found)


def value(header: bytes, name: str) -> str | None:
    """The first field of this name, in any case; None when there is none."""
    wanted = name.lower()
    return next((field.value for field in fields(header) if field.name.lower() == wanted), None)


def decoded(raw: bytes) -> str:
    """The text of a field's value: encoded words decoded, other octets by the best guess."""
    text = decode(raw)[0].strip(" \t")
    if len(text) > _LONGEST_ENCODED or not _ENCODED_WORD.search(text):
        return text
    try:
        pieces = email.header.decode_header(text)
    except Exception:  # broken base64 and the like: show what was sent
        return text
    return "".join(
        piece if isinstance(piece, str) else _charset_text(piece, charset) for piece, charset in pieces
    )


def _walk(message: email.message.Message) -> tuple[tuple[Part, ...], str, str]:
    """The leaves, and the text to show: the first text/plain, else the first text of another kind."""
    parts: list[Part] = []
    shown: tuple[str, str] | None = None
    for leaf in message.walk():
        if leaf.is_multipart():
            continue
        octets = leaf.get_payload(decode=True)
        octets = octets if isinstance(octets, bytes) else b""
        kind = leaf.get_content_type()
        filename = decoded(str(leaf.get_filename("")).encode("utf-8", "surrogateescape"))
        parts.append(Part(kind, filename, len(octets)))
        is_text = kind.startswith("text/") and not filename
        if is_text and (shown is None or (kind == "text/plain" and shown[1] != "text/plain")):
            charset = leaf.get_param("charset")
            shown = (_charset_text(octets, charset if isinstance(charset, str) else None), kind)
    text, kind = shown or ("", "")
    return tuple(parts), text.replace("\r\n", "\n"), kind


def _charset_text(octets: bytes, charset: str | None) -> str:
    """In the named charset, or by the best guess when it is missing, unknown or plainly wrong."""
    name = (charset or "").strip().lower().replace("-", "_")
    if name and name not in _NOT_CHARSETS and name not in {"us_ascii", "ascii", "unknown_8bit"}:
        try:
            return octets.decode(name, "replace")
        except (LookupError, ValueError):  # no such codec, or it is none for text
            pass
    return _lines(octets)


def _lines(octets: bytes) -> str:
    """Each line by its own best guess, so that one bad line spoils no other."""
    return "\n".join(decode(line)[0] for line in _LINE_END.split(octets))
