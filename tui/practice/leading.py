"""The exact line that leads on in an exercise: what the third hint shows, and what F4 writes."""

from __future__ import annotations

from tui.practice.attempt import Attempt
from tui.practice.content import Judged, date_text, judge
from tui.practice.exercise import CONNECT, DATE, Goal, Happening
from tui.practice.letter import Letter
from tui.practice.state import Practice
from tui.practice.suggestion import next_line
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


@value
class Lead:
    """``line`` is to be typed now, ``CONNECT`` to connect again. ``own``: it belongs to the open goal, not to
    the way there."""

    line: str
    own: bool


def lead(attempt: Attempt, practice: Practice) -> Lead | None:
    """What to type now; None while a reply is due, and when everything is met."""
    goal = attempt.open_goal
    if practice.awaiting or (goal is None and not attempt.broken):
        return None
    if goal is None:
        return Lead(_anew(attempt, practice), own=False)
    if goal.question is not None:
        return Lead(goal.lines[0], own=True) if practice.phase is not Phase.MESSAGE else Lead(".", own=False)
    if practice.phase in _OVER or practice.phase is Phase.CONNECTING:
        return Lead(CONNECT, own=False)
    if practice.phase is Phase.TURNED_AWAY:
        return Lead("QUIT", own=False)
    line = _own(attempt, goal)
    fitting = _fitting(goal, line)
    if practice.phase in fitting and not _too_late(attempt, goal, practice):
        return Lead(line, own=True)
    return Lead(_way(attempt, practice, fitting), own=False)


def _anew(attempt: Attempt, practice: Practice) -> str:
    """Every goal is met, and something was broken: begin what it belongs to anew."""
    if practice.phase in _OVER:
        return CONNECT
    return "." if practice.phase is Phase.MESSAGE else "QUIT"


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


def _too_late(attempt: Attempt, goal: Goal, practice: Practice) -> bool:
    """What was typed already cannot be changed: this message cannot meet the goal."""
    content = goal.check.content
    if practice.phase is not Phase.MESSAGE or content is None:
        return False
    return judge(content, attempt.letter, attempt.envelope, attempt.now) is Judged.FAILED


def _way(attempt: Attempt, practice: Practice, fitting: frozenset[Phase]) -> str:
    phase = practice.phase
    if phase is Phase.MESSAGE:
        return next_line(practice, sandbox=True) if Phase.MESSAGE not in fitting else "."
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
    return next(worked, "") or next_line(practice, sandbox=True)


def _refusing(goal: Goal) -> bool:
    """It asks for a refusal, so its line leads nowhere."""
    sign = goal.check.sign
    return sign is not None and bool(sign.codes) and all(str(code)[0] in "45" for code in sign.codes)
