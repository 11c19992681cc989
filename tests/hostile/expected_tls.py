"""What every front end has to say where TLS goes wrong, and what must not leave then."""

from __future__ import annotations

from dataclasses import dataclass

#: The login of the scripts, alice / s3cret-Pass, and what its password may travel as.
AUTH = "AUTH PLAIN AGFsaWNlAHMzY3JldC1QYXNz"
SECRETS = (b"s3cret-Pass", b"czNjcmV0LVBhc3M", b"AGFsaWNlAHMzY3JldC1QYXNz", b"7333637265742d50617373")


@dataclass(frozen=True)
class Expected:
    """``says``: in line mode. ``shows``: on the split screen. ``asks``: about the certificate, or about a
    password in clear. ``secure``: the connection is what it should be, so that a login may go out. ``code``:
    of the script piped in, with a login behind it."""

    says: tuple[str, ...]
    shows: tuple[str, ...]
    asks: str = ""
    secure: bool = False
    code: int = 77
    never: tuple[str, ...] = ()


def _unverified(reason: str, fault: str, *cert: str) -> Expected:
    return Expected(
        says=(reason, "Nothing proves who is at the other end.", *cert),
        shows=(fault, "NOT VERIFIED", "yes connects"),
        asks="certificate",
    )


_NO_FALL_BACK = "nothing is sent in plain text instead"
_SECURE = Expected(
    says=("TLS handshake complete: TLSv1.3",),
    shows=("TLS 1.3 from here on; certificate verified",),
    secure=True,
    never=("NOT VERIFIED",),
)


def _failed(headline: str, *says: str) -> Expected:
    return Expected(says=(headline, *says, _NO_FALL_BACK), shows=(headline, "TLS failed"))


EXPECTED: dict[str, Expected] = {
    "ok_starttls": _SECURE,
    "ok_tls": _SECURE,
    "starttls_selfsigned": _unverified("is signed by itself", "it is signed by itself", "✗ not trusted"),
    "starttls_expired": _unverified("The certificate expired", "it has expired", "2020-01-01  ✗ expired"),
    "starttls_future": _unverified("is valid from 2048-01-01 on", "it is not valid yet", "✗ not valid yet"),
    "starttls_wrong_name": _unverified(
        "The certificate is for mx.other.test, not for 127.0.0.1", "it is for another name", "✗ no match"
    ),
    "tls_selfsigned": _unverified("is signed by itself", "it is signed by itself", "✗ not trusted"),
    "tls_hostile_certificate": _unverified(
        "is signed by itself", "it is signed by itself", r"\x1b[2Jlocalhost"
    ),
    "starttls_old_version": _failed(
        "no version of TLS that both sides take", "smtptutor takes TLS 1.2 and newer"
    ),
    "starttls_new_extensions": Expected(
        says=("since TLS began: new: SIZE; gone: AUTH",),
        shows=("since TLS began: new: SIZE; gone: AUTH",),
        secure=True,
    ),
    "starttls_stripped": Expected(
        says=("S: 502 5.5.1 Not implemented", "This server has no TLS here. Send no password without it."),
        shows=("502 5.5.1 Not implemented", "This server has no TLS here. Send no"),
        asks="clear",
    ),
    "starttls_454": Expected(
        says=("S: 454 4.7.0 TLS not available", "TLS is not to be had now. Send no password without it."),
        shows=("454 4.7.0 TLS not available", "TLS is not to be had now. Send no"),
        asks="clear",
    ),
    "starttls_plaintext": _failed("the server agreed to STARTTLS, and what came then is not TLS"),
    "starttls_injected": _failed("plain text came behind the 220 of STARTTLS", "RFC 3207 §4.2"),
    "starttls_stalled": _failed("the TLS handshake did not come to its end", "The server fell silent"),
    "starttls_reset": _failed("the server hung up during the TLS handshake"),
    "tls_garbage": _failed("TLS broke off in the middle", "nothing behind it can be trusted"),
    "tls_missing": _failed("what answers is not TLS", "25 and 587 begin in plain text"),
    "tls_closed": _failed("the server hung up during the TLS handshake"),
    "tls_stalled": _failed("the TLS handshake did not come to its end", "The server fell silent"),
}
