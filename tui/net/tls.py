"""The handshake: contexts, what went wrong, and the certificate that was shown (RFC 3207, RFC 8314).

Python's ``ssl`` is imported when the first handshake begins. Nothing in here falls back to plain text.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, cast

from tui.net import certificates, tls_files
from tui.net.access import TlsRules
from tui.net.private import chain_of, is_anchored
from tui.smtp.certificate import Certificate, CertificateFault
from tui.smtp.events import TlsEstablished, TlsFailed, TlsTrouble
from tui.values import value

if TYPE_CHECKING:
    import ssl

#: asyncio's own limit is 60 s; a server that says nothing for so long says nothing at all.
HANDSHAKE_SECONDS: Final = 10.0
#: So long the server may take to answer our goodbye (close_notify).
SHUTDOWN_SECONDS: Final = 1.0


class PinError(Exception):
    """The server shows another certificate than the one that was agreed to."""


@value
class Handshake:
    """One handshake to be made. ``name`` is checked, and told to the server (SNI). ``passphrase`` gives what
    opens our private key."""

    rules: TlsRules
    name: str
    implicit: bool
    passphrase: Callable[[], str] = str


def name_of(host: str) -> str:
    """``host`` as a certificate has it: no final dot of DNS, no zone of a link-local address."""
    bare = host.partition("%")[0] if ":" in host else host
    return bare.rstrip(".") or host


def context(rules: TlsRules, passphrase: str = "") -> ssl.SSLContext:
    """What ``rules`` ask for. TLS 1.2 is the least (RFC 8996, RFC 8314 §4).

    Raises:
        TlsFileError: a file of the rules cannot be used.
    """
    import ssl

    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # not the default one: it obeys SSLKEYLOGFILE
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if rules.cafile is None:
        made.load_default_certs()
    tls_files.load(made, rules, passphrase)
    made.sslobject_class = _peeking(rules.pin)
    if rules.insecure or rules.pin:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
    return made


def _peeking(pin: str) -> type[ssl.SSLObject]:
    """OpenSSL's object, which keeps the chain when the verdict is bad, and holds the server to the pin before
    anything is sent."""
    import ssl

    class Peeking(ssl.SSLObject):
        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except ssl.SSLCertVerificationError as error:
                _note(error, self)
                raise
            leaf = self.getpeercert(True)
            if pin and (leaf is None or certificates.fingerprint(leaf) != pin):
                changed = PinError()
                _note(changed, self)
                raise changed

    return Peeking


def _note(error: Exception, ssl_object: ssl.SSLObject) -> None:
    kept = cast(Any, error)
    kept.chain, kept.cipher = chain_of(ssl_object), ssl_object.cipher()


async def handshake(
    transport: asyncio.Transport, protocol: asyncio.BaseProtocol, wanted: Handshake
) -> asyncio.Transport:
    """The transport inside TLS. Cancellable; on any error the connection is unusable.

    Raises:
        OSError, PinError: ``failed`` says what it means.
    """
    upgraded = await asyncio.get_running_loop().start_tls(
        transport,
        protocol,
        context(wanted.rules, wanted.passphrase()),
        server_hostname=wanted.name,
        ssl_handshake_timeout=HANDSHAKE_SECONDS * 100,  # the session's own clock is asked
        ssl_shutdown_timeout=SHUTDOWN_SECONDS,
    )
    if upgraded is None:  # it was closed in the middle
        raise ConnectionResetError
    return upgraded


def established(transport: asyncio.Transport, wanted: Handshake, seconds: float) -> TlsEstablished:
    """What a handshake that succeeded came to."""
    ssl_object: ssl.SSLObject = transport.get_extra_info("ssl_object")
    shown = certificates.read(chain_of(ssl_object) or _leaf(ssl_object))
    cipher = ssl_object.cipher()
    verified = not (wanted.rules.insecure or wanted.rules.pin)
    faults = () if verified else _seen(ssl_object, shown, wanted)
    return TlsEstablished(
        ssl_object.version() or "",
        cipher[0] if cipher else "",
        wanted.implicit,
        verified,
        shown,
        faults,
        wanted.name,
        seconds,
    )


def _seen(
    ssl_object: ssl.SSLObject, shown: Certificate | None, wanted: Handshake
) -> tuple[CertificateFault, ...]:
    """What is wrong, as far as that can be seen where OpenSSL's verdict was not asked for."""
    leaf = ssl_object.getpeercert(True)
    trusted = is_anchored(ssl_object) or tls_files.names_itself(wanted.rules, leaf or b"")
    found = certificates.faults(shown, wanted.name, time.time(), trusted=trusted) if shown is not None else ()
    if not trusted and CertificateFault.SELF_SIGNED not in found:
        found = (CertificateFault.UNKNOWN_ISSUER, *found)
    return found or ((CertificateFault.OTHER,) if wanted.rules.pin else ())  # the pin stands for a failure


def _leaf(ssl_object: ssl.SSLObject) -> tuple[bytes, ...]:
    leaf = ssl_object.getpeercert(True)
    return () if leaf is None else (leaf,)


# -- what went wrong


def failed(error: Exception, wanted: Handshake) -> TlsFailed:
    """What a handshake that failed came to."""
    import ssl

    if isinstance(error, PinError):
        return _certificate(error, wanted, CertificateFault.CHANGED, "")
    if isinstance(error, ssl.SSLCertVerificationError):
        fault = _VERDICTS.get(error.verify_code, CertificateFault.OTHER)
        return _certificate(error, wanted, fault, error.verify_message)
    if isinstance(error, tls_files.TlsFileError):
        return TlsFailed(TlsTrouble.OWN_FILE, str(error.file), wanted.implicit, name=wanted.name)
    trouble = trouble_of(error)
    return TlsFailed(trouble, detail_of(error), wanted.implicit, name=wanted.name)


def trouble_of(error: Exception) -> TlsTrouble:
    """The kind of an error of a handshake, or of a connection inside TLS."""
    import ssl

    if isinstance(error, TimeoutError):
        return TlsTrouble.TIMED_OUT
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return TlsTrouble.CLOSED
    if isinstance(error, ssl.SSLError):
        return _REASONS.get(error.reason or "", TlsTrouble.OTHER)
    return TlsTrouble.CLOSED if isinstance(error, ConnectionError) else TlsTrouble.OTHER


def broken(error: Exception, name: str) -> TlsFailed:
    """What ended a connection inside TLS. A server that wants a certificate of ours may say so only there."""
    trouble = trouble_of(error)
    if trouble is not TlsTrouble.CLIENT_CERTIFICATE:
        trouble = TlsTrouble.BROKEN
    return TlsFailed(trouble, detail_of(error), name=name)


def cut_off(error: Exception, name: str) -> TlsFailed:
    """The connection was reset before the server said a word inside TLS."""
    return TlsFailed(TlsTrouble.UNKNOWN_CLIENT, detail_of(error), name=name)


def detail_of(error: Exception) -> str:
    """OpenSSL's words for it, foreign text."""
    import ssl

    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.replace("_", " ").lower()
    return (error.strerror or "") if isinstance(error, OSError) else ""


def _certificate(error: Exception, wanted: Handshake, fault: CertificateFault, detail: str) -> TlsFailed:
    """OpenSSL's fault first, then what else the certificate shows by itself. OpenSSL looks first for whom the
    chain leads to: whatever else is wrong, that was right."""
    shown = certificates.read(getattr(error, "chain", ()))
    cipher = getattr(error, "cipher", None)
    trusted = fault not in _OF_THE_CHAIN
    seen = certificates.faults(shown, wanted.name, time.time(), trusted=trusted) if shown is not None else ()
    if fault is CertificateFault.CHANGED:
        seen = ()
    return TlsFailed(
        TlsTrouble.CERTIFICATE,
        detail,
        wanted.implicit,
        shown,
        tuple(dict.fromkeys((fault, *seen))),
        wanted.name,
        cipher[1] if cipher else "",
        cipher[0] if cipher else "",
    )


#: X509_V_ERR_… of OpenSSL.
_VERDICTS: Final[dict[int, CertificateFault]] = {
    2: CertificateFault.UNKNOWN_ISSUER,
    9: CertificateFault.NOT_YET_VALID,
    10: CertificateFault.EXPIRED,
    18: CertificateFault.SELF_SIGNED,
    19: CertificateFault.UNKNOWN_ISSUER,  # self-signed, but at the top of the chain
    20: CertificateFault.UNKNOWN_ISSUER,
    21: CertificateFault.UNKNOWN_ISSUER,
    62: CertificateFault.WRONG_NAME,
    64: CertificateFault.WRONG_NAME,
}

_OF_THE_CHAIN: Final = frozenset({CertificateFault.SELF_SIGNED, CertificateFault.UNKNOWN_ISSUER})

#: ``SSLError.reason``. Alerts are what the server said.
_REASONS: Final[dict[str, TlsTrouble]] = {
    "WRONG_VERSION_NUMBER": TlsTrouble.NO_TLS,
    "UNKNOWN_PROTOCOL": TlsTrouble.NO_TLS,
    "HTTP_REQUEST": TlsTrouble.NO_TLS,
    "PACKET_LENGTH_TOO_LONG": TlsTrouble.NO_TLS,
    "RECORD_LAYER_FAILURE": TlsTrouble.NO_TLS,
    "UNEXPECTED_MESSAGE": TlsTrouble.NO_TLS,
    "UNSUPPORTED_PROTOCOL": TlsTrouble.OLD_VERSION,
    "VERSION_TOO_LOW": TlsTrouble.OLD_VERSION,
    "TLSV1_ALERT_PROTOCOL_VERSION": TlsTrouble.OLD_VERSION,
    "NO_PROTOCOLS_AVAILABLE": TlsTrouble.OLD_VERSION,
    "SSLV3_ALERT_HANDSHAKE_FAILURE": TlsTrouble.NO_AGREEMENT,
    "NO_CIPHERS_AVAILABLE": TlsTrouble.NO_AGREEMENT,
    "TLSV13_ALERT_CERTIFICATE_REQUIRED": TlsTrouble.CLIENT_CERTIFICATE,
    "SSLV3_ALERT_BAD_CERTIFICATE": TlsTrouble.CLIENT_CERTIFICATE,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": TlsTrouble.CLIENT_CERTIFICATE,
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": TlsTrouble.CLIENT_CERTIFICATE,
    "SSLV3_ALERT_CERTIFICATE_REVOKED": TlsTrouble.CLIENT_CERTIFICATE,
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE": TlsTrouble.CLIENT_CERTIFICATE,
    "TLSV1_ALERT_UNKNOWN_CA": TlsTrouble.CLIENT_CERTIFICATE,
    "TLSV1_ALERT_ACCESS_DENIED": TlsTrouble.CLIENT_CERTIFICATE,
    "UNEXPECTED_EOF_WHILE_READING": TlsTrouble.CLOSED,
}
