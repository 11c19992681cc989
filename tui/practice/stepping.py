"""Which line smtptutor types next when it is asked to type the steps itself. Pure: a plan and what is known.

It stops at the first refusal; from there on the prompt is the person's.
"""

from __future__ import annotations

from enum import Enum

from tui.practice.slips import header_taken
from tui.practice.state import Practice
from tui.smtp.commands import HELLO
from tui.smtp.events import AuthResponseSent, CommandSent
from tui.smtp.parameters import size_limit, wanted
from tui.smtp.phases import Phase
from tui.values import value


class Until(Enum):
    """The last step that is typed; in the order of a session."""

    HELO = "helo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


_ORDER = tuple(Until)


@value
class Plan:
    """What is to be typed. ``until`` None: only what makes the connection safe (``starttls``)."""

    name: str  # our own, for EHLO
    until: Until | None = None
    starttls: bool = False  # required: without it nothing goes on
    login: bool = False
    sender: str = ""  # "" is the null reverse-path
    recipients: tuple[str, ...] = ()
    size: int = 0  # octets of the message; 0 not known
    eight_bit: bool = False  # the message holds octets above 127
    header: bool = False  # its header holds UTF-8
    lmtp: bool = False

    def reaches(self, step: Until) -> bool:
        """Is this step among those to be typed?"""
        return self.until is not None and _ORDER.index(step) <= _ORDER.index(self.until)


@value
class Line:
    """``text`` without its end. Of ``auth`` and ``message`` the text is somebody else's to make."""

    step: str  # ehlo starttls auth mail rcpt data message dot
    text: str = ""


class Stop(Enum):
    """Why nothing more is typed."""

    DONE = "done"
    REFUSED = "refused"
    NO_STARTTLS = "no-starttls"  # required, and not offered or not begun
    CLOSED = "closed"
    NO_LOGIN = "no-login"  # no mechanism that both sides know, or no password
    NO_MESSAGE = "no-message"  # its file cannot be read
    TOO_LARGE = "too-large"  # the message is over the SIZE that the server offers: it would refuse it
    ASTRAY = "astray"  # the last reply says neither yes nor no to what it answers
    RAILS = "rails"  # a script may go no further on a REAL server


#: Where a session is when a verb was answered with yes.
_BEHIND = {
    **dict.fromkeys(HELLO, (Phase.READY,)),
    "MAIL": (Phase.MAIL,),
    "DATA": (Phase.MESSAGE,),
    "STARTTLS": (Phase.TLS, Phase.GREETED),
    "": (Phase.GREETED,),  # a greeting; a message that is kept ends the steps
}


def due(plan: Plan, practice: Practice) -> Line | Stop | None:
    """The line to type now; None while something is under way."""
    if practice.closed is not None or practice.failed is not None:
        return Stop.CLOSED
    if practice.awaiting or practice.securing is not None:
        return None
    if header_taken(practice):
        return Stop.REFUSED
    if practice.kept:
        return Stop.DONE if all(one.accepted for one in practice.deliveries) else Stop.REFUSED
    if _stays_plain(plan, practice):
        return Stop.NO_STARTTLS
    if _refused(practice) and not _may_say_helo(plan, practice):
        return Stop.REFUSED
    if _astray(practice):
        return Stop.NO_LOGIN if _verb(practice) == "AUTH" else Stop.ASTRAY
    return _BY_PHASE.get(practice.phase, _nothing)(plan, practice)


def _refused(practice: Practice) -> bool:
    return practice.reply is not None and practice.reply.reply.severity in {4, 5}


def _verb(practice: Practice) -> str:
    """What the last reply answers."""
    to = practice.reply.to if practice.reply is not None else None
    if isinstance(to, AuthResponseSent):
        return "AUTH"
    return to.command.verb if isinstance(to, CommandSent) else ""


def _astray(practice: Practice) -> bool:
    """Is all as it was before what the last reply answers? Then that would be typed again, and again. A
    login that let the server prove nothing is none either: it may be somebody else."""
    reply = practice.reply
    if reply is None or reply.to is None or _refused(practice):
        return False
    verb = _verb(practice)
    if verb == "AUTH":
        return _unproved(practice) or (not practice.authenticated and practice.phase is not Phase.AUTH)
    if verb == "RCPT":
        asked = practice.envelope.recipients[-1:] if practice.envelope is not None else ()
        return not (asked and asked[0].accepted and asked[0].code == reply.reply.code)
    return practice.phase not in _BEHIND.get(verb, tuple(Phase))


def _unproved(practice: Practice) -> bool:
    return practice.login is not None and practice.login.unproved


def _needs_tls(plan: Plan, practice: Practice) -> bool:
    return plan.starttls and practice.tls is None


def _stays_plain(plan: Plan, practice: Practice) -> bool:
    """TLS is required, and the server has answered with anything but its beginning (RFC 3207 §4: 220)."""
    if not _needs_tls(plan, practice) or practice.phase is Phase.TLS:
        return False
    return _verb(practice) == "STARTTLS" or (_refused(practice) and _verb(practice) in HELLO)


def _may_say_helo(plan: Plan, practice: Practice) -> bool:
    """EHLO was refused for good, and HELO can do all that is wanted (RFC 5321 §3.2)."""
    final = practice.reply is not None and practice.reply.reply.severity == 5
    return final and _verb(practice) == "EHLO" and not plan.login


def _nothing(plan: Plan, practice: Practice) -> Line | Stop | None:
    return None


def _hello(plan: Plan, practice: Practice) -> Line | Stop | None:
    if _refused(practice):
        return Line("ehlo", f"HELO {plan.name}")
    return Line("ehlo", f"{'LHLO' if plan.lmtp else 'EHLO'} {plan.name}")


def _ready(plan: Plan, practice: Practice) -> Line | Stop | None:
    if _needs_tls(plan, practice):
        return Line("starttls", "STARTTLS") if "STARTTLS" in practice.extensions else Stop.NO_STARTTLS
    if not plan.reaches(Until.AUTH):
        return Stop.DONE
    if plan.login and not practice.authenticated:
        return Line("auth")
    if not plan.reaches(Until.MAIL):
        return Stop.DONE
    if 0 < size_limit(practice.extensions) < plan.size:
        return Stop.TOO_LARGE
    return Line("mail", _mail(plan, practice))


def _auth(plan: Plan, practice: Practice) -> Line | Stop | None:
    return Line("auth")


def _mail(plan: Plan, practice: Practice) -> str:
    given = wanted(
        practice.extensions,
        addresses=(plan.sender, *plan.recipients),
        size=plan.size,
        eight_bit=plan.eight_bit,
        header=plan.header,
    )
    return " ".join((f"MAIL FROM:<{plan.sender}>", *given))


def _recipients(plan: Plan, practice: Practice) -> Line | Stop | None:
    if not plan.reaches(Until.RCPT):
        return Stop.DONE
    asked = len(practice.envelope.recipients) if practice.envelope is not None else 0
    if asked < len(plan.recipients):
        return Line("rcpt", f"RCPT TO:<{plan.recipients[asked]}>")
    return Line("data", "DATA") if plan.reaches(Until.DATA) else Stop.DONE


def _message(plan: Plan, practice: Practice) -> Line | Stop | None:
    if not plan.reaches(Until.DOT):
        return Stop.DONE
    begun = practice.message is not None and practice.message.lines > 0
    return Line("dot", ".") if begun else Line("message")


_BY_PHASE = {
    Phase.GREETED: _hello,
    Phase.READY: _ready,
    Phase.AUTH: _auth,
    Phase.MAIL: _recipients,
    Phase.RCPT: _recipients,
    Phase.MESSAGE: _message,
}
