"""Help: keys, the signs of the wire and the states on one page; behind it, one line of the wire in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.practice.state import StepState
from tui.smtp.display import visible
from tui.ui.flow import Row, blanks, cut, pad, wrap
from tui.ui.look import Glyphs
from tui.ui.screens.canvas import Picture
from tui.ui.screens.page import Page, head, page_rows
from tui.ui.sheet import LABEL, MEASURE, hang, lay
from tui.ui.widgets.footer import KeyWord, footer_row
from tui.words import labels
from tui.words.commands import action
from tui.words.guide import Guide, Run, Tone
from tui.words.language import gettext as _
from tui.words.language import pgettext

_KEY_BELOW = 12  # cells of a key of the page below
_KEY, _ABOUT = 9, 25  # cells of a key and of what it does, in the left of two columns
_TWO_COLUMNS_FROM = 76
_FURNITURE = 4  # rows: head and footer, each with a blank row
_STATES = (
    (StepState.DONE, StepState.NOW),
    (StepState.REFUSED, StepState.LATER),
    (StepState.WAITING, StepState.TO_DO),
)


class HelpPage(Page[None]):
    """F1. ``line`` explains the line under the cursor, or what else ``about`` says; None: none was chosen.
    ``task``: of the exercise under way, which a dialogue that is left begins anew. ``back``: where Esc leads,
    if not to the wire. ``keys``: of the page below, which come first."""

    BOX: ClassVar[tuple[int, int] | None] = (82, 24)  # the rows as ``box_rows`` says
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll(-1)", show=False, id="help.up"),
        Binding("down", "scroll(1)", show=False, id="help.down"),
        Binding("pageup", "scroll(-10)", show=False, id="help.page-up"),
        Binding("pagedown", "scroll(10)", show=False, id="help.page-down"),
        Binding("left,right,tab", "turn", show=False, id="help.turn"),
        Binding("l,L", "app.ask('language')", show=False, id="language"),
    ]

    def __init__(
        self,
        line: Guide | None = None,
        *,
        at_line: bool = False,
        task: str = "",
        about: str = "",
        back: str = "",
        keys: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__()
        self._story = task
        self._line = line
        self._about = about
        self._at_line = at_line and line is not None
        self._back = back
        self._page_keys = keys
        self._top = 0

    def box_rows(self) -> int:
        """As many as show all of it, whichever side is turned up."""
        room = self.BOX[0] - 4 if self.BOX is not None else 0
        sides = [self._keys_and_task(room), *([self._explained(room)] if self._line is not None else [])]
        return max(len(rows) for rows in sides) + _FURNITURE + 2

    def draw(self, width: int, height: int) -> Picture:
        room = width - 2
        body = self._explained(room) if self._at_line else self._keys_and_task(room)
        shown = height - _FURNITURE
        self._top = max(0, min(self._top, len(body) - shown))
        about = self._about or _("the line under the cursor")
        title = about if self._at_line else self._back or _("Esc goes back to the wire")
        keys = footer_row(self._keys(more=len(body) > shown), width)
        rows = [
            head(_("help"), title, width, "smtptutor "),
            (),
            *_indented(body[self._top : self._top + shown]),
        ]
        return Picture(page_rows(rows, keys, height))

    def action_scroll(self, rows: int) -> None:
        self._top = max(0, self._top + rows)
        self.redraw()

    def action_turn(self) -> None:
        if self._line is not None:
            self._at_line, self._top = not self._at_line, 0
            self.redraw()

    def _keys_and_task(self, room: int) -> list[Row]:
        """The task of the exercise under way comes first, then the keys of the page below."""
        rows = help_rows(room, self.glyphs, lesson=bool(self._story), below=bool(self._page_keys))
        if self._page_keys:
            here = [row for one in self._page_keys for row in _keyed_below(*one, room - LABEL)]
            rows = [*hang(pgettext("section", "here"), here), (), *rows]
        if not self._story:
            return rows
        measure = min(room - LABEL, MEASURE)
        told = [row for part in self._story.split("\n") for row in wrap((Run(visible(part)),), measure)]
        return [*hang(labels.section("task"), told), (), *rows]

    def _explained(self, room: int) -> list[Row]:
        assert self._line is not None
        return lay(self._line, room, 1000, glyphs=self.glyphs)

    def _keys(self, *, more: bool) -> list[KeyWord]:
        """``more``: there is something to scroll to."""
        turn = []
        if self._line is not None:
            turn = [
                KeyWord("Right", _("keys and signs") if self._at_line else self._about or _("this line"), 2)
            ]
        return [
            *([KeyWord("Up/Down", _("scroll"))] if more else []),
            *turn,
            KeyWord("L", "Language / 语言", 3),
            KeyWord("^P", action("commands").short, 1),
            KeyWord("Esc", _("back")),
        ]


def help_rows(room: int, glyphs: Glyphs, *, lesson: bool = False, below: bool = False) -> list[Row]:
    """The whole first page, in ``room`` columns, without margins. ``lesson``: an exercise is under way;
    ``below``: it stands over something whose keys do otherwise, so that these are those of the prompt."""
    keys = pgettext("section", "prompt") if below else pgettext("section", "keys")
    sections = (
        (keys, _key_rows(room - LABEL, lesson=lesson)),
        (_("wire"), _wire_rows(room - LABEL, glyphs)),
        (pgettext("section", "states"), _state_rows(room - LABEL, glyphs)),
        (pgettext("section", "trouble"), _trouble_rows(room - LABEL)),
    )
    rows: list[Row] = []
    for label, content in sections:
        rows += [(), *hang(label, content)] if rows else hang(label, content)
    return rows


def _key_rows(room: int, *, lesson: bool) -> list[Row]:
    left = (
        ("Enter", _("send the line")),
        ("Right", _("take the suggestion")),
        ("Up/Down", _("lines typed before")),
        ("F2", _("hint, three steps")),
        ("F3", _("write the whole message")),
        ("F4", _("put in the next command")),
        ("F5", _("connect, connect again")),
        ("^F", _("faults of the sandbox")),
    )
    right = (
        ("F6", _("go to the wire or the guide")),
        ("F7", _("inbox of the sandbox")),
        ("F8", _("save, or copy as a program")),
        ("F9", _("one pane fills the screen")),
        ("^T", _("time passes at the sandbox")),
        ("^P", _("every command by name")),
        ("Esc", _("back to typing")),
        ("^Q", _("leave; you begin anew") if lesson else _("leave, nothing is lost")),
    )
    narrow = 6 if _has_two_columns(room) else _KEY
    return _columns([_keyed(*one, _KEY) for one in left], [_keyed(*one, narrow) for one in right], room)


def _wire_rows(room: int, glyphs: Glyphs) -> list[Row]:
    first = [
        _sign("S", _("the server said it"), Tone.QUIET),
        _sign(glyphs.here, _("your line to type"), Tone.YOU),
        _sign("C", _("you sent it"), Tone.YOU),
    ]
    second = [
        _sign("!", _("a note from smtptutor"), Tone.LATER),
        _sign(glyphs.inside, _("inside the message"), Tone.QUIET),
        _sign("^^", _("the slip, exactly"), Tone.LATER, 3),
    ]
    return _columns(first, second, room)


def _state_rows(room: int, glyphs: Glyphs) -> list[Row]:
    about = {
        StepState.DONE: _("the server agreed"),
        StepState.NOW: _("your turn"),
        StepState.REFUSED: _("5yz, for good"),
        StepState.LATER: _("4yz, try again"),
        StepState.WAITING: _("for a reply"),
        StepState.TO_DO: _("not yet"),
    }
    tones = {
        StepState.DONE: Tone.GOOD,
        StepState.NOW: Tone.YOU,
        StepState.REFUSED: Tone.REFUSED,
        StepState.LATER: Tone.LATER,
    }

    def row(state: StepState) -> Row:
        tone = tones.get(state, Tone.QUIET)
        word = pad((Run(labels.state(state), bold=True),), 10)
        return (Run(glyphs.of(state), tone, True), blanks(1), *word, Run(about[state], Tone.QUIET))

    return _columns([row(left) for left, _right in _STATES], [row(right) for _left, right in _STATES], room)


def _trouble_rows(room: int) -> list[Row]:
    said = (
        _("F-keys or ^P taken by your terminal? Type / for every command."),
        _("What is SIZE, DSN, ETRN ...? Type /help and its name."),
        _("Glyphs broken? Start with --ascii.   Colours? --theme, NO_COLOR."),
    )
    return [row for one in said for row in wrap((Run(one),), min(room, MEASURE))]


def _keyed(key: str, about: str, cells: int) -> Row:
    return (*pad((Run(key, bold=True),), cells), Run(about, Tone.QUIET))


def _keyed_below(key: str, about: str, room: int) -> list[Row]:
    """As many rows as it takes."""
    told = wrap((Run(about, Tone.QUIET),), max(10, room - _KEY_BELOW))
    keys = (Run(key, bold=True), *(Run("") for _row in told[1:]))
    return [(*pad((one,), _KEY_BELOW), *row) for one, row in zip(keys, told, strict=True)]


def _sign(sign: str, about: str, tone: Tone, cells: int = 3) -> Row:
    return (*pad((Run(sign, tone, True),), cells), Run(about, Tone.QUIET))


def _has_two_columns(room: int) -> bool:
    return room + LABEL >= _TWO_COLUMNS_FROM


def _columns(left: Sequence[Row], right: Sequence[Row], room: int) -> list[Row]:
    """Beside each other, or below each other where columns are short."""
    if not _has_two_columns(room):
        return [cut(row, room) for row in (*left, *right)]
    width = _KEY + _ABOUT
    return [cut((*pad(cut(one, width - 1), width), *two), room) for one, two in zip(left, right, strict=True)]


def _indented(rows: Iterable[Row]) -> list[Row]:
    return [(blanks(1), *row) if row else row for row in rows]
