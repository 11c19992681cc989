"""The server's words as they are quoted: whole words, and a mark where something was left out."""

from __future__ import annotations

import re
from typing import Final

#: Ends of a clause: a full stop inside a number or a name is none.
#: An address in front, as Dovecot says it, is no part of what follows.
_CLAUSE_ENDS: Final = re.compile(r"\A<[^<>\s]*>(?=\s)|[;,.!?:](?=\s)|[。，；：(]")
#: Characters of a quotation, without marks: with what is said of it, two rows of a narrow screen.
_QUOTED: Final = 90
MARK: Final = "…"


def clause(text: str, start: int, end: int) -> str:
    """The clause that holds ``text[start:end]``, not the whole reply."""
    left = max(
        (mark.end() for mark in _CLAUSE_ENDS.finditer(text, 0, start) if _opens(mark, start)), default=0
    )
    right = min((at for mark in ";,!?。，；)" if (at := text.find(mark, end)) >= 0), default=len(text))
    if text[right : right + 1] == ")" and "(" in text[left:right]:
        right += 1
    stop = text.find(". ", end)
    right = stop if 0 <= stop < right else right
    if right - left <= _QUOTED or end - left <= _QUOTED:
        return abridged(text[left:right])
    return MARK + abridged(_from_a_word(text[max(left, end - _QUOTED) : right]))


def _opens(mark: re.Match[str], start: int) -> bool:
    """A clause goes on from here to ``start``: no bracket that is closed before."""
    return mark.group() != "(" or mark.string.find(")", mark.end(), start) < 0


def abridged(text: str) -> str:
    """The beginning of it, as far as it is quoted."""
    text = text.strip(" .")
    if len(text) <= _QUOTED:
        return text
    kept, _, _rest = text[: _QUOTED + 1].rpartition(" ")
    return (kept or text[:_QUOTED]).rstrip(" ,;:.") + MARK  # Chinese has no blanks


def _from_a_word(text: str) -> str:
    _, _, rest = text.partition(" ")
    return rest or text
