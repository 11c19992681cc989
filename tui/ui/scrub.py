"""The second layer against foreign control characters: what reaches the terminal is printable, whoever wrote
it.

The first layer is ``display.visible`` where text comes in. This one deletes what is left: it knows no
meaning.
"""

from __future__ import annotations

from rich.segment import Segment
from textual.color import Color

from tui.ui.private import LineFilter

_COMBINING_KEPT = 8


class Scrub(LineFilter):
    """Runs on every line just before it is written."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(
            segment.control or (segment.text.isascii() and segment.text.isprintable()) for segment in segments
        ):
            return segments
        return [
            segment if segment.control else Segment(printable(segment.text), segment.style)
            for segment in segments
        ]


def printable(text: str) -> str:
    """Without control and format characters, surrogates and piled-up combining marks."""
    if text.isprintable() and not _has_marks(text):
        return text
    kept: list[str] = []
    marks = 0
    for char in text:
        if not (char.isprintable() or _is_blank(char)):
            continue
        marks = marks + 1 if _is_mark(char) else 0
        if marks <= _COMBINING_KEPT:
            kept.append(char)
    return "".join(kept)


def _has_marks(text: str) -> bool:
    return any(_is_mark(char) for char in text)


def _is_blank(char: str) -> bool:
    """A blank of another width: Python counts U+3000 as not printable, but it has its cells like a letter."""
    from unicodedata import category

    return category(char) == "Zs"


def _is_mark(char: str) -> bool:
    if char < "\u0300":
        return False
    from unicodedata import category

    return category(char) in {"Mn", "Me"}
