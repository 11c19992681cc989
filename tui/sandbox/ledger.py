"""What a practice server remembers of all its connections, to decide what goes wrong next: how often each
stage was asked, who wrote to whom and when, what lies in each mailbox. ``tui.practice.faults`` says what is
wanted.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, TypeVar

from tui.practice.faults import ANY_COMMAND, Fault, Quota, Reply
from tui.practice.scenario import Server

#: Triplets; beyond them the oldest is forgotten.
_REMEMBERED: Final = 100_000

_Wanted = TypeVar("_Wanted", Reply, Fault)


class Asked(NamedTuple):
    """A command where it would be granted: on which connection, from where, and what it says."""

    connection: int
    peer: str
    stage: str
    argument: str = ""
    address: str = ""


class Ledger:
    """One per sandbox.

    Args:
        server: what is wanted.
        now: seconds of a clock that never goes back.
    """

    def __init__(self, server: Server, now: Callable[[], float]) -> None:
        self._now = now
        self._held: dict[str, list[int]] = {}  # messages and octets of each mailbox
        self._first: dict[tuple[str, str, str], float] = {}  # when each triplet came for the first time
        self._server = server
        #: Messages accepted and kept so far.
        self.stored = 0
        self._begin()

    def become(self, server: Server) -> None:
        """Want something else from now on. Everything is counted anew, but what is known of senders, and what
        lies in the mailboxes, stays."""
        self._server = server
        self._begin()

    def _begin(self) -> None:
        #: Times that something was asked; of one connection where it is not 0.
        self._asked: Counter[tuple[int, str, int]] = Counter()
        #: When each rate was used, by a peer or on a connection.
        self._granted: defaultdict[tuple[int, str], deque[float]] = defaultdict(deque)
        wanted = (self._server.reply, self._server.fault, self._server.rate)
        self._stages = frozenset(one.stage for some in wanted for one in some)

    def concerns(self, stage: str) -> bool:
        """Can anything go wrong there? Where not, nothing need be counted."""
        return stage in self._stages

    def reply(self, asked: Asked) -> Reply | None:
        """The reply that is wanted now, if any; each call counts as one time."""
        due = self._due("reply", self._server.reply, asked)
        return due[0] if due else None

    def faults(self, asked: Asked) -> list[Fault]:
        """What is to happen now beside the words, in the order of the scenario; each call counts once."""
        return self._due("fault", self._server.fault, asked)

    def too_much(self, asked: Asked) -> str | None:
        """The reply to a client that is too fast; None: it is not, and this time counts."""
        now = self._now()
        granted = []
        for at, rate in enumerate(self._server.rate):
            if rate.stage != asked.stage:
                continue
            times = self._granted[(at, str(asked.connection) if rate.seconds is None else asked.peer)]
            while rate.seconds is not None and times and now - times[0] >= rate.seconds:
                times.popleft()
            if len(times) >= rate.count:
                return rate.say
            granted.append(times)
        for times in granted:
            times.append(now)
        return None

    def greylisted(self, peer: str, sender: str, recipient: str) -> str | None:
        """The reply to a triplet that is to come again later (RFC 6647 §2.1)."""
        greylist = self._server.greylist
        if greylist is None:
            return None
        now = self._now()
        first = self._first.setdefault((peer, sender.casefold(), recipient.casefold()), now)
        if len(self._first) > _REMEMBERED:
            del self._first[next(iter(self._first))]
        return greylist.say if now - first < greylist.seconds else None

    def too_full(self, address: str, octets: int = 0) -> Quota | None:
        """The quota of a mailbox into which no other message fits, or none of so many octets."""
        quota = self._server.quota_of(address)
        if quota is None:
            return None
        messages, held = self._held.get(address.casefold(), (0, 0))
        if quota.messages is not None and messages >= quota.messages:
            return quota
        full = quota.octets is not None and (held >= quota.octets or held + octets > quota.octets)
        return quota if full else None

    def keep(self, addresses: Iterable[str], octets: int) -> None:
        """A message lies in these mailboxes."""
        if not self._server.quota:
            return
        for address in {one.casefold() for one in addresses}:
            held = self._held.setdefault(address, [0, 0])
            held[0] += 1
            held[1] += octets

    def forget(self, connection: int) -> None:
        """It is over."""
        for key in [one for one in self._asked if one[0] == connection]:
            del self._asked[key]
        for at in range(len(self._server.rate)):
            self._granted.pop((at, str(connection)), None)

    def _due(self, kind: str, wanted: Iterable[_Wanted], asked: Asked) -> list[_Wanted]:
        due = []
        connection = asked.connection if asked.stage == ANY_COMMAND else 0
        for at, one in enumerate(wanted):
            if one.fits(asked.stage, asked.argument, asked.address):
                key = (connection, kind, at)
                self._asked[key] += 1
                if one.is_due(self._asked[key]):
                    due.append(one)
        return due
