"""What a stored message says, for showing. Total: any octets give something, and nothing raises.

Nothing is run, fetched or unpacked: HTML is shown as text, attachments are named, and saved where that is
asked for. The texts are foreign; show them through ``tui.smtp.display.visible``.
"""

from __future__ import annotations

import email.header
import re
from dataclasses import dataclass
from typing import Final

from tui.sandbox import charsets, mime
from tui.smtp.display import decode

#: Of a longer header, of a longer text, and of the source only so much is shown; ``Content.cut`` says so.
SHOWN_OCTETS: Final = 1024 * 1024
#: And only so much of HTML that stands beside a plain text, as taking it apart is slow.
BESIDE_OCTETS: Final = 128 * 1024
#: Of a header so much is read at first, e.g. for a list of subjects.
HEADER_OCTETS: Final = 64 * 1024

_FIELD: Final = re.compile(rb"(?P<name>[!-9;-~]+)[ \t]*:[ \t]?(?P<value>.*)", re.DOTALL)
_ENCODED_WORD: Final = re.compile(r"=\?[^?\s]+\?[BbQq]\?[^?]*\?=")
_LONGEST_ENCODED: Final = 16 * 1024
_LINE_END: Final = re.compile(rb"\r?\n")
_HEADER_END: Final = re.compile(rb"\n\r?\n")
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
        html: what is said in HTML beside that text, as text; "" where there is none.
        cut: the text, or the header, was longer than SHOWN_OCTETS, or the HTML beside than BESIDE_OCTETS.
        more_parts: there are more than are listed.
    """

    header: tuple[Field, ...]
    text: str
    text_type: str
    parts: tuple[Part, ...]
    cut: bool
    more_parts: bool = False
    html: str = ""


def read(octets: bytes) -> Content:
    """Take a message apart."""
    header, body = split(octets)
    leaves, more = mime.leaves(octets)
    chosen = _chosen(leaves)
    text, cut = _shown(chosen, SHOWN_OCTETS) if chosen else ("", False)
    kind = chosen.type if chosen else ""
    if (
        not kind and leaves and leaves[0].type.startswith("multipart/")
    ):  # that nothing parts: all of it is its text
        cut, text, kind = len(body) > SHOWN_OCTETS, charsets.text(body[:SHOWN_OCTETS], None), "text/plain"
    beside = _beside(leaves, chosen) if chosen else None
    html, html_cut = _shown(beside, BESIDE_OCTETS) if beside else ("", False)
    parts = tuple(_part(one, one.size()) for one in leaves)
    cut = cut or html_cut or len(header) > SHOWN_OCTETS
    return Content(fields(header[:SHOWN_OCTETS]), text, kind, parts, cut, more, html)


def part(octets: bytes, number: int) -> tuple[Part, bytes] | None:
    """One of ``Content.parts``, counted from 1, and its octets decoded; None when there is none of it."""
    leaves, _more = mime.leaves(octets)
    if not 1 <= number <= len(leaves):
        return None
    found = leaves[number - 1].decoded()
    return _part(leaves[number - 1], len(found)), found


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
    if empty := _LINE_END.match(octets):
        return b"", octets[empty.end() :]
    if end := _HEADER_END.search(octets):
        return octets[: end.start() + 1], octets[end.end() :]
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
        piece if isinstance(piece, str) else charsets.text(piece, charset) for piece, charset in pieces
    )


def _chosen(leaves: list[mime.Leaf]) -> mime.Leaf | None:
    """What to show: the first text/plain, else the first text of another kind. That of a mail inside only
    where the mail itself has none."""
    texts = [one for one in leaves if one.type.startswith("text/") and not _attached(one)]
    return min(texts, key=lambda one: (one.inside, one.type != "text/plain"), default=None)


def _beside(leaves: list[mime.Leaf], chosen: mime.Leaf) -> mime.Leaf | None:
    """The HTML that says the same, or more, in the same mail."""
    if chosen.type == "text/html":
        return None
    html = (one for one in leaves if one.type == "text/html" and not _attached(one))
    return next((one for one in html if one.inside == chosen.inside), None)


def _shown(leaf: mime.Leaf, limit: int) -> tuple[str, bool]:
    """Its text, and whether it is cut at ``limit`` octets."""
    octets = leaf.decoded(limit + 1)
    cut = len(octets) > limit
    if cut:  # between lines, where there are any: no letter is cut in two
        octets = octets[: octets.rfind(b"\n", 0, limit) + 1 or limit]
    charset = leaf.parameters.get("charset")
    text = charsets.text(octets, charset.octets.decode("latin-1") if charset else None).replace("\r\n", "\n")
    if leaf.type == "text/html":
        from tui.sandbox import hypertext  # with the parser, which few mails need

        text = hypertext.as_text(text)
    return text, cut


def _part(leaf: mime.Leaf, octets: int) -> Part:
    return Part(leaf.type, _filename(leaf), octets, _attached(leaf))


def _attached(leaf: mime.Leaf) -> bool:
    return leaf.disposition == "attachment" or bool(_filename(leaf))


def _filename(leaf: mime.Leaf) -> str:
    """As RFC 2231 writes it, octets that are none of its characters too; or however it was written."""
    named = leaf.disposed.get("filename") or leaf.parameters.get("name")
    if named is None:
        return ""
    return decoded(named.octets) if named.charset is None else charsets.text(named.octets, named.charset)
