"""SCRAM-SHA-256 (RFC 5802, RFC 7677): both sides prove that they know the password, and neither sends it."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from typing import Final

from tui.smtp.sasl import Answer, Credentials, Fault, Part, Step, Talk, Trouble
from tui.smtp.sasl_simple import prepared
from tui.smtp.secrets import decoded
from tui.values import value

#: RFC 7677 §4: fewer make it cheap to try passwords on a dialogue that was overheard.
ITERATIONS_MIN: Final = 4096
#: More would only keep us busy: a second or so at most.
ITERATIONS_MAX: Final = 1_000_000

_GS2: Final = b"n,,"  # no channel binding, nobody else's name (RFC 5802 §7)
_CHANNEL: Final = b64encode(_GS2)
#: server-first-message, §7. Extensions behind it mean nothing to us and stay in the text that is signed.
_FIRST: Final = re.compile(rb"r=([\x21-\x2b\x2d-\x7e]+),s=([^,]*),i=([0-9]{1,10})(?:,.*)?", re.DOTALL)
_FINAL: Final = re.compile(rb"(?:v=([^,]+)|e=([^,]+))(?:,.*)?", re.DOTALL)
_CLIENT_FIRST: Final = re.compile(rb"n,(?:a=[^,]*)?,(n=[^,]*,r=([\x21-\x2b\x2d-\x7e]+).*)", re.DOTALL)


@value
class _Salted:
    """What a server-first message asks for."""

    nonce: bytes
    salt: bytes
    iterations: int


def answer(talk: Talk, challenge: bytes, who: Credentials, nonce: str) -> Answer | Fault:
    """By how many answers went out: the first message, the proof, the empty one that ends it."""
    match len(talk.sent):
        case 0:
            return _first(who, nonce)
        case 1:
            return _proof(talk, challenge, who)
        case 2:
            return _verified(talk, challenge, who)
        case _:
            return Fault(Trouble.NO_MORE)


def _first(who: Credentials, nonce: str) -> Answer | Fault:
    user, _ = prepared(who)
    if isinstance(user, Fault):
        return user
    name = user.replace(b"=", b"=3D").replace(b",", b"=2C")  # §5.1
    return Answer(Step.FIRST, Part(_GS2), Part(b"n=" + name), Part(b",r=" + nonce.encode()))


def _proof(talk: Talk, challenge: bytes, who: Credentials) -> Answer | Fault:
    keys = _keys(talk.sent[0], challenge, who)
    if isinstance(keys, Fault):
        return keys
    plain, proof, _ = keys
    return Answer(Step.PROOF, Part(plain), Part(b",p="), Part(b64encode(proof), secret=True))


def _verified(talk: Talk, challenge: bytes, who: Credentials) -> Answer | Fault:
    final = _FINAL.fullmatch(challenge)
    if final is None:
        return Fault(Trouble.MALFORMED, _shown(challenge))
    if final[2] is not None:
        return Fault(Trouble.SERVER_ERROR, _shown(final[2]))
    first = decoded(talk.said[-2]) if len(talk.said) > 1 else None
    keys = Fault(Trouble.MALFORMED) if first is None else _keys(talk.sent[0], first, who)
    if isinstance(keys, Fault):
        return keys
    if not hmac.compare_digest(final[1], b64encode(keys[2])):
        return Fault(Trouble.BAD_SIGNATURE)
    return Answer(Step.VERIFIED)


def _keys(sent: bytes, challenge: bytes, who: Credentials) -> tuple[bytes, bytes, bytes] | Fault:
    """The client-final message without its proof, the proof, and the signature that the server owes (§3)."""
    client = _CLIENT_FIRST.fullmatch(sent)
    if client is None:
        return Fault(Trouble.MALFORMED, _shown(sent))
    salted = _read(challenge, client[2])
    if isinstance(salted, Fault):
        return salted
    user, secret = prepared(who)
    if isinstance(user, Fault):
        return user
    plain = b"c=" + _CHANNEL + b",r=" + salted.nonce
    signed = b",".join((client[1], challenge, plain))
    password = hashlib.pbkdf2_hmac("sha256", secret, salted.salt, salted.iterations)
    key = hmac.digest(password, b"Client Key", "sha256")
    signature = hmac.digest(hashlib.sha256(key).digest(), signed, "sha256")
    proof = bytes(a ^ b for a, b in zip(key, signature, strict=True))
    return plain, proof, hmac.digest(hmac.digest(password, b"Server Key", "sha256"), signed, "sha256")


def _read(challenge: bytes, nonce: bytes) -> _Salted | Fault:
    first = _FIRST.fullmatch(challenge)
    if first is None:
        return Fault(Trouble.MALFORMED, _shown(challenge))
    if not first[1].startswith(nonce) or first[1] == nonce:  # the server adds a part of its own
        return Fault(Trouble.WRONG_NONCE)
    salt, iterations = decoded(first[2]), int(first[3])
    if not salt:
        return Fault(Trouble.BAD_SALT)
    if iterations < ITERATIONS_MIN:
        return Fault(Trouble.FEW_ITERATIONS, str(iterations))
    if iterations > ITERATIONS_MAX:
        return Fault(Trouble.MANY_ITERATIONS, str(iterations))
    return _Salted(first[1], salt, iterations)


def _shown(octets: bytes) -> str:
    return octets.decode("utf-8", "backslashreplace")
