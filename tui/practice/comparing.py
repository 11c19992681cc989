"""Two runs of the same lines, reply by reply. Pure: events in, rows out.

A run is first reduced to its exchanges: what was sent, what came back, how long it took. Two of them are then
laid side by side along the plan that both were typed from, so that a line which only one of them got to send
stands beside a gap.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Final

from tui.smtp.display import MASK, masked
from tui.smtp.events import (
    Answered,
    AuthResponseSent,
    BodyEnded,
    CommandSent,
    ConnectionOpened,
    Event,
    ExtensionsAdvertised,
    GreetingAwaited,
    LineSent,
    ReplyReceived,
    TlsEstablished,
)
from tui.smtp.replies import Reply
from tui.values import value

#: Where the greeting stands in a plan: before its first line.
GREETING: Final = -1


@value
class Exchange:
    """What was sent, and one reply to it. Secrets are masked."""

    entry: int | None  # its number in its own dialogue; 0: the greeting; None: the reply answers nothing
    line: bytes = b""  # b"" of the greeting
    reply: Reply | None = None  # None: none came
    seconds: float | None = None  # from line to reply; None: not known
    recipient: str | None = None  # LMTP, behind the dot
    extensions: Mapping[str, str] | None = None  # what this reply offered; None: it is no EHLO's


def exchanges(
    events: Iterable[tuple[Event, float | None]], *, began: float | None = None
) -> tuple[Exchange, ...]:
    """One connection's, in the order of the lines sent.

    Args:
        events: each with the seconds on the clock of its run, None where nobody knows.
        began: when the greeting began to be due, where no event tells.
    """
    fold = _Fold(began)
    for event, at in events:
        fold.take(event, at)
    return fold.exchanges()


class _Fold:
    def __init__(self, began: float | None) -> None:
        self._found: dict[int, list[Exchange]] = {
            0: []
        }  # by entry, in order; what was sent and is unanswered: []
        self._lines: dict[int, bytes] = {0: b""}
        self._sent_at: dict[int, float | None] = {}  # by wire number
        self._began: dict[int, float | None] = {0: began}  # by entry
        self._last = 0
        self._unasked: list[tuple[int, Exchange]] = []  # behind which entry
        self._newest: int | None = None  # the entry that was answered last

    def take(self, event: Event, at: float | None) -> None:
        match event:
            case ConnectionOpened() | TlsEstablished(implicit=True):
                self._began[0] = at
            case LineSent():
                self._sent_at[event.number] = at
            case CommandSent():
                self._sent(event.number, event.line, masked(event.command.data, event.secret))
            case AuthResponseSent():
                secret = event.data and not event.cancelled
                self._sent(event.number, event.line, MASK.encode() if secret else event.data)
            case BodyEnded(complete=True, line=int(line)):
                self._sent(event.number, line, b".")
            case ReplyReceived():
                self._replied(event, at)
            case ExtensionsAdvertised() if self._newest is not None:
                self._offered(self._newest, event.extensions)
            case _:
                pass

    def _sent(self, entry: int, wire: int, line: bytes) -> None:
        self._found[entry] = []
        self._lines[entry] = line
        self._began[entry] = self._sent_at.get(wire)
        self._last = entry

    def _replied(self, received: ReplyReceived, at: float | None) -> None:
        entry = _entry(received.to)
        if entry is None:
            self._unasked.append((self._last, Exchange(None, b"", received.reply)))
            return
        began = self._began.get(entry)
        seconds = max(0.0, at - began) if at is not None and began is not None else None
        self._found[entry].append(
            Exchange(entry, self._lines[entry], received.reply, seconds, received.recipient)
        )
        self._newest = entry

    def _offered(self, entry: int, extensions: Mapping[str, str]) -> None:
        last = self._found[entry].pop()
        self._found[entry].append(
            Exchange(entry, last.line, last.reply, last.seconds, last.recipient, dict(extensions))
        )

    def exchanges(self) -> tuple[Exchange, ...]:
        return tuple(self._in_order())

    def _in_order(self) -> Iterator[Exchange]:
        for entry, found in self._found.items():
            if entry or found or len(self._found) == 1:
                yield from found or (Exchange(entry, self._lines[entry]),)
            yield from (one for behind, one in self._unasked if behind == entry)


def _entry(to: Answered | None) -> int | None:
    return 0 if isinstance(to, GreetingAwaited) else None if to is None else to.number


class Outcome(Enum):
    SAME = "same"
    ALIKE = "alike"  # the same code, another enhanced code
    DIFFERS = "differs"  # another code, or a reply in one of them only
    ONLY_LEFT = "only-left"
    ONLY_RIGHT = "only-right"
    NOT_SENT = "not-sent"  # one of them never got to send this line, so nothing can be said about the reply
    NOT_RECORDED = "not-recorded"  # the recording begins behind the greeting


#: With these two runs are the same.
EQUAL: Final = frozenset({Outcome.SAME, Outcome.ALIKE, Outcome.NOT_RECORDED})
#: With these, replies differ. A line that was not sent is neither: the run it is missing in stopped, or left
#: it out, and why is told elsewhere.
DIFFERENT: Final = frozenset({Outcome.DIFFERS, Outcome.ONLY_LEFT, Outcome.ONLY_RIGHT})


@value
class Changes:
    """Of what a server offers: keyword and parameters."""

    only_left: Mapping[str, str]
    only_right: Mapping[str, str]
    other: Mapping[str, tuple[str, str]]  # other parameters; their order does not count

    def __bool__(self) -> bool:
        return bool(self.only_left or self.only_right or self.other)


@value
class Row:
    """One line with its replies in both runs."""

    left: Exchange | None
    right: Exchange | None
    outcome: Outcome

    @property
    def sent(self) -> Exchange:
        """Whichever there is: what the row is about."""
        found = self.left or self.right
        assert found is not None
        return found

    @property
    def changes(self) -> Changes | None:
        """None where not both offered something."""
        left = self.left.extensions if self.left is not None else None
        right = self.right.extensions if self.right is not None else None
        return None if left is None or right is None else _changes(left, right)


Places = Mapping[int, int]
"""Which item of the plan an entry of the dialogue was."""


def compare(
    left: Sequence[Exchange], right: Sequence[Exchange], places: Places, right_places: Places
) -> tuple[Row, ...]:
    """Lay two runs of one plan side by side.

    What is in no place of the plan (a reply that answers nothing, one challenge more) stands where it came,
    beside its like if there is one. A line of the plan that only one of them sent is ``NOT_SENT``.
    """
    rows = list(_rows(_placed(left, places), _placed(right, right_places)))
    begins_late = bool(left) and left[0].entry != 0
    if begins_late and rows and rows[0].outcome is Outcome.ONLY_RIGHT and rows[0].sent.entry == 0:
        rows[0] = Row(None, rows[0].right, Outcome.NOT_RECORDED)
    return tuple(rows)


_Place = tuple[int, int] | None
_Placed = tuple[_Place, Exchange]


def _placed(run: Sequence[Exchange], places: Places) -> list[_Placed]:
    """Each with its item of the plan, and which reply to that it is."""
    found: list[_Placed] = []
    seen: dict[int, int] = {}
    for one in run:
        item = GREETING if one.entry == 0 else places.get(one.entry) if one.entry is not None else None
        if item is None:
            found.append((None, one))
            continue
        found.append(((item, seen.get(item, 0)), one))
        seen[item] = seen.get(item, 0) + 1
    return found


def _rows(left: list[_Placed], right: list[_Placed]) -> Iterator[Row]:
    sent, sent_beside = _sent(left), _sent(right)

    def alone(placed: _Placed) -> Row:
        return Row(placed[1], None, _missing(placed[0], sent_beside, Outcome.ONLY_LEFT))

    def alone_beside(placed: _Placed) -> Row:
        return Row(None, placed[1], _missing(placed[0], sent, Outcome.ONLY_RIGHT))

    at = beside = 0
    while at < len(left) and beside < len(right):
        (place, one), (other_place, other) = left[at], right[beside]
        if place == other_place and (place is not None or one.line == other.line):
            yield Row(one, other, _judged(one, other))
            at, beside = at + 1, beside + 1
        elif other_place is not None and (place is None or place < other_place):
            yield alone(left[at])
            at += 1
        else:
            yield alone_beside(right[beside])
            beside += 1
    yield from map(alone, left[at:])
    yield from map(alone_beside, right[beside:])


def _sent(run: list[_Placed]) -> frozenset[int]:
    """The items of the plan that went out; the greeting comes without."""
    return frozenset({GREETING, *(place[0] for place, _ in run if place is not None)})


def _missing(place: _Place, sent: frozenset[int], otherwise: Outcome) -> Outcome:
    """Of what stands alone: what the other run says about it, where ``sent`` is what that sent."""
    return Outcome.NOT_SENT if place is not None and place[0] not in sent else otherwise


def _judged(left: Exchange, right: Exchange) -> Outcome:
    one, other = left.reply, right.reply
    if one is None or other is None:
        return Outcome.SAME if one is other else Outcome.DIFFERS
    if one.code != other.code:
        return Outcome.DIFFERS
    both = one.enhanced is not None and other.enhanced is not None  # many servers have none
    return Outcome.ALIKE if both and one.enhanced != other.enhanced else Outcome.SAME


def _changes(left: Mapping[str, str], right: Mapping[str, str]) -> Changes:
    return Changes(
        {key: text for key, text in left.items() if key not in right},
        {key: text for key, text in right.items() if key not in left},
        {
            key: (text, right[key])
            for key, text in left.items()
            if key in right and sorted(text.upper().split()) != sorted(right[key].upper().split())
        },
    )
