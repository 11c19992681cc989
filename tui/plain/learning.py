"""Exercises in line mode: what becomes of the goals, as rows; the map as a list; one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from tui.desk.teaching import Teaching, underway
from tui.practice.attempt import Told
from tui.practice.course import Course, Standing
from tui.practice.state import StepState
from tui.smtp.display import visible
from tui.store.paths import Home
from tui.words import labels, lesson_finish, lesson_hints
from tui.words import lesson as lessons
from tui.words.guide import Guide, Pair, Section, Sentence
from tui.words.keys import TYPED
from tui.words.language import gettext as _
from tui.words.lesson import Underway
from tui.words.level import level
from tui.words.prose import enumerated, labelled
from tui.words.reasons import any_reason

if TYPE_CHECKING:
    from tui.desk.desk import Desk
    from tui.desk.lesson import Lesson

_SIGNS = {Standing.DONE: "x", Standing.SHOWN: "x", Standing.BEGUN: "~", Standing.TO_DO: " "}


class Learning:
    """For one sitting.

    Raises:
        DataFileError, OSError: the course cannot be read.
    """

    def __init__(self, desk: Desk, place: Home) -> None:
        self.teaching = Teaching(place)
        self._desk = desk
        self._done: frozenset[str] = frozenset()
        self._told: Told | None = None
        self._asked = ""
        self._finished = False
        self._notes = tuple(_trouble(self.teaching, place))  # not said yet

    @property
    def lesson(self) -> Lesson | None:
        return self._desk.lesson

    @property
    def now(self) -> Underway | None:
        """The exercise as its words need it."""
        lesson = self.lesson
        return None if lesson is None else underway(lesson, self._desk.lesson_question, self._desk.course)

    # -- which exercise

    def take_up(self, id: str, *, anew: bool = False, play: bool = False) -> Iterator[str]:
        """Rows about the exercise; then its server is to be connected to."""
        lesson = self.teaching.lesson(id, anew=anew or play)
        if play:
            lesson.play()
        self._desk.take_up(lesson)
        self._desk.course = self.teaching.course
        self._done, self._told, self._asked, self._finished = lesson.attempt.done, None, "", False
        notes, self._notes = self._notes, ()
        yield from notes
        yield "* " + _("exercise {number} of {all}: {title}").format(
            number=lesson.number, all=lesson.of, title=visible(lesson.exercise.title)
        )
        yield from self.story()
        if lesson.resumed and lesson.lost:
            names = enumerated(map(visible, lesson.lost))
            yield "* " + _(
                "a server keeps no half dialogue; begin with HELO, and type again: {goals}"
            ).format(goals=names)
        if self.teaching.failed is not None:
            reason = any_reason(self.teaching.failed)
            yield "* " + _("your progress is not kept: {reason}").format(reason=reason)

    @property
    def following(self) -> str | None:
        """The exercise after this one."""
        lesson = self.lesson
        entry = self.teaching.course.after(lesson.exercise.id) if lesson is not None else None
        return entry.id if entry is not None else None

    def map(self) -> Iterator[str]:
        """The course as a list."""
        yield from map_rows(self.teaching.course)

    # -- rows

    def story(self) -> Iterator[str]:
        """The task, and the goals that are open."""
        now = self.now
        if now is None:
            return
        text = now.attempt.exercise.stages[now.attempt.stage - 1] or now.attempt.exercise.story
        yield from (f"* {visible(part)}" for part in text.split("\n") if part)
        for step in lessons.goals(now).steps:
            sign = "x" if step.state is StepState.DONE else " "
            yield f"*  [{sign}] {step.name}   {step.note}".rstrip()

    def news(self) -> Iterator[str]:
        """What the last events did to the goals."""
        now = self.now
        if now is None or self._finished:
            return
        attempt = now.attempt
        goals = lessons.goals(now).steps
        for goal, step in zip(attempt.goals, goals, strict=False):
            if goal.id in attempt.done and goal.id not in self._done:
                yield f"[x] {step.name}   {step.note}".rstrip()
        lost = [visible(one.name) for one in attempt.goals if one.id in self._done - attempt.done]
        if lost and self._desk.connected:
            yield "* " + _("open again: {steps}").format(steps=enumerated(lost))
        self._done = attempt.done
        if attempt.told is not None and attempt.told != self._told:
            yield from _rows(lessons.told(now, self._desk.practice))
        self._told = attempt.told
        if attempt.solved:
            self._finished = True
            yield from _finish(now)
        elif attempt.stage_over:
            yield "* " + _("this server is done; /next goes on to the next one")

    def question(self) -> Iterator[str]:
        """The question that is due, once."""
        now = self.now
        due = now.question.id if now is not None and now.question is not None else ""
        if due != self._asked and now is not None:
            yield from _rows(lessons.question(now))
        self._asked = due

    def hint(self) -> Iterator[str]:
        """The next of the three."""
        lesson = self.lesson
        if lesson is None:
            return
        lesson.hint()
        now = self.now
        if now is not None:
            yield from _rows(lesson_hints.hint(now, self._desk.practice, TYPED))

    def unmet(self) -> Iterator[str]:
        """For a script: what is open at its end."""
        now = self.now
        if now is None or now.attempt.solved:
            return
        attempt = now.attempt
        names = [visible(one.name) for one in attempt.exercise.goals if one.id not in attempt.done]
        names += [visible(one.say) for one in attempt.exercise.forbidden if one.id in attempt.broken]
        yield "* " + _("not solved; open: {goals}").format(goals=enumerated(names))


def _trouble(teaching: Teaching, place: Home) -> Iterator[str]:
    """What happened to the file of progress."""
    if teaching.set_aside is not None:
        name = visible(teaching.set_aside.name)
        yield "* " + _("the file of your progress was damaged; it was set aside as {name}").format(name=name)
    if teaching.unwritable is not None and place.unwritable is None:
        reason = any_reason(teaching.unwritable)
        yield "* " + _("your progress is not kept: {reason}").format(reason=reason)


def map_rows(course: Course) -> Iterator[str]:
    """The course as a list, a row for each exercise."""
    for one in course.entries:
        minutes = _("{n} min").format(n=one.minutes)
        state = labels.standing(one.standing)
        yield (
            f"*  [{_SIGNS[one.standing]}] {one.number:2}  {visible(one.title)}   {state}   "
            f"{level(one.level)}   {minutes}   {visible(one.id)}"
        )


def _rows(sections: tuple[Section, ...]) -> Iterator[str]:
    for section in sections:
        for paragraph in section.paragraphs:
            if isinstance(paragraph, Sentence):
                yield "* " + "".join(run.text for run in paragraph.runs)
            elif isinstance(paragraph, Pair):
                yield f"*  {paragraph.form.text}   {paragraph.gloss}"


def _finish(now: Underway) -> Iterator[str]:
    guide: Guide = lesson_finish.finish(now, TYPED)
    for section in guide.sections:
        if section.key == "reply":
            continue  # it was said when it was answered
        for paragraph in section.paragraphs:
            if isinstance(paragraph, Pair):
                yield f"* {labelled(section.label, f'{paragraph.form.text}   {paragraph.gloss}')}"
            else:
                text = "".join(run.text for run in paragraph.runs)
                yield f"* {labelled(section.label, text)}"
