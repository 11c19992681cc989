"""Recordings that leave out what was sent: the message, the chunk, what became of the certificate."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from tests.practice.test_facts import BY_CLIENT, DATA, HELLO, MAIL, RCPT, TLS, derive
from tui.practice.checklist import advance_all, start
from tui.practice.facts import facts_of
from tui.practice.replaying import replay
from tui.smtp.certificate import CertificateFault
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import Event, Found, MessageNotShown, TlsEstablished

NOT_SHOWN = "* message not shown"
NOT_EXACT = "* message not shown exactly"


def transaction(*rows: str) -> dict[str, Any]:
    (one,) = derive(*rows)["transactions"]
    assert isinstance(one, dict)
    return one


def events(*rows: str) -> list[Event]:
    steps = [(row[0], row[2:].encode() if row[0] == "*" else row[3:].encode() + b"\r\n") for row in rows]
    return list(chain.from_iterable(replay(Dialogue(), steps)))


def test_a_message_that_is_not_shown() -> None:
    one = transaction(*DATA, NOT_SHOWN, "C: .", "S: 250 ok")
    assert one["message"] is None
    assert one["outcome"] == "accepted"


def test_nothing_is_found_in_it() -> None:
    told = events(*DATA, NOT_SHOWN, "C: .", "S: 250 ok")
    assert MessageNotShown() in told
    assert not [event for event in told if isinstance(event, Found)]
    assert [event for event in events(*DATA, "C: .", "S: 250 ok") if isinstance(event, Found)]


def test_its_size_says_nothing() -> None:
    rows = (*DATA, NOT_SHOWN, "C: .", "S: 250 ok", *DATA[4:], "C: a: b", "C: .", "S: 250 ok")
    first, second = advance_all(start(), events(*rows)).accepted
    assert not first.shown
    assert (second.shown, second.octets) == (True, 6)


def test_the_next_message_is_another_one() -> None:
    facts = derive(*DATA, NOT_SHOWN, "C: .", "S: 250 ok", *DATA[4:], "C: a: b", "C: ", "C: .", "S: 250 ok")
    first, second = facts["transactions"]
    assert first["message"] is None
    assert second["message"]["size_octets"] == 8
    told = events(*DATA, NOT_SHOWN, "C: .", "S: 250 ok", *DATA[4:], "C: .", "S: 250 ok")
    assert [event.finding.value for event in told if isinstance(event, Found)] == ["no-header"]


def test_a_message_that_was_cut_off() -> None:
    one = transaction(*DATA, NOT_SHOWN, BY_CLIENT)
    assert one["message"] is None
    assert one["outcome"] == "aborted"


def test_octets_that_cannot_be_told() -> None:
    rows = (*DATA, NOT_EXACT, "C: Subject: ......", "C: ", "C: .", "S: 250 ok")
    assert transaction(*rows)["message"] is None
    assert MessageNotShown(lines=True) in events(*rows)


@pytest.mark.parametrize(("reply", "outcome"), [("250 ok", "accepted"), ("554 no", "rejected")])
def test_a_chunk_that_is_not_shown(reply: str, outcome: str) -> None:
    rows = (*HELLO, *MAIL, *RCPT, "C: BDAT 300 LAST", NOT_SHOWN, f"S: {reply}", "C: QUIT", "S: 221 bye")
    facts = derive(*rows)
    (one,) = facts["transactions"]
    assert one["message"] is None
    assert one["outcome"] == outcome
    assert facts["final_state"] == "quit"
    assert facts["commands"][-1]["verb"] == "QUIT"


def test_a_last_chunk_that_is_not_shown() -> None:
    rows = (*HELLO, *MAIL, *RCPT, "C: BDAT 4", ("C", b"a\r\n\n"), "S: 250 ok")
    one = derive(*rows, "C: BDAT 300 LAST", NOT_SHOWN, "S: 250 ok", "C: QUIT", "S: 221 bye")["transactions"][
        0
    ]
    assert one["message"] is None


@pytest.mark.parametrize("rows", [(), HELLO, (*HELLO, "C: DATA"), (*HELLO, "C: DATA", "S: 503 no")])
def test_where_no_message_is_it_means_nothing(rows: tuple[str, ...]) -> None:
    assert derive(*rows, NOT_SHOWN) == derive(*rows)


def test_a_message_without_an_envelope() -> None:
    facts = derive("S: 220 a", "C: DATA", "S: 354 go", NOT_SHOWN, "C: .", "S: 250 ok")
    assert facts["transactions"] == []


@pytest.mark.parametrize(
    ("suffix", "verified"), [("", True), (" NOT VERIFIED", False), (" VERIFICATION NOT SHOWN", None)]
)
def test_what_became_of_the_certificate(suffix: str, verified: bool | None) -> None:
    (established,) = (one for one in events("S: 220 a", TLS + suffix) if isinstance(one, TlsEstablished))
    assert established.verified is verified


def test_why_a_certificate_was_not_verified() -> None:
    why = " NOT VERIFIED: it is for another name, it is from Mars, it has expired; sha256 abcd"
    (told,) = (one for one in events("S: 220 a", TLS + why) if isinstance(one, TlsEstablished))
    assert told.faults == (CertificateFault.WRONG_NAME, CertificateFault.EXPIRED)


def test_a_recording_that_begins_with_the_handshake() -> None:
    steps = [("*", TLS[2:].encode()), ("C", b"EHLO x\r\n"), ("S", b"250 ok\r\n")]
    assert facts_of(steps)["tls_kind"] == "starttls"
    assert facts_of(steps)["helo"] == {"verb": "EHLO", "name": "x"}
    assert facts_of([steps[0], ("S", b"220 a\r\n"), *steps[1:]])["tls_kind"] == "implicit"
