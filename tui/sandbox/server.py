"""One connection of the sandbox from its greeting to its end: what it has learned of the client, what it
offers him, and what its verbs have in common. Which verb a line says is found in ``obeying``; what each verb
does stands in a module for each part of the protocol; how it is answered is a matter of ``speaking``."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING, Final

from tui.sandbox import encrypting, events, obeying, verbs
from tui.sandbox.handler import Handler, peer_address
from tui.sandbox.personality import AUTH_AGAIN
from tui.sandbox.speaking import Voice

if TYPE_CHECKING:
    import asyncio
    import ssl

    from tui.sandbox.turns import Turns

#: What may be said where a login is required and was not yet (RFC 4954 §6).
_BEFORE_LOGIN: Final = frozenset({"AUTH", "STARTTLS", "EHLO", "HELO", "LHLO", "NOOP", "RSET", "QUIT"})

#: The first octets of a TLS record that begins a handshake (RFC 8446 §5.1).
_HANDSHAKE: Final = b"\x16\x03"


class Connection(Voice):
    """``number`` counts the connections of one sandbox from 1. It is in ``open_ones`` as long as it is open,
    and refused when as many are in there as are allowed. ``lmtp``: it speaks LMTP
    (RFC 2033). ``implicit_tls``: TLS begins at once, but for the header of a proxy, which is in clear
    (proxy-protocol.txt, section 2); a handshake that comes to nothing is told, as that of STARTTLS is."""

    def __init__(
        self,
        handler: Handler,
        number: int,
        *,
        lmtp: bool = False,
        implicit_tls: ssl.SSLContext | None = None,
        open_ones: set[Connection],
        turns: Turns,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(handler, number, turns=turns, loop=loop)
        self.lmtp = lmtp
        self._crowded = False  # there are more than allowed
        self._implicit_tls = implicit_tls
        self._open_ones = open_ones
        self._unknown = 0
        self.tls_version = ""
        #: The verb of the line before this one.
        self.just_said = ""
        self._blank_behind = False  # there is a blank behind the verb that is obeyed
        self._offered = self._offered_now()

    # -- what the wire asks for

    async def greet(self) -> None:
        if self._crowded and self._implicit_tls is None:
            await self.say("too_many_connections")
            self.leave()
            return
        if self.handler.scenario.proxy and not await self._read_proxy_header():
            self.leave()
            return
        if self._implicit_tls is not None:
            await self.secure(self._implicit_tls, self.read_ahead())
            if not self.tls:
                return
            if self._crowded:
                await self.say("too_many_connections")
                self.leave()
                return
        chosen = await self.choose("greeting")
        if chosen is None:
            self.leave()
        else:
            await self.grant(chosen, "greeting", date=formatdate(localtime=True))

    async def _read_proxy_header(self) -> bool:
        """Who is connected to the proxy is who is connected to us; False: no such header came."""
        from tui.sandbox.proxied import HeaderReader  # not before a scenario wants one

        header = HeaderReader()
        if not await self.receive_untold(header) or header.found is None:
            self.tell(events.ProxyHeaderMissing(self.number))
            return False
        if header.found.peer is not None:
            assert self.session is not None
            self.session.peer = header.found.peer  # type: ignore[assignment]  # a tuple, as of TCP
        self.tell(events.ProxyHeaderRead(self.number, header.found.peer[0] if header.found.peer else ""))
        return True

    async def obey(self, line: bytes, *, cut: bool) -> None:
        self.next_turn()
        if line.startswith(_HANDSHAKE) and not self.just_said and not self.tls:
            self.tell(events.HandshakeMisplaced(self.number))
        await obeying.obey(self, line, cut=cut)
        if self.patience.lost:
            self.dismiss("too_many_errors")
        self.just_said = line[:4].decode("ascii", "replace").upper()

    async def bid_farewell(self, situation: str) -> None:
        if situation != "idle" or self.habits.idle_words:
            await self.say(situation)

    async def admit_failure(self, error: Exception) -> None:
        self.tell(events.ServerFailed(self.number, error))
        if self.mail.draft is not None:  # a message was coming in: it is over
            self.reset_transaction()
        await self.say("failed")

    def abandon(self) -> None:
        self.drop(events.Drop.CUT_OFF)

    def secured(self, tls: ssl.SSLObject) -> None:
        self.forget()
        self.tls_version = tls.version() or ""
        self.tell(events.HandshakeDone(self.number, self.tls_version, (tls.cipher() or ("", "", 0))[0]))

    def not_secured(self, error: OSError) -> None:
        self.tell(events.HandshakeFailed(self.number, error))

    def forget(self) -> None:
        """As if the client had said nothing yet (RFC 3207 §4.2)."""
        assert self.session is not None
        self.reset_transaction()
        self.session.host_name = None
        self.session.extended_smtp = False
        self.user = ""
        self.introduced = None
        self._offered = self._offered_now()

    def _offered_now(self) -> tuple[str, ...]:
        """STARTTLS not inside TLS (RFC 3207 §4.2), and AUTH in clear only where the scenario says so.
        PIPELINING is a part of LMTP (RFC 2033 §5)."""
        hidden = set()
        if self.tls:
            hidden.add("STARTTLS")
        elif not self.handler.scenario.auth_in_clear:
            hidden |= {"AUTH", AUTH_AGAIN}
        offers = dict.fromkeys((*self.handler.offers, "PIPELINING") if self.lmtp else self.handler.offers)
        return tuple(one for one in offers if one not in hidden)

    def reset_transaction(self) -> None:
        """Forget sender and recipients, and the chunks of a message that will not be finished."""
        self.drop(events.Drop.RESET)
        super().reset_transaction()

    def overhear_reply(self, data: bytes) -> None:
        if self.handler.tell is not None:
            self.handler.tell(events.OctetsSent(self.number, data))

    def overhear(self, data: bytes, *, in_message: bool = False) -> None:
        if self.handler.tell is not None:
            self.handler.tell(events.OctetsReceived(self.number, data, in_message))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not before: many that come at once are all made before the first of them is connected.
        self._crowded = len(self._open_ones) >= self.limits.connections
        self._open_ones.add(self)
        peer = peer_address(transport.get_extra_info("peername"))
        self.tell(events.ClientConnected(self.number, peer, self.lmtp))
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._open_ones.discard(self)
        self.handler.ledger.forget(self.number)
        self.tell(events.ClientDisconnected(self.number))

    # -- what verbs have in common

    def begin(self, verb: str, argument: str, line: str, *, blank_behind: bool) -> None:
        """This is obeyed now."""
        self.listen(verb, argument, line)
        self._blank_behind = blank_behind

    def offered(self) -> tuple[str, ...]:
        """The extensions that this connection has now, in the order of the EHLO reply."""
        return self._offered

    def verbs(self) -> tuple[str, ...]:
        """What may be said on this connection, as HELP tells it."""
        known = verbs.of(lmtp=self.lmtp)
        return tuple(verb for verb in known if verbs.EXTENSION.get(verb) in (None, *self._offered))

    def in_force(self) -> tuple[str, ...]:
        """The extensions that the client may use: none after HELO (RFC 5321 §2.2.1)."""
        assert self.session is not None
        return self.offered() if self.session.extended_smtp else ()

    def bar(self, verb: str) -> str | None:
        """Why the verb may not be said now, whatever stands behind it: a situation."""
        if self.handler.scenario.tls_required and not self.tls and verb not in encrypting.ALLOWED_IN_CLEAR:
            return "tls_needed"
        if self.handler.scenario.login_required and not self.user and verb not in _BEFORE_LOGIN:
            return "login_needed"
        return None

    async def takes_none(self, verb: str, argument: str) -> bool:
        """Was an argument refused? (RFC 5321 §4.3.2: 501.)"""
        blank = self._blank_behind and self.habits.blank_is_argument
        if not (argument or blank) or verb not in self.habits.arguments_refused:
            return False
        situation = "starttls_argument" if verb == "STARTTLS" else "no_argument"
        await self.say(situation, verb=verb, argument=argument)
        return True

    async def unknown_client(self, verb: str) -> bool:
        """Was the verb refused because nobody has said HELO?"""
        assert self.session is not None
        if not self.helo_required or self.session.host_name is not None or verb not in self.habits.helo_at:
            return False
        await self.say(self.hello_first, verb=verb)
        return True

    @property
    def helo_required(self) -> bool:
        return self.handler.scenario.helo_required and self.habits.helo_required

    @property
    def hello_first(self) -> str:
        return "lhlo_first" if self.lmtp else "helo_first"

    def replies_due(self) -> int:
        """Replies to the end of the message: in LMTP one for each recipient (RFC 2033 §4.2)."""
        return len(self.mail.recipients) if self.lmtp else 1

    def one_unknown_too_many(self) -> bool:
        """Was this line, which nobody understands, one more than is allowed?"""
        self._unknown += 1
        return self._unknown > min(
            self.limits.unknown_commands, self.habits.unknown_commands or self._unknown
        )
