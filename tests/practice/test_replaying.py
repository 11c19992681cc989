"""Recorded steps fed to the observer: notes, and recordings that begin after the greeting."""

from __future__ import annotations

import pytest

from tui.practice.checklist import advance_all, start
from tui.practice.facts import facts_of
from tui.practice.refusals import verdict
from tui.practice.replaying import replay
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import ConnectionClosed, Found, ProxyHeaderSent, TlsEstablished, TypedByProgram
from tui.smtp.findings import Finding, Side
from tui.smtp.phases import Phase

Steps = list[tuple[str, bytes]]


def test_notes_that_mean_something() -> None:
    steps: Steps = [
        ("*", b"connected to mx"),
        ("S", b"220 a\r\n"),
        ("*", b"TLS handshake complete: TLSv1.3 AES"),
        ("*", b"the weather changed"),
        ("*", b"connection closed by client"),
    ]
    events = [event for batch in replay(Dialogue(), steps) for event in batch]
    assert TlsEstablished("TLSv1.3", "AES") in events
    assert [event.by for event in events if isinstance(event, ConnectionClosed)] == [Side.CLIENT]


def test_who_typed_what() -> None:
    steps: Steps = [
        ("*", b"typed by smtptutor: ehlo"),
        ("C", b"EHLO x\r\n"),
        ("S", b"250 ok\r\n"),
        ("*", b"typed by smtptutor: message, 4 lines"),
        ("*", b"typed by smtptutor: message, many lines"),
    ]
    dialogue = Dialogue()
    events = [event for batch in replay(dialogue, steps) for event in batch]
    told = [event for event in events if isinstance(event, TypedByProgram)]
    assert told == [TypedByProgram("ehlo"), TypedByProgram("message", 4)]
    assert not [event for event in events if isinstance(event, Found)], "it began after the greeting"


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_proxy_header_is_part_of_the_recording(version: str) -> None:
    steps: Steps = [
        ("*", b"connected to mx"),
        ("*", f"sent first, {version}: PROXY TCP4 1.2.3.4 5.6.7.8 1 2".encode()),
        ("S", b"220 a\r\n"),
        ("C", b"EHLO me\r\n"),
        ("S", b"500 what\r\n"),
    ]
    events = [event for batch in replay(Dialogue(), steps) for event in batch]
    assert ProxyHeaderSent(version, "PROXY TCP4 1.2.3.4 5.6.7.8 1 2") in events
    assert Finding.PROXY_HEADER_TAKEN in {one.finding for one in events if isinstance(one, Found)}


@pytest.mark.parametrize(
    ("first", "phase"),
    [
        (b"EHLO x\r\n", Phase.READY),
        (b"MAIL FROM:<a@b>\r\n", Phase.MAIL),
        (b"RCPT TO:<c@d>\r\n", Phase.RCPT),
        (b"\xe4\xbd\xa0\r\n", Phase.READY),
    ],
)
def test_begins_after_the_greeting(first: bytes, phase: Phase) -> None:
    dialogue = Dialogue()
    events = [event for batch in replay(dialogue, [("C", first), ("S", b"250 ok\r\n")]) for event in batch]
    assert dialogue.phase is phase
    found = {event.finding for event in events if isinstance(event, Found)}
    assert not found & {Finding.TALKED_EARLY, Finding.OUT_OF_SEQUENCE, Finding.PIPELINED_UNOFFERED}
    facts = facts_of([("C", first), ("S", b"250 ok\r\n")])
    assert facts["greeting"] is None
    assert facts["commands"][0]["reply"]["code"] == 250
    assert not facts["commands"][0]["pipelined"]


@pytest.mark.parametrize(
    "steps",
    [
        [("C", b"EHLO x\r\n"), ("S", b"220 hello\r\n")],
        [("C", b"EHLO x\r\n"), ("S", b"554 go away\r\n")],
        [("*", b"connected to mx"), ("C", b"EHLO x\r\n"), ("S", b"250 odd\r\n")],
        [("C", b"250 what\r\n")] * 200 + [("S", b"250 odd\r\n")],
        [("C", b"250 what\r\n"), ("C", b"250 what\r\n")],
    ],
)
def test_a_client_that_spoke_too_early(steps: Steps) -> None:
    events = [event for batch in replay(Dialogue(), steps) for event in batch]
    assert Finding.TALKED_EARLY in {event.finding for event in events if isinstance(event, Found)}


@pytest.mark.parametrize(
    ("asked", "said", "step"),
    [
        (b"RCPT TO:<b@y.test>", b"550 5.1.1 no such user", "rcpt"),
        (b"MAIL FROM:<a@x.test>", b"450 4.1.8 no", "mail"),
        (b"STARTTLS", b"454 4.7.0 no", "starttls"),
        (b"EHLO me", b"501 5.5.4 Invalid domain name", "helo"),
    ],
)
def test_an_excerpt_of_a_command_and_its_refusal(asked: bytes, said: bytes, step: str) -> None:
    """As it stands in a ticket: nobody spoke too early, and it was not the greeting that refused."""
    steps = [("C", asked + b"\r\n"), ("S", said + b"\r\n")]
    events = [event for batch in replay(Dialogue(), steps) for event in batch]
    assert not [event for event in events if isinstance(event, Found)]
    found = verdict(advance_all(start(), events))
    assert found is not None
    assert found.step == step


def test_nothing_at_all() -> None:
    assert [event for batch in replay(Dialogue(), []) for event in batch] == []
