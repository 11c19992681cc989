"""The course at hand: which exercises there are, how far each is done, and lessons made of them.

Both front ends learn through one ``Teaching``; it joins the shelf, the progress and the clock.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import msgspec

from tui.desk.lesson import Kept, Lesson
from tui.lessons import shelf
from tui.lessons.shelf import Shelf
from tui.practice.course import Course, Entry, Group, Standing
from tui.practice.exercise import Exercise, Goal
from tui.store.paths import Home
from tui.store.progress import Progress, Row
from tui.words.language import current
from tui.words.lesson import Underway

#: A pause longer than this is none of the time that an exercise takes.
_LONGEST_PAUSE: Final = 300.0


class Teaching:
    """``set_aside`` and ``unwritable`` as in ``Progress``: for the front end to say.

    Raises:
        DataFileError: a file of the pack is not as it must be.
        OSError: one cannot be read.
    """

    def __init__(self, place: Home, *, pack: Path = shelf.BUILTIN) -> None:
        self._folder = pack
        self._shelf: Shelf = shelf.open_pack(pack, current())
        self._lang = current()
        self._exercises: dict[str, Exercise] = {}
        self._progress = Progress(place.progress)
        self.set_aside = self._progress.set_aside
        self.unwritable = self._progress.unwritable
        self.failed: Exception | None = None
        """Why nothing is kept any more."""

    @property
    def pack(self) -> str:
        return self._here.pack.id

    @property
    def course(self) -> Course:
        """As it stands now, in the language in use."""
        here, standing = self._here, self._progress.standing(self.pack)
        groups, number = [], 0
        for group in here.pack.groups:
            entries = []
            for id in group.exercises:
                number += 1
                found = standing.get(id)
                entries.append(_entry(number, self.exercise(id)))
                if found is not None:
                    entries[-1] = _standing(entries[-1], found.state, found.attempts, found.hints)
            groups.append(Group(group.name, tuple(entries)))
        return Course(here.pack.title, tuple(groups))

    def exercise(self, id: str) -> Exercise:
        """With its texts in the language in use."""
        here = self._here
        if id not in self._exercises:
            self._exercises[id] = here.exercise(id, self._lang)
        return self._exercises[id]

    def find(self, name: str) -> str | None:
        """The id that a person means by an id, the beginning of one, or a number."""
        return shelf.find(self._here, name)

    @property
    def unfinished(self) -> str | None:
        """The exercise that was left in the middle."""
        row = self._progress.latest_open(self.pack)
        return row.exercise if row is not None and row.exercise in self._here.ids else None

    def lesson(self, id: str, *, anew: bool = False) -> Lesson:
        """The exercise, gone on with where an attempt was left in the middle, unless it is to begin anew."""
        exercise, now = self.exercise(id), time.time()
        row = self._progress.open_attempt(self.pack, id)
        if row is not None and (anew or row.hash != exercise.hash):
            self._save(msgspec.structs.replace(row, ended=now))
            row = None
        going_on = row is not None
        if row is None:
            row = self._begun(id, exercise.hash, now)
        keeper = _Keeper(self, row)
        ids = self._here.ids
        return Lesson(
            exercise,
            now=now,
            number=ids.index(id) + 1,
            of=len(ids),
            kept=_kept(row) if going_on else None,
            keep=keeper.keep,
            elapsed=keeper.elapsed,
        )

    def forget(self, id: str) -> None:
        """Reset: it is to be done again, and its attempts count no more."""
        self._progress.forget(self.pack, id, time.time())

    def close(self) -> None:
        self._progress.close()

    def _begun(self, id: str, hash: str, now: float) -> Row:
        import sqlite3

        try:
            return self._progress.begin(self.pack, id, hash, now)
        except sqlite3.Error as error:
            self.failed = error
            return Row(uid="", pack=self.pack, exercise=id, hash=hash, started=now)

    def _save(self, row: Row) -> None:
        import sqlite3

        try:
            self._progress.save(row)
        except sqlite3.Error as error:
            self.failed = error

    @property
    def _here(self) -> Shelf:
        """The shelf in the language in use, which may have been changed."""
        if self._lang != current():
            self._lang = current()
            self._shelf = shelf.open_pack(self._folder, self._lang)
            self._exercises = {}
        return self._shelf


class _Keeper:
    """One row, and the time spent on it."""

    def __init__(self, teaching: Teaching, row: Row) -> None:
        self._teaching = teaching
        self._row = row
        self._seconds = row.seconds
        self._seen = time.monotonic()

    def elapsed(self) -> float:
        """Seconds spent so far; a long pause counts as a short one."""
        now = time.monotonic()
        self._seconds += min(now - self._seen, _LONGEST_PAUSE)
        self._seen = now
        return self._seconds

    def keep(self, kept: Kept) -> None:
        now = time.time()
        self._row = msgspec.structs.replace(
            self._row,
            seconds=self.elapsed(),
            ended=(self._row.ended or now) if kept.solved else None,
            stage=kept.stage,
            hints=kept.hints,
            lines=kept.lines,
            refused=kept.refused,
            solved=kept.solved,
            shown=kept.shown,
            first_errors=kept.first_errors,
            done=kept.done,
            lasting=kept.lasting,
            answers=dict(kept.answers),
        )
        self._teaching._save(self._row)


def _kept(row: Row) -> Kept:
    return Kept(
        stage=row.stage,
        hints=row.hints,
        lines=row.lines,
        refused=row.refused,
        solved=row.solved,
        shown=row.shown,
        first_errors=row.first_errors,
        done=row.done,
        lasting=row.lasting,
        answers=tuple(row.answers.items()),
    )


def _entry(number: int, one: Exercise) -> Entry:
    return Entry(
        number,
        one.id,
        one.title,
        one.level.value,
        one.minutes,
        one.rfc,
        one.requires,
        one.story,
        one.learn,
        one.work,
    )


def _standing(entry: Entry, state: str, attempts: int, hints: int) -> Entry:
    from dataclasses import replace

    return replace(entry, standing=Standing(state), attempts=attempts, hints=hints)


def _done(lesson: Lesson, course: Course | None) -> int:
    """Exercises solved, with this one if it was solved since the course was looked at."""
    if course is None:
        return int(lesson.solved)
    entry = course.entry(lesson.exercise.id)
    return course.done + (lesson.solved and entry is not None and not entry.solved)


def underway(lesson: Lesson, question: Goal | None, course: Course | None) -> Underway:
    """The lesson as the guide shows it."""
    attempt = lesson.attempt
    following = course.after(lesson.exercise.id) if course is not None else None
    kept = lesson.kept
    return Underway(
        attempt=attempt,
        number=lesson.number,
        of=lesson.of,
        telling=lesson.telling,
        hints=lesson.hints,
        older=lesson.hint_is_older,
        question=question,
        aside=lesson.question_aside is not None,
        seconds=lesson.time,
        counted=kept.hints,
        lines=kept.lines,
        refused=kept.refused,
        errors=kept.first_errors,
        shown=lesson.shown,
        done=_done(lesson, course),
        following=(following.number, following.title) if following is not None else None,
    )
