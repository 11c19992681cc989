"""The finish of an exercise: what was learnt, your figures, and what may be next."""

from __future__ import annotations

from tui.practice.exercise import Exercise
from tui.smtp.display import visible
from tui.smtp.events import Found
from tui.smtp.findings import Finding
from tui.words import findings, labels
from tui.words.guide import DONE_SIGN, Guide, Pair, Paragraph, Run, Section, Tone, say
from tui.words.keys import Keys
from tui.words.language import N_, gettext, ngettext
from tui.words.language import gettext as _
from tui.words.lesson import Underway, called, field_name, of_choice


def _section(key: str, *paragraphs: Paragraph, count: str = "") -> Section:
    return Section(key, labels.section(key), count, paragraphs)


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
    if attempt.told is not None and attempt.told.kind == "choice":
        sections[1:1] = of_choice(attempt, attempt.told)
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
        said.append(_("first errors: {errors}").format(errors=_("; ").join(dict.fromkeys(named))))
    if now.shown:
        said.append(_("with the worked solution"))
    return tuple(said)


def _error(exercise: Exercise, name: str) -> str:
    """A first error (``Attempt.first_errors``) in a few words."""
    kind, _colon, rest = name.partition(":")
    goal = next((one for one in exercise.goals if one.id == rest.partition(":")[0]), None)
    if goal is not None and kind in _OF_GOAL:
        return gettext(_OF_GOAL[kind]).format(goal=called(goal), field=field_name(goal))
    if kind in {"forbid", "mistake"}:
        entries = exercise.forbidden if kind == "forbid" else exercise.mistakes
        return visible(next((one.say for one in entries if one.id == rest), name))
    if name in _IN_SHORT:
        return gettext(_IN_SHORT[name])
    if name in _FINDINGS:
        return findings.text(Found(_FINDINGS[name], _FINDINGS[name].side), b"").headline
    code, _blank, verb = name.partition(" ")
    if not verb:
        return visible(name)
    return _("{code} to {command}").format(code=visible(code), command=visible(_COMMANDS.get(verb, verb)))


_OF_GOAL = {
    "goal": N_("{goal} not met"),
    "choice": N_("a wrong answer"),
    "late": N_("{field}: behind the empty line"),
    "twice": N_("two {field}: lines"),
}
_COMMANDS = {"MAIL": "MAIL FROM", "RCPT": "RCPT TO"}
#: Findings whose headline names the word that was typed, which is not kept.
_IN_SHORT = {
    Finding.MISSPELT_VERB.value: N_("a misspelt command"),
    Finding.UNKNOWN_VERB.value: N_("an unknown command"),
    Finding.OUT_OF_SEQUENCE.value: N_("a command out of its turn"),
    Finding.COMMAND_IN_MESSAGE.value: N_("a command inside the message"),
    Finding.MISSING_ARGUMENT.value: N_("a command without what it is about"),
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
