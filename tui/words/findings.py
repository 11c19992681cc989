"""What was found in a line, in words: under the line, in the guide and in ``explain``."""

from __future__ import annotations

import re

from tui.smtp.display import visible
from tui.smtp.events import Found
from tui.smtp.findings import Finding
from tui.values import value
from tui.words.characters import name
from tui.words.findings_message import MESSAGE
from tui.words.findings_server import SERVER
from tui.words.findings_typed import TYPED
from tui.words.language import gettext
from tui.words.slips import Slip

SLIPS: dict[tuple[Finding, str], Slip] = {**TYPED, **MESSAGE, **SERVER}

#: Findings that are told by the verb of the line, or by the verb that has to come first.
_BY_VERB = frozenset({Finding.MISSING_ARGUMENT})
_MESSAGES = frozenset({"DATA", "BDAT"})
_SAME = {"EHLO": "HELO", "LHLO": "HELO"}
_KEYWORDS = {"MAIL": "FROM:", "RCPT": "TO:"}


@value
class FindingText:
    """``caret``: for the ``!`` line under the line at fault. ``advice`` ends in a colon if a line follows."""

    caret: str
    headline: str
    sentences: tuple[str, ...]
    advice: str


def text(found: Found, line: bytes | None) -> FindingText:
    """The words for this finding. ``line`` is the data of the wire line it was found in; None when that is
    not known, or holds a secret: then nothing of it is quoted."""
    data = line or b""
    slip = _slip(found, data)
    values = _values(found, data)
    caret, headline, why, advice = (
        gettext(source).format(**values) for source in (slip.caret, slip.headline, slip.why, slip.advice)
    )
    return FindingText(caret, headline, (why,), advice)


def note(found: Found, line: bytes | None, *, sandbox: bool) -> str:
    """What stands under the line. ``sandbox``: the server is the one in this process, which spoils no
    letter."""
    if sandbox and found.finding is Finding.EIGHT_BIT_UNOFFERED:
        return gettext("not ASCII, and fine here")
    return text(found, line).caret


def _slip(found: Found, line: bytes) -> Slip:
    variant = found.detail
    if found.finding in _BY_VERB:
        variant = _SAME.get(_verb(line), _verb(line))
    elif found.finding is Finding.NOT_UTF8 and found.detail:
        variant = "charset"
    elif found.finding is Finding.OUT_OF_SEQUENCE and _verb(line) in _MESSAGES and variant == "MAIL":
        variant = "MAIL before the message"
    elif found.finding is Finding.UNKNOWN_VERB:
        variant = _instead_of_verb(line) or found.detail
    elif found.finding is Finding.FULL_WIDTH and line.strip() in _DOTS:
        variant = "dot"
    elif found.finding is Finding.FULL_WIDTH and _marked(found, line).startswith("\u3000"):
        variant = "blank"
    return SLIPS.get((found.finding, variant)) or SLIPS[(found.finding, "")]


def _instead_of_verb(line: bytes) -> str:
    """What stands where a command should be, as far as it has words of its own."""
    if not line.strip():
        return "empty"
    if line.strip() == b".":
        return "dot"
    return "header" if _HEADER.match(line) else ""


#: U+3002, U+FF0E and U+FF61: what input methods type for a dot.
_DOTS = frozenset(one.encode() for one in "\u3002\uff0e\uff61")
_HEADER = re.compile(
    rb"[A-Za-z][A-Za-z0-9-]*:[ \t]|(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id):", re.IGNORECASE
)


def _values(found: Found, line: bytes) -> dict[str, str]:
    characters = _marked(found, line)
    character = name(characters[:1])
    verb, header = _verb(line), _HEADER.match(line)
    word = header[0].rstrip() if header else b"".join(line.split(None, 1)[:1])
    return {
        "word": visible(word) or '""',
        "verb": verb or gettext("the command"),
        "keyword": _KEYWORDS.get(verb, "FROM:"),
        "detail": visible(found.detail),
        "character": character.text,
        "name": character.name,
        "wrong": visible(characters[:1]),
        "right": character.meant,
    }


def _marked(found: Found, line: bytes) -> str:
    """The characters under the first carets."""
    return line[slice(*found.spans[0])].decode("utf-8", "replace") if found.spans else ""


def _verb(line: bytes) -> str:
    word = line.split(None, 1)[0] if line.split() else b""
    return word.decode("ascii").upper() if word.isalpha() and word.isascii() else ""
