"""What to do about a refusal. The most exact thing known decides: the detail of the enhanced code, then its
subject (RFC 3463 §2), then the reply code, then the stage."""

from __future__ import annotations

from tui.smtp.replies import Reply
from tui.words import codes
from tui.words.language import N_, gettext
from tui.words.stages import Stage

_TRUSTED = N_("Only from addresses that its admin has listed may this be said.")
_BY_STAGE = {
    (Stage.CONNECT, 4): N_("Say QUIT, and come back later."),
    (Stage.CONNECT, 5): N_("Say QUIT, then try another server."),
    (Stage.HELLO, 4): N_("Try the same line again in a while."),
    (Stage.HELLO, 5): N_("Give a full host name with dots, or try the other greeting."),
    (Stage.MAIL, 4): N_("Try the same line again in a while."),
    (Stage.MAIL, 5): N_("Check the spelling, or name another sender."),
    (Stage.RCPT, 4): N_("Try this one again later; others may be taken now. The sender stands."),
    (Stage.RCPT, 5): N_("Check the spelling, or name another. The sender stands."),
    (Stage.DATA, 4): N_("Try DATA again in a while. Sender and recipients stand."),
    (Stage.DATA, 5): N_("See that a recipient is accepted, then DATA again."),
    (Stage.CHUNK, 4): N_("The mail is dropped. Begin again later, with MAIL FROM."),
    (Stage.CHUNK, 5): N_("The mail is dropped. Begin again with MAIL FROM."),
    (Stage.MESSAGE, 4): N_("The mail was not taken. Later the same may pass: begin with MAIL FROM."),
    (Stage.MESSAGE, 5): N_("The mail was not taken. Change what it names, and begin with MAIL FROM."),
    (Stage.AUTH, 4): N_("Try the login again in a while."),
    (Stage.AUTH, 5): N_("Check user name and password; some want a password made for programs."),
    (Stage.STARTTLS, 4): N_("TLS is not to be had now. Send no password without it."),
    (Stage.STARTTLS, 5): N_("This server has no TLS here. Send no password without it."),
    (Stage.VRFY, 5): N_("Many servers do not tell. RCPT TO asks the same question."),
    (Stage.ETRN, 4): N_("The server does this for few. Its admin can tell for which domains."),
    (Stage.ETRN, 5): N_("The server does this for few. Its admin can tell for which domains."),
    (Stage.XCLIENT, 5): _TRUSTED,
    (Stage.XFORWARD, 5): _TRUSTED,
    (Stage.OTHER, 5): N_("Compare the line with these forms, letter by letter."),
}
#: Codes that ask for the same whatever else stands beside them.
_FIRST = {
    421: N_("Wait some minutes, then connect again."),
    500: N_("Compare the line with these forms, letter by letter."),
    501: N_("Compare the line with these forms, letter by letter."),
    502: N_("Do without it."),
    503: N_("Something comes before it:"),
    530: N_("Log in or start TLS first; EHLO lists what there is."),
}
#: The server does not know the command, or does not do it here.
_UNKNOWN = frozenset({500, 502})

#: Stages at which a refusal may be about address, mailbox, rule …; elsewhere it is about the stage itself.
_OF_A_MAIL = frozenset({Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.CHUNK, Stage.MESSAGE})

_RULE = N_(
    "A rule forbids it, and its text may say which. If the domain is spelt right: log in, or use your own "
    "provider's server on port 587."
)
_LOGIN = N_("Check user name and password; some want a password made for programs.")
_DOMAIN_ALLOWS = N_(
    "Not the spelling: the sender's domain does not vouch for this machine (SPF, DKIM). Send through the "
    "server of that domain."
)
_OTHER_WAY = N_("The address is right. Reach its owner in another way.")
_SMALLER = N_("Make the message smaller; EHLO names the SIZE that is taken.")
_NO_SUCH_WAY = N_("Check the domain, the part after the @.")
_NO_WAY = N_("The server finds no way there. Check the domain, the part after the @, or try later.")

#: For good, by detail.
_FOR_GOOD = {
    "1.2": _NO_SUCH_WAY,
    "1.6": N_("Ask the person for the new address."),
    "1.8": N_("Name a sender whose domain exists."),
    "1.10": _NO_SUCH_WAY,
    "2.1": _OTHER_WAY,
    "2.2": _OTHER_WAY,
    "3.4": _SMALLER,
    "4.1": _NO_WAY,
    "4.4": _NO_SUCH_WAY,
    "7.1": _RULE,
}
#: Now or for good, by detail: waiting does not help.
_EITHER_WAY = {
    "5.3": N_("Enough recipients for one mail: send this one, and name the rest in another."),
    "7.8": _LOGIN,
    "7.9": N_("Use another mechanism; the AUTH line of EHLO lists them."),
    "7.10": N_("Begin with STARTTLS and EHLO, or connect to port 465."),
    "7.11": N_("STARTTLS first, EHLO again, then AUTH."),
    "7.20": _DOMAIN_ALLOWS,
    "7.21": _DOMAIN_ALLOWS,
    "7.22": _DOMAIN_ALLOWS,
    "7.23": _DOMAIN_ALLOWS,
    "7.24": _DOMAIN_ALLOWS,
    "7.25": N_("Not the spelling: this machine has no name in DNS. Send through your own provider's server."),
    "7.26": _DOMAIN_ALLOWS,
    "7.27": N_("Its domain takes no mail, so it sends none: name another sender."),
}
#: For good, by subject: where neither the detail nor the table of codes says more.
_BY_SUBJECT = {
    "2": _OTHER_WAY,
    "3": N_("The fault is in that mail system. Its postmaster can tell more."),
    "4": _NO_WAY,
    "6": N_("Change the message; the addresses are right."),
    "7": _RULE,
}
#: Without an enhanced code.
_BY_CODE = {
    (Stage.MAIL, 550): _RULE,
    (Stage.MAIL, 552): _SMALLER,
    (Stage.MAIL, 553): N_("Check the spelling; where you log in, it must be the address of that login."),
    (Stage.MAIL, 554): _RULE,
    (Stage.RCPT, 452): _EITHER_WAY["5.3"],
    (Stage.RCPT, 550): N_(
        "Its text says which: the mailbox (check the spelling), or a rule (log in, or use your own "
        "provider's server on port 587)."
    ),
    (Stage.RCPT, 551): N_("Use the address in its text."),
    (Stage.RCPT, 552): _OTHER_WAY,
    (Stage.RCPT, 554): _RULE,
    (Stage.RCPT, 556): _NO_SUCH_WAY,
    (Stage.MESSAGE, 552): _SMALLER,
}
#: The same at any stage.
_ANYWHERE = {
    534: _EITHER_WAY["7.9"],
    535: _LOGIN,
    538: _EITHER_WAY["7.11"],
    555: N_("Only use what EHLO listed, and put the address in < >."),
}


def advice(reply: Reply, at: Stage) -> str:
    """What to do about ``reply``, a 4yz or 5yz to what was sent ``at`` this stage; a translated sentence."""
    if reply.code in _FIRST and not (at is Stage.STARTTLS and reply.code in _UNKNOWN):
        return gettext(_FIRST[reply.code])
    enhanced = reply.enhanced or ""
    detail = enhanced.partition(".")[2]
    source = _EITHER_WAY.get(detail)
    if source is None and reply.severity == 5 and at in _OF_A_MAIL and _tells(detail):
        return _for_good(enhanced, detail)
    if source is None:
        by_code = _BY_CODE.get((at, reply.code)) if not detail else None
        source = by_code or _ANYWHERE.get(reply.code) or _BY_STAGE.get((at, reply.severity))
    return gettext(source) if source else codes.meaning(reply.code, at).advice


def _tells(detail: str) -> bool:
    """It says more than the code and the stage do: it is not the line itself (spelling, protocol)."""
    return detail in _FOR_GOOD or detail.partition(".")[0] in _BY_SUBJECT


def _for_good(enhanced: str, detail: str) -> str:
    if detail in _FOR_GOOD:
        return gettext(_FOR_GOOD[detail])
    subject, _, number = detail.partition(".")
    known = codes.enhanced(enhanced) if number != "0" else None
    return known.advice if known is not None else gettext(_BY_SUBJECT[subject])
