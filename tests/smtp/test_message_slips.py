"""Slips inside the message, told line by line."""

from __future__ import annotations

import pytest

from tests.smtp.talk import DATA, EHLO, HELO, MAIL, RCPT, Row, finding, findings, of, play, pointed_at
from tui.smtp.events import BodyLineSent, Found
from tui.smtp.findings import Finding

HEADER = (*DATA, "C: Subject: hi")
TEXT = (*HEADER, "C: ")
OK = ("S: 250 ok",)


def small(offer: str) -> tuple[Row, ...]:
    """A server that offers nothing but this, in the text of a message; so far it has 13 octets."""
    ehlo = ("S: 220 x", "C: EHLO me", "S: 250-x", f"S: 250 {offer}")
    return (*ehlo, *MAIL, *RCPT, "C: DATA", "S: 354 go", "C: A: 45678", "C: ")


SLIPS: list[tuple[str, tuple[Row, ...], Finding, list[str], str]] = [
    ("。", TEXT, Finding.FULL_WIDTH_DOT, ["。"], ""),
    (" ．", TEXT, Finding.FULL_WIDTH_DOT, ["．"], ""),
    ("。", HEADER, Finding.FULL_WIDTH_DOT, ["。"], ""),
    (". ", TEXT, Finding.DOT_WITH_BLANKS, [". "], ""),
    (" .", TEXT, Finding.DOT_WITH_BLANKS, [" ."], ""),
    (" ", HEADER, Finding.BLANK_NOT_EMPTY, [" "], ""),
    ("\u3000", HEADER, Finding.BLANK_NOT_EMPTY, ["\u3000"], ""),
    ("\t ", HEADER, Finding.BLANK_NOT_EMPTY, ["\t "], ""),
    ("QUIT", TEXT, Finding.COMMAND_IN_MESSAGE, ["QUIT"], "QUIT"),
    ("quit ", TEXT, Finding.COMMAND_IN_MESSAGE, ["quit"], "QUIT"),
    ("RSET", HEADER, Finding.COMMAND_IN_MESSAGE, ["RSET"], "RSET"),
    ("QUIT", DATA, Finding.COMMAND_IN_MESSAGE, ["QUIT"], "QUIT"),
    (".hidden", TEXT, Finding.DOT_NOT_STUFFED, ["."], ""),
    ("x" * 1000, TEXT, Finding.LINE_TOO_LONG, ["xx"], "998"),
    ("Hello Bob", DATA, Finding.NO_HEADER, [], "text"),
    ("", DATA, Finding.NO_HEADER, [], "empty"),
    (".", DATA, Finding.NO_HEADER, [], ""),
    ("Hello Bob", HEADER, Finding.NO_BLANK_LINE, [], ""),
    ("Subject hello", DATA, Finding.FIELD_WITHOUT_COLON, [" "], ""),
    ("cc  b@x.test", HEADER, Finding.FIELD_WITHOUT_COLON, [" "], ""),
    ("From Alice <a@x.test>", HEADER, Finding.FIELD_WITHOUT_COLON, [" "], ""),
    ("From me to you", HEADER, Finding.NO_BLANK_LINE, [], ""),
    ("Date : now", HEADER, Finding.BLANK_BEFORE_COLON, [" "], ""),
    ("Subject：hi", (*EHLO, "C: MAIL FROM:<a@b.test> BODY=8BITMIME", *OK, *RCPT, "C: DATA", "S: 354 x"),
     Finding.FULL_WIDTH, ["："], ""),
    ("café", TEXT, Finding.EIGHT_BIT_UNOFFERED, [], "offered"),
    ("Subject: café", HEADER, Finding.EIGHT_BIT_UNOFFERED, [], "header"),
    ("café", small("SIZE 0"), Finding.EIGHT_BIT_UNOFFERED, [], "unoffered"),
    ("café", (*HELO, *small("SIZE 0")[4:]), Finding.EIGHT_BIT_UNOFFERED, [], ""),
    ("a" * 7, small("SIZE 20"), Finding.MESSAGE_TOO_LARGE, [], "20"),
    ("a\x08b\x1b[2J", TEXT, Finding.CONTROL_IN_MESSAGE, ["\x08", "\x1b"], ""),
    ("a\rb", TEXT, Finding.CONTROL_IN_MESSAGE, ["\r"], ""),
    ("", (*TEXT, "C: ", "C: "), Finding.WAITING_IN_MESSAGE, [], ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "before", "wanted", "under", "detail"), SLIPS)
def test_slip(line: str, before: tuple[Row, ...], wanted: Finding, under: list[str], detail: str) -> None:
    events = play(*before, f"C: {line}")
    assert findings(events) == [wanted]
    assert finding(events, wanted).detail == detail
    assert pointed_at(events, wanted) == under


def test_a_blank_in_front_continues_the_line_above_whatever_it_is() -> None:
    told = findings(play(*HEADER, "C: a new hall", "C:  and more", "C: X: y", "C:  z", "C:  ", "C:  z"))
    assert told == [Finding.NO_BLANK_LINE, Finding.CONTINUES_NOTHING, Finding.BLANK_NOT_EMPTY]
    assert findings(play(*DATA, "C: Subject\uff1ax", "C:  y"))[:1] == [Finding.FULL_WIDTH]


def test_a_message_that_is_right_has_no_finding() -> None:
    body = [
        "From: a@b.test",
        "X-Folded: one",
        "\ttwo",
        "",
        "Quit smoking, he said.",
        "QUITTING is hard",
        "Mail from Bob",
        "data is here",
        "Help me",
        " quoted: .",
        "..stuffed",
        "..",
        "...",
        "",
        "",
        "end",
    ]
    assert findings(play(*DATA, *(f"C: {line}" for line in body), "C: .")) == []


@pytest.mark.parametrize("parameter", ["BODY=8BITMIME", "body=8bitmime", "SMTPUTF8", "BODY=BINARYMIME"])
def test_8_bit_text_that_was_announced_is_right(parameter: str) -> None:
    mail = ("C: MAIL FROM:<a@b.test> " + parameter, "S: 250 ok")
    events = play(*EHLO, *mail, *RCPT, "C: DATA", "S: 354 x", "C: Subject: é", "C: ", "C: é", "C: .")
    assert findings(events) == []


def test_a_binary_chunk_may_hold_anything() -> None:
    mail = ("C: MAIL FROM:<a@b.test> BODY=BINARYMIME", "S: 250 ok")
    data = b"A: b\r\n\r\n" + bytes(range(256)).replace(b"\n", b"") + b"x" * 2000 + b"\r\n.\r\n"
    assert findings(play(*EHLO, *mail, *RCPT, f"C: BDAT {len(data)} LAST", ("C", data), "S: 250 ok")) == []


def test_a_message_of_header_fields_alone_is_right() -> None:
    assert findings(play(*HEADER, "C: .")) == []


def test_the_header_goes_on_until_an_empty_line() -> None:
    lines = of(play(*HEADER, "C:  ", "C: X: y", "C: ", "C: text", "C: ."), BodyLineSent)
    assert [line.in_header for line in lines] == [True, True, True, True, False]
    assert [line.ordinal for line in lines] == [1, 2, 3, 4, 5]


def test_bare_lf_is_told_once_a_message() -> None:
    events = play(*DATA, ("C", b"A: b\nC: d\n\ntext\n"), "C: .", "S: 250 ok")
    again = play(
        *DATA, ("C", b"A: b\nC: d\n"), "C: .", "S: 250 ok", *MAIL, *RCPT, "C: DATA", "S: 354", ("C", b"A:\n")
    )
    assert findings(events) == [Finding.MESSAGE_BARE_LF]
    assert findings(again) == [Finding.MESSAGE_BARE_LF] * 2


def test_a_flood_of_slips_is_no_flood_of_findings() -> None:
    found = of(play(*TEXT, *["C: .x"] * 100), Found)
    assert len(found) == 5
    assert [one.muted for one in found] == [False, False, False, False, True]


def test_a_very_long_line_is_told_once_and_loses_nothing() -> None:
    line = b"x" * 200_000
    events = play(*TEXT, ("C", line + b"\r\n"), "C: .")
    assert findings(events) == [Finding.LINE_TOO_LONG]
    pieces = of(events, BodyLineSent)[2:]
    assert b"".join(piece.data for piece in pieces) == line
    assert {piece.ordinal for piece in pieces} == {3}


def test_a_message_of_just_the_size_that_is_offered_is_right() -> None:
    assert findings(play(*small("SIZE 20"), "C: 14567", "C: .", "S: 250 ok")) == []
    for limit in ("SIZE", "SIZE 0", "SIZE ten"):
        assert findings(play(*small(limit), "C: " + "x" * 900, "C: .", "S: 250 ok")) == []


def test_that_it_is_too_large_is_told_once_in_a_message() -> None:
    again = (*MAIL, *RCPT, "C: DATA", "S: 354 go", "C: A: b", "C: ", "C: short", "C: .", "S: 250 ok")
    events = play(*small("SIZE 20"), "C: 12345678", "C: x", "C: .", "S: 552 no", *again, *again)
    assert findings(events) == [Finding.MESSAGE_TOO_LARGE]


def test_a_text_without_any_header_is_told_of_once() -> None:
    assert findings(play(*DATA, "C: Hello Bob", "C: see you", "C:  soon")) == [Finding.NO_HEADER]
