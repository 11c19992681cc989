"""What is wrong or loose in the lines of a message, told line by line as they are typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from tui.smtp.events import BodyLineSent, LineEnd, Span
from tui.smtp.findings import Finding
from tui.smtp.lines import OCTETS, Piece

Slip = tuple[Finding, int | None, tuple[Span, ...], str]

LONGEST = 998  # octets without the line end (RFC 5321 §4.5.3.1.6)
#: So many empty lines in a row, the one behind the header not counted, look like somebody who waits for an
#: answer.
EMPTY_LINES = 3

#: Alone on a line and all in one case, these were meant for the server.
COMMANDS_ALONE = frozenset(
    word
    for verb in (b"QUIT", b"RSET", b"NOOP", b"DATA", b"HELP", b"STARTTLS")
    for word in (verb, verb.lower())
)

_FIELD = re.compile(rb"[!-9;-~]+([ \t]*):")
#: A field that people type by hand, without its colon; From and To begin a text as well.
_FIELD_NAME = re.compile(
    rb"((?:subject|date|cc|bcc|reply-to|sender|message-id)|(?:from|to)(?=[ \t]+(?:[^ \t]+[ \t]*<|[^ \t]*@)))"
    rb"[ \t]+[^ \t:]",
    re.IGNORECASE,
)
_WIDE_COLON = re.compile(rb"[!-9;-~]+[ \t]*(\xef\xbc\x9a)")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b-\x1f\x7f]+")
#: Blanks, those of an input method and of a web page among them.
_BLANKS = re.compile(rb"(?:[ \t]|\xe3\x80\x80|\xc2\xa0)+").fullmatch
_FULL_WIDTH_DOTS = frozenset(dot.encode() for dot in "\u3002\uff0e\uff61")
_BINARY = "BODY=BINARYMIME"
_EIGHT_BIT = frozenset({"BODY=8BITMIME", _BINARY, "SMTPUTF8"})


class MessageWatch:
    """One message after the other; what it was told of the present one."""

    def __init__(self) -> None:
        self._params: frozenset[str] = frozenset()
        self._eight_bit = ""
        self._limit = 0
        self._clear()

    def _clear(self) -> None:
        self._ordinal = 0
        self._octets = 0
        self._shown = True
        self._fields = 0
        self._after_field = False  # what begins with a blank now continues a header field
        self._empty_in_a_row = 0
        self._line_goes_on = False
        self.in_header = True  # no empty line was seen yet

    def begins(self, params: frozenset[str], *, eight_bit: str = "", limit: int = 0) -> None:
        """A message begins; ``params`` are those of its MAIL, in upper case, ``eight_bit`` is
        ``Standing.offer`` of 8BITMIME, ``limit`` the octets that the server takes; 0: nobody knows."""
        self._params = params
        self._eight_bit, self._limit = eight_bit, limit
        self._clear()

    def not_shown(self) -> None:
        """Lines of this message are missing: that there are none says nothing."""
        self._shown = False

    def next_ordinal(self, *, first: bool) -> int:
        """The number of the line within the message. A chunk may begin in the middle of a line."""
        if first and not self._line_goes_on:
            self._ordinal += 1
        return self._ordinal

    def slips(self, body: BodyLineSent, piece: Piece) -> Iterator[Slip]:
        """What is to be said about this line; then the line counts."""
        whole = piece.first and not self._line_goes_on
        self._line_goes_on = piece.end is LineEnd.NONE
        data = piece.data
        slipped = data.strip() in _FULL_WIDTH_DOTS or _BLANKS(data) or _is_only_colon(data)
        if piece.end is LineEnd.LF:
            yield Finding.MESSAGE_BARE_LF, body.line, (), ""
        if _BINARY not in self._params:
            yield from self._of_octets(body, data, whole=whole)
        if whole:
            yield from self._of_line(body, data)
        if not data.isascii() and not self._params & _EIGHT_BIT and not slipped:
            # Nearly last: that a header is missing weighs more. 8BITMIME is not for headers (RFC 6532 §3).
            yield Finding.EIGHT_BIT_UNOFFERED, body.line, (), "header" if body.in_header else self._eight_bit
        self._octets += len(data) + len(OCTETS[piece.end])
        if 0 < self._limit < self._octets and self._shown:
            yield Finding.MESSAGE_TOO_LARGE, body.line, (), str(self._limit)

    def _of_line(self, body: BodyLineSent, data: bytes) -> Iterator[Slip]:
        meant_for_server = () if body.chunked else tuple(self._of_dots(body, data))
        yield from meant_for_server
        if body.in_header:
            if not meant_for_server:
                yield from self._of_header(body, data)
            return
        self._empty_in_a_row = 0 if data else self._empty_in_a_row + 1
        if self._empty_in_a_row == EMPTY_LINES:
            yield Finding.WAITING_IN_MESSAGE, body.line, (), ""

    def ended(self, line: int | None) -> Iterator[Slip]:
        """The message is over."""
        if self._ordinal == 0 and self._shown and line is not None:
            yield Finding.NO_HEADER, line, (), ""

    @staticmethod
    def _of_octets(body: BodyLineSent, data: bytes, *, whole: bool) -> Iterator[Slip]:
        if whole and len(data) > LONGEST:
            yield Finding.LINE_TOO_LONG, body.line, ((LONGEST, len(data)),), str(LONGEST)
        if controls := tuple(match.span() for match in islice(_CONTROLS.finditer(data), 20)):
            yield Finding.CONTROL_IN_MESSAGE, body.line, controls, ""

    @staticmethod
    def _of_dots(body: BodyLineSent, data: bytes) -> Iterator[Slip]:
        if data.strip() in _FULL_WIDTH_DOTS:
            yield Finding.FULL_WIDTH_DOT, body.line, (_stripped(data),), ""
        elif data != b"." and data.strip() == b".":
            yield Finding.DOT_WITH_BLANKS, body.line, ((0, len(data)),), ""
        elif len(data) > 1 and data[:1] == b"." and data[:2] != b"..":
            yield Finding.DOT_NOT_STUFFED, body.line, ((0, 1),), ""
        elif data.strip() in COMMANDS_ALONE:
            yield Finding.COMMAND_IN_MESSAGE, body.line, (_stripped(data),), data.strip().decode().upper()

    def _of_header(self, body: BodyLineSent, data: bytes) -> Iterator[Slip]:
        after_field, self._after_field = self._after_field, False
        if not data:
            if self._ordinal == 1:
                yield Finding.NO_HEADER, body.line, (), "empty"
            self.in_header = False
        elif _BLANKS(data):
            self._after_field = after_field
            yield Finding.BLANK_NOT_EMPTY, body.line, ((0, len(data)),), ""
        elif field := _FIELD.match(data):
            self._fields += 1
            self._after_field = True
            if field[1]:
                yield Finding.BLANK_BEFORE_COLON, body.line, (field.span(1),), ""
        elif wide := _WIDE_COLON.match(data):
            self._fields += 1
            self._after_field = True
            yield Finding.FULL_WIDTH, body.line, (wide.span(1),), ""
        elif name := _FIELD_NAME.match(data):
            yield Finding.FIELD_WITHOUT_COLON, body.line, ((name.end(1), name.end(1) + 1),), ""
        elif self._ordinal == 1:
            yield Finding.NO_HEADER, body.line, (), "text"
        elif data[:1] in b" \t":
            self._after_field = after_field
            if self._fields and not after_field:
                yield Finding.CONTINUES_NOTHING, body.line, (), ""
        elif self._fields:
            yield Finding.NO_BLANK_LINE, body.line, (), ""


def _is_only_colon(data: bytes) -> bool:
    """All that is not ASCII is the colon of an input method, of which is told already."""
    return _WIDE_COLON.match(data) is not None and data.replace(b"\xef\xbc\x9a", b":", 1).isascii()


def _stripped(data: bytes) -> Span:
    """Where the text stands between its blanks."""
    start = len(data) - len(data.lstrip())
    return start, len(data.rstrip())
