"""Faults as they are typed and listed: forms to begin with, what a part of one may be, what one says in
columns, and F1 on the page where they are chosen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tui.practice import fault_lines
from tui.practice.fault_lines import CERTIFICATES, DEEDS, FOR_GOOD, MisspeltError, Trouble, spelt
from tui.practice.faults import ANY_COMMAND, BODY, STAGES, Fault, Greylist, Quota, Rate, Reply
from tui.smtp.display import visible
from tui.values import value
from tui.words.faults import duration, effect, misspelt
from tui.words.guide import Guide, Pair, Run, Section, Tone, say
from tui.words.language import N_, ngettext, pgettext
from tui.words.language import gettext as _
from tui.words.prose import enumerated

if TYPE_CHECKING:
    from tui.words.keys import Keys

_OTHERS: Final = ("greylist", "quota", "rate:", "certificate")

#: Lines to begin with, and what each is for; "": what it does.
_FORMS: Final = (
    ("rcpt=450", N_("a reply at a stage")),
    ("mail:2=421 Too busy", N_("the second time only, in your own words")),
    ("rcpt,*@slow.test=452", N_("where the address, or the argument, fits")),
    ("command:4-=421", N_("from the fourth command of a connection on")),
    ("starttls=454", N_("STARTTLS is offered, and then not there")),
    ("data=drop", ""),
    ("body=drop", N_("the connection is cut before the final dot")),
    ("message=drop-unsaid", N_("accepted, and cut instead of the 250")),
    ("message=drop-after", ""),
    ("greeting=delay:5", ""),
    ("helo=slow:8", ""),
    ("greeting=silent", ""),
    ("message=lose", ""),
    ("greylist=5m", ""),
    ("quota,bob=2", ""),
    ("rate:mail=3/1m", ""),
    ("certificate=expired", ""),
)


@value
class Columns:
    """A fault beside others: where, how often, for whom, what."""

    stage: str
    times: str
    match: str
    what: str


def forms() -> list[tuple[str, str]]:
    """Lines to begin with, and what each is for."""
    return [(line, _(about) if about else effect(fault_lines.read(line))) for line, about in _FORMS]


def columns(trouble: Trouble) -> Columns:
    """What it says; visible."""
    match trouble:
        case Reply(stage=stage, say=say):
            return Columns(stage, _times(trouble), visible(trouble.match or trouble.address), visible(say))
        case Fault(stage=stage):
            return Columns(stage, _times(trouble), visible(trouble.match), effect(trouble))
        case Greylist(seconds=seconds, say=say):
            return Columns("greylist", duration(seconds), "", visible(say))
        case Quota(user=user, messages=messages, octets=octets, say=say):
            room = (
                [ngettext("{n} mail", "{n} mails", messages).format(n=messages)]
                if messages is not None
                else []
            )
            room += (
                [ngettext("{n} octet", "{n} octets", octets).format(n=octets)] if octets is not None else []
            )
            return Columns("quota", enumerated(room), "" if user == "*" else visible(user), visible(say))
        case Rate(stage=stage, count=count, seconds=seconds, say=say):
            within = _("a connection") if seconds is None else duration(seconds)
            return Columns(f"rate:{stage}", f"{count} / {within}", "", visible(say))
        case _:
            return Columns("certificate", trouble, "", effect(trouble))


def _times(aimed: Reply | Fault) -> str:
    if aimed.times == 1:
        return _("time {n}").format(n=aimed.first)
    if aimed.times is not None:
        return _("times {first} to {last}").format(first=aimed.first, last=aimed.first + aimed.times - 1)
    return _("from time {n} on").format(n=aimed.first) if aimed.first > 1 else _("always")


def holds(trouble: Trouble, keys: Keys) -> str:
    """From when on it goes wrong."""
    if isinstance(trouble, str):
        return _("from the next connection on; {connect}").format(connect=keys.connect)
    return _("from the next command on")


def preview(text: str, keys: Keys) -> str:
    """What the line that is being typed would do, or what may stand where it stops."""
    if not text.strip():
        return _("STAGE=WHAT. Down and Enter put one of the forms in this line, F1 explains them.")
    if "=" not in text:
        return _may_begin(text)
    try:
        trouble = fault_lines.read(text)
    except MisspeltError as error:
        return misspelt(error) if error.misspelling in FOR_GOOD else _may_follow(text)
    said = columns(trouble)
    aim = enumerated(one for one in (said.stage, said.times, said.match) if one)
    return _("{aim}: {what}; {holds}").format(aim=aim, what=said.what, holds=holds(trouble, keys))


def _may_begin(text: str) -> str:
    begun = re.split("[:,]", text.strip().lower(), maxsplit=1)[0]
    names = (*STAGES, ANY_COMMAND, BODY, *_OTHERS)
    if ":" in text or "," in text:
        return _(
            ":2 the second time, :2- from then on, :2-4; ,PATTERN whom it concerns; then = and what happens"
        )
    fit = [one for one in names if one.startswith(begun)]
    return _("stage: {stages}").format(stages=enumerated(fit or names))


def _may_follow(text: str) -> str:
    name = re.split("[:,=]", text.strip(), maxsplit=1)[0].strip().lower()
    own = {
        "greylist": _("a time: 30, 5m, 1h; then a reply with 4 of your own"),
        "quota": _("mails: 2, or 5000 octets, or both; then a reply with 4 or 5 of your own"),
        "rate": _("how many, and in what time: 3/1m; without a time on one connection"),
        "certificate": enumerated(one for one in CERTIFICATES if one != "good"),
    }
    usual = _("a reply as 450 or 421 Too busy, {deeds}, delay:5, slow:8").format(deeds=enumerated(DEEDS))
    return own.get(name, usual)


def spelling(trouble: Trouble) -> str:
    """The line that says it; visible."""
    return visible(spelt(trouble))


def help_() -> Guide:
    """F1 on the page."""
    stages = enumerated((*STAGES, ANY_COMMAND, BODY))
    line = (
        say(_("STAGE=WHAT, and if you like STAGE:TIMES,PATTERN=WHAT.")),
        _pair("STAGE", stages),
        _pair(":TIMES", _("2: the second time; 2-: from then on; 2-4. command counts in each connection.")),
        _pair(",PATTERN", _("* and ? fit anything: whose address, or argument, it concerns.")),
        _pair("=450 TEXT", _("a reply: a code alone gets words, and 421 closes the connection.")),
        _pair("=delay:5", _("seconds before the reply (5m, 1h); =slow:8: octets a second.")),
        _pair("=drop", _("the line has no effect, and the connection is cut.")),
        _pair("=drop-unsaid", _("the line is obeyed, and cut instead of the reply; drop-after: behind it.")),
        _pair("=silent", _("no reply, and the connection stays; message=lose: 250, and lost.")),
    )
    also = (
        _pair(
            "greylist=5m", _("each sender, recipient and client has to come again; not who has logged in.")
        ),
        _pair("quota,bob=2", _("mails (or 5000 octets) that fit into a mailbox; deleting makes room.")),
        _pair(
            "rate:mail=3/1m", _("so many, from one login or one address; without a time on one connection.")
        ),
        _pair("certificate=", enumerated(one for one in CERTIFICATES if one != "good")),
    )
    when = (
        say(_("Faults hold from the next command on, also inside a message, for whoever is connected.")),
        say(
            _(
                "The certificate, what EHLO tells, accounts, mailboxes, limits and the personality hold from "
                "the next connection on: F5."
            )
        ),
        say(_("What waits already goes on waiting; ^T lets time pass.")),
    )
    keys = (
        _pair("Tab", _("faults, scenario, personality")),
        _pair("Up/Down", _("to a fault, to the line to type, to the forms below it")),
        _pair("Enter", _("adds the line; on a fault or a form it puts that in the line, to be changed")),
        _pair("Space", _("on a fault: off, and on again as it was")),
        _pair("Del", _("on a fault: takes it away")),
    )
    return Guide(
        (
            Section("keys", pgettext("section", "keys"), "", keys),
            Section("line", pgettext("section", "line"), "", line),
            Section("also", pgettext("section", "also"), "", also),
            Section("when", pgettext("section", "when"), "", when),
        )
    )


def _pair(form: str, about: str) -> Pair:
    return Pair(Run(form, Tone.YOU), about)
