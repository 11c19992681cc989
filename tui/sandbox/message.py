"""What a stored message says, for showing. Total: any octets give something, and nothing raises.

Nothing is run, fetched or unpacked: HTML is shown as text, attachments are named, and saved where that is
asked for. The texts are foreign; show them through ``tui.smtp.display.visible``.
"""

from __future__ import annotations

import email
import email.header
import email.message
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.policy import Compat32
from typing import Final

from tui.smtp.display import decode

#: Of a larger message only so much is taken apart; ``Content.cut`` says so.
READ_OCTETS: Final = 8 * 1024 * 1024
#: Of a longer text, and of the source, only so much is shown.
SHOWN_OCTETS: Final = 1024 * 1024
#: Of a header only so much is read, e.g. for a list of subjects.
HEADER_OCTETS: Final = 64 * 1024

_FIELD: Final = re.compile(rb"(?P<name>[!-9;-~]+)[ \t]*:[ \t]?(?P<value>.*)", re.DOTALL)
_ENCODED_WORD: Final = re.compile(r"=\?[^?\s]+\?[BbQq]\?[^?]*\?=")
_LONGEST_ENCODED: Final = 16 * 1024
_LINE_END: Final = re.compile(rb"\r?\n")
_NOT_IN_NAMES: Final = frozenset("<>:\"|?*&;$`'!%()[]{}#")
#: On Windows these are no files, whatever ending they have.
_DEVICES: Final = frozenset(
    {"CON", "PRN", "AUX", "NUL", *(f"{name}{digit}" for name in ("COM", "LPT") for digit in range(1, 10))}
)
_LONGEST_NAME: Final = 120  # octets
_LONGEST_ENDING: Final = 10
_ENDINGS: Final = {
    "text/plain": ".txt",
    "text/html": ".html",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "application/pdf": ".pdf",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "text/calendar": ".ics",
    "text/csv": ".csv",
}
#: A mail as a part, e.g. one that was forwarded, or that bounced (RFC 2046 section 5.2.1, RFC 6532).
_MAILS: Final = frozenset({"message/rfc822", "message/global"})
#: So deep mails inside mails are taken apart.
_DEEPEST: Final = 8
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
    """A leaf of the MIME tree, or a mail inside this one, which its own parts follow. ``octets`` after
    decoding; ``filename`` "" when none is given, else as the sender wrote it: ``safe_name`` makes one for a
    file of ours."""

    type: str
    filename: str
    octets: int
    attached: bool = False  # not to be shown in the text: Content-Disposition: attachment, or it has a name


@dataclass(frozen=True, slots=True)
class Content:
    """A message taken apart.

    Attributes:
        text: with ``\\n`` line ends.
        text_type: text/plain, text/html (shown as text) …; "" when the message holds no text.
        cut: the message was longer than READ_OCTETS, or its text than SHOWN_OCTETS.
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
        parts, text, kind = _walk(octets)
    except Exception:  # the parser promises not to raise, and does on some garbage (or by its own recursion)
        parts, text, kind = (), _lines(body), "text/plain"
    cut = cut or len(text) > SHOWN_OCTETS
    return Content(fields(header), text[:SHOWN_OCTETS], kind, parts, cut)


def part(octets: bytes, number: int) -> tuple[Part, bytes] | None:
    """One of ``Content.parts``, counted from 1, and its octets decoded; None when there is none of it."""
    try:
        for at, (_depth, leaf) in enumerate(_leaves(octets), start=1):
            if at == number:
                return _part(leaf)
        return None
    except Exception:  # as in ``read``
        return None


def safe_name(part: Part, number: int) -> str:
    """A name for a file: the sender's without folders, controls, and what a shell or another system would
    take for something else; ``part-2.bin`` where nothing is left of it."""
    name = part.filename.replace("\\", "/").rpartition("/")[2]
    name = "".join("_" if char in _NOT_IN_NAMES or not char.isprintable() else char for char in name)
    name = name.strip(" .").lstrip("-~")
    if name.partition(".")[0].upper() in _DEVICES:
        name = f"_{name}"
    stem, dot, ending = name.rpartition(".")
    while len(name.encode("utf-8", "replace")) > _LONGEST_NAME:
        if dot and stem and len(ending) <= _LONGEST_ENDING:
            stem = stem[:-1]
            name = f"{stem}.{ending}"
        else:
            name = name[:-1]
    return name or f"part-{number}{_ENDINGS.get(part.type, '.bin')}"


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


class _Message(email.message.Message):
    """One whose parts of type message/… stay the octets that they are. The parser would take them apart: a
    mail inside could not be saved as it came, and a delivery report would be so many empty texts."""

    def get_content_type(self) -> str:
        """What the parser goes by."""
        return self.kind if not self.kind.startswith("message/") else "application/octet-stream"

    @property
    def kind(self) -> str:
        """The type as it was sent."""
        return super().get_content_type()


class _AsSent(Compat32):
    """Fields as the octets that came, surrogates for those beyond ASCII; the parser would make question marks
    of a name in 8-bit letters, which many programs send."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return value


_AS_SENT: Final = _AsSent()


def _leaves(octets: bytes, depth: int = 0) -> Iterator[tuple[int, _Message]]:
    """The leaves in their order, each with how many mails it is inside of; behind a mail those of it."""
    for leaf in email.message_from_bytes(octets, _Message, policy=_AS_SENT).walk():
        if leaf.is_multipart() or not isinstance(leaf, _Message):
            continue
        yield depth, leaf
        if leaf.kind in _MAILS and depth < _DEEPEST:
            inside = leaf.get_payload(decode=True)
            yield from _leaves(inside if isinstance(inside, bytes) else b"", depth + 1)


def _walk(message: bytes) -> tuple[tuple[Part, ...], str, str]:
    """The leaves, and the text to show: the first text/plain, else the first text of another kind. That of
    a mail inside only where the mail itself has none."""
    parts: list[Part] = []
    shown: tuple[bytes, _Message] | None = None
    rank = (_DEEPEST + 1, False)
    for depth, leaf in _leaves(message):
        part, octets = _part(leaf)
        parts.append(part)
        mine = (depth, part.type != "text/plain")
        if part.type.startswith("text/") and not part.attached and mine < rank:
            shown, rank = (octets, leaf), mine
    if shown is None:
        return tuple(parts), "", ""
    octets, leaf = shown
    charset = leaf.get_param("charset")
    text = _charset_text(octets, charset if isinstance(charset, str) else None).replace("\r\n", "\n")
    kind = leaf.kind
    if kind == "text/html":
        from tui.sandbox import hypertext  # with the parser, which few mails need

        text = hypertext.as_text(text)
    return tuple(parts), text, kind


def _part(leaf: _Message) -> tuple[Part, bytes]:
    octets = leaf.get_payload(decode=True)
    octets = octets if isinstance(octets, bytes) else b""
    filename = _filename(leaf)
    attached = bool(filename) or leaf.get_content_disposition() == "attachment"
    return Part(leaf.kind, filename, len(octets), attached), octets


def _filename(leaf: _Message) -> str:
    """As RFC 2231 writes it, octets that are none of its characters too; or however it was written."""
    named = leaf.get_param("filename", None, "content-disposition") or leaf.get_param("name")
    if not isinstance(named, tuple):
        return decoded(str(leaf.get_filename("")).encode("utf-8", "surrogateescape"))
    charset, _language, text = named
    try:
        octets = text.encode("latin-1", "surrogateescape")
    except UnicodeEncodeError:  # characters where octets are due
        octets = text.encode("utf-8", "surrogateescape")
    return _charset_text(octets, charset)


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
