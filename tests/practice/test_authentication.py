"""SPF, DKIM and DMARC from records that a scenario publishes."""

from __future__ import annotations

import hashlib
from base64 import b64encode

import pytest

from tui.practice.authentication import judge
from tui.practice.published import Published

OURS, THEIRS = "192.0.2.7", "203.0.113.9"


def verdict(
    *published: Published, client: str = OURS, sender: str = "a@x.test", text: bytes = b""
) -> tuple[str, ...]:
    found = judge(published, client=client, helo="mx.h.test", sender=sender, message=text)
    return found.spf, found.dkim, found.dmarc, found.policy


def spf(record: str, *others: Published, client: str = OURS) -> str:
    return verdict(Published(domain="x.test", spf=record, a=(OURS,), mx=(THEIRS,)), *others, client=client)[0]


@pytest.mark.parametrize(
    ("record", "client", "result"),
    [
        ("", OURS, "none"),
        ("v=spf1 ip4:192.0.2.0/24 -all", OURS, "pass"),
        ("v=spf1 ip4:192.0.2.0/24 -all", THEIRS, "fail"),
        ("v=spf1 ip4:192.0.2.7 ~all", THEIRS, "softfail"),
        ("v=spf1 ip6:2001:db8::/32 ?all", "2001:db8::1", "pass"),
        ("v=spf1 ip4:192.0.2.7 ?ALL", "2001:db8::1", "neutral"),
        ("V=SPF1 a -all", OURS, "pass"),
        ("v=spf1 mx -all", OURS, "fail"),
        ("v=spf1 mx:x.test -all", THEIRS, "pass"),
        ("v=spf1 a:gone.test -all", OURS, "fail"),
        ("v=spf1 exp=why.test", OURS, "neutral"),
        ("v=spf1 include:y.test -all", THEIRS, "pass"),
        ("v=spf1 include:y.test -all", OURS, "fail"),
        ("v=spf1 redirect=y.test", THEIRS, "pass"),
        ("v=spf1 include:gone.test -all", OURS, "permerror"),
        ("v=spf1 include:x.test -all", OURS, "permerror"),  # eleven of them
        ("v=spf1 ip4:300.1.1.1 -all", OURS, "permerror"),
        ("v=spf1 ptr -all", OURS, "permerror"),
        ("v=spf1 !all", OURS, "permerror"),
        ("v=spf2 -all", OURS, "permerror"),
        ("v=spf1 -all", "no address", "permerror"),
    ],
)
def test_spf(record: str, client: str, result: str) -> None:
    assert spf(record, Published(domain="y.test", spf=f"v=spf1 ip4:{THEIRS} -all"), client=client) == result


def test_without_a_sender_the_client_s_own_name_is_checked() -> None:
    here = Published(domain="mx.h.test", spf="v=spf1 a -all", a=(OURS,))
    assert verdict(here, sender="")[0] == "pass"


def signed(body: bytes, canonical: bytes, tags: str = "c=simple/simple; d=x.test; s=one") -> bytes:
    digest = b64encode(hashlib.sha256(canonical).digest()).decode()
    header = (
        f"From: a@x.test\r\nDKIM-Signature: v=1; {tags};\r\n bh={digest[:20]}\r\n {digest[20:]}; b=x\r\n\r\n"
    )
    return header.encode() + body


@pytest.mark.parametrize(
    ("text", "result"),
    [
        (b"From: a@x.test\r\n\r\nhi\r\n", "none"),
        (signed(b"hi\r\n\r\n\r\n", b"hi\r\n"), "neutral"),
        (signed(b"hi  there \t\r\n", b"hi there\r\n", "c=relaxed/relaxed; d=X.test; s=one"), "neutral"),
        (signed(b"", b"\r\n"), "neutral"),
        (signed(b"", b"", "c=relaxed/relaxed; d=x.test; s=one"), "neutral"),
        (signed(b"changed\r\n", b"hi\r\n"), "fail"),
        (signed(b"hi\r\n", b"hi\r\n", "d=x.test; s=two"), "permerror"),
        (signed(b"hi\r\n", b"hi\r\n", "d=gone.test; s=one"), "permerror"),
    ],
)
def test_dkim(text: bytes, result: str) -> None:
    assert verdict(Published(domain="x.test", dkim={"one": "v=DKIM1; p=x"}), text=text)[1] == result


@pytest.mark.parametrize(
    ("header_from", "sender", "record", "result"),
    [
        ("a@x.test", "a@x.test", "v=DMARC1; p=reject", ("pass", "")),
        ("a@x.test", "a@sub.x.test", "v=DMARC1; p=reject", ("pass", "")),
        ("a@x.test", "a@sub.x.test", "v=DMARC1; p=reject; aspf=s", ("fail", "reject")),
        ("CEO <ceo@X.test>", "a@y.test", "v=DMARC1; p=quarantine", ("fail", "quarantine")),
        ("a@sub.x.test", "a@y.test", "v=DMARC1; p=reject; sp=none", ("fail", "none")),
        ("a@sub.x.test", "a@y.test", "v=DMARC1; p=reject", ("fail", "reject")),
        ("a@x.test", "a@y.test", "v=DMARC1", ("fail", "none")),
        ("a@x.test", "a@x.test", "", ("none", "")),
        ("a@x.test, b@x.test", "a@x.test", "v=DMARC1; p=reject", ("none", "")),
        ("nobody", "a@x.test", "v=DMARC1; p=reject", ("none", "")),
    ],
)
def test_dmarc(header_from: str, sender: str, record: str, result: tuple[str, str]) -> None:
    zone = (
        Published(domain="x.test", spf="v=spf1 a -all", a=(OURS,), dmarc=record),
        Published(domain="sub.x.test", spf=f"v=spf1 ip4:{OURS} -all"),
        Published(domain="y.test", spf=f"v=spf1 ip4:{OURS} -all"),
    )
    text = f"Subject: x\r\nFrom: {header_from}\r\n\r\n".encode()
    assert verdict(*zone, sender=sender, text=text)[2:] == result
