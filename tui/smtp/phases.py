"""Where a dialogue stands, and what may come next (RFC 5321 §4.1.4)."""

from __future__ import annotations

from enum import Enum


class Phase(Enum):
    """What the server has agreed to so far. It follows reply codes, never what was typed."""

    CONNECTING = "connecting"  # no greeting yet
    GREETED = "greeted"  # 220, HELO or EHLO is due
    TURNED_AWAY = "turned-away"  # a greeting other than 220: only QUIT makes sense
    READY = "ready"  # HELO, EHLO or LHLO accepted, no transaction open
    MAIL = "mail"  # reverse-path accepted, no recipient yet
    RCPT = "rcpt"  # at least one recipient accepted
    MESSAGE = "message"  # 354: every line is part of the message
    CHUNKING = "chunking"  # at least one BDAT accepted, LAST not yet
    AUTH = "auth"  # 334: every line answers a challenge
    TLS = "tls"  # 220 to STARTTLS: the handshake is due
    QUIT = "quit"  # QUIT accepted
    CLOSED = "closed"  # the connection is gone


#: The verbs that RFC 5321 §4.1.4 and the extensions allow in each phase, the usual one first.
LEGAL: dict[Phase, tuple[str, ...]] = {
    Phase.CONNECTING: (),
    Phase.GREETED: ("HELO", "EHLO", "LHLO", "NOOP", "RSET", "HELP", "VRFY", "EXPN", "QUIT"),
    Phase.TURNED_AWAY: ("QUIT",),
    Phase.READY: (
        "MAIL", "STARTTLS", "AUTH", "HELO", "EHLO", "LHLO", "NOOP", "RSET", "HELP", "VRFY", "EXPN",
        "ETRN", "QUIT",
    ),
    Phase.MAIL: ("RCPT", "RSET", "HELO", "EHLO", "LHLO", "NOOP", "HELP", "VRFY", "EXPN", "QUIT"),
    Phase.RCPT: (
        "DATA", "RCPT", "BDAT", "RSET", "HELO", "EHLO", "LHLO", "NOOP", "HELP", "VRFY", "EXPN", "QUIT",
    ),
    Phase.MESSAGE: (),
    Phase.CHUNKING: ("BDAT", "RSET", "NOOP", "QUIT"),
    Phase.AUTH: (),
    Phase.TLS: (),
    Phase.QUIT: (),
    Phase.CLOSED: (),
}
