from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.desk.composing import compose, octets


def test_dots_are_stuffed_and_counted() -> None:
    composed = compose("Subject: hi\n\n.bashrc\n..\nno.dot\n.")
    assert composed.wire == b"Subject: hi\r\n\r\n..bashrc\r\n...\r\nno.dot\r\n..\r\n"
    assert (composed.lines, composed.stuffed, composed.octets) == (6, (3, 4, 6), len(composed.wire))


def test_every_line_end_becomes_crlf() -> None:
    assert compose("a\r\nb\rc\nd").wire == b"a\r\nb\r\nc\r\nd\r\n"


def test_a_final_line_end_adds_no_line() -> None:
    assert compose("a\n") == compose("a")
    assert compose("a\n\n").lines == 2
    assert compose("").wire == b""


def test_separators_of_unicode_are_text() -> None:
    assert compose("a\u2028b\x0bc\x85d").lines == 1


@settings(max_examples=100)
@given(st.text(alphabet=st.sampled_from("a.\r\n\u2028。\ud800")))
def test_no_text_can_end_the_message(text: str) -> None:
    wire = b"\r\n" + compose(text).wire
    assert b"\r\n.\r\n" not in wire
    assert wire.endswith(b"\r\n")
    bare = wire.replace(b"\r\n", b"")
    assert b"\r" not in bare and b"\n" not in bare


def test_octets_that_are_no_utf8_go_out_as_they_came() -> None:
    assert octets(b"caf\xe9".decode("utf-8", "surrogateescape")) == b"caf\xe9"
    assert octets("é") == "é".encode()
    assert octets("\ud800") == b"?"
