"""Solutions with one thing wrong must not pass: a line dropped, two swapped, another code from the server.

``python -m tests.lessons.mutants`` for all of them; those that pass are listed with the reason.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

import msgspec

from tui.desk.proving import do
from tui.lessons import shelf
from tui.practice.exercise import Exercise
from tui.practice.scenario import Reply

Mutant = tuple[str, Exercise, tuple[str, ...]]

_STAGES = ("helo", "mail", "rcpt", "data", "message")
_CODES = ("451 4.3.0 Not now", "550 5.7.1 Never")


def dropped(one: Exercise) -> Iterator[Mutant]:
    for at, line in enumerate(one.solution):
        yield f"without {line!r}", one, (*one.solution[:at], *one.solution[at + 1 :])


def swapped(one: Exercise) -> Iterator[Mutant]:
    for first, second in combinations(range(len(one.solution)), 2):
        lines = list(one.solution)
        if lines[first] == lines[second]:
            continue  # that is no change
        lines[first], lines[second] = lines[second], lines[first]
        yield f"{one.solution[first]!r} and {one.solution[second]!r} swapped", one, tuple(lines)


def refused(one: Exercise) -> Iterator[Mutant]:
    for stage in _STAGES:
        for say in _CODES:
            always = msgspec.structs.replace(one.servers[0], reply=(Reply(stage=stage, say=say),))
            yield f"{say[:3]} at {stage}", replace(one, servers=(always,)), one.solution


def mutants(one: Exercise) -> Iterator[Mutant]:
    yield from dropped(one)
    yield from swapped(one)
    yield from refused(one)


async def passing() -> tuple[int, list[str]]:
    """How many mutants there are, and those that pass all the same."""
    count, passed = 0, []
    here = shelf.builtin("en")
    for id in here.ids:
        for name, one, lines in mutants(here.exercise(id, "en")):
            count += 1
            if (await do(one, lines)).attempt.solved:
                passed.append(f"{id}: {name}")
    return count, passed


if __name__ == "__main__":
    tried, through = asyncio.run(passing())
    print(f"{tried} mutants, {tried - len(through)} fail ({100 - 100 * len(through) / tried:.1f} %)")
    print(*through, sep="\n")
