"""An exercise in the guide: its story, its goals as the list, why one is not met, and its questions.

Texts of a pack are foreign: each passes ``visible()``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tui.practice.attempt import Attempt, Told
from tui.practice.exercise import Goal
from tui.practice.leading import Way, filled, lead
from tui.practice.state import Practice, Step, StepState
from tui.smtp.display import visible
from tui.smtp.findings import Finding
from tui.smtp.phases import Phase
from tui.values import value
from tui.words import labels
from tui.words.endings import said_quit
from tui.words.guide import DONE_SIGN, Pair, Paragraph, Run, Section, StepRow, Tone, say
from tui.words.keys import Keys
from tui.words.language import N_, ngettext
from tui.words.language import gettext as _
from tui.words.lines import line
from tui.words.prose import enumerated, quoted

_OPEN = frozenset({StepState.TO_DO, StepState.NOW, StepState.WAITING})
_REFUSING = ("4", "5")


@value
class Underway:
    """What a front end knows of an exercise beside the attempt.

    ``telling``: the story is to be read now. ``hints``: that were asked for here, 0 to 3; ``older``: a line
    was typed since. ``question``: the one that is due; ``aside``: it was put aside. ``seconds``, ``counted``:
    time and hints of the whole attempt, for the finish. ``following``: the number and title of the exercise
    after it, "" when it is the last one.
    """

    attempt: Attempt
    number: int = 1
    of: int = 1
    telling: bool = False
    hints: int = 0
    older: bool = False
    question: Goal | None = None
    aside: bool = False
    seconds: float = 0.0
    counted: int = 0
    lines: int = 0
    refused: int = 0
    errors: tuple[str, ...] = ()
    shown: bool = False  # the worked solution was asked for
    done: int = 0  # exercises solved in this course
    following: tuple[int, str] | None = None


def _section(key: str, *paragraphs: Paragraph, count: str = "") -> Section:
    return Section(key, labels.section(key), count, paragraphs)


# -- the story and the goals


def story(now: Underway) -> tuple[Section, ...]:
    """While it is to be read: what the exercise is about, or what changes at this stage."""
    attempt = now.attempt
    if not now.telling or attempt.solved:
        return ()
    text = attempt.exercise.stages[attempt.stage - 1] or attempt.exercise.story
    return (_section("story", *(say(visible(part)) for part in text.split("\n") if part)),)


def goals(now: Underway) -> Section:
    """A row for each goal, and one for each thing that must not happen and did."""
    attempt = now.attempt
    rows = [_row(now, goal, step) for goal, step in zip(attempt.goals, attempt.steps, strict=True)]
    rows += [
        StepRow(StepState.REFUSED, _("forbidden"), _("happened"), visible(one.say), "")
        for one in attempt.exercise.forbidden
        if one.id in attempt.broken
    ]
    done = sum(step.state is StepState.DONE for step in attempt.steps)
    count = _("{done} of {all}").format(done=done, all=len(attempt.steps))  # what is forbidden is no goal
    return Section("goals", labels.section("goals"), count, steps=tuple(rows))


def _row(now: Underway, goal: Goal, step: Step) -> StepRow:
    word, name = labels.state(step.state), visible(step.name)
    code = step.code.partition(" ")[0]
    if step.state in _OPEN:
        counted = len(now.attempt.counts.get(goal.id, ()))
        times = goal.check.times
        note = visible(goal.say)
        if counted and times > 1:
            note = _("{done} of {all}").format(done=counted, all=times)
        return StepRow(step.state, name, word, note, "")
    found = visible(step.value)
    if step.state is StepState.DONE and goal.check.times > 1:
        found = _("{done} of {all}").format(done=goal.check.times, all=goal.check.times)
    elif code[:1] in _REFUSING:  # a refusal that was asked for
        found = f"{code} {found}".rstrip()
    return StepRow(step.state, name, word, found or step.code, code or found)


# -- what is said about the newest line


def told(now: Underway, practice: Practice) -> tuple[Section, ...]:
    """The answer to a typical mistake, to what must not be, to a goal that was tried in vain, or to an
    answer."""
    one = now.attempt.told
    return () if one is None else _TOLD[one.kind](now.attempt, one, practice)


def pinned(now: Underway, practice: Practice) -> tuple[Section, ...]:
    """What stands as long as it cannot be mended here: the mail that is being typed cannot meet the open goal
    any more, or only a new connection counts."""
    attempt, found = now.attempt, lead(now.attempt, practice)
    if found is None or found.way not in {Way.ENDING, Way.BROKEN}:
        return ()
    broken = next((one for one in attempt.exercise.forbidden if one.id in attempt.broken), None)
    if broken is not None:
        return _slip(broken.say, broken.why)
    goal = attempt.open_goal
    return _of_goal(attempt, Told("goal", goal.id), practice) if goal is not None else ()


def _goal(attempt: Attempt, one: Told) -> Goal:
    return next(each for each in attempt.exercise.goals if each.id == one.id)


def _of_goal(attempt: Attempt, one: Told, practice: Practice) -> tuple[Section, ...]:
    goal = _goal(attempt, one)
    headline = _("{goal}: not met yet").format(goal=called(goal))
    return _slip(headline, _lacking(attempt, goal, practice))


def called(goal: Goal) -> str:
    """The name of a goal inside a sentence, visible: a sign alone stands in quotation marks."""
    return visible(goal.name) if any(map(str.isalnum, goal.name)) else quoted(goal.name)


def _lacking(attempt: Attempt, goal: Goal, practice: Practice) -> str:
    """Why it is not met."""
    content = goal.check.content
    letter = attempt.letter
    if content is not None and content.header and letter.header_over and letter.field(content.header) is None:
        return _("The header is closed, and there is no {field}: in it.").format(field=field_name(goal))
    found = lead(attempt, practice)
    if content is None and goal.say and found is not None and found.way in {Way.ENDING, Way.AGAIN}:
        return _("This mail goes without it: {say}.").format(say=goal.say)
    return goal.why or goal.say


def _of_late(attempt: Attempt, one: Told, practice: Practice) -> tuple[Section, ...]:
    field = field_name(_goal(attempt, one))
    headline = _("{field}: is text now, the header is closed").format(field=field)
    why = _("The empty line above ended the header. This mail cannot get a {field}: any more.")
    return _slip(headline, why.format(field=field))


def _of_twice(attempt: Attempt, one: Told, practice: Practice) -> tuple[Section, ...]:
    headline = _("two {field}: lines in one header").format(field=field_name(_goal(attempt, one)))
    return _slip(headline, _("One of a kind is allowed, and the first one counts: it cannot be taken back."))


#: Names of header fields that are written in another way than Name-Of-It.
_WRITTEN = {"message-id": "Message-ID", "mime-version": "MIME-Version"}


def field_name(goal: Goal) -> str:
    """The header field that the goal asks for, as it is usually written."""
    name = goal.check.content.header if goal.check.content is not None else ""
    return visible(_WRITTEN.get(name, name.title()))


def _of_forbidden(attempt: Attempt, one: Told, practice: Practice) -> tuple[Section, ...]:
    forbidden = next(each for each in attempt.exercise.forbidden if each.id == one.id)
    return _slip(forbidden.say, forbidden.why)


def _of_mistake(attempt: Attempt, one: Told, practice: Practice) -> tuple[Section, ...]:
    mistake = next(each for each in attempt.exercise.mistakes if each.id == one.id)
    return _slip(mistake.say, filled(attempt, mistake.why))


def _slip(headline: str, why: str) -> tuple[Section, ...]:
    return (_section("slip", say(Run(f"! {visible(headline)}", Tone.LATER, True)), say(visible(why))),)


def of_choice(attempt: Attempt, one: Told) -> tuple[Section, ...]:
    """What is said about an answer."""
    goal = _goal(attempt, one)
    question = goal.question
    choices = question.choices if question is not None else ()
    choice = next((each for each in choices if each.key == one.key), None)
    why = (say(visible(choice.why)),) if choice is not None and choice.why else ()
    if goal.id in attempt.done:
        return (_section("reply", say(Run(DONE_SIGN, Tone.GOOD), " ", _("right")), *why),)
    headline = _("this is not it") if choice is not None else _("this is none of the answers")
    return (_section("slip", say(Run(f"! {headline}", Tone.LATER, True)), *why),)


_TOLD: Mapping[str, Callable[[Attempt, Told, Practice], tuple[Section, ...]]] = {
    "goal": _of_goal,
    "late": _of_late,
    "twice": _of_twice,
    "forbid": _of_forbidden,
    "mistake": _of_mistake,
    "choice": lambda attempt, one, practice: of_choice(attempt, one),
}


# -- what is said where the free checklist would say something else

#: Of header fields, what stands behind the name.
_FORMS = {
    "from": N_("From: name <address>"),
    "to": N_("To: name <address>"),
    "cc": N_("Cc: name <address>"),
    "subject": N_("Subject: words"),
}


def field_due(now: Underway, practice: Practice) -> tuple[Section, ...]:
    """The header line that the open goal asks for, where a first line was typed that is none."""
    slip, goal = practice.slip, now.attempt.open_goal
    if slip is None or slip.finding is not Finding.NO_HEADER or practice.phase is not Phase.MESSAGE:
        return ()
    if goal is None or goal.check.content is None or now.attempt.letter.header_over:
        return ()
    name = goal.check.content.header
    form = _(_FORMS[name]) if name in _FORMS else f"{field_name(goal)}: ..."
    return (_section("next", line(form, visible(goal.say))),) if name else ()


def left_early(now: Underway, practice: Practice, keys: Keys) -> tuple[Section, ...]:
    """QUIT was said, and goals are open: which, and how to go on."""
    attempt = now.attempt
    left = [one for one in attempt.goals if one.id not in attempt.done and one.question is None]
    if practice.closed is None or not said_quit(practice) or not left or attempt.broken:
        return ()
    names = enumerated(called(one) for one in left)
    headline = say(Run(_("goodbye"), bold=True))
    open_ = ngettext(
        "The session is over, and {count} goal is still open: {goals}.",
        "The session is over, and {count} goals are still open: {goals}.",
        len(left),
    ).format(count=len(left), goals=names)
    again = _("connect again; it begins with HELO")
    if len(attempt.kept) < len(attempt.done):
        again = _("connect again: HELO, then the mail once more")
    return (
        _section("reply", headline, say(open_)),
        _section("next", line(keys.connect, again), line(keys.learn, _("type it: the list of exercises"))),
    )


# -- a question


def question(now: Underway) -> tuple[Section, ...]:
    """What is asked, and the answers to choose from."""
    goal = now.question
    if goal is None or goal.question is None:
        return ()
    asked = goal.question
    pairs = tuple(Pair(Run(visible(one.key), Tone.YOU), visible(one.text)) for one in asked.choices)
    return (_section("question", say(Run(visible(asked.ask), bold=True)), *pairs),)
