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

_LOOKUPS: Final = 10  # §4.6.4: mechanisms and modifiers that ask DNS
_VOID_LOOKUPS: Final = 2  # §4.6.4: of them those that find nothing
_QUALIFIERS: Final = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral", "": "pass"}
_VERSION: Final = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)  # §4.5: other records are none
_MODIFIER: Final = re.compile(r"([a-z][a-z0-9._-]*)=(.*)", re.IGNORECASE)
#: §5: for each mechanism what stands behind it.
_NETWORK: Final = re.compile(r":([0-9a-f:.]+(?:/[0-9]{1,3})?)", re.IGNORECASE)
_NAME: Final = re.compile(r":(.+)")
_NAME_OR_NONE: Final = re.compile(r"(?::(.+))?")
_NAME_AND_LENGTHS: Final = re.compile(r"(?::(.+?))?(?:/([0-9]{1,2}))?(?://([0-9]{1,3}))?")
_ARGUMENT: Final = {
    "all": re.compile(""),
    "ip4": _NETWORK,
    "ip6": _NETWORK,
    "include": _NAME,
    "exists": _NAME,
    "a": _NAME_AND_LENGTHS,
    "mx": _NAME_AND_LENGTHS,
    "ptr": _NAME_OR_NONE,
}
_MECHANISM: Final = re.compile(r"([-+~?]?)([a-z][a-z0-9]*)(.*)", re.IGNORECASE)
_MACRO: Final = re.compile(r"%(?:([%_-])|\{([slodiphv])([0-9]*)(r?)([.+,/_=-]*)\})?", re.IGNORECASE)
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
        """check_host() of §4."""
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
                return bool(self._addresses(term.argument[1], domain, "a"))
            case "ptr":
                self._count_lookup()
                return False
        name, four, six = term.argument.groups()
        lengths = {4: int(four or 32), 6: int(six or 128)}
        found = self._addresses(name, domain, term.name)
        return any(self._client in _around(one, lengths) for one in found)

    def _addresses(self, text: str | None, domain: str, kind: str) -> tuple[str, ...]:
        self._count_lookup()
        of = self._zone.get(self._expanded(text, domain) if text else domain)
        found: tuple[str, ...] = getattr(of, kind, ())
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
                words = words[-int(match[3]) :]
            said = ".".join(words)
            return quote(said, safe="") if match[2].isupper() else said

        return _MACRO.sub(macro, text).lower().removesuffix(".")

    def _fact(self, letter: str, domain: str) -> str:
        local, _at, of = self._sender.rpartition("@")
        six = isinstance(self._client, ipaddress.IPv6Address)
        facts = {"s": self._sender, "l": local, "o": of, "d": domain, "h": self._helo, "p": "unknown"}
        facts["v"] = "ip6" if six else "in-addr"
        facts["i"] = ".".join(self._client.exploded.replace(":", "")) if six else str(self._client)
        return facts[letter]


def _parsed(record: str) -> tuple[list[_Term], str]:
    """The mechanisms, and what redirect= names. A fault anywhere is found first (§4.6)."""
    terms = []
    modifiers: dict[str, str] = {}
    for text in record.split()[1:]:
        if any(_is_malformed(macro) for macro in _MACRO.finditer(text)):
            raise _BrokenError
        if modifier := _MODIFIER.fullmatch(text):
            name = modifier[1].lower()
            if name in {"redirect", "exp"} and name in modifiers:
                raise _BrokenError
            modifiers[name] = modifier[2]
        else:
            terms.append(_mechanism(text))
    return terms, modifiers.get("redirect", "")


def _is_malformed(macro: re.Match[str]) -> bool:
    """A % that begins no macro, or one that leaves nothing (§7.1)."""
    return not macro[0][1:] or (bool(macro[3]) and int(macro[3]) == 0)


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
