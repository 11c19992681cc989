"""What each command is for, in one sentence: what ``explain`` says to a client's line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tui.words.language import N_, gettext

_PURPOSES: Final[Mapping[str, str]] = {
    "HELO": N_("The client says its name, the plain way (RFC 5321 §4.1.1.1)."),
    "EHLO": N_("The client says its name and asks what the server offers (RFC 5321 §4.1.1.1)."),
    "LHLO": N_("The greeting of LMTP, for delivery inside a house (RFC 2033 §4.1)."),
    "MAIL": N_("A mail begins: the envelope's sender, where bounces go (RFC 5321 §4.1.1.2)."),
    "RCPT": N_("One recipient of the envelope; once for each (RFC 5321 §4.1.1.3)."),
    "DATA": N_("The client asks to send the message (RFC 5321 §4.1.1.4)."),
    "BDAT": N_("The message comes in chunks of counted octets, without a dot at the end (RFC 3030)."),
    "RSET": N_("The mail that was begun is to be dropped (RFC 5321 §4.1.1.5)."),
    "VRFY": N_("Is there such a mailbox? Most servers do not tell (RFC 5321 §4.1.1.6)."),
    "EXPN": N_("Who is on this list? Most servers do not tell (RFC 5321 §4.1.1.7)."),
    "HELP": N_("The client asks for help (RFC 5321 §4.1.1.8)."),
    "NOOP": N_("Nothing is to be done: is the server still there? (RFC 5321 §4.1.1.9)"),
    "QUIT": N_("The client says goodbye (RFC 5321 §4.1.1.10)."),
    "STARTTLS": N_("The client asks to encrypt from here on (RFC 3207)."),
    "AUTH": N_("The client logs in; what it sends for that is hidden here (RFC 4954)."),
    "ETRN": N_("The client asks for the mail that waits for a domain (RFC 1985)."),
    "ATRN": N_("The client asks for its mail over this connection (RFC 2645)."),
    "TURN": N_("An old way to change roles; it is no longer allowed (RFC 5321 appendix F.1)."),
    "SEND": N_("An old way to write on a user's terminal; it is no longer used (RFC 5321 appendix F.6)."),
    "SOML": N_("An old way to write on a user's terminal; it is no longer used (RFC 5321 appendix F.6)."),
    "SAML": N_("An old way to write on a user's terminal; it is no longer used (RFC 5321 appendix F.6)."),
    "XCLIENT": N_("A proxy tells whose connection it passes on (Postfix)."),
    "XFORWARD": N_("A proxy tells whose connection it passes on, for the log (Postfix)."),
}
_NONE: Final = N_("This is no command of SMTP.")


def purpose(verb: str) -> str:
    """A sentence; ``verb`` is in upper case, "" when the line has none."""
    return gettext(_PURPOSES.get(verb, _NONE))


def known(verb: str) -> bool:
    return verb in _PURPOSES
