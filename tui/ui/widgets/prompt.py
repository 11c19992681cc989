"""The prompt: the next line of the wire, and under it the word that says what is being fed.

Rules that keep a key at some ninety bytes (SPEED §2, RECIPES §5): no layout, no virtual size, one run for the
text, and a repaint that ends at the last cell that changed. The gutter is a widget of its own, since Textual
repaints a row from the left edge of its widget.
"""

from __future__ import annotations

from collections.abc import Callable

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Offset, Region
from textual.strip import Strip
from textual.widget import Widget

from tui.prompt.prompt import Prompt
from tui.ui.editing import KEYS, typed
from tui.ui.look import Look, look_of
from tui.ui.widgets.rows import RowOfRuns, Rows
from tui.words.guide import Tone


class PromptMark(Rows):
    """The prompt's gutter: ``❯``, and ``╎`` inside a message."""

    def paint(self, look: Look, row: RowOfRuns, width: int) -> Strip:
        return look.strip(row, width, look.surface)


#: The edit model's methods besides those of every field.
_KEYS: dict[str, str] = {**KEYS, "up": "up", "down": "down"}


class PromptLine(Widget, can_focus=True):
    """Draws the edit model and feeds it keys; what a line means is the screen's affair."""

    DEFAULT_CSS = """
    PromptLine { background: transparent; }
    """

    def __init__(self, model: Prompt, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.model = model
        self.complete: Callable[[bool], None] = lambda back: None
        """Tab: the screen knows what is legal now. ``back``: with Shift."""
        self.submit: Callable[[], None] = lambda: None
        """Enter. Called at once, with the text still in the prompt: a message would come after the keys
        that were typed ahead, and they would go out in this line."""
        self.changed: Callable[[], None] = lambda: None
        """Called after any key: the mode line may have something else to say."""
        self.origin = Offset()
        """Where on the screen it stands. Told by the layout: to ask Textual for ``region`` while a layout is
        due makes it forget what has moved, and so what has to be painted."""
        self._idle = False
        self._cells: list[tuple[str, object]] = []

    @property
    def look(self) -> Look:
        return look_of(self.app)

    @property
    def draws_ghost(self) -> bool:
        """A suggestion is drawn only where it cannot be taken for typed text; else the mode line names it."""
        return self.look.dims and not self.look.glyphs.ascii

    @property
    def idle(self) -> bool:
        """The keys are elsewhere: no cursor is drawn."""
        return self._idle

    @idle.setter
    def idle(self, idle: bool) -> None:
        if idle != self._idle:
            self._idle = idle
            self.refresh()

    # -- keys

    def take(self, event: events.Key) -> bool:
        """A key that edits, completes or submits; False: it is none of those."""
        method = _KEYS.get(event.key)
        if method is not None:
            getattr(self.model, method)()
        elif event.key == "enter":
            self.submit()
        elif event.key in {"tab", "shift+tab"}:
            self.complete(event.key == "shift+tab")
        elif text := typed(event):
            self.model.type(text)
        else:
            return False
        self.redraw()
        return True

    def paste(self, text: str) -> None:
        self.model.paste(text)  # several lines are kept and asked about: the mode line says so
        self.redraw()

    # -- drawing

    def redraw(self) -> None:
        """The model may have changed: repaint up to the last cell that did."""
        if not self.size.width:
            return
        before, after = self._cells, _cells_of(self._runs())
        if before != after:
            size = self.size.width
            before += [_BLANK] * (size - len(before))
            after += [_BLANK] * (size - len(after))
            end = max((at for at in range(size) if before[at] != after[at]), default=-1) + 1
            self._cells = after
            self.refresh(Region(0, 0, end, 1))
        self._place_cursor()
        self.changed()

    def on_resize(self) -> None:
        self._cells = _cells_of(self._runs())
        self.refresh()
        self._place_cursor()

    def _place_cursor(self) -> None:
        """Where the terminal's own cursor stands: input methods open their window there."""
        view = self.model.view(self.size.width)
        self.app.cursor_position = self.origin + Offset(view.cursor, 0)

    def _runs(self) -> tuple[tuple[str, str], ...]:
        """(text, role): typed, under the cursor, ghost."""
        view = self.model.view(self.size.width)
        ghost = view.ghost if self.draws_ghost else ""
        before, under, behind = _split(view.text, view.cursor)
        if under:
            return (before, "typed"), (under, "cursor"), (behind, "typed")
        _, under, ghost = _split(ghost, 0)
        return (before, "typed"), (under or " ", "cursor-on-ghost" if under else "cursor"), (ghost, "ghost")

    def render_line(self, y: int) -> Strip:
        look = self.look
        segments = [Segment(text, self._style(look, role, text)) for text, role in self._runs() if text]
        return Strip(segments).adjust_cell_length(self.size.width).apply_style(look.surface)

    def _style(self, look: Look, role: str, text: str) -> Style:
        you, quiet = look.style(Tone.YOU), look.style(Tone.QUIET)
        under = quiet if role in {"ghost", "cursor-on-ghost"} else you
        if self._idle or role in {"typed", "ghost"}:
            return under
        if text == " " and look.ink.color is not None:
            return Style(
                bgcolor=look.ink.color
            )  # the cell has no ink: naming none saves a quarter of a key's octets
        return under + look.cursor


class ModeLine(Rows):
    """One bold word and what the keys do now."""


_BLANK: tuple[str, object] = (" ", "typed")


def _split(text: str, cell: int) -> tuple[str, str, str]:
    """What stands before, on and behind a cell: the middle is one character with what combines with it."""
    used = start = 0
    while start < len(text) and used < cell:
        used += cell_len(text[start])
        start += 1
    while start < len(text) and cell_len(text[start]) == 0:
        start += 1
    end = start + 1
    while end < len(text) and cell_len(text[end]) == 0:
        end += 1
    return text[:start], text[start:end], text[end:]


def _cells_of(runs: tuple[tuple[str, str], ...]) -> list[tuple[str, object]]:
    """What each cell shows, to find the last one that changed."""
    cells: list[tuple[str, object]] = []
    for text, role in runs:
        for char in text:
            size = cell_len(char)
            if size == 0 and cells:
                cells[-1] = (cells[-1][0] + char, role)
            else:
                cells += [(char, role)] * max(1, size)
    return cells
