"""Sentences on a grid of cells: foreign text quoted inside them, prose broken into lines in any language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from tui.smtp.display import cells, visible
from tui.words.language import gettext, pgettext

#: SCREENS §7: prose is broken anywhere between wide characters, but never before these.
_NOT_FIRST: Final = frozenset("，。、；：？！）》」』”’…%")
#: … and never behind these.
_NOT_LAST: Final = frozenset("（《「『“‘")
_LONGEST_QUOTE: Final = 60
_LONGEST_PATH: Final = 200

_RUN: Final = re.compile(
    r" +|[^\s\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef“”‘’…]+|.", re.DOTALL
)


def quoted(text: str | bytes) -> str:
    """Foreign text inside a sentence: visible, short, in quotation marks."""
    shown = visible(text)
    return f'"{shown if len(shown) <= _LONGEST_QUOTE else shown[: _LONGEST_QUOTE - 3] + "..."}"'


def quoted_file(file: object) -> str:
    """The path of a file inside a sentence: its end, by which a person knows it, is never cut off."""
    shown = visible(str(file))
    return f'"{shown if len(shown) <= _LONGEST_PATH else "..." + shown[3 - _LONGEST_PATH :]}"'


def enumerated(names: Iterable[str]) -> str:
    """Names, or things as short, one after the other inside a sentence."""
    return pgettext("names", ", ").join(names)


def labelled(label: str, text: str) -> str:
    """``next: QUIT``"""
    return gettext("{label}: {text}").format(label=label, text=text)


def wrap(text: str, width: int, *, whole: bool = False) -> list[str]:
    """``text`` in lines of at most ``width`` cells (at least 2), without blanks at their ends.

    Latin words stay whole while they fit on a line of their own; Chinese breaks between any two characters
    except before closing and behind opening punctuation. Runs of blanks inside a line are kept, so a quoted
    wire line looks as it is. An empty text is one empty line. ``whole``: a word that is longer than a line is
    left to the terminal, so that a path can be copied from it.
    """
    if cells(text) <= width:
        return [text.rstrip()]
    lines: list[str] = []
    line, used = "", 0
    for piece in _pieces(text, max(width, 2), whole=whole):
        size = cells(piece)
        if used + size > width and line and not piece.isspace():
            if line.strip():
                lines.append(line.rstrip())
            line, used = "", 0
        if not (piece.isspace() and not line and lines):
            line += piece
            used += size
    lines.append(line.rstrip())
    return lines


def _pieces(text: str, width: int, *, whole: bool) -> Iterator[str]:
    """What must not be broken: a word, a character with the punctuation clinging to it, a run of blanks."""
    longest = cells(text) if whole else width
    held = ""
    for match in _RUN.finditer(text):
        run = match.group()
        clings = held and (run[0] in _NOT_FIRST or held[-1] in _NOT_LAST)
        if clings and cells(held + run) <= width:
            held += run
            continue
        if held:
            yield from _chopped(held, longest)
        held = run
    if held:
        yield from _chopped(held, longest)


def _chopped(piece: str, width: int) -> Iterator[str]:
    """A word wider than a whole line, in as many parts as it takes."""
    if cells(piece) <= width:
        yield piece
        return
    part, used = "", 0
    for character in piece:
        size = cells(character)
        if used + size > width and part:
            yield part
            part, used = "", 0
        part += character
        used += size
    yield part
