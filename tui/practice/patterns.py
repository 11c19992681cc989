"""Can a pattern with * and ? fit anything that is said at a stage? Pure.

Both are looked at as rows of characters: a pattern, and what a client can say where a server grants it. They
meet when one text is of both. Everything is in lower case, as patterns are compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from typing import Final, NamedTuple

_Taken = Callable[[str], bool]


class _Piece(NamedTuple):
    """One character, or any number of them."""

    takes: _Taken
    many: bool = False


_Row = tuple[_Piece, ...]

#: *, ?, a set in brackets as ``fnmatch`` reads it, or a character.
_TOKEN: Final = re.compile(r"\*|\?|\[!?+\]?+[^\]]*\]|.", re.DOTALL)
#: ASCII that can be seen, and one letter for all that is not ASCII.
_ALPHABET: Final = frozenset(map(chr, range(32, 127))) - frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ") | {"é"}


def _any(one: str) -> bool:
    return True


def _blank(one: str) -> bool:
    return one == " "


def _seen(one: str) -> bool:
    return one != " "


def _digit(one: str) -> bool:
    return one in "0123456789"


def _word(one: str) -> bool:
    """What needs no quotation marks in an address."""
    return one not in ' "(),:;<>@[\\]'


def _literal(one: str) -> bool:
    """What may stand in the brackets of an address as a domain."""
    return one == ":" or _word(one)


def _exactly(text: str) -> _Row:
    return tuple(_Piece(one.__eq__) for one in text.casefold())


def _some(takes: _Taken) -> _Row:
    return (_Piece(takes), _Piece(takes, many=True))


_ANYTHING: Final = (_Piece(_any, many=True),)
_LOCAL_PARTS: Final = (_some(_word), (*_exactly('"'), *_ANYTHING, *_exactly('"')))
_DOMAINS: Final = (_some(_word), (*_exactly("["), *_some(_literal), *_exactly("]")))
_ADDRESSES: Final = (
    _exactly("postmaster"),
    *((*local, *_exactly("@"), *domain) for local in _LOCAL_PARTS for domain in _DOMAINS),
)
#: Neither begins nor ends with a blank.
_TEXTS: Final = ((_Piece(_seen),), (_Piece(_seen), *_ANYTHING, _Piece(_seen)))
_PATHS: Final[dict[str, _Row]] = {
    stage: (*_exactly(word), _Piece(_blank, many=True), *_exactly(":"), *_ANYTHING, _Piece(_seen))
    for stage, word in (("mail", "from"), ("rcpt", "to"))
}
_CHUNKS: Final = (_some(_digit), (*_some(_digit), _Piece(_blank), *_ANYTHING, _Piece(_seen)))


def fits_anything(pattern: str, stage: str, address: str = "") -> bool:
    """Can it fit the argument that a command of this stage has where it is granted, or the address in it?
    At the stage "command" it is the whole line.

    Args:
        address: only this one is concerned; "": all are.
    """
    return any(_meet(pattern, row) for row in _said(stage, address))


def fits_a_mailbox(pattern: str) -> bool:
    """Can it fit a local part?"""
    return _meet(pattern, _some(_word))


def is_an_address(text: str) -> bool:
    """Can a client name it so?"""
    literal = re.sub(r"[*?\[]", r"[\g<0>]", text.casefold())
    return any(_meet(literal, row) for row in _ADDRESSES)


def _said(stage: str, address: str) -> Iterator[_Row]:
    if stage in _PATHS and address:
        yield _exactly(address)
        yield (*_PATHS[stage][:-2], *_ANYTHING, *_exactly(address), *_ANYTHING)
    elif stage in _PATHS:
        yield _PATHS[stage]
        yield from _ADDRESSES
    elif stage == "bdat":
        yield from _CHUNKS
    elif stage == "command":
        yield _ANYTHING
    else:
        yield from _TEXTS


def _meet(pattern: str, row: _Row) -> bool:
    """Is there a text that fits the pattern and is of this row? Both are walked side by side, a place in each
    at a time."""
    ours = tuple(_pieces(pattern.casefold()))
    alphabet = _ALPHABET | {*pattern.casefold()}
    sets = {one: frozenset(filter(one.takes, alphabet)) for one in (*ours, *row)}
    places, seen = [(0, 0)], {(0, 0)}
    for at, where in places:
        if (at, where) == (len(ours), len(row)):
            return True
        for step in _steps(ours[at : at + 1], row[where : where + 1], sets):
            place = (at + step[0], where + step[1])
            if place not in seen:
                seen.add(place)
                places.append(place)
    return False


def _steps(ours: _Row, theirs: _Row, sets: dict[_Piece, frozenset[str]]) -> Iterator[tuple[int, int]]:
    """How far both go on: past what may be nothing, and over a character that both take."""
    yield from ((1, 0) for one in ours if one.many)
    yield from ((0, 1) for one in theirs if one.many)
    for one in ours:
        for other in theirs:
            if sets[one] & sets[other]:
                yield (not one.many, not other.many)


def _pieces(pattern: str) -> Iterator[_Piece]:
    for token in _TOKEN.findall(pattern):
        if token == "*":
            yield _Piece(_any, many=True)
        elif token == "?":
            yield _Piece(_any)
        elif len(token) > 1:
            yield _Piece(lambda one, token=token: fnmatchcase(one, token))  # type: ignore[misc]
        else:
            yield _Piece(token.__eq__)
