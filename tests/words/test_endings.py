"""How a connection ended: what was sent is told as it was, and nobody is blamed for what the program did."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.practice.talking import DATA, GREETING, HELO, MAIL, RCPT, Talk, talk
from tui.words import language
from tui.words.endings import ending
from tui.words.notes import note
from tui.words.sheet import guide

CHUNKED = (*GREETING, "C: EHLO me", "S: 250-x", "S: 250 CHUNKING", "C: MAIL FROM:<a@x.test>", "S: 250 ok",
           "C: RCPT TO:<b@x.test>", "S: 250 ok")  # fmt: skip


@pytest.fixture(autouse=True, params=["en", "zh_CN"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(request.param)
    yield request.param
    language.use("en")


def told(one: Talk) -> str:
    """The headline and what it means, as both front ends say it."""
    end = ending(one.practice)
    assert end is not None
    reply = guide(one.practice, sandbox=False).section("reply")
    assert reply is not None
    assert one.practice.closed is not None
    assert note(one.practice.closed, one.practice) == end.headline
    return " ".join((end.headline, *end.sentences))


@pytest.mark.parametrize("end", ["* closed by client", "* closed by nobody"])
@pytest.mark.parametrize("before", [GREETING, HELO, MAIL])
def test_a_quit_without_an_answer(before: tuple[str, ...], end: str, spoken: str) -> None:
    said = told(talk(*before, "C: QUIT", end))
    assert said.startswith({"en": "QUIT was not answered", "zh_CN": "QUIT 没有得到答复"}[spoken])
    assert {"en": "Without QUIT", "zh_CN": "没有说 QUIT"}[spoken] not in said


def test_no_quit_at_all(spoken: str) -> None:
    said = told(talk(*HELO, "* closed by client"))
    assert {"en": "Without QUIT", "zh_CN": "没有说 QUIT"}[spoken] in said


def test_a_server_that_takes_no_mail_has_said_so(spoken: str) -> None:
    said = told(talk(*HELO, "C: MAIL FROM:<a@b>", "S: 521 5.3.2 no mail here", "* closed by server"))
    assert said.startswith({"en": "the server hung up after its 521", "zh_CN": "服务器在它的 521"}[spoken])


def test_an_answered_quit_is_no_matter(spoken: str) -> None:
    for rows in (("S: 221 bye", "* closed by client"), ("* closed by server",)):
        one = talk(*HELO, "C: QUIT", *rows)
        assert {"en": "goodbye", "zh_CN": "再见"}[spoken] in told_lightly(one)


def told_lightly(one: Talk) -> str:
    end = ending(one.practice)
    assert end is not None
    assert not end.warning
    return " ".join((end.headline, *end.sentences))


@pytest.mark.parametrize(
    "before",
    [
        MAIL,
        RCPT,
        DATA,
        (*DATA, "C: A: b", "C: ", "C: text"),
        CHUNKED,  # a no to BDAT … LAST: it was never sent
        (*CHUNKED, "C: BDAT 5", b"abc\r\n", "S: 250 ok"),
        (*CHUNKED, "C: BDAT 50", b"abc\r\n"),
    ],
)
def test_a_mail_that_was_begun_and_never_sent(before: tuple[str | bytes, ...], spoken: str) -> None:
    said = told(talk(*before, "* closed by client", sandbox=False))
    assert {"en": "The mail was not sent.", "zh_CN": "这封信没有寄出。"}[spoken] in said
    assert "QUIT" not in said
    if "C: DATA" not in before:
        assert {"en": " dot ", "zh_CN": ". "}[spoken] not in said
