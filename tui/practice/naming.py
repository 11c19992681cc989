"""Names of first errors: what is kept of a mistake, so that it can be told again in any language.

Nothing but words of SMTP and single characters is kept of what was typed: the rest may be a secret.
"""

from __future__ import annotations

import re

from tui.practice.signs import name_of
from tui.practice.slips import line_of
from tui.practice.state import Practice
from tui.smtp.commands import VERBS
from tui.smtp.events import Found, ReplyReceived
from tui.smtp.findings import Finding

_NAMED = VERBS | {"connect", "."}
#: Told with the character that stood in the place of another one.
_CHARACTERS = frozenset({Finding.FULL_WIDTH, Finding.FULL_WIDTH_DOT})
#: Told with what is missing.
_KEYWORDS = frozenset({Finding.MISSING_KEYWORD})
#: One or two words in front of a line; they are near a command, else it would not be known which was meant.
_WORDS = re.compile(r"[ \t]*([A-Za-z?-]{1,12}(?: [A-Za-z]{1,12})?)")


def of_slip(before: Practice, found: Found) -> str:
    """``missing-colon``, ``full-width:：``, ``missing-keyword:TO:``, ``misspelt-verb:QUIT:BYE``."""
    name = found.finding.value
    line = line_of(before, found)
    if found.finding in _CHARACTERS:
        return ":".join((name, *_first(found, line)))
    if found.finding in _KEYWORDS:
        return f"{name}:{found.detail}"
    if found.finding is Finding.MISSPELT_VERB and found.spans:
        words = _WORDS.match(line[: found.spans[0][1]].decode("utf-8", "replace"))
        return f"{name}:{found.detail}:{words[1]}" if words is not None else name
    return name


def _first(found: Found, line: bytes) -> tuple[str, ...]:
    """The first character that was found, or nothing where the line is not known."""
    spans = found.spans or ((0, 0),)
    return tuple(line[slice(*spans[0])].decode("utf-8", "replace")[:1])


def of_refusal(event: ReplyReceived) -> str:
    """``550 RCPT``; the code alone where the line was no command."""
    assert event.to is not None  # what was not asked is no refusal
    name = name_of(event.to)
    return f"{event.reply.code} {name if name in _NAMED else ''}".rstrip()
