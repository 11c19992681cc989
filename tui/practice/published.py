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


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """Results as RFC 8601 §2.7 names them, and the domain that each is about.

    Attributes:
        policy: what the domain of From: asks for when ``dmarc`` is "fail": none, quarantine or reject.
    """

    client: str
    spf: str
    spf_domain: str
    dkim: str
    dkim_domain: str = ""
    dmarc: str
    from_domain: str = ""
    policy: str = ""
