"""A client's command line, taken apart without judging it (RFC 5321 §4.1.1)."""

from __future__ import annotations

import re

from tui.values import value

#: Every verb that a server may know, with its extension's RFC where it is not RFC 5321.
VERBS = frozenset(
    {
        "HELO", "EHLO", "LHLO", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP",
        "BDAT",  # RFC 3030
        "AUTH",  # RFC 4954
        "STARTTLS",  # RFC 3207
        "ETRN",  # RFC 1985
        "ATRN",  # RFC 2645
        "BURL",  # RFC 4468
        "TURN", "SEND", "SOML", "SAML",  # RFC 821, given up since
        "XCLIENT", "XFORWARD",  # Postfix
    }
)  # fmt: skip

HELLO = frozenset({"HELO", "EHLO", "LHLO"})

#: MAIL and RCPT: the keyword before the colon.
KEYWORDS = {"MAIL": "FROM", "RCPT": "TO"}


@value
class Path:
    """The reverse-path of MAIL or the forward-path of RCPT (RFC 5321 §4.1.2)."""

    address: str  # without brackets and source route; "" is the null reverse-path
    bracketed: bool
    source_route: str | None


@value
class Command:
    """One command line. ``verb`` is upper case, "" when the first word is no word of ASCII letters.

    A secret (``CommandSent.secret``) stands in ``data`` alone; everywhere else it is masked.
    """

    data: bytes  # the line as sent, without its end
    verb: str
    argument: str
    path: Path | None = None  # MAIL and RCPT whose FROM: or TO: could be read
    params: tuple[str, ...] = ()
    chunk_octets: int | None = None  # BDAT
    last: bool = False  # BDAT … LAST
    bracketed: bool = False  # MAIL and RCPT: a "<" comes first, closed or not


def text_of(data: bytes) -> str:
    r"""Octets as the text that was sent: UTF-8, what is none as ``\xNN``."""
    return data.decode("utf-8", "backslashreplace")


_VERB = re.compile(r"([A-Za-z0-9-]+)(?:[ \t]+(.*))?", re.DOTALL)
_KEYWORD = re.compile(r"(FROM|TO):[ \t]*", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t]+")
_CHUNK = re.compile(r"([0-9]{1,18})(?:[ \t]+(LAST))?", re.IGNORECASE)


def closing_bracket(text: str, start: int) -> int:
    """Where the ``<`` at ``start`` is closed; -1 when it is not. A ``>`` in a quoted local part closes
    nothing."""
    quoted = False
    at = start + 1
    while at < len(text):
        char = text[at]
        if quoted and char == "\\":
            at += 1
        elif char == '"':
            quoted = not quoted
        elif char == ">" and not quoted:
            return at
        at += 1
    return -1


def _without_route(mailbox: str) -> tuple[str, str | None]:
    """``@one,@two:user@host`` as the address and its source route (RFC 5321 §4.1.2, appendix C)."""
    if not mailbox.startswith("@"):
        return mailbox, None
    route, colon, address = mailbox.partition(":")
    return (address, route) if colon else (mailbox, None)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in _BLANKS.split(text) if word)


def _with_path(data: bytes, verb: str, argument: str) -> Command:
    """MAIL or RCPT. No path when the keyword or its colon is missing, or a ``<`` is never closed."""
    keyword = _KEYWORD.match(argument)
    if keyword is None or keyword[1].upper() != KEYWORDS[verb]:
        return Command(data, verb, argument)
    rest = argument[keyword.end() :]
    if not rest.startswith("<"):
        address, *params = _words(rest) or ("",)
        return Command(data, verb, argument, Path(address, False, None), tuple(params))
    close = closing_bracket(rest, 0)
    if close < 0:
        return Command(data, verb, argument, bracketed=True)
    address, route = _without_route(rest[1:close])
    path = Path(address, True, route)
    return Command(data, verb, argument, path, _words(rest[close + 1 :]), bracketed=True)


def parsed(data: bytes) -> Command:
    """One line without its end as a command. Total: whatever it is, it has a verb and an argument, maybe
    empty."""
    match = _VERB.fullmatch(text_of(data))
    if match is None:
        return Command(data, "", "")
    verb = match[1].upper()
    argument = (match[2] or "").rstrip(" \t")
    if verb in KEYWORDS:
        return _with_path(data, verb, argument)
    if verb == "BDAT" and (chunk := _CHUNK.fullmatch(argument)):
        return Command(data, verb, argument, chunk_octets=int(chunk[1]), last=chunk[2] is not None)
    return Command(data, verb, argument)
