"""The parts of a mail, found in its octets (RFC 2046): in one pass, without recursion and without copies, so
that a mail of any size and shape is taken apart in time. Total: any octets have some parts.

What the standard library's parser would make of them, but for what makes it slow or gives up: parameters and
parts by the thousand, and a tree as deep as somebody likes.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes

#: Of the header of a part so much is read.
HEADER_OCTETS: Final = 64 * 1024
#: So many parts are listed.
MOST_PARTS: Final = 10_000
#: So deep mails inside mails are taken apart where each is encoded, as each has to be decoded first.
_DEEPEST: Final = 8
#: A mail as a part, e.g. one that was forwarded, or that bounced (RFC 2046 section 5.2.1, RFC 6532).
MAILS: Final = frozenset({"message/rfc822", "message/global"})

#: All lines that are fields, or go on with one: what follows is the body, behind an empty line or without.
_HEADER: Final = re.compile(rb"(?:(?:From |[!-9;-~]*+:|[ \t])[^\n]*+(?:\n|\Z))*+")
_LINE_END: Final = re.compile(rb"\r?\n")
_DELIMITER: Final = re.compile(rb"^--([^\r\n]*)(?:\r?\n|\r|\Z)", re.MULTILINE)
_FEW: Final = 8  # boundaries that are open at a time
_WANTED: Final = re.compile(rb"(?i)(content-(?:type|disposition|transfer-encoding))[ \t]*:(.*)", re.DOTALL)
_TYPE: Final = re.compile(r"\s*([^\s/;(]+/[^\s/;(]+)")
_WORD: Final = re.compile(r"\s*([^\s;(]+)")
_PARAMETER: Final = re.compile(r';\s*+([^\s=;"]++)\s*+=\s*+(?:"((?:[^"\\]|\\.)*+)"?|([^;]*+))', re.DOTALL)
_ESCAPED: Final = re.compile(r'\\([\\"])')
_CONTINUED: Final = re.compile(r"([^*]+)(?:\*([0-9]{1,3}))?(\*)?")
_UU_NAMES: Final = frozenset({"x-uuencode", "uuencode", "uue", "x-uue"})
_ENCODINGS: Final = frozenset({"base64", "quoted-printable"}) | _UU_NAMES


@dataclass(frozen=True, slots=True)
class Parameter:
    """``charset`` None: as it was typed; else as RFC 2231 tells it, "" where that does not."""

    octets: bytes
    charset: str | None


@dataclass(slots=True)
class Leaf:
    """A part that holds no parts; or a mail inside this one, which its own follow.

    Attributes:
        type: in lower case; that of a multipart where nothing parts it.
        disposition: in lower case; "" where none is given.
        encoding: in lower case, of those that there are; "" for octets as they are.
        inside: of how many mails in this one.
        start, end: where it is in ``octets``.
    """

    type: str
    parameters: Mapping[str, Parameter]
    disposition: str
    disposed: Mapping[str, Parameter]
    encoding: str
    inside: int
    octets: bytes
    start: int
    end: int = -1
    parted: bool = False  # it is a multipart: no leaf, and not to be listed

    def size(self) -> int:
        """Octets when decoded."""
        return len(self.decoded()) if self.encoding else self.end - self.start

    def decoded(self, most: int | None = None) -> bytes:
        """Its octets; with ``most`` the first so many of them, which takes no longer than that many do."""
        end = self.end
        if most is not None:  # no encoding makes more than four octets of one
            end = min(end, self.start + most * (4 if self.encoding else 1))
        raw = memoryview(self.octets)[self.start : end]
        return _decoded(raw, self.encoding)[:most]


@dataclass(slots=True)
class _Frame:
    """What is open where the reader stands: a leaf, a mail, or what its ``boundary`` parts."""

    leaf: Leaf
    boundary: bytes = b""
    default: str = "text/plain"


def leaves(octets: bytes, inside: int = 0, most: int = MOST_PARTS) -> tuple[list[Leaf], bool]:
    """The parts in their order, behind a mail those of it; and whether there are more."""
    reader = _Reader(octets, inside, most)
    found = [one for one in reader.read() if not one.parted]
    more = reader.more
    with_inner = []
    for one in found:
        with_inner.append(one)
        if one.encoding and one.type in MAILS:
            if inside >= _DEEPEST or len(with_inner) >= most:
                more = True
                continue
            inner, cut = leaves(one.decoded(), one.inside + 1, most - len(with_inner))
            with_inner += inner
            more = more or cut
    return with_inner, more


@lru_cache(64)
def _lines_of(boundaries: frozenset[bytes]) -> re.Pattern[bytes]:
    names = b"|".join(sorted(map(re.escape, boundaries), reverse=True))
    return re.compile(rb"^--((?:%b)(?:--)?[ \t]*+)(?:\r?\n|\r|\Z)" % names, re.MULTILINE)


class _Reader:
    def __init__(self, octets: bytes, inside: int, most: int) -> None:
        self._octets = octets
        self._inside = inside
        self._most = most
        self.more = False  # than so many
        self._found: list[Leaf] = []
        self._frames: list[_Frame] = []
        self._open: dict[bytes, int] = {}  # the outermost place of each boundary among the frames

    def read(self) -> list[Leaf]:
        self._enter(0, "text/plain")
        at = 0
        while self._open and (match := self._delimiter().search(self._octets, at)):
            at = max(match.end(), at + 1)
            said = match[1].rstrip(b" \t")
            closing = said not in self._open
            place = self._open.get(said.removesuffix(b"--") if closing and said.endswith(b"--") else said)
            if place is None or match.start() < self._frames[place].leaf.start:
                continue
            self._leave(place + 1, self._before(match.start()))
            if len(self._found) >= self._most:
                self.more = True
                break
            if closing:
                self._leave(place, self._before(match.start()))
                continue
            frame = self._frames[place]
            frame.leaf.parted = True
            self._enter(match.end(), frame.default)
        self._leave(0, len(self._octets))
        return self._found

    def _delimiter(self) -> re.Pattern[bytes]:
        """What finds the lines of the boundaries that are open; of many of them, all that may be one."""
        return _lines_of(frozenset(self._open)) if len(self._open) <= _FEW else _DELIMITER

    def _enter(self, at: int, default: str) -> None:
        """A header begins here; where it is that of a mail inside, so does another behind it."""
        while True:
            header, at = self._header(at)
            leaf, boundary = _leaf(self._octets, header, at, default, self._mails())
            self._found.append(leaf)
            frame = _Frame(leaf, boundary)
            self._frames.append(frame)
            if boundary:
                frame.default = "message/rfc822" if leaf.type == "multipart/digest" else "text/plain"
                self._open.setdefault(boundary, len(self._frames) - 1)
            if leaf.type not in MAILS or leaf.encoding:
                return
            if len(self._found) >= self._most:
                self.more = True
                return
            default = "text/plain"

    def _mails(self) -> int:
        """So many mails are open, with the whole."""
        if not self._frames:
            return self._inside
        around = self._frames[-1].leaf
        return around.inside + (around.type in MAILS)

    def _header(self, at: int) -> tuple[bytes, int]:
        """The header that begins here, and where what is behind it begins, which may be a boundary."""
        octets = self._octets
        fields = _HEADER.match(octets, at)
        end = body = fields.end() if fields else at
        if empty := _LINE_END.match(octets, end):
            body = empty.end()
        if self._open:
            for match in _DELIMITER.finditer(octets, at, min(end, at + HEADER_OCTETS)):
                said = match[1].rstrip(b" \t")
                if said in self._open or said.removesuffix(b"--") in self._open:
                    end = body = match.start()
                    break
        return octets[at : min(end, at + HEADER_OCTETS)], body

    def _leave(self, place: int, end: int) -> None:
        """Whatever is open from this frame on ends here."""
        while len(self._frames) > place:
            frame = self._frames.pop()
            frame.leaf.end = max(frame.leaf.start, end)
            if frame.boundary and self._open.get(frame.boundary) == len(self._frames):
                del self._open[frame.boundary]

    def _before(self, delimiter: int) -> int:
        """The line end before it is its own (RFC 2046 §5.1.1)."""
        end = delimiter - (self._octets[delimiter - 1 : delimiter] == b"\n")
        return end - (end < delimiter and self._octets[end - 1 : end] == b"\r")


def _leaf(octets: bytes, header: bytes, start: int, default: str, inside: int) -> tuple[Leaf, bytes]:
    """What begins behind this header, and what parts it; b"": nothing does."""
    fields = _fields(header)
    said = fields.get("content-type")
    match = _TYPE.match(said) if said is not None else None
    kind = match[1].lower() if match else default if said is None else "text/plain"
    disposition = fields.get("content-disposition", "")
    word = _WORD.match(disposition)
    encoding = _WORD.match(fields.get("content-transfer-encoding", ""))
    named = encoding[1].lower() if encoding else ""
    leaf = Leaf(
        type=kind,
        parameters=parameters(said or ""),
        disposition=word[1].lower() if word else "",
        disposed=parameters(disposition),
        encoding=named if named in _ENCODINGS and not kind.startswith("multipart/") else "",
        inside=inside,
        octets=octets,
        start=start,
    )
    boundary = leaf.parameters.get("boundary") if kind.startswith("multipart/") else None
    return leaf, boundary.octets.rstrip() if boundary else b""


def _fields(header: bytes) -> dict[str, str]:
    """The first field of each of those that tell what a part is; other octets than ASCII as surrogates."""
    found: dict[str, str] = {}
    unfolded: list[bytes] = []
    for line in _LINE_END.split(header):
        if line[:1] in (b" ", b"\t") and unfolded:
            unfolded[-1] += line
        else:
            unfolded.append(line)
    for one in unfolded:
        if match := _WANTED.fullmatch(one):
            found.setdefault(match[1].decode("ascii").lower(), match[2].decode("ascii", "surrogateescape"))
    return found


def parameters(value: str) -> dict[str, Parameter]:
    """What stands behind the first word of a field, by name in lower case: as it is, or in the pieces and the
    letters of RFC 2231, which count more."""
    plain: dict[str, Parameter] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for match in _PARAMETER.finditer(value):
        quoted = match[2] is not None
        text = _ESCAPED.sub(r"\1", match[2]) if quoted else match[3].strip()
        name = _CONTINUED.fullmatch(match[1].lower())
        if name is None:
            continue
        if name[2] is None and name[3] is None:
            plain.setdefault(name[1], Parameter(_octets(text), None))
        else:
            pieces.setdefault(name[1], {}).setdefault(int(name[2] or 0), (text, name[3] is not None))
    return plain | {name: _joined(found) for name, found in pieces.items()}


def _joined(pieces: Mapping[int, tuple[str, bool]]) -> Parameter:
    """RFC 2231 §3 and §4."""
    charset, octets = "", b""
    for at in sorted(pieces):
        text, encoded = pieces[at]
        if encoded and not octets and text.count("'") >= 2:
            charset, _language, text = text.split("'", 2)
        octets += unquote_to_bytes(_octets(text)) if encoded else _octets(text)
    return Parameter(octets, charset)


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _decoded(raw: memoryview, encoding: str) -> bytes:
    """Total: what is not so encoded stays as it is."""
    if encoding == "base64":
        return _of_base64(raw)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw)
    return _of_uu(bytes(raw)) if encoding in _UU_NAMES else bytes(raw)


def _of_base64(raw: memoryview) -> bytes:
    try:
        return binascii.a2b_base64(raw)
    except binascii.Error:
        pass
    try:  # what is missing at the end, so that the rest is not lost
        return binascii.a2b_base64(bytes(raw) + b"==")
    except binascii.Error:
        return bytes(raw)


def _of_uu(raw: bytes) -> bytes:
    lines = iter(_LINE_END.split(raw))
    if not any(line.startswith(b"begin ") for line in lines):
        return raw
    found = []
    for line in lines:
        if line.strip() in (b"end", b"`"):
            break
        if not line:
            continue
        try:
            found.append(binascii.a2b_uu(line))
        except binascii.Error:  # of an encoder that pads as it likes
            octets = ((line[:1] or b" ")[0] - 32) & 63
            try:
                found.append(binascii.a2b_uu(line[: (octets * 4 + 5) // 3 + 1]))
            except binascii.Error:
                return raw
    return b"".join(found)
