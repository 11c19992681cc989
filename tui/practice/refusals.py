"""Why a server refuses: a verdict from the step, the codes, what this session knows and, last, the words.

Codes decide where they can. What only the server's words say is a guess, and names its evidence. Nothing in
here ticks a step. The tables follow RFC 5321 §4.2, RFC 3463, the registry of enhanced codes, and wordings
that were seen at Postfix, Exim, Sendmail, OpenSMTPD, qmail, Exchange, Gmail, QQ and NetEase.
"""

from __future__ import annotations

import re
from enum import Enum

from tui.practice.logins import TOKENS
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


class Kind(Enum):
    """What a refusal is about."""

    BLOCK_LIST = "block-list"
    RELAYING = "relaying"
    LOGIN_REQUIRED = "login-required"
    BAD_LOGIN = "bad-login"
    BAD_TOKEN = "bad-token"
    NO_LOGIN = "no-login"  # AUTH was offered, and is not taken at this point
    TLS_REQUIRED = "tls-required"
    GREYLISTED = "greylisted"
    RATE = "rate"
    TOO_MANY_RECIPIENTS = "too-many-recipients"
    REVERSE_DNS = "reverse-dns"
    HELO_NAME = "helo-name"
    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    SENDER = "sender"  # its address or domain
    SENDER_RIGHT = "sender-right"  # who logged in may not send as this sender
    UNKNOWN_MAILBOX = "unknown-mailbox"
    DISABLED_MAILBOX = "disabled-mailbox"
    FULL_MAILBOX = "full-mailbox"
    NO_MAIL_THERE = "no-mail-there"  # the domain takes none (RFC 7505), or does not exist
    NO_ROUTE = "no-route"  # between that server and the domain
    TOO_LARGE = "too-large"
    EIGHT_BIT = "eight-bit"  # 8BITMIME or SMTPUTF8 is missing
    CONTENT = "content"
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


@value
class Verdict:
    """``step`` is where it was said: ``connect helo starttls auth mail rcpt data dot other``; ``about`` is
    the step that it is probably about, which may have come earlier. ``evidence`` is the part of the reply
    that a guess rests on, foreign text; ``url`` the first address in it, to be read and never opened."""

    step: str
    code: int
    enhanced: str | None
    final: bool
    kind: Kind
    mover: Mover
    certainty: Certainty
    evidence: str = ""
    about: str = ""
    address: str = ""
    url: str = ""
    seen_at: str = ""  # our address as the server says it
    named: str = ""  # our name in EHLO, foreign text
    chunked: bool = False  # no dot ended the message, but BDAT … LAST


_MOVERS = {
    Kind.BLOCK_LIST: Mover.OUR_ADMIN,
    Kind.REVERSE_DNS: Mover.OUR_ADMIN,
    Kind.HELO_NAME: Mover.OUR_ADMIN,
    Kind.SPF: Mover.OUR_ADMIN,
    Kind.DKIM: Mover.OUR_ADMIN,
    Kind.DMARC: Mover.OUR_ADMIN,
    Kind.GREYLISTED: Mover.NOBODY,
    Kind.RATE: Mover.NOBODY,
    Kind.SHUTTING_DOWN: Mover.NOBODY,
    Kind.FULL_MAILBOX: Mover.RECIPIENT,
    Kind.DISABLED_MAILBOX: Mover.RECIPIENT,
    Kind.NO_MAIL_THERE: Mover.SENDER,
    Kind.NO_ROUTE: Mover.THEIR_ADMIN,
    Kind.NO_LOGIN: Mover.THEIR_ADMIN,
    Kind.SERVER_TROUBLE: Mover.THEIR_ADMIN,
}

#: Details of enhanced codes (behind the class) that leave no doubt.
_DETAILS = {
    "1.1": Kind.UNKNOWN_MAILBOX,
    "1.2": Kind.NO_MAIL_THERE,
    "1.3": Kind.SYNTAX,
    "1.6": Kind.UNKNOWN_MAILBOX,
    "1.7": Kind.SYNTAX,
    "1.8": Kind.SENDER,
    "1.10": Kind.NO_MAIL_THERE,
    "2.1": Kind.DISABLED_MAILBOX,
    "2.2": Kind.FULL_MAILBOX,
    "2.3": Kind.TOO_LARGE,
    "3.1": Kind.SERVER_TROUBLE,
    "3.2": Kind.SERVER_TROUBLE,
    "3.4": Kind.TOO_LARGE,
    "3.5": Kind.SERVER_TROUBLE,
    "4.2": Kind.SERVER_TROUBLE,
    "4.3": Kind.SERVER_TROUBLE,
    "4.5": Kind.SERVER_TROUBLE,
    "5.1": Kind.SEQUENCE,
    "5.2": Kind.SYNTAX,
    "5.3": Kind.TOO_MANY_RECIPIENTS,
    "5.4": Kind.SYNTAX,
    "6.3": Kind.EIGHT_BIT,
    "6.7": Kind.EIGHT_BIT,
    "6.8": Kind.EIGHT_BIT,
    "6.9": Kind.EIGHT_BIT,
    "7.8": Kind.BAD_LOGIN,
    "7.9": Kind.BAD_LOGIN,
    "7.10": Kind.TLS_REQUIRED,
    "7.11": Kind.TLS_REQUIRED,
    "7.12": Kind.BAD_LOGIN,
    "7.20": Kind.DKIM,
    "7.21": Kind.DKIM,
    "7.22": Kind.DKIM,
    "7.23": Kind.SPF,
    "7.24": Kind.SPF,
    "7.25": Kind.REVERSE_DNS,
    "7.26": Kind.DMARC,
    "7.27": Kind.SENDER,
    "7.28": Kind.RATE,
    "7.60": Kind.SENDER_RIGHT,  # Exchange; the registry has none
}
#: Details that some servers give to other faults than the registry means: the words may correct them.
_LOOSE = frozenset({"1.1", "1.7", "1.8", "2.1", "2.2", "3.2", "4.2", "5.1", "5.2", "5.4", "7.8", "7.9"})

#: Subjects (RFC 3463 §2), where the detail is none of those.
_SUBJECTS = {"3": Kind.SERVER_TROUBLE, "4": Kind.NO_ROUTE, "6": Kind.CONTENT, "7": Kind.POLICY}

#: Codes that leave no doubt where there is no enhanced one: (code, step), then the code alone. 550 and 554
#: say of themselves no more than that it was refused.
_CODES: dict[tuple[int, str] | int, Kind] = {
    (552, "mail"): Kind.TOO_LARGE,
    (552, "dot"): Kind.TOO_LARGE,
    (552, "data"): Kind.TOO_LARGE,
    (552, "rcpt"): Kind.FULL_MAILBOX,
    (452, "rcpt"): Kind.TOO_MANY_RECIPIENTS,
    (554, "data"): Kind.NO_RECIPIENTS,
    421: Kind.SHUTTING_DOWN,
    452: Kind.SERVER_TROUBLE,
    451: Kind.SERVER_TROUBLE,
    500: Kind.UNKNOWN_COMMAND,
    501: Kind.SYNTAX,
    502: Kind.UNKNOWN_COMMAND,
    503: Kind.SEQUENCE,
    504: Kind.SYNTAX,
    530: Kind.LOGIN_REQUIRED,
    534: Kind.BAD_LOGIN,
    535: Kind.BAD_LOGIN,
    538: Kind.TLS_REQUIRED,
    551: Kind.UNKNOWN_MAILBOX,
    553: Kind.SYNTAX,
    555: Kind.SYNTAX,
    556: Kind.NO_MAIL_THERE,
}
#: 421 closes the connection; unless the words tell why, that is all there is to say.
_NO_REASON_TO_CLOSE = frozenset(
    {
        Kind.SYNTAX,
        Kind.SEQUENCE,
        Kind.UNKNOWN_COMMAND,
        Kind.UNKNOWN,
        Kind.SERVER_TROUBLE,
        Kind.NO_ROUTE,
    }
)
#: Refusals of the line itself, not of a mail or a login.
OF_THE_LINE = frozenset({Kind.SYNTAX, Kind.SEQUENCE, Kind.UNKNOWN_COMMAND, Kind.UNKNOWN})
#: STARTTLS or AUTH cannot be had for now (RFC 3207 §4, RFC 4954 §6).
_NOT_TO_BE_HAD = 454
_SAYS_LITTLE = frozenset({None, Kind.POLICY, Kind.SERVER_TROUBLE})
#: Codes that mean one thing, whatever the words.
_EXACT = frozenset({500, 502, 534, 535, 538, 551, 556})

#: Of the verb, whichever detail comes along: Postfix says 500 5.5.2, Sendmail 500 5.5.1.
_OF_THE_VERB = frozenset({500, 502})

#: What a refusal at RCPT or DATA is often about though it was caused before (Postfix waits until RCPT).
_CAUSED_EARLIER = {
    Kind.BLOCK_LIST: "connect",
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
_OF_US = frozenset({Kind.BLOCK_LIST, Kind.REVERSE_DNS, Kind.HELO_NAME, Kind.SPF})
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
#: Ends of a clause: a full stop inside a number or a name is none.
#: An address in front, as Dovecot says it, is no part of what follows.
_CLAUSE_ENDS = re.compile(r"\A<[^<>\s]*>(?=\s)|[;,.!?:](?=\s)|[。，；：(]")
_EVIDENCE_CELLS = 90
#: Postfix begins every refusal at RCPT with this; it names no mailbox.
_MERELY_REJECTED = re.compile(r"recipient (?:address )?rejected", re.IGNORECASE)
_FAILED = frozenset({4, 5})
_CLOSES = 421
#: Kinds that only mean something where a mail is named.
_OF_ADDRESSES = frozenset({Kind.UNKNOWN_MAILBOX, Kind.RELAYING, Kind.FULL_MAILBOX, Kind.DISABLED_MAILBOX})
MAIL_STEPS = frozenset({"mail", "rcpt", "data", "dot"})


def verdict(practice: Practice) -> Verdict | None:
    """On the last reply, when it refuses something; None when it does not."""
    return None if practice.reply is None else of_reply(practice.reply, practice)


def cause(practice: Practice) -> str:
    """The earlier step that the last reply is about, though it was given later: only there can it be mended.
    "" where it is about its own step, or refuses nothing."""
    found = verdict(practice)
    return found.about if found is not None and found.about != found.step else ""


_LATER = frozenset({Kind.GREYLISTED, Kind.RATE})


def of_reply(event: ReplyReceived, practice: Practice) -> Verdict | None:
    """On this reply; ``practice`` tells what the session knows. None: it refuses nothing."""
    reply = event.reply
    if reply.severity not in _FAILED or cancelled(event):
        return None
    step = step_of(event.to)
    text = " ".join(_ENHANCED.sub("", line.decode("utf-8", "replace").strip()) for line in reply.lines)
    kind, certainty, evidence = _judged(reply.code, reply.enhanced, step, text)
    if kind is Kind.LOGIN_REQUIRED and (practice.authenticated or step == "starttls"):
        # Nobody logs in to be let into TLS: the password would go out in clear.
        kind = Kind.POLICY
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
        mover=Mover.SENDER if kind is Kind.NO_LOGIN and login_ahead(practice) else _mover(kind, final=final),
        certainty=certainty,
        evidence=evidence,
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


def _mover(kind: Kind, *, final: bool) -> Mover:
    if kind in {Kind.POLICY, Kind.UNKNOWN} and not final:
        return Mover.NOBODY
    return _MOVERS.get(kind, Mover.SENDER)


def meant(detail: str, *, exactly: bool = False) -> Kind | None:
    """What the detail of an enhanced code, ``1.1``, is about; unless ``exactly``, by its subject where it is
    none that is told apart. None: it says nothing of that."""
    found = _DETAILS.get(detail)
    return found if found is not None or exactly else _SUBJECTS.get(detail.partition(".")[0])


def _judged(code: int, enhanced: str | None, step: str, text: str) -> tuple[Kind, Certainty, str]:
    kind, certainty, evidence = _told(code, enhanced, step, text)
    if code == _CLOSES and kind in _NO_REASON_TO_CLOSE:
        return Kind.SHUTTING_DOWN, Certainty.CODE, ""
    if code == _CLOSES and kind is Kind.TOO_MANY_RECIPIENTS:  # those before do not stand: the mail is gone
        return Kind.RATE, certainty, evidence
    return kind, certainty, evidence


def _told(code: int, enhanced: str | None, step: str, text: str) -> tuple[Kind, Certainty, str]:
    detail = (enhanced or "").partition(".")[2]
    heard = text
    if detail.startswith("7."):  # by a rule, says the code; the rest stays where it stands, to be quoted
        heard = _MERELY_REJECTED.sub(lambda found: " " * len(found.group()), text)
    said, evidence = _worded(heard, text, step)
    exact = meant(detail, exactly=True)
    if code in _OF_THE_VERB and exact in OF_THE_LINE and step not in MAIL_STEPS:
        return Kind.UNKNOWN_COMMAND, Certainty.CODE, ""
    if exact is not None and (detail not in _LOOSE or said is None or said is exact):
        return exact, Certainty.CODE, evidence if said is exact else ""
    if code in _EXACT:
        return _CODES[code], Certainty.CODE, evidence if said is _CODES[code] else ""
    if code == _NOT_TO_BE_HAD and said in _SAYS_LITTLE:
        return Kind.SERVER_TROUBLE, Certainty.CODE, ""
    by_code = _CODES.get((code, step)) or _CODES.get(code)
    if said is Kind.SERVER_TROUBLE and detail.startswith("7.") and step in MAIL_STEPS:
        said, by_code = Kind.GREYLISTED, None  # a rule, says the code, and "later" say the words
    if said is not None:
        sure = said is by_code and said is not Kind.POLICY
        return said, Certainty.CODE if sure else Certainty.WORDS, evidence
    by_subject = meant(detail)
    if by_subject is not None:
        return by_subject, Certainty.CODE, ""
    if by_code is None:
        return Kind.UNKNOWN, Certainty.NONE, ""
    return by_code, Certainty.CODE, ""


def _worded(heard: str, text: str, step: str) -> tuple[Kind | None, str]:
    """What the words say, and the words of ``text`` that say it."""
    from tui.practice.refusal_words import WORDINGS  # not before something was refused: it takes a while

    for kind, pattern in WORDINGS:
        if kind in _OF_ADDRESSES and step not in MAIL_STEPS:
            continue
        found = pattern.search(heard)
        if found is not None:
            return kind, _around(text, found.start(), found.end())
    return None, ""


def _around(text: str, start: int, end: int) -> str:
    """The clause that holds what was found, not the whole reply."""
    left = max((mark.end() for mark in _CLAUSE_ENDS.finditer(text, 0, start)), default=0)
    right = min((at for mark in ";,!?。，；)" if (at := text.find(mark, end)) >= 0), default=len(text))
    if text[right : right + 1] == ")" and "(" in text[left:right]:
        right += 1
    stop = text.find(". ", end)
    right = stop if 0 <= stop < right else right
    return text[left:right].strip(" .")[:_EVIDENCE_CELLS]
