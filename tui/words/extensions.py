"""What each keyword of an EHLO reply offers, in one sentence (IANA, "SMTP Service Extensions")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tui.smtp.display import visible
from tui.words.language import N_, gettext

_OFFERS: Final[Mapping[str, str]] = {
    "8BITMIME": N_("Octets above 127 may stand in the message, after BODY=8BITMIME (RFC 6152)."),
    "ATRN": N_("A customer may ask for its mail over this connection (RFC 2645)."),
    "AUTH": N_("Ways to log in: {value} (RFC 4954)."),
    "BINARYMIME": N_("Any octets may stand in the message, sent with BDAT (RFC 3030)."),
    "CHUNKING": N_("BDAT sends the message in counted chunks, without dots (RFC 3030)."),
    "DELIVERBY": N_("A mail may say until when it must be delivered (RFC 2852)."),
    "DSN": N_("The sender may ask to be told of delivery or failure (RFC 3461)."),
    "ENHANCEDSTATUSCODES": N_("Replies carry a second, finer code such as 5.1.1 (RFC 2034)."),
    "ETRN": N_("A domain may ask for the mail that waits for it (RFC 1985)."),
    "EXPN": N_("EXPN may be asked."),
    "FUTURERELEASE": N_("A mail may be held until a given time (RFC 4865)."),
    "HELP": N_("HELP is answered."),
    "LIMITS": N_("How much this server takes at once: {value} (RFC 9422)."),
    "MT-PRIORITY": N_("A mail may have a priority (RFC 6710)."),
    "NO-SOLICITING": N_("No advertising is wanted here (RFC 3865)."),
    "PIPELINING": N_("Several commands may be sent without waiting for each reply (RFC 2920)."),
    "REQUIRETLS": N_("A mail may demand encryption all the way (RFC 8689)."),
    "SIZE": N_("The largest message taken here has {value} octets (RFC 1870)."),
    "SMTPUTF8": N_("Addresses and header may hold any script (RFC 6531)."),
    "STARTTLS": N_("The connection can be encrypted (RFC 3207)."),
    "VRFY": N_("VRFY may be asked."),
    "XCLIENT": N_("A trusted proxy may tell whose connection it passes on (Postfix)."),
    "XFORWARD": N_("A trusted proxy may tell whose connection it passes on, for the log (Postfix)."),
}
#: All that are known.
KEYWORDS: Final = frozenset(_OFFERS)
_SIZE_UNKNOWN: Final = N_("MAIL may name the message's size; the limit is not told (RFC 1870).")


def offer(keyword: str, value: str) -> str:
    """A sentence; "" for a keyword that is not known. ``keyword`` in upper case, ``value`` as sent."""
    source = _OFFERS.get(keyword)
    if keyword == "SIZE" and value.strip("0 ") == "":
        source = _SIZE_UNKNOWN
    return gettext(source).format(value=visible(value)) if source else ""
