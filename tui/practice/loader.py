"""Exercise files, text in, exercises out. A fault is told with its file, line and key."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final, TypeVar

from tui.practice.exercise import (
    Another,
    Check,
    Choice,
    Content,
    Exercise,
    Forbidden,
    Goal,
    Happening,
    Mistake,
    Question,
    Scope,
    Sign,
    Wrong,
    scope_of_step,
)
from tui.practice.pack_faults import (
    Fault,
    answer_of,
    exercise_faults,
    pack_faults,
    server_empties,
    verbs_of,
    words_of,
)
from tui.practice.pack_files import (
    CheckFile,
    ContentFile,
    ExerciseFile,
    ExerciseText,
    GoalFile,
    GoalText,
    PackFile,
    PackText,
    QuestionFile,
    SaidText,
)
from tui.practice.strict import DataFileError, decode, empties, place_of
from tui.smtp.findings import Finding
from tui.values import value

_MARKS: Final = tuple("，。、；：？！（）《》「」“”…")

T = TypeVar("T")


@value
class Group:
    name: str
    exercises: tuple[str, ...]


@value
class Pack:
    """``languages``: the first is that of the exercise files themselves."""

    id: str
    title: str
    languages: tuple[str, ...]
    groups: tuple[Group, ...]


def pack(octets: bytes, file: str) -> Pack:
    """``pack.toml``.

    Raises:
        DataFileError: it is not as it must be.
    """
    found, text = decode(octets, PackFile, file)
    _refuse(file, text, pack_faults(found))
    groups = tuple(Group(one.name, one.exercises) for one in found.group)
    return Pack(found.id, found.title, found.languages, groups)


def in_language(pack: Pack, octets: bytes, file: str) -> Pack:
    """The pack with the texts of another language; what is missing there stays as it is.

    Raises:
        DataFileError: the file of texts is not as it must be.
    """
    texts, _ = decode(octets, PackText, file)
    names = (*texts.groups, *(one.name for one in pack.groups[len(texts.groups) :]))
    groups = tuple(
        Group(name or one.name, one.exercises) for name, one in zip(names, pack.groups, strict=False)
    )
    return Pack(pack.id, texts.title or pack.title, pack.languages, groups)


def exercise(octets: bytes, file: str) -> Exercise:
    """One exercise with the texts of the file itself.

    Raises:
        DataFileError: it is not as it must be.
    """
    found, text = decode(octets, ExerciseFile, file)
    _refuse(file, text, exercise_faults(found))
    _refuse(file, text, server_empties(empties(text)))
    return Exercise(
        id=found.id,
        title=found.title,
        goals=tuple(_goal(one) for one in found.goal),
        servers=(found.server, *(one.server for one in found.stage)),
        stages=("", *(one.say for one in found.stage)),
        level=found.level,
        minutes=found.minutes,
        requires=found.requires,
        rfc=found.rfc,
        story=_prose(found.story),
        learn=found.learn,
        learnt=_prose(found.learnt),
        work=_prose(found.work),
        forbidden=tuple(
            Forbidden(one.id, one.say, _prose(one.why), one.scope or Scope.MAIL, _check(one))
            for one in found.forbid
        ),
        mistakes=tuple(Mistake(one.id, one.say, _prose(one.why), _check(one)) for one in found.mistake),
        solution=found.solution,
        also=tuple(Another(one.say, one.lines) for one in found.also),
        wrong=tuple(Wrong(one.say, one.lines, *answer_of(one.answer)) for one in found.wrong),
        hash=hashlib.sha256(octets).hexdigest()[:16],
    )


def texts(octets: bytes, file: str) -> ExerciseText:
    """The texts of an exercise in another language.

    Raises:
        DataFileError: they are not as they must be.
    """
    return decode(octets, ExerciseText, file)[0]


def translated(one: Exercise, text: ExerciseText) -> Exercise:
    """The exercise in the language of ``text``; what is missing there stays as it is."""
    return _changed(
        one,
        title=text.title,
        story=_prose(text.story),
        learn=text.learn,
        learnt=_prose(text.learnt),
        work=_prose(text.work),
        stages=("", *text.stages) if len(text.stages) == len(one.stages) - 1 else (),
        goals=tuple(_goal_in(goal, text.goal.get(goal.id)) for goal in one.goals),
        forbidden=tuple(_said(forbid, text.forbid.get(forbid.id)) for forbid in one.forbidden),
        mistakes=tuple(_said(mistake, text.mistake.get(mistake.id)) for mistake in one.mistakes),
    )


def untranslated(one: Exercise, text: ExerciseText) -> Iterator[str]:
    """The keys that ``text`` lacks, and those that it has and the exercise has not (with ``!`` before)."""
    for key in ("title", "story", "learn", "learnt", "work"):
        if getattr(one, key) and not getattr(text, key):
            yield key
    if len(text.learn) not in {0, len(one.learn)}:
        yield "learn"
    if len(text.stages) != len(one.stages) - 1:
        yield "stages"
    for goal in one.goals:
        yield from _missing_of(goal, text.goal.get(goal.id, GoalText()))
    for kind, known, said in (
        ("forbid", one.forbidden, text.forbid),
        ("mistake", one.mistakes, text.mistake),
    ):
        for entry in known:
            found = said.get(entry.id, SaidText())
            yield from (
                f"{kind}.{entry.id}.{key}"
                for key in ("say", "why")
                if getattr(entry, key) and not getattr(found, key)
            )
    yield from _strangers(one, text)


def _missing_of(goal: Goal, found: GoalText) -> Iterator[str]:
    place = f"goal.{goal.id}"
    yield from (
        f"{place}.{key}" for key in ("name", "say", "why") if getattr(goal, key) and not getattr(found, key)
    )
    if len(found.hints) < 2:
        yield f"{place}.hints"
    if goal.question is not None:
        if not found.ask:
            yield f"{place}.ask"
        for choice in goal.question.choices:
            text = found.choices.get(choice.key)
            if text is None or not text.text or (choice.why and not text.why):
                yield f"{place}.choices.{choice.key}"


def _strangers(one: Exercise, text: ExerciseText) -> Iterator[str]:
    known = {
        "goal": {goal.id for goal in one.goals},
        "forbid": {entry.id for entry in one.forbidden},
        "mistake": {entry.id for entry in one.mistakes},
    }
    for kind, ids in known.items():
        yield from (f"!{kind}.{id}" for id in getattr(text, kind) if id not in ids)


def _refuse(file: str, text: str, faults: Iterator[Fault]) -> None:
    for key, reason in faults:
        raise DataFileError(file, place_of(text, key), key, reason)


# -- values made of what stands in the file


def _prose(text: str) -> str:
    """Line breaks in a file are for its author; an empty line begins a paragraph, which is kept. Between
    Chinese characters, and beside a full-width mark, a line break is nothing, elsewhere a blank."""
    paragraphs = (part.strip() for part in text.split("\n\n"))
    return "\n".join(_joined(part) for part in paragraphs if part)


def _joined(paragraph: str) -> str:
    made = ""
    for line in paragraph.split("\n"):
        piece = line.strip()
        ends = made[-1:], piece[:1]
        close = min(ends) > "\u2e7f" or any(one in _MARKS for one in ends)
        made += piece if not made or close else f" {piece}"
    return made


def _goal(one: GoalFile) -> Goal:
    default = Scope.EXERCISE
    if one.step:
        default = scope_of_step(one.step)
    elif one.message is not None:
        default = Scope.MAIL
    return Goal(
        id=one.id,
        name=one.name,
        say=one.say,
        why=_prose(one.why),
        hints=(_prose(one.hints[0]), _prose(one.hints[1]), one.hints[2]),
        stage=one.stage,
        scope=one.scope or default,
        step=one.step,
        check=_check(one),
        question=_question(one.question),
    )


def _check(one: CheckFile) -> Check:
    return Check(_sign(one), _content(one.message), one.after, one.before, one.times, bool(one.distinct))


def _sign(one: CheckFile) -> Sign | None:
    if not one.event:
        return None
    codes = (one.code,) if isinstance(one.code, int) else one.code
    findings = (one.finding,) if isinstance(one.finding, Finding) else one.finding
    return Sign(
        Happening(one.event),
        verbs_of(one.verb),
        codes,
        words_of(one.address),
        findings,
        one.open,
        one.accepted,
        one.recipients,
    )


def _content(one: ContentFile | None) -> Content | None:
    if one is None:
        return None
    return Content(
        one.header.lower(),
        one.absent.lower(),
        one.form,
        one.names,
        one.recipients,
        one.hidden,
        one.blank_line,
        one.body_lines,
        one.body,
    )


def _question(one: QuestionFile | None) -> Question | None:
    if one is None:
        return None
    choices = tuple(Choice(each.key, each.text, each.right, _prose(each.why)) for each in one.choice)
    return Question(_prose(one.ask), choices, one.accept)


def _goal_in(goal: Goal, text: GoalText | None) -> Goal:
    if text is None:
        return goal
    nudge, rule, *line = (*text.hints, *goal.hints[len(text.hints) :])
    question = goal.question
    if question is not None:
        choices = tuple(_choice_in(one, text) for one in question.choices)
        question = _changed(question, ask=_prose(text.ask), choices=choices)
    return _changed(
        goal,
        name=text.name,
        say=text.say,
        why=_prose(text.why),
        hints=(_prose(nudge), _prose(rule), line[0]),
        question=question,
    )


def _choice_in(one: Choice, text: GoalText) -> Choice:
    found = text.choices.get(one.key)
    return one if found is None else _changed(one, text=found.text, why=_prose(found.why))


def _said(one: T, text: SaidText | None) -> T:
    return one if text is None else _changed(one, say=text.say, why=_prose(text.why))


def _changed(one: T, **texts: Any) -> T:
    """``one`` with the texts that are there."""
    from dataclasses import replace

    made: Any = one
    return replace(made, **{key: text for key, text in texts.items() if text})  # type: ignore[no-any-return]
