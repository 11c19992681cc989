"""What the sandbox is like, changed while a session runs: what goes wrong, its scenario, its personality."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Protocol

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType

from tui.practice.fault_lines import MisspeltError
from tui.practice.scenario import Server
from tui.practice.switching import Switch
from tui.ui.editing import Field
from tui.ui.flow import Row, wrap
from tui.ui.screens.canvas import Picture
from tui.ui.screens.fault_rows import (
    VIEWS,
    View,
    around,
    form_row,
    indented,
    named_row,
    selector,
    sign,
    switch_rows,
)
from tui.ui.screens.page import Page, head, page_rows
from tui.ui.sheet import LABEL, MEASURE, hang
from tui.ui.widgets.footer import KeyWord, footer_row
from tui.words import faults, personalities
from tui.words.commands import action
from tui.words.fault_forms import forms, help_, preview, spelling
from tui.words.guide import Run, Tone
from tui.words.keys import PRESSED, Keys
from tui.words.language import gettext as _
from tui.words.language import pgettext

_SWITCHES = 6  # of them in sight at least, where there are so many
_SAID = 3  # rows of what was said last
_WRONG = 5  # rows of what is wrong with the line, at most


class Bench(Protocol):
    """What the page needs of ``desk.bench.Bench``. Every change says what holds from when on."""

    typed: str

    @property
    def server(self) -> Server: ...
    @property
    def speaks_as(self) -> str: ...
    @property
    def switches(self) -> tuple[Switch, ...]: ...
    def take(self, server: Server, keys: Keys) -> list[str]: ...
    def add(self, line: str, keys: Keys) -> list[str]: ...
    def change(self, number: int, line: str, keys: Keys) -> list[str]: ...
    def switch(self, number: int, keys: Keys, *, on: bool) -> list[str]: ...
    def take_away(self, number: int, keys: Keys) -> list[str]: ...
    def speak_as(self, name: str, keys: Keys) -> list[str]: ...


class FaultsPage(Page[None]):
    """^F. What is changed holds at once; ``tell`` gets what there is to say of it.

    Args:
        bench: what is changed.
        scenarios: those that can be taken, with what each is.
        people: names of the personalities, and who they are.
        tell: for the wire, which keeps when it was.
        view: which of the three is shown first.
    """

    BOX: ClassVar[tuple[int, int] | None] = (92, 28)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False, id="faults.up"),
        Binding("down", "move(1)", show=False, id="faults.down"),
        Binding("pageup", "move(-8)", show=False, id="faults.page-up"),
        Binding("pagedown", "move(8)", show=False, id="faults.page-down"),
        Binding("tab", "turn(1)", show=False, id="faults.turn"),
        Binding("shift+tab", "turn(-1)", show=False, id="faults.turn-back"),
        Binding("enter", "choose", show=False, id="faults.choose"),
        Binding("space", "switch", show=False, id="faults.switch"),
        Binding("delete", "take_away", show=False, id="faults.take-away"),
        Binding("f1", "explain", show=False, id="help"),
    ]

    def __init__(
        self,
        bench: Bench,
        scenarios: Sequence[tuple[Server, str, str]],
        people: Sequence[tuple[str, str]],
        *,
        tell: Callable[[str], None] = lambda sentence: None,
        view: View = View.FAULTS,
    ) -> None:
        super().__init__()
        self._bench = bench
        self._scenarios, self._people = tuple(scenarios), tuple(people)
        self._tell = tell
        self._view = view
        self._field = Field(bench.typed)
        self._search = Field()
        self._forms = forms()
        self._changing = 0  # the number of the fault that the line will change; 0: it will be one more
        self._at = len(bench.switches)  # in the faults: each of them, the field, the forms
        self._row = 0  # in the list of another view
        self._said: list[str] = []
        self._wrong = ""
        self._find_taken()

    # -- how it looks

    def draw(self, width: int, height: int) -> Picture:
        bench = self._bench
        count = sum(one.on for one in bench.switches)
        about = faults.heading(getattr(bench.server, "id", ""), bench.speaks_as, count)
        above: list[Row] = [head(_("sandbox"), about, width), (), selector(self._view, width), ()]
        room = width - LABEL - 2
        below = [(), *indented(self._holds(room))]
        free = height - len(above) - len(below) - 2
        body, cursor, line = self._faults(room, free) if self._view is View.FAULTS else self._list(room, free)
        rows = [*above, *body[:free]]
        rows += [()] * (height - 2 - len(below) - len(rows))
        footer = footer_row(self._keys(), width)
        return Picture(page_rows([*rows, *below], footer, height), (LABEL + 3 + cursor, len(above) + line))

    def _faults(self, room: int, height: int) -> tuple[list[Row], int, int]:
        """What goes wrong, the line to type, and forms of it; the cell and the row of the cursor."""
        switches = self._bench.switches
        count = len(switches)
        drawn = switch_rows(switches, self._at if self._at < count else None, room, self.glyphs)
        most = max(_SWITCHES, height - 4 - len(self._forms))
        now = around(
            len(drawn), min(self._at, len(drawn) - 1), min(most, max(1, height - 5)), drawn.__getitem__
        )
        typed, cursor = self._field.runs(room - 3)
        told = wrap((self._about_line(),), min(room, MEASURE))[: _WRONG if self._wrong else 2]
        line = [(sign(self.glyphs, here=self._at == count), *typed), *told]
        label = pgettext("section", "change") if self._changing else pgettext("section", "one more")
        rows = [*hang(pgettext("section", "now"), now), (), *hang(label, line), *([()] * (3 - len(told)))]
        place = self._at - count - 1
        shown = around(len(self._forms), max(0, place), max(1, height - len(rows)), self._form)
        return [*indented([*rows, *hang(pgettext("section", "forms"), shown)])], cursor, len(now) + 1

    def _about_line(self) -> Run:
        """Below the line to type: what is wrong with it, what it would do, or how what is chosen is spelt."""
        if self._wrong:
            return Run(self._wrong, Tone.LATER)
        if self._at < len(self._bench.switches):
            return Run(spelling(self._bench.switches[self._at].trouble), Tone.QUIET)
        if self._at > len(self._bench.switches):
            return Run(preview(self._forms[self._at - len(self._bench.switches) - 1][0], PRESSED), Tone.QUIET)
        return Run(preview(self._field.text, PRESSED), Tone.QUIET)

    def _form(self, at: int) -> Row:
        room = self._room()[0] - LABEL - 2
        here = at == self._at - len(self._bench.switches) - 1
        return form_row(self._forms[at], room, self.glyphs, here=here)

    def _list(self, room: int, height: int) -> tuple[list[Row], int, int]:
        """The scenarios, or the personalities, that hold what was typed."""
        typed, cursor = self._search.runs(room - 3)
        found = self._found()
        cells = self._longest_name()
        self._row = max(0, min(self._row, len(found) - 1))

        def row(at: int) -> Row:
            name, about = found[at]
            here, taken = at == self._row, name == self._taken
            return named_row(name, about, room, self.glyphs, taken=taken, here=here, cells=cells)

        listed = around(len(found), self._row, max(1, height - 2), row)
        none: list[Row] = [(sign(self.glyphs, here=False), Run(_("none has that in its name"), Tone.QUIET))]
        rows = [*hang(pgettext("section", "find"), [(sign(self.glyphs, here=False), *typed)]), ()]
        return indented([*rows, *hang(self._view.label, listed or none)]), cursor, 0

    def _holds(self, room: int) -> list[Row]:
        """What was changed last; before that, what a change would do."""
        said = self._said or [*self._cut_off(room), *self._would()]
        tone = Tone.INK if self._said else Tone.QUIET
        rows = [row for one in said for row in wrap((Run(one, tone),), min(room, MEASURE))][:_SAID]
        return hang(pgettext("section", "holds"), [*rows, *([()] * (_SAID - len(rows)))])

    def _cut_off(self, room: int) -> list[str]:
        """What the chosen scenario or personality is, where its row is too short for that."""
        found = self._found()
        if self._view is View.FAULTS or not found:
            return []
        about = found[self._row][1]
        return [about] if self._about_from() + cell_len(about) > room else []

    def _about_from(self) -> int:
        """The cell of a row of the list at which what it is about begins."""
        return cell_len(f"{self.glyphs.here} (x)   ") + self._longest_name()

    def _longest_name(self) -> int:
        return max((cell_len(name) for name, _about in self._named()), default=0)

    def _would(self) -> list[str]:
        found = self._found()
        if self._view is View.SCENARIO and found:
            server = next(one for one, name, _about in self._scenarios if name == found[self._row][0])
            return faults.changed(self._bench.server, server, PRESSED)
        if self._view is View.PERSONALITY and found:
            return [personalities.chosen(found[self._row][0], PRESSED)]
        return [faults.when(PRESSED)]

    def _keys(self) -> tuple[KeyWord, ...]:
        on_fault = self._view is View.FAULTS and self._at < len(self._bench.switches)
        on_line = self._view is View.FAULTS and self._at == len(self._bench.switches)
        enter = _("take it")
        if self._view is View.FAULTS:
            enter = (_("change it") if self._changing else _("add it")) if on_line else _("into the line")
        return (
            KeyWord("Up/Down", _("choose")),
            KeyWord("Enter", enter),
            *((KeyWord("Space", _("off or on")), KeyWord("Del", _("take away"))) if on_fault else ()),
            KeyWord("Tab", VIEWS[(VIEWS.index(self._view) + 1) % len(VIEWS)].word, 2),
            KeyWord("F1", action("help").short, 1),
            KeyWord("Esc", _("back")),
        )

    # -- keys

    def edit(self, event: events.Key) -> bool:
        on_fault = self._view is View.FAULTS and self._at < len(self._bench.switches)
        if event.key in {"delete", "space"} and on_fault:
            return False
        edited = self._typing.key(event)
        if edited:
            self._typed_on()
        return edited

    def paste(self, text: str) -> None:
        self._typing.paste(text)
        self._typed_on()

    @property
    def _typing(self) -> Field:
        return self._field if self._view is View.FAULTS else self._search

    def _typed_on(self) -> None:
        self._wrong, self._said = "", []
        if self._view is View.FAULTS:
            self._at = len(self._bench.switches)
            self._bench.typed = self._field.text
        else:
            self._row = 0
        self.redraw()

    def action_move(self, rows: int) -> None:
        self._wrong, self._said = "", []
        if self._view is View.FAULTS:
            self._at = max(0, min(self._at + rows, len(self._bench.switches) + len(self._forms)))
        else:
            self._row = max(0, min(self._row + rows, len(self._found()) - 1))
        self.redraw()

    def action_turn(self, by: int) -> None:
        self._view = VIEWS[(VIEWS.index(self._view) + by) % len(VIEWS)]
        self._wrong, self._said = "", []
        self._search.put("")
        self._find_taken()
        self.redraw()

    def action_choose(self) -> None:
        if self._view is View.FAULTS:
            self._choose_fault()
            return
        found = self._found()
        if not found:
            return
        name = found[self._row][0]
        if self._view is View.SCENARIO:
            server = next(one for one, known, _about in self._scenarios if known == name)
            self._changed(self._bench.take(server, PRESSED))
            self._at = len(self._bench.switches)
        else:
            self._changed(self._bench.speak_as(name, PRESSED))

    def _choose_fault(self) -> None:
        switches, text = self._bench.switches, self._field.text.strip()
        if self._at < len(switches):
            self._changing = self._at + 1
            self._put(spelling(switches[self._at].trouble))
        elif self._at > len(switches):
            self._put(self._forms[self._at - len(switches) - 1][0])
        elif text:
            try:
                said = (
                    self._bench.change(self._changing, text, PRESSED)
                    if self._changing
                    else self._bench.add(text, PRESSED)
                )
            except MisspeltError as error:
                self._wrong = faults.misspelt(error)
                self.redraw()
                return
            self._changing = 0
            self._put("")
            self._changed(said)

    def _put(self, text: str) -> None:
        """In the line, which has the keys then."""
        self._field.put(text)
        self._bench.typed = text
        self._at, self._wrong, self._said = len(self._bench.switches), "", []
        self.redraw()

    def action_switch(self) -> None:
        switches = self._bench.switches
        if self._view is View.FAULTS and self._at < len(switches):
            self._changed(self._bench.switch(self._at + 1, PRESSED, on=not switches[self._at].on))

    def action_take_away(self) -> None:
        if self._view is View.FAULTS and self._at < len(self._bench.switches):
            self._changing = 0
            self._changed(self._bench.take_away(self._at + 1, PRESSED))

    def action_explain(self) -> None:
        """F1: what may be typed here, and what holds from when on."""
        from tui.ui.screens.help import HelpPage

        self.app.push_screen(HelpPage(help_(), at_line=True, about=_("what can go wrong, and when")))

    def _changed(self, said: list[str]) -> None:
        for sentence in said:
            self._tell(sentence)
        self._said = said
        self.redraw()

    # -- the lists

    @property
    def _taken(self) -> str:
        if self._view is View.SCENARIO:
            return str(getattr(self._bench.server, "id", ""))
        return self._bench.speaks_as

    def _named(self) -> list[tuple[str, str]]:
        if self._view is View.SCENARIO:
            return [(name, about) for _server, name, about in self._scenarios]
        return list(self._people)

    def _found(self) -> list[tuple[str, str]]:
        words = self._search.text.strip().casefold()
        return [one for one in self._named() if words in f"{one[0]} {one[1]}".casefold()]

    def _find_taken(self) -> None:
        """The list begins at what holds now."""
        names = [name for name, _about in self._found()]
        self._row = names.index(self._taken) if self._taken in names else 0
