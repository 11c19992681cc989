"""What goes on, as the split screen needs it: the desk, the rows of the wire, the guide, and what Enter
means.

Imported after the first frame: it brings the whole engine with it (SPEED §5). Knows no widget.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from tui.desk import faulting, rawing, ways
from tui.desk.asking import (
    ANSWERS,
    LEAVING,
    Asked,
    Feeding,
    Question,
    Submitted,
    named,
    no_answer,
    takes_fingerprint,
)
from tui.desk.composing import octets
from tui.desk.desk import Desk
from tui.desk.login import Ask
from tui.desk.opening import desk_for
from tui.desk.options import Options
from tui.desk.parting import GOODBYE_STEP
from tui.net.access import Access
from tui.net.endpoint import Endpoint
from tui.net.session import Stamped
from tui.practice.state import Practice
from tui.practice.stepping import Stop
from tui.prompt import names
from tui.prompt.prompt import Prompt
from tui.smtp.display import visible
from tui.smtp.events import AddressTried, ConnectionOpened, LineSent, Part, TypedByProgram
from tui.smtp.phases import Phase
from tui.smtp.sasl import Step
from tui.ui import presenting
from tui.ui.mode import Mode, Now
from tui.ui.past import Past
from tui.ui.telling import Teller
from tui.ui.widgets.strip import Place
from tui.ui.wirelog import WireLog
from tui.words import commands, faults, logins
from tui.words.guide import Guide
from tui.words.keys import PRESSED
from tui.words.language import gettext as _
from tui.words.reasons import reason as reason_of

if TYPE_CHECKING:
    from tui.desk.lesson import Lesson
    from tui.words.lesson import Underway

#: In a login these are no user name: an empty answer, and what cancels it.
_NO_FIELDS = frozenset({"", "*"})
_RAW_IN = frozenset({Mode.COMMAND, Mode.HEADER, Mode.BODY})
_TYPING = frozenset({Mode.COMMAND, Mode.HEADER, Mode.BODY, Mode.CLOSED})
IN_MESSAGE = frozenset({Feeding.HEADER, Feeding.BODY})
TEXT = IN_MESSAGE | {Feeding.CHUNK}
HINTS = 3
_OFFERED_AFTER = 3  # refusals
_WAIT_SHOWN_AFTER = 1  # second
_MODES = {
    Feeding.COMMAND: Mode.COMMAND,
    Feeding.HEADER: Mode.HEADER,
    Feeding.BODY: Mode.BODY,
    Feeding.SECRET: Mode.SECRET,
    Feeding.CHUNK: Mode.CHUNK,
    Feeding.QUESTION: Mode.QUESTION,
    Feeding.CLOSED: Mode.CLOSED,
    Feeding.CONNECTING: Mode.CONNECTING,
}

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
        self._past = Past()
        self._on_news = on_news
        self._before = self.desk.practice
        self._newcomer = not self.desk.commands
        self._hints = 0
        self._step: str | None = None  # None: nothing has happened yet
        self._explained: Guide | None = None
        self._spelt_out: Question | None = None
        self._not_sent: tuple[str, ...] = ()
        self._withheld = 0
        self._keeping_told = False
        self._stopped: Stop | None = None
        self._rescued = 0
        self._lost = 0
        self._just_lost = False
        self._sandbox_clock: float | None = None
        self._announced: tuple[str, ...] = ()  # what to say before the server of an exercise speaks
        self._typed_by_us = False  # the next line
        self._field: Ask | None = None  # what F4 asked for in a login: Enter makes the base64 of it too

    def _on_events(self, batch: tuple[Stamped, ...]) -> None:
        practice = self.desk.practice
        self._past.remember(self._before, batch)
        self._before, self._explained = practice, None
        self.read_clock()
        self._just_lost = self._just_lost and not any(isinstance(one.event, LineSent) for one in batch)
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
        """Say what the desk has come to: a question, lines that were not sent, nothing being kept."""
        question = self.desk.question
        if question is not None and question is not self._spelt_out:
            self._teller.note_once(*presenting.question_notes(question, ways.present(self.desk)))
        self._spelt_out = question
        for note in self._unsent():
            self._teller.note(note)
        stopped, self._stopped = self._stopped, self.desk.stopped
        told_at_its_end = self.desk.stopped is Stop.NO_STARTTLS  # of the connection, as the reason of that
        if stopped is not self._stopped and self.desk.stopped_because and not told_at_its_end:
            self._teller.note(self.desk.stopped_because)
        lost, self._lost = self._lost, self.desk.lost
        if self._lost > lost:
            self._just_lost = True
            self._teller.note(faults.lost(self._lost - lost))
        rescued, self._rescued = self._rescued, self.desk.rescued
        if self._rescued and not rescued:
            self._teller.note(presenting.rescued(self._rescued))
        problem = self.desk.keeping_failed
        if problem is not None and not self._keeping_told:
            self._keeping_told = True
            reason = reason_of(problem)
            self._teller.note(_("nothing is kept any more: {reason}").format(reason=reason))

    def _unsent(self) -> Iterator[str]:
        left, self._not_sent = self._not_sent, self.desk.left_over
        if self._not_sent != left:
            said = (line for line in self._not_sent if line.strip())
            yield from (_("not sent: {line}").format(line=visible(line)) for line in said)
        withheld, self._withheld = self._withheld, self.desk.withheld
        if self._withheld > withheld:
            yield presenting.withheld(self._withheld - withheld)

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
            lost=self._just_lost,
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
        desk, feeding = self.desk, self.desk.feeding
        mode = _MODES[feeding] if self.begun else Mode.CONNECTING
        asked = desk.question.asked.value if desk.question is not None else ""
        lesson = desk.lesson
        if lesson is not None and not asked:
            mode, asked = self._in_lesson(lesson, mode, model)
        waiting, seconds = desk.waiting, self._waited
        naming = self._how_named(model)
        if mode is Mode.SECRET and naming:
            mode = Mode.NAME
        elif mode is Mode.SECRET:
            naming = self._how_far(model)
        if desk.raw is not None and mode in _RAW_IN:
            mode = Mode.RAW
        if model.paste_due:
            mode = Mode.PASTE
        elif reading:
            mode = Mode.READING
        elif mode is Mode.COMMAND and seconds >= _WAIT_SHOWN_AFTER:
            mode = Mode.WAITING
        check = desk.practice.message
        lines = check.lines if check is not None else 0
        return Now(
            mode,
            ghost=model.ghost,
            named=not ghost_drawn,
            empty=model.empty,
            held=len(desk.held),
            lines=len(model.pasted) if mode is Mode.PASTE else lines,
            in_message=feeding in IN_MESSAGE,
            pipelining=mode is Mode.PASTE and desk.pipelining,
            closed=feeding is Feeding.CLOSED,
            choices=model.choices,
            raw=desk.raw.value if desk.raw is not None else "",
            unended=desk.unended,
            **self._counted(model),
            awaited=presenting.waits_for(waiting.to) if waiting is not None else "",
            seconds=seconds,
            limit=int(waiting.limit) if waiting is not None else 0,
            asked=asked,
            last=lesson is not None and lesson.number == lesson.of,
            answers=self._answers,
            aside=lesson is not None and lesson.question_aside is not None,
            task=lesson is not None and not lesson.telling,
            offered=lesson is not None and self._may_offer(lesson),
            leaving=leaving,
            why_closed=presenting.why_closed(desk.practice),
            goes_back=self.goes_back or lesson is not None,
            host=visible(str(desk.endpoint)) if desk.real else _("the sandbox"),
            name=naming or "open",
        )

    @property
    def _naming(self) -> bool:
        """The user name was asked for: what is typed is no secret."""
        return self._field is Ask.USER

    def _how_named(self, model: Prompt) -> str:
        """How the user name of LOGIN stands in the prompt (``Now.name``); "" where a secret is due."""
        login = self.desk.practice.login
        if self._naming:
            return "open"
        if login is None or login.step is not Step.USER:
            return ""
        return "coded" if model.text and model.text == model.legible else "hidden"

    def _how_far(self, model: Prompt) -> str:
        """How a secret stands in the prompt (``Now.name``); "" where nothing was made or asked for by F4."""
        if not model.empty and model.text == self.desk.login.filled:
            return "filled"
        return "asked" if self._field is not None else ""

    def _counted(self, model: Prompt) -> dict[str, Any]:
        """What BDAT counts: the octets of the chunk under way, or those that go out behind the line."""
        chunk = self.desk.chunk
        if chunk is not None:
            return {"chunk": (chunk.sent, chunk.size), "octets": len(octets(model.text)) + len("\r\n")}
        if model.text[:4].upper() == "BDAT":
            return {"behind": len(self.desk.behind(octets(model.text)))}
        return {}

    def _in_lesson(self, lesson: Lesson, mode: Mode, model: Prompt) -> tuple[Mode, str]:
        """What Enter means for the exercise, where it does not go to the server."""
        if lesson.playing and not lesson.solved:
            return (Mode.SOLUTION, "") if mode in _TYPING else (mode, "")
        if lesson.solved:
            return (Mode.SOLVED if model.empty and not self.waits else mode), ""
        if lesson.attempt.stage_over and model.empty:
            return Mode.QUESTION, "stage"
        return (Mode.QUESTION, "lesson") if self.desk.lesson_question is not None else (mode, "")

    def _may_offer(self, lesson: Lesson) -> bool:
        """A hint, after some refusals in a row that nobody asked for."""
        refused = self.desk.practice.refusals >= _OFFERED_AFTER and not lesson.attempt.wanted
        return refused and not lesson.hints

    @property
    def _answers(self) -> str:
        goal = self.desk.lesson_question
        if goal is None or goal.question is None:
            return ""
        return presenting.choices([one.key for one in goal.question.choices])

    def prepare(self, model: Prompt) -> None:
        """Tell the edit model what it is for: masked, and with what to propose."""
        lesson = self.desk.lesson
        if lesson is not None and lesson.playing and model.empty and self._may_play:
            model.replace(lesson.due or "")
        question = self.desk.question
        guarded = question is not None and question.guarded
        pasted = question is not None and (question.secret or takes_fingerprint(question))
        model.one_line = guarded or pasted
        model.readable = ANSWERS if guarded else None
        in_login = self.desk.feeding is Feeding.SECRET
        self._field = self._field if in_login else None
        model.secret = in_login or (question is not None and question.secret)
        model.naming = self._naming
        model.legible = self.desk.login.legible(self.desk.practice)
        command_due = self.desk.feeding is Feeding.COMMAND
        model.wary = command_due and self.desk.late_answer_likely
        model.suggestion = self.desk.suggestion if command_due or self.inside else ""
        model.completes_from_history = command_due

    # -- Enter

    def enter(self, model: Prompt) -> names.Named | None:
        """Send, hold, ask or answer what stands in the prompt; what cannot go out stays there. A typed name
        is for the caller to do."""
        desk, lesson = self.desk, self.desk.lesson
        if lesson is not None and desk.question is None and not model.paste_due:
            done, going_on = self._for_lesson(lesson, model)
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

    def _for_lesson(self, lesson: Lesson, model: Prompt) -> tuple[bool, names.Named | None]:
        """What the exercise takes of Enter: an answer, or going on; False: the line is for the server."""
        if model.empty and lesson.solved and not self.waits:
            return True, names.Named("next", "")
        if model.empty and lesson.attempt.stage_over:
            return True, names.Named("next", "")
        waiting = lesson.question_aside
        if waiting is not None and waiting.question is not None:
            if model.empty or waiting.question.known(model.text):
                lesson.aside = False  # an answer is no command: it does not go to the server
            if model.empty:
                return True, None
        if self.desk.lesson_question is None:
            if lesson.playing and not lesson.solved and model.empty and (lesson.due or not self._may_play):
                return True, None  # pressed before the next line was there
            if lesson.playing and self._may_play:
                lesson.played()
            return False, None
        read = names.read(model.text, command_due=True)
        if isinstance(read, names.Named):
            model.clear()
            return True, read
        if not model.empty:
            lesson.answer(self.desk.practice, model.take())
            if lesson.playing:
                lesson.played()
        return True, None

    @property
    def _may_play(self) -> bool:
        """The next line of the worked solution may go out, or answer."""
        if self.waits or self.desk.held or self.desk.question is not None:
            return False
        greeted = self.desk.connected and self.desk.practice.phase is not Phase.CONNECTING
        return greeted or self.desk.lesson_question is not None

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
        if self._field is not None and not self._goes_as_it_is(read.text):
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
            self._field = None
            if memorable:
                model.remember(read.text)
        if not self.desk.untold:  # else what it asks is said behind the lines that it asks about
            self.attend()
        return None

    def _goes_as_it_is(self, answer: str) -> bool:
        """In a login, where F4 has asked for a field: no field, or the base64 of one."""
        return answer in _NO_FIELDS or answer == self.desk.login.filled

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
        given = self._naming and bool(typed)
        if given:
            self.desk.login.give(Ask.USER, typed)
            self._field = None
        got = await answering.answer(self.desk, "" if given else typed, PRESSED.fill)
        if self.desk.feeding is not Feeding.SECRET or model.text != typed:
            return  # the login is over, or the person types on
        if isinstance(got, answering.Filled):
            model.replace(got.line)
            if not got.line:
                self.say(_("the answer is an empty line: press Enter"))
        elif isinstance(got, str):
            self.say(got)
        else:
            model.clear()
            self._field = got
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

    @property
    def _waited(self) -> int:
        """Seconds since a reply is due."""
        waiting = self.desk.waiting
        return int(self.desk.elapsed - waiting.since) if waiting is not None else 0

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
            lost = (_("not sent: {line}").format(line=visible(text)),) if text.strip() else ()
            self._teller.note_once(*lost, no_answer(question))
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

    def guide_at(self, number: int | None) -> Guide | None:
        """What the guide said when the line with this wire number had been answered."""
        from tui.words.sheet import guide

        practice = self._past.when_answered(number) if number is not None else None
        return guide(practice, sandbox=not self.desk.real) if practice is not None else None

    def explain(self, number: int | None) -> None:
        """Let the guide say that again, until something new is said or ``explain_no_more``."""
        self._explained = self.guide_at(number)
        if self._explained is None:
            self.say(_("nothing is known about this line any more"))

    def explain_no_more(self) -> None:
        self._explained = None
