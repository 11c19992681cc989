"""What it takes to do a recorded dialogue again with another program: server, protection, login, mails.

Slips that were mended are left out: a recipe tells what came of a dialogue, not every line of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import Any, Final

from tui.practice.facts import facts_and_messages
from tui.practice.reading import Step
from tui.practice.reading_beside import Doubtful
from tui.practice.replaying import replay
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import UNIX, Event, ExtensionsAdvertised, TlsEstablished
from tui.values import value


class Security(Enum):
    NONE = "none"
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


@value
class Addressee:
    """One RCPT. ``params`` as typed: ``NOTIFY=NEVER``."""

    address: str
    params: tuple[str, ...] = ()
    accepted: bool = True


@value
class Mail:
    """One transaction. ``message`` holds the octets as stored, dots unstuffed; None: none was sent whole."""

    reverse_path: str
    params: tuple[str, ...] = ()
    recipients: tuple[Addressee, ...] = ()
    message: bytes | None = None
    chunked: bool = False  # BDAT
    unseen: bool = False  # a message was sent, and the recording does not show it

    @property
    def refused(self) -> tuple[Addressee, ...]:
        return tuple(one for one in self.recipients if not one.accepted)


@value
class Credentials:
    """Who logged in, or tried to. ``user`` is "" where the recording hides it."""

    mechanism: str
    user: str = ""


@value
class Recipe:
    """``host`` is "" where the recording does not say which server it was."""

    host: str = ""
    port: int = 25
    through: str = ""  # what lay in between: ``ssh jump``
    security: Security = Security.NONE
    verified: bool = True  # the certificate, as far as there was TLS
    hello: str = ""  # EHLO, HELO or LHLO; "" when none was accepted
    name: str = ""  # that we gave
    login: Credentials | None = None
    offered: tuple[str, ...] = ()  # mechanisms of the last EHLO that offered any, upper case
    mails: tuple[Mail, ...] = ()
    doubtful: tuple[Doubtful, ...] = ()  # lines of the client

    @property
    def socket(self) -> str:
        """The path of the Unix socket; "" where it was none."""
        return self.through.removeprefix(UNIX) if self.through.startswith(UNIX) else ""

    @property
    def lmtp(self) -> bool:
        return self.hello == "LHLO"


_PORT: Final = 25
_CONNECTED: Final = re.compile(
    r"connected to (?:(?P<name>\S+) )?(?:\[(?P<six>[^\]\s]+)\]|(?P<host>[^\s:]+)):(?P<port>\d{1,5})"
    r"(?: through (?P<through>.+)|(?: sandbox)?)"
    r"|connected to (?P<socket>unix .+)"
    r"|connected to (?P<bare>[^\s:]+)"
)


def recipe(steps: Iterable[Step]) -> Recipe:
    """The recipe of one connection, as ``reading.read`` gives it. Never raises."""
    kept = list(steps)
    events: list[Event] = [event for batch in replay(Dialogue(), kept) for event in batch]
    facts, messages = facts_and_messages(events)
    secured = [event for event in events if isinstance(event, TlsEstablished)]
    host, port, through = _place(kept)
    helo = facts["helo"] or _last_hello(facts)
    return Recipe(
        host=host,
        port=port,
        through=through,
        security=_security(facts),
        verified=all(event.verified is not False for event in secured),
        hello=helo["verb"],
        name=helo["name"],
        login=_login(facts),
        offered=_offered(events),
        mails=_mails(facts, messages),
    )


def _place(steps: Iterable[Step]) -> tuple[str, int, str]:
    for side, octets in steps:
        match = _CONNECTED.fullmatch(octets.decode(errors="replace")) if side == "*" else None
        port = int(match["port"] or _PORT) if match is not None else 0
        if match is not None and port < 1 << 16:
            host = match["name"] or match["six"] or match["host"] or match["bare"] or "localhost"
            return host, port, match["through"] or match["socket"] or ""
    return "", _PORT, ""


def _last_hello(facts: dict[str, Any]) -> dict[str, str]:
    """Of a TLS connection that ended before its second EHLO, or where every EHLO was refused."""
    for command in reversed(facts["commands"]):
        if command["verb"] in {"EHLO", "HELO", "LHLO"}:
            return {"verb": command["verb"], "name": command["argument"]}
    return {"verb": "", "name": ""}


def _security(facts: dict[str, Any]) -> Security:
    """What was wanted: a STARTTLS that was refused is wanted again."""
    if facts["tls_kind"] == "implicit":
        return Security.IMPLICIT
    wanted = any(command["verb"] == "STARTTLS" for command in facts["commands"])
    return Security.STARTTLS if wanted or facts["tls_kind"] else Security.NONE


def _login(facts: dict[str, Any]) -> Credentials | None:
    """The one that was accepted, else the last that was tried."""
    tried = [one for one in facts["auth"] if one["mechanism"]]
    good = [one for one in tried if one["result"] == "success"] or tried
    return Credentials(good[-1]["mechanism"], good[-1]["username"] or "") if good else None


def _offered(events: Iterable[Event]) -> tuple[str, ...]:
    """Some servers offer no login any more behind one (RFC 4954 §3 leaves it to them)."""
    found: tuple[str, ...] = ()
    for event in events:
        if isinstance(event, ExtensionsAdvertised):
            found = tuple(event.extensions.get("AUTH", "").upper().split()) or found
    return found


def _mails(facts: dict[str, Any], messages: tuple[bytes, ...]) -> tuple[Mail, ...]:
    """Those whose message was sent; where there is none, as far as the last attempt came."""
    opened = [_mail(one, wire) for one, wire in zip(facts["transactions"], messages, strict=True)]
    sent = tuple(one for one in opened if one.message is not None)
    if sent:
        return sent
    attempt = _refused_sender(facts)
    if attempt is not None:
        return (attempt,)
    return tuple(opened[-1:])


#: What only the answer to a message makes of a transaction.
_SENT: Final = frozenset({"accepted", "rejected", "tempfailed"})
#: RFC 5321 §4.5.2. Only CRLF begins a line here: what a lenient server makes of a bare LF is its own affair.
_STUFFED: Final = re.compile(rb"(?:\A|(?<=\r\n))\.")


def _mail(transaction: dict[str, Any], wire: bytes) -> Mail:
    message = transaction["message"]
    chunked = message is not None and message["method"] == "BDAT"
    octets = wire if chunked else _STUFFED.sub(b"", wire)
    return Mail(
        reverse_path=transaction["mail_from"] or "",
        params=tuple(transaction["mail_params"]),
        recipients=tuple(
            Addressee(one["address"], tuple(one["params"]), one["accepted"])
            for one in transaction["recipients"]
            if one["address"]
        ),
        message=octets if message is not None and message["complete"] else None,
        chunked=chunked,
        unseen=message is None and transaction["outcome"] in _SENT,
    )


def _refused_sender(facts: dict[str, Any]) -> Mail | None:
    """The last MAIL, when it was refused, with the recipients that were named behind it all the same."""
    mail: Mail | None = None
    for command in facts["commands"]:
        reply = command["reply"]
        accepted = reply is not None and reply["code"] // 100 == 2
        if command["verb"] == "MAIL" and command["address"] is not None:
            mail = None if accepted else Mail(command["address"], tuple(command["params"]))
        elif command["verb"] == "RCPT" and mail is not None and command["address"]:
            one = Addressee(command["address"], tuple(command["params"]), accepted=False)
            mail = Mail(mail.reverse_path, mail.params, (*mail.recipients, one))
    return mail
