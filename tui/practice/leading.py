"""The exact line that leads on in an exercise: what the third hint shows, and what F4 writes."""

from __future__ import annotations

from enum import Enum

from tui.practice.attempt import Attempt
from tui.practice.content import date_text
from tui.practice.exercise import CONNECT, DATE, Goal, Happening, Scope
from tui.practice.letter import Letter
from tui.practice.spoiling import hopeless
from tui.practice.state import Practice
from tui.practice.suggestion import SENDERS, next_line
from tui.smtp.commands import VERBS
from tui.smtp.phases import LEGAL, Phase
from tui.values import value

_OVER = frozenset({Phase.CLOSED, Phase.QUIT})
_COMMANDS = frozenset({Phase.GREETED, Phase.READY, Phase.MAIL, Phase.RCPT})
_TRANSACTION = frozenset({Phase.MAIL, Phase.RCPT})
#: The verb that leads one phase further.
_ONWARD = {
    Phase.GREETED: ("HELO", "EHLO"),
    Phase.READY: ("MAIL",),
    Phase.MAIL: ("RCPT",),
    Phase.RCPT: ("DATA",),
}
_ORDER = (Phase.GREETED, Phase.READY, Phase.MAIL, Phase.RCPT, Phase.MESSAGE)


class Way(Enum):
    """Where a line leads to."""

    OWN = "own"  # it is what the open goal asks for
    ONWARD = "onward"  # the next command on the way to the open goal
    ENDING = "ending"  # the mail that is being typed cannot meet the goal: it is to be ended
    AGAIN = "again"  # the mail that is over did not meet it: it is to be begun again
    DROP = "drop"  # the envelope is another one: RSET
    BROKEN = "broken"  # something happened that must not, and only a new connection mends it
    CONNECT = "connect"  # there is no connection


@value
class Lead:
    """``line`` is to be typed now, ``CONNECT`` to connect again."""

    line: str
    way: Way


def lead(attempt: Attempt, practice: Practice) -> Lead | None:
    """What to type now; None while a reply is due, and when everything is met."""
    goal = attempt.open_goal
    if practice.awaiting or (goal is None and not attempt.broken):
        return None
    if _for_good(attempt):
        return Lead(_anew(practice), Way.BROKEN)
    if practice.phase is Phase.MESSAGE and (goal is None or attempt.broken):
        return Lead(".", Way.ENDING)
    if goal is not None and goal.question is not None:
        own = practice.phase is not Phase.MESSAGE
        return Lead(goal.lines[0], Way.OWN) if own else Lead(".", Way.ONWARD)
    if practice.phase in _OVER or practice.phase is Phase.CONNECTING:
        return Lead(CONNECT, Way.CONNECT)
    if practice.phase is Phase.TURNED_AWAY:
        return Lead("QUIT", Way.ONWARD)
    if goal is None:
        return _towards(attempt, practice, frozenset({Phase.MESSAGE}), over=True)
    line = _own(attempt, goal)
    fitting = _fitting(goal, line)
    if practice.phase is Phase.MESSAGE and (Phase.MESSAGE not in fitting or hopeless(attempt, goal)):
        return Lead(".", Way.ENDING)
    if practice.phase in fitting:
        return Lead(line, Way.OWN)
    return _towards(attempt, practice, fitting, over=goal.id in attempt.missed)


def is_of_goal(attempt: Attempt, found: Lead) -> bool:
    """Does a hint at this place tell of the open goal itself? So it does, too, where the mail at hand cannot
    meet it any more: what the next one needs is said then."""
    ways = {Way.OWN} if attempt.broken else {Way.OWN, Way.ENDING, Way.AGAIN}
    return attempt.open_goal is not None and found.way in ways


def in_another_mail(attempt: Attempt, goal: Goal) -> tuple[str, ...]:
    """What the goal wants typed in a mail that is begun anew, as far as its first line of text; an empty line
    before that is one of them."""
    lines = goal.lines
    first = next((at for at, line in enumerate(lines) if line), 0)
    return tuple(filled(attempt, line) for line in lines[: first + 1])


def _for_good(attempt: Attempt) -> bool:
    """Something that stands as long as the connection does was broken."""
    return any(one.scope is not Scope.MAIL for one in attempt.exercise.forbidden if one.id in attempt.broken)


def _anew(practice: Practice) -> str:
    """Leave this connection."""
    if practice.phase in _OVER:
        return CONNECT
    return "." if practice.phase is Phase.MESSAGE else "QUIT"


def _towards(attempt: Attempt, practice: Practice, fitting: frozenset[Phase], *, over: bool) -> Lead:
    """``over``: the mail that was to meet the goal is over."""
    line = _way(attempt, practice, fitting)
    if line == "RSET":
        return Lead(line, Way.DROP)
    return Lead(line, Way.AGAIN if over and practice.phase is Phase.READY else Way.ONWARD)


def filled(attempt: Attempt, line: str) -> str:
    """A line of a pack as it is typed now."""
    return line.replace(DATE, date_text(attempt.now))


def _own(attempt: Attempt, goal: Goal) -> str:
    """The line for the time that is due; of a message the first line that it does not hold yet."""
    if goal.check.content is not None:
        lines = (line for line in goal.lines if not _is_in(attempt.letter, line))
        return filled(attempt, next(lines, goal.lines[-1]))
    at = len(attempt.counts.get(goal.id, ()))
    return filled(attempt, goal.lines[min(at, len(goal.lines) - 1)])


def _is_in(letter: Letter, line: str) -> bool:
    """Was this line typed into the message already?"""
    if line in {"", "."}:
        return not line and letter.blank_line
    if line[0] in " \t" and any(line in one.more for one in letter.fields):
        return True
    name, colon, _ = line.partition(":")
    return bool(colon and letter.field(name.lower())) or line.removeprefix(".") in letter.body


def _verb(line: str) -> str:
    return line.partition(" ")[0].partition(":")[0].upper()


def _fitting(goal: Goal, line: str) -> frozenset[Phase]:
    """Where the line does what the goal asks for."""
    sign = goal.check.sign
    verb = _verb(line)
    in_message = sign is None if not goal.step else goal.step in {"message", "dot"}
    if in_message or line == "." or (sign is not None and sign.event is Happening.ACCEPTED):
        return frozenset({Phase.MESSAGE})
    wanted = frozenset(phase for phase in _COMMANDS if verb not in VERBS or verb in LEGAL[phase])
    if sign is not None and sign.codes == (503,):  # bad sequence: just where it does not belong
        wanted = _COMMANDS - wanted
    if sign is not None and (sign.open or sign.recipients):
        wanted &= frozenset({Phase.RCPT}) if sign.recipients else _TRANSACTION
    if sign is not None and sign.open is False:
        wanted -= _TRANSACTION
    return wanted or _COMMANDS


def _way(attempt: Attempt, practice: Practice, fitting: frozenset[Phase]) -> str:
    phase = practice.phase
    ahead = _ORDER[_ORDER.index(phase) :] if phase in _ORDER else ()
    if phase in _TRANSACTION and not any(one in fitting for one in ahead):
        return "RSET"
    goals = attempt.exercise.goals
    ahead_first = [
        one for one in goals if one.id not in attempt.done and set(one.check.after) <= attempt.done
    ]
    for goal in (*ahead_first, *(one for one in reversed(goals) if one.id in attempt.done)):
        line = goal.lines[0]
        if _verb(line) in _ONWARD.get(phase, ()) and phase in _fitting(goal, line) and not _refusing(goal):
            return filled(attempt, line)
    worked = (line for line in attempt.exercise.solution if _verb(line) in _ONWARD.get(phase, ()))
    line = next(worked, "") or next_line(practice, sandbox=True)
    return line if phase is not Phase.READY or _verb(line) != "QUIT" else f"MAIL FROM:<{SENDERS[0]}>"


def _refusing(goal: Goal) -> bool:
    """It asks for a refusal, so its line leads nowhere."""
    sign = goal.check.sign
    return sign is not None and bool(sign.codes) and all(str(code)[0] in "45" for code in sign.codes)
