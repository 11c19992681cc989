"""Delivery reports (RFC 3461): who is to be told what of a message, and the mail that tells it (RFC 3464).

Pure. Its words are the server's, like its replies, and so are not translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from email.utils import formatdate
from typing import Final

from tui.practice.scenario import Server
from tui.sandbox.envelope import Envelope, Recipient
from tui.values import value

_XTEXT: Final = re.compile(r"\+([0-9A-F]{2})")
_UNPRINTABLE: Final = re.compile(r"[^ -~]")


@value
class Outcome:
    """Of one recipient whose sender is to be told."""

    recipient: Recipient
    delivered: bool


def due(scenario: Server, envelope: Envelope) -> tuple[Outcome, ...]:
    """What the sender is to be told: failures, unless he did not want them, and successes that he asked for
    (RFC 3461 §4.1). Nothing to nobody (RFC 5321 §4.5.5), nor to a sender who has no mailbox here."""
    sender = envelope.reverse_path
    if not sender or not scenario.is_local(sender) or not scenario.delivers_to(sender):
        return ()
    found = []
    for one in envelope.recipients:
        wanted = set((one.params.get("NOTIFY") or "FAILURE").upper().split(","))
        delivered = scenario.delivers_to(one.address)
        if ("SUCCESS" if delivered else "FAILURE") in wanted:
            found.append(Outcome(one, delivered))
    return tuple(found)


def returns_all(envelope: Envelope, outcomes: Iterable[Outcome]) -> bool:
    """Is the whole message to come back, and not its header only? (RFC 3461 §4.3: with a failure.)"""
    asked = (envelope.mail_params.get("RET") or "").upper() == "FULL"
    return asked and not all(one.delivered for one in outcomes)


def report(
    host: str, envelope: Envelope, outcomes: Iterable[Outcome], original: bytes, boundary: str
) -> bytes:
    """The mail, to be sent from nobody to ``envelope.reverse_path``.

    Args:
        host: the server that tells it.
        original: the message, or its header without the blank line (``returns_all``).
        boundary: stands in no line of ``original``.
    """
    outcomes = tuple(outcomes)
    failed = [one for one in outcomes if not one.delivered]
    whole = returns_all(envelope, outcomes)
    lines = [
        f"From: Mail Delivery System <postmaster@{host}>",
        f"To: <{_shown(envelope.reverse_path)}>",
        f"Date: {formatdate(envelope.received, localtime=True)}",
        f"Message-ID: <{boundary}@{host}>",
        f"Subject: {'Your mail could not be delivered' if failed else 'Your mail was delivered'}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{boundary}"',
        "",
        f"--{boundary}",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        f"This is the mail server {host}.",
        "",
        *(
            f"<{_shown(one.recipient.address)}>: {'delivered' if one.delivered else 'could not be delivered'}"
            for one in outcomes
        ),
        "",
        f"--{boundary}",
        "Content-Type: message/delivery-status",
        "",
        *(_fields({"Original-Envelope-Id": _decoded(envelope.mail_params.get("ENVID"))})),
        f"Reporting-MTA: dns; {host}",
        f"Arrival-Date: {formatdate(envelope.received, localtime=True)}",
        *(line for one in outcomes for line in ("", *_recipient(one))),
        "",
        f"--{boundary}",
        f"Content-Type: {'message/rfc822' if whole else 'text/rfc822-headers'}",
        "Content-Transfer-Encoding: 8bit",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + original + f"\r\n--{boundary}--\r\n".encode()


def _recipient(one: Outcome) -> list[str]:
    """RFC 3464 §2.3."""
    kind, _semicolon, address = (one.recipient.params.get("ORCPT") or "").partition(";")
    name = one.recipient.address
    code, status = ("250", "2.1.5") if one.delivered else ("550", "5.2.1")
    return [
        *_fields({"Original-Recipient": f"{_shown(kind)};{_decoded(address)}" if address else ""}),
        f"Final-Recipient: {'rfc822' if name.isascii() else 'utf-8'};{_shown(name)}",
        f"Action: {'delivered' if one.delivered else 'failed'}",
        f"Status: {status}",
        *([] if one.delivered else [f"Diagnostic-Code: smtp; {code} {status} The mailbox takes nothing"]),
    ]


def _fields(fields: Mapping[str, str]) -> list[str]:
    return [f"{name}: {text}" for name, text in fields.items() if text]


def _decoded(xtext: str | None) -> str:
    """RFC 3461 §4. What it hides may be a line end: nothing of it may begin a header of its own."""
    return _shown(_XTEXT.sub(lambda match: chr(int(match[1], 16)), xtext or ""))


def _shown(text: str) -> str:
    return _UNPRINTABLE.sub("?", text)
