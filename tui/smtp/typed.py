"""A typed line as characters: where each stands in octets, and which of them an input method has put in."""

from __future__ import annotations

import re

from tui.smtp.commands import VERBS

Span = tuple[int, int]

#: Characters of a Chinese or Japanese input method that stand where ASCII is meant, in runs.
FULL_WIDTH = re.compile("[\u3000-\u3002\u3008-\u300b\u2018\u2019\u201c\u201d\uff01-\uff5e\uff61]+")
#: Those among them that are part of no address in any script.
STRUCTURE = re.compile("[\u3000-\u3002\u3008-\u300b\uff0c\uff0e\uff1a\uff1b\uff1c\uff1e\uff20\uff61]+")

_FOLDED: dict[int, int | str] = {
    **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F), " "),  # from a web page
    **dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF), ""),
    0x3000: " ", 0x3001: ",", 0x3002: ".", 0xFF61: ".",
    0x3008: "<", 0x3009: ">", 0x300A: "<", 0x300B: ">",
    0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"',
}  # fmt: skip
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[A-Za-z])?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_ERASING = "\x08\x7f"
_VERB = re.compile(r"[ \t]*([A-Za-z0-9-]+)(?=[ \t]|$)")


def folded(text: str) -> str:
    """``text`` as it was meant: full-width characters as ASCII, what a backspace was to take back taken back,
    other controls gone."""
    text = _ESCAPES.sub("", text.translate(_FOLDED))
    if _CONTROLS.search(text) is None:
        return text
    kept: list[str] = []
    for char in text:
        if char in _ERASING:
            del kept[-1:]
        elif _CONTROLS.match(char) is None:
            kept.append(char)
    return "".join(kept)


class Typed:
    """One line without its end. What is not UTF-8 counts octet by octet."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.text = data.decode("utf-8", "surrogateescape")
        self.folded = folded(self.text)

    @property
    def folded_verb(self) -> str:
        """The verb that was meant, "" when even then it is none."""
        match = _VERB.match(self.folded)
        verb = match[1].upper() if match else ""
        return verb if verb in VERBS else ""

    def octets(self, start: int, stop: int) -> Span:
        """Characters ``start`` to ``stop`` as octets; what lies behind the line stays behind it."""
        text = self.text
        if len(text) == len(self.data):
            return start, stop
        beyond = max(0, stop - len(text))
        first = len(text[:start].encode("utf-8", "surrogateescape"))
        last = len(text[:stop].encode("utf-8", "surrogateescape"))
        return first + max(0, start - len(text)), last + beyond
