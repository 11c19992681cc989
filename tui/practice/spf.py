"""May this address send for this domain? SPF (RFC 7208), by records that a scenario publishes: nothing is
asked of DNS. There is no reverse DNS here either, so ``ptr`` never matches and ``%{p}`` is unknown (§5.5,
§7.3)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from tui.practice.published import Published
from tui.values import value

_LOOKUPS: Final = 10  # §4.6.4: mechanisms and modifiers that ask DNS, and exchangers of one domain
_LONGEST_NAME: Final = 253
_LONGEST_LABEL: Final = 63
_VOID_LOOKUPS: Final = 2  # §4.6.4: of them those that find nothing
_QUALIFIERS: Final = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral", "": "pass"}
_VERSION: Final = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)  # §4.5: other records are none
#: §12, piece by piece.
_EXPAND: Final = r"%(?:[%_-]|\{[slodiphv](?:0*+[1-9][0-9]*+)?r?[.+,/_=-]*+\})"
_MACRO_STRING: Final = rf"(?:{_EXPAND}|[!-$&-~])*"
_TOP_LABEL: Final = r"(?:[a-z0-9]*[a-z][a-z0-9]*|[a-z0-9]+-[a-z0-9-]*[a-z0-9])"
_DOMAIN_SPEC: Final = rf"{_MACRO_STRING}(?:\.{_TOP_LABEL}\.?|{_EXPAND})"
_BITS_4: Final = r"[12]?[0-9]|3[0-2]"
_BITS_6: Final = r"12[0-8]|1[01][0-9]|[1-9]?[0-9]"


def _form(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE | re.ASCII)


_MODIFIER: Final = _form(rf"([a-z][a-z0-9._-]*)=({_MACRO_STRING})")
_NAMED: Final = _form(_DOMAIN_SPEC)
#: §5: for each mechanism what stands behind it.
_NAME: Final = _form(rf":({_DOMAIN_SPEC})")
_NAME_AND_LENGTHS: Final = _form(rf"(?::({_DOMAIN_SPEC}))?(?:/({_BITS_4}))?(?://({_BITS_6}))?")
_ARGUMENT: Final = {
    "all": _form(""),
    "ip4": _form(rf":([0-9.]+(?:/(?:{_BITS_4}))?)"),
    "ip6": _form(rf":([0-9a-f:.]+(?:/(?:{_BITS_6}))?)"),
    "include": _NAME,
    "exists": _NAME,
    "a": _NAME_AND_LENGTHS,
    "mx": _NAME_AND_LENGTHS,
    "ptr": _form(rf"(?::({_DOMAIN_SPEC}))?"),
}
_MECHANISM: Final = _form(r"([-+~?]?)([a-z][a-z0-9]*)(.*)")
_MACRO: Final = _form(r"%(?:([%_-])|\{([slodiphv])([0-9]*)(r?)([.+,/_=-]*)\})")
_LITERAL: Final = {"%": "%", "_": " ", "-": "%20"}

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class _BrokenError(Exception):
    """The record cannot be evaluated: permerror (§2.6.7)."""


@value
class _Term:
    """A mechanism, and what stands behind it."""

    result: str  # where it matches
    name: str
    argument: re.Match[str]


def check_host(zone: Mapping[str, Published], *, client: str, domain: str, sender: str, helo: str) -> str:
    """The result for ``domain`` (§4): none, neutral, pass, fail, softfail or permerror.

    Args:
        client: the address that the mail came from.
        sender: the address that is checked, of that domain.
        helo: the name that the client gave.
    """
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return "permerror"
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped  # §5
    try:
        return _Check(zone, address, sender, helo).result(domain)
    except _BrokenError:
        return "permerror"


class _Check:
    """One evaluation, from the first record to whatever that leads to."""

    def __init__(self, zone: Mapping[str, Published], client: _Address, sender: str, helo: str) -> None:
        self._zone = zone
        self._client = client
        self._sender = sender
        self._helo = helo
        self._lookups = 0
        self._void = 0

    def result(self, domain: str) -> str:
        """check_host() of §4. A name that DNS could not have has no record (§4.3)."""
        labels = domain.split(".")
        if len(domain) > _LONGEST_NAME or not all(1 <= len(one) <= _LONGEST_LABEL for one in labels):
            return "none"
        record = self._zone[domain].spf if domain in self._zone else ""
        if not _VERSION.match(record):
            return "none"
        terms, redirect = _parsed(record)
        for term in terms:
            if self._matches(term, domain):
                return term.result
        if not redirect:
            return "neutral"
        return self._of_another(redirect, domain)

    def _of_another(self, text: str, domain: str) -> str:
        """The result of a domain that this one names, which must have a record (§5.2, §6.1)."""
        self._count_lookup()
        result = self.result(self._expanded(text, domain))
        if result == "none":
            raise _BrokenError
        return result

    def _matches(self, term: _Term, domain: str) -> bool:
        match term.name:
            case "all":
                return True
            case "ip4" | "ip6":
                return self._client in _network(term.argument[1], term.name)
            case "include":
                return self._of_another(term.argument[1], domain) == "pass"
            case "exists":
                return bool(self._addresses(term.argument[1], domain, "a", version=4))
            case "ptr":
                self._count_lookup()
                return False
        name, four, six = term.argument.groups()
        lengths = {4: int(four or 32), 6: int(six or 128)}
        version = self._client.version if term.name == "a" else None
        found = self._addresses(name, domain, term.name, version)
        return any(self._client in _around(one, lengths) for one in found)

    def _addresses(
        self, text: str | None, domain: str, kind: str, version: int | None = None
    ) -> tuple[str, ...]:
        """``version``: of IP, where only records of one are asked for."""
        self._count_lookup()
        of = self._zone.get(self._expanded(text, domain) if text else domain)
        found: tuple[str, ...] = getattr(of, kind, ())
        if kind == "mx" and len(found) > _LOOKUPS:
            raise _BrokenError
        found = tuple(one for one in found if version in {None, 6 if ":" in one else 4})
        if not found:
            self._void += 1
            if self._void > _VOID_LOOKUPS:
                raise _BrokenError
        return found

    def _count_lookup(self) -> None:
        self._lookups += 1
        if self._lookups > _LOOKUPS:
            raise _BrokenError

    def _expanded(self, text: str, domain: str) -> str:
        """A domain with its macros (§7) replaced."""

        def macro(match: re.Match[str]) -> str:
            if match[1]:
                return _LITERAL[match[1]]
            words = re.split(f"[{re.escape(match[5] or '.')}]", self._fact(match[2].lower(), domain))
            if match[4]:
                words.reverse()
            if match[3]:
                words = words[-int(match[3].lstrip("0")[:9]) :]
            said = ".".join(words)
            return quote(said, safe="") if match[2].isupper() else said

        name = _MACRO.sub(macro, text).lower().removesuffix(".")
        while len(name) > _LONGEST_NAME and "." in name:
            name = name.partition(".")[2]
        return name

    def _fact(self, letter: str, domain: str) -> str:
        local, _at, of = self._sender.rpartition("@")
        local = local or "postmaster"  # §4.3
        six = isinstance(self._client, ipaddress.IPv6Address)
        facts = {"s": f"{local}@{of}", "l": local, "o": of, "d": domain, "h": self._helo, "p": "unknown"}
        facts["v"] = "ip6" if six else "in-addr"
        facts["i"] = ".".join(self._client.exploded.replace(":", "")) if six else str(self._client)
        return facts[letter]


def _parsed(record: str) -> tuple[list[_Term], str]:
    """The mechanisms, and what redirect= names. A fault anywhere is found first (§4.6)."""
    terms = []
    modifiers: dict[str, str] = {}
    for text in record.split(" ")[1:]:
        if not text:
            continue
        if modifier := _MODIFIER.fullmatch(text):
            name = modifier[1].lower()
            if name in {"redirect", "exp"} and (name in modifiers or not _NAMED.fullmatch(modifier[2])):
                raise _BrokenError
            modifiers[name] = modifier[2]
        else:
            terms.append(_mechanism(text))
    return terms, modifiers.get("redirect", "")


def _mechanism(text: str) -> _Term:
    found = _MECHANISM.fullmatch(text)
    name = found[2].lower() if found else ""
    argument = _ARGUMENT[name].fullmatch(found[3]) if found and name in _ARGUMENT else None
    if found is None or argument is None:
        raise _BrokenError
    if name in {"ip4", "ip6"}:
        _network(argument[1], name)
    return _Term(_QUALIFIERS[found[1]], name, argument)


def _network(text: str, name: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    kind = ipaddress.IPv4Network if name == "ip4" else ipaddress.IPv6Network
    try:
        return kind(text, strict=False)
    except ValueError:
        raise _BrokenError from None


def _around(address: str, lengths: Mapping[int, int]) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """The network of so many bits that an address lies in."""
    try:
        length = lengths[ipaddress.ip_address(address).version]
        return ipaddress.ip_network(f"{address}/{length}", strict=False)
    except ValueError:
        raise _BrokenError from None
