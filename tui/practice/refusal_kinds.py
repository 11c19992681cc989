"""What a refusal can be about, who can change it, and how sure that is."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Kind(Enum):
    """What a refusal is about."""

    BLOCK_LIST = "block-list"
    BLOCKED_DOMAIN = "blocked-domain"  # of the sender, of EHLO, or in a link
    REPUTATION = "reputation"  # of our address or the sender's domain
    DYNAMIC = "dynamic"  # our address is of those that homes get
    RELAYING = "relaying"
    LOGIN_REQUIRED = "login-required"
    BAD_LOGIN = "bad-login"
    APP_PASSWORD = "app-password"  # not the one of the web pages, but one made for programs
    WEB_LOGIN = "web-login"  # its owner is to log in on the web pages first
    BAD_TOKEN = "bad-token"
    MECHANISM = "mechanism"  # of AUTH, which the server does not know
    NO_LOGIN = "no-login"  # AUTH is not taken at this point
    TLS_REQUIRED = "tls-required"
    GREYLISTED = "greylisted"
    RATE = "rate"
    BUSY = "busy"
    PUT_OFF = "put-off"  # later, it says, and not why
    TOO_MANY_RECIPIENTS = "too-many-recipients"
    REVERSE_DNS = "reverse-dns"
    HELO_NAME = "helo-name"
    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    UNAUTHENTICATED = "unauthenticated"  # neither SPF nor DKIM passed
    SENDER = "sender"  # its address or domain
    SENDER_RIGHT = "sender-right"  # who logged in may not send as this sender
    SENDER_BLOCKED = "sender-blocked"  # the account that sends
    RECIPIENT_REFUSES = "recipient-refuses"  # its owner, or a rule of the owner, does not want this sender
    UNKNOWN_MAILBOX = "unknown-mailbox"
    DISABLED_MAILBOX = "disabled-mailbox"
    BUSY_MAILBOX = "busy-mailbox"  # not to be had now
    CHECKING = "checking"  # whether the address exists
    FULL_MAILBOX = "full-mailbox"
    NO_MAIL_THERE = "no-mail-there"  # the domain takes none (RFC 7505), or does not exist
    NO_SERVICE = "no-service"  # the server takes none (RFC 7504)
    NO_ROUTE = "no-route"  # between that server and the domain
    LOOP = "loop"
    TOO_LARGE = "too-large"
    EIGHT_BIT = "eight-bit"  # 8BITMIME or SMTPUTF8 is missing
    CONTENT = "content"
    MALFORMED = "malformed"  # the message is no message of RFC 5322
    LINE_TOO_LONG = "line-too-long"
    SYNTAX = "syntax"
    SEQUENCE = "sequence"
    NO_RECIPIENTS = "no-recipients"
    UNKNOWN_COMMAND = "unknown-command"
    SERVER_TROUBLE = "server-trouble"  # disk, queue, configuration
    SHUTTING_DOWN = "shutting-down"
    POLICY = "policy"  # a rule, it does not say which
    UNKNOWN = "unknown"


class Mover(Enum):
    """Who can change it."""

    SENDER = "sender"
    RECIPIENT = "recipient"  # or the admin of that mailbox
    THEIR_ADMIN = "their-admin"  # of the server that refuses
    OUR_ADMIN = "our-admin"  # of our machine, our domain, our DNS
    NOBODY = "nobody"  # waiting is all


class Certainty(Enum):
    CODE = "code"  # the code says it
    WORDS = "words"  # a guess from the wording
    NONE = "none"


#: Where it is not the sender's turn.
_MOVERS: Final = {
    Kind.BLOCK_LIST: Mover.OUR_ADMIN,
    Kind.REPUTATION: Mover.OUR_ADMIN,
    Kind.DYNAMIC: Mover.OUR_ADMIN,
    Kind.REVERSE_DNS: Mover.OUR_ADMIN,
    Kind.HELO_NAME: Mover.OUR_ADMIN,
    Kind.SPF: Mover.OUR_ADMIN,
    Kind.DKIM: Mover.OUR_ADMIN,
    Kind.DMARC: Mover.OUR_ADMIN,
    Kind.UNAUTHENTICATED: Mover.OUR_ADMIN,
    Kind.GREYLISTED: Mover.NOBODY,
    Kind.RATE: Mover.NOBODY,
    Kind.BUSY: Mover.NOBODY,
    Kind.PUT_OFF: Mover.NOBODY,
    Kind.BUSY_MAILBOX: Mover.NOBODY,
    Kind.CHECKING: Mover.NOBODY,
    Kind.SHUTTING_DOWN: Mover.NOBODY,
    Kind.FULL_MAILBOX: Mover.RECIPIENT,
    Kind.DISABLED_MAILBOX: Mover.RECIPIENT,
    Kind.RECIPIENT_REFUSES: Mover.RECIPIENT,
    Kind.NO_ROUTE: Mover.THEIR_ADMIN,
    Kind.LOOP: Mover.THEIR_ADMIN,
    Kind.NO_LOGIN: Mover.THEIR_ADMIN,
    Kind.SENDER_BLOCKED: Mover.THEIR_ADMIN,
    Kind.SERVER_TROUBLE: Mover.THEIR_ADMIN,
}


def mover(kind: Kind, *, final: bool) -> Mover:
    """Whose move it is. What nobody told the reason of may pass by itself, unless it is ``final``."""
    if kind in {Kind.POLICY, Kind.UNKNOWN} and not final:
        return Mover.NOBODY
    return _MOVERS.get(kind, Mover.SENDER)


#: Steps of a mail; elsewhere nobody is named.
MAIL_STEPS: Final = frozenset({"mail", "rcpt", "data", "dot"})
#: Refusals of the line itself, not of a mail or a login.
OF_THE_LINE: Final = frozenset({Kind.SYNTAX, Kind.SEQUENCE, Kind.UNKNOWN_COMMAND, Kind.UNKNOWN})
