"""One sitting at the wire, the same for both front ends.

The desk joins the session, the practice, the transcript, the history and the safety rails. A front end gives it what
was typed and shows what it tells; it decides nothing about SMTP.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from tui.net.endpoint import Endpoint
from tui.net.session import Stamped, Waiting
from tui.practice.state import Envelope, Practice


class Asked(Enum):
    """A question that must be answered before the desk goes on. No is always the harmless answer."""

    DOT = "dot"  # the final dot to a REAL server: envelope spelt out; no closes the connection without the dot
    LEAVE_MESSAGE = "leave-message"  # leaving inside a message: yes closes the connection, the mail is taken back
    CONNECT = "connect"  # a transaction is open; yes drops it and connects


@dataclass(frozen=True, slots=True)
class Question:
    asked: Asked
    envelope: Envelope | None = None
    target: Endpoint | None = None


class Submitted(Enum):
    """What became of a line given to ``Desk.submit``."""

    SENT = "sent"
    HELD = "held"  # a reply is due: the line goes out when it is there
    ASKED = "asked"  # ``Desk.question`` is set; ``Desk.answer`` goes on
    CLOSED = "closed"  # no connection: nothing was sent, the text is the caller's to keep


class Feeding(Enum):
    """What the prompt is being fed; the bold word of the mode line."""

    COMMAND = "command"
    HEADER = "header"  # message, header
    BODY = "body"  # message, body
    SECRET = "secret"
    QUESTION = "question"
    CLOSED = "closed"
    CONNECTING = "connecting"


class Desk:
    """``on_events`` is called on the event loop with each batch, after ``practice`` has advanced."""

    practice: Practice
    endpoint: Endpoint | None
    question: Question | None

    def __init__(self, on_events: Callable[[tuple[Stamped, ...]], None]) -> None:
        raise NotImplementedError

    async def open_sandbox(self) -> None:
        """Start the embedded server on first use and connect to it."""
        raise NotImplementedError

    async def open(self, target: Endpoint) -> None:
        """Connect; an open connection is left properly first (ask before: ``must_ask_before_connect``)."""
        raise NotImplementedError

    def submit(self, text: str) -> Submitted:
        """One line as typed, without its end: sent as it is with CRLF, held, or asked about."""
        raise NotImplementedError

    def send_held(self) -> bool:
        """Enter on the empty prompt: send what is held without waiting. False when nothing was held."""
        raise NotImplementedError

    def send_message(self, text: str) -> int:
        """Compose: send these lines as message text, dots stuffed, without the final dot. Lines sent."""
        raise NotImplementedError

    def answer(self, yes: bool) -> None:
        raise NotImplementedError

    async def leave(self) -> None:
        """QUIT where that is possible, wait at most 2 s, close, finish the transcript."""
        raise NotImplementedError

    @property
    def feeding(self) -> Feeding:
        raise NotImplementedError

    @property
    def held(self) -> tuple[str, ...]:
        raise NotImplementedError

    @property
    def waiting(self) -> Waiting | None:
        raise NotImplementedError

    @property
    def real(self) -> bool:
        """The server is not the sandbox inside this process."""
        raise NotImplementedError

    @property
    def suggestion(self) -> str:
        """The whole next line to propose after the cursor; on REAL servers "" (the prompt completes from history)."""
        raise NotImplementedError

    @property
    def fill(self) -> str:
        """What F4 writes into the prompt."""
        raise NotImplementedError
