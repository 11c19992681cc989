"""The header check that ticks while the message is typed."""

from __future__ import annotations

from tui.practice.state import Practice
from tui.smtp.phases import Phase
from tui.words import labels
from tui.words.guide import DONE_SIGN, TO_DO_SIGN, Run, Section, Sentence, Tone
from tui.words.language import gettext as _

_FIELDS = (("from", "From"), ("to", "To"), ("subject", "Subject"), ("date", "Date"))
_IN_MESSAGE = frozenset({Phase.MESSAGE, Phase.CHUNKING})


def mail(practice: Practice) -> tuple[Section, ...]:
    """The section ``mail``: one run of a glyph and one of a name for each item; nothing outside a message."""
    check = practice.message
    if check is None or practice.phase not in _IN_MESSAGE or not check.lines:
        return ()
    runs: list[Run] = []
    for key, name in _FIELDS:
        there = key in check.fields
        text = name if there or not check.blank_line else _("{field}, missing").format(field=name)
        runs += _item(there, text)
    runs += _item(check.blank_line, _("blank line"))
    return (Section("mail", labels.section("mail"), "", (Sentence(tuple(runs[1:])),)),)


def _item(there: bool, text: str) -> list[Run]:
    glyph = Run(DONE_SIGN, Tone.GOOD) if there else Run(TO_DO_SIGN, Tone.QUIET)
    return [Run("   "), glyph, Run(f" {text}", Tone.INK if there else Tone.QUIET)]
