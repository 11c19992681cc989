"""What a message holds, judged while it is typed."""

from __future__ import annotations

import pytest

from tests.practice.graded import NOW
from tui.practice.content import Judged, date_of, date_text, judge
from tui.practice.exercise import Content, Form, Names
from tui.practice.letter import LINES_KEPT, Letter, addresses, is_named_address, written
from tui.practice.noting import FIELDS_KEPT
from tui.practice.state import Envelope, Recipient
from tui.smtp.events import BodyLineSent, LineEnd

ENVELOPE = Envelope(
    "a@x.test",
    (Recipient("b@x.test", 250, None), Recipient("c@x.test", 250, None), Recipient("z@x.test", 550, None)),
)
MET, OPEN, FAILED = Judged.MET, Judged.OPEN, Judged.FAILED


def letter(*lines: str, ended: bool = False) -> Letter:
    """As it stands after these lines; an empty one ends the header."""
    made, header = Letter(), True
    for number, line in enumerate(lines, 1):
        made = written(made, BodyLineSent(number, number, line.encode(), LineEnd.CRLF, False, header))
        header = header and bool(line)
    return Letter(made.fields, made.blank_line, made.body, made.body_lines, ended, made.growing and not ended)


def of(header: str, **asked: object) -> Content:
    return Content(header=header, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "lines", "verdict"),
    [
        (of("subject"), (), OPEN),
        (of("subject"), ("Subject: x",), MET),
        (of("subject"), ("To: x",), OPEN),
        (of("subject"), ("To: x", ""), FAILED),
        (of("subject", form=Form.TEXT), ("Subject:",), OPEN),
        (of("subject", form=Form.TEXT), ("Subject:", " x"), MET),
        (of("subject", form=Form.TEXT), ("Subject:", "To: x"), FAILED),
        (of("subject", form=Form.FOLDED), ("Subject: x",), OPEN),
        (of("subject", form=Form.FOLDED), ("Subject: x", "\ty"), MET),
        (of("subject", form=Form.FOLDED), ("Subject: x", " "), OPEN),
        (of("subject", form=Form.FOLDED), ("Subject: x", "y"), FAILED),
        (of("from", form=Form.ADDRESS), ("From: me",), FAILED),
        (of("from", form=Form.ADDRESS), ("From: me <a@x.test>",), MET),
        (of("to", form=Form.NO_ADDRESS), ("To: Ann",), MET),
        (of("to", form=Form.NO_ADDRESS), ("To: Ann <a@x.test>",), FAILED),
        (of("to", form=Form.NO_ADDRESS), ("To:", ""), FAILED),
        (of("from", form=Form.NAMED_ADDRESS), ("From: a@x.test",), FAILED),  # no name can come any more
        (of("from", form=Form.NAMED_ADDRESS), ("From: A",), OPEN),
        (of("from", form=Form.NAMED_ADDRESS), ("From: A", " <a@x.test>"), MET),
        (of("from", form=Form.NAMED_ADDRESS), ("From: a@x.test", ""), FAILED),
        (of("date", form=Form.DATE), ("Date: 11/08/2004",), FAILED),
        (of("date", form=Form.DATE), ("Date: 11 Aug 2004 07:40 +0800",), MET),
        (of("date", form=Form.RECENT_DATE), ("Date: 11 Aug 2004 07:40 +0800",), FAILED),
        (of("date", form=Form.RECENT_DATE), (f"Date: {date_text(NOW)}",), MET),
        (of("date", form=Form.DISTANT_DATE), ("Date: 11 Aug 2004 07:40 +0800",), MET),
        (of("date", form=Form.DISTANT_DATE), (f"Date: {date_text(NOW)}",), FAILED),
        (of("date", form=Form.DISTANT_DATE), ("Date: today",), FAILED),
        (of("message-id", form=Form.MESSAGE_ID), ("Message-ID: <1@x.test>",), MET),
        (of("message-id", form=Form.MESSAGE_ID), ("Message-ID: 1@x.test",), FAILED),
        (of("from", names=Names.SENDER), ("From: A <a@X.test>",), MET),
        (of("from", names=Names.SENDER), ("From: c@x.test",), OPEN),
        (of("from", names=Names.SENDER), ("From: c@x.test", ""), FAILED),
        (of("from", names=Names.NOT_SENDER), ("From: a@x.test",), FAILED),
        (of("from", names=Names.NOT_SENDER), ("From: c@x.test",), MET),
        (of("to", names=Names.RECIPIENT), ("To: b@x.test",), MET),
        (of("to", names=Names.RECIPIENT), ("To: z@x.test", ""), FAILED),
        (of("to", names=Names.NO_RECIPIENT), ("To: everybody",), MET),
        (of("to", names=Names.NO_RECIPIENT), ("To: b@x.test",), FAILED),
        (of("to", recipients=1), ("To: b@x.test",), MET),
        (of("to", recipients=2), ("To: b@x.test",), OPEN),
        (of("to", recipients=1), ("To: b@x.test, c@x.test",), FAILED),
        (of("to", recipients=0), ("To: q@x.test",), MET),
        (of("to"), ("To : x",), OPEN),  # a blank before the colon: no field for many programs
        (of("to", form=Form.TEXT), ("To:\u3000",), MET),  # a full-width blank is text
        (of("message-id", form=Form.MESSAGE_ID), ("Message-ID:\u3000<1@x.test>",), FAILED),
        (Content(absent="bcc"), ("To: x",), OPEN),
        (Content(absent="bcc"), ("Bcc: x",), FAILED),
        (Content(absent="bcc"), ("To: x", ""), MET),
        (Content(hidden=("b@x.test",)), ("To: c@x.test",), OPEN),
        (Content(hidden=("b@x.test",)), ("To: c@x.test", ""), MET),
        (Content(hidden=("b@x.test", "c@x.test")), ("To: C@x.test",), FAILED),
        (Content(blank_line=True), ("To: x",), OPEN),
        (Content(blank_line=True), ("",), MET),
        (Content(body_lines=1), ("", " "), OPEN),
        (Content(body_lines=1), ("", "x"), MET),
        (Content(body=(".", "..")), ("", ".", "x"), OPEN),
        (Content(body=(".", "..")), ("", ".", "x", ".."), MET),
        (Content(body=(".", "..")), ("", "..", "."), OPEN),
    ],
)  # fmt: skip
def test_verdicts(content: Content, lines: tuple[str, ...], verdict: Judged) -> None:
    assert judge(content, letter(*lines), ENVELOPE, NOW) is verdict


@pytest.mark.parametrize(
    "content",
    [Content(blank_line=True), Content(body_lines=1), Content(body=("x",)), of("to")],
)
def test_what_never_came_has_failed_at_the_end(content: Content) -> None:
    assert judge(content, letter("From: x", ended=True), ENVELOPE, NOW) is FAILED


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fri, 27 Nov 2026 16:00:00 +0000", NOW),
        ("27 Nov 2026 16:00 GMT", NOW),
        ("Fri, 27 Nov 2026 17:00:00 +0100", NOW),
        ("Fri, 27 Nov 2026 12:30:00 -0330", NOW),
        ("27 Nov 2026 16:00:60 +0000 (leap)", NOW + 59),
        ("Mon, 27 Nov 2026 16:00:00 +0000", None),
        ("27 Brumaire 2026 16:00 +0000", None),
        ("27 Xyz 2026 16:00 +0000", None),
        ("31 Feb 2026 16:00 +0000", None),
        ("27 Nov 0000 16:00 +0000", None),
        ("27 Nov 2026 16:00 +9900", None),
        ("27 Nov 2026", None),
    ],
)
def test_dates(text: str, found: float | None) -> None:
    assert date_of(text) == found


def test_the_present_time_as_text() -> None:
    assert date_text(NOW) == "Fri, 27 Nov 2026 16:00:00 +0000"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x.test", ("a@x.test",)),
        ("Alice <a@X.Test>, b@y.test; C (c@no.test) <c@z.test>", ("a@x.test", "b@y.test", "c@z.test")),
        ('"b@no.test" <a@x.test>', ("a@x.test",)),
        ("everybody", ()),
        ("<nobody>", ()),
        ("", ()),
    ],
)
def test_addresses(text: str, found: tuple[str, ...]) -> None:
    assert addresses(text) == found


@pytest.mark.parametrize(
    ("text", "named"),
    [("Alice <a@x.test>", True), ('"A" <a@x.test>', True), ('"" <a@x.test>', False), ("a@x.test", False)],
)
def test_named_addresses(text: str, named: bool) -> None:
    assert is_named_address(text) is named


def test_what_is_no_field_continues_nothing() -> None:
    one = letter(" blank first", "no field here", " nor here", "To: x", " y")
    assert [(field.name, field.value) for field in one.fields] == [("to", "x y")]


def test_an_endless_message_is_not_kept_whole() -> None:
    one = letter(*(f"X-{n}: y" for n in range(FIELDS_KEPT + 5)), "", *("x" for _ in range(LINES_KEPT + 5)))
    assert (len(one.fields), len(one.body), one.body_lines) == (FIELDS_KEPT, LINES_KEPT, LINES_KEPT + 5)
    folded = letter("To: x", *(" y" for _ in range(LINES_KEPT + 5)))
    assert len(folded.fields[0].more) == LINES_KEPT
