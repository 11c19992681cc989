"""How far a person has come in an exercise: a fold over the same events as the free checklist.

The path is judged, not only the end: each goal is a predicate on the ordered events and on the message as it
will be stored. Nothing here forbids a line; whatever went wrong can be mended, at the worst by beginning
anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from tui.practice import naming
from tui.practice.attempt import Attempt, Told
from tui.practice.exercise import Exercise, Goal, Scope
from tui.practice.judging import judged, met, with_error, without
from tui.practice.letter import Letter, written
from tui.practice.signs import Scene, name_of
from tui.practice.spoiling import missed
from tui.practice.state import Envelope, Practice, Step, StepState
from tui.smtp.events import (
    BodyEnded,
    BodyLineSent,
    CommandSent,
    ConnectionOpened,
    Event,
    Found,
    LineSent,
    PhaseChanged,
    ReplyReceived,
    TransactionReset,
)
from tui.smtp.findings import Side, Weight
from tui.smtp.phases import Phase

#: Phases in which what is typed is no answer to a question.
_BUSY: Final = frozenset({Phase.CONNECTING, Phase.MESSAGE, Phase.CHUNKING, Phase.AUTH, Phase.TLS})


def begin(
    exercise: Exercise,
    *,
    now: float,
    stage: int = 1,
    kept: Iterable[str] = (),
    answers: Mapping[str, str] | None = None,
) -> Attempt:
    """A fresh attempt; ``kept``, ``stage`` and ``answers`` are of one that is gone on with."""
    known = {one.id for one in exercise.goals}
    met = frozenset(kept) & known
    stage = min(max(1, stage), len(exercise.stages))
    attempt = Attempt(exercise, now, stage, done=met, locked=met, answers=dict(answers or {}))
    return _shown(attempt, None)


def retold(attempt: Attempt, exercise: Exercise) -> Attempt:
    """The same attempt with the texts of another language."""
    names = {goal.id: goal.name for goal in exercise.goals}
    steps = tuple(replace(step, name=names[step.id]) for step in attempt.steps)
    return replace(attempt, exercise=exercise, steps=steps)


def next_stage(attempt: Attempt) -> Attempt:
    """The next stage, when this one is over; everything of its connection is left behind."""
    if not attempt.stage_over:
        return attempt
    attempt = replace(
        attempt,
        stage=attempt.stage + 1,
        locked=attempt.done,
        letter=Letter(),
        envelope=Envelope(""),
        accepted=0,
        missed=frozenset(),
        told=None,
    )
    return _shown(attempt, None)


def question_due(attempt: Attempt, practice: Practice) -> Goal | None:
    """The question that is asked now: everything before it is met, and no reply is due."""
    goal = attempt.open_goal
    if goal is None or goal.question is None or attempt.solved:
        return None
    return None if practice.awaiting or practice.phase in _BUSY else goal


def answer(attempt: Attempt, practice: Practice, text: str) -> Attempt:
    """The answer to the question that is due; nothing happens when none is."""
    goal = question_due(attempt, practice)
    if goal is None or goal.question is None:
        return attempt
    right, choice = goal.question.read(text)
    key = choice.key if choice is not None else ""
    attempt = replace(attempt, told=Told("choice", goal.id, key))
    if right:
        attempt = replace(attempt, answers={**attempt.answers, goal.id: text.strip()})
        return _shown(met(attempt, goal, text.strip()), practice)
    return replace(attempt, errors=with_error(attempt, f"choice:{goal.id}:{key}", 0))


def grade(attempt: Attempt, before: Practice, after: Practice, event: Event) -> Attempt:
    """The attempt after ``event``; ``before`` and ``after`` are the free checklist around it. What is typed
    after it was solved is no part of it."""
    if attempt.solved:
        return attempt
    concerned = _CONCERNS.get(type(event))
    if concerned is None:
        return attempt if before.steps == after.steps else _shown(_mirrored(attempt, after), after)
    attempt = concerned(attempt, before, event)
    if isinstance(event, LineSent):
        return attempt
    scene = Scene(before, after, event, attempt.done)
    attempt = judged(_mirrored(attempt, after), scene)
    if isinstance(event, ReplyReceived) and event.to is not None and name_of(event.to) == ".":
        attempt = replace(attempt, missed=missed(attempt, scene.done))
    if len(after.accepted) > len(before.accepted):
        attempt = _lock(replace(attempt, accepted=attempt.accepted + 1))
    return _shown(attempt, after)


# -- what an event does to the attempt before anything is judged


def _line_sent(attempt: Attempt, before: Practice, event: LineSent) -> Attempt:
    return replace(attempt, told=None, wanted="", lines=attempt.lines + 1)


def _opened(attempt: Attempt, before: Practice, event: ConnectionOpened) -> Attempt:
    attempt = _forget(attempt, frozenset({Scope.MAIL, Scope.CONNECTION}))
    return replace(attempt, accepted=0, told=None)


def _reset(attempt: Attempt, before: Practice, event: TransactionReset) -> Attempt:
    return _forget(attempt, frozenset({Scope.MAIL}))


def _reply(attempt: Attempt, before: Practice, event: ReplyReceived) -> Attempt:
    if event.to is None:
        return attempt
    name = name_of(event.to)
    if name == "MAIL" and event.reply.severity == 2 and before.envelope is None:
        attempt = _forget(attempt, frozenset({Scope.MAIL}))
    if event.reply.severity in {4, 5}:
        line = getattr(event.to, "line", None) or 0
        errors = with_error(attempt, naming.of_refusal(event), line)
        attempt = replace(attempt, refused=attempt.refused + 1, errors=errors)
    return attempt


def _body_line(attempt: Attempt, before: Practice, event: BodyLineSent) -> Attempt:
    letter = Letter() if event.ordinal == 1 else attempt.letter
    return replace(attempt, letter=written(letter, event), envelope=before.envelope or Envelope(""))


def _body_ended(attempt: Attempt, before: Practice, event: BodyEnded) -> Attempt:
    if not event.complete:
        return attempt
    letter = replace(attempt.letter, ended=True, growing=False)
    return replace(attempt, letter=letter, envelope=before.envelope or Envelope(""))


def _found(attempt: Attempt, before: Practice, event: Found) -> Attempt:
    if event.side is not Side.CLIENT or event.finding.weight is not Weight.SLIP:
        return attempt
    return replace(attempt, errors=with_error(attempt, naming.of_slip(before, event), event.line or 0))


def _nothing(attempt: Attempt, before: Practice, event: Event) -> Attempt:
    return attempt


_CONCERNS: Final[Mapping[type[Event], Callable[[Attempt, Practice, Any], Attempt]]] = {
    LineSent: _line_sent,
    ConnectionOpened: _opened,
    TransactionReset: _reset,
    ReplyReceived: _reply,
    BodyLineSent: _body_line,
    BodyEnded: _body_ended,
    Found: _found,
    CommandSent: _nothing,
    PhaseChanged: _nothing,
}


def _forget(attempt: Attempt, scopes: frozenset[Scope]) -> Attempt:
    """What stood only so long is open again, and what was broken only so long is mended."""
    exercise = attempt.exercise
    gone = {one.id for one in exercise.goals if one.scope in scopes and one.id not in attempt.locked}
    mended = {one.id for one in exercise.forbidden if one.scope in scopes}
    return replace(
        attempt,
        done=attempt.done - gone,
        broken=attempt.broken - mended,
        counts=without(attempt.counts, gone),
        states=without(attempt.states, gone),
        codes=without(attempt.codes, gone),
        values=without(attempt.values, gone),
        letter=Letter(),
        envelope=Envelope(""),
        failed=frozenset(),
        missed=frozenset(),
    )


# -- steps of the free checklist


def _mirrored(attempt: Attempt, after: Practice) -> Attempt:
    steps = {step.id: step for step in after.steps}
    done = attempt.done
    for goal in attempt.goals:
        lasting = goal.id in attempt.locked or (goal.scope is Scope.EXERCISE and goal.id in done)
        if goal.step and not lasting:
            done = done | {goal.id} if steps[goal.step].state is StepState.DONE else done - {goal.id}
    return attempt if done == attempt.done else replace(attempt, done=done)


# -- afterwards


def _lock(attempt: Attempt) -> Attempt:
    """A message was accepted. When it meets every goal about one mail, they are met for good; else the first
    one that it does not meet is named."""
    goals = [one for one in attempt.goals if one.scope is Scope.MAIL and one.question is None]
    broken = any(one.scope is Scope.MAIL for one in attempt.exercise.forbidden if one.id in attempt.broken)
    missing = next((one for one in goals if one.id not in attempt.done), None)
    if missing is not None:
        said = attempt.told if attempt.told is not None and attempt.told.kind != "goal" else None
        return replace(attempt, told=said or Told("goal", missing.id))
    return attempt if broken else replace(attempt, locked=attempt.locked | {one.id for one in goals})


def _shown(attempt: Attempt, after: Practice | None) -> Attempt:
    """The rows as they stand, and whether the exercise is solved by now."""
    mirrored = {step.id: step for step in after.steps} if after is not None else {}
    present = attempt.open_goal
    steps = tuple(_row(attempt, goal, mirrored, after, goal is present) for goal in attempt.goals)
    over = all(one.id in attempt.done for one in attempt.exercise.goals) and not attempt.broken
    return replace(attempt, steps=steps, solved=over)


def _row(
    attempt: Attempt, goal: Goal, mirrored: Mapping[str, Step], after: Practice | None, present: bool
) -> Step:
    mirror = mirrored.get(goal.step)
    name = goal.name
    if goal.id in attempt.done:
        code, found = attempt.codes.get(goal.id, ""), attempt.values.get(goal.id, "")
        if mirror is not None and mirror.state is StepState.DONE:
            code, found = mirror.code, mirror.value
        return Step(goal.id, name, StepState.DONE, code, found)
    if mirror is not None and mirror.state in _TELLING:
        return Step(goal.id, name, mirror.state, mirror.code, mirror.value)
    state = attempt.states.get(goal.id)
    if present and after is not None and _is_awaited(goal, after):
        state = StepState.WAITING
    state = state or (StepState.NOW if present else StepState.TO_DO)
    return Step(goal.id, name, state, attempt.codes.get(goal.id, ""), attempt.values.get(goal.id, ""))


_TELLING: Final = frozenset({StepState.WAITING, StepState.REFUSED, StepState.LATER})


def _is_awaited(goal: Goal, after: Practice) -> bool:
    sign = goal.check.sign
    return sign is not None and any(name_of(one) in sign.verbs for one in after.awaiting)
