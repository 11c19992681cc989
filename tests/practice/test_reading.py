"""Dialogues as people have them: which form it is, and who said what."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.practice.reading import Form, Step, read

DATA = Path(__file__).parent.parent / "data"


def rows(text: str | bytes) -> list[bytes]:
    data = text.encode() if isinstance(text, str) else text
    return data.removesuffix(b"\n").split(b"\n")


def connections(text: str | bytes) -> list[list[Step]]:
    reading = read(rows(text))
    return [] if reading is None else [list(steps) for steps in reading.connections]


def form(text: str | bytes) -> Form | None:
    reading = read(rows(text))
    return None if reading is None else reading.form


def only(text: str | bytes) -> list[Step]:
    (steps,) = connections(text)
    return steps


# -- any form


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        "Dear all,\nplease mail from home.\nData is sent, help is near.\nQuit now.\n",
        "220 volts\n230 people\n",
        "telnet is an old program\nConnected to the internet we are.\n",
        "HELO\nnobody answers\n",
        "{}\n",
        '{"dir": "X", "b64": ""}\n',
        "C: only the client\nC: speaks\n",
        "\x00\xff\x7fELF",
    ],
)
def test_no_dialogue(text: str) -> None:
    assert read(rows(text)) is None


@pytest.mark.parametrize(
    "data",
    [
        b"S: 220 a ESMTP\nC: QUIT\nS: 221 b\n",
        b"\xef\xbb\xbfS: 220 a ESMTP\nC: QUIT\nS: 221 b\n",
        b"S: 220 a ESMTP\r\nC: QUIT\r\nS: 221 b\r\n",
        b"\xef\xbb\xbfS: 220 a ESMTP\r\nC: QUIT\r\nS: 221 b",
        b"220 a ESMTP\nQUIT\n221 b\n",
        b"\xef\xbb\xbf220 a ESMTP\r\nQUIT\r\n221 b\r\n",
    ],
)
def test_files_of_every_origin(data: bytes) -> None:
    assert only(data) == [("S", b"220 a ESMTP\r\n"), ("C", b"QUIT\r\n"), ("S", b"221 b\r\n")]


@given(st.lists(st.binary(max_size=40), max_size=40))
def test_no_text_raises(lines: list[bytes]) -> None:
    reading = read(lines)
    if reading is not None:
        for steps in reading.connections:
            assert all(side in "SC*" for side, _octets in steps)


FRAGMENTS = (
    *("220 mx ESMTP", "250 ok", "250-a", "354 go", "334 VXNlcm5hbWU6", "235 in", "221 bye", "503 no"),
    *(".250 Ok", ".", " ", "", "EHLO a", "mail from: a@b", "RCPT TO:<c@d>", "data", "AUTH LOGIN", "dGVzdA=="),
    *("BDAT 5 LAST", "Step3:   rcpt to:x", "C:\\>telnet h 25", "Trying 1.2.3.4...", "quit", "prose，中文"),
    *("Connection closed by foreign host.", "S: 220 x", "C: DATA", "* connected to x"),
    "* connection closed by server",
)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=30))
def test_no_mixture_raises_or_loses_its_order(lines: list[str]) -> None:
    text = [line.encode() for line in lines]
    reading = read(text)
    if reading is None:
        return
    said = [octets for steps in reading.connections for side, octets in steps if side in "SC"]
    assert len(said) <= 2 * len(text)
    assert said, "a dialogue has at least one line"


# -- marked lines


def test_marks_of_a_line_end() -> None:
    steps = only("S: 220 a\nC: HELO x <LF>\nS: 250 b\nC: half <no CRLF>\nS: 250 long <cut>\nC: \nC:\n")
    assert [octets for _side, octets in steps] == [
        b"220 a\r\n", b"HELO x\n", b"250 b\r\n", b"half", b"250 long\r\n", b"\r\n", b"\r\n",
    ]  # fmt: skip


def test_the_mark_of_who_typed_it() -> None:
    text = (
        "S: 220 a\nC: HELO x <LF> <by smtptutor>\nS: 250 b <by smtptutor>\n"
        "* typed by smtptutor: quit\nC: QUIT\n"
    )
    assert only(text) == [
        ("S", b"220 a\r\n"), ("*", b"typed by smtptutor: line"), ("C", b"HELO x\n"),
        ("S", b"250 b <by smtptutor>\r\n"), ("*", b"typed by smtptutor: quit"), ("C", b"QUIT\r\n"),
    ]  # fmt: skip


@pytest.mark.parametrize(("lines", "note"), [(1, "quit"), (7, "quit, 7 lines")])
def test_our_own_rows_say_who_typed_it(lines: int, note: str) -> None:
    said = {"dir": "S", "b64": base64.b64encode(b"220 a\r\n").decode()}
    typed = {"dir": "*", "event": "typed-by-program", "step": "quit", "lines": lines}
    steps = only("\n".join(json.dumps(row) for row in (said, typed)))
    assert steps[1] == ("*", f"typed by smtptutor: {note}".encode())


def test_a_row_ends_at_lf_only() -> None:
    steps = only(b"S: 220 a\nC: HELO x\r\x00\x0b\xc2\x85\xe2\x80\xa8y\nS: 250 b\n")
    assert steps[1] == ("C", b"HELO x\r\x00\x0b\xc2\x85\xe2\x80\xa8y\r\n")


def test_trailing_blanks_are_kept() -> None:
    assert only("S: 334 \nC: \n") == [("S", b"334 \r\n"), ("C", b"\r\n")]


def test_what_was_spelt_out_is_octets_again() -> None:
    (_greeting, (_side, octets)) = only(
        "S: 220 a\nC: \\x1b[2J\\xff\\u{202e} \\x41 \\u{41} C:\\x \\u{110000}\\n\n"
    )
    assert octets == b"\x1b[2J\xff\xe2\x80\xae \\x41 \\u{41} C:\\x \\u{110000}\\n\r\n"


def test_prose_between_marked_lines() -> None:
    text = "The server greets:\n   S: 220 a\n   C: QUIT\nC:\\>dir\n[x] connect\n* 250 means done\nS:221 b\n"
    assert form(text) is Form.MARKED
    assert only(text) == [("S", b"220 a\r\n"), ("C", b"QUIT\r\n"), ("S", b"221 b\r\n")]


def test_notes_that_matter() -> None:
    text = (
        "* trying 1.2.3.4:25\n* connected to mx 1.2.3.4:25\n* sent first, v1: PROXY UNKNOWN\n"
        "S: 220 a\nC: STARTTLS\nS: 220 go\n"
        "* TLS handshake complete: TLSv1.3 AES\n* TLS failed: TLS broke off in the middle\n"
        "* connection reset by server\n"
    )
    assert [octets for side, octets in only(text) if side == "*"] == [
        b"connected to mx 1.2.3.4:25",
        b"sent first, v1: PROXY UNKNOWN",
        b"TLS handshake complete: TLSv1.3 AES",
        b"TLS failed: TLS broke off in the middle",
        b"connection closed by server",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "* connected to a\nS: 220 a\nC: QUIT\nS: 221 b\n* connected to a\nS: 220 a\n",
        "S: 220 a\nC: QUIT\nS: 221 b\nS: 220 a\n",
        "S: 220-a\nS: 220 b\nC: HELO x\nS: 250 c\n\nS: 220-a\nS: 220 b\nC: HELO x\n",
        "S: 220 a\nC: HELO x\n* connection closed by server\nC: HELO y\nS: 250 b\n",
    ],
)
def test_two_connections(text: str) -> None:
    assert len(connections(text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "S: 220 a\nC: STARTTLS\nS: 220 go on\nC: EHLO x\n",
        "* connected to a\nS: 220 a\nC: NOOP\nS: 220 a server that errs\nC: QUIT\n",
        "S: 220-a\nS: 220-b\nS: 220 c\nC: QUIT\n",
    ],
)
def test_one_connection(text: str) -> None:
    assert len(connections(text)) == 1


# -- rows of events


def test_a_recorder() -> None:
    text = "\n".join(
        json.dumps({"t": 0.1, "dir": side, "b64": base64.b64encode(octets).decode()})
        for side, octets in (("*", b"connected to 127.0.0.1"), ("S", b"220 a\r\n250"), ("C", b"QUIT\r\n"))
    )
    assert form(text) is Form.EVENTS
    assert only(text) == [("*", b"connected to 127.0.0.1"), ("S", b"220 a\r\n250"), ("C", b"QUIT\r\n")]


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ({"host": "mx", "address": "192.0.2.1", "port": 25}, b"connected to mx 192.0.2.1:25"),
        ({"host": "::1", "address": "::1", "port": 25}, b"connected to [::1]:25"),
        ({"host": "mx", "port": 25, "through": "ssh jump"}, b"connected to mx:25 through ssh jump"),
        ({"host": "localhost", "port": 25, "through": "unix /run/x"}, b"connected to unix /run/x"),
        ({"host": "mx", "port": 25, "through": "unix /run/x"}, b"connected to mx:25 through unix /run/x"),
        (
            {"host": "127.0.0.1", "address": "127.0.0.1", "port": 9, "sandbox": True},
            b"connected to 127.0.0.1:9 sandbox",
        ),
        ({"host": "mx"}, b"connected to mx"),
    ],
)
def test_where_our_own_rows_were_connected_to(fields: dict[str, object], note: bytes) -> None:
    said = {"dir": "S", "b64": base64.b64encode(b"220 a\r\n").decode()}
    opened = {"dir": "*", "event": "connection-opened", **fields}
    assert only("\n".join(json.dumps(row) for row in (opened, said)))[0] == ("*", note)


@pytest.mark.parametrize(
    ("faults", "why"),
    [([], ""), (["wrong-name", "expired", "novel"], ": it is for another name, it has expired")],
)
def test_a_certificate_that_was_not_verified(faults: list[str], why: str) -> None:
    said = {"dir": "S", "b64": base64.b64encode(b"220 a\r\n").decode()}
    tls = {
        "dir": "*",
        "event": "tls-established",
        "protocol": "TLSv1.3",
        "cipher": "TLS_A",
        "verified": False,
        "faults": faults,
    }
    note = f"TLS handshake complete: TLSv1.3 TLS_A NOT VERIFIED{why}".encode()
    assert only("\n".join(json.dumps(row) for row in (said, tls)))[1] == ("*", note)


@pytest.mark.parametrize(
    ("fields", "notes"),
    [
        (
            {"trouble": "certificate", "faults": ["expired"]},
            [("*", b"TLS failed: certificate not verified: it has expired")],
        ),
        ({"trouble": "novel"}, []),
    ],
)
def test_a_handshake_that_failed(fields: dict[str, object], notes: list[Step]) -> None:
    said = {"dir": "S", "b64": base64.b64encode(b"220 a\r\n").decode()}
    row = {"dir": "*", "event": "tls-failed", **fields}
    assert only("\n".join(json.dumps(one) for one in (said, row)))[1:] == notes


@pytest.mark.parametrize(
    ("wall", "began"), [(1700000000.5, 1700000000.5), (None, None), ("x", None), (-1, None), (1e300, None)]
)
def test_when_it_began(wall: object, began: float | None) -> None:
    row = {"wall": wall, "dir": "S", "b64": base64.b64encode(b"220 a\r\n").decode()}
    reading = read(json.dumps(row).encode().split(b"\n"))
    assert reading is not None and reading.began == began
    marked = read([b"S: 220 a"])
    assert marked is not None and marked.began is None


def test_our_own_rows() -> None:
    opened = {
        "dir": "*",
        "event": "connection-opened",
        "host": "mx",
        "address": "1",
        "port": 25,
        "sandbox": False,
    }
    header = {"dir": "*", "event": "proxy-header-sent", "version": "v2", "line": "PROXY LOCAL"}
    said = {"dir": "S", "b64": base64.b64encode(b"220 a\r\n").decode(), "line": 1}
    closed = {"dir": "*", "event": "connection-closed", "by": "server"}
    lost = {"dir": "*", "event": "connection-closed", "by": None}
    other = {"dir": "*", "event": "reply-received", "code": 220}
    all_rows = [opened, header, said, other, closed, opened, said, lost]
    text = "\n".join(json.dumps(row) for row in all_rows) + '\n{"dir": "S", "b6'
    assert connections(text) == [
        [
            ("*", b"connected to mx 1:25"),
            ("*", b"sent first, v2: PROXY LOCAL"),
            ("S", b"220 a\r\n"),
            ("*", b"connection closed by server"),
        ],
        [("*", b"connected to mx 1:25"), ("S", b"220 a\r\n")],
    ]


@pytest.mark.parametrize(
    "row", ['{"dir": "S", "b64": "%%%"}', '{"dir": "S", "b64": 7}', "[1]", "[" * 9999, '{"dir": "*"}']
)
def test_rows_that_cannot_be_read_are_passed_over(row: str) -> None:
    good = json.dumps({"dir": "S", "b64": base64.b64encode(b"220 a\r\n").decode()})
    assert only(f"{good}\n{row}\n{good}\n") == [("S", b"220 a\r\n")] * 2


MARKED = b"""\
* MX of a.test: 10 mx.a.test
* connected to mx.a.test 192.0.2.1:25
S: 220 a
C: QUIT
S: 221 bye
* connection closed by server
* MX of b.test: 5 mx.b.test, 10 mx2.b.test
* connected to mx.b.test 192.0.2.2:25
S: 220 b
"""


def _rows() -> bytes:
    """The same as our own rows have it."""
    rows: list[dict[str, object]] = []
    for name, hosts in (("a", [[10, "mx.a.test"]]), ("b", [[5, "mx.b.test"], [10, "mx2.b.test"]])):
        rows += [
            {"dir": "*", "event": "mail-exchangers-found", "domain": f"{name}.test", "hosts": hosts},
            {"dir": "*", "event": "connection-opened", "host": f"mx.{name}.test", "port": 25},
            {"dir": "S", "b64": base64.b64encode(f"220 {name}\r\n".encode()).decode()},
            {"dir": "*", "event": "connection-closed", "by": "server"},
        ]
    return "\n".join(json.dumps(row) for row in rows).encode()


@pytest.mark.parametrize("recorded", [MARKED, _rows()], ids=["text", "rows"])
def test_what_is_known_of_a_mail_domain_belongs_to_the_connection_that_follows(recorded: bytes) -> None:
    reading = read(recorded.splitlines())
    assert reading is not None
    first, second = (list(steps) for steps in reading.connections)
    assert first[0] == ("*", b"MX of a.test: 10 mx.a.test")
    assert second[0] == ("*", b"MX of b.test: 5 mx.b.test, 10 mx2.b.test")
    assert second[1][1].startswith(b"connected to mx.b.test")
