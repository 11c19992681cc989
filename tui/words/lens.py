"""The byte lens in words: what stands beside a line, and what its signs mean."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from tui.smtp.display import cells, visible
from tui.smtp.events import LineEnd
from tui.smtp.lens import Mark, Unseen
from tui.words.language import gettext as _
from tui.words.language import ngettext

#: So they stand in the standard; never translated.
LINE_ENDS: Final = {LineEnd.CRLF: "CRLF", LineEnd.LF: "LF", LineEnd.NONE: "none", LineEnd.CUT: "cut"}

_OCTETS_SHOWN: Final = 6
_STORED_SHOWN: Final = 30  # cells
_NAMES: Final = {
    0x07: "BEL",
    0x08: "BS",
    0x0A: "LF",
    0x0B: "VT",
    0x0C: "FF",
    0x0D: "CR",
    0x1B: "ESC",
    0x7F: "DEL",
}


def legend(marks: Iterable[Mark]) -> str:
    """Each sign, and what stands there, in one row. Visible()."""
    return "   ".join(f"{one.unseen.value} {_MEANINGS[one.unseen](one)}" for one in marks)


def _hex(mark: Mark) -> str:
    return _listed([f"{octet:02X}" for octet in mark.octets])


def _controls(mark: Mark) -> str:
    return _listed([_NAMES.get(octet, f"{octet:02X}") for octet in mark.octets])


def _listed(words: list[str]) -> str:
    if len(words) <= _OCTETS_SHOWN:
        return " ".join(words)
    more = ngettext("{n} octet in all", "{n} octets in all", len(words)).format(n=len(words))
    return f"{' '.join(words[:_OCTETS_SHOWN])} ... {more}"


def _nul(mark: Mark) -> str:
    count = len(mark.octets)
    return "NUL" if count == 1 else f"{count} NUL"


def _tabs(mark: Mark) -> str:
    return ngettext("{n} tab", "{n} tabs", len(mark.octets)).format(n=len(mark.octets))


def _blanks(mark: Mark) -> str:
    count = len(mark.octets)
    return ngettext("{n} blank at the end", "{n} blanks at the end", count).format(n=count)


def _stuffed(mark: Mark) -> str:
    stored = visible(mark.octets)
    if cells(stored) > _STORED_SHOWN:
        kept = ""
        for char in stored:
            if cells(kept + char) > _STORED_SHOWN - 3:
                break
            kept += char
        stored = f"{kept}..."
    return _("taken off, stored as: {text}").format(text=stored)


def _too_long(mark: Mark) -> str:
    return _("{limit} octets end here, no line may hold more before CRLF").format(limit=mark.limit)


_MEANINGS: Final[dict[Unseen, Callable[[Mark], str]]] = {
    Unseen.STUFFED: _stuffed,
    Unseen.EIGHT_BIT: _hex,
    Unseen.NUL: _nul,
    Unseen.CONTROL: _controls,
    Unseen.TAB: _tabs,
    Unseen.BLANK_AT_END: _blanks,
    Unseen.TOO_LONG: _too_long,
}
