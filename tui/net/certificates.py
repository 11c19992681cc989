"""Certificates, read: DER in, what a person wants to know out (RFC 5280).

The verdict on a certificate is OpenSSL's. It names the first problem only, so the faults that can be seen in
the certificate itself are looked for here as well.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Sequence
from hashlib import sha256
from ipaddress import ip_address
from typing import TYPE_CHECKING

from tui.net.endpoint import is_address
from tui.smtp.certificate import Certificate, CertificateFault

if TYPE_CHECKING:
    from cryptography import x509


_HOST_NAME = re.compile(r"(?:\*\.)?[\w-]+(?:\.[\w-]+)*\.?", re.ASCII)


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


def faults(
    certificate: Certificate, name: str, now: float, *, trusted: bool = False
) -> tuple[CertificateFault, ...]:
    """What is wrong as far as the certificate itself shows it.

    Args:
        now: seconds since the epoch.
        trusted: it leads to one that is trusted, which may be itself (``--cafile``).
    """
    found = []
    if now > certificate.not_after:
        found.append(CertificateFault.EXPIRED)
    if now < certificate.not_before:
        found.append(CertificateFault.NOT_YET_VALID)
    if not any(_matches(one, name) for one in certificate.names):
        found.append(CertificateFault.WRONG_NAME)
    if not trusted and certificate.subject == certificate.issuer and len(certificate.chain) == 1:
        found.append(CertificateFault.SELF_SIGNED)
    return tuple(found)


def _matches(pattern: str, name: str) -> bool:
    """RFC 9525 §6.3: a wildcard stands for the whole leftmost label, and never matches an address."""
    try:
        return ip_address(pattern) == ip_address(name.partition("%")[0])
    except ValueError:
        pass
    pattern, name = pattern.lower().rstrip("."), on_the_wire(name).lower().rstrip(".")
    if not pattern.startswith("*."):
        return pattern == name
    label, _, rest = name.partition(".")
    return bool(label) and rest == pattern[2:] and not fnmatch.fnmatch(pattern[2:], "*[*]*")


def on_the_wire(name: str) -> str:
    """A host name with labels beyond ASCII as certificates and TLS have it (``xn--…``), as ``ssl`` does."""
    try:
        return name if name.isascii() else name.encode("idna").decode()
    except UnicodeError:
        return name


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
    """What OpenSSL compares: without a DNS name among them, the common names count too."""
    from cryptography import x509

    try:
        found = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return _common_names(leaf)
    addresses = tuple(str(one) for one in found.get_values_for_type(x509.IPAddress))
    return (*(found.get_values_for_type(x509.DNSName) or _common_names(leaf)), *addresses)


def _common_names(leaf: x509.Certificate) -> tuple[str, ...]:
    """Those that may be the name of a host; OpenSSL does not compare them with addresses."""
    from cryptography import x509

    found = (str(one.value) for one in leaf.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME))
    return tuple(one for one in found if _HOST_NAME.fullmatch(one) and not is_address(one))


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
