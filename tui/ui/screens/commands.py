"""All commands: type a part of a name, in English or in the language in use, and choose. Each row says what
does the same when it is typed at the prompt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType

from tui.ui.editing import Field
from tui.ui.flow import Row, blanks, cut, pad
from tui.ui.look import Glyphs
from tui.ui.screens.canvas import Picture
from tui.ui.screens.page import MARGIN, Page, head, out_of_sight, page_rows
from tui.ui.widgets.footer import KeyWord, footer_row
from tui.words.commands import ACTIONS, Action, action, find
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _
from tui.words.language import ngettext

_NAME, _TYPED, _KEY = 21, 11, 4  # columns
_ABOUT_FROM = 34  # cells: with less, what it does is left out rather than cut to a word
_ABOVE = 4  # head, blank, what is typed, blank


class CommandsPage(Page[str]):
    """^P, or ``/`` alone. Answers with the id of the action that was chosen."""

    BOX: ClassVar[tuple[int, int] | None] = (84, 26)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, id="commands.up"),
        Binding("down,tab", "move(1)", show=False, id="commands.down"),
        Binding("pageup", "move(-10)", show=False, id="commands.page-up"),
        Binding("pagedown", "move(10)", show=False, id="commands.page-down"),
        Binding("enter", "choose", show=False, id="commands.choose"),
    ]

    def __init__(self, typed: str = "") -> None:
        super().__init__()
        self._field = Field(typed)
        self._chosen = 0

    @property
    def found(self) -> tuple[Action, ...]:
        """What fits the typed part: not this page itself."""
        return tuple(one for one in find(self._field.text) if one.id != "commands")

    def draw(self, width: int, height: int) -> Picture:
        typed, cursor = self._field.runs(width - MARGIN - 1)
        rows = [
            head(_("commands"), _("type a part of the name"), width, _count(len(ACTIONS) - 1) + " "),
            (),
            (blanks(MARGIN), *typed),
            (),
            *self._listed(width, height - _ABOVE - 2),
        ]
        keys = (
            KeyWord("Up/Down", _("choose")),
            KeyWord("Enter", _("do it")),
            KeyWord("F1", action("help").short, 1),
            KeyWord("Esc", _("back")),
        )
        return Picture(page_rows(rows, footer_row(keys, width), height), (MARGIN + cursor, 2))

    def keys_in_words(self) -> Sequence[tuple[str, str]]:
        return (
            (_("letters"), _("list only what has them in its name, English or Chinese, or in what it does")),
            ("Up/Down", _("choose")),
            ("Enter", _("do it")),
            ("Esc", _("back")),
        )

    def _listed(self, width: int, room: int) -> list[Row]:
        found = self.found
        if not found:
            return [(blanks(MARGIN), Run(_("No command has that in its name."), Tone.QUIET))]
        self._chosen = max(0, min(self._chosen, len(found) - 1))
        if len(found) > room:
            room -= 1  # the last row says how many are out of sight
        top = max(0, self._chosen - room + 1)
        shown = enumerate(found[top : top + room], start=top)
        rows = [command_row(one, width, self.glyphs, chosen=at == self._chosen) for at, one in shown]
        return [*rows, *out_of_sight(top, len(found) - top - len(rows))]

    # -- keys

    def edit(self, event: events.Key) -> bool:
        edited = self._field.key(event)
        if edited:
            self._chosen = 0
            self.redraw()
        return edited

    def paste(self, text: str) -> None:
        self._field.paste(text)
        self._chosen = 0
        self.redraw()

    def action_move(self, rows: int) -> None:
        self._chosen = max(0, min(self._chosen + rows, len(self.found) - 1))
        self.redraw()

    def action_choose(self) -> None:
        found = self.found
        if found:
            self.dismiss(found[self._chosen].id)


def command_row(one: Action, width: int, glyphs: Glyphs, *, chosen: bool) -> Row:
    """Sign, name, what to type for it, what it does, key: the chosen one bold."""
    sign = Run(glyphs.here, Tone.YOU, True) if chosen else blanks(1)
    typed = f"/{one.typed}" if one.typed else ""
    about_room = width - MARGIN - _NAME - _TYPED - _KEY - 1
    about = one.about if about_room >= _ABOUT_FROM else ""
    return (
        blanks(1),
        sign,
        blanks(1),
        *pad(cut((Run(one.name, Tone.INK, chosen),), _NAME - 1), _NAME),
        *pad((Run(typed, Tone.YOU),), _TYPED),
        *pad(cut((Run(about, Tone.QUIET),), about_room - 1), about_room),
        Run(one.key, Tone.INK, True),
    )


def _count(count: int) -> str:
    return ngettext("{count} in all", "{count} in all", count).format(count=count)
