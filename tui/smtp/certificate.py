"""A server's certificate as a person reads it, and what may be wrong with it: values only (RFC 5280).

Whoever reads the DER makes these (``tui.net.certificates``); the verdict is OpenSSL's, the faults are what
the panel checks by itself.
"""

from __future__ import annotations

from enum import Enum

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
