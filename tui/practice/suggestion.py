"""The line to propose next, as it would go over the wire. It never drops what was agreed, unless nothing else
helps.

On the sandbox the whole line is known; for any other server it stops where only the person knows how it goes
on (``RCPT TO:<``), and has not said it.
"""

from __future__ import annotations

from collections.abc import Callable

from tui.practice.mending import mended
from tui.practice.refusals import cause, put_off
from tui.practice.slips import comes_first, line_of, standing_slip
from tui.practice.state import Envelope, MessageCheck, Practice
from tui.smtp.commands import HELLO
from tui.smtp.events import CommandSent, ReplyReceived
from tui.smtp.findings import Finding
from tui.smtp.parameters import wanted
from tui.smtp.phases import Phase
from tui.values import value

#: Names that are reserved for examples (RFC 2606); the sandbox calls itself sandbox.test.
CLIENT = "client.example"
SENDERS = ("alice@example.org", "carol@example.org", "dave@example.org")
RECIPIENTS = ("bob@sandbox.test", "carol@sandbox.test", "dave@sandbox.test", "erin@sandbox.test")
SUBJECT = "lunch"
BODY = "Noon, at the usual place?"

#: Who does not know HELO may want EHLO; LMTP (RFC 2033) takes only LHLO.
_AFTER_UNKNOWN_HELLO = {"HELO": "EHLO", "EHLO": "LHLO", "LHLO": "HELO"}
_UNKNOWN = frozenset({500, 502})


@value
class Intended:
    """What the person has said beforehand. ``name`` is our own; ``sender`` "" is the null reverse-path, None
    not said. ``starttls`` and ``mechanism`` say what is to come between EHLO and MAIL."""

    name: str = CLIENT
    sender: str | None = None
    recipients: tuple[str, ...] = ()
    starttls: bool = False
    mechanism: str = ""  # of AUTH, where somebody is to log in and can
    size: int = 0  # octets of the message that is written already; 0: none is
    eight_bit: bool = False  # it holds octets above 127
    header: bool = False  # its header holds UTF-8


NOTHING_SAID = Intended()


def next_line(practice: Practice, *, sandbox: bool, intended: Intended = NOTHING_SAID) -> str:
    """The wire text to propose next, without its end; "" for nothing, or when an empty line is due.

    After a slip it is the line that was meant. ``sandbox`` False: addresses are those that are ``intended``,
    else left to the person, so the line may end in ``<``. On the sandbox only the message counts of what is
    intended.
    """
    if practice.awaiting or practice.hanging_up:
        return ""
    slip = standing_slip(practice)
    if slip is not None and slip.finding is Finding.BLANK_NOT_EMPTY:
        return ""  # an empty line was meant
    meant = mended(slip, line_of(practice, slip)) if slip is not None and not comes_first(practice) else ""
    if meant:
        return meant
    line = _BY_PHASE[practice.phase](practice, None if sandbox else intended)
    return _with_parameters(line, practice, intended) if sandbox and line.startswith("MAIL ") else line


def _with_parameters(line: str, practice: Practice, letter: Intended) -> str:
    """What MAIL is to say of the message that is written already, as far as it is offered."""
    given = wanted(
        practice.extensions,
        addresses=(line,),
        size=letter.size,
        eight_bit=letter.eight_bit,
        header=letter.header,
    )
    return " ".join((line, *given))


# ``intended`` None: it is the sandbox, where all is known.


def _nothing(practice: Practice, intended: Intended | None) -> str:
    return ""


def _quit(practice: Practice, intended: Intended | None) -> str:
    return "QUIT"


def _hello(practice: Practice, intended: Intended | None) -> str:
    if speaks_no_lmtp(practice) and practice.lmtp:
        return "QUIT"
    verb = "HELO" if practice.tls is None and intended is None else "EHLO"
    asked = _refused(practice.reply)
    if practice.lmtp:
        verb = "LHLO"
    elif asked is not None and asked.command.verb in HELLO:
        unknown = practice.reply is not None and practice.reply.reply.code in _UNKNOWN
        verb = _AFTER_UNKNOWN_HELLO[asked.command.verb] if unknown else asked.command.verb
    return f"{verb} {intended.name if intended is not None else CLIENT}"


def speaks_no_lmtp(practice: Practice) -> bool:
    """The last reply says that the server does not know LHLO."""
    asked = _refused(practice.reply)
    unknown = practice.reply is not None and practice.reply.reply.code in _UNKNOWN
    return asked is not None and asked.command.verb == "LHLO" and unknown


def _mail(practice: Practice, intended: Intended | None) -> str:
    asked = _refused(practice.reply)
    if practice.kept and asked is None:
        return "QUIT"
    if intended is not None:
        if intended.starttls and practice.tls is None and "STARTTLS" in practice.extensions:
            return "STARTTLS"
        if intended.mechanism and not practice.authenticated and practice.login is None:
            return f"AUTH {intended.mechanism}"
        return "MAIL FROM:<" if intended.sender is None else _from(intended, practice)
    refused = asked.command.path.address if asked is not None and asked.command.path is not None else ""
    sender = next(one for one in SENDERS if one != refused)
    return f"MAIL FROM:<{sender}>"


def _from(intended: Intended, practice: Practice) -> str:
    """With what the mail needs and the server offers."""
    sender = intended.sender or ""
    given = wanted(
        practice.extensions,
        addresses=(sender, *intended.recipients),
        size=intended.size,
        eight_bit=intended.eight_bit,
        header=intended.header,
    )
    return " ".join((f"MAIL FROM:<{sender}>", *given))


def _rcpt(practice: Practice, intended: Intended | None) -> str:
    if intended is not None:
        return _BY_CAUSE.get(cause(practice), _intended_rcpt)(practice, intended)
    again = put_off(practice)
    if again is not None and again.command.verb == "RCPT":
        return again.command.data.decode("utf-8", "surrogateescape")
    refused = {one.address for one in practice.envelope.refused} if practice.envelope is not None else set()
    recipient = next((one for one in RECIPIENTS if one not in refused), RECIPIENTS[0])
    return f"RCPT TO:<{recipient}>"


def _intended_rcpt(practice: Practice, intended: Intended) -> str:
    left = _left(practice, intended)
    return f"RCPT TO:<{left[0]}>" if left else "RCPT TO:<"


def _left(practice: Practice, intended: Intended) -> list[str]:
    """Of the recipients, those that were not asked for yet."""
    asked = {one.address for one in (practice.envelope or Envelope("")).recipients}
    return [one for one in intended.recipients if one not in asked]


def _reset(practice: Practice, intended: Intended) -> str:
    return "RSET"


def _hello_again(practice: Practice, intended: Intended) -> str:
    return f"{'LHLO' if practice.lmtp else 'EHLO'} {intended.name}"


#: A recipient was refused for what was said before: what lets it be said anew (RFC 5321 §4.1.1.5, §4.1.4).
_BY_CAUSE: dict[str, Callable[[Practice, Intended], str]] = {"mail": _reset, "helo": _hello_again}


def _data(practice: Practice, intended: Intended | None) -> str:
    if intended is not None and _left(practice, intended):
        return _intended_rcpt(practice, intended)
    return "DATA"


def _message(practice: Practice, intended: Intended | None) -> str:
    check = practice.message or MessageCheck()
    if check.body_lines:
        return "."
    if check.blank_line:
        return BODY if intended is None else ""
    envelope = practice.envelope or Envelope("")
    if "from" not in check.fields:
        return f"From: {_person(envelope.reverse_path)}"
    if "to" not in check.fields:
        return f"To: {_person(envelope.accepted[0].address if envelope.accepted else '')}"
    if "subject" not in check.fields:
        return f"Subject: {SUBJECT}" if intended is None else "Subject: "
    return ""


def _person(address: str) -> str:
    """``Alice <alice@example.org>``: a name made of the local part, if that is one plain word."""
    local = address.partition("@")[0]
    if not address.isprintable() or not address:
        return "<"
    return f"{local.capitalize()} <{address}>" if local.isascii() and local.isalpha() else f"<{address}>"


def _chunk(practice: Practice, intended: Intended | None) -> str:
    return "BDAT 0 LAST"


def _refused(reply: ReplyReceived | None) -> CommandSent | None:
    """The command that the last reply refused for good; None when it did not."""
    if reply is None or reply.reply.severity != 5 or not isinstance(reply.to, CommandSent):
        return None
    return reply.to


_BY_PHASE: dict[Phase, Callable[[Practice, Intended | None], str]] = {
    Phase.CONNECTING: _nothing,
    Phase.GREETED: _hello,
    Phase.TURNED_AWAY: _quit,
    Phase.READY: _mail,
    Phase.MAIL: _rcpt,
    Phase.RCPT: _data,
    Phase.MESSAGE: _message,
    Phase.CHUNKING: _chunk,
    Phase.AUTH: _nothing,
    Phase.TLS: _nothing,
    Phase.QUIT: _nothing,
    Phase.CLOSED: _nothing,
}
