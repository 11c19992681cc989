"""The line that was probably meant, where one can tell: for guide and prompt, never sent by itself."""

from __future__ import annotations

import re
from collections.abc import Callable

from tui.smtp.events import Found
from tui.smtp.findings import Finding

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20, 0xA0: 0x20, 0x3002: 0x2E, 0xFF61: 0x2E, 0x3001: 0x2C, 0x300A: 0x3C, 0x300B: 0x3E,
    0x3008: 0x3C, 0x3009: 0x3E,
}  # fmt: skip
_ERASING = frozenset("\b\x7f")

_PATH_COMMAND = re.compile(r"(?P<verb>mail|rcpt)\b\s*(?P<key>from|to)?\s*:?\s*(?P<rest>.*)", re.I | re.S)
_KEYWORDS = {"MAIL": "FROM", "RCPT": "TO"}
_ADDRESS = re.compile(r"[^\s<>,;\"]+@[^\s<>,;\"]+")


def mended(found: Found, line: bytes) -> str:
    """What was probably meant by ``line``, ready to be typed; "" where nobody can tell."""
    mend = _MENDS.get(found.finding)
    try:
        typed = line.decode("utf-8")
    except UnicodeDecodeError:
        return ""
    meant = mend(found, typed) if mend is not None else ""
    return meant if meant.isprintable() and meant != typed else ""


def _half_width(found: Found, typed: str) -> str:
    meant = typed.translate(_FULL_WIDTH)
    return meant if meant.isascii() else ""


def _erased(found: Found, typed: str) -> str:
    """As the keys would have done it."""
    kept: list[str] = []
    for character in typed:
        if character not in _ERASING:
            kept.append(character)
        elif kept:
            kept.pop()
    return "".join(kept)


def _other_verb(found: Found, typed: str) -> str:
    if not found.detail:
        return ""
    first, blank, rest = typed.lstrip().partition(" ")
    # "MAILFROM:<a>" or "HELO:me": what is glued to the verb belongs to what follows.
    glued = first[len(found.detail) :] if first.upper().startswith(found.detail) else ""
    return _path_form(found, f"{found.detail}{' ' if glued or blank else ''}{glued}{blank and rest}".rstrip())


def _path_form(found: Found, typed: str) -> str:
    """MAIL FROM:<address> and RCPT TO:<address> as RFC 5321 §4.1.1.2 has them; other lines unchanged."""
    parts = _PATH_COMMAND.fullmatch(typed.strip())
    if parts is None:
        return typed
    verb = parts["verb"].upper()
    address, params = _address(parts["rest"])
    return f"{verb} {_KEYWORDS[verb]}:<{address}>{params}" if address else ""


def _address(rest: str) -> tuple[str, str]:
    """The first address, and what follows it (parameters, with the blank before them)."""
    if rest.startswith("<") and (end := rest.find(">")) > 0:
        return rest[1:end].strip(), rest[end + 1 :].rstrip()
    word, _, after = rest.lstrip("<").partition(" ")
    return word.rstrip(">"), f" {after.strip()}" if after.strip() else ""


def _first_of_two(found: Found, typed: str) -> str:
    first = _ADDRESS.search(typed)
    return f"RCPT TO:<{first[0].removeprefix('TO:').removeprefix('to:')}>" if first else ""


def _verb_alone(found: Found, typed: str) -> str:
    return typed.split(None, 1)[0].upper()


def _doubled_dot(found: Found, typed: str) -> str:
    return f".{typed}"


def _dot(found: Found, typed: str) -> str:
    return "."


_MENDS: dict[Finding, Callable[[Found, str], str]] = {
    Finding.FULL_WIDTH: _half_width,
    Finding.CONTROL_TYPED: _erased,
    Finding.UNKNOWN_VERB: _other_verb,
    Finding.MISSPELT_VERB: _other_verb,
    Finding.UNEXPECTED_ARGUMENT: _verb_alone,
    Finding.MISSING_KEYWORD: _path_form,
    Finding.MISSING_COLON: _path_form,
    Finding.SPACE_BEFORE_COLON: _path_form,
    Finding.SPACE_AFTER_COLON: _path_form,
    Finding.MISSING_BRACKETS: _path_form,
    Finding.UNCLOSED_BRACKET: _path_form,
    Finding.TWO_ADDRESSES: _first_of_two,
    Finding.FULL_WIDTH_DOT: _dot,
    Finding.DOT_WITH_BLANKS: _dot,
    Finding.COMMAND_IN_MESSAGE: _dot,
    Finding.WAITING_IN_MESSAGE: _dot,
    Finding.DOT_NOT_STUFFED: _doubled_dot,
}
