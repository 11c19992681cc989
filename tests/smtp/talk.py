"""Dialogues written as rows, fed to the observer whole and byte by byte."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from tui.smtp.dialogue import Dialogue
from tui.smtp.events import (
    Event,
    Found,
    LineReceived,
    LineSent,
    ProxyHeaderSent,
    ReplyReceived,
    TlsEstablished,
)
from tui.smtp.findings import Finding, Side

T = TypeVar("T")

TLS = TlsEstablished("TLSv1.3", "TLS_AES_256_GCM_SHA384")

#: ``"S: 220 hi"`` and ``"C: QUIT"`` are lines in UTF-8 and get a CRLF; ``("S", b"…")`` are octets as they
#: are; ``"* proxy v1"`` (or ``v2``; in front of all), ``"* tls"``, ``"* closed"`` (by the server),
#: ``"* gone"`` (by the client) and ``"* end"`` are what a shell knows.
Row = str | tuple[str, bytes]

EHLO = (
    "S: 220 mx.test ESMTP",
    "C: EHLO client.test",
    "S: 250-mx.test",
    "S: 250-PIPELINING",
    "S: 250-8BITMIME",
    "S: 250-SMTPUTF8",
    "S: 250-CHUNKING",
    "S: 250-STARTTLS",
    "S: 250-AUTH PLAIN LOGIN CRAM-MD5",
    "S: 250-DSN",
    "S: 250-BINARYMIME",
    "S: 250 SIZE 1000000",
)
HELO = ("S: 220 mx.test", "C: HELO client.test", "S: 250 mx.test")
MAIL = ("C: MAIL FROM:<a@client.test>", "S: 250 2.1.0 Ok")
RCPT = ("C: RCPT TO:<b@mx.test>", "S: 250 2.1.5 Ok")
DATA = (*EHLO, *MAIL, *RCPT, "C: DATA", "S: 354 go ahead")


def _step(row: Row) -> tuple[str, bytes]:
    if isinstance(row, tuple):
        return row
    side, _, text = row.partition(": ")
    return ("*", row.encode()) if row.startswith("* ") else (side, text.encode() + b"\r\n")


def _fed(dialogue: Dialogue, rows: Iterable[Row], *, chunk: int) -> list[Event]:
    events: list[Event] = []
    shell: dict[bytes, Callable[[], Iterable[Event]]] = {
        b"* tls": lambda: dialogue.tls_established(TLS),
        b"* closed": lambda: dialogue.closed(Side.SERVER),
        b"* gone": lambda: dialogue.closed(Side.CLIENT),
        b"* end": dialogue.finished,
        b"* proxy v1": lambda: dialogue.preceded(ProxyHeaderSent("v1", "PROXY UNKNOWN")),
        b"* proxy v2": lambda: dialogue.preceded(ProxyHeaderSent("v2", "PROXY LOCAL")),
    }
    for side, octets in map(_step, rows):
        if side == "*":
            events += shell[octets]()
            continue
        feed = dialogue.received if side == "S" else dialogue.sent
        for at in range(0, len(octets), chunk):
            events += feed(octets[at : at + chunk])
    return events


def play(*rows: Row, dialogue: Dialogue | None = None) -> list[Event]:
    """The events of a dialogue. They are the same however its octets are chunked, or the test fails here."""
    whole = _fed(dialogue or Dialogue(), rows, chunk=1 << 30)
    assert _fed(Dialogue(), rows, chunk=1) == whole
    return whole


def findings(events: Iterable[Event]) -> list[Finding]:
    return [event.finding for event in events if isinstance(event, Found)]


def finding(events: Iterable[Event], wanted: Finding) -> Found:
    """The only one of its kind."""
    (found,) = (event for event in events if isinstance(event, Found) and event.finding is wanted)
    return found


def pointed_at(events: Iterable[Event], wanted: Finding) -> list[str]:
    """The text under the spans of a finding; behind the line there is none."""
    events = list(events)
    found = finding(events, wanted)
    (data,) = (
        event.data
        for event in events
        if isinstance(event, LineSent | LineReceived) and event.number == found.line
    )
    return [data[start:end].decode("utf-8", "backslashreplace") for start, end in found.spans]


def replies(events: Iterable[Event]) -> list[ReplyReceived]:
    return [event for event in events if isinstance(event, ReplyReceived)]


def of(events: Iterable[Event], kind: type[T]) -> list[T]:
    return [event for event in events if isinstance(event, kind)]
