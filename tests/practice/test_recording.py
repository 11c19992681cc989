"""What is known of a recorded step beside its octets."""

from __future__ import annotations

import base64
import json

from tests.practice.recordings import FOLDER, NAMES
from tui.practice.reading import Form
from tui.practice.recording import About, Recorded, began, record, told
from tui.smtp.events import CommandSent, LineSent, PhaseChanged, ReplyReceived


def _rows(text: bytes) -> list[bytes]:
    return text.split(b"\n")


def test_rows_times_and_what_was_cut_of_our_own_recording() -> None:
    rows = [
        b"\xef\xbb\xbf" + json.dumps({"t": 0.5, "dir": "S", "b64": "MjIwIHgNCg=="}).encode(),
        json.dumps({"t": 1, "dir": "*", "event": "reply-received", "line": 1}).encode(),
        json.dumps({"t": 2, "dir": "C", "b64": "Tk9PUA0K", "cut": True}).encode(),
        json.dumps({"dir": "S", "b64": "MjUwIHgNCg=="}).encode(),
        b"",
    ]
    found = record(rows)
    assert found is not None
    assert found.form is Form.EVENTS
    assert found.connections == (
        (
            Recorded("S", b"220 x\r\n", About(1, 0.5)),
            Recorded("C", b"NOOP\r\n", About(3, 2.0, cut=True)),
            Recorded("S", b"250 x\r\n", About(4, None)),
        ),
    )


def test_rows_of_a_marked_text_in_two_connections() -> None:
    found = record(
        _rows(b"prose\nS: 220 a\nC: QUIT <cut>\nS: 221 b\n* connection closed by server\nS: 220 c\n")
    )
    assert found is not None
    assert [[one.about.row for one in steps] for steps in found.connections] == [[2, 3, 4, 5], [6]]
    assert found.connections[0][1].about.cut


def test_nothing_is_known_of_a_paste() -> None:
    found = record(_rows(b"220 mx SMTP\nNOOP\n250 ok\n"))
    assert found is not None
    assert found.form is Form.TELNET
    assert {one.about for steps in found.connections for one in steps} == {About()}


def test_no_dialogue() -> None:
    assert record([]) is None
    assert record([b"Dear all,", b"nothing in here"]) is None


def test_events_carry_what_is_known_of_their_step() -> None:
    found = record(_rows(b"S: 220 a\nC: NOOP\nS: 250 ok\nC: DATA"))
    assert found is not None
    rows = {type(event): about.row for event, about in told(found.connections[0])}
    assert rows[LineSent] == 4
    assert rows[ReplyReceived] == 3
    assert rows[CommandSent] == 4


def test_a_record_that_begins_behind_the_greeting() -> None:
    found = record(_rows(b"C: NOOP\nS: 250 ok\n"))
    assert found is not None
    events = list(told(found.connections[0]))
    assert (type(events[0][0]), events[0][1]) == (PhaseChanged, About())
    assert [about.row for event, about in events if isinstance(event, CommandSent)] == [1]


def test_when_the_greeting_began_to_be_due() -> None:
    rows = [
        {"t": 1, "dir": "*", "b64": base64.b64encode(b"connected to mx").decode()},
        {"t": 2, "dir": "*", "b64": base64.b64encode(b"TLS handshake complete: TLSv1.3 x").decode()},
        {"t": 3, "dir": "S", "b64": "MjIwIHgNCg=="},
        {"t": 4, "dir": "*", "b64": base64.b64encode(b"connection closed by server").decode()},
    ]
    found = record([json.dumps(row).encode() for row in rows])
    assert found is not None
    assert began(found.connections[0]) == 2.0
    assert began(found.connections[0][2:]) is None


def test_all_recordings_are_known_row_by_row() -> None:
    for name in NAMES:
        for suffix in (".txt", ".events.jsonl"):
            found = record(_rows((FOLDER / f"{name}{suffix}").read_bytes()))
            assert found is not None
            steps = [one for connection in found.connections for one in connection]
            assert all(one.about.row for one in steps)
            assert all((one.about.at is None) is (suffix == ".txt") for one in steps)
