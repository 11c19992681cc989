"""A checklist as data: which events begin, tick and un-tick each step.

``PLAIN`` is the list of a plain session (RFC 5321 §3.3). Exercises name its steps among their goals
(``tui.practice.exercise``). Nothing in here looks at a server's words.
"""

from __future__ import annotations

from dataclasses import replace

from tui.smtp.answers import greeting_taken
from tui.smtp.commands import Command
from tui.smtp.events import (
    AddressTried,
    Answered,
    BodyEnded,
    CommandSent,
    ConnectionOpened,
    Event,
    GreetingAwaited,
    ReplyReceived,
    TlsEstablished,
    TransactionReset,
)
from tui.values import value


@value
class Match:
    """Which facts count. Every condition that is given must hold; a ``ReplyReceived`` is looked at through
    what it answers as well: ``Match(ReplyReceived, verbs=("RCPT",), codes=(2,))`` is any 2yz to RCPT TO."""

    kind: type[Event | Answered]
    to: type[Answered] | None = None  # what a reply answers
    verbs: tuple[str, ...] = ()  # of the command sent, or answered
    codes: tuple[int, ...] = ()  # of the reply: a whole code, or its first digits (2 is any 2yz, 25 any 25z)
    but: tuple[int, ...] = ()  # of those codes not these
    complete: bool | None = None  # BodyEnded: by the lone dot
    last: bool | None = None  # BDAT … LAST
    implicit: bool | None = None  # TlsEstablished
    taken_for: tuple[str, ...] = ()  # ReplyReceived: it accepts a line that only looks like one of these
    transaction: bool | None = None  # a transaction is open when it happens

    def holds(self, fact: Event | Answered, *, transaction: bool = False) -> bool:
        """Does ``fact`` meet every condition? ``transaction`` tells whether one is open."""
        if not isinstance(fact, self.kind) or self.transaction not in {None, transaction}:
            return False
        about = fact.to if isinstance(fact, ReplyReceived) else fact
        command = about.command if isinstance(about, CommandSent) else None
        return (
            (self.to is None or isinstance(about, self.to))
            and self._names(command)
            and self._counts(fact)
            and (not self.taken_for or _taken_for(fact) in self.taken_for)
            and (self.complete is None or (isinstance(about, BodyEnded) and about.complete is self.complete))
        )

    def _names(self, command: Command | None) -> bool:
        if self.verbs and (command is None or command.verb not in self.verbs):
            return False
        return self.last is None or (command is not None and command.last is self.last)

    def _counts(self, fact: Event | Answered) -> bool:
        if self.codes and not (isinstance(fact, ReplyReceived) and _begins(fact.reply.code, self.codes)):
            return False
        if self.but and isinstance(fact, ReplyReceived) and _begins(fact.reply.code, self.but):
            return False
        return self.implicit is None or (isinstance(fact, TlsEstablished) and fact.implicit is self.implicit)


def _taken_for(fact: Event | Answered) -> str:
    return greeting_taken(fact.to, fact.reply.code) if isinstance(fact, ReplyReceived) else ""


def _begins(code: int, heads: tuple[int, ...]) -> bool:
    return any(str(code).startswith(str(head)) for head in heads)


@value
class StepRule:
    """One step as data.

    ``asks`` is what waits for an answer: the step waits from then on, and the answer's code decides:
    ``passes`` ticks it, 4yz is "later", 5yz is "refused". ``ticks`` are events that tick it without that.
    ``unticks`` take the tick, or the refusal, away again.
    """

    id: str
    name: str
    asks: tuple[Match, ...] = ()
    passes: tuple[int, ...] = (2,)
    ticks: tuple[Match, ...] = ()
    unticks: tuple[Match, ...] = ()
    begins: tuple[Match, ...] = ()  # other events after which an answer is due
    hang_up_passes: bool = False  # closing without an answer is answer enough


HELLO_VERBS = ("HELO", "EHLO", "LHLO")

_NEW_TRANSACTION = Match(ReplyReceived, verbs=("MAIL",), codes=(2,))
#: A server that answers so does not know BDAT, and has not touched the transaction.
_UNKNOWN = (500, 502)
#: A transaction is gone without a message: dropped, or ended by a chunk that was refused (RFC 3030 §2).
DROPPED = (
    Match(TransactionReset),
    Match(ReplyReceived, verbs=("BDAT",), last=False, codes=(4, 5), but=_UNKNOWN, transaction=True),
)
#: The last chunk is there, whatever the server says of the message: as behind the dot, that is a word about
#: all of it, or in LMTP one for each recipient.
_LAST_CHUNK_READ = Match(
    ReplyReceived, verbs=("BDAT",), last=True, codes=(2, 4, 5), but=_UNKNOWN, transaction=True
)

PLAIN: tuple[StepRule, ...] = (
    StepRule(
        "connect",
        "connect",
        asks=(Match(GreetingAwaited),),
        passes=(220,),
        begins=(Match(AddressTried), Match(ConnectionOpened)),
    ),
    StepRule(
        "helo",
        "HELO",
        asks=(Match(CommandSent, verbs=HELLO_VERBS),),
        ticks=(Match(ReplyReceived, taken_for=HELLO_VERBS),),
        # RFC 3207 §4.2: after STARTTLS the client begins again.
        unticks=(
            Match(TlsEstablished, implicit=False),
            Match(ReplyReceived, verbs=("XCLIENT",), codes=(220,)),  # so it does after XCLIENT of Postfix
        ),
    ),
    StepRule(
        "mail",
        "MAIL FROM",
        asks=(Match(CommandSent, verbs=("MAIL",)),),
        unticks=(
            *DROPPED,
            Match(CommandSent, verbs=("MAIL",), transaction=False),
            Match(ReplyReceived, verbs=("MAIL",), codes=(4, 5), transaction=False),
        ),
    ),
    StepRule(
        "rcpt",
        "RCPT TO",
        asks=(Match(CommandSent, verbs=("RCPT",)),),
        unticks=(*DROPPED, _NEW_TRANSACTION),
    ),
    StepRule(
        "data",
        "DATA",
        asks=(Match(CommandSent, verbs=("DATA",)),),
        passes=(354,),
        ticks=(Match(ReplyReceived, verbs=("BDAT",), codes=(2,)), _LAST_CHUNK_READ),
        unticks=(*DROPPED, _NEW_TRANSACTION),
    ),
    StepRule(
        "message",
        "message",
        ticks=(
            Match(BodyEnded, complete=True),
            Match(ReplyReceived, verbs=("BDAT",), codes=(2,), last=True),
            _LAST_CHUNK_READ,
        ),
        unticks=(*DROPPED, _NEW_TRANSACTION),
    ),
    StepRule(
        "dot",
        ".",
        asks=(Match(BodyEnded, complete=True), Match(CommandSent, verbs=("BDAT",), last=True)),
        unticks=(*DROPPED, _NEW_TRANSACTION),
    ),
    StepRule(
        "quit",
        "QUIT",
        asks=(Match(CommandSent, verbs=("QUIT",)),),
        hang_up_passes=True,
    ),
)

#: The same for LMTP, whose greeting has a name of its own (RFC 2033 §4.1).
LMTP: tuple[StepRule, ...] = tuple(
    replace(rule, name="LHLO") if rule.id == "helo" else rule for rule in PLAIN
)
