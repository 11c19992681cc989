"""How a server is reached and protected: what stands beside HOST[:PORT]. Frozen values; the cli, the connect
page and the profiles make them, routes and sessions obey them."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Final

from tui.values import value

SUBMISSION_PORT: Final = 587  # RFC 6409
TLS_PORT: Final = 465  # RFC 8314


class Security(Enum):
    PLAIN = "plain"
    STARTTLS = "starttls"  # required: without it the session stops
    TLS = "tls"  # from the first octet


@value
class TlsRules:
    """What a certificate must fulfil, and what we show of our own.

    ``pin`` is the SHA-256 (hex) of the one certificate that is taken unverified, "" for none; ``insecure``
    takes any. TLS 1.2 is the least in every case.
    """

    name: str = ""  # checked instead of the host's name
    cafile: Path | None = None  # instead of the system's store
    cert: Path | None = None
    key: Path | None = None
    insecure: bool = False
    pin: str = ""


class ProxyHeader(Enum):
    """The PROXY protocol's header before everything else."""

    V1 = "v1"
    V2 = "v2"


@value
class Access:
    """At most one of ``via``, ``pipe``, ``unix`` is set; ``mx`` makes the endpoint's host a mail domain."""

    security: Security = Security.PLAIN
    by_port: bool = False  # nobody chose this security: it is what is usual on the port
    tls: TlsRules = TlsRules()
    via: str = ""  # the jump host, as ssh writes it: [user@]host or an alias of the ssh config
    pipe: tuple[str, ...] = ()  # a program and its arguments; %h and %p stand for host and port
    unix: Path | None = None
    mx: bool = False
    mx_choice: int = 0  # the how-manieth exchanger is tried
    source: str = ""  # our own address
    family: int = 0  # 4, 6, or 0 for both
    proxy: ProxyHeader | None = None
    lmtp: bool = False  # LHLO, and one reply for each recipient behind the dot

    @property
    def indirect(self) -> bool:
        """Whose server it is cannot be told by an address."""
        return bool(self.via or self.pipe or self.unix or self.mx)


#: Straight to the server, in plain text.
DIRECT: Final = Access()
