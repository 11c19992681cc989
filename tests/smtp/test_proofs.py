"""The server's proof of SCRAM and DIGEST-MD5 is hidden in every form: passwords can be tried on it."""

from __future__ import annotations

import base64

import pytest

from tests.smtp.talk import EHLO, Row, findings, of, play
from tui.smtp.display import MASK, masked, shown
from tui.smtp.events import LineReceived, LineSent, ReplyReceived
from tui.smtp.findings import Finding
from tui.smtp.sasl import Talk


def b64(text: str | bytes) -> str:
    return base64.b64encode(text.encode() if isinstance(text, str) else text).decode()


#: Of RFC 7677 §3.
SIGNATURE = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
PROOF = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
FINAL = f"c=biws,r=rOprNGfwEbeRWgbNEkqO%x,p={PROOF}"
V = f"v={SIGNATURE}"
SCRAM = (
    *EHLO,
    f"C: AUTH SCRAM-SHA-256 {b64('n,,n=user,r=rOprNGfwEbeRWgbNEkqO')}",
    f"S: 334 {b64('r=rOprNGfwEbeRWgbNEkqO%x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096')}",
    f"C: {b64(FINAL)}",
)
DIGEST_MD5 = (*EHLO, "C: AUTH DIGEST-MD5", f"S: 334 {b64('nonce=x')}", f"C: {b64('response=' + '0a' * 16)}")


def said(*rows: Row) -> list[str]:
    return [shown(line) for line in of(play(*rows), LineReceived)]


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        (f"334 {b64(V)}", f"334 {MASK}"),
        (f"334 {b64(V).rstrip('=')}", f"334 {MASK}"),
        (f"334 {V}", f"334 {MASK}"),
        (f"334 {V.encode().hex()}", f"334 {MASK}"),
        (f"334 {b64(b64(V))}", f"334 {MASK}"),
        (f"334 {b64('v=x')}", f"334 {MASK}"),
        (f"334 here it is: {b64(V)} there", f"334 here it is: {MASK} there"),
        (f"235 2.7.0 {b64(V)}", f"235 2.7.0 {MASK}"),
        (f"235 2.7.0 in: {V}.", f"235 2.7.0 in: {MASK}."),
        (f"235 2.7.0 {V.encode().hex().upper()} in", f"235 2.7.0 {MASK} in"),
        (f"535 5.7.8 {V}", f"535 5.7.8 {MASK}"),
        (f"535 {b64(V)}", f"535 {MASK}"),
        (f"334 {b64('e=other-error')}", f"334 {b64('e=other-error')}"),
        ("334 ", "334 "),
        ("235 2.7.0 Authentication successful", "235 2.7.0 Authentication successful"),
        ("535 5.7.8 DMARC wants v=DMARC1", "535 5.7.8 DMARC wants v=DMARC1"),
        (f"535 5.7.8 p={PROOF}", f"535 5.7.8 p={MASK}"),
        (f"535 5.7.8 {b64(FINAL)}", f"535 5.7.8 {MASK}"),
    ],
)
def test_wherever_it_stands(line: str, seen: str) -> None:
    assert said(*SCRAM, f"S: {line}")[-1] == seen


@pytest.mark.parametrize("code", ["334", "235"])
@pytest.mark.parametrize("whole", [V, b64(V), V.encode().hex()])
@pytest.mark.parametrize("at", [8, 20, 30])
def test_over_the_end_of_a_line(code: str, whole: str, at: int) -> None:
    lines = said(*SCRAM, f"S: {code}-{whole[:at]}", f"S: {code} {whole[at:]}")
    assert lines[-2:] == [f"{code}-{MASK}", f"{code} {MASK}"]


def test_what_follows_a_whole_one_is_shown() -> None:
    assert said(*SCRAM, f"S: 235-{b64(V)}", "S: 235 2.7.0 welcome")[-1] == "235 2.7.0 welcome"
    assert said(*SCRAM, f"S: 334 {b64(V)}", "C: ", "S: 235 2.7.0 welcome")[-1] == "235 2.7.0 welcome"


@pytest.mark.parametrize("quote", ["", '"'])
def test_of_digest_md5(quote: str) -> None:
    proof = f"rspauth={quote}{'ea' * 16}{quote}"
    assert said(*DIGEST_MD5, f"S: 334 {b64(proof)}")[-1] == f"334 {MASK}"
    assert said(*DIGEST_MD5, f"S: 235 {proof}")[-1] == f"235 {MASK}"
    assert said(*DIGEST_MD5, f"S: 535 {'0a' * 16}")[-1] == f"535 {MASK}"


def test_also_where_nobody_saw_the_login() -> None:
    """As in the output of another program."""
    assert said(f"S: 334 {b64(V)}") == [f"334 {MASK}"]
    assert said("S: 220 mx.test", "C: AUTH X-OWN", f"S: 334 {b64(V)}")[-1] == f"334 {MASK}"


def test_it_is_called_a_proof_and_no_slip() -> None:
    for hidden in (b64(V), MASK):  # the second: out of a transcript
        told = play(*SCRAM, f"S: 334 {hidden}")
        assert [reply.proof for reply in of(told, ReplyReceived)][-2:] == [False, True]
        assert not {Finding.SECRET_ECHOED, Finding.CHALLENGE_NOT_BASE64} & set(findings(told))


@pytest.mark.parametrize(
    "line",
    [
        FINAL,
        b64(FINAL),
        "alice " + "0a" * 16,
        b64("alice " + "0A" * 16),
        f'username="a",response={"0a" * 16},qop=auth',
    ],
)
def test_what_the_client_proved_typed_after_a_refusal(line: str) -> None:
    lines = of(play(*EHLO, "C: AUTH SCRAM-SHA-256", "S: 535 no", f"C: {line}"), LineSent)
    assert masked(lines[-1].data, lines[-1].secret) == MASK.encode()


def test_of_a_digest_in_clear_every_part_is_hidden_where_it_comes_back() -> None:
    rows = (*EHLO, "C: AUTH CRAM-MD5", "S: 334 PDE+", "C: alice " + "0a" * 16)
    assert said(*rows, "S: 535 no digest " + "0a" * 16)[-1] == f"535 no digest {MASK}"
    assert said(*rows, "S: 535 " + b64(b"\n" * 16))[-1] == f"535 {MASK}"


def test_a_talk_shows_nothing_that_was_said() -> None:
    assert repr(Talk("SCRAM-SHA-256", (b64(V).encode(),))) == "Talk('SCRAM-SHA-256', 1 said, 0 sent)"
