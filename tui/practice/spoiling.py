"""What of one mail cannot be mended: a field typed too late or twice, goals that it did not meet."""

from __future__ import annotations

from typing import Final

from tui.practice.attempt import Attempt, Told
from tui.practice.content import Judged, judge
from tui.practice.exercise import Goal, Happening, Scope
from tui.practice.noting import field_name
from tui.smtp.events import BodyLineSent

_STEPS: Final = frozenset({"mail", "rcpt", "data", "message", "dot"})
_VERBS: Final = frozenset({"MAIL", "RCPT", "DATA", "BDAT", "."})


def of_a_mail(goal: Goal) -> bool:
    """Only a mail can meet it: its envelope, its message, or its acceptance."""
    if goal.question is not None:
        return False
    sign = goal.check.sign
    return (
        goal.scope is Scope.MAIL
        or goal.step in _STEPS
        or goal.check.content is not None
        or (sign is not None and (sign.event is Happening.ACCEPTED or bool(_VERBS & set(sign.verbs))))
    )


def missed(attempt: Attempt, before: frozenset[str]) -> frozenset[str]:
    """What the mail that was ended just now was to meet and did not. ``before``: the goals that were met
    before it, for a goal that only this mail has opened is none of its own."""
    return frozenset(
        one.id
        for one in attempt.goals
        if of_a_mail(one) and one.id not in attempt.done and set(one.check.after) <= before
    )


def hopeless(attempt: Attempt, goal: Goal) -> bool:
    """What was typed already cannot be changed: the message that is open cannot meet the goal."""
    content = goal.check.content
    return (
        content is not None and judge(content, attempt.letter, attempt.envelope, attempt.now) is Judged.FAILED
    )


def misplaced(attempt: Attempt, event: BodyLineSent) -> Told | None:
    """A header field that an open goal asks for, typed where it does not count (RFC 5322 §2.1, §3.6)."""
    name = field_name(event.data)
    goal = next(
        (one for one in attempt.goals if name and one.id not in attempt.done and _header_of(one) == name),
        None,
    )
    if goal is None:
        return None
    if not event.in_header:
        return Told("late", goal.id)
    twice = sum(one.name == name for one in attempt.letter.fields) > 1
    return Told("twice", goal.id) if twice else None


def _header_of(goal: Goal) -> str:
    return goal.check.content.header if goal.check.content is not None else ""
