"""The connection of a desk: the present one or, once that has ended, the last one.

What is so on it now, for whoever shows it, and what may be sent on it: without a connection every answer is
that of a closed one, so nobody has to ask first whether there is one.
"""

from __future__ import annotations

from typing import Final

from tui.desk.asking import Asked, Feeding, Question
from tui.desk.composing import octets
from tui.desk.outbox import Chunk, Outbox
from tui.desk.rails import Verdict
from tui.net.session import Blocked, Session, Waiting
from tui.practice.checklist import start
from tui.practice.state import Practice
from tui.smtp.answers import answered_name
from tui.smtp.phases import Phase

__all__ = ["Wire"]

_MESSAGE_OPEN: Final = frozenset({Phase.MESSAGE, Phase.CHUNKING})
_TRANSACTION_OPEN: Final = frozenset({Phase.MAIL, Phase.RCPT}) | _MESSAGE_OPEN


class Wire:
    """A ``Desk`` is one; it lays the session and the outbox of each connection in."""

    practice: Practice

    def __init__(self) -> None:
        self.practice = start()
        self._session: Session | None = None
        self._outbox: Outbox | None = None

    @property
    def question(self) -> Question | None:
        """What is to be answered before anything else goes out."""
        return self._outbox.question if self._outbox else None

    def hang_up(self) -> None:
        """Close without a word: cancels every wait, connecting included; takes back an unfinished message."""
        if self._session is not None:
            self._session.abort()

    # -- what is so now

    @property
    def connected(self) -> bool:
        return self._session is not None and self._session.connected

    @property
    def feeding(self) -> Feeding:
        session, outbox = self._session, self._outbox
        if session is None or outbox is None:
            return Feeding.CLOSED
        if self.question is not None:
            return Feeding.QUESTION
        if session.ended:
            return Feeding.CLOSED
        if not session.connected:
            return Feeding.CONNECTING
        if outbox.chunk is not None:
            return Feeding.CHUNK
        if outbox.message_open:
            check = self.practice.message
            return Feeding.BODY if check is not None and check.blank_line else Feeding.HEADER
        return Feeding.SECRET if outbox.authenticating else Feeding.COMMAND

    @property
    def held(self) -> tuple[str, ...]:
        """As they may be shown: secrets masked. Not ``visible()`` yet: what was pasted is foreign text."""
        return self._outbox.held if self._outbox else ()

    @property
    def text_ahead(self) -> bool:
        """What is typed now is meant as text of a message (``Outbox.text_ahead``): an empty line is a line
        of it."""
        return self._outbox is not None and self._outbox.text_ahead

    @property
    def withheld(self) -> int:
        """Lines of this connection that were not sent: text or secrets after a refusal (``holding.Gate``)."""
        return self._outbox.withheld if self._outbox else 0

    @property
    def stopped_at(self) -> bytes | None:
        """The line at which the rails stopped a script, secrets masked; neither it nor what followed was
        sent."""
        return self._outbox.stopped_at if self._outbox else None

    @property
    def stopped_by(self) -> Verdict | None:
        """Which of the rails stopped the script."""
        return self._outbox.stopped_by if self._outbox else None

    @property
    def waiting(self) -> Waiting | None:
        return self._session.waiting if self._session else None

    @property
    def blocked(self) -> Blocked | None:
        """The server does not take what we send."""
        return self._session.blocked if self._session else None

    @property
    def elapsed(self) -> float:
        """Seconds since this session began, as ``Stamped.at`` and ``Waiting.since``; 0 before the first."""
        return self._session.elapsed if self._session else 0.0

    @property
    def unended(self) -> int:
        """Octets of a line that was sent in raw mode and is not ended."""
        return self._outbox.unended if self._outbox else 0

    @property
    def chunk(self) -> Chunk | None:
        """The octets of a BDAT that the server waits for; None when it waits for none."""
        return self._outbox.chunk if self._outbox else None

    @property
    def untold(self) -> bool:
        """Something has happened that ``on_events`` has not been called for yet."""
        return self._session is not None and self._session.untold > 0

    # -- before leaving

    @property
    def must_ask_before_connect(self) -> bool:
        """A transaction is open: connecting elsewhere drops it. ``ask(Asked.CONNECT, target)``."""
        return self.connected and self._phase in _TRANSACTION_OPEN

    @property
    def leave_question(self) -> Asked | None:
        """What must be asked (``ask``) before leaving: a message is being sent, which only closing takes
        back, or its reply is due, and closing takes nothing back any more. None: nothing."""
        if self._outbox is None or not self.connected:
            return None
        if self._outbox.dot_unanswered:
            return Asked.LEAVE_UNANSWERED
        inside = self._phase in _MESSAGE_OPEN or self.chunk is not None
        return Asked.LEAVE_MESSAGE if inside else None

    # -- what is held back, or secret

    def send_held(self) -> bool:
        """Enter on the empty prompt: send what is held without waiting. False when nothing was held."""
        return self._outbox is not None and self._outbox.send_held()

    def reclaim(self) -> str | None:
        """The line of a login that a no has just kept back, once. It is a secret: only for a masked prompt,
        where it needs not be made again."""
        line = self._outbox.reclaim() if self._outbox else None
        return line.decode("utf-8", "surrogateescape") if line is not None else None

    @property
    def late_answer_likely(self) -> bool:
        """A login was refused and nothing was sent since: people go on typing its answers, as commands."""
        login, reply = self.practice.login, self.practice.reply
        refused = login is not None and not login.going_on and not login.succeeded
        return refused and reply is not None and reply.to is not None and answered_name(reply.to) == "AUTH"

    def holds_secret(self, line: str) -> bool:
        """Would a part of this line be secret if it were sent now?"""
        return self._session is not None and bool(self._session.secret_in(octets(line)))

    def _guard(self, secret: str) -> None:
        if self._session is not None:
            self._session.guard(octets(secret))

    def _doubt_name(self, user: str) -> None:
        if self._session is not None:
            self._session.doubt_name(octets(user))

    def _introduce(self, user: str) -> None:
        if self._session is not None and user:
            self._session.introduce(octets(user))

    @property
    def _phase(self) -> Phase:
        return self._session.phase if self._session else Phase.CLOSED
