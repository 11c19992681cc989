"""An exercise in the guide: its story, its goals as the list, why one is not met, its hints, and its finish.

Texts of a pack are foreign: each passes ``visible()``.
"""

from __future__ import annotations

from tui.practice.attempt import Attempt, Told
from tui.practice.exercise import CONNECT, Exercise, Goal
from tui.practice.leading import lead
from tui.practice.state import Practice, Step, StepState
from tui.smtp.display import visible
from tui.smtp.events import Found
from tui.smtp.findings import Finding
from tui.values import value
from tui.words import findings, hints, labels
from tui.words.guide import DONE_SIGN, Guide, Pair, Paragraph, Run, Section, StepRow, Tone, say
from tui.words.keys import Keys
from tui.words.language import N_, gettext, ngettext
from tui.words.language import gettext as _

_OPEN = frozenset({StepState.TO_DO, StepState.NOW, StepState.WAITING})
_REFUSING = ("4", "5")
#: After so many refusals in a row a hint is offered.
_OFFERED_AFTER = 3


@value
class Underway:
    """What a front end knows of an exercise beside the attempt.

    ``telling``: the story is to be read now. ``hints``: of the open goal, 0 to 3. ``question``: the one that
    is due. ``seconds``, ``counted``: time and hints of the whole attempt, for the finish. ``following``: the
    number and title of the exercise after it, "" when it is the last one.
    """

    attempt: Attempt
    number: int = 1
    of: int = 1
    telling: bool = False
    hints: int = 0
    question: Goal | None = None
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
        StepRow(
            StepState.REFUSED,
            visible(one.id),
            labels.state(StepState.REFUSED),
            visible(one.say),
            "",
        )
        for one in attempt.exercise.forbidden
        if one.id in attempt.broken
    ]
    done = sum(step.state is StepState.DONE for step in attempt.steps)
    count = _("{done} of {all}").format(done=done, all=len(attempt.steps))
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


def told(now: Underway) -> tuple[Section, ...]:
    """The answer to a typical mistake, to what must not be, to a goal that was tried in vain, or to an
    answer."""
    one = now.attempt.told
    if one is None:
        return ()
    return _TOLD[one.kind](now.attempt, one)


def _of_goal(attempt: Attempt, one: Told) -> tuple[Section, ...]:
    goal = next(each for each in attempt.exercise.goals if each.id == one.id)
    headline = _("{goal}: not met yet").format(goal=visible(goal.name))
    why = visible(goal.why) or visible(goal.say)
    return (_section("slip", say(Run(f"! {headline}", Tone.LATER, True)), say(why)),)


def _of_forbidden(attempt: Attempt, one: Told) -> tuple[Section, ...]:
    forbidden = next(each for each in attempt.exercise.forbidden if each.id == one.id)
    return _slip(forbidden.say, forbidden.why)


def _of_mistake(attempt: Attempt, one: Told) -> tuple[Section, ...]:
    mistake = next(each for each in attempt.exercise.mistakes if each.id == one.id)
    return _slip(mistake.say, mistake.why)


def _slip(headline: str, why: str) -> tuple[Section, ...]:
    return (_section("slip", say(Run(f"! {visible(headline)}", Tone.LATER, True)), say(visible(why))),)


def _of_choice(attempt: Attempt, one: Told) -> tuple[Section, ...]:
    goal = next(each for each in attempt.exercise.goals if each.id == one.id)
    question = goal.question
    choices = question.choices if question is not None else ()
    choice = next((each for each in choices if each.key == one.key), None)
    why = (say(visible(choice.why)),) if choice is not None and choice.why else ()
    if goal.id in attempt.done:
        return (_section("reply", say(Run(DONE_SIGN, Tone.GOOD), " ", _("right")), *why),)
    headline = _("this is not it") if choice is not None else _("this is none of the answers")
    return (_section("slip", say(Run(f"! {headline}", Tone.LATER, True)), *why),)


_TOLD = {"goal": _of_goal, "forbid": _of_forbidden, "mistake": _of_mistake, "choice": _of_choice}


# -- a question


def question(now: Underway) -> tuple[Section, ...]:
    """What is asked, and the answers to choose from."""
    goal = now.question
    if goal is None or goal.question is None:
        return ()
    asked = goal.question
    pairs = tuple(Pair(Run(visible(one.key), Tone.YOU), visible(one.text)) for one in asked.choices)
    return (_section("question", say(Run(visible(asked.ask), bold=True)), *pairs),)


# -- hints


def hint(now: Underway, practice: Practice, keys: Keys) -> tuple[Section, ...]:
    """As many of the three as were asked for, the newest last; else an offer after many refusals."""
    if now.attempt.solved:
        return ()
    if now.hints <= 0:
        if practice.refusals < _OFFERED_AFTER:
            return ()
        return (_section("hint", say(Run(_("{key} has one").format(key=keys.hint), Tone.QUIET))),)
    texts = hint_texts(now, practice, keys)
    at = min(now.hints, len(texts))
    count = _("{done} of {all}").format(done=at, all=len(texts))
    newest: list[Paragraph] = [say(texts[at - 1])]
    if at < len(texts):
        more = _("{key} again for the rule") if at == 1 else _("{key} again shows the line itself")
        newest.append(say(Run(more.format(key=keys.hint), Tone.QUIET)))
    return (_section("hint", *newest, count=count),)


def hint_texts(now: Underway, practice: Practice, keys: Keys) -> tuple[str, str, str]:
    """Nudge, rule and the exact line. On the way to the open goal, nudge and rule are those of the way."""
    leading = lead(now.attempt, practice)
    goal = now.attempt.open_goal
    if leading is None or goal is None:
        return hints.hints(practice)
    if leading.line == CONNECT:
        return (
            _("The connection is gone, and with it all that the server knew."),
            _("A server keeps no half dialogue: connect again and begin with HELO. RFC 5321 §3.1"),
            _("Press {key}: it connects again.").format(key=keys.connect),
        )
    if leading.line == "RSET" and not leading.own:
        return (
            _("The mail that is begun is not the one that is asked for."),
            _("RSET drops it, and nobody gets anything; who you are stays known. RFC 5321 §4.1.1.5"),
            _("Type:  {line}").format(line="RSET"),
        )
    exact = _("Type:  {line}").format(line=visible(leading.line))
    if not leading.line:
        exact = _("Press Enter on an empty line.")
    if leading.own:
        return visible(goal.hints[0]), visible(goal.hints[1]), exact
    nudge, rule, _exact = hints.hints(practice)
    return nudge, rule, exact


# -- what comes next


def next_(now: Underway, practice: Practice, keys: Keys) -> tuple[Section, ...]:
    """Only where the goals do not say it: the connection is gone, or this stage is over."""
    if now.attempt.stage_over:
        return (_section("next", Pair(Run("Enter", Tone.YOU), _("go on to the next server"))),)
    if now.question is None and (practice.closed is not None or practice.failed is not None):
        pairs = [Pair(Run(keys.connect, Tone.YOU), _("connect again"))]
        pairs.append(Pair(Run(keys.learn, Tone.YOU), _("course map")))
        return (_section("next", *pairs),)
    return ()


# -- the finish


def finish(now: Underway, keys: Keys) -> Guide:
    """What was learnt, your figures, and what may be next."""
    attempt = now.attempt
    exercise = attempt.exercise
    solved = say(Run(DONE_SIGN, Tone.GOOD), " ", Run(visible(exercise.title), bold=True))
    count = _("{done} of {all}").format(done=now.done, all=now.of)
    sections = [
        _section("solved", solved, count=count),
        _section("learnt", *(say(visible(part)) for part in exercise.learnt.split("\n") if part)),
        _section("work", *(say(visible(part)) for part in exercise.work.split("\n") if part)),
        _section("yours", *(say(one) for one in figures(now))),
        _section("next", *_after(now, keys)),
    ]
    told_last = told(now)
    if told_last and told_last[0].key == "reply":
        sections.insert(1, told_last[0])
    return Guide(tuple(one for one in sections if one.paragraphs))


def figures(now: Underway) -> tuple[str, ...]:
    """Time, hints, lines and first errors, each in a few words."""
    minutes, seconds = divmod(int(now.seconds), 60)
    time = _("time {minutes} min {seconds} s").format(minutes=minutes, seconds=seconds)
    asked = ngettext("{n} hint", "{n} hints", now.counted).format(n=now.counted)
    typed = ngettext("{n} line typed", "{n} lines typed", now.lines).format(n=now.lines)
    refused = ngettext("{n} refused", "{n} refused", now.refused).format(n=now.refused)
    first = "   ".join((time, asked, typed, refused))
    said = [first]
    if now.errors:
        named = (_error(now.attempt.exercise, one) for one in now.errors)
        said.append(_("first errors: {errors}").format(errors=", ".join(dict.fromkeys(named))))
    if now.shown:
        said.append(_("with the worked solution"))
    return tuple(said)


def _error(exercise: Exercise, name: str) -> str:
    """A first error (``Attempt.first_errors``) in a few words."""
    kind, _colon, rest = name.partition(":")
    id = rest.partition(":")[0]
    known: dict[str, str] = {}
    if kind in {"goal", "choice"}:
        known = {one.id: one.name for one in exercise.goals}
    elif kind == "forbid":
        known = {one.id: one.say for one in exercise.forbidden}
    elif kind == "mistake":
        known = {one.id: one.say for one in exercise.mistakes}
    elif name in _IN_SHORT:
        return gettext(_IN_SHORT[name])
    elif name in _FINDINGS:
        return findings.text(Found(_FINDINGS[name], _FINDINGS[name].side), b"").headline
    return visible(known.get(id, name))


#: Findings whose headline names the word that was typed, which is not kept.
_IN_SHORT = {
    Finding.MISSPELT_VERB.value: N_("a misspelt command"),
    Finding.UNKNOWN_VERB.value: N_("an unknown command"),
    Finding.OUT_OF_SEQUENCE.value: N_("a command too early"),
    Finding.COMMAND_IN_MESSAGE.value: N_("a command inside the message"),
}
_FINDINGS = {one.value: one for one in Finding}


def _after(now: Underway, keys: Keys) -> tuple[Pair, ...]:
    pairs = []
    if now.following is not None:
        number, title = now.following
        pairs.append(Pair(Run("Enter", Tone.YOU), f"{number}  {visible(title)}"))
    else:
        pairs.append(Pair(Run("Enter", Tone.YOU), _("course map")))
    pairs.append(Pair(Run(keys.solution, Tone.YOU), _("worked solution")))
    pairs.append(Pair(Run(keys.connect, Tone.YOU), _("do it again")))
    if now.following is not None:
        pairs.append(Pair(Run(keys.map, Tone.YOU), _("course map")))
    return tuple(pairs)
