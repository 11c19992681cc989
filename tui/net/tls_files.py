"""The files that ``--cafile``, ``--cert`` and ``--key`` name: loaded, and what is wrong with them.

OpenSSL says little about them (``PEM lib``), so what a person needs to know is looked for in the files.
"""

from __future__ import annotations

import contextlib
import re
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.net.access import TlsRules

if TYPE_CHECKING:
    import ssl

_CERTIFICATE: Final = b"-----BEGIN CERTIFICATE-----"
_BLOCK: Final = re.compile("-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----")
#: The second where the key is of another kind: to OpenSSL there is no certificate for such keys.
_NOT_ITS_KEY: Final = frozenset({"KEY_VALUES_MISMATCH", "NO_CERTIFICATE_ASSIGNED"})
_KEY: Final = b"PRIVATE KEY-----"


class FileFault(Enum):
    """Why a file of ours is of no use."""

    UNREADABLE = "unreadable"  # detail: what the system says
    NO_CERTIFICATE = "no-certificate"  # none in PEM form
    NO_KEY = "no-key"  # no private key in PEM form
    NO_MATCH = "no-match"  # the key is not the certificate's
    LOCKED = "locked"  # the key has a passphrase that was not given
    WRONG_PASSPHRASE = "wrong-passphrase"
    BROKEN = "broken"  # detail: OpenSSL's words


class TlsFileError(OSError):
    """``file`` cannot be used. ``detail`` is foreign text."""

    def __init__(self, fault: FileFault, file: Path, detail: str = "") -> None:
        super().__init__(0, detail)
        self.fault, self.file, self.detail = fault, file, detail


def check(rules: TlsRules, passphrase: str = "") -> None:
    """Can the files of ``rules`` be used?

    Raises:
        TlsFileError: they cannot; LOCKED where ``passphrase`` is missing.
    """
    import ssl

    load(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), rules, passphrase)


def locked(rules: TlsRules, passphrase: str = "") -> Path | None:
    """The private key that ``passphrase`` does not open; None: it does, or no passphrase could help."""
    try:
        check(rules, passphrase)
    except TlsFileError as error:
        return error.file if error.fault in {FileFault.LOCKED, FileFault.WRONG_PASSPHRASE} else None
    return None


def load(context: ssl.SSLContext, rules: TlsRules, passphrase: str = "") -> None:
    """The authorities to trust, and our own certificate.

    Raises:
        TlsFileError: a file cannot be used.
    """
    if rules.cafile is not None:
        _authorities(context, rules.cafile)
    if rules.cert is not None:
        _own(context, rules.cert, rules.key or rules.cert, passphrase)


def names_itself(rules: TlsRules, der: bytes) -> bool:
    """Is this very certificate in ``--cafile``? It is trusted then, also where it is no authority's."""
    import ssl

    if rules.cafile is None or not der:
        return False
    held = _read(rules.cafile).decode("latin-1")
    with contextlib.suppress(ValueError):  # no base64
        return any(ssl.PEM_cert_to_DER_cert(one) == der for one in _BLOCK.findall(held))
    return False


def _authorities(context: ssl.SSLContext, file: Path) -> None:
    import ssl

    held = _read(file)
    try:
        context.load_verify_locations(cafile=str(file))
    except ssl.SSLError as error:
        fault = FileFault.BROKEN if _CERTIFICATE in held else FileFault.NO_CERTIFICATE
        raise TlsFileError(fault, file, _said(error)) from None


def _own(context: ssl.SSLContext, cert: Path, key: Path, passphrase: str) -> None:
    import ssl

    if _CERTIFICATE not in _read(cert):
        raise TlsFileError(FileFault.NO_CERTIFICATE, cert)
    if _KEY not in _read(key):
        raise TlsFileError(FileFault.NO_KEY, key)

    def asked() -> str:
        """Without this OpenSSL would ask on the terminal, past the screen."""
        if not passphrase:
            raise TlsFileError(FileFault.LOCKED, key)
        return passphrase

    try:
        context.load_cert_chain(cert, key, password=asked)
    except ssl.SSLError as error:
        said = _said(error)
        if error.reason in _NOT_ITS_KEY:
            raise TlsFileError(FileFault.NO_MATCH, key) from None
        if (error.reason or "").startswith("EE_"):  # too small, or signed too weakly: of the certificate
            raise TlsFileError(FileFault.BROKEN, cert, said) from None
        locked = b"ENCRYPTED" in _read(key)
        raise TlsFileError(FileFault.WRONG_PASSPHRASE if locked else FileFault.BROKEN, key, said) from None


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise TlsFileError(FileFault.UNREADABLE, file, error.strerror or "") from None


def _said(error: ssl.SSLError) -> str:
    return (error.reason or str(error)).replace("_", " ").lower()
