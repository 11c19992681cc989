"""What stands in the files of a pack, key by key; unknown keys are refused. ``tui.practice.loader`` makes
exercises of it."""

from __future__ import annotations

from typing import Annotated

import msgspec

from tui.practice.exercise import Form, Level, Names, Scope
from tui.practice.scenario import Server
from tui.smtp.findings import Finding

Words = str | tuple[str, ...]
Codes = int | tuple[int, ...]
Count = Annotated[int, msgspec.Meta(gt=0, le=1000)]
Small = Annotated[int, msgspec.Meta(ge=0, le=1000)]
Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    pass


class ContentFile(_Strict, frozen=True, kw_only=True):
    header: str = ""
    absent: str = ""
    form: Form | None = msgspec.field(name="is", default=None)
    names: Names | None = None
    recipients: Small | None = None
    hidden: tuple[str, ...] = ()
    blank_line: bool = False
    body_lines: Small = 0
    body: tuple[str, ...] = ()


class ChoiceFile(_Strict, frozen=True, kw_only=True):
    key: str
    text: str
    right: bool = False
    why: str = ""


class QuestionFile(_Strict, frozen=True, kw_only=True):
    ask: str
    accept: tuple[str, ...] = ()
    choice: tuple[ChoiceFile, ...] = ()


class CheckFile(_Strict, frozen=True, kw_only=True):
    """The keys that say when something holds, the same for goals, forbids and mistakes."""

    id: Id
    say: str = ""
    why: str = ""
    scope: Scope | None = None
    after: tuple[Id, ...] = ()
    before: tuple[Id, ...] = ()
    event: str = ""
    verb: Words = ()
    code: Codes = ()
    address: Words = ()
    open: bool | None = None
    finding: Finding | tuple[Finding, ...] = ()
    times: Count = 1
    distinct: str = ""
    accepted: Small = 0
    recipients: Small = 0
    message: ContentFile | None = None


class GoalFile(CheckFile, frozen=True, kw_only=True):
    name: str
    hints: tuple[str, str, str]
    stage: Count = 1
    step: str = ""
    question: QuestionFile | None = None


class StageFile(_Strict, frozen=True, kw_only=True):
    say: str
    server: Server = Server()


class AnotherFile(_Strict, frozen=True, kw_only=True):
    say: str
    lines: tuple[str, ...]


class WrongFile(_Strict, frozen=True, kw_only=True):
    say: str
    lines: tuple[str, ...]
    answer: str


class ExerciseFile(_Strict, frozen=True, kw_only=True):
    format_version: int
    id: Id
    title: str
    level: Level
    minutes: Annotated[int, msgspec.Meta(gt=0, le=600)]
    requires: tuple[Id, ...] = ()
    rfc: tuple[str, ...] = ()
    story: str
    learn: tuple[str, ...] = ()
    learnt: str = ""
    work: str = ""
    server: Server = Server()
    stage: tuple[StageFile, ...] = ()
    goal: tuple[GoalFile, ...]
    forbid: tuple[CheckFile, ...] = ()
    mistake: tuple[CheckFile, ...] = ()
    solution: tuple[str, ...]
    also: tuple[AnotherFile, ...] = ()
    wrong: tuple[WrongFile, ...] = ()


# -- the same texts in another language


class ChoiceText(_Strict, frozen=True, kw_only=True):
    text: str
    why: str = ""


class GoalText(_Strict, frozen=True, kw_only=True):
    name: str = ""
    say: str = ""
    why: str = ""
    hints: tuple[str, ...] = ()
    ask: str = ""
    choices: dict[str, ChoiceText] = {}


class SaidText(_Strict, frozen=True, kw_only=True):
    say: str = ""
    why: str = ""


class ExerciseText(_Strict, frozen=True, kw_only=True):
    title: str = ""
    story: str = ""
    learn: tuple[str, ...] = ()
    learnt: str = ""
    work: str = ""
    stages: tuple[str, ...] = ()
    goal: dict[str, GoalText] = {}
    forbid: dict[str, SaidText] = {}
    mistake: dict[str, SaidText] = {}


class GroupFile(_Strict, frozen=True, kw_only=True):
    name: str
    exercises: tuple[Id, ...]


class PackFile(_Strict, frozen=True, kw_only=True):
    format_version: int
    id: Id
    title: str
    languages: tuple[str, ...]
    group: tuple[GroupFile, ...]


class PackText(_Strict, frozen=True, kw_only=True):
    title: str = ""
    groups: tuple[str, ...] = ()
