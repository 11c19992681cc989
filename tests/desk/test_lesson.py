"""One exercise under way: its hints are counted, what was reached is kept, and its solution can be played."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.practice.graded import HELO, NOW, exercise
from tests.practice.talking import Talk
from tui.desk.lesson import HINTS, Kept, Lesson
from tui.desk.teaching import Teaching
from tui.practice.checklist import advance, start
from tui.smtp.events import Event
from tui.store.paths import Home, locate

GOALS = (
    '[[goal]]\nid = "helo"\nname = "HELO"\nhints = ["n", "r", "HELO me"]\nstep = "helo"\n'
    '[[goal]]\nid = "noop"\nname = "NOOP"\nhints = ["n", "r", "NOOP"]\nevent = "command"\nverb = "NOOP"\n'
    '[[goal]]\nid = "why"\nname = "why"\nhints = ["n", "r", "b"]\n'
    '[goal.question]\nask = "?"\naccept = ["b"]\n'
)


def lesson(told: list[Kept], *, kept: Kept | None = None) -> Lesson:
    return Lesson(exercise(GOALS), now=NOW, keep=told.append, kept=kept)


def played(one: Lesson, *rows: str) -> Talk:
    """The rows, told to the lesson as a desk would."""
    talk = Talk().play(*rows)
    practice = start()
    for event in talk.events:
        before, practice = practice, advance(practice, event)
        one.seen(before, practice, event)
    return talk


class Fed(Talk):
    """Every event is told to the lesson at once."""

    def __init__(self, one: Lesson) -> None:
        self.lesson = one
        super().__init__()

    def tell(self, *events: Event) -> Fed:
        for event in events:
            self.events.append(event)
            before, self.practice = self.practice, advance(self.practice, event)
            self.lesson.seen(before, self.practice, event)
        return self

    def play(self, *rows: str | bytes) -> Fed:
        super().play(*rows)
        return self


def test_hints_are_counted_for_each_goal_and_in_all() -> None:
    kept: list[Kept] = []
    one = lesson(kept)
    for asked in (1, 2, 3, 3):
        one.hint()
        assert one.hints == asked
    assert one.kept.hints == HINTS
    talk = played(one, *HELO)
    assert one.hints == 0
    lead = one.fill(talk.practice)
    assert lead is not None
    assert (lead.line, one.hints, one.kept.hints) == ("NOOP", HINTS, HINTS + 1)
    one.fill(talk.practice)
    assert one.kept.hints == HINTS + 1
    assert kept[-1].hints == HINTS + 1


MAIL_GOALS = (
    '[[goal]]\nid = "rcpt"\nname = "RCPT"\nhints = ["n", "r", "RCPT TO:<b@x.test>"]\n'
    'event = "reply"\nverb = "RCPT"\ncode = 2\nscope = "mail"\n'
    '[[goal]]\nid = "subject"\nname = "Subject"\nhints = ["n", "r", "Subject: x"]\n'
    '[goal.message]\nheader = "subject"\n'
)


def test_hints_of_the_way_do_not_use_up_those_of_the_goal_which_are_the_same_in_every_mail() -> None:
    one = Lesson(exercise(MAIL_GOALS), now=NOW)
    talk = Fed(one).play(*HELO)
    one.hint()
    one.hint()
    assert one.hints == 2  # how to begin a mail
    talk.play("C: MAIL FROM:<a@x.test>", "S: 250 ok")
    assert one.hints == 0  # it fits no more
    one.hint()
    assert one.hints == 1  # the goal's own
    talk.play("C: RCPT TO:<b@x.test>", "S: 250 ok", "C: DATA", "S: 354 go", "C: ")
    one.hint()
    assert one.hints == 1  # the goal's own, though this mail cannot meet it
    talk.play("C: .", "S: 250 ok")
    one.hint()
    assert one.hints == 2
    talk.play(
        "C: MAIL FROM:<a@x.test>", "S: 250 ok", "C: RCPT TO:<b@x.test>", "S: 250 ok", "C: DATA", "S: 354 go"
    )
    assert one.hints == 0
    one.hint()
    assert one.hints == 2  # opened again
    one.hint()
    assert (one.hints, one.kept.hints) == (3, 6)


def test_a_hint_stays_while_it_fits_is_older_then_and_can_be_closed() -> None:
    one = Lesson(exercise(MAIL_GOALS), now=NOW)
    talk = Fed(one).play(*HELO)
    assert not one.close_hint()
    one.hint()
    assert not one.hint_is_older
    talk.play("C: HALLO", "S: 500 no")
    assert (one.hints, one.hint_is_older) == (1, True)
    assert one.close_hint()
    assert one.hints == 0
    one.hint()  # opened again
    assert (one.hints, one.kept.hints) == (1, 1)
    one.hint()
    assert one.hints == 2


def test_a_hint_asked_for_while_a_reply_is_due_is_about_what_it_leads_to() -> None:
    one = Lesson(exercise(MAIL_GOALS), now=NOW)
    talk = Fed(one).play(*HELO, "C: MAIL FROM:<a@x.test>")
    one.hint()
    one.hint()
    assert one.hints == 2
    talk.play("S: 250 ok")
    assert one.hints == 2
    talk.play("C: RCPT TO:<b@x.test>")
    assert one.hints == 0  # nothing to type now
    talk.play("S: 550 no")
    assert one.hints == 2  # the same place again


def test_what_came_before_its_own_connection_does_not_count() -> None:
    one = lesson([])
    talk = Talk().play(*HELO)
    for event in talk.events[1:]:
        one.seen(talk.practice, talk.practice, event)
    assert one.attempt.lines == 0
    assert one.telling


def test_what_was_reached_is_kept_and_gone_on_with() -> None:
    kept: list[Kept] = []
    one = lesson(kept)
    played(one, *HELO, "C: NOOP", "S: 250 ok")
    assert kept[-1].done == ("helo", "noop")
    assert kept[-1].lasting == ("noop",)
    again = lesson([], kept=kept[-1])
    assert again.resumed
    assert again.lost == ("HELO",)
    assert [step.state.value for step in again.attempt.steps] == ["now", "done", "to-do"]
    assert again.kept.lines == kept[-1].lines


def test_a_question_is_answered_and_ends_it() -> None:
    kept: list[Kept] = []
    one = lesson(kept)
    talk = played(one, *HELO, "C: NOOP", "S: 250 ok")
    assert one.question(talk.practice) is not None
    assert not one.answer(talk.practice, "a")
    assert one.answer(talk.practice, "b")
    assert one.solved
    assert kept[-1].solved
    assert dict(kept[-1].answers) == {"why": "b"}
    assert kept[-1].first_errors == ("choice:why:",)
    one.hint()
    assert one.kept.hints == 0


def test_the_worked_solution_is_played_and_remembered() -> None:
    kept: list[Kept] = []
    one = lesson(kept)
    assert one.due is None
    one.play()
    assert one.playing
    assert one.due == "QUIT"
    one.played()
    assert one.due is None
    assert kept[-1].shown


@pytest.fixture
def place(tmp_path: Path) -> Home:
    return locate({"SMTPTUTOR_HOME": str(tmp_path)})


def test_a_course_knows_what_was_left_and_what_is_done(place: Home) -> None:
    teaching = Teaching(place)
    assert teaching.unfinished is None
    one = teaching.lesson("first-mail")
    assert (one.number, one.of, one.resumed) == (1, 8, False)
    assert teaching.unfinished == "first-mail"
    assert teaching.lesson("first-mail").resumed
    assert not teaching.lesson("first-mail", anew=True).resumed
    entry = teaching.course.entry("first-mail")
    assert entry is not None
    assert (entry.standing.value, entry.attempts) == ("begun", 2)
    teaching.forget("first-mail")
    assert teaching.unfinished is None
    assert teaching.find("3") == "envelope-and-header"


def test_what_is_sent_while_leaving_is_not_the_learners() -> None:
    quitting = '[[goal]]\nid = "quit"\nname = "QUIT"\nhints = ["n", "r", "QUIT"]\nstep = "quit"\n'
    one = Lesson(exercise(quitting), now=NOW)
    talk = Fed(one).play(*HELO)
    one.put_down()
    talk.play("C: QUIT", "S: 221 bye")
    assert one.kept.done == ()
