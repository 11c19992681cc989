"""One event as a row of a transcript: for people, and for programs. What is no row is None.

The marks of the text rows are part of the file format, so they are the same in every language.
"""

from __future__ import annotations

import json
from base64 import b64encode
from binascii import b2a_base64
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

from tui.smtp.certificate import recorded
from tui.smtp.display import masked, named_through, shown, socket_address, visible
from tui.smtp.events import (
    AddressTried,
    AuthResponseSent,
    BodyEnded,
    CommandSent,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    ExtensionsAdvertised,
    Found,
    LineEnd,
    LineReceived,
    LineSent,
    MailExchangersFound,
    PhaseChanged,
    ProgramSaid,
    ProxyHeaderSent,
    ReplyReceived,
    ReplyTimedOut,
    ServerHalfClosed,
    TlsEstablished,
    TlsFailed,
    TlsStarted,
    TransactionReset,
    TypedByProgram,
)
from tui.smtp.recorded import failed

#: One encoder for all rows; ``json.dumps`` with separators would make one for each.
_JSON: Final = json.JSONEncoder(separators=(",", ":")).encode

END_MARKS: Final[Mapping[LineEnd, str]] = {
    LineEnd.CRLF: "",
    LineEnd.LF: " <LF>",
    LineEnd.NONE: " <no CRLF>",
    LineEnd.CUT: " <cut>",
}
_ENDS: Final[Mapping[LineEnd, bytes]] = {
    LineEnd.CRLF: b"\r\n",
    LineEnd.LF: b"\n",
    LineEnd.NONE: b"",
    LineEnd.CUT: b"\r\n",
}


def text_row(event: Event) -> str | None:
    """The event's row in the ``.txt``, without its end."""
    if isinstance(event, LineSent | LineReceived):
        side = "C" if isinstance(event, LineSent) else "S"
        return f"{side}: {shown(event)}{END_MARKS[event.end]}"
    note = _NOTES.get(type(event))
    return None if note is None else f"* {visible(note(event))}"


def json_text(event: Event) -> str | None:
    """``json_row`` as JSON. What a flood is made of, lines that hold a whole reply, takes the short way."""
    if isinstance(event, LineReceived) and event.end is LineEnd.CRLF and not event.secret:
        octets = b2a_base64(event.data + b"\r\n", newline=False).decode("ascii")
        return f'{{"dir":"S","b64":"{octets}","line":{event.number}}}'
    if isinstance(event, ReplyReceived):
        reply = event.reply
        enhanced = "null" if reply.enhanced is None else f'"{reply.enhanced}"'
        codes = f'"code":{reply.code},"enhanced":{enhanced}'
        return f'{{"dir":"*","event":"reply-received","line":{event.line},{codes}}}'
    row = json_row(event)
    return None if row is None else _JSON(row)


def json_row(event: Event) -> dict[str, Any] | None:
    """The event's row in the ``.jsonl``, without the times."""
    if isinstance(event, LineSent | LineReceived):
        octets = masked(event.data, event.secret) + _ENDS[event.end]
        row = {
            "dir": "C" if isinstance(event, LineSent) else "S",
            "b64": b64encode(octets).decode("ascii"),
            "line": event.number,
        }
        if event.secret:
            row["secret"] = True
        if event.end is LineEnd.CUT:
            row["cut"] = True
        return row
    fields = _FIELDS.get(type(event))
    if fields is None:
        return None
    return {"dir": "*", "event": _kebab(type(event).__name__), **fields(event)}


@lru_cache(maxsize=64)
def _kebab(name: str) -> str:
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _closed(event: ConnectionClosed) -> str:
    if event.by is None:
        return "connection lost"
    return f"connection {'reset' if event.reset else 'closed'} by {event.by.value}"


def _through(event: AddressTried | ConnectionOpened | ConnectionFailed) -> str:
    return named_through(event.host, event.port, event.through)


def _named(event: ConnectionOpened) -> str:
    """The name, where one was looked up, and the address, or what lies in between."""
    if event.through:
        return _through(event)
    where = socket_address(event.address, event.port)
    return where if event.host == event.address else f"{event.host} {where}"


def _established(event: TlsEstablished) -> str:
    text = f"TLS handshake complete: {event.protocol} {event.cipher}"
    if event.verified:
        return text
    return f"{text} NOT VERIFIED: {recorded(event.faults) or 'it was not checked'}{_shown(event)}"


def _failed(event: TlsFailed) -> str:
    return f"{failed(event.trouble, event.faults)}{_shown(event)}"


def _shown(event: TlsEstablished | TlsFailed) -> str:
    return f"; sha256 {event.certificate.sha256}" if event.certificate is not None else ""


def _certificate(event: TlsEstablished | TlsFailed) -> dict[str, Any]:
    shown = event.certificate
    told: dict[str, Any] = {"name": event.name, "faults": [one.value for one in event.faults]}
    if shown is not None:
        told["certificate"] = {
            "subject": shown.subject,
            "names": list(shown.names),
            "issuer": shown.issuer,
            "chain": list(shown.chain),
            "anchor": shown.anchor,
            "not_before": shown.not_before,
            "not_after": shown.not_after,
            "key": shown.key,
            "sha256": shown.sha256,
        }
    return told


def _tried(event: AddressTried) -> str:
    if event.through:
        return _through(event)
    return socket_address(event.address, event.port)


#: The event's note in the text; an event that is not here has none.
_NOTES: Final[Mapping[type, Callable[[Any], str]]] = {
    AddressTried: lambda e: f"trying {_tried(e)}",
    MailExchangersFound: lambda e: (
        f"MX of {e.domain}: {', '.join(f'{n} {host}' for n, host in e.hosts) or 'none'}"
        + " implicit" * e.implicit
        + (f" and {e.more} more" if e.more else "")
    ),
    ProgramSaid: lambda e: f"program: {e.line}",
    ProxyHeaderSent: lambda e: f"sent first, {e.version}: {e.line}",
    ConnectionOpened: lambda e: f"connected to {_named(e)}{' sandbox' * e.sandbox}",
    ConnectionFailed: lambda e: (
        f"connection failed: {e.failure.value.replace('-', ' ')} "
        f"{_through(e) if e.through else socket_address(e.address or e.host, e.port)}"
    ),
    TlsStarted: lambda e: f"TLS handshake with {e.name}",
    TlsEstablished: _established,
    TlsFailed: _failed,
    TypedByProgram: lambda e: f"typed by smtptutor: {e.step}{f', {e.lines} lines' if e.lines > 1 else ''}",
    ServerHalfClosed: lambda e: "the server will send no more",
    ReplyTimedOut: lambda e: f"reply timed out after {e.seconds:g} s",
    ConnectionClosed: _closed,
}

#: The event's fields in the ``.jsonl``; chosen one by one, so that no secret slips in.
_FIELDS: Final[Mapping[type, Callable[[Any], dict[str, Any]]]] = {
    AddressTried: lambda e: {"host": e.host, "address": e.address, "port": e.port, "through": e.through},
    MailExchangersFound: lambda e: {
        "domain": e.domain,
        "hosts": [list(one) for one in e.hosts],
        "implicit": e.implicit,
        "chosen": e.chosen,
        "more": e.more,
    },
    ProgramSaid: lambda e: {"line": e.line},
    ProxyHeaderSent: lambda e: {"version": e.version, "line": e.line},
    ConnectionOpened: lambda e: {
        "host": e.host,
        "address": e.address,
        "port": e.port,
        "sandbox": e.sandbox,
        "indirect": e.indirect,
        "through": e.through,
        "seconds": round(e.seconds, 6),
        **({"lmtp": True} if e.lmtp else {}),
    },
    ConnectionFailed: lambda e: {
        "failure": e.failure.value,
        "host": e.host,
        "address": e.address,
        "port": e.port,
        "final": e.final,
        "detail": e.detail,
        "through": e.through,
    },
    ConnectionClosed: lambda e: {
        "by": e.by and e.by.value,
        "reset": e.reset,
        "in_reply": e.in_reply,
        "in_message": e.in_message,
        "dot_unanswered": e.dot_unanswered,
    },
    TlsEstablished: lambda e: {
        "protocol": e.protocol,
        "cipher": e.cipher,
        "implicit": e.implicit,
        "verified": e.verified,
        "seconds": e.seconds,
        **_certificate(e),
    },
    TlsStarted: lambda e: {"name": e.name, "implicit": e.implicit},
    TlsFailed: lambda e: {"trouble": e.trouble.value, "implicit": e.implicit, **_certificate(e)},
    TypedByProgram: lambda e: {"step": e.step, "lines": e.lines},
    ServerHalfClosed: lambda e: {},
    ReplyTimedOut: lambda e: {"seconds": e.seconds},
    CommandSent: lambda e: {"n": e.number, "line": e.line, "verb": e.command.verb, "phase": e.phase.value},
    AuthResponseSent: lambda e: {"n": e.number, "line": e.line, "mechanism": e.mechanism},
    BodyEnded: lambda e: {"n": e.number, "line": e.line, "complete": e.complete},
    ReplyReceived: lambda e: {"line": e.line, "code": e.reply.code, "enhanced": e.reply.enhanced},
    ExtensionsAdvertised: lambda e: {"keywords": sorted(e.extensions)},
    PhaseChanged: lambda e: {"before": e.before.value, "phase": e.phase.value},
    TransactionReset: lambda e: {"cause": e.cause.value},
    Found: lambda e: {
        "finding": e.finding.value,
        "side": e.side.value,
        "line": e.line,
        "spans": [list(span) for span in e.spans],
    },
}
