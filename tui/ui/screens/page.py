"""What all pages share: one canvas that is drawn in rows, a box over the dimmed screen where there is room.

A page keeps its state as plain values and says in ``draw`` how they look at a size: rows of runs, nothing
else. It is given values when it is made, answers with a typed result, and asks for what is not its own by a
message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Offset, Region
from textual.message import Message
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.theme import Theme
from textual.widget import Widget

from tui.ui.flow import Row, blanks, cut, pad
from tui.ui.look import UNICODE, Glyphs, Look, look_of
from tui.ui.widgets.strip import Place, StateStrip, strip_row
from tui.values import value
from tui.words.guide import Run, Tone

BOXED_FROM = 100  # columns; below that a page fills the screen

Result = TypeVar("Result")


@value
class Picture:
    """``cursor``: column and row of the cell that is reversed, and where the terminal's own cursor stands."""

    rows: tuple[Row, ...]
    cursor: tuple[int, int] | None = None


class Hairline(Run):
    """A run of line-drawing glyphs: fainter than anything that is read."""

    __slots__ = ()


class Canvas(Widget, can_focus=True):
    """Draws a picture; of the next one it paints again only what differs, up to the last cell that does."""

    DEFAULT_CSS = """
    Canvas { background: $background; color: $foreground; width: 100%; height: 100%; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._picture = Picture(())

    def show(self, picture: Picture) -> None:
        before, self._picture = self._picture, picture
        if not self.is_mounted:
            return
        for y in range(max(len(before.rows), len(picture.rows))):
            end = _changed_to(before, picture, y)
            if end:
                self.refresh(Region(0, y, min(end, self.size.width), 1))
        # Without a field the terminal's own cursor waits where it covers nothing.
        column, row = picture.cursor or (0, self.size.height - 1)
        self.app.cursor_position = self.region.offset + Offset(column, row)

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        picture = self._picture
        if y >= len(picture.rows):
            return Strip.blank(width)
        look = look_of(self.app)
        styled = ((run.text, _style(run, look)) for run in picture.rows[y])
        strip = look.row_strip(styled, width)
        if picture.cursor is None or picture.cursor[1] != y:
            return strip
        return _with_cursor(strip, picture.cursor[0], look)


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
        Binding("f1", "ask('help')", show=False, id="help"),
        Binding("ctrl+p", "ask('commands')", show=False, id="commands"),
    ]

    @dataclass
    class Asked(Message):
        """Posted when a person wants what somebody else does; ``action`` as in ``words.commands``."""

        action: str

    def __init__(self, place: Place | None = None) -> None:
        super().__init__()
        self._canvas = Canvas()
        self._strip = StateStrip()
        self._place = place

    def compose(self) -> ComposeResult:
        if self._place is not None:
            yield self._strip
        yield self._canvas

    def draw(self, width: int, height: int) -> Picture:
        """How the page looks in so many columns and rows. Pure: no side effect but scrolling."""
        raise NotImplementedError

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

    # -- events

    async def on_key(self, event: events.Key) -> None:
        """Typed text and bound keys, in the order in which they came. Textual looks for bindings only when the
        app gets the key: what was typed quickly after an Enter or an arrow would overtake it."""
        if self.edit(event):
            event.stop()
            return
        bound = self.active_bindings.get(event.key)
        if bound is not None and bound.node is self and bound.enabled:
            event.stop()
            await self.run_action(bound.binding.action)

    def on_mount(self) -> None:
        self.app.theme_changed_signal.subscribe(self, self._theme_changed)

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

    def action_ask(self, action: str) -> None:
        self.post_message(self.Asked(action))

    def _theme_changed(self, theme: Theme) -> None:
        self._canvas.refresh()

    def _room(self) -> tuple[int, int]:
        """Columns and rows to draw in: those of the screen, or those inside the box."""
        width, height = self.size
        if self.boxed and self.BOX is not None:
            columns, rows = self.BOX
            return min(columns, width) - 2, min(rows, height - 2) - 2
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


def framed(picture: Picture, width: int, height: int, glyphs: Glyphs) -> Picture:
    """The picture in a single line."""
    top_left, top_right, bottom_left, bottom_right = tuple(glyphs.corners)
    side = Hairline(glyphs.vertical)

    def edge(left: str, right: str) -> Row:
        return (Hairline(left + glyphs.horizontal * width + right),)

    filled = [*picture.rows, *(() for _ in range(height - len(picture.rows)))]
    rows = [(side, *pad(cut(row, width), width), side) for row in filled[:height]]
    cursor = (picture.cursor[0] + 1, picture.cursor[1] + 1) if picture.cursor is not None else None
    return Picture((edge(top_left, top_right), *rows, edge(bottom_left, bottom_right)), cursor)


# -- painting


def _style(run: Run, look: Look) -> Style:
    return look.hairline if isinstance(run, Hairline) else look.style(run.tone, run.bold)


def _changed_to(before: Picture, after: Picture, y: int) -> int:
    """The end of the last cell of this row that looks another way than before."""
    old = _cells(before, y)
    new = _cells(after, y)
    size = max(len(old), len(new))
    old += [_BLANK] * (size - len(old))
    new += [_BLANK] * (size - len(new))
    return next((at + 1 for at in range(size - 1, -1, -1) if old[at] != new[at]), 0)


_Cell = tuple[str, Tone, bool, bool]
_BLANK: _Cell = (" ", Tone.INK, False, False)


def _cells(picture: Picture, y: int) -> list[_Cell]:
    cells: list[_Cell] = []
    for run in picture.rows[y] if y < len(picture.rows) else ():
        for char in run.text:
            size = cell_len(char)
            if size:
                blank = char == " " and not run.bold
                cells += [_BLANK if blank else (char, run.tone, run.bold, False)] * size
            elif cells:
                last = cells[-1]
                cells[-1] = (last[0] + char, *last[1:])
    if picture.cursor is not None and picture.cursor[1] == y:
        at = picture.cursor[0]
        cells += [_BLANK] * (at + 1 - len(cells))
        cells[at] = (cells[at][0], cells[at][1], cells[at][2], True)
    return cells


def _with_cursor(strip: Strip, cell: int, look: Look) -> Strip:
    """The character on this cell reversed, both halves of a wide one."""
    width = strip.cell_length
    if cell >= width:
        return strip
    end = cell + 1
    text, used = strip.text, 0
    for char in text:
        size = cell_len(char)
        if used <= cell < used + size:
            cell, end = used, used + size
            break
        used += size
    under = [Segment(one.text, (one.style or Style()) + look.cursor) for one in strip.crop(cell, end)]
    return Strip.join([strip.crop(0, cell), Strip(under, end - cell), strip.crop(end, width)])
