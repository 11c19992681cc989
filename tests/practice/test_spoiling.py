"""What one mail cannot give any more: fields typed too late or twice, and goals that it did not meet."""

from __future__ import annotations

import pytest

from tests.practice.graded import DATA, HELO, MAIL, Graded
from tests.practice.test_grading import STEP, goal
from tui.practice.leading import Lead, Way, lead
from tui.practice.spoiling import of_a_mail

GOALS = (
    goal("bob", 'event = "reply"\nverb = "RCPT"\ncode = 2\naddress = "b@x.test"\nscope = "mail"\nwhy = "w"')
    + goal("from", 'why = "w"\n[goal.message]\nheader = "from"\nis = "named-address"')
    + goal("date", 'why = "w"\n[goal.message]\nheader = "date"\nis = "date"')
    + STEP.format("dot")
)


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((*DATA, "C: From: a@x.test"), "goal:from"),  # at once, not a line later
        ((*DATA, "C: From: a@x.test", "C: Date: today"), "goal:date"),
        ((*DATA, "C: From: A", "C: Date: today"), "goal:date"),  # the newest of two
        ((*DATA, "C: "), "goal:from"),
        ((*DATA, "C: ", "C: Date: today"), "late:date"),
        ((*DATA, "C: ", "C: x", "C: From: A <a@x.test>"), "late:from"),
        ((*DATA, "C: ", "C: Note: today"), ""),
        ((*DATA, "C: From: A <a@x.test>", "C: ", "C: From: B <b@x.test>"), ""),  # it is met
        ((*DATA, "C: From: a@x.test", "C: From: A <a@x.test>"), "twice:from"),
        ((*DATA, "C: From: a@x.test", "C: Date: today", "C: From: A <a@x.test>"), "twice:from"),
        ((*DATA, "C: From: A <a@x.test>", "C: From: B <b@x.test>"), ""),
    ],
)
def test_a_field_where_it_does_not_count(rows: tuple[str, ...], told: str) -> None:
    assert Graded(GOALS).play(*rows).told == told


def test_what_was_told_alone_is_an_error() -> None:
    graded = Graded(GOALS).play(*DATA, "C: ", "C: Hi.", "C: .", "S: 250 ok")
    assert graded.attempt.first_errors == ("goal:from",)
    graded.play("C: NOOP", "S: 250 ok")
    assert graded.told == ""


GONE = (*DATA, "C: ", "C: Hi.", "C: .", "S: 250 ok")


def test_a_mail_that_is_over_did_not_meet_what_it_was_to_meet() -> None:
    graded = Graded(GOALS).play(*GONE)
    assert graded.attempt.missed == {"from", "date"}
    assert lead(graded.attempt, graded.practice) == Lead("MAIL FROM:<alice@example.org>", Way.AGAIN)
    graded.play("C: MAIL FROM:<a@x.test>", "S: 250 ok")
    assert graded.attempt.missed == frozenset()
    assert lead(graded.attempt, graded.practice) == Lead("L", Way.OWN)


def test_a_refused_mail_is_over_as_well() -> None:
    graded = Graded(GOALS).play(*GONE[:-1], "S: 550 no")
    assert graded.attempt.missed == {"from", "date", "dot"}


SECOND = (
    goal("first", 'event = "accepted"\nscope = "connection"')
    + goal("max", 'event = "reply"\nverb = "RCPT"\ncode = 2\naddress = "m@x.test"\nafter = ["first"]')
    + goal("bye", 'event = "command"\nverb = "QUIT"\nafter = ["max"]')
)


def test_what_only_this_mail_has_opened_is_no_fault_of_its_own() -> None:
    graded = Graded(SECOND).play(*GONE)
    assert graded.attempt.missed == frozenset()
    found = lead(graded.attempt, graded.practice)
    assert found is not None
    assert found.way is not Way.AGAIN


def test_which_goals_one_mail_can_meet() -> None:
    goals = {
        one.id: of_a_mail(one)
        for text in (
            GOALS,
            SECOND,
            STEP.format("helo"),
            goal("why", '[goal.question]\nask = "?"\naccept = ["a"]'),
        )
        for one in Graded(text).attempt.goals
    }
    assert {id for id, one in goals.items() if not one} == {"helo", "bye", "why"}


AGAIN = goal("n", 'event = "command"\nverb = "NOOP"') + (
    '[[mistake]]\nid = "again"\nsay = "s"\nwhy = "w"\n'
    'event = "finding"\nfinding = "missing-brackets"\ntimes = 2\n'
    '[[mistake]]\nid = "early"\nsay = "s"\nwhy = "w"\nevent = "command"\nverb = "VRFY"\nbefore = ["n"]\n'
)


def test_a_mistake_that_is_one_only_when_it_comes_again() -> None:
    loose = ("C: MAIL FROM:a@x.test", "S: 501 no")
    graded = Graded(AGAIN).play(*HELO, *loose)
    assert graded.told == ""
    assert graded.play(*loose).told == "mistake:again"


def test_a_mistake_that_is_one_only_before_a_goal_is_met() -> None:
    graded = Graded(AGAIN).play(*HELO, "C: VRFY a", "S: 252 ok")
    assert graded.told == "mistake:early"
    assert graded.play("C: NOOP", "S: 250 ok", "C: VRFY a", "S: 252 ok").told == ""


def test_a_refusal_that_was_asked_for() -> None:
    refused = goal("no", 'event = "reply"\nverb = "RCPT"\ncode = 5\naddress = "no@x.test"\nscope = "mail"')
    asked = ("C: RCPT TO:<no@x.test>", "S: 550 no")
    graded = Graded(refused + STEP.format("dot")).play(*MAIL, *asked)
    assert graded.attempt.wanted == "no"
    assert graded.attempt.first_errors == ()
    assert graded.play(*asked).attempt.wanted == ""  # once more is too often
    assert graded.play("C: RCPT TO:<b@x.test>", "S: 250 ok").attempt.wanted == ""


def test_what_was_found_in_a_message_that_holds_something() -> None:
    both = goal("odd", 'event = "finding"\nfinding = "no-blank-line"\n[goal.message]\nheader = "subject"')
    graded = Graded(both).play(*DATA, "C: To: b@x.test", "C: text")
    assert graded.marks == "*"
    graded.play("C: Subject: x")
    assert Graded(both).play(*DATA, "C: Subject: x", "C: text").marks == "+"


def test_a_message_that_was_taken_is_shown_with_its_code_and_for_whom_it_is() -> None:
    taken = goal("one", 'event = "accepted"\naddress = "b@x.test"\n[goal.message]\nheader = "subject"')
    graded = Graded(taken).play(*DATA, "C: Subject: one", "C: ", "C: x", "C: .", "S: 250 ok")
    (step,) = graded.attempt.steps
    assert (step.code, step.value) == ("250", "b@x.test")


def test_a_header_that_must_not_be_ends_the_mail_even_when_every_goal_is_met() -> None:
    text = (
        STEP.format("dot")
        + '[[forbid]]\nid = "bcc"\nsay = "s"\nwhy = "w"\n[forbid.message]\nheader = "bcc"\n'
    )
    graded = Graded(text).play(*DATA, "C: Bcc: c@x.test")
    assert lead(graded.attempt, graded.practice) == Lead(".", Way.ENDING)
    graded.play("C: ", "C: x", "C: .", "S: 250 ok")
    found = lead(graded.attempt, graded.practice)
    assert found is not None
    assert (found.line[:10], found.way) == ("MAIL FROM:", Way.AGAIN)
