"""What the practice server's first row tells a client: where it listens, how it behaves, whom to trust."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from tui.practice.fault_lines import spelt, troubles
from tui.sandbox.sandbox import Sandbox
from tui.smtp.display import socket_address, visible
from tui.values import value
from tui.words.language import gettext as _
from tui.words.language import pgettext

Addresses = tuple[tuple[str, int], ...]


@value
class Served:
    """A sandbox that listens.

    Attributes:
        scenario: its name; "" for one that has none.
        accounts: user and password of everybody who can log in, where logging in is offered.
        ca_file: what a client is to trust for STARTTLS and TLS; None where there is no TLS.
        fingerprint: of the server's certificate, SHA-256.
        expose: other machines can reach it.
        faults: what goes wrong there, as ``--fault`` spells it.
        remarks: what of that does not hold; sentences.
    """

    addresses: Addresses
    tls_addresses: Addresses
    lmtp_addresses: Addresses
    personality: str
    scenario: str
    accounts: tuple[tuple[str, str], ...]
    ca_file: Path | None
    fingerprint: str
    mail: Path
    expose: bool
    faults: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    def row(self) -> str:
        """All of it on one row; there is nothing in it that is not needed by somebody."""
        return " ; ".join(self._pieces())

    def json(self) -> dict[str, Any]:
        """The keys are a promise (README)."""
        return {
            "addresses": [socket_address(*one) for one in self.addresses],
            "port": self.addresses[0][1],
            "tls_port": self.tls_addresses[0][1] if self.tls_addresses else None,
            "lmtp_port": self.lmtp_addresses[0][1] if self.lmtp_addresses else None,
            "personality": self.personality,
            "scenario": self.scenario,
            "faults": list(self.faults),
            "users": [{"user": user, "password": password} for user, password in self.accounts],
            "ca_file": str(self.ca_file) if self.ca_file is not None else None,
            "certificate_sha256": self.fingerprint or None,
            "mail": str(self.mail),
            "exposed": self.expose,
        }

    def _pieces(self) -> list[str]:
        pieces = [_("ready on {addresses}").format(addresses=_spelt(self.addresses))]
        if self.tls_addresses:
            where = _spelt(self.tls_addresses)
            pieces.append(_("TLS from the first octet on {addresses}").format(addresses=where))
        if self.lmtp_addresses:
            pieces.append(_("LMTP on {addresses}").format(addresses=_spelt(self.lmtp_addresses)))
        if self.expose:
            pieces.append(_("other machines can reach it, and it passes nothing on"))
        pieces.append(_("personality {name}").format(name=visible(self.personality)))
        if self.scenario:
            pieces.append(_("scenario {name}").format(name=visible(self.scenario)))
        if self.faults:
            pieces.append(
                _("goes wrong: {faults}").format(faults=visible(pgettext("faults", "; ").join(self.faults)))
            )
        pieces += self.remarks
        for user, password in self.accounts:
            sentence = _("to log in: user {user}, password {password}")
            pieces.append(sentence.format(user=visible(user), password=visible(password)))
        if self.ca_file is not None:
            trust = _("for TLS trust {file} ; its certificate has the SHA-256 {sha256}")
            pieces.append(trust.format(file=visible(str(self.ca_file)), sha256=self.fingerprint))
        pieces.append(_("mail is kept in {folder}").format(folder=visible(str(self.mail))))
        pieces.append(_("^C ends it"))
        return pieces


async def fingerprint_of(sandbox: Sandbox, *, tls: bool) -> str:
    """Of its certificate, which is made now if there is none; "" where it has no TLS.

    Args:
        tls: there will be a port for TLS from the first octet.

    Raises:
        OSError: no certificate can be made or read.
    """
    if sandbox.authority is None or not (sandbox.ca_file is not None or tls):
        return ""
    return await asyncio.to_thread(sandbox.authority.fingerprint)


def served(sandbox: Sandbox, fingerprint: str, *, expose: bool, remarks: tuple[str, ...] = ()) -> Served:
    """What is to be told of a sandbox that listens."""
    logs_in = "AUTH" in sandbox.scenario.offered(sandbox.personality.extensions)
    ca_file = sandbox.authority.ca_file if fingerprint and sandbox.authority is not None else None
    return Served(
        addresses=sandbox.addresses,
        tls_addresses=sandbox.tls_addresses,
        lmtp_addresses=sandbox.lmtp_addresses,
        personality=sandbox.personality.id,
        scenario=getattr(sandbox.scenario, "id", ""),
        accounts=tuple((one.user, one.password) for one in sandbox.scenario.account) if logs_in else (),
        ca_file=ca_file,
        fingerprint=fingerprint,
        mail=sandbox.mail,
        expose=expose,
        faults=tuple(map(spelt, troubles(sandbox.scenario))),
        remarks=remarks,
    )


def _spelt(addresses: Addresses) -> str:
    return " ".join(socket_address(*one) for one in addresses)
