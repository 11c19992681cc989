"""What the sandbox tells whoever listens: facts in the past tense, for a live log and for counting.

``connection`` counts the connections of one sandbox from 1. Octets are as they went over the wire, in the
order in which they were obeyed and answered; a listener that shows them gives them to a ``tui.smtp`` observer
first, which knows what is secret.
"""

from __future__ import annotations

from enum import Enum

from tui.sandbox.envelope import Envelope
from tui.values import value


@value
class ClientConnected:
    connection: int
    peer: str  # address without port
    lmtp: bool = False  # it is LMTP that is spoken here


@value
class ProxyHeaderRead:
    """Before the greeting: who is connected to the proxy, "" where it does not say."""

    connection: int
    peer: str


@value
class ProxyHeaderMissing:
    """Something else came; the connection is over."""

    connection: int


@value
class OctetsReceived:
    """``in_message``: of a message after 354, or of a chunk, as they came; else one whole line."""

    connection: int
    data: bytes
    in_message: bool = False


@value
class OctetsSent:
    connection: int
    data: bytes


@value
class HandshakeDone:
    """From here on it is inside TLS: at once after ``ClientConnected``, or after a STARTTLS."""

    connection: int
    version: str
    cipher: str


@value
class HandshakeFailed:
    """The connection is over."""

    connection: int
    error: OSError


@value
class HandshakeMisplaced:
    """What came first is a TLS handshake, and this port is one in clear."""

    connection: int


@value
class MessageStored:
    """On the disk, file and folder; only now it is answered."""

    connection: int
    number: int
    envelope: Envelope


@value
class ReportStored:
    """A delivery report about message ``about`` lies in the sender's mailbox."""

    connection: int
    number: int
    envelope: Envelope
    about: int


@value
class ReportDropped:
    """A delivery report about message ``about`` did not fit into the mailbox of who sent that; nobody is told
    of it in a mail (RFC 5321 §6.1)."""

    connection: int
    about: int
    envelope: Envelope


class Drop(Enum):
    """Why a message was not kept."""

    TOO_LARGE = "too-large"
    CUT_OFF = "cut-off"  # the connection ended before the final dot, or the last chunk
    REFUSED = "refused"  # the scenario chose to
    RESET = "reset"  # the client gave it up between two chunks
    LOST = "lost"  # the scenario chose to, and that it was accepted has been said
    NOT_STORED = "not-stored"  # the disk refused


@value
class MessageDropped:
    connection: int
    drop: Drop
    octets: int  # as far as they came, or as MAIL SIZE= says
    error: Exception | None = None
    limit: int = 0  # octets that it may have; only of one that is too large


@value
class ServerFailed:
    """A fault of ours: the line was answered 451 and the connection goes on."""

    connection: int
    error: Exception


@value
class ClientDisconnected:
    connection: int


Event = (
    ClientConnected
    | ProxyHeaderRead
    | ProxyHeaderMissing
    | OctetsReceived
    | OctetsSent
    | HandshakeDone
    | HandshakeFailed
    | HandshakeMisplaced
    | MessageStored
    | ReportStored
    | ReportDropped
    | MessageDropped
    | ServerFailed
    | ClientDisconnected
)
