"""Certificates for the practice server, signed by an authority of this user's own, made once.

In one folder, which only its owner can enter: ``ca.pem``, which other programs are told to trust; its key;
and for each name a certificate with its key, named after the authority that signed it. What is there is used
again, so a client that has learned a fingerprint finds it again. All is valid equally long, and made anew
shortly before its end. cryptography is imported only to make something.
"""

from __future__ import annotations

import fcntl
import os
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.practice.flaws import Flaw, FlawedFileError, because
from tui.sandbox import maildir

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

_DAYS: Final = 3650
_RENEWED_DAYS: Final = 30  # before the end
_DAY: Final = 86400
_NAME: Final = "smtptutor practice CA"
#: In a certificate that is not for this server.
_OTHER_NAME: Final = "mail.elsewhere.test"


class Authority:
    """Reads and makes at the first use, which blocks.

    Args:
        folder: made when missing.
        host: the name that the server greets with; the certificate holds it and the names of loopback.
        kind: what is wrong with the certificate, as ``tui.practice.scenario.Server`` names it.
    """

    def __init__(self, folder: Path, host: str, kind: str = "good") -> None:
        self._kind = kind
        self._folder = folder
        self._host = host
        self._context: ssl.SSLContext | None = None
        self._fingerprint = ""

    @property
    def ca_file(self) -> Path:
        return self._folder / "ca.pem"

    def fingerprint(self) -> str:
        """SHA-256 of the server's certificate, in lower-case hex.

        Raises:
            OSError: as ``context``.
        """
        self.context()
        return self._fingerprint

    def context(self) -> ssl.SSLContext:
        """The server's side of TLS 1.2 or newer.

        Raises:
            OSError: nothing can be kept in the folder, or what lies there is broken (``ssl.SSLError``,
                ``FlawedFileError``).
        """
        if self._context is None:
            with self._locked():
                ca = self._authority()
                leaf = self._leaf(ca)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            context.load_cert_chain(leaf)
            self._fingerprint = _sha256(_der(leaf))
            self._context = context
        return self._context

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Two that begin at once make one authority."""
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True, exist_ok=True)
            self._folder.chmod(0o700)
        file = maildir.open_private(self._folder / ".lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def _authority(self) -> bytes:
        """Its certificate, DER."""
        if self.ca_file.exists() and self._key_file.exists() and _days_left(self.ca_file) > _RENEWED_DAYS:
            return _der(self.ca_file)
        from cryptography import x509
        from cryptography.hazmat.primitives import serialization

        key = _new_key()
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, _NAME)])
        certificate = (
            _began(name, name, key)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(signs_certificates=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        self._write(self._key_file, _pem(key))
        signed = _signed(certificate, key)
        self._write(self.ca_file, signed.public_bytes(serialization.Encoding.PEM))
        return _der(self.ca_file)

    def _leaf(self, ca: bytes) -> Path:
        """The file with the server's key and certificate."""
        kind = "" if self._kind == "good" else f".{self._kind}"
        file = self._folder / f"{self._host}{kind}.{_sha256(ca)[:16]}.pem"
        if file.exists():
            return file
        from ipaddress import ip_address

        from cryptography import x509
        from cryptography.hazmat.primitives import serialization
        from cryptography.x509.oid import ExtendedKeyUsageOID

        issuer = x509.load_der_x509_certificate(ca)
        key = _new_key()
        own = self._kind == "self-signed"
        issuer_key = key if own else self._key()
        host = _OTHER_NAME if self._kind == "other-name" else self._host
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host[:64])])
        names: list[x509.GeneralName] = [x509.DNSName(host)]
        if self._kind != "other-name":
            names.append(x509.DNSName("localhost"))
            names += [x509.IPAddress(ip_address(one)) for one in ("127.0.0.1", "::1")]
        certificate = (
            _began(name, name if own else issuer.subject, key, end=issuer, over=self._kind == "expired")
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
            )
        )
        signed = _signed(certificate, issuer_key).public_bytes(serialization.Encoding.PEM)
        self._write(file, _pem(key) + signed)
        return file

    def _key(self) -> EllipticCurvePrivateKey:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        try:
            key = serialization.load_pem_private_key(self._key_file.read_bytes(), None)
        except ValueError:
            key = None
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise FlawedFileError(because(Flaw.NO_KEY, file=self._key_file.name))
        return key

    @property
    def _key_file(self) -> Path:
        return self._folder / "ca-key.pem"

    def _write(self, file: Path, octets: bytes) -> None:
        """All of it or nothing under this name; only its owner may read it."""
        beside = file.with_name(f".{file.name}.new")
        beside.unlink(missing_ok=True)
        descriptor = maildir.create(beside)
        try:
            maildir.write(descriptor, octets)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        beside.replace(file)


def _der(file: Path) -> bytes:
    """The first certificate in a PEM file.

    Raises:
        OSError: there is none.
    """
    text = file.read_text("ascii", "replace")
    start = text.find("-----BEGIN CERTIFICATE-----")
    end = text.find("-----END CERTIFICATE-----", start)
    if start < 0 or end < 0:
        raise FlawedFileError(because(Flaw.NO_CERTIFICATE, file=file.name))
    try:
        return ssl.PEM_cert_to_DER_cert(text[start : end + 25])
    except ValueError:
        raise FlawedFileError(because(Flaw.NO_CERTIFICATE, file=file.name)) from None


def _days_left(ca: Path) -> float:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(ca)
    end = str(context.get_ca_certs()[0]["notAfter"])
    return (ssl.cert_time_to_seconds(end) - time.time()) / _DAY


def _new_key() -> EllipticCurvePrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP256R1())


def _pem(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives import serialization

    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _began(
    subject: x509.Name,
    issuer: x509.Name,
    key: EllipticCurvePrivateKey,
    *,
    end: x509.Certificate | None = None,
    over: bool = False,
) -> x509.CertificateBuilder:
    """Valid since yesterday, for clocks that differ, until ``end`` is not any more; ``over``: for a month,
    and that is over."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509

    now = datetime.now(UTC)
    begin = now - timedelta(days=1)
    last = end.not_valid_after_utc if end else now + timedelta(days=_DAYS)
    if over:
        begin, last = now - timedelta(days=31), now - timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(last)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _signed(builder: x509.CertificateBuilder, key: EllipticCurvePrivateKey) -> x509.Certificate:
    from cryptography.hazmat.primitives import hashes

    return builder.sign(key, hashes.SHA256())


def _sha256(octets: bytes) -> str:
    import hashlib  # not before somebody wants TLS

    return hashlib.sha256(octets).hexdigest()
