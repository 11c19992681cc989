"""The replies that are due, oldest first: every reply answers the oldest entry (RFC 5321 §4.2, RFC 2920)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from tui.smtp.events import Answered, GreetingAwaited

#: More than this many unanswered lines are counted, not kept.
KEPT_ENTRIES = 10_000


@dataclass(slots=True)
class Due:
    """``left`` replies are still due to ``to``. LMTP sends several: one for each of ``recipients`` (RFC 2033
    §4.2)."""

    to: Answered
    left: int = 1
    got: int = 0
    recipients: tuple[str, ...] = ()

    def expect(self, recipients: tuple[str, ...]) -> None:
        """LMTP: it is known only now how many replies are due."""
        self.recipients = recipients
        self.left = max(1, len(recipients))

    @property
    def recipient(self) -> str | None:
        """LMTP: whom the reply that came last is about."""
        return self.recipients[self.got - 1] if 0 < self.got <= len(self.recipients) else None


class Awaiting:
    """A queue that begins with the greeting."""

    def __init__(self) -> None:
        self._due: deque[Due] = deque([Due(GreetingAwaited())])
        self._uncounted = 0  # pushed while the queue was full

    def __len__(self) -> int:
        return len(self._due) + self._uncounted

    @property
    def entries(self) -> tuple[Answered, ...]:
        return tuple(due.to for due in self._due)

    @property
    def oldest(self) -> Due | None:
        return self._due[0] if self._due else None

    def push(self, to: Answered, recipients: tuple[str, ...] = ()) -> None:
        if self._uncounted or len(self._due) >= KEPT_ENTRIES:
            self._uncounted += 1
        else:
            due = Due(to)
            due.expect(recipients)
            self._due.append(due)

    def answer(self) -> tuple[Due | None, bool]:
        """A reply came: the entry it belongs to, already counted, and whether a reply was due at all."""
        if not self._due:
            was_due = self._uncounted > 0
            self._uncounted -= was_due
            return None, was_due
        due = self._due[0]
        due.got += 1
        due.left -= 1
        if due.left == 0:
            self._due.popleft()
        return due, True

    def client_goes_on(self) -> bool:
        """LMTP servers that answer once for all: the client, having had one reply at least, sends its next
        command, so the rest will never come. True when an entry was settled in this way."""
        if len(self._due) == 1 and not self._uncounted and self._due[0].got:
            self._due.clear()
            return True
        return False

    def forget_greeting(self) -> None:
        """It came before the record began."""
        self._due.clear()

    def forget(self) -> None:
        """TLS begins, or the connection is gone: what was due will never come. The greeting still may."""
        kept = [due for due in self._due if isinstance(due.to, GreetingAwaited)]
        self._due = deque(kept)
        self._uncounted = 0
