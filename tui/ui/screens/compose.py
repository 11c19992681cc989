"""The whole message in an editor: what is checked and what will change on the wire stand beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from email.utils import formatdate
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from tui.ui.draft import Draft, folds
from tui.ui.editing import edited
from tui.ui.flow import Row, blanks, cut, pad, wrap
from tui.ui.grid import GUIDE_NARROW, GUIDE_WIDE, SIDE_FROM, WIRE_COMFORT
from tui.ui.screens.canvas import Hairline, Picture
from tui.ui.screens.draft_check import check_rows, facts, header_of, where_date_goes, wire_rows
from tui.ui.screens.page import Page, head, page_rows
from tui.ui.sheet import LABEL, hang
from tui.ui.widgets.footer import KeyWord, footer_row
from tui.ui.widgets.strip import Place
from tui.values import value
from tui.words import labels
from tui.words.commands import action
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _
from tui.words.language import ngettext, pgettext

_GUTTER = 5  # line number and a blank
_LEAST_EDITOR = 5  # rows: head, three lines, mode line


@value
class Composed:
    """``text`` has LF line ends; the caller keeps it until the server accepts it. ``send``: F3; else Esc, and
    nothing goes out."""

    text: str
    send: bool


class ComposePage(Page[Composed]):
    """F3. Always answers with the draft, so that nothing typed is ever lost.

    Args:
        text: the draft so far.
        due: the server waits for message text (354); else F3 says what has to come first.
        sent: the draft stands already in the message that is open; it is not sent there again.
        chunks: BDAT may send it, so that DATA need not come first.
        limit: octets of the largest message that the server takes; 0: it names none.
        place: for the state strip.
        now: seconds since the epoch, for the Date field.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f3", "send", show=False, id="compose.send"),
        Binding("f4", "add_date", show=False, id="compose.date"),
        Binding("up", "step(-1)", show=False, id="compose.up"),
        Binding("down", "step(1)", show=False, id="compose.down"),
        Binding("pageup", "page(-1)", show=False, id="compose.page-up"),
        Binding("pagedown", "page(1)", show=False, id="compose.page-down"),
        Binding("ctrl+home", "first", show=False, id="compose.first"),
        Binding("ctrl+end", "last", show=False, id="compose.last"),
        Binding("f8", "app.ask('save')", show=False, id="save"),
        Binding("tab", "stay", show=False, id="compose.tab"),
    ]

    def __init__(
        self,
        text: str = "",
        *,
        due: bool = True,
        sent: bool = False,
        chunks: bool = False,
        limit: int = 0,
        place: Place | None = None,
        now: Callable[[], float] | None = None,
    ) -> None:
        super().__init__(place)
        self._draft = Draft(text)
        self._due = due
        self._sent = text if sent and due else None
        self._chunks = chunks
        self._limit = limit
        self._now = now or time.time
        self._refused = False  # F3 was pressed before its time
        self._top = 0  # first line shown
        self._width = 1
        self._rows = 1

    def news(self, place: Place, *, message_due: bool) -> None:
        super().news(place, message_due=message_due)
        if message_due != self._due:
            self._due, self._refused = message_due, False
            self._sent = None  # it was another message
            self.redraw()

    @property
    def _is_sent(self) -> bool:
        return self._sent is not None and self._draft.text == self._sent

    # -- how it looks

    def draw(self, width: int, height: int) -> Picture:
        footer = footer_row(self._keys(), width)
        if width >= SIDE_FROM:
            return self._side_by_side(width, height, footer)
        sheet = self._sheet(width - 2, stacked=True)
        room = max(_LEAST_EDITOR, height - 2 - len(sheet))  # less hairline and footer
        editor, cursor = self._editor(width, room)
        hairline: Row = (Hairline(self.glyphs.horizontal * width),)
        rows = [*editor, *(() for _row in range(room - len(editor))), hairline, *_indented(sheet)]
        return Picture(page_rows(rows, footer, height), cursor)

    def _side_by_side(self, width: int, height: int, footer: Row) -> Picture:
        guide = min(GUIDE_WIDE, max(GUIDE_NARROW, width - WIRE_COMFORT))
        left = width - guide
        editor, (x, y) = self._editor(left - 1, height - 2)
        sheet = [(), *self._sheet(guide - 4, stacked=False)]
        hairline = Hairline(self.glyphs.vertical)
        rows: list[Row] = []
        for at in range(height - 1):
            beside = editor[at - 1] if 0 < at <= len(editor) else ()
            told = sheet[at] if at < len(sheet) else ()
            rows.append((*pad(cut(beside, left), left), hairline, blanks(2), *told))
        return Picture(page_rows(rows, footer, height), (x, y + 1))

    def _editor(self, width: int, height: int) -> tuple[list[Row], tuple[int, int]]:
        """Head, the lines with their numbers, the mode line right under the last one; the cursor's cell."""
        self._width, self._rows = width - _GUTTER - 1, height - 2
        self._scroll()
        rows: list[Row] = [self._title(width)]
        cursor = (0, 0)
        for number in range(self._top, len(self._draft.lines)):
            line_folds = folds(self._draft.lines[number], self._width)
            if number == self._draft.row:
                at = len(rows) + self._draft.fold_of_cursor(self._width)
                cursor = (_GUTTER + self._draft.cell_of_cursor(self._width), at)
            for at, fold in enumerate(line_folds):
                label = f"{number + 1:>{_GUTTER - 1}} " if at == 0 else " " * _GUTTER
                rows.append((Run(label, Tone.QUIET), Run(fold.text, Tone.YOU)))
            if len(rows) > self._rows:
                break
        del rows[self._rows + 1 :]
        return [*rows, self._mode(width)], cursor

    def _title(self, width: int) -> Row:
        row = head(pgettext("section", "compose"), _("the whole message, no final dot"), width)
        return cut(row, width)

    def _scroll(self) -> None:
        """No further than needed for the cursor to be in sight."""
        draft, width = self._draft, self._width
        self._top = min(self._top, draft.row)
        above = draft.fold_of_cursor(width)
        for row in range(draft.row - 1, self._top - 1, -1):
            above += len(folds(draft.lines[row], width))
            if above >= self._rows:
                self._top = row + 1
                break

    def _mode(self, width: int) -> Row:
        lines = facts(self._draft.text).lines
        if self._refused:
            said = _("not yet: type DATA first, the text is kept until the server says 354")
        elif self._is_sent:
            said = ngettext(
                "this line is sent already: Esc, then more of it or the dot",
                "these {count} lines are sent already: Esc, then more lines or the dot",
                lines,
            ).format(count=lines)
        elif self._due:
            said = ngettext(
                "F3 sends this line, Esc keeps it for later",
                "F3 sends these {count} lines, Esc keeps them for later",
                lines,
            ).format(count=lines)
        else:
            said = _("Esc keeps it until DATA; then F3 sends it")
        tone = Tone.LATER if self._refused else Tone.QUIET
        return cut(
            (blanks(_GUTTER), Run(labels.mode("message"), bold=True), blanks(3), Run(said, tone)), width
        )

    def _sheet(self, width: int, *, stacked: bool) -> list[Row]:
        text, room = self._draft.text, width - LABEL
        between: list[Row] = [()]
        rows = hang(
            pgettext("section", "check"),
            check_rows(text, self.glyphs, room, stacked=stacked, limit=self._limit),
        )
        wire = wire_rows(text, room)
        if wire:
            rows += [*between, *hang(pgettext("section", "wire"), wire)]
        rows += [*between, *hang(labels.section("next"), self._next(room, stacked=stacked))]
        return [*rows, ()] if stacked else rows

    def _next(self, room: int, *, stacked: bool) -> list[Row]:
        pairs = [] if self._is_sent else [("F3", _("send the lines") if self._due else _("not before DATA"))]
        if self._chunks and not self._due:
            pairs.insert(1, ("/bdat", _("at the prompt: as one chunk")))
        if "date" not in header_of(self._draft.lines).fields:
            pairs.append(("F4", _("add a Date")))
        pairs.append(("Esc", _("back, the text is kept")))
        if not stacked:
            return [cut((Run(f"{key:<8}", Tone.YOU), Run(said, Tone.QUIET)), room) for key, said in pairs]
        row: Row = ()
        for key, said in pairs:
            row = (*row, *((blanks(3),) if row else ()), Run(key, Tone.YOU), Run(f"  {said}", Tone.QUIET))
        return wrap(row, room)

    def _keys(self) -> list[KeyWord]:
        return [
            KeyWord("F3", _("send")),
            KeyWord("F4", _("add Date"), 2),
            KeyWord("F8", action("save").short, 1),
            KeyWord("F1", action("help").short, 1),
            KeyWord("^P", action("commands").short, 3),
            KeyWord("Esc", _("back")),
        ]

    def keys_in_words(self) -> Sequence[tuple[str, str]]:
        return (
            ("F3", _("send all lines, once the server has answered DATA with 354")),
            ("F4", _("a Date field with the time it is now, unless there is one")),
            ("Enter", _("a new line; an empty one ends the header")),
            ("^Home, ^End", _("the first line, the last line")),
            ("F8", action("save").about),
            ("Esc", _("back to the wire; what is written is kept for F3")),
        )

    # -- keys

    def edit(self, event: events.Key) -> bool:
        crossing = _CROSSING.get(event.key)
        if crossing is not None:
            crossing(self._draft)
        else:
            line = edited(self._draft.line, event)
            if line is None:
                return False
            self._draft.edit(line)
        self._changed()
        return True

    def paste(self, text: str) -> None:
        self._draft.paste(text)
        self._changed()

    def action_step(self, rows: int) -> None:
        self._draft.down(self._width, rows)
        self._changed()

    def action_page(self, pages: int) -> None:
        self._draft.down(self._width, pages * max(1, self._rows - 1))
        self._changed()

    def action_first(self) -> None:
        self._draft.first()
        self._changed()

    def action_last(self) -> None:
        self._draft.last()
        self._changed()

    def action_stay(self) -> None:
        """Tab: there is no other field to go to, and a tab in a mail is seldom meant."""

    def action_add_date(self) -> None:
        """Today, at the end of the header, unless there is a Date."""
        lines = self._draft.lines
        if "date" not in header_of(lines).fields:
            self._draft.insert_line(
                where_date_goes(lines), f"Date: {formatdate(self._now(), localtime=True)}"
            )
            self._changed()

    def action_send(self) -> None:
        if self._due and not self._is_sent and facts(self._draft.text).lines:
            self.dismiss(Composed(self._draft.text, send=True))
        else:
            self._refused = not self._due
            self.redraw()

    def action_back(self) -> None:
        self.close()

    def close(self) -> None:
        self.dismiss(Composed(self._draft.text, send=False))

    def _changed(self) -> None:
        self._refused = False
        self.redraw()


#: Keys that may go from one line to another; all others edit the line with the cursor.
_CROSSING: dict[str, Callable[[Draft], None]] = {
    "left": Draft.left,
    "right": Draft.right,
    "enter": Draft.new_line,
    "backspace": Draft.delete_back,
    "delete": Draft.delete_forward,
}


def _indented(rows: list[Row]) -> list[Row]:
    return [(blanks(1), *row) if row else row for row in rows]
