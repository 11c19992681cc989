"""Line mode types recorded dialogues again: each line when the replies to those before it are there.

What is sent is decided in ``practice.retyping``, whether it may leave by the desk's rails. A person at the
terminal is asked what the rails ask, and for the secrets of logins, which no recording has.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from tui.desk import answering, ways
from tui.desk.asking import Submitted
from tui.desk.login import Ask, Fault, NoSecret, Outcome
from tui.desk.options import ReplayOptions
from tui.desk.result import Record
from tui.net.access import Access, Security
from tui.net.endpoint import Endpoint
from tui.net.session import Stamped
from tui.plain import summary, tty
from tui.plain.inquiring import Inquiry
from tui.plain.output import Output
from tui.plain.questions import Questions
from tui.plain.sitting import Sitting, rails_sentence
from tui.practice.comparing import Exchange, exchanges
from tui.practice.retyping import ENDING, Hindrance, Kind, Plan, group, hindrance
from tui.practice.stepping import Stop
from tui.smtp.display import visible
from tui.smtp.events import (
    AuthResponseSent,
    BodyEnded,
    CommandSent,
    ConnectionOpened,
    Event,
    ExtensionsAdvertised,
    LineSent,
    ReplyReceived,
    TlsEstablished,
    TypedByProgram,
)
from tui.smtp.phases import Phase
from tui.words import comparison
from tui.words.language import gettext as _
from tui.words.prose import wrap

#: What a comparison needs to know of a run; floods of the others pass by.
_KEPT: Final = (
    AuthResponseSent,
    BodyEnded,
    CommandSent,
    ConnectionOpened,
    ExtensionsAdvertised,
    LineSent,
    ReplyReceived,
    TlsEstablished,
)
_ENTRIES: Final = (AuthResponseSent, BodyEnded, CommandSent)


class Halt(Enum):
    """Why a run was not typed to its end, beside the hindrances that end it."""

    UNREACHED = "unreached"
    RAILS = "rails"  # nobody is there to say yes
    DECLINED = "declined"  # somebody said no
    NO_LOGIN = "no-login"  # user or secret is missing, or cannot be made into an answer


@dataclass
class Run:
    """One connection that was typed from a plan."""

    plan: Plan
    server: str  # visible
    events: list[tuple[Event, float | None]] = field(default_factory=list)
    places: dict[int, int] = field(default_factory=dict)  # entry of this dialogue -> item of the plan
    added: set[int] = field(default_factory=set)  # entries that are not the plan's, as EHLO before STARTTLS
    held_back: Counter[Hindrance] = field(default_factory=Counter)
    halted: Halt | Hindrance | None = None
    sentence: str = ""  # about ``halted``
    left: int = 0  # lines behind the place where it was halted, but for a QUIT that was said nevertheless
    record: Record = field(default_factory=Record)
    unsecured: bool = False  # STARTTLS was required, and there was none

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """Of the lines of the plan."""
        return tuple(one for one in exchanges(self.events) if one.entry not in self.added)

    @property
    def ends_with_quit(self) -> bool:
        return bool(self.plan.items) and self.plan.items[-1].verb == "QUIT"

    @property
    def stopped_by_us(self) -> bool:
        """Not everything went out that did in the old run: where the connection still stands, it is left as
        one should."""
        return self.halted is not None or bool(self.held_back)

    def halt(self, why: Halt | Hindrance, sentence: str, at: int) -> None:
        self.halted, self.sentence = why, sentence
        self.left = len(self.plan.items) - at


@dataclass(frozen=True)
class Server:
    """Where lines are typed; ``target`` None is the sandbox."""

    target: Endpoint | None
    access: Access

    @property
    def name(self) -> str:
        return _("sandbox") if self.target is None else ways.server(self.target, self.access)


class Retyping(Sitting):
    """Types each plan on each server, one after the other; ``runs`` has a tuple for each plan."""

    guided = False
    adds_quit = False

    def __init__(self, options: ReplayOptions, plans: Sequence[Plan]) -> None:
        self.scripted = not (sys.stdin.isatty() and sys.stderr.isatty())
        super().__init__(options)
        self.printer.leaving = True  # nobody types here: what may come next is of no use
        self.runs: list[list[Run]] = []
        self._plans = plans
        self._servers = [Server(options.target, options.access)]
        if options.against is not None:
            self._servers.append(Server(options.against, options.against_access))
        self._run: Run | None = None
        self._pending: deque[int | None] = deque()  # items that were given to the desk and not told yet
        self._by_program = False  # the next line was typed by the desk itself
        self._user = options.steps.login.user
        self._initial = False  # the login under way began with its first answer
        stderr = Output(
            sys.stderr.fileno(), encoding=sys.stderr.encoding or "utf-8", interrupted=self._is_ending
        )
        inquiry = None if self.scripted else Inquiry(sys.stdin.fileno(), stderr.write)
        self.questions = Questions(self.desk, inquiry, wrapped=self._wrapped, lost=self.lost_terminal)
        #: JSON has stdout for itself; whoever is asked something sees the dialogue on stderr then.
        self._rows_to = self.output if not options.json else None if self.scripted else stderr

    # -- the frame

    async def main(self) -> None:
        self.runs = [[] for _plan in self._plans]
        async with self.questions.at_terminal():
            if not await self.agreed():
                return
            for server in self._servers:
                for plan, runs in zip(self._plans, self.runs, strict=True):
                    runs.append(await self._type_all(plan, server))
                    if runs[-1].halted is Halt.UNREACHED:
                        return

    async def agreed(self) -> bool:
        """May anything be sent at all? It is asked before the first connection."""
        return True

    def show(self, rows: Iterable[str]) -> None:
        if self._rows_to is not None:
            self._rows_to.write("".join(f"{part}\n" for row in rows for part in self._wrapped(row)))

    def _wrapped(self, row: str) -> list[str]:
        """On a terminal our own prose is broken between words; what went over the wire is left to it."""
        if not (row.startswith("* ") and sys.stdout.isatty()) or row.startswith("*  "):
            return [row]
        return [f"* {line}" for line in wrap(row[2:], self.columns() - 3)]

    def columns(self) -> int:
        return tty.columns(sys.stdout.fileno())

    def changed(self) -> None:
        asyncio.get_running_loop().call_soon(self.questions.moved)  # when the desk has let held lines go

    def _told(self, batch: tuple[Stamped, ...]) -> None:
        super()._told(batch)
        for stamped in batch:
            self._keep(stamped.event, stamped.at)

    def _keep(self, event: Event, at: float) -> None:
        run = self._run
        if isinstance(event, TypedByProgram):
            self._by_program = True
        elif run is not None and isinstance(event, _KEPT):
            run.events.append((event, at))
            if isinstance(event, _ENTRIES) and (not isinstance(event, BodyEnded) or event.complete):
                self._place(run, event.number)

    def _place(self, run: Run, entry: int) -> None:
        """The line that was given to the desk first, and not told yet, is this entry of the dialogue."""
        if self._by_program:
            self._by_program = False
            if run.ends_with_quit and run.stopped_by_us:  # said to leave, and the plan ends with it
                run.places[entry] = len(run.plan.items) - 1
                run.left = max(0, run.left - 1)
            else:
                run.added.add(entry)
            return
        place = self._pending.popleft() if self._pending else None
        if place is not None:
            run.places[entry] = place

    # -- one connection

    async def _type_all(self, plan: Plan, server: Server) -> Run:
        """On a connection of its own; on a second one if a person takes the certificate of the first."""
        access: Access | None = server.access
        while True:
            run = Run(plan, server.name)
            secures = any(one.tls for one in plan.items) and not plan.implicit_tls
            if secures and access is not None and access.security is Security.STARTTLS:
                access = replace(access, security=Security.PLAIN)  # the old run has its own STARTTLS
            if plan.lmtp and access is not None:
                access = replace(access, lmtp=True)
            self._run, self._pending, self._by_program = run, deque(), False
            self.questions.begin_run()
            accepted = len(self.desk.practice.accepted)
            if await self._open(server.target, access or server.access):
                await self._type(run)
            else:
                run.halt(Halt.UNREACHED, comparison.halted(Halt.UNREACHED.value), 0)
            await self.questions.settle()
            access = self.questions.again
            await self.desk.leave(goodbye=run.ends_with_quit or run.stopped_by_us)
            self._sum_up(accepted)
            run.record = self.desk.record
            run.unsecured = self.desk.stopped is Stop.NO_STARTTLS
            if access is None:
                return run

    def _sum_up(self, before: int) -> None:
        """What came of one connection; so many messages were accepted before it."""
        mail = "" if self.place.temporary else visible(str(self.place.mail))
        farewell = self.desk.farewell
        farewell = replace(farewell, accepted=farewell.accepted[before:])
        self.show(summary.rows(self.desk.practice, farewell, mail=mail, steps=False))

    async def _open(self, target: Endpoint | None, access: Access) -> bool:
        if target is None:
            return await self.open_sandbox()
        return await self.open(target, access)

    async def _type(self, run: Run) -> None:
        items, at = run.plan.items, 0
        while at < len(items):
            await asyncio.sleep(0)  # lines of a message follow without a wait; the server may speak
            await self.questions.settle()
            if self._is_stopped(run, at):
                return
            found = hindrance(run.plan, at, self.desk.practice)
            if found is Hindrance.CHALLENGED:
                if not await self._answer_challenge(run, at):
                    return
            elif found is not None and found in ENDING:
                run.halt(found, comparison.halted(found.value), at - len(self._pending))
                return
            elif found is not None:
                self._hold_back(run, found)
                at += 1
            else:
                at = await self._send(run, at)
                if run.halted is not None:
                    return
        await self.questions.settle()
        self._is_stopped(run, at)

    def _is_stopped(self, run: Run, at: int) -> bool:
        """The rails did not let the last lines go."""
        if self.desk.stopped_at is not None:
            run.halt(Halt.RAILS, rails_sentence(self.desk), at - len(self._pending))
            self.complain(run.sentence)
            return True
        if self.questions.declined:
            run.halt(Halt.DECLINED, comparison.halted(Halt.DECLINED.value), at - len(self._pending))
            return True
        return False

    def _hold_back(self, run: Run, found: Hindrance) -> None:
        if found not in run.held_back:
            self.say(comparison.held_back(found))
        run.held_back[found] += 1

    async def _send(self, run: Run, at: int) -> int:
        """The item ``at`` and those that go with it; where to go on."""
        item = run.plan.items[at]
        line: bytes | None = item.line
        if item.kind is Kind.LOGIN:
            line = await self._login(run, at)
        elif item.kind is Kind.ANSWER:
            line = await self._answer(run, at)
        end = at + group(run.plan.items, at)
        if item.kind is Kind.TEXT:
            rest = b"".join(one.line + one.tail for one in run.plan.items[at + 1 : end])
            return end if self._submit(item.line, item.tail + rest, at, entry=False) else at
        if line is None or not self._submit(line, item.tail, at, entry=bool(item.entry)):
            return at
        at += 1
        while at < end and hindrance(run.plan, at, self.desk.practice) is None:
            following = run.plan.items[at]
            if not self._submit(following.line, following.tail, at, entry=True):
                break
            at += 1
        self.desk.send_held()
        return at

    def _submit(self, line: bytes, tail: bytes, place: int | None, *, entry: bool) -> bool:
        """Was it taken? Else the connection is gone, or the rails stand in the way: it is seen next."""
        outcome = self.desk.submit(line, tail=tail, certain=True)  # ``hindrance`` has looked at it
        self.waiting.attend()
        self.questions.moved()
        if outcome in {Submitted.CLOSED, Submitted.STOPPED}:
            return False
        if entry:
            self._pending.append(place)
        return True

    # -- logging in

    async def _login(self, run: Run, at: int) -> bytes | None:
        """AUTH, with its first answer where it stood; None: there is nothing to log in with."""
        item = run.plan.items[at]
        following = run.plan.items[at + 1 : at + 2]
        self._initial = item.initial
        if not item.initial and not (following and following[0].kind is Kind.ANSWER):
            return item.line  # it was refused at once, or cancelled: no secret is needed
        while (missing := await self.desk.login.lacking(item.mechanism)) is not None:
            if not (isinstance(missing, Ask) and await self._tell(missing)):
                self._give_up_login(run, missing, at)
                return None
        first: Outcome = b""
        if item.initial:
            first = await self.desk.login.opening_of(item.mechanism, self.desk.practice)
        if not isinstance(first, bytes):
            self._give_up_login(run, first, at)
            return None
        return item.line + b" " + first if first else item.line

    async def _answer(self, run: Run, at: int) -> bytes | None:
        """To the challenge that stands."""
        while True:
            outcome = await self.desk.login.next_line(self.desk.practice)
            if isinstance(outcome, bytes):
                return outcome
            if not (isinstance(outcome, Ask) and await self._tell(outcome)):
                self._give_up_login(run, outcome, at)
                return None

    async def _answer_challenge(self, run: Run, at: int) -> bool:
        """One challenge more than the old run had. A login that was meant goes on, another is cancelled."""
        line = await self._answer(run, at) if self._initial else b"*"
        return line is not None and self._submit(line, b"\r\n", None, entry=True)

    def _give_up_login(self, run: Run, lacking: Ask | Fault | NoSecret | None, at: int) -> None:
        why = answering.why(lacking, tls=self.desk.practice.tls is not None)
        run.halt(Halt.NO_LOGIN, comparison.no_login(why), at)
        self.complain(run.sentence)
        if self.desk.practice.phase is Phase.AUTH:  # no QUIT is taken in there
            self._submit(b"*", b"\r\n", None, entry=True)

    async def _tell(self, what: Ask) -> bool:
        """A person tells what is missing; False: nobody does."""
        hidden = what is Ask.SECRET
        server = ways.present(self.desk)
        row = comparison.wanted_secret(self._user, server) if hidden else comparison.wanted_user(server)
        text = await self.questions.ask(row, hidden=hidden)
        if text:
            self.desk.login.give(what, text)
            self._user = self._user if hidden else text
        return bool(text)
