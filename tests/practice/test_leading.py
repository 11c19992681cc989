"""The third hint leads to the end, whatever was done before."""

from __future__ import annotations

import pytest

from tests.practice.graded import DATA, GREETING, HELO, MAIL, RCPT, Graded
from tui.lessons import shelf
from tui.practice.leading import Lead, Way, in_another_mail, is_of_goal, lead

GOALS = """
[[goal]]
id = "sender"
name = "sender"
hints = ["n", "r", "MAIL FROM:<a@x.test>"]
event = "reply"
verb = "MAIL"
code = 2
address = "a@x.test"
scope = "mail"
[[goal]]
id = "two"
name = "two"
hints = ["n", "r", "RCPT TO:<b@x.test>\\nRCPT TO:<c@x.test>"]
event = "reply"
verb = "RCPT"
code = 2
times = 2
scope = "mail"
[[goal]]
id = "refused"
name = "refused"
hints = ["n", "r", "RCPT TO:<no@x.test>"]
event = "reply"
verb = "RCPT"
code = 5
address = "no@x.test"
scope = "mail"
[[goal]]
id = "subject"
name = "subject"
hints = ["n", "r", "Subject: x\\n y\\n\\nText\\n..dot"]
[goal.message]
header = "subject"
is = "folded"
body_lines = 2
[[goal]]
id = "dot"
name = "dot"
hints = ["n", "r", "."]
step = "dot"
[[goal]]
id = "rset"
name = "rset"
hints = ["n", "r", "RSET"]
event = "reply"
verb = "RSET"
code = 2
open = true
[[goal]]
id = "answer"
name = "answer"
hints = ["n", "r", "a"]
[goal.question]
ask = "?"
accept = ["a"]
"""
TWO = (*MAIL, "C: RCPT TO:<b@x.test>", "S: 250 ok", "C: RCPT TO:<c@x.test>", "S: 250 ok")
THREE = (*TWO, "C: RCPT TO:<no@x.test>", "S: 550 no")
OPEN = (*THREE, "C: DATA", "S: 354 go")
TYPED = (*OPEN, "C: Subject: x", "C:  y", "C: ", "C: Text", "C: ..dot")
SENT = (*TYPED, "C: .", "S: 250 ok")
BEGUN = ("C: MAIL FROM:<a@x.test>", "S: 250 ok")


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ((), None),
        (("S: 554 no",), Lead("QUIT", Way.ONWARD)),
        (GREETING, Lead("HELO client.example", Way.ONWARD)),
        (HELO, Lead("MAIL FROM:<a@x.test>", Way.OWN)),
        ((*HELO, "C: MAIL FROM:<z@x.test>", "S: 250 ok"), Lead("RSET", Way.DROP)),
        (MAIL, Lead("RCPT TO:<b@x.test>", Way.OWN)),
        (RCPT, Lead("RCPT TO:<c@x.test>", Way.OWN)),
        (TWO, Lead("RCPT TO:<no@x.test>", Way.OWN)),
        ((*TWO, "C: RSET"), None),
        (THREE, Lead("DATA", Way.ONWARD)),
        (OPEN, Lead("Subject: x", Way.OWN)),
        ((*OPEN, "C: Subject: x"), Lead(" y", Way.OWN)),
        ((*OPEN, "C: Subject: x", "C:  y"), Lead("", Way.OWN)),
        ((*OPEN, "C: Subject: x", "C:  y", "C: "), Lead("Text", Way.OWN)),
        ((*OPEN, "C: Subject: x", "C:  y", "C: ", "C: Text"), Lead("..dot", Way.OWN)),
        ((*OPEN, "C: To: x", "C: "), Lead(".", Way.ENDING)),
        (TYPED, Lead(".", Way.OWN)),
        (SENT, Lead("MAIL FROM:<a@x.test>", Way.ONWARD)),
        ((*SENT, *BEGUN), Lead("RSET", Way.OWN)),
        ((*SENT, *BEGUN, "C: RSET", "S: 250 ok"), Lead("a", Way.OWN)),
        ((*SENT, "C: QUIT", "S: 221 bye"), Lead("@connect", Way.CONNECT)),
        ((*DATA, "C: To: x"), Lead(".", Way.ENDING)),
    ],
)
def test_what_to_type_now(rows: tuple[str, ...], found: Lead | None) -> None:
    assert lead(Graded(GOALS).play(*rows).attempt, Graded(GOALS).play(*rows).practice) == found


def test_a_question_inside_a_message_waits_for_its_end() -> None:
    graded = Graded(GOALS, kept=("sender", "two", "refused", "subject", "dot", "rset")).play(*DATA)
    assert lead(graded.attempt, graded.practice) == Lead(".", Way.ONWARD)
    graded.play("C: .", "S: 250 ok").answer("a")
    assert graded.attempt.solved
    assert lead(graded.attempt, graded.practice) is None


REFUSALS = """
[[goal]]
id = "early"
name = "early"
hints = ["n", "r", "RCPT TO:<b@x.test>"]
event = "reply"
code = 503
[[goal]]
id = "odd"
name = "odd"
hints = ["n", "r", "HALLO"]
event = "reply"
code = [2]
verb = "NOOP"
[[goal]]
id = "full"
name = "full"
hints = ["n", "r", "DATA"]
event = "reply"
verb = "DATA"
code = 354
recipients = 1
"""


@pytest.mark.parametrize(
    ("rows", "kept", "line"),
    [
        (GREETING, (), "RCPT TO:<b@x.test>"),
        (DATA, (), "."),
        (HELO, ("early",), "HALLO"),
        (HELO, ("early", "odd"), "MAIL FROM:<alice@example.org>"),
        (MAIL, ("early", "odd"), "RCPT TO:<bob@sandbox.test>"),
        (RCPT, ("early", "odd"), "DATA"),
    ],
)
def test_a_refusal_that_is_asked_for(rows: tuple[str, ...], kept: tuple[str, ...], line: str) -> None:
    graded = Graded(REFUSALS, kept=kept).play(*rows)
    found = lead(graded.attempt, graded.practice)
    assert found is not None
    assert found.line == line


def test_inside_auth_there_is_nothing_of_ours_to_type() -> None:
    graded = Graded(REFUSALS).play(*HELO, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6")
    assert lead(graded.attempt, graded.practice) == Lead("", Way.ONWARD)


def test_the_way_of_the_shipped_exercises_begins_with_their_own_greeting() -> None:
    one = shelf.builtin("en").exercise("some-refused", "en")
    graded = Graded(one).play(*GREETING)
    assert lead(graded.attempt, graded.practice) == Lead("EHLO mill.test", Way.ONWARD)


BROKEN = (
    """
[[goal]]
id = "dot"
name = "dot"
hints = ["n", "r", "."]
step = "dot"
"""
    + '[[forbid]]\nid = "vrfy"\nsay = "s"\nwhy = "w"\n'
    + 'scope = "connection"\nevent = "command"\nverb = "VRFY"\n'
)


ASKED = (*HELO, "C: VRFY a", "S: 252 ok", *DATA[3:], "C: x", "C: .", "S: 250 ok")
AGAIN = (*BEGUN, "C: RCPT TO:<b@x.test>", "S: 250 ok", "C: DATA", "S: 354 go")


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ((), "QUIT"),
        (AGAIN, "."),
        (("C: QUIT", "S: 221 bye"), "@connect"),
        (("* closed by server",), "@connect"),
    ],
)
def test_every_goal_is_met_but_something_was_broken(rows: tuple[str, ...], line: str) -> None:
    graded = Graded(BROKEN).play(*ASKED, *rows)
    assert not graded.attempt.solved
    assert lead(graded.attempt, graded.practice) == Lead(line, Way.BROKEN)


SEQUENCE = """
[[goal]]
id = "early"
name = "early"
hints = ["n", "r", "RCPT TO:<b@x.test>"]
event = "reply"
verb = "RCPT"
code = 503
[[goal]]
id = "between"
name = "between"
hints = ["n", "r", "NOOP"]
event = "reply"
verb = "NOOP"
code = 2
open = false
[[goal]]
id = "second"
name = "second"
hints = ["n", "r", "MAIL FROM:<late@x.test>"]
event = "reply"
verb = "MAIL"
code = 2
after = ["between", "dot"]
[[goal]]
id = "dot"
name = "dot"
hints = ["n", "r", "."]
step = "dot"
"""


@pytest.mark.parametrize(
    ("rows", "kept", "line"),
    [
        (HELO, (), "RCPT TO:<b@x.test>"),  # just where it does not belong
        (MAIL, (), "RSET"),
        (HELO, ("early",), "NOOP"),
        (MAIL, ("early",), "RSET"),  # outside a mail only
        (HELO, ("early", "between"), "MAIL FROM:<late@x.test>"),
    ],
)
def test_where_a_goal_can_be_met(rows: tuple[str, ...], kept: tuple[str, ...], line: str) -> None:
    graded = Graded(SEQUENCE, kept=kept).play(*rows)
    found = lead(graded.attempt, graded.practice)
    assert found is not None
    assert found.line == line


def test_a_message_that_cannot_meet_its_goal_any_more_is_ended() -> None:
    goal = """
[[goal]]
id = "one"
name = "one"
hints = ["n", "r", "To: b@x.test\\n\\nText"]
[goal.message]
absent = "bcc"
body_lines = 1
"""
    graded = Graded(goal).play(*DATA, "C: Bcc: c@x.test")
    found = lead(graded.attempt, graded.practice)
    assert found is not None
    assert found.line == "."


LOST = (*DATA, "C: ")  # no Subject: can come any more


@pytest.mark.parametrize(
    ("rows", "of_goal"),
    [
        (HELO, False),  # how to begin a mail
        (DATA, True),
        (LOST, True),
        ((*LOST, "C: .", "S: 250 ok"), True),
    ],
)
def test_a_hint_tells_of_the_goal_also_where_this_mail_is_lost_for_it(
    rows: tuple[str, ...], of_goal: bool
) -> None:
    subject = '[[goal]]\nid = "s"\nname = "s"\nhints = ["n", "r", "Subject: x"]\n'
    graded = Graded(subject + '[goal.message]\nheader = "subject"').play(*rows)
    found = lead(graded.attempt, graded.practice)
    assert found is not None
    assert is_of_goal(graded.attempt, found) is of_goal


def test_in_another_mail_a_goal_wants_its_first_line_of_text() -> None:
    text = '[[goal]]\nid = "t"\nname = "t"\nhints = ["n", "r", "\\nDear Bob,\\nhi"]\n'
    graded = Graded(text + "[goal.message]\nblank_line = true")
    assert in_another_mail(graded.attempt, graded.attempt.goals[0]) == ("", "Dear Bob,")
