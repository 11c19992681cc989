"""One sitting at the wire, the same for both front ends.

The desk joins the session, the practice, the transcript, the history and the safety rails. A front end gives
it what was typed and shows what it tells; it decides nothing about SMTP.

One task, the pump, takes what the session tells in batches. For each batch it advances the practice, writes
the transcript, calls ``on_events`` and then lets held lines go, so every decision is taken on what has been
told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Final, Protocol

from tui.desk.asking import Asked, Feeding, Question, Submitted
from tui.desk.composing import Composed, compose, octets
from tui.desk.farewell import Farewell
from tui.desk.holding import Gate, Held
from tui.desk.keeping import Keeper, Transcript
from tui.desk.rails import Rails, Situation, Standing, Verdict, standing
from tui.desk.result import Record, exit_code
from tui.net.clock import Clock, LoopClock, within
from tui.net.endpoint import Endpoint
from tui.net.session import Blocked, Session, Stamped, Waiting
from tui.net.ways import Route, tcp
from tui.practice.checklist import advance, start
from tui.practice.state import Practice
from tui.practice.suggestion import next_line
from tui.smtp.events import CommandSent, ConnectionClosed, ConnectionFailed, Event, LineSent, Part
from tui.smtp.phases import LEGAL, Phase

__all__ = ["Asked", "Composed", "Desk", "Embedded", "Feeding", "Question", "Stamped", "Submitted"]

#: How long leaving waits for the server's goodbye, in seconds.
GOODBYE: Final = 2.0

_MESSAGE_OPEN: Final = frozenset({Phase.MESSAGE, Phase.CHUNKING})
_TRANSACTION_OPEN: Final = frozenset({Phase.MAIL, Phase.RCPT}) | _MESSAGE_OPEN


class Embedded(Protocol):
    """The sandbox inside this process, as far as a desk needs it."""

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]: ...
    async def start(self) -> object: ...
    async def stop(self) -> None: ...


class Desk:
    """``on_events`` is called on the event loop with each batch, after ``practice`` has advanced."""

    practice: Practice
    endpoint: Endpoint | None
    question: Question | None

    def __init__(
        self,
        on_events: Callable[[tuple[Stamped, ...]], None],
        *,
        sandbox: Callable[[], Embedded] | None = None,
        keeper: Keeper | None = None,
        rails: Rails | None = None,
        timeout: float | None = None,
        on_crash: Callable[[BaseException], None] | None = None,
        clock: Clock | None = None,
        route: Route = tcp,
    ) -> None:
        """Make one with ``tui.desk.opening.desk_for``; by hand in tests.

        Args:
            sandbox: makes the embedded server, at the first ``open_sandbox``. keeper: transcripts and
            history; None keeps nothing. timeout: seconds for every reply; None for RFC 5321 §4.5.3.2.
            on_crash: gets what ``on_events`` raised; the connection is closed then. None: to the loop's
            handler.
        """
        self.practice = start()
        self.endpoint = None
        self.question = None
        #: What F3 is writing: it outlives a refusal and a lost connection; "" once it was accepted.
        self.draft = ""
        #: Lines that were held when the connection went; secrets masked. Never sent.
        self.left_over: tuple[str, ...] = ()
        #: Why nothing is kept any more (full disk, home not writable); None while all is well.
        self.keeping_failed: OSError | None = None
        #: A script was stopped before this line by the rails.
        self.stopped_at: str | None = None
        self._on_events = on_events
        self._make_sandbox = sandbox
        self._sandbox: Embedded | None = None
        self._keeper = keeper
        self._rails = rails or Rails()
        self._timeout = timeout
        self._on_crash = on_crash
        self._clock = clock or LoopClock()
        self._route = route
        self._session: Session | None = None
        self._pump: asyncio.Task[None] | None = None
        self._transcript: Transcript | None = None
        self._held = Held()
        self._gate = Gate()
        self._record = Record()
        self._dot: bytes | None = None  # the line that Asked.DOT is about
        self._sent_draft = False
        self._commands = self._earlier_commands()

    # -- connecting and leaving

    async def open_sandbox(self) -> bool:
        """Start the embedded server on first use and connect to it.

        Raises:
            OSError: it cannot listen, or cannot keep messages (``tui.sandbox.sandbox``).
        """
        if self._make_sandbox is None:
            raise RuntimeError("this desk was made without a sandbox")
        if self._sandbox is None:
            sandbox = self._make_sandbox()
            await sandbox.start()
            self._sandbox = sandbox
        host, port = self._sandbox.addresses[0]
        return await self.open(Endpoint(host, port, sandbox=True))

    async def open(self, target: Endpoint) -> bool:
        """Connect; an open connection is left properly first (ask before: ``must_ask_before_connect``).

        Returns when it is decided: True when connected. What happens meanwhile comes as events.
        """
        await self._leave_session()
        self.endpoint = target = self._recognised(target)
        self.question, self._dot = None, None
        self.left_over, self.stopped_at = (), None
        self._gate = Gate()
        session = Session(target, timeout=self._timeout, clock=self._clock, route=self._route)
        self._session = session
        self._transcript = self._new_transcript(target)
        self._pump = asyncio.ensure_future(self._run(session, self._transcript))
        return await session.open()

    async def leave(self) -> None:
        """QUIT where that is possible, wait at most 2 s, close, finish the transcript, stop the sandbox.

        Inside a message there is no QUIT: closing takes the mail back (ask before:
        ``must_ask_before_leave``)."""
        await self._leave_session()
        if self._sandbox is not None:
            sandbox, self._sandbox = self._sandbox, None
            await sandbox.stop()

    def hang_up(self) -> None:
        """Close without a word: cancels every wait, connecting included; takes back an unfinished message."""
        if self._session is not None:
            self._session.abort()

    @property
    def must_ask_before_connect(self) -> bool:
        """A transaction is open: connecting elsewhere drops it. ``ask(Asked.CONNECT, target)``."""
        return self.connected and self._phase in _TRANSACTION_OPEN

    @property
    def must_ask_before_leave(self) -> bool:
        """A message is being sent: only closing the connection takes it back.
        ``ask(Asked.LEAVE_MESSAGE)``."""
        return self.connected and self._phase in _MESSAGE_OPEN

    # -- lines

    def submit(self, line: str | bytes) -> Submitted:
        """One line as typed, without its end: sent as it is with CRLF, held, or asked about.

        A ``str`` goes out as UTF-8, lone surrogates (``surrogateescape``) as the octets they stand for.

        Raises:
            ValueError: it holds a line feed, so it is more than one line.
        """
        data = octets(line) if isinstance(line, str) else line
        if b"\n" in data:
            raise ValueError("one line at a time")
        if self._session is None or self._session.ended:
            return Submitted.CLOSED
        if self._held or self.question or not self._may_send:
            self._held.put(data, secret=self.feeding is Feeding.SECRET)
            return Submitted.HELD
        return self._offer(data, gated=self._rails.scripted)

    def send_held(self) -> bool:
        """Enter on the empty prompt: send what is held without waiting. False when nothing was held."""
        if not self._held or self.question or not self.connected:
            return False
        while self._held and self.question is None and self.connected:
            self._offer(self._held.take(), gated=False)
        return True

    def send_message(self, text: str) -> Composed | None:
        """Compose: send these lines as message text, dots stuffed, without the final dot.

        ``text`` becomes the draft, which is kept until a message is accepted. None when no message is open,
        or lines that were typed before are still held: nothing was sent."""
        self.draft = text
        if not self.connected or self._phase is not Phase.MESSAGE or self._held or self.question:
            return None
        composed = compose(text)
        self._sent_draft = True
        self._send(composed.wire)
        return composed

    # -- questions

    def ask(self, asked: Asked, target: Endpoint | None = None) -> Question:
        """Put a question of the front end's own (CONNECT, LEAVE_MESSAGE); held lines wait for the answer."""
        self.question = Question(asked, self.practice.envelope, target)
        return self.question

    def answer(self, yes: bool) -> None:
        """Yes sends the dot, or closes the connection to leave. No to the dot closes the connection without
        it, so nothing is sent; any other no changes nothing. To connect after a yes is up to the front
        end."""
        question, self.question = self.question, None
        dot, self._dot = self._dot, None
        if question is None:
            return
        if question.asked is Asked.DOT and dot is not None:
            if not yes:
                self.hang_up()
                return
            self._send(dot + b"\r\n")
        elif question.asked is Asked.LEAVE_MESSAGE and yes:
            self.hang_up()
            return
        self._let_go()

    # -- what is so now

    @property
    def connected(self) -> bool:
        return self._session is not None and self._session.connected

    @property
    def feeding(self) -> Feeding:
        session = self._session
        if self.question is not None:
            return Feeding.QUESTION
        if session is None or session.ended:
            return Feeding.CLOSED
        if not session.connected:
            return Feeding.CONNECTING
        if session.phase is Phase.MESSAGE:
            check = self.practice.message
            return Feeding.BODY if check is not None and check.blank_line else Feeding.HEADER
        # What is typed while AUTH is unanswered is its next response.
        authenticating = any(
            isinstance(one, CommandSent) and one.command.verb == "AUTH" for one in session.awaiting
        )
        return Feeding.SECRET if session.phase is Phase.AUTH or authenticating else Feeding.COMMAND

    @property
    def held(self) -> tuple[str, ...]:
        """As they may be shown: secrets masked. Foreign text nevertheless: a paste is not our own."""
        return self._held.shown

    @property
    def withheld(self) -> int:
        """Lines of this connection that were not sent: text or secrets after a refusal (``holding.Gate``)."""
        return self._gate.withheld

    @property
    def waiting(self) -> Waiting | None:
        return self._session.waiting if self._session else None

    @property
    def blocked(self) -> Blocked | None:
        """The server does not take what we send."""
        return self._session.blocked if self._session else None

    @property
    def elapsed(self) -> float:
        """Seconds since this session began, as ``Stamped.at`` and ``Waiting.since``; 0 before the first."""
        return self._session.elapsed if self._session else 0.0

    @property
    def standing(self) -> Standing:
        return standing(self.practice.opened)

    @property
    def real(self) -> bool:
        """The server is not the sandbox inside this process."""
        return self.endpoint is not None and not self.endpoint.sandbox

    @property
    def suggestion(self) -> str:
        """The whole next line to propose after the cursor; on REAL servers "" (the prompt completes from
        history)."""
        return "" if self.real else self.fill

    @property
    def fill(self) -> str:
        """What F4 writes into the prompt."""
        return next_line(self.practice, sandbox=not self.real)

    @property
    def commands(self) -> tuple[str, ...]:
        """The history: commands of earlier sittings and this one, oldest first; no message text, no AUTH."""
        return tuple(self._commands)

    @property
    def transcript(self) -> Transcript | None:
        """Of the present or last connection; ``save_as`` copies it."""
        return self._transcript

    @property
    def farewell(self) -> Farewell:
        """What there is to say when the program ends."""
        kept = self._transcript is not None and self._transcript.kept and self.keeping_failed is None
        return Farewell(
            accepted=self.practice.accepted,
            unknown_fate=self.practice.unknown_fate is not None,
            endpoint=self.endpoint,
            transcript=self._transcript.text_file if self._transcript is not None and kept else None,
        )

    @property
    def exit_code(self) -> int:
        """Of line mode, as far as the dialogue decides it (DESIGN §6)."""
        return exit_code(self.practice, self._record)

    # -- inside

    @property
    def _phase(self) -> Phase:
        return self._session.phase if self._session else Phase.CLOSED

    @property
    def _may_send(self) -> bool:
        """Nothing is due, and everything that came has been told."""
        session = self._session
        return (
            session is not None
            and session.connected
            and not (session.awaiting or session.unheard or session.queued)
        )

    async def _run(self, session: Session, transcript: Transcript | None) -> None:
        try:
            async for batch in session.events():
                for stamped in batch:
                    self._note(stamped.event)
                self._write_down(transcript, batch)
                self._on_events(batch)
                self._let_go()
        except Exception as error:
            session.abort()
            if self._on_crash is None:
                raise
            self._on_crash(error)
        finally:
            if transcript is not None:
                transcript.close()

    def _note(self, event: Event) -> None:
        accepted = len(self.practice.accepted)
        self.practice = advance(self.practice, event)
        self._record = self._record.seen(event)
        self._gate = self._gate.seen(event)
        if len(self.practice.accepted) > accepted and self._sent_draft:
            self.draft, self._sent_draft = "", False
        if isinstance(event, LineSent) and event.part is Part.COMMAND and not event.secret:
            self._remember(event.data)
        elif isinstance(event, ConnectionClosed) or (isinstance(event, ConnectionFailed) and event.final):
            self.left_over += self._held.clear()
            self.question, self._dot, self._sent_draft = None, None, False

    def _let_go(self) -> None:
        """Held lines whose turn has come."""
        while self._held and self.question is None and self._may_send:
            self._offer(self._held.take(), gated=True)
        if not (self._held or self._rails.scripted):
            self._gate = self._gate.reopened()

    def _offer(self, line: bytes, *, gated: bool) -> Submitted:
        """``gated``: it was written before the last reply was seen."""
        if gated:
            safe, self._gate = self._gate.offered(line)
            if not safe:
                return Submitted.WITHHELD
        session = self._session
        assert session is not None
        situation = Situation(self.standing, session.phase, session.awaiting)
        match self._rails.judge(line, situation):
            case Verdict.STOP:
                self.stopped_at = line.decode("utf-8", "replace")
                self._held.clear()
                return Submitted.STOPPED
            case Verdict.ASK:
                self._dot = line
                self.ask(Asked.DOT)
                return Submitted.ASKED
            case Verdict.GO:
                self._send(line + b"\r\n")
                return Submitted.SENT

    def _send(self, data: bytes) -> None:
        if self._session is not None:
            self._session.send(data)

    async def _leave_session(self) -> None:
        session, pump = self._session, self._pump
        if session is None or pump is None:
            return
        self._held.clear()
        try:
            if self._can_quit(session):
                session.send(b"QUIT\r\n")
            if session.connected and (session.phase is Phase.QUIT or session.awaiting):
                await self._pumped(pump)
        finally:
            session.abort()
        await asyncio.wait({pump})

    def _can_quit(self, session: Session) -> bool:
        return (
            session.connected
            and not (session.awaiting or session.unsent or session.half_closed)
            and "QUIT" in LEGAL[session.phase]
        )

    async def _pumped(self, pump: asyncio.Task[None]) -> None:
        async def ended() -> None:
            await asyncio.wait({pump})

        try:
            await within(self._clock, GOODBYE, ended())
        except TimeoutError:
            return

    def _recognised(self, target: Endpoint) -> Endpoint:
        """The sandbox inside this process is no REAL server, however it is written."""
        known = self._sandbox.addresses if self._sandbox is not None else ()
        return replace(target, sandbox=target.sandbox or (target.host, target.port) in known)

    # -- keeping

    def _new_transcript(self, target: Endpoint) -> Transcript | None:
        if self._keeper is None or self.keeping_failed is not None:
            return None
        try:
            return self._keeper.begin("sandbox" if target.sandbox else target.host)
        except OSError as error:
            self.keeping_failed = error
            return None

    def _write_down(self, transcript: Transcript | None, batch: tuple[Stamped, ...]) -> None:
        if transcript is None:
            return
        try:
            transcript.append(batch)
        except OSError as error:
            self.keeping_failed = error

    def _earlier_commands(self) -> list[str]:
        if self._keeper is None:
            return []
        try:
            return self._keeper.commands()
        except OSError as error:
            self.keeping_failed = error
            return []

    def _remember(self, data: bytes) -> None:
        command = data.decode("utf-8", "replace")
        if not command.strip() or self._commands[-1:] == [command]:
            return
        self._commands.append(command)
        if self._keeper is not None and self.keeping_failed is None:
            try:
                self._keeper.remember(command)
            except OSError as error:
                self.keeping_failed = error
