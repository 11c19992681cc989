"""The guide at the moments of a session, worded as the screens are (SCREENS 1 to 5, 17)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.practice.talking import ACCEPTED, DATA, GREETING, HELO, MAIL, QUIT, RCPT, Talk, talk
from tui.practice.checklist import start
from tui.practice.goals import Match, StepRule
from tui.practice.state import StepState
from tui.smtp.display import cells, visible
from tui.smtp.events import CommandSent, ConnectionFailed, Failure
from tui.words import language
from tui.words.guide import Guide, Pair, Section, Tone
from tui.words.sheet import guide

MESSAGE = (*DATA, "C: From: Alice <alice@example.org>", "C: To: Bob <bob@sandbox.test>", "C: Subject: lunch")
BODY = (*MESSAGE, "C: ", "C: Noon, at the usual place?")


@pytest.fixture(autouse=True)
def back_to_english() -> Iterator[None]:
    yield
    language.use("en")


def rows(section: Section | None) -> list[str]:
    """What a section says, a row for each paragraph; pairs as ``form | gloss | expect``."""
    assert section is not None
    return [
        " | ".join(part for part in (one.form.text, one.gloss, one.expect) if part)
        if isinstance(one, Pair)
        else "".join(run.text for run in one.runs)
        for one in section.paragraphs
    ]


def of(said: Talk, **how: bool | int) -> Guide:
    return guide(said.practice, **({"sandbox": True} | how))  # type: ignore[arg-type]


def steps(sheet: Guide) -> list[str]:
    section = sheet.section("steps")
    assert section is not None
    return [f"{one.name} {one.word} {one.note}".rstrip() for one in section.steps]


def test_the_first_second_of_a_newcomer() -> None:
    sheet = of(talk(*GREETING), newcomer=True)
    assert [one.key for one in sheet.sections] == ["steps", "reply", "next", "marks"]
    assert rows(sheet.section("reply")) == [
        "220   ready",
        "The server greets you and waits. It runs inside this program: nothing you type leaves this machine.",
    ]
    assert rows(sheet.section("next")) == ["HELO client.example | say who you are | expect 250"]
    assert rows(sheet.section("marks")) == [
        "S | the server",
        "C | you, the client",
        "! | a note from smtptutor",
    ]
    assert steps(sheet)[:3] == [
        "connect done 220",
        "HELO now say who you are",
        "MAIL FROM to do who sends it",
    ]


def test_marks_go_when_a_mail_was_sent_and_a_real_server_is_no_sandbox() -> None:
    assert of(talk(*ACCEPTED), newcomer=True).section("marks") is None
    real = of(talk(*GREETING), sandbox=False, newcomer=True)
    assert rows(real.section("reply"))[1:] == ["The server greets you and waits."]


def test_in_the_middle_with_a_hint() -> None:
    sheet = of(talk(*MAIL), hints=1)
    assert steps(sheet) == [
        "connect done 220", "HELO done 250", "MAIL FROM done 250 alice@example.org",
        "RCPT TO now who gets it", "DATA to do begin the message", "message to do headers, then text",
        ". to do a dot alone ends it",
        "QUIT to do say goodbye",
    ]  # fmt: skip
    section = sheet.section("steps")
    assert section is not None and section.count == "3 of 8"
    assert rows(sheet.section("reply")) == [
        "250 2.1.0   accepted",
        "alice@example.org is taken as the sender, where bounces go.",
    ]
    assert rows(sheet.section("next")) == [
        "RCPT TO:<address> | who gets it | then 250", "RSET | drop this mail", "QUIT | leave",
    ]  # fmt: skip
    hint = sheet.section("hint")
    assert hint is not None and hint.count == "1 of 3"
    assert rows(hint) == [
        "One RCPT TO for each recipient. The sandbox takes all but nobody@.",
        "F2 again for the rule",
    ]


def test_hints_lead_from_a_nudge_over_the_rule_to_the_line() -> None:
    said = talk(*MAIL)
    assert of(said, hints=0).section("hint") is None
    rule = rows(of(said, hints=2, typed=True).section("hint"))
    assert rule[0].endswith("RFC 5321 §4.1.1.3")
    assert rule[1] == "/hint again shows the line itself"
    assert rows(of(said, hints=3).section("hint")) == ["Type:  RCPT TO:<bob@sandbox.test>"]
    assert rows(of(said, hints=9).section("hint")) == rows(of(said, hints=3).section("hint"))


def test_refused() -> None:
    sheet = of(talk(*MAIL, "C: RCPT TO:<nobody@sandbox.test>", "S: 550 5.1.1 No mailbox"))
    assert steps(sheet)[3] == "RCPT TO refused 550 nobody@sandbox.test"
    assert [one.key for one in sheet.sections] == ["steps", "reply", "why", "next"]
    assert rows(sheet.section("reply")) == [
        "550 5.1.1   refused for good",
        "There is no mailbox nobody@sandbox.test on this server.",
    ]
    assert rows(sheet.section("why")) == ["5yz | do not repeat it unchanged", "x.1.1 | no such mailbox"]
    assert rows(sheet.section("next")) == [
        "Check the spelling, or name another. The sender stands.",
        "RCPT TO:<address> | another",
        "RSET | drop this mail",
        "QUIT | leave",
    ]
    reply = sheet.section("reply")
    assert reply is not None
    assert reply.paragraphs[0].runs[0].tone is Tone.REFUSED  # type: ignore[union-attr]


def test_later() -> None:
    sheet = of(talk(*MAIL, "C: RCPT TO:<a@b>", "S: 451 4.7.1 greylisted"))
    assert steps(sheet)[3] == "RCPT TO later 451 a@b"
    assert rows(sheet.section("reply"))[0] == "451 4.7.1   not now: greylisting: come back later"
    assert rows(sheet.section("reply"))[1].startswith("Real senders queue the mail and try by themselves")
    assert rows(sheet.section("why"))[0] == "4yz | not now, try the same later"
    assert rows(sheet.section("next"))[1:3] == ["^T | 5 minutes pass at the sandbox", "RCPT TO:<a@b>"]


LOGINS = (*GREETING, "C: EHLO me", "S: 250-x", "S: 250 AUTH LOGIN")
TLS_TOO = (*GREETING, "C: EHLO me", "S: 250-x", "S: 250-AUTH LOGIN", "S: 250 STARTTLS")
LOGGED_IN = (*LOGINS, "C: AUTH PLAIN AGEAYg==", "S: 235 ok")


@pytest.mark.parametrize(
    ("said", "whose", "advice"),
    [
        (LOGINS, "The next move is that of the server's admin.", "Logins may be switched off"),
        (TLS_TOO, "The next move is the sender's.", "STARTTLS first"),
        (LOGGED_IN, "The next move is the sender's.", "You are logged in already"),
    ],
)
@pytest.mark.parametrize("reply", ["503 5.5.1 authentication not enabled", "502 5.5.1 no", "500 what"])
def test_a_login_that_is_offered_and_not_taken(
    said: tuple[str, ...], whose: str, advice: str, reply: str
) -> None:
    sheet = of(talk(*said, "C: AUTH LOGIN", f"S: {reply}"), sandbox=False)
    told = rows(sheet.section("reply"))
    assert told[0].endswith("refused for good: no login is taken here")
    assert told[1] == f"It was said at AUTH. {whose}"
    assert rows(sheet.section("next"))[0].startswith(advice)


@pytest.mark.parametrize(
    ("said", "does"),
    [
        ((*MAIL, "C: RCPT TO:<a@b>", "S: 452 4.2.2 full"), "Real senders keep the mail and try again"),
        ((*MAIL, "C: RCPT TO:<a@b>", "S: 552 5.2.2 full"), "Real senders give up at once"),
        ((*HELO, "C: MAIL FROM:<a@b>", "S: 451 4.3.0 x"), "Real senders keep the mail and try again"),
        ((*HELO, "C: MAIL FROM:<a@b>", "S: 530 5.7.0 Say STARTTLS first"), "Real senders say STARTTLS"),
        ((*HELO, "C: MAIL FROM:<a@b>", "S: 530 5.7.0 Log in with AUTH first"), "Mail programs log in"),
        ((*HELO, "C: STARTTLS", "S: 454 4.7.0 x"), "Most servers go on in plain text then"),
        ((*LOGINS, "C: AUTH LOGIN", "S: 454 4.7.0 x"), "Mail programs keep the mail and log in again"),
        ((*DATA, "C: .", "S: 452 4.3.1 x"), "Real senders keep the mail and try again"),
    ],
)
def test_what_a_real_sender_does_now_is_told_on_the_sandbox(said: tuple[str, ...], does: str) -> None:
    told = rows(of(talk(*said)).section("reply"))
    assert any(one.startswith(does) for one in told), told
    real = rows(of(talk(*said), sandbox=False).section("reply"))
    assert not any(one.startswith(does) for one in real), real


def test_a_vague_code_is_told_by_what_it_is_about() -> None:
    said = rows(of(talk(*HELO, "C: MAIL FROM:<a@b>", "S: 530 5.7.0 Say STARTTLS first")).section("reply"))
    assert said[1] == "The server does not do this in plain text."


def test_busy() -> None:
    sheet = of(talk(*MAIL, "C: RCPT TO:<a@b>", "S: 450 4.2.1 Mailbox busy"))
    assert rows(sheet.section("reply"))[0] == "450 4.2.1   not now"


def test_accepted_and_refused_side_by_side() -> None:
    said = talk(*RCPT, "C: RCPT TO:<n@b>", "S: 550 5.1.1 no")
    assert steps(of(said))[3] == "RCPT TO done 1 accepted, 1 refused"
    said.play("C: RCPT TO:<c@d>", "S: 250 ok")
    assert steps(of(said))[3] == "RCPT TO done 2 accepted, 1 refused"
    assert rows(of(said).section("reply"))[1] == "c@d will get it too; 2 recipients by now."
    two = talk(*RCPT, "C: RCPT TO:<c@d>", "S: 250 ok")
    assert steps(of(two))[3] == "RCPT TO done 250 2 accepted"


def test_a_full_width_dot() -> None:
    sheet = of(talk(*BODY, "C: \u3002"))
    assert sheet.section("reply") is None
    assert rows(sheet.section("slip")) == [
        "! \u3002 is not .",
        "The full stop of a Chinese input method is another character. To the server it is one more line of "
        "text, so it goes on waiting.",
    ]
    assert rows(sheet.section("next")) == [
        "Switch the input method to half-width, then:",
        ". | alone on its line: end the message (the \u3002 stays in the mail)",
    ]


def test_inside_the_message() -> None:
    sheet = of(talk(*BODY))
    assert rows(sheet.section("reply")) == [
        "354   go on",
        "Every line is now part of the mail; no reply until the dot.",
    ]
    assert rows(sheet.section("mail")) == [
        "\u2713 From   \u2713 To   \u2713 Subject   \u25e6 Date, missing   \u2713 blank line"
    ]
    assert rows(sheet.section("next")) == [". | alone on its line: end the message"]
    header = of(talk(*DATA, "C: From: a"))
    assert rows(header.section("mail"))[0].startswith(
        "\u2713 From   \u25e6 To   \u25e6 Subject   \u25e6 Date   "
    )
    assert rows(header.section("next")) == [
        "To: name <address> | for whom it is",
        "Enter | an empty line ends the header",
        ". | alone on its line: end the message",
    ]
    assert of(talk(*DATA)).section("mail") is None


SLIPS: dict[str, tuple[tuple[str | bytes, ...], str, list[str]]] = {
    "hello": (
        (*GREETING, "C: hello me", "S: 500 what"),
        "500   the command is HELO",
        ["Like this:", "HELO me | Up brings yours back"],
    ),
    "full-width space": (
        (*GREETING, "C: helo\u3000xia.bdgs.com"),
        "! a full-width space is no blank",
        ["Switch the input method to half-width, then:", "helo xia.bdgs.com | Up brings yours back"],
    ),
    "rcpt before mail": (
        (*HELO, "C: rcpt to:<a@b>", "S: 503 no"),
        "503   MAIL FROM comes before RCPT",
        ["First:", "MAIL FROM:<address> | who sends it"],
    ),
    "data before mail": (
        (*HELO, "C: data", "S: 503 no"),
        "503   MAIL FROM comes before DATA",
        ["First:", "MAIL FROM:<address> | who sends it"],
    ),
    "a second mail": (
        (*MAIL, "C: MAIL FROM:<a@b>", "S: 503 no"),
        "503   a mail is begun already",
        ["To drop it:", "RSET | drop this mail"],
    ),
    "a blank that is not empty": (
        (*MESSAGE, "C:  "),
        "! not empty: still the header",
        ["To end the header:", "Enter | on an empty line"],
    ),
    "QUIT in the body": (
        (*BODY, "C: QUIT"),
        "! QUIT is text now",
        ["End the message first:", ". | alone on its line: end the message"],
    ),
    "two addresses": (
        (*MAIL, "C: RCPT TO:<a@b.c>,<d@e.f>", "S: 501 no"),
        "501   one address for each RCPT TO",
        ["First the one, then the other:", "RCPT TO:<a@b.c> | Up brings yours back", "RCPT TO:<d@e.f>"],
    ),
    "backspace": (
        (*MAIL, b"RCXX\x08\x08PT TO:<a@b>\r\n", "S: 500 no"),
        "500   a key was sent as a character",
        ["Type the whole line again:", "RCPT TO:<a@b> | Up brings yours back"],
    ),
    "no name": (
        (*GREETING, "C: EHLO", "S: 501 no"),
        "501   EHLO wants a name",
        ["In full:", "EHLO client.example | say who you are, and ask what is offered"],
    ),
    "no command": (
        (*HELO, "C: foo bar", "S: 500 no"),
        "500   foo is no command of SMTP",
        ["What it knows now:", "MAIL FROM:<address> | who sends it | then 250", "QUIT | leave"],
    ),
    "an empty line": (
        (*HELO, "C: ", "S: 500 no"),
        "500   an empty line is no command",
        ["What it knows now:", "MAIL FROM:<address> | who sends it | then 250", "QUIT | leave"],
    ),
    "a header line too early": (
        (*HELO, "C: Subject: hi", "S: 500 no"),
        "500   Subject: is a header line, no command",
        ["What it knows now:", "MAIL FROM:<address> | who sends it | then 250", "QUIT | leave"],
    ),
    "a dot too early": (
        (*HELO, "C: .", "S: 500 no"),
        "500   a dot ends a message, and none is begun",
        ["What it knows now:", "MAIL FROM:<address> | who sends it | then 250", "QUIT | leave"],
    ),
    "a full-width dot too early": (
        (*HELO, "C: \u3002", "S: 500 no"),
        "500   \u3002 is not ., and no message is begun",
        [
            "Switch the input method to half-width. What the server knows now:",
            "MAIL FROM:<address> | who sends it | then 250",
            "QUIT | leave",
        ],
    ),
    "backspaces that leave no command": (
        (*GREETING, b"hel\x08\x08o x\r\n", "S: 500 no"),
        "500   a key was sent as a character",
        [
            "Type the whole line again:",
            "HELO client.example | say who you are | expect 250",
            "EHLO client.example | the same, and ask what is offered",
            "QUIT | leave",
        ],
    ),
    "full-width letters, and too early": (
        (*MAIL, "C: \uff44\uff41\uff54\uff41", "S: 503 no"),
        "503   \uff44 is not d",
        ["Switch the input method to half-width, then:", "RCPT TO:<address> | who gets it"],
    ),
    "not the server's turn": (
        ("C: HELO me",),
        "! the server speaks first",
        ["Wait for its 220."],
    ),
}


@pytest.mark.parametrize(("said", "headline", "advice"), SLIPS.values(), ids=SLIPS.keys())
def test_slips(said: tuple[str | bytes, ...], headline: str, advice: list[str]) -> None:
    sheet = of(talk(*said))
    assert rows(sheet.section("slip"))[0] == headline
    assert rows(sheet.section("next")) == advice
    assert sheet.section("why") is None


def test_a_message_too_early_is_told_of_sender_and_recipient() -> None:
    data = rows(of(talk(*HELO, "C: DATA", "S: 503 no")).section("slip"))
    assert data[1] == "A message needs an envelope: first a sender, then at least one recipient."
    rcpt = rows(of(talk(*HELO, "C: RCPT TO:<a@b>", "S: 503 no")).section("slip"))
    assert rcpt[1].startswith("A recipient belongs to a mail")


def test_a_remark_hides_no_accepted_reply() -> None:
    said = talk(*HELO, "C: MAIL FROM:alice@example.org", "S: 250 2.1.0 ok")
    assert steps(of(said))[2] == "MAIL FROM done 250 alice@example.org"
    assert rows(of(said).section("reply")) == [
        "250 2.1.0   accepted",
        "alice@example.org is taken as the sender, where bounces go.",
        "! an address stands in < >",
        "With < >: MAIL FROM:<alice@example.org>",
    ]
    loose = talk(*HELO, "C: MAIL FROM :<a@b>", "S: 250 fine with me")
    assert rows(of(loose).section("reply"))[-2:] == [
        "! no blank before the colon",
        "Without the blank: MAIL FROM:<a@b>",
    ]
    dotted = of(talk(*BODY, "C: .bashrc"))
    assert rows(dotted.section("reply"))[-2:] == ["! a dot in front gets lost", "Next time: ..bashrc"]
    eight = of(talk(*BODY, "C: caf\u00e9"), sandbox=False)
    assert rows(eight.section("reply"))[-2] == "! 8-bit text, not announced"


def test_accepted_and_after_quit() -> None:
    sheet = of(talk(*ACCEPTED))
    assert rows(sheet.section("reply"))[0] == "250 2.6.0   accepted: F7 shows it"
    assert rows(of(talk(*ACCEPTED), sandbox=False).section("reply"))[0] == "250 2.6.0   accepted"
    assert (
        rows(of(talk(*ACCEPTED), typed=True).section("reply"))[0] == "250 2.6.0   accepted: /inbox shows it"
    )
    end = of(talk(*QUIT))
    section = end.section("steps")
    assert section is not None and section.count == "8 of 8"
    assert rows(end.section("next")) == ["F5 | connect again", "F7 | read the mail", "^Q | leave smtptutor"]
    assert rows(of(talk(*QUIT), typed=True).section("next"))[0] == "/connect | connect again"
    assert len(rows(of(talk(*QUIT), sandbox=False).section("next"))) == 2


def test_no_dead_end() -> None:
    """Wherever the connection fails or ends, it is said what can be done."""
    said: dict[str, tuple[str | bytes, ...]] = {
        "lost": (*MAIL, "* closed by nobody"),
        "unknown": (*BODY, "C: .", "* closed by server"),
        "before": ("* closed by server",),
        "http": ("S: HTTP/1.1 400 Bad Request",),
    }
    for key in ("lost", "unknown", "before"):
        assert rows(of(talk(*said[key])).section("next"))[0] == "F5 | connect again"
    assert rows(of(talk(*said["http"])).section("reply"))[0] == "this is HTTP, not SMTP"
    failed = Talk(practice=start()).tell(ConnectionFailed(Failure.SILENT, "mx.example", 25))
    sheet = of(failed, sandbox=False)
    assert rows(sheet.section("reply"))[0] == "mx.example:25 does not answer"
    assert "587" in rows(sheet.section("reply"))[1]
    assert rows(sheet.section("next")) == ["F5 | connect, here or elsewhere", "^Q | leave smtptutor"]


def test_before_anything_was_said() -> None:
    assert rows(guide(start(), sandbox=True).section("reply")) == ["Connecting ..."]
    due = (
        "Connected. The server speaks first: its greeting is due. Senders wait 5 minutes for it, then try "
        "again later (RFC 5321 §4.5.3.2.1)."
    )
    assert rows(of(Talk()).section("reply")) == [due]
    silent = "If it stays silent, the port may speak TLS at once: F5, or start with --tls."
    assert rows(of(Talk(sandbox=False), sandbox=False).section("reply")) == [due, silent]


def test_legal_lines_at_every_stage() -> None:
    assert rows(of(talk("S: 554 no")).section("next")) == [
        "Say QUIT, then try another server.", "QUIT | leave | then 221", "F5 | another server",
    ]  # fmt: skip
    offers = ("C: EHLO me", "S: 250-x", "S: 250-STARTTLS", "S: 250 AUTH PLAIN")
    assert rows(of(talk(*GREETING, *offers), sandbox=False).section("next")) == [
        "MAIL FROM:<address> | who sends it | then 250", "STARTTLS | encrypt first",
        "AUTH PLAIN | log in", "QUIT | leave",
    ]  # fmt: skip
    logged_in = of(talk(*GREETING, *offers, "C: AUTH PLAIN AGEAYg==", "S: 235 in"), sandbox=False)
    assert "AUTH PLAIN | log in" not in rows(logged_in.section("next"))
    secure = talk(*GREETING, *offers, "C: STARTTLS", "S: 220 go", "* tls")
    assert rows(of(secure).section("next")) == [
        "EHLO client.example | begin again, now inside TLS | expect 250", "QUIT | leave",
    ]  # fmt: skip
    assert steps(of(secure))[1] == "EHLO again inside TLS"
    reply = " ".join(rows(of(secure).section("reply")))
    assert "TLS is on" in reply and "EHLO again" in reply and "comes now" not in reply
    early = secure.play("C: MAIL FROM:<a@b>", "S: 503 5.5.1 hello?")
    assert rows(of(early).section("slip")) == [
        "503   EHLO again comes before MAIL",
        "TLS made the earlier EHLO void: the server has forgotten who calls (RFC 3207 §4.2).",
    ]
    assert rows(of(early).section("next"))[1].startswith("EHLO client.example | ")
    assert rows(of(talk(*GREETING)).section("next"))[1:] == [
        "EHLO client.example | the same, and ask what is offered", "QUIT | leave",
    ]  # fmt: skip
    assert rows(of(talk(*RCPT)).section("next"))[0] == "DATA | begin the message | then 354"
    assert rows(of(talk(*RCPT, "C: BDAT 4", b"hi\r\n", "S: 250 ok")).section("next"))[0].startswith("BDAT")
    login = talk(*GREETING, *offers, "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6")
    assert rows(of(login).section("next"))[-1] == "* | cancel the login"
    refused = talk(*HELO, "C: MAIL FROM:<a@b>", "S: 553 5.1.8 no")
    assert rows(of(refused).section("next"))[1] == "MAIL FROM:<address> | another, or again"


def test_other_replies_are_told_by_their_codes() -> None:
    assert rows(of(talk(*HELO, "C: NOOP", "S: 250 ok")).section("reply"))[1] == (
        "Nothing done, as asked: the server is still there."
    )
    assert rows(of(talk(*HELO, "C: VRFY bob", "S: 252 maybe")).section("reply"))[0] == "252   not checked"
    assert rows(of(talk(*HELO, "C: HELP", "S: 214 read")).section("reply"))[1] == "Help text."
    assert rows(of(talk(*HELO, "C: MAIL FROM:<>", "S: 250 ok")).section("reply"))[1].startswith("No sender")
    assert rows(of(talk(*HELO, "C: NOOP", "S: 299 odd")).section("reply"))[0] == "299   accepted"
    unknown = of(talk(*MAIL, "C: RCPT TO:<a@b>", "S: 559 5.9.9 odd"))
    assert rows(unknown.section("why")) == ["5yz | do not repeat it unchanged"]
    subject = of(talk(*MAIL, "C: RCPT TO:<a@b>", "S: 559 5.7.99 odd"))
    assert rows(subject.section("why"))[1] == "x.7.99 | security or policy"
    asked = of(talk(*MAIL, "S: 421 4.4.2 bye"))
    assert rows(asked.section("reply"))[0] == "421 4.4.2   the server hangs up"
    offered = of(talk(*GREETING, "C: EHLO me", "S: 250-x", "S: 250 SIZE 1000"))
    assert rows(offered.section("reply"))[1].endswith("What it offers: SIZE.")


def test_goals_of_another_list_have_no_words_of_ours() -> None:
    goals = (StepRule("say", "greet it", asks=(Match(CommandSent, verbs=("EHLO",)),)),)
    sheet = guide(Talk(practice=start(goals)).practice, sandbox=True)
    assert steps(sheet) == ["greet it now"]


@pytest.mark.parametrize("code", ["en", "zh_CN"])
def test_foreign_text_is_made_visible(code: str) -> None:
    language.use(code)
    evil = "\x1b[2J\u202e"
    said = talk(
        *HELO, f"C: MAIL FROM:<a{evil}@b>", "S: 250 ok", f"C: RCPT TO:<{evil}>", f"S: 550 5.1.1 {evil}"
    )
    for sheet in (
        of(said, hints=3),
        of(said.play(f"C: {evil} me", "S: 500 what")),
        of(said.play(f"C: DATA{evil}")),
    ):
        for section in sheet.sections:
            for row in [*rows(section), *(step.note for step in section.steps)]:
                assert row == visible(row)


def test_a_strict_server_refuses_what_others_take() -> None:
    said = talk(*HELO, "C: MAIL FROM: a@b", "S: 501 no")
    found = guide(said.practice, sandbox=True)
    slip, ahead = found.section("slip"), found.section("next")
    assert slip is not None
    assert ahead is not None
    assert "".join(run.text for run in slip.paragraphs[0].runs) == (  # type: ignore[union-attr]
        "501   no blank after the colon, an address stands in < >"
    )
    assert any(isinstance(one, Pair) and one.form.text == "MAIL FROM:<a@b>" for one in ahead.paragraphs)
    said = talk(*HELO, "C: MAIL FROM: a@b", "S: 550 no")  # that is about something else
    assert guide(said.practice, sandbox=True).section("slip") is None


def test_dropping_nothing_is_not_called_dropping() -> None:
    for rows, told in (
        ((*HELO, "C: RSET", "S: 250 ok"), "No mail was begun, so nothing is dropped."),
        ((*MAIL, "C: RSET", "S: 250 ok"), "The mail that was begun is dropped; HELO stands."),
    ):
        reply = guide(talk(*rows).practice, sandbox=True).section("reply")
        assert reply is not None
        assert reply.paragraphs[1].runs[0].text == told  # type: ignore[union-attr]


def test_a_misspelt_greeting_without_a_name_is_shown_in_full() -> None:
    ahead = guide(talk(*GREETING, "C: hello", "S: 500 no").practice, sandbox=True).section("next")
    assert ahead is not None
    assert [one.form.text for one in ahead.paragraphs if isinstance(one, Pair)] == ["HELO client.example"]


def test_chinese_screen() -> None:
    language.use("zh_CN")
    sheet = of(talk(*MAIL), hints=1)
    section = sheet.section("steps")
    assert section is not None
    assert (section.label, section.count) == ("步骤", "3/8")
    assert steps(sheet)[0] == "连接 完成 220"
    assert steps(sheet)[3:6] == ["RCPT TO 现在 寄给谁", "DATA 未做 开始写信", "信的内容 未做 信头，然后正文"]
    assert rows(sheet.section("reply")) == [
        "250 2.1.0   已接受",
        "发件人 alice@example.org 有效，退信会寄到这个地址。",
    ]
    assert rows(sheet.section("hint")) == [
        "每位收件人一行 RCPT TO。除 nobody@ 外，练习服务器都接受。", "再按 F2 看规则",
    ]  # fmt: skip
    remark = of(talk(*HELO, "C: MAIL FROM:a@b", "S: 250 ok"))
    assert rows(remark.section("reply"))[-1] == "加上 < >：MAIL FROM:<a@b>"


@pytest.mark.parametrize("code", ["en", "zh_CN"])
def test_words_fit_their_columns(code: str) -> None:
    """Names 11 cells with the blank, state words 9, forms and glosses one row of 43 or two."""
    language.use(code)
    for said in (GREETING, HELO, MAIL, RCPT, DATA, BODY, ACCEPTED, QUIT):
        sheet = of(talk(*said))
        for section in sheet.sections:
            assert cells(section.label) <= 8 and cells(section.count) <= 8
            for step in section.steps:
                assert cells(step.name) <= 10 and cells(step.word) <= 8
                assert step.state is StepState.DONE or cells(step.note) <= 23
            for pair in section.paragraphs:
                if isinstance(pair, Pair):
                    assert cells(pair.form.text) <= 22
                    assert cells(pair.gloss) + cells(pair.expect) <= 40


def test_a_recipient_refused_for_what_was_said_before() -> None:
    asked = (*MAIL, "C: RCPT TO:<bob@corp.test>")
    sheet = of(talk(*asked, "S: 550 5.1.8 <alice@example.org>: Sender address rejected"), sandbox=False)
    assert (
        rows(sheet.section("reply"))[-1]
        == "The domain of alice@example.org does not exist, or takes no mail."
    )
    assert rows(sheet.section("next")) == [
        "RSET first, then a sender whose domain exists, or the one of your login; then this line.",
        "RSET | drop this mail",
        "MAIL FROM:<address> | then another",
        "QUIT | leave",
    ]
    sheet = of(talk(*asked, "S: 504 5.5.2 <me>: Helo command rejected: need a full name"), sandbox=False)
    assert rows(sheet.section("next"))[1:] == [
        "EHLO name | another name; the mail begins anew",
        "QUIT | leave",
    ]


def test_a_slip_that_a_real_server_refuses_begins_with_the_verdict() -> None:
    greeted = ("S: 220 mx.test", "C: EHLO a.test", "S: 250-mx.test", "S: 250 SIZE 20")
    said = talk(*greeted, "C: MAIL FROM:<a@b.test> SIZE=99", "S: 552 5.3.4 Too big")
    slip = of(said, sandbox=False).section("slip")
    assert rows(slip)[:3] == [
        "552 5.3.4   larger than this server takes",
        "Refused at MAIL FROM, for good: the message is too large. The next move is the sender's.",
        "It offers SIZE 20, and refuses a message that has more octets, now or behind the dot.",
    ]
    assert slip is not None and slip.lead == 2
    assert rows(of(said).section("slip"))[0] == "552   larger than this server takes"


def test_a_real_server_is_greeted_in_a_name_of_ones_own() -> None:
    assert rows(of(talk(*GREETING), sandbox=False).section("next"))[0].startswith("HELO name | ")
    assert rows(of(talk(*GREETING)).section("next"))[0].startswith("HELO client.example | ")


@pytest.mark.parametrize("reply", ["250 2.0.0 queued", "552 5.3.4 too much"])
def test_a_slip_in_a_message_that_is_over_leads_no_more(reply: str) -> None:
    """After BDAT LAST nothing is typed that would be another last line, as the dot is after DATA."""
    chunk = b"Subject: x\r\nno header field\r\n"
    said = talk(*RCPT, f"C: BDAT {len(chunk)} LAST", chunk, f"S: {reply}")
    sheet = of(said)
    assert said.practice.slip is not None and sheet.section("slip") is None
    assert reply.startswith("552") or rows(sheet.section("next"))[0] == "QUIT | say goodbye | then 221"
