"""The course map: which exercises there are, how far each is done, and where to go on."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from tui.practice.course import Course, Entry, Standing
from tui.ui.flow import Row, blanks, cut, pad
from tui.ui.screens.canvas import Hairline, Picture
from tui.ui.screens.course_rows import chosen_rows, head_words, list_rows
from tui.ui.screens.page import Page, head, page_rows
from tui.ui.widgets.footer import KeyWord, footer_row
from tui.values import value
from tui.words.commands import action
from tui.words.language import gettext as _

_BESIDE_FROM = 100  # columns: the chosen exercise stands beside the list
_LIST = 70  # columns of the list then


class What(Enum):
    START = "start"
    SOLUTION = "solution"
    RESET = "reset"


@value
class Chosen:
    id: str
    what: What


class CoursePage(Page[Chosen]):
    """Answers with the exercise that was chosen and what to do with it; None: none was.

    ``at`` is the id of the exercise under the cursor; ``leads`` is what Esc leads to, in two words.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, id="course.up"),
        Binding("down", "move(1)", show=False, id="course.down"),
        Binding("pageup", "move(-10)", show=False, id="course.page-up"),
        Binding("pagedown", "move(10)", show=False, id="course.page-down"),
        Binding("home", "move(-1000)", show=False, id="course.first"),
        Binding("end", "move(1000)", show=False, id="course.last"),
        Binding("right,left,space", "turn", show=False, id="course.about"),
        Binding("enter", "start", show=False, id="course.start"),
        Binding("s,S", "solution", show=False, id="course.solution"),
        Binding("r,R", "reset", show=False, id="course.reset"),
    ]

    def __init__(self, course: Course, at: str = "", *, leads: str = "") -> None:
        super().__init__()
        self._course = course
        self._leads = leads
        ids = [one.id for one in course.entries]
        self._at = ids.index(at) if at in ids else 0
        self._about = False  # under 100 columns: the chosen exercise in the place of the list
        self._forgetting = False
        self._digits = ""

    @property
    def chosen(self) -> Entry:
        """The exercise under the cursor."""
        return self._course.entries[self._at]

    def draw(self, width: int, height: int) -> Picture:
        title, done = head_words(self._course)
        rows: list[Row] = [head("smtptutor", title, width, f"{done} "), ()]
        room = height - len(rows) - 2
        if width >= _BESIDE_FROM:
            rows += self._beside(width, room)
        elif self._about:
            about = chosen_rows(self._course, self.chosen, width - 2, keys=False)
            rows += [(blanks(1), *row) for row in about[:room]]
        else:
            rows += list_rows(self._course, self._at, width, room, self.glyphs)
        return Picture(page_rows(rows, footer_row(self._keys(width), width), height))

    def _beside(self, width: int, room: int) -> list[Row]:
        left = list_rows(self._course, self._at, _LIST, room, self.glyphs)
        right = chosen_rows(self._course, self.chosen, width - _LIST - 4)[:room]
        rows: list[Row] = []
        for at in range(max(room, len(left))):
            one = pad(cut(left[at], _LIST) if at < len(left) else (), _LIST)
            two = right[at] if at < len(right) else ()
            rows.append((*one, Hairline(self.glyphs.vertical), blanks(2), *two))
        return rows[:room]

    def _keys(self, width: int) -> list[KeyWord]:
        if self._forgetting:
            return [KeyWord("R", _("forgets the attempts")), KeyWord("Esc", _("keeps them"))]
        about = []
        if width < _BESIDE_FROM:
            about = [KeyWord("Right", _("list") if self._about else _("about it"), 4)]
        return [
            KeyWord("Up/Down", _("exercise"), 1),
            KeyWord("Enter", _("start")),
            *about,
            KeyWord("S", _("solution"), 3),
            KeyWord("R", _("reset"), 2),
            KeyWord("F1", action("help").short),
            KeyWord("^P", action("commands").short),
            KeyWord("Esc", self._leads or _("free practice"), 5),
            KeyWord("^Q", action("quit").short),
        ]

    def keys_in_words(self) -> Sequence[tuple[str, str]]:
        return (
            ("Up/Down", _("another exercise; digits lead to that of a number")),
            ("Enter", _("start it, or go on where you left it")),
            ("Right", _("what it is about, where that does not stand beside it")),
            ("S", _("its worked solution, line by line at a key")),
            ("R", _("twice: forget what you reached in it")),
            ("Esc", self._leads or _("free practice")),
        )

    # -- keys

    def edit(self, event: events.Key) -> bool:
        """Digits lead to a number, also one of two."""
        if event.character is None or event.character not in "0123456789":
            self._digits = ""
            return False
        for digits in (self._digits + event.character, event.character):
            if 1 <= int(digits) <= len(self._course.entries):
                self._digits, self._at = digits, int(digits) - 1
                self._forgetting = False
                self.redraw()
                break
        return True

    def action_move(self, rows: int) -> None:
        self._at = max(0, min(self._at + rows, len(self._course.entries) - 1))
        self._forgetting = False
        self.redraw()

    def action_turn(self) -> None:
        self._about = not self._about
        self.redraw()

    def action_start(self) -> None:
        self.dismiss(Chosen(self.chosen.id, What.START))

    def action_solution(self) -> None:
        self.dismiss(Chosen(self.chosen.id, What.SOLUTION))

    def action_reset(self) -> None:
        """The second time it is done."""
        if self._forgetting:
            self.dismiss(Chosen(self.chosen.id, What.RESET))
        elif self.chosen.standing is not Standing.TO_DO:
            self._forgetting = True
            self.redraw()

    def action_back(self) -> None:
        if self._forgetting:
            self._forgetting = False
            self.redraw()
        else:
            super().action_back()
