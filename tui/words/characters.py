"""Names of the characters that get into a line by mistake: from an input method, or from a key."""

from __future__ import annotations

from tui.smtp.display import visible
from tui.values import value
from tui.words.language import N_, gettext

_NAMES = {
    "\u3000": N_("full-width space"),
    "\u3002": N_("ideographic full stop"),
    "\uff0e": N_("full-width full stop"),
    "\uff61": N_("half-width ideographic full stop"),
    "\uff0c": N_("full-width comma"),
    "\u3001": N_("ideographic comma"),
    "\uff1a": N_("full-width colon"),
    "\uff1b": N_("full-width semicolon"),
    "\uff1c": N_("full-width less-than sign"),
    "\uff1e": N_("full-width greater-than sign"),
    "\u300a": N_("opening book-title mark"),
    "\u300b": N_("closing book-title mark"),
    "\u3008": N_("opening angle bracket"),
    "\u3009": N_("closing angle bracket"),
    "\uff20": N_("full-width at sign"),
    "\u00a0": N_("no-break space"),
    "\b": N_("backspace"),
    "\x7f": N_("backspace (DEL)"),
    "\x1b": N_("escape"),
    "\t": N_("tab"),
    "\r": N_("carriage return"),
    "\0": N_("NUL"),
}

#: What was meant, where that is not simply the same character 0xFEE0 lower.
_MEANT = {
    "\u3002": ".", "\uff61": ".", "\u3001": ",", "\u300a": "<", "\u300b": ">", "\u3008": "<", "\u3009": ">",
}  # fmt: skip
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_BLANKS = frozenset("\u3000\u00a0")


@value
class Named:
    text: str  # "full-width colon, U+FF1A"
    name: str  # "full-width colon"
    meant: str  # ":", or "a blank"


def name(character: str) -> Named:
    """What to call this character ("" for none), and which one was meant."""
    if not character:
        return Named(gettext("a wrong character"), gettext("a wrong character"), "")
    source = _NAMES.get(character) or _kind(character)
    code = f"U+{ord(character):04X}"
    named = gettext(source)
    return Named(gettext("{name}, {code}").format(name=named, code=code), named, _meant(character))


def _kind(character: str) -> str:
    if ord(character) in _FULL_WIDTH:
        half = chr(ord(character) - 0xFEE0)
        if half.isalpha():
            return N_("full-width letter")
        return N_("full-width digit") if half.isdigit() else N_("full-width character")
    return N_("control character") if not character.isprintable() else N_("character beyond ASCII")


def _meant(character: str) -> str:
    if character in _BLANKS:
        return gettext("a blank")
    if ord(character) in _FULL_WIDTH:
        return chr(ord(character) - 0xFEE0)
    return _MEANT.get(character, "") or visible(character)
