"""What tomllib and msgspec say of a file, as flaws of ours, so that it can be said in another language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from tui.practice.flaws import Fact, Flaw, Reason

_AT: Final = re.compile(r" \(at (?:line (?P<line>\d{1,9}), column (?P<column>\d{1,9})|end of document)\)\Z")
#: Whole messages, without the place behind them; what is in a group is a fact of that name.
_SYNTAX: Final[Mapping[str, Flaw]] = {
    r"Invalid statement": Flaw.STATEMENT,
    r"Expected newline or end of document after a statement": Flaw.LINE_END,
    r"Expected '(?P<sign>\])' at the end of a table declaration": Flaw.TABLE_OPEN,
    r"Expected '(?P<sign>\]\])' at the end of an array declaration": Flaw.LIST_OPEN,
    r"Expected '=' after a key in a key/value pair": Flaw.EQUALS,
    r"Expected (?P<sign>'.*'|\".*\")": Flaw.EXPECTED,
    r"Found invalid character (?P<sign>.*)": Flaw.CHARACTER,
    r"Illegal character (?P<sign>.*)": Flaw.ILLEGAL,
    r"Cannot declare (?P<name>.*) twice": Flaw.DECLARED_TWICE,
    r"Cannot overwrite a value": Flaw.OVERWRITTEN,
    r"Cannot mutate immutable namespace (?P<name>.*)": Flaw.IMMUTABLE,
    r"Cannot redefine namespace (?P<name>.*)": Flaw.REDEFINED,
    r"Invalid initial character for a key part": Flaw.KEY_START,
    r"Unclosed array": Flaw.ARRAY_OPEN,
    r"Unclosed inline table": Flaw.INLINE_OPEN,
    r"Duplicate inline table key (?P<name>.*)": Flaw.INLINE_TWICE,
    r"Unescaped '\\' in a string": Flaw.BACKSLASH,
    r"Invalid hex value": Flaw.HEX,
    r"Escaped character is not a Unicode scalar value": Flaw.SCALAR,
    r"Unterminated string": Flaw.STRING_OPEN,
    r"Invalid date or datetime": Flaw.DATE,
    r"Invalid value": Flaw.VALUE,
}
_KINDS: Final[Mapping[str, Flaw]] = {
    r"Expected `(?P<kinds>[^`]*)`, got `(?P<given>[^`]*)`": Flaw.KIND,
    r"Expected `(?P<kinds>[^`]*)` (?P<bound>[<>]=?) (?P<limit>[-+.0-9e]+)": Flaw.BOUND,
    r"Expected `str` matching regex (?P<pattern>.*)": Flaw.PATTERN,
    r"Expected `array` of length (?P<limit>\d{1,9}), got (?P<found>\d{1,9})": Flaw.LENGTH,
    r"Invalid enum value (?P<written>.*)": Flaw.CHOICE,
    r"Object contains unknown field `(?P<name>.*)`": Flaw.UNKNOWN_KEY,
    r"Object missing required field `(?P<name>.*)`": Flaw.MISSING_KEY,
    r"(?:Integer value|Number) out of range": Flaw.OUT_OF_RANGE,
    r"JSON is malformed.*|Input data was truncated": Flaw.NO_JSON,
}
_WHERE: Final = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_OF_FIELDS: Final = frozenset({Flaw.UNKNOWN_KEY, Flaw.MISSING_KEY})
#: No value of a file of ours need be this one, so it is not said that it could be.
_NOTHING: Final = "null"
_IN_PARTS: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")


def of_syntax(message: str) -> Reason:
    """What ``tomllib`` says, with ``line`` and ``column`` from 1, or ``line`` 0 for the end of the text."""
    at = _AT.search(message)
    found = _known(_SYNTAX, message[: at.start()] if at else message)
    if at is None:
        return found
    place = {"line": int(at["line"] or 0), "column": int(at["column"] or 0)}
    return Reason(found.flaw, {**found.facts, **place})


def of_kinds(message: str) -> tuple[str, Reason]:
    """What ``msgspec`` says, with the key, as in ``DataFileError``: it names the object, and a field of it
    that is unknown or missing in the sentence. ``[...]`` is a key of a table that may have any."""
    where = _WHERE.search(message)
    path = where["path"] if where else ""
    reason = _known(_KINDS, message[: where.start()] if where else message)
    if reason.flaw in _OF_FIELDS:
        field = str(reason.facts["name"])
        path = f"{path}.{field}" if path else field
    return path, reason


def _known(table: Mapping[str, Flaw], message: str) -> Reason:
    for form, flaw in table.items():
        if found := re.fullmatch(form, message, re.DOTALL):
            return Reason(flaw, {name: _fact(name, text) for name, text in found.groupdict().items()})
    return Reason(Flaw.LIBRARY, {"words": message})


def _fact(name: str, text: str) -> Fact:
    """The types of a union one by one; the parts of a key, which Python shows as a tuple, with dots."""
    if name == "kinds":
        return tuple(one for one in text.split(" | ") if one != _NOTHING) or (text,)
    if name == "name" and (parts := _IN_PARTS.findall(text)):
        return ".".join(one or other for one, other in parts)
    return text
