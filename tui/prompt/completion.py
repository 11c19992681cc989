"""What Tab may make of a line that was begun: verbs that are legal now, parameters of what this server
offered, mechanisms, addresses that were used, our own name, lines that were sent before, typed names.

A server's offers are foreign text: they are proposed only in the form that RFC 5321 §4.1.1.1 gives them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import Final

from tui.smtp.commands import HELLO, KEYWORDS, closing_bracket
from tui.smtp.phases import LEGAL, Phase
from tui.values import value


@value
class Known:
    """What there is to complete with. ``extensions`` are those of the last EHLO; a HELO leaves none."""

    phase: Phase
    extensions: Mapping[str, str] = field(default_factory=dict)  # upper-case keyword -> parameters as sent
    tls: bool = False
    authenticated: bool = False
    lmtp: bool = False
    own: tuple[str, ...] = ()  # names we go by, the usual one first
    senders: tuple[str, ...] = ()  # the newest first
    recipients: tuple[str, ...] = ()
    size: int = 0  # octets of the message that is written already; 0: none
    chunk: str = ""  # the BDAT that sends it, where one may come


@value
class Candidate:
    """``line`` is what stands in the prompt when it is taken, ``shown`` the part of it that is proposed."""

    line: str
    shown: str


#: How a verb goes on, up to where the person's own words begin.
FORMS: Final[dict[str, str]] = {
    "HELO": "HELO ",
    "EHLO": "EHLO ",
    "LHLO": "LHLO ",
    "MAIL": "MAIL FROM:<",
    "RCPT": "RCPT TO:<",
    "AUTH": "AUTH ",
    "BDAT": "BDAT ",
    "VRFY": "VRFY ",
    "EXPN": "EXPN ",
    "ETRN": "ETRN ",
    "XCLIENT": "XCLIENT ",
    "XFORWARD": "XFORWARD ",
}

#: Verbs that only an extension brings, and its keyword.
_OFFERED_AS: Final[dict[str, str]] = {
    "STARTTLS": "STARTTLS",
    "AUTH": "AUTH",
    "BDAT": "CHUNKING",
    "ETRN": "ETRN",
    "XCLIENT": "XCLIENT",
    "XFORWARD": "XFORWARD",
}
#: No standard says when these may come, so ``LEGAL`` does not know them.
_OF_PROXIES: Final = ("XCLIENT", "XFORWARD")

#: The verb, the keyword of an extension, and what it lets one write behind the path.
_PARAMETERS: Final[dict[str, tuple[tuple[str, tuple[str, ...]], ...]]] = {
    "MAIL": (
        ("SIZE", ("SIZE=",)),  # RFC 1870
        ("8BITMIME", ("BODY=8BITMIME", "BODY=7BIT")),  # RFC 6152
        ("BINARYMIME", ("BODY=BINARYMIME",)),  # RFC 3030
        ("SMTPUTF8", ("SMTPUTF8",)),  # RFC 6531
        ("DSN", ("RET=FULL", "RET=HDRS", "ENVID=")),  # RFC 3461
        ("AUTH", ("AUTH=<>",)),  # RFC 4954 §5
        ("DELIVERBY", ("BY=",)),  # RFC 2852
        ("FUTURERELEASE", ("HOLDFOR=", "HOLDUNTIL=")),  # RFC 4865
        ("MT-PRIORITY", ("MT-PRIORITY=",)),  # RFC 6710
        ("REQUIRETLS", ("REQUIRETLS",)),  # RFC 8689
    ),
    "RCPT": (
        ("DSN", ("NOTIFY=NEVER", "NOTIFY=SUCCESS,FAILURE,DELAY", "ORCPT=rfc822;")),
        ("RRVS", ("RRVS=",)),  # RFC 7293
    ),
    "VRFY": (("SMTPUTF8", ("SMTPUTF8",)),),  # RFC 6531 §3.7.4.2
    "EXPN": (("SMTPUTF8", ("SMTPUTF8",)),),
}
#: Parameters whose value is a list, each word of it once (RFC 3461 §4.1).
_LISTS: Final[dict[str, tuple[str, ...]]] = {"NOTIFY": ("SUCCESS", "FAILURE", "DELAY")}

_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.+-]*")
_COMMAND: Final = re.compile(r"([A-Za-z]+)([ \t]+)(.*)", re.DOTALL)


def candidates(
    text: str, known: Known, *, past: Sequence[str] = (), names: Iterable[str] = ()
) -> tuple[Candidate, ...]:
    """Lines that begin with ``text``, whatever the case: what fits where it ends, or where nothing does lines
    of the ``past`` (oldest first, offered newest first). A line that begins with ``/`` completes to ``names``
    (without their slash); one with a blank in it, ``help SIZE``, is a name and what may follow it."""
    if text.startswith("/"):
        return _names(text, tuple(names))
    command = _COMMAND.fullmatch(text)
    if command is None:
        fitting = _fitting(text, "", _verbs(known))
    else:
        verb, blanks, rest = command.groups()
        argument = _ARGUMENTS.get(verb.upper(), _nothing)
        fitting = argument(f"{verb}{blanks}", rest, known)
    return fitting or (
        _fitting(text, "", (one for one in reversed(past) if _fits(one, known))) if text else ()
    )


def _fitting(typed: str, before: str, offered: Iterable[str], behind: str = "") -> tuple[Candidate, ...]:
    """Those of ``offered`` that go on where ``typed``, the word under way, ends; ``before`` is what stands
    before it and stays."""
    start = typed.lower()
    return tuple(
        Candidate(before + one + behind, one.rstrip() or one)
        for one in dict.fromkeys(offered)
        if one.lower().startswith(start) and (one + behind).rstrip() != typed.rstrip()
    )


def _names(text: str, names: tuple[str, ...]) -> tuple[Candidate, ...]:
    name, blank, rest = text[1:].partition(" ")
    if not blank:
        return _fitting(text, "", (f"/{one}" for one in names if " " not in one))
    behind = (one.partition(" ") for one in names)
    return _fitting(rest, f"/{name} ", (word for verb, _, word in behind if word and verb == name.lower()))


def _verbs(known: Known) -> Iterator[str]:
    for verb in LEGAL[known.phase]:
        if _may_be_said(verb, known):
            yield FORMS.get(verb, verb)
    if known.phase is Phase.READY:
        yield from (FORMS[verb] for verb in _OF_PROXIES if _may_be_said(verb, known))


def _fits(line: str, known: Known) -> bool:
    """No greeting of the other protocol: LMTP has LHLO alone, and SMTP has none (RFC 2033 §4.1)."""
    verb = line.split(None, 1)[0].upper() if line.strip() else ""
    return verb not in HELLO or (verb == "LHLO") is known.lmtp


def _may_be_said(verb: str, known: Known) -> bool:
    if not _fits(verb, known):
        return False
    if (verb == "STARTTLS" and known.tls) or (verb == "AUTH" and known.authenticated):
        return False
    return verb not in _OFFERED_AS or _OFFERED_AS[verb] in known.extensions


# -- what follows the verb: what stands before it, what was typed of it, and what is known

_Argument = Callable[[str, str, Known], tuple[Candidate, ...]]


def _nothing(before: str, typed: str, known: Known) -> tuple[Candidate, ...]:
    return ()


def _own_name(before: str, typed: str, known: Known) -> tuple[Candidate, ...]:
    return _fitting(typed, before, known.own)


def _path(before: str, typed: str, known: Known) -> tuple[Candidate, ...]:
    verb = before.strip().upper()
    opening = f"{KEYWORDS[verb]}:<"
    if opening.startswith(typed.upper()) and typed.upper() != opening:
        return _fitting(typed, before, (opening,))
    if not typed.upper().startswith(opening):
        return ()
    end = closing_bracket(typed, len(opening) - 1)
    if end < 0:
        head, address = typed[: len(opening)], typed[len(opening) :]
        return _addresses(before + head, address, verb, known)
    return _parameters(
        before + typed[: end + 1], typed[end + 1 :], verb, known, path=typed[len(opening) : end]
    )


def _addresses(before: str, typed: str, verb: str, known: Known) -> tuple[Candidate, ...]:
    used = (known.senders, known.recipients)
    own, others = used if verb == "MAIL" else used[::-1]
    null = ("",) if verb == "MAIL" and not typed else ()
    whole = _fitting(typed, before, (*own, *others), ">")
    local, at, domain = typed.rpartition("@")
    if at and not whole:  # of another mailbox there the domain is known
        domains = (one.rpartition("@")[2] for one in (*own, *others) if "@" in one)
        whole = _fitting(domain, f"{before}{local}@", domains, ">")
    return (*whole, *(Candidate(f"{before}{one}>", "<>") for one in null))


def _parameters(before: str, typed: str, verb: str, known: Known, *, path: str = "") -> tuple[Candidate, ...]:
    """Behind the path: parameters whose extension was offered, each name once."""
    *given, word = typed.split(" ")
    before = f"{before}{' '.join(given)} "
    name, equals, listed = word.partition("=")
    if equals and "," in listed and name.upper() in _LISTS:
        chosen, _, begun = word.rpartition(",")
        said = listed.upper().split(",")[:-1]
        left = (one for one in _LISTS[name.upper()] if one not in said)
        return _fitting(begun, f"{before}{chosen},", left)
    taken = {one.partition("=")[0].upper() for one in given}
    forms = (
        _with_value(form, path, known)
        for keyword, forms in _PARAMETERS.get(verb, ())
        if keyword in known.extensions
        for form in (*forms, *_members(name if equals else "", forms))
    )
    return _fitting(word, before, (form for form in forms if form.partition("=")[0] not in taken))


def _members(name: str, forms: tuple[str, ...]) -> Iterator[str]:
    """The words of a list one by one, once its name was typed."""
    if any(form.startswith(f"{name.upper()}=") for form in forms):
        yield from (f"{name.upper()}={one}" for one in _LISTS.get(name.upper(), ()))


def _with_value(form: str, path: str, known: Known) -> str:
    """The form with its value where that is known."""
    if form == "SIZE=" and known.size:
        return f"SIZE={known.size}"
    if form == "ORCPT=rfc822;":
        return f"ORCPT=utf-8;{path}" if not path.isascii() else form + _xtext(path)
    return form


def _xtext(text: str) -> str:
    """RFC 3461 §4."""
    return "".join(char if "!" <= char <= "~" and char not in "+=" else f"+{ord(char):02X}" for char in text)


def _words_offered(keyword: str) -> Callable[[Known], tuple[str, ...]]:
    def words(known: Known) -> tuple[str, ...]:
        return tuple(one for one in known.extensions.get(keyword, "").split() if _WORD.fullmatch(one))

    return words


_mechanisms = _words_offered("AUTH")


def _mechanism(before: str, typed: str, known: Known) -> tuple[Candidate, ...]:
    return _fitting(typed, before, (one.upper() for one in _mechanisms(known)))


def _attributes(before: str, typed: str, known: Known) -> tuple[Candidate, ...]:
    """``NAME=VALUE`` as Postfix's XCLIENT and XFORWARD list the names in their offers."""
    verb = before.strip().upper()
    *given, word = typed.split(" ")
    taken = {one.partition("=")[0].upper() for one in given}
    names = (one.upper() for one in _words_offered(verb)(known))
    before = "".join((before, *(f"{one} " for one in given)))
    return _fitting(word, before, (f"{name}=" for name in names if name not in taken))


def _mailbox(before: str, typed: str, known: Known) -> tuple[Candidate, ...]:
    verb = before.strip().upper()
    mailbox, blank, rest = typed.partition(" ")
    if blank:
        return _parameters(before + mailbox, f" {rest}", verb, known)
    return _fitting(typed, before, (*known.recipients, *known.senders))


def _domain(before: str, typed: str, known: Known) -> tuple[Candidate, ...]:
    domains = (one.rpartition("@")[2] for one in (*known.recipients, *known.senders) if "@" in one)
    return _fitting(typed, before, (*domains, *known.own))


def _topic(before: str, typed: str, known: Known) -> tuple[Candidate, ...]:
    topics = ("HELO", "EHLO", "LHLO", *LEGAL[Phase.READY], *LEGAL[Phase.RCPT])
    return _fitting(typed, before, (one for one in topics if _fits(one, known)))


def _count(before: str, typed: str, known: Known) -> tuple[Candidate, ...]:
    count = known.chunk.partition(" ")[2]
    return _fitting(typed, before, (count,)) if count else ()


_ARGUMENTS: Final[dict[str, _Argument]] = {
    **dict.fromkeys(HELLO, _own_name),
    **dict.fromkeys(KEYWORDS, _path),
    **dict.fromkeys(_OF_PROXIES, _attributes),
    "AUTH": _mechanism,
    "BDAT": _count,
    "VRFY": _mailbox,
    "EXPN": _mailbox,
    "ETRN": _domain,
    "HELP": _topic,
}
