"""The facts of a dialogue: what ``explain --json`` promises (DESIGN §7), folded from the events.

``facts(replay(steps))`` is the whole of it. Two readings of one dialogue are possible in places; those taken
are listed in tests/data/transcripts/README.md. Secrets are masked in ``line`` and ``argument``; user names
are none.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from tui.practice.facts_auth import AuthFacts
from tui.practice.facts_message import MessageFacts
from tui.practice.facts_transaction import TransactionFacts
from tui.practice.replaying import replay
from tui.smtp.answers import understood
from tui.smtp.commands import HELLO, Command, parsed, text_of
from tui.smtp.dialogue import Dialogue
from tui.smtp.display import masked
from tui.smtp.events import (
    AuthResponseSent,
    BodyEnded,
    BodyLineSent,
    ClientNotShown,
    CommandSent,
    ConnectionClosed,
    Event,
    ExtensionsAdvertised,
    GreetingAwaited,
    MessageNotShown,
    PhaseChanged,
    PlaintextDiscarded,
    ReplyReceived,
    TlsEstablished,
    TransactionReset,
)
from tui.smtp.lines import OCTETS
from tui.smtp.phases import Phase
from tui.smtp.replies import Reply


def facts(events: Iterable[Event]) -> dict[str, Any]:
    """Everything that is known of one connection, ready for JSON."""
    fold = _Fold()
    for event in events:
        fold.take(event)
    return fold.facts()


def facts_of(steps: Iterable[tuple[str, bytes]]) -> dict[str, Any]:
    """The facts of a recording: ``("S"|"C", octets)`` and ``("*", note)``, as ``replaying.replay`` takes
    them."""
    return facts(chain.from_iterable(replay(Dialogue(), steps)))


def facts_and_messages(events: Iterable[Event]) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """The facts, and each transaction's message as it was sent, empty where there is none."""
    fold = _Fold(keep=True)
    for event in events:
        fold.take(event)
    return fold.facts(), tuple(one.message.wire if one.message else b"" for one in fold.transactions)


def as_json(value: dict[str, Any], *, indent: int | None = None) -> str:
    """The facts as a JSON object in ASCII, other characters as ``\\u`` escapes."""
    return json.dumps(value, ensure_ascii=True, indent=indent)


def reply_facts(reply: Reply) -> dict[str, Any]:
    """One reply by the names of DESIGN §7."""
    return {
        "code": reply.code,
        "enhanced": reply.enhanced,
        "lines": [text_of(line) for line in reply.lines],
        "multiline": len(reply.lines) + reply.dropped > 1,
    }


class _Fold:
    def __init__(self, *, keep: bool = False) -> None:
        self._keep = keep
        self._greeting: dict[str, Any] | None = None
        self._commands: list[dict[str, Any]] = []
        self._entries: dict[int, dict[str, Any]] = {}  # by their numbers
        self._unsolicited: list[dict[str, Any]] = []
        self._helo: dict[str, str] | None = None
        self._extensions: dict[str, str] = {}
        self._auth: list[AuthFacts] = []
        self._authenticated_as: str | None = None
        self._authenticated = False
        self.transactions: list[TransactionFacts] = []
        self._open: TransactionFacts | None = None
        self._ending: dict[int, TransactionFacts] = {}  # by the number of their dot or BDAT LAST
        self._message: MessageFacts | None = None  # what body lines count for
        self._early: MessageFacts | None = None  # a message that was sent before its 354
        self._chunked: dict[int, MessageFacts] = {}  # as it is after that BDAT, if it is accepted
        self._chunk_short = 0  # octets of the last chunk that were not sent yet
        self._is_new = True  # no greeting yet, nor a recording that begins behind it
        self._tls_kind: str | None = None
        self._discarded: str | None = None
        self._last_code = 0
        self._quit = False
        self._client_shown = True
        self._closed: ConnectionClosed | None = None

    def take(self, event: Event) -> None:
        handler = _HANDLERS.get(type(event))
        if handler is not None:
            handler(self, event)

    # -- what was sent

    def _enter(self, number: int, kind: str, line: str | None, sent: Any, **more: Any) -> None:
        entry = {
            "n": number,
            "kind": kind,
            "line": line,
            "verb": None,
            "argument": "",
            "tls": sent.tls,
            "pipelined": sent.pipelined,
            "secret": False,
            **more,
            "reply": None,
        }
        self._commands.append(entry)
        self._entries[number] = entry

    def _command(self, sent: CommandSent) -> None:
        command = sent.command
        self._enter(
            sent.number,
            "command",
            text_of(masked(command.data, sent.secret)),
            sent,
            verb=command.verb,
            argument=command.argument,
            secret=bool(sent.secret),
            **_of_verb(command),
        )
        if command.verb == "AUTH":
            self._auth.append(AuthFacts(parsed(command.data).argument))
        elif command.verb == "BDAT" and command.chunk_octets is not None:
            before = self._message if self._message and self._message.method == "BDAT" else None
            self._message = before.copy() if before else self._new_message("BDAT")
            self._message.chunks += 1
            self._message.complete = command.last
            self._chunked[sent.number] = self._message
            self._chunk_short = command.chunk_octets

    def _new_message(self, method: str) -> MessageFacts:
        return MessageFacts(method, keep=self._keep)

    def _auth_response(self, sent: AuthResponseSent) -> None:
        line = text_of(masked(sent.data, sent.secret))
        self._enter(sent.number, "auth-continuation", line, sent, argument=line, secret=bool(sent.secret))
        if not self._auth or self._auth[-1].over:  # its AUTH was spelt in a way that only this server read
            self._auth.append(AuthFacts(sent.mechanism))
        self._auth[-1].responded(sent.data, cancelled=sent.cancelled)

    def _body_line(self, body: BodyLineSent) -> None:
        if self._message is None:
            self._message = self._new_message("DATA")
        octets = body.data + OCTETS[body.end]
        self._message.take(octets, stuffed=body.stuffed)
        if body.chunked:
            self._chunk_short -= len(octets)

    def _not_shown(self, missing: MessageNotShown) -> None:
        self._message = self._message or self._new_message("DATA")
        self._message.shown = False
        self._chunk_short = 0

    def _client_not_shown(self, missing: ClientNotShown) -> None:
        self._client_shown = False

    def _body_ended(self, ended: BodyEnded) -> None:
        if not ended.complete:
            self._enter(ended.number, "data-incomplete", None, ended)
            return
        self._enter(ended.number, "end-of-data", ".", ended, verb=".")
        message = self._message or self._new_message("DATA")
        message.complete = True
        self._message, self._early = None, message
        self._end_message(ended.number)
        if ended.recipients:
            self._expect_deliveries(ended.number)

    def _end_message(self, number: int) -> None:
        if self._open is not None:
            self._ending[number] = self._open

    def _expect_deliveries(self, number: int) -> None:
        """LMTP: one reply for each recipient."""
        self._entries[number].setdefault("replies", [])
        if number in self._ending:
            self._ending[number].await_deliveries()

    def _plaintext(self, discarded: PlaintextDiscarded) -> None:
        self._discarded = (self._discarded or "") + text_of(discarded.data)

    # -- what was answered

    def _reply(self, received: ReplyReceived) -> None:
        reply, to = received.reply, received.to
        self._last_code = reply.code
        told = reply_facts(reply)
        match to:
            case None:
                self._unsolicited.append(told)
            case GreetingAwaited():
                self._greeting = told
            case CommandSent():
                if received.recipient is not None and self._entries[to.number]["reply"] is None:
                    if reply.severity == 2:
                        self._revive()
                    self._end_message(to.number)
                    self._expect_deliveries(to.number)
                self._settle(to.number, told)
                if effect := _EFFECTS.get(understood(to, reply.code)):
                    effect(self, to, reply)
            case AuthResponseSent():
                self._settle(to.number, told)
                self._authenticating(reply)
            case _:
                self._settle(to.number, told)
                self._message_answered(to.number, reply)

    def _settle(self, number: int, told: dict[str, Any]) -> None:
        """Put the reply beside what it answers."""
        entry = self._entries[number]
        if entry["reply"] is None:
            entry["reply"] = told
        if "replies" in entry:
            entry["replies"].append(told)

    def _hello(self, sent: CommandSent, reply: Reply) -> None:
        if reply.severity == 2:
            self._helo = {"verb": sent.command.verb, "name": sent.command.argument}

    def _mail(self, sent: CommandSent, reply: Reply) -> None:
        if reply.severity == 2:
            self._end_transaction("reset")
            self._open = TransactionFacts(sent.command)
            self.transactions.append(self._open)

    def _rcpt(self, sent: CommandSent, reply: Reply) -> None:
        if reply.severity == 2:
            self._revive()
        if self._open is not None:
            self._open.add_recipient(sent.command, reply)

    def _data(self, sent: CommandSent, reply: Reply) -> None:
        if reply.code != 354:
            self._message = self._early = None
            return
        self._revive()
        message = self._early or self._message or self._new_message("DATA")
        self._message, self._early = (None if message.complete else message), None
        if self._open is not None:
            self._open.message = message

    def _bdat(self, sent: CommandSent, reply: Reply) -> None:
        message = self._chunked.pop(sent.number, None)
        if reply.severity == 2:
            self._revive()
            if self._open is not None and message is not None:
                self._open.message = message
            if not sent.command.last:
                return
        else:
            self._message = None
            self._chunk_short = 0
        if sent.number not in self._ending:
            self._end_message(sent.number)
        self._message_answered(sent.number, reply)
        if reply.code in (500, 502) and self.transactions:
            self.transactions[-1].revivable = True

    def _message_answered(self, number: int, reply: Reply) -> None:
        self._early = None  # its 354 came, if one ever did
        transaction = self._ending.get(number)
        if transaction is None:
            return
        replies = self._entries[number].get("replies")
        transaction.answered(reply, None if replies is None else len(replies) - 1)
        if self._open is transaction:
            self._open = self._message = None

    def _quit_answered(self, sent: CommandSent, reply: Reply) -> None:
        self._quit = self._quit or reply.severity == 2

    def _auth_answered(self, sent: CommandSent, reply: Reply) -> None:
        self._authenticating(reply)

    def _authenticating(self, reply: Reply) -> None:
        if not self._auth or self._auth[-1].over:
            return  # the answer to it will begin one
        auth = self._auth[-1]
        if reply.code == 334:
            auth.challenged(reply.lines[0])
            return
        auth.ended(reply.code, reply.enhanced)
        if reply.code == 235:
            self._authenticated = True
            self._authenticated_as = auth.username

    # -- what it changed

    def _advertised(self, advertised: ExtensionsAdvertised) -> None:
        self._extensions = dict(advertised.extensions)

    def _reset(self, reset: TransactionReset) -> None:
        self._end_transaction("reset")

    def _phase(self, changed: PhaseChanged) -> None:
        self._is_new = changed.phase is Phase.CONNECTING

    def _tls(self, established: TlsEstablished) -> None:
        if self._tls_kind is None:
            self._tls_kind = "implicit" if self._is_new and self._greeting is None else "starttls"
        self._helo = None
        self._extensions = {}
        self._end_transaction("reset")
        self._message = None

    def _end(self, closed: ConnectionClosed) -> None:
        self._closed = self._closed or closed

    def _end_transaction(self, outcome: str) -> None:
        if self._open is not None:
            self._open.outcome = outcome
            if self._message is self._open.message:
                self._message = None
            self._open = None

    def _revive(self) -> None:
        """The server goes on with a transaction that a BDAT it did not know seemed to have ended."""
        if self._open is None and self.transactions and self.transactions[-1].revivable:
            self._open = self.transactions[-1]
            self._open.revive()

    # -- the whole

    def facts(self) -> dict[str, Any]:
        """Everything so far, as if nothing more came."""
        if self._open is not None:
            self._open.outcome = "aborted" if self._is_inside_message() else "incomplete"
        by = self._closed.by if self._closed else None
        hidden = {} if self._client_shown else {"client_shown": False}
        return {
            **hidden,
            "greeting": self._greeting,
            "commands": self._commands,
            "helo": self._helo,
            "extensions": self._extensions,
            "auth": [auth.facts() for auth in self._auth],
            "transactions": [transaction.facts() for transaction in self.transactions],
            "unsolicited_replies": self._unsolicited,
            "accepted_messages": sum(one.outcome == "accepted" for one in self.transactions),
            "tls_active": self._tls_kind is not None,
            "tls_kind": self._tls_kind,
            "starttls_discarded_plaintext": self._discarded,
            "authenticated": self._authenticated,
            "authenticated_as": self._authenticated_as,
            "closed_by": by.value if by else None,
            "final_state": self._final_state(),
        }

    def _is_inside_message(self) -> bool:
        message = self._open.message if self._open else None
        begun = message is not None and not message.complete
        return (begun and not self._quit) or self._chunk_short > 0

    def _final_state(self) -> str:
        if self._quit:
            return "quit"
        if self._last_code == 421:
            return "server-shutdown-421"
        by = self._closed.by if self._closed else None
        return f"closed-by-{by.value}" if by else "open"


def _of_verb(command: Command) -> dict[str, Any]:
    """What only some commands have."""
    if command.verb in ("MAIL", "RCPT"):
        path = command.path
        return {
            "address": None if path is None else path.address,
            "bracketed": command.bracketed,
            "params": list(command.params),
            "source_route": None if path is None else path.source_route,
        }
    if command.verb == "BDAT":
        return {"chunk_octets": command.chunk_octets, "last": command.last}
    return {}


_HANDLERS: dict[type, Callable[[_Fold, Any], None]] = {
    CommandSent: _Fold._command,
    AuthResponseSent: _Fold._auth_response,
    BodyLineSent: _Fold._body_line,
    BodyEnded: _Fold._body_ended,
    MessageNotShown: _Fold._not_shown,
    ClientNotShown: _Fold._client_not_shown,
    PhaseChanged: _Fold._phase,
    PlaintextDiscarded: _Fold._plaintext,
    ReplyReceived: _Fold._reply,
    ExtensionsAdvertised: _Fold._advertised,
    TransactionReset: _Fold._reset,
    TlsEstablished: _Fold._tls,
    ConnectionClosed: _Fold._end,
}

_EFFECTS: dict[str, Callable[[_Fold, CommandSent, Reply], None]] = {
    **dict.fromkeys(HELLO, _Fold._hello),
    "MAIL": _Fold._mail,
    "RCPT": _Fold._rcpt,
    "DATA": _Fold._data,
    "BDAT": _Fold._bdat,
    "QUIT": _Fold._quit_answered,
    "AUTH": _Fold._auth_answered,
}
