"""What was said, as the rows that the wire pane shows. Plain data, no widget: bounded, and cheap to append
to.

A *line* is one line of the dialogue or one note of ours; a *row* is one row of the screen. A line longer than
the pane takes several rows, and the carets of a slip are rows of the line they point at, so that nothing is
ever inserted between lines. Texts are ``visible()`` when they come in here.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from itertools import accumulate

from rich.cells import cell_len

from tui.ui.folding import fold
from tui.values import value
from tui.words.guide import Run, Tone

KEPT_LINES = 100_000
_TRIMMED_AT_ONCE = 10_000

SERVER, CLIENT, NOTE, HELD = "S", "C", "!", "C"
_SERVER, _CLIENT, _NOTE, _INSIDE = 0, 1, 2, 4  # bits of a line's kind


@value
class Remark:
    """The ``!`` rows under a line: carets under these cells of it (start, length), then a short text."""

    spans: tuple[tuple[int, int], ...]
    text: str


@value
class Row:
    """One row of the wire. ``line`` counts from the oldest line that is kept."""

    line: int
    mark: str  # "S" "C" "!" or "" on a continuation
    inside: bool  # of the message
    runs: tuple[Run, ...]
    first: bool = True  # of its line
    begins: int = 0  # where in the line's text this row begins; -1: the row is none of the line's text


class WireLog:
    """Append with ``said``; read with ``row`` and ``rows`` after ``fit`` was told the width of the text
    column."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._kinds = bytearray()
        self._walls = array("d")
        self._latencies: dict[int, float] = {}
        self._heads: dict[int, tuple[int, Tone]] = {}
        self._hidden: dict[int, str] = {}
        self._remarks: dict[int, tuple[Remark, ...]] = {}
        self._numbered = array("Q")  # wire number - 1 -> line, counted with the dropped ones
        self._unnumbered = 0  # wire numbers of this connection that are no longer kept
        self._dropped = 0
        self._width = 0
        self._ends = array("Q")  # rows up to and with each line; empty while every line is one row
        self._wrapped = False
        self.revision = 0
        """Goes up when a row that may have been shown has changed; appending changes none."""

    # -- what was said

    def server(self, number: int, text: str, wall: float) -> None:
        self._append(_SERVER, text, wall, number)

    def client(self, number: int, text: str, wall: float, hidden: str = "") -> None:
        """``hidden`` is the quiet word behind a masked line."""
        line = self._append(_CLIENT, text, wall, number)
        if hidden:
            self._hidden[line] = hidden
            self._recount(line - self._dropped)

    def note(self, text: str, wall: float) -> None:
        self._append(_NOTE, text, wall)

    def begin_connection(self) -> None:
        """Wire numbers start again at 1."""
        del self._numbered[:]
        self._unnumbered = 0

    def inside(self, number: int) -> None:
        """The sent line with this wire number turned out to be part of the message."""
        line = self._line(number)
        if line is not None:
            self._kinds[line] |= _INSIDE
            self.revision += 1

    def judge(self, number: int, count: int, head: str, tone: Tone) -> None:
        """The ``count`` lines up to this wire number are a reply whose code is to be seen in ``tone``."""
        for one in range(max(1, number - count + 1), number + 1):
            line = self._line(one)
            if line is not None and not self._kinds[line]:
                text = self._texts[line]
                length = len(head) if text.startswith(head) else 3
                self._heads[line + self._dropped] = (min(length, len(text)), tone)
                self.revision += 1

    def latency(self, number: int, seconds: float) -> None:
        line = self._line(number)
        if line is not None:
            self._latencies[line + self._dropped] = seconds
            self.revision += 1

    def remark(self, number: int | None, remark: Remark, wall: float) -> None:
        """Say something about the line with this wire number; about none, or one that is gone: as a note."""
        line = self._line(number) if number else None
        if line is None:
            self.note(remark.text, wall)
            return
        key = line + self._dropped
        self._remarks[key] = (*self._remarks.get(key, ()), remark)
        self.revision += 1
        self._recount(line)

    # -- reading

    def __len__(self) -> int:
        """Lines that are kept."""
        return len(self._texts)

    @property
    def dropped(self) -> int:
        """Lines that were said and are not kept here any more (the transcript has them)."""
        return self._dropped

    @property
    def width(self) -> int:
        return self._width

    def fit(self, width: int) -> None:
        """Fold for a text column of this many cells."""
        if width != self._width:
            self._width = max(1, width)
            self._count_all()

    @property
    def rows(self) -> int:
        return self._ends[-1] if self._wrapped and self._ends else len(self._texts)

    def line_at(self, row: int) -> int:
        return bisect_right(self._ends, row) if self._wrapped else row

    def first_row(self, line: int) -> int:
        """Where a line begins; one past the last line: the end."""
        if not self._wrapped:
            return line
        return self._ends[line - 1] if line else 0

    def line_count(self, row: int, end: int) -> int:
        """How many lines begin in these rows."""
        if not self._wrapped:
            return max(0, min(end, len(self._texts)) - row)
        return self._begun_before(end) - self._begun_before(row) if row < end else 0

    def row(self, row: int) -> Row:
        line = self.line_at(row)
        if not self._wrapped and not self._is_long(line):
            return self._whole(line)
        return self.rows_of(line)[row - self.first_row(line)]

    def rows_of(self, line: int) -> tuple[Row, ...]:
        """All rows of a line, its remarks included."""
        if not self._is_long(line):
            return (self._whole(line),)
        kind = self._kinds[line]
        mark, inside = _MARKS[kind & 3], bool(kind & _INSIDE)
        rows: list[Row] = []
        remarks = self._remarks.get(line + self._dropped, ())
        ranges = fold(self._suffixed(line), self._width)
        cells_before = 0
        for nth, (start, end) in enumerate(ranges):
            runs = self._runs(line, start, end)
            rows.append(Row(line, mark if nth == 0 else "", inside, runs, nth == 0, start))
            size = cell_len(self._suffixed(line)[start:end])
            last = nth == len(ranges) - 1
            for remark in remarks:
                rows.extend(self._remark_rows(line, remark, cells_before, size, first=nth == 0, last=last))
            cells_before += size
        return tuple(rows)

    def text_of(self, line: int) -> str:
        return self._texts[line]

    def wall_of(self, line: int) -> float:
        return self._walls[line]

    def latency_of(self, line: int) -> float | None:
        return self._latencies.get(line + self._dropped)

    def is_note(self, line: int) -> bool:
        return self._kinds[line] & 3 == _NOTE

    def number_of(self, line: int) -> int | None:
        """The wire number of a line of the present connection."""
        key = line + self._dropped
        at = bisect_right(self._numbered, key) - 1
        return at + 1 + self._unnumbered if at >= 0 and self._numbered[at] == key else None

    def transcript_of(self, line: int) -> str:
        """The line as it may be copied: with its mark, as line mode prints it."""
        return f"{_MARKS[self._kinds[line] & 3]}: {self._texts[line]}"

    # -- inside

    def _append(self, kind: int, text: str, wall: float, number: int = 0) -> int:
        if len(self._texts) >= KEPT_LINES:
            self._trim()
        self._texts.append(text)
        self._kinds.append(kind)
        self._walls.append(wall)
        key = self._dropped + len(self._texts) - 1
        if number:
            self._numbered.append(key)
        if self._width:
            self._count(len(self._texts) - 1)
        return key

    def _line(self, number: int) -> int | None:
        at = number - 1 - self._unnumbered
        if not 0 <= at < len(self._numbered):
            return None
        line = self._numbered[at] - self._dropped
        return line if line >= 0 else None

    def _is_long(self, line: int) -> bool:
        """More than one row, or not sure."""
        text, key = self._texts[line], line + self._dropped
        return len(text) > self._width or not text.isascii() or key in self._remarks or key in self._hidden

    def _suffixed(self, line: int) -> str:
        hidden = self._hidden.get(line + self._dropped, "")
        return f"{self._texts[line]}   {hidden}" if hidden else self._texts[line]

    def _whole(self, line: int) -> Row:
        kind = self._kinds[line]
        return Row(line, _MARKS[kind & 3], bool(kind & _INSIDE), self._runs(line, 0, len(self._texts[line])))

    def _runs(self, line: int, start: int, end: int) -> tuple[Run, ...]:
        text = self._texts[line]
        head, tone = self._heads.get(line + self._dropped, (0, Tone.INK))
        hidden = len(text)
        base = _TONES[self._kinds[line] & 3]
        pieces = (
            (start, min(end, head), tone, True),
            (max(start, head), min(end, hidden), base, False),
            (max(start, hidden), end, Tone.QUIET, False),
        )
        whole = self._suffixed(line)
        return tuple(Run(whole[a:b], tone, bold) for a, b, tone, bold in pieces if a < b)

    def _remark_rows(
        self, line: int, remark: Remark, before: int, size: int, *, first: bool, last: bool
    ) -> list[Row]:
        """The remark's rows under one row of its line, which shows the cells ``before`` to ``before +
        size``."""
        width = self._width
        spans = [
            (start - before, min(length, before + size - start))
            for start, length in remark.spans
            if before <= start < before + size
        ]
        here = bool(spans) if remark.spans else last
        if remark.spans and not any(start < before + size for start, _ in remark.spans) and last:
            here = True  # a span behind the end of the text: say it under the last row
        if not here:
            return []
        carets = _carets(spans)
        room = width - cell_len(carets) - 1
        told = bool(remark.spans) and any(start < before for start, _ in remark.spans)  # under an earlier row
        text = "" if told else remark.text
        if carets and cell_len(text) <= room:
            parts = [f"{carets} {text}".rstrip()]
        else:
            parts = ([carets] if carets else []) + [text[a:b] for a, b in fold(text, width) if text]
        return [
            Row(line, NOTE if nth == 0 else "", False, (Run(part, Tone.LATER),), False, -1)
            for nth, part in enumerate(parts)
        ]

    # -- counting rows

    def _begun_before(self, row: int) -> int:
        """How many lines begin above this row, while lines take several."""
        ends = self._ends
        return bisect_left(ends, row, hi=len(ends) - 1) + 1 if ends and row > 0 else 0

    def _rows_in(self, line: int) -> int:
        if not self._is_long(line):
            return 1
        if line + self._dropped in self._remarks:
            return len(self.rows_of(line))
        return len(fold(self._suffixed(line), self._width))

    def _count(self, line: int) -> None:
        count = self._rows_in(line)
        if self._wrapped:
            self._ends.append((self._ends[-1] if self._ends else 0) + count)
        elif count > 1:
            self._count_all()

    def _recount(self, line: int) -> None:
        """The rows of this line, and where all later ones stand, have changed."""
        if not self._width:
            return
        if not self._wrapped:
            if self._rows_in(line) > 1:
                self._count_all()
            return
        before = self.first_row(line)
        change = before + self._rows_in(line) - self._ends[line]
        if change:
            for later in range(line, len(self._ends)):
                self._ends[later] += change

    def _count_all(self) -> None:
        counts = [self._rows_in(line) for line in range(len(self._texts))]
        self._wrapped = any(count > 1 for count in counts)
        self._ends = array("Q", accumulate(counts)) if self._wrapped else array("Q")
        self.revision += 1

    def _trim(self) -> None:
        """Forget the oldest lines, many at once, so that this is rare."""
        gone = _TRIMMED_AT_ONCE
        del self._texts[:gone], self._kinds[:gone], self._walls[:gone]
        self._dropped += gone
        unnumbered = bisect_right(self._numbered, self._dropped - 1)
        del self._numbered[:unnumbered]
        self._unnumbered += unnumbered
        for table in (self._latencies, self._heads, self._hidden, self._remarks):
            for key in [key for key in table if key < self._dropped]:
                del table[key]
        self._count_all()


_MARKS = (SERVER, CLIENT, NOTE)
_TONES = (Tone.INK, Tone.YOU, Tone.LATER)


def _carets(spans: list[tuple[int, int]]) -> str:
    line = ""
    for start, length in sorted(spans):
        line = line.ljust(max(0, start)) + "^" * max(1, length)
    return line
