"""Between what was typed and the wire of one session: holding, the gate, the rails and their question."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from tui.desk.asking import ABOUT_A_SECRET, AWAITED, ENDS_MESSAGE, Asked, Question, Submitted
from tui.desk.holding import Gate, Held, ends_group
from tui.desk.rails import Rails, Situation, Standing, Verdict, ends_with_dot, lines_in, logs_in, standing
from tui.net.access import Access
from tui.net.endpoint import Endpoint
from tui.net.programs import NO, YES
from tui.net.session import Session
from tui.practice.state import Practice
from tui.smtp.clear import gives_away
from tui.smtp.display import masked
from tui.smtp.events import Answered, BodyEnded, CommandSent, Event
from tui.smtp.phases import Phase
from tui.values import value

CRLF: Final = b"\r\n"


@value
class Chunk:
    """Octets of a BDAT, sent and in all."""

    sent: int
    size: int


@value
class _AskedAbout:
    """What a question of the rails keeps back."""

    asked: Asked
    octets: bytes
    raw: bool
    typed: str  # the step for which smtptutor typed it, or ""


class Outbox:
    """One per session. ``practice`` gives the state as far as it has been told."""

    def __init__(self, session: Session, rails: Rails, practice: Callable[[], Practice]) -> None:
        self.question: Question | None = None
        #: A script was stopped before this line by the rails; secrets masked.
        self.stopped_at: bytes | None = None
        self._session = session
        self._rails = rails
        self._practice = practice
        self._held = Held()
        self._gate = Gate()
        self._awaited: asyncio.Future[str | None] | None = None  # the answer that somebody waits for
        self.stopped_by: Verdict | None = None  # which of the rails
        self._asked: _AskedAbout | None = None
        self._together = False  # what is held goes out in groups …
        self._grouping = False  # … and one has begun
        self._unended = b""  # of a line that was begun in raw mode
        self._leaving: list[tuple[int, str]] = []  # handed to the session, and perhaps not told yet
        #: Passwords may go out on this connection: somebody was told why better not.
        self.passwords_agreed = False
        self._refused: bytes | None = None  # the line of a login that was not to go out in clear

    @property
    def held(self) -> tuple[str, ...]:
        return self._held.shown

    @property
    def withheld(self) -> int:
        return self._gate.withheld

    @property
    def may_send(self) -> bool:
        """Nothing is due, and everything that came has been told; or a chunk is due, from us."""
        session = self._session
        if not session.connected or session.queued or session.securing:
            return False
        return session.chunk_left > 0 or not (session.due or session.unheard)

    @property
    def settled(self) -> bool:
        """Nothing will happen here before somebody types, answers or connects."""
        return (
            (self._session.ended and not self._session.unheard)
            or self.question is not None
            or (self.may_send and not self._held)
        )

    @property
    def authenticating(self) -> bool:
        """What is typed now answers a challenge, or will if AUTH, still unanswered, gets one."""
        return self._session.phase is Phase.AUTH or any(
            isinstance(one, CommandSent) and one.command.verb == "AUTH" for one in self._session.awaiting
        )

    @property
    def message_open(self) -> bool:
        """A line sent now is text of the message. Behind the dot commands are due again, though its reply is
        not there yet."""
        ended = any(isinstance(one, BodyEnded) for one in self._session.awaiting)
        return self._session.phase is Phase.MESSAGE and not ended

    @property
    def chunk(self) -> Chunk | None:
        """The chunk that is being sent; None when the server waits for none."""
        left = self._session.chunk_left
        if not left:
            return None
        sizes = [
            one.command.chunk_octets or 0
            for one in self._session.awaiting
            if isinstance(one, CommandSent) and one.command.verb == "BDAT"
        ]
        return Chunk(max(0, sizes[-1] - left), sizes[-1]) if sizes else None

    @property
    def dot_unanswered(self) -> bool:
        """A whole message is out, and the server has not said what becomes of it."""
        return any(_ends_message(one) for one in self._session.awaiting)

    @property
    def text_ahead(self) -> bool:
        """What is typed now is meant as text of a message: DATA is held or unanswered, and no dot follows
        it. In a paste without brackets an empty line is part of it then, not a wish to send at once what is
        held."""
        begun = self.message_open or any(
            isinstance(one, CommandSent) and one.command.verb == "DATA" for one in self._session.awaiting
        )
        return self._held.leads_into_message(begun=begun)

    def submit(self, line: bytes, *, typed: str = "", tail: bytes = CRLF, certain: bool = False) -> Submitted:
        """``typed`` names the step for which smtptutor typed the line itself; ``tail`` is the line's end, and
        behind BDAT the octets of its chunk; ``certain``: it passes by the gate."""
        if self._session.ended:
            return Submitted.CLOSED
        if self.stopped_at is not None:
            return Submitted.STOPPED
        if self._held or self.question is not None or not self.may_send:
            self._held.put(line, tail, secret=self.authenticating)
            return Submitted.HELD
        return self._offer(line, tail, gated=self._rails.scripted and not certain, typed=typed)

    def submit_together(self, lines: Iterable[bytes]) -> Submitted:
        """Lines that go out in groups, as far as PIPELINING lets them, and wait between those."""
        if self._session.ended:
            return Submitted.CLOSED
        for line in lines:
            self._held.put(line, CRLF, secret=self.authenticating)
        self._together = self._grouping = True
        self.let_go()
        return Submitted.HELD

    def submit_raw(self, octets: bytes) -> Submitted:
        """Octets as they are, at once: behind what is held, but without waiting for any reply."""
        if self._session.ended:
            return Submitted.CLOSED
        self.send_held()
        if self.question is not None or not self._session.connected:
            self._held.put(octets, b"", secret=self.authenticating)
            return Submitted.HELD
        return self._offer(octets, b"", gated=False) if octets else Submitted.SENT

    @property
    def unended(self) -> int:
        """Octets of a line that was begun and not ended, whatever ends it."""
        return len(self._unended)

    def send_held(self) -> bool:
        """Without waiting for replies; but not past a question."""
        if not self._held or self.question is not None or not self._session.connected:
            return False
        while self._held and self.question is None and self._session.connected:
            self._offer(*self._held.take(), gated=False)
        return True

    def send_text(self, wire: bytes, *, typed: str = "") -> bool:
        """Whole message lines, stuffed. False when no message is open or earlier lines are still held."""
        session = self._session
        if not self.message_open or self._held or self.question is not None:
            return False
        self._out(wire, "", typed=typed)  # the draft keeps it
        return session.connected

    def let_go(self) -> None:
        """Send the held lines whose turn has come."""
        while self._held and self.question is None and (self.may_send or self._may_go_along):
            line, tail = self._held.take()
            self._offer(line, tail, gated=True)
            self._grouping = self._together and not ends_group(line)
        self._together = self._together and len(self._held) > 0
        if not (self._held or self._rails.scripted):
            self._gate = self._gate.reopened()

    @property
    def _may_go_along(self) -> bool:
        """The next line belongs to the group of the one before."""
        session = self._session
        return self._grouping and session.connected and not (session.queued or session.securing)

    def ask(self, asked: Asked, target: Endpoint | None = None, access: Access | None = None) -> Question:
        """Put a question before everything else. The one about the dot comes back when it was put aside."""
        self.question = Question(asked, self._practice().envelope, target, access=access)
        return self.question

    def put(self, asked: Asked, text: str, *, wrong: bool = False) -> asyncio.Future[str | None]:
        """One of ``AWAITED``; the person's answer to it. ``wrong``: the answer before was."""
        self.reply(None)
        self._awaited = asyncio.get_running_loop().create_future()
        self.question = Question(asked, text=text, wrong=wrong)
        return self._awaited

    def reply(self, answer: str | None) -> None:
        """To whoever waits for it; None gives up."""
        self.question = None
        if self._awaited is not None and not self._awaited.done():
            self._awaited.set_result(answer)

    @property
    def login_unproven(self) -> bool:
        """A login that smtptutor makes would go to a server whose certificate was taken unverified, and
        nobody has said yes to that."""
        practice = self._practice()
        proven = practice.tls is None or practice.tls.verified
        agreed = self._rails.yes or self.passwords_agreed
        return not (proven or agreed or standing(practice.opened) is Standing.SANDBOX)

    def _ask_about(self, about: _AskedAbout) -> Submitted:
        self._asked = about
        self.ask(about.asked)
        return Submitted.ASKED

    def answer(self, yes: bool) -> None:
        question, self.question = self.question, None
        if question is None:
            return
        if question.asked in AWAITED:
            self.reply(YES if yes else NO if question.asked is Asked.CONFIRM else None)
            return
        match question.asked:
            case one if one in ENDS_MESSAGE:
                if (dot := self._asked_about()) is not None and yes:
                    self._send(dot.octets, raw=dot.raw, typed=dot.typed)
                else:
                    self._session.abort()
            case one if one in ABOUT_A_SECRET:
                line = self._asked_about()
                if line is not None and yes:
                    self.passwords_agreed = True
                    self._send(line.octets, raw=line.raw, typed=line.typed)
                elif line is not None and not (line.raw or self._held):
                    self._refused = line.octets.removesuffix(CRLF)
            case Asked.LEAVE_MESSAGE if yes:
                self._session.abort()
            case Asked.LEAVE_UNANSWERED if yes and self.dot_unanswered:
                self._session.abort()
            case _ if self._asked is not None:
                self.ask(self._asked.asked)
        self.let_go()

    def reclaim(self) -> bytes | None:
        """The line of a login that a no has just kept back, once: it belongs in the prompt again, where
        nothing was typed behind it."""
        line, self._refused = self._refused, None
        return line

    def _asked_about(self) -> _AskedAbout | None:
        asked, self._asked = self._asked, None
        return asked

    def seen(self, event: Event) -> None:
        self._gate = self._gate.seen(event)

    def close(self) -> tuple[str, ...]:
        """The connection is gone, and every question with it. What was held and will never be sent."""
        self.reply(None)
        self._asked = None
        return (*self._not_left(), *self._held.clear())

    def _offer(self, line: bytes, tail: bytes = CRLF, *, gated: bool, typed: str = "") -> Submitted:
        """``gated``: it was written before the last reply was seen."""
        if gated:
            safe, self._gate = self._gate.offered(line)
            if not safe:
                return Submitted.WITHHELD
        session, practice = self._session, self._practice()
        raw = bool(self._unended) or not tail.startswith(CRLF)
        judged = [line + tail if raw else line]
        if left := session.chunk_left:  # whatever it is, a chunk is text; what goes past it is none
            judged = [(line + tail)[left:]]
        elif self._unended:  # it may go on here, or have been the end of a chunk
            judged.insert(0, self._unended + judged[0])
        open_to_others = not ((practice.tls and practice.tls.verified) or self.passwords_agreed)
        where = Situation(
            standing(practice.opened),
            session.phase,
            session.undecided,
            reveals=open_to_others and any(self._reveals(one, practice) for one in judged),
            unproven=practice.tls is not None,
            raw=raw,
        )
        verdicts = (self._rails.judge(one, where) for one in judged)
        match verdict := next((one for one in verdicts if one is not Verdict.GO), Verdict.GO):
            case Verdict.STOP | Verdict.STOP_CLEAR | Verdict.STOP_UNPROVEN:
                self.stopped_at, self.stopped_by = masked(line, session.secret_in(line)), verdict
                self._held.clear()
                return Submitted.STOPPED
            case Verdict.ASK:
                asked = Asked.DOT if ends_with_dot(judged[0], where) else Asked.LAST_CHUNK
                return self._ask_about(_AskedAbout(asked, line + tail, raw, typed))
            case Verdict.ASK_CLEAR:
                return self._ask_about(_AskedAbout(Asked.CLEAR_SECRET, line + tail, raw, typed))
            case Verdict.ASK_UNPROVEN:
                return self._ask_about(_AskedAbout(Asked.UNPROVEN_SECRET, line + tail, raw, typed))
            case Verdict.GO:
                self._send(line + tail, raw=raw, typed=typed)
                return Submitted.SENT

    def _send(self, octets: bytes, *, raw: bool, typed: str = "") -> None:
        self._unended = lines_in(self._unended + octets)[-1] if raw else b""
        shown = masked(octets, self._session.secret_in(octets.rstrip(CRLF)))
        self._out(octets, shown.rstrip(CRLF).decode("utf-8", "backslashreplace"), typed=typed)

    def _out(self, octets: bytes, shown: str, *, typed: str) -> None:
        """``shown``: what to say of them if they do not leave any more, secrets masked; "" for nothing."""
        self._session.send(octets, typed=typed)
        if not self._session.queued:
            self._leaving.clear()
        else:
            self._leaving.append((len(octets), shown))

    def _not_left(self) -> Iterator[str]:
        """Lines that the session took, and that no event told of before its end: the last ones."""
        octets = self._session.never_sent
        left = []
        for size, shown in reversed(self._leaving):
            if octets <= 0:
                break
            octets -= size
            left.append(shown)
        self._leaving.clear()
        return (shown for shown in reversed(left) if shown)

    def _reveals(self, octets: bytes, practice: Practice) -> bool:
        """Would any line of this give a password away?"""
        return logs_in(octets) or any(self._line_reveals(line, practice) for line in lines_in(octets))

    def _line_reveals(self, line: bytes, practice: Practice) -> bool:
        secret = b"".join(line[start:end] for start, end in self._session.secret_in(line))
        if not secret:
            return False
        login = practice.login
        mechanism = login.mechanism if login is not None else ""
        for one in self._session.awaiting:  # sent, and perhaps not told yet
            if isinstance(one, CommandSent) and one.command.verb == "AUTH":
                mechanism = one.command.argument.partition(" ")[0].upper()
        return gives_away(secret, line, mechanism)


def _ends_message(sent: Answered) -> bool:
    return isinstance(sent, BodyEnded) or (isinstance(sent, CommandSent) and sent.command.last)
