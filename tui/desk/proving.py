"""The proof of a pack: every exercise is done on the real sandbox, as its author says that it can be done."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.desk.asking import Submitted
from tui.desk.desk import Desk, Embedded, Stamped
from tui.desk.lesson import Lesson
from tui.lessons import shelf
from tui.lessons.shelf import PackError, Shelf
from tui.practice import loader
from tui.practice.attempt import Attempt, Told
from tui.practice.exercise import CONNECT, Exercise, Wrong
from tui.practice.leading import filled
from tui.practice.strict import DataFileError, place_of
from tui.smtp.events import BodyLineSent, Found, LineEnd, ReplyReceived
from tui.smtp.findings import Side
from tui.values import value
from tui.words import data_files
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.prose import enumerated

if TYPE_CHECKING:
    from tui.practice.scenario import Server

_STORY_WORDS: Final = 60
#: Seconds for one run; a server that never answers is a fault of the exercise.
_PATIENCE: Final = 20.0
_ENDS: Final = {LineEnd.CRLF: b"\r\n", LineEnd.LF: b"\n"}


@value
class Fault:
    """What is wrong, in the language in use, and where: ``line`` from 1, 0 for the file as a whole."""

    file: str
    line: int
    key: str
    reason: str


@value
class Done:
    """One run. ``told`` and ``found`` are all that was said about its lines; ``taken`` the messages as they
    went over the wire, ``stored`` as the server keeps them."""

    attempt: Attempt
    told: tuple[Told, ...] = ()
    found: frozenset[str] = frozenset()
    taken: tuple[bytes, ...] = ()
    stored: tuple[bytes, ...] = ()
    unsent: int = 0
    replies: tuple[str, ...] = ()

    @property
    def unmet(self) -> tuple[str, ...]:
        """Ids of the goals that are open, and of what was broken."""
        attempt = self.attempt
        open_goals = [one.id for one in attempt.exercise.goals if one.id not in attempt.done]
        return (*open_goals, *sorted(attempt.broken))


class UnservedError(Exception):
    """This machine cannot serve the exercise, so nothing can be said about it; ``__cause__`` tells why."""


async def do(exercise: Exercise, lines: Sequence[str], *, wait: float = _PATIENCE) -> Done:
    """Type these lines to the exercise's own server.

    Raises:
        UnservedError: the server could not be started.
        TimeoutError: it did not answer.
    """
    with tempfile.TemporaryDirectory(prefix="smtptutor-proof-") as folder:
        run = Run(exercise, Path(folder))
        async with asyncio.timeout(wait):
            return await run.typed(lines)


class Run:
    """Somebody who does an exercise on its own server, without a screen."""

    def __init__(self, exercise: Exercise, folder: Path) -> None:
        self._mail = folder / "mail"
        self._certificates = folder / "tls"
        self.lesson = Lesson(exercise, now=time.time())
        self._told: list[Told] = []
        self._found: set[str] = set()
        self._letter = b""
        self._taken: list[bytes] = []
        self._replies: list[str] = []
        self.desk = Desk(self._on_events, sandbox=self._sandbox)
        self.desk.take_up(self.lesson)

    def _sandbox(self, server: Server | None) -> Embedded:
        from tui.sandbox.sandbox import Sandbox

        assert server is not None
        return Sandbox(
            self._mail,
            personality=server.personality,
            scenario=server,
            certificates=self._certificates,
            fsync=False,
        )

    async def typed(self, lines: Sequence[str]) -> Done:
        unsent = 0
        try:
            await self.connect()
            for line in lines:
                unsent += not await self.line(filled(self.lesson.attempt, line))
        finally:
            self.desk.hang_up()
            await self.desk.leave(goodbye=False)
        return Done(
            attempt=self.lesson.attempt,
            told=tuple(self._told),
            found=frozenset(self._found),
            taken=tuple(self._taken),
            stored=self._stored(),
            unsent=unsent,
            replies=tuple(self._replies),
        )

    async def connect(self) -> None:
        try:
            await self.desk.open_sandbox()
        except (OSError, KeyError) as error:
            raise UnservedError from error
        await self.desk.settle()

    async def line(self, line: str) -> bool:
        """False when it could not go out."""
        lesson, desk = self.lesson, self.desk
        if lesson.go_on() or line == CONNECT:
            await self.connect()
            if line == CONNECT:
                return True
        if desk.lesson_question is not None:
            lesson.answer(desk.practice, line)
            self._remember()
            return True
        sent = desk.submit(line)
        await desk.told()
        await desk.settle()
        return sent is not Submitted.CLOSED

    def _on_events(self, batch: tuple[Stamped, ...]) -> None:
        for stamped in batch:
            event = stamped.event
            if isinstance(event, Found) and event.side is Side.CLIENT:
                self._found.add(event.finding.value)
            elif isinstance(event, BodyLineSent):
                self._letter = b"" if event.ordinal == 1 else self._letter
                self._letter += event.data + _ENDS.get(event.end, b"")
            elif isinstance(event, ReplyReceived):
                self._replies.append(f"{event.reply.code}")
        taken = len(self.desk.practice.accepted)
        if taken > len(self._taken):
            self._taken.append(self._letter)
            self._letter = b""
        self._remember()

    def _remember(self) -> None:
        told = self.lesson.attempt.told
        if told is not None and told not in self._told:
            self._told.append(told)

    def _stored(self) -> tuple[bytes, ...]:
        from tui.sandbox.inbox import Inbox

        inbox = Inbox(self._mail)
        return tuple(inbox.raw(entry.number) for entry in reversed(inbox.entries()))


# -- the proof


async def prove(folder: Path) -> tuple[int, list[Fault]]:
    """How many exercises the pack in ``folder`` has, and every fault that was found.

    Raises:
        UnservedError: this machine cannot serve one of them.
    """
    from tui.sandbox.personality import shipped

    faults: list[Fault] = []
    try:
        first = shelf.open_pack(folder, "")
    except DataFileError as error:
        return 0, [_of_file(error, "pack.toml")]
    faults += _of_languages(first)
    for id in first.ids:
        try:
            exercise = first.exercise(id, first.pack.languages[0])
            text = first.file(id).read_text(encoding="utf-8")
        except DataFileError as error:
            faults.append(_of_file(error, f"{id}.toml"))
            continue
        name = first.file(id).name
        faults += _of_texts(first, exercise, name, text)
        unknown = [at for at, one in enumerate(exercise.servers) if one.personality not in shipped()]
        for at in unknown:
            key = f"stage[{at - 1}].server.personality" if at else "server.personality"
            reason = _("it is none of {names}").format(names=enumerated(shipped()))
            faults.append(Fault(name, place_of(text, key), key, reason))
        if unknown:
            continue
        async for key, reason in _of_runs(exercise):
            faults.append(Fault(name, place_of(text, key), key, reason))
    return len(first.ids), faults


def _of_file(error: DataFileError, name: str) -> Fault:
    if isinstance(error, PackError):
        return Fault(name, 0, "", data_files.told(error))
    return Fault(error.file, error.line, error.key, data_files.reason(error.reason))


def _of_languages(first: Shelf) -> Iterator[Fault]:
    """Of the pack's own texts, and of files that no list names."""
    for lang in first.pack.languages[1:]:
        name = f"pack.{lang}.toml"
        try:
            other = shelf.open_pack(first.folder, lang)
        except DataFileError as error:
            yield _of_file(error, name)
            continue
        if not (first.folder / name).exists() or other.pack.title == "":
            yield Fault(name, 0, "title", _("the pack has no texts in this language"))
    known = {first.file(id).name for id in first.ids if _is_there(first, id)}
    known |= {f"{Path(one).stem}.{lang}.toml" for one in known for lang in first.pack.languages[1:]}
    known |= {"pack.toml", *(f"pack.{lang}.toml" for lang in first.pack.languages[1:])}
    for file in sorted(first.folder.glob("*.toml")):
        if file.name not in known:
            sentence = _("no group of pack.toml names this exercise, or no language this file")
            yield Fault(file.name, 0, "", sentence)


def _is_there(first: Shelf, id: str) -> bool:
    try:
        first.file(id)
    except PackError:
        return False
    return True


def _of_texts(first: Shelf, one: Exercise, name: str, text: str) -> Iterator[Fault]:
    """Complete in each language, short enough, hints present."""

    def fault(key: str, reason: str) -> Fault:
        return Fault(name, place_of(text, key), key, reason)

    words = len(one.story.split())
    if words > _STORY_WORDS:
        yield fault("story", _("{n} words; at most {most} are read").format(n=words, most=_STORY_WORDS))
    for key in ("title", "story", "learnt"):
        if not getattr(one, key).strip():
            yield fault(key, _("it says nothing"))
    for at, goal in enumerate(one.goals):
        if not (goal.hints[0].strip() and goal.hints[1].strip()):
            yield fault(f"goal[{at}].hints", _("nudge and rule say nothing"))
        if not goal.name.strip():
            yield fault(f"goal[{at}].name", _("it says nothing"))
    for required in one.requires:
        if required not in first.ids:
            yield fault("requires", _("{name} is no exercise of this pack").format(name=required))
    for lang in first.pack.languages[1:]:
        yield from _of_translation(first, one, lang)


def _of_translation(first: Shelf, one: Exercise, lang: str) -> Iterator[Fault]:
    file = first.texts_file(one.id, lang)
    try:
        octets = file.read_bytes()
        found = loader.texts(octets, file.name)
    except FileNotFoundError:
        yield Fault(file.name, 0, "", _("the texts in this language are missing"))
        return
    except DataFileError as error:
        yield _of_file(error, file.name)
        return
    text = octets.decode("utf-8")
    for key in loader.untranslated(one, found):
        if key.startswith("!"):
            yield Fault(file.name, place_of(text, key[1:]), key[1:], _("the exercise has none of this id"))
        else:
            yield Fault(file.name, place_of(text, key), key, _("this text is missing"))


async def _of_runs(exercise: Exercise) -> AsyncIterator[tuple[str, str]]:
    """The solution and its kin pass, nothing else does, and every mistake gets its answer."""
    if (await do(exercise, ())).attempt.solved:
        yield "goal", _("an empty session passes")
    solved = await _tried(exercise, exercise.solution)
    if isinstance(solved, str):
        yield "solution", solved
    elif solved.taken != solved.stored:
        yield "solution", _("what the server stored is not what was judged")
    for at, also in enumerate(exercise.also):
        done = await _tried(exercise, also.lines)
        if isinstance(done, str):
            yield f"also[{at}].lines", done
    for at, wrong in enumerate(exercise.wrong):
        done = await do(exercise, wrong.lines)
        if done.attempt.solved:
            yield f"wrong[{at}].lines", _("it passes")
        elif not _answered(wrong, done):
            said = (*(_named(one) for one in done.told), *sorted(done.found))
            sentence = _("not said; said was {said}") if said else _("not said; said was nothing")
            yield f"wrong[{at}].answer", sentence.format(said=enumerated(said))


async def _tried(exercise: Exercise, lines: Sequence[str]) -> Done | str:
    """The run, or why it does not pass."""
    try:
        done = await do(exercise, lines)
    except TimeoutError:
        return _("the server did not answer")
    if done.unsent:
        return ngettext(
            "{n} line was left when the connection was gone",
            "{n} lines were left when the connection was gone",
            done.unsent,
        ).format(n=done.unsent)
    if not done.attempt.solved:
        return _("it does not pass; unmet: {unmet}; replies: {replies}").format(
            unmet=enumerated(done.unmet), replies=" ".join(done.replies)
        )
    return done


def _answered(wrong: Wrong, done: Done) -> bool:
    if wrong.kind == "finding":
        return wrong.id in done.found
    return any(
        (one.kind, one.id) == (wrong.kind, wrong.id) and wrong.key in {"", one.key} for one in done.told
    )


def _named(told: Told) -> str:
    return ":".join(part for part in (told.kind, told.id, told.key) if part)
