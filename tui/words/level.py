"""How hard an exercise is, in a word."""

from __future__ import annotations

from tui.words.language import NC_, pgettext

_LEVELS = {
    "easy": NC_("level", "easy"),
    "medium": NC_("level", "medium"),
    "hard": NC_("level", "hard"),
}


def level(name: str) -> str:
    """``name``: easy, medium or hard."""
    return pgettext("level", _LEVELS[name])
