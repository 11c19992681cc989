"""Does anybody vouch for the domain that the reader sees in From:, and what does that domain want where
nobody does? DMARC (RFC 7489), by records that a scenario publishes: nothing is asked of DNS.

No list of public suffixes is at hand: the organization of a domain is the highest one above it that the
scenario publishes anything of, else its last two labels.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from tui.practice.published import Published

#: From the mildest to the strictest.
POLICIES: Final = ("none", "quarantine", "reject")
#: §6.3: to the letter, and first; another record is none of DMARC.
_VERSION: Final = re.compile(r"v[ \t]*=[ \t]*DMARC1[ \t]*(?:;|\Z)")
_TAG: Final = re.compile(r"([A-Za-z][A-Za-z0-9_]*)\s*=\s*(.*)", re.DOTALL)
_PERCENT: Final = re.compile(r"[0-9]{1,3}")
_REPORT_ADDRESS: Final = re.compile(r"[a-z][a-z0-9+.-]*:[^\s,!]+", re.IGNORECASE)
#: A longer name is none (RFC 1035 §2.3.4), and nothing is published of it.
_LONGEST_NAME: Final = 253


class Finding(NamedTuple):
    """``result``: none, pass, fail or permerror; ``vouched``: which of spf and dkim are for this domain;
    ``policy``: what is to be done, where it is "fail"."""

    result: str
    domain: str
    vouched: tuple[str, ...] = ()
    policy: str = ""


def evaluate(zone: Mapping[str, Published], domain: str, *, spf: str, dkim: Collection[str]) -> Finding:
    """§6.6.2, for one domain of From:.

    Args:
        spf: the domain that SPF passed for; "": none.
        dkim: the domains of the signatures that passed.
    """
    at, record = _record(zone, domain)
    if not record:
        return Finding("none", domain)
    tags = _tags(record)
    sought = _sought(zone, domain, tags, below=at != domain)
    if not sought:
        return Finding("permerror", domain)
    vouched = []
    if spf and _aligned(zone, spf, domain, tags.get("aspf", "r")):
        vouched.append("spf")
    if any(_aligned(zone, one, domain, tags.get("adkim", "r")) for one in dkim):
        vouched.append("dkim")
    if vouched:
        return Finding("pass", domain, tuple(vouched))
    percent = tags.get("pct", "")
    if _PERCENT.fullmatch(percent) and int(percent) == 0:  # §6.6.4: the next milder one
        sought = POLICIES[max(0, POLICIES.index(sought) - 1)]
    return Finding("fail", domain, policy=sought)


def _tags(record: str) -> dict[str, str]:
    """What can be read of it, in lower case: what is no tag, or is one twice, says nothing (§6.3)."""
    found: dict[str, str] = {}
    for match in (_TAG.fullmatch(one.strip()) for one in record.split(";")):
        if match is not None:
            found[match[1]] = "" if match[1] in found else match[2].lower()
    return found


def _sought(zone: Mapping[str, Published], domain: str, tags: Mapping[str, str], *, below: bool) -> str:
    """The policy for this domain, ``below`` the one that the record stands at; "": the record has none that
    can be read, and nobody to tell (§6.6.3). ``np`` is for domains that do not exist (RFC 9091 §3)."""
    if tags.get("p") not in POLICIES or tags.get("sp", "none") not in POLICIES:
        told = any(_REPORT_ADDRESS.match(one.strip()) for one in tags.get("rua", "").split(","))
        return "none" if told else ""
    if not below:
        return tags["p"]
    exists = domain in zone and (zone[domain].a or zone[domain].mx)
    if not exists and tags.get("np") in POLICIES:
        return tags["np"]
    return tags.get("sp", tags["p"])


def organization(zone: Mapping[str, Published], domain: str) -> str:
    """The domain that answers for this one (§3.2)."""
    labels = domain[-_LONGEST_NAME:].split(".")
    above = [".".join(labels[at:]) for at in range(len(labels) - 1)]
    return next((one for one in reversed(above) if one in zone), ".".join(labels[-2:]))


def _record(zone: Mapping[str, Published], domain: str) -> tuple[str, str]:
    """Where the policy stands, and the policy: at the domain, else at its organization (§6.6.3)."""
    for at in dict.fromkeys((domain, organization(zone, domain))):
        record = zone[at].dmarc if at in zone else ""
        if _VERSION.match(record):
            return at, record
    return "", ""


def _aligned(zone: Mapping[str, Published], passed: str, domain: str, mode: str) -> bool:
    """Is what passed of the domain in From:, or of its organization unless ``mode`` is strict (§3.1)?"""
    return passed == domain or (mode != "s" and organization(zone, passed) == organization(zone, domain))
