"""``smtptutor sandbox``: the practice server alone, a mail catcher for other programs, with a log on stdout.

One row says where it listens, and only when it does; then comes what ``serve_rows`` tells. It ends with 0
when somebody ends it (SIGINT, SIGTERM), or when the messages that it waits for are there.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import sys
from pathlib import Path
from typing import Final

from tui.desk.options import SandboxOptions
from tui.plain.output import Output
from tui.plain.serve_rows import JsonLines, Rows, ServerLog
from tui.plain.served import fingerprint_of, served
from tui.plain.signals import Signals
from tui.sandbox import events
from tui.sandbox.sandbox import ListenError, MailboxError, Sandbox
from tui.smtp.display import socket_address, visible
from tui.store.paths import Home, home
from tui.words.language import gettext as _
from tui.words.reasons import reason as reason_of

UNAVAILABLE: Final = 69
TEMPORARY: Final = 75  # not all of the messages came in time
READER_GONE: Final = 128 + 13  # SIGPIPE
#: A server is ended by these as a matter of course.
_USUAL: Final = frozenset({signal.SIGINT, signal.SIGTERM})
#: What the client of the last message has for its QUIT, in seconds.
_LAST_WORDS: Final = 2.0


def run(options: SandboxOptions) -> int:
    """Serve until a signal comes, the messages that are waited for are there, or nobody reads the log any
    more; the exit code (DESIGN §6)."""
    if options.list:
        from tui.plain import listing  # and nothing is served

        return listing.run(as_json=options.json)
    return asyncio.run(_serve(options))


class Arrivals:
    """Counts messages and clients.

    Args:
        wanted: how many messages are waited for; None: none in particular.
        enough: called when they are there.
    """

    def __init__(self, wanted: int | None, enough: asyncio.Event) -> None:
        self.wanted = wanted
        self.stored = 0
        self._enough = enough
        self._clients: set[int] = set()
        self._alone = asyncio.Event()
        self._alone.set()

    def tell(self, event: events.Event) -> None:
        if isinstance(event, events.ClientConnected):
            self._clients.add(event.connection)
            self._alone.clear()
        elif isinstance(event, events.ClientDisconnected):
            self._clients.discard(event.connection)
            if not self._clients:
                self._alone.set()
        elif isinstance(event, events.MessageStored):
            self.stored += 1
            if self.complete:
                self._enough.set()

    @property
    def complete(self) -> bool:
        """All that are waited for are there; never, where none are."""
        return self.wanted is not None and self.stored >= self.wanted

    async def last_words(self, seconds: float) -> None:
        """Let the clients that are connected come to their end."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._alone.wait(), seconds)


async def _serve(options: SandboxOptions) -> int:
    ended = asyncio.Event()
    place = home()
    if place.unwritable is not None and options.mail is None:
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
        loop = asyncio.get_running_loop()
        form = JsonLines() if options.json else Rows()
        log = ServerLog(form, output.write, ended.set, later=loop.call_later)
        arrivals = Arrivals(options.wait, ended)

        def tell(event: events.Event) -> None:
            log.tell(event)
            arrivals.tell(event)

        sandbox = Sandbox(
            options.mail or place.mail,
            personality=options.personality or None,
            scenario=options.scenario,
            certificates=place.certificates,
            listener=tell,
        )
        fingerprint = await _fingerprint(sandbox, options, place)
        if not await _started(sandbox, options, place):
            return UNAVAILABLE
        log.ready(served(sandbox, fingerprint, expose=options.expose, remarks=options.remarks))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ended.wait(), options.timeout)
        if arrivals.complete:
            await arrivals.last_words(_LAST_WORDS)
        await sandbox.stop()
        log.stopped(arrivals.stored, options.wait)
        if log.failed is not None:
            raise log.failed
        return _code(arrivals, signals.caught, timed=options.timeout is not None and not ended.is_set())


async def _started(sandbox: Sandbox, options: SandboxOptions, place: Home) -> bool:
    """False when it cannot; why is said."""
    folder = options.mail
    if folder is not None and await asyncio.to_thread(_is_something_else, folder):
        _complain(
            _("{folder} holds other things, and no mail: --mail wants a folder of its own").format(
                folder=visible(str(folder))
            )
        )
        return False
    try:
        await sandbox.start(
            options.host, options.port, tls_port=options.tls_port, lmtp_port=options.lmtp_port
        )
    except ListenError as error:
        _complain(_cannot_listen(error, options))
    except MailboxError as error:
        _complain(
            _("mail cannot be kept in {folder}: {reason}").format(
                folder=visible(str(error.filename)), reason=reason_of(error)
            )
        )
    except OSError as error:
        _complain(_no_certificate(place, error))
    else:
        return True
    return False


async def _fingerprint(sandbox: Sandbox, options: SandboxOptions, place: Home) -> str:
    """Of the certificate, before anybody can ask for it: what takes a while must not delay the ready row."""
    try:
        return await fingerprint_of(sandbox, tls=options.tls_port is not None)
    except OSError as error:
        if options.tls_port is None:  # else ``start`` fails with the same
            _complain(_no_certificate(place, error))  # it serves all the same: who wants no TLS needs none
        return ""


def _is_something_else(folder: Path) -> bool:
    """A folder in use that is no Maildir. What is no folder at all fails later, with a reason."""
    try:
        names = {one.name for one in folder.iterdir()}
    except OSError:
        return False
    return bool(names) and "new" not in names


def _code(arrivals: Arrivals, caught: int | None, *, timed: bool) -> int:
    if arrivals.complete:
        return 0
    if timed:
        return TEMPORARY
    if caught is None:
        return READER_GONE
    return 0 if caught in _USUAL and arrivals.wanted is None else 128 + caught


def _cannot_listen(error: ListenError, options: SandboxOptions) -> str:
    named = {options.tls_port: "--tls-port", options.lmtp_port: "--lmtp-port"}
    option = named.get(error.port, "--port") if error.port != options.port else "--port"
    if error.errno == errno.EADDRINUSE:
        return _("port {port} is taken by another program; {option} N names another").format(
            port=error.port, option=option
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return _("port {port} is not for every user; {option} N names another").format(
            port=error.port, option=option
        )
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
