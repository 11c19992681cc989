"""What all pages share: one canvas that is drawn in rows, a box over the dimmed screen where there is room.

A page keeps its state as plain values and says in ``draw`` how they look at a size: rows of runs, nothing
else. It is given values when it is made, answers with a typed result, and asks for what is not its own by
the app's action ``ask``. Its keys come one by one (``private.KeysInOrder``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, TypeVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.theme import Theme

from tui.ui.flow import Row, blanks, cut, pad
from tui.ui.look import UNICODE, Glyphs, look_of
from tui.ui.private import KeysInOrder
from tui.ui.screens.canvas import Canvas, Picture, framed
from tui.ui.widgets.strip import Place, StateStrip, strip_row
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _
from tui.words.language import ngettext

BOXED_FROM = 100  # columns; below that a page fills the screen
MARGIN = 3  # columns before what is typed and before a name of a list: blank, sign, blank

Result = TypeVar("Result")


class Page(ModalScreen[Result]):
    """A secondary page. ``Esc`` always leads back and never discards anything.

    Subclasses say in ``draw`` how they look and set ``BOX`` where they are a dialog. With a ``place`` the
    state strip stays in sight above the page.
    """

    BOX: ClassVar[tuple[int, int] | None] = None
    """Columns and rows of the dialog, its border included; None: the page always fills the screen."""

    SCOPED_CSS = False  # the rules are for the screen itself
    CSS = """
    Page { background: $background; align: center middle; }
    Page.-boxed { background: $background 60%; }
    Page > StateStrip { height: 1; width: 100%; }
    """
    AUTO_FOCUS = "Canvas"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", show=False, id="page.back"),
        Binding("f1", "app.ask('help')", show=False, id="help"),
        Binding("ctrl+p", "app.ask('commands')", show=False, id="commands"),
    ]

    def __init__(self, place: Place | None = None) -> None:
        super().__init__()
        self._canvas = Canvas()
        self._strip = StateStrip()
        self._place = place

    def compose(self) -> ComposeResult:
        if self._place is not None:
            yield self._strip
        yield self._canvas

    def box_rows(self) -> int:
        """Rows of the dialog, its border included; it is never higher than the screen leaves room."""
        return self.BOX[1] if self.BOX is not None else 0

    def draw(self, width: int, height: int) -> Picture:
        """How the page looks in so many columns and rows. Pure: no side effect but scrolling."""
        raise NotImplementedError

    def keys_in_words(self) -> Sequence[tuple[str, str]]:
        """All keys of this page with what they do, for help: the footer drops some where columns are few."""
        return ()

    # -- what subclasses use

    @property
    def glyphs(self) -> Glyphs:
        return look_of(self.app).glyphs if self.is_attached else UNICODE

    @property
    def boxed(self) -> bool:
        return self.BOX is not None and self.size.width >= BOXED_FROM

    def news(self, place: Place, *, message_due: bool) -> None:
        """Something went on below the page: what the strip says now, and whether the server waits for message
        text."""
        if self._place is not None:
            self._place = place
            self._draw_strip()

    def redraw(self) -> None:
        """The state has changed: draw it again."""
        width, height = self._room()
        if width <= 0 or height <= 0:
            return
        self._draw_strip()
        picture = self.draw(width, height)
        self._canvas.show(framed(picture, width, height, self.glyphs) if self.boxed else picture)

    def edit(self, event: events.Key) -> bool:
        """A key for what is being typed; False: it is none of those, its binding is looked for."""
        return False

    def paste(self, text: str) -> None:
        """Text that comes as a whole; a page where nothing is typed takes none."""

    # -- events

    @property
    def takes_keys(self) -> bool:
        return self.is_mounted

    async def take(self, event: events.Key | events.Paste) -> None:
        """Text and bound keys (``private.TakesKeys``)."""
        if isinstance(event, events.Paste):
            self.paste(event.text)
        elif not self.edit(event):
            bound = self.active_bindings.get(event.key)
            if bound is not None and bound.node is self and bound.enabled:
                await self.run_action(bound.binding.action)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)
        if isinstance(self.app, KeysInOrder):
            self.call_next(self.app.go_on_typing)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(self.boxed, "-boxed")
        width, height = self._room()
        extra = 2 if self.boxed else 0
        self._canvas.styles.width = width + extra
        self._canvas.styles.height = height + extra
        self.redraw()
        self.call_after_refresh(self.redraw)

    def action_back(self) -> None:
        self.dismiss(None)

    def close(self) -> None:
        """Leave at once, whatever the page is doing; what was typed is answered, not discarded."""
        self.dismiss(None)

    def _theme_changed(self, theme: Theme) -> None:
        self._canvas.refresh()

    def _room(self) -> tuple[int, int]:
        """Columns and rows to draw in: those of the screen, or those inside the box."""
        width, height = self.size
        if self.boxed and self.BOX is not None:
            return min(self.BOX[0], width) - 2, min(self.box_rows(), height - 2) - 2
        return width, height - (self._place is not None)

    def _draw_strip(self) -> None:
        if self._place is not None:
            self._strip.show([strip_row(self._place, self.size.width, look_of(self.app))])


# -- rows that pages have in common


def page_rows(body: Sequence[Row], footer: Row, height: int) -> tuple[Row, ...]:
    """The body cut or filled so that the footer is the last of ``height`` rows."""
    room = max(0, height - 1)
    rows = [*body[:room], *(() for _ in range(room - len(body)))]
    return (*rows, footer)[-height:] if height > 0 else ()


def head(label: str, text: str, width: int, right: str = "") -> Row:
    """The first row: a bold label, what it is about, and something quiet at the right end."""
    row = (blanks(1), Run(label, Tone.BOLD), blanks(3), Run(text, Tone.QUIET))
    room = width - 1 - cell_len(right)
    return (*pad(cut(row, max(0, room - 2)), room), Run(right, Tone.QUIET))


def out_of_sight(above: int, below: int) -> tuple[Row, ...]:
    """How many there are before and behind those of a list that are shown; no row where all are."""
    said = hidden(above, below)
    return ((blanks(MARGIN), Run(said, Tone.QUIET)),) if said else ()


def hidden(above: int, below: int) -> str:
    """The same in words; "" where all are shown."""
    said: list[str] = []
    if above:
        said.append(ngettext("{count} above", "{count} above", above).format(count=above))
    if below:
        said.append(ngettext("{count} below", "{count} below", below).format(count=below))
    return _(", ").join(said)
