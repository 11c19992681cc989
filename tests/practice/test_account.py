"""What a connection came to, and where the time went."""

from __future__ import annotations

import pytest

from tui.practice.account import Account, Answer, Delivered, Fate, queue_id
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import (
    AddressTried,
    ConnectionOpened,
    Event,
    TlsEstablished,
    TlsFailed,
    TlsStarted,
    TlsTrouble,
)

OPENED = ConnectionOpened("mx.test", "192.0.2.1", 25, sandbox=False, seconds=0.25)


def of(*steps: tuple[float, str]) -> Account:
    """``(seconds, "S: …" or "C: …")``, beginning with a connection at 0."""
    account, dialogue = Account(), Dialogue()
    account.see(OPENED, 0.0)
    for at, row in steps:
        octets = row[3:].encode() + b"\r\n"
        for event in dialogue.received(octets) if row[0] == "S" else dialogue.sent(octets):
            account.see(event, at)
    return account


HELLO = ((1.0, "S: 220 mx"), (2.0, "C: EHLO me"), (2.5, "S: 250-mx"), (2.5, "S: 250 PIPELINING"))
MAIL = ((3.0, "C: MAIL FROM:<a@b.test>"), (3.1, "S: 250 ok"))


def test_where_the_time_went() -> None:
    account = of(*HELLO, *MAIL)
    assert account.connect == 0.25
    assert account.waited == pytest.approx(1.6)
    assert account.longest == ("greeting", 1.0)
    assert account.total == pytest.approx(0.25 + 3.1), "connecting is a part of it"


def test_replies_that_were_due_at_the_same_time_are_waited_for_once() -> None:
    account = of(
        *HELLO,
        (3.0, "C: MAIL FROM:<a@b.test>"),
        (3.0, "C: RCPT TO:<c@d.test>"),
        (4.0, "S: 250 ok"),
        (6.0, "S: 250 ok"),
    )
    assert account.waited == pytest.approx(1.5 + 3.0)
    assert account.longest == ("RCPT", 3.0)


def test_recipients_by_their_last_reply() -> None:
    account = of(
        *HELLO,
        *MAIL,
        (4.0, "C: RCPT TO:<a@x.test>"),
        (4.0, "S: 250 2.1.5 ok"),
        (4.0, "C: RCPT TO:<b@x.test>"),
        (4.0, "S: 450 4.2.0 later"),
        (4.0, "C: RCPT TO:<c@x.test>"),
        (4.0, "S: 550 5.1.1 no"),
        (4.0, "C: RCPT TO:<b@x.test>"),
        (4.0, "S: 250 ok"),
        (4.0, "C: RCPT TO:"),
        (4.0, "S: 501 what"),
    )
    assert account.by_fate(Fate.NOT_SENT) == (Answer("a@x.test", 250, "2.1.5"), Answer("b@x.test", 250))
    assert account.by_severity(2) == (), "no message was sent to them"
    assert account.by_severity(4) == ()
    assert account.by_severity(5) == (Answer("c@x.test", 550, "5.1.1"),)


RCPT = ((4.0, "C: RCPT TO:<c@d.test>"), (4.0, "S: 250 ok"))
SENT = ((5.0, "C: DATA"), (5.0, "S: 354 go"), (6.0, "C: Subject: x"), (6.0, "C: "), (7.0, "C: ."))


def test_a_message_and_its_name_in_the_queue() -> None:
    account = of(*HELLO, *MAIL, *RCPT, *SENT, (9.0, "S: 250 2.0.0 Ok: queued as 4F2C1"))
    assert account.delivered == [Delivered(250, "4F2C1")]
    assert account.longest == (".", 2.0)


def test_a_message_that_was_refused() -> None:
    assert of(*HELLO, *MAIL, *RCPT, *SENT, (9.0, "S: 554 spam")).delivered == []


def test_the_last_chunk() -> None:
    account, dialogue = Account(), Dialogue()
    for side, octets in (
        ("S", b"220 mx\r\n"),
        ("C", b"EHLO me\r\n"),
        ("S", b"250 CHUNKING\r\n"),
        ("C", b"MAIL FROM:<a@b.test>\r\n"),
        ("S", b"250 ok\r\n"),
        ("C", b"RCPT TO:<c@d.test>\r\n"),
        ("S", b"250 ok\r\n"),
        ("C", b"BDAT 2 LAST\r\n\r\n"),
        ("S", b"250 OK id=1xVKWq-00050p-2b\r\n"),
    ):
        for event in dialogue.received(octets) if side == "S" else dialogue.sent(octets):
            account.see(event, 1.0)
    assert account.delivered == [Delivered(250, "1xVKWq-00050p-2b")]
    assert account.total == 0.0, "it was not seen to begin"


def test_each_recipient_of_lmtp_has_a_last_word() -> None:
    account = of(
        (0.0, "S: 220 mx"),
        (0.0, "C: LHLO me"),
        (0.0, "S: 250 mx"),
        *MAIL,
        *RCPT,
        (4.0, "C: RCPT TO:<e@f.test>"),
        (4.0, "S: 250 ok"),
        *SENT,
        (8.0, "S: 250 2.0.0 ok"),
        (8.0, "S: 452 4.2.2 full"),
    )
    assert account.by_severity(4) == (Answer("e@f.test", 452, "4.2.2", Fate.ANSWERED),)
    assert len(account.delivered) == 1


@pytest.mark.parametrize(
    ("events", "seconds"),
    [
        ((TlsStarted("mx.test"), TlsEstablished("TLSv1.3", "A", seconds=0.125)), 0.125),
        ((TlsStarted("mx.test"), TlsFailed(TlsTrouble.TIMED_OUT)), 1.0),
        ((TlsFailed(TlsTrouble.INJECTED),), None),
        (
            (
                TlsStarted("mx.test"),
                TlsEstablished("TLSv1.3", "A", seconds=0.5),
                TlsFailed(TlsTrouble.BROKEN),
            ),
            0.5,
        ),
    ],
)
def test_the_handshake(events: tuple[Event, ...], seconds: float | None) -> None:
    account = Account()
    for at, event in enumerate((OPENED, *events)):
        account.see(event, float(at))
    assert account.handshake == seconds


def test_a_message_for_several_recipients_of_lmtp_is_one_message() -> None:
    account = of(
        (0.0, "S: 220 mx"),
        (0.0, "C: LHLO me"),
        (0.0, "S: 250 mx"),
        *MAIL,
        *RCPT,
        (4.0, "C: RCPT TO:<e@f.test>"),
        (4.0, "S: 250 ok"),
        *SENT,
        (8.0, "S: 250 2.0.0 ok"),
        (8.0, "S: 250 2.0.0 ok"),
    )
    assert len(account.delivered) == 1


def test_what_answers_nothing_is_not_counted() -> None:
    account = of(*HELLO)
    assert of(*HELLO, (9.0, "S: 421 bye")).waited == account.waited


def test_an_answer_to_a_challenge() -> None:
    account = of(
        *HELLO, (3.0, "C: AUTH LOGIN"), (3.0, "S: 334 VXNlcm5hbWU6"), (4.0, "C: YQ=="), (7.0, "S: 535 no")
    )
    assert account.longest == ("AUTH", 3.0)


@pytest.mark.parametrize(
    ("text", "queue"),
    [
        ("2.0.0 Ok: queued as 9864623A1A9", "9864623A1A9"),
        ("2.0.0 Ok: 0 bytes queued as 975B723A1A9", "975B723A1A9"),
        ("OK id=1xVKWq-00050t-2d", "1xVKWq-00050t-2d"),
        ("Message queued as gi7loziw", "gi7loziw"),
        ("2.0.0 97169307 Message accepted for delivery", "97169307"),
        ("2.0.0 4A1B2c3d012345 Message accepted for delivery", "4A1B2c3d012345"),
        ("ok 1700000000 qp 4711", "1700000000 qp 4711"),
        ("2.0.0 OK  1700000000 d2e1a72fcca58-6c1.12 - gsmtp", "d2e1a72fcca58-6c1.12"),
        (
            "2.6.0 <a@b.test> [InternalId=4711, Hostname=EX1.b.test] Queued mail for delivery",
            "4711",
        ),
        ("Mail OK queued as smtp10,D8CowADX", "smtp10"),
        ("Message Queued (6E6A5C1E-8C5B.1)", "6E6A5C1E-8C5B.1"),
        ("OK: queued as.", ""),
        ("2.6.0 Message 1 accepted, 39 octets", ""),
        ("", ""),
    ],
)
def test_names_in_the_queue(text: str, queue: str) -> None:
    assert queue_id(text) == queue


def test_the_parts_make_the_whole() -> None:
    account = Account()
    account.see(AddressTried("mx.test", "192.0.2.1", 25), 0.5)
    account.see(AddressTried("mx.test", "192.0.2.2", 25), 0.75)
    account.see(OPENED, 1.0)
    dialogue = Dialogue()
    for at, octets in ((2.0, b"220 mx\r\n"), (5.0, b""), (5.5, b"250 mx\r\n")):
        events = dialogue.received(octets) if octets else dialogue.sent(b"EHLO me\r\n")
        for event in events:
            account.see(event, at)
    assert (account.lookup, account.connect, account.waited, account.own) == (0.5, 0.5, 1.5, 3.0)
    assert account.total == 5.5
    account.see(AddressTried("192.0.2.1", "192.0.2.1", 25), 6.0)  # only the first try counts
    alone = Account()
    alone.see(AddressTried("192.0.2.1", "192.0.2.1", 25), 0.5)
    assert alone.lookup == 0.0 and account.lookup == 0.5


BODY = ((5.0, "C: DATA"), (5.0, "S: 354 go"), (6.0, "C: Subject: x"))
DOT = (7.0, "C: .")


@pytest.mark.parametrize(
    ("steps", "severity", "fate"),
    [
        (BODY, 0, Fate.NOT_SENT),
        ((*BODY, DOT), 0, Fate.UNKNOWN),
        ((*BODY, DOT, (8.0, "S: 354 what")), 0, Fate.UNKNOWN),
        ((*BODY, DOT, (8.0, "S: 250 2.0.0 ok")), 2, Fate.ANSWERED),
        ((*BODY, DOT, (8.0, "S: 450 4.3.0 later")), 4, Fate.ANSWERED),
        ((*BODY, DOT, (8.0, "S: 554 5.7.1 spam")), 5, Fate.ANSWERED),
        ((*BODY, DOT, (8.0, "S: 250 ok"), *MAIL, *RCPT), 2, Fate.ANSWERED),
        (((5.0, "C: BDAT 2 LAST"), (5.0, "C: "), (6.0, "S: 250 ok")), 2, Fate.ANSWERED),
        (((5.0, "C: RSET"), (5.0, "S: 250 ok"), *MAIL, *BODY, DOT, (8.0, "S: 250 ok")), 0, Fate.NOT_SENT),
    ],
)
def test_what_became_of_the_message_for_a_recipient(
    steps: tuple[tuple[float, str], ...], severity: int, fate: Fate
) -> None:
    account = of(*HELLO, *MAIL, *RCPT, *steps)
    (one,) = account.recipients.values()
    assert one.fate is fate
    assert [digit for digit in (2, 4, 5) if account.by_severity(digit)] == [severity] * bool(severity)
    assert account.by_fate(fate) == ((one,) if one.code // 100 == 2 else ())
