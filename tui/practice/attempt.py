"""How far a person has come in an exercise: one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from tui.practice.exercise import Exercise, Goal, Scope
from tui.practice.letter import Letter
from tui.practice.state import Envelope, Step, StepState
from tui.values import value


@value
class Told:
    """What is to be said about the newest line: ``kind`` is goal, late, twice, forbid, mistake or choice.

    ``goal``: it was tried and is not met. ``late``: its header field was typed behind the empty line, so it
    is text. ``twice``: its field stood in the header already.
    """

    kind: str
    id: str
    key: str = ""  # of a choice; "" for an answer that is none


@value
class Attempt:
    """One try. ``done`` holds the goals that are met now, ``locked`` those that are met for good."""

    exercise: Exercise
    now: float  # seconds since the epoch when it began, for dates
    stage: int = 1
    steps: tuple[Step, ...] = ()  # a row for each goal of the stage
    done: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()
    broken: frozenset[str] = frozenset()  # what must not happen, and did
    counts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # goal -> what was counted
    states: Mapping[str, StepState] = field(default_factory=dict)  # goal -> refused or later
    codes: Mapping[str, str] = field(default_factory=dict)  # goal -> code of the reply that decided
    values: Mapping[str, str] = field(default_factory=dict)  # goal -> address or field; foreign
    answers: Mapping[str, str] = field(default_factory=dict)  # question -> what was answered
    letter: Letter = Letter()
    envelope: Envelope = Envelope("")  # that the letter goes with
    failed: frozenset[str] = frozenset()  # goals of this mail of which it was told; ``mistake:id`` likewise
    missed: frozenset[str] = frozenset()  # goals that the last mail, which is over, was to meet and did not
    wanted: str = ""  # the goal that the newest reply, a refusal, has met: it asked for one
    accepted: int = 0  # messages, on this connection
    told: Told | None = None
    errors: tuple[tuple[str, int], ...] = ()  # names of errors, and the line of each
    lines: int = 0  # typed
    refused: int = 0  # replies that refused one
    solved: bool = False

    @property
    def goals(self) -> tuple[Goal, ...]:
        """Of the present stage."""
        return self.exercise.goals_of(self.stage)

    @property
    def open_goal(self) -> Goal | None:
        """The first one that is not met."""
        return next((one for one in self.goals if one.id not in self.done), None)

    @property
    def stage_over(self) -> bool:
        """All goals of this stage are met, and another stage is to come."""
        return self.open_goal is None and not self.broken and self.stage < len(self.exercise.stages)

    @property
    def kept(self) -> tuple[str, ...]:
        """Goals that hold whatever becomes of the connection."""
        lasting = {one.id for one in self.exercise.goals if one.scope is Scope.EXERCISE}
        return tuple(
            one.id for one in self.exercise.goals if one.id in self.locked or one.id in self.done & lasting
        )

    @property
    def first_errors(self) -> tuple[str, ...]:
        """As ``tui.practice.naming`` has them, and ``mistake:id`` and its like, each once, in order."""
        return tuple(dict.fromkeys(name for name, _ in self.errors))
