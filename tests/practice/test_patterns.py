"""Which patterns of faults can fit anything at all."""

from __future__ import annotations

import random

import pytest

from tui.practice.faults import Reply
from tui.practice.patterns import fits_a_mailbox, fits_anything, is_an_address

#: What is said where a command is granted: stage, argument, address.
SAID = (
    ("mail", "FROM:<>", ""),
    ("mail", "FROM:<a@x.test> SIZE=9 BODY=8BITMIME", "a@x.test"),
    ("mail", "from : a@[127.0.0.1]", "a@[127.0.0.1]"),
    ("rcpt", "TO:<Postmaster>", "Postmaster"),
    ("rcpt", 'TO:<"a b"@x.test> NOTIFY=NEVER', '"a b"@x.test'),
    ("rcpt", "TO:<b\u00f6b@x.test>", "b\u00f6b@x.test"),
    ("helo", "me", ""),
    ("bdat", "86 LAST", ""),
    ("bdat", "0", ""),
    ("noop", "[", ""),
    ("vrfy", "Smith, Bob", ""),
    ("command", "  lunch [?*] ", ""),
    ("command", "QUIT", ""),
)


@pytest.mark.parametrize(("stage", "argument", "address"), SAID)
def test_whatever_fits_something_is_taken(stage: str, argument: str, address: str) -> None:
    """Each pattern is made of what is said, so it fits that."""
    dice = random.Random(f"{stage}{argument}")
    for _ in range(60):
        text = dice.choice([one for one in (argument, address) if one])
        pattern = ""
        for one in text:
            kinds = (one, "?", "*", f"[{one}]", f"[!{'b' if one == 'a' else 'a'}]", one.upper(), "")
            kind = dice.choices(kinds, (9, 2, 2, 2 if one not in "!]" else 0, 1, 1, 1))[0]
            pattern += kind or "*"
        pattern = pattern.replace("[ ]", " ")
        if Reply(stage=stage, say="450", match=pattern).fits(stage, argument, address):
            assert fits_anything(pattern, stage), pattern


@pytest.mark.parametrize(
    ("stage", "pattern"),
    [
        ("rcpt", "["),
        ("rcpt", "?"),
        ("rcpt", "[z-a]*"),
        ("rcpt", "bob"),
        ("rcpt", "<bob@x.test>"),
        ("rcpt", "FROM:*"),
        ("rcpt", " bob@x.test"),
        ("rcpt", "@*"),
        ("mail", "TO:*"),
        ("mail", "from:* "),
        ("bdat", "LAST"),
        ("bdat", "x*"),
        ("helo", " *"),
        ("noop", "* "),
        ("vrfy", "[!!-~\u00e9 ]*"),
    ],
)
def test_a_pattern_that_fits_nothing(stage: str, pattern: str) -> None:
    assert not fits_anything(pattern, stage)


def test_a_pattern_beside_an_address() -> None:
    assert fits_anything("*notify=*", "rcpt", "Bob@x.test")
    assert fits_anything("b?b@*", "rcpt", "Bob@x.test")
    assert not fits_anything("ann@*", "rcpt", "Bob@x.test")


def test_mailboxes_and_addresses() -> None:
    assert all(map(fits_a_mailbox, ("*", "b?b", "bob+*", "[a-f]*", "\u5fd9")))
    assert not any(map(fits_a_mailbox, ("", "[", "bob@x.test", "<bob>", "a b")))
    assert all(map(is_an_address, ("a@b", "Postmaster", "*@x.test", '"a b"@[::1]', "B@[IPv6:1]")))
    assert not any(map(is_an_address, ("", "a", "a@", "a,b@x", "a b@x", "a@b@c", "a[b]@x")))
