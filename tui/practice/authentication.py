"""May this client send for this domain? SPF, DKIM and DMARC as exercises need them, from records that the
scenario publishes: nothing is asked of DNS.

Of DKIM the hash of the body is checked, not the signature over it: a mail is never said to have passed.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from email.utils import getaddresses
from typing import Final

from tui.practice.published import Published, Verdict

_LOOKUPS: Final = 10  # RFC 7208 §4.6.4
_QUALIFIERS: Final = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}
_TERM: Final = re.compile(r"([-+~?]?)([a-z0-9]+)(?:[:/](.*))?", re.IGNORECASE)
_FIELD: Final = r"(?im)^{name}[ \t]*:((?:.*)(?:\r?\n[ \t].*)*)"
_TAG: Final = re.compile(r"([a-z]+)[ \t]*=[ \t]*([^;]*)", re.IGNORECASE)
_BLANKS: Final = re.compile(rb"[ \t]+")


class _BrokenError(Exception):
    """The record cannot be evaluated: permerror (RFC 7208 §2.6.7)."""


def judge(published: Sequence[Published], *, client: str, helo: str, sender: str, message: bytes) -> Verdict:
    """What a server with these records finds.

    Args:
        client: the address that the mail came from.
        sender: the reverse-path; where it is empty, ``helo`` is checked (RFC 7208 §2.4).
    """
    zone = {one.domain: one for one in published}
    header, _, body = message.partition(b"\r\n\r\n")
    spf_domain = (sender.rpartition("@")[2] or helo).lower()
    spf = _spf_result(zone, spf_domain, client)
    dkim, dkim_domain = _dkim(zone, header, body)
    from_domain = _from_domain(header)
    dmarc, policy = _dmarc(zone, from_domain, spf_domain if spf == "pass" else "")
    return Verdict(
        client=client,
        spf=spf,
        spf_domain=spf_domain,
        dkim=dkim,
        dkim_domain=dkim_domain,
        dmarc=dmarc,
        from_domain=from_domain,
        policy=policy,
    )


# -- SPF (RFC 7208)


def _spf_result(zone: Mapping[str, Published], domain: str, client: str) -> str:
    try:
        return _spf(zone, domain, ipaddress.ip_address(client), [])
    except (_BrokenError, ValueError):
        return "permerror"


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _spf(zone: Mapping[str, Published], domain: str, client: _Address, lookups: list[str]) -> str:
    record = zone[domain].spf if domain in zone else ""
    if not record:
        return "none"
    version, *terms = record.split()
    if version.lower() != "v=spf1":
        raise _BrokenError
    redirect = ""
    for term in terms:
        if term.lower().startswith("redirect="):
            redirect = term.partition("=")[2].lower()
        elif "=" not in term:
            match = _TERM.fullmatch(term)
            if match is None:
                raise _BrokenError
            if _matches(zone, match[2].lower(), match[3] or "", domain, client, lookups):
                return _QUALIFIERS[match[1] or "+"]
    if not redirect:
        return "neutral"
    return _other(zone, redirect, client, lookups)


def _other(zone: Mapping[str, Published], domain: str, client: _Address, lookups: list[str]) -> str:
    """The result of another domain, which must have a record."""
    lookups.append(domain)
    result = _spf(zone, domain, client, lookups) if len(lookups) <= _LOOKUPS else "none"
    if result == "none":
        raise _BrokenError
    return result


def _matches(  # noqa: PLR0917 (what RFC 7208 calls the arguments of check_host)
    zone: Mapping[str, Published], name: str, value: str, domain: str, client: _Address, lookups: list[str]
) -> bool:
    if name == "all":
        return True
    if name in {"ip4", "ip6"}:
        return client in ipaddress.ip_network(value, strict=False)
    if name == "include":
        return _other(zone, value.lower(), client, lookups) == "pass"
    if name in {"a", "mx"}:
        of = zone.get(value.lower() or domain)
        found = getattr(of, name, ())
        return str(client) in found
    raise _BrokenError  # ptr and exists need a DNS


# -- DKIM (RFC 6376)


def _dkim(zone: Mapping[str, Published], header: bytes, body: bytes) -> tuple[str, str]:
    """The result, and the domain that signed."""
    signature = _field(header, "dkim-signature")
    if not signature:
        return "none", ""
    tags = _tags(signature)
    domain = tags.get("d", "").lower()
    if domain not in zone or tags.get("s", "") not in zone[domain].dkim:
        return "permerror", domain
    relaxed = tags.get("c", "").endswith("/relaxed")
    digest = b64encode(hashlib.sha256(_canonical(body, relaxed=relaxed)).digest()).decode()
    return ("neutral" if digest == re.sub(r"\s", "", tags.get("bh", "")) else "fail"), domain


def _canonical(body: bytes, *, relaxed: bool) -> bytes:
    """§3.4.3 and §3.4.4."""
    lines = body.split(b"\r\n")
    if relaxed:
        lines = [_BLANKS.sub(b" ", line).rstrip(b" ") for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines) or (b"" if relaxed else b"\r\n")


# -- DMARC (RFC 7489)


def _dmarc(zone: Mapping[str, Published], from_domain: str, spf_passed: str) -> tuple[str, str]:
    """The result, and the policy of a failure. ``spf_passed``: the domain for which SPF passed."""
    labels = from_domain.split(".")
    parents = (".".join(labels[at:]) for at in range(len(labels)))
    found = next((one for one in parents if one in zone and zone[one].dmarc), None)
    if found is None:
        return "none", ""
    tags = _tags(zone[found].dmarc)
    aligned = spf_passed == from_domain
    if tags.get("aspf", "r") != "s":
        aligned = aligned or f".{spf_passed}".endswith(f".{found}")
    if aligned:
        return "pass", ""
    policy = tags.get("p", "none")
    return "fail", tags.get("sp", policy) if found != from_domain else policy


# -- the header


def _from_domain(header: bytes) -> str:
    addresses = [address for _name, address in getaddresses([_field(header, "from")]) if "@" in address]
    return addresses[0].rpartition("@")[2].lower() if len(addresses) == 1 else ""


def _field(header: bytes, name: str) -> str:
    """The first of this name, unfolded; "" when there is none."""
    match = re.search(_FIELD.format(name=name), header.decode("utf-8", "replace"))
    return re.sub(r"\r?\n", "", match[1]).strip() if match else ""


def _tags(text: str) -> dict[str, str]:
    return {match[1].lower(): match[2].strip() for match in _TAG.finditer(text)}
