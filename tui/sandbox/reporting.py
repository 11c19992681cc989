"""Delivery reports (RFC 3461): who is to be told what of a message, and the mail that tells it (RFC 3464; of
addresses and headers beyond ASCII RFC 6533).

Pure. Its words are the server's, like its replies, and so are not translated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.utils import formatdate
from typing import Final

from tui.practice.scenario import Server
from tui.sandbox.envelope import Envelope, Recipient
from tui.values import value

_XTEXT: Final = re.compile(r"\+([0-9A-F]{2})")
#: RFC 6533 §3: characters that stand as \\x{…} in an address of type utf-8, in both of its forms.
_RESERVED: Final = frozenset("\\+= ")
_EMBEDDED: Final = re.compile(r"\\x\{(0?[0-9A-F]{2,5}|10[0-9A-F]{4})\}")
#: Code, status and words of RFC 3463 for what can become of a recipient.
_NO_MAILBOX: Final = ("550", "5.1.1", "There is no such mailbox")
_TAKES_NOTHING: Final = ("550", "5.2.1", "The mailbox takes nothing")


@value
class Outcome:
    """Of one recipient whose sender is to be told. ``failure``: code, status and words; None: delivered."""

    recipient: Recipient
    failure: tuple[str, str, str] | None = None

    @property
    def delivered(self) -> bool:
        return self.failure is None


def due(scenario: Server, envelope: Envelope, mailbox_of: Callable[[str], str]) -> tuple[Outcome, ...]:
    """What the sender is to be told: failures, unless he did not want them, and successes that he asked for
    (RFC 3461 §4.1). Nothing to nobody (RFC 5321 §4.5.5), nor to a sender who has no mailbox here.

    Args:
        mailbox_of: the address of the mailbox that an address leads to.
    """
    sender = envelope.reverse_path
    if not sender or not scenario.is_local(sender) or not scenario.delivers_to(mailbox_of(sender)):
        return ()
    found = []
    for one in envelope.recipients:
        wanted = set((one.params.get("NOTIFY") or "FAILURE").upper().split(","))
        address = mailbox_of(one.address)
        failure = None
        if not scenario.delivers_to(address):
            failure = _TAKES_NOTHING if scenario.has_mailbox(address) else _NO_MAILBOX
        if ("FAILURE" if failure else "SUCCESS") in wanted:
            found.append(Outcome(one, failure))
    return tuple(found)


def is_international(envelope: Envelope) -> bool:
    """Does whoever is told understand UTF-8 in a header? He asked for SMTPUTF8, or is called so himself."""
    return "SMTPUTF8" in envelope.mail_params or not envelope.reverse_path.isascii()


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
    international = is_international(envelope)
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
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        f"This is the mail server {host}.",
        "",
        *map(_told, outcomes),
        "",
        f"--{boundary}",
        *_status_type(international=international),
        "",
        *(_fields({"Original-Envelope-Id": _decoded(envelope.mail_params.get("ENVID"))})),
        f"Reporting-MTA: dns; {host}",
        f"Arrival-Date: {formatdate(envelope.received, localtime=True)}",
        *(line for one in outcomes for line in ("", *_recipient(one, international=international))),
        "",
        f"--{boundary}",
        f"Content-Type: {_type_of(original, international=international, whole=whole)}",
        "Content-Transfer-Encoding: 8bit",
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + original + f"\r\n--{boundary}--\r\n".encode()


def _told(one: Outcome) -> str:
    """In words."""
    address = _shown(one.recipient.address)
    if one.failure is None:
        return f"<{address}>: delivered"
    code, status, words = one.failure
    return f"<{address}>: could not be delivered: {words} ({code} {status})"


def _status_type(*, international: bool) -> Iterator[str]:
    if international:
        yield from ("Content-Type: message/global-delivery-status", "Content-Transfer-Encoding: 8bit")
    else:
        yield "Content-Type: message/delivery-status"


def _type_of(original: bytes, *, international: bool, whole: bool) -> str:
    """That of the mail that comes back, or of its header; where UTF-8 is in that, RFC 6533 §5 has others."""
    header = original.partition(b"\r\n\r\n")[0]
    try:
        international = international and not header.decode("utf-8").isascii()
    except UnicodeDecodeError:  # it is no mail of RFC 6532 either
        international = False
    if whole:
        return "message/global" if international else "message/rfc822"
    return "message/global-headers" if international else "text/rfc822-headers"


def _recipient(one: Outcome, *, international: bool) -> Iterator[str]:
    """RFC 3464 §2.3."""
    kind, _semicolon, original = (one.recipient.params.get("ORCPT") or "").partition(";")
    if original:
        if kind.lower() == "utf-8":  # not xtext: RFC 6533 §3
            original = _EMBEDDED.sub(lambda match: chr(int(match[1], 16)), original)
            yield f"Original-Recipient: utf-8;{_typed(original, international=international)}"
        else:
            yield f"Original-Recipient: {_shown(kind)};{_decoded(original)}"
    name = one.recipient.address
    if name.isascii():
        yield f"Final-Recipient: rfc822;{_shown(name)}"
    else:
        yield f"Final-Recipient: utf-8;{_typed(name, international=international)}"
    code, status, words = one.failure or ("250", "2.1.5", "")
    yield f"Action: {'failed' if one.failure else 'delivered'}"
    yield f"Status: {status}"
    if one.failure:
        yield f"Diagnostic-Code: smtp; {code} {status} {words}"


def _fields(fields: Mapping[str, str]) -> list[str]:
    return [f"{name}: {text}" for name, text in fields.items() if text]


def _decoded(xtext: str | None) -> str:
    """RFC 3461 §4. What it hides may be a line end: nothing of it may begin a header of its own."""
    return _shown(_XTEXT.sub(lambda match: chr(int(match[1], 16)), xtext or ""))


def _typed(address: str, *, international: bool) -> str:
    """An address of type utf-8: as utf-8-addr-unitext where a header may hold UTF-8, else as utf-8-addr-xtext
    (RFC 6533 §3)."""
    return "".join(
        f"\\x{{{ord(one):02X}}}" if one in _RESERVED or (not one.isascii() and not international) else one
        for one in _shown(address)
    )


def _shown(text: str) -> str:
    """On one line, whatever it holds."""
    return "".join(one if one.isprintable() else "?" for one in text)
