"""One exercise under way, the same for both front ends: its attempt, its hints, the playing of its solution,
and its row in the progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tui.practice.attempt import Attempt
from tui.practice.checklist import start
from tui.practice.exercise import Exercise, Goal
from tui.practice.grading import answer, begin, grade, next_stage, question_due, retold
from tui.practice.leading import Lead, filled, is_of_goal, lead
from tui.practice.state import Practice
from tui.smtp.events import AddressTried, ConnectionOpened, Event, LineSent
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
        self._practice = start()  # as it was told last
        self._asked: dict[str, int] = {}  # hints, for each place where they were asked for
        self._hinted: str | None = None  # the place whose hint is open
        self._hinted_at = 0  # so many lines had been typed when it was asked for
        self._counted = before.hints
        self._played: int | None = None
        self._reached = False  # its own server is being connected to
        self._is_put_down = False
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
        if not self._reached or self._is_put_down:
            return
        if isinstance(event, LineSent):
            self._settle_hint()
        self._practice = after
        was, self.attempt = self.attempt, grade(self.attempt, before, after, event)
        if self.attempt is was:
            return
        if self.attempt.lines > was.lines:
            self.telling = False
        self._noted(was)

    def answer(self, practice: Practice, text: str) -> bool:
        """An answer to the question that is due; was it right?"""
        was, self.attempt = self.attempt, answer(self.attempt, practice, text)
        self.aside = False
        self._noted(was)
        return len(self.attempt.done) > len(was.done)

    def question(self, practice: Practice) -> Goal | None:
        """The question that is due, put aside or not."""
        return question_due(self.attempt, practice)

    @property
    def question_aside(self) -> Goal | None:
        """The question that is due and was put aside."""
        return question_due(self.attempt, self._practice) if self.aside else None

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
        """How many of the three were asked for here and are to be seen; 0 when the hint is closed."""
        here = self._here
        ahead = self._asked.get("", 0) if self._hinted == "" else 0
        return max(ahead, self._asked.get(here, 0)) if self._hinted == here or ahead else 0

    @property
    def hint_is_older(self) -> bool:
        """A line was typed since the hint was asked for."""
        return self.attempt.lines > self._hinted_at

    def hint(self) -> None:
        """One more, until there is no more; one that was closed is opened again first. The story makes room
        for it."""
        self.telling = False
        if self.solved:
            return
        self._settle_hint()
        here, asked = self._here, self._asked.get(self._here, 0)
        closed = self._hinted != here and asked
        self._hinted, self._hinted_at = here, self.attempt.lines
        if asked < HINTS and not closed:
            self._asked[here] = asked + 1
            self._counted += 1
            self._keep_now()

    def close_hint(self) -> bool:
        """Out of sight, until it is asked for again; was there one?"""
        was, self._hinted = self.hints, None
        self._asked.pop("", None)
        return was > 0

    def fill(self, practice: Practice) -> Lead | None:
        """The line itself: the third hint, and counted as it."""
        self.telling = False
        found = lead(self.attempt, practice)
        if found is not None and not self.solved:
            self._settle_hint()
            asked = self._asked.get(self._here, 0)
            self._hinted, self._hinted_at = self._here, self.attempt.lines
            self._asked[self._here] = HINTS
            if asked < HINTS:
                self._counted += 1
                self._keep_now()
        return found

    @property
    def _here(self) -> str:
        """What a hint would be about: the open goal, in whatever mail, or one place on the way there, which
        has three hints of its own; "" while a reply is due."""
        found = lead(self.attempt, self._practice)
        goal = self.attempt.open_goal
        if found is None:
            return ""
        if goal is not None and is_of_goal(self.attempt, found):
            return f"goal {goal.id}"
        return f"{found.way.value} {self._practice.phase.value}"

    def _settle_hint(self) -> None:
        """A hint that does not fit any more is closed. One that was asked for while a reply was due is about
        what the reply has led to."""
        here = self._here
        if self._hinted in {None, here} or not here:
            return
        ahead = self._asked.pop("", 0) if self._hinted == "" else 0
        self._hinted = here if ahead else None
        if ahead:
            self._asked[here] = max(self._asked.get(here, 0), ahead)

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
        """Leave it; what was reached is kept. What smtptutor sends from now on is not the learner's."""
        self._is_put_down = True
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
