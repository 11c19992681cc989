"""Help for one name: an extension, a parameter of one, or a command. What it is for, where it stands, the
form to type, and whether this server offers it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tui.practice.state import Practice
from tui.smtp.display import visible
from tui.smtp.parameters import extension_of
from tui.values import value
from tui.words import verbs
from tui.words.guide import Guide, Paragraph, Section, say
from tui.words.language import N_, NC_, gettext, pgettext
from tui.words.language import gettext as _
from tui.words.lines import FORMS, form, line


@value
class _Help:
    """``forms``: what to type, and what it does; English, of each only the words are translated."""

    about: str
    rfc: str
    forms: tuple[tuple[str, str], ...] = ()


_HELP: Final[Mapping[str, _Help]] = {
    "SIZE": _Help(
        N_(
            "The server tells how large a message may be, and can refuse one before a single octet of "
            "it is sent."
        ),
        "RFC 1870",
        ((N_("MAIL FROM:<address> SIZE=5000"), N_("the message has about 5000 octets")),),
    ),
    "8BITMIME": _Help(
        N_("Text with letters beyond ASCII goes through as it is. Without it such text is encoded before."),
        "RFC 6152",
        (
            (N_("MAIL FROM:<address> BODY=8BITMIME"), N_("8-bit text follows")),
            (N_("MAIL FROM:<address> BODY=7BIT"), N_("ASCII alone follows")),
        ),
    ),
    "SMTPUTF8": _Help(
        N_(
            "Addresses and header lines may be in any script. Every server on the way has to know it, or the "
            "mail comes back."
        ),
        "RFC 6531",
        ((N_("MAIL FROM:<address> SMTPUTF8"), N_("for this mail, RCPT TO included")),),
    ),
    "DSN": _Help(
        N_("The sender says when a report is wanted: of delivery, failure or delay, and what it is to hold."),
        "RFC 3461",
        (
            (N_("MAIL FROM:<address> RET=HDRS ENVID=id1"), N_("reports hold the header, and this name")),
            (N_("RCPT TO:<address> NOTIFY=SUCCESS,FAILURE"), N_("or DELAY; or NEVER alone")),
            (N_("RCPT TO:<address> ORCPT=rfc822;bob@example.org"), N_("to whom it was sent at first")),
        ),
    ),
    "PIPELINING": _Help(
        N_(
            "Commands may go out without waiting for each reply; the replies come in the same order. EHLO, "
            "DATA, QUIT and the like have to be the last of a group."
        ),
        "RFC 2920",
        ((N_("paste several lines"), N_("then send them at once")),),
    ),
    "CHUNKING": _Help(
        N_("The message is sent as counted octets: no dot ends it, and none is doubled."),
        "RFC 3030",
        (
            (N_("BDAT 86"), N_("86 octets follow, CR LF is two of them")),
            (N_("BDAT 14 LAST"), N_("14 more, and that is all")),
        ),
    ),
    "BINARYMIME": _Help(
        N_("The message may hold any octets, NUL and bare CR or LF too. It needs CHUNKING."),
        "RFC 3030",
        ((N_("MAIL FROM:<address> BODY=BINARYMIME"), N_("then BDAT, never DATA")),),
    ),
    "ENHANCEDSTATUSCODES": _Help(
        N_(
            "Behind the code stands a finer one: class, subject and detail. 5.1.1 is for good, the address, "
            "no such mailbox. There is nothing to type."
        ),
        "RFC 2034, RFC 3463",
    ),
    "STARTTLS": _Help(
        N_("The connection is encrypted from here on. Greet again after it: what was said before is void."),
        "RFC 3207",
        (("STARTTLS", N_("alone on its line; the handshake follows the 220")),),
    ),
    "AUTH": _Help(
        N_(
            "Logging in. Behind the word stand the ways that the server knows; over TLS only, if you "
            "can choose."
        ),
        "RFC 4954",
        (
            ("AUTH PLAIN", N_("then base64 of NUL user NUL password")),
            ("AUTH LOGIN", N_("then base64 of the user, base64 of the password")),
            ("AUTH CRAM-MD5", N_("a challenge, the password itself is not sent")),
            ("*", N_("gives up a login that is under way")),
        ),
    ),
    "VRFY": _Help(
        N_("Asks whether a mailbox exists. Most servers answer 252, which tells nothing, or refuse."),
        "RFC 5321 §3.5.1",
        ((N_("VRFY bob"), N_("a name or an address")),),
    ),
    "EXPN": _Help(
        N_("Asks who is on a mailing list. Hardly any server still tells strangers."),
        "RFC 5321 §3.5.2",
        ((N_("EXPN staff"), N_("the name of a list")),),
    ),
    "ETRN": _Help(
        N_(
            "Asks the server to start sending the mail that waits for a domain, by a new connection of "
            "its own."
        ),
        "RFC 1985",
        (
            (N_("ETRN example.org"), N_("of this domain")),
            (N_("ETRN @example.org"), N_("of all below it too")),
            (N_("ETRN #queue"), N_("of a queue of this name")),
        ),
    ),
    "ATRN": _Help(
        N_("After a login the two ends change roles, and the mail that waits comes over this connection."),
        "RFC 2645",
        ((N_("ATRN example.org"), N_("its mail, now")),),
    ),
    "HELP": _Help(
        N_("The server says which commands it knows, in words of its own."),
        "RFC 5321 §4.1.1.8",
        (("HELP", N_("in general")), ("HELP MAIL", N_("about one command"))),
    ),
    "XCLIENT": _Help(
        N_(
            "Postfix: a proxy or a tester that the server trusts speaks for another client. The session "
            "begins anew after the 220."
        ),
        "Postfix XCLIENT_README",
        ((N_("XCLIENT ADDR=192.0.2.7 NAME=host.example"), N_("as if that machine had connected")),),
    ),
    "XFORWARD": _Help(
        N_("Postfix: a filter tells for its log where a mail came from. It gives no rights."),
        "Postfix XFORWARD_README",
        ((N_("XFORWARD ADDR=192.0.2.7 NAME=host.example"), N_("before MAIL FROM")),),
    ),
    "PROXY": _Help(
        N_(
            "Not SMTP: one line before everything else, in which a load balancer says who is connected. A "
            "server that does not expect it takes it for a command."
        ),
        "HAProxy proxy-protocol.txt",
        (("--proxy v1", N_("or v2, when smtptutor connects")),),
    ),
    "LIMITS": _Help(
        N_("The server says how much it takes: MAILMAX mails in a session, RCPTMAX recipients of a mail."),
        "RFC 9422",
    ),
    "DELIVERBY": _Help(
        N_(
            "A mail has to be there in so many seconds; after that it is given back (R), or a notice "
            "is sent (N)."
        ),
        "RFC 2852",
        ((N_("MAIL FROM:<address> BY=3600;R"), N_("in an hour, or back")),),
    ),
    "MT-PRIORITY": _Help(
        N_("Urgent mail overtakes other mail, from -9 to 9; 0 is usual. Used where somebody polices it."),
        "RFC 6710",
        ((N_("MAIL FROM:<address> MT-PRIORITY=3"), N_("before the usual")),),
    ),
    "REQUIRETLS": _Help(
        N_("This mail goes on over verified TLS all the way, or comes back. Offered inside TLS only."),
        "RFC 8689",
        ((N_("MAIL FROM:<address> REQUIRETLS"), N_("for this mail")),),
    ),
    "FUTURERELEASE": _Help(
        N_("The server keeps a mail until later and only then sends it on."),
        "RFC 4865",
        (
            (N_("MAIL FROM:<address> HOLDFOR=3600"), N_("for an hour")),
            (N_("MAIL FROM:<address> HOLDUNTIL=2030-01-01T08:00:00Z"), N_("until then")),
        ),
    ),
    "RRVS": _Help(
        N_(
            "Deliver only if the mailbox has not changed hands since then: addresses are given to new "
            "people."
        ),
        "RFC 7293",
        ((N_("RCPT TO:<address> RRVS=2020-01-01T00:00:00Z"), N_("the same owner since")),),
    ),
    "BURL": _Help(
        N_("The server fetches the text, or a part of it, from an IMAP server itself. After a login only."),
        "RFC 4468",
        ((N_("BURL imap://... LAST"), N_("in the place of BDAT")),),
    ),
    "NO-SOLICITING": _Help(
        N_("The server asks that advertising be marked, and not sent where it names the kind."),
        "RFC 3865",
        ((N_("MAIL FROM:<address> SOLICIT=org.example:ADV:ADLT"), N_("what kind it is")),),
    ),
    "LMTP": _Help(
        N_(
            "SMTP's brother for delivery inside a house: LHLO greets, and each recipient is answered "
            "behind the dot."
        ),
        "RFC 2033",
        (("--lmtp", N_("when smtptutor connects")), (N_("LHLO name"), N_("the only greeting"))),
    ),
}  # fmt: skip
#: Names by which the same is known.
_ALSO: Final[Mapping[str, str]] = {
    "BDAT": "CHUNKING",
    "LHLO": "LMTP",
    "BODY": "8BITMIME",
    "UTF8SMTP": "SMTPUTF8",
    "X-FORWARD": "XFORWARD",
}
#: No keyword of an EHLO reply.
_NEVER_OFFERED: Final = frozenset({"PROXY", "LMTP"})

NAMES: Final = tuple(_HELP)


def help_for(name: str, practice: Practice) -> Guide | None:
    """``name`` in any case: a keyword, a verb, or a parameter of MAIL or RCPT. None: nobody knows it."""
    word = name.strip().upper()
    keyword = _ALSO.get(word, word)
    if keyword not in _HELP:
        keyword = extension_of("MAIL", word) or extension_of("RCPT", word) or keyword
    if keyword in _HELP:
        sections = _of_extension(keyword, practice)
    elif verbs.known(word):
        typed = (form(word),) if word in FORMS else (line(word, ""),)
        sections = (_section("reply", _ABOUT, say(verbs.purpose(word))), _section("next", _TYPE, *typed))
    else:
        return None
    return Guide(sections)


def topics() -> tuple[str, ...]:
    """Every name that there is help for."""
    return (*NAMES, *(one for one in _ALSO if one not in NAMES), *(one for one in FORMS if one not in NAMES))


def unknown(name: str) -> str:
    """There is no help for it; what there is help for."""
    text = _("there is no help for {name}; there is for the commands, and for {names}")
    return text.format(name=visible(name.strip()), names=" ".join(NAMES))


_ABOUT, _TYPE, _HERE = NC_("section", "about"), NC_("section", "type"), NC_("section", "here")


def _of_extension(keyword: str, practice: Practice) -> tuple[Section, ...]:
    known = _HELP[keyword]
    told = say(f"{keyword} ({known.rfc})"), say(gettext(known.about))
    typed = tuple(line(_(text), _(gloss)) for text, gloss in known.forms)
    sections = [_section("reply", _ABOUT, *told)]
    if typed:
        sections.append(_section("next", _TYPE, *typed))
    here = tuple(say(one) for one in _offered(keyword, practice))
    if here:
        sections.append(_section("why", _HERE, *here))
    return tuple(sections)


def _offered(keyword: str, practice: Practice) -> Iterator[str]:
    if keyword in _NEVER_OFFERED:
        return
    if keyword in practice.extensions:
        offer = visible(f"{keyword} {practice.extensions[keyword]}".strip())
        yield _("This server offers it: {offer}").format(offer=offer)
    elif practice.helo in {"EHLO", "LHLO"}:
        yield _("This server does not offer it now.")
    else:
        yield _("Whether this server offers it, the reply to EHLO tells.")


def _section(key: str, label: str, *paragraphs: Paragraph) -> Section:
    return Section(key, pgettext("section", label), "", paragraphs)
