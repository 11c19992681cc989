"""What a connection came to, in words."""

from __future__ import annotations

import pytest

from tui.practice.account import Account, Answer, Delivered, Fate
from tui.practice.state import Accepted, Envelope
from tui.words import account as words
from tui.words.guide import Pair


def test_nothing_was_said() -> None:
    assert words.told(Account(), ()) == []
    assert words.sums(Account(), ()) == ()


def test_many_recipients_are_counted_and_foreign_text_is_visible() -> None:
    account = Account()
    account.longest = ("RCPT", 2.5)
    account.recipients = {f"{n}": Answer(f"{n}@x.test", 250, fate=Fate.ANSWERED) for n in range(9)}
    account.recipients["evil"] = Answer("\x1b[2J@x.test", 550, "5.1.1")
    rows = words.told(account, ())
    assert rows[0] == "accepted: 0@x.test, 1@x.test, 2@x.test, 3@x.test, 4@x.test, 4 more"
    assert rows[1] == "refused: \\x1b[2J@x.test 550 5.1.1"
    assert rows[2] == "time: 0 ms in all, waiting for the server 0 ms (longest: RCPT, 2.5 s)"


def test_a_recipient_without_a_message_is_not_told_as_if_mail_was_accepted() -> None:
    account = Account()
    account.longest = ("RCPT", 2.5)
    account.recipients = {
        "a": Answer("a@x.test", 250),
        "b": Answer("b@x.test", 250, fate=Fate.UNKNOWN),
    }
    assert words.told(account, ())[:2] == [
        "not sent: a@x.test, accepted as recipient, but no message was sent",
        "unknown: b@x.test, whose message was sent, and no answer came",
    ]


def test_only_the_messages_of_this_connection() -> None:
    account = Account()
    account.longest, account.connect, account.handshake, account.total = (
        ("greeting", 0.012),
        0.003,
        0.02,
        200.0,
    )
    account.delivered = [Delivered(250, "4F2C1")]
    old, new = (Accepted(Envelope("a@b.test"), octets, 250, "") for octets in (1, 14))
    assert words.told(account, (old, new)) == [
        "message: 14 octets, queue id 4F2C1",
        "time: 3 min 20 s in all, connecting 3 ms, TLS 20 ms, waiting for the server 0 ms "
        "(longest: greeting, 12 ms), typing and the rest here 3 min 20 s",
    ]
    (section,) = words.sums(account, (old, new))
    pairs = [pair for pair in section.paragraphs if isinstance(pair, Pair)]
    assert pairs[0].gloss == "14 octets, queue id 4F2C1"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 ms"), (0.0124, "12 ms"), (1.44, "1.4 s"), (59.94, "59.9 s"), (200, "3 min 20 s")],
)
def test_times(seconds: float, text: str) -> None:
    assert words.span(seconds) == text


def test_a_lookup_and_a_handshake_that_failed_are_named() -> None:
    account = Account()
    account.longest, account.lookup, account.handshake, account.tls_failed = ("greeting", 0.1), 0.2, 0.3, True
    account.total = 0.5
    assert words.told(account, ()) == [
        "time: 500 ms in all, looking up names 200 ms, TLS, which failed, 300 ms, "
        "waiting for the server 0 ms (longest: greeting, 100 ms)"
    ]
