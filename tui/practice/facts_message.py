"""What is said about a message: counted as its octets go by; kept is its header, and all of it on request."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from tui.smtp.commands import text_of

#: The header is kept up to so many octets; fields behind that are not listed.
KEPT_HEADER_OCTETS = 1 << 18

_FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:[ \t]*(.*)", re.DOTALL)


class MessageFacts:
    """One message: ``take`` its octets after un-stuffing, line ends as they were sent. With ``keep`` they are
    kept too."""

    def __init__(self, method: str, *, keep: bool = False) -> None:
        self.method = method
        self._kept: list[bytes] | None = [] if keep else None
        self.complete = False
        self.shown = True  # False: not in the recording, or not with its octets
        self.chunks = 0
        self.stuffed_lines = 0
        self._size = 0
        self._digest = hashlib.sha256()
        self._longest = 0
        self._eight_bit = False
        self._bare_lf = False
        self._empty_line = False
        self._length = 0  # of the line that goes on
        self._ends_in_cr = False
        self._header: list[bytes] = []
        self._header_octets = 0

    def copy(self) -> MessageFacts:
        """The same so far; what comes counts for one of them only."""
        twin = MessageFacts(self.method)
        twin.__dict__.update(self.__dict__)
        twin._digest = self._digest.copy()
        twin._header = list(self._header)
        twin._kept = None if self._kept is None else list(self._kept)
        return twin

    @property
    def wire(self) -> bytes:
        """The whole message as it was sent, dots doubled, where it was to be kept."""
        return b"".join(self._kept or ())

    def take(self, octets: bytes, *, stuffed: bool = False) -> None:
        """The next octets. They may be parts of lines, but hold no LF except as their last octet.
        ``stuffed``: a dot was taken off before them."""
        self.stuffed_lines += stuffed
        self._size += len(octets)
        if self._kept is not None:
            self._kept.append(b"." + octets if stuffed else octets)
        self._digest.update(octets)
        self._eight_bit = self._eight_bit or not octets.isascii()
        if not self._empty_line and self._header_octets < KEPT_HEADER_OCTETS:
            self._header.append(octets)
            self._header_octets += len(octets)
        if not octets.endswith(b"\n"):
            self._length += len(octets)
            self._ends_in_cr = octets.endswith(b"\r") if octets else self._ends_in_cr
            self._longest = max(self._longest, self._length)
            return
        crlf = octets.endswith(b"\r\n") or (octets == b"\n" and self._ends_in_cr)
        length = self._length + len(octets) - (2 if crlf else 1)
        self._bare_lf = self._bare_lf or not crlf
        self._longest = max(self._longest, length)
        self._empty_line = self._empty_line or length == 0
        self._length = 0
        self._ends_in_cr = False

    def facts(self) -> dict[str, Any]:
        """By the names of DESIGN §7."""
        chunks = {"chunks": self.chunks} if self.method == "BDAT" else {}
        return {
            "method": self.method,
            **chunks,
            "complete": self.complete,
            "size_octets": self._size,
            "wire_octets": self._size + self.stuffed_lines,
            "dot_stuffed_lines": self.stuffed_lines,
            "sha256": self._digest.hexdigest(),
            "max_line_octets": self._longest,
            "eight_bit": self._eight_bit,
            "bare_lf": self._bare_lf,
            "header_fields": header_fields(b"".join(self._header)),
            "has_blank_line_after_headers": self._empty_line,
        }


def header_fields(octets: bytes) -> list[list[str]]:
    """Name and value of each field up to the first empty line.

    A plain reading: folded lines are joined as RFC 5322 §2.2.3 has it, by leaving out the line end; a line
    that is no field is passed over, so that of a text without an empty line before it whatever looks like a
    field is listed.
    """
    fields: list[list[bytes]] = []
    in_field = False
    for row in octets.split(b"\n"):
        line = row.removesuffix(b"\r")
        if not line:
            break
        if line[:1] in b" \t":
            if in_field:
                fields[-1][1] += line
            continue
        match = _FIELD.fullmatch(line)
        in_field = match is not None
        if match:
            fields.append([match[1], match[2]])
    return [[text_of(name), text_of(value)] for name, value in fields]
