"""What the guide said when a line was new: for explaining a line that is read again."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from tui.net.session import Stamped
from tui.practice.checklist import advance
from tui.practice.state import Practice
from tui.smtp.events import AddressTried, ConnectionOpened, Event, LineReceived, LineSent, ReplyReceived

KEPT_EVENTS = 5000


class Past:
    """Keeps the last events of this connection and the practice before them; folds them again when asked."""

    def __init__(self) -> None:
        self._batches: deque[tuple[Practice, Sequence[Stamped]]] = deque()
        self._kept = 0

    def remember(self, before: Practice, batch: Sequence[Stamped]) -> None:
        """``before``: the practice that this batch then advanced."""
        if any(isinstance(one.event, AddressTried | ConnectionOpened) for one in batch):
            self._batches.clear()
            self._kept = 0
        self._batches.append((before, batch))
        self._kept += len(batch)
        while self._kept > KEPT_EVENTS and len(self._batches) > 1:
            self._kept -= len(self._batches.popleft()[1])

    def when_answered(self, number: int) -> Practice | None:
        """The practice when the line with this wire number had been answered, or was itself a whole answer;
        when nothing answers it, right after it. None: it is too long ago."""
        practice, found = None, None
        for before, batch in self._batches:
            if found is None and not any(_is_line(one.event, number) for one in batch):
                continue
            practice = before if practice is None else practice
            for stamped in batch:
                practice = advance(practice, stamped.event)
                if found is None and _is_line(stamped.event, number):
                    found = practice
                elif found is not None and _settles(stamped.event, number):
                    return practice
                elif found is not None and isinstance(stamped.event, LineSent):
                    return found  # the talk went on without a reply to it, as inside a message
        return found


def _is_line(event: Event, number: int) -> bool:
    return isinstance(event, LineSent | LineReceived) and event.number == number


def _settles(event: Event, number: int) -> bool:
    """The reply to this sent line, or the reply whose line this is."""
    if not isinstance(event, ReplyReceived):
        return False
    line = getattr(event.to, "line", None)
    return line == number or event.line >= number > (line or 0)
