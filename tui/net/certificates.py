"""Certificates, read: DER in, what a person wants to know out (RFC 5280).

The verdict on a certificate is OpenSSL's. It names the first problem only, so the faults that can be seen in
the certificate itself are looked for here as well.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from hashlib import sha256
from ipaddress import ip_address
from typing import TYPE_CHECKING

from tui.smtp.certificate import Certificate, CertificateFault

if TYPE_CHECKING:
    from cryptography import x509


def fingerprint(der: bytes) -> str:
    """SHA-256 in lower-case hex."""
    return sha256(der).hexdigest()


def read(chain: Sequence[bytes]) -> Certificate | None:
    """The first certificate of ``chain`` (DER, leaf first); None when there is none, or it cannot be read."""
    from cryptography import x509

    if not chain:
        return None
    try:
        leaf = x509.load_der_x509_certificate(chain[0])
        return Certificate(
            subject=leaf.subject.rfc4514_string(),
            names=_names(leaf),
            issuer=leaf.issuer.rfc4514_string(),
            chain=tuple(_subject(one) for one in chain),
            not_before=leaf.not_valid_before_utc.timestamp(),
            not_after=leaf.not_valid_after_utc.timestamp(),
            key=_key(leaf),
            sha256=fingerprint(chain[0]),
            anchor=_issuer(chain[-1]),
        )
    except ValueError:
        return None


def faults(certificate: Certificate, name: str, now: float) -> tuple[CertificateFault, ...]:
    """What is wrong as far as the certificate itself shows it; ``now`` in seconds since the epoch."""
    found = []
    if now > certificate.not_after:
        found.append(CertificateFault.EXPIRED)
    if now < certificate.not_before:
        found.append(CertificateFault.NOT_YET_VALID)
    if not any(_matches(one, name) for one in certificate.names):
        found.append(CertificateFault.WRONG_NAME)
    if certificate.subject == certificate.issuer and len(certificate.chain) == 1:
        found.append(CertificateFault.SELF_SIGNED)
    return tuple(found)


def _matches(pattern: str, name: str) -> bool:
    """RFC 9525 §6.3: a wildcard stands for the whole leftmost label, and never matches an address."""
    try:
        return ip_address(pattern) == ip_address(name.partition("%")[0])
    except ValueError:
        pass
    pattern, name = pattern.lower().rstrip("."), name.lower().rstrip(".")
    if not pattern.startswith("*."):
        return pattern == name
    label, _, rest = name.partition(".")
    return bool(label) and rest == pattern[2:] and not fnmatch.fnmatch(pattern[2:], "*[*]*")


def _subject(der: bytes) -> str:
    from cryptography import x509

    try:
        return x509.load_der_x509_certificate(der).subject.rfc4514_string()
    except ValueError:
        return ""


def _issuer(der: bytes) -> str:
    from cryptography import x509

    try:
        return x509.load_der_x509_certificate(der).issuer.rfc4514_string()
    except ValueError:
        return ""


def _names(leaf: x509.Certificate) -> tuple[str, ...]:
    from cryptography import x509

    try:
        found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return ()
    addresses = tuple(str(one) for one in found.get_values_for_type(x509.IPAddress))
    return (*found.get_values_for_type(x509.DNSName), *addresses)


def _key(leaf: x509.Certificate) -> str:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa

    try:
        key = leaf.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return ""
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"ECDSA {_CURVES.get(key.curve.name, key.curve.name)}"
    return type(key).__name__.strip("_").removesuffix("PublicKey")


_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
