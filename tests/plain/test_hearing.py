"""What the log of ``smtptutor sandbox`` tells of a message: its beginning, how much more came, its end."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.plain.hearing import TOLD_LINES, TOLD_OCTETS
from tui.plain.serve_rows import Form, JsonLines, Rows, ServerLog
from tui.sandbox import events

BEFORE = (
    (b"220 x\r\n", b"EHLO c\r\n"),
    (b"250-x\r\n250 CHUNKING\r\n", b"MAIL FROM:<a@b.test>\r\n"),
    (b"250 ok\r\n", b"RCPT TO:<c@d.test>\r\n"),
)


class Client:
    """Connection 1 of a log that is written at once; ``rows`` are those since it was asked last."""

    def __init__(self, form: Form | None = None, *, lmtp: bool = False) -> None:
        self._rows: list[str] = []
        self.log = ServerLog(form or Rows(), self._rows.append, lambda: None)
        self.log.tell(events.ClientConnected(1, "::1", lmtp))
        for reply, line in BEFORE:
            self.says(reply)
            self.types(line.replace(b"EHLO", b"LHLO") if lmtp else line)
        self.says(b"250 ok\r\n")
        self.rows()

    def types(self, line: bytes) -> None:
        self.log.tell(events.OctetsReceived(1, line))

    def says(self, reply: bytes) -> None:
        self.log.tell(events.OctetsSent(1, reply))

    def sends(self, message: bytes, *cuts: int) -> None:
        places = [0, *sorted(cut % len(message) for cut in cuts), len(message)]
        for start, end in pairwise(places):
            if start < end:
                self.log.tell(events.OctetsReceived(1, message[start:end], in_message=True))

    def data(self, message: bytes, *cuts: int) -> list[str]:
        """The rows that come with the octets of a message after 354."""
        self.types(b"DATA\r\n")
        self.says(b"354 go\r\n")
        self.rows()
        self.sends(message, *cuts)
        return self.rows()

    def rows(self) -> list[str]:
        rows = "".join(self._rows).splitlines()
        self._rows.clear()
        return rows


def numbered(lines: int) -> bytes:
    return b"".join(b"line %d\r\n" % at for at in range(lines))


def test_a_message_that_is_not_long_is_told_whole() -> None:
    client = Client()
    rows = client.data(numbered(TOLD_LINES) + b".\r\n")
    assert rows == [*(f"1 C: line {at}" for at in range(TOLD_LINES)), "1 C: ."]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (TOLD_LINES + 1, "* … 1 more line of the message, 10 octets"),
        (1300, "* … 1,100 more lines of the message, "),
    ],
)
def test_of_a_long_one_the_beginning_and_how_much_more_came(lines: int, told: str) -> None:
    client = Client()
    rows = client.data(numbered(lines) + b".\r\n")
    assert rows[:TOLD_LINES] == [f"1 C: line {at}" for at in range(TOLD_LINES)]
    assert rows[TOLD_LINES].startswith(f"1 {told}")
    assert rows[TOLD_LINES + 1 :] == ["1 C: ."]
    client.says(b"250 ok\r\n")
    client.types(b"MAIL FROM:<a@b.test>\r\n")
    assert client.rows() == ["1 S: 250 ok", "1 C: MAIL FROM:<a@b.test>"]
    client.says(b"250 ok\r\n")
    client.types(b"RCPT TO:<c@d.test>\r\n")
    client.says(b"250 ok\r\n")
    assert client.data(b"short\r\n.\r\n") == ["1 C: short", "1 C: ."]


def test_few_lines_may_be_long() -> None:
    line = b"x" * 999 + b"\r\n"
    rows = Client().data(line * 100 + b".\r\n")
    told = TOLD_OCTETS // len(line) + 1  # the line that goes past the bound is told to its end
    left = 100 - told
    assert rows[told:] == [f"1 * … {left} more lines of the message, {left * len(line):,} octets", "1 C: ."]


@pytest.mark.parametrize("cut", [0, 65_536, 65_537, 70_000, 70_001])
def test_a_line_longer_than_any_is_told_once(cut: int) -> None:
    rows = Client().data(b"x" * 70_000 + b"\r\nmore\r\n.\r\n", cut)
    assert rows == [f"1 C: {'x' * 65_536}", "1 * … 1 more line of the message, 6 octets", "1 C: ."]


def test_in_lmtp_the_lines_of_a_message_are_no_commands() -> None:
    client = Client(lmtp=True)
    assert client.data(b"QUIT\r\nAUTH PLAIN AGEAYg==\r\n.\r\n") == [
        "1 C: QUIT",
        "1 C: AUTH PLAIN AGEAYg==",
        "1 C: .",
    ]
    client.says(b"250 ok\r\n")
    client.types(b"AUTH PLAIN AGEAYg==\r\n")
    assert client.rows() == ["1 S: 250 ok", "1 C: AUTH PLAIN ********"]


def test_only_a_dot_between_crlfs_ends_a_message() -> None:
    """As the sandbox reads it; so what comes behind is no command."""
    assert Client().data(b"a\n.\r\nQUIT\r\n.\r\n") == ["1 C: a", "1 C: .", "1 C: QUIT", "1 C: ."]
    assert Client().data(b".\r\n") == ["1 C: ."]


def test_as_json() -> None:
    rows = Client(JsonLines(clock=lambda: 5.0)).data(numbered(TOLD_LINES + 2) + b".\r\n")
    assert [json.loads(row) for row in rows[TOLD_LINES - 1 :]] == [
        {"event": "message", "time": 5.0, "connection": 1, "line": f"line {TOLD_LINES - 1}"},
        {"event": "more", "time": 5.0, "connection": 1, "lines": 2, "octets": 20},
        {"event": "message", "time": 5.0, "connection": 1, "line": "."},
    ]


def test_a_message_that_is_cut_off() -> None:
    client = Client()
    client.data(numbered(TOLD_LINES) + b"one\r\ntwo")
    client.log.tell(events.MessageDropped(1, events.Drop.CUT_OFF, 9))
    client.log.tell(events.ClientDisconnected(1))
    assert client.rows() == [
        "1 * … 1 more line of the message, 8 octets",
        "1 * not stored: the connection ended before the dot",
        "1 * closed",
    ]


def test_the_bound_is_that_of_all_chunks_together() -> None:
    client = Client()
    chunk = numbered(80)
    told = []
    for at in range(5):
        client.types(b"BDAT %d%s\r\n" % (len(chunk), b" LAST" if at == 4 else b""))
        client.sends(chunk, 100)
        client.says(b"250 ok\r\n")
        rows = client.rows()
        assert rows[0].startswith("1 C: BDAT ")
        assert rows[-1] == "1 S: 250 ok"
        told.append(len([row for row in rows if row.startswith("1 C: line ")]))
        assert len(rows) == told[-1] + (2 if told[-1] == 80 else 3)
    assert told == [80, 80, 40, 0, 0]
    client.types(b"NOOP\r\n")
    client.says(b"250 ok\r\n")
    assert client.rows() == ["1 C: NOOP", "1 S: 250 ok"]


def test_what_is_stored_when_the_client_is_gone_is_told() -> None:
    client = Client()
    client.log.tell(events.ClientDisconnected(1))
    client.log.tell(events.ServerFailed(1, ValueError()))
    assert client.rows()[-1] == "1 * an error in the sandbox: ValueError"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from([b"a\r\n", b"..\r\n", b"..b\r\n", b"\r\n", b"c\nd\r\n", b"e\r", b"\xe4\r\n"]),
        max_size=30,
    ),
    st.lists(st.integers(0, 5000), max_size=12),
)
def test_however_its_octets_are_cut(tail: list[bytes], cuts: list[int]) -> None:
    message = numbered(TOLD_LINES - 5) + b"".join(tail) + b"end\r\n.\r\n"
    whole = Client().data(message)
    client = Client()
    assert client.data(message, *cuts) == whole
    assert whole[-1] == "1 C: ."
    client.says(b"250 ok\r\n")
    client.types(b"QUIT\r\n")
    assert client.rows() == ["1 S: 250 ok", "1 C: QUIT"]


class Loop:
    """Calls what it is given when the test says so."""

    def __init__(self) -> None:
        self._due: list[Callable[[], None]] = []

    def later(self, _seconds: float, call: Callable[[], None]) -> None:
        self._due.append(call)

    def turn(self) -> None:
        due, self._due = self._due, []
        for call in due:
            call()


def test_clients_are_served_first_and_the_log_says_when_it_was() -> None:
    loop, rows, now, passed = Loop(), list[str](), [5.0], [0.0]
    form = JsonLines(clock=lambda: now[0])
    log = ServerLog(form, rows.append, lambda: None, later=loop.later, monotonic=lambda: passed[0])
    log.tell(events.ClientConnected(1, "::1"))

    def busy() -> None:
        for _ in range(20):
            log.tell(events.OctetsReceived(1, b"NOOP\r\n"))

    def told() -> list[float]:
        times = [json.loads(row)["time"] for row in "".join(rows).splitlines()]
        rows.clear()
        return times

    busy()
    loop.turn()
    assert told() == []  # they are still at it
    now[0] = 6.0
    loop.turn()
    assert told() == [5.0] * 21
    busy()
    passed[0] = 0.2
    loop.turn()
    assert told() == []
    busy()
    passed[0] = 0.3  # it has waited long enough
    loop.turn()
    assert told() == [6.0] * 40
    busy()
    log.stopped(0, None)
    assert told() == [6.0] * 21
