"""A question with a few answers, and a choice out of a list: languages, themes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.binding import Binding, BindingType

from tui.ui.flow import Row, blanks, cut, pad, wrap
from tui.ui.look import THEMES
from tui.ui.screens.canvas import Picture
from tui.ui.screens.page import Page, head, out_of_sight, page_rows
from tui.ui.sheet import LABEL, MEASURE
from tui.ui.widgets.footer import KeyWord, footer_row
from tui.values import value
from tui.words.commands import action
from tui.words.guide import Run, Tone
from tui.words.language import LANGUAGES
from tui.words.language import gettext as _

#: The answer of ``save_page`` that is no form of an export.
TRANSCRIPT: Final = "transcript"
_FURNITURE: Final = 7  # rows: the frame, the head, the footer, and a blank row between all of it


@value
class Choice:
    """``id`` is the answer; ``name`` and ``about`` are words, visible already."""

    id: str
    name: str
    about: str = ""


class ChoicePage(Page[str]):
    """Answers with the id of a choice, or with None for Esc.

    Args:
        label: the bold word at the top.
        about: what is asked, quiet beside it.
        choices: in order. For a question put the harmless one first.
        chosen: the id that has the cursor at first; it is marked ``(x)``.
        sentences: what has to be known before an answer, visible already.
    """

    BOX: ClassVar[tuple[int, int] | None] = (72, 12)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "move(-1)", show=False, id="choice.up"),
        Binding("down,tab", "move(1)", show=False, id="choice.down"),
        Binding("enter", "choose", show=False, id="choice.choose"),
    ]

    def __init__(
        self,
        label: str,
        about: str,
        choices: Sequence[Choice],
        *,
        chosen: str = "",
        sentences: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._label, self._about = label, about
        self._choices = tuple(choices)
        self._sentences = tuple(sentences)
        self._was = chosen
        self._at = next((at for at, one in enumerate(self._choices) if one.id == chosen), 0)

    def box_rows(self) -> int:
        """So high that all choices are in sight where there is room."""
        return max(super().box_rows(), len(self._choices) + len(self._sentences) + _FURNITURE)

    def keys_in_words(self) -> Sequence[tuple[str, str]]:
        return (("Up/Down", _("choose")), ("Enter", _("take it")), ("Esc", _("back")))

    def draw(self, width: int, height: int) -> Picture:
        rows: list[Row] = [head(self._label, self._about, width), ()]
        for sentence in self._sentences:
            wrapped = wrap((Run(sentence),), min(MEASURE, width - LABEL - 2))
            rows += [(blanks(LABEL + 1), *row) for row in wrapped]
        if self._sentences:
            rows.append(())
        room, count = max(1, height - len(rows) - 2), len(self._choices)
        if count > room > 1:
            room -= 1  # the last row says how many are out of sight
        top = max(0, self._at - room + 1)
        rows += [self._row(at, width) for at in range(top, min(top + room, count))]
        rows += out_of_sight(top, max(0, count - top - room))
        keys = (
            KeyWord("Up/Down", _("choose")),
            KeyWord("Enter", _("take it")),
            KeyWord("F1", action("help").short, 1),
            KeyWord("Esc", _("back")),
        )
        return Picture(page_rows(rows, footer_row(keys, width), height))

    def _row(self, at: int, width: int) -> Row:
        one, here = self._choices[at], at == self._at
        sign = Run(self.glyphs.here, Tone.YOU, True) if here else blanks(1)
        mark = ("(x) " if one.id == self._was else "( ) ") if self._was else ""
        name = pad((Run(mark + one.name, Tone.INK, here),), 24)
        return cut((blanks(1), sign, blanks(1), *name, Run(one.about, Tone.QUIET)), width)

    def action_move(self, rows: int) -> None:
        self._at = max(0, min(self._at + rows, len(self._choices) - 1))
        self.redraw()

    def action_choose(self) -> None:
        self.dismiss(self._choices[self._at].id)


def language_page(current: str) -> ChoicePage:
    """Which language; answers with its code. Each language is named in itself."""
    choices = [Choice(code, name) for code, name in LANGUAGES.items()]
    return ChoicePage("Language / 语言", _("remembered"), choices, chosen=current)


def theme_page(current: str, available: Sequence[str]) -> ChoicePage:
    """Which theme; answers with its name. Our own come first and say what they are."""
    about = {
        "night": _("dark, made for smtptutor"),
        "paper": _("light, made for smtptutor"),
        "ansi": _("the terminal's own 16 colours"),
        "none": _("no colour, only bold and dim"),
    }
    own = [one.name for one in THEMES]
    names = [*own, *sorted(name for name in available if name not in own)]
    choices = [Choice(name, name, about.get(name, "")) for name in names]
    return ChoicePage(_("theme"), _("remembered"), choices, chosen=current)


def save_page() -> ChoicePage:
    """What to make of the session; answers with ``TRANSCRIPT`` or the value of a ``desk.exports.As``.

    What a ticket wants stands first, one key less; the transcript is kept anyway.
    """
    from tui.desk.exports import As

    ticket, *programs = (Choice(form.value, form.title, form.about) for form in As)
    choices = [ticket, Choice(TRANSCRIPT, _("transcript"), _("a file in this folder")), *programs]
    return ChoicePage(_("save"), _("what was said so far, secrets masked"), choices)
