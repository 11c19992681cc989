"""DKIM (RFC 6376): what signatures come to, with keys that a scenario publishes."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest

from tests.practice.signing import ED25519, FOOTBALL, MESSAGE, PLAIN, RSA, signed
from tui.practice import dkim
from tui.practice.published import Published
from tui.sandbox.signatures import fits

NOW = 1_800_000_000.0
ZONE = {
    "football.example.com": FOOTBALL,
    "x.test": Published(
        domain="x.test",
        dkim={
            "one": ED25519,
            "rsa": RSA,
            "revoked": "v=DKIM1; k=ed25519; p=",
            "short": "k=ed25519; p=AAAA",
            "nobase64": "k=ed25519; p=!",
            "nokey": "v=DKIM1; k=ed25519",
            "other": ED25519.replace("DKIM1", "DKIM2"),
            "sha1": ED25519 + "; h=sha1",
            "calls": ED25519 + "; s=tel",
            "Capital.One": ED25519,
            "strict": ED25519 + "; t=y:s",
            "notags": "hello",
        },
    ),
}


def results(message: bytes) -> list[tuple[str, str]]:
    found = dkim.signatures(ZONE, message, fits, NOW)
    return [(one.result, one.reason) for one in found]


def test_the_examples_of_rfc_8463() -> None:
    found = dkim.signatures(ZONE, MESSAGE, fits, NOW)
    assert [(one.selector, one.domain, one.result) for one in found] == [
        ("brisbane", "football.example.com", "pass"),
        ("test", "football.example.com", "pass"),
    ]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b"We lost", b"We won", "body"),
        (b"Is dinner", b"Was dinner", "header"),
        (b"Joe.\r\n", b"Joe.\r\n\r\n\r\n", ""),  # empty lines at the end do not count
        (b"the game.  Are", b"the game. Are", ""),  # nor how many blanks, where it is relaxed
        (b"Subject: Is", b"subject  :   Is", ""),
        (b"From: Joe SixPack <joe", b"From: The Boss <boss", "header"),
        (b"To: Suzie Q", b"From: boss@football.example.com\r\nTo: Suzie Q", "header"),  # signed as not there
        (b"\r\nDate:", b"\r\nX-New: any\r\nDate:", ""),
    ],
)
def test_what_was_changed(before: bytes, after: bytes, reason: str) -> None:
    wanted = ("fail", reason) if reason else ("pass", "")
    assert results(MESSAGE.replace(before, after, 1)) == [wanted, wanted]


@pytest.mark.parametrize("canonical", ["simple/simple", "relaxed/relaxed", "relaxed/simple", "relaxed"])
def test_both_ways_to_look_at_header_and_body(canonical: str) -> None:
    text = signed(canonical=canonical)
    assert results(text) == [("pass", "")]
    loose = text.replace(b"Subject: hi  there", b"subject:  hi there")
    assert results(loose)[0][0] == ("pass" if canonical.startswith("relaxed") else "fail")
    loose = text.replace(b"hello \t you", b"hello  you  ")
    assert results(loose)[0][0] == ("pass" if canonical.endswith("/relaxed") else "fail")


@pytest.mark.parametrize(
    ("tags", "result", "reason"),
    [
        ("", "pass", ""),
        ("h=From:Subject:Subject:Reply-To", "pass", ""),
        ("d=X.TEST;s=ONE", "pass", ""),
        ("s=capital.ONE", "pass", ""),  # names in DNS know no case
        ("i=ann@sub.x.test", "pass", ""),
        ("i=ann@sub.x.test;s=strict", "permerror", "identity"),
        ("s=strict", "pass", ""),
        ("i=@y.test", "permerror", "identity"),
        ("i=@ax.test", "permerror", "identity"),
        ("x=1900000000", "pass", ""),
        ("x=1700000000", "fail", "expired"),
        ("x=soon", "neutral", "malformed"),
        ("q=dns/txt:other", "pass", ""),
        ("q=http", "neutral", "algorithm"),
        ("a=rsa-sha1", "neutral", "algorithm"),
        ("c=nofws/simple", "neutral", "algorithm"),
        ("v=2", "neutral", "malformed"),
        ("h=", "neutral", "malformed"),
        ("bh=!", "neutral", "malformed"),
        ("bh=\u00e9", "neutral", "malformed"),
        ("h=Subject", "permerror", "from-unsigned"),
        ("s=gone", "permerror", "no-key"),
        ("d=gone.test", "permerror", "no-key"),
        ("s=revoked", "permerror", "revoked"),
        ("s=short", "permerror", "key"),
        ("s=nobase64", "permerror", "key"),
        ("s=nokey", "permerror", "key"),
        ("s=notags", "permerror", "key"),
        ("s=other", "permerror", "key"),
        ("s=sha1", "permerror", "key"),
        ("s=calls", "permerror", "key"),
        ("s=rsa", "permerror", "key"),
        ("l=many", "neutral", "malformed"),
        ("l=999", "neutral", "malformed"),
    ],
)
def test_what_a_signature_says(tags: str, result: str, reason: str) -> None:
    assert results(signed(tags=tags)) == [(result, reason)]


def test_only_so_many_octets_may_be_signed() -> None:
    digest = b64encode(hashlib.sha256(b"hello").digest()).decode()
    text = signed(tags=f"l=5;bh={digest}")
    assert results(text) == [("pass", "")]
    assert results(text + b"and more\r\n") == [("pass", "")]


def test_a_proof_that_is_no_base64_and_a_field_that_is_none() -> None:
    head = signed().partition(b"; b=")[0]
    for proof in (b"!!", b"\xe9\xff"):
        assert results(head + b"; b=" + proof + b"\r\n" + PLAIN) == [("neutral", "malformed")]
    assert results(b"DKIM-Signature: hello; hello\r\n" + PLAIN) == [("neutral", "malformed")]
    assert results(b"DKIM-Signature: a=1; a=2\r\n" + PLAIN) == [("neutral", "malformed")]
    assert results(PLAIN) == []
    assert results(b"") == []


def test_of_many_signatures_ten_are_looked_at() -> None:
    assert len(results(b"DKIM-Signature: v=1\r\n" * 30 + PLAIN)) == 10


@pytest.mark.parametrize(
    ("body", "simple", "relaxed"),
    [
        (b"", b"\r\n", b""),
        (b"\r\n\r\n", b"\r\n", b""),
        (b" \t\r\n", b" \t\r\n", b""),
        (b"a", b"a\r\n", b"a\r\n"),
        (b"a \t\tb\t\r\n \r\n\r\n", b"a \t\tb\t\r\n \r\n", b"a b\r\n"),
        (b" \t a  ", b" \t a  \r\n", b" a\r\n"),
        (b"a\r\r\n\n\r\n", b"a\r\r\n\n\r\n", b"a\r\r\n\n\r\n"),
        (b"a\n\r", b"a\n\r\r\n", b"a\n\r\r\n"),
        (b"a\t \r\n" * 50_000 + b"b", b"a\t \r\n" * 50_000 + b"b\r\n", b"a\r\n" * 50_000 + b"b\r\n"),
        *(
            (
                b"a" * (one - 2) + b"  \r\nb  ",
                b"a" * (one - 2) + b"  \r\nb  \r\n",
                b"a" * (one - 2) + b"\r\nb\r\n",
            )
            for one in range(131_068, 131_076)
        ),
        (b"a" + b"\r\n" * 300_000, b"a\r\n", b"a\r\n"),
        (b" " * 300_000 + b"\r\na", b" " * 300_000 + b"\r\na\r\n", b"\r\na\r\n"),
    ],
)
def test_how_a_body_is_hashed(body: bytes, simple: bytes, relaxed: bytes) -> None:
    assert dkim.canonical_body(body, relaxed=False) == simple
    assert dkim.canonical_body(body, relaxed=True) == relaxed


def test_a_header_without_end_is_not_worked_on() -> None:
    assert results(signed() + b"") == [("pass", "")]
    long = signed().replace(b"\r\n\r\n", b"\r\nX: " + b"y" * 1024 * 1024 + b"\r\n\r\n", 1)
    assert results(long) == [("permerror", "long-header")]


def test_a_message_that_begins_with_its_body_has_no_header() -> None:
    assert results(b"\r\n" + signed()) == []


def test_an_empty_body() -> None:
    assert results(signed(b"From: a@x.test\r\n\r\n", "h=From")) == [("pass", "")]
    assert results(signed(b"From: a@x.test\r\n\r\n", "h=From", canonical="relaxed/relaxed")) == [("pass", "")]
