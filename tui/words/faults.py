"""What goes wrong at the sandbox on purpose: what each of it does, from when on, and what is misspelt."""

from __future__ import annotations

from typing import Final

from tui.practice.fault_lines import CERTIFICATES, DEEDS, Misspelling, MisspeltError, Trouble
from tui.practice.faults import ANY_COMMAND, BODY, STAGES, Fault, Greylist, Quota, Rate, Reply
from tui.words.language import N_, ngettext
from tui.words.language import gettext as _
from tui.words.prose import quoted

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
        examples=", ".join(EXAMPLES),
        stages=", ".join((*STAGES, ANY_COMMAND, BODY)),
        deeds=", ".join(DEEDS),
        certificates=", ".join(CERTIFICATES),
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
