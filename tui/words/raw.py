"""Raw mode in words."""

from __future__ import annotations

from tui.words.language import gettext as _
from tui.words.prose import quoted


def begun(end: str, *, asks: bool) -> list[str]:
    r"""What it is for, and what it does from here on. ``end`` is the line end's name, "" for none; ``asks``:
    what may end a message is asked about."""
    sentences = [
        _(
            r"raw: each line goes out at once and as it is; {behind}. \r \n \0 \t and \xNN are octets. It is "
            r"for tests of a server of your own, such as SMTP smuggling."
        ).format(behind=_behind(end)),
        _("/raw again ends it; /raw crlf, cr, lf or none chooses the line end."),
    ]
    if asks:
        sentences.append(_("This server is REAL: what may end a message still asks first."))
    return sentences


def changed(end: str) -> str:
    return _("from here on {behind}").format(behind=_behind(end))


def _behind(end: str) -> str:
    return _("{end} is put behind it").format(end=end) if end else _("nothing is put behind it")


def ended() -> str:
    return _("the rules hold again: lines end in CRLF and wait for their replies")


def unknown(word: str) -> str:
    return _("{word} is no line end; there are lf, cr, crlf and none").format(word=quoted(word))


def closed() -> str:
    return _("raw mode is of a connection: connect first")
