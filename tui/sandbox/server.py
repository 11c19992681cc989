"""One connection of the sandbox: what it is greeted with, whose line is obeyed by which verb, and how it is
answered. What each verb does stands in a module for each part of the protocol; ``VERBS`` names them all.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from typing import TYPE_CHECKING, Final, cast

from tui.practice.faults import ANY_COMMAND, BODY
from tui.sandbox import arguments, asking, chunking, disturbing, encrypting, events, transaction
from tui.sandbox.disturbing import USUAL
from tui.sandbox.envelope import Exchange
from tui.sandbox.handler import Answer, Handler, Mail, names_of, peer_address
from tui.sandbox.ledger import Asked
from tui.sandbox.patience import Patience, with_last_words
from tui.sandbox.personality import AUTH_AGAIN
from tui.sandbox.wire import Wire
from tui.smtp.command_slips import LONGER_WITH
from tui.smtp.commands import HELLO, text_of

if TYPE_CHECKING:
    import asyncio
    import ssl

#: RFC 5321 §4.5.3.1.4, with CRLF.
_LINE_OCTETS: Final = 512
#: Words that are commands elsewhere: 502, not 500 (RFC 5321 §4.2.4).
_ELSEWHERE: Final = frozenset({"ETRN", "TURN", "SEND", "SOML", "SAML", "LHLO", "BURL", "XCLIENT"})
#: What may be said where a login is required and was not yet (RFC 4954 §6).
_BEFORE_LOGIN: Final = frozenset({"AUTH", "STARTTLS", "EHLO", "HELO", "LHLO", "NOOP", "RSET", "QUIT"})
#: Commands that are kept with the mail; never one that may bring a secret.
_KEPT: Final = frozenset({*HELLO, "MAIL", "RCPT", "DATA", "BDAT"})
_KEPT_AT_MOST: Final = 250  # of one mail
#: RFC 5321 §3.8: a server that says this closes.
_CLOSING: Final = 421

#: Behind these nothing may come before the reply (RFC 2920 §3.1).
_LAST_OF_GROUP: Final = frozenset({*HELLO, "DATA", "STARTTLS", "VRFY", "EXPN", "NOOP", "QUIT"})
#: What somebody says who does not want to speak SMTP.
_NO_MAIL: Final = {
    "http": re.compile(rb"(?:GET|POST|CONNECT|PUT|HEAD|OPTIONS|DELETE|PATCH) ", re.IGNORECASE),
    "header": re.compile(rb"[A-Za-z][A-Za-z0-9-]*:"),
    "no-letter": re.compile(rb"[^A-Za-z\s]"),
}
#: Stages at which no command is obeyed.
_WITHOUT_ARGUMENT: Final = frozenset({"greeting", "message", BODY})

_COMMAND: Final = re.compile(rb"([A-Za-z]+)(?:[ \t]+(.*))?", re.DOTALL)


class Chosen:
    """What the scenario wants where a verb would be granted."""

    __slots__ = ("loses", "say")

    def __init__(self, say: str = "", *, loses: bool = False) -> None:
        self.say = say  # "": the personality's words
        self.loses = loses  # the message is accepted, and not kept


_USUAL: Final = Chosen()


class Connection(Wire):
    """``number`` counts the connections of one sandbox from 1. It is in ``open_ones`` as long as it is open,
    and refused when as many are in there as are allowed. ``lmtp``: it speaks LMTP
    (RFC 2033). ``proxied_tls``: TLS begins at once behind the header of a proxy, which is in clear."""

    def __init__(
        self,
        handler: Handler,
        number: int,
        *,
        lmtp: bool = False,
        proxied_tls: ssl.SSLContext | None = None,
        open_ones: set[Connection],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        limits = handler.scenario.limits
        super().__init__(
            handler, hostname=handler.personality.host, idle_seconds=limits.idle_seconds, loop=loop
        )
        self.number = number
        self.lmtp = lmtp
        self.handler = handler
        self.limits = limits
        self._crowded = False  # there are more than allowed
        self._proxied_tls = proxied_tls
        self._open_ones = open_ones
        self._unknown = 0
        #: Who has logged in; "": nobody.
        self.user = ""
        self.tls_version = ""
        #: What the line that is obeyed now says behind its verb.
        self.argument = ""
        #: How the reply to it goes out.
        self.manner = USUAL
        #: The HELO or EHLO that holds, as it was typed.
        self.introduced: Exchange | None = None
        #: Some servers name the connection as they name messages.
        self._about_us = {"id": names_of(-number)["id"]}
        #: What its software is like.
        self.habits = handler.personality.habits
        self._patience = Patience(self.habits)
        #: The verb of the line before this one.
        self.just_said = ""
        #: What the line that is obeyed now is answered; "": nothing yet.
        self.said = ""
        self._blank_behind = False  # there is a blank behind its verb
        self.helo_refusal = ""  # what HELO was refused with, to be said at RCPT
        self._typed = ""  # a command that is not answered yet, of those that are kept with the mail
        self._offered = self._offered_now()

    # -- what the wire asks for

    async def greet(self) -> None:
        if self._crowded and self._proxied_tls is None:
            await self.say("too_many_connections")
            self.leave()
            return
        if self.handler.scenario.proxy and not await self._read_proxy_header():
            self.leave()
            return
        if self._proxied_tls is not None:
            await self.secure(self._proxied_tls, self.read_ahead())
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
        await self._obey_line(line, cut=cut)
        if self._patience.lost:
            self.dismiss("too_many_errors")
        self.just_said = line[:4].decode("ascii", "replace").upper()

    async def _obey_line(self, line: bytes, *, cut: bool) -> None:
        self.manner = USUAL
        self.said = ""
        if self.habits.blank_before_verb:
            line = line.lstrip(b" \t")
        if self.handler.ledger.concerns(ANY_COMMAND):
            self.argument = line.decode("utf-8", "surrogateescape")
            if await self.choose(ANY_COMMAND) is None:
                return
        match = _COMMAND.fullmatch(line)
        verb = match[1].decode("ascii").upper() if match else ""
        limit = self.habits.line_octets or _LINE_OCTETS + self._longer(verb)
        if cut or len(line) + 2 > limit:
            await self.say("line_too_long", limit=limit)
            return
        act = (LMTP_VERBS if self.lmtp else VERBS).get(verb)
        if self._too_early(verb):
            await self.say("sync_error")
            self.leave()
        elif b"\0" in line and self.handler.personality.words("nul"):
            await self.say("nul")
        elif self._patience.one_too_many(verb):
            await self.say("too_many_besides")
            self.leave()
        elif match is None or act is None or self._half_a_verb(verb, match[2]):
            await self._not_understood(verb, line)
        elif not self._has(verb):
            situation = _NOT_OFFERED.get(verb, "not_implemented")
            await self.say(situation, verb=verb, line=text_of(line))
        elif verb != "BDAT" and (bar := self.bar(verb)):  # BDAT has octets behind it, and asks itself
            await self.say(bar, verb=verb)
        else:
            self.argument = (match[2] or b"").decode("utf-8", "surrogateescape").strip(" \t")
            self._blank_behind = match[2] is not None
            self._typed = text_of(line) if verb in _KEPT else ""
            await act(self, self.argument)

    def _has(self, verb: str) -> bool:
        """Is the extension there that brings the verb, or is it answered without one?"""
        extension = _EXTENSION.get(verb)
        return extension is None or extension in self.handler.offers or verb in self.habits.answers

    def _too_early(self, verb: str) -> bool:
        """Something came behind this line that had to wait for its reply (RFC 2920 §3.1)."""
        if self.habits.early_input == "taken" or not self.waiting:
            return False
        if verb == "BDAT" and self._has(verb):  # its octets follow at once
            return False
        return verb in _LAST_OF_GROUP or verb not in VERBS or "PIPELINING" not in self.in_force()

    def _half_a_verb(self, verb: str, argument: bytes | None) -> bool:
        """MAIL without FROM:, where that belongs to the verb."""
        if not self.habits.keyword_in_verb or verb not in ("MAIL", "RCPT"):
            return False
        text = (argument or b"").decode("utf-8", "surrogateescape")
        return not arguments.has_keyword(text, sender=verb == "MAIL")

    def _keep(self, exchange: Exchange) -> None:
        """With the mail that is being spoken of, for the reader of the inbox."""
        if exchange.line[:4].upper() in HELLO:
            if exchange.reply.startswith("2"):
                self.introduced = exchange
        elif len(self.mail.dialogue) < _KEPT_AT_MOST:
            self.mail.dialogue.append(exchange)

    async def bid_farewell(self, situation: str) -> None:
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

    def new_transaction(self) -> Mail:
        return Mail()

    def reset_transaction(self) -> None:
        """Forget sender and recipients, and the chunks of a message that will not be finished."""
        self.drop(events.Drop.RESET)
        super().reset_transaction()

    def overhear(self, data: bytes, *, sent: bool) -> None:
        if self.handler.tell is not None:
            kind = events.OctetsSent if sent else events.OctetsReceived
            self.handler.tell(kind(self.number, data))

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

    # -- speaking

    async def say(self, situation: str, **facts: str | int) -> None:
        """The personality's reply to this situation."""
        reply = self.handler.word(situation, {**self._about_us, "peer": self.client_address(), **facts})
        last = self._patience.last_slip(situation, reply)
        if last and situation not in self.habits.slips_alone:
            reply = with_last_words(reply, self.handler.word("too_many_slips", {}))
        await self.push(reply)
        if last or situation in self.habits.closes_after:
            self.leave()

    def refusal(self) -> str:
        """What recipients were refused with last, as it is said again: without its code, unless it was one
        that counts as a slip."""
        said = self.mail.rejections[-1] if self.mail.rejections else ""
        return f"{said[:3]} {said[4:]}" if self._patience.is_slip(said.encode()) else said[4:]

    async def answer(self, answer: Answer) -> None:
        if answer.say:
            await self.refuse(answer.say)
        else:
            await self.say(answer.situation, **answer.facts)

    async def refuse(self, say: str, *, times: int = 1) -> None:
        """What the scenario says, so many ``times``; 421 once, and that is the end."""
        if int(say[:3]) == _CLOSING:
            await self.push(say)
            self.leave()
            return
        for _ in range(times):
            await self.push(say)

    async def choose(self, stage: str, address: str = "", *, times: int = 1) -> Chosen | None:
        """What the scenario wants at this stage, where it grants; None where it refuses: that was said, so
        many ``times``, or the connection is over."""
        ledger = self.handler.ledger
        if not ledger.concerns(stage):
            return _USUAL
        argument = "" if stage in _WITHOUT_ARGUMENT else self.argument
        asked = Asked(self.number, self.client_address(), stage, argument, address)
        if (faults := ledger.faults(asked)) and not await disturbing.disturb(self, faults):
            return None
        reply = ledger.reply(asked)
        say = reply.say if reply is not None else ledger.too_much(asked) or ""
        if say[:1] in ("4", "5") and self.put_off(stage, say):
            return _USUAL
        if say[:1] in ("4", "5"):
            await self.refuse(say, times=times)
            return None
        return Chosen(say, loses=any(one.do == "lose" for one in faults))

    async def push(self, status: str | bytes) -> None:
        """A reply, in the manner that the scenario wants; at last it may be the end."""
        self.said = _first_line(status)
        if self._typed:
            self._keep(Exchange(line=self._typed, reply=_first_line(status)))
            self._typed = ""
        self._patience.note(self.said)
        if self.manner.silent:
            return
        if self.manner.unsaid:
            self.cut()
            return
        await super().push(status)
        if self.manner.last:
            self.leave()

    async def emit(self, octets: bytes) -> None:
        if self.manner.octets_per_second:
            for piece in disturbing.pieces(octets, self.manner.octets_per_second):
                await super().emit(piece)
                await self.handler.clock.sleep(len(piece) / self.manner.octets_per_second)
        else:
            await super().emit(octets)

    async def grant(self, chosen: Chosen, situation: str, **facts: str | int) -> None:
        """In the words that were chosen, or in the personality's."""
        if chosen.say:
            await self.push(chosen.say)
        else:
            await self.say(situation, **facts)

    def drop(self, why: events.Drop) -> None:
        """Let go of the message that was being received, if there is one."""
        draft = self.mail.draft if self.envelope is not None else None
        if draft is not None:
            self.mail.draft = None
            draft.discard()
            self.tell(events.MessageDropped(self.number, why, self.mail.octets))

    def tell(self, event: events.Event) -> None:
        if self.handler.tell is not None:
            self.handler.tell(event)

    # -- what verbs have in common

    def client_address(self) -> str:
        """The address of who is connected, or of whom the proxy names."""
        assert self.session is not None
        return peer_address(self.session.peer)

    @property
    def mail(self) -> Mail:
        """What is between MAIL and the dot."""
        return cast(Mail, self.envelope)

    def offered(self) -> tuple[str, ...]:
        """The extensions that this connection has now, in the order of the EHLO reply."""
        return self._offered

    def verbs(self) -> tuple[str, ...]:
        """What may be said on this connection, as HELP tells it."""
        known = LMTP_VERBS if self.lmtp else VERBS
        return tuple(verb for verb in known if _EXTENSION.get(verb) in (None, *self._offered))

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

    def put_off(self, stage: str, say: str) -> bool:
        """Does this server say a refusal of HELO and MAIL only at RCPT? Then it is kept until there."""
        if self.habits.refuses_at == "MAIL" or stage not in ("helo", "mail") or say.startswith("421"):
            return False
        if stage == "helo":
            self.helo_refusal = say
        else:
            self.mail.refusal = say
        return True

    async def unknown_client(self, verb: str) -> bool:
        """Was the verb refused because nobody has said HELO?"""
        assert self.session is not None
        if not self.helo_required or self.session.host_name is not None:
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

    def _longer(self, verb: str) -> int:
        """By how many octets the extensions lengthen the line of this verb."""
        offered = self.offered()
        return sum(LONGER_WITH[one] for one in _LENGTHENED.get(verb, ()) if one in offered)

    async def _not_understood(self, verb: str, line: bytes) -> None:
        text = text_of(line)
        if (wording := self.handler.personality.verbs.get(verb)) is not None:
            facts = {"verb": verb, "argument": text.partition(" ")[2].strip(), "line": text}
            await self.push(self.handler.fill(wording, {**facts, "peer": self.client_address()}))
            return
        replies = self.handler.personality.replies
        if verb in _ELSEWHERE and replies.not_implemented != replies.unknown_command:
            await self.say("not_implemented", verb=verb, line=text)
            return
        if any(_NO_MAIL[kind].match(line) for kind in self.habits.no_mail):
            await self.say("no_mail", line=text)
            self.leave()
            return
        self._unknown += 1
        if self._unknown > min(self.limits.unknown_commands, self.habits.unknown_commands or self._unknown):
            self.dismiss("too_many_unknown")
        else:
            await self.say("unknown_command" if line.strip() else "empty_line", verb=verb, line=text)


def _first_line(reply: str | bytes) -> str:
    text = reply if isinstance(reply, str) else text_of(reply)
    return text.partition("\r\n")[0]


#: Verbs that there are only with an extension.
_EXTENSION: Final[Mapping[str, str]] = {
    "AUTH": "AUTH",
    "BDAT": "CHUNKING",
    "STARTTLS": "STARTTLS",
    "VRFY": "VRFY",
    "EXPN": "EXPN",
    "HELP": "HELP",
}
#: What is told where they are not there, if not what is told of any verb.
_NOT_OFFERED: Final = {"AUTH": "auth_not_offered", "STARTTLS": "starttls_not_offered"}
#: Extensions that make a line longer (RFC 1870 §3, RFC 6152 §2, RFC 6531 §3.1, RFC 4954 §3, RFC 3461 §5).
_LENGTHENED: Final[Mapping[str, tuple[str, ...]]] = {
    "MAIL": ("SIZE", "8BITMIME", "SMTPUTF8", "AUTH", "DSN"),
    "RCPT": ("DSN",),
}


async def _auth(connection: Connection, argument: str) -> None:
    from tui.sandbox import login  # with its mechanisms, which few connections need

    await login.auth(connection, argument)


_Verbs = Mapping[str, Callable[[Connection, str], Awaitable[None]]]
VERBS: Final[_Verbs] = {
    "HELO": asking.helo,
    "EHLO": asking.ehlo,
    "MAIL": transaction.mail,
    "RCPT": transaction.rcpt,
    "DATA": transaction.data,
    "BDAT": chunking.bdat,
    "AUTH": _auth,
    "STARTTLS": encrypting.starttls,
    "RSET": asking.rset,
    "NOOP": asking.noop,
    "VRFY": asking.vrfy,
    "EXPN": asking.expn,
    "HELP": asking.help_,
    "QUIT": asking.quit_,
}
LMTP_VERBS: Final[_Verbs] = {
    "LHLO": asking.lhlo,
    **{verb: act for verb, act in VERBS.items() if verb not in {"HELO", "EHLO"}},
}
