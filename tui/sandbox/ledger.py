"""What a practice server remembers of all its connections, to decide what goes wrong next: how often each
stage was asked, who wrote to whom and when, what lies in each mailbox. ``tui.practice.faults`` says what is
wanted.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

from tui.practice.faults import ANY_COMMAND, Fault, Quota, Reply
from tui.practice.scenario import Server, local_part

#: Triplets, and messages; beyond them the oldest is forgotten.
_REMEMBERED: Final = 100_000

_Wanted = TypeVar("_Wanted", Reply, Fault)


class Asked(NamedTuple):
    """A command where it would be granted: on which connection, from where, who has logged in there ("":
    nobody), and what it says."""

    connection: int
    peer: str
    stage: str
    argument: str = ""
    address: str = ""
    user: str = ""

    @property
    def client(self) -> tuple[str, str]:
        """Whose haste it is: of a login, from wherever it comes, or of an address."""
        return ("user", self.user) if self.user else ("peer", self.peer)


class Parcel:
    """A message that is in mailboxes, or on its way there as long as ``number`` is 0."""

    __slots__ = ("addresses", "number", "octets")

    def __init__(self, addresses: frozenset[str], octets: int) -> None:
        self.addresses = addresses
        self.octets = octets
        self.number = 0


class Ledger:
    """One per sandbox.

    Args:
        server: what is wanted.
        now: seconds of a clock that never goes back.
        lying: the numbers of the messages that lie on the disk now.
    """

    def __init__(
        self, server: Server, now: Callable[[], float], lying: Callable[[], Collection[int]]
    ) -> None:
        self._now = now
        self._lying = lying
        self._parcels: dict[Parcel, None] = {}  # the oldest first
        self._held: defaultdict[str, dict[Parcel, None]] = defaultdict(dict)  # what is in each mailbox
        self._first: dict[tuple[str, str, str], float] = {}  # when each triplet came for the first time
        self._server = server
        #: Messages accepted and kept so far.
        self.stored = 0
        self._begin()

    def become(self, server: Server, *, anew: bool = True) -> None:
        """Want something else from now on. What lies in the mailboxes stays. All else is counted ``anew`` and
        no sender is known any more; or else only what was not wanted before is."""
        before, asked, granted = self._server, self._asked, self._granted
        self._server = server
        self._begin()
        if anew:
            self._first.clear()
            return
        for kind, old, new in (("reply", before.reply, server.reply), ("fault", before.fault, server.fault)):
            places = _places(old, new)
            for (connection, counted, at), times in asked.items():
                if counted == kind and at in places:
                    self._asked[(connection, kind, places[at])] = times
        places = _places(before.rate, server.rate)
        for (at, whose), moments in granted.items():
            if at in places:
                self._granted[(places[at], whose)] = moments

    def _begin(self) -> None:
        #: Times that something was asked; of one connection where it is not 0.
        self._asked: Counter[tuple[int, str, int]] = Counter()
        #: When each rate was used, by a client or on a connection.
        self._granted: defaultdict[tuple[int, object], deque[float]] = defaultdict(deque)
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

    def inside(self, asked: Asked) -> Callable[[], list[Fault]]:
        """What is to happen inside a message, to be asked again and again: each message counts once, unless
        something else is wanted meanwhile."""
        seen: tuple[Fault, ...] = ()

        def due() -> list[Fault]:
            nonlocal seen
            wanted = tuple(one for one in self._server.fault if one.stage == asked.stage)
            if wanted == seen:
                return []
            seen = wanted
            return self.faults(asked)

        return due

    def too_much(self, asked: Asked) -> str | None:
        """The reply to a client that is too fast; None: it is not, and this time counts."""
        now = self._now()
        granted = []
        for at, rate in enumerate(self._server.rate):
            if rate.stage != asked.stage:
                continue
            whose = asked.connection if rate.seconds is None else asked.client
            times = self._granted[(at, whose)]
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
        """The quota of a mailbox into which no other message fits, or none of so many octets. What was
        deleted makes room."""
        quota = self._server.quota_of(address)
        if quota is None or not self._exceeds(quota, address, octets):
            return None
        return quota if not self._cleared(address) or self._exceeds(quota, address, octets) else None

    def _exceeds(self, quota: Quota, address: str, octets: int) -> bool:
        held = self._held.get(_mailbox(address), {})
        if quota.messages is not None and len(held) >= quota.messages:
            return True
        if quota.octets is None:
            return False
        size = sum(one.octets for one in held)
        return size >= quota.octets or size + octets > quota.octets

    def _cleared(self, address: str) -> bool:
        """Is something gone from this mailbox, whoever took it? Only then the folders need be read."""
        held = [one for one in self._held.get(_mailbox(address), {}) if one.number]
        if not held:
            return False
        lying = self._lying()
        gone = [one for one in held if one.number not in lying]
        for one in gone:
            self.withdraw(one)
        return bool(gone)

    def deposit(self, addresses: Iterable[str], octets: int) -> Parcel:
        """A message is about to lie in these mailboxes: from now on it takes its room. Its ``number`` is set
        once it is on the disk; what is not kept after all is to be withdrawn."""
        parcel = Parcel(frozenset(_mailbox(one) for one in addresses), octets)
        self._parcels[parcel] = None
        for address in parcel.addresses:
            self._held[address][parcel] = None
        if len(self._parcels) > _REMEMBERED:
            self.withdraw(next(iter(self._parcels)))
        return parcel

    def withdraw(self, parcel: Parcel) -> None:
        """It lies nowhere. Idempotent."""
        if parcel in self._parcels:
            del self._parcels[parcel]
            for address in parcel.addresses:
                del self._held[address][parcel]
                if not self._held[address]:
                    del self._held[address]

    def forget(self, connection: int) -> None:
        """It is over."""
        for key in [one for one in self._asked if one[0] == connection]:
            del self._asked[key]
        for at in range(len(self._server.rate)):
            self._granted.pop((at, connection), None)

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


def _places(old: Sequence[object], new: Sequence[object]) -> dict[int, int]:
    """Where what stays stands now."""
    return {at: new.index(one) for at, one in enumerate(old) if one in new}


def _mailbox(address: str) -> str:
    """One name for all spellings of a mailbox: ``"bob"@x.test`` is ``Bob@X.test`` (RFC 5321 §4.1.2)."""
    _local, at, domain = address.rpartition("@")
    return f"{local_part(address)}{at}{domain.casefold()}"
