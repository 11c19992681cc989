"""What DNS would say of a sender's domain, as a scenario publishes it, and what a server makes of it."""

from __future__ import annotations

import msgspec


class Published(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What DNS says of a domain: ``spf`` and ``dmarc`` as the TXT records stand there, ``dkim`` by selector,
    ``a`` and ``mx`` the addresses of its host and of its exchangers."""

    domain: str
    spf: str = ""
    dmarc: str = ""
    dkim: dict[str, str] = {}
    a: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """A DKIM signature, and what came of it.

    Attributes:
        result: pass, fail, neutral or permerror (RFC 8601 §2.7.1).
        reason: why it did not pass, a key of ``dkim.REASONS``; "" where it did.
    """

    domain: str
    selector: str
    result: str
    reason: str = ""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Results as RFC 8601 §2.7 names them, and the domain that each is about.

    Attributes:
        spf_identity: what SPF was asked about, ``mailfrom`` or ``helo``.
        dkim: of all signatures the one that says most, ``signatures`` each of them, from the top.
        vouched: which of spf and dkim passed for the domain of From:.
        policy: what the domain of From: asks for when ``dmarc`` is "fail": none, quarantine or reject.
        disposition: what this server did about that: none, quarantine or reject.
    """

    client: str
    spf: str
    spf_domain: str
    spf_identity: str = "mailfrom"
    dkim: str
    dkim_domain: str = ""
    signatures: tuple[Signature, ...] = ()
    dmarc: str
    from_domain: str = ""
    vouched: tuple[str, ...] = ()
    policy: str = ""
    disposition: str = ""

    @property
    def quarantined(self) -> bool:
        """Would it lie among the junk?"""
        return self.disposition == "quarantine"
