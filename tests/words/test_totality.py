"""Whatever is said on the wire: the fold and the guide take it, and what they show is safe to show."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.practice.checklist import advance, start
from tui.practice.suggestion import next_line
from tui.smtp.dialogue import Dialogue
from tui.smtp.display import visible
from tui.smtp.events import ConnectionOpened, Event, TlsEstablished
from tui.smtp.findings import Side
from tui.words import language
from tui.words.guide import Guide, Pair
from tui.words.notes import note
from tui.words.sheet import guide

SERVER = [
    b"220 x", b"250 ok", b"250-a", b"250 2.1.5 ok", b"354 go", b"451 4.7.1 later", b"550 5.1.1 no",
    b"421 bye", b"334 eA==", b"235 ok", b"221 bye", b"999 odd", b"\x1b[2J", b"",
]  # fmt: skip
CLIENT = [
    b"HELO x", b"EHLO x", b"LHLO x", b"hello x", b"MAIL FROM:<a@b>", b"MAIL FROM:a@b", b"RCPT TO:<c@d>",
    b"RCPT TO:<a@b>,<c@d>", b"DATA", b".", b"Subject: x", b"", b" ", b"\xe3\x80\x82", b"QUIT", b"RSET",
    b"AUTH LOGIN", b"AUTH PLAIN eA==", b"*", b"STARTTLS", b"BDAT 3", b"BDAT 0 LAST", b"helo\xe3\x80\x80x",
    b"\x08\x7f\x1b", b"\xff\xfe",
]  # fmt: skip
LINES = st.one_of(
    st.tuples(st.just("S"), st.sampled_from(SERVER) | st.binary(max_size=12)),
    st.tuples(st.just("C"), st.sampled_from(CLIENT) | st.binary(max_size=12)),
    st.tuples(st.sampled_from(["tls", "close", "again"]), st.just(b"")),
)


@pytest.fixture(params=tuple(language.LANGUAGES), autouse=True)
def spoken(request: pytest.FixtureRequest) -> Iterator[None]:
    language.use(request.param)
    yield
    language.use("en")


class Wire:
    def __init__(self) -> None:
        self.dialogue = Dialogue()

    def events(self, who: str, data: bytes) -> tuple[Event, ...]:
        if who == "S":
            return self.dialogue.received(data + b"\r\n")
        if who == "C":
            return self.dialogue.sent(data + b"\r\n")
        if who == "tls":
            return self.dialogue.tls_established(TlsEstablished("TLSv1.3", "AES"))
        if who == "close":
            return self.dialogue.closed(Side.SERVER)
        self.dialogue = Dialogue()
        return (ConnectionOpened("x", "127.0.0.1", 25, True),)


def shown(sheet: Guide) -> Iterator[str]:
    for section in sheet.sections:
        yield section.label
        yield section.count
        for step in section.steps:
            yield from (step.name, step.word, step.note, step.code)
        for one in section.paragraphs:
            if isinstance(one, Pair):
                yield from (one.form.text, one.gloss, one.expect)
            else:
                yield from (run.text for run in one.runs)


@settings(max_examples=60)
@given(st.lists(LINES, max_size=25), st.booleans(), st.integers(0, 3))
def test_any_dialogue(talk: list[tuple[str, bytes]], sandbox: bool, hints: int) -> None:
    wire, practice = Wire(), start()
    for who, data in [("again", b""), *talk]:
        for event in wire.events(who, data):
            practice = advance(practice, event)
            told = note(event, practice)
            assert told is None or told == visible(told)
        line = next_line(practice, sandbox=sandbox)
        assert line.isprintable()
        sheet = guide(practice, sandbox=sandbox, hints=hints, newcomer=sandbox, typed=not sandbox)
        assert all(text == visible(text) for text in shown(sheet))
        keys = {section.key for section in sheet.sections}
        assert keys & {"steps", "login", "tls"}  # a guest stands in the place of the steps
        assert keys & {"reply", "slip", "login", "tls"}
