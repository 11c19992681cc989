"""At which stage of a dialogue a reply came: the same code means other things at other stages."""

from __future__ import annotations

from enum import Enum

from tui.smtp.events import Answered, AuthResponseSent, BodyEnded, CommandSent, GreetingAwaited


class Stage(Enum):
    CONNECT = "connect"
    HELLO = "hello"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    CHUNK = "chunk"  # BDAT, not the last
    MESSAGE = "message"  # the dot, or BDAT … LAST
    RSET = "rset"
    NOOP = "noop"
    HELP = "help"
    VRFY = "vrfy"  # EXPN too
    ETRN = "etrn"
    XCLIENT = "xclient"
    XFORWARD = "xforward"
    AUTH = "auth"
    STARTTLS = "starttls"
    QUIT = "quit"
    OTHER = "other"  # a word that is no command of SMTP
    UNASKED = "unasked"


_BY_VERB = {
    "HELO": Stage.HELLO,
    "EHLO": Stage.HELLO,
    "LHLO": Stage.HELLO,
    "MAIL": Stage.MAIL,
    "RCPT": Stage.RCPT,
    "DATA": Stage.DATA,
    "BDAT": Stage.CHUNK,
    "RSET": Stage.RSET,
    "NOOP": Stage.NOOP,
    "HELP": Stage.HELP,
    "VRFY": Stage.VRFY,
    "EXPN": Stage.VRFY,
    "ETRN": Stage.ETRN,
    "XCLIENT": Stage.XCLIENT,
    "XFORWARD": Stage.XFORWARD,
    "AUTH": Stage.AUTH,
    "STARTTLS": Stage.STARTTLS,
    "QUIT": Stage.QUIT,
}


def stage(to: Answered | None) -> Stage:
    """The stage that what a reply answers belongs to; None: it answers nothing."""
    match to:
        case None:
            return Stage.UNASKED
        case GreetingAwaited():
            return Stage.CONNECT
        case BodyEnded():
            return Stage.MESSAGE
        case AuthResponseSent():
            return Stage.AUTH
        case CommandSent(command=command):
            return Stage.MESSAGE if command.last else _BY_VERB.get(command.verb, Stage.OTHER)
