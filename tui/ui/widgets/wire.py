"""The wire: what was said, raw, with a gutter that only we write in.

It holds no scroll state of Textual's and asks for no layout: which rows are to be seen is a number.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.selection import Selection
from textual.strip import Strip
from textual.widget import Widget

from tui.smtp.events import LineEnd
from tui.ui.grid import Times
from tui.ui.look import Look, look_of
from tui.ui.wirelog import HIDDEN, Row, WireLog
from tui.words.guide import Run, Tone

MARGIN = 1
GUTTER = 4
TEXT_FROM = MARGIN + GUTTER
CLOCK, LATENCY, GAP = 8, 7, 2
TIMES = {Times.NONE: 0, Times.LATENCY: GAP + LATENCY, Times.BOTH: GAP + CLOCK + GAP + LATENCY}
TIMES_END = 88  # right-aligned at this column at most
OCTETS, LINE_END = 5, 4
LENS = GAP + OCTETS + 1 + LINE_END
_WHEEL_ROWS = 3
_CACHED_STRIPS = 400


class Wire(Widget, can_focus=True):
    """Focus means reading: ``❯`` moves over the lines. A click does not focus it: the mouse selects."""

    FOCUS_ON_CLICK = False

    DEFAULT_CSS = """
    Wire { background: transparent; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "read(-1)", show=False, id="wire.up"),
        Binding("down,j", "read(1)", show=False, id="wire.down"),
        Binding("home", "read_first", show=False, id="wire.first"),
        Binding("end", "read_last", show=False, id="wire.last"),
        Binding("enter", "explain", show=False, id="wire.explain"),
    ]

    class LineChosen(Message):
        """Posted by Enter on a line while reading: ``reading`` says which."""

    def __init__(self, said: WireLog, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.said = said
        self.out_of_sight: Callable[[int, int], str] = lambda above, below: ""
        """Words for the first row when lines are out of sight: so many above, so many below."""
        self._held: tuple[Row, ...] = ()
        self._top: int | None = None  # first row shown; None: always the last ones
        self._reading: int | None = None  # the line that has the mark
        self._times, self._lens = Times.NONE, False
        self._strips: dict[int, Strip] = {}
        self._strips_of: object = None
        self._wanted = 0

    # -- how many rows

    @property
    def rows_wanted(self) -> int:
        """All rows there are; the screen gives as many as it can."""
        return self.said.rows + len(self._held)

    def fit(self, width: int, *, times: Times = Times.NONE, lens: bool = False) -> None:
        """The pane is so wide, its margins included: fold for it. ``lens``: show how many octets each line
        has, how it ends, and what cannot be seen in it."""
        self._times, self._lens = times, lens
        beside = TIMES[times] + LENS * lens
        right = min(width - MARGIN, TIMES_END) if beside else width - MARGIN
        room = right - beside - TEXT_FROM
        if room != self.said.width:
            self._top = None
        self.said.fit(room, lens=lens)
        self._wanted = self.rows_wanted

    # -- what is new

    def hold(self, lines: Sequence[str], word: str) -> None:
        """Lines that wait for a reply before they go out, shown quiet behind the last line, each with this
        word."""
        self._held = tuple(
            Row(-1, "C", False, (Run(line, Tone.QUIET), Run(f"   {word}", Tone.QUIET))) for line in lines
        )

    def show_news(self) -> bool:
        """The log has changed: paint it. True when the prompt has to move: more or fewer rows are wanted."""
        before, self._wanted = self._wanted, self.rows_wanted
        self.refresh()
        return before != self._wanted and min(before, self._wanted) <= self.size.height

    # -- which rows

    @property
    def first_row(self) -> int:
        """The row of the log in the widget's first row."""
        last = max(0, self.rows_wanted - self.size.height)
        return last if self._top is None else min(self._top, last)

    def follow(self) -> None:
        """Show the last rows again, whatever was looked at."""
        self._reading = None
        self._show_from(self.rows_wanted)

    def scroll_pages(self, pages: int) -> None:
        """PgUp and PgDn, while the prompt keeps the keys; while reading, the mark goes along."""
        if self._reading is not None:
            self._read(self._reading + pages * max(1, self.size.height - 2))
            return
        self._show_from(self.first_row + pages * max(1, self.size.height - 2))

    def _show_from(self, row: int) -> None:
        last = self.rows_wanted - self.size.height
        self._top = None if row >= last else max(0, row)
        self.refresh()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self._show_from(self.first_row - _WHEEL_ROWS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self._show_from(self.first_row + _WHEEL_ROWS)

    # -- reading

    @property
    def reading(self) -> int | None:
        return self._reading

    def on_focus(self) -> None:
        if self._reading is None:
            self.begin_reading()

    def begin_reading(self) -> None:
        """From the last line that is in sight."""
        if len(self.said):
            self._read(self.said.line_at(min(self.said.rows, self.first_row + self.size.height) - 1))

    def on_blur(self) -> None:
        self._reading = None
        self.refresh()

    def action_read(self, step: int) -> None:
        self._read((self._reading or 0) + step)

    def action_read_first(self) -> None:
        self._read(0)

    def action_read_last(self) -> None:
        self._read(len(self.said) - 1)

    def action_explain(self) -> None:
        if self._reading is not None:
            self.post_message(self.LineChosen())

    def _read(self, line: int) -> None:
        if not len(self.said):
            return
        self._reading = line = max(0, min(line, len(self.said) - 1))
        first, end = self.said.first_row(line), self.said.first_row(line + 1)
        top, height = self.first_row, self.size.height
        if first <= top:
            top = first - 1 if first else 0  # the first row says how many lines are above
        elif end > top + height or (not top and end == height < self.rows_wanted):
            top = max(1, end - height)  # at the top it is the last row that says how many are below
        self._show_from(top)

    # -- painting

    @property
    def look(self) -> Look:
        return look_of(self.app)

    def render_line(self, y: int) -> Strip:
        look, width = self.look, self.size.width
        row = self.first_row + y
        if y == (0 if self._more_above else self.size.height - 1):
            words = self._out_of_sight()
            if words:
                return look.strip((Run(" " * TEXT_FROM), Run(words, Tone.QUIET)), width)
        shown = self._row(row)
        if shown is None:
            return Strip.blank(width)
        return self._strip(row, shown, look, width)

    @property
    def _more_above(self) -> bool:
        return bool(self.first_row or self.said.dropped)

    def _out_of_sight(self) -> str:
        """How many lines are not to be seen, in the place of the first row; at the top in that of the last
        one, for the first row of all could not be read anywhere else."""
        first, height = self.first_row, self.size.height
        end = first + height
        hidden_below = max(0, self.rows_wanted - end)
        if not self._more_above and not hidden_below:
            return ""
        end -= not self._more_above
        below = self.said.line_count(end, self.rows_wanted) if hidden_below else 0
        above = self.said.line_count(0, first + 1) + self.said.dropped if first or self.said.dropped else 0
        return self.out_of_sight(above, below)

    def _row(self, row: int) -> Row | None:
        rows = self.said.rows
        if row < rows:
            return self.said.row(row)
        return self._held[row - rows] if row - rows < len(self._held) else None

    def _strip(self, number: int, row: Row, look: Look, width: int) -> Strip:
        """A row that was painted before is not built again."""
        selected = self._selected(number)
        state = (self.said.revision, look, width, self._times, self._lens)
        if state != self._strips_of or len(self._strips) > _CACHED_STRIPS:
            self._strips, self._strips_of = {}, state
        plain = selected is None and (row.line != self._reading or row.line < 0) and row.line >= 0
        if plain and number in self._strips:
            return self._strips[number]
        gutter = look.strip(self._gutter(row, look), TEXT_FROM)
        beside = (*self._measured(row), *self._when(row))
        text = look.strip(row.runs, self.said.width if beside else width - TEXT_FROM)
        if selected is not None:
            text = _reversed(text, selected)
        parts = [gutter, text.apply_offsets(0, number)]
        if beside:
            parts.append(look.strip(beside, width - TEXT_FROM - self.said.width))
        strip = Strip.join(parts)
        if plain:
            self._strips[number] = strip
        return strip

    def _gutter(self, row: Row, look: Look) -> tuple[Run, ...]:
        reading = look.glyphs.here if row.first and row.line >= 0 and row.line == self._reading else " "
        tone, bold = _MARK_TONES[row.mark]
        if row.line < 0 or row.quiet:
            tone, bold = Tone.QUIET, False
        return (
            Run(" "),
            Run(row.mark or " ", tone, bold),
            Run(reading, Tone.YOU, True),
            Run(look.glyphs.inside if row.inside else " ", Tone.QUIET),
            Run(" "),
        )

    def _measured(self, row: Row) -> tuple[Run, ...]:
        """Through the lens: octets and end of the line. Only we write in this column."""
        if not self._lens:
            return ()
        if not row.first or row.line < 0 or self.said.is_note(row.line):
            return (Run(" " * LENS),)
        from tui.words.lens import LINE_ENDS  # not before somebody looks through it

        octets, end = self.said.size_of(row.line)
        count = "" if octets == HIDDEN else str(octets)
        usual = end is LineEnd.CRLF
        return (
            Run(f"{' ' * GAP}{count:>{OCTETS}} ", Tone.QUIET),
            Run(f"{LINE_ENDS[end]:<{LINE_END}}", Tone.QUIET if usual else Tone.LATER, not usual),
        )

    def _when(self, row: Row) -> tuple[Run, ...]:
        """Only we write in this column."""
        if self._times is Times.NONE or not row.first or row.line < 0:
            return ()
        told = f"{' ' * GAP}{_took(self.said.latency_of(row.line)):>{LATENCY}}"
        if self._times is Times.BOTH:
            clock = time.strftime("%H:%M:%S", time.localtime(self.said.wall_of(row.line)))
            told = f"{' ' * GAP}{clock}{told}"
        return (Run(told, Tone.QUIET),)

    # -- selecting

    def _selected(self, row: int) -> tuple[int, int] | None:
        selection = self.text_selection
        return selection.get_span(row) if selection is not None else None

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text without the gutter; the rows of one line are joined again."""
        first = selection.start.y if selection.start is not None else 0
        last = selection.end.y if selection.end is not None else self.said.rows - 1
        text = ""
        for number in range(max(0, first), min(last, self.said.rows - 1) + 1):
            span, row = selection.get_span(number), self.said.row(number)
            if span is None:
                continue
            start, end = span
            if text and (row.first or row.begins < 0):
                text += "\n"
            shown = "".join(run.text for run in row.runs)
            text += shown[start:] if end == -1 else shown[start:end]
        return text, "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        self.refresh()


_MARK_TONES = {
    "S": (Tone.QUIET, False),
    "C": (Tone.YOU, True),
    "!": (Tone.LATER, True),
    "": (Tone.INK, False),
}


def _took(seconds: float | None) -> str:
    if seconds is None:
        return ""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def _reversed(strip: Strip, span: tuple[int, int]) -> Strip:
    """The strip with the code points of this span reversed (-1: to the end of the text)."""
    start, end = span
    pieces, at = [], 0
    for segment in strip:
        text, style = segment.text, segment.style or Style()
        size = len(text)
        a = min(max(0, start - at), size)
        b = size if end == -1 else min(max(0, end - at), size)
        b = max(a, b)
        parts = ((text[:a], style), (text[a:b], style + Style(reverse=True)), (text[b:], style))
        pieces += [Segment(part, chosen) for part, chosen in parts if part]
        at += size
    return Strip(pieces, strip.cell_length)
