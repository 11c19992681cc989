"""SPF, DKIM and DMARC together, from records that a scenario publishes, and how the header tells them."""

from __future__ import annotations

import pytest

from tests.practice.signing import ED25519, PLAIN, signed
from tui.practice.authentication import distrusted, from_domains, judge, results_field
from tui.practice.dmarc import organization
from tui.practice.published import Published, Verdict
from tui.sandbox.signatures import fits

OURS, THEIRS = "192.0.2.7", "203.0.113.9"


def verdict(
    *published: Published,
    client: str = OURS,
    sender: str = "a@x.test",
    text: bytes = b"",
    enforce: bool = False,
) -> Verdict:
    return judge(
        published,
        client=client,
        helo="mx.h.test",
        sender=sender,
        message=text,
        proof=fits,
        now=1_800_000_000.0,
        enforce=enforce,
    )


def test_without_a_sender_the_client_s_own_name_is_checked() -> None:
    here = Published(domain="mx.h.test", spf="v=spf1 a exists:%{l}.h.test -all", a=(THEIRS,))
    local = Published(domain="postmaster.h.test", a=("127.0.0.2",))
    found = verdict(here, local, sender="")
    assert (found.spf, found.spf_identity, found.spf_domain) == ("pass", "helo", "mx.h.test")


def test_a_sender_without_a_domain_has_none() -> None:
    assert verdict(sender="ann").spf == "none"


ZONE = (
    Published(domain="x.test", spf="v=spf1 a -all", a=(OURS,), dkim={"one": ED25519}),
    Published(domain="sub.x.test", spf=f"v=spf1 ip4:{OURS} -all"),
    Published(domain="y.test", spf=f"v=spf1 ip4:{OURS} -all", dkim={"one": ED25519}),
    Published(domain="here.x.test", mx=(OURS,)),
)


@pytest.mark.parametrize(
    ("header_from", "sender", "record", "result"),
    [
        ("a@x.test", "a@x.test", "v=DMARC1; p=reject", ("pass", "")),
        ("a@x.test", "a@sub.x.test", "v=DMARC1; p=reject", ("pass", "")),
        ("a@x.test", "a@sub.x.test", "v=DMARC1; p=reject; aspf=s", ("fail", "reject")),
        ("a@x.test", "a@sub.x.test", "v = DMARC1 ; p = REJECT ; aspf = S", ("fail", "reject")),
        ("a@sub.x.test", "a@x.test", "v=DMARC1; p=reject", ("pass", "")),
        ("CEO <ceo@X.test>", "a@y.test", "v=DMARC1; p=quarantine", ("fail", "quarantine")),
        ("a@sub.x.test", "a@y.test", "v=DMARC1; p=reject; sp=none", ("fail", "none")),
        ("a@sub.x.test", "a@y.test", "v=DMARC1; p=reject", ("fail", "reject")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=reject; sp=none", ("fail", "reject")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=reject; pct=0", ("fail", "quarantine")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=none; pct=0", ("fail", "none")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=reject; pct=50", ("fail", "reject")),
        ("a@x.test", "a@y.test", "v=DMARC1", ("permerror", "")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=perhaps", ("permerror", "")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=none; p=none", ("permerror", "")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=none; sp=perhaps", ("permerror", "")),
        # where there is somebody to tell, it is as if nothing were asked for (§6.6.3)
        ("a@x.test", "a@y.test", "v=DMARC1; rua=mailto:d@x.test", ("fail", "none")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=no; rua=mailto:d@x.test!10m", ("fail", "none")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=no; rua=d@x.test", ("permerror", "")),
        # what cannot be read of the rest is not there (§6.3)
        ("a@x.test", "a@y.test", "v=DMARC1; p=reject; foo", ("fail", "reject")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=reject;;", ("fail", "reject")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=reject; =; 9=9; new=any", ("fail", "reject")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=reject; pct=none; pct=", ("fail", "reject")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=reject; pct=1000", ("fail", "reject")),
        ("a@x.test", "a@sub.x.test", "v=DMARC1; p=reject; aspf=x", ("pass", "")),
        ("a@x.test", "a@sub.x.test", "v=DMARC1; p=reject; aspf=s; aspf=s", ("pass", "")),
        # np= is for what is not there at all, sp= for what is (RFC 9091)
        ("a@gone.x.test", "a@y.test", "v=DMARC1; p=none; sp=quarantine; np=reject", ("fail", "reject")),
        ("a@gone.x.test", "a@y.test", "v=DMARC1; p=none; sp=quarantine; np=x", ("fail", "quarantine")),
        ("a@here.x.test", "a@y.test", "v=DMARC1; p=none; sp=quarantine; np=reject", ("fail", "quarantine")),
        ("a@x.test", "a@y.test", "v=DMARC1; p=none; np=reject", ("fail", "none")),
        # v= is there first, and to the letter
        ("a@x.test", "a@y.test", "v=DMARC2; p=reject", ("none", "")),
        ("a@x.test", "a@y.test", "v=DMARC10; p=reject", ("none", "")),
        ("a@x.test", "a@y.test", "v=DMARC1 p=reject", ("none", "")),
        ("a@x.test", "a@y.test", "v=dmarc1; p=reject", ("none", "")),
        ("a@x.test", "a@y.test", "p=reject; v=DMARC1", ("none", "")),
        ("a@x.test", "a@x.test", "", ("none", "")),
        ("a@x.test, b@x.test", "a@x.test", "v=DMARC1; p=reject", ("pass", "")),
        ("a@x.test, b@y.test", "a@y.test", "v=DMARC1; p=reject", ("fail", "reject")),
        ("a@x.test, b@sub.x.test", "a@y.test", "v=DMARC1; p=none; sp=reject", ("fail", "reject")),
        ("a@y.test, b@x.test", "a@x.test", "v=DMARC1; p=reject", ("none", "")),
        ("CEO <ceo@x.test> <ann@y.test", "a@y.test", "v=DMARC1; p=reject", ("fail", "reject")),
        ("ceo@x.test ann@y.test", "a@y.test", "v=DMARC1; p=reject", ("fail", "reject")),
        ("(" * 5000 + "ceo@x.test", "a@y.test", "v=DMARC1; p=reject", ("fail", "reject")),
        ("ceo@" + "x." * 5000 + "x.test", "a@y.test", "v=DMARC1; p=reject", ("fail", "reject")),
        ("nobody", "a@x.test", "v=DMARC1; p=reject", ("none", "")),
    ],
)
def test_dmarc(header_from: str, sender: str, record: str, result: tuple[str, str]) -> None:
    zone = (Published(domain="x.test", spf=ZONE[0].spf, a=(OURS,), dmarc=record), *ZONE[1:])
    text = f"Subject: x\r\nFrom: {header_from}\r\n\r\n".encode()
    found = verdict(*zone, sender=sender, text=text)
    assert (found.dmarc, found.policy) == result


def test_a_name_that_is_too_long_answers_for_nothing() -> None:
    assert organization({"x.test": Published(domain="x.test")}, "a." * 200_000 + "y.test") == "y.test"


@pytest.mark.parametrize(
    ("tags", "mode", "vouched"),
    [
        ("", "r", ("dkim",)),
        ("", "s", ("dkim",)),
        ("d=y.test", "r", ()),
        ("d=x.test;i=@sub.x.test", "s", ("dkim",)),
    ],
)
def test_a_signature_vouches_for_its_own_domain(tags: str, mode: str, vouched: tuple[str, ...]) -> None:
    record = f"v=DMARC1; p=reject; adkim={mode}"
    zone = (Published(domain="x.test", dmarc=record, dkim={"one": ED25519}), ZONE[2])
    found = verdict(*zone, sender="a@gone.test", text=signed(tags=tags))
    assert found.dkim == "pass"
    assert found.vouched == vouched
    assert found.dmarc == ("pass" if vouched else "fail")


def test_both_vouch() -> None:
    zone = (Published(domain="x.test", dmarc="v=DMARC1; p=none", spf="v=spf1 +all", dkim={"one": ED25519}),)
    assert verdict(*zone, text=signed()).vouched == ("spf", "dkim")


@pytest.mark.parametrize(
    ("policy", "enforce", "disposition"),
    [
        ("reject", True, "reject"),
        ("quarantine", True, "quarantine"),
        ("none", True, "none"),
        ("reject", False, "none"),
    ],
)
def test_what_a_server_does_about_it(policy: str, enforce: bool, disposition: str) -> None:
    zone = Published(domain="x.test", dmarc=f"v=DMARC1; p={policy}")
    found = verdict(zone, sender="a@y.test", text=PLAIN, enforce=enforce)
    assert (found.policy, found.disposition) == (policy, disposition)
    assert found.quarantined is (disposition == "quarantine")


@pytest.mark.parametrize(
    ("domain", "answers"),
    [
        ("x.test", "x.test"),
        ("a.b.x.test", "x.test"),
        ("a.b.deep.gone.test", "gone.test"),
        ("mail.shop.co.example", "shop.co.example"),
        ("localhost", "localhost"),
        ("", ""),
    ],
)
def test_who_answers_for_a_domain(domain: str, answers: str) -> None:
    zone = {name: Published(domain=name) for name in ("x.test", "b.x.test", "shop.co.example", "test")}
    assert organization(zone, domain) == answers


def test_every_from_counts() -> None:
    text = b"From: a@x.test\r\nfrom : B\r\n <b@Y.test>\r\nSubject: c@z.test\r\n\r\nFrom: d@z.test\r\n"
    assert from_domains(text) == ("x.test", "y.test")


def test_a_from_that_only_some_reader_sees_counts() -> None:
    assert from_domains(b"A: b\rFrom: a@x.test\nFROM:\r\n\tb@y.test\rfrom: c@z.test\r\n\r\n") == (
        "x.test",
        "y.test",
        "z.test",
    )


def test_of_very_many_the_first_and_the_last_count() -> None:
    text = b"From: a@x.test\r\n" + b"From: b@y.test\r\n" * 40_000 + b"From: c@z.test\r\n\r\n"
    assert from_domains(text) == ("x.test", "y.test", "z.test")
    assert from_domains(b"From:" + b" a" * 100_000 + b"@x.test\r\n\r\n") == ()


def test_letters_beyond_ascii_are_asked_for_as_dns_has_them() -> None:
    zone = Published(domain="xn--bnk-qla.test", spf=f"v=spf1 ip4:{OURS} -all", dmarc="v=DMARC1; p=reject")
    text = "From: ceo@bänk.test\r\n\r\n".encode()
    found = verdict(zone, sender="ceo@Bänk.test", text=text)
    assert (found.spf, found.dmarc, found.from_domain) == ("pass", "pass", "xn--bnk-qla.test")
    assert verdict(zone, client=THEIRS, sender="a@y.test", text=text).policy == "reject"


# -- in the header


def field(*published: Published, text: bytes = PLAIN, sender: str = "a@x.test", user: str = "") -> list[str]:
    said = results_field("mx.h.test", verdict(*published, sender=sender, text=text), user=user).decode()
    assert said.endswith("\r\n")
    return said.removesuffix("\r\n").split(";\r\n ")


def test_results_of_a_forged_sender() -> None:
    forged = Published(domain="x.test", spf="v=spf1 -all", dmarc="v=DMARC1; p=reject")
    assert field(forged) == [
        "Authentication-Results: mx.h.test",
        "spf=fail smtp.mailfrom=x.test",
        "dkim=none",
        "dmarc=fail (p=reject dis=none) header.from=x.test",
    ]


def test_results_of_signatures_and_of_a_login() -> None:
    zone = Published(domain="x.test", dkim={"one": ED25519})
    text = signed() + b""
    both = b"DKIM-Signature: " + text.partition(b": ")[2].replace(b"hello", b"hullo")
    assert field(zone, text=text, sender="", user="ann o") == [
        "Authentication-Results: mx.h.test",
        'auth=pass smtp.auth="ann o"',
        "spf=none smtp.helo=mx.h.test",
        "dkim=pass header.d=x.test header.s=one",
        "dmarc=none header.from=x.test",
    ]
    assert field(zone, text=both)[2] == "dkim=fail (body hash did not verify) header.d=x.test header.s=one"


def test_of_two_signatures_the_one_that_passed_counts() -> None:
    zone = Published(domain="x.test", dkim={"one": ED25519})
    found = verdict(zone, text=b"DKIM-Signature: v=1; d=y.test\r\n" + signed())
    assert (found.dkim, found.dkim_domain, len(found.signatures)) == ("pass", "x.test", 2)


def test_foreign_words_cannot_leave_their_place() -> None:
    said = field(text=b'From: <a@x";\x1b spf=pass>\r\n\r\n', sender='a@"\u7532\n')
    assert said == [
        "Authentication-Results: mx.h.test",
        'spf=none smtp.mailfrom="???"',
        "dkim=none",
        said[-1],
    ]
    assert len(field(sender="a@" + "x" * 999)[1]) < 300


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            b"Authentication-Results: mx; spf=pass\r\n\r\nx",
            b"X-Untrusted-Authentication-Results: mx; spf=pass",
        ),
        (b"A: b\r\nauthentication-results : mx\r\n\r\n", b"A: b\r\nX-Untrusted-authentication-results : mx"),
        (b"A: b\nAUTHENTICATION-RESULTS: mx\r\n", b"A: b\nX-Untrusted-AUTHENTICATION-RESULTS: mx"),
        (b"A: b\rAuthentication-Results: mx\r\n", b"A: b\rX-Untrusted-Authentication-Results: mx"),
        (b"A: Authentication-Results: mx\r\n", b"A: Authentication-Results: mx"),
        (b"A: b\r\n\r\nAuthentication-Results: mx", b"A: b\r\n\r\nAuthentication-Results: mx"),
    ],
)
def test_results_of_the_sender_s_own_are_not_believed(text: bytes, kept: bytes) -> None:
    assert distrusted(text).startswith(kept)
    assert distrusted(text).replace(b"X-Untrusted-", b"") == text
