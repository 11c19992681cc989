"""Where to connect to: server, security, login, jump host and own name, and what was connected to before.

The page is rows: the fields, then the places to choose. It is told what there is and answers with what was
chosen; testing and saving are done by what it is given.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType

from tui.desk import form, ways
from tui.desk.destination import Destination, with_steps
from tui.desk.form import Part
from tui.desk.options import NO_STEPS, Steps
from tui.net.access import DIRECT, Access
from tui.net.endpoint import Endpoint
from tui.smtp.display import visible
from tui.ui.editing import Field, typed
from tui.ui.flow import Row, blanks, cut, pad, wrap
from tui.ui.screens.canvas import Picture
from tui.ui.screens.connect_fields import CONTENT, LABEL, Fields, More, Stop
from tui.ui.screens.page import Page, head, hidden, page_rows
from tui.ui.widgets.footer import KeyWord, footer_row
from tui.values import value
from tui.words.commands import action
from tui.words.connecting import fields
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _
from tui.words.language import pgettext

_MEASURE = 46
_MOST_FOUND = 6
_LEAST_ROWS = 3  # of the fields, before what stands below them gives way
#: Between the name of a place and the words beside it.
_GAP = 3
_YES = frozenset({"yes", "是"})


@value
class Recent:
    """A place to choose: ``where`` None is the sandbox. ``about`` is words: ``REAL, yesterday``."""

    where: Destination | None
    about: str = ""

    @property
    def name(self) -> str:
        if self.where is None:
            return _("sandbox")
        access = self.where.access
        return ways.server(self.where.target, replace(access, via=""))


@value
class ConnectTo:
    """``target`` None is the sandbox inside this program."""

    target: Endpoint | None
    access: Access = DIRECT
    steps: Steps = NO_STEPS
    timeout: float | None = None  # seconds for each reply; None: the usual


class NotKeptError(Exception):
    """A profile could not be kept; ``str()`` is a translated sentence. ``taken``: there is one of this name,
    and a person may want it replaced."""

    def __init__(self, sentence: str, *, taken: bool = False) -> None:
        super().__init__(sentence)
        self.taken = taken


class ConnectPage(Page[ConnectTo]):
    """F5. Nothing happens to the open connection until this page answers.

    Args:
        recent: where it went before, newest first; the sandbox is always offered.
        now: what stands in the fields at first; None: they are empty and the sandbox is chosen.
        mail_begun: a transaction is open; connecting drops it, so that takes a typed yes.
        fault: what is wrong with the profiles, a sentence.
        test: connects beside the open connection, and says what it found.
        save: keeps a profile of this name and says so, or raises ``NotKeptError``; told True it replaces the
            one that has the name.
    """

    BOX: ClassVar[tuple[int, int] | None] = (72, 26)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "move(-1)", show=False, id="connect.up"),
        Binding("down,tab", "move(1)", show=False, id="connect.down"),
        Binding("enter", "connect", show=False, id="connect.go"),
        Binding("ctrl+t", "test", show=False, id="connect.test"),
        Binding("f8", "save", show=False, id="connect.save"),
        Binding("f1", "explain", show=False, id="help"),
    ]

    def __init__(
        self,
        recent: Sequence[Recent] = (),
        *,
        now: Destination | None = None,
        mail_begun: bool = False,
        fault: str = "",
        test: Callable[[ConnectTo], Awaitable[Sequence[str]]] | None = None,
        save: Callable[[str, ConnectTo, bool], str] | None = None,
    ) -> None:
        super().__init__()
        known = [one for one in recent if one.where is not None]
        places = [one.where for one in known if one.where is not None]
        self._fields = Fields({one.profile: one for one in places if one.profile})
        self._now = now
        self._answer = Field()
        self._recent = (Recent(None, _("practice, stays on this machine")), *known)
        self._mail_begun = mail_begun
        self._asking = self._naming = False
        self._error, self._faulty = "", Part.SERVER  # what is wrong with the text of a field, and of which
        self._wrong_name, self._taken = (
            "",
            "",
        )  # what is wrong with the name of the profile; one that is taken
        self._fault = fault
        self._found: Sequence[str] = ()
        self._test, self._save = test, save
        self._testing = False
        #: A field, or a place by its number.
        self._here: Stop | int = Part.SERVER if now is not None or known else 0
        if now is not None:
            self._fields.fill(now)

    # -- how it looks

    def draw(self, width: int, height: int) -> Picture:
        top_rows = 2  # the head and a blank one
        question, answer, cell = self._question_rows(width)
        below = [(), *question] if self._asked else self._below(width)
        room = height - top_rows - 1
        if not self._asked and room - len(below) < _LEAST_ROWS:
            below = []
        rows, cursor, out = self._middle(width, max(1, room - len(below)))
        if self._asked:
            cursor = (CONTENT + cell, top_rows + len(rows) + 1 + answer)
        elif cursor is not None:
            cursor = (cursor[0], cursor[1] + top_rows)
        top = [head(_("connect"), _("nothing changes until you press Enter"), width, f"{out or 'F5'} "), ()]
        return Picture(page_rows([*top, *rows, *below], footer_row(self._keys(), width), height), cursor)

    def _middle(self, width: int, room: int) -> tuple[list[Row], tuple[int, int] | None, str]:
        """The fields and the places, as much of them as there is room for; the cursor among them; how many
        rows are out of sight."""
        rows: list[Row] = []
        cursor: tuple[int, int] | None = None
        first, last = 0, 0  # the rows that must be in sight
        for stop in self._fields.stops:
            here = stop == self._here and not self._asked
            row, cell = self._fields.row(stop, width, self._sign(here), here=here)
            if stop == self._here:
                first = last = len(rows)
                cursor = (CONTENT + cell, first) if here and self._fields.field(stop) else None
            rows.append(row)
            if stop is Part.SERVER and (named := self._fields.profile) is not None:
                said = ways.profile(named.profile, named.target, named.access)
                rows.append(cut((blanks(CONTENT), Run(said, Tone.QUIET)), width - 1))
            if stop == self._faulty and self._error:
                rows += _warned("!", self._error, width)
                last = len(rows) - 1 if stop == self._here else last
        rows.append(())
        places = self._recent_rows(width, max(1, room - len(rows)))
        if isinstance(self._here, int):
            of_it = [len(rows) + at for at, (number, _row) in enumerate(places) if number == self._here]
            first, last = of_it[0], of_it[-1]
        rows += [row for _number, row in places]
        skipped = max(0, min(first, last - room + 1, len(rows) - room)) if len(rows) > room else 0
        shown = rows[skipped : skipped + room]
        below = sum(any(run.text.strip() for run in row) for row in rows[skipped + room :])
        out = hidden(skipped, below)
        return shown, (cursor[0], cursor[1] - skipped) if cursor is not None else None, out

    @property
    def _asked(self) -> bool:
        """A question has the keys."""
        return self._asking or self._naming

    def _below(self, width: int) -> list[Row]:
        if self._found:
            rows: list[Row] = [()]
            label = pgettext("section", "found")
            for sentence in self._found[:_MOST_FOUND]:
                rows += _labelled(label, visible(sentence), width)
                label = ""
            return rows
        if self._fault:
            return [(), *_warned("!", self._fault, width)]
        if self._goes_out():
            said = _("Mail accepted there is delivered. The final dot asks before it is sent.")
            return [(), *_warned("! " + _("REAL"), said, width)]
        return []

    def _sign(self, here: bool) -> Run:
        return Run(self.glyphs.here, Tone.YOU, True) if here else blanks(1)

    def _recent_rows(self, width: int, room: int) -> list[tuple[int, Row]]:
        """Each with its number; none is cut in what tells it from the others."""
        space = width - CONTENT - 1
        name_cells = self._name_cells(space)
        chosen = self._here if isinstance(self._here, int) else -1
        rows: list[tuple[int, Row]] = []
        for at, one in enumerate(self._recent):
            here = chosen == at and not self._asked
            rows += [
                (at, (self._sign(here and not part), *row))
                for part, row in enumerate(_laid_out(one, space, name_cells, here=here))
            ]
        of_it = [place for place, (at, _row) in enumerate(rows) if at == chosen]
        top = max(0, min(of_it[0], of_it[-1] - room + 1)) if of_it else 0
        shown = rows[top : top + room]
        labels = [pgettext("section", "recent"), *[""] * len(shown)]
        return [
            (at, (blanks(1), row[0], blanks(1), *pad((Run(label, bold=True),), LABEL), *row[1:]))
            for label, (at, row) in zip(labels, shown, strict=False)
        ]

    def _name_cells(self, space: int) -> int:
        """Of the column of names: as wide as lets the most have their words beside them."""
        sizes = [(cell_len(one.name) + _GAP, cell_len(one.about)) for one in self._recent]

        def beside(column: int) -> int:
            return sum(max(column, name) + about <= space for name, about in sizes)

        return max(sorted((name for name, _about in sizes), reverse=True), key=beside)

    def _question_rows(self, width: int) -> tuple[list[Row], int, int]:
        """The rows, the row of the answer among them, and the cell of its cursor."""
        if self._naming:
            label, said = pgettext("section", "profile"), _("A name for these choices, kept in servers.toml.")
            does = _("Enter keeps it: smtptutor connect NAME,  Esc does not")
        else:
            label = "! " + pgettext("section", "mail")
            said = _("A mail is begun. Connecting drops it; nothing of it was delivered.")
            does = _("yes drops it and connects,  Enter alone does not")
        shown, cursor = self._answer.runs(40 if self._naming else 10)
        asked = _warned(label, said, width)
        wrong = _warned("!", self._wrong_name, width) if self._naming and self._wrong_name else []
        answer: Row = (blanks(1), self._sign(True), blanks(LABEL + 1), *shown)
        return [*asked, answer, *(wrong or [(blanks(CONTENT), Run(does, Tone.QUIET))])], len(asked), cursor

    def _keys(self) -> list[KeyWord]:
        keys = [
            KeyWord("Enter", self._does),
            KeyWord("Tab", _("next field"), 1),
        ]
        if isinstance(self._here, int) and self._recent[self._here].where is not None and not self._asked:
            keys.append(KeyWord("Right", _("edit"), 1))
        if self._test is not None and not self._asked:
            keys.append(KeyWord("^T", _("test only"), 4))
        if self._save is not None and not self._asked:
            keys.append(KeyWord("F8", _("keep as profile"), 3))
        return [*keys, KeyWord("F1", action("help").short, 2), KeyWord("Esc", _("back"))]

    @property
    def _does(self) -> str:
        """What Enter does."""
        if self._asking:
            return _("answer")
        if self._naming:
            return _("replace") if self._taken == self._answer.text.strip() != "" else _("keep")
        if self._here is More.ROW:
            return _("fewer fields") if self._fields.open else _("more fields")
        return _("connect")

    def _goes_out(self) -> bool:
        """What Enter would take is not the sandbox."""
        if isinstance(self._here, int):
            return self._recent[self._here].where is not None
        return bool(self._fields.form[Part.SERVER].strip())

    # -- keys

    def edit(self, event: events.Key) -> bool:
        if self._asked:
            done = self._answer.key(event)
        else:
            place = self._recent[self._here].where if isinstance(self._here, int) else None
            if place is not None and event.key == "right":
                self._now, self._here = place, Part.SERVER
                self._fields.fill(place)
                self._forget()
                return True
            if isinstance(self._here, int) and typed(event):
                self._here = Part.SERVER  # whoever types wants to name a server
            done = self._fields.key(self._here, event)
        if done:
            self._forget()
        return done

    def _forget(self) -> None:
        """Something else is being typed: what was said about it before holds no longer."""
        self._error, self._wrong_name, self._found = "", "", ()
        self.redraw()

    def paste(self, text: str) -> None:
        text = text.strip()
        if self._naming:
            self._answer.paste(text)
        elif not self._asking:
            field = self._fields.field(self._here)
            if field is None:
                self._here = Part.SERVER
                field = self._fields.field(self._here)
            assert field is not None
            field.paste(text)
        self._forget()

    def action_move(self, rows: int) -> None:
        if not self._asked:
            order: list[Stop | int] = [*self._fields.stops, *range(len(self._recent))]
            self._here = order[(order.index(self._here) + rows) % len(order)]
            self.redraw()

    def action_back(self) -> None:
        if self._asked:
            self._stop_asking()
        else:
            self.dismiss(None)

    def action_explain(self) -> None:
        """F1: what each field is for."""
        from tui.ui.screens.help import HelpPage

        self.app.push_screen(HelpPage(fields(), at_line=True, about=_("what the fields are for")))

    def action_connect(self) -> None:
        if self._naming:
            self._keep()
        elif self._asking:
            if self._answer.text.strip().lower() in _YES:
                self._go()
            else:
                self._stop_asking()
        elif self._here is More.ROW:
            self._fields.open = not self._fields.open
            self.redraw()
        elif self._mail_begun and self._chosen() is not None:
            self._asking = True
            self.redraw()
        else:
            self._go()

    def _stop_asking(self) -> None:
        self._asking = self._naming = False
        self._wrong_name = self._taken = ""
        self._answer.put("")
        self.redraw()

    def _go(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.dismiss(_connect_to(chosen))

    def _chosen(self) -> Destination | Recent | None:
        """What Enter means now, a ``Recent`` for the sandbox; None: it is no place to connect to, and the
        page says why."""
        if isinstance(self._here, int):
            one = self._recent[self._here]
            if one.where is None:
                return one
            before = self._now.steps if self._now is not None else NO_STEPS
            return replace(one.where, steps=with_steps(before, one.where.steps))
        named = self._fields.profile
        try:
            found = form.read(self._fields.form, self._now)
            return found if named is None else replace(found, profile=named.profile)
        except form.BadFieldError as error:
            self._error, self._found = str(error), ()
            self._faulty = self._here = error.part
            self._fields.reveal(error.part)
            self.redraw()
            return None

    # -- testing and keeping

    def action_test(self) -> None:
        chosen = None if self._asked or self._test is None or self._testing else self._elsewhere()
        if chosen is not None:
            self._found = (_("connecting, up to EHLO and QUIT ..."),)
            self._testing = True
            self.redraw()
            self.run_worker(self._try(_connect_to(chosen)), exclusive=True, group="test")

    async def _try(self, chosen: ConnectTo) -> None:
        assert self._test is not None
        try:
            self._found = await self._test(chosen)
        finally:
            self._testing = False
        self.redraw()

    def action_save(self) -> None:
        chosen = None if self._asked or self._save is None else self._elsewhere()
        if chosen is not None:
            self._naming = True
            self._answer.put(form.name_for(chosen))
            self._forget()

    def _elsewhere(self) -> Destination | None:
        """What is chosen, unless it is the sandbox: that needs neither a test nor a profile, and the page
        says so."""
        chosen = self._chosen()
        if not isinstance(chosen, Recent):
            return chosen
        self._found = (_("the sandbox is always here: it needs neither test nor profile"),)
        self.redraw()
        return None

    def _keep(self) -> None:
        """What is wrong with the name stands under it, to be mended there."""
        chosen, name = self._chosen(), self._answer.text.strip()
        if self._save is None or chosen is None:
            return
        try:
            said = self._save(name, _connect_to(chosen), name == self._taken)
        except NotKeptError as error:
            self._wrong_name, self._taken = str(error), name if error.taken else ""
            self.redraw()
            return
        self._stop_asking()
        self._found = (said,)
        self.redraw()


def _connect_to(chosen: Destination | Recent) -> ConnectTo:
    if isinstance(chosen, Recent):
        return ConnectTo(None)
    return ConnectTo(chosen.target, chosen.access, chosen.steps, chosen.timeout)


def _laid_out(one: Recent, space: int, name_cells: int, *, here: bool) -> list[Row]:
    """The words beside the name, or below it where there is no room."""
    name, about = Run(one.name, Tone.INK, here), Run(one.about, Tone.QUIET)
    if max(name_cells, cell_len(one.name) + _GAP) + cell_len(one.about) <= space:
        return [(*pad((name,), max(name_cells, cell_len(one.name) + _GAP)), about)]
    wrapped = [*wrap((name,), space), *((blanks(2), *row) for row in wrap((about,), space - 2))]
    return [tuple(row) for row in wrapped]


def _labelled(label: str, said: str, width: int, tone: Tone = Tone.BOLD) -> list[Row]:
    wrapped = wrap((Run(said),), min(_MEASURE if tone is Tone.LATER else 68, width - CONTENT - 1))
    first = (blanks(3), *pad((Run(label, tone, True),), LABEL), *wrapped[0])
    return [first, *((blanks(CONTENT), *row) for row in wrapped[1:])]


def _warned(label: str, said: str, width: int) -> list[Row]:
    """``! REAL     Mail accepted there …``: the label warm, the sentence beside it."""
    return _labelled(label, said, width, Tone.LATER)
