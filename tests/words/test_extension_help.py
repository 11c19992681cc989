"""Help for one name: every extension that a server may offer has some, in every language."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.practice.talking import GREETING, talk
from tests.words.test_sheet import rows
from tui.smtp.display import cells, visible
from tui.words import extensions, language
from tui.words.extension_help import NAMES, help_for, topics, unknown
from tui.words.guide import Guide
from tui.words.language import LANGUAGES

BEFORE = talk(*GREETING).practice
OFFERED = talk(*GREETING, "C: EHLO me", "S: 250-x", "S: 250 SIZE 1000").practice


@pytest.fixture(params=tuple(LANGUAGES), autouse=True)
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(request.param)
    yield request.param
    language.use("en")


def said(guide: Guide | None) -> list[str]:
    assert guide is not None
    return [row for section in guide.sections for row in rows(section)]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_says_what_it_is_where_it_stands_and_what_to_type(name: str) -> None:
    guide = help_for(name, BEFORE)
    assert guide is not None
    first, about, *_rest = said(guide)
    assert first.startswith(f"{name} (")
    assert about.endswith((".", "。"))
    assert all(text == visible(text) and "{" not in text for text in said(guide))
    assert all(cells(section.label) <= 8 for section in guide.sections)


def test_whatever_the_reply_to_ehlo_can_explain_has_help_too() -> None:
    assert set(NAMES) >= extensions.KEYWORDS


@pytest.mark.parametrize(
    ("typed", "name"),
    [("size", "SIZE"), (" Size ", "SIZE"), ("bdat", "CHUNKING"), ("notify", "DSN"), ("BODY", "8BITMIME"),
     ("holdfor", "FUTURERELEASE"), ("lhlo", "LMTP"), ("proxy", "PROXY")],
)  # fmt: skip
def test_other_names_of_the_same(typed: str, name: str) -> None:
    assert said(help_for(typed, BEFORE))[0].startswith(f"{name} (")


def test_a_command_is_told_with_its_form(spoken: str) -> None:
    told = said(help_for("mail", BEFORE))
    assert "RFC 5321 §4.1.1.2" in told[0]
    assert told[1].startswith("MAIL FROM:<")
    assert said(help_for("noop", BEFORE))[1] == "NOOP"


def test_whether_this_server_offers_it(spoken: str) -> None:
    assert "SIZE 1000" in said(help_for("SIZE", OFFERED))[-1]
    told = {said(help_for("DSN", one))[-1] for one in (BEFORE, OFFERED)}
    assert len(told) == 2
    assert "EHLO" not in said(help_for("PROXY", BEFORE))[-1]


def test_a_name_that_nobody_knows_is_said_to_be_unknown() -> None:
    assert help_for("FOO", OFFERED) is None
    assert "FOO" in unknown(" FOO\x1b ") and "\\x1b" in unknown("FOO\x1b")
    assert "MT-PRIORITY" in unknown("x")


def test_there_is_help_for_every_topic() -> None:
    for name in topics():
        assert help_for(name, BEFORE) is not None, name
