"""The guide while a reply is due, and while a question is open: it proposes nothing that cannot be done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.practice.talking import ACCEPTED, DATA, GREETING, HELO, MAIL, RCPT, TYPED, Talk, talk
from tests.words.test_sheet import of, rows
from tui.desk.asking import SECRET, Asked
from tui.practice.checklist import start
from tui.words import language
from tui.words.guide import Section
from tui.words.sheet import guide

TLS = (*GREETING, "C: EHLO me", "S: 250-me", "S: 250 STARTTLS", "C: STARTTLS", "S: 220 go", "* tls")
AUTH = (*TLS, "C: EHLO me", "S: 250-me", "S: 250 AUTH LOGIN", "C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6")


@pytest.fixture(autouse=True)
def back_to_english() -> Iterator[None]:
    yield
    language.use("en")


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ((*GREETING, "C: HELO client.example"), "HELO is sent. Wait for the reply."),
        ((*HELO, "C: MAIL FROM:<a@b>"), "MAIL FROM is sent. Wait for the reply."),
        ((*MAIL, "C: RCPT TO:<a@b>"), "RCPT TO is sent. Wait for the reply."),
        ((*MAIL, "C: RCPT TO:<a@b>", "S: 550 5.1.1 no", "C: RCPT TO:<c@d>"), "RCPT TO is sent."),
        ((*RCPT, "C: DATA"), "DATA is sent. Wait for the reply."),
        ((*ACCEPTED, "C: QUIT"), "QUIT is sent. Wait for the reply."),
        ((*AUTH, "C: YWxpY2U="), "Your answer is sent. Wait for the reply."),
        ((*TYPED, "C: ."), "The end of the message is sent. Wait for the reply, which may take 10 minutes"),
        ((*RCPT, "C: BDAT 0 LAST"), "The end of the message is sent."),
        ((*RCPT, "C: BDAT 4 LAST", b"hi\r\n"), "The end of the message is sent."),
        ((*RCPT, "C: BDAT 9 LAST", b"hi\r\n"), "Type the text of the chunk."),
    ],
)
def test_while_a_reply_is_due_there_is_nothing_to_type(said: tuple[str, ...], wait: str) -> None:
    told = rows(of(talk(*said), sandbox=False).section("next"))
    assert len(told) == 1
    assert told[0].startswith(wait)
    assert rows(of(talk(*said), hints=3).section("hint")) == ["Nothing to type: wait for the server."]


def test_after_the_dot_the_last_reply_says_nothing_any_more() -> None:
    sheet = of(talk(*TYPED, "C: ."))
    assert rows(sheet.section("reply"))[0] == "the message is with the server"
    assert "354" not in " ".join(rows(sheet.section("reply")))
    assert rows(of(talk(*TYPED, "C: ."), hints=2).section("hint"))[0].endswith("RFC 5321 §4.5.3.2.6")
    answered = of(talk(*TYPED, "C: .", "S: 250 ok"))
    assert rows(answered.section("reply"))[0].startswith("250   accepted")


def test_a_line_that_cannot_have_been_meant_is_mended_without_waiting() -> None:
    assert rows(of(talk(*GREETING, "C: hello me")).section("next"))[0] == "Like this:"


def test_hints_of_a_wait() -> None:
    assert rows(of(talk(*RCPT, "C: DATA"), hints=1).section("hint"))[0].startswith("It is the server's turn")


def asked_about(what: Asked, said: Talk) -> tuple[list[str], list[str]]:
    sheet = guide(said.practice, sandbox=False, hints=3, asked=what.value)
    assert [one.key for one in sheet.sections if one.key not in {"steps", "mail"}] == ["reply", "next"]
    return rows(sheet.section("reply")), rows(sheet.section("next"))


def test_the_final_dot_is_asked_about_with_its_envelope() -> None:
    what, answers = asked_about(Asked.DOT, talk(*TYPED))
    assert what == [
        "the dot makes localhost deliver this mail for real",
        "from <alice@example.org> to <bob@sandbox.test>",
    ]
    assert answers == ["yes | sends the dot", "no | closes the connection, nothing is sent"]


@pytest.mark.parametrize("code", list(language.LANGUAGES))
@pytest.mark.parametrize("asked", list(Asked))
def test_every_question_says_what_each_answer_does(asked: Asked, code: str) -> None:
    language.use(code)
    for said in (talk(*DATA), Talk(practice=start())):
        what, answers = asked_about(asked, said)
        assert len(what) == 2 and all(what)
        if asked in SECRET:
            assert answers[1].startswith("Enter | ")
            continue
        yes, no = {"en": ("yes", "no"), "zh_CN": ("yes\uff08\u662f\uff09", "no\uff08\u5426\uff09")}[code]
        assert [one.split(" | ")[0] for one in answers] == [yes, no]
        section: Section | None = guide(said.practice, sandbox=False, asked=asked.value).section("reply")
        assert section is not None and section.label == {"en": "question", "zh_CN": "\u63d0\u95ee"}[code]
    assert guide(start(), sandbox=False, asked=asked.value).section("next") is not None
