"""What an exercise makes of the prompt: whether what is typed answers its question, or goes on, or is a line
for the server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.desk.desk import Desk
from tui.prompt import names
from tui.prompt.prompt import Prompt
from tui.smtp.phases import Phase
from tui.ui import presenting
from tui.ui.mode import Mode

if TYPE_CHECKING:
    from tui.desk.lesson import Lesson

_TYPING: Final = frozenset({Mode.COMMAND, Mode.HEADER, Mode.BODY, Mode.CLOSED})
_OFFERED_AFTER: Final = 3  # refusals


class LessonPrompt:
    """Of whatever exercise is under way at this desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def enter(self, lesson: Lesson, model: Prompt) -> tuple[bool, names.Named | None]:
        """What the exercise takes of Enter: an answer, or going on; False: the line is for the server."""
        if model.empty and lesson.solved and self.desk.waiting is None:
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
            if lesson.playing and not lesson.solved and model.empty and (lesson.due or not self.may_play):
                return True, None  # pressed before the next line was there
            if lesson.playing and self.may_play:
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
    def may_play(self) -> bool:
        """The next line of the worked solution may go out, or answer."""
        if self.desk.waiting is not None or self.desk.held or self.desk.question is not None:
            return False
        greeted = self.desk.connected and self.desk.practice.phase is not Phase.CONNECTING
        return greeted or self.desk.lesson_question is not None

    def mode(self, lesson: Lesson, mode: Mode, model: Prompt) -> tuple[Mode, str]:
        """What Enter means for the exercise, where it does not go to the server."""
        if lesson.playing and not lesson.solved:
            return (Mode.SOLUTION, "") if mode in _TYPING else (mode, "")
        if lesson.solved:
            return (Mode.SOLVED if model.empty and self.desk.waiting is None else mode), ""
        if lesson.attempt.stage_over and model.empty:
            return Mode.QUESTION, "stage"
        return (Mode.QUESTION, "lesson") if self.desk.lesson_question is not None else (mode, "")

    def may_offer(self, lesson: Lesson) -> bool:
        """A hint, after some refusals in a row that nobody asked for."""
        refused = self.desk.practice.refusals >= _OFFERED_AFTER and not lesson.attempt.wanted
        return refused and not lesson.hints

    @property
    def answers(self) -> str:
        goal = self.desk.lesson_question
        if goal is None or goal.question is None:
            return ""
        return presenting.choices([one.key for one in goal.question.choices])
