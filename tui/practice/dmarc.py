"""Does anybody vouch for the domain that the reader sees in From:, and what does that domain want where
nobody does? DMARC (RFC 7489), by records that a scenario publishes: nothing is asked of DNS.

No list of public suffixes is at hand: the organization of a domain is the highest one above it that the
scenario publishes anything of, else its last two labels.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from tui.practice.dkim import tags_of
from tui.practice.published import Published

#: From the mildest to the strictest.
POLICIES: Final = ("none", "quarantine", "reject")


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
    tags = tags_of(record)
    if tags is None or not _is_sound(tags := {name: value.lower() for name, value in tags.items()}):
        return Finding("permerror", domain)
    vouched = []
    if spf and _aligned(zone, spf, domain, tags.get("aspf", "r")):
        vouched.append("spf")
    if any(_aligned(zone, one, domain, tags.get("adkim", "r")) for one in dkim):
        vouched.append("dkim")
    if vouched:
        return Finding("pass", domain, tuple(vouched))
    policy = tags["p"] if at == domain else tags.get("sp", tags["p"])
    if tags.get("pct") == "0":  # §6.6.4: the next milder one
        policy = POLICIES[max(0, POLICIES.index(policy) - 1)]
    return Finding("fail", domain, policy=policy)


def organization(zone: Mapping[str, Published], domain: str) -> str:
    """The domain that answers for this one (§3.2)."""
    labels = domain.split(".")
    above = [".".join(labels[at:]) for at in range(len(labels) - 1)]
    return next((one for one in reversed(above) if one in zone), ".".join(labels[-2:]))


def _record(zone: Mapping[str, Published], domain: str) -> tuple[str, str]:
    """Where the policy stands, and the policy: at the domain, else at its organization (§6.6.3)."""
    for at in dict.fromkeys((domain, organization(zone, domain))):
        record = zone[at].dmarc if at in zone else ""
        if record.replace(" ", "").startswith("v=DMARC1"):
            return at, record
    return "", ""


def _is_sound(tags: Mapping[str, str]) -> bool:
    """p= is there, and every policy and mode is one that there is (§6.3)."""
    modes = {tags.get("aspf", "r"), tags.get("adkim", "r")}
    return {tags.get("p"), tags.get("sp", "none")} <= {*POLICIES} and modes <= {"r", "s"}


def _aligned(zone: Mapping[str, Published], passed: str, domain: str, mode: str) -> bool:
    """Is what passed of the domain in From:, or of its organization where that is enough (§3.1)?"""
    return passed == domain or (mode == "r" and organization(zone, passed) == organization(zone, domain))
