"""Where texts of a language that writes wide meet others: Chinese has a blank beside a Latin word, and none
beside a Chinese one or behind its own punctuation.

A translation is written for one kind of value (``{step} 这一步`` for ``RCPT TO``) and has to be right for the
other (``连接``) too.
"""

from __future__ import annotations

import unicodedata
from string import Formatter
from typing import Any, Final

#: Behind a Chinese sentence these count as its punctuation, though one cell wide.
_CLOSING: Final = frozenset("\u201d\u2019")


class Template(str):
    """A translated text whose ``format`` minds the seams. What stands inside a value is left as it is."""

    __slots__ = ()

    def format(self, *args: object, **values: object) -> str:
        formatter, text, seam = Formatter(), "", False
        for literal, name, spec, conversion in formatter.parse(self):
            text = beside(text, literal) if seam else text + literal
            seam = name is not None
            if name is not None:
                value: Any = formatter.get_field(name, args, values)[0]
                text = beside(text, format(formatter.convert_field(value, conversion), spec or ""))
        return text


def beside(left: str, right: str) -> str:
    """Put together; a blank that one of them has at the seam goes where it would part two Chinese words."""
    bare_left, bare_right = left.removesuffix(" "), right.removeprefix(" ")
    parts = len(bare_left) + len(bare_right) < len(left) + len(right)
    if parts and is_wide(bare_left[-1:]) and is_wide(bare_right[:1]):
        return bare_left + bare_right
    return left + right


def joined(*sentences: str) -> str:
    """Sentences one behind the other: a blank between them, but none behind a full-width full stop."""
    text = ""
    for one in filter(None, sentences):
        closed = is_wide(text[-1:]) or (text[-1:] in _CLOSING and is_wide(one[:1]))
        text = f"{text}{one}" if closed or not text else f"{text} {one}"
    return text


def is_wide(character: str) -> bool:
    """It takes two cells, as Chinese characters and their punctuation do."""
    return character != "" and unicodedata.east_asian_width(character) in "WF"
