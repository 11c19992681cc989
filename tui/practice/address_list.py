"""Addresses in header fields such as From: (RFC 5322 §3.4, its obsolete forms too; groups: RFC 6854). Total,
and linear in what it reads: whoever writes a mail writes these fields."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import a2b_qp
from collections.abc import Iterator
from typing import Final

#: A longer field is no list that anybody reads.
_LONGEST: Final = 64 * 1024
#: One token each. A kind of it is one character: what stands here as a name, or the token itself.
_TOKEN: Final = re.compile(
    r"""(?P<blank>[ \t\r\n]+)
      | (?P<e>=\?[^?\s()<>"@,;:]+\?[bBqQ]\?[^?\s]*+\?=)  # an encoded word (RFC 2047), never in an address
      | (?P<a>[^\x00-\x20\x7f()<>\[\]:;@\\,."]+)
      | (?P<q>"(?:[^"\\]|\\.)*+")
      | (?P<l>\[[^\[\]\\]*+\])
      | (?P<comment>\()
      | (?P<special>[<>:;@,.])""",
    re.VERBOSE | re.DOTALL,
)
_IN_COMMENT: Final = re.compile(r"[^()\\]*+(?:\\.|([()])|\Z)", re.DOTALL)
_LOCAL: Final = r"[aq](?:\.[aq])*+"
_DOMAIN: Final = r"(?:a(?:\.a)*+|l)"
_PHRASE: Final = r"[aqe][aqe.]*+"
_ROUTE: Final = rf"(?:,*+@{_DOMAIN}(?:,++@{_DOMAIN})*+,*+:)?"
#: Tried only where a phrase can begin, so that no token is looked at again and again.
_MAILBOX: Final = re.compile(
    rf"(?<![aqe.])(?:(?:{_PHRASE})?<{_ROUTE}(?P<in>{_LOCAL}@{_DOMAIN})>|(?P<bare>{_LOCAL}@{_DOMAIN}))"
)
_MAILBOXES: Final = r",*+(?:m(?:,++m)*+,*+)?"
_ONE: Final = rf"(?:m|{_PHRASE}:{_MAILBOXES};)"
_LIST: Final = re.compile(rf",*+(?:{_ONE}(?:,++{_ONE})*+,*+)?")

_SHOWN_DOMAIN: Final = re.compile(r"@\s*(\w[\w-]*+(?:\s*+\.\s*+\w[\w-]*+)*+)")
_ENCODED_WORD: Final = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*+)\?=")
_BETWEEN_WORDS: Final = re.compile(r"(?<=\?=)\s+(?==\?)")
_LONGEST_NAME: Final = 253  # octets of a domain (RFC 1035 §2.3.4)
_INTERNATIONAL: Final = re.compile(rf"(?!.{{{_LONGEST_NAME + 1}}})[\w-]+(?:[.\u3002\uff0e\uff61][\w-]+)*+")


def addresses(text: str) -> tuple[str, ...] | None:
    """The address of each mailbox in a field's value, without comments; None: it is no list of them."""
    tokens = _tokens(text)
    if tokens is None:
        return None
    kinds = "".join(kind for kind, _token in tokens)
    found = list(_MAILBOX.finditer(kinds))
    if not _LIST.fullmatch(_MAILBOX.sub("m", kinds)):
        return None
    spans = (one.span("in") if one["in"] else one.span("bare") for one in found)
    return tuple("".join(token for _kind, token in tokens[start:end]) for start, end in spans)


def domains(text: str) -> tuple[str, ...]:
    """Whose mail a reader may take it for by this value: the domains of its mailboxes; where it is no list of
    them, of all that looks like an address, also behind encoded words. Each once, as ``lookup_name``."""
    found = addresses(text)
    if found is not None:
        names = [one.rpartition("@")[2] for one in found]
    else:
        bare = " ".join(token for _kind, token in _tokens(text) or () if token[0] != '"')
        shown = (text, bare, _decoded(text))
        names = ["".join(one.split()) for said in shown for one in _SHOWN_DOMAIN.findall(said)]
    return tuple(dict.fromkeys(lookup_name(one) for one in names))


def lookup_name(domain: str) -> str:
    """A domain as DNS is asked for it: in lower case, letters beyond ASCII in their form of ASCII (RFC 8616),
    without the dot at its end. What can be no domain keeps its characters."""
    domain = domain.lower().removesuffix(".")
    if domain.isascii() or not _INTERNATIONAL.fullmatch(domain[: _LONGEST_NAME + 1]):
        return domain
    try:
        return domain.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        return domain


def _tokens(text: str) -> list[tuple[str, str]] | None:
    """(kind, token) of each that is no blank and no comment; None: it cannot be parted into tokens."""
    if len(text) > _LONGEST:
        return None
    found = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            return None
        at = match.end()
        if match.lastgroup == "comment":
            at = _end_of_comment(text, at)
            if not at:
                return None
        elif match.lastgroup != "blank":
            found.append((match[0] if match.lastgroup == "special" else match.lastgroup, match[0]))
    return found


def _end_of_comment(text: str, at: int) -> int:
    """0: it has none. Comments stand inside comments, thousands deep where somebody wants to do harm."""
    depth = 1
    while depth and at < len(text):
        match = _IN_COMMENT.match(text, at)
        if match is None:  # a backslash at the very end
            return 0
        depth += {"(": 1, ")": -1}.get(match[1], 0)
        at = match.end()
    return 0 if depth else at


def _decoded(text: str) -> str:
    """With encoded words as a reader sees them."""
    return "".join(_pieces(_BETWEEN_WORDS.sub("", text)))


def _pieces(text: str) -> Iterator[str]:
    at = 0
    for match in _ENCODED_WORD.finditer(text):
        yield text[at : match.start()]
        yield _word(match)
        at = match.end()
    yield text[at:]


def _word(match: re.Match[str]) -> str:
    said = match[3].encode("utf-8", "replace")
    try:
        octets = a2b_qp(said, header=True) if match[2] in "qQ" else b64decode(said + b"=" * (-len(said) % 4))
        return octets.decode(match[1].partition("*")[0], "replace")
    except (ValueError, LookupError):
        return match[0]
