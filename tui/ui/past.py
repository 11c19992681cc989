"""What the guide said when a line was new: for explaining a line that is read again."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from tui.net.session import Stamped
from tui.practice.checklist import advance
from tui.practice.state import Practice
from tui.smtp.events import AddressTried, ConnectionOpened, Event, LineReceived, LineSent, ReplyReceived
from tui.values import value

KEPT_EVENTS = 5000


@value
class Then:
    """``real``: the server was not the sandbox."""

    practice: Practice
    real: bool


@value
class _Batch:
    before: Practice
    events: Sequence[Stamped]
    real: bool

    @property
    def begun(self) -> int:
        """How many connections begin in it."""
        return sum(_begins(one.event) for one in self.events)


class Past:
    """Keeps the last events, also of the connections before, and the practice before them; folds them again
    when asked. Connections count from 0, as in ``WireLog.place_of``."""

    def __init__(self) -> None:
        self._batches: deque[_Batch] = deque()
        self._kept = 0
        self._forgotten = 0  # connections that began in what is no longer kept

    def remember(self, before: Practice, events: Sequence[Stamped], *, real: bool = False) -> None:
        """``before``: the practice that these events then advanced."""
        self._batches.append(_Batch(before, events, real))
        self._kept += len(events)
        while self._kept > KEPT_EVENTS and len(self._batches) > 1:
            gone = self._batches.popleft()
            self._kept -= len(gone.events)
            self._forgotten += gone.begun

    def when_answered(self, place: tuple[int, int]) -> Then | None:
        """What was known when the line of this connection with this wire number had been answered, or was
        itself a whole answer; when nothing answers it, right after it. None: it is too long ago."""
        wanted, number = place
        connection, found, settled = self._forgotten, None, False
        for batch in self._batches:
            if found is None and not any(_is_line(one.event, number) for one in batch.events):
                connection += batch.begun
                continue
            practice = batch.before
            for stamped in batch.events:
                event = stamped.event
                connection += _begins(event)
                if found is not None and (
                    connection > wanted or isinstance(event, LineSent) or (settled and _is_any_line(event))
                ):
                    return found  # what the reply changed was told; or there is none, as inside a message
                practice = advance(practice, event)
                if connection == wanted and found is None and _is_line(event, number):
                    found = Then(practice, batch.real)
                elif found is not None and (settled or _settles(event, number)):
                    found, settled = Then(practice, batch.real), True
            if settled:
                return found
        return found


def _begins(event: Event) -> bool:
    """Wire numbers start again at 1."""
    return isinstance(event, AddressTried | ConnectionOpened)


def _is_any_line(event: Event) -> bool:
    return isinstance(event, LineSent | LineReceived)


def _is_line(event: Event, number: int) -> bool:
    return isinstance(event, LineSent | LineReceived) and event.number == number


def _settles(event: Event, number: int) -> bool:
    """The reply to this sent line, or the reply whose line this is."""
    if not isinstance(event, ReplyReceived):
        return False
    line = getattr(event.to, "line", None)
    return line == number or event.line >= number > (line or 0)
