"""Every finding, phase, failure, state and ending has words, in every language."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.practice.talking import ACCEPTED, GREETING, HELO, MAIL, QUIT, TYPED, talk
from tui.practice.checklist import start
from tui.practice.goals import PLAIN
from tui.practice.state import StepState
from tui.smtp.display import cells, visible
from tui.smtp.events import (
    AddressTried,
    CommandSent,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    Failure,
    Found,
    ReplyTimedOut,
    ServerHalfClosed,
    TlsEstablished,
)
from tui.smtp.findings import Finding, Side
from tui.smtp.phases import Phase
from tui.words import commands, endings, findings, hints, labels, language
from tui.words.characters import name
from tui.words.lines import FORMS, form
from tui.words.notes import note
from tui.words.trail import StopState, trail

LANGUAGES = tuple(language.LANGUAGES)


@pytest.fixture(params=LANGUAGES, autouse=True)
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    language.use(request.param)
    yield request.param
    language.use("en")


def is_prose(text: str) -> bool:
    """A sentence that ends."""
    return text.endswith((".", "。", "?", "？", "*"))


@pytest.mark.parametrize("finding", Finding)
def test_every_finding_has_words(finding: Finding) -> None:
    details = ("", "HELO", "MAIL FROM", "512", "http", "binary")
    lines = (None, b"", b"hello x", b"\xff\xfe", b"helo\xe3\x80\x80x", b"a\x1bb")
    for detail, line in itertools.product(details, lines):
        text = findings.text(Found(finding, finding.side, 3, ((4, 7),), detail), line)
        assert text.caret and text.headline and text.advice
        assert all(is_prose(sentence) for sentence in text.sentences)
        assert is_prose(text.advice) or text.advice.endswith((":", "：", "8BITMIME"))
        for part in (text.caret, text.headline, *text.sentences, text.advice):
            assert "{" not in part.replace("\\u{", "")
            assert part == visible(part)


@pytest.mark.parametrize("key", findings.SLIPS)
def test_words_are_short_enough(key: tuple[Finding, str]) -> None:
    """At 80 columns: the caret note on its line, the headline on one row, the sentence on three."""
    found = Found(key[0], key[0].side, 1, ((0, 1),), key[1] or "HELO")
    text = findings.text(found, b"x y")
    assert cells(text.caret) <= 48
    assert cells(text.headline) <= 60
    assert all(cells(sentence) <= 3 * 60 for sentence in text.sentences)
    assert cells(text.advice) <= 76


def test_typical_slips_have_their_own_words(spoken: str) -> None:
    own = [
        Finding.FULL_WIDTH, Finding.FULL_WIDTH_DOT, Finding.BLANK_NOT_EMPTY, Finding.OUT_OF_SEQUENCE,
        Finding.MISSPELT_VERB, Finding.COMMAND_IN_MESSAGE, Finding.WAITING_IN_MESSAGE,
        Finding.MISSING_BRACKETS, Finding.TWO_ADDRESSES, Finding.CONTROL_TYPED,
    ]  # fmt: skip
    told = [findings.text(Found(one, one.side, 1, ((0, 1),), "HELO"), b"hello me") for one in own]
    assert len({text.headline for text in told}) == len(own)
    assert len({text.sentences for text in told}) == len(own)


@pytest.mark.parametrize(
    ("character", "en", "zh_CN", "meant"),
    [
        ("\u3000", "full-width space, U+3000", "全角空格，U+3000", None),
        ("\u3002", "ideographic full stop, U+3002", "中文句号，U+3002", "."),
        ("\uff1a", "full-width colon, U+FF1A", "全角冒号，U+FF1A", ":"),
        ("\uff21", "full-width letter, U+FF21", "全角字母，U+FF21", "A"),
        ("\uff11", "full-width digit, U+FF11", "全角数字，U+FF11", "1"),
        ("\uff05", "full-width character, U+FF05", "全角字符，U+FF05", "%"),
        ("\x7f", "backspace (DEL), U+007F", "退格（DEL），U+007F", "\\x7f"),
        ("\x01", "control character, U+0001", "控制字符，U+0001", "\\x01"),
        ("\u00e9", "character beyond ASCII, U+00E9", "ASCII 以外的字符，U+00E9", "\u00e9"),
    ],
)  # fmt: skip
def test_names_of_characters(character: str, en: str, zh_CN: str, meant: str | None, spoken: str) -> None:  # noqa: N803
    named = name(character)
    assert named.text == {"en": en, "zh_CN": zh_CN}[spoken]
    assert meant is None or named.meant == meant


@pytest.mark.parametrize("phase", Phase)
@pytest.mark.parametrize("sandbox", [True, False])
def test_every_phase_has_a_name_and_three_hints(phase: Phase, sandbox: bool) -> None:
    practice = replace(start(), phase=phase)
    assert labels.phase(phase)
    nudge, rule, exact = hints.hints(practice, sandbox=sandbox)
    assert is_prose(nudge)
    assert "RFC " in rule
    assert exact
    assert len(trail(practice)) == 5


def test_the_hint_after_an_accepted_mail_is_about_what_comes_next() -> None:
    assert hints.hints(talk(*ACCEPTED).practice) != hints.hints(talk(*HELO).practice)
    assert hints.hints(talk(*ACCEPTED).practice)[2].endswith("QUIT")
    message = hints.hints(talk(*TYPED[:-2], "C: From: a", "C: To: b").practice)[2]
    assert "Enter" in message


def test_the_trail_shows_what_was_agreed_to() -> None:
    assert [stop.state for stop in trail(talk(*MAIL).practice)] == [
        StopState.PASSED, StopState.PASSED, StopState.PRESENT, StopState.TO_COME, StopState.TO_COME,
    ]  # fmt: skip
    assert [stop.word for stop in trail(talk(*GREETING, "C: EHLO me", "S: 250 x").practice)][1:] == [
        "ehlo", "mail", "rcpt", "data",
    ]  # fmt: skip


@pytest.mark.parametrize("failure", Failure)
@pytest.mark.parametrize("port", [25, 587])
@pytest.mark.parametrize("final", [True, False])
def test_every_failure_has_words(failure: Failure, port: int, final: bool) -> None:
    event = ConnectionFailed(failure, "mx.example", port, "192.0.2.1", "no such \x1b thing", final)
    said = endings.failure(event)
    assert said.headline and all(said.sentences)
    assert "\x1b" not in "".join(said.sentences)
    assert note(event, start()) == said.headline
    assert ("192.0.2.1" in said.headline) <= (not final)


@pytest.mark.parametrize(
    ("port", "others"), [(25, ["587", "465"]), (465, ["25", "587"]), (2525, ["25", "587", "465"])]
)
def test_where_a_refused_connection_may_be_tried_instead(port: int, others: list[str], spoken: str) -> None:
    (said,) = endings.failure(ConnectionFailed(Failure.REFUSED, "mx.example", port)).sentences
    assert re.findall(r"\d+", said) == [str(port), *others]


def test_silence_on_port_25_is_explained_by_the_network(spoken: str) -> None:
    silent = endings.failure(ConnectionFailed(Failure.SILENT, "mx.example", 25))
    other = endings.failure(ConnectionFailed(Failure.SILENT, "mx.example", 587))
    assert "587" in silent.sentences[0]
    assert "25" not in other.sentences[0]


ENDINGS: dict[str, tuple[str | bytes, ...]] = {
    "quit": QUIT,
    "quit without a mail": (*HELO, "C: QUIT", "S: 221 bye", "* closed by server"),
    "unknown fate": (*TYPED, "C: .", "* closed by nobody"),
    "in the message": (*TYPED, "* closed by server"),
    "in the message, by us": (*TYPED, "* closed by client"),
    "by us": (*HELO, "* closed by client"),
    "reset": (*HELO, "* reset"),
    "before the greeting": ("* closed by server",),
    "after 421": (*HELO, "S: 421 bye", "* closed by server"),
    "without a word": (*HELO, "* closed by server"),
    "the network": (*HELO, "* closed by nobody"),
    "http": ("S: HTTP/1.1 400 Bad Request", "* closed by server"),
}


def test_every_ending_has_words_of_its_own() -> None:
    said = {key: endings.ending(talk(*rows).practice) for key, rows in ENDINGS.items()}
    assert all(said.values())
    texts = {one.headline + "".join(one.sentences) for one in said.values() if one is not None}
    assert len(texts) == len(ENDINGS)
    cut = talk(*HELO)
    cut.tell(ConnectionClosed(Side.SERVER, in_reply=True))
    assert endings.ending(cut.practice) not in said.values()
    silent = talk(*HELO, "C: NOOP").tell(ReplyTimedOut(300.0)).play("* closed by client")
    assert endings.ending(silent.practice) not in said.values()
    assert endings.ending(talk(*HELO).practice) is None
    failed = talk().tell(ConnectionFailed(Failure.REFUSED, "x", 1, final=True))
    assert endings.ending(failed.practice) is not None


def test_unknown_fate_is_called_that(spoken: str) -> None:
    said = endings.ending(talk(*TYPED, "C: .", "* closed by nobody").practice)
    assert said is not None
    assert said.headline == {"en": "not known whether it was accepted", "zh_CN": "不知道是否被收下"}[spoken]


NOTED: tuple[Event, ...] = (
    AddressTried("mx.example", "192.0.2.1", 25),
    AddressTried("::1", "::1", 25),
    ConnectionOpened("mx.example", "192.0.2.1", 25, False),
    ConnectionOpened("localhost", "127.0.0.1", 25, True),
    ConnectionClosed(Side.SERVER),
    ServerHalfClosed(),
    ReplyTimedOut(2.5),
    TlsEstablished("TLSv1.3", "AES"),
    TlsEstablished("TLSv1.3", "AES", verified=False),
    Found(Finding.SHUTTING_DOWN, Side.SERVER),
)


@pytest.mark.parametrize("event", NOTED)
def test_notes_are_one_short_line(event: Event) -> None:
    said = note(event, start())
    assert said is not None
    assert "\n" not in said and not said.endswith((".", "。"))
    assert cells(said) <= 74


def test_what_speaks_for_itself_has_no_note() -> None:
    said = talk(*HELO)
    assert all(note(event, said.practice) is None for event in said.events if isinstance(event, CommandSent))


def test_a_note_on_a_slip_stands_under_its_line(spoken: str) -> None:
    said = talk(*GREETING, "C: hello me")
    found = next(event for event in said.events if isinstance(event, Found))
    assert note(found, said.practice) == {"en": "the command is HELO", "zh_CN": "命令是 HELO"}[spoken]


def test_labels_are_at_most_8_cells() -> None:
    for key in ("task", "steps", "goals", "mail", "slip", "reply", "why", "next", "marks", "hint"):
        assert 0 < cells(labels.section(key)) <= 8
    for state in StepState:
        assert 0 < cells(labels.state(state)) <= 8


def test_modes_and_steps_have_words() -> None:
    names = (
        "command",
        "message",
        "secret",
        "waiting",
        "question",
        "paste",
        "reading",
        "raw",
        "closed",
        "connecting",
    )
    assert all(0 < cells(labels.mode(one)) <= 10 for one in names)
    for step in start().steps:
        assert 0 < cells(labels.step(step)) <= 10
    assert [goal.id for goal in PLAIN] == [step.id for step in start().steps]
    assert cells(labels.count(start())) <= 8


def test_every_verb_that_may_be_asked_for_has_a_form() -> None:
    for verb in FORMS:
        pair = form(verb)
        assert pair.form.text.startswith(verb)
        assert pair.gloss


def test_every_action_has_a_name_a_description_and_is_found_by_them(spoken: str) -> None:
    assert len({action.id for action in commands.ACTIONS}) == len(commands.ACTIONS)
    typed = [action.typed for action in commands.ACTIONS if action.typed]
    assert len(set(typed)) == len(typed)
    for action in commands.ACTIONS:
        assert 0 < cells(action.name) <= 20
        assert 0 < cells(action.about) <= 50
        assert action in commands.find(action.name)
        assert action in commands.find(action.source_name.upper())
        assert commands.action(action.id) is action
    assert commands.find("") == commands.ACTIONS
    assert commands.find("no such command") == ()
    if spoken == "zh_CN":
        assert commands.find("收件箱")[0].id == "inbox"
    assert commands.find("inb")[0].id == "inbox"


@pytest.mark.parametrize(
    ("word", "id"),
    [("hint", "hint"), (" INBOX ", "inbox"), ("inb", "inbox"), ("h", None), ("", None), ("nothing", None)],
)
def test_typed_names(word: str, id: str | None) -> None:
    action = commands.typed(word)
    assert (action.id if action is not None else None) == id


def test_an_ipv6_address_stands_in_brackets_before_its_port(spoken: str) -> None:
    refused = ConnectionFailed(Failure.REFUSED, "::1", 25, "::1")
    assert endings.failure(refused).headline.startswith("[::1]:25 ")
    unreachable = ConnectionFailed(Failure.UNREACHABLE, "::1", 25, "::1")
    assert "[" not in endings.failure(unreachable).headline


def test_a_name_without_dots_may_have_been_a_profile(spoken: str) -> None:
    (alone,) = endings.failure(ConnectionFailed(Failure.NAME_UNKNOWN, "corp", 25)).sentences
    assert "servers.toml" in alone
    for host, through in (("mx.corp", ""), ("corp", "ssh jump")):
        said = endings.failure(ConnectionFailed(Failure.NAME_UNKNOWN, host, 25, through=through)).sentences
        assert "servers.toml" not in "".join(said)


@pytest.mark.parametrize(
    ("host", "meant"),
    [
        ("::1:25", "[::1]:25"),
        ("fe80::1:2525", "[fe80::1]:2525"),
        ("2001:db8::25", ""),
        ("::1", ""),
        ("::1:ab", ""),
    ],
)
def test_a_port_behind_a_bare_address(host: str, meant: str, spoken: str) -> None:
    said = " ".join(endings.failure(ConnectionFailed(Failure.UNREACHABLE, host, 25)).sentences)
    assert (meant in said) if meant else ("[" not in said)
