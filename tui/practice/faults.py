"""What goes wrong at a practice server because a scenario wants it, as data: replies of choice, faults of the
line, greylisting, quotas, rates. Pure values, and what is wrong with them; ``tui.sandbox`` acts on them.

All of it is counted and by a clock that can be stepped, so the same dialogue goes the same way each time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Annotated, Final, Literal

import msgspec

from tui.practice.flaws import Flaw, Reason, because
from tui.practice.patterns import fits_a_mailbox, fits_anything, is_an_address

_Count = Annotated[int, msgspec.Meta(gt=0, le=1_000_000_000)]
_Room = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]
#: A day at most: nobody waits longer, and a clock is stepped in no time.
_Seconds = Annotated[float, msgspec.Meta(gt=0, le=86400)]

#: Where a reply of choice may stand; "message" is after the final dot, or the last chunk.
STAGES: Final = (
    "greeting",
    "helo",
    "mail",
    "rcpt",
    "data",
    "bdat",
    "starttls",
    "auth",
    "message",
    "rset",
    "noop",
    "vrfy",
    "expn",
    "quit",
)
#: Where something else may happen: "command" is any line that is a command, whatever it says, counted in each
#: connection; "body" is the message as it comes, before its final dot.
ANY_COMMAND: Final = "command"
BODY: Final = "body"
#: What comes once on a connection, at most.
ONCE: Final = frozenset({"greeting", "starttls", "quit"})
_WITH_ADDRESS: Final = frozenset({"mail", "rcpt"})
WITH_ARGUMENT: Final = frozenset({"helo", "mail", "rcpt", "bdat", "noop", "vrfy", "expn", ANY_COMMAND})
_REPLY: Final = re.compile(r"[2-5][0-9][0-9](?: [ -~]*)?")
_LONGEST_REPLY: Final = 500
_LONGEST_MATCH: Final = 320
#: As a client may give it; brackets round it, or a blank, and it would never fit.
ADDRESS: Final = re.compile(r"[^\s<>]+@[^\s<>]+|postmaster", re.IGNORECASE)
#: A success that says something else would break the protocol (RFC 5321 §4.3.2).
_SUCCESSES: Final[Mapping[str, tuple[str, ...]]] = {
    "greeting": ("220",),
    "rcpt": ("250", "251"),
    "data": ("354",),
    "starttls": ("220",),
    "auth": ("235",),
    "vrfy": ("250", "251", "252"),
    "expn": ("250", "252"),
    "quit": ("221",),
}
_CLOSING: Final = "421"

Wrong = tuple[str, Reason]
"""A key and what is wrong with it."""


class _Aimed(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``first`` (``from`` in a file) and ``times`` count how often this stage, with what is to match, was
    asked, over all connections of one server; at the stage "command" in each connection."""

    stage: str
    match: str = ""  # a pattern for the argument of the command, or for the address in it: * and ?
    first: _Count = msgspec.field(name="from", default=1)
    times: _Count | None = None  # None: from then on always

    def fits(self, stage: str, argument: str, address: str) -> bool:
        """Is this the stage, and does what was said match?"""
        if self.stage != stage:
            return False
        pattern = self.match.casefold()
        return not pattern or any(fnmatchcase(one.casefold(), pattern) for one in (argument, address))

    def is_due(self, asked: int) -> bool:
        """``asked``: the how-manieth time, from 1."""
        return asked >= self.first and (self.times is None or asked < self.first + self.times)


class Reply(_Aimed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reply of choice."""

    say: str
    address: str = ""

    @property
    def code(self) -> int:
        return int(self.say[:3])

    def fits(self, stage: str, argument: str, address: str) -> bool:
        named = self.address.casefold()
        return named in {"", address.casefold()} and super().fits(stage, argument, address)


Deed = Literal["drop", "drop-unsaid", "drop-after", "delay", "slow", "silent", "lose"]
"""The connection ends before the line is obeyed; is obeyed, and ends instead of the reply; ends behind the
reply. The reply comes late, or octet by octet. Nothing is said any more, and the line stays open. The message
is accepted and not kept."""


class Fault(_Aimed, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What happens beside the words."""

    do: Deed
    seconds: _Seconds | None = None  # of a delay
    octets_per_second: _Count | None = None  # of what is slow


class Greylist(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A sender, recipient and peer that were never seen together are asked to come again (RFC 6647 §2). Who
    has logged in is known, and need not."""

    seconds: _Seconds = 300.0  # from the first attempt on
    say: str = "450 4.7.1 Greylisted, try again later"


class Quota(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What fits into each mailbox that ``user`` matches, of what came since the server began and was not
    deleted; 0: it is full."""

    user: str = "*"  # a pattern for the local part
    messages: _Room | None = None
    octets: _Room | None = None
    say: str = "452 4.2.2 The mailbox is full"

    def fits(self, local_part: str) -> bool:
        return fnmatchcase(local_part, self.user)


class Rate(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """At most ``count`` times this stage, from one client within ``seconds``, or on one connection. A client
    is a login, from wherever it comes, or else an address."""

    stage: str
    count: _Count
    seconds: _Seconds | None = None  # None: on one connection
    say: str = "450 4.7.1 Too much at a time, slow down"


def successes(stage: str) -> tuple[str, ...]:
    """The codes by which something is granted there."""
    return _SUCCESSES.get(stage, ("250",))


def reply_faults(reply: Reply) -> Iterator[Wrong]:
    """What types alone do not catch."""
    if reply.stage == ANY_COMMAND:
        if reply.say[:3] != _CLOSING:
            yield "say", because(Flaw.ONLY_CLOSING, stage=ANY_COMMAND, code=_CLOSING)
    elif reply.stage not in STAGES:
        yield "stage", because(Flaw.NONE_OF, value=reply.stage, names=(*STAGES, ANY_COMMAND))
    yield from _match_faults(reply, reply.address)
    if reply.address and reply.stage not in _WITH_ADDRESS:
        yield "address", because(Flaw.NAMES_NO_ADDRESS)
    elif reply.address and not is_an_address(reply.address):
        yield "address", because(Flaw.ADDRESS, value=reply.address)
    if not is_reply(reply.say):
        yield "say", because(Flaw.REPLY, value=reply.say[:40])
        return
    granting = successes(reply.stage)
    if reply.say[0] in "23" and reply.say[:3] not in granting and reply.stage != ANY_COMMAND:
        yield "say", because(Flaw.SUCCESS, either=granting)


def fault_faults(fault: Fault) -> Iterator[Wrong]:
    """The same of what happens beside the words."""
    stages = (*STAGES, ANY_COMMAND, BODY)
    if fault.stage not in stages:
        yield "stage", because(Flaw.NONE_OF, value=fault.stage, names=stages)
    yield from _match_faults(fault)
    if fault.do == "lose" and fault.stage != "message":
        yield "do", because(Flaw.LOSE)
    if fault.do == "drop-after" and fault.stage == "quit":
        yield "do", because(Flaw.AT_QUIT)
    if fault.stage == BODY and fault.do not in {"drop", "silent"}:
        yield "do", because(Flaw.IN_BODY, stage=BODY)
    for key, value, deed in (
        ("seconds", fault.seconds, "delay"),
        ("octets_per_second", fault.octets_per_second, "slow"),
    ):
        if (value is not None) != (fault.do == deed):
            yield key, because(Flaw.DEED_NEEDS if value is None else Flaw.DEED_ALONE, deed=deed)


def greylist_faults(greylist: Greylist) -> Iterator[Wrong]:
    """The same of greylisting, which never refuses for good."""
    if not is_reply(greylist.say) or greylist.say[0] != "4":
        yield "say", because(Flaw.PUT_OFF, value=greylist.say[:40])


def quota_faults(quota: Quota) -> Iterator[Wrong]:
    """The same of what a mailbox holds."""
    user = quota.user
    if user != user.casefold() or not is_pattern(user) or not fits_a_mailbox(user):
        yield "user", because(Flaw.MAILBOXES, value=quota.user)
    if quota.messages is None and quota.octets is None:
        yield "messages", because(Flaw.ROOM)
    yield from _refusal(quota.say)


def rate_faults(rate: Rate) -> Iterator[Wrong]:
    """The same of how fast a client may be."""
    if rate.stage not in STAGES:
        yield "stage", because(Flaw.NONE_OF, value=rate.stage, names=STAGES)
    elif rate.seconds is None and rate.stage in ONCE:
        yield "seconds", because(Flaw.ONCE, stage=rate.stage)
    yield from _refusal(rate.say)


def _match_faults(aimed: _Aimed, address: str = "") -> Iterator[Wrong]:
    if not aimed.match:
        return
    if aimed.stage not in WITH_ARGUMENT:
        yield "match", because(Flaw.NOTHING_TO_MATCH, names=tuple(sorted(WITH_ARGUMENT)))
    elif not is_pattern(aimed.match):
        yield "match", because(Flaw.NO_PATTERN, value=aimed.match[:40], limit=_LONGEST_MATCH)
    elif not fits_anything(aimed.match, aimed.stage, address):
        yield "match", because(Flaw.FITS_NOTHING, value=aimed.match, stage=aimed.stage)


def _refusal(say: str) -> Iterator[Wrong]:
    if not is_reply(say) or say[0] not in "45":
        yield "say", because(Flaw.REFUSAL, value=say[:40])


def is_pattern(match: str) -> bool:
    """Can it be typed, and read again?"""
    return match.isprintable() and 0 < len(match) <= _LONGEST_MATCH


def is_reply(say: str) -> bool:
    return bool(_REPLY.fullmatch(say)) and len(say) <= _LONGEST_REPLY
