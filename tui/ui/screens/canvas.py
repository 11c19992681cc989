"""A picture in rows, and the one widget of a page that draws it."""

from __future__ import annotations

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Offset, Region
from textual.strip import Strip
from textual.widget import Widget

from tui.ui.flow import Row, cut, pad
from tui.ui.look import Glyphs, Look, look_of
from tui.values import value
from tui.words.guide import Run, Tone


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
