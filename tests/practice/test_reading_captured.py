"""A dialogue as a terminal's recorder kept it says the same as the dialogue itself."""

from __future__ import annotations

import pytest

from tui.practice.reading import read

CURL = [
    b"* Connected to mx.test (192.0.2.1) port 25 (#0)",
    b"< 220 mx.test\r",
    b"> EHLO me\r",
    b"< 250-mx.test\r",
    b"< 250 SIZE 1000\r",
    b"> QUIT\r",
    b"< 221 bye\r",
]
MARKED = [b"S: 220 mx.test", b"C: EHLO me", b"S: 250 mx.test", b"C: QUIT", b"S: 221 bye"]
TELNET = [
    b"Trying 192.0.2.1...",
    b"Connected to mx.test.",
    b"220 mx.test",
    b"EHLO me",
    b"250 mx",
    b"QUIT",
    b"221 bye",
]
BEGUN = b'Script started on 2026-11-30 01:30:38+00:00 [COMMAND="curl"]'
DONE = b'Script done on 2026-11-30 01:30:38+00:00 [COMMAND_EXIT_CODE="0"]'


def steps(rows: list[bytes]) -> list[tuple[str, bytes]]:
    reading = read(rows)
    assert reading is not None
    return [step for connection in reading.connections for step in connection]


@pytest.mark.parametrize("rows", [CURL, MARKED, TELNET], ids=["curl", "marked", "telnet"])
def test_what_a_recorder_adds_was_not_said(rows: list[bytes]) -> None:
    said = steps(rows)
    returned = [row + b"\r" for row in rows]
    assert steps([BEGUN, *returned, b"", DONE, b""]) == said
    assert steps([*returned, b""]) == said
    assert steps([BEGUN, *(part for row in returned for part in (row, b"")), b"", DONE, b""]) == said
    assert steps([part for row in returned for part in (row, b"")]) == said
    assert steps([BEGUN, *(b"\x1b[32m" + row + b"\x1b[0m\x1b[K\r" for row in rows), b"", DONE]) == said
    assert steps([BEGUN, *(b"\x1b]0;title\x07\x1b(B" + row + b"\r" for row in rows), DONE]) == said
    assert (
        steps([b"\x1b[1;32m" + row.rstrip(b"\r") + b"\x1b[m" + row[len(row.rstrip(b"\r")) :] for row in rows])
        == said
    )


def test_what_a_server_colours_itself_stays() -> None:
    assert ("S", b"250 \x1b[31mred\x1b[0m\r\n") in steps([*MARKED[:2], b"S: 250 \x1b[31mred\x1b[0m"])


def test_what_only_looks_like_a_recorder_is_the_dialogue_s_own() -> None:
    assert steps([*MARKED[:4], b"", b"Script started", *MARKED[4:]]) == steps(MARKED)
    assert steps([b"S: 220 mx\r", b"C: HELO me", b"S: 250 mx"])[0] == ("S", b"220 mx\r\r\n")
    assert steps([b"S: 220 mx\r"]) == [("S", b"220 mx\r\n")]
