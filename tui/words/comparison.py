"""Two runs of the same lines in words: what came of them, and why one was not typed to its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tui.practice.comparing import DIFFERENT, Exchange, Outcome, Row
from tui.practice.retyping import Hindrance
from tui.smtp.display import visible
from tui.words.language import N_, NC_, gettext, ngettext, pgettext
from tui.words.language import gettext as _
from tui.words.prose import quoted

_OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.SAME: NC_("comparison", "same"),
    Outcome.ALIKE: NC_("comparison", "alike"),
    Outcome.DIFFERS: NC_("comparison", "differs"),
    Outcome.ONLY_LEFT: NC_("comparison", "missing"),
    Outcome.ONLY_RIGHT: NC_("comparison", "extra"),
    Outcome.NOT_SENT: NC_("comparison", "not sent"),
    Outcome.NOT_RECORDED: NC_("comparison", "no record"),
}
#: A glyph and a word say every state; these are in every character set.
GLYPHS: Final[Mapping[Outcome, str]] = {
    Outcome.SAME: "=",
    Outcome.ALIKE: "~",
    Outcome.DIFFERS: "!",
    Outcome.ONLY_LEFT: "!",
    Outcome.ONLY_RIGHT: "!",
    Outcome.NOT_SENT: "-",
    Outcome.NOT_RECORDED: "~",
}


#: Nobody knows what the other run would have said.
_UNJUDGED: Final = frozenset({Outcome.NOT_SENT, Outcome.NOT_RECORDED})


def outcome(value: Outcome) -> str:
    """One word."""
    return pgettext("comparison", _OUTCOMES[value])


_HELD_BACK: Final[Mapping[Hindrance, str]] = {
    Hindrance.HIDDEN: N_("not sent: this line was hidden when it was recorded"),
    Hindrance.NO_MESSAGE: N_("held back: after this refusal it would go out as a command"),
    Hindrance.NO_CHALLENGE: N_("not sent: the server asks for no answer here"),
    Hindrance.TLS_IS_ON: N_("STARTTLS is not sent: TLS is on already"),
    Hindrance.NO_CHUNKING: N_(
        "BDAT is not sent: the server does not offer CHUNKING, and would take the chunk for commands"
    ),
}


def held_back(found: Hindrance) -> str:
    """Why a line is left out; the next one goes out nevertheless."""
    return gettext(_HELD_BACK[found])


def counted(found: Hindrance, count: int) -> str:
    """How many lines were left out for this reason."""
    texts = {
        Hindrance.HIDDEN: ngettext(
            "{n} line was hidden in the recording, and not sent",
            "{n} lines were hidden in the recording, and not sent",
            count,
        ),
        Hindrance.NO_MESSAGE: ngettext(
            "{n} line of text was held back: it would have gone out as a command",
            "{n} lines of text were held back: they would have gone out as commands",
            count,
        ),
        Hindrance.NO_CHALLENGE: ngettext(
            "{n} answer of a login was not asked for", "{n} answers of logins were not asked for", count
        ),
        Hindrance.TLS_IS_ON: _("STARTTLS was not sent: TLS was on already"),
        Hindrance.NO_CHUNKING: ngettext(
            "{n} BDAT was held back: the server does not offer CHUNKING",
            "{n} BDATs were held back: the server does not offer CHUNKING",
            count,
        ),
    }
    return texts[found].format(n=count)


_HALTED: Final[Mapping[str, str]] = {
    "closed": N_("stopped: the connection is closed"),
    "not-in-clear": N_(
        "stopped: from here on the old run was inside TLS, and nothing of that goes out in plain text"
    ),
    "message-open": N_(
        "stopped: the server waits for the text of a message, and the old run had none here; closing takes "
        "the mail back"
    ),
    "chunk-open": N_("stopped: a chunk of BDAT was not sent whole in the old run"),
    "declined": N_("stopped where you said no"),
    "unreached": N_("nothing was sent: there is no connection"),
}


def halted(why: str) -> str:
    """Why no more lines were sent; by the value of ``Hindrance`` or ``plain.retyping.Halt``."""
    return gettext(_HALTED[why])


def no_login(why: str) -> str:
    """``why``: a sentence without its full stop."""
    return _("stopped before the login: {why}").format(why=why)


def wanted_user(server: str) -> str:
    """The row before a prompt; ``server`` is visible."""
    return _("user name at {server}:").format(server=server)


def wanted_secret(user: str, server: str) -> str:
    return _("password of {user} at {server}, not shown:").format(user=visible(user), server=server)


def duration(seconds: float | None) -> str:
    """At most six cells: ``12 ms``, ``1.2 s``, ``310 s``; "" when it is not known."""
    if seconds is None:
        return ""
    if seconds < 0.9995:
        return f"{round(seconds * 1000)} ms"
    return f"{seconds:.1f} s" if seconds < 99.95 else f"{round(seconds)} s"


def second_copy(count: int) -> str:
    """Before mail that was handed over once is sent again to a REAL server."""
    return ngettext(
        "the old run handed over a message; if this server takes it, that is a second copy",
        "the old run handed over {n} messages; if this server takes them, those are second copies",
        count,
    ).format(n=count)


def sides(*, against: bool) -> tuple[str, str]:
    """What the two runs are called: a recording and a new run, or two servers."""
    return (_("server 1"), _("server 2")) if against else (_("old run"), _("new run"))


def verdict(rows: Sequence[Row]) -> str:
    """One sentence without its full stop: are the replies the same, and where do they part? Of lines that
    were not sent nothing can be said, but that the sentence is about the others."""
    judged = [row for row in rows if row.outcome not in _UNJUDGED]
    if not judged:
        return _("no reply can be compared")
    found = _compared(judged)
    if any(row.outcome is Outcome.NOT_SENT for row in rows):
        return _("of what was sent: {verdict}").format(verdict=found)
    return found


def _compared(judged: Sequence[Row]) -> str:
    parted = [row for row in judged if row.outcome in DIFFERENT]
    alike = sum(row.outcome is Outcome.ALIKE for row in judged)
    if not parted and not alike:
        return ngettext("the reply is the same", "all {n} replies are the same", len(judged)).format(
            n=len(judged)
        )
    if not parted:
        return ngettext(
            "all {n} replies have the same codes; one has another enhanced code",
            "all {n} replies have the same codes; {alike} have other enhanced codes",
            alike,
        ).format(n=len(judged), alike=alike)
    first = parted[0]
    where = ngettext("{k} of {n} replies differs", "{k} of {n} replies differ", len(parted)).format(
        k=len(parted), n=len(judged)
    )
    told = {"where": where, "left": _or_nothing(first.left), "right": _or_nothing(first.right)}
    if not first.sent.entry:
        return _("{where}; first the {what}: {left}, then {right}").format(what=label(first), **told)
    return _("{where}; first at {line}: {left}, then {right}").format(line=quoted(first.sent.line), **told)


def _or_nothing(exchange: Exchange | None) -> str:
    return _("nothing") if exchange is None else codes(exchange)


def label(row: Row) -> str:
    """The line that was answered; visible."""
    if row.sent.entry == 0:
        return _("greeting")
    if row.sent.entry is None:
        return _("unasked reply")
    line = visible(row.sent.line)
    return f"{line} {visible(row.sent.recipient)}" if row.sent.recipient else line


def codes(exchange: Exchange | None) -> str:
    """``250 2.1.5``; a dash for nothing at all."""
    if exchange is None:
        return "-"
    if exchange.reply is None:
        return _("no reply")
    reply = exchange.reply
    return f"{reply.code:03} {reply.enhanced}" if reply.enhanced else f"{reply.code:03}"


def unsent(count: int) -> str:
    return ngettext("{n} line was not sent", "{n} lines were not sent", count).format(n=count)
