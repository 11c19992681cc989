"""What Tab may make of a line that was begun: the verbs that are legal now, what was sent before, typed
names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tui.smtp.phases import LEGAL, Phase

#: How a verb goes on, up to where the person's own words begin.
FORMS: dict[str, str] = {
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
}


def candidates(
    text: str, *, phase: Phase, past: Sequence[str] = (), names: Iterable[str] = ()
) -> tuple[str, ...]:
    """Whole lines that begin with ``text``, whatever the case: verbs in their usual order, then ``past``
    (oldest first, offered newest first). A line that begins with ``/`` completes to ``names`` (without their
    slash)."""
    if text.startswith("/"):
        offered: Iterable[str] = (f"/{name}" for name in names)
    else:
        offered = (*(FORMS.get(verb, verb) for verb in LEGAL[phase]), *reversed(past))
    start = text.lower()
    fitting = (line for line in offered if line.lower().startswith(start) and line.rstrip() != text.rstrip())
    return tuple(dict.fromkeys(fitting))
