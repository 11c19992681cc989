"""One sitting at the wire, the same for both front ends.

The desk joins the session, the practice, the transcript, the history and the safety rails. A front end gives
it what was typed and shows what it tells; it decides nothing about SMTP.

One task, the pump, takes what the session tells in batches. For each batch it advances the practice, writes
the transcript, calls ``on_events`` and then lets held lines go, so every decision is taken on what has been
told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tui.desk.asking import Asked, Feeding, Question, Submitted, is_line, passed_on, understood
from tui.desk.bench import Bench
from tui.desk.composing import Composed, octets
from tui.desk.destination import Destination, visit_of
from tui.desk.drafting import Draft, letterhead
from tui.desk.embedding import Embedded, Embedding
from tui.desk.farewell import Farewell
from tui.desk.keeping import Keeper, Notebook, Transcript
from tui.desk.knowing import Used, known
from tui.desk.login import Login
from tui.desk.options import NO_STEPS, Steps
from tui.desk.outbox import CRLF, Outbox
from tui.desk.parting import part
from tui.desk.questions import Questions, in_spite, without_greeting
from tui.desk.rails import BEFORE_PASSWORD, Rails, Standing, standing
from tui.desk.result import Record, matters
from tui.desk.stepping import Past, Stop
from tui.desk.typist import Typist
from tui.desk.ways import following, present
from tui.desk.wire import Wire
from tui.net.access import DIRECT, Access
from tui.net.clock import Clock, LoopClock
from tui.net.endpoint import Endpoint
from tui.net.programs import Prompt
from tui.net.session import Session, Stamped
from tui.net.ways import Route
from tui.practice.account import Account
from tui.practice.checklist import advance, advance_all, lose
from tui.practice.logins import LoginState
from tui.practice.suggestion import next_line
from tui.prompt.completion import Known
from tui.prompt.raw import RawEnd
from tui.smtp.events import (
    ConnectionClosed,
    ConnectionFailed,
    Event,
    LineSent,
    MailExchangersFound,
    Part,
    TlsFailed,
)
from tui.smtp.phases import Phase
from tui.words import language

if TYPE_CHECKING:
    from tui.desk.lesson import Lesson
    from tui.practice.course import Course
    from tui.practice.exercise import Goal
    from tui.practice.scenario import Account as PracticeAccount
    from tui.practice.scenario import Server

__all__ = ["Asked", "Composed", "Desk", "Embedded", "Feeding", "Question", "Stamped", "Submitted"]

_CHUNKS_MAY_COME: Final = frozenset({Phase.RCPT, Phase.CHUNKING})


class Desk(Wire):
    """``on_events`` is called on the event loop with each batch, after ``practice`` has advanced."""

    endpoint: Endpoint | None
    access: Access  # how the present or last server was reached

    def __init__(
        self,
        on_events: Callable[[tuple[Stamped, ...]], None],
        *,
        sandbox: Callable[[Server | None], Embedded] | None = None,
        keeper: Keeper | None = None,
        rails: Rails | None = None,
        timeout: float | None = None,
        on_crash: Callable[[BaseException], None] | None = None,
        clock: Clock | None = None,
        route: Route | None = None,
        login: Login | None = None,
        steps: Steps = NO_STEPS,
        lesson_at: tuple[Endpoint, Access] | None = None,
    ) -> None:
        """Make one with ``tui.desk.opening.desk_for``; by hand in tests.

        Args:
            sandbox: makes the embedded server, at the first ``open_sandbox``: that of free practice (None),
                or that of an exercise.
            keeper: transcripts and history; None keeps nothing.
            steps: what is to be typed on the first connection to a REAL server.
            lesson_at: the server on which exercises are done, instead of their own; only on request.
            timeout: seconds for every reply; None for RFC 5321 §4.5.3.2.
            on_crash: gets what ``on_events`` raised, after the connection was closed. None: to the loop's
                handler of lost exceptions.
        """
        super().__init__()
        self.login = login or Login()
        self.login.guard = self._guard
        self.login.introduce = self._introduce
        self.login.doubt = self._doubt_name
        self.endpoint = None
        self.access = DIRECT
        #: The exchangers of the mail domain (``--mx``) that were found last.
        self.exchangers: MailExchangersFound | None = None
        #: Lines go out as they are, with this end, and wait for nothing; None: by the rules.
        self.raw: RawEnd | None = None
        #: Messages that the sandbox has accepted and lost, as its scenario wants it.
        self.lost = 0
        #: Of each message that the sandbox refused as too large: the octets that it may have.
        self.outgrown: list[int] = []
        self._losing = 0  # of them those whose 250 has not come yet
        #: Lines that were held when the connection went, secrets masked. They were never sent.
        self.left_over: tuple[str, ...] = ()
        self._on_events = on_events
        self._embedding = Embedding(sandbox)
        #: What the sandbox is like, to be changed while a session runs.
        self.bench = Bench(self._embedding)
        self._lesson: Lesson | None = None
        self._lesson_at = lesson_at
        #: The course that the exercises are of, once one was opened.
        self.course: Course | None = None
        self._notebook = Notebook(keeper)
        self._rails = rails or Rails()
        #: Seconds for every reply of the next connection; None for RFC 5321 §4.5.3.2.
        self.timeout = timeout
        self._on_crash = on_crash
        self._clock = clock or LoopClock()
        self._route = route
        self._pump: asyncio.Task[None] | None = None
        self._turned = asyncio.Event()
        self._record = Record()
        #: What the present or last connection came to so far.
        self.account = Account()
        self._draft = Draft()
        self._typist = Typist(
            steps,
            self.login,
            self._draft,
            practice=lambda: self.practice,
            scripted=self._rails.scripted,
            on_turn=self._typed,
            on_crash=self._crashed,
        )
        self._past = Past()
        self._questions = Questions()
        self._used = Used()
        self._doubted: tuple[LoginState | None] | None = None  # an empty answer to this was asked about

    # -- connecting and leaving

    @property
    def sandbox(self) -> Embedded | None:
        """The server inside this process, where it is what the desk is at; None at a REAL server."""
        return None if self.real else self._embedding.running

    async def open_sandbox(self) -> bool:
        """Start the embedded server on first use and connect to it: that of the exercise under way, or the
        one that is there. An exercise that is done elsewhere (``lesson_at``) connects there instead.

        Raises:
            OSError: it cannot listen, or cannot keep messages (``tui.sandbox.sandbox``).
        """
        if self._lesson is not None and self._lesson_at is not None:
            return await self.open(*self._lesson_at)
        wanted = self._lesson.server if self._lesson is not None else self._embedding.free
        target = await self._embedding.start(wanted, self._leave_session)
        return await self.open(target, self._embedding.access)

    async def open(self, target: Endpoint, access: Access | None = None) -> bool:
        """Connect; an open connection is left properly first (ask before: ``must_ask_before_connect``).

        Returns when it is decided: True when connected. What happens meanwhile comes as events.
        """
        await self._leave_session()
        before, again = (self.endpoint, self.access.unix), self._past.lines
        self.access = access or DIRECT
        self.endpoint = target = target if self.access.indirect else self._recognised(target)
        self.left_over, self.raw = (), None
        language.greet_by_lmtp(self.access.lmtp)
        session = Session(
            target,
            timeout=self.timeout,
            access=self.access,
            clock=self._clock,
            route=self._route,
            ask=None if self._rails.scripted else self._put,
            secrets=self._session.secrets if self._session is not None else None,
        )
        self._session = session
        self._introduce(self.login.named)
        self.account = Account()
        self._outbox = Outbox(session, self._rails, lambda: self.practice)
        self._notebook.begin(target, self.access)
        self._typist.begin(session, self._outbox, self.access, sandbox=target.sandbox)
        self._past = Past()
        elsewhere = not (target.sandbox or self._rails.scripted or self._lesson)
        offered = (target, self.access.unix) == before and elsewhere
        self._questions.begin(again if offered else ())
        self._pump = asyncio.ensure_future(self._run(session, self._outbox))
        opened = await session.open()
        if opened:
            place = Destination(target, self.access, self.steps, timeout=self.timeout)
            self._notebook.visited(visit_of(place, self._clock.wall()))
        return opened

    async def leave(self, *, goodbye: bool = True) -> None:
        """QUIT where that is possible, wait at most 2 s, close, finish the transcript, stop the sandbox.

        Inside a message there is no QUIT: closing takes the mail back (``leave_question``). Without
        ``goodbye`` nothing is sent; a QUIT that was typed still gets its 2 s.
        """
        if self._lesson is not None:
            self._lesson.put_down()
        await self._leave_session(goodbye=goodbye)
        self._notebook.close()
        await self._embedding.stop()

    @property
    def accounts(self) -> tuple[PracticeAccount, ...]:
        """Who can log in to the sandbox, while it is the server; they are meant to be seen."""
        return () if self.real else self._embedding.accounts

    @property
    def speaks_as(self) -> str | None:
        """The personality of the sandbox; None at a REAL server."""
        return None if self.real else self._embedding.speaks_as

    @property
    def next_exchanger(self) -> Access | None:
        """How to reach the exchanger after the present one of the mail domain; None: there is none."""
        opened = self.practice.opened
        return following(self.exchangers, opened.host if opened is not None else "", self.access)

    # -- exercises

    @property
    def lesson(self) -> Lesson | None:
        """The exercise under way; None in free practice."""
        return self._lesson

    def take_up(self, lesson: Lesson) -> None:
        """Practise this exercise from now on; ``open_sandbox`` comes next. What is left behind is kept."""
        self.put_down()
        self._lesson = lesson
        self._embedding.begin_anew()

    def put_down(self, *, keep_server: bool = True) -> None:
        """Practise freely from now on, on the exercise's server or on the usual one."""
        if self._lesson is not None:
            self._lesson.put_down()
        self._lesson = None
        self._embedding.practise_freely(keep=keep_server)

    @property
    def lesson_question(self) -> Goal | None:
        """The question of the exercise that is due, unless it was put aside."""
        if self._lesson is None or self._lesson.aside:
            return None
        return self._lesson.question(self.practice)

    # -- lines

    def submit(self, line: str | bytes, *, tail: bytes = CRLF, certain: bool = False) -> Submitted:
        """One line as typed, without its end: sent as it is with CRLF, held, or asked about.

        A ``str`` goes out as UTF-8, lone surrogates (``surrogateescape``) as the octets they stand for.
        ``tail`` goes out behind it instead of CRLF: another end, or, behind a BDAT, that and its chunk.
        ``certain``: it is known to be what the server takes it for, so that no gate is needed.

        Raises:
            ValueError: it holds a line feed, so it is more than one line.
        """
        data = octets(line) if isinstance(line, str) else line
        if b"\n" in data:
            raise ValueError("one line at a time")
        if not data and self._means_nothing:
            return Submitted.IGNORED
        if tail == CRLF:
            tail += self.behind(data)
        self._typist.take_over()
        self._questions.typed_on()
        return self._outbox.submit(data, tail=tail, certain=certain) if self._outbox else Submitted.CLOSED

    @property
    def _means_nothing(self) -> bool:
        """A person who waits presses Enter: while the server has not greeted, and while smtptutor types."""
        if self._rails.scripted or self._session is None or self._session.ended or self.text_ahead:
            return False
        return self._phase is Phase.CONNECTING or (self._typist.going_on and self.feeding is Feeding.COMMAND)

    def behind(self, line: bytes) -> bytes:
        """What goes out behind this line: behind the BDAT that counts the message which is written, and not
        sent yet, its octets. Of a script nothing is added to its lines."""
        chunk = self.chunk_line
        return self._draft.chunk if chunk and line.upper() == chunk.encode() else b""

    @property
    def chunk_line(self) -> str:
        """The BDAT that sends the written message as one chunk; "" where there is none, or no turn for it."""
        if self._rails.scripted or self._phase not in _CHUNKS_MAY_COME or self.draft_sent:
            return ""
        count = len(self._draft.chunk)
        return f"BDAT {count} LAST" if count and self.chunk is None else ""

    def submit_together(self, lines: Iterable[str]) -> Submitted:
        """Lines of a paste, as far as PIPELINING lets them without waiting for each reply."""
        self._typist.take_over()
        self._questions.typed_on()
        together = [octets(line) for line in lines]
        return self._outbox.submit_together(together) if self._outbox else Submitted.CLOSED

    @property
    def pipelining(self) -> bool:
        """Commands may go out together: the server has offered it, and one is due."""
        return self.feeding is Feeding.COMMAND and "PIPELINING" in self.practice.extensions

    def submit_raw(self, octets: bytes) -> Submitted:
        """Octets as they are, at once (``tui.desk.rawing``)."""
        self._typist.take_over()
        self._questions.typed_on()
        return self._outbox.submit_raw(octets) if self._outbox else Submitted.CLOSED

    def send_message(self, text: str) -> Composed | None:
        """Compose: send these lines as message text, dots stuffed, without the final dot.

        ``text`` becomes the draft, which is kept until a message is accepted; a draft that was written and
        not sent yet stays. None when no message is open, or lines that were typed before are still held:
        nothing was sent.
        """
        composed = self._draft.sending(text)
        if self._outbox is None or not self._outbox.send_text(composed.wire):
            return None
        self._draft.went_out(text)
        return composed

    async def settle(self) -> None:
        """Wait until nothing is due and nothing held, or a question is asked, or the connection is gone."""
        while not (self._outbox is None or self._outbox.settled) or self.stepping:
            await self._turned.wait()

    async def told(self) -> None:
        """Wait until all that has happened was told, also what needs no reply."""
        while self.untold and self._session is not None and not self._session.ended:
            await self._turned.wait()

    # -- lines that smtptutor types itself

    @property
    def steps(self) -> Steps:
        """What the program is to type by itself on the first connection to a REAL server."""
        return self._typist.steps

    @steps.setter
    def steps(self, steps: Steps) -> None:
        self._typist.choose(steps)
        self.login.want(steps.login)

    @property
    def stepping(self) -> bool:
        """More is to be typed, unless a question is to be answered first."""
        waits = self._outbox is not None and self._outbox.question is not None
        alive = self._session is not None and not self._session.ended
        return self._typist.going_on and alive and not waits

    @property
    def stopped(self) -> Stop | None:
        """Why nothing more is typed; None before that, and where nothing was to be typed."""
        return self._typist.stopped

    @property
    def stopped_because(self) -> str:
        """That in words, without a full stop; "" where the wire shows it."""
        return self._typist.because

    @property
    def closed_because(self) -> str:
        """Why smtptutor itself closed the connection; "" where it did not."""
        return self._typist.because if self.stopped is Stop.NO_STARTTLS else ""

    def _step(self) -> None:
        if self.question is None:
            self._typist.step()

    def _typed(self) -> None:
        self._turn()
        self._on_events(())

    # -- questions

    @property
    def question(self) -> Question | None:
        return super().question or self._questions.current(
            may_repeat=self._may_repeat, greeted=self.practice.phase is Phase.READY
        )

    def _may_repeat(self) -> bool:
        greeted = self.practice.phase in {Phase.GREETED, Phase.READY} and self.practice.envelope is None
        return greeted and self._outbox is not None and self._outbox.may_send and not self.stepping

    @property
    def unverified(self) -> Access:
        """How to connect again in spite of the certificate that was shown last."""
        return in_spite(self.practice.tls_failed, self.access)

    def ask(self, asked: Asked, target: Endpoint | None = None, access: Access | None = None) -> Question:
        """Put a question of the front end's own (CONNECT, ``leave_question``); held lines wait for the
        answer.

        Raises:
            RuntimeError: there is no connection that could be asked about.
        """
        if self._outbox is None:
            raise RuntimeError("never connected")
        return self._outbox.ask(asked, target, access)

    def answered(self, text: str) -> bool | None:
        """Answer the question in a person's words (``asking.understood``) and do what ``answer`` does.

        None: neither yes nor no. Nothing was done, the question stands and is to be shown again.
        """
        question = self.question
        yes = understood(question.asked, text) if question is not None else None
        itself = passed_on(question, text) if yes and question is not None else None
        if itself is not None and self._outbox is not None:
            self._outbox.reply(itself)
        elif yes is not None:
            self.answer(yes)
        if question is not None and question.asked is Asked.AGAIN and is_line(text):
            self.submit(text)  # whoever goes on typing has answered, and loses nothing
        return yes

    def answer(self, yes: bool) -> None:
        """Yes sends the dot, or closes the connection to leave. No to the dot closes the connection without
        it, so nothing is sent; any other no changes nothing. To connect after a yes is up to the front end.
        """
        question = self.question
        if question is None:
            return
        ours, lines = self._questions.answered(question, yes=yes)
        if lines:
            self._typist.again(without_greeting(lines) if self.practice.phase is Phase.READY else lines)
        elif not ours and self._outbox is not None:
            self._outbox.answer(yes)

    def doubts_empty(self) -> bool:
        """Enter alone where a challenge waits, which would be a failed login: True the first time, so that it
        is asked about. False where the empty line is the answer (RFC 5802, XOAUTH2), and once it was asked
        about."""
        login = self.practice.login
        if self.feeding is not Feeding.SECRET or (login is not None and login.empty_due):
            return False
        doubted, self._doubted = self._doubted, (login,)
        return doubted != self._doubted

    # -- what is so now

    @property
    def real(self) -> bool:
        """The server is not the sandbox inside this process."""
        return self.endpoint is not None and not self.endpoint.sandbox

    @property
    def standing(self) -> Standing:
        """Whose server it is, judged by the connected address."""
        return standing(self.practice.opened)

    @property
    def suggestion(self) -> str:
        """The whole next line to propose after the cursor; on REAL servers and in exercises "" (the prompt
        completes from history)."""
        return "" if self.real or self._lesson is not None else self.fill

    @property
    def fill(self) -> str:
        """What F4 writes into the prompt."""
        if not self.real:
            return next_line(self.practice, sandbox=True, intended=self._typist.intended)
        written = self._draft.following if self._phase is Phase.MESSAGE and not self.held else None
        if written is not None:
            return written
        return next_line(self.practice, sandbox=False, intended=self._typist.intended)

    @property
    def letterhead(self) -> str:
        """How a message to a real server begins, by what was said beforehand; "" otherwise."""
        return letterhead(self._typist.intended) if self.real else ""

    @property
    def known(self) -> Known:
        """What Tab may complete with."""
        return known(
            self.practice,
            self._used,
            self.steps,
            address=self._session.own_address if self._session is not None else "",
            sandbox=not self.real,
            proposes=not self.real and self._lesson is None,
            lmtp=self.access.lmtp,
            draft=self.draft,
            chunk=self.chunk_line,
        )

    @property
    def draft(self) -> str:
        """What F3 is writing, or the text of a message that was not taken; "" once it was accepted."""
        return self._draft.text

    @draft.setter
    def draft(self, text: str) -> None:
        self._draft.text = text

    @property
    def draft_sent(self) -> bool:
        """The draft stands already in the message that is open: do not offer to send it there again."""
        return self._draft.sent

    @property
    def rescued(self) -> int:
        """So many lines of the last message were made the draft, because the server did not take it. 0 from
        the next DATA on."""
        return self._draft.rescued

    @property
    def commands(self) -> tuple[str, ...]:
        """The history: commands of earlier sittings and this one, oldest first; no message text, no AUTH."""
        return tuple(self._notebook.commands)

    @property
    def transcript(self) -> Transcript | None:
        """Of the present or last connection; ``save_as`` copies it."""
        return self._notebook.transcript

    @property
    def keeping_failed(self) -> OSError | None:
        """Why nothing is kept any more (full disk, home not writable); None while all is well."""
        return self._notebook.failed

    @property
    def farewell(self) -> Farewell:
        """What there is to say when the program ends."""
        return Farewell(
            accepted=self.practice.accepted,
            unknown_fate=self.practice.unknown_fate is not None,
            endpoint=self.endpoint,
            transcript=self._notebook.kept,
            server=present(self),
            account=self.account if self.real else None,
        )

    @property
    def record(self) -> Record:
        """What the exit code depends on beside the practice (``tui.desk.result``)."""
        if self.stopped_by in BEFORE_PASSWORD:
            return replace(self._record, auth_refused=True)  # by us
        return self._record

    # -- inside

    async def _put(self, prompt: Prompt) -> str | None:
        """What the program in between wants to know, or what opens our private key."""
        if self._outbox is None:
            return None
        if not prompt.key:
            what = Asked.PASSWORD if prompt.secret else Asked.CONFIRM
            return await self._outbox.put(what, prompt.text, wrong=prompt.wrong)
        asked = self._outbox.put(Asked.KEY, prompt.text, wrong=prompt.wrong)
        self._typed()
        return await asked

    async def _run(self, session: Session, outbox: Outbox) -> None:
        """The pump. When the front end can take no more, such as on a terminal that is gone, what still comes
        is written down: the end of the connection at the least."""
        try:
            async for batch in session.events():
                self._note([stamped.event for stamped in batch], outbox)
                for stamped in batch:
                    self.account.see(stamped.event, stamped.at)
                self._notebook.write(batch)
                self._on_events(batch)
                outbox.let_go()
                self._step()
                self._turn()
        except Exception as error:
            session.abort()
            async for batch in session.events():
                self._notebook.write(batch)
            if self._on_crash is None:
                raise
            self._on_crash(error)
        finally:
            await self._typist.leave()
            self._turn()

    def _crashed(self, error: BaseException) -> None:
        """Something that runs beside the pump failed."""
        self.hang_up()
        if self._on_crash is None:
            raise error
        self._on_crash(error)

    def _turn(self) -> None:
        """Wake whoever waits for the desk to settle."""
        turned, self._turned = self._turned, asyncio.Event()
        turned.set()

    def outgrow(self, limit: int) -> None:
        """The sandbox refuses a message that is larger than ``limit`` octets."""
        self.outgrown.append(limit)

    def lose(self) -> None:
        """The sandbox has let go of a message, and says 250."""
        self.lost += 1
        self._losing += 1

    def _note(self, events: Sequence[Event], outbox: Outbox) -> None:
        before = len(self.practice.accepted)
        self._advance(events)
        if self._losing and (gone := min(self._losing, len(self.practice.accepted) - before)) > 0:
            self.practice = lose(self.practice, gone)
            self._losing -= gone
        for event in filter(matters, events):
            self._draft.seen(event)
            self._record = self._record.seen(event)
            outbox.seen(event)
            if isinstance(event, MailExchangersFound):
                self.exchangers = event
            self.login.seen(event)
            self._past.seen(event)
            self._used.seen(event)
            if isinstance(event, LineSent) and event.part is Part.COMMAND and not event.secret:
                if not self._rails.scripted:  # nobody typed it at a prompt
                    self._notebook.remember(event.data.decode("utf-8", "replace"))
            elif isinstance(event, TlsFailed):
                self._typist.refused()
                self.access = self._questions.refused(event, self.access, scripted=self._rails.scripted)
            elif isinstance(event, ConnectionClosed) or (isinstance(event, ConnectionFailed) and event.final):
                self.left_over = outbox.close()
                self._losing = 0

    def _advance(self, events: Sequence[Event]) -> None:
        if self._lesson is None:
            self.practice = advance_all(self.practice, events)
            return
        for event in events:
            before, self.practice = self.practice, advance(self.practice, event)
            self._lesson.seen(before, self.practice, event)

    async def _leave_session(self, *, goodbye: bool = True) -> None:
        if self._session is not None and self._pump is not None:
            await part(self._session, self._pump, self._clock, goodbye=goodbye)

    def _recognised(self, target: Endpoint) -> Endpoint:
        """The sandbox inside this process is no REAL server, however it is written."""
        return replace(
            target, sandbox=target.sandbox or (target.host, target.port) in self._embedding.addresses
        )
