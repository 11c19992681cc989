"""Why the system, the database or OpenSSL refused something, in the language in use."""

from __future__ import annotations

import errno
import re
from collections.abc import Mapping
from typing import Final

from tui.practice.flaws import FlawedFileError
from tui.smtp.display import visible
from tui.words.language import N_, gettext
from tui.words.language import gettext as _

#: In English the system's own words; they are what a search finds.
_REASONS: Final[Mapping[int, str]] = {
    errno.ENOENT: N_("No such file or directory"),
    errno.EACCES: N_("Permission denied"),
    errno.EPERM: N_("Operation not permitted"),
    errno.ENOTDIR: N_("Not a directory"),
    errno.EISDIR: N_("Is a directory"),
    errno.EEXIST: N_("File exists"),
    errno.ENOTEMPTY: N_("Directory not empty"),
    errno.ENOSPC: N_("No space left on device"),
    errno.EDQUOT: N_("Disk quota exceeded"),
    errno.EFBIG: N_("File too large"),
    errno.EROFS: N_("Read-only file system"),
    errno.EIO: N_("Input/output error"),
    errno.ENAMETOOLONG: N_("File name too long"),
    errno.EMFILE: N_("Too many open files"),
    errno.EADDRINUSE: N_("Address already in use"),
    errno.EADDRNOTAVAIL: N_("Cannot assign requested address"),
    errno.EINVAL: N_("Invalid argument"),
    errno.ENOEXEC: N_("Exec format error"),
    errno.E2BIG: N_("Argument list too long"),
    errno.ETXTBSY: N_("Text file busy"),
    errno.ELOOP: N_("Too many levels of symbolic links"),
    errno.ENXIO: N_("No such device or address"),
    errno.EBUSY: N_("Device or resource busy"),
    errno.EAGAIN: N_("Resource temporarily unavailable"),
    errno.ENOMEM: N_("Cannot allocate memory"),
    errno.ENFILE: N_("Too many open files in system"),
    errno.ENOBUFS: N_("No buffer space available"),
    errno.EPIPE: N_("Broken pipe"),
    errno.ECONNREFUSED: N_("Connection refused"),
    errno.ECONNRESET: N_("Connection reset by peer"),
    errno.ECONNABORTED: N_("Software caused connection abort"),
    errno.ETIMEDOUT: N_("Connection timed out"),
    errno.EHOSTUNREACH: N_("No route to host"),
    errno.EHOSTDOWN: N_("Host is down"),
    errno.ENETUNREACH: N_("Network is unreachable"),
    errno.ENETDOWN: N_("Network is down"),
    errno.EAFNOSUPPORT: N_("Address family not supported by protocol"),
    errno.EPROTOTYPE: N_("Protocol wrong type for socket"),
}
#: What OpenSSL says of files and handshakes, in its own words, in lower case.
_OF_OPENSSL: Final = (
    N_("wrong version number"),
    N_("http request"),
    N_("unsupported protocol"),
    N_("version too low"),
    N_("no shared cipher"),
    N_("unexpected eof while reading"),
    N_("sslv3 alert handshake failure"),
    N_("sslv3 alert bad certificate"),
    N_("sslv3 alert certificate expired"),
    N_("sslv3 alert certificate unknown"),
    N_("sslv3 alert illegal parameter"),
    N_("sslv3 alert unexpected message"),
    N_("tlsv1 alert unknown ca"),
    N_("tlsv1 alert protocol version"),
    N_("tlsv1 alert decode error"),
    N_("tlsv1 alert decrypt error"),
    N_("tlsv1 alert insufficient security"),
    N_("tlsv1 alert internal error"),
    N_("tlsv1 alert user cancelled"),
    N_("tlsv1 unrecognized name"),
    N_("bad signature"),
    N_("decryption failed or bad record mac"),
    N_("no certificate or crl found"),
    N_("no start line"),
    N_("bad end line"),
    N_("bad base64 decode"),
    N_("pem lib"),
    N_("nested asn1 error"),
    N_("bad decrypt"),
    N_("ee key too small"),
    N_("ca key too small"),
    N_("ca md too weak"),
    N_("unexpected message"),
    N_("bad record type"),
    N_("record layer failure"),
    N_("packet length too long"),
    N_("data length too long"),
    N_("unknown protocol"),
    N_("bad protocol version number"),
    N_("wrong ssl version"),
    N_("no protocols available"),
    N_("no ciphers available"),
    N_("no suitable key share"),
    N_("no suitable signature algorithm"),
    N_("wrong signature type"),
    N_("no application protocol"),
    N_("bad extension"),
    N_("decode error"),
    N_("length mismatch"),
    N_("dh key too small"),
    N_("unsafe legacy renegotiation disabled"),
    N_("inappropriate fallback"),
    N_("certificate verify failed"),
    N_("key values mismatch"),
    N_("sslv3 alert bad record mac"),
    N_("sslv3 alert certificate revoked"),
    N_("sslv3 alert unsupported certificate"),
    N_("tlsv1 alert access denied"),
    N_("tlsv1 alert record overflow"),
    N_("tlsv1 alert no renegotiation"),
    N_("tlsv1 alert inappropriate fallback"),
    N_("tlsv13 alert missing extension"),
    N_("tlsv13 alert certificate required"),
)
#: What it says of a certificate that it does not take, beside what ``words.tls`` names.
_OF_CERTIFICATES: Final = (
    N_("unsuitable certificate purpose"),
    N_("certificate signature failure"),
    N_("certificate revoked"),
    N_("certificate chain too long"),
    N_("invalid CA certificate"),
    N_("path length constraint exceeded"),
    N_("certificate rejected"),
    N_("CA md too weak"),
    N_("CA certificate key too weak"),
    N_("EE certificate key too weak"),
    N_("permitted subtree violation"),
    N_("excluded subtree violation"),
    N_("unhandled critical extension"),
    N_("Missing Authority Key Identifier"),
    N_("Missing Subject Key Identifier"),
    N_("Basic Constraints of CA cert not marked critical"),
    N_("Empty Subject Alternative Name extension"),
    N_("CA cert does not include key usage extension"),
)
#: What Python itself says where it does not ask the system.
_OF_PYTHON: Final = (N_("AF_UNIX path too long"),)
#: Errors that asyncio makes without a number.
_OF_ASYNCIO: Final[Mapping[type[OSError], str]] = {
    ConnectionAbortedError: N_("the TLS handshake did not come to its end"),
    ConnectionResetError: N_("Connection reset by peer"),
    BrokenPipeError: N_("Broken pipe"),
    TimeoutError: N_("Connection timed out"),
}
#: The same of SQLite, by its primary result codes.
_OF_DATABASE: Final[Mapping[int, str]] = {
    5: N_("database is locked"),
    6: N_("database table is locked"),
    8: N_("attempt to write a readonly database"),
    10: N_("disk I/O error"),
    11: N_("database disk image is malformed"),
    13: N_("database or disk is full"),
    14: N_("unable to open database file"),
    26: N_("file is not a database"),
}
_PRIMARY: Final = 0xFF


def any_reason(error: Exception) -> str:
    """Of the system, or of the database; a fault of another kind speaks for itself."""
    if isinstance(error, OSError):
        return reason(error)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return visible(str(error)) or type(error).__name__
    known = _OF_DATABASE.get(code & _PRIMARY)
    return _("error {number} of the database").format(number=code) if known is None else gettext(known)


def reason(error: OSError) -> str:
    """Without a full stop. What is not in the table is named by its number, which every language has; what
    OpenSSL says beyond its table is quoted."""
    if isinstance(error, FlawedFileError):
        from tui.words import data_files

        return data_files.reason(error.reason)
    if hasattr(error, "reason"):  # an ``ssl.SSLError``, whose number is none of the system
        return in_words(error.reason.replace("_", " ").lower() if error.reason else str(error))
    known = _REASONS.get(error.errno or 0)
    if known is not None:
        return gettext(known)
    if error.errno is None:
        known = _OF_ASYNCIO.get(type(error))
        return visible(str(error)) or type(error).__name__ if known is None else gettext(known)
    return _("error {number} of the system").format(number=error.errno)


_KNOWN: Final = frozenset({*_REASONS.values(), *_OF_OPENSSL, *_OF_CERTIFICATES, *_OF_PYTHON})
#: ``[SSL] PEM lib (_ssl.c:3921)``, or what ``net`` makes of it, or the name of a reason.
_WRAPPED: Final = re.compile(r"(?:\[[\w :]*\] ?)?(.+?)(?: ?\([_ ]ssl\.c:\d+\))?", re.DOTALL)


def in_words(said: str) -> str:
    """What the system or OpenSSL said, where only its words are left; others stay as they are."""
    found = _WRAPPED.fullmatch(said)
    for known in (said, found[1].replace("_", " ").lower() if found else ""):
        if known in _KNOWN:
            return gettext(known)
    return visible(said)
