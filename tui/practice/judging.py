"""Is a goal met by what has just happened, is something broken that must not be, was it a typical mistake?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from tui.practice.attempt import Attempt, Told
from tui.practice.content import Judged, judge
from tui.practice.exercise import Check, Goal, Happening, Scope, Sign
from tui.practice.letter import Letter, folded
from tui.practice.signs import Scene, address_in, addressed, name_of, shows
from tui.practice.spoiling import misplaced
from tui.practice.state import StepState
from tui.smtp.events import BodyEnded, BodyLineSent, Event, ReplyReceived

#: Lines at fault, and other errors, that are remembered.
ERRORS_KEPT: Final = 50


def judged(attempt: Attempt, scene: Scene) -> Attempt:
    """The attempt with what the event of this scene has met, missed or broken."""
    if isinstance(scene.event, BodyLineSent) and (told := misplaced(attempt, scene.event)) is not None:
        errors = with_error(attempt, f"{told.kind}:{told.id}", 0)
        attempt = replace(attempt, told=told, errors=errors)
    for goal in attempt.goals:
        if goal.step or goal.question is not None or goal.id in attempt.locked:
            continue
        if goal.scope is Scope.EXERCISE and goal.id in attempt.done:
            continue
        if _is_its_time(goal.check, scene):
            attempt = _judge_goal(attempt, goal, scene)
    for forbidden in attempt.exercise.forbidden:
        if forbidden.id not in attempt.broken and _holds(attempt, forbidden.check, scene):
            attempt = replace(
                attempt,
                broken=attempt.broken | {forbidden.id},
                told=Told("forbid", forbidden.id),
                errors=with_error(attempt, f"forbid:{forbidden.id}", 0),
            )
    if attempt.told is not None and attempt.told.kind in {"forbid", "mistake"}:
        return attempt
    return _mistaken(attempt, scene)


def _mistaken(attempt: Attempt, scene: Scene) -> Attempt:
    """The first typical mistake of this event is told; one that is typical only when it comes again is
    counted."""
    told: Told | None = None
    for one in attempt.exercise.mistakes:
        key = f"mistake:{one.id}"
        if key in attempt.failed or not _holds(attempt, one.check, scene):
            continue
        if one.check.content is not None:
            attempt = replace(attempt, failed=attempt.failed | {key})  # the lines after it hold it as well
        counted = (*attempt.counts.get(key, ()), "")
        attempt = replace(attempt, counts={**attempt.counts, key: counted})
        if told is None and len(counted) >= one.check.times:
            told = Told("mistake", one.id)
    if told is None:
        return attempt
    line, before = _line_of(scene.event), attempt.told
    said = f"goal:{before.id}" if before is not None else ""
    errors = tuple(one for one in attempt.errors if one[0] != said and (not line or one[1] != line))
    attempt = replace(attempt, told=told, errors=errors)  # the mistake says it better
    return replace(attempt, errors=with_error(attempt, f"mistake:{told.id}", line))


def _line_of(event: Event) -> int:
    """The number of the line that it is about, 0 for none."""
    about = event.to if isinstance(event, ReplyReceived) else event
    return getattr(about, "line", None) or 0


def _is_its_time(check: Check, scene: Scene) -> bool:
    return set(check.after) <= scene.done and not set(check.before) & scene.done


def _judge_goal(attempt: Attempt, goal: Goal, scene: Scene) -> Attempt:
    check = goal.check
    if check.sign is not None and not shows(check.sign, attempt.accepted, scene):
        return _missed(attempt, goal, scene.event)
    if check.content is None:
        return _counted(attempt, goal, scene.event)
    if check.sign is None and not isinstance(scene.event, BodyLineSent | BodyEnded):
        return attempt
    verdict = judge(check.content, attempt.letter, attempt.envelope, attempt.now)
    if verdict is Judged.MET:
        if check.sign is not None and check.sign.event is Happening.ACCEPTED:
            return _taken(attempt, goal, check.sign, scene.event)
        found = attempt.letter.field(check.content.header)
        return met(attempt, goal, found.value if found is not None else "")
    if check.sign is None:
        attempt = replace(attempt, done=attempt.done - {goal.id})
    return _tell(attempt, goal) if verdict is Judged.FAILED or check.sign is not None else attempt


def _taken(attempt: Attempt, goal: Goal, sign: Sign, event: Event) -> Attempt:
    """A message was accepted that holds what the goal asks for: shown with the code, and for whom it is."""
    assert isinstance(event, ReplyReceived)  # nothing else shows it
    attempt = replace(attempt, codes={**attempt.codes, goal.id: event.reply.status})
    return met(attempt, goal, next(iter(sign.addresses), ""))


def _tell(attempt: Attempt, goal: Goal) -> Attempt:
    """Once for each mail, and of several goals the one about the newest line, else the first alone."""
    if goal.id in attempt.failed:
        return attempt
    attempt = replace(attempt, failed=attempt.failed | {goal.id})
    told = attempt.told
    if told is not None and (told.kind != "goal" or not _is_newest(goal, attempt.letter)):
        return attempt
    errors = with_error(attempt, f"goal:{goal.id}", 0)
    return replace(attempt, told=Told("goal", goal.id), errors=errors)


def _is_newest(goal: Goal, letter: Letter) -> bool:
    """It asks for the header field that was typed last."""
    content = goal.check.content
    return content is not None and letter.growing and letter.fields[-1].name == content.header


def _counted(attempt: Attempt, goal: Goal, event: Event) -> Attempt:
    address = address_in(event)
    counted = attempt.counts.get(goal.id, ())
    key = folded(address) if goal.check.distinct else str(len(counted))
    if key not in counted:
        counted = (*counted, key)
    attempt = replace(attempt, counts={**attempt.counts, goal.id: counted})
    if isinstance(event, ReplyReceived):
        line = getattr(event.to, "line", None) or -1
        errors = tuple(one for one in attempt.errors if one[1] != line)  # it was asked for
        codes = {**attempt.codes, goal.id: event.reply.status}
        wanted = goal.id if event.reply.severity in _FAILED and goal.id not in attempt.done else ""
        refused = attempt.refused - bool(wanted)  # and no refusal to be counted, either
        attempt = replace(attempt, errors=errors, codes=codes, wanted=wanted, refused=refused)
    if len(counted) < goal.check.times:
        return replace(attempt, values={**attempt.values, goal.id: address})
    return met(attempt, goal, address)


def met(attempt: Attempt, goal: Goal, found: str) -> Attempt:
    """``found``: what is shown beside it; foreign."""
    return replace(
        attempt,
        done=attempt.done | {goal.id},
        states=without(attempt.states, {goal.id}),
        values={**attempt.values, goal.id: found},
    )


_FAILED: Final = {4: StepState.LATER, 5: StepState.REFUSED}


def _missed(attempt: Attempt, goal: Goal, event: Event) -> Attempt:
    """The reply to what the goal asks for came out otherwise: refused, or accepted with another address."""
    sign = goal.check.sign
    if sign is None or goal.id in attempt.done or sign.event is not Happening.REPLY:
        return attempt
    if not isinstance(event, ReplyReceived) or event.to is None or name_of(event.to) not in sign.verbs:
        return attempt
    if event.reply.severity in _FAILED:
        if attempt.open_goal is not goal or attempt.wanted or not _was_tried(attempt, goal, event):
            return attempt
        states = {**attempt.states, goal.id: _FAILED[event.reply.severity]}
        return replace(attempt, states=states, codes={**attempt.codes, goal.id: event.reply.status})
    if event.reply.severity != 2 or addressed(sign, event) or not goal.why:
        return attempt
    if any(_claims(one, event) for one in attempt.goals):
        return attempt
    return _tell(attempt, goal)


def _was_tried(attempt: Attempt, goal: Goal, event: ReplyReceived) -> bool:
    """It is about its address; or about one that no goal asks for, where this one is to be accepted."""
    if _claims(goal, event):
        return True
    refusal = goal.check.sign is not None and 2 not in {int(str(code)[0]) for code in goal.check.sign.codes}
    return not refusal and not any(_claims(one, event) for one in attempt.goals)


def _claims(goal: Goal, event: ReplyReceived) -> bool:
    """It is what this goal asks for."""
    sign = goal.check.sign
    return (
        sign is not None
        and event.to is not None
        and name_of(event.to) in sign.verbs
        and addressed(sign, event)
    )


def _holds(attempt: Attempt, check: Check, scene: Scene) -> bool:
    """Of what must not happen, and of a mistake."""
    if not _is_its_time(check, scene):
        return False
    if check.sign is not None and not shows(check.sign, attempt.accepted, scene):
        return False
    if check.content is None:
        return check.sign is not None
    if check.sign is None and not isinstance(scene.event, BodyLineSent | BodyEnded):
        return False
    return judge(check.content, attempt.letter, attempt.envelope, attempt.now) is Judged.MET


def with_error(attempt: Attempt, name: str, line: int) -> tuple[tuple[str, int], ...]:
    """``line``: the number of the line at fault, 0 for none. A line is at fault once: what was found in it
    says more than the code of its refusal does."""
    known = any(at == line if line else one == name for one, at in attempt.errors)
    return attempt.errors if known or len(attempt.errors) >= ERRORS_KEPT else (*attempt.errors, (name, line))


def without(mapping: Mapping[str, Any], gone: set[str]) -> dict[str, Any]:
    """What is known of goals, but for these."""
    return {key: one for key, one in mapping.items() if key not in gone}
