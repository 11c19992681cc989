"""One exercise under way, the same for both front ends: its attempt, its hints, the playing of its solution,
and its row in the progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tui.practice.attempt import Attempt
from tui.practice.exercise import Exercise, Goal
from tui.practice.grading import answer, begin, grade, next_stage, question_due, retold
from tui.practice.leading import Lead, filled, lead
from tui.practice.state import Practice
from tui.smtp.events import AddressTried, ConnectionOpened, Event
from tui.values import value

if TYPE_CHECKING:
    from tui.practice.scenario import Server

HINTS: Final = 3


@value
class Kept:
    """What is kept of an attempt. ``done`` holds goals; those that outlive a connection stand in ``lasting``
    as well."""

    stage: int = 1
    hints: int = 0
    lines: int = 0
    refused: int = 0
    solved: bool = False
    shown: bool = False  # the worked solution was asked for before it was solved
    first_errors: tuple[str, ...] = ()
    done: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    answers: tuple[tuple[str, str], ...] = ()


class Lesson:
    """``keep`` is called whenever something worth keeping has changed, the last time by ``put_down``.

    Args:
        exercise: with texts in the language in use.
        now: seconds since the epoch.
        number: its place in the course, from 1; ``of``: how many there are.
        kept: of an attempt that is gone on with.
        elapsed: seconds that this sitting with the exercise has taken so far.
    """

    def __init__(
        self,
        exercise: Exercise,
        *,
        now: float,
        keep: Callable[[Kept], None] = lambda kept: None,
        number: int = 1,
        of: int = 1,
        kept: Kept | None = None,
        elapsed: Callable[[], float] = lambda: 0.0,
    ) -> None:
        before = kept or Kept()
        self.exercise = exercise
        self.number, self.of = number, of
        self.attempt: Attempt = begin(
            exercise, now=now, stage=before.stage, kept=before.lasting, answers=dict(before.answers)
        )
        #: Goals that had been met when this was left, and that a new connection asks for again.
        self.lost: tuple[str, ...] = tuple(
            goal.name for goal in exercise.goals if goal.id in before.done and goal.id not in before.lasting
        )
        self.resumed = kept is not None
        self.shown = before.shown
        #: The question was put aside: what is typed is for the server again.
        self.aside = False
        #: The story is to be read: until the first line, or because it was asked for.
        self.telling = True
        self._keep = keep
        self._elapsed = elapsed
        self._before = before
        self._hints = 0  # for the open goal
        self._hinted: str | None = None
        self._counted = before.hints
        self._played: int | None = None
        self._reached = False  # its own server is being connected to
        self._last = before
        self.time = 0.0  # seconds, when it was solved

    def retell(self, exercise: Exercise) -> None:
        """Go on in another language: the same exercise with other texts."""
        self.exercise = exercise
        self.attempt = retold(self.attempt, exercise)

    # -- what happens

    def seen(self, before: Practice, after: Practice, event: Event) -> None:
        """One event, and the free checklist around it. What ends the connection before is none of ours."""
        self._reached = self._reached or isinstance(event, AddressTried | ConnectionOpened)
        if not self._reached:
            return
        attempt = grade(self.attempt, before, after, event)
        if attempt is self.attempt:
            return
        was, self.attempt = self.attempt, attempt
        if attempt.lines > was.lines:
            self.telling = False
        self._noted(was)

    def answer(self, practice: Practice, text: str) -> bool:
        """An answer to the question that is due; was it right?"""
        was, self.attempt = self.attempt, answer(self.attempt, practice, text)
        self._noted(was)
        return len(self.attempt.done) > len(was.done)

    def question(self, practice: Practice) -> Goal | None:
        """The question that is due, put aside or not."""
        return question_due(self.attempt, practice)

    def go_on(self) -> bool:
        """To the next stage, if this one is over; then its server is to be connected to."""
        if not self.attempt.stage_over:
            return False
        self.attempt = next_stage(self.attempt)
        self.telling = True
        self._keep_now()
        return True

    @property
    def server(self) -> Server:
        """Of the present stage."""
        return self.exercise.servers[self.attempt.stage - 1]

    @property
    def solved(self) -> bool:
        return self.attempt.solved

    # -- hints

    @property
    def hints(self) -> int:
        """How many of the three were asked for, for the goal that is open now."""
        return self._hints if self._hinted == self._open else 0

    def hint(self) -> None:
        """One more, until there is no more. The story makes room for it."""
        self.telling = False
        if self.hints < HINTS and not self.solved:
            self._hinted, self._hints = self._open, self.hints + 1
            self._counted += 1
            self._keep_now()

    def fill(self, practice: Practice) -> Lead | None:
        """The line itself: the third hint, and counted as it."""
        self.telling = False
        found = lead(self.attempt, practice)
        if found is not None and not self.solved and self.hints < HINTS:
            self._hinted, self._hints = self._open, HINTS
            self._counted += 1
            self._keep_now()
        return found

    @property
    def _open(self) -> str:
        goal = self.attempt.open_goal
        return goal.id if goal is not None else ""

    # -- the worked solution

    def play(self) -> None:
        """From here on the worked solution is shown line by line; before it was solved, this is kept."""
        self.shown = self.shown or not self.solved
        self._played = 0
        self._keep_now()

    @property
    def playing(self) -> bool:
        return self._played is not None

    @property
    def due(self) -> str | None:
        """The line of the solution whose turn it is; None at its end, and when it is not played."""
        if self._played is None or self._played >= len(self.exercise.solution):
            return None
        return filled(self.attempt, self.exercise.solution[self._played])

    def played(self) -> None:
        """That line was typed."""
        if self._played is not None:
            self._played += 1

    # -- keeping

    def put_down(self) -> None:
        """Leave it; what was reached is kept."""
        self._keep_now()

    def _noted(self, was: Attempt) -> None:
        attempt = self.attempt
        if attempt.solved and not was.solved:
            self.time = self._elapsed()
        changed = attempt.done != was.done or attempt.solved != was.solved or attempt.errors != was.errors
        if changed or attempt.answers != was.answers:
            self._keep_now()

    @property
    def kept(self) -> Kept:
        """All that is kept, as it stands now."""
        attempt, before = self.attempt, self._before
        errors = dict.fromkeys((*before.first_errors, *attempt.first_errors))
        return replace(
            before,
            stage=attempt.stage,
            hints=self._counted,
            lines=before.lines + attempt.lines,
            refused=before.refused + attempt.refused,
            solved=attempt.solved,
            shown=self.shown,
            first_errors=tuple(errors),
            done=tuple(one.id for one in self.exercise.goals if one.id in attempt.done),
            lasting=attempt.kept,
            answers=tuple(attempt.answers.items()),
        )

    def _keep_now(self) -> None:
        kept = self.kept
        if kept != self._last:
            self._last = kept
            self._keep(kept)
