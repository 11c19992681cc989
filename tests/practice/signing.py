"""Messages with DKIM signatures: the examples of RFC 8463 Appendix A, and any others."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tui.practice import dkim
from tui.practice.published import Published

#: RFC 8463 §A.2.
ED25519: Final = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
RSA: Final = (
    "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08"
    "a5qhdR6wy5bdOKb2jLQiY/J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqM"
    "KrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB"
)
FOOTBALL: Final = Published(domain="football.example.com", dkim={"brisbane": ED25519, "test": RSA})
#: §A.3: signed twice.
MESSAGE: Final = b"\r\n".join(
    [
        b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;",
        b" d=football.example.com; i=@football.example.com;",
        b" q=dns/txt; s=brisbane; t=1528637909; h=from : to :",
        b" subject : date : message-id : from : subject : date;",
        b" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;",
        b" b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus",
        b" Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==",
        b"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;",
        b" d=football.example.com; i=@football.example.com;",
        b" q=dns/txt; s=test; t=1528637909; h=from : to : subject :",
        b" date : message-id : from : subject : date;",
        b" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;",
        b" b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3",
        b" DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz",
        b" dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=",
        b"From: Joe SixPack <joe@football.example.com>",
        b"To: Suzie Q <suzie@shopping.example.net>",
        b"Subject: Is dinner ready?",
        b"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)",
        b"Message-ID: <20030712040037.46341.5F8J@football.example.com>",
        b"",
        b"Hi.",
        b"",
        b"We lost the game.  Are you hungry yet?",
        b"",
        b"Joe.",
        b"",
    ]
)
#: §A.1.
_SECRET: Final = Ed25519PrivateKey.from_private_bytes(
    b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")
)
PLAIN: Final = b"From: a@x.test\r\nSubject: hi  there\r\n\r\nhello \t you\r\n\r\n"


def signed(text: bytes = PLAIN, tags: str = "", *, canonical: str = "simple/simple") -> bytes:
    """``text`` with an Ed25519 signature of x.test, selector ``one``. ``tags`` replace the usual ones."""
    header, _, body = text.partition(b"\r\n\r\n")
    of_header, _slash, of_body = canonical.partition("/")
    digest = hashlib.sha256(dkim.canonical_body(body, relaxed=of_body == "relaxed")).digest()
    named = {"v": "1", "a": "ed25519-sha256", "c": canonical, "d": "x.test", "s": "one", "h": "From:Subject"}
    named["bh"] = b64encode(digest).decode()
    named |= dict(one.split("=", 1) for one in tags.split(";") if one)
    named = {name: value for name, value in named.items() if value}
    field = f"DKIM-Signature: {'; '.join(f'{name}={value}' for name, value in named.items())}; b=".encode()
    relaxed = of_header == "relaxed"
    fields = {one.partition(b":")[0].lower(): one for one in header.split(b"\r\n")}
    names = [name.strip().lower().encode() for name in named.get("h", "").split(":")]
    chosen = (fields.pop(name) for name in names if name in fields)
    told = b"".join(dkim.canonical_field(one, relaxed=relaxed) + b"\r\n" for one in chosen)
    told += dkim.canonical_field(field, relaxed=relaxed)
    proof = b64encode(_SECRET.sign(hashlib.sha256(told).digest()))
    return field + proof[:40] + b"\r\n " + proof[40:] + b"\r\n" + text
