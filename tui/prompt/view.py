"""The part of a line that fits in the room there is, with every character made visible."""

from __future__ import annotations

from collections.abc import Iterable

from tui.prompt.edit import Line
from tui.prompt.graphemes import clusters
from tui.smtp.display import cells, visible
from tui.values import value

MASK = "*"


@value
class View:
    """``text`` is visible() and at most ``width`` cells; the cursor stands on cell ``cursor`` of it, 0 at
    its left.

    ``ghost`` is what still fits of the suggestion behind the text. ``first`` is the character (grapheme) at
    the left edge: give it to the next ``view`` so that the line does not jump. ``cut_left`` and
    ``cut_right``: there is more.
    """

    text: str
    cursor: int
    ghost: str
    first: int
    cut_left: bool
    cut_right: bool


def view(line: Line, width: int, *, first: int = 0, masked_from: int | None = None, ghost: str = "") -> View:
    """``width`` in cells, at least 2; the cursor always has a cell of its own. From the code point
    ``masked_from`` on every character is one ``MASK``."""
    clear = len(line.text) if masked_from is None else masked_from
    pieces = _pieces(line.text[:clear]) + [(MASK, 1) for _ in clusters(line.text[clear:])]
    at = _count(line.text[: min(clear, line.cursor)]) + _count(line.text[clear : line.cursor])
    room = max(width, 2) - 1
    first = _scrolled(pieces, at, room, min(first, at))
    shown, used = _fitting(pieces[first:], room + 1 if at < len(pieces) else room)
    cut_right = first + len(shown) < len(pieces)
    rest = "" if cut_right or masked_from is not None else ghost
    ghost_shown = _fitting(_pieces(rest), room + 1 - used)[0] if rest else []
    return View(
        text="".join(text for text, _ in shown),
        cursor=sum(size for _, size in pieces[first:at]),
        ghost="".join(text for text, _ in ghost_shown),
        first=first,
        cut_left=first > 0,
        cut_right=cut_right,
    )


def _count(text: str) -> int:
    return len(text) if text.isascii() else sum(1 for _ in clusters(text))


def _pieces(text: str) -> list[tuple[str, int]]:
    """Each character as it is shown, and its cells."""
    if text.isascii() and text.isprintable():
        return [(char, 1) for char in text]
    shown = (visible(char) for char in clusters(text))
    return [(piece, cells(piece)) for piece in shown]


def _scrolled(pieces: list[tuple[str, int]], at: int, room: int, first: int) -> int:
    """The first character to show: no further right than needed for the cursor, no further left than the
    room allows."""
    before = sum(size for _, size in pieces[first:at])
    while before > room:
        before -= pieces[first][1]
        first += 1
    total = sum(size for _, size in pieces[first:])
    while first > 0 and total + pieces[first - 1][1] <= room:
        first -= 1
        total += pieces[first][1]
    return first


def _fitting(pieces: Iterable[tuple[str, int]], room: int) -> tuple[list[tuple[str, int]], int]:
    fitting: list[tuple[str, int]] = []
    used = 0
    for text, size in pieces:
        if used + size > room:
            break
        fitting.append((text, size))
        used += size
    return fitting, used
