"""What goes wrong at the sandbox: what does now, one more to type, and the scenarios there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType

from tui.practice import fault_lines
from tui.practice.fault_lines import MisspeltError
from tui.practice.scenario import Server
from tui.smtp.display import visible
from tui.ui.editing import Field
from tui.ui.flow import Row, blanks, cut, pad, wrap
from tui.ui.screens.canvas import Picture
from tui.ui.screens.page import Page, head, page_rows
from tui.ui.sheet import LABEL, MEASURE, hang
from tui.ui.widgets.footer import KeyWord, footer_row
from tui.words import faults
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _

_NAME: Final = 25  # cells of a scenario's mark and name


class FaultsPage(Page[str]):
    """^F. Answers as ``/faults`` is typed: the name of a scenario, a fault, or "off" and a number.

    Args:
        server: what the sandbox is like now.
        scenarios: name and description of each that can be taken.
        name: which of them it is, "" for another one.
    """

    BOX: ClassVar[tuple[int, int] | None] = (84, 26)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "move(-1)", show=False, id="faults.up"),
        Binding("down,tab", "move(1)", show=False, id="faults.down"),
        Binding("enter", "choose", show=False, id="faults.choose"),
        Binding("delete", "take_away", show=False, id="faults.take-away"),
    ]

    def __init__(self, server: Server, scenarios: Sequence[tuple[str, str]], *, name: str = "") -> None:
        super().__init__()
        self._field = Field()
        self._wrong = ""
        self._taken = name
        self._troubles = fault_lines.troubles(server)
        self._scenarios = tuple(scenarios)
        self._at = 0  # the field, then what goes wrong, then the scenarios

    def draw(self, width: int, height: int) -> Picture:
        room = width - LABEL - 2
        typed, cursor = self._field.runs(room - 3)
        now = [self._trouble_row(at, room) for at in range(len(self._troubles))]
        named = [self._scenario_row(at, room) for at in range(len(self._scenarios))]
        said = wrap(
            (Run(self._wrong or faults.first_usage(), Tone.LATER if self._wrong else Tone.QUIET),),
            min(room, MEASURE),
        )
        add = [(self._sign(0), *typed), *said]
        count = len(self._troubles)
        left = max(1, height - 6 - max(1, min(count, 6)) - len(add))
        rows = [
            head(_("faults"), faults.heading(self._taken, count), width),
            (),
            *_indented(
                hang(_("now"), _around(now, self._at - 1, 6) or [(blanks(2), Run(_("nothing"), Tone.QUIET))])
            ),
            (),
        ]
        line = len(rows)
        rows += [*_indented(hang(_("one more"), add)), ()]
        rows += _indented(hang(_("scenario"), _around(named, self._at - 1 - count, left)))
        keys = (
            KeyWord("Up/Down", _("choose")),
            KeyWord("Enter", _("take it")),
            KeyWord("Del", _("take away"), 0 if self._troubles else 2),
            KeyWord("Esc", _("back")),
        )
        return Picture(page_rows(rows, footer_row(keys, width), height), (LABEL + 3 + cursor, line))

    # -- keys

    def edit(self, event: events.Key) -> bool:
        if event.key == "delete" and self._at:
            return False
        edited = self._field.key(event)
        if edited:
            self._at, self._wrong = 0, ""
            self.redraw()
        return edited

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        self._field.paste(event.text)
        self._at, self._wrong = 0, ""
        self.redraw()

    def action_move(self, rows: int) -> None:
        self._at = max(0, min(self._at + rows, len(self._troubles) + len(self._scenarios)))
        self.redraw()

    def action_choose(self) -> None:
        if self._at > len(self._troubles):
            self.dismiss(self._scenarios[self._at - len(self._troubles) - 1][0])
        elif self._at == 0 and self._field.text.strip():
            self._add(self._field.text.strip())

    def action_take_away(self) -> None:
        if 0 < self._at <= len(self._troubles):
            self.dismiss(f"off {self._at}")

    def _add(self, text: str) -> None:
        """What cannot be read stays to be mended."""
        if text in dict(self._scenarios):
            self.dismiss(text)
            return
        try:
            fault_lines.read(text)
        except MisspeltError as error:
            self._wrong = faults.misspelt(error) + "."
            self.redraw()
        else:
            self.dismiss(text)

    # -- rows

    def _sign(self, at: int) -> Run:
        return Run(f"{self.glyphs.here} ", Tone.YOU, True) if at == self._at else blanks(2)

    def _trouble_row(self, at: int, room: int) -> Row:
        one, here = self._troubles[at], at + 1 == self._at
        text = Run(visible(fault_lines.spelt(one)), Tone.INK, here)
        row = (self._sign(at + 1), text, blanks(2), Run(faults.effect(one), Tone.QUIET))
        return row if sum(cell_len(run.text) for run in row) <= room else cut(row[:2], room)

    def _scenario_row(self, at: int, room: int) -> Row:
        name, about = self._scenarios[at]
        place = len(self._troubles) + 1 + at
        mark = "(x) " if name == self._taken else "( ) "
        text = pad((Run(mark + name, Tone.INK, place == self._at),), _NAME)
        return cut((self._sign(place), *text, Run(about, Tone.QUIET)), room)


def _around(rows: list[Row], at: int, room: int) -> list[Row]:
    """So many of them, with that one among them."""
    top = max(0, min(at, len(rows) - 1) - room + 1) if at >= room else 0
    return rows[top : top + room]


def _indented(rows: Sequence[Row]) -> list[Row]:
    return [(blanks(1), *row) for row in rows]
