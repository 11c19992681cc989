"""The rows of the faults page: what goes wrong, and the lists to choose from. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final

from rich.cells import cell_len

from tui.practice.switching import Switch
from tui.ui.flow import Row, blanks, cut, pad, width_of
from tui.ui.look import Glyphs
from tui.ui.screens.page import hidden
from tui.ui.sheet import LABEL
from tui.words.fault_forms import columns
from tui.words.guide import Run, Tone
from tui.words.language import N_, gettext, pgettext
from tui.words.language import gettext as _


class View(Enum):
    """What of the sandbox is to be changed."""

    FAULTS = N_("faults")
    SCENARIO = N_("scenario")
    PERSONALITY = N_("personality")

    @property
    def word(self) -> str:
        return gettext(self.value)

    @property
    def label(self) -> str:
        """Before its list, where there is room for a short word."""
        return pgettext("section", "persona") if self is View.PERSONALITY else self.word


VIEWS: Final = tuple(View)
_FORM: Final = 24  # cells of a form to begin with


def selector(view: View, width: int) -> Row:
    """The names of the views, the present one in brackets."""
    row: Row = pad((blanks(1), Run(pgettext("section", "view"), bold=True)), LABEL + 1)
    for one in VIEWS:
        run = Run(f"[{one.word}]", Tone.YOU, True) if one is view else Run(f" {one.word} ", Tone.QUIET)
        row = (*row, run, blanks(2))
    more = (blanks(2), Run(_("Tab changes the view"), Tone.QUIET))
    return cut((*row, *(more if width_of((*row, *more)) < width else ())), width - 1)


def switch_rows(switches: Sequence[Switch], at: int | None, room: int, glyphs: Glyphs) -> list[Row]:
    """Each thing that goes wrong, or is switched off, in columns that stand below each other. ``at``: the
    chosen one."""
    if not switches:
        return [(blanks(2), Run(_("nothing goes wrong on purpose"), Tone.QUIET))]
    said = [columns(one.trouble) for one in switches]
    cells = [
        (one.stage, one.times, one.match) if any(two.match for two in said) else (one.stage, one.times)
        for one in said
    ]
    widths = [max(map(cell_len, column)) + 2 for column in zip(*cells, strict=True)]
    rows = []
    for number, (switch, words, texts) in enumerate(zip(switches, said, cells, strict=True)):
        here = number == at
        tone = Tone.INK if switch.on else Tone.QUIET
        row: Row = (sign(glyphs, here=here), Run("(x) " if switch.on else "( ) ", tone, here))
        for text, width in zip(texts, widths, strict=True):
            row = (*row, *pad((Run(text, tone, here),), width))
        rows.append(cut((*row, Run(words.what, Tone.QUIET)), room))
    return rows


def form_row(form: tuple[str, str], room: int, glyphs: Glyphs, *, here: bool) -> Row:
    """A line to begin with, and what it is for."""
    line, about = form
    text = pad((Run(line, Tone.YOU, here),), _FORM)
    return cut((sign(glyphs, here=here), *text, Run(about, Tone.QUIET)), room)


def named_row(
    name: str, about: str, room: int, glyphs: Glyphs, *, taken: bool, here: bool, cells: int
) -> Row:
    """A scenario or a personality; ``taken``: it is this one now. ``cells``: those of the longest name."""
    text = pad((Run(f"({'x' if taken else ' '}) {name}", Tone.INK, here),), cells + 6)
    return cut((sign(glyphs, here=here), *text, Run(about, Tone.QUIET)), room)


def sign(glyphs: Glyphs, *, here: bool) -> Run:
    return Run(f"{glyphs.here} ", Tone.YOU, True) if here else blanks(2)


def around(count: int, at: int | None, room: int, row: Callable[[int], Row]) -> list[Row]:
    """So many of them, with that one among them; the last row says how many are out of sight."""
    if count <= room:
        return [row(one) for one in range(count)]
    room = max(1, room - 1)
    top = max(0, min((at or 0) - room // 2, count - room))
    rows = [row(one) for one in range(top, top + room)]
    return [*rows, (blanks(2), Run(hidden(top, count - top - room), Tone.QUIET))]


def indented(rows: Sequence[Row]) -> list[Row]:
    return [(blanks(1), *row) if width_of(row) else row for row in rows]
