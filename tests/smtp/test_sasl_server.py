"""The server's side of each mechanism, against the examples of its RFC, our own client, and what is wrong."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.smtp import sasl, sasl_server
from tui.smtp.sasl import MECHANISMS, Answer, Credentials, Talk
from tui.smtp.sasl_server import Chance, Denial, Exchange

PASSWORDS = {"tim": "tanstaaftanstaaf", "user": "pencil", "a,b=c": "x", "IX": "\u00a0é", "": "empty"}
CHANCE = Chance("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0", base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))


def begun(mechanism: str, chance: Chance = CHANCE) -> Exchange:
    return sasl_server.begin(mechanism, PASSWORDS.get, chance)


def outcome(mechanism: str, *answers: bytes, chance: Chance = CHANCE) -> str | Denial | bytes:
    """What it comes to; a challenge, where more is asked."""
    exchange = begun(mechanism, chance)
    challenge = next(exchange)
    for answer in answers:
        try:
            challenge = exchange.send(answer)
        except StopIteration as end:
            value: str | Denial = end.value
            return value
    return challenge


def test_plain_is_the_example_of_rfc_4616() -> None:
    assert outcome("PLAIN", b"\0tim\0tanstaaftanstaaf") == "tim"
    assert outcome("PLAIN", b"tim\0tim\0tanstaaftanstaaf") == "tim"
    assert outcome("PLAIN", b"Ursel\0tim\0tanstaaftanstaaf") is Denial.WRONG


def test_cram_md5_is_the_example_of_rfc_2195() -> None:
    chance = Chance("1896.697170952", b"", "postoffice.reston.mci.net")
    assert outcome("CRAM-MD5", chance=chance) == b"<1896.697170952@postoffice.reston.mci.net>"
    for digest in (b"b913a602c7eda7a495b4e6e7334d3890", b"B913A602C7EDA7A495B4E6E7334D3890"):
        assert outcome("CRAM-MD5", b"tim " + digest, chance=chance) == "tim"


def test_scram_is_the_example_of_rfc_7677() -> None:
    first = b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
    final = (
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    )
    assert outcome("SCRAM-SHA-256", first) == (
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    )
    assert outcome("SCRAM-SHA-256", first, final) == b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    assert outcome("SCRAM-SHA-256", first, final, b"") == "user"
    assert outcome("SCRAM-SHA-256", first, final, b"x") is Denial.MALFORMED


def talked(mechanism: str, who: Credentials) -> str | Denial:
    """Our own client logs in."""
    exchange = begun(mechanism)
    said: tuple[bytes, ...] = (base64.b64encode(next(exchange)),)
    sent: tuple[bytes, ...] = ()
    for _ in range(5):
        answer = sasl.answer(Talk(mechanism, said, sent), who, "clientnonce")
        octets = answer.octets if isinstance(answer, Answer) else b""
        try:
            challenge = exchange.send(octets)
        except StopIteration as end:
            value: str | Denial = end.value
            return value
        said, sent = (*said, base64.b64encode(challenge)), (*sent, octets)
    raise AssertionError("it does not end")


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_our_client_logs_in_with_each_mechanism(mechanism: str) -> None:
    for user in ("tim", "user", "a,b=c"):
        assert talked(mechanism, Credentials(user, PASSWORDS[user])) == user


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN", "XOAUTH2", "SCRAM-SHA-256"])
def test_both_sides_prepare_names_and_passwords(mechanism: str) -> None:
    """RFC 4013 §3: Ⅸ is IX, and a no-break space is a blank."""
    assert talked(mechanism, Credentials("Ⅸ", "\u00a0é")) == "IX"
    assert talked(mechanism, Credentials("IX", " e\u0301")) == "IX"


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize(("user", "password"), [("tim", "Tanstaaftanstaaf"), ("tom", "\x00"), ("tom", "x")])
def test_a_wrong_password_and_an_unknown_user_come_to_the_same(
    mechanism: str, user: str, password: str
) -> None:
    if not password.isprintable() and mechanism in {"PLAIN", "SCRAM-SHA-256"}:
        return  # our client does not send it
    assert talked(mechanism, Credentials(user, password)) is Denial.WRONG


@pytest.mark.parametrize(
    ("mechanism", "answers", "expected"),
    [
        ("PLAIN", [b""], Denial.MALFORMED),
        ("PLAIN", [b"tim\0tanstaaftanstaaf"], Denial.MALFORMED),
        ("PLAIN", [b"\0tim\0"], Denial.MALFORMED),
        ("PLAIN", [b"\0\0tanstaaftanstaaf"], Denial.MALFORMED),
        ("PLAIN", [b"\0tim\0tanstaaftanstaaf\0"], Denial.MALFORMED),
        ("PLAIN", [b"\0tim\0\xff"], Denial.WRONG),
        ("PLAIN", [b"\0nobody\0\x00"], Denial.MALFORMED),
        ("LOGIN", [b"tim", b""], Denial.WRONG),
        ("LOGIN", [b"", b"empty"], ""),
        ("LOGIN", [b"nobody", b"\x00"], Denial.WRONG),
        ("CRAM-MD5", [b"tim"], Denial.MALFORMED),
        ("CRAM-MD5", [b" b913a602c7eda7a495b4e6e7334d3890"], Denial.MALFORMED),
        ("CRAM-MD5", [b"tim b913"], Denial.WRONG),
        ("CRAM-MD5", [b"tim \xff"], Denial.WRONG),
        ("XOAUTH2", [b"user=tim"], Denial.MALFORMED),
        ("XOAUTH2", [b"user=tim\x01auth=Bearer x\x01\x01"], b'{"status":"401","schemes":"bearer"}'),
        ("XOAUTH2", [b"user=tim\x01auth=Bearer x\x01\x01", b""], Denial.WRONG),
        ("SCRAM-SHA-256", [b"p=tls-unique,,n=user,r=x"], Denial.MALFORMED),
        ("SCRAM-SHA-256", [b"n,,m=1,n=user,r=x"], Denial.MALFORMED),
        ("SCRAM-SHA-256", [b"n,,n=us=er,r=x"], Denial.MALFORMED),
        ("SCRAM-SHA-256", [b"n,,n=user"], Denial.MALFORMED),
        ("SCRAM-SHA-256", [b"n,,n=user,r=x", b"c=biws"], Denial.MALFORMED),
        ("SCRAM-SHA-256", [b"n,,n=user,r=x", b"c=biws,r=x,p=!!"], Denial.MALFORMED),
        ("SCRAM-SHA-256", [b"n,,n=user,r=x", b"c=biws,r=x,p=AAAA"], Denial.WRONG),
    ],
)
def test_answers_that_are_wrong(mechanism: str, answers: list[bytes], expected: str | Denial | bytes) -> None:
    assert outcome(mechanism, *answers) == expected


def test_a_scram_client_that_says_we_lack_channel_binding() -> None:
    """``y``: RFC 5802 §6. The header is proved with the rest, so another one is refused."""
    nonce = CHANCE.nonce.encode()
    for header, c, expected in (
        (b"y,,", b"eSws", bytes),
        (b"n,,", b"eSws", Denial),
        (b"y,,", b"biws", Denial),
    ):
        first = b"n=user,r=x"
        server = b"r=x" + nonce + b",s=" + base64.b64encode(CHANCE.salt) + b",i=4096"
        final = b"c=" + c + b",r=x" + nonce
        import hashlib
        import hmac

        salted = hashlib.pbkdf2_hmac("sha256", b"pencil", CHANCE.salt, 4096)
        key = hmac.digest(salted, b"Client Key", "sha256")
        signature = hmac.digest(hashlib.sha256(key).digest(), b",".join((first, server, final)), "sha256")
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature, strict=True)))
        assert isinstance(outcome("SCRAM-SHA-256", header + first, final + b",p=" + proof), expected)


def test_acting_for_somebody_else_with_scram() -> None:
    assert outcome(
        "SCRAM-SHA-256", b"n,a=tom,n=user,r=x", b"c=bixhPXRvbSw=,r=x" + CHANCE.nonce.encode() + b",p=AAAA"
    ) is (Denial.WRONG)


def test_a_password_that_nobody_may_have() -> None:
    found = sasl_server.begin("PLAIN", {"tim": "a\u0007"}.get, CHANCE)
    next(found)
    with pytest.raises(StopIteration) as end:
        found.send(b"\0tim\0a\x07")
    assert end.value.value is Denial.WRONG


@given(st.sampled_from(MECHANISMS), st.lists(st.binary(max_size=60), min_size=3, max_size=3))
def test_whatever_is_answered_nobody_gets_in_by_chance(mechanism: str, answers: list[bytes]) -> None:
    assert isinstance(outcome(mechanism, *answers), Denial | bytes)
