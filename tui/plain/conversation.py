"""Line mode for a person: what Enter, ^C, ^D and the typed names do, whatever kind of terminal it is.

At every moment one thing has the keyboard: a question, a message being composed, or the wire. A front end
for a kind of terminal derives from ``Conversation``; it calls ``entered``, ``interrupted`` and ``left`` and
shows ``label``.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final

from tui.desk import rawing, ways
from tui.desk.asking import (
    ANSWERS,
    LEAVING,
    Asked,
    Feeding,
    Question,
    Submitted,
    is_yes,
    named,
    takes_fingerprint,
    unanswered,
    understood,
)
from tui.desk.login import Ask
from tui.desk.options import Options
from tui.net.access import Access
from tui.net.session import Stamped
from tui.plain import asking
from tui.plain.actions import Actions
from tui.plain.drafts import IN_MESSAGE, Drafts
from tui.plain.pastes import Pastes
from tui.plain.sitting import Sitting, withheld_sentence
from tui.prompt import names
from tui.prompt.history import History
from tui.prompt.prompt import Prompt
from tui.smtp.display import visible
from tui.smtp.events import LineSent, Part
from tui.smtp.phases import Phase
from tui.words import chunks, logins
from tui.words.keys import TYPED
from tui.words.language import gettext as _

#: Where a typed name may stand.
_NAMES_KNOWN: Final = frozenset({Feeding.COMMAND, Feeding.CLOSED, Feeding.CONNECTING})

WIRE: Final = "C: "
ANSWER: Final = "? "
COMPOSE: Final = "| "
CHUNK: Final = "C {sent} of {size}: "
RAW: Final = "C raw {end}: "

Answer = Callable[[str], None]


class Conversation(Sitting):
    """``prompt`` holds what is being typed, where the terminal leaves that to us."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.prompt = Prompt(History(self.desk.commands))
        self.actions = Actions(self)
        self._answer: Answer | None = None  # takes the next line
        self._answer_hidden = False  # and it is a secret
        self._answer_free = False  # any text is an answer, so that ^C says none
        self._asked: Question | None = None  # the desk's question that was put to the person
        self.drafts = Drafts(self)
        self.pastes = Pastes(self)
        self._left_over: tuple[str, ...] = ()
        self._newcomer = not self.desk.commands
        self._withheld = 0
        self._chunk_told = False
        self._over = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None

    async def main(self) -> None:
        self.say(_("Type / for the names of all that smtptutor can do, /quit or ^D to leave."))
        self.begin_typing()
        if self.options.learn is not None:
            self._begin_learning(self.options.learn)
        self._connect_to(self.connect if self.options.learn is None else self.open_sandbox)
        await self._over.wait()
        if self._failure is not None:
            raise self._failure

    def _begin_learning(self, name: str) -> None:
        """With the exercise of this name, the one left in the middle, or the first unfinished one."""
        teaching = self.learning.teaching
        id = teaching.find(name) if name else teaching.unfinished
        if id is None:
            self.show(self.learning.map())
            first = teaching.course.first_unfinished or teaching.course.entries[0]
            id = first.id
        self.begin_lesson(id)

    def begin_typing(self) -> None:
        """Take the keyboard."""
        raise NotImplementedError

    def can_cancel(self) -> str:
        return _("^C asks whether to give up")

    # -- what has the keyboard

    @property
    def label(self) -> str:
        """What stands before the line being typed; only what will be sent stands behind ``C: ``."""
        if self._answer is not None:
            return ANSWER
        if self.drafts.writing:
            return COMPOSE
        chunk = self.desk.chunk
        if chunk is not None:
            return CHUNK.format(sent=chunk.sent, size=chunk.size)
        return WIRE if self.desk.raw is None else RAW.format(end=self.desk.raw.value)

    @property
    def wants_secret(self) -> bool:
        if self.asking:
            return self._answer_hidden or (self._asked is not None and self._asked.secret)
        return self.on_wire and self.desk.feeding is Feeding.SECRET

    @property
    def guarded(self) -> bool:
        """Only a yes or a no may be shown of what is typed."""
        return self.asking and self._asked is not None and self._asked.guarded

    @property
    def command_due(self) -> bool:
        return self.on_wire and self.desk.feeding in _NAMES_KNOWN

    @property
    def asking(self) -> bool:
        """The next line answers a question."""
        return self._answer is not None

    @property
    def on_wire(self) -> bool:
        """The next line is for the server, or a typed name."""
        return not (self.asking or self.drafts.writing)

    def ask(self, rows: list[str], answer: Answer, *, free: bool = False, hidden: bool = False) -> None:
        """Put a question; the next line answers it, and ^C says no. ``free``: any text is an answer, and ^C
        gives none; ``hidden``: what is typed is not shown."""
        self._answer, self._answer_free, self._answer_hidden = answer, free, hidden
        self.say(*rows)
        self.changed()

    def changed(self) -> None:
        """After every event and every key."""
        question = self.desk.question
        if question is None and self._asked is not None:
            self._asked = self._answer = None  # the connection went: there is nothing left to answer
        elif question is not None and question is not self._asked:
            self._asked = question
            self._answer, self._answer_hidden, self._answer_free = self._desk_answered, False, False
            self.say(*asking.rows(question, ways.present(self.desk)))
        self._tell_not_sent()
        self._tell_chunk()
        self.drafts.offer()
        self.prompt.readable = ANSWERS if self.guarded else None
        self.prompt.secret = self.wants_secret
        pasted = question is not None and (question.secret or takes_fingerprint(question))
        self.prompt.one_line = self.guarded or pasted
        self.prompt.wary = self.command_due and self.desk.late_answer_likely
        self.prompt.suggestion = self.desk.suggestion if self.on_wire else ""
        self._play()
        self.prompt.completes_from_history = self.command_due

    def _play(self) -> None:
        """The next line of the worked solution stands at the prompt: Enter sends it."""
        lesson = self.desk.lesson
        waits = self.desk.waiting is not None or bool(self.desk.held) or not self.desk.connected
        waits = waits or self.desk.practice.phase is Phase.CONNECTING
        if lesson is not None and lesson.due and self.on_wire and self.prompt.empty and not waits:
            self.fill(lesson.due)

    def _tell_chunk(self) -> None:
        """Once for each chunk that is to be typed."""
        due = self.desk.practice.chunk_due  # and not what the desk knows: its BDAT has been printed
        if due and not self._chunk_told:
            self.say(chunks.begun(due))
        self._chunk_told = due > 0

    def _tell_not_sent(self) -> None:
        """Lines that were held when the connection went, or when the server refused what they were meant
        for."""
        if self.desk.left_over != self._left_over:
            self._left_over = self.desk.left_over
            self.say(*(_("not sent: {line}").format(line=visible(line)) for line in self._left_over))
        withheld = self.desk.withheld - self._withheld
        self._withheld = self.desk.withheld
        if withheld > 0:
            self.say(withheld_sentence(withheld))

    def _told(self, batch: tuple[Stamped, ...]) -> None:
        super()._told(batch)
        for stamped in batch:
            event = stamped.event
            self.drafts.seen(event)
            # Only now it is known what a line was that was typed ahead.
            if isinstance(event, LineSent) and event.part is Part.COMMAND and not event.secret:
                self.prompt.remember(event.data.decode("utf-8", "surrogateescape"))
        if self._newcomer and self.desk.practice.accepted and self.desk.lesson is None and not self.desk.real:
            self._newcomer = False
            self.say(_("the first mail is sent; guided exercises go on from here: /learn"))
        asyncio.get_running_loop().call_soon(self.changed)  # when the desk has let held lines go

    # -- the keyboard

    def entered(self, text: str) -> None:
        """A line, and Enter."""
        if self._answer is not None:
            if not self._looked_first(text):
                answer, self._answer = self._answer, None
                answer(text)
        elif self.drafts.writing:
            if text == ".":
                self.drafts.end()
            else:
                self.drafts.add((text,))
        else:
            raw = self.desk.raw is not None
            match names.read(text, command_due=self.command_due, answer_due=self.wants_secret, raw=raw):
                case names.Named(name, argument):
                    self.actions.do(name, argument)
                case names.Wire(line):
                    self._for_wire(line)
        self.waiting.attend()
        self.changed()

    def _looked_first(self, text: str) -> bool:
        """A typed name where the desk has asked something: it is done, and the question is put again."""
        question = self._asked
        read = named(question, text) if question is not None else None
        if question is None or read is None:
            return False
        self.actions.do(read.name, read.argument)
        if self._asked is question and self.desk.question is question:
            self.say(*asking.rows(question, ways.present(self.desk)))
        return True

    def entered_all(self, lines: tuple[str, ...]) -> None:
        """The lines of a paste, one by one; typed names mean nothing in there."""
        for line in lines:
            self._for_wire(line)
        self.waiting.attend()
        self.changed()

    def interrupted(self) -> None:
        """^C on an empty line."""
        if self._answer is not None:
            answer, self._answer = self._answer, None
            answer(asking.NO if self._asked is None and not self._answer_free else asking.NOTHING)
        elif self.drafts.writing:
            self.drafts.drop()
        elif self.desk.feeding is Feeding.CONNECTING:
            self.desk.hang_up()
        elif self.desk.feeding in IN_MESSAGE:
            self.ask(self._message_choices(), self._message_menu)
        elif self.desk.waiting is not None:
            unknown = [asking.fate_unknown()] if self.desk.leave_question is Asked.LEAVE_UNANSWERED else []
            goes_on = _("Enter goes on waiting, close gives up and closes the connection.")
            self.ask([*unknown, goes_on], self._close_or_not)
        else:
            self.ask([_("Leave smtptutor? yes leaves, Enter alone stays.")], self._leave_or_not)
        self.changed()

    def fill(self, line: str) -> None:
        """Put the next command where it can be edited."""
        self.prompt.replace(line)

    async def fill_answer(self) -> None:
        """F4 or ``/fill`` in a login: what stands in the masked prompt, or is known already, or is asked for
        now, becomes the base64 line there."""
        from tui.desk import answering

        typed = self.prompt.text
        got = await answering.answer(self.desk, typed, TYPED.fill)
        if self.desk.feeding is not Feeding.SECRET or self.prompt.text != typed:
            return  # the login is over, or the person types on
        if isinstance(got, answering.Filled):
            self.fill_secret(got.line)
        elif isinstance(got, str):
            self.say(got)
        else:
            self.prompt.clear()
            self._ask_field(got)

    def _ask_field(self, field: Ask) -> None:
        """Of the login, at a prompt of its own."""

        def given(text: str) -> None:
            if text:
                self.desk.login.give(field, text)
                self.start(self.fill_answer())

        row = _("user name for the login:")
        if field is Ask.SECRET:
            row = _("password for the login, not shown:")
        self.ask([row], given, free=True, hidden=field is Ask.SECRET)

    def fill_secret(self, line: str) -> None:
        """Put the answer of a login where Enter sends it; it is shown nowhere, but where it is the user name
        alone."""
        self.prompt.secret = True
        self.prompt.legible = self.desk.login.legible(self.desk.practice)
        self.prompt.replace(line)
        if line and line == self.prompt.legible:
            named = visible(self.desk.login.named)
            self.say(_("the base64 of {user} is in the prompt: Enter sends it").format(user=named))
        elif line:
            self.say(_("the base64 is in the prompt, hidden: Enter sends it"))
        else:
            self.say(logins.empty_answer(proved=self.desk.login.server_proved))

    def give_back(self, line: str) -> None:
        """Put the line of a login that was kept back where it is hidden and can be sent again."""
        self.changed()  # masked, before it stands there
        self.prompt.replace(line)
        self.say(logins.reclaimed())

    def left(self) -> None:
        """^D on an empty line, and /quit."""
        question = self.desk.leave_question
        if question is not None:
            self.desk.ask(question)
            self.changed()
        else:
            self._over.set()

    # -- the wire

    def _for_wire(self, line: str) -> None:
        if self._for_lesson(line):
            return
        feeding = self.desk.feeding
        busy = bool(self.desk.held) or self.desk.waiting is not None
        raw = self.desk.raw is not None
        if not (line or raw) and feeding is Feeding.COMMAND and busy and not self.desk.text_ahead:
            self.desk.send_held()
            return
        if not (line or raw) and self.desk.doubts_empty():
            self.say(logins.empty_doubted(TYPED.fill))
            return
        outcome = rawing.send(self.desk, line) if raw else self.desk.submit(line)
        if outcome is Submitted.CLOSED:
            self.prompt.replace(line)
            self.say(
                _(
                    "not connected, nothing was sent: /connect connects again, /inbox shows the mail, /quit "
                    "leaves"
                )
            )

    def _for_lesson(self, line: str) -> bool:
        """Does the exercise take this line: an answer to its question, the next line of the worked solution,
        or going on?"""
        lesson = self.desk.lesson
        if lesson is None:
            return False
        if not line and (lesson.solved or lesson.attempt.stage_over):
            self.actions.do("next", "")
            return True
        if self.desk.lesson_question is None:
            if lesson.playing:
                lesson.played()
            return False
        if line:
            lesson.answer(self.desk.practice, line)
            if lesson.playing:
                lesson.played()
            self.show_lesson()
        return True

    def ask_and_connect(self, opening: Callable[[], Coroutine[Any, Any, bool]], host: str) -> None:
        """Connect in the background, after a question where that would drop a mail. ``host`` is visible()."""
        if not self.desk.must_ask_before_connect:
            self._connect_to(opening)
            return

        def answered(text: str) -> None:
            yes = understood(Asked.CONNECT, text)
            if yes is None:  # the next line of the mail: it is not lost unawares
                self.say(_("not sent: {line}").format(line=visible(text)))
                self.ask(asking.connect_rows(host), answered)
            elif yes:
                self._connect_to(opening)

        self.ask(asking.connect_rows(host), answered)

    def _connect_to(self, opening: Callable[[], Coroutine[Any, Any, bool]]) -> None:
        async def connect() -> None:
            await opening()

        self.start(connect())

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that takes time; what it raises ends the sitting."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failure = self._failure or error
            self._over.set()
        self.waiting.attend()
        self.changed()

    # -- answers

    def _desk_answered(self, text: str) -> None:
        question, self._asked = self._asked, None  # what is still a question then is shown again
        yes = self.desk.answered(text)
        if yes is None and question is not None:
            self.say(*unanswered(question, text))
        line = self.desk.reclaim()
        if line is not None:
            self.give_back(line)
        if not yes or question is None:
            return
        if question.asked is Asked.INSECURE:
            self.connect_again(self.desk.unverified)
        elif question.asked in LEAVING:
            self._over.set()

    def connect_again(self, access: Access) -> None:
        """To the server of this sitting once more."""
        target = self.desk.endpoint
        if target is not None:
            self._connect_to(lambda: self.open(target, access))

    def _message_choices(self) -> list[str]:
        rows = [
            _(
                "Inside the message. Enter goes on, hint tells what to do, close takes the mail back: it "
                "closes the connection without sending."
            )
        ]
        if self.desk.draft_sent:
            rows.append(_("The draft is sent: type more of the message, or a dot alone to end it."))
        elif self.desk.draft:
            rows.append(_("draft sends the draft that is kept, as message text."))
        return rows

    def _message_menu(self, text: str) -> None:
        word = text.strip().lower()
        if self.desk.draft and not self.desk.draft_sent and word in asking.words("draft", _("draft")):
            self.drafts.send(self.desk.draft)
            return
        if word in asking.words("hint", _("hint")):
            self.actions.do("hint", "")
        else:
            self._close_or_not(text)

    def _close_or_not(self, text: str) -> None:
        if text.strip().lower() in asking.words("close", _("close")):
            self.desk.hang_up()

    def _leave_or_not(self, text: str) -> None:
        if is_yes(text):
            self.left()


def conversation(options: Options) -> Sitting:
    """For the terminal on stdin: with a line editor of ours where the terminal can do it."""
    import os

    capable = sys.stdout.isatty() and os.environ.get("TERM", "") not in {"", "dumb"}
    if capable:
        from tui.plain.terminal import EditingTerminal

        return EditingTerminal(options)
    from tui.plain.dumb import LineTerminal

    return LineTerminal(options)
