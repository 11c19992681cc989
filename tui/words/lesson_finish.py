"""The finish of an exercise: what was learnt, your figures, and what may be next."""

from __future__ import annotations

from tui.practice.exercise import Exercise
from tui.smtp.display import visible
from tui.smtp.events import Found
from tui.smtp.findings import Finding
from tui.words import characters, findings, labels
from tui.words.guide import DONE_SIGN, Guide, Pair, Paragraph, Run, Section, Tone, say
from tui.words.keys import Keys
from tui.words.language import N_, gettext, ngettext
from tui.words.language import gettext as _
from tui.words.lesson import Underway, called, field_name, of_choice
from tui.words.prose import quoted


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
        said.append(_("what went wrong at first: {errors}").format(errors=_("; ").join(dict.fromkeys(named))))
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
    if kind in _FINDINGS:
        return slip_in_short(_FINDINGS[kind], rest)
    code, _blank, verb = name.partition(" ")
    if not verb:
        return _("an unknown command") if code in _UNKNOWN else visible(name)
    return _("{code} to {command}").format(code=visible(code), command=visible(_COMMANDS.get(verb, verb)))


def slip_in_short(finding: Finding, detail: str) -> str:
    """``detail``: what ``tui.practice.naming`` has kept of the line, "" for nothing."""
    if finding in _CHARACTERS and detail:
        return _character(detail)
    if finding is Finding.MISSING_KEYWORD and detail:
        return _("{keyword} is missing").format(keyword=visible(detail))
    if finding is Finding.MISSPELT_VERB and detail:
        meant, _colon, typed = detail.partition(":")
        return _("{typed} in the place of {meant}").format(typed=visible(typed), meant=visible(meant))
    if finding in IN_SHORT:
        return gettext(IN_SHORT[finding])
    return findings.text(Found(finding, finding.side), b"").headline


def _character(wrong: str) -> str:
    if wrong == "\u3000":
        return _("a full-width space is no blank")
    meant = "." if wrong in _DOTS else characters.name(wrong).meant
    return _("{wrong} is not {right}").format(wrong=quoted(wrong), right=quoted(meant))


_OF_GOAL = {
    "goal": N_("{goal} not met"),
    "choice": N_("a wrong answer"),
    "late": N_("{field}: behind the empty line"),
    "twice": N_("two {field}: lines"),
}
_COMMANDS = {"MAIL": "MAIL FROM", "RCPT": "RCPT TO"}
#: Codes to a line that was no command.
_UNKNOWN = frozenset({"500", "502"})
_CHARACTERS = frozenset({Finding.FULL_WIDTH, Finding.FULL_WIDTH_DOT})
#: U+3002, U+FF0E and U+FF61: what input methods type for a dot.
_DOTS = frozenset("\u3002\uff0e\uff61")
#: Findings whose headline names what was typed, which is not kept, or not in old attempts.
IN_SHORT = {
    Finding.FULL_WIDTH: N_("a full-width character"),
    Finding.FULL_WIDTH_DOT: N_("a full-width character"),
    Finding.MISSPELT_VERB: N_("a misspelt command"),
    Finding.UNKNOWN_VERB: N_("an unknown command"),
    Finding.OUT_OF_SEQUENCE: N_("a command out of its turn"),
    Finding.COMMAND_IN_MESSAGE: N_("a command inside the message"),
    Finding.MISSING_ARGUMENT: N_("a command without what it is about"),
    Finding.MISSING_KEYWORD: N_("FROM: or TO: is missing"),
    Finding.PARAMETER_UNOFFERED: N_("a parameter that is not offered"),
    Finding.PARAMETER_VALUE: N_("a parameter that is not written so"),
    Finding.ANSWER_IS_COMMAND: N_("a command in the place of an answer"),
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
