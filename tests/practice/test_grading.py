"""Exercises are judged by the path, not only by its end, and whatever went wrong can be mended."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.practice.graded import DATA, GREETING, HELO, MAIL, NOW, RCPT, Graded, exercise
from tests.practice.talking import Talk
from tests.practice.test_checklist import TABLE
from tui.practice.goals import PLAIN
from tui.practice.grading import begin, next_stage, question_due, retold
from tui.practice.naming import of_slip
from tui.practice.state import StepState
from tui.smtp.events import Event, Found, LineEnd, LineReceived
from tui.smtp.findings import Finding, Side

STEP = '[[goal]]\nid = "{0}"\nname = "{0}"\nstep = "{0}"\nhints = ["n", "r", "L"]\n'


def goal(id: str, text: str, name: str = "") -> str:
    """A goal that is checked as ``text`` says."""
    return f'[[goal]]\nid = "{id}"\nname = "{name or id}"\nhints = ["n", "r", "L"]\n{text}\n'


TWO_ADDRESSES = (
    goal(
        "sender", 'event = "reply"\nverb = "MAIL"\ncode = 2\naddress = "a@x.test"\nscope = "mail"\nwhy = "w"'
    )
    + goal("bob", 'event = "reply"\nverb = "RCPT"\ncode = 2\naddress = "b@x.test"\nscope = "mail"')
    + goal("from", '[goal.message]\nheader = "From"\nis = "address"\nnames = "not sender"')
    + STEP.format("dot")
)
FROM = (*DATA, "C: From: Carol <c@x.test>", "C: ", "C: Hi.")
SENT = (*FROM, "C: .", "S: 250 taken")


#: The free checklist, written as an exercise would write it.
FREE = "".join(STEP.format(one.id) for one in PLAIN)


@pytest.mark.parametrize(
    "name", [name for name, (rows, _) in TABLE.items() if "S: 250 2.6.0" not in str(rows)]
)
def test_the_free_checklist_is_such_a_list(name: str) -> None:
    rows, _wanted = TABLE[name]
    graded = Graded(FREE).play(*rows)
    for free, step in zip(graded.practice.steps, graded.attempt.steps, strict=True):
        present = {StepState.NOW, StepState.TO_DO}
        assert free.state is step.state or {free.state, step.state} <= present


@pytest.mark.parametrize(
    ("rows", "marks"),
    [
        ((), "*---"),
        (HELO, "*---"),
        ((*HELO, "C: MAIL FROM:<a@x.test>"), "?---"),
        ((*HELO, "C: MAIL FROM:<a@x.test>", "S: 450 later"), "~---"),
        ((*HELO, "C: MAIL FROM:<a@x.test>", "S: 550 no"), "x---"),
        ((*HELO, "C: MAIL FROM:<z@x.test>", "S: 550 no"), "x---"),
        (MAIL, "+*--"),
        ((*HELO, "C: mail from:<a@X.TEST>", "S: 250 ok"), "+*--"),
        ((*HELO, "C: MAIL FROM:<z@x.test>", "S: 250 ok"), "*---"),
        (RCPT, "++*-"),
        ((*RCPT, "C: RSET", "S: 250 ok"), "*---"),
        ((*DATA, "C: From: a@x.test"), "++*-"),
        ((*DATA, "C: From: a@x.test,", "C:  c@x.test"), "++*-"),
        ((*DATA, "C: From: c@x.test"), "+++*"),
        (SENT, "++++"),
        ((*FROM, "C: .", "S: 550 no"), "+++x"),
        ((*FROM, "C: .", "S: 550 no", "C: MAIL FROM:<a@x.test>", "S: 250 ok"), "+*--"),
    ],
)
def test_goals_of_one_mail(rows: tuple[str, ...], marks: str) -> None:
    assert Graded(TWO_ADDRESSES).play(*rows).marks == marks


def test_a_mail_that_meets_all_stands_for_good() -> None:
    graded = Graded(TWO_ADDRESSES).play(*SENT)
    assert graded.attempt.solved
    graded.play("C: MAIL FROM:<z@x.test>", "S: 250 ok")
    assert graded.marks == "++++"
    assert set(graded.attempt.kept) == {"sender", "bob", "from", "dot"}


def test_goals_about_one_mail_must_be_met_by_one_mail() -> None:
    graded = Graded(TWO_ADDRESSES).play(*DATA, "C: From: a@x.test", "C: ", "C: Hi.", "C: .", "S: 250 taken")
    assert not graded.attempt.solved
    assert graded.told == "goal:from"
    graded.play("C: MAIL FROM:<z@x.test>", "S: 250 ok", "C: RCPT TO:<b@x.test>", "S: 250 ok")
    graded.play("C: DATA", "S: 354 go", "C: From: c@x.test", "C: ", "C: Hi.", "C: .", "S: 250 taken")
    assert not graded.attempt.solved
    assert graded.marks == "*+++"


def test_a_new_connection_takes_back_what_was_not_finished() -> None:
    graded = Graded(TWO_ADDRESSES).play(*RCPT).reconnect()
    assert graded.marks == "*---"
    assert graded.attempt.kept == ()


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ((*HELO, "C: MAIL FROM:<z@x.test>", "S: 250 ok"), "goal:sender"),
        ((*HELO, "C: MAIL FROM:<z@x.test>", "S: 250 ok", "C: NOOP"), ""),
        ((*HELO, "C: MAIL FROM:<z@x.test>", "S: 550 no"), ""),
        ((*HELO, "C: MAIL FROM:<z@x.test>", "S: 354 odd"), ""),
        ((*MAIL, "C: RCPT TO:<z@x.test>", "S: 250 ok"), ""),  # its goal has no why
        ((*DATA, "C: From: a@x.test"), "goal:from"),
        ((*DATA, "C: To: b@x.test", "C: "), "goal:from"),
        ((*DATA, "C: From: a@x.test", "C: To: b@x.test", "C: "), ""),  # once for each mail
    ],
)
def test_why_a_goal_is_not_met(rows: tuple[str, ...], told: str) -> None:
    assert Graded(TWO_ADDRESSES).play(*rows).told == told


def test_another_goal_may_want_the_address() -> None:
    two = goal("one", 'event = "reply"\nverb = "RCPT"\ncode = 2\naddress = "b@x.test"\nwhy = "w"') + goal(
        "two", 'event = "reply"\nverb = "RCPT"\ncode = 2\naddress = "c@x.test"\nwhy = "w"'
    )
    graded = Graded(two).play(*MAIL, "C: RCPT TO:<c@x.test>", "S: 250 ok")
    assert (graded.marks, graded.told) == ("*+", "")


def test_an_answer_is_known_right_or_wrong() -> None:
    text = '[goal.question]\nask = "Which?"\naccept = ["full"]\n'
    for key, right in (("a", "false"), ("b", "true")):
        text += f'[[goal.question.choice]]\nkey = "{key}"\ntext = "the {key}"\nright = {right}\n'
    question = Graded(goal("which", text)).attempt.goals[0].question
    assert question is not None
    assert [question.known(one) for one in ("A", " the b ", "full", "NOOP", "")] == [
        True,
        True,
        True,
        False,
        False,
    ]


CODES = goal("unknown", 'event = "reply"\ncode = 500') + goal(
    "thrice", 'event = "reply"\nverb = "NOOP"\ncode = [25]\ntimes = 3\nscope = "connection"'
)


def test_what_was_asked_for_is_no_error_and_outlives_the_connection() -> None:
    graded = Graded(CODES).play(*HELO, "C: HALLO", "S: 500 what", "C: RCPT TO:<b@x.test>", "S: 503 no")
    assert graded.attempt.first_errors == ("out-of-sequence",)  # one line, one error
    assert graded.attempt.refused == 1
    assert graded.reconnect().marks == "+*"
    assert graded.attempt.kept == ("unknown",)


def test_counted_three_times_on_one_connection() -> None:
    graded = Graded(CODES).play(*HELO, *("C: NOOP", "S: 250 ok") * 2)
    assert graded.attempt.counts["thrice"] == ("0", "1")
    graded.reconnect().play(*HELO, *("C: NOOP", "S: 250 ok") * 2)
    assert graded.marks == "*-"
    assert graded.play("C: NOOP", "S: 250 ok").marks == "*+"


def test_different_addresses_count_once_each() -> None:
    many = goal("two", 'event = "reply"\nverb = "RCPT"\ncode = 2\ntimes = 2\ndistinct = "address"')
    graded = Graded(many).play(*RCPT, "C: RCPT TO:<b@X.test>", "S: 250 ok")
    assert graded.marks == "*"
    assert graded.play("C: RCPT TO:<c@x.test>", "S: 250 ok").marks == "+"


ORDERED = (
    goal("rset", 'event = "reply"\nverb = "RSET"\ncode = 2\nopen = true\nrecipients = 1')
    + goal("noop", 'event = "command"\nverb = "NOOP"\nopen = false\nafter = ["rset"]')
    + goal("slip", 'event = "finding"\nfinding = "misspelt-verb"')
    + goal("second", 'event = "accepted"\naccepted = 1\n[goal.message]\nbody_lines = 1')
)


def test_conditions_around_an_event() -> None:
    graded = Graded(ORDERED).play(*HELO, "C: RSET", "S: 250 ok", "C: NOOP", "S: 250 ok")
    assert graded.marks == "*---"
    graded.play("C: MAIL FROM:<a@x.test>", "S: 250 ok", "C: RSET", "S: 250 ok")
    assert graded.marks == "*---"
    graded.play("C: MAIL FROM:<a@x.test>", "S: 250 ok", "C: RCPT TO:<b@x.test>", "S: 250 ok")
    assert graded.play("C: NOOP", "S: 250 ok", "C: RSET", "S: 250 ok").marks == "+*--"
    assert graded.play("C: hello me", "S: 500 what").marks == "+*+-"
    assert graded.play("C: NOOP").marks == "+++*"


MAILED = (
    "C: MAIL FROM:<a@x.test>",
    "S: 250 ok",
    "C: RCPT TO:<b@x.test>",
    "S: 250 ok",
    "C: DATA",
    "S: 354 go",
)


def test_a_message_that_was_accepted() -> None:
    graded = Graded(ORDERED).play(*HELO, *MAILED, "C: ", "C: Hi.", "C: .", "S: 250 ok")
    assert graded.marks[-1] == "-"
    graded.play(*MAILED, "C: ", "C: .", "S: 250 ok")
    assert (graded.marks[-1], graded.told) == ("-", "goal:second")
    assert graded.play(*MAILED, "C: ", "C: Hi.", "C: .", "S: 250 ok").marks[-1] == "+"


def test_who_gets_an_accepted_message() -> None:
    one = goal("bob", 'event = "accepted"\naddress = "b@x.test"') + goal(
        "carol", 'event = "accepted"\naddress = ["c@x.test", "d@x.test"]'
    )
    assert Graded(one).play(*HELO, *MAILED, "C: ", "C: .", "S: 250 ok").marks == "+*"
    graded = Graded(one).play(*HELO, *MAILED[:2], "C: RCPT TO:<c@x.test>", "S: 550 no", *MAILED[2:])
    assert graded.play("C: ", "C: .", "S: 250 ok").marks == "+*"


BY_CHUNKS = goal("end", 'event = "command"\nverb = "."') + goal(
    "taken", 'event = "reply"\nverb = "."\ncode = 2'
)


def test_the_end_of_a_message_in_both_ways() -> None:
    assert Graded(BY_CHUNKS).play(*SENT).marks == "++"
    graded = Graded(BY_CHUNKS).play(*RCPT, b"BDAT 4 LAST\r\nHi\r\n")
    assert graded.marks == "+?"
    assert graded.play("S: 250 ok").marks == "++"
    assert Graded(BY_CHUNKS).play(*DATA, "C: Hi", "* closed by client").marks == "*-"


FORBIDDEN = (
    STEP.format("dot")
    + '[[forbid]]\nid = "bcc"\nsay = "s"\nwhy = "w"\n[forbid.message]\nheader = "bcc"\n'
    + '[[forbid]]\nid = "vrfy"\nsay = "s"\nwhy = "w"\nscope = "connection"\n'
    + 'event = "command"\nverb = "VRFY"\n'
    + '[[forbid]]\nid = "late"\nsay = "s"\nwhy = "w"\nevent = "command"\nverb = "HELP"\nafter = ["dot"]\n'
    + '[[mistake]]\nid = "given-up"\nsay = "s"\nwhy = "w"\nevent = "command"\nverb = "QUIT"\nopen = true\n'
    + '[[mistake]]\nid = "after"\nsay = "s"\nwhy = "w"\nevent = "reply"\ncode = 500\naccepted = 1\n'
    + '[[mistake]]\nid = "empty"\nsay = "s"\nwhy = "w"\nevent = "accepted"\n'
    + '[mistake.message]\nabsent = "from"\n'
)


def test_what_must_not_happen_is_mended_as_far_as_it_goes() -> None:
    graded = Graded(FORBIDDEN).play(*HELO, "C: VRFY bob", "S: 252 ok", *MAILED, "C: Bcc: z@x.test")
    assert graded.attempt.broken == {"bcc", "vrfy"}
    assert graded.told == "forbid:bcc"
    graded.play("C: From: a@x.test", "C: ", "C: .", "S: 250 ok")
    assert not graded.attempt.solved
    assert graded.play(*MAILED).attempt.broken == {"vrfy"}
    assert graded.reconnect().attempt.broken == frozenset()
    graded.play(*HELO, *MAILED, "C: From: a@x.test", "C: ", "C: .", "S: 250 ok")
    assert graded.attempt.solved


def test_a_mistake_gets_its_own_answer() -> None:
    assert Graded(FORBIDDEN).play(*MAIL, "C: QUIT").told == "mistake:given-up"
    assert Graded(FORBIDDEN).play(*HELO, "C: QUIT").told == ""
    more = STEP.format("quit")  # nothing is told once all is done
    graded = Graded(FORBIDDEN + more).play(*HELO, *MAILED, "C: ", "C: .", "S: 250 ok")
    assert graded.told == "mistake:empty"
    assert graded.play("C: text", "S: 500 what").told == "mistake:after"
    assert graded.play("C: HELP", "S: 500 what").told == "forbid:late"
    assert {"mistake:after", "forbid:late"} <= set(graded.attempt.first_errors)


ASKED = (
    STEP.format("helo")
    + goal(
        "where",
        '[goal.question]\nask = "Where?"\naccept = ["b@x.test"]\n'
        '[[goal.question.choice]]\nkey = "a"\ntext = "here"\nwhy = "no"\n'
        '[[goal.question.choice]]\nkey = "b"\ntext = "there"\nright = true\n',
    )
    + STEP.format("quit")
)


def test_a_question_waits_for_what_comes_before() -> None:
    graded = Graded(ASKED)
    assert question_due(graded.attempt, graded.practice) is None
    assert graded.answer("b").marks == "*--"
    graded.play(*GREETING, "C: HELO me")
    assert question_due(graded.attempt, graded.practice) is None
    asked = question_due(graded.play("S: 250 hi").attempt, graded.practice)
    assert asked is not None
    assert asked.id == "where"


@pytest.mark.parametrize(
    ("text", "right", "told"),
    [
        ("b", True, "choice:where:b"),
        (" B ", True, "choice:where:b"),
        ("There", True, "choice:where:b"),
        ("<b@x.test>", True, "choice:where"),
        ("a", False, "choice:where:a"),
        ("here", False, "choice:where:a"),
        ("nowhere", False, "choice:where"),
    ],
)
def test_an_answer(text: str, right: bool, told: str) -> None:
    graded = Graded(ASKED).play(*HELO).answer(text)
    assert (graded.marks, graded.told) == ("++*" if right else "+*-", told)
    assert bool(graded.attempt.first_errors) is not right
    graded.answer("b").play("C: QUIT", "S: 221 bye")
    assert graded.attempt.solved
    assert graded.answer("b").attempt.solved


def test_going_on_where_it_was_left() -> None:
    graded = Graded(exercise(ASKED), kept=("where", "stranger"), answers={"where": "b"})
    assert graded.marks == "*+-"
    assert graded.play(*HELO, "C: QUIT", "S: 221 bye").attempt.solved


STAGES = STEP.format("helo") + goal("noop", 'event = "command"\nverb = "NOOP"\nstage = 2')
STAGES += '[[stage]]\nsay = "another server"\n'


def test_stages_one_after_the_other() -> None:
    graded = Graded(STAGES)
    assert next_stage(graded.attempt) is graded.attempt
    graded.play(*HELO, "C: NOOP", "S: 250 ok")
    assert graded.attempt.stage_over
    assert not graded.attempt.solved
    graded.attempt = next_stage(graded.attempt)
    assert [one.id for one in graded.attempt.steps] == ["noop"]
    graded.reconnect().play(*HELO, "C: NOOP")
    assert graded.attempt.solved
    assert begin(graded.attempt.exercise, now=NOW, stage=7).stage == 2


LASTING = STEP.format("helo").replace('step = "helo"', 'step = "helo"\nscope = "exercise"') + STEP.format(
    "quit"
)


def test_a_step_may_be_met_for_good() -> None:
    assert Graded(LASTING).play(*HELO).reconnect().marks == "+*"


def test_what_is_no_command_is_not_remembered_it_may_be_a_secret() -> None:
    graded = Graded(ASKED).play(*HELO, "C: AGFsaWNlAHNlY3JldA", "S: 500 what")
    assert graded.attempt.first_errors == ("unknown-verb",)


def test_errors_are_kept_once_and_not_without_end() -> None:
    graded = Graded(ASKED).play(*HELO)
    for _ in range(60):
        graded.play("C: RCPT TO:<b@x.test>", "S: 503 no")
    assert graded.attempt.first_errors == ("out-of-sequence",)
    assert len(graded.attempt.errors) == 50
    assert graded.attempt.refused == 60


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("BYE", "misspelt-verb:QUIT:BYE"),
        ("  hello me", "misspelt-verb:HELO:hello"),
        ("MAIL FORM:<a@x.test>", "misspelt-verb:MAIL FROM:MAIL FORM"),
        ("MAILFROM:<a@x.test>", "misspelt-verb:MAIL FROM:MAILFROM"),
        ("RCPT CC:<b@x.test>", "missing-keyword:TO:"),
        ("MAIL \uff1c", "full-width:\uff1c"),
        ("", "unknown-verb"),
    ],
)
def test_an_error_is_named_so_that_it_can_be_told_again(line: str, name: str) -> None:
    graded = Graded(ASKED).play(*HELO, f"C: {line}", "S: 500 what", f"C: {line}", "S: 500 what")
    assert graded.attempt.first_errors == (name,)  # no code beside it, the second time neither


def test_an_error_without_its_place_is_named_all_the_same() -> None:
    practice = Graded(ASKED).practice
    assert of_slip(practice, Found(Finding.FULL_WIDTH, Side.CLIENT)) == "full-width"
    assert of_slip(practice, Found(Finding.MISSPELT_VERB, Side.CLIENT)) == "misspelt-verb"
    nothing = Found(Finding.MISSPELT_VERB, Side.CLIENT, 1, ((0, 1),))
    assert of_slip(practice, nothing) == "misspelt-verb"


def test_what_is_typed_after_the_end_changes_nothing() -> None:
    graded = Graded(STEP.format("helo")).play(*HELO)
    solved = graded.attempt
    assert solved.solved
    assert graded.play("C: HALLO", "S: 500 what", "C: QUIT", "S: 221 bye").attempt == solved


def test_in_another_language_it_is_the_same_attempt() -> None:
    graded = Graded(ASKED).play(*HELO)
    other = replace(graded.attempt.exercise.goals[0], name="打招呼")
    one = replace(graded.attempt.exercise, goals=(other, *graded.attempt.exercise.goals[1:]))
    retold_ = retold(graded.attempt, one)
    assert [step.name for step in retold_.steps] == ["打招呼", "where", "quit"]
    assert retold_.done == graded.attempt.done


def test_a_flood_of_lines_changes_nothing() -> None:
    graded = Graded(ASKED).play(*HELO)
    before = graded.attempt
    graded.tell(*(LineReceived(n, b"250-x", LineEnd.CRLF) for n in range(50)))
    graded.play("S: 250 unasked")
    assert graded.attempt == before


def _folded(events: list[Event], one: str) -> tuple[object, ...]:
    graded = Graded(one)
    graded.tell(*events)
    attempt = graded.attempt
    return attempt.done, attempt.told, attempt.errors, attempt.steps


LINES = st.sampled_from(
    [
        "C: HELO me", "S: 250 ok", "S: 354 go", "S: 550 no", "S: 451 later", "C: MAIL FROM:<a@x.test>",
        "C: RCPT TO:<b@x.test>", "C: DATA", "C: From: c@x.test", "C: ", "C: Bcc: x", "C: .", "C: RSET",
        "C: QUIT", "S: 221 bye", "S: 500 what", "S: 421 bye", "C: \u3000", "C: HELP", "C: VRFY x",
        "C: BDAT 0 LAST",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=40))
def test_nothing_raises_and_the_same_events_give_the_same(rows: list[str]) -> None:
    talk = Talk().play("S: 220 hi", *rows)
    for one in (TWO_ADDRESSES, FORBIDDEN, ORDERED, ASKED):
        assert _folded(talk.events, one) == _folded(talk.events, one)


def test_the_same_by_whole_lines_and_octet_by_octet() -> None:
    rows = [row for row in SENT if not row.startswith("* ")]
    graded = Graded(TWO_ADDRESSES)
    for row in rows:
        feed = graded.dialogue.received if row.startswith("S") else graded.dialogue.sent
        for octet in (row[3:] + "\r\n").encode():
            graded.tell(*feed(bytes([octet])))
    assert graded.attempt.solved


def test_a_refusal_that_one_goal_wanted_is_not_held_against_another() -> None:
    two = goal("form", 'event = "reply"\ncode = 501') + goal(
        "mail", 'event = "reply"\nverb = "MAIL"\ncode = 2\naddress = "a@x.test"\nscope = "mail"'
    )
    assert Graded(two).play(*HELO, "C: MAIL FROM:<a>", "S: 501 no").marks == "+*"
    refused = goal("no", 'event = "reply"\nverb = "RCPT"\ncode = 5\naddress = "no@x.test"')
    assert Graded(refused).play(*MAIL, "C: RCPT TO:<z@x.test>", "S: 550 no").marks == "*"
