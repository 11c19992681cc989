"""What goes on, as the split screen needs it: the desk, the rows of the wire, the guide, and what Enter
means.

Imported after the first frame: it brings the whole engine with it (SPEED §5). Knows no widget.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.desk import faulting, rawing
from tui.desk.asking import (
    LEAVING,
    Asked,
    Feeding,
    Submitted,
    named,
    no_answer,
    unanswered,
)
from tui.desk.desk import Desk
from tui.desk.login import Ask
from tui.desk.opening import desk_for
from tui.desk.options import Options
from tui.desk.parting import GOODBYE_STEP
from tui.net.access import Access
from tui.net.endpoint import Endpoint
from tui.net.session import Stamped
from tui.practice.state import Practice
from tui.prompt import names
from tui.prompt.prompt import Prompt
from tui.smtp.display import visible
from tui.smtp.events import AddressTried, ConnectionOpened, LineSent, Part, TypedByProgram
from tui.ui import presenting
from tui.ui.attending import Attending
from tui.ui.lessonprompt import LessonPrompt
from tui.ui.mode import Now
from tui.ui.past import Past
from tui.ui.purpose import TEXT, Purpose
from tui.ui.telling import Teller
from tui.ui.widgets.strip import Place
from tui.ui.wirelog import WireLog
from tui.words import commands, logins
from tui.words.guide import Guide
from tui.words.keys import PRESSED
from tui.words.language import gettext as _

if TYPE_CHECKING:
    from tui.words.lesson import Underway

HINTS = 3

MakeDesk = Callable[..., Desk]
_REACHED = (AddressTried, ConnectionOpened)


class Sitting:
    """``on_news`` is called after every batch of events; ``on_crash`` gets what should never be raised."""

    def __init__(
        self,
        options: Options,
        log: WireLog,
        on_news: Callable[[], None],
        on_crash: Callable[[BaseException], None],
        make_desk: MakeDesk = desk_for,
    ) -> None:
        self.desk = make_desk(options, self._on_events, on_crash=on_crash)
        self._teller = Teller(log)
        self._attending = Attending(self.desk, self._teller)
        self._past = Past()
        self._on_news = on_news
        self._before = self.desk.practice
        self._newcomer = not self.desk.commands
        self._hints = 0
        self._step: str | None = None  # None: nothing has happened yet
        self._explained: Guide | None = None
        self._sandbox_clock: float | None = None
        self._announced: tuple[str, ...] = ()  # what to say before the server of an exercise speaks
        self._typed_by_us = False  # the next line
        self._lessons = LessonPrompt(self.desk)
        self._purpose = Purpose(self.desk, self._lessons)

    def _on_events(self, batch: tuple[Stamped, ...]) -> None:
        practice = self.desk.practice
        self._past.remember(self._before, batch, real=self.desk.real)
        self._before, self._explained = practice, None
        self.read_clock()
        self._recall(batch)
        self._teller.tell(batch, practice, real=self.desk.real)
        if self._announced and any(isinstance(one.event, _REACHED) for one in batch):
            for note in self._announced:
                self._teller.note(note)
            self._announced = ()
        if self._greets_at_once and all(
            isinstance(one.event, AddressTried | ConnectionOpened) for one in batch
        ):
            return  # reaching the sandbox is no news: the first thing to be painted is its greeting
        self._tell_of_course(practice)
        step = practice.open_step
        if self._step != (step.id if step is not None else ""):
            self._step, self._hints = step.id if step is not None else "", 0
        self._on_news()
        asyncio.get_running_loop().call_soon(self._after)

    @property
    def _greets_at_once(self) -> bool:
        """It is the sandbox, and its scenario does not keep the greeting back."""
        sandbox = self.desk.sandbox
        late = sandbox is not None and any(one.stage == "greeting" for one in sandbox.scenario.fault)
        return not (self.desk.real or late)

    def read_clock(self) -> None:
        """The sandbox's, which the strip shows as it was at the last event."""
        self._sandbox_clock = faulting.clock_of(self.desk)

    def _recall(self, batch: tuple[Stamped, ...]) -> None:
        """What smtptutor typed is to be had by Up, as if the person had typed it."""
        for stamped in batch:
            event = stamped.event
            if isinstance(event, TypedByProgram):
                self._typed_by_us = event.step != GOODBYE_STEP
            elif isinstance(event, LineSent):
                if self._typed_by_us and event.part is Part.COMMAND and not event.secret:
                    self.on_typed(event.data.decode("utf-8", "surrogateescape"))
                self._typed_by_us = False

    def _tell_of_course(self, practice: Practice) -> None:
        """Once, when a newcomer's first mail was accepted."""
        if (
            self._newcomer
            and practice.accepted
            and not self.desk.lost
            and self.desk.lesson is None
            and not self.desk.real
        ):
            self._newcomer = False
            self._teller.note(_("the first mail is sent; guided exercises go on from here: /learn"))

    def _after(self) -> None:
        """When the desk has let held lines go: what has become of them, and what it asks now."""
        self.attend()
        self._on_news()

    def attend(self) -> None:
        """Say what the desk has come to (``tui.ui.attending``)."""
        self._attending.attend()

    # -- what is to be seen

    @property
    def place(self) -> Place:
        """What the strip says."""
        desk = self.desk
        lesson = desk.lesson
        exercise = presenting.exercise(lesson.number, lesson.exercise.title) if lesson is not None else ""
        return presenting.place(
            desk.practice,
            desk.endpoint,
            real=desk.real,
            clock=self._teller.clock,
            sandbox_clock=self._sandbox_clock,
            exercise=exercise,
            access=desk.access,
            raw=desk.raw.value if desk.raw is not None else "",
        )

    @property
    def guide(self) -> Guide:
        """The guide now, or what it said about a line that is being read again."""
        if self._explained is not None:
            return self._explained
        from tui.words.sheet import guide

        practice = self.desk.practice
        newcomer = self._newcomer and not practice.accepted
        question = self.desk.question
        return guide(
            practice,
            sandbox=not self.desk.real,
            hints=self._hints,
            newcomer=newcomer,
            asked=question.asked.value if question is not None else "",
            lesson=self.underway,
            account=self.desk.account if self.desk.real else None,
            because=self.desk.closed_because,
            user=self.desk.login.named,
            bare=self.desk.login.bare(self.desk.practice),
            accounts=self.desk.accounts,
        )

    @property
    def underway(self) -> Underway | None:
        """The exercise as the guide shows it; None in free practice."""
        lesson = self.desk.lesson
        if lesson is None:
            return None
        from tui.desk.teaching import underway

        return underway(lesson, self.desk.lesson_question, self.desk.course)

    @property
    def begun(self) -> bool:
        """Something has happened."""
        return self._step is not None

    @property
    def held(self) -> tuple[str, ...]:
        return tuple(visible(line) for line in self.desk.held)

    @property
    def inside(self) -> bool:
        """What is typed is part of a message."""
        return self.desk.feeding in TEXT

    @property
    def waits(self) -> bool:
        return self.desk.waiting is not None

    def now(self, model: Prompt, *, reading: bool, ghost_drawn: bool, leaving: bool = False) -> Now:
        """What the prompt is for at this moment. ``leaving``: ^C was pressed with nothing to clear."""
        return self._purpose.now(
            model,
            begun=self.begun,
            reading=reading,
            ghost_drawn=ghost_drawn,
            leaving=leaving,
            goes_back=self.goes_back,
        )

    def prepare(self, model: Prompt) -> None:
        """Tell the edit model what it is for: masked, and with what to propose."""
        self._purpose.prepare(model)

    # -- Enter

    def enter(self, model: Prompt) -> names.Named | None:
        """Send, hold, ask or answer what stands in the prompt; what cannot go out stays there. A typed name
        is for the caller to do."""
        desk, lesson = self.desk, self.desk.lesson
        if lesson is not None and desk.question is None and not model.paste_due:
            done, going_on = self._lessons.enter(lesson, model)
            if done:
                return going_on
        if desk.feeding is Feeding.CLOSED:
            return self._submit(model)
        if model.paste_due:
            for line in model.take_paste():
                self._send(line)
        elif (question := desk.question) is not None:
            looked_for = named(question, model.text)
            if looked_for is not None:
                model.clear()
                return looked_for
            self._answer(model)
        elif model.empty and desk.held and not desk.text_ahead and desk.raw is None:
            desk.send_held()
        else:
            return self._submit(model)
        self.attend()
        return None

    @property
    def finished(self) -> bool:
        """An exercise is solved, and its finish is shown."""
        return self.desk.lesson is not None and self.desk.lesson.solved

    def put_aside(self) -> None:
        """Esc: an open hint goes away; else the question of the exercise waits, and what is typed is for the
        server."""
        lesson = self.desk.lesson
        if lesson is None:
            self._hints = 0
        elif not lesson.close_hint() and self.desk.lesson_question is not None:
            lesson.aside = True

    def begin_lesson(self) -> None:
        """An exercise was taken up: what belonged to what was before is forgotten."""
        lesson = self.desk.lesson
        self._hints, self._explained, self._before = 0, None, self.desk.practice
        if lesson is None:
            return
        notes = [presenting.exercise(lesson.number, lesson.exercise.title)] if self.begun else []
        self._announced = (*notes, *([presenting.type_again(lesson.lost)] if lesson.resumed else []))

    def _submit(self, model: Prompt) -> names.Named | None:
        feeding = self.desk.feeding
        in_login = feeding is Feeding.SECRET
        raw = self.desk.raw is not None
        read = names.read(
            model.text,
            command_due=not in_login and feeding not in TEXT,
            answer_due=in_login,
            raw=raw,
        )
        if isinstance(read, names.Named):
            model.clear()
            return read
        if self._purpose.field is not None and not self._purpose.goes_as_it_is(read.text):
            return names.Named("fill", "")  # what is typed stays, and becomes the line
        if not (read.text or raw) and self.desk.doubts_empty():
            self._teller.note(logins.empty_doubted(PRESSED.fill))
            return None
        memorable = feeding is Feeding.COMMAND and self._memorable(read.text)
        submitted = self._send(read.text)
        if submitted is Submitted.CLOSED:
            model.refuse()
        else:
            model.clear()
            self._purpose.field = None
            if memorable:
                model.remember(read.text)
        if not self.desk.untold:  # else what it asks is said behind the lines that it asks about
            self.attend()
        return None

    def _send(self, line: str) -> Submitted:
        """By the rules, or raw."""
        return self.desk.submit(line) if self.desk.raw is None else rawing.send(self.desk, line)

    def _memorable(self, line: str) -> bool:
        """Is nothing of a login in it?"""
        if self.desk.raw is not None:
            return rawing.may_be_remembered(self.desk, line)
        return not (self.desk.holds_secret(line) or line.upper().startswith("AUTH"))

    async def fill_answer(self, model: Prompt) -> None:
        """F4 in a login: what stands in the masked prompt, or is known already, becomes the base64 line
        there."""
        from tui.desk import answering

        typed = model.text
        given = self._purpose.naming and bool(typed)
        if given:
            self.desk.login.give(Ask.USER, typed)
            self._purpose.field = None
        got = await answering.answer(self.desk, "" if given else typed, PRESSED.fill)
        if self.desk.feeding is not Feeding.SECRET or model.text != typed:
            return  # the login is over, or the person types on
        if isinstance(got, answering.Filled):
            model.replace(got.line)
            if not got.line:
                self.say(logins.empty_answer(proved=self.desk.login.server_proved))
        elif isinstance(got, str):
            self.say(got)
        else:
            model.clear()
            self._purpose.field = got
            self.say(answering.asked(self.desk, got, PRESSED.fill))
        self._on_news()

    def give_up(self) -> bool:
        """Close without a word what is only waited for: the connection being made, or a reply that is due.
        False when nothing is, or inside a message, where that would take it back."""
        feeding = self.desk.feeding
        due = feeding in {Feeding.COMMAND, Feeding.SECRET} and self.waits
        if feeding is not Feeding.CONNECTING and not due:
            return False
        self.desk.hang_up()
        return True

    def take_paste(self, model: Prompt) -> None:
        """All of a paste as message text, its dots stuffed."""
        self.desk.send_message("\n".join(model.take_paste()))

    def take_paste_together(self, model: Prompt) -> bool:
        """All of a paste at once, where that may be; else False."""
        if not (model.paste_due and self.desk.pipelining):
            return False
        self.desk.submit_together(model.take_paste())
        self.attend()
        return True

    def complete(self, model: Prompt, *, back: bool = False) -> bool:
        """Tab, where a command is due."""
        if self.desk.feeding is not Feeding.COMMAND or model.paste_due:
            return False
        from tui.words.extension_help import topics

        typed = (one.typed for one in commands.ACTIONS if one.typed)
        help_for = (f"help {topic}" for topic in topics())
        return model.complete(self.desk.known, names=(*typed, *help_for), back=back)

    # -- questions; what a yes leads to is the caller's to do

    on_leave: Callable[[], None]
    on_typed: Callable[[str], None]
    on_trust: Callable[[], None]
    on_connect: Callable[[Endpoint | None, Access | None], None]

    def ask(self, asked: Asked, target: Endpoint | None = None, access: Access | None = None) -> None:
        """A question of the screen's own at the prompt."""
        self.desk.ask(asked, target, access)
        self.attend()

    def _answer(self, model: Prompt) -> None:
        """What was typed, as the desk understands it: neither yes nor no leaves the question open."""
        question, text = self.desk.question, model.take()
        yes = self.desk.answered(text)
        if yes is None:
            self._teller.note_once(*(no_answer(None),) if question is None else unanswered(question, text))
        elif yes and question is not None and question.asked is Asked.CONNECT:
            self.on_connect(question.target, question.access)
        elif yes and question is not None and question.asked is Asked.INSECURE:
            self.on_trust()
        elif yes and question is not None and question.asked in LEAVING:
            self.on_leave()
        elif (line := self.desk.reclaim()) is not None:
            self.prepare(model)  # masked, before it stands there
            model.replace(line)
            self._teller.note(logins.reclaimed())

    # -- the rest

    def say(self, text: str) -> None:
        """A note of ours in the wire."""
        self._teller.note(text)
        self._on_news()

    @property
    def goes_back(self) -> bool:
        """F5 goes to the same server at once: a connection stood, and is gone. Where none could be made, it
        is probably another that is wanted."""
        practice = self.desk.practice
        stood = practice.failed is None and practice.tls_failed is None
        return stood and practice.closed is not None and self.desk.endpoint is not None

    def fail_to_begin(self, text: str) -> None:
        """There will be no event to say so."""
        self._step = self._step or ""
        self.say(text)

    def hint(self) -> None:
        """One hint more for the present step, or goal."""
        if self.desk.lesson is not None:
            self.desk.lesson.hint()
        self._hints = min(HINTS, self._hints + 1)

    def guide_at(self, place: tuple[int, int] | None) -> Guide | None:
        """What the guide said when the line at this place (``WireLog.place_of``) had been answered."""
        from tui.words.sheet import guide

        then = self._past.when_answered(place) if place is not None else None
        return guide(then.practice, sandbox=not then.real) if then is not None else None

    def explain(self, place: tuple[int, int] | None, *, note: bool = False) -> None:
        """Let the guide say that again, until something new is said or ``explain_no_more``."""
        self._explained = self.guide_at(place)
        if self._explained is None and not note:  # a note has said all that it is about
            self.say(_("nothing is known about this line any more"))

    def explain_no_more(self) -> None:
        self._explained = None
