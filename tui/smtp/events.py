"""The one ordered stream that everything else consumes.

Two tiers: the wire tier (``LineSent``, ``LineReceived``) is told at once; the meaning tier when it is known.
Events are facts in the past tense, frozen, and hold no words of any language.

*Wire numbers*: every complete line gets the next number, both directions counted together, from 1. ``line=``
in another event is such a number. *Spans* are half-open octet ranges of that line's ``data``.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from tui.smtp.certificate import Certificate, CertificateFault
from tui.smtp.commands import Command
from tui.smtp.findings import Finding, Side
from tui.smtp.phases import Phase
from tui.smtp.replies import Reply
from tui.values import value

Span = tuple[int, int]


class LineEnd(Enum):
    CRLF = "crlf"
    LF = "lf"
    NONE = "none"  # the connection ended, or a BDAT chunk did, in the middle of a line
    CUT = "cut"  # longer than is kept: the rest of this line is dropped and counted


class Part(Enum):
    """What a sent line was when it went out."""

    COMMAND = "command"
    MESSAGE = "message"
    CHUNK = "chunk"  # octets of a BDAT
    AUTH = "auth"  # answers a 334
    UNDECIDED = "undecided"  # DATA, AUTH, BDAT or STARTTLS is unanswered: its reply decides


@value
class LineSent:
    number: int
    data: bytes  # without the line end
    end: LineEnd
    part: Part
    secret: tuple[Span, ...] = ()


@value
class LineReceived:
    number: int
    data: bytes  # without the line end; at most lines.KEPT_OCTETS
    end: LineEnd
    secret: tuple[Span, ...] = ()


@value
class GreetingAwaited:
    """What the first reply answers. Never emitted: it stands in ``ReplyReceived.to`` only."""


@value
class CommandSent:
    number: int  # n-th entry of the dialogue, from 1 (commands, auth responses, dots counted together)
    line: int
    command: Command
    phase: Phase  # when it was sent
    pipelined: bool = False  # sent while an earlier command, or the greeting, was unanswered
    tls: bool = False
    secret: tuple[Span, ...] = ()  # of ``command.data``


@value
class AuthResponseSent:
    number: int
    line: int
    data: bytes
    mechanism: str
    cancelled: bool  # "*"
    pipelined: bool = False
    tls: bool = False
    secret: tuple[Span, ...] = ()


@value
class BodyLineSent:
    """One line of the message, as it will be stored: ``stuffed`` tells that a leading dot was taken off.

    A line longer than is kept at once comes in pieces; all but the last have ``end`` NONE.
    """

    line: int
    ordinal: int  # line of the message, from 1
    data: bytes
    end: LineEnd
    stuffed: bool
    in_header: bool  # no empty line was seen before it
    chunked: bool = False  # BDAT


@value
class BodyEnded:
    """The lone dot (``complete``), or the connection ended inside the message. BDAT LAST emits none: it is a
    command."""

    number: int
    line: int | None
    complete: bool
    pipelined: bool = False
    tls: bool = False
    recipients: tuple[str, ...] = ()  # LMTP: the accepted ones, each gets its own reply


@value
class MessageNotShown:
    """The record leaves out the message, or the chunk, that was sent here: curl shows none of it. Never on a
    live connection. ``lines``: its lines follow, with octets that cannot be told."""

    lines: bool = False


@value
class ClientNotShown:
    """The record holds none of the client's lines, as where they came out of a pipe: what a reply answers is
    not known. Never on a live connection."""


Answered = GreetingAwaited | CommandSent | AuthResponseSent | BodyEnded


@value
class ReplyReceived:
    reply: Reply
    to: Answered | None  # None: it answers nothing
    line: int  # of its last line
    recipient: str | None = None  # LMTP, after the dot
    proof: bool = False  # that the server knows the password stands in it, hidden


@value
class ExtensionsAdvertised:
    extensions: Mapping[str, str]  # upper-case keyword -> parameters as sent


@value
class PhaseChanged:
    before: Phase
    phase: Phase


class ResetCause(Enum):
    RSET = "rset"
    HELLO = "hello"
    STARTTLS = "starttls"


@value
class TransactionReset:
    cause: ResetCause


@value
class Found:
    finding: Finding
    side: Side
    line: int | None = None
    spans: tuple[Span, ...] = ()
    detail: str = ""
    muted: bool = False  # told as often as it will be (findings.TOLD_AT_MOST); more of them are not told


@value
class PlaintextDiscarded:
    """What was sent between STARTTLS and its 220, line ends included: no server reads it (RFC 3207 §4.2)."""

    data: bytes  # as far as it is kept


@value
class ConnectionClosed:
    by: Side | None  # None: a failure of the network
    in_reply: bool = False  # in the middle of a reply
    in_message: bool = False  # 354 was given, the dot was not sent
    dot_unanswered: bool = False  # not known whether the message was accepted
    reset: bool = False  # TCP RST


# -- facts that only the shell knows; they travel in the same stream


#: What ``through`` begins with where it is a socket file, which then is all that is known of the server.
UNIX: Final = "unix "


@value
class AddressTried:
    """``through`` names what lies in between, ``ssh jump`` or ``unix /run/smtp``; then no address is
    known."""

    host: str
    address: str
    port: int
    through: str = ""


class Failure(Enum):
    NAME_UNKNOWN = "name-unknown"
    NAME_TIMEOUT = "name-timeout"
    REFUSED = "refused"
    CUT = "cut"  # a TCP reset in the moment in which the connection was made
    UNREACHABLE = "unreachable"
    SILENT = "silent"  # no answer to the TCP connect
    TLS_FAILED = "tls-failed"
    NOT_PERMITTED = "not-permitted"
    NULL_MX = "null-mx"  # the domain takes no mail (RFC 7505)
    NO_EXCHANGER = "no-exchanger"  # neither MX nor address
    NO_ADDRESS = "no-address"  # of an exchanger that an MX record names
    BAD_EXCHANGER = "bad-exchanger"  # an MX record names what no host can be called, such as an address
    NAME_SERVER = "name-server"  # SERVFAIL and the like
    NO_FAMILY = "no-family"  # no address of the protocol that was asked for
    NOT_OURS = "not-ours"  # the address to connect from
    PROGRAM = "program"  # the one in between ended
    NOT_THERE = "not-there"  # no such program, no such socket
    NO_SOCKET = "no-socket"  # at which the program's questions would arrive
    OTHER = "other"


@value
class ConnectionFailed:
    """One address failed; ``final`` when it was the last one."""

    failure: Failure
    host: str
    port: int
    address: str = ""
    detail: str = ""
    final: bool = True
    through: str = ""


@value
class ConnectionOpened:
    host: str
    address: str
    port: int
    sandbox: bool  # the server inside this process
    indirect: bool = False  # through another program or a socket file: whose server it is cannot be known
    seconds: float = 0.0  # from the first try to this
    through: str = ""
    lmtp: bool = False  # it is LMTP that is to be spoken (RFC 2033)
    tls_required: bool = False  # STARTTLS has to come before anything else


@value
class ProxyHeaderSent:
    """The header of the PROXY protocol went out before everything else; ``line`` is its text, or what version
    2 says in octets, as words. A server that expects it does not answer it."""

    version: str
    line: str


@value
class MailExchangersFound:
    """What DNS says about where mail for ``domain`` goes (RFC 5321 §5.1), lowest preference first.

    ``hosts`` is empty for a null MX (RFC 7505). ``implicit``: there is no MX record, and the domain itself
    stands in for one. ``chosen`` is the position of the host that is tried. So many ``more`` are never tried.
    """

    domain: str
    hosts: tuple[tuple[int, str], ...]
    implicit: bool = False
    chosen: int = 0
    more: int = 0


@value
class ProgramSaid:
    """A line that the program in between (ssh, or that of ``--pipe``) wrote to its stderr; foreign text."""

    line: str


@value
class TypedByProgram:
    """The next lines that are sent were typed by smtptutor itself, as the step of this name: ``ehlo``
    ``starttls`` ``auth`` ``mail`` ``rcpt`` ``data`` ``message`` ``dot`` ``quit``, or ``again``."""

    step: str
    lines: int = 1


@value
class TlsStarted:
    """The handshake begins; no octet of SMTP travels until it ends."""

    name: str  # the name that the certificate is checked for
    implicit: bool = False


@value
class TlsEstablished:
    protocol: str
    cipher: str
    implicit: bool = False
    verified: bool | None = True  # None: the record does not say
    certificate: Certificate | None = None
    faults: tuple[CertificateFault, ...] = ()  # what is wrong though the person went on
    name: str = ""  # the name that was checked
    seconds: float = 0.0  # of the handshake


class TlsTrouble(Enum):
    """Why a handshake came to nothing, or what was inside broke off."""

    CERTIFICATE = "certificate"  # ``TlsFailed.faults`` says what
    INJECTED = "injected"  # plaintext behind the 220 of STARTTLS (RFC 3207 §4.2, CVE-2011-0411)
    NO_TLS = "no-tls"  # what answers is no TLS record
    OLD_VERSION = "old-version"  # no protocol that both sides take; ours is TLS 1.2 or newer
    NO_AGREEMENT = "no-agreement"  # handshake_failure: no common cipher, or our certificate is missing
    TIMED_OUT = "timed-out"
    CLOSED = "closed"  # by the server, in the middle
    CLIENT_CERTIFICATE = "client-certificate"  # the server wants one, or does not take ours
    OWN_FILE = "own-file"  # of --cafile, --cert or --key; ``TlsFailed.detail`` names it
    UNKNOWN_CLIENT = "unknown-client"  # cut off right behind the handshake, before a word was said inside
    BROKEN = "broken"  # behind the handshake: what came was no record of this TLS
    OTHER = "other"


@value
class TlsFailed:
    """The connection is closed by us, and nothing falls back to plain text. But for BROKEN and
    UNKNOWN_CLIENT nothing was sent inside."""

    trouble: TlsTrouble
    detail: str = ""  # OpenSSL's words, or the octets that were injected; foreign
    implicit: bool = False
    certificate: Certificate | None = None
    faults: tuple[CertificateFault, ...] = ()
    name: str = ""
    protocol: str = ""  # "" : not known yet
    cipher: str = ""


@value
class ServerHalfClosed:
    """The server will send nothing more; it may still read."""


@value
class ReplyTimedOut:
    """``unsent``: then no reply was due, but so many of our octets were not taken."""

    seconds: float
    unsent: int = 0


Event = (
    LineSent
    | LineReceived
    | CommandSent
    | AuthResponseSent
    | BodyLineSent
    | BodyEnded
    | MessageNotShown
    | ClientNotShown
    | ReplyReceived
    | ExtensionsAdvertised
    | PhaseChanged
    | TransactionReset
    | Found
    | PlaintextDiscarded
    | ConnectionClosed
    | AddressTried
    | ConnectionFailed
    | ConnectionOpened
    | ProxyHeaderSent
    | MailExchangersFound
    | ProgramSaid
    | TypedByProgram
    | TlsStarted
    | TlsEstablished
    | TlsFailed
    | ServerHalfClosed
    | ReplyTimedOut
)
