"""The line that was probably meant, where one can tell: for guide and prompt, never sent by itself."""

from __future__ import annotations

import re
from collections.abc import Callable

from tui.smtp.commands import HELLO, KEYWORDS, VERBS
from tui.smtp.events import Found
from tui.smtp.findings import Finding
from tui.smtp.spelling import meant_verb
from tui.smtp.typed import folded

_ERASING = frozenset("\b\x7f")

#: The verb, FROM or TO where it is there, and the rest with the address.
_PATH = re.compile(r"\s*(?:mail|rcpt)\b\s*(?:(?:from|to)\b\s*(?=[:\s<]|$))?:?\s*(?P<rest>.*)", re.I | re.S)
#: The same where a word is misspelt: two words at most, the second only before a colon or a bracket.
_MISSPELT_PATH = re.compile(r"\s*[^\s:<]+(?:\s+[^\s:<@]+(?=\s*[:<]))?\s*:?\s*(?P<rest>.*)", re.S)
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]*:\s")
_BRACKETED = re.compile(r"<([^<>]*)>")
#: A header field with the colon of an input method; a MAIL FROM has a blank before it.
_WIDE_FIELD = re.compile(r"(?P<name>[A-Za-z][A-Za-z-]*)\uff1a[ \u3000]*(?P<rest>.*)")
_ADDRESS = re.compile(r"[^\s<>,;:]+@[^\s<>,;:]+")


def mended(found: Found, line: bytes) -> str:
    """What was probably meant by ``line``, ready to be typed; "" where nobody can tell."""
    return next(iter(mended_lines(found, line)), "")


def mended_lines(found: Found, line: bytes) -> tuple[str, ...]:
    """The same where one line should have been several: two addresses are two commands."""
    mend = _MENDS.get(found.finding)
    try:
        typed = line.decode("utf-8")
    except UnicodeDecodeError:
        return ()
    meant = mend(found, typed) if mend is not None else ()
    return meant if all(one.isprintable() and one not in {"", typed} for one in meant) else ()


_EXAMPLE = "example.org"
_LOCAL = re.compile(r"[^\s<>@:]+")


def with_domain(line: bytes, domain: str = "") -> str:
    """A path whose address has no domain, with one to show where it stands; "" where nobody can tell. Which
    one was meant is not known, so it is no mended line. ``domain``: a likely one."""
    parts = _PATH.fullmatch(line.decode("utf-8", "replace"))
    address, params = _address(parts["rest"].strip()) if parts is not None else ("", "")
    local = address.rstrip("@")
    if parts is None or _LOCAL.fullmatch(local) is None:
        return ""
    verb = parts.string.split(maxsplit=1)[0].upper()
    return f"{verb} {KEYWORDS[verb]}:<{local}@{domain or _EXAMPLE}>{params}"


def _half_width(found: Found, typed: str) -> tuple[str, ...]:
    meant = folded(typed)
    if (field := _WIDE_FIELD.fullmatch(typed)) and not meant_verb(meant):
        return (f"{field['name']}: {field['rest']}",)
    if not meant.isascii():
        return ()
    return (meant,) if _HEADER.match(meant) else _command(meant)


def _with_colon(found: Found, typed: str) -> tuple[str, ...]:
    name, _blank, rest = typed.partition(" ")
    return (f"{name}: {rest.strip()}",)


def _command(meant: str) -> tuple[str, ...]:
    """A line whose characters are mended; its word may still be none, or a misspelt one."""
    word = meant.split(maxsplit=1)[0].upper() if meant.strip() else ""
    if word in VERBS:
        return (meant,)
    verb = meant_verb(meant)
    return _beginning(verb, meant) if verb else ()


def _erased(found: Found, typed: str) -> tuple[str, ...]:
    """As the keys would have done it."""
    kept: list[str] = []
    for character in typed:
        if character not in _ERASING:
            kept.append(character)
        elif kept:
            kept.pop()
    return _command("".join(kept))


def _other_verb(found: Found, typed: str) -> tuple[str, ...]:
    return _beginning(found.detail, typed)


def _beginning(meant: str, typed: str) -> tuple[str, ...]:
    """``meant`` is what the line should begin with: HELO, MAIL, MAIL FROM, AUTH LOGIN."""
    verb = meant.partition(" ")[0]
    if verb not in KEYWORDS:
        rest = typed.split(None, 1)[1:]
        if verb in HELLO and not rest:
            return ()  # the name is missing, too
        return (" ".join([meant, *rest]).rstrip(),)
    parts = _MISSPELT_PATH.fullmatch(typed)
    return _written(verb, parts["rest"]) if parts is not None else ()


def _path(found: Found, typed: str) -> tuple[str, ...]:
    """MAIL FROM:<address> and RCPT TO:<address> as RFC 5321 §4.1.1.2 has them."""
    parts = _PATH.fullmatch(typed)
    return _written(typed.split(maxsplit=1)[0].upper(), parts["rest"]) if parts is not None else ()


def _written(verb: str, rest: str) -> tuple[str, ...]:
    address, params = _address(rest.strip())
    return (f"{verb} {KEYWORDS[verb]}:<{address}>{params}",) if "@" in address else ()


def _address(rest: str) -> tuple[str, str]:
    """The address, and the parameters behind it with the blank before them."""
    opening, closing = rest.find("<"), rest.find(">")
    if 0 <= opening < closing:
        return rest[opening + 1 : closing].strip(), rest[closing + 1 :]
    word, blank, after = rest.lstrip("<").partition(" ")
    return word.rstrip(">"), blank + after


def _each(found: Found, typed: str) -> tuple[str, ...]:
    return tuple(f"RCPT TO:<{address}>" for address in _ADDRESS.findall(typed))


def _verb_alone(found: Found, typed: str) -> tuple[str, ...]:
    return (typed.split(None, 1)[0].upper(),)


def _doubled_dot(found: Found, typed: str) -> tuple[str, ...]:
    return (f".{typed}",)


def _dot(found: Found, typed: str) -> tuple[str, ...]:
    return (".",)


def _with_smtputf8(found: Found, typed: str) -> tuple[str, ...]:
    """An address beyond ASCII where SMTPUTF8 is offered; where it is not, its domain can be written in ASCII
    (RFC 5891), its local part cannot."""
    if found.detail == "offered":
        return (f"{typed.rstrip()} SMTPUTF8",)
    address = _BRACKETED.search(typed) if found.detail == "unoffered" else None
    local, at, domain = address[1].rpartition("@") if address is not None else ("", "", "")
    if address is None or not at or not local.isascii():
        return ()
    try:
        plain = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return ()
    return (f"{typed[: address.start(1)]}{local}@{plain}{typed[address.end(1) :]}",)


def _without_parameters(found: Found, typed: str) -> tuple[str, ...]:
    """Without what the spans point at."""
    kept = typed.encode()
    for start, end in reversed(found.spans):
        kept = kept[:start].rstrip(b" \t") + kept[end:]
    return (kept.decode(),)


_MENDS: dict[Finding, Callable[[Found, str], tuple[str, ...]]] = {
    Finding.FULL_WIDTH: _half_width,
    Finding.CONTROL_TYPED: _erased,
    Finding.MISSPELT_VERB: _other_verb,
    Finding.UNEXPECTED_ARGUMENT: _verb_alone,
    Finding.MISSING_KEYWORD: _path,
    Finding.MISSING_COLON: _path,
    Finding.SPACE_BEFORE_COLON: _path,
    Finding.SPACE_AFTER_COLON: _path,
    Finding.MISSING_BRACKETS: _path,
    Finding.UNCLOSED_BRACKET: _path,
    Finding.TWO_ADDRESSES: _each,
    Finding.EIGHT_BIT_COMMAND: _with_smtputf8,
    Finding.PARAMETER_UNOFFERED: _without_parameters,
    Finding.FULL_WIDTH_DOT: _dot,
    Finding.DOT_WITH_BLANKS: _dot,
    Finding.COMMAND_IN_MESSAGE: _dot,
    Finding.WAITING_IN_MESSAGE: _dot,
    Finding.DOT_NOT_STUFFED: _doubled_dot,
    Finding.FIELD_WITHOUT_COLON: _with_colon,
}
