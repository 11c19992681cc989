"""The practice server inside this process.

Embedding it takes a few lines; aiosmtpd is imported at the first ``start``::

    sandbox = Sandbox(paths.mail, personality="plain")
    try:
        await sandbox.start()
    except MailboxError:      # the folder cannot be written
        ...
    except ListenError:         # neither 127.0.0.1 nor ::1
        ...
    host, port = sandbox.addresses[0]
    session = Session(Endpoint(host, port, sandbox=True))
    ...
    await sandbox.stop()         # 421 to whoever is still connected; messages being stored are stored

It listens on loopback unless told otherwise, and delivers nothing outside, whoever asks.
"""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tui.practice.scenario import Account, Server
from tui.sandbox import events, maildir, personality, scenario
from tui.sandbox.clock import Clock
from tui.sandbox.ledger import Ledger
from tui.sandbox.mailbox import Mailbox
from tui.sandbox.personality import Personality
from tui.sandbox.turns import ALONE, BESIDE_A_SCREEN, Turns

if TYPE_CHECKING:
    import ssl

    from tui.sandbox.authority import Authority
    from tui.sandbox.handler import Handler
    from tui.sandbox.server import Connection

LOOPBACK: Final = ("127.0.0.1", "::1")
#: In place of a host: every address of this machine, so that others can reach it.
EVERYWHERE: Final = "*"
_EVERY_ADDRESS: Final = ("0.0.0.0", "::")
#: Errors that say: this machine has no such address family.
_FAMILY_MISSING: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT})
#: With port 0: how often both families are tried for a port that is free in each.
_TRIES: Final = 5
#: Connections that are taken in one turn of the loop: others are in there, too.
_ACCEPTED_AT_ONCE: Final = 16
#: Those that the system keeps until then; asyncio would have as many for both.
_WAITING: Final = 250


class ListenError(OSError):
    """``host`` and ``port`` where; ``errno`` says why: EADDRINUSE, EACCES, EADDRNOTAVAIL …"""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        super().__init__(error.errno, error.strerror)
        self.host = host
        self.port = port


class MailboxError(OSError):
    """The folder for the messages cannot be made or written; ``filename`` which."""


class Sandbox:
    """Started once, stopped once; both on the running event loop.

    Args:
        mail: the Maildir to deliver to; made when missing.
        personality: a shipped one by its name, or any; None: that of the scenario.
        scenario: a shipped one by its name, or any.
        certificates: the folder of an authority of the user's own, made at the first use
            (``tui.sandbox.authority``); None: no TLS, whatever is offered.
        listener: gets every event of ``tui.sandbox.events`` in order, on the event loop; it must not block.
        fsync: False only for measuring.
        beside_screen: somebody types in this event loop, and is not to wait for clients.

    Raises:
        KeyError: no personality or scenario of this name.
    """

    def __init__(
        self,
        mail: Path,
        *,
        personality: str | Personality | None = None,
        scenario: str | Server = "free",
        certificates: Path | None = None,
        listener: Callable[[events.Event], None] | None = None,
        fsync: bool = True,
        beside_screen: bool = False,
    ) -> None:
        self.mail = mail
        self.scenario = _scenario(scenario)
        self.personality = _personality(self.scenario.personality if personality is None else personality)
        if self.scenario.host:
            self.personality = self.personality.called(self.scenario.host)
        self._certificates = certificates
        #: Who signs the server's certificate; None: there is no TLS.
        self.authority = self._authority()
        #: What greylisting, rates and delays go by.
        self.clock = Clock()
        self._ledger = Ledger(self.scenario, lambda: self.clock.now, lambda: maildir.names(mail))
        self._mailbox = Mailbox(mail, fsync=fsync)
        self._listener = listener
        self._handler: Handler | None = None
        self._servers: list[asyncio.Server] = []
        self._tls_servers: list[asyncio.Server] = []
        self._lmtp_servers: list[asyncio.Server] = []
        self._connections: set[Connection] = set()
        self._seen = 0
        self._turns = Turns(BESIDE_A_SCREEN if beside_screen else ALONE)

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Host and port of every listening socket, IPv4 first; none before ``start``."""
        return _addresses(self._servers)

    @property
    def tls_addresses(self) -> tuple[tuple[str, int], ...]:
        """The same of those where TLS begins with the first octet (RFC 8314 §3)."""
        return _addresses(self._tls_servers)

    @property
    def lmtp_addresses(self) -> tuple[tuple[str, int], ...]:
        """The same of those that speak LMTP (RFC 2033)."""
        return _addresses(self._lmtp_servers)

    @property
    def ca_file(self) -> Path | None:
        """What a client is to trust; made at the first handshake. None: no TLS is offered."""
        offered = self.scenario.offered(self.personality.extensions)
        return self.authority.ca_file if self.authority is not None and "STARTTLS" in offered else None

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Who can log in; nobody where AUTH is not offered."""
        offered = self.scenario.offered(self.personality.extensions)
        return self.scenario.account if "AUTH" in offered else ()

    @property
    def port(self) -> int:
        """The port of the first listening socket.

        Raises:
            RuntimeError: not started.
        """
        if not self.addresses:
            raise RuntimeError("the sandbox is not started")
        return self.addresses[0][1]

    @property
    def connected(self) -> int:
        """Connections open now."""
        return len(self._connections)

    @property
    def seen(self) -> int:
        """Connections so far."""
        return self._seen

    @property
    def stored(self) -> int:
        """Messages accepted so far."""
        return self._ledger.stored

    def become(self, scenario: Server, *, anew: bool = True) -> None:
        """Be another server: what is refused, late or lost from the next command on, all else from the next
        connection on. Its personality stays as it is.

        Args:
            anew: count anew what goes wrong at the first or second time; False: only what is new.

        Raises:
            RuntimeError: not started.
        """
        if self._handler is None:
            raise RuntimeError("the sandbox is not started")
        self.scenario = scenario
        self.authority = self._authority()
        self._ledger.become(scenario, anew=anew)
        self._handler = self._made_handler()

    @property
    def speaks_as(self) -> str:
        """The id of its personality."""
        return self.personality.id

    def speak_as(self, personality: str | Personality) -> None:
        """Have another one's words and habits, from the next connection on.

        Raises:
            KeyError: no personality of this name.
            RuntimeError: not started.
        """
        if self._handler is None:
            raise RuntimeError("the sandbox is not started")
        found = _personality(personality)
        self.personality = found.called(self.scenario.host) if self.scenario.host else found
        self.authority = self._authority()
        self._handler = self._made_handler()

    async def start(
        self,
        host: str | None = None,
        port: int = 0,
        *,
        tls_port: int | None = None,
        lmtp_port: int | None = None,
    ) -> tuple[tuple[str, int], ...]:
        """Listen; ``addresses``.

        Args:
            host: one address; None for both of loopback, either of which may be missing on this machine;
                EVERYWHERE for all there are.
            port: 0 for any free one, the same in both families where that is possible.
            tls_port: the same for TLS from the first octet; None: nowhere.
            lmtp_port: the same for LMTP; None: nowhere.

        Raises:
            MailboxError: nothing could be kept.
            ListenError: the port is taken, not allowed, or no address is there.
            OSError: no certificate can be made or read for ``tls_port``.
        """
        try:
            await asyncio.to_thread(self._mailbox.prepare)
        except OSError as error:
            raise MailboxError(error.errno, error.strerror, error.filename or str(self.mail)) from error
        self.clock.begin()
        self._handler = self._made_handler()
        context = None
        if tls_port is not None and self.authority is not None:
            context = await asyncio.to_thread(self.authority.context)
        self._servers = await self._listen_at(host, port)
        try:
            if tls_port is not None and context is not None:
                self._tls_servers = await self._listen_at(host, tls_port, tls=context)
            if lmtp_port is not None:
                self._lmtp_servers = await self._listen_at(host, lmtp_port, lmtp=True)
        except ListenError:
            await self.stop()
            raise
        return self.addresses

    async def stop(self, *, grace: float = 1.0) -> None:
        """Stop listening, say 421 to those who are connected, store what is being stored. Idempotent.

        Args:
            grace: seconds that a client has to take the 421.
        """
        for server in (*self._servers, *self._tls_servers, *self._lmtp_servers):
            server.close()
        self._servers, self._tls_servers, self._lmtp_servers = [], [], []
        self.clock.stop()
        for connection in tuple(self._connections):
            connection.dismiss("shutting_down")
        if self._connections:
            await asyncio.gather(*(one.finish(grace) for one in tuple(self._connections)))
        if self._handler is not None:
            await self._mailbox.settle()

    def _authority(self) -> Authority | None:
        if self._certificates is None:
            return None
        from tui.sandbox.authority import Authority

        return Authority(self._certificates, self.personality.host, self.scenario.certificate)

    def _made_handler(self) -> Handler:
        from tui.sandbox.handler import Handler

        return Handler(
            self.personality,
            self.scenario,
            self._mailbox,
            self._listener,
            self.authority,
            ledger=self._ledger,
            clock=self.clock,
        )

    async def _listen_at(
        self, host: str | None, port: int, *, tls: ssl.SSLContext | None = None, lmtp: bool = False
    ) -> list[asyncio.Server]:
        listen = partial(self._listen, tls=tls, lmtp=lmtp)
        if host is not None and host != EVERYWHERE:
            return [await listen(host, port)]
        ipv4, ipv6 = LOOPBACK if host is None else _EVERY_ADDRESS
        for attempt in range(_TRIES):
            try:
                first = await listen(ipv4, port)
            except ListenError as error:
                if error.errno not in _FAMILY_MISSING:
                    raise
                return [await listen(ipv6, port)]
            try:
                return [first, await listen(ipv6, first.sockets[0].getsockname()[1])]
            except ListenError as error:
                if error.errno in _FAMILY_MISSING or (port == 0 and attempt == _TRIES - 1):
                    return [first]
                first.close()
                if port:
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def _listen(
        self, host: str, port: int, *, tls: ssl.SSLContext | None, lmtp: bool
    ) -> asyncio.Server:
        # Host and port, not a socket of our own: asyncio then sets TCP_NODELAY on what it accepts.
        try:
            server = await asyncio.get_running_loop().create_server(
                partial(self._connect, lmtp=lmtp, implicit_tls=tls),
                host,
                port,
                backlog=_ACCEPTED_AT_ONCE,
            )
        except OSError as error:
            raise ListenError(host, port, error) from error
        for listening in server.sockets:
            with listening.dup() as same:
                same.listen(_WAITING)
        return server

    def _connect(self, *, lmtp: bool, implicit_tls: ssl.SSLContext | None) -> Connection:
        from tui.sandbox.server import Connection

        assert self._handler is not None
        self._seen += 1
        return Connection(
            self._handler,
            self._seen,
            lmtp=lmtp,
            implicit_tls=implicit_tls,
            open_ones=self._connections,
            turns=self._turns,
            loop=asyncio.get_running_loop(),
        )


def _addresses(servers: list[asyncio.Server]) -> tuple[tuple[str, int], ...]:
    return tuple((one.getsockname()[0], one.getsockname()[1]) for server in servers for one in server.sockets)


def _personality(given: str | Personality) -> Personality:
    return personality.load(given) if isinstance(given, str) else given


def _scenario(given: str | Server) -> Server:
    return scenario.load(given) if isinstance(given, str) else given
