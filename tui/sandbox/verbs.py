"""Every verb that a connection knows, which extension brings it, and by how much extensions lengthen its
line. What each does stands in a module for each part of the protocol."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import TYPE_CHECKING, Final

from tui.sandbox import asking, chunking, encrypting, transaction
from tui.smtp.command_slips import LONGER_WITH

if TYPE_CHECKING:
    from tui.sandbox.server import Connection


async def _auth(connection: Connection, argument: str) -> None:
    from tui.sandbox import login  # with its mechanisms, which few connections need

    await login.auth(connection, argument)


_Act = Callable[["Connection", str], Awaitable[None]]
SMTP: Final[Mapping[str, _Act]] = {
    "HELO": asking.helo,
    "EHLO": asking.ehlo,
    "MAIL": transaction.mail,
    "RCPT": transaction.rcpt,
    "DATA": transaction.data,
    "BDAT": chunking.bdat,
    "AUTH": _auth,
    "STARTTLS": encrypting.starttls,
    "RSET": asking.rset,
    "NOOP": asking.noop,
    "VRFY": asking.vrfy,
    "EXPN": asking.expn,
    "HELP": asking.help_,
    "QUIT": asking.quit_,
}
LMTP: Final[Mapping[str, _Act]] = {
    "LHLO": asking.lhlo,
    **{verb: act for verb, act in SMTP.items() if verb not in {"HELO", "EHLO"}},
}

#: Verbs that there are only with an extension.
EXTENSION: Final[Mapping[str, str]] = {
    "AUTH": "AUTH",
    "BDAT": "CHUNKING",
    "STARTTLS": "STARTTLS",
    "VRFY": "VRFY",
    "EXPN": "EXPN",
    "HELP": "HELP",
}
#: What is told where they are not there, if not what is told of any verb: a situation.
NOT_OFFERED: Final = {"AUTH": "auth_not_offered", "STARTTLS": "starttls_not_offered"}
#: Words that are commands elsewhere: 502, not 500 (RFC 5321 §4.2.4).
ELSEWHERE: Final = frozenset({"ETRN", "TURN", "SEND", "SOML", "SAML", "LHLO", "BURL", "XCLIENT"})
#: RFC 5321 §4.5.3.1.4, with CRLF: a line that may be as long as this everywhere.
SHORT_LINE: Final = 512
#: Extensions that make a line longer (RFC 1870 §3, RFC 6152 §2, RFC 6531 §3.1, RFC 4954 §3, RFC 3461 §5).
_LENGTHENED: Final[Mapping[str, tuple[str, ...]]] = {
    "MAIL": ("SIZE", "8BITMIME", "SMTPUTF8", "AUTH", "DSN"),
    "RCPT": ("DSN",),
}


def of(*, lmtp: bool) -> Mapping[str, _Act]:
    """All that may be said by this protocol."""
    return LMTP if lmtp else SMTP


def longest_line(verb: str, offered: Collection[str]) -> int:
    """Octets, its CRLF with them, that a line of this verb may have beside these extensions."""
    return SHORT_LINE + sum(LONGER_WITH[one] for one in _LENGTHENED.get(verb, ()) if one in offered)
