"""The checklist: a pure fold over the events. Ticks follow reply codes and phases, never the server's words.

``advance`` first notes the facts (``tui.practice.noting``), then moves the steps by the rules of their goals
(``tui.practice.goals``). All of it is tables; nothing in here knows time, sockets or a language.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tui.practice.goals import DROPPED, LMTP, PLAIN, Match, StepRule
from tui.practice.noting import address_of, note
from tui.practice.state import Practice, Step, StepState
from tui.smtp.events import (
    AddressTried,
    Answered,
    CommandSent,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    LineReceived,
    MailExchangersFound,
    PhaseChanged,
    ReplyReceived,
)
from tui.smtp.findings import Side
from tui.smtp.phases import Phase


def start(goals: tuple[StepRule, ...] = PLAIN, *, before: Practice | None = None) -> Practice:
    """A fresh list. ``before``: an earlier connection, whose accepted messages are remembered."""
    steps = tuple(Step(goal.id, goal.name, StepState.TO_DO) for goal in goals)
    practice = Practice(steps=steps, goals=goals, moved_by=_kinds(goals))
    if before is not None:
        practice = replace(practice, accepted=before.accepted, first_slips=before.first_slips)
    return replace(practice, steps=_point_at_present(practice))


def advance(practice: Practice, event: Event) -> Practice:
    """The practice after this event. A new connection begins a fresh list and remembers what was accepted."""
    if isinstance(event, _BEGINNINGS) and _is_over(practice):
        practice = start(practice.goals, before=practice)
    if isinstance(event, ConnectionOpened):
        practice = _in_its_protocol(practice, event)
    noted = note(practice, event)
    if type(event) not in practice.moved_by or (isinstance(event, ReplyReceived) and event.to is None):
        return noted  # a reply that answers nothing moves no step, and may come a hundred thousand times
    steps: tuple[Step, ...] = ()
    for goal in practice.goals:
        steps += (_move(goal, steps, practice, event),)
    ticked = any(
        new.state is StepState.DONE and old.state is not StepState.DONE
        for new, old in zip(steps, practice.steps, strict=True)
    )
    noted = replace(
        noted,
        steps=steps,
        attempts=_attempts(practice, event),
        refusals=0 if ticked else noted.refusals,
    )
    noted = replace(noted, steps=_point_at_present(noted))
    if len(noted.accepted) > len(practice.accepted):
        noted = replace(noted, kept=noted.steps)
    return noted


def lose(practice: Practice, count: int) -> Practice:
    """The last so many of the messages that were accepted are lost, as the server in this process tells."""
    kept, gone = practice.accepted[:-count], practice.accepted[-count:]
    return replace(practice, accepted=(*kept, *(replace(one, lost=True) for one in gone)))


def advance_all(practice: Practice, events: Iterable[Event]) -> Practice:
    """``advance`` for each event, and the same result. Of replies that answer nothing only the last is seen
    afterwards, so in a run of them (a server that floods) only the last is folded."""
    stray: ReplyReceived | None = None
    for event in events:
        if isinstance(event, ReplyReceived) and event.to is None:
            stray = event
            continue
        if stray is not None and not isinstance(event, LineReceived):
            practice, stray = advance(practice, stray), None
        practice = advance(practice, event)
    return practice if stray is None else advance(practice, stray)


def _kinds(goals: tuple[StepRule, ...]) -> frozenset[type]:
    """The events that may move a step; floods of lines pass by the rest."""
    matches = (match for goal in goals for match in goal.asks + goal.begins + goal.ticks + goal.unticks)
    return _ALWAYS | {match.kind for match in matches}


#: A connection begins with one of these; a name that is unknown, or a domain without a server, fails at once.
_BEGINNINGS = AddressTried | ConnectionOpened | ConnectionFailed | MailExchangersFound
_ALWAYS = frozenset({ReplyReceived, ConnectionClosed, ConnectionFailed, PhaseChanged})


def _in_its_protocol(practice: Practice, event: ConnectionOpened) -> Practice:
    """The list of a plain session is that of LMTP where LMTP is to be spoken."""
    if practice.goals not in (PLAIN, LMTP):
        return practice
    goals = LMTP if event.lmtp else PLAIN
    steps = tuple(replace(step, name=goal.name) for step, goal in zip(practice.steps, goals, strict=True))
    return replace(practice, goals=goals, steps=steps)


def _is_over(practice: Practice) -> bool:
    return practice.closed is not None or (practice.failed is not None and practice.failed.final)


# -- the steps


def _move(goal: StepRule, earlier: tuple[Step, ...], practice: Practice, event: Event) -> Step:
    """This step after the event. ``practice`` is as it was before; ``earlier`` are the steps above this one,
    after the event."""
    position = len(earlier)
    step = practice.steps[position]
    transaction = practice.envelope is not None
    if _any(goal.unticks, event, transaction):
        step = _without_tick(goal, step, position, practice, event)
    if _any(goal.asks + goal.begins, event, transaction) and step.state is not StepState.DONE:
        step = replace(step, state=StepState.WAITING, code="", value="")
    if isinstance(event, ReplyReceived) and event.to is not None and _any(goal.asks, event.to, transaction):
        return _answered(goal, step, earlier, event)
    if _any(goal.ticks, event, transaction):
        agreed = isinstance(event, ReplyReceived) and event.reply.severity == _DONE
        code = event.reply.status if isinstance(event, ReplyReceived) and agreed else step.code
        return replace(step, state=StepState.DONE, code=code)
    if step.state is StepState.WAITING and isinstance(event, ConnectionClosed | ConnectionFailed):
        return _waited_in_vain(goal, step, event)
    return step


def _waited_in_vain(goal: StepRule, step: Step, event: ConnectionClosed | ConnectionFailed) -> Step:
    if isinstance(event, ConnectionFailed):
        return replace(step, state=StepState.TO_DO) if event.final else step
    hung_up = goal.hang_up_passes and event.by is Side.SERVER and not event.reset
    return replace(step, state=StepState.DONE if hung_up else StepState.TO_DO)


_DONE = 2
#: What the last step is called where the message had no dot and was refused.
LAST_CHUNK = "BDAT LAST"
_SETTLED = frozenset({StepState.DONE, StepState.REFUSED, StepState.LATER})


def _any(matches: tuple[Match, ...], fact: Event | Answered, transaction: bool) -> bool:
    return any(match.holds(fact, transaction=transaction) for match in matches)


def _without_tick(goal: StepRule, step: Step, position: int, practice: Practice, event: Event) -> Step:
    """A dropped transaction gives back what the message accepted before it had reached, if there was one."""
    if practice.kept and _any(DROPPED, event, practice.envelope is not None):
        return practice.kept[position]
    return Step(goal.id, goal.name, StepState.TO_DO) if step.state in _SETTLED else step


def _answered(goal: StepRule, step: Step, earlier: tuple[Step, ...], event: ReplyReceived) -> Step:
    reply = event.reply
    if _passes(goal, reply.code):
        name = event.to.command.verb if goal.id == "helo" and isinstance(event.to, CommandSent) else goal.name
        return Step(goal.id, name, StepState.DONE, event.reply.status, address_of(event))
    if step.state is StepState.DONE:
        return step  # one recipient more was refused, a second HELO …: what was reached stands
    # Out of turn it is a slip, not a refusal of this step; an odd code decides nothing.
    in_turn = all(one.state is StepState.DONE for one in earlier)
    state = _FAILED.get(reply.severity, StepState.TO_DO) if in_turn else StepState.TO_DO
    name = LAST_CHUNK if goal.id == "dot" and isinstance(event.to, CommandSent) and in_turn else step.name
    return replace(step, name=name, state=state, code=event.reply.status, value=address_of(event))


_FAILED = {4: StepState.LATER, 5: StepState.REFUSED}


def _passes(goal: StepRule, code: int) -> bool:
    return any(str(code).startswith(str(head)) for head in goal.passes)


def _point_at_present(practice: Practice) -> tuple[Step, ...]:
    """The first step that is not done is the present one, unless it says something itself or all is over."""
    over = practice.phase in {Phase.QUIT, Phase.CLOSED}
    present = None if over else practice.open_step
    return tuple(
        replace(step, state=StepState.NOW if step is present else StepState.TO_DO)
        if step.state in {StepState.NOW, StepState.TO_DO}
        else step
        for step in practice.steps
    )


def _attempts(practice: Practice, event: Event) -> dict[str, int]:
    tried = {
        goal.id: practice.attempts.get(goal.id, 0) + 1
        for goal in practice.goals
        if any(match.holds(event, transaction=practice.envelope is not None) for match in goal.asks)
    }
    return {**practice.attempts, **tried}
