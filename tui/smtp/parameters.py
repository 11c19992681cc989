"""Parameters of MAIL and RCPT: the extension that has to be offered for each (RFC 5321 §4.1.1.11), and what
SIZE says (RFC 1870)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Final

_NO_UTF8: Final = re.compile(r"[\ud800-\udfff]")

#: verb -> name of the parameter -> keyword of its extension.
_EXTENSIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "MAIL": {
        "SIZE": "SIZE",  # RFC 1870
        "BODY": "8BITMIME",  # RFC 6152
        "SMTPUTF8": "SMTPUTF8",  # RFC 6531
        "RET": "DSN",  # RFC 3461
        "ENVID": "DSN",
        "AUTH": "AUTH",  # RFC 4954 §5
        "BY": "DELIVERBY",  # RFC 2852
        "HOLDFOR": "FUTURERELEASE",  # RFC 4865
        "HOLDUNTIL": "FUTURERELEASE",
        "MT-PRIORITY": "MT-PRIORITY",  # RFC 6710
        "REQUIRETLS": "REQUIRETLS",  # RFC 8689
        "SOLICIT": "NO-SOLICITING",  # RFC 3865
    },
    "RCPT": {
        "NOTIFY": "DSN",
        "ORCPT": "DSN",
        "RRVS": "RRVS",  # RFC 7293
    },
}


def wanted(
    extensions: Mapping[str, str],
    *,
    addresses: Iterable[str],
    size: int = 0,
    eight_bit: bool = False,
    header: bool = False,
) -> tuple[str, ...]:
    """What MAIL is to say of a mail: only what is needed, known and offered (RFC 1870, RFC 6152, RFC 6531).

    Args:
        size: octets of the message; 0: not known.
        eight_bit: it holds octets above 127.
        header: its header does, in UTF-8 (``international_header``).
    """
    international = header or not all(one.isascii() for one in addresses)
    needed = {
        "SIZE": f"SIZE={size}" if size else "",
        "8BITMIME": "BODY=8BITMIME" if eight_bit else "",
        "SMTPUTF8": "SMTPUTF8" if international else "",
    }
    return tuple(text for keyword, text in needed.items() if text and keyword in extensions)


def international_header(text: str) -> bool:
    """Does the header of this message hold UTF-8, as only SMTPUTF8 allows (RFC 6532 §3)? Octets that are no
    UTF-8 stand in ``text`` as lone surrogates: those are no letters, and no extension allows them."""
    header = re.split(r"^\r?$", text, maxsplit=1, flags=re.MULTILINE)[0]
    return not header.isascii() and not _NO_UTF8.search(header)


def name_of(param: str) -> str:
    """``SIZE`` of ``size=100``."""
    return param.partition("=")[0].upper()


def extension_of(verb: str, param: str) -> str:
    """The keyword that a server must have offered for this parameter; "" for one that is not known here."""
    if verb == "MAIL" and param.upper() == "BODY=BINARYMIME":
        return "BINARYMIME"  # RFC 3030
    return _EXTENSIONS.get(verb, {}).get(name_of(param), "")


#: RFC 3461 §4: printable ASCII without blank, + and =, which stand as + and two hex digits.
_XTEXT: Final = r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})"
_REASON: Final = r"(?:SUCCESS|FAILURE|DELAY)"
#: verb -> name of the parameter -> all of it, in any case but that of hex digits.
_FORMS: Final[Mapping[str, Mapping[str, re.Pattern[str]]]] = {
    "MAIL": {
        "SIZE": re.compile(r"(?i:SIZE)=[0-9]{1,20}"),
        "BODY": re.compile(r"(?i:BODY=(?:7BIT|8BITMIME|BINARYMIME))"),
        "SMTPUTF8": re.compile(r"(?i:SMTPUTF8)"),
        "RET": re.compile(r"(?i:RET=(?:FULL|HDRS))"),
        "ENVID": re.compile(rf"(?i:ENVID)={_XTEXT}{{1,100}}"),
    },
    "RCPT": {
        "NOTIFY": re.compile(rf"(?i:NOTIFY=(?:NEVER|{_REASON}(?:,{_REASON})*))"),
        "ORCPT": re.compile(rf"(?i:ORCPT)=(?:(?i:UTF-8);.+|[A-Za-z0-9-]+;{_XTEXT}+)"),
    },
}


def is_well_written(verb: str, param: str) -> bool:
    """By the RFC of its extension; what is not ASCII is not looked at, nor what is not known here."""
    form = _FORMS.get(verb, {}).get(name_of(param))
    return form is None or not param.isascii() or form.fullmatch(param) is not None


def size_limit(extensions: Mapping[str, str]) -> int:
    """The octets of the largest message that the server takes; 0 where it names none (RFC 1870 §4)."""
    return _number(extensions.get("SIZE", "").strip())


def size_said(params: Iterable[str]) -> int:
    """The octets that ``SIZE=`` announces; 0 where it does not."""
    said = (one.partition("=")[2] for one in params if name_of(one) == "SIZE")
    return _number(next(said, ""))


def _number(text: str) -> int:
    """At most 20 digits (RFC 1870 §3); what is none is 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else 0
