"""The lines that may be typed now, each with what it is for; the present one with the reply to expect."""

from __future__ import annotations

from collections.abc import Callable

from tui.practice.refusals import cause
from tui.practice.state import MessageCheck, Practice, StepState
from tui.practice.suggestion import CLIENT, RECIPIENTS, SENDERS, speaks_no_lmtp
from tui.smtp.answers import answered_name
from tui.smtp.display import visible
from tui.smtp.phases import Phase
from tui.smtp.sasl import choose
from tui.words.guide import Pair, Run, Tone
from tui.words.keys import Keys
from tui.words.language import N_
from tui.words.language import gettext as _


def lines(practice: Practice, *, sandbox: bool, keys: Keys, newcomer: bool = False) -> tuple[Pair, ...]:
    """What is legal now and makes sense, the usual line first; at the greeting a ``newcomer`` gets one."""
    if practice.failed is not None and practice.failed.final:
        return _reconnect(practice, sandbox, keys)
    if practice.hanging_up:
        later = line(keys.connect, _("connect again, in some minutes"))
        return (later, *_reconnect(practice, sandbox, keys)[1:])
    pairs = _BY_PHASE[practice.phase](practice, sandbox, keys)
    return pairs[:1] if newcomer and practice.phase is Phase.GREETED else pairs


def line(form: str, gloss: str, expect: str = "") -> Pair:
    """A line to type, or a key to press."""
    return Pair(Run(form, Tone.YOU), gloss, expect)


def _then(code: int) -> str:
    return _("then {code}").format(code=code)


def _leave() -> Pair:
    return line("QUIT", _("leave"))


def _drop() -> Pair:
    return line("RSET", _("drop this mail"))


def sender(gloss: str, expect: str = "") -> Pair:
    return line(_("MAIL FROM:<address>"), gloss, expect)


def recipient(gloss: str, expect: str = "") -> Pair:
    return line(_("RCPT TO:<address>"), gloss, expect)


#: Verb -> its line, and what it is for.
FORMS = {
    "HELO": (f"HELO {CLIENT}", N_("say who you are")),
    "EHLO": (f"EHLO {CLIENT}", N_("say who you are, and ask what is offered")),
    "LHLO": (f"LHLO {CLIENT}", N_("say who you are")),
    "MAIL": (N_("MAIL FROM:<address>"), N_("who sends it")),
    "RCPT": (N_("RCPT TO:<address>"), N_("who gets it")),
    "DATA": ("DATA", N_("begin the message")),
    "BDAT": (N_("BDAT octets LAST"), N_("the last chunk")),
    "RSET": ("RSET", N_("drop this mail")),
    "QUIT": ("QUIT", N_("leave")),
    "AUTH": (N_("AUTH PLAIN text"), N_("log in")),
    "VRFY": (N_("VRFY name"), N_("ask for a mailbox")),
    "EXPN": (N_("EXPN name"), N_("ask for a mailing list")),
    "ETRN": (N_("ETRN domain"), N_("ask for waiting mail")),
}


#: Where an address stands in a form, one is shown: what its parts are is seen best.
_EXAMPLES = {"MAIL": f"MAIL FROM:<{SENDERS[0]}>", "RCPT": f"RCPT TO:<{RECIPIENTS[0]}>"}


def example(verb: str) -> Pair:
    """The line of this verb as it may stand there, a key of ``FORMS``."""
    text, gloss = FORMS[verb]
    return line(_EXAMPLES[verb] if verb in _EXAMPLES else _(text), _(gloss))


def form(verb: str) -> Pair:
    """The line of this verb, a key of ``FORMS``."""
    text, gloss = FORMS[verb]
    return line(_(text), _(gloss))


def _nothing(practice: Practice, sandbox: bool, keys: Keys) -> tuple[Pair, ...]:
    return ()


def _greeted(practice: Practice, sandbox: bool, keys: Keys) -> tuple[Pair, ...]:
    expect = _("expect {code}").format(code=250)
    name = CLIENT if sandbox else _("name")  # whoever greets a real server does so in a name of their own
    if practice.lmtp:
        return _greeted_in_lmtp(practice, name, expect)
    helo = line(f"HELO {name}", _("say who you are"), expect)
    ehlo = line(f"EHLO {name}", _("the same, and ask what is offered"))
    if practice.tls is not None and not practice.tls.implicit:
        again = line(f"EHLO {name}", _("begin again, now inside TLS"), expect)
        return (again, _leave())
    return (helo, ehlo, _leave())


def _greeted_in_lmtp(practice: Practice, name: str, expect: str) -> tuple[Pair, ...]:
    """There is one greeting, and a server that does not know it is no server of LMTP."""
    if speaks_no_lmtp(practice):
        return (_leave(),)
    inside = practice.tls is not None and not practice.tls.implicit
    gloss = _("begin again, now inside TLS") if inside else _("say who you are, and ask what is offered")
    return (line(f"LHLO {name}", gloss, expect), _leave())


def _turned_away(practice: Practice, sandbox: bool, keys: Keys) -> tuple[Pair, ...]:
    return (line("QUIT", _("leave"), _then(221)), line(keys.connect, _("another server")))


def _ready(practice: Practice, sandbox: bool, keys: Keys) -> tuple[Pair, ...]:
    if practice.kept:
        pairs = [line("QUIT", _("say goodbye"), _then(221)), sender(_("one more mail"))]
        return (*pairs, *_inbox(practice, sandbox, keys))
    if practice.opened is not None and practice.opened.tls_required and practice.tls is None:
        return (*_into_tls(practice), _leave())
    first = sender(_("who sends it"), _then(250))
    if _failed_now(practice, "mail"):
        first = sender(_("another, or again"))
    offered = []
    if not sandbox and "STARTTLS" in practice.extensions and practice.tls is None:
        offered.append(line("STARTTLS", _("encrypt first")))
    if not sandbox and "AUTH" in practice.extensions and not practice.authenticated:
        offered.append(line(_login(practice), _("log in")))
    return (first, *offered, _leave())


def _into_tls(practice: Practice) -> tuple[Pair, ...]:
    """What may be typed where nothing is to go on in plain text: STARTTLS, unless it was answered already."""
    to = practice.reply.to if practice.reply is not None else None
    tried = to is not None and answered_name(to) == "STARTTLS"
    return (line("STARTTLS", _("encrypt first")),) if "STARTTLS" in practice.extensions and not tried else ()


def _login(practice: Practice) -> str:
    """The best mechanism that is offered; where none of ours is, the first."""
    offered = practice.extensions["AUTH"].split()
    best = choose(offered, tls=practice.tls is not None)
    if isinstance(best, str):
        return f"AUTH {best}"
    return f"AUTH {visible(offered[0])}" if offered else _("AUTH PLAIN text")


def _mail(practice: Practice, sandbox: bool, keys: Keys) -> tuple[Pair, ...]:
    first = recipient(_("who gets it"), _then(250))
    if _failed_now(practice, "rcpt"):
        earlier = "" if sandbox else cause(practice)
        if earlier == "mail":
            return (_drop(), sender(_("then another")), _leave())
        if earlier == "helo":
            hello = _("LHLO name") if practice.lmtp else _("EHLO name")
            return (line(hello, _("another name; the mail begins anew")), _leave())
        first = recipient(_("another"))
    return (first, _drop(), _leave())


def _rcpt(practice: Practice, sandbox: bool, keys: Keys) -> tuple[Pair, ...]:
    return (
        line("DATA", _("begin the message"), _then(354)),
        recipient(_("one more")),
        _drop(),
    )


def _message(practice: Practice, sandbox: bool, keys: Keys) -> tuple[Pair, ...]:
    check = practice.message or MessageCheck()
    dot = line(".", _("alone on its line: end the message"))
    if check.blank_line:
        return (dot,)
    forms = (
        ("from", _("From: name <address>"), _("who wrote it")),
        ("to", _("To: name <address>"), _("for whom it is")),
        ("subject", _("Subject: words"), _("what it is about")),
    )
    missing = next((line(form, gloss) for name, form, gloss in forms if name not in check.fields), None)
    enter = line("Enter", _("an empty line ends the header"))
    if missing is None:
        return (enter, dot)
    return (missing, enter, dot) if check.fields else (missing, enter)


def _chunk(practice: Practice, sandbox: bool, keys: Keys) -> tuple[Pair, ...]:
    return (
        line(_("BDAT octets LAST"), _("the last chunk")),
        line(_("BDAT octets"), _("one more chunk")),
        _drop(),
    )


def _auth(practice: Practice, sandbox: bool, keys: Keys) -> tuple[Pair, ...]:
    return (line(_("base64 text"), _("your answer")), line("*", _("cancel the login")))


def _over(practice: Practice, sandbox: bool, keys: Keys) -> tuple[Pair, ...]:
    return _reconnect(practice, sandbox, keys)


def _reconnect(practice: Practice, sandbox: bool, keys: Keys) -> tuple[Pair, ...]:
    stood = practice.failed is None and practice.tls_failed is None
    again = line(keys.connect, _("connect again") if stood else _("connect, here or elsewhere"))
    return (again, *_inbox(practice, sandbox, keys), line(keys.quit, _("leave smtptutor")))


def _inbox(practice: Practice, sandbox: bool, keys: Keys) -> tuple[Pair, ...]:
    if not sandbox:
        return ()
    gloss = _("read the mail") if practice.accepted else _("the inbox")
    return (line(keys.inbox, _("look: the mail is not there") if practice.all_lost else gloss),)


def _failed_now(practice: Practice, step: str) -> bool:
    return any(one.id == step and one.state in {StepState.REFUSED, StepState.LATER} for one in practice.steps)


_BY_PHASE: dict[Phase, Callable[[Practice, bool, Keys], tuple[Pair, ...]]] = {
    Phase.CONNECTING: _nothing,
    Phase.GREETED: _greeted,
    Phase.TURNED_AWAY: _turned_away,
    Phase.READY: _ready,
    Phase.MAIL: _mail,
    Phase.RCPT: _rcpt,
    Phase.MESSAGE: _message,
    Phase.CHUNKING: _chunk,
    Phase.AUTH: _auth,
    Phase.TLS: _nothing,
    Phase.QUIT: _over,
    Phase.CLOSED: _over,
}
