"""Whose words and habits the sandbox has: the servers that it can speak as."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from tui.ui.flow import Row, blanks, cut, pad
from tui.ui.screens.canvas import Picture
from tui.ui.screens.page import Page, head, page_rows
from tui.ui.widgets.footer import KeyWord, footer_row
from tui.words import personalities
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _

_NAME: Final = 17  # cells of mark and name


class PersonalityPage(Page[str]):
    """Answers with the name of the one that was chosen.

    Args:
        known: name and description of each.
        now: the name of the present one.
    """

    BOX: ClassVar[tuple[int, int] | None] = (84, 20)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "move(-1)", show=False, id="personalities.up"),
        Binding("down,tab", "move(1)", show=False, id="personalities.down"),
        Binding("enter", "choose", show=False, id="personalities.choose"),
    ]

    def __init__(self, known: Sequence[tuple[str, str]], *, now: str) -> None:
        super().__init__()
        self._known = tuple(known)
        self._now = now
        self._at = next((at for at, (name, _about) in enumerate(known) if name == now), 0)

    def draw(self, width: int, height: int) -> Picture:
        rows: list[Row] = [head(_("personality"), personalities.heading(self._now), width), ()]
        room = max(1, height - 6)
        top = max(0, self._at - room + 1)
        rows += [self._row(at, width) for at in range(len(self._known))][top : top + room]
        rows += [(), (blanks(1), Run(_("It holds from the next connection on."), Tone.QUIET))]
        keys = (KeyWord("Up/Down", _("choose")), KeyWord("Enter", _("take it")), KeyWord("Esc", _("back")))
        return Picture(page_rows(rows, footer_row(keys, width), height))

    def action_move(self, rows: int) -> None:
        self._at = max(0, min(self._at + rows, len(self._known) - 1))
        self.redraw()

    def action_choose(self) -> None:
        self.dismiss(self._known[self._at][0])

    def _row(self, at: int, width: int) -> Row:
        name, about = self._known[at]
        here = at == self._at
        sign = Run(f"{self.glyphs.here} ", Tone.YOU, True) if here else blanks(2)
        mark = "(x) " if name == self._now else "( ) "
        text = pad((Run(mark + name, Tone.INK, here),), _NAME)
        return cut((blanks(1), sign, *text, blanks(1), Run(about, Tone.QUIET)), width)
