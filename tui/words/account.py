"""What a connection to a real server came to, in a few sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.practice.account import Account, Answer, Fate
from tui.practice.state import Accepted
from tui.smtp.display import visible
from tui.words.guide import Pair, Run, Section, Tone
from tui.words.labels import section
from tui.words.language import gettext as _
from tui.words.language import ngettext, pgettext

_NAMED_AT_MOST = 5


def rows(account: Account, accepted: Sequence[Accepted]) -> list[tuple[str, str]]:
    """Label and text of each row; none when nothing was said. ``accepted``: as the practice has them."""
    if not account.longest:
        return []
    return [*_recipients(account), *_messages(account, accepted), (_("time"), _time(account))]


def told(account: Account, accepted: Sequence[Accepted]) -> list[str]:
    """The same as sentences, for line mode and the shell."""
    form = pgettext("row", "{label}: {text}")
    return [form.format(label=label, text=text) for label, text in rows(account, accepted)]


def _listed(parts: Sequence[str]) -> str:
    return pgettext("list", ", ").join(parts)


def sums(account: Account, accepted: Sequence[Accepted]) -> tuple[Section, ...]:
    """The same as a section of the guide."""
    pairs = tuple(Pair(Run(label, Tone.QUIET), text) for label, text in rows(account, accepted))
    return (Section("sums", section("sums"), "", pairs),) if pairs else ()


def _recipients(account: Account) -> Iterator[tuple[str, str]]:
    for severity, label in (
        (2, _("accepted")),
        (4, pgettext("recipients", "later")),
        (5, pgettext("recipients", "refused")),
    ):
        answers = account.by_severity(severity)
        if answers:
            yield label, _named(answers, coded=severity != 2)
    for fate, label, form in (
        (Fate.NOT_SENT, _("not sent"), _("{names}, accepted as recipient, but no message was sent")),
        (Fate.UNKNOWN, _("unknown"), _("{names}, whose message was sent, and no answer came")),
    ):
        answers = account.by_fate(fate)
        if answers:
            yield label, form.format(names=_named(answers, coded=False))


def _named(answers: Sequence[Answer], *, coded: bool) -> str:
    names = [f"{visible(one.address)} {_code(one)}" if coded else visible(one.address) for one in answers]
    more = len(names) - _NAMED_AT_MOST
    if more <= 0:
        return _listed(names)
    others = ngettext("{n} more", "{n} more", more).format(n=more)
    return _listed((*names[:_NAMED_AT_MOST], others))


def _code(one: Answer) -> str:
    return f"{one.code} {one.enhanced}" if one.enhanced else str(one.code)


def _messages(account: Account, accepted: Sequence[Accepted]) -> Iterator[tuple[str, str]]:
    """Practice and account were told of the same messages, in the same order."""
    own = accepted[len(accepted) - len(account.delivered) :] if account.delivered else ()
    for message, delivered in list(zip(own, account.delivered, strict=False))[-_NAMED_AT_MOST:]:
        text = ngettext("{n} octet", "{n} octets", message.octets).format(n=message.octets)
        if delivered.queue:
            text = _listed((text, _("queue id {id}").format(id=visible(delivered.queue))))
        yield _("message"), text


#: Shorter parts of the whole are not named; seconds.
_SHOWN = 0.0005


def _time(account: Account) -> str:
    parts = [_("{time} in all").format(time=span(account.total))]
    if account.lookup >= _SHOWN:
        parts.append(_("looking up names {time}").format(time=span(account.lookup)))
    if account.connect is not None:
        parts.append(_("connecting {time}").format(time=span(account.connect)))
    if account.handshake is not None:
        tls = _("TLS, which failed, {time}") if account.tls_failed else _("TLS {time}")
        parts.append(tls.format(time=span(account.handshake)))
    waited = _("waiting for the server {time}").format(time=span(account.waited))
    name, took = account.longest or ("", 0.0)
    shown = _("greeting") if name == "greeting" else visible(name)
    parts.append(waited + _(" (longest: {what}, {time})").format(what=shown, time=span(took)))
    if account.own >= _SHOWN:
        parts.append(_("typing and the rest here {time}").format(time=span(account.own)))
    return _listed(parts)


def span(seconds: float) -> str:
    """A time as people read it: ``12 ms``, ``1.4 s``, ``3 min 20 s``."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
