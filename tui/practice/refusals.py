"""Why a server refuses: a verdict from the step, the codes, what this session knows and, last, the words.

What the codes say stands in ``refusal_codes``, what the words say in ``refusal_words``. Words that name a
reason are more exact than a code, since servers give codes to other faults than the registry means; still
they are a guess, and name their evidence. Nothing in here ticks a step.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tui.practice.logins import TOKENS
from tui.practice.refusal_codes import by_code, by_subject, meant
from tui.practice.refusal_kinds import MAIL_STEPS, OF_THE_LINE, Certainty, Kind, Mover, mover
from tui.practice.refusal_quotes import abridged, clause
from tui.practice.seen_as import address_in
from tui.practice.state import Practice
from tui.smtp.events import (
    Answered,
    AuthResponseSent,
    BodyEnded,
    CommandSent,
    GreetingAwaited,
    ReplyReceived,
)
from tui.values import value

if TYPE_CHECKING:
    from tui.practice.refusal_words import Wordings

__all__ = [
    "MAIL_STEPS",
    "OF_THE_LINE",
    "Certainty",
    "Kind",
    "Mover",
    "Verdict",
    "cancelled",
    "cause",
    "login_ahead",
    "looks_right",
    "meant",
    "of_reply",
    "put_off",
    "step_of",
    "verdict",
]


@value
class Verdict:
    """``step`` is where it was said: ``connect helo starttls auth mail rcpt data dot other``; ``about`` is
    the step that it is probably about, which may have come earlier. ``evidence`` is the part of the reply
    that a guess rests on, ``quoted`` the beginning of the whole, both foreign text; ``url`` the first address
    in it, to be read and never opened."""

    step: str
    code: int
    enhanced: str | None
    final: bool
    kind: Kind
    mover: Mover
    certainty: Certainty
    evidence: str = ""
    quoted: str = ""
    code_means: Kind | None = None  # what the code would be about, where the words say another thing
    about: str = ""
    address: str = ""
    url: str = ""
    seen_at: str = ""  # our address as the server says it
    named: str = ""  # our name in EHLO, foreign text
    chunked: bool = False  # no dot ended the message, but BDAT … LAST


#: 421 closes the connection; unless the words tell why, that is all there is to say.
_NO_REASON_TO_CLOSE = frozenset(
    {
        Kind.SYNTAX,
        Kind.SEQUENCE,
        Kind.UNKNOWN_COMMAND,
        Kind.UNKNOWN,
        Kind.SERVER_TROUBLE,
        Kind.NO_ROUTE,
        Kind.PUT_OFF,
    }
)
#: STARTTLS or AUTH cannot be had for now (RFC 3207 §4, RFC 4954 §6).
_NOT_TO_BE_HAD = 454
_SAYS_LITTLE = frozenset({None, Kind.POLICY, Kind.SERVER_TROUBLE, Kind.PUT_OFF})
#: Codes of a login (RFC 4954 §6) that mean one thing, and what the words may make of it all the same.
_OF_A_LOGIN = frozenset({534, 535, 538})
_BESIDE_A_LOGIN = frozenset(
    {
        Kind.APP_PASSWORD,
        Kind.WEB_LOGIN,
        Kind.RATE,
        Kind.BUSY,
        Kind.NO_LOGIN,
        Kind.MECHANISM,
        Kind.TLS_REQUIRED,
        Kind.BLOCK_LIST,
        Kind.LINE_TOO_LONG,
    }
)
#: Of the verb, whichever detail comes along: Postfix says 500 5.5.2, Sendmail 500 5.5.1.
_OF_THE_VERB = frozenset({500, 502})

#: What a refusal at RCPT or DATA is often about though it was caused before (Postfix waits until RCPT).
_CAUSED_EARLIER = {
    Kind.BLOCK_LIST: "connect",
    Kind.DYNAMIC: "connect",
    Kind.REVERSE_DNS: "connect",
    Kind.HELO_NAME: "helo",
    Kind.SENDER: "mail",
    Kind.SENDER_RIGHT: "mail",
    Kind.SPF: "mail",
    Kind.LOGIN_REQUIRED: "auth",
    Kind.TLS_REQUIRED: "starttls",
}
#: Of a command that the server has offered itself (RFC 4954 §4): not that it is misspelt, or comes too early.
_NOT_NOW = frozenset({Kind.SEQUENCE, Kind.UNKNOWN_COMMAND})
#: What is refused is this machine, its address or its name.
_OF_US = frozenset(
    {
        Kind.BLOCK_LIST,
        Kind.REPUTATION,
        Kind.DYNAMIC,
        Kind.REVERSE_DNS,
        Kind.HELO_NAME,
        Kind.SPF,
        Kind.UNAUTHENTICATED,
    }
)
_STEPS = {
    "HELO": "helo",
    "EHLO": "helo",
    "LHLO": "helo",
    "STARTTLS": "starttls",
    "AUTH": "auth",
    "MAIL": "mail",
    "RCPT": "rcpt",
    "DATA": "data",
    "BDAT": "data",
}
_ORDER = ("connect", "helo", "starttls", "auth", "mail", "rcpt", "data", "dot")
_URL = re.compile(r"https?://[^\s<>\"')\]]{3,300}", re.IGNORECASE)
_ENHANCED = re.compile(r"^[245]\.\d{1,3}\.\d{1,3}\s+")
#: An address in the reply is no word of it: ``<spam@x.test>: User unknown``.
_ADDRESS = re.compile(r"<(?!https?:|LF>|CR>)[^<>\s]{0,256}>|[^\s<>()\[\]:]{1,64}@[\w.-]+")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
#: Details of a badly written address (RFC 3463 §3.2).
_OF_ITS_FORM = frozenset({"1.3", "1.7"})
#: A mailbox without quotes and literals, which servers do not all take.
_MAILBOX = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
#: Postfix begins every refusal at RCPT with this; it names no mailbox.
_MERELY_REJECTED = re.compile(r"recipient (?:address )?rejected", re.IGNORECASE)
#: Postfix, where its list of clients names no reason; a submission port says it to whoever has not logged in.
_STRANGER = re.compile(r"(?:<.*>: )?client host rejected: access denied$", re.IGNORECASE)
#: Characters of a reply that are read; whoever has a reason says it sooner.
_READ = 4000
_FAILED = frozenset({4, 5})
_CLOSES = 421
#: Said of the sender, where it answers MAIL.
_OF_A_MAILBOX = frozenset({Kind.UNKNOWN_MAILBOX, Kind.NO_MAIL_THERE, Kind.DISABLED_MAILBOX})


def verdict(practice: Practice) -> Verdict | None:
    """On the last reply, when it refuses something; None when it does not."""
    return None if practice.reply is None else of_reply(practice.reply, practice)


def cause(practice: Practice) -> str:
    """The earlier step that the last reply is about, though it was given later: only there can it be mended.
    "" where it is about its own step, or refuses nothing."""
    found = verdict(practice)
    return found.about if found is not None and found.about != found.step else ""


_LATER = frozenset({Kind.GREYLISTED, Kind.RATE, Kind.PUT_OFF, Kind.BUSY, Kind.BUSY_MAILBOX, Kind.CHECKING})


def of_reply(event: ReplyReceived, practice: Practice) -> Verdict | None:
    """On this reply; ``practice`` tells what the session knows. None: it refuses nothing."""
    reply = event.reply
    if reply.severity not in _FAILED or cancelled(event):
        return None
    step = step_of(event.to)
    text = " ".join(_ENHANCED.sub("", line.decode("utf-8", "replace").strip()) for line in reply.lines)[
        :_READ
    ]
    judged = _judged(_Said(reply.code, reply.enhanced, step, text, _answers_line(event.to), _taken(practice)))
    kind = judged.kind
    if kind is Kind.LOGIN_REQUIRED and (practice.authenticated or step == "starttls"):
        # Nobody logs in to be let into TLS: the password would go out in clear.
        kind = Kind.POLICY
    if _STRANGER.match(judged.evidence) and "AUTH" in practice.extensions and not practice.authenticated:
        kind = Kind.LOGIN_REQUIRED
    if kind is Kind.BAD_LOGIN and practice.login is not None and practice.login.mechanism in TOKENS:
        kind = Kind.BAD_TOKEN
    if kind in _NOT_NOW and step == "auth" and "AUTH" in practice.extensions and practice.envelope is None:
        kind = Kind.NO_LOGIN
    earlier = _CAUSED_EARLIER.get(kind, step)
    late = step in _ORDER and _ORDER.index(earlier if earlier in _ORDER else step) < _ORDER.index(step)
    url = _URL.search(text)
    path = event.to.command.path if isinstance(event.to, CommandSent) else None
    final = reply.severity == 5
    return Verdict(
        step=step,
        code=reply.code,
        enhanced=reply.enhanced,
        final=final,
        kind=kind,
        mover=Mover.SENDER if kind is Kind.NO_LOGIN and login_ahead(practice) else mover(kind, final=final),
        certainty=judged.certainty,
        evidence=judged.evidence,
        quoted=abridged(text),
        code_means=judged.code_means,
        about=earlier if late else step,
        address=path.address if path is not None else event.recipient or "",
        url=url.group() if url is not None else "",
        seen_at=address_in(reply.lines) or practice.seen_at if kind in _OF_US else "",
        named=practice.named if kind in _OF_US else "",
        chunked=isinstance(event.to, CommandSent) and event.to.command.last,
    )


def login_ahead(practice: Practice) -> bool:
    """Where AUTH is not taken: is there something else to do first, or has it been done already?"""
    return practice.authenticated or ("STARTTLS" in practice.extensions and practice.tls is None)


def looks_right(verdict: Verdict, practice: Practice) -> bool:
    """The server calls an address badly written that is well-formed by RFC 5321 §4.1.2, in a line in which
    nothing else was found either."""
    detail = (verdict.enhanced or "").partition(".")[2]
    of_address = detail in _OF_ITS_FORM or "address" in verdict.evidence
    if verdict.kind is not Kind.SYNTAX or not of_address or practice.slip is not None:
        return False
    return _MAILBOX.fullmatch(verdict.address) is not None


def cancelled(event: ReplyReceived) -> bool:
    """It answers the ``*`` that gives a login up: no refusal, whatever its code (RFC 4954 §4 wants 501)."""
    return isinstance(event.to, AuthResponseSent) and event.to.cancelled


def put_off(practice: Practice) -> CommandSent | None:
    """The command that is to be sent again as it is, later: it was greylisting (RFC 6647 §2), or too fast.
    After 421 nothing is to be sent."""
    event = practice.reply
    if event is None or not isinstance(event.to, CommandSent):
        return None
    if event.reply.severity != 4 or event.reply.code == 421:
        return None
    found = of_reply(event, practice)
    return event.to if found is not None and found.kind in _LATER else None


def step_of(to: Answered | None) -> str:
    """The step at which a reply was given."""
    match to:
        case GreetingAwaited():
            return "connect"
        case BodyEnded():
            return "dot"
        case AuthResponseSent():
            return "auth"
        case CommandSent(command=command):
            return "dot" if command.last else _STEPS.get(command.verb, "other")
        case _:
            return "other"


@value
class _Said:
    """A refusal, taken apart."""

    code: int
    enhanced: str | None
    step: str
    text: str  # of all lines, without enhanced codes
    line: bool  # a line of the client is refused, not a connection or a message
    recipients: bool  # some were accepted in this mail

    @property
    def final(self) -> bool:
        return self.code // 100 == 5

    @property
    def detail(self) -> str:
        return (self.enhanced or "").partition(".")[2]


@value
class _Judged:
    kind: Kind
    certainty: Certainty
    evidence: str = ""
    code_means: Kind | None = None


def _answers_line(to: Answered | None) -> bool:
    return not isinstance(to, GreetingAwaited | BodyEnded)


def _taken(practice: Practice) -> bool:
    return practice.envelope is not None and bool(practice.envelope.accepted)


def _judged(said: _Said) -> _Judged:
    judged = _told(said)
    by_rule = judged.kind is Kind.POLICY and not judged.evidence
    if said.code == _CLOSES and (by_rule or judged.kind in _NO_REASON_TO_CLOSE):
        return _Judged(Kind.SHUTTING_DOWN, Certainty.CODE)
    if said.code == _CLOSES and judged.kind is Kind.TOO_MANY_RECIPIENTS:
        # Those before do not stand: the mail is gone.
        return _Judged(Kind.RATE, judged.certainty, judged.evidence)
    if said.step == "mail" and judged.kind in _OF_A_MAILBOX:
        return _Judged(Kind.SENDER, judged.certainty, judged.evidence, judged.code_means)
    return judged


def _told(said: _Said) -> _Judged:
    from tui.practice.refusal_words import (
        SPECIFIC,
        VAGUE,
    )  # not before something was refused: it takes a while

    exact = meant(said.detail, exactly=True, final=said.final)
    by_itself = by_code(said.code, said.step, line=said.line, recipients=said.recipients)
    if (not said.line and exact in OF_THE_LINE) or (exact is Kind.BAD_LOGIN and said.step in MAIL_STEPS):
        exact = None
    kind, evidence = _worded(said, SPECIFIC)
    if said.code in _OF_THE_VERB and said.step not in MAIL_STEPS and said.line:
        # The server's words repeat the line here, so that they tell nothing.
        kind = kind if kind is Kind.LINE_TOO_LONG else None
        exact = Kind.UNKNOWN_COMMAND if exact in OF_THE_LINE else exact
    if said.code in _OF_A_LOGIN and kind not in _BESIDE_A_LOGIN:
        return _Judged(by_itself or Kind.BAD_LOGIN, Certainty.CODE, evidence if kind is by_itself else "")
    if kind is not None:
        if kind in {exact, by_itself, meant(said.detail)}:
            return _Judged(kind, Certainty.CODE, evidence)
        return _Judged(kind, Certainty.WORDS, evidence, exact)
    if exact is not None:
        return _Judged(exact, Certainty.CODE)
    kind, evidence = _worded(said, VAGUE)
    if said.code == _NOT_TO_BE_HAD and kind in _SAYS_LITTLE:
        return _Judged(Kind.SERVER_TROUBLE, Certainty.CODE)
    if kind is Kind.PUT_OFF and said.step not in MAIL_STEPS:
        kind = Kind.SERVER_TROUBLE
    if kind is not None:
        sure = kind is by_itself and kind is not Kind.POLICY
        return _Judged(kind, Certainty.CODE if sure else Certainty.WORDS, evidence)
    by_codes = by_subject(said.detail) or by_itself
    if by_codes is None:
        return _Judged(Kind.UNKNOWN, Certainty.NONE)
    return _Judged(by_codes, Certainty.CODE)


def _worded(said: _Said, wordings: Wordings) -> tuple[Kind | None, str]:
    """What the words say, and which of them say it."""
    from tui.practice.refusal_words import ONLY_AT, ONLY_FOR_NOW

    heard = _ADDRESS.sub(_blank, said.text)
    if said.detail.startswith("7."):  # by a rule, says the code; the rest stays where it stands, to be quoted
        heard = _MERELY_REJECTED.sub(_blank, heard)
    for kind, pattern in wordings:
        if said.step not in ONLY_AT.get(kind, (said.step,)) or (said.final and kind in ONLY_FOR_NOW):
            continue
        found = pattern.search(heard)
        if found is not None:
            return kind, clause(said.text, found.start(), found.end())
    return None, ""


def _blank(found: re.Match[str]) -> str:
    return " " * len(found.group())
