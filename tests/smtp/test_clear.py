"""What may not go out in clear without a yes."""

from __future__ import annotations

import base64

import pytest

from tui.smtp.clear import gives_away


def b64(text: bytes) -> bytes:
    return base64.b64encode(text)


CRAM = b64(b"alice 0123456789abcdef0123456789abcdef")
FIRST = b64(b"n,,n=alice,r=abc")
PROOF = b64(b"c=biws,r=abcd,p=AAAA")


@pytest.mark.parametrize(
    ("secret", "line", "mechanism", "gives"),
    [
        (b64(b"\0a\0b"), b"AUTH PLAIN " + b64(b"\0a\0b"), "", True),
        (b64(b"alice"), b64(b"alice"), "LOGIN", True),
        (b"hunter2", b"hunter2", "LOGIN", True),
        (b"x", b"auth xoauth2 x", "CRAM-MD5", True),
        (b"x", b"AUTH X-NEW x", "", True),
        (b"x", b"x", "", True),  # nobody knows what it answers
        (b"hunter2", b"hunter2", "CRAM-MD5", True),
        (b64(b"hunter2"), b64(b"hunter2"), "CRAM-MD5", True),
        (b64(b"hunter2"), b64(b"hunter2"), "SCRAM-SHA-256", True),
        (CRAM, CRAM, "CRAM-MD5", False),
        (FIRST, b"AUTH SCRAM-SHA-256 " + FIRST, "", False),
        (PROOF, PROOF, "SCRAM-SHA-256", False),
        (PROOF, PROOF, "SCRAM-SHA-1", False),
        (b"abc", b"AUTH GSSAPI abc", "", False),
        (b" =", b"AUTH PLAIN =", "", False),
        (b"", b"", "PLAIN", False),
        (b"*", b"*", "PLAIN", False),
    ],
)
def test_gives_away(secret: bytes, line: bytes, mechanism: str, gives: bool) -> None:
    assert gives_away(secret, line, mechanism) is gives
