"""A dialogue as rows of text, folded into an attempt at an exercise."""

from __future__ import annotations

from tests.practice.talking import Talk
from tui.practice import loader
from tui.practice.attempt import Attempt
from tui.practice.checklist import advance
from tui.practice.exercise import Exercise
from tui.practice.grading import answer, begin, grade
from tui.practice.state import StepState
from tui.smtp.events import ConnectionOpened, Event

NOW = 1_795_795_200.0  # Fri, 27 Nov 2026 16:00:00 +0000

HEAD = """
format_version = 1
id = "sample"
title = "A sample"
level = "easy"
minutes = 3
story = "Once."
solution = ["QUIT"]
"""

#: The rows of a session up to each point, as the server of ``tests.practice.talking`` answers.
GREETING = ("S: 220 hi",)
HELO = (*GREETING, "C: HELO me", "S: 250 hi")
MAIL = (*HELO, "C: MAIL FROM:<a@x.test>", "S: 250 ok")
RCPT = (*MAIL, "C: RCPT TO:<b@x.test>", "S: 250 ok")
DATA = (*RCPT, "C: DATA", "S: 354 go")

_MARKS = {
    StepState.NOW: "*",
    StepState.REFUSED: "x",
    StepState.LATER: "~",
    StepState.WAITING: "?",
    StepState.DONE: "+",
    StepState.TO_DO: "-",
}


def exercise(text: str, *, head: str = HEAD) -> Exercise:
    """An exercise file with the usual beginning."""
    return loader.exercise((head + text).encode(), "sample.toml")


class Graded(Talk):
    """``attempt`` is as it stands after what was played."""

    def __init__(self, one: Exercise | str, **begun: object) -> None:
        made = exercise(one) if isinstance(one, str) else one
        self.attempt: Attempt = begin(made, now=NOW, **begun)  # type: ignore[arg-type]
        super().__init__()

    def tell(self, *events: Event) -> Graded:
        for event in events:
            self.events.append(event)
            before, self.practice = self.practice, advance(self.practice, event)
            self.attempt = grade(self.attempt, before, self.practice, event)
        return self

    def play(self, *rows: str | bytes) -> Graded:
        super().play(*rows)
        return self

    def reconnect(self) -> Graded:
        from tui.smtp.dialogue import Dialogue

        self.play("* closed by client")
        self.dialogue = Dialogue()
        return self.tell(ConnectionOpened("localhost", "127.0.0.1", 2525, True))

    def answer(self, text: str) -> Graded:
        self.attempt = answer(self.attempt, self.practice, text)
        return self

    @property
    def marks(self) -> str:
        """One mark a goal: + done, * now, - to do, x refused, ~ later, ? waiting."""
        return "".join(_MARKS[step.state] for step in self.attempt.steps)

    @property
    def told(self) -> str:
        """``goal:from``; "" for nothing."""
        one = self.attempt.told
        return "" if one is None else ":".join(part for part in (one.kind, one.id, one.key) if part)
