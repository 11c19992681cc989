"""An exercise in the guide: what comes next where the goals do not say it, and the three hints.

Which of them fits is a matter of where the line leads that is to be typed (``tui.practice.leading.Way``): the
hints of a goal are its own, and each place on the way there has three of its own.
"""

from __future__ import annotations

from tui.practice.attempt import Attempt
from tui.practice.exercise import CONNECT, Goal
from tui.practice.leading import Lead, Way, in_another_mail, is_of_goal, lead
from tui.practice.state import Practice
from tui.smtp.display import visible
from tui.smtp.phases import Phase
from tui.words import hints, labels
from tui.words.guide import Pair, Paragraph, Room, Run, Section, Tone, say
from tui.words.keys import Keys
from tui.words.language import gettext as _
from tui.words.lesson import Underway, called
from tui.words.lines import line


def _section(key: str, *paragraphs: Paragraph) -> Section:
    return Section(key, labels.section(key), "", paragraphs)


# -- what comes next


def next_(now: Underway, practice: Practice, keys: Keys) -> tuple[Section, ...]:
    """Only where the goals do not say it: the question waits, the mail cannot meet its goal, the connection
    is gone, a refusal was asked for, or this stage is over."""
    if now.attempt.stage_over:
        return (_section("next", Pair(Run("Enter", Tone.YOU), _("go on to the next server"))),)
    if now.question is not None:
        return ()
    if now.aside:
        return (_section("next", line("Enter", _("on the empty line: the question again"))),)
    found = lead(now.attempt, practice)
    if found is not None and (pairs := _onward(now.attempt, found, keys)):
        return (_section("next", *pairs),)
    if practice.phase is Phase.GREETED and now.attempt.lines and practice.sent is None:
        return (_section("next", line(_("HELO name"), _("a new connection does not know you yet"))),)
    goal = now.attempt.open_goal
    if now.attempt.wanted and goal is not None:
        onward = _("A refusal is what was asked for here. The next goal is {goal}: {say}.")
        if not goal.say:
            onward = _("A refusal is what was asked for here. The next goal is {goal}.")
        return (_section("next", say(onward.format(goal=called(goal), say=visible(goal.say)))),)
    return ()


def _onward(attempt: Attempt, found: Lead, keys: Keys) -> tuple[Pair, ...]:
    if found.line == CONNECT:
        gloss = _("connect again")
        if found.way is Way.BROKEN:
            gloss = _("connect again, this time without it")
        elif len(attempt.kept) < len(attempt.done):
            gloss = _("connect again: HELO, then the mail once more")
        return (line(keys.connect, gloss), line(keys.learn, _("type it: the list of exercises")))
    if found.way in {Way.ENDING, Way.BROKEN} and found.line == ".":
        if found.way is Way.BROKEN:
            return (line(".", _("alone on its line: ends this mail; then QUIT")),)
        return (line(".", _("alone on its line: ends this mail; MAIL FROM begins it again")),)
    if found.way is Way.AGAIN:
        return (line(_("MAIL FROM:<address>"), _("begins another one; this one is over")),)
    if found.way is Way.BROKEN:
        return (line("QUIT", _("then {key}: it counts on a new connection").format(key=keys.connect)),)
    return ()


# -- hints


def hint(now: Underway, practice: Practice, keys: Keys) -> tuple[Section, ...]:
    """As many of the three as were asked for here, the newest last."""
    if now.attempt.solved or now.hints <= 0:
        return ()
    texts = hint_texts(now, practice, keys)
    at = min(now.hints, len(texts))
    count = _("{done} of {all}").format(done=at, all=len(texts))
    newest: list[Paragraph] = [say(part) for part in texts[at - 1].split("\n")]
    lead = len(newest)
    if at < len(texts):
        more = _("{key} again for the rule") if at == 1 else _("{key} again shows the line itself")
        newest.append(say(Run(more.format(key=keys.hint), Tone.QUIET)))
    room = Room.YIELDS if now.older else Room.FIRST
    return (Section("hint", labels.section("hint"), count, tuple(newest), lead=lead, room=room),)


def hint_texts(now: Underway, practice: Practice, keys: Keys) -> tuple[str, str, str]:
    """Nudge, rule and the exact line. On the way to the open goal, nudge and rule are those of the way; where
    the mail at hand is lost for it, they are its own, and the line for the next mail stands below that of the
    way out."""
    found, goal = lead(now.attempt, practice), now.attempt.open_goal
    if found is None:
        return hints.hints(practice)
    exact = _exact(found, keys)
    if goal is not None and is_of_goal(now.attempt, found):
        if found.way is not Way.OWN:
            exact = "\n".join((exact, _in_another_mail(now.attempt, goal)))
        return visible(goal.hints[0]), visible(goal.hints[1]), exact
    nudge, rule = _of_way(now.attempt, practice, found)
    return nudge, rule, exact


def _in_another_mail(attempt: Attempt, goal: Goal) -> str:
    *empty, line = map(visible, in_another_mail(attempt, goal))
    if empty:
        return _("In the next mail an empty line, then:  {line}").format(line=line)
    return _("In the next mail:  {line}").format(line=line)


def _exact(found: Lead, keys: Keys) -> str:
    if found.line == CONNECT:
        return _("Press {key}: it connects again.").format(key=keys.connect)
    if not found.line:
        return _("Press Enter on an empty line.")
    return _("Type:  {line}").format(line=visible(found.line))


def _of_way(attempt: Attempt, practice: Practice, found: Lead) -> tuple[str, str]:
    broken = next((one for one in attempt.exercise.forbidden if one.id in attempt.broken), None)
    match found.way:
        case Way.BROKEN | Way.ENDING | Way.AGAIN if broken is not None:
            nudge = _("This must not happen here, and it did: {say}.").format(say=visible(broken.say))
            return nudge, visible(broken.why)
        case Way.CONNECT:
            return (
                _("The connection is gone, and with it all that the server knew."),
                _("A server keeps no half dialogue: connect again and begin with HELO. RFC 5321 §3.1"),
            )
        case Way.DROP:
            return (
                _("The mail that is begun is not the one that is asked for."),
                _("RSET drops it, and nobody gets anything; who you are stays known. RFC 5321 §4.1.1.5"),
            )
        case _:
            return hints.of_phase(practice)
