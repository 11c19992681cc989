"""What the prompt is for at this moment, as its mode line says it and as its edit model needs it."""

from __future__ import annotations

from typing import Any, Final

from tui.desk import ways
from tui.desk.asking import ANSWERS, Feeding, takes_fingerprint
from tui.desk.composing import octets
from tui.desk.desk import Desk
from tui.desk.login import Ask
from tui.prompt.prompt import Prompt
from tui.smtp.sasl import Step
from tui.ui import presenting
from tui.ui.lessonprompt import LessonPrompt
from tui.ui.mode import Mode, Now
from tui.words.language import gettext as _

#: In a login these are no user name: an empty answer, and what cancels it.
_NO_FIELDS: Final = frozenset({"", "*"})
_RAW_IN: Final = frozenset({Mode.COMMAND, Mode.HEADER, Mode.BODY})
IN_MESSAGE: Final = frozenset({Feeding.HEADER, Feeding.BODY})
TEXT: Final = IN_MESSAGE | {Feeding.CHUNK}
_WAIT_SHOWN_AFTER: Final = 1  # second
_MODES: Final = {
    Feeding.COMMAND: Mode.COMMAND,
    Feeding.HEADER: Mode.HEADER,
    Feeding.BODY: Mode.BODY,
    Feeding.SECRET: Mode.SECRET,
    Feeding.CHUNK: Mode.CHUNK,
    Feeding.QUESTION: Mode.QUESTION,
    Feeding.CLOSED: Mode.CLOSED,
    Feeding.CONNECTING: Mode.CONNECTING,
}


class Purpose:
    """Of the prompt of one sitting."""

    def __init__(self, desk: Desk, lessons: LessonPrompt) -> None:
        self.desk = desk
        self._lessons = lessons
        #: What F4 asked for in a login: Enter makes the base64 of it too.
        self.field: Ask | None = None

    def goes_as_it_is(self, answer: str) -> bool:
        """In a login, where F4 has asked for a field: no field, or the base64 of one."""
        return answer in _NO_FIELDS or answer == self.desk.login.filled

    def now(
        self, model: Prompt, *, reading: bool, ghost_drawn: bool, leaving: bool, begun: bool, goes_back: bool
    ) -> Now:
        """What the prompt is for at this moment. ``leaving``: ^C was pressed with nothing to clear;
        ``begun``: something has happened."""
        desk, feeding = self.desk, self.desk.feeding
        mode = _MODES[feeding] if begun else Mode.CONNECTING
        asked = desk.question.asked.value if desk.question is not None else ""
        lesson = desk.lesson
        if lesson is not None and not asked:
            mode, asked = self._lessons.mode(lesson, mode, model)
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
            answers=self._lessons.answers,
            aside=lesson is not None and lesson.question_aside is not None,
            task=lesson is not None and not lesson.telling,
            offered=lesson is not None and self._lessons.may_offer(lesson),
            leaving=leaving,
            why_closed=presenting.why_closed(desk.practice),
            goes_back=goes_back or lesson is not None,
            host=ways.present(desk) if desk.real else _("the sandbox"),
            name=naming or "open",
        )

    @property
    def naming(self) -> bool:
        """The user name was asked for: what is typed is no secret."""
        return self.field is Ask.USER

    def _how_named(self, model: Prompt) -> str:
        """How the user name of LOGIN stands in the prompt (``Now.name``); "" where a secret is due."""
        login = self.desk.practice.login
        if self.naming:
            return "open"
        if login is None or login.step is not Step.USER:
            return ""
        return "coded" if model.text and model.text == model.legible else "hidden"

    def _how_far(self, model: Prompt) -> str:
        """How a secret stands in the prompt (``Now.name``); "" where nothing was made or asked for by F4."""
        if not model.empty and model.text == self.desk.login.filled:
            return "filled"
        return "asked" if self.field is not None else ""

    def _counted(self, model: Prompt) -> dict[str, Any]:
        """What BDAT counts: the octets of the chunk under way, or those that go out behind the line."""
        chunk = self.desk.chunk
        if chunk is not None:
            return {"chunk": (chunk.sent, chunk.size), "octets": len(octets(model.text)) + len("\r\n")}
        if model.text[:4].upper() == "BDAT":
            return {"behind": len(self.desk.behind(octets(model.text)))}
        return {}

    @property
    def _waited(self) -> int:
        """Seconds since a reply is due."""
        waiting = self.desk.waiting
        return int(self.desk.elapsed - waiting.since) if waiting is not None else 0

    def prepare(self, model: Prompt) -> None:
        """Tell the edit model what it is for: masked, and with what to propose."""
        lesson = self.desk.lesson
        if lesson is not None and lesson.playing and model.empty and self._lessons.may_play:
            model.replace(lesson.due or "")
        question = self.desk.question
        guarded = question is not None and question.guarded
        pasted = question is not None and (question.secret or takes_fingerprint(question))
        model.one_line = guarded or pasted
        model.readable = ANSWERS if guarded else None
        in_login = self.desk.feeding is Feeding.SECRET
        self.field = self.field if in_login else None
        model.secret = in_login or (question is not None and question.secret)
        model.naming = self.naming
        model.legible = self.desk.login.legible(self.desk.practice)
        command_due = self.desk.feeding is Feeding.COMMAND
        model.wary = command_due and self.desk.late_answer_likely
        model.suggestion = self.desk.suggestion if command_due or self.desk.feeding in TEXT else ""
        model.completes_from_history = command_due
