"""What a text cannot hold comes from the events beside it, or is named."""

from __future__ import annotations

import json
from itertools import chain

import pytest

from tui.practice.reading import Form, Reading, read
from tui.practice.reading_beside import Doubt
from tui.practice.reading_marked import bare
from tui.practice.recording import record
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import ConnectionOpened, Event, LineReceived, LineSent
from tui.store.rows import json_row, text_row

HARD = {
    b"X: a\tb": {Doubt.BLANKS},
    b"\ttabbed": {Doubt.BLANKS},
    "中文测试".encode("gbk"): {Doubt.CHARSET},
    "正體中文".encode("big5"): {Doubt.CHARSET},
    "中文测试".encode(): {Doubt.CHARSET},
    "café".encode("latin-1"): {Doubt.CHARSET},
    "café".encode(): {Doubt.CHARSET},
    b"\\xff": {Doubt.SPELT},
    b"\xff": {Doubt.SPELT},
    b"\\u{202e}": {Doubt.SPELT},
    "\u202e".encode(): {Doubt.SPELT},
    "a\xa0b".encode(): {Doubt.SPELT},
    ("e" + "\u0301" * 40).encode(): {Doubt.SPELT},
    b"\\u{110000}": {Doubt.SPELT},
    "привет 👍".encode(): set(),
    b"\\x41 \\n": set(),
    b"": set(),
    b"one  two": set(),
    b"a <LF>": set(),
    b"a <by smtptutor>": set(),
}
OPENED = ConnectionOpened(host="mx.test", address="192.0.2.1", port=25, sandbox=False)


def session(*message: bytes, last: bytes = b"\r\n") -> tuple[list[bytes], list[bytes]]:
    """The rows of the text and of the events, with these lines as the client's."""
    dialogue = Dialogue()
    told: list[Event] = [OPENED, *dialogue.received(b"220 mx.test\r\n"), *dialogue.sent(b"EHLO me\r\n")]
    told += [
        *dialogue.received(b"250 mx.test\r\n"),
        *dialogue.sent(b"DATA\r\n"),
        *dialogue.received(b"354\r\n"),
    ]
    told += chain.from_iterable(dialogue.sent(line + b"\r\n") for line in message)
    told += [*dialogue.sent(b"end" + last), *dialogue.finished()]
    lines = [one for one in told if isinstance(one, ConnectionOpened | LineSent | LineReceived)]
    texts = [(text_row(one) or "").encode() for one in lines]
    return texts, [json.dumps(json_row(one)).encode() for one in lines]


def octets(reading: Reading | None) -> list[bytes]:
    assert reading is not None
    assert reading.form is Form.MARKED
    return [said for steps in reading.connections for side, said in steps if side == "C"]


@pytest.mark.parametrize("last", [b"\r\n", b"\n", b""])
def test_the_octets_are_those_of_the_events(last: bytes) -> None:
    text, events = session(*HARD, last=last)
    reading = read(text, events)
    said = [b"EHLO me\r\n", b"DATA\r\n", *(line + b"\r\n" for line in HARD), b"end" + last]
    assert octets(reading) == said
    assert reading is not None
    assert (reading.beside, list(reading.doubtful)) == (True, [])
    recording = record(text, events)
    assert recording is not None
    assert [one.octets for one in recording.connections[0] if one.side == "C"] == said
    assert {one.about.row for one in recording.connections[0]} == set(range(1, len(text) + 1))
    assert (recording.beside, recording.doubtful) == (True, ())


@pytest.mark.parametrize(("line", "doubts"), HARD.items(), ids=map(repr, HARD))
def test_what_a_text_alone_cannot_hold_is_named(line: bytes, doubts: set[Doubt]) -> None:
    text, _events = session(line)
    reading = read(text)
    octets(reading)
    assert reading is not None
    assert not reading.beside
    found = [(one.row, one.side, set(one.doubts)) for one in reading.doubtful]
    assert found == ([(7, "C", doubts)] if doubts else [])


def test_who_wrote_a_dialogue_by_hand_wrote_its_octets() -> None:
    reading = read([b"S: 220 mx", "C: 中文\t测试   and  café".encode(), b"prose", b"C: \\xff"])
    octets(reading)
    assert reading is not None
    assert [(one.row, one.doubts) for one in reading.doubtful] == [(4, (Doubt.SPELT,))]


def test_a_line_of_a_report_is_spelt_as_well() -> None:
    reading = read([b"S: 220 mx", "C: 中文测试 <by smtptutor>".encode(), b"C: a       b"])
    assert octets(reading) == ["中文测试\r\n".encode(), b"a       b\r\n"]
    assert reading is not None
    assert [one.row for one in reading.doubtful] == [2, 3]


def test_events_of_another_session_do_not_count() -> None:
    text, _events = session(b"a\tb")
    _text, other = session(b"a\tb")
    for events in (other[2:], [], [b"no rows"], other[:1]):
        reading = read(text, events)
        assert b"a       b\r\n" in octets(reading)
        assert reading is not None
        assert not reading.beside
        assert len(reading.doubtful) == 1


def test_what_was_edited_counts_and_the_rest_keeps_its_octets() -> None:
    text, events = session(b"one", b"a\tb", b"two", b"\tc", b"\td")
    text[6] = b"C: mine"
    text.insert(7, b"C: more       blanks  here  ")
    text.remove(b"C: two")
    reading = read(text, events)
    assert octets(reading)[2:] == [
        b"mine\r\n",
        b"more       blanks  here  \r\n",
        b"a\tb\r\n",
        b"\tc\r\n",
        b"\td\r\n",
        b"end\r\n",
    ]
    assert reading is not None
    assert [one.row for one in reading.doubtful] == []


def test_what_is_far_behind_in_the_events_or_not_there_yet_is_in_doubt() -> None:
    text, events = session(*(b"%d" % one for one in range(100)), b"a\tb")
    for shorter, beside in ((text[:6] + text[106:], events), (text, events[:50])):
        reading = read(shorter, beside)
        assert b"a       b\r\n" in octets(reading)
        assert reading is not None
        assert len(reading.doubtful) == 1


def test_only_rows_of_a_line_show_one() -> None:
    assert bare(b"S: 250 ok <LF>") == b"250 ok"
    assert bare(b"C: QUIT <by smtptutor>") == b"QUIT"
    assert bare(b"* connected to mx.test") == b""
