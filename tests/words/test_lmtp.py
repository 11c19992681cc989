"""What is said of LMTP: its greeting, a server that does not know it, and each reply behind the dot."""

from __future__ import annotations

import re

import pytest

from tests.practice.talking import Talk
from tests.practice.test_lmtp import DOT, HELLO, lmtp
from tests.words import catalogue
from tests.words.test_sheet import of, rows, steps
from tui.words import language
from tui.words.hints import hints, of_phase
from tui.words.trail import trail


def said(talk: Talk, section: str) -> list[str]:
    return rows(of(talk, sandbox=False).section(section))


def test_only_its_own_greeting_is_offered() -> None:
    talk = lmtp("S: 220 x")
    assert steps(of(talk))[1] == "LHLO now say who you are"
    assert said(talk, "next") == [
        "LHLO name | say who you are, and ask what is offered | expect 250",
        "QUIT | leave",
    ]
    assert [stop.word for stop in trail(talk.practice)][1] == "lhlo"
    assert "LMTP has no HELO and no EHLO" in hints(talk.practice)[1]
    assert "LMTP has no HELO and no EHLO" in of_phase(talk.practice)[1]
    talk = lmtp(*HELLO, "* tls")
    assert steps(of(talk))[1] == "LHLO again inside TLS"
    assert said(talk, "next")[0] == "LHLO name | begin again, now inside TLS | expect 250"


@pytest.mark.parametrize("code", [500, 502])
def test_a_server_that_does_not_know_it_speaks_no_lmtp(code: int) -> None:
    talk = lmtp("S: 220 x", "C: LHLO me", f"S: {code} 5.5.2 not recognized")
    headline, verdict, why = said(talk, "reply")
    assert "this server does not speak LMTP" in headline
    assert verdict == (
        "Refused at EHLO, for good: it does not know the command. The next move is the sender's."
    )
    assert "speaks SMTP" in why
    advice, *lines = said(talk, "next")
    assert "without --lmtp" in advice
    assert lines == ["QUIT | leave"]
    typed = Talk().play("S: 220 x", "C: LHLO me", f"S: {code} 5.5.2 not recognized")
    assert "this server does not speak LMTP" in said(typed, "reply")[0]
    assert [one.split()[0] for one in said(typed, "next")[1:]] == ["HELO", "EHLO", "QUIT"]


def test_a_greeting_of_smtp_is_answered_with_the_right_one() -> None:
    talk = lmtp("S: 220 x LMTP", "C: EHLO me", "S: 500 what")
    assert "LMTP is greeted with LHLO" in said(talk, "reply")[0]
    assert said(talk, "next")[:2] == [
        "Say LHLO instead.",
        "LHLO name | say who you are, and ask what is offered | expect 250",
    ]


def test_who_greets_as_a_person_means_the_only_greeting() -> None:
    talk = lmtp("S: 220 x LMTP", "C: hello me")
    assert "the command is LHLO" in said(talk, "slip")[0]
    assert said(talk, "next")[1].startswith("LHLO me")


def test_what_comes_too_early() -> None:
    talk = lmtp("S: 220 x LMTP", "C: MAIL FROM:<a@x.test>")
    assert "LHLO comes before MAIL" in said(talk, "slip")[0]
    assert said(talk, "next")[1] == "LHLO client.example | say who you are"


def test_each_reply_behind_the_dot_says_for_whom_it_is() -> None:
    first = lmtp(*DOT, "S: 250 got it")
    assert said(first, "reply")[1:] == [
        "b@y.test gets the mail, and the server answers for that.",
        "LMTP answers for each recipient alone (RFC 2033 §4.2); still due: 1.",
    ]
    second = first.play("S: 452 4.2.2 mailbox full")
    reply = said(second, "reply")
    assert "c@y.test does not get the mail." in reply
    assert "1 of 2 get it. Not: c@y.test 452." in reply
    assert "again to c@y.test alone" in said(second, "next")[0]
    assert steps(of(second))[6] == ". done 1 accepted, 1 refused"


def test_the_last_reply_tells_who_was_left_out_before() -> None:
    talk = lmtp(*DOT, "S: 550 5.1.1 gone", "S: 250 got it")
    assert said(talk, "reply")[1:] == [
        "c@y.test gets the mail, and the server answers for that.",
        "1 of 2 get it. Not: b@y.test 550.",
    ]
    nobody = lmtp(*DOT, "S: 550 5.1.1 gone", "S: 550 5.1.1 gone too")
    assert "alone" not in said(nobody, "next")[0]
    everybody = lmtp(*DOT, "S: 250 one", "S: 250 two")
    assert said(everybody, "reply")[1:] == ["c@y.test gets the mail, and the server answers for that."]


@pytest.mark.parametrize("code", list(language.LANGUAGES))
def test_what_is_said_of_ehlo_is_said_of_lhlo(code: str) -> None:
    """Every text of the program, but those that mean SMTP."""
    language.use(code)
    language.greet_by_lmtp(True)
    said = [language.gettext(one.id) for one in catalogue.read("zh_CN") if isinstance(one.id, str) and one.id]
    left = [
        one for one in said if re.search("[EH][EH]LO", one) and not re.search("LMTP|HELO (and|和) EHLO", one)
    ]
    assert left == [one for one in left if "LHLO" in one]
    assert language.gettext("Use another mechanism; the AUTH line of EHLO lists them.").count("LHLO") == 1
    language.greet_by_lmtp(False)
    assert "EHLO" in language.gettext("Use another mechanism; the AUTH line of EHLO lists them.")
