"""LMTP in words (RFC 2033): its greeting, which nobody else knows, and its answers, one for each
recipient."""

from __future__ import annotations

from tui.practice.noting import owed
from tui.practice.state import Practice
from tui.smtp.display import visible
from tui.smtp.events import CommandSent, ReplyReceived
from tui.words.language import gettext as _
from tui.words.language import pgettext

_UNKNOWN = frozenset({500, 502})


def answer(practice: Practice, event: ReplyReceived) -> tuple[str, tuple[str, ...], str] | None:
    """Headline, sentences and advice for a greeting of the wrong protocol; None for all else."""
    verb = event.to.command.verb if isinstance(event.to, CommandSent) else ""
    if event.reply.code not in _UNKNOWN:
        return None
    if verb == "LHLO":
        why = _("It does not know LHLO, the greeting of LMTP (RFC 2033): most likely it speaks SMTP.")
        return _("this server does not speak LMTP"), (why,), _way_out(practice)
    if verb in {"HELO", "EHLO"} and practice.lmtp:
        why = _("{verb} is the greeting of SMTP. A server of LMTP has to refuse it (RFC 2033 §4.1).")
        return _("LMTP is greeted with LHLO"), (why.format(verb=verb),), _("Say LHLO instead.")
    return None


def _way_out(practice: Practice) -> str:
    if practice.lmtp:
        return _("Leave, and connect without --lmtp; or to where LMTP is spoken: port 24, or a socket file.")
    return _("Greet it as SMTP has it:")


def whose(practice: Practice, event: ReplyReceived) -> tuple[str, ...]:
    """For whom this reply behind the dot is, and once it is the last one, what became of all; empty in
    SMTP."""
    if event.recipient is None:
        return ()
    who = visible(event.recipient)
    taken = event.reply.severity == 2
    text = (
        _("{address} gets the mail, and the server answers for that.")
        if taken
        else _("{address} does not get the mail.")
    )
    return (text.format(address=who), *_sum(practice, event))


def _sum(practice: Practice, event: ReplyReceived) -> tuple[str, ...]:
    told = practice.deliveries
    due = len(owed(practice, event)) - len(told)
    if due > 0:
        more = _("LMTP answers for each recipient alone (RFC 2033 §4.2); still due: {n}.")
        return (more.format(n=due),)
    missed = [f"{visible(one.address)} {one.code}" for one in told if not one.accepted]
    if len(told) < 2 or not missed:
        return ()
    text = _("{n} of {all} get it. Not: {missed}.")
    listed = pgettext("list", ", ").join(missed)
    return (text.format(n=len(told) - len(missed), all=len(told), missed=listed),)


def alone(practice: Practice, event: ReplyReceived) -> str:
    """What to do for one who was left out while others got the mail; "" elsewhere."""
    if event.recipient is None or not any(one.accepted for one in practice.deliveries):
        return ""
    text = _("The others have it. Send it again to {address} alone, or they get it twice.")
    return text.format(address=visible(event.recipient))
