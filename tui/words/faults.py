"""What goes wrong at the sandbox on purpose: what each of it does, from when on, and what is misspelt."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import msgspec

from tui.practice.fault_lines import (
    CERTIFICATES,
    DEEDS,
    Misspelling,
    MisspeltError,
    Trouble,
    spelt,
    troubles,
)
from tui.practice.faults import ANY_COMMAND, BODY, STAGES, Fault, Greylist, Quota, Rate, Reply
from tui.smtp.display import visible
from tui.words.language import N_, ngettext
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
    "drop": N_("the connection is cut, the line has no effect"),
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


def changed(before: Server, after: Server, keys: Keys) -> list[str]:
    """What holds from when on."""
    said = []
    now, later = after.failing_as(before), before.failing_as(after)
    if later != before:
        wrong = [spelt(one) for one in troubles(after) if not isinstance(one, str)]
        text = (
            _("from the next command on: {faults}")
            if wrong
            else _("from the next command on nothing goes wrong")
        )
        said.append(text.format(faults=visible(", ".join(wrong))))
    if without_name(now) != without_name(before):
        said.append(
            _("what EHLO tells, TLS, limits: from the next connection on; {connect}").format(
                connect=keys.connect
            )
        )
    return said or [_("that changes nothing")]


def heading(name: str, count: int) -> str:
    """What goes wrong now."""
    if not count:
        return _("scenario {name}; nothing goes wrong on purpose").format(name=visible(name))
    return ngettext(
        "scenario {name}; {n} thing goes wrong on purpose",
        "scenario {name}; {n} things go wrong on purpose",
        count,
    ).format(name=visible(name), n=count)


def usage() -> list[str]:
    """How more is said, and taken back."""
    return [
        _("/faults STAGE=WHAT adds one: {examples}").format(examples=", ".join(EXAMPLES)),
        _("/faults off 1 takes the first one away, /faults off all of them; /clock 5m lets time pass"),
    ]


def first_usage() -> str:
    """What to type where one is wanted."""
    return _("STAGE=WHAT, as {examples}").format(examples=", ".join(EXAMPLES))


def unknown(word: str, names: Iterable[str]) -> str:
    """Neither a scenario nor a fault."""
    return _("{word} is no scenario and no fault; there are {names}, and {examples}").format(
        word=quoted(word), names=", ".join(names), examples=", ".join(EXAMPLES)
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


def without_name(server: Server) -> dict[str, object]:
    """What it is like, whatever it is called."""
    return {key: value for key, value in msgspec.structs.asdict(server).items() if key not in {"id", "about"}}


def misspelt(error: MisspeltError) -> str:
    """What is wrong with a line, and what it could be; without its full stop."""
    return {
        Misspelling.NO_EQUALS: _("{part} is no fault; {examples} are"),
        Misspelling.STAGE: _("{part} is no stage; there are {stages}"),
        Misspelling.WHICH: _("{part} does not say which times: 2, 2- (from then on) or 2-4"),
        Misspelling.WHAT: _(
            "{part} is nothing that can happen; it can be a reply such as 450 or 421 Too busy, {deeds}, "
            "delay:SECONDS or slow:OCTETS"
        ),
        Misspelling.SECONDS: _("{part} is no time; 5, 5m and 1h are, a day at most"),
        Misspelling.NUMBER: _("{part} is no number that fits here"),
        Misspelling.CERTIFICATE: _("{part} is no certificate; there are {certificates}"),
        Misspelling.NOT_THERE: _(
            "{part} cannot happen there: no such reply, or nothing of the kind, fits that stage"
        ),
    }[error.misspelling].format(
        part=quoted(error.part),
        examples=enumerated(EXAMPLES),
        stages=enumerated((*STAGES, ANY_COMMAND, BODY)),
        deeds=enumerated(DEEDS),
        certificates=enumerated(CERTIFICATES),
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
