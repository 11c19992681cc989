"""What a desk and a front end say to each other: questions, and what became of a line."""

from __future__ import annotations

from enum import Enum

from tui.net.endpoint import Endpoint
from tui.practice.state import Envelope
from tui.values import value


class Asked(Enum):
    """A question that must be answered before the desk goes on. No is always the harmless answer."""

    #: The final dot to a REAL server, the envelope spelt out. No closes the connection without the dot.
    DOT = "dot"
    #: Leaving inside a message. Yes closes the connection, which takes the mail back.
    LEAVE_MESSAGE = "leave-message"
    #: A transaction is open. Yes drops it and connects.
    CONNECT = "connect"


@value
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
    WITHHELD = "withheld"  # text or a secret after a refusal: not sent as a command, counted
    STOPPED = "stopped"  # a script may go no further on this REAL server without --yes: not sent


class Feeding(Enum):
    """What the prompt is being fed; the bold word of the mode line."""

    COMMAND = "command"
    HEADER = "header"  # message, header
    BODY = "body"  # message, body
    SECRET = "secret"
    QUESTION = "question"
    CLOSED = "closed"
    CONNECTING = "connecting"
