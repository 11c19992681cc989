"""The octets behind the text of a transcript: from the events that lie beside it, else in doubt.

A text is made to be read: it shows a line in GBK as characters, a tab as blanks, and spells out what cannot
be shown. What a row of it says is certain, the octets behind it are not always. The events hold them; they
count for as long as each of their lines would have become the very row that stands in the text. A row that
was edited, added or taken away keeps what the text says of it.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Final

from tui.practice.reading_marked import BY_PROGRAM, as_read, bare
from tui.smtp.display import TAB, cells, decode
from tui.values import value

Numbered = tuple[int, str, bytes]
Line = tuple[str, bytes]

#: So many lines may be missing from the text before the events are given up for it.
_LOOKED_AHEAD: Final = 64
#: UTF-8 is what is taken for granted; these may be shown as the same characters.
_CHARSETS: Final = ("gbk", "big5", "latin-1")
#: As ``visible`` spells octets and characters, and never a printable one of ASCII.
_SPELT: Final = re.compile(rb"\\x(?:[01][0-9a-f]|7f|[89a-f][0-9a-f])|\\u\{[0-9a-f]{1,6}\}")
_BLANKS: Final = re.compile(r" {2,}")
_NOTE: Final = b"* "


class Doubt(Enum):
    """Why the octets of a line may have been others than are read."""

    CHARSET = "charset"  # other octets are shown as the same characters
    SPELT = "spelt"  # what is spelt out with a backslash may have been sent so
    BLANKS = "blanks"  # they may have been a tab


@value
class Doubtful:
    """One line of the dialogue. ``row`` is that of the text, from 1."""

    row: int
    side: str
    doubts: tuple[Doubt, ...]


class Rows:
    """The rows of a text as they are read, with the last one and its number."""

    def __init__(self, rows: Iterable[bytes]) -> None:
        self._rows = iter(rows)
        self.number = 0
        self.last = b""

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        self.last = next(self._rows)
        self.number += 1
        return self.last


def begins_alike(text: Iterable[Numbered], events: Iterable[Numbered]) -> bool:
    """Both are of the same session: the first line of one became the first line of the other."""
    first, other = next(_lines(text), None), next(_lines(events), None)
    return first is not None and other is not None and first == (other[0], as_read(*other))


def settled(
    steps: Iterable[Numbered], rows: Rows, events: Iterable[Numbered], doubt: Callable[[Doubtful], None]
) -> Iterator[Numbered]:
    """The steps of a marked text, with the octets of the events where they are known.

    Args:
        steps: as they are read from ``rows``, row by row.
        events: of the same session; none where there is nothing beside the text.
        doubt: told about each line whose octets are not certain.
    """
    beside = _Beside(_lines(events))
    recorded = False  # by this program, which shows and spells; others give a text as it is
    for number, side, octets in steps:
        if side == "*":
            recorded = recorded or rows.last.startswith(_NOTE) or rows.last.endswith(BY_PROGRAM)
            yield number, side, octets
            continue
        exact = beside.octets(side, octets)
        if exact is None and (doubts := tuple(_doubts(bare(rows.last), recorded=recorded))):
            doubt(Doubtful(rows.number, side, doubts))
        yield number, side, octets if exact is None else exact


class _Beside:
    """The lines of the events, in their order."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._ahead: deque[tuple[Line, bytes]] = deque()  # as it is read from the text, and its octets

    def octets(self, side: str, read: bytes) -> bytes | None:
        """Of the line that became this one; None where there is no such line near the last one."""
        for place in range(_LOOKED_AHEAD):
            if place == len(self._ahead):
                following = next(self._lines, None)
                if following is None:
                    return None
                self._ahead.append(((following[0], as_read(*following)), following[1]))
            shown, found = self._ahead[place]
            if shown == (side, read):
                for _passed in range(place + 1):
                    self._ahead.popleft()
                return found
        return None


def _lines(steps: Iterable[Numbered]) -> Iterator[Line]:
    return ((side, octets) for _number, side, octets in steps if side != "*")


def _doubts(row: bytes, *, recorded: bool) -> Iterator[Doubt]:
    if _SPELT.search(row):
        yield Doubt.SPELT
    if not recorded or (row.isascii() and b"  " not in row):
        return
    text, charset = decode(row)
    if charset == "utf-8" and any(_shows(text, other) for other in _CHARSETS):
        yield Doubt.CHARSET
    if any(cells(text[: run.end()]) % TAB == 0 for run in _BLANKS.finditer(text)):
        yield Doubt.BLANKS


def _shows(text: str, charset: str) -> bool:
    """Octets in this charset would be shown as these characters."""
    try:
        return decode(text.encode(charset)) == (text, charset)
    except UnicodeEncodeError:
        return False
