"""Where to connect to: server, security, login, jump host and own name, and what was connected to before.

The page is rows: the fields, then the places to choose. It is told what there is and answers with what was
chosen; testing and saving are done by what it is given.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType

from tui.desk.destination import Destination, jump, usual
from tui.desk.options import NO_STEPS, Login, Steps
from tui.desk.target import BadTargetError, parse
from tui.net.access import DIRECT, TLS_PORT, Access, Security
from tui.net.endpoint import DEFAULT_PORT, Endpoint
from tui.smtp.display import visible
from tui.store.servers import may_name
from tui.ui.editing import Field, typed
from tui.ui.flow import Row, blanks, cut, pad, wrap
from tui.ui.screens.canvas import Picture
from tui.ui.screens.page import Page, head, page_rows
from tui.ui.widgets.footer import KeyWord, footer_row
from tui.values import value
from tui.words.commands import action
from tui.words.guide import Run, Tone
from tui.words.language import N_, gettext, pgettext
from tui.words.language import gettext as _

_LABEL = 11  # the fields' own label column: a label of 8 cells and the sign before it
_CONTENT = 3 + _LABEL
_MEASURE = 46
_MOST_FOUND = 6
_YES = frozenset({"yes", "是"})

#: The rows that can be typed in, or chosen in, before the places.
_SERVER, _SECURITY, _LOGIN, _THROUGH, _NAME = range(5)
_PLACES: Final = 5  # where these begin
_TEXTS: Final = (_SERVER, _LOGIN, _THROUGH, _NAME)
_CHOICES: Final = (
    (Security.PLAIN, N_("plain text")),
    (Security.STARTTLS, "STARTTLS"),
    (Security.TLS, N_("TLS at once")),
)


@value
class Recent:
    """A place to choose: ``where`` None is the sandbox. ``about`` is words: ``REAL, yesterday``."""

    where: Destination | None
    about: str = ""

    @property
    def name(self) -> str:
        if self.where is None:
            return _("sandbox")
        host = str(self.where.target)
        if self.where.access.mx:
            return _("MX of {domain}").format(domain=visible(self.where.target.host))
        return visible(host)


@value
class ConnectTo:
    """``target`` None is the sandbox inside this program; of ``steps`` only who logs in and our name are
    chosen here."""

    target: Endpoint | None
    access: Access = DIRECT
    steps: Steps = NO_STEPS


class ConnectPage(Page[ConnectTo]):
    """F5. Nothing happens to the open connection until this page answers.

    Args:
        recent: where it went before, newest first; the sandbox is always offered.
        now: what stands in the fields at first; None: they are empty and the sandbox is chosen.
        mail_begun: a transaction is open; connecting drops it, so that takes a typed yes.
        fault: what is wrong with the profiles, a sentence.
        test: connects beside the open connection, and says what it found.
        save: keeps a profile of this name, and says what became of it.
    """

    BOX: ClassVar[tuple[int, int] | None] = (72, 24)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "move(-1)", show=False, id="connect.up"),
        Binding("down,tab", "move(1)", show=False, id="connect.down"),
        Binding("enter", "connect", show=False, id="connect.go"),
        Binding("ctrl+t", "test", show=False, id="connect.test"),
        Binding("f8", "save", show=False, id="connect.save"),
    ]

    def __init__(
        self,
        recent: Sequence[Recent] = (),
        *,
        now: Destination | None = None,
        mail_begun: bool = False,
        fault: str = "",
        test: Callable[[ConnectTo], Awaitable[Sequence[str]]] | None = None,
        save: Callable[[str, ConnectTo], str] | None = None,
    ) -> None:
        super().__init__()
        self._fields = {at: Field() for at in _TEXTS}
        self._access = DIRECT  # what the fields do not show is kept of it
        self._known: Endpoint | None = None  # what the server's field said when it was filled
        self._security: Security | None = None  # None: what is usual on the port
        self._answer = Field()
        known = [one for one in recent if one.where is not None]
        self._recent = (Recent(None, _("practice, stays on this machine")), *known)
        self._mail_begun = mail_begun
        self._asking = self._naming = False
        self._error, self._faulty = "", _SERVER  # what is wrong with the text of a field, and of which
        self._fault = fault
        self._found: Sequence[str] = ()
        self._test, self._save = test, save
        self._testing = False
        self._at = _SERVER if now is not None or known else _PLACES
        if now is not None:
            self._fill(now)

    def _fill(self, one: Destination) -> None:
        self._access, self._known = one.access, one.target
        self._security = one.access.security
        texts = (str(one.target), one.steps.login.user, one.access.via, one.steps.ehlo)
        for at, text in zip(_TEXTS, texts, strict=True):
            self._fields[at].put(text)

    # -- how it looks

    def draw(self, width: int, height: int) -> Picture:
        rows = [head(_("connect"), _("nothing changes until you press Enter"), width, "F5 "), ()]
        cursor: tuple[int, int] | None = None
        for at in range(_PLACES):
            row, cell = self._field_row(at, width)
            if at == self._at and not self._asked and at in self._fields:
                cursor = (_CONTENT + cell, len(rows))
            rows.append(row)
            if at == self._faulty and self._error:
                rows += _warned("!", self._error, width)
        below = self._below(width)
        if self._asked:
            question, cell = self._question_rows(width)
            below = [(), *question]
        rows.append(())
        rows += self._recent_rows(width, max(1, height - len(rows) - len(below) - 1))
        rows += below
        if self._asked:
            cursor = (_CONTENT + cell, len(rows) - 2)
        return Picture(page_rows(rows, footer_row(self._keys(), width), height), cursor)

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

    def _field_row(self, at: int, width: int) -> tuple[Row, int]:
        here = self._at == at and not self._asked
        labels = (
            pgettext("section", "server"),
            pgettext("section", "security"),
            pgettext("section", "login as"),
            pgettext("section", "through"),
            pgettext("section", "my name"),
        )
        label = pad((Run(labels[at], bold=True),), _LABEL)
        begin: Row = (blanks(1), self._sign(here), blanks(1), *label)
        if at == _SECURITY:
            return cut((*begin, *self._choices(here)), width - 1), 0
        field = self._fields[at]
        shown, cursor = field.runs(width - _CONTENT - 1)
        if not field.text:
            empty = ("HOST[:PORT]", "", _("empty: no login"), _("ssh host, empty: directly"), _own_name())
            shown = (Run(empty[at], Tone.QUIET),)
        return cut((*begin, *shown), width - 1), cursor

    def _choices(self, here: bool) -> Row:
        chosen, runs = self._chosen_security, []
        for security, name in _CHOICES:
            mark = "(x)" if security is chosen else "( )"
            words = gettext(name) if name != "STARTTLS" else name
            tone = Tone.YOU if here and security is chosen else Tone.INK
            runs += [Run(f"{mark} {words}", tone, here and security is chosen), blanks(3)]
        return tuple(runs[:-1])

    @property
    def _chosen_security(self) -> Security:
        if self._security is not None:
            return self._security
        try:
            return usual(parse(self._fields[_SERVER].text)).security
        except BadTargetError:
            return Security.PLAIN

    def _recent_rows(self, width: int, room: int) -> list[Row]:
        name_cells = max(20, *(cell_len(one.name) + 3 for one in self._recent))
        chosen = self._at - _PLACES
        top = max(0, min(chosen - room + 1, len(self._recent) - room)) if chosen >= room else 0
        rows: list[Row] = []
        for at, one in enumerate(self._recent[top : top + room], start=top):
            here = chosen == at and not self._asked
            label = pad((Run(pgettext("section", "recent") if at == top else "", bold=True),), _LABEL)
            name = pad((Run(one.name, Tone.INK, here),), min(name_cells, 40))
            row = (blanks(1), self._sign(here), blanks(1), *label, *name, Run(one.about, Tone.QUIET))
            rows.append(cut(row, width - 1))
        return rows

    def _question_rows(self, width: int) -> tuple[list[Row], int]:
        if self._naming:
            label, said = pgettext("section", "profile"), _("A name for these choices, kept in servers.toml.")
            does = _("Enter keeps it: smtptutor connect NAME,  Esc does not")
        else:
            label = "! " + pgettext("section", "mail")
            said = _("A mail is begun. Connecting drops it; nothing of it was delivered.")
            does = _("yes drops it and connects,  Enter alone does not")
        shown, cursor = self._answer.runs(40 if self._naming else 10)
        return [
            *_warned(label, said, width),
            (blanks(1), self._sign(True), blanks(_LABEL + 1), *shown),
            (blanks(_CONTENT), Run(does, Tone.QUIET)),
        ], cursor

    def _keys(self) -> list[KeyWord]:
        keys = [
            KeyWord("Enter", _("answer") if self._asking else _("keep") if self._naming else _("connect")),
            KeyWord("Tab", _("next field"), 1),
        ]
        if self._test is not None and not self._asked:
            keys.append(KeyWord("^T", _("test only"), 4))
        if self._save is not None and not self._asked:
            keys.append(KeyWord("F8", _("keep as profile"), 3))
        return [*keys, KeyWord("F1", action("help").short, 2), KeyWord("Esc", _("back"))]

    def _goes_out(self) -> bool:
        """What Enter would take is not the sandbox."""
        if self._at < _PLACES:
            return bool(self._fields[_SERVER].text.strip())
        return self._recent[self._at - _PLACES].where is not None

    # -- keys

    def edit(self, event: events.Key) -> bool:
        if self._asked:
            done = self._answer.key(event)
        elif self._at == _SECURITY and event.key in {"left", "right", "space"}:
            self._choose(-1 if event.key == "left" else 1)
            return True
        elif self._at == _SECURITY:
            return False
        else:
            if self._at >= _PLACES and typed(event):
                self._at = _SERVER  # whoever types wants to name a server
            done = self._at in self._fields and self._fields[self._at].key(event)
        if done:
            self._error, self._found = "", ()
            self.redraw()
        return done

    def _choose(self, by: int) -> None:
        order = [one for one, _name in _CHOICES]
        self._security = order[(order.index(self._chosen_security) + by) % len(order)]
        self._error, self._found = "", ()
        self.redraw()

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if not self._asked:
            self._at = self._at if self._at in self._fields else _SERVER
            self._error = ""
            self._fields[self._at].paste(event.text.strip())
            self.redraw()

    def action_move(self, rows: int) -> None:
        if not self._asked:
            self._at = (self._at + rows) % (_PLACES + len(self._recent))
            self.redraw()

    def action_back(self) -> None:
        if self._asked:
            self._stop_asking()
        else:
            self.dismiss(None)

    def action_connect(self) -> None:
        if self._naming:
            self._keep()
        elif self._asking:
            if self._answer.text.strip().lower() in _YES:
                self._go()
            else:
                self._stop_asking()
        elif self._mail_begun and self._chosen() is not None:
            self._asking = True
            self.redraw()
        else:
            self._go()

    def _stop_asking(self) -> None:
        self._asking = self._naming = False
        self._answer.put("")
        self.redraw()

    def _go(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.dismiss(chosen)

    def _chosen(self) -> ConnectTo | None:
        """What Enter means now; None: it is no place to connect to, and the page says why."""
        if self._at >= _PLACES:
            where = self._recent[self._at - _PLACES].where
            return ConnectTo(None) if where is None else ConnectTo(where.target, where.access, where.steps)
        try:
            return self._typed()
        except BadTargetError as error:
            self._error, self._found = str(error), ()
            self.redraw()
            return None

    def _typed(self) -> ConnectTo:
        server, user, through, name = (self._fields[at].text.strip() for at in _TEXTS)
        security = self._chosen_security
        self._faulty = _SERVER
        target = parse(server, port=TLS_PORT if security is Security.TLS else DEFAULT_PORT)
        # What the fields cannot say (a certificate, a mail domain) holds for the server it was meant for.
        base = self._access if target == self._known else DIRECT
        self._faulty = _THROUGH
        access = replace(base, security=security, via=jump(through))
        for at, text in ((_LOGIN, user), (_NAME, name)):
            self._faulty = at
            if not text.isprintable() or (at == _NAME and " " in text):
                raise BadTargetError(_("a name holds a blank or a control character"))
        return ConnectTo(target, access, Steps(ehlo=name, login=Login(user=user)))

    # -- testing and keeping

    def action_test(self) -> None:
        chosen = None if self._asked or self._test is None or self._testing else self._chosen()
        if self._is_sandbox(chosen):
            return
        if chosen is not None and chosen.target is not None:
            self._found = (_("connecting, up to EHLO and QUIT ..."),)
            self._testing = True
            self.redraw()
            self.run_worker(self._try(chosen), exclusive=True, group="test")

    async def _try(self, chosen: ConnectTo) -> None:
        assert self._test is not None
        try:
            self._found = await self._test(chosen)
        finally:
            self._testing = False
        self.redraw()

    def action_save(self) -> None:
        chosen = None if self._asked or self._save is None else self._chosen()
        if self._is_sandbox(chosen):
            return
        if chosen is not None and chosen.target is not None:
            self._naming = True
            self._answer.put(_first_name(chosen.target.host))
            self.redraw()

    def _is_sandbox(self, chosen: ConnectTo | None) -> bool:
        """It needs neither a test nor a profile, and the page says so."""
        sandbox = chosen is not None and chosen.target is None
        if sandbox:
            self._found = (_("the sandbox is always here: it needs neither test nor profile"),)
            self.redraw()
        return sandbox

    def _keep(self) -> None:
        chosen = self._chosen()
        if chosen is not None and self._save is not None:
            said = self._save(self._answer.text.strip(), chosen)
            self._stop_asking()
            self._found = (said,)
            self.redraw()


def _first_name(host: str) -> str:
    """What a profile of this server may be called; "" for an address, which nobody calls by its digits."""
    first = host.partition(".")[0]
    return first if may_name(first) and not first.isdigit() else ""


def _own_name() -> str:
    return _("empty: this machine's name")


def _labelled(label: str, said: str, width: int, tone: Tone = Tone.BOLD) -> list[Row]:
    wrapped = wrap((Run(said),), min(_MEASURE if tone is Tone.LATER else 68, width - _CONTENT - 1))
    first = (blanks(3), *pad((Run(label, tone, True),), _LABEL), *wrapped[0])
    return [first, *((blanks(_CONTENT), *row) for row in wrapped[1:])]


def _warned(label: str, said: str, width: int) -> list[Row]:
    """``! REAL     Mail accepted there …``: the label warm, the sentence beside it."""
    return _labelled(label, said, width, Tone.LATER)
