"""How one finding is told: five texts, English, to be translated and filled in by ``tui.words.findings``."""

from __future__ import annotations

from tui.values import value


@value
class Slip:
    """Placeholders: {word} {verb} {keyword} {detail} {character} {name} {wrong} {right}, all made visible().

    ``caret`` stands in the wire under the line at fault, after the carets: a few words. ``advice`` ends in
    a colon when the mended line follows it.
    """

    caret: str
    headline: str
    why: str
    advice: str
