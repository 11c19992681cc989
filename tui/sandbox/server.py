"""One connection of the sandbox: each verb, when it is allowed and what it does (RFC 5321 §4.1)."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from email.utils import formatdate
from typing import Final, cast

from tui.sandbox import arguments, events
from tui.sandbox.arguments import Fault, PathArgument
from tui.sandbox.body import Body
from tui.sandbox.handler import Answer, Handler, Mail, peer_address
from tui.sandbox.personality import EXTENSIONS
from tui.sandbox.wire import Wire

#: RFC 5321 §4.5.3.1.4, with CRLF.
_LINE_OCTETS: Final = 512
#: How much longer the line of MAIL may be with an extension (RFC 1870 §3, RFC 6152 §2, RFC 6531 §3.1).
_LONGER_MAIL: Final[Mapping[str, int]] = {"SIZE": 26, "8BITMIME": 17, "SMTPUTF8": 10}
#: The extension that each parameter of MAIL belongs to.
_MAIL_PARAMS: Final[Mapping[str, str]] = {"SIZE": "SIZE", "BODY": "8BITMIME", "SMTPUTF8": "SMTPUTF8"}
#: Words that are commands elsewhere: 502, not 500 (RFC 5321 §4.2.4).
_ELSEWHERE: Final = frozenset(
    {"AUTH", "STARTTLS", "EXPN", "ETRN", "BDAT", "TURN", "SEND", "SOML", "SAML", "LHLO", "BURL", "XCLIENT"}
)

#: In the place of a reply of choice: it refused.
_REFUSED: Final = ""
#: RFC 5321 §3.8: a server that says this closes.
_CLOSING: Final = 421

_COMMAND: Final = re.compile(rb"([A-Za-z]+)(?:[ \t]+(.*))?", re.DOTALL)
_HOST: Final = re.compile(r"[!-~]+")


class Connection(Wire):
    """``number`` counts the connections of one sandbox from 1; ``crowded``: there are more than allowed."""

    def __init__(
        self,
        handler: Handler,
        number: int,
        *,
        crowded: bool,
        on_lost: Callable[[Connection], None],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        limits = handler.scenario.limits
        super().__init__(
            handler, hostname=handler.personality.host, idle_seconds=limits.idle_seconds, loop=loop
        )
        self.number = number
        self._handler = handler
        self._limits = limits
        self._offers = frozenset(handler.personality.extensions)
        self._crowded = crowded
        self._on_lost = on_lost
        self._unknown = 0

    # -- what the wire asks for

    async def greet(self) -> None:
        if self._crowded:
            await self.say("too_many_connections")
            self.leave()
            return
        chosen = await self._refused_by_choice("greeting")
        if chosen is _REFUSED:
            self.leave()
        else:
            await self._grant(chosen, "greeting", date=formatdate(localtime=True))

    async def obey(self, line: bytes, *, cut: bool) -> None:
        match = _COMMAND.fullmatch(line)
        verb = match[1].decode("ascii").upper() if match else ""
        limit = _LINE_OCTETS
        if verb == "MAIL":
            limit += sum(octets for keyword, octets in _LONGER_MAIL.items() if keyword in self._offers)
        if cut or len(line) + 2 > limit:
            await self.say("line_too_long", limit=limit)
            return
        act = _VERBS.get(verb)
        if match is None or act is None:
            await self._not_understood(verb)
            return
        argument = (match[2] or b"").decode("utf-8", "surrogateescape").strip(" \t")
        await act(self, argument)

    async def bid_farewell(self, situation: str) -> None:
        await self.say(situation)

    async def admit_failure(self, error: Exception) -> None:
        self._tell(events.ServerFailed(self.number, error))
        await self.say("failed")

    def new_transaction(self) -> Mail:
        return Mail()

    def overhear(self, data: bytes, *, sent: bool) -> None:
        if self._handler.tell is not None:
            kind = events.OctetsSent if sent else events.OctetsReceived
            self._handler.tell(kind(self.number, data))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._tell(events.ClientConnected(self.number, peer_address(transport.get_extra_info("peername"))))
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._on_lost(self)
        self._tell(events.ClientDisconnected(self.number))

    # -- speaking

    async def say(self, situation: str, **facts: str | int) -> None:
        """The personality's reply to this situation."""
        await self.push(self._handler.word(situation, facts))

    async def answer(self, answer: Answer) -> None:
        await self.say(answer.situation, **answer.facts)

    async def _not_understood(self, verb: str) -> None:
        if verb in _ELSEWHERE:
            await self.say("not_implemented", verb=verb)
            return
        self._unknown += 1
        if self._unknown > self._limits.unknown_commands:
            self.dismiss("too_many_unknown")
        else:
            await self.say("unknown_command")

    # -- the verbs

    async def smtp_HELO(self, argument: str) -> None:  # noqa: N802
        chosen = await self._introduce("HELO", argument)
        if chosen is not _REFUSED:
            await self._grant(chosen, "helo", client=argument)

    async def smtp_EHLO(self, argument: str) -> None:  # noqa: N802
        chosen = await self._introduce("EHLO", argument)
        if chosen is _REFUSED:
            return
        personality = self._handler.personality
        lines = [chosen] if chosen else [*personality.say("ehlo", {"client": argument})]
        facts = {"limit": str(self._limits.message_octets)}
        lines += [
            f"250 {keyword} {EXTENSIONS[keyword].format_map(facts)}".rstrip()
            for keyword in personality.extensions
        ]
        await self.push("\r\n".join([*(f"{line[:3]}-{line[4:]}" for line in lines[:-1]), lines[-1]]))

    async def _introduce(self, verb: str, name: str) -> str | None:
        if not _HOST.fullmatch(name):
            await self.say("helo_syntax", verb=verb)
            return _REFUSED
        chosen = await self._refused_by_choice("helo")
        if chosen is _REFUSED:
            return _REFUSED
        self.reset_transaction()
        assert self.session is not None
        self.session.host_name = name
        self.session.extended_smtp = verb == "EHLO"
        return chosen

    async def smtp_MAIL(self, argument: str | None) -> None:  # noqa: N802
        if await self._unknown_client("MAIL"):
            return
        if self._mail.mail_from is not None:
            await self.say("nested_mail")
            return
        path = await self._path(argument or "", sender=True)
        if path is None or await self._bad_mail_params(path.params):
            return
        chosen = await self._refused_by_choice("mail", path.address)
        if chosen is _REFUSED:
            return
        self._mail.mail_from = path.address
        self._mail.mail_params = path.params
        self._mail.smtp_utf8 = "SMTPUTF8" in path.params
        await self._grant(chosen, "mail", address=path.address)

    async def smtp_RCPT(self, argument: str | None) -> None:  # noqa: N802
        if await self._unknown_client("RCPT"):
            return
        if self._mail.mail_from is None:
            await self.say("mail_first")
            return
        path = await self._path(argument or "", sender=False)
        if path is None:
            return
        if path.params:
            await self.say("parameter_unknown")
            return
        chosen = await self._refused_by_choice("rcpt", path.address)
        if chosen is _REFUSED:
            return
        assert self.session is not None
        answer = await self._handler.handle_RCPT(self, self.session, self._mail, path.address, path.params)
        if answer.situation == "rcpt":
            await self._grant(chosen, "rcpt", address=path.address)
        else:
            await self.answer(answer)

    async def smtp_DATA(self, argument: str) -> None:  # noqa: N802
        if await self._takes_none("DATA", argument) or await self._unknown_client("DATA"):
            return
        if self._mail.mail_from is None:
            await self.say("mail_first")
            return
        if not self._mail.recipients:
            await self.say("rcpt_first")
            return
        chosen = await self._refused_by_choice("data")
        if chosen is _REFUSED:
            return
        await self._grant(chosen, "data")
        draft = self._mail.draft = self._handler.mailbox.draft()
        body = Body(draft.write, self._limits.message_octets)
        complete = False
        try:
            complete = await self.receive(body)
        finally:
            if not complete or body.too_large:
                draft.discard()
                drop = events.Drop.TOO_LARGE if complete else events.Drop.CUT_OFF
                self._tell(events.MessageDropped(self.number, drop, body.size))
        if not complete:
            return
        if body.too_large:
            self.reset_transaction()
            await self.say("too_large", limit=self._limits.message_octets)
            return
        chosen = await self._refused_by_choice("message")
        if chosen is _REFUSED:
            draft.discard()
            self._tell(events.MessageDropped(self.number, events.Drop.REFUSED, body.size))
            self.reset_transaction()
            return
        assert self.session is not None
        answer = await self._handler.handle_DATA(self, self.session, self._mail)
        self.reset_transaction()
        if answer.situation == "accepted":
            await self._grant(chosen, "accepted", **answer.facts)
        else:
            await self.answer(answer)

    async def smtp_RSET(self, argument: str) -> None:  # noqa: N802
        if await self._takes_none("RSET", argument):
            return
        chosen = await self._refused_by_choice("rset")
        if chosen is not _REFUSED:
            self.reset_transaction()
            await self._grant(chosen, "rset")

    async def smtp_NOOP(self, argument: str) -> None:  # noqa: N802
        chosen = await self._refused_by_choice("noop")
        if chosen is not _REFUSED:
            await self._grant(chosen, "noop")

    async def smtp_HELP(self, argument: str) -> None:  # noqa: N802
        await self.say("help")

    async def smtp_VRFY(self, argument: str) -> None:  # noqa: N802
        address = argument.removeprefix("<").removesuffix(">")
        if not address or not address.isprintable():
            await self.say("vrfy_syntax")
            return
        chosen = await self._refused_by_choice("vrfy")
        if chosen is _REFUSED:
            return
        if not self._handler.scenario.is_local(address):
            await self.say("no_relay", address=address)
        elif not self._handler.scenario.has_mailbox(address):
            await self.say("no_mailbox", address=address)
        else:
            await self._grant(chosen, "vrfy", address=address)

    async def smtp_QUIT(self, argument: str) -> None:  # noqa: N802
        if await self._takes_none("QUIT", argument):
            return
        chosen = await self._refused_by_choice("quit")
        if chosen is not _REFUSED:
            await self._grant(chosen, "quit")
            self.leave()

    # -- what verbs have in common

    @property
    def _mail(self) -> Mail:
        return cast(Mail, self.envelope)

    async def _takes_none(self, verb: str, argument: str) -> bool:
        if argument:
            await self.say("no_argument", verb=verb)
        return bool(argument)

    async def _refused_by_choice(self, stage: str, address: str = "") -> str | None:
        """The reply that the scenario chose for this stage, if it grants; ``_REFUSED`` when it does not, and
        has been said."""
        chosen = self._handler.chosen(stage, address)
        if chosen is None or chosen.code < 400:
            return None if chosen is None else chosen.say
        await self.push(chosen.say)
        if chosen.code == _CLOSING:
            self.leave()
        return _REFUSED

    async def _grant(self, chosen: str | None, situation: str, **facts: str | int) -> None:
        """In the words that were chosen, or in the personality's."""
        if chosen:
            await self.push(chosen)
        else:
            await self.say(situation, **facts)

    async def _unknown_client(self, verb: str) -> bool:
        assert self.session is not None
        if not self._handler.scenario.helo_required:
            return False
        if self.session.host_name is None:
            await self.say("helo_first", verb=verb)
            return True
        return False

    async def _path(self, argument: str, *, sender: bool) -> PathArgument | None:
        """The path and its parameters; None when it was refused."""
        utf8 = "SMTPUTF8" in self._offers if sender else self._mail.smtp_utf8
        try:
            strict = self._handler.scenario.syntax == "strict"
            return arguments.parse(argument, sender=sender, utf8=utf8, strict=strict)
        except arguments.PathError as error:
            await self.say((_BAD_SENDER if sender else _BAD_RECIPIENT)[error.fault])
            return None

    async def _bad_mail_params(self, params: Mapping[str, str | None]) -> bool:
        """Answer what cannot be agreed to (RFC 5321 §4.1.1.11)."""
        assert self.session is not None
        offered = self._offers if self.session.extended_smtp else frozenset()
        size = params.get("SIZE", "0") or ""
        if any(_MAIL_PARAMS.get(name) not in offered for name in params):
            await self.say("parameter_unknown")
        elif (
            not (size.isascii() and size.isdigit() and len(size) <= 20)
            or (params.get("BODY", "7BIT") or "").upper() not in {"7BIT", "8BITMIME"}
            or params.get("SMTPUTF8") is not None
        ):
            await self.say("parameter_malformed")
        elif int(size) > self._limits.message_octets:
            await self.say("too_large", limit=self._limits.message_octets)
        else:
            return False
        return True

    def _tell(self, event: events.Event) -> None:
        if self._handler.tell is not None:
            self._handler.tell(event)


_VERBS: Final[Mapping[str, Callable[[Connection, str], Awaitable[None]]]] = {
    "HELO": Connection.smtp_HELO,
    "EHLO": Connection.smtp_EHLO,
    "MAIL": Connection.smtp_MAIL,
    "RCPT": Connection.smtp_RCPT,
    "DATA": Connection.smtp_DATA,
    "RSET": Connection.smtp_RSET,
    "NOOP": Connection.smtp_NOOP,
    "HELP": Connection.smtp_HELP,
    "VRFY": Connection.smtp_VRFY,
    "QUIT": Connection.smtp_QUIT,
}

_BAD_SENDER: Final[Mapping[Fault, str]] = {
    Fault.SYNTAX: "mail_syntax",
    Fault.ADDRESS: "sender_malformed",
    Fault.NOT_ASCII: "sender_not_ascii",
    Fault.PARAMETER: "parameter_malformed",
}
_BAD_RECIPIENT: Final[Mapping[Fault, str]] = {
    Fault.SYNTAX: "rcpt_syntax",
    Fault.ADDRESS: "recipient_malformed",
    Fault.NOT_ASCII: "recipient_not_ascii",
    Fault.PARAMETER: "parameter_malformed",
}
