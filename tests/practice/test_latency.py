"""How long each reply took."""

from __future__ import annotations

import pytest

from tui.practice.latency import Latencies
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import AddressTried, ConnectionOpened, Event, TlsEstablished, TlsStarted

OPENED = ConnectionOpened("mx", "127.0.0.1", 25, sandbox=False, seconds=0.25)


class Clocked:
    """A dialogue whose events have times."""

    def __init__(self) -> None:
        self.dialogue, self.latencies = Dialogue(), Latencies()
        self.took: list[float] = []

    def see(self, at: float, *events: Event) -> None:
        for event in events:
            took = self.latencies.seen(event, at)
            if took is not None:
                self.took.append(took)

    def server(self, at: float, *lines: bytes) -> None:
        self.see(at, *self.dialogue.received(b"".join(line + b"\r\n" for line in lines)))

    def client(self, at: float, *lines: bytes) -> None:
        self.see(at, *self.dialogue.sent(b"".join(line + b"\r\n" for line in lines)))


def test_each_reply_since_what_it_answers() -> None:
    one = Clocked()
    one.see(1, AddressTried("mx", "127.0.0.1", 25))
    one.see(2, OPENED)
    one.server(2.5, b"220 mx")
    one.client(4, b"EHLO me")
    one.server(5, b"250-mx", b"250 PIPELINING")
    one.client(6, b"MAIL FROM:<a@b.c>", b"RCPT TO:<d@e.f>", b"DATA")
    one.server(7, b"250 ok")
    one.server(8, b"250 ok", b"354 go")
    one.client(10, b"Subject: x", b"")
    one.client(20, b"text", b".")
    one.server(23, b"250 taken")
    one.server(30, b"421 idle")
    assert one.took == [0.25, 0.5, 1, 1, 2, 2, 3], "what nobody asked for took no time"


def test_a_message_that_went_out_behind_data_is_answered_since_its_dot() -> None:
    one = Clocked()
    one.see(0, OPENED)
    one.server(0, b"220 mx")
    one.client(1, b"EHLO me", b"MAIL FROM:<a@b.c>", b"RCPT TO:<d@e.f>", b"DATA")
    one.client(2, b"", b"text", b".")
    one.server(3, b"250 mx", b"250 ok", b"250 ok", b"354 go")
    one.server(6, b"250 taken")
    assert one.took == [0.25, 0, 2, 2, 2, 2, 4]


@pytest.mark.parametrize(("told", "took"), [(0.125, 0.125), (0.0, 2.0)])
def test_tls_and_a_greeting_behind_it(told: float, took: float) -> None:
    one = Clocked()
    one.see(0, OPENED)
    one.see(1, TlsStarted("mx", implicit=True))
    one.see(3, TlsEstablished("TLSv1.3", "AES", implicit=True, seconds=told))
    one.server(4, b"220 mx")
    assert one.took == [0.25, took, 1]


def test_lmtp_answers_the_dot_more_than_once() -> None:
    one = Clocked()
    one.see(0, OPENED)
    one.server(0, b"220 mx")
    for at, line, answer in (
        (1, b"LHLO me", b"250 mx"),
        (2, b"MAIL FROM:<a@b.c>", b"250 ok"),
        (3, b"RCPT TO:<d@e.f>", b"250 ok"),
        (4, b"RCPT TO:<g@h.i>", b"250 ok"),
        (5, b"DATA", b"354 go"),
    ):
        one.client(at, line)
        one.server(at, answer)
    one.client(6, b"", b".")
    one.server(7, b"250 for d")
    one.server(9, b"250 for g")
    assert one.took[-2:] == [1, 3]


def test_a_second_connection_begins_anew() -> None:
    one = Clocked()
    one.see(0, OPENED)
    one.server(0, b"220 mx")
    one.client(1, b"EHLO me")
    one.dialogue = Dialogue()
    one.see(10, AddressTried("mx", "127.0.0.1", 25), OPENED)
    one.server(11, b"220 mx")
    assert one.took[-1] == 1
