"""Certificates of all kinds, made for one test run."""

from __future__ import annotations

import datetime
import ssl
import tempfile
from functools import cache
from pathlib import Path

import trustme

HOST = "mx.example.net"
NOW = datetime.datetime.now(datetime.UTC)
DAY = datetime.timedelta(days=1)


@cache
def authority() -> trustme.CA:
    """The one that clients of these tests trust."""
    return trustme.CA()


@cache
def stranger() -> trustme.CA:
    return trustme.CA()


@cache
def cafile() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="smtptutor-ca-"))
    file = folder / "ca.pem"
    authority().cert_pem.write_to_path(str(file))
    return file


def leaf(kind: str) -> trustme.LeafCert:
    """``good expired early wrong-name unknown address``"""
    match kind:
        case "expired":
            return authority().issue_cert(HOST, not_before=NOW - 20 * DAY, not_after=NOW - 12 * DAY)
        case "early":
            return authority().issue_cert(HOST, not_before=NOW + 2 * DAY, not_after=NOW + 9 * DAY)
        case "wrong-name":
            return authority().issue_cert("other.example.org")
        case "expired-wrong-name":
            return authority().issue_cert("other.example.org", not_before=NOW - 20 * DAY, not_after=NOW - DAY)
        case "unknown":
            return stranger().issue_cert(HOST)
        case "address":
            return authority().issue_cert("127.0.0.1")
        case _:
            return authority().issue_cert(HOST)


def serving_context(kind: str = "good", *, version: str = "") -> ssl.SSLContext:
    """A server's context; ``version`` "1.2" or "1.3" for that one only."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if kind == "self-signed":
        _self_signed(context)
    else:
        leaf(kind).configure_cert(context)
    if version:
        one = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}[version]
        context.minimum_version = context.maximum_version = one
    return context


def _self_signed(context: ssl.SSLContext) -> None:
    with tempfile.TemporaryDirectory() as folder:
        context.load_cert_chain(self_signed(Path(folder) / "both.pem", HOST, [HOST]))


def self_signed(file: Path, common_name: str, names: list[str]) -> Path:
    """Key and certificate in ``file``."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
    )
    if names:
        alternative = x509.SubjectAlternativeName([x509.DNSName(one) for one in names])
        made = made.add_extension(alternative, critical=False)
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem) + private)
    return file
