"""``smtptutor sandbox``: the practice server alone, with a live log on stdout.

One row says where it listens, and only when it does. Then every line of every dialogue follows, with the
number of its connection: ``3 C: HELO client.example``. The log is one more consumer of ``tui.smtp``'s
observer, one for each connection, so it masks what the split screen masks.
"""

from __future__ import annotations

import asyncio
import errno
import sys
from collections.abc import Callable, Iterator
from typing import Final

from tui.desk.options import SandboxOptions
from tui.plain.output import Output, ReaderGoneError, WriteInterruptedError
from tui.plain.signals import Signals
from tui.sandbox import events
from tui.sandbox.events import Drop
from tui.sandbox.sandbox import ListenError, MailboxError, Sandbox
from tui.smtp.dialogue import Dialogue
from tui.smtp.display import shown, socket_address, visible
from tui.smtp.events import Event, LineReceived, LineSent, TlsEstablished
from tui.smtp.findings import Side
from tui.store.paths import Home, home
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.reasons import reason as reason_of

UNAVAILABLE: Final = 69
READER_GONE: Final = 128 + 13  # SIGPIPE


def run(options: SandboxOptions) -> int:
    """Serve until a signal comes or nobody reads the log any more; the exit code (DESIGN §6)."""
    return asyncio.run(_serve(options))


async def _serve(options: SandboxOptions) -> int:
    ended = asyncio.Event()
    place = home()
    if place.unwritable is not None:
        _complain(
            _("{folder} cannot be written: nothing will be kept").format(
                folder=visible(str(place.unwritable))
            )
        )
    with Signals(end=lambda _number: ended.set()) as signals:
        output = Output(
            sys.stdout.fileno(),
            encoding=sys.stdout.encoding,
            interrupted=lambda: signals.caught is not None,
        )
        log = ServerLog(output.write, ended.set)
        sandbox = Sandbox(
            place.mail,
            personality=options.personality or None,
            scenario=options.scenario,
            certificates=place.certificates,
            listener=log.tell,
        )
        try:
            addresses = await sandbox.start(
                port=options.port, tls_port=options.tls_port, lmtp_port=options.lmtp_port
            )
        except ListenError as error:
            _complain(_cannot_listen(error))
            return UNAVAILABLE
        except MailboxError as error:
            _complain(
                _("mail cannot be kept in {folder}: {reason}").format(
                    folder=visible(str(error.filename)), reason=reason_of(error)
                )
            )
            return UNAVAILABLE
        except OSError as error:
            _complain(_no_certificate(place, error))
            return UNAVAILABLE
        log.row(
            _("ready on {addresses} ; mail is kept in {folder} ; ^C ends it").format(
                addresses=" ".join(socket_address(*one) for one in addresses), folder=visible(str(place.mail))
            )
        )
        for row in await _more_about(sandbox, place):
            log.row(row)
        await ended.wait()
        await sandbox.stop()
        if signals.caught is not None:
            return 128 + signals.caught
        if log.failed is not None:
            raise log.failed
        return READER_GONE


async def _more_about(sandbox: Sandbox, place: Home) -> list[str]:
    """What else a client has to know: other ports, accounts, and whom to trust."""
    rows = []
    if sandbox.tls_addresses:
        where = " ".join(socket_address(*one) for one in sandbox.tls_addresses)
        rows.append(_("TLS from the first octet on {addresses}").format(addresses=where))
    if sandbox.lmtp_addresses:
        where = " ".join(socket_address(*one) for one in sandbox.lmtp_addresses)
        rows.append(_("LMTP on {addresses}").format(addresses=where))
    if "AUTH" in sandbox.scenario.offered(sandbox.personality.extensions):
        for account in sandbox.scenario.account:
            sentence = _("to log in: user {user}, password {password}")
            rows.append(sentence.format(user=visible(account.user), password=visible(account.password)))
    if (sandbox.ca_file is not None or sandbox.tls_addresses) and sandbox.authority is not None:
        try:
            sha256 = await asyncio.to_thread(sandbox.authority.fingerprint)
        except OSError as error:
            rows.append(_no_certificate(place, error))
        else:
            file = visible(str(sandbox.authority.ca_file))
            rows.append(
                _("for TLS trust {file} ; the certificate is {sha256}").format(file=file, sha256=sha256)
            )
    return rows


class ServerLog:
    """Rows for the events of a sandbox.

    Args:
        write: takes text; what ``tui.plain.output.Output.write`` raises ends the log.
        gone: called once, when nobody reads the log any more.
    """

    def __init__(self, write: Callable[[str], None], gone: Callable[[], None]) -> None:
        self._write = write
        self._gone = gone
        self._ended = False
        #: Why the log could not be written, where somebody would still read it.
        self.failed: OSError | None = None
        self._dialogues: dict[int, Dialogue] = {}

    def tell(self, event: events.Event) -> None:
        """Write the rows of one event, if it has any."""
        rows = [f"{event.connection} {row}\n" for row in self._rows(event)]
        if rows:
            self._out("".join(rows))

    def row(self, text: str) -> None:
        """Write a row that belongs to no connection."""
        self._out(f"{text}\n")

    def _out(self, text: str) -> None:
        if self._ended:
            return
        try:
            self._write(text)
        except (ReaderGoneError, WriteInterruptedError):
            self._end()
        except OSError as error:
            self.failed = error
            self._end()

    def _end(self) -> None:
        self._ended = True
        self._gone()

    def _rows(self, event: events.Event) -> Iterator[str]:
        match event:
            case events.ClientConnected(number, peer, lmtp):
                self._dialogues[number] = Dialogue(lmtp=lmtp)
                yield "* " + _("connected from {address}").format(address=visible(peer))
            case events.OctetsReceived(number, data):
                yield from _wire(self._dialogues[number].sent(data))
            case events.OctetsSent(number, data):
                yield from _wire(self._dialogues[number].received(data))
            case events.ProxyHeaderRead(_number, peer):
                yield "* " + _("the PROXY header says: {address}").format(address=visible(peer) or "?")
            case events.ProxyHeaderMissing():
                yield "* " + _("no PROXY header came")
            case events.HandshakeDone(number, version, cipher):
                established = TlsEstablished(version, cipher, verified=None)
                yield from _wire(self._dialogues[number].tls_established(established))
                yield "* " + _("inside {version} from here on").format(version=visible(version))
            case events.HandshakeFailed(_number, error):
                yield "* " + _("no TLS: {reason}").format(reason=visible(str(error)))
            case events.ClientDisconnected(number):
                yield from _wire(self._dialogues.pop(number).closed(Side.CLIENT))
                yield "* " + _("closed")
            case _:
                yield "* " + _note(event)


def _wire(told: tuple[Event, ...]) -> Iterator[str]:
    for event in told:
        if isinstance(event, LineSent):
            yield f"C: {shown(event)}"
        elif isinstance(event, LineReceived):
            yield f"S: {shown(event)}"


def _note(
    event: events.MessageStored | events.ReportStored | events.MessageDropped | events.ServerFailed,
) -> str:
    match event:
        case events.ReportStored(_connection, number, envelope, about):
            return _("stored {number}, a report about {about} to <{recipient}>").format(
                number=number, about=about, recipient=visible(envelope.addresses[0])
            )
        case events.MessageStored(_connection, number, envelope):
            return ngettext(
                "stored {number}, from <{sender}> to {recipients}, {octets} octet",
                "stored {number}, from <{sender}> to {recipients}, {octets} octets",
                envelope.octets,
            ).format(
                number=number,
                sender=visible(envelope.reverse_path),
                recipients=" ".join(f"<{visible(one)}>" for one in envelope.addresses),
                octets=envelope.octets,
            )
        case events.MessageDropped(_connection, Drop.TOO_LARGE):
            return _("not stored: too large")
        case events.MessageDropped(_connection, Drop.CUT_OFF):
            return _("not stored: the connection ended before the dot")
        case events.MessageDropped(_connection, Drop.REFUSED):
            return _("not stored: the scenario refused it")
        case events.MessageDropped(_connection, Drop.RESET):
            return _("not stored: the client gave it up")
        case events.MessageDropped(_connection, Drop.NOT_STORED, _octets, error):
            reason = reason_of(error) if isinstance(error, OSError) else type(error).__name__
            return _("not stored: {reason}").format(reason=reason or _("the disk refused"))
        case _:
            return _("an error in the sandbox: {kind}").format(kind=type(event.error).__name__)


def _cannot_listen(error: ListenError) -> str:
    if error.errno == errno.EADDRINUSE:
        return _("port {port} is taken by another program; --port N names another").format(port=error.port)
    if error.errno in {errno.EACCES, errno.EPERM}:
        return _("port {port} is not for every user; --port N names another").format(port=error.port)
    return _("cannot listen on {address}: {reason}").format(
        address=socket_address(error.host, error.port), reason=reason_of(error)
    )


def _no_certificate(place: Home, error: OSError) -> str:
    folder = visible(str(place.certificates))
    return _("no certificate can be had from {folder}: {reason}").format(
        folder=folder, reason=reason_of(error)
    )


def _complain(sentence: str) -> None:
    print(_("smtptutor: {sentence}.").format(sentence=sentence), file=sys.stderr, flush=True)
