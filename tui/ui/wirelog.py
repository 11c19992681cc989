"""What was said, as the rows that the wire pane shows. Plain data, no widget: bounded, and cheap to append
to.

A *line* is one line of the dialogue or one note of ours; a *row* is one row of the screen. A line longer than
the pane takes several rows, and the carets of a slip are rows of the line they point at, so that nothing is
ever inserted between lines. Texts are ``visible()`` when they come in here.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence

from rich.cells import cell_len

from tui.smtp.events import LineEnd
from tui.smtp.lens import marks, signs
from tui.ui.folding import fold
from tui.ui.remarks import Remark, remark_rows
from tui.ui.rowindex import RowIndex
from tui.values import value
from tui.words.guide import Run, Tone

KEPT_LINES = 100_000
_TRIMMED_AT_ONCE = 10_000
_EARLIER = 32  # connections whose lines can still be explained

SERVER, CLIENT, NOTE = "S", "C", "!"
_UNSEEN_AT_MOST = 4_000  # lines whose octets are kept for the lens
_FORGOTTEN_AT_ONCE = 2_000
_SERVER, _CLIENT, _NOTE, _INSIDE, _END = 0, 1, 2, 4, 8  # bits of a line's kind; from _END on its end
_ENDS = tuple(LineEnd)
_END_BITS = {end: _END * at for at, end in enumerate(_ENDS)}
HIDDEN = -1  # a line's length in octets, where that may not be told
_MARKS = (SERVER, CLIENT, NOTE)
_TONES = (Tone.INK, Tone.YOU, Tone.LATER)


@value
class Row:
    """One row of the wire. ``line`` counts from the oldest line that is kept."""

    line: int
    mark: str  # "S" "C" "!" or "" on a continuation
    inside: bool  # of the message
    runs: tuple[Run, ...]
    first: bool = True  # of its line
    begins: int = 0  # where in the line's text this row begins; -1: the row is none of the line's text
    quiet: bool = False  # a row of ours that finds nothing wrong


class WireLog:
    """Append with ``server``, ``client`` and ``note``; read with ``row`` and ``rows`` after ``fit`` was told
    the width of the text column."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._kinds = bytearray()
        self._walls = array("d")
        self._octets = array("i")
        self._latencies: dict[int, float] = {}
        self._heads: dict[int, tuple[int, Tone]] = {}
        self._hidden: dict[int, str] = {}
        self._remarks: dict[int, tuple[Remark, ...]] = {}
        #: Octets, limit, is a dot taken off; once it was looked at, what stands under the line.
        self._unseen: dict[int, tuple[bytes, int, bool] | Remark] = {}
        self._lens = False
        self._numbered = array("Q")  # wire number - 1 -> line, counted with the dropped ones
        self._unnumbered = 0  # wire numbers of this connection that are no longer kept
        self._connection = 0  # how often wire numbers began again
        self._earlier: deque[tuple[int, array[int], int]] = deque(maxlen=_EARLIER)  # the same of those before
        self._dropped = 0
        self._width = 0
        self._index = RowIndex()
        self.revision = 0
        """Goes up when a row that may have been shown has changed; appending changes none."""

    # -- what was said

    def server(
        self, number: int, text: str, wall: float, octets: int = HIDDEN, end: LineEnd = LineEnd.CRLF
    ) -> None:
        """``octets``: how long it is without its ``end``."""
        kind = _SERVER if end is LineEnd.CRLF else _SERVER | _END_BITS[end]
        self._append(kind, text, wall, number, octets)

    def client(
        self,
        number: int,
        text: str,
        wall: float,
        octets: int = HIDDEN,
        end: LineEnd = LineEnd.CRLF,
        *,
        hidden: str = "",
    ) -> None:
        """``hidden`` is the quiet word behind a masked line."""
        line = self._append(_CLIENT | _END_BITS[end], text, wall, number, octets)
        if hidden:
            self._hidden[line] = hidden
            self._recount(line - self._dropped)

    def suffix(self, number: int, text: str) -> None:
        """A quiet word behind the line with this wire number."""
        line = self._line(number)
        if line is not None:
            self._hidden[line + self._dropped] = text
            self.revision += 1
            self._recount(line)

    def note(self, text: str, wall: float, took: float | None = None) -> None:
        """``took``: seconds, of what it says."""
        line = self._append(_NOTE, text, wall)
        if took is not None:
            self._latencies[line] = took

    def unseen(self, number: int, data: bytes, limit: int, *, stuffed: bool = False) -> None:
        """The line with this wire number holds what its text does not show, or is longer than ``limit``:
        for the lens. ``stuffed``: its first dot is taken off."""
        line = self._line(number)
        if line is None:
            return
        if len(self._unseen) >= _UNSEEN_AT_MOST:
            for key in list(self._unseen)[:_FORGOTTEN_AT_ONCE]:
                del self._unseen[key]
            self._count_all()
        self._unseen[line + self._dropped] = (data, limit, stuffed)
        if self._lens:
            self.revision += 1
            self._recount(line)

    def begin_connection(self) -> None:
        """Wire numbers start again at 1."""
        if self._numbered:
            self._earlier.append((self._connection, self._numbered, self._unnumbered))
        self._numbered, self._unnumbered = array("Q"), 0
        self._connection += 1

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
            if line is not None and not self._kinds[line] & 3:
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

    def ends_with_notes(self, notes: Sequence[str]) -> bool:
        """The last lines are just these notes of ours."""
        count = len(notes)
        return self._texts[-count:] == list(notes) and all(kind & 3 == _NOTE for kind in self._kinds[-count:])

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

    def fit(self, width: int, *, lens: bool = False) -> None:
        """Fold for a text column of this many cells. ``lens``: say under a line what cannot be seen in it."""
        if width != self._width or lens != self._lens:
            self._width, self._lens = max(1, width), lens
            self._count_all()

    @property
    def rows(self) -> int:
        return self._index.rows

    def line_at(self, row: int) -> int:
        return self._index.line_at(row)

    def first_row(self, line: int) -> int:
        """Where a line begins; one past the last line: the end."""
        return self._index.first_row(line)

    def line_count(self, row: int, end: int) -> int:
        """How many lines begin in these rows."""
        return self._index.begun(row, end)

    def row(self, row: int) -> Row:
        line = self.line_at(row)
        return self.rows_of(line)[row - self.first_row(line)]

    def rows_of(self, line: int) -> tuple[Row, ...]:
        """All rows of a line, its remarks included."""
        if not self._is_long(line):
            return (self._whole(line),)
        kind, text = self._kinds[line], self._suffixed(line)
        mark, inside = _MARKS[kind & 3], bool(kind & _INSIDE)
        remarks = (*self._under_lens(line), *self._remarks.get(line + self._dropped, ()))
        rows: list[Row] = []
        before = 0  # cells in the rows above
        for start, end in fold(text, self._width):
            rows.append(
                Row(line, "" if start else mark, inside, self._runs(line, start, end), not start, start)
            )
            after = before + cell_len(text[start:end])
            for remark in remarks:
                told = remark_rows(remark, before, after, self._width, last=end == len(text))
                rows += [
                    _note_row(line, part, first=nth == 0, quiet=remark.quiet) for nth, part in enumerate(told)
                ]
            before = after
        return tuple(rows)

    def size_of(self, line: int) -> tuple[int, LineEnd]:
        """Octets of a line that was said, ``HIDDEN`` for a secret one, and how it ended."""
        return self._octets[line], _ENDS[self._kinds[line] // _END]

    def is_note(self, line: int) -> bool:
        return self._kinds[line] & 3 == _NOTE

    def wall_of(self, line: int) -> float:
        return self._walls[line]

    def latency_of(self, line: int) -> float | None:
        return self._latencies.get(line + self._dropped)

    def place_of(self, line: int) -> tuple[int, int] | None:
        """The connection (how many began up to it) and the wire number of a line; None of a note, and of a
        line of long ago."""
        key = line + self._dropped
        for connection, numbered, unnumbered in (
            (self._connection, self._numbered, self._unnumbered),
            *reversed(self._earlier),
        ):
            at = bisect_right(numbered, key) - 1
            if at >= 0:
                return (connection, at + 1 + unnumbered) if numbered[at] == key else None
        return None

    # -- inside

    def _append(self, kind: int, text: str, wall: float, number: int = 0, octets: int = HIDDEN) -> int:
        if len(self._texts) >= KEPT_LINES:
            self._trim()
        self._texts.append(text)
        self._kinds.append(kind)
        self._walls.append(wall)
        self._octets.append(octets)
        key = self._dropped + len(self._texts) - 1
        if number:
            self._numbered.append(key)
        if self._width:
            self._index.append(self._rows_in(len(self._texts) - 1))
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
        if len(text) > self._width or not text.isascii() or key in self._remarks or key in self._hidden:
            return True
        return self._lens and key in self._unseen

    def _under_lens(self, line: int) -> tuple[Remark, ...]:
        key = line + self._dropped
        unseen = self._unseen.get(key) if self._lens else None
        if unseen is None:
            return ()
        if isinstance(unseen, Remark):
            return (unseen,)
        from tui.words.lens import legend  # not before somebody looks through it

        data, limit, stuffed = unseen
        found = marks(data, limit=limit, stuffed=stuffed)
        placed = signs(data, found)
        spans = tuple((first, size) for first, size, _sign in placed)
        remark = Remark(spans, legend(found), "".join(sign for *_cells, sign in placed), quiet=True)
        self._unseen[key] = remark
        return (remark,)

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

    def _rows_in(self, line: int) -> int:
        if not self._is_long(line):
            return 1
        key = line + self._dropped
        if key in self._remarks or (self._lens and key in self._unseen):
            return len(self.rows_of(line))
        return len(fold(self._suffixed(line), self._width))

    def _recount(self, line: int) -> None:
        """The rows of this line have changed."""
        if self._width:
            self._index.change(line, self._rows_in(line))

    def _count_all(self) -> None:
        if self._width:
            self._index = RowIndex(self._rows_in(line) for line in range(len(self._texts)))
        self.revision += 1

    def _trim(self) -> None:
        """Forget the oldest lines, many at once, so that this is rare."""
        gone = _TRIMMED_AT_ONCE
        del self._texts[:gone], self._kinds[:gone], self._walls[:gone], self._octets[:gone]
        self._dropped += gone
        unnumbered = bisect_right(self._numbered, self._dropped - 1)
        del self._numbered[:unnumbered]
        self._unnumbered += unnumbered
        for table in (self._latencies, self._heads, self._hidden, self._remarks, self._unseen):
            for key in [key for key in table if key < self._dropped]:
                del table[key]
        if self._width:
            self._index.forget(gone)
        self.revision += 1


def _note_row(line: int, text: str, *, first: bool, quiet: bool) -> Row:
    """A row of ours under a row of the line."""
    tone = Tone.QUIET if quiet else Tone.LATER
    return Row(line, NOTE if first else "", False, (Run(text, tone),), False, -1, quiet)
