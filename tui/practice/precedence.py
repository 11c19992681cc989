"""Of things that go wrong on purpose, which leaves another one nothing to do. Pure.

What happens at a stage is asked in the order of faults, replies, rates; of a kind in that of the scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.practice.faults import Fault, Greylist, Quota, Rate, Reply

Trouble = Reply | Fault | Greylist | Quota | Rate | str
"""A ``str`` is the kind of the certificate."""


def covers(one: Trouble, other: Trouble) -> bool:
    """Does ``other`` never happen because of ``one``, which comes first where both are of a kind?"""
    match one:
        case Quota():
            return isinstance(other, Quota) and one.user in {"*", other.user}
        case Rate():
            return isinstance(other, Rate) and (one.stage, one.seconds) == (other.stage, other.seconds)
        case Reply() | Fault():
            if isinstance(other, Rate):
                return one.stage == other.stage and _ends(one) and _always(one)
            return isinstance(other, Reply | Fault) and _silences(one, other) and _whenever(one, other)
        case _:
            return type(one) is type(other)


def idle(troubles: Sequence[Trouble]) -> Iterator[tuple[int, int]]:
    """The places, from 0, of what never happens, and of what it never happens for."""
    for at, other in enumerate(troubles):
        for place, one in enumerate(troubles):
            first = place < at or type(one) is not type(other)
            if place != at and first and covers(one, other):
                yield at, place
                break


def clash(first: Trouble, second: Trouble) -> bool:
    """Does one of them leave the other nothing to do? In this order, where both are of a kind."""
    return covers(first, second) or (type(first) is not type(second) and covers(second, first))


def _ends(one: Reply | Fault) -> bool:
    """Is nothing else asked when it happens?"""
    return isinstance(one, Reply) or one.do in {"drop", "silent"}


def _silences(one: Reply | Fault, other: Reply | Fault) -> bool:
    """When both are due, does ``one`` leave nothing of ``other``?"""
    if isinstance(one, Fault):
        return _ends(one) or (isinstance(other, Fault) and one.do == other.do != "delay")
    return isinstance(other, Reply) or (other.do == "lose" and one.say[:1] in {"4", "5"})


def _whenever(one: Reply | Fault, other: Reply | Fault) -> bool:
    """Is ``one`` due each time that ``other`` is?"""
    if one.stage != other.stage:
        return False
    if _whom(one) != _whom(other):
        return _always(one)
    if one.times is None or one.first > other.first:
        return one.first <= other.first
    return other.times is not None and one.first + one.times >= other.first + other.times


def _always(one: Reply | Fault) -> bool:
    return (one.first, one.times, *_whom(one)) == (1, None, "*", "")


def _whom(one: Reply | Fault) -> tuple[str, str]:
    return one.match.casefold() or "*", one.address.casefold() if isinstance(one, Reply) else ""
