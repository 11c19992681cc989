"""Where to connect to: a field for HOST[:PORT], and what was connected to before.

The page is rows: a field more (security, login …) is one more row of ``_fields``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType

from tui.desk.target import BadTargetError, parse
from tui.net.endpoint import Endpoint
from tui.smtp.display import visible
from tui.ui.editing import Field, typed
from tui.ui.flow import Row, blanks, cut, pad, wrap
from tui.ui.screens.canvas import Picture
from tui.ui.screens.page import Page, head, page_rows
from tui.ui.widgets.footer import KeyWord, footer_row
from tui.values import value
from tui.words.commands import action
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _
from tui.words.language import pgettext

_LABEL = 11  # the fields' own label column: a label of 8 cells and the sign before it
_CONTENT = 3 + _LABEL
_MEASURE = 46


@value
class Recent:
    """A place to choose: ``target`` None is the sandbox. ``about`` is words: ``REAL, yesterday``."""

    target: Endpoint | None
    about: str = ""

    @property
    def name(self) -> str:
        return visible(str(self.target)) if self.target is not None else _("sandbox")


@value
class ConnectTo:
    """``target`` None is the sandbox inside this program."""

    target: Endpoint | None


class ConnectPage(Page[ConnectTo]):
    """F5. Nothing happens to the open connection until this page answers.

    Args:
        recent: where it went before, newest first; the sandbox is always offered.
        target: what stands in the field at first; None: the field is empty and the sandbox is chosen.
        mail_begun: a transaction is open; connecting drops it, so that takes a typed yes.
    """

    BOX: ClassVar[tuple[int, int] | None] = (72, 22)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,shift+tab", "move(-1)", show=False, id="connect.up"),
        Binding("down,tab", "move(1)", show=False, id="connect.down"),
        Binding("enter", "connect", show=False, id="connect.go"),
    ]

    def __init__(
        self, recent: Sequence[Recent] = (), *, target: Endpoint | None = None, mail_begun: bool = False
    ) -> None:
        super().__init__()
        self._server = Field(str(target) if target is not None else "")
        self._sure = Field()
        known = [one for one in recent if one.target is not None]
        self._recent = (Recent(None, _("practice, stays on this machine")), *known)
        self._mail_begun = mail_begun
        self._asking = False
        self._error = ""
        self._at = 0 if target is not None or known else 1
        """Which row has the keys: 0 the field, then the places to choose."""

    # -- how it looks

    def draw(self, width: int, height: int) -> Picture:
        rows = [head(_("connect"), _("nothing changes until you press Enter"), width, "F5 "), ()]
        field_row, cursor = self._field_row(width)
        cursor_row = len(rows)
        rows.append(field_row)
        if self._error:
            rows += _warned("!", self._error, width)
        rows += [(), *self._recent_rows(width)]
        if self._asking:
            rows.append(())
            question, cursor = self._question_rows(width)
            rows += question
            cursor_row = len(rows) - 2  # the answer stands above the last row, which says what it does
        elif self._goes_out():
            said = _("Mail accepted there is delivered. The final dot asks before it is sent.")
            rows += [(), *_warned("! REAL", said, width)]
        in_field = self._asking or self._at == 0
        return Picture(
            page_rows(rows, footer_row(self._keys(), width), height),
            (_CONTENT + cursor, cursor_row) if in_field else None,
        )

    def _sign(self, here: bool) -> Run:
        return Run(self.glyphs.here, Tone.YOU, True) if here else blanks(1)

    def _field_row(self, width: int) -> tuple[Row, int]:
        here = self._at == 0 and not self._asking
        label = pad((Run(pgettext("section", "server"), bold=True),), _LABEL)
        typed, cursor = self._server.runs(width - _CONTENT - 1)
        if not self._server.text:
            typed = (Run("HOST[:PORT]", Tone.QUIET),)
        return (blanks(1), self._sign(here), blanks(1), *label, *typed), cursor

    def _recent_rows(self, width: int) -> list[Row]:
        name_cells = max(20, *(cell_len(one.name) + 3 for one in self._recent))
        rows: list[Row] = []
        for at, one in enumerate(self._recent, start=1):
            here = self._at == at and not self._asking
            label = pad((Run(pgettext("section", "recent") if at == 1 else "", bold=True),), _LABEL)
            name = pad((Run(one.name, Tone.INK, here),), min(name_cells, 40))
            row = (blanks(1), self._sign(here), blanks(1), *label, *name, Run(one.about, Tone.QUIET))
            rows.append(cut(row, width - 1))
        return rows

    def _question_rows(self, width: int) -> tuple[list[Row], int]:
        said = _("A mail is begun. Connecting drops it; nothing of it was delivered.")
        typed, cursor = self._sure.runs(10)
        return [
            *_warned("! " + pgettext("section", "mail"), said, width),
            (blanks(1), self._sign(True), blanks(_LABEL + 1), *typed),
            (blanks(_CONTENT), Run(_("yes drops it and connects,  Enter alone does not"), Tone.QUIET)),
        ], cursor

    def _keys(self) -> list[KeyWord]:
        return [
            KeyWord("Enter", _("answer") if self._asking else _("connect")),
            KeyWord("Tab", _("next field"), 1),
            KeyWord("F1", action("help").short, 2),
            KeyWord("Esc", _("back")),
        ]

    def _goes_out(self) -> bool:
        """What Enter would take is not the sandbox."""
        if self._at == 0:
            return bool(self._server.text.strip())
        return self._recent[self._at - 1].target is not None

    # -- keys

    def edit(self, event: events.Key) -> bool:
        field = self._sure if self._asking else self._server
        if field is self._server and self._at and typed(event):
            self._at = 0  # whoever types wants to name a server
        edited = (field is self._sure or self._at == 0) and field.key(event)
        if edited:
            self._error = ""
            self.redraw()
        return edited

    def on_paste(self, event: events.Paste) -> None:
        event.stop()
        if not self._asking:
            self._at, self._error = 0, ""
            self._server.paste(event.text.strip())
            self.redraw()

    def action_move(self, rows: int) -> None:
        if not self._asking:
            self._at = (self._at + rows) % (len(self._recent) + 1)
            self.redraw()

    def action_back(self) -> None:
        if self._asking:
            self._stop_asking()
        else:
            self.dismiss(None)

    def action_connect(self) -> None:
        if self._asking:
            if self._sure.text.strip().lower() in _YES:
                self._go()
            else:
                self._stop_asking()
        elif self._mail_begun and self._chosen() is not None:
            self._asking = True
            self.redraw()
        else:
            self._go()

    def _stop_asking(self) -> None:
        self._asking = False
        self._sure.put("")
        self.redraw()

    def _go(self) -> None:
        chosen = self._chosen()
        if chosen is not None:
            self.dismiss(chosen)

    def _chosen(self) -> ConnectTo | None:
        """What Enter means now; None: it is no place to connect to, and the page says why."""
        if self._at:
            return ConnectTo(self._recent[self._at - 1].target)
        try:
            return ConnectTo(parse(self._server.text))
        except BadTargetError as error:
            self._error = str(error)
            self.redraw()
            return None


_YES = frozenset({"yes", "是"})


def _warned(label: str, said: str, width: int) -> list[Row]:
    """``! REAL     Mail accepted there …``: the label warm, the sentence beside it."""
    wrapped = wrap((Run(said),), min(_MEASURE, width - _CONTENT - 1))
    first = (blanks(3), *pad((Run(label, Tone.LATER, True),), _LABEL), *wrapped[0])
    return [first, *((blanks(_CONTENT), *row) for row in wrapped[1:])]
