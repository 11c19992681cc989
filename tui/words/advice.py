"""What to do about a refusal: by the kind that its headline names, so that the two cannot disagree.

Each kind has its usual advice beside its other words (``refusals``). What is known more exactly, by the
detail of the enhanced code, the reply code or the stage, only refines that of the same kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tui.practice.refusals import OF_THE_LINE, Kind, Verdict, login_ahead, looks_right, meant
from tui.practice.state import Practice
from tui.smtp.display import visible
from tui.words import codes
from tui.words.language import N_, gettext
from tui.words.language import gettext as _
from tui.words.stages import Stage

#: What a refinement goes by: a detail or subject of the enhanced code, a reply code or its first digit, a
#: stage, or a stage and one of these.
Key = str | int | Stage | tuple[Stage, int]

_CLOSES: Final = 421
_COMPARE = N_("Compare the line with these forms, letter by letter.")
_NO_TLS = N_("This server has no TLS here. Send no password without it.")
#: Of the line itself, the code decides about headline and advice.
_BY_CODE: Final[dict[Key, str]] = {
    (Stage.STARTTLS, 500): _NO_TLS,
    (Stage.STARTTLS, 502): _NO_TLS,
    500: _COMPARE,
    501: _COMPARE,
    502: N_("Do without it."),
    503: N_("Something comes before it:"),
}
_TRUSTED = N_("Only from addresses that its admin has listed may this be said.")
_FEW = N_("The server does this for few. Its admin can tell for which domains.")
_DOES_NOT_TELL = N_("Many servers do not tell. RCPT TO asks the same question.")
_NO_TLS_NOW = N_("TLS is not to be had now. Send no password without it.")
_SPELLING = N_("Check the spelling, or name another. The sender stands.")
_AGAIN = N_("Try the same line again in a while.")
_LOGIN_AGAIN = N_("Try the login again in a while.")
_ANOTHER_MECHANISM = N_("Use another mechanism; the AUTH line of EHLO lists them.")
_RULE = N_(
    "A rule forbids it, and its text may say which. If the domain is spelt right: log in, or use your own "
    "provider's server on port 587."
)
_OTHER_WAY = N_("The address is right. Reach its owner in another way.")

#: What nobody is told the reason of, and what a rule is the reason of: what else there is to do there.
_ANY_REASON: dict[Key, str] = {
    (Stage.CONNECT, 4): N_("Say QUIT, and come back later."),
    (Stage.CONNECT, 5): N_("Say QUIT, then try another server."),
    (Stage.HELLO, 4): _AGAIN,
    (Stage.MAIL, 4): _AGAIN,
    (Stage.RCPT, 4): N_("Try this one again later; others may be taken now. The sender stands."),
    (Stage.DATA, 4): N_("Try DATA again in a while. Sender and recipients stand."),
    (Stage.CHUNK, 4): N_("The mail is dropped. Begin again later, with MAIL FROM."),
    (Stage.MESSAGE, 4): N_("The mail was not taken. Later the same may pass: begin with MAIL FROM."),
    (Stage.AUTH, 4): _LOGIN_AGAIN,
    (Stage.STARTTLS, 4): _NO_TLS_NOW,
    (Stage.STARTTLS, 5): _NO_TLS,
    (Stage.VRFY, 5): _DOES_NOT_TELL,
    Stage.ETRN: _FEW,
    (Stage.XCLIENT, 5): _TRUSTED,
    (Stage.XFORWARD, 5): _TRUSTED,
}
_REFINED: dict[Kind, dict[Key, str]] = {
    Kind.UNKNOWN: {
        **_ANY_REASON,
        "2": _OTHER_WAY,
        (Stage.RCPT, 550): N_(
            "Its text says which: the mailbox (check the spelling), or a rule (log in, or use your own "
            "provider's server on port 587)."
        ),
        (Stage.HELLO, 5): N_("Give a full host name with dots, or try the other greeting."),
        (Stage.MAIL, 5): N_("Check the spelling, or name another sender."),
        (Stage.RCPT, 5): _SPELLING,
        (Stage.DATA, 5): N_("See that a recipient is accepted, then DATA again."),
        (Stage.CHUNK, 5): N_("The mail is dropped. Begin again with MAIL FROM."),
        (Stage.MESSAGE, 5): N_("The mail was not taken. Change what it names, and begin with MAIL FROM."),
        (Stage.OTHER, 5): _COMPARE,
    },
    Kind.POLICY: {
        **_ANY_REASON,
        **{(at, 5): _RULE for at in (Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.CHUNK, Stage.MESSAGE)},
    },
    Kind.UNKNOWN_MAILBOX: {
        "1.6": N_("Ask the person for the new address."),
        551: N_("Use the address in its text."),
        (Stage.RCPT, 5): _SPELLING,
        (Stage.VRFY, 5): _DOES_NOT_TELL,
    },
    Kind.SENDER: {
        "7.27": N_("Its domain takes no mail, so it sends none: name another sender."),
    },
    Kind.BAD_LOGIN: {
        "7.9": _ANOTHER_MECHANISM,
        "7.12": N_("Log in once with PLAIN, inside TLS: the server keeps the password anew then."),
        534: _ANOTHER_MECHANISM,
    },
    Kind.NO_RECIPIENTS: {Stage.DATA: N_("See that a recipient is accepted, then DATA again.")},
    Kind.EIGHT_BIT: {"6.7": N_("Use an ASCII address.")},
    Kind.SERVER_TROUBLE: {
        Stage.STARTTLS: _NO_TLS_NOW,
        Stage.AUTH: _LOGIN_AGAIN,
        5: N_("The fault is in that mail system. Its postmaster can tell more."),
    },
    Kind.SYNTAX: {
        555: N_("Only use what EHLO listed, and put the address in < >."),
        (Stage.HELLO, 5): N_("Give a full host name with dots, or try the other greeting."),
        (Stage.MAIL, 553): N_("Check the spelling; where you log in, it must be the address of that login."),
        (Stage.MAIL, 5): N_("Check the spelling, or name another sender."),
        (Stage.RCPT, 5): _SPELLING,
    },
}

#: Stages at which the registry's own advice for a detail is to the point.
_OF_A_MAIL: Final = frozenset({Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.CHUNK, Stage.MESSAGE})
#: Details that stand for so much that the registry says no more than the kind does.
_BROAD: Final = frozenset({"7.1"})


def advice(verdict: Verdict, practice: Practice, at: Stage, usual: str) -> str:
    """A translated sentence. ``at``: what was refused; ``usual``: what the kind advises where nothing more
    exact is known, in English."""
    return (
        _of_session(verdict, practice) or _registered(verdict, at) or gettext(_refined(verdict, at) or usual)
    )


def _refined(verdict: Verdict, at: Stage) -> str:
    refined = _REFINED.get(verdict.kind, {})
    if verdict.kind in OF_THE_LINE and verdict.code in _BY_CODE:
        refined = _BY_CODE
    if verdict.code == _CLOSES:
        refined = {}  # nothing can be said any more
    return next((refined[key] for key in _keys(verdict, at) if key in refined), "")


def _keys(verdict: Verdict, at: Stage) -> Iterator[Key]:
    """The most exact first."""
    detail = (verdict.enhanced or "").partition(".")[2]
    yield detail
    if verdict.final:
        yield detail.partition(".")[0]
    yield at, verdict.code
    yield verdict.code
    yield at, verdict.code // 100
    yield at
    yield verdict.code // 100


def _registered(verdict: Verdict, at: Stage) -> str:
    """What the registry advises for a detail that has made this the kind, and has no words of ours."""
    detail = (verdict.enhanced or "").partition(".")[2]
    if not verdict.final or at not in _OF_A_MAIL or detail.endswith(".0") or detail in _BROAD:
        return ""
    if meant(detail, exactly=True) is not None or meant(detail) is not verdict.kind:
        return ""
    known = codes.enhanced(verdict.enhanced or "")
    return known.advice if known is not None else ""


def _of_session(verdict: Verdict, practice: Practice) -> str:
    """By what is known of this session; "" where that changes nothing."""
    kind, offered = verdict.kind, practice.extensions
    if kind is Kind.TOO_LARGE and offered.get("SIZE"):
        text = _("It takes up to {size} octets: make the message smaller, or send a link.")
        return text.format(size=visible(offered["SIZE"]))
    if kind in {Kind.RELAYING, Kind.LOGIN_REQUIRED} and "AUTH" in offered and not practice.authenticated:
        text = _("You are not logged in, and the server offers AUTH {mechanisms}: log in first.")
        return text.format(mechanisms=visible(offered["AUTH"]))
    if kind is Kind.NO_LOGIN and login_ahead(practice):
        if practice.authenticated:
            return _("You are logged in already, and a session logs in once: go on with MAIL FROM.")
        return _("STARTTLS first, EHLO again, then AUTH.")
    if kind is Kind.SENDER and verdict.about != verdict.step:
        return _("RSET first, then a sender whose domain exists, or the one of your login; then this line.")
    if looks_right(verdict, practice):
        return _("Check the spelling, or name another address; ask its postmaster what it wants.")
    if kind is Kind.TLS_REQUIRED and practice.tls is not None:
        return _("This connection has TLS already: EHLO again, then this line.")
    return ""
