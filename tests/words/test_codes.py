"""What codes mean: the table is whole in both languages, and a code means what its stage makes of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.practice.talking import GREETING, HELO, QUIT, RCPT, talk
from tui.smtp.events import ReplyReceived
from tui.words import codes, language
from tui.words.stages import Stage, stage

TABLE = json.loads((Path(codes.__file__).parent / "data" / "codes.json").read_text("utf-8"))
FIELDS = ("en", "zh", "causes", "causes_zh", "next", "next_zh")


@pytest.fixture(params=tuple(language.LANGUAGES), autouse=True)
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(request.param)
    yield request.param
    language.use("en")


def test_the_table_is_whole() -> None:
    for part in ("reply", "enhanced"):
        assert len({row["code"] for row in TABLE[part]}) == len(TABLE[part])
        for row in TABLE[part]:
            assert all(row[field].strip() for field in FIELDS), row["code"]
            assert all(row[field].isprintable() for field in FIELDS), row["code"]


@pytest.mark.parametrize("row", TABLE["reply"], ids=lambda row: row["code"])
def test_every_reply_code(row: dict[str, str], spoken: str) -> None:
    found = codes.meaning(int(row["code"]))
    assert found.registered
    wanted = (
        (row["zh"], row["causes_zh"], row["next_zh"])
        if spoken == "zh_CN"
        else (row["en"], row["causes"], row["next"])
    )
    assert (found.text, found.causes, found.advice) == wanted


def test_every_enhanced_code() -> None:
    for row in TABLE["enhanced"]:
        found = codes.enhanced("5" + row["code"][1:])
        assert found is not None and found.text
    assert codes.enhanced("5.9.9") is None
    assert codes.enhanced("x") is None


def test_a_code_means_what_its_stage_makes_of_it(spoken: str) -> None:
    at_dot, at_rcpt = codes.meaning(250, Stage.MESSAGE), codes.meaning(250, Stage.RCPT)
    assert at_dot.text != at_rcpt.text != codes.meaning(250).text
    assert codes.meaning(554, Stage.CONNECT).text != codes.meaning(554, Stage.DATA).text
    for said in codes._AT_STAGE.values():
        assert language.gettext(said).endswith((".", "。"))


@pytest.mark.parametrize("code", [299, 399, 499, 599, 199, 42, 999])
def test_an_unknown_code_is_told_by_its_first_digit(code: int) -> None:
    found = codes.meaning(code)
    assert not found.registered
    assert found.text.endswith((".", "。")) and found.advice


def test_subjects() -> None:
    assert codes.subject("5.1.99")
    assert codes.subject("5.99.1") == ""
    assert codes.subject("5.x.1") == ""
    assert codes.subject("550") == ""


def test_stages_follow_what_was_asked() -> None:
    rows: tuple[str, ...] = (*QUIT[:-1], "S: 421 bye")
    seen = [stage(event.to) for event in talk(*rows).events if isinstance(event, ReplyReceived)]
    assert seen == [
        Stage.CONNECT, Stage.HELLO, Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.MESSAGE, Stage.QUIT,
        Stage.UNASKED,
    ]  # fmt: skip
    rows = (
        *HELO,
        "C: RSET",
        "S: 250 ok",
        "C: NOOP",
        "S: 250 ok",
        "C: EXPN x",
        "S: 502 no",
        "C: FOO",
        "S: 500 no",
    )
    seen = [stage(event.to) for event in talk(*rows).events if isinstance(event, ReplyReceived)]
    assert seen[2:] == [Stage.RSET, Stage.NOOP, Stage.VRFY, Stage.OTHER]
    chunks = talk(*RCPT, "C: BDAT 1", b"x", "S: 250 ok", "C: BDAT 0 LAST", "S: 250 ok")
    assert [stage(event.to) for event in chunks.events if isinstance(event, ReplyReceived)][-2:] == [
        Stage.CHUNK, Stage.MESSAGE,
    ]  # fmt: skip
    login = talk(
        *GREETING, "C: EHLO me", "S: 250 AUTH LOGIN", "C: AUTH LOGIN", "S: 334 eA==", "C: eA==", "S: 535 no"
    )
    assert stage(login.practice.reply.to if login.practice.reply else None) is Stage.AUTH
