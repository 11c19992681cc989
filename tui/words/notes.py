"""One line of ours for an event: what happened to the connection, and what was found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tui.practice.state import Practice
from tui.smtp.display import socket_address, visible
from tui.smtp.events import (
    UNIX,
    AddressTried,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    ExtensionsAdvertised,
    Found,
    MailExchangersFound,
    ProgramSaid,
    ProxyHeaderSent,
    ReplyTimedOut,
    ServerHalfClosed,
    TlsEstablished,
    TlsFailed,
)
from tui.words import certificate, endings, findings, tls
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.prose import enumerated


def note(event: Event, practice: Practice) -> str | None:
    """A short note without a full stop, or None for events that speak for themselves.

    ``practice`` is as it is after the event. A finding's note is its caret text: it stands under its line.
    """
    tell = _NOTES.get(type(event))
    return None if tell is None else tell(event, practice)


def server(opened: ConnectionOpened) -> str:
    """The server as sentences name it: its name, or the socket that nobody gave another name."""
    return visible(opened.through) if opened.through.startswith(UNIX) else visible(opened.host)


def _tried(event: AddressTried, practice: Practice) -> str | None:
    where = socket_address(visible(event.address), event.port)
    if event.through.startswith(UNIX):
        return _("connecting to {address}").format(address=visible(event.through))
    if event.through:
        return _("connecting to {host} through {program}").format(
            host=socket_address(visible(event.host), event.port), program=visible(event.through)
        )
    if event.address == event.host:
        return _("connecting to {address}").format(address=where)
    return _("connecting to {host}, {address}").format(host=visible(event.host), address=where)


def _opened(event: ConnectionOpened, practice: Practice) -> str | None:
    if event.sandbox:
        return _("connected to the sandbox: nothing leaves this machine")
    where = socket_address(visible(event.address or event.host), event.port)
    if event.through.startswith(UNIX):
        where = visible(event.through)
    return _("connected to {address}; mail accepted there is delivered").format(address=where)


def _exchangers(event: MailExchangersFound, practice: Practice) -> str | None:
    domain = visible(event.domain)
    if not event.hosts:
        return _("{domain} takes no mail, its MX record says").format(domain=domain)
    chosen = visible(event.hosts[event.chosen][1])
    if event.implicit:
        return _("{domain} has no MX record: its own address stands in for one").format(domain=domain)
    hosts = enumerated(f"{preference} {visible(host)}" for preference, host in event.hosts)
    if event.more:
        hosts = ngettext(
            "{hosts} (and {count} more, which is not tried)",
            "{hosts} (and {count} more, which are not tried)",
            event.more,
        ).format(hosts=hosts, count=event.more)
    if len(event.hosts) == 1:
        return _("MX of {domain}: {hosts}").format(domain=domain, hosts=hosts)
    last = event.chosen == len(event.hosts) - 1
    said = (
        _("MX of {domain}: {hosts}; {chosen} is tried now, the last one")
        if last
        else _("MX of {domain}: {hosts}; {chosen} is tried now, /mx takes the next one")
    )
    return said.format(domain=domain, hosts=hosts, chosen=chosen)


def _program(event: ProgramSaid, practice: Practice) -> str | None:
    return visible(event.line)


def _proxy(event: ProxyHeaderSent, practice: Practice) -> str | None:
    return _("sent first, version {version}: {line}").format(
        version=event.version.removeprefix("v"), line=visible(event.line)
    )


def _failed(event: ConnectionFailed, practice: Practice) -> str | None:
    return endings.failure(event).headline


def _closed(event: ConnectionClosed, practice: Practice) -> str | None:
    if practice.tls_failed is not None:
        return None  # said with its reason
    return endings.closed(event, practice).headline


def _half_closed(event: ServerHalfClosed, practice: Practice) -> str | None:
    return _("the server will say nothing more; it may still read")


def _timed_out(event: ReplyTimedOut, practice: Practice) -> str | None:
    return _("no reply within {seconds} s").format(seconds=f"{event.seconds:g}")


def _tls(event: TlsEstablished, practice: Practice) -> str | None:
    protocol = certificate.protocol(event.protocol)
    if event.verified is None:
        return _("{protocol} from here on").format(protocol=protocol)
    if event.verified:
        return _("{protocol} from here on; certificate verified").format(protocol=protocol)
    if not (reason := tls.why_not(event)):
        return _("{protocol} from here on; certificate NOT verified").format(protocol=protocol)
    text = _("{protocol} from here on; certificate NOT verified: {reason}")
    return text.format(protocol=protocol, reason=reason)


def _tls_failed(event: TlsFailed, practice: Practice) -> str | None:
    if event.faults:
        return _("TLS stopped by us; {reason}").format(reason=tls.headline(event))
    return _("TLS failed; {reason}").format(reason=tls.headline(event))


def _offers(event: ExtensionsAdvertised, practice: Practice) -> str | None:
    return tls.offers_sentence(practice.offers) if practice.offers is not None else None


def _found(event: Found, practice: Practice) -> str | None:
    sent = practice.sent
    line = sent.data if sent is not None and sent.number == event.line and not sent.secret else None
    in_sandbox = practice.opened is not None and practice.opened.sandbox
    return findings.note(event, line, sandbox=in_sandbox)


_NOTES: dict[type[Event], Callable[[Any, Practice], str | None]] = {
    MailExchangersFound: _exchangers,
    ProgramSaid: _program,
    ProxyHeaderSent: _proxy,
    AddressTried: _tried,
    ConnectionOpened: _opened,
    ConnectionFailed: _failed,
    ConnectionClosed: _closed,
    ServerHalfClosed: _half_closed,
    ReplyTimedOut: _timed_out,
    TlsEstablished: _tls,
    TlsFailed: _tls_failed,
    ExtensionsAdvertised: _offers,
    Found: _found,
}
