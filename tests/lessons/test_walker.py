"""Whatever a learner has done, typing what the third hint says leads to the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.desk.proving import Run
from tui.lessons import shelf
from tui.practice.exercise import Exercise
from tui.practice.leading import filled, lead

HERE = shelf.builtin("en")
JUNK = ("RSET", "@connect", "DATA", "MAIL FROM:<q@example.org>", "Bcc: q@example.org", "VRFY q")
MOST_LINES = 60


def beginnings(one: Exercise) -> Iterator[tuple[str, ...]]:
    """Each typical mistake, and each beginning of the solution with something else behind it."""
    yield from (wrong.lines for wrong in one.wrong)
    for at in range(len(one.solution) + 1):
        yield *one.solution[:at], JUNK[at % len(JUNK)]


async def finishes(one: Exercise, begun: tuple[str, ...], folder: Path) -> bool:
    """Does somebody who began so, and then types only what the third hint says, solve it?"""
    run = Run(one, folder)
    await run.connect()
    try:
        for line in begun:
            await run.line(filled(run.lesson.attempt, line))
        for _ in range(MOST_LINES):
            found = lead(run.lesson.attempt, run.desk.practice)
            if run.lesson.solved or found is None:
                break
            await run.line(found.line)
        return run.lesson.solved
    finally:
        await run.desk.leave(goodbye=False)


@pytest.mark.parametrize("id", HERE.ids)
async def test_the_third_hint_leads_to_the_end(id: str, tmp_path: Path) -> None:
    one = HERE.exercise(id, "en")
    stuck = [
        begun
        for at, begun in enumerate(beginnings(one))
        if not await finishes(one, begun, tmp_path / str(at))
    ]
    assert stuck == []
