"""How a connection speaks: in the personality's words, where the scenario wants nothing else, and in the
manner that the scenario wants. What is said in a mail is kept with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.practice.faults import BODY
from tui.sandbox import disturbing, events
from tui.sandbox.disturbing import USUAL
from tui.sandbox.envelope import Exchange
from tui.sandbox.handler import Answer, Handler, Mail, peer_address
from tui.sandbox.ledger import Asked
from tui.sandbox.patience import Patience, with_last_words
from tui.sandbox.wire import Wire
from tui.smtp.commands import HELLO, text_of

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Mapping

    from tui.sandbox.replies import Wording
    from tui.sandbox.turns import Turns

#: Commands that are kept with the mail; never one that may bring a secret.
_KEPT: Final = frozenset({*HELLO, "MAIL", "RCPT", "DATA", "BDAT"})
_KEPT_AT_MOST: Final = 250  # of one mail
#: RFC 5321 §3.8: a server that says this closes.
_CLOSING: Final = 421
#: Stages at which no command is obeyed.
_WITHOUT_ARGUMENT: Final = frozenset({"greeting", "message", BODY})


class Chosen:
    """What the scenario wants where a verb would be granted."""

    __slots__ = ("loses", "say")

    def __init__(self, say: str = "", *, loses: bool = False) -> None:
        self.say = say  # "": the personality's words
        self.loses = loses  # the message is accepted, and not kept

    def saying(self, say: str) -> Chosen:
        """The same in these words."""
        return Chosen(say, loses=self.loses)


_USUAL: Final = Chosen()


class Voice(Wire):
    """The voice of connection ``number``."""

    def __init__(
        self, handler: Handler, number: int, *, turns: Turns, loop: asyncio.AbstractEventLoop
    ) -> None:
        self.handler = handler
        self.number = number
        self.limits = handler.scenario.limits
        super().__init__(
            handler,
            hostname=handler.personality.host,
            idle_seconds=self.limits.idle_seconds or handler.personality.idle_seconds,
            turns=turns,
            loop=loop,
        )
        #: How many octets a message may have.
        self.message_octets = self.limits.message_octets or handler.personality.message_octets
        #: What its software is like.
        self.habits = handler.personality.habits
        self.patience = Patience(self.habits)
        #: Who has logged in; "": nobody.
        self.user = ""
        #: How the reply to the line that is obeyed now goes out.
        self.manner = USUAL
        #: What this line says behind its verb.
        self.argument = ""
        #: What it is answered; "": nothing yet.
        self.said = ""
        #: The HELO or EHLO that holds, as it was typed.
        self.introduced: Exchange | None = None
        self._typed = ""  # a command that is not answered yet, of those that are kept with the mail
        #: What is between MAIL and the dot.
        self.mail = Mail()
        #: Some servers name the connection as they name messages.
        self._name = handler.names_of(-number).get("id", "")

    def listen(self, verb: str, argument: str, line: str) -> None:
        """This is what is obeyed now."""
        self.argument = argument
        self._typed = line if verb in _KEPT else ""

    def next_turn(self) -> None:
        """Another line is obeyed: nothing is said to it yet."""
        self.manner = USUAL
        self.said = ""

    async def say(self, situation: str, **facts: str | int) -> None:
        """The personality's reply to this situation."""
        reply = self.handler.constant.get(situation)
        if reply is None:
            us: dict[str, str | int] = {"id": self._name, "peer": self.client_address()}
            reply = self.handler.word(situation, us | facts)
        await self._utter(reply, situation)

    async def say_instead(self, wording: Wording, situation: str, facts: Mapping[str, str | int]) -> None:
        """Words of the personality that are not those of the situation."""
        await self._utter(self.handler.fill(wording, facts), situation)

    async def _utter(self, reply: bytes, situation: str) -> None:
        """It may be the last reply, by what this server counts or does."""
        last = self.patience.last_slip(situation, reply)
        if last and situation not in self.habits.slips_alone:
            reply = with_last_words(reply, self.handler.word("too_many_slips", {}))
        await self.push(reply)
        if last or situation in self.habits.closes_after:
            self.leave()

    def refusal(self) -> str:
        """What recipients were refused with last, as it is said again: without its code, unless it was one
        that counts as a slip."""
        said = self.mail.rejections[-1] if self.mail.rejections else ""
        return f"{said[:3]} {said[4:]}" if self.patience.is_slip(said.encode()) else said[4:]

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
        asked = Asked(self.number, self.client_address(), stage, argument, address, self.user)
        if (faults := ledger.faults(asked)) and not await disturbing.disturb(self, faults):
            return None
        reply = ledger.reply(asked)
        say = reply.say if reply is not None else ledger.too_much(asked) or ""
        if say[:1] in ("4", "5"):
            await self.refuse(say, times=times)
            return None
        return Chosen(say, loses=any(one.do == "lose" for one in faults))

    async def push(self, status: str | bytes) -> None:
        """A reply, in the manner that the scenario wants; at last it may be the end."""
        self.said = _first_line(status)
        if self._typed:
            self._keep(Exchange(line=self._typed, reply=self.said))
            self._typed = ""
        self.patience.note(self.said)
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
        draft = self.mail.draft
        if draft is not None:
            self.mail.draft = None
            draft.discard()
            limit = self.message_octets if why is events.Drop.TOO_LARGE else 0
            self.tell(events.MessageDropped(self.number, why, self.mail.octets, limit=limit))

    def tell(self, event: events.Event) -> None:
        if self.handler.tell is not None:
            self.handler.tell(event)

    def _keep(self, exchange: Exchange) -> None:
        """With the mail that is being spoken of, for the reader of the inbox."""
        if exchange.line[:4].upper() in HELLO:
            if exchange.reply.startswith("2"):
                self.introduced = exchange
        elif len(self.mail.dialogue) < _KEPT_AT_MOST:
            self.mail.dialogue.append(exchange)

    def put_off(self, say: str) -> bool:
        """Does this server say its own refusal of a sender only at RCPT? Then it is kept until there. What a
        scenario wants at a stage is said at that stage."""
        if self.habits.refuses_at == "MAIL":
            return False
        self.mail.refusal = say
        return True

    def client_address(self) -> str:
        """The address of who is connected, or of whom the proxy names."""
        assert self.session is not None
        return peer_address(self.session.peer)

    def new_transaction(self) -> Mail:
        self.mail = Mail()
        return self.mail


def _first_line(reply: str | bytes) -> str:
    text = reply if isinstance(reply, str) else text_of(reply)
    return text.partition("\r\n")[0]
