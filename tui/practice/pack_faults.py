"""What is wrong with the files of a pack that types alone do not catch, each with its key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from tui.practice import scenario
from tui.practice.exercise import Happening
from tui.practice.flaws import Flaw, Reason, because
from tui.practice.goals import PLAIN
from tui.practice.pack_files import CheckFile, ContentFile, ExerciseFile, GoalFile, PackFile
from tui.smtp.commands import VERBS
from tui.smtp.findings import Finding

FORMAT: Final = 1
LANGUAGES: Final = frozenset({"en", "zh_CN"})
_STEPS: Final = tuple(one.id for one in PLAIN)
_EVENTS: Final = tuple(one.value for one in Happening)
_VERBS: Final = VERBS | {"connect", "."}
_ANSWERS: Final = ("goal", "late", "twice", "forbid", "mistake", "finding", "choice")

Fault = tuple[str, Reason]
"""A key and what is wrong with it."""


def words_of(given: str | tuple[str, ...]) -> tuple[str, ...]:
    """One word, or several."""
    return (given,) if isinstance(given, str) else given


def verbs_of(given: str | tuple[str, ...]) -> tuple[str, ...]:
    """As the core writes them."""
    return tuple(one if one == "connect" else one.upper() for one in words_of(given))


def answer_of(given: str) -> tuple[str, str, str]:
    """``choice:where:b`` taken apart: kind, id, key."""
    kind, _, rest = given.partition(":")
    id, _, key = rest.partition(":")
    return kind, id, key


def _version(found: int) -> Iterator[Fault]:
    if found != FORMAT:
        yield "format_version", because(Flaw.VERSION, found=found, known=FORMAT)


def pack_faults(found: PackFile) -> Iterator[Fault]:
    """What is wrong with ``pack.toml``."""
    yield from _version(found.format_version)
    if not found.languages or set(found.languages) - LANGUAGES:
        yield "languages", because(Flaw.LANGUAGES, names=tuple(sorted(LANGUAGES)))
    seen: set[str] = set()
    for at, group in enumerate(found.group):
        for id in group.exercises:
            if id in seen:
                yield f"group[{at}].exercises", because(Flaw.NAMED_TWICE, name=id)
            seen.add(id)
    if not seen:
        yield "group", because(Flaw.NO_EXERCISE)


def exercise_faults(found: ExerciseFile) -> Iterator[Fault]:
    """What is wrong with an exercise file."""
    yield from _version(found.format_version)
    if not found.goal:
        yield "goal", because(Flaw.NO_GOAL)
    yield from ((f"server.{key}", reason) for key, reason in scenario.faults(found.server))
    for at, stage in enumerate(found.stage):
        yield from ((f"stage[{at}].server.{key}", reason) for key, reason in scenario.faults(stage.server))
    yield from _ids(found)
    goals = {one.id for one in found.goal}
    for name, entries in (("goal", found.goal), ("forbid", found.forbid), ("mistake", found.mistake)):
        for at, one in enumerate(entries):
            yield from _check_faults(f"{name}[{at}]", one, goals)
    for at, goal in enumerate(found.goal):
        yield from _goal_faults(f"goal[{at}]", goal, len(found.stage) + 1)
    stages = {one.stage for one in found.goal}
    for number in range(1, len(found.stage) + 2):
        if found.goal and number not in stages:
            yield "stage" if number > 1 else "goal", because(Flaw.STAGE_WITHOUT_GOAL, number=number)
    yield from _answer_faults(found)


def server_empties(keys: Iterable[str]) -> Iterator[Fault]:
    """What is wrong with keys of an exercise file that are set to nothing and are those of a server."""
    for key in keys:
        place, server, rest = key.partition("server.")
        if server and (not place or place.startswith("stage[")):
            yield from ((f"{place}{server}{one}", reason) for one, reason in scenario.empty_faults([rest]))


def _ids(found: ExerciseFile) -> Iterator[Fault]:
    for name, entries in (("goal", found.goal), ("forbid", found.forbid), ("mistake", found.mistake)):
        seen: set[str] = set()
        for at, one in enumerate(entries):
            if one.id in seen:
                yield f"{name}[{at}].id", because(Flaw.ID_TWICE, name=one.id)
            seen.add(one.id)


def _check_faults(place: str, one: CheckFile, goals: set[str]) -> Iterator[Fault]:
    for key, ids in (("after", one.after), ("before", one.before)):
        for id in ids:
            if id not in goals or id == one.id:
                yield f"{place}.{key}", because(Flaw.NO_OTHER_GOAL, name=id)
    if one.event and one.event not in _EVENTS:
        yield f"{place}.event", because(Flaw.NONE_OF, value=one.event, names=_EVENTS)
    for verb in verbs_of(one.verb):
        if verb not in _VERBS:
            yield f"{place}.verb", because(Flaw.VERB, value=verb)
    for code in (one.code,) if isinstance(one.code, int) else one.code:
        if not (2 <= code <= 5 or 20 <= code <= 59 or 200 <= code <= 599):
            yield f"{place}.code", because(Flaw.CODE, number=code)
    if one.distinct not in {"", "address"}:
        yield f"{place}.distinct", because(Flaw.DISTINCT)
    yield from _fits(place, one)
    if one.message is not None:
        yield from _content_faults(f"{place}.message", one.message)


#: The keys that mean something with each event.
_KEYS: Final = {
    "": frozenset(),
    "reply": frozenset({"verb", "code", "address", "open", "recipients", "accepted"}),
    "command": frozenset({"verb", "address", "open", "recipients", "accepted"}),
    "finding": frozenset({"finding", "open", "recipients", "accepted"}),
    "accepted": frozenset({"accepted", "recipients", "address"}),
}
_NEEDS: Final = {"command": "verb", "finding": "finding"}


def _fits(place: str, one: CheckFile) -> Iterator[Fault]:
    given = {
        key
        for key in ("verb", "code", "address", "finding", "open", "recipients", "accepted")
        if getattr(one, key) not in ((), "", None, 0)
    }
    known = _KEYS.get(one.event, given)
    for key in sorted(given - known):
        yield f"{place}.{key}", because(Flaw.MEANINGLESS, value=one.event)
    if (needed := _NEEDS.get(one.event)) and needed not in given:
        yield f"{place}.{needed}", because(Flaw.EVENT_NEEDS, value=one.event)
    if one.event == "reply" and not given & {"verb", "code"}:
        yield f"{place}.verb", because(Flaw.REPLY_TO_WHAT)
    kinds = [bool(one.event), one.message is not None, bool(getattr(one, "step", ""))]
    kinds.append(getattr(one, "question", None) is not None)
    both = one.event in {"accepted", "finding"} and one.message is not None
    if sum(kinds) != 1 and not (both and sum(kinds) == 2):
        yield place, because(Flaw.ONE_CHECK)


def _content_faults(place: str, one: ContentFile) -> Iterator[Fault]:
    for key in ("form", "names", "recipients"):
        if getattr(one, key) is not None and not one.header:
            yield f"{place}.{'is' if key == 'form' else key}", because(Flaw.WHICH_HEADER)
    if not any((one.header, one.absent, one.hidden, one.blank_line, one.body_lines, one.body)):
        yield place, because(Flaw.NOTHING_ASKED)


def _goal_faults(place: str, one: GoalFile, stages: int) -> Iterator[Fault]:
    if one.step and one.step not in _STEPS:
        yield f"{place}.step", because(Flaw.NONE_OF, value=one.step, names=_STEPS)
    if one.stage > stages:
        yield f"{place}.stage", because(Flaw.LAST_STAGE, number=stages)
    question = one.question
    if question is None:
        return
    keys = [each.key.casefold() for each in question.choice]
    if len(set(keys)) < len(keys):
        yield f"{place}.question.choice", because(Flaw.KEY_TWICE)
    if not question.accept and not any(each.right for each in question.choice):
        yield f"{place}.question", because(Flaw.NO_RIGHT_ANSWER)


def _answer_faults(found: ExerciseFile) -> Iterator[Fault]:
    known = {
        "goal": {one.id for one in found.goal},
        "forbid": {one.id for one in found.forbid},
        "mistake": {one.id for one in found.mistake},
        "finding": {one.value for one in Finding},
    }
    known["choice"] = known["late"] = known["twice"] = known["goal"]
    for at, one in enumerate(found.wrong):
        kind, id, _ = answer_of(one.answer)
        if kind not in _ANSWERS or id not in known[kind]:
            yield f"wrong[{at}].answer", because(Flaw.NO_ANSWER, value=one.answer)
