"""A server's certificate as a person reads it, and what may be wrong with it: values only (RFC 5280).

Whoever reads the DER makes these (``tui.net.certificates``); the verdict is OpenSSL's, the faults are what
the panel checks by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final

from tui.values import value


class CertificateFault(Enum):
    """Why nothing proves who is at the other end."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    WRONG_NAME = "wrong-name"
    SELF_SIGNED = "self-signed"
    UNKNOWN_ISSUER = "unknown-issuer"
    CHANGED = "changed"  # it is not the one that was shown before (the pin)
    OTHER = "other"  # OpenSSL's own words say what


#: As the text of a transcript has them: a part of the file format, so the same in every language.
RECORDED: Final[Mapping[CertificateFault, str]] = {
    CertificateFault.EXPIRED: "it has expired",
    CertificateFault.NOT_YET_VALID: "it is not valid yet",
    CertificateFault.WRONG_NAME: "it is for another name",
    CertificateFault.SELF_SIGNED: "it is signed by itself",
    CertificateFault.UNKNOWN_ISSUER: "its issuer is not trusted",
    CertificateFault.CHANGED: "it is not the one shown before",
    CertificateFault.OTHER: "it did not pass the check",
}


def recorded(faults: Iterable[CertificateFault]) -> str:
    """The faults as a transcript has them; "" for none."""
    return ", ".join(RECORDED[one] for one in faults)


def read_back(text: str) -> tuple[CertificateFault, ...]:
    """The faults that ``recorded`` has written; what is none of them is passed over."""
    known = {words: fault for fault, words in RECORDED.items()}
    return tuple(known[one] for one in text.split(", ") if one in known)


@value
class Certificate:
    """All texts are foreign. Times are seconds since the epoch."""

    subject: str  # "CN=mx.example.net"
    names: tuple[str, ...]  # dNSName and iPAddress entries of subjectAltName
    issuer: str
    chain: tuple[str, ...]  # subjects from the leaf up, as the server sent them; "" where one cannot be read
    not_before: float
    not_after: float
    key: str  # "ECDSA P-256", "RSA 2048"
    sha256: str  # of the DER, lower-case hex without colons
    anchor: str = ""  # who has signed the last of the chain, by its own words; "" where that cannot be read
