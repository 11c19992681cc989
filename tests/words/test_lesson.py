"""What the guide of an exercise says: why a goal is not met, what leads on, and the hints of each place."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.practice.graded import DATA, GREETING, HELO, MAIL, RCPT, Graded
from tests.practice.test_grading import STEP, goal
from tui.smtp.findings import TRAITS, Side, Weight
from tui.words.findings import SLIPS
from tui.words.guide import Guide, Pair, Room, Sentence
from tui.words.keys import PRESSED
from tui.words.lesson import Underway
from tui.words.lesson_finish import IN_SHORT, figures
from tui.words.lesson_hints import hint_texts
from tui.words.sheet import guide

GOALS = (
    goal(
        "bob",
        'say = "to b@x.test"\nwhy = "One more RCPT TO."\nevent = "reply"\nverb = "RCPT"\ncode = 2\n'
        'address = "b@x.test"\nscope = "mail"',
        name="Bob",
    ).replace('"L"', '"RCPT TO:<b@x.test>"')
    + goal(
        "subject", 'why = "Say something."\n[goal.message]\nheader = "subject"\nis = "text"', name="Subject"
    )
    + goal("mark", 'why = "No dot."\n[goal.message]\nbody = ["."]', name=".")
    + STEP.format("dot")
)


def shown(graded: Graded, **more: object) -> Guide:
    now = Underway(graded.attempt, **more)  # type: ignore[arg-type]
    return guide(graded.practice, sandbox=True, lesson=now)


def said(found: Guide, key: str) -> list[str]:
    """The sentences and lines of a section."""
    return list(_said(found, key))


def _said(found: Guide, key: str) -> Iterator[str]:
    section = found.section(key)
    for one in section.paragraphs if section is not None else ():
        if isinstance(one, Sentence):
            yield "".join(run.text for run in one.runs)
        elif isinstance(one, Pair):
            yield f"{one.form.text}  {one.gloss}"


ENDS = [".  alone on its line: ends this mail; MAIL FROM begins it again"]
AGAIN = ["MAIL FROM:<address>  begins another one; this one is over"]
GONE = (*DATA, "C: Subject: x", "C: ", "C: Hi.", "C: .", "S: 250 ok")


@pytest.mark.parametrize(
    ("rows", "slip", "ahead"),
    [
        (
            (*DATA, "C: "),
            ["! Subject: not met yet", "The header is closed, and there is no Subject: in it."],
            ENDS,
        ),
        (
            (*DATA, "C: ", "C: text"),  # it stays
            ["! Subject: not met yet", "The header is closed, and there is no Subject: in it."],
            ENDS,
        ),
        (
            (*DATA, "C: ", "C: Subject: x"),
            [
                "! Subject: is text now, the header is closed",
                "The empty line above ended the header. This mail cannot get a Subject: any more.",
            ],
            ENDS,
        ),
        (
            (*DATA, "C: Subject:", "C: Subject: x"),
            [
                "! two Subject: lines in one header",
                "One of a kind is allowed, and the first one counts: it cannot be taken back.",
            ],
            ENDS,
        ),
        (
            (*MAIL, "C: RCPT TO:<z@x.test>", "S: 250 ok", "C: DATA", "S: 354 go", "C: Subject: x"),
            ["! Bob: not met yet", "This mail goes without it: to b@x.test."],
            ENDS,
        ),
        (GONE, ['! ".": not met yet', "No dot."], AGAIN),
        ((*GONE, "C: NOOP", "S: 250 ok"), [], AGAIN),
        ((*GONE[:-1],), ['! ".": not met yet', "No dot."], []),  # what becomes of it is not known yet
    ],
)
def test_a_mail_that_cannot_meet_its_goal(rows: tuple[str, ...], slip: list[str], ahead: list[str]) -> None:
    found = shown(Graded(GOALS).play(*rows))
    assert said(found, "slip") == slip
    assert said(found, "next") == ahead


def test_a_slip_keeps_its_own_advice() -> None:
    found = shown(Graded(GOALS).play(*HELO, "C: RCPT TO:<b@x.test>", "S: 503 no"))
    assert said(found, "slip")[0] == "503   MAIL FROM comes before RCPT"
    assert said(found, "next") == ["First:", "MAIL FROM:<alice@example.org>  who sends it"]


FORBIDS = STEP.format("dot") + (
    '[[forbid]]\nid = "vrfy"\nsay = "asked for somebody"\nwhy = "Nobody asks."\nscope = "connection"\n'
    'event = "command"\nverb = "VRFY"\n'
)
ASKED = (*HELO, "C: VRFY a", "S: 252 ok", *DATA[3:], "C: x", "C: .", "S: 250 ok")


@pytest.mark.parametrize(
    ("rows", "ahead"),
    [
        ((), "QUIT  then F5: it counts on a new connection"),
        (("C: NOOP", "S: 250 ok"), "QUIT  then F5: it counts on a new connection"),
        (("C: QUIT", "S: 221 bye", "* closed by server"), "F5  connect again, this time without it"),
        (
            ("C: MAIL FROM:<a@x.test>", "S: 250 ok", *RCPT[-2:], "C: DATA", "S: 354 go", "C: x"),
            ".  alone on its line: ends this mail; then QUIT",
        ),
    ],
)
def test_all_goals_met_and_not_solved_says_why(rows: tuple[str, ...], ahead: str) -> None:
    found = shown(Graded(FORBIDS).play(*ASKED, *rows))
    assert said(found, "slip") == ["! asked for somebody", "Nobody asks."]
    assert said(found, "next")[0] == ahead
    goals = found.section("goals")
    assert goals is not None
    assert goals.count == "1 of 1"  # what must not be is no goal


REFUSED = goal("no", 'event = "reply"\nverb = "RCPT"\ncode = 5\naddress = "no@x.test"\nscope = "mail"')


def test_a_refusal_that_was_asked_for_is_no_trouble() -> None:
    asked = ("C: RCPT TO:<no@x.test>", "S: 550 no")
    found = shown(Graded(REFUSED + STEP.format("dot")).play(*MAIL, *asked))
    assert said(found, "next") == ["A refusal is what was asked for here. The next goal is dot."]
    found = shown(Graded(REFUSED + STEP.format("dot")).play(*MAIL, "C: RCPT TO:<b@x.test>", "S: 550 no"))
    assert said(found, "next")[0].startswith("Its text says which")


QUESTION = STEP.format("helo") + goal("why", '[goal.question]\nask = "Why?"\naccept = ["so"]')


def test_a_question_that_was_put_aside_says_how_to_have_it_again() -> None:
    graded = Graded(QUESTION).play(*HELO)
    assert said(shown(graded, aside=True), "next") == ["Enter  on the empty line: the question again"]
    assert said(shown(graded, question=graded.attempt.goals[1]), "question") == ["Why?"]


def test_connecting_again_tells_what_it_costs() -> None:
    closed = ("C: QUIT", "S: 221 bye", "* closed by server")
    found = shown(Graded(GOALS).play(*RCPT, *closed))
    assert said(found, "next")[0] == "F5  connect again: HELO, then the mail once more"
    assert said(found, "reply") == [
        "goodbye",
        'The session is over, and 3 goals are still open: Subject, ".", dot.',
    ]
    assert (
        said(shown(Graded(GOALS).play(*HELO, *closed)), "next")[0] == "F5  connect again; it begins with HELO"
    )


@pytest.mark.parametrize(
    ("rows", "nudge", "line"),
    [
        (HELO, "A mail begins with the address that bounces go to.", "Type:  MAIL FROM:<alice@example.org>"),
        (MAIL, "n", "Type:  RCPT TO:<b@x.test>"),
        ((*DATA, "C: "), "n", "Type:  .\nIn the next mail:  L"),  # the goal's own, though this mail is lost
        (GONE, "n", "Type:  MAIL FROM:<alice@example.org>\nIn the next mail:  L"),
        (
            (*HELO, "C: QUIT", "S: 221 bye"),
            "The connection is gone, and with it all that the server knew.",
            "Press F5: it connects again.",
        ),
        (
            (*HELO, "C: NOOP"),
            "It is the server's turn: a reply is due.",
            "Nothing to type: wait for the server.",
        ),
    ],
)
def test_hints_follow_what_leads_on(rows: tuple[str, ...], nudge: str, line: str) -> None:
    graded = Graded(GOALS).play(*rows)
    first, rule, exact = hint_texts(Underway(graded.attempt), graded.practice, PRESSED)
    assert (first, exact) == (nudge, line)
    assert rule


def test_a_line_for_the_next_mail_may_stand_behind_an_empty_one() -> None:
    text = goal("text", "[goal.message]\nblank_line = true\nbody_lines = 1").replace('"L"', r'"\nDear Bob"')
    graded = Graded(text).play(*DATA, "C: Subject: x", "C: .", "S: 250 ok")
    exact = hint_texts(Underway(graded.attempt), graded.practice, PRESSED)[2]
    assert exact.split("\n")[1] == "In the next mail an empty line, then:  Dear Bob"


def test_the_wrong_envelope_and_what_must_not_be_have_hints_of_their_own() -> None:
    sender = goal("s", 'event = "reply"\nverb = "MAIL"\ncode = 2\naddress = "a@x.test"\nscope = "mail"')
    sender = sender.replace('"L"', '"MAIL FROM:<a@x.test>"')
    graded = Graded(sender).play(*HELO, "C: MAIL FROM:<z@x.test>", "S: 250 ok")
    assert hint_texts(Underway(graded.attempt), graded.practice, PRESSED)[2] == "Type:  RSET"
    graded = Graded(FORBIDS).play(*ASKED)
    assert hint_texts(Underway(graded.attempt), graded.practice, PRESSED) == (
        "This must not happen here, and it did: asked for somebody.",
        "Nobody asks.",
        "Type:  QUIT",
    )


def test_a_hint_asked_for_now_is_read_first_and_an_older_one_yields() -> None:
    graded = Graded(GOALS).play(*MAIL)
    section = shown(graded, hints=2).section("hint")
    assert section is not None
    assert (section.room, section.count) == (Room.FIRST, "2 of 3")
    section = shown(graded, hints=2, older=True).section("hint")
    assert section is not None
    assert section.room is Room.YIELDS


def test_first_errors_are_said_in_words() -> None:
    graded = Graded(GOALS)
    errors = (
        "misspelt-verb",
        "550 RCPT",
        "500",
        "goal:mark",
        "late:subject",
        "choice:bob:a",
        "missing-argument",
        "misspelt-verb:QUIT:BYE",
        "full-width:\uff1a",
        "full-width-dot:\u3002",
        "full-width:\u3000",
        "missing-keyword:TO:",
        "554",
        "unknown-verb",
    )
    *_rest, line = figures(Underway(graded.attempt, errors=errors))
    assert line == (
        'what went wrong at first: a misspelt command; 550 to RCPT TO; an unknown command; "." not met; '
        "Subject: behind the empty line; a wrong answer; a command without what it is about; "
        'BYE in the place of QUIT; "\uff1a" is not ":"; "\u3002" is not "."; a full-width space is no blank; '
        "TO: is missing; 554"
    )


def test_no_error_is_told_by_a_headline_that_lacks_what_was_typed() -> None:
    lacking = re.compile(r"\{(word|character|name|wrong|right|keyword|detail)\}")
    for finding, trait in TRAITS.items():
        if trait.side is Side.CLIENT and trait.weight is Weight.SLIP and finding not in IN_SHORT:
            assert not lacking.search(SLIPS[(finding, "")].headline), finding


TO_BOB = goal(
    "bob", 'say = "b@x.test"\nevent = "reply"\nverb = "RCPT"\ncode = 2\naddress = "b@x.test"\nscope = "mail"'
)


@pytest.mark.parametrize(
    ("line", "slip", "ahead"),
    [
        (
            "RCPT TO:<bob>",
            "501 5.1.3   the domain of the address is missing",
            ["With a domain, for example:", "RCPT TO:<bob@x.test>  "],
        ),
        (
            "RCPT TO:<b@x..test>",
            "",
            ["Compare the line with this, letter by letter:", "RCPT TO:<bob@sandbox.test>  who gets it"],
        ),
    ],
)
def test_an_address_that_is_refused_for_its_form(line: str, slip: str, ahead: list[str]) -> None:
    graded = Graded(TO_BOB).play(*MAIL, f"C: {line}", "S: 501 5.1.3 bad address")
    found = shown(graded)
    assert said(found, "slip")[:1] == ([slip.replace(" 5.1.3", "")] if slip else [])
    assert said(found, "next") == ahead
    assert graded.marks == "x"  # the goal was tried, and refused


UNKNOWN = goal("500", 'say = "no command"\nevent = "reply"\ncode = 500') + goal(
    "503", 'say = "too early"\nevent = "reply"\ncode = 503'
)


def test_after_a_refusal_that_was_asked_for_nobody_is_scolded() -> None:
    found = shown(Graded(UNKNOWN).play(*HELO, "C: HALLO", "S: 500 what"))
    assert found.section("slip") is None
    assert said(found, "reply")[0] == "500   not understood"
    onward = "A refusal is what was asked for here. The next goal is 503: too early."
    assert said(found, "next") == [onward]
    again = shown(Graded(UNKNOWN).play(*HELO, "C: HALLO", "S: 500 what", "C: HALLO", "S: 500 what"))
    assert said(again, "slip")[0] == "500   the command is HELO"  # it is a slip now


SUBJECT = goal("s", 'say = "a few words"\n[goal.message]\nheader = "subject"', name="Subject")
FOLDED = goal("f", 'why = "w"\n[goal.message]\nheader = "subject"\nis = "folded"', name="Subject")


@pytest.mark.parametrize(
    ("goals", "rows", "told", "ahead"),
    [
        (
            SUBJECT,
            ("C: Test mail",),
            "354   go on",  # calm: it is a remark, and the next line may be right
            ["Subject: words  a few words"],
        ),
        (
            SUBJECT,
            ("C: Subject hello",),
            "! the colon is missing",
            ["With the colon:", "Subject: hello  Up brings yours back"],
        ),
        (
            SUBJECT,
            ("C: Subject\uff1ahello",),
            "! \uff1a is not :",
            ["Switch the input method to half-width, then:", "Subject: hello  Up brings yours back"],
        ),
        (
            FOLDED,
            ("C: Subject: a", "C: b", "C:  c"),
            "! the wrong line in between broke it",
            [".  alone on its line: ends this mail; MAIL FROM begins it again"],
        ),
    ],
)
def test_a_line_of_the_header_that_is_none(
    goals: str, rows: tuple[str, ...], told: str, ahead: list[str]
) -> None:
    found = shown(Graded(goals).play(*DATA, *rows))
    assert (said(found, "slip") or said(found, "reply"))[0] == told
    assert said(found, "next") == ahead


def test_letters_beyond_ascii_are_no_alarm_here() -> None:
    graded = Graded(GOALS).play(*DATA, "C: Subject: caf\u00e9")
    assert said(shown(graded), "reply")[-2:] == [
        "not ASCII, and fine here",
        "A real server that does not offer SMTPUTF8 could spoil such letters.",
    ]
    real = guide(graded.practice, sandbox=False)
    assert "! the header is not ASCII" in said(real, "reply")


def test_the_enter_key_has_another_name_in_the_reply_to_data() -> None:
    graded = Graded(SUBJECT).play(*RCPT, "C: DATA", "S: 354 end with <CRLF>.<CRLF>")
    assert said(shown(graded), "reply")[-1] == "<CRLF> is the Enter key: Enter, a dot, Enter."


@pytest.mark.parametrize(
    ("line", "ahead"),
    [
        ("BYE", "QUIT  "),  # another word: to bring it back helps nobody
        ("HI there", "HELO there  "),
        ("HELLO me", "HELO me  Up brings yours back"),
    ],
)
def test_a_line_is_brought_back_where_mending_it_makes_sense(line: str, ahead: str) -> None:
    found = shown(Graded(SUBJECT).play(*GREETING, f"C: {line}", "S: 500 what"))
    assert said(found, "next")[-1] == ahead


def test_a_new_connection_wants_its_greeting_again() -> None:
    graded = Graded(SUBJECT).play(*GREETING)
    assert said(shown(graded), "next") == []
    graded.play("C: HELO me", "S: 250 hi").reconnect().play(*GREETING)
    assert said(shown(graded), "next") == ["HELO name  a new connection does not know you yet"]


BLANK = (
    goal("one", 'why = "w"\n[goal.message]\nbody = ["."]', name="one")
    + '[[mistake]]\nid = "blank"\nsay = "it keeps its blank"\nwhy = "Put a dot there."\n'
    + '[mistake.message]\nbody = [" ."]\n'
)


def test_a_mistake_is_told_at_its_line_and_not_at_those_after_it() -> None:
    graded = Graded(BLANK).play(*DATA, "C: ", "C:  .")
    assert said(shown(graded), "slip") == ["! it keeps its blank", "Put a dot there."]
    assert said(shown(graded), "next") == []  # no dot alone: that would end the mail
    graded.play("C: ..")
    assert said(shown(graded), "slip") == []


def test_a_wanted_503_says_what_comes_first() -> None:
    wanted = goal("order", 'event = "reply"\ncode = 503', name="503") + STEP.format("dot")
    found = shown(Graded(wanted).play(*GREETING, "C: RCPT TO:<b@x.test>", "S: 503 no"))
    assert said(found, "reply")[1] == "The server wants to know who is calling before it takes a mail."


def test_the_domain_of_the_exercise_is_shown_where_one_is_missing() -> None:
    found = shown(Graded(GOALS).play(*MAIL, "C: RCPT TO:<b>", "S: 501 no"))
    assert said(found, "next")[-1].startswith("RCPT TO:<b@x.test>")
