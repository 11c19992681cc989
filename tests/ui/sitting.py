"""A split screen without a network: the server is a table of answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from textual import events
from textual.pilot import Pilot

from tests.workers import all_done
from tui.desk.asking import Asked, Feeding, Question, Submitted, understood
from tui.desk.composing import compose
from tui.desk.farewell import Farewell
from tui.desk.knowing import Used, known
from tui.desk.lesson import Lesson
from tui.desk.login import Login
from tui.desk.options import NO_STEPS, Options
from tui.desk.outbox import Chunk
from tui.desk.rails import Standing
from tui.desk.secret import Secret
from tui.net.access import DIRECT, Access
from tui.net.endpoint import Endpoint
from tui.net.session import Stamped, Waiting
from tui.practice.account import Account
from tui.practice.checklist import advance, start
from tui.practice.course import Course
from tui.practice.exercise import Goal
from tui.practice.stepping import Stop
from tui.practice.suggestion import next_line
from tui.prompt.completion import Known
from tui.prompt.raw import RawEnd
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import BodyEnded, ConnectionOpened, Event
from tui.smtp.findings import Side
from tui.smtp.phases import Phase
from tui.ui.app import TutorApp
from tui.ui.look import UNICODE, Appearance

GREETING = b"220 sandbox.test ESMTP smtptutor practice server\r\n"
ANSWERS: dict[str, bytes | None] = {
    "HELO": b"250 sandbox.test Hello\r\n",
    "EHLO": b"250-sandbox.test Hello\r\n250 AUTH LOGIN\r\n",
    "MAIL": b"250 2.1.0 Sender accepted\r\n",
    "RCPT": b"250 2.1.5 Recipient accepted\r\n",
    "DATA": b"354 Send the message; end it with a dot alone\r\n",
    ".": b"250 2.6.0 Message 1 accepted\r\n",
    "AUTH": b"334 VXNlcm5hbWU6\r\n",
    "QUIT": b"221 2.0.0 Goodbye\r\n",
    "NOOP": b"250 2.0.0 OK\r\n",
}


class TableDesk:
    """As much of a ``Desk`` as the screen uses. ``answers``: first word of a line -> what the server says; a
    word that is not in it gets no answer."""

    lesson: Lesson | None = None
    lesson_question: Goal | None = None
    course: Course | None = None
    access = DIRECT
    exchangers = None
    accounts = ()
    speaks_as = "plain"
    next_exchanger = None
    steps = NO_STEPS
    timeout: float | None = None

    def __init__(
        self,
        on_events: Callable[[tuple[Stamped, ...]], None],
        answers: Mapping[str, bytes | None],
        real: bool,
    ) -> None:
        self.practice = start()
        self.account = Account()
        self.endpoint = Endpoint("mx.example.net", 25) if real else Endpoint("127.0.0.1", 40251, sandbox=True)
        self.real = real
        self.access = self.unverified = DIRECT
        self.question: Question | None = None
        self.stopped: Stop | None = None
        self.login = Login(secret=Secret((), {}))
        self.login.introduce = lambda user: self._dialogue.introduce(user.encode())
        self.draft = ""
        self.draft_sent = False
        self.letterhead = ""
        self.stopped_because = self.closed_because = ""
        self.rescued = 0
        self.outgrown: list[int] = []
        self.lost = 0
        self.sandbox: Any = None
        self.commands = ("NOOP",)
        self.transcript: Any = None
        self.elapsed = 0.0
        self.waiting: Waiting | None = None
        self.opened = 0
        self.left = False
        self.untold = False
        self.left_over: tuple[str, ...] = ()
        self.withheld = 0
        self.text_ahead = False
        self.keeping_failed: OSError | None = None
        self.sent: list[str] = []
        self._held: list[str] = []
        self._used = Used()
        self._answers = dict(answers)
        self._on_events = on_events
        self._dialogue = Dialogue()
        self._closed = True

    # -- what happens

    def tell(self, *happened: Event) -> None:
        for event in happened:
            self.practice = advance(self.practice, event)
            self.login.seen(event)
            self._used.seen(event)
        self._on_events(
            tuple(Stamped(event, self.elapsed, 1_795_430_460.0 + self.elapsed) for event in happened)
        )

    def server(self, data: bytes) -> None:
        """The server says this."""
        self.waiting = None
        self.tell(*self._dialogue.received(data))

    def server_closes(self) -> None:
        self._closed = True
        self.tell(*self._dialogue.closed(Side.SERVER))

    async def open_sandbox(self) -> bool:
        return await self.open(self.endpoint)

    async def open(self, target: Endpoint, access: Access | None = None) -> bool:
        self.opened += 1
        self.access = access or DIRECT
        self.endpoint, self.real = target, not target.sandbox
        self.practice, self._dialogue, self._closed = start(), Dialogue(), False
        self.tell(ConnectionOpened(target.host, "127.0.0.1", target.port, target.sandbox))
        self.server(GREETING)
        return True

    async def leave(self) -> None:
        self.left = True

    def hang_up(self) -> None:
        self._closed = True
        self.tell(*self._dialogue.closed(Side.CLIENT))

    # -- lines

    def submit(self, line: str) -> Submitted:
        if self._closed:
            return Submitted.CLOSED
        if self.real and line == "." and self._dialogue.phase is Phase.MESSAGE:
            self.ask(Asked.DOT)
            return Submitted.ASKED
        if self._dialogue.awaiting:
            self._held.append(line)
            return Submitted.HELD
        self._send(line)
        return Submitted.SENT

    def _send(self, line: str) -> None:
        self.sent.append(line)
        inside = self._dialogue.phase is Phase.MESSAGE
        self.tell(*self._dialogue.sent(line.encode() + b"\r\n"))
        word = line if inside else line.partition(" ")[0].upper()
        if inside and line != ".":
            return
        answer = self._answers.get(word)
        if answer is not None:
            self.server(answer)
        elif self._dialogue.awaiting:
            self.waiting = Waiting(self._dialogue.awaiting[0], self.elapsed, 300.0)

    @property
    def held(self) -> tuple[str, ...]:
        return tuple(self._held)

    late_answer_likely = False
    doubtful = False

    def doubts_empty(self) -> bool:
        return self.doubtful

    def reclaim(self) -> str | None:
        return None

    @property
    def pipelining(self) -> bool:
        return self.feeding is Feeding.COMMAND and "PIPELINING" in self.practice.extensions

    def submit_together(self, lines: Iterable[str]) -> Submitted:
        """What was said is answered when all of it is there."""
        sent = list(lines)
        self.sent += sent
        self.tell(*self._dialogue.sent("".join(f"{line}\r\n" for line in sent).encode()))
        self.server(b"".join(self._answers[line.partition(" ")[0]] or b"" for line in sent))
        return Submitted.HELD

    # -- chunks

    chunk: Chunk | None = None
    chunk_line = ""

    def behind(self, line: bytes) -> bytes:
        return b""

    # -- raw mode

    raw: RawEnd | None = None
    unended = 0

    @property
    def standing(self) -> Standing:
        return Standing.REMOTE if self.real else Standing.SANDBOX

    def submit_raw(self, octets: bytes) -> Submitted:
        self.sent.append(octets.decode())
        self.unended = 0 if octets.endswith((b"\r", b"\n")) else len(octets)
        self.tell(*self._dialogue.sent(octets))
        return Submitted.SENT

    def holds_secret(self, line: str) -> bool:
        return bool(self._dialogue.secret_in(line.encode()))

    def send_held(self) -> bool:
        held, self._held = self._held, []
        for line in held:
            self._send(line)
        return bool(held)

    def send_message(self, text: str) -> object | None:
        self.draft = text
        if self._dialogue.phase is not Phase.MESSAGE:
            return None
        composed = compose(text)
        self.tell(*self._dialogue.sent(composed.wire))
        self.draft_sent = True
        return composed

    # -- questions

    def ask(self, asked: Asked, target: Endpoint | None = None, access: Access | None = None) -> Question:
        self.question = Question(asked, self.practice.envelope, target, access=access)
        return self.question

    def answer(self, yes: bool) -> None:
        question, self.question = self.question, None
        if question is not None and question.asked is Asked.DOT:
            if yes:
                self._send(".")
            else:
                self.hang_up()

    def answered(self, text: str) -> bool | None:
        yes = understood(self.question.asked, text) if self.question is not None else None
        if yes is not None:
            self.answer(yes)
        return yes

    @property
    def leave_question(self) -> Asked | None:
        if self._closed:
            return None
        if any(isinstance(one, BodyEnded) for one in self._dialogue.awaiting):
            return Asked.LEAVE_UNANSWERED
        return Asked.LEAVE_MESSAGE if self._dialogue.phase is Phase.MESSAGE else None

    @property
    def must_ask_before_connect(self) -> bool:
        return self._dialogue.phase in {Phase.MAIL, Phase.RCPT, Phase.MESSAGE} and not self._closed

    @property
    def connected(self) -> bool:
        return not self._closed

    @property
    def feeding(self) -> Feeding:
        if self.question is not None:
            return Feeding.QUESTION
        if self.chunk is not None:
            return Feeding.CHUNK
        if self._closed:
            return Feeding.CLOSED
        if self._dialogue.phase is Phase.MESSAGE:
            check = self.practice.message
            return Feeding.BODY if check is not None and check.blank_line else Feeding.HEADER
        return Feeding.SECRET if self._dialogue.phase is Phase.AUTH else Feeding.COMMAND

    @property
    def known(self) -> Known:
        return known(self.practice, self._used, NO_STEPS, sandbox=not self.real, proposes=not self.real)

    @property
    def fill(self) -> str:
        return next_line(self.practice, sandbox=not self.real)

    @property
    def suggestion(self) -> str:
        return "" if self.real else self.fill

    @property
    def farewell(self) -> Farewell:
        return Farewell(self.practice.accepted, False, self.endpoint, None)


class Sat:
    """The running screen, and the desk behind it."""

    def __init__(self, app: TutorApp, pilot: Pilot[Any], desk: TableDesk) -> None:
        self.app, self.pilot, self.desk = app, pilot, desk

    async def enter(self, *lines: str) -> None:
        for line in lines:
            await self.type(line)
            await self.press("enter")

    async def type(self, text: str) -> None:
        if text:
            self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.shown()

    async def shown(self) -> None:
        """What is new is painted."""
        await all_done(self.app)
        await self.pilot.pause(0.02)
        while self.app.session._pace._due is not None:
            await self.pilot.pause(0.01)
        await self.pilot.pause(0.02)

    @property
    def rows(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.app.screen._compositor.render_strips()]

    @property
    def text(self) -> str:
        return "\n".join(self.rows)

    def row_of(self, part: str) -> str:
        """The first row that holds this; the whole screen in the error when none does."""
        found = [row for row in self.rows if part in row]
        assert found, f"{part!r} is not on the screen:\n{self.text}"
        return found[0]


@asynccontextmanager
async def sitting(
    *,
    size: tuple[int, int] = (80, 24),
    answers: Mapping[str, bytes | None] | None = None,
    real: bool = False,
    theme: str = "night",
    times: bool = False,
) -> AsyncIterator[Sat]:
    """``answers`` are added to ``ANSWERS``."""
    desks: list[TableDesk] = []

    def make(options: Options, on_events: Callable[..., None], **settings: Any) -> Any:
        desks.append(TableDesk(on_events, {**ANSWERS, **(answers or {})}, real))
        return desks[0]

    target = Endpoint("mx.example.net", 25) if real else None
    app = TutorApp(Options(target=target, times=times), Appearance(theme, UNICODE), make_desk=make)
    async with app.run_test(size=size) as pilot:
        sat: Sat | None = None
        while sat is None or not desks or not desks[0].practice.reply:
            await pilot.pause(0.01)
            sat = Sat(app, pilot, desks[0]) if desks else None
        await sat.shown()
        yield sat
