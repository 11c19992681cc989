"""Each mechanism against the examples of its RFC, and against everything a server can say wrong."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.smtp import sasl
from tui.smtp.sasl import Answer, Credentials, Fault, Step, Talk, Trouble, choose, opening
from tui.smtp.saslprep import saslprep

TIM = Credentials("tim", "tanstaaftanstaaf")
PENCIL = Credentials("user", "pencil")
NONCE = "rOprNGfwEbeRWgbNEkqO"
FIRST = b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
SERVER_FIRST = b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
PROOF = (
    b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
)
SERVER_FINAL = b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def b64(*texts: bytes) -> tuple[bytes, ...]:
    return tuple(base64.b64encode(text) for text in texts)


def answered(talk: Talk, who: Credentials = TIM) -> Answer:
    made = sasl.answer(talk, who, NONCE)
    assert isinstance(made, Answer), made
    return made


def fault(talk: Talk, who: Credentials = TIM) -> Fault:
    made = sasl.answer(talk, who, NONCE)
    assert isinstance(made, Fault), made
    return made


# -- one after the other


def test_plain_is_the_example_of_rfc_4616() -> None:
    made = answered(Talk("PLAIN", (b"",)))
    assert made.step is Step.LOGIN
    assert made.octets == b"\0tim\0tanstaaftanstaaf"
    assert made.line == b"AHRpbQB0YW5zdGFhZnRhbnN0YWFm"
    assert [part.secret for part in made.parts] == [False, False, False, True]


def test_login_answers_by_order_and_not_by_what_is_asked() -> None:
    assert answered(Talk("LOGIN", b64(b"Who?"))).line == b"dGlt"
    second = answered(Talk("LOGIN", b64(b"Who?", b"And?"), (b"tim",)))
    assert (second.step, second.octets) == (Step.PASSWORD, b"tanstaaftanstaaf")


def test_cram_md5_is_the_example_of_rfc_2195() -> None:
    made = answered(Talk("CRAM-MD5", b64(b"<1896.697170952@postoffice.reston.mci.net>")))
    assert made.line == b"dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"


def test_xoauth2_is_the_example_of_its_inventor() -> None:
    who = Credentials("someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg")
    made = answered(Talk("XOAUTH2", (b"",)), who)
    assert made.line == (
        b"dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJo"
        b"ZG1semRHRXVZMjl0Q2cBAQ=="
    )
    error = b64(b'{"status":"400","schemes":"Bearer"}')
    assert answered(Talk("XOAUTH2", error, (b"",)), who).line == b""


def test_scram_is_the_example_of_rfc_7677() -> None:
    first = answered(Talk("SCRAM-SHA-256", (b"",)), PENCIL)
    assert first.octets == FIRST
    said = (b"", *b64(SERVER_FIRST))
    proof = answered(Talk("SCRAM-SHA-256", said, (FIRST,)), PENCIL)
    assert (proof.step, proof.octets) == (Step.PROOF, PROOF)
    last = answered(Talk("SCRAM-SHA-256", (*said, *b64(SERVER_FINAL)), (FIRST, b"")), PENCIL)
    assert (last.step, last.line) == (Step.VERIFIED, b"")


def test_scram_goes_on_from_a_first_message_typed_by_hand() -> None:
    first = b"n,a=boss,n=user,r=my-own-nonce"
    server = b"r=my-own-nonce+more,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=5000,x=later"
    proof = answered(Talk("SCRAM-SHA-256", b64(server), (first,)), PENCIL)
    assert proof.octets.startswith(b"c=biws,r=my-own-nonce+more,p=")


def test_a_user_name_of_scram_may_hold_what_separates() -> None:
    made = answered(Talk("SCRAM-SHA-256"), Credentials("a,b=c", "x"))
    assert made.octets.startswith(b"n,,n=a=2Cb=3Dc,r=")


# -- what a server can say wrong


@pytest.mark.parametrize("mechanism", sasl.STEPS)
def test_a_challenge_that_is_no_base64_is_named(mechanism: str) -> None:
    found = fault(Talk(mechanism, (b"Please type your user name!!",)))
    assert found == Fault(Trouble.NOT_BASE64, "Please type your user name!!")


@pytest.mark.parametrize("mechanism", sasl.STEPS)
def test_a_challenge_behind_the_last_answer_has_none(mechanism: str) -> None:
    assert fault(Talk(mechanism, b64(b"more"), (b"",) * 3)).trouble is Trouble.NO_MORE


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (b"", Trouble.MALFORMED),
        (b"hello", Trouble.MALFORMED),
        (b"r=,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", Trouble.MALFORMED),
        (b"m=ext,r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=4096", Trouble.MALFORMED),
        (b"r=rOprNGfwEbeRWgbNEkqO,s=W22Z,i=4096", Trouble.WRONG_NONCE),
        (b"r=another,s=W22Z,i=4096", Trouble.WRONG_NONCE),
        (b"r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096", Trouble.BAD_SALT),
        (b"r=rOprNGfwEbeRWgbNEkqOx,s=?,i=4096", Trouble.BAD_SALT),
        (b"r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=4095", Trouble.FEW_ITERATIONS),
        (b"r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=0", Trouble.FEW_ITERATIONS),
        (b"r=rOprNGfwEbeRWgbNEkqOx,s=W22Z,i=1000001", Trouble.MANY_ITERATIONS),
    ],
)
def test_a_server_first_message_is_checked(said: bytes, trouble: Trouble) -> None:
    assert fault(Talk("SCRAM-SHA-256", b64(said), (FIRST,)), PENCIL).trouble is trouble


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        (b"", Trouble.MALFORMED),
        (b"v=", Trouble.MALFORMED),
        (b"e=invalid-proof", Trouble.SERVER_ERROR),
        (b"v=!", Trouble.BAD_SIGNATURE),
        (b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G5=", Trouble.BAD_SIGNATURE),
    ],
)
def test_a_server_final_message_is_checked(said: bytes, trouble: Trouble) -> None:
    talk = Talk("SCRAM-SHA-256", b64(SERVER_FIRST, said), (FIRST, b""))
    assert fault(talk, PENCIL).trouble is trouble


def test_a_signature_needs_the_message_before_it_and_our_first_one() -> None:
    final = b64(SERVER_FINAL)
    assert fault(Talk("SCRAM-SHA-256", final, (FIRST, b"")), PENCIL).trouble is Trouble.MALFORMED
    assert fault(Talk("SCRAM-SHA-256", (b"!", *final), (FIRST, b"")), PENCIL).trouble is Trouble.MALFORMED
    said = (*b64(SERVER_FIRST), *final)
    assert fault(Talk("SCRAM-SHA-256", said, (b"typed by hand", b"")), PENCIL).trouble is Trouble.MALFORMED


@pytest.mark.parametrize("message", [SERVER_FIRST, SERVER_FINAL])
def test_every_octet_of_what_scram_says_matters_and_none_raises(message: bytes) -> None:
    """Byte by byte: one octet changed, left out, or cut off there."""
    first = message is SERVER_FIRST
    for at in range(len(message)):
        for wrong in (
            message[:at] + bytes([message[at] ^ 1]) + message[at + 1 :],
            message[:at] + message[at + 1 :],
            message[:at],
        ):
            said = b64(wrong) if first else b64(SERVER_FIRST, wrong)
            sent = (FIRST,) if first else (FIRST, b"")
            made = sasl.answer(Talk("SCRAM-SHA-256", said, sent), PENCIL, NONCE)
            if first:  # another salt, count or nonce part gives another proof, or no answer
                assert isinstance(made, Fault) or made.octets != PROOF
            else:
                assert isinstance(made, Fault)


@given(
    st.sampled_from(sorted(sasl.STEPS)),
    st.lists(st.binary(max_size=40) | st.sampled_from(b64(SERVER_FIRST, SERVER_FINAL)), max_size=4),
    st.lists(st.binary(max_size=40) | st.just(FIRST), max_size=4),
    st.text(max_size=8),
    st.text(max_size=8),
)
def test_total(mechanism: str, said: list[bytes], sent: list[bytes], user: str, secret: str) -> None:
    made = sasl.answer(Talk(mechanism, tuple(said), tuple(sent)), Credentials(user, secret), NONCE)
    assert isinstance(made, Answer | Fault)


# -- user names and passwords


@pytest.mark.parametrize(
    ("typed", "prepared"),
    [
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("a\u00a0b", "a b"),
        ("pass\u00e9", "pass\u00e9"),
        ("e\u0301", "\u00e9"),
        ("密码", "密码"),
        ("\u0627\u0628", "\u0627\u0628"),
        ("", ""),
        ("\x07", None),
        ("é\x07", None),
        ("\ue000", None),
        ("\udc80", None),
        ("\u06271", None),
        ("\u0627a\u0627", None),
        ("\u00e9\u0627", None),
    ],
)
def test_saslprep(typed: str, prepared: str | None) -> None:
    assert saslprep(typed) == prepared


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
def test_characters_that_may_not_be_are_named(mechanism: str) -> None:
    assert fault(Talk(mechanism), Credentials("a\x07", "x")) == Fault(Trouble.PROHIBITED, "user")
    assert fault(Talk(mechanism), Credentials("a", "x\x07")) == Fault(Trouble.PROHIBITED, "secret")
    made = opening(mechanism, Credentials("a", "x\x07"), NONCE)
    assert made == Fault(Trouble.PROHIBITED, "secret")
    talk = Talk("SCRAM-SHA-256", b64(SERVER_FIRST), (FIRST,))
    assert fault(talk, Credentials("a", "x\x07")) == Fault(Trouble.PROHIBITED, "secret")


# -- the first line


@pytest.mark.parametrize(
    ("mechanism", "line"),
    [
        ("PLAIN", b"AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm"),
        ("LOGIN", b"AUTH LOGIN"),
        ("CRAM-MD5", b"AUTH CRAM-MD5"),
        ("SCRAM-SHA-256", b"AUTH SCRAM-SHA-256 " + base64.b64encode(b"n,,n=tim,r=" + NONCE.encode())),
        ("XOAUTH2", b"AUTH XOAUTH2 dXNlcj10aW0BYXV0aD1CZWFyZXIgdGFuc3RhYWZ0YW5zdGFhZgEB"),
    ],
)
def test_what_is_sent_along_with_auth(mechanism: str, line: bytes) -> None:
    made = opening(mechanism, TIM, NONCE)
    assert not isinstance(made, Fault)
    assert made[0] == line
    assert (made[1] is None) == (line.count(b" ") == 1)


def test_an_initial_response_that_makes_the_line_too_long_waits_for_its_challenge() -> None:
    assert opening("XOAUTH2", Credentials("tim", "t" * 400), NONCE) == (b"AUTH XOAUTH2", None)


def test_a_mechanism_that_nobody_knows_is_named() -> None:
    assert opening("NTLM", TIM, NONCE) == Fault(Trouble.MECHANISM_UNKNOWN, "NTLM")


@pytest.mark.parametrize(
    ("offered", "tls", "wanted", "chosen"),
    [
        ("PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256", True, "", "SCRAM-SHA-256"),
        ("login plain", True, "", "PLAIN"),
        ("LOGIN XOAUTH2", True, "", "LOGIN"),
        ("PLAIN LOGIN CRAM-MD5", False, "", "CRAM-MD5"),
        ("PLAIN LOGIN", False, "", "PLAIN"),
        ("PLAIN XOAUTH2", True, "XOAUTH2", "XOAUTH2"),
        ("PLAIN", True, "CRAM-MD5", Fault(Trouble.MECHANISM_NOT_OFFERED, "CRAM-MD5")),
        ("NTLM", True, "NTLM", Fault(Trouble.MECHANISM_UNKNOWN, "NTLM")),
        ("XOAUTH2 NTLM", True, "", Fault(Trouble.MECHANISM_NOT_OFFERED)),
        ("", True, "", Fault(Trouble.MECHANISM_NOT_OFFERED)),
    ],
)
def test_which_mechanism(offered: str, tls: bool, wanted: str, chosen: str | Fault) -> None:
    assert choose(offered.split(), tls=tls, wanted=wanted) == chosen


# -- nothing shows the secret


def test_no_repr_shows_a_secret() -> None:
    plain = answered(Talk("PLAIN"))
    for shown in (repr(TIM), repr(plain), str(plain), f"{[TIM, plain]}"):
        assert "tanstaaf" not in shown
        assert "********" in shown
