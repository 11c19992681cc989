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
        "MAIL",
        "STARTTLS",
        "AUTH",
        "HELO",
        "EHLO",
        "LHLO",
        "NOOP",
        "RSET",
        "HELP",
        "VRFY",
        "EXPN",
        "ETRN",
        "QUIT",
    ),
    Phase.MAIL: ("RCPT", "RSET", "HELO", "EHLO", "LHLO", "NOOP", "HELP", "VRFY", "EXPN", "QUIT"),
    Phase.RCPT: (
        "DATA",
        "RCPT",
        "BDAT",
        "RSET",
        "HELO",
        "EHLO",
        "LHLO",
        "NOOP",
        "HELP",
        "VRFY",
        "EXPN",
        "QUIT",
    ),
    Phase.MESSAGE: (),
    Phase.CHUNKING: ("BDAT", "RSET", "NOOP", "QUIT"),
    Phase.AUTH: (),
    Phase.TLS: (),
    Phase.QUIT: (),
    Phase.CLOSED: (),
}

#: The phases in which a transaction is open: MAIL was accepted, and nothing has ended it yet.
IN_TRANSACTION = frozenset({Phase.MAIL, Phase.RCPT, Phase.MESSAGE, Phase.CHUNKING})

_ANYWHERE = frozenset(Phase) - {Phase.CLOSED}
_OPEN = IN_TRANSACTION

#: (what was answered, code or class of the reply) -> (phases it holds in, the phase it leads to). The exact
#: code goes before the class. What is not listed changes nothing.
NEXT: dict[tuple[str, int], tuple[frozenset[Phase], Phase]] = {
    ("greeting", 220): (frozenset({Phase.CONNECTING}), Phase.GREETED),
    ("greeting", 0): (frozenset({Phase.CONNECTING}), Phase.CONNECTING),
    **{("greeting", digit): (frozenset({Phase.CONNECTING}), Phase.TURNED_AWAY) for digit in (1, 2, 3, 4, 5)},
    ("HELO", 2): (_ANYWHERE, Phase.READY),
    ("EHLO", 2): (_ANYWHERE, Phase.READY),
    ("LHLO", 2): (_ANYWHERE, Phase.READY),
    ("MAIL", 2): (_ANYWHERE, Phase.MAIL),
    ("RCPT", 2): (frozenset({Phase.MAIL, Phase.RCPT}), Phase.RCPT),
    ("DATA", 354): (_ANYWHERE, Phase.MESSAGE),
    **{(".", digit): (_ANYWHERE, Phase.READY) for digit in range(10)},
    ("BDAT", 2): (_OPEN, Phase.CHUNKING),
    ("BDAT LAST", 2): (_OPEN, Phase.READY),
    **{(bdat, digit): (_OPEN, Phase.READY) for bdat in ("BDAT", "BDAT LAST") for digit in (4, 5)},
    # a server that does not know BDAT has not touched the transaction
    **{(bdat, code): (frozenset(), Phase.READY) for bdat in ("BDAT", "BDAT LAST") for code in (500, 502)},
    ("RSET", 2): (_OPEN, Phase.READY),
    ("STARTTLS", 220): (_ANYWHERE, Phase.TLS),
    ("AUTH", 334): (_ANYWHERE, Phase.AUTH),
    ("XCLIENT", 220): (_ANYWHERE, Phase.GREETED),
    ("QUIT", 2): (_ANYWHERE, Phase.QUIT),
}


def after(phase: Phase, what: str, code: int) -> Phase:
    """The phase that a reply with ``code`` to ``what`` leads to. ``what`` is a verb, "BDAT LAST", "." or
    "greeting"."""
    phases, following = NEXT.get((what, code)) or NEXT.get((what, code // 100)) or (frozenset(), phase)
    return following if phase in phases else phase
