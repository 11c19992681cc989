"""What goes wrong at the sandbox on purpose: what each of it does, from when on, and what is misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from tui.practice.fault_lines import (
    CERTIFICATES,
    DEEDS,
    FORMS,
    Misspelling,
    MisspeltError,
    Trouble,
    brief,
    spelt,
    troubles,
)
from tui.practice.faults import ANY_COMMAND, BODY, STAGES, Fault, Greylist, Quota, Rate, Reply
from tui.practice.precedence import covers
from tui.smtp.display import visible
from tui.words.language import N_, ngettext, pgettext
from tui.words.language import gettext as _
from tui.words.prose import enumerated, quoted

if TYPE_CHECKING:
    from tui.practice.scenario import Server
    from tui.words.keys import Keys

_MINUTE: Final = 60
_HOUR: Final = 3600
#: Of ``--fault`` and ``/faults``, shown where one is wanted.
EXAMPLES: Final = ("rcpt=450", "mail:2=421 Too busy", "data=drop", "greeting=delay:5", "greylist=5m")

_DEEDS: Final = {
    "drop": N_("the line is lost, the connection cut"),
    "drop-unsaid": N_("the line is obeyed, and the connection is cut instead of the reply"),
    "drop-after": N_("the connection is cut behind the reply"),
    "silent": N_("no reply, and the connection stays"),
    "lose": N_("accepted with 250, and lost"),
}
_CERTIFICATES: Final = {
    "other-name": N_("the certificate is that of another server"),
    "expired": N_("the certificate is out of date"),
    "self-signed": N_("the certificate is signed by nobody but itself"),
}


#: What holds from the next connection on, by the keys of a server.
_LATER: Final[Mapping[str, str]] = {
    "certificate": N_("the certificate"),
    "tls_required": N_("that TLS comes first"),
    "offers": N_("what EHLO tells"),
    "withholds": N_("what EHLO tells"),
    "mechanisms": N_("who can log in, and how"),
    "account": N_("who can log in, and how"),
    "auth_in_clear": N_("who can log in, and how"),
    "login_required": N_("that a login comes first"),
    "domains": N_("who has a mailbox"),
    "unknown": N_("who has a mailbox"),
    "users": N_("who has a mailbox"),
    "bounces": N_("who has a mailbox"),
    "lists": N_("who has a mailbox"),
    "syntax": N_("how strictly it reads"),
    "helo_required": N_("how strictly it reads"),
    "proxy": N_("the PROXY header"),
    "limits": N_("limits of size and number"),
    "published": N_("what DNS says of senders"),
    "seen_from": N_("what DNS says of senders"),
}


def changed(before: Server, after: Server, keys: Keys) -> list[str]:
    """What holds from when on: what is new with its words, and before the rest."""
    said = []
    later = before.failing_as(after)
    if later != before:
        known = troubles(before)
        wrong = [spelt(one) for one in troubles(after) if one not in known and not isinstance(one, str)]
        wrong += [brief(one) for one in troubles(after) if one in known and not isinstance(one, str)]
        text = (
            _("from the next command on: {faults}")
            if wrong
            else _("from the next command on nothing goes wrong")
        )
        said.append(text.format(faults=visible(pgettext("faults", "; ").join(wrong))))
    if parts := later_parts(before, after):
        said.append(
            _("from the next connection on: {parts}; {connect} connects again").format(
                parts=enumerated(parts), connect=keys.connect
            )
        )
    return said or [_("that changes nothing")]


def switched_off(new: Trouble, old: Iterable[Trouble]) -> list[str]:
    """What went off because the new one leaves it nothing to do."""
    return [
        _("{old} is off now: it would never happen beside {new}").format(**_two(old=one, new=new))
        for one in old
    ]


def overruled(new: Trouble, old: Trouble) -> str:
    """One of the command line goes before the scenario's."""
    return _("--fault {new} holds instead of {old} of the scenario").format(**_two(new=new, old=old))


def unmet(trouble: Trouble, keyword: str) -> str:
    """Nobody comes so far; ``keyword``: the extension that is not offered, "" where a login comes first."""
    if keyword:
        sentence = _("{fault} happens to nobody here: {keyword} is not offered")
        return sentence.format(fault=visible(brief(trouble)), keyword=keyword)
    return _("{fault} happens to nobody here: who has logged in is not greylisted").format(
        fault=visible(brief(trouble))
    )


def never(other: Trouble, one: Trouble) -> str:
    """Two of the command line, of which the other one would never happen."""
    facts = _two(other=other, one=one)
    if type(one) is not type(other):
        return _("--fault {other} would never happen beside --fault {one}").format(**facts)
    if covers(other, one):
        return _("of --fault {one} and --fault {other} only one can hold: leave the other out").format(
            **facts
        )
    return _(
        "--fault {other} would never happen, as --fault {one} comes first: name it before that one"
    ).format(**facts)


def _two(**named: Trouble) -> dict[str, str]:
    """Their spellings; in full only where one could not tell them apart."""
    short = {name: brief(one) for name, one in named.items()}
    if len({*short.values()}) < len(short):
        short = {name: spelt(one) for name, one in named.items()}
    return {name: visible(text) for name, text in short.items()}


def when(keys: Keys) -> str:
    """What holds from when on, before anything is changed."""
    return _(
        "Faults hold from the next command on; the certificate, what EHLO tells and the personality from the "
        "next connection on: {connect}."
    ).format(connect=keys.connect)


def later_parts(before: Server, after: Server) -> list[str]:
    """What of it needs a new connection."""
    different = (key for key in _LATER if getattr(before, key) != getattr(after, key))
    return list(dict.fromkeys(_(_LATER[key]) for key in different))


def heading(name: str, personality: str, count: int) -> str:
    """What the sandbox is like now."""
    facts = {"name": visible(name), "personality": visible(personality)}
    if not count:
        return _("scenario {name}, as {personality}; no fault is on").format(**facts)
    return ngettext(
        "scenario {name}, as {personality}; {n} fault is on",
        "scenario {name}, as {personality}; {n} faults are on",
        count,
    ).format(n=count, **facts)


def state(*, on: bool) -> str:
    """Does it go wrong now?"""
    return pgettext("fault", "on") if on else pgettext("fault", "off")


def usage() -> list[str]:
    """How more is said, and taken back."""
    return [
        _("/faults STAGE=WHAT adds one: {examples}").format(examples=enumerated(EXAMPLES)),
        _(
            "/faults off 1 switches the first one off, on 1 on again, del 1 takes it away, 1 STAGE=WHAT "
            "changes it; off, on and del alone mean all"
        ),
        _("/scenario and /persona list what else the sandbox can be; /clock 5m lets time pass"),
    ]


def scenario_usage() -> str:
    """How another one is taken."""
    return _("/scenario NAME takes another, /scenario FILE.toml one of your own")


def no_number(text: str, count: int) -> str:
    """What stands behind on, off or del is no number of a fault."""
    if not count:
        return _("{part}: nothing goes wrong, so there is nothing to switch").format(part=quoted(text))
    return ngettext(
        "{part} names no fault; there is {n}, and /faults lists it",
        "{part} names no fault; there are {n}, and /faults lists them",
        count,
    ).format(part=quoted(text), n=count)


def unknown(word: str, names: Iterable[str]) -> str:
    """Neither a scenario nor a fault."""
    return _("{word} is no scenario and no fault; there are {names}, and {examples}").format(
        word=quoted(word), names=enumerated(names), examples=enumerated(EXAMPLES)
    )


def not_here() -> str:
    """A REAL server is as it is."""
    return _("only the sandbox fails on purpose, and this is another server")


def not_in_exercise() -> str:
    """Its server belongs to it."""
    return _("the server of an exercise stays as it is; /free practises freely")


def passed(seconds: float, now: float) -> str:
    """The clock was stepped."""
    return _("{step} pass at the sandbox; its clock stands at {clock}").format(
        step=duration(seconds), clock=clock(now)
    )


def clock(seconds: float) -> str:
    """As the strip shows it."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes:02}:{rest:02}"


def duration(seconds: float) -> str:
    """In one unit, where that is possible."""
    if seconds >= _HOUR and seconds % _HOUR == 0:
        return ngettext("{n} hour", "{n} hours", int(seconds // _HOUR)).format(n=int(seconds // _HOUR))
    if seconds >= _MINUTE and seconds % _MINUTE == 0:
        minutes = int(seconds // _MINUTE)
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    return ngettext("{n} second", "{n} seconds", int(seconds)).format(n=f"{seconds:g}")


def lost(count: int) -> str:
    """Said once they are gone."""
    return ngettext(
        "the sandbox said 250 and lost {n} mail: it is in no inbox, and nobody is told",
        "the sandbox said 250 and lost {n} mails: they are in no inbox, and nobody is told",
        count,
    ).format(n=count)


def too_large(limit: int) -> str:
    """Said behind the refusal; without a full stop."""
    return _(
        "a message may have {limit} octets at this sandbox; a scenario file sets another size, by "
        "message_octets under [limits]"
    ).format(limit=f"{limit:,}")


def missing(count: int) -> str:
    """Said where they would lie."""
    return ngettext(
        "{n} mail was accepted and lost: it is not here",
        "{n} mails were accepted and lost: they are not here",
        count,
    ).format(n=count)


def misspelt(error: MisspeltError) -> str:
    """What is wrong with a line, and what it could be; without its full stop."""
    return {
        Misspelling.NO_EQUALS: _("{part} is no fault; {examples} are"),
        Misspelling.STAGE: _("{part} is no stage; there are {stages}; beside them {forms}"),
        Misspelling.RATE_STAGE: _("{part} is no stage that a rate can have; there are {allowed}"),
        Misspelling.WHICH: _("{part} does not say which times: 2, 2- (from then on) or 2-4"),
        Misspelling.WHAT: _(
            "{part} is nothing that can happen; it can be a reply such as 450 or 421 Too busy, {deeds}, "
            "delay:SECONDS or slow:OCTETS"
        ),
        Misspelling.SECONDS: _("{part} is no time; 5, 5m and 1h are, a day at most"),
        Misspelling.NUMBER: _("{part} is no number that fits here; write {allowed}"),
        Misspelling.CERTIFICATE: _("{part} is no certificate; there are {certificates}"),
        Misspelling.FORM: _("{part} is not how that is written; {allowed} is"),
        Misspelling.ONLY_CLOSING: _(
            "{part} cannot be said at any command; 421, drop, drop-unsaid, drop-after, silent, delay:5 and "
            "slow:8 can"
        ),
        Misspelling.SUCCESS: _(
            "{part} grants nothing at that stage; there {allowed} does, or 4xx and 5xx refuse"
        ),
        Misspelling.TEXT: _(
            "{part} is no reply: a code from 200 to 599, and at most 500 plain ASCII characters"
        ),
        Misspelling.NO_MATCH: _(
            "behind {part} nothing stands that a pattern could fit; behind {allowed} it does"
        ),
        Misspelling.NO_PATTERN: _("behind the comma of {part} a pattern is missing, such as {allowed}"),
        Misspelling.NO_FIT: _(
            "{part} fits nothing that can be said at that stage, so it would never happen; patterns such as "
            "{allowed} do"
        ),
        Misspelling.AT_THE_END: _(
            "{part} changes nothing at quit: behind that reply the connection ends anyway"
        ),
        Misspelling.ONCE: _("{part} comes once on a connection, so a time is needed: {allowed}"),
        Misspelling.LOSE: _("only a message can be lost: message=lose"),
        Misspelling.IN_BODY: _("{part} cannot happen inside a message; body=drop and body=silent can"),
        Misspelling.PUT_OFF: _("{part} does not put off: greylisting takes a reply that begins with 4"),
        Misspelling.REFUSAL: _(
            "{part} does not refuse: it takes a reply that begins with 4 or 5, in plain ASCII"
        ),
        Misspelling.USER: _("{part} is no local part in lower case, or a pattern for some, such as b*"),
    }[error.misspelling].format(
        part=quoted(error.part),
        examples=enumerated(EXAMPLES),
        stages=enumerated((*STAGES, ANY_COMMAND, BODY)),
        deeds=enumerated(DEEDS),
        certificates=enumerated(CERTIFICATES),
        forms=enumerated(FORMS.values()),
        allowed=enumerated(error.allowed),
    )


def effect(trouble: Trouble) -> str:
    """What it does, in a few words."""
    match trouble:
        case Reply():
            return _("a reply of choice")
        case Fault(do="delay", seconds=seconds):
            return _("the reply comes {seconds:g} s late").format(seconds=seconds)
        case Fault(do="slow", octets_per_second=pace):
            return ngettext(
                "the reply comes at {n} octet a second", "the reply comes at {n} octets a second", pace or 0
            ).format(n=pace)
        case Fault(do=do):
            return _(_DEEDS[do])
        case Greylist():
            return _("a first attempt is put off")
        case Quota():
            return _("what fits into a mailbox")
        case Rate():
            return _("how often it may be asked")
        case _:
            return _(_CERTIFICATES.get(trouble, ""))
