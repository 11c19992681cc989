"""What the dialogue said about a message, kept beside it: the message itself is left as it came."""

from __future__ import annotations

import msgspec

from tui.practice.published import Verdict


class Recipient(msgspec.Struct, frozen=True, kw_only=True):
    address: str
    params: dict[str, str | None] = {}


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """A command as it was typed, and the first answer to it; ``\\xNN`` for what is no UTF-8."""

    line: str
    reply: str = ""


class Envelope(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One JSON object. Keys that a later version adds are read over.

    Attributes:
        received: seconds since the epoch, when the final dot came.
        reverse_path: "" is the null reverse-path (RFC 5321 §4.5.5).
        helo: the verb and the name that the client gave.
        octets: size of the message after dot-unstuffing.
        tls: the version of TLS that it came in; "": in clear.
        user: who had logged in.
        dialogue: the client's introduction and the commands of this mail, in order; nothing of a login.
        verdict: of SPF, DKIM and DMARC, where the scenario publishes records.
    """

    format_version: int = 1
    received: float
    reverse_path: str
    recipients: tuple[Recipient, ...]
    octets: int
    mail_params: dict[str, str | None] = {}
    helo: tuple[str, str] = ("", "")
    peer: str = ""
    tls: str = ""
    user: str = ""
    dialogue: tuple[Exchange, ...] = ()
    verdict: Verdict | None = None

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(one.address for one in self.recipients)
