"""TOML that holds data and nothing else: every key is known, every value has its type, and a fault is named
with its file, line and key. Pure: text in, values out."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final, TypeVar

import msgspec

from tui.practice.flaws import Flaw, Reason, because
from tui.practice.parser_words import of_kinds, of_syntax

T = TypeVar("T")

#: Larger than any file of ours, small enough to parse without a thought.
LARGEST: Final = 256 * 1024
#: What some editors write in front of UTF-8.
_MARK: Final = b"\xef\xbb\xbf"
#: Brackets inside brackets: deeper than any file of ours, and far from what a parser could stumble over.
_DEEPEST: Final = 32
_STEP: Final = re.compile(r"\[\d+\]|[^.\[\]]+")
#: As msgspec calls them.
_TYPES: Final = {str: "str", int: "int", float: "float", bool: "bool", list: "array", dict: "object"}
_SYNTAX_LINE: Final = re.compile(r"\(at line (?P<line>\d+),")
_AT_END: Final = re.compile(r"\(at end of document\)")
_TABLE: Final = re.compile(r"\s*\[(?P<many>\[?)\s*(?P<name>[^\[\]#]+?)\s*\]")
_KEY: Final = re.compile(r"""\s*["']?(?P<key>[A-Za-z0-9_.-]+)["']?\s*=""")
#: What tomllib says where it looked for a key in vain, and the word that stands there instead.
_NO_KEY: Final = re.compile(
    r"Expected '[]=]|Invalid (?:statement|initial character for a key)|Cannot declare"
)
_WORD: Final = re.compile(r"""[\s\[\]"'=:#]*(?P<word>[^\s=:\[\]"'#]+)""")
#: Python takes no decimal number of more digits than some thousands from a text, and no fewer than 640.
_LONG_NUMBER: Final = re.compile(r"[0-9_]{640,}")
_LONG_QUOTE: Final = re.compile(r'"""|\'\'\'')


class DataFileError(ValueError):
    """A data file that is not as it must be.

    Attributes:
        file: its name as the reader of the sentence knows it.
        line: from 1; 0 where the fault is that something is missing.
        key: dotted, as ``replies.helo``, with places from 0 as in ``goal[2].hints``; for a fault of syntax as
            it stands on the line, or the one above whose value may not have ended; "" before the first one.
        reason: what is wrong, as data; ``str()`` is for a log, and ``tui.words.data_files`` for a person.
    """

    def __init__(self, file: str, line: int, key: str, reason: Reason) -> None:
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {key + ': ' if key else ''}{reason}")
        self.file = file
        self.line = line
        self.key = key
        self.reason = reason


def decode(octets: bytes, type_: type[T], file: str) -> tuple[T, str]:
    """``octets`` as ``type_``, a ``msgspec.Struct`` that forbids unknown fields, and as text.

    Raises:
        DataFileError: not TOML, not UTF-8, too large, nested too deeply, a key unknown or missing, a value of
            the wrong type.
    """
    if len(octets) > LARGEST:
        raise DataFileError(file, 0, "", because(Flaw.TOO_LARGE, limit=LARGEST))
    octets = octets.removeprefix(_MARK)
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        key = _key_on(octets.decode("utf-8", "replace"), line)
        raise DataFileError(file, line, key, because(Flaw.NOT_UTF8)) from None
    if deep := _too_deep(text):
        raise DataFileError(file, deep, _key_on(text, deep), because(Flaw.TOO_DEEP))
    try:
        return msgspec.convert(tomllib.loads(text), type_), text
    except tomllib.TOMLDecodeError as error:
        raise _syntax(file, text, str(error)) from None
    except RecursionError:
        raise DataFileError(file, 0, "", because(Flaw.TOO_DEEP)) from None
    except msgspec.ValidationError as error:
        raise _located(file, text, str(error)) from None
    except ValueError:  # after its subclasses: what int() itself says
        raise _too_long(file, text) from None


def line_of(text: str, key: str) -> int:
    """The line, from 1, on which ``key`` (as ``DataFileError.key``) is set in this TOML; 0 when it is not
    there."""
    return _lines(text).get(key, 0)


def place_of(text: str, key: str) -> int:
    """The line of ``key``, or of the innermost table or value around it that is there; 1 for the file. A list
    of tables stands where its first one does."""
    lines = _lines(text)
    while key and key not in lines:
        if f"{key}[0]" in lines:
            return lines[f"{key}[0]"]
        key = key[: max(key.rfind("."), key.rfind("["), 0)]
    return lines.get(key, 1)


def empties(text: str) -> Iterator[str]:
    """The keys in this TOML, which has been decoded, at which a string or an array has nothing in it."""
    yield from _empties(tomllib.loads(text), "")


def _empties(value: object, key: str) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            yield from _empties(one, f"{key}.{name}" if key else name)
    elif value in ("", []):
        yield key
    elif isinstance(value, list):
        for at, one in enumerate(value):
            yield from _empties(one, f"{key}[{at}]")


def _lines(text: str) -> dict[str, int]:
    """Where each table and each key begins."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table, inside = "", ""
    for number, line in enumerate(text.split("\n"), start=1):
        if inside:
            inside = "" if line.count(inside) % 2 else inside
            continue
        if heading := _TABLE.match(line):
            table = _indexed(heading["name"], counts, many=bool(heading["many"]))
            found.setdefault(table, number)
        elif setting := _KEY.match(line):
            found.setdefault(f"{table}.{setting['key']}" if table else setting["key"], number)
        quote = _LONG_QUOTE.search(line)
        if quote is not None and line.count(quote[0]) % 2:
            inside = quote[0]
    return found


def _indexed(name: str, counts: dict[str, int], *, many: bool) -> str:
    """``goal.question`` after two ``[[goal]]`` is ``goal[1].question``."""
    path, parts = "", [part.strip().strip("\"'") for part in name.split(".")]
    for place, part in enumerate(parts):
        path = f"{path}.{part}" if path else part
        if many and place == len(parts) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = f"{path}[{counts[path]}]"
    return path


def _too_deep(text: str) -> int:
    """The line on which more brackets are open than any data needs; 0 when none is. Strings are not looked
    into closely: a data file has no use for so many brackets there either."""
    for number, line in enumerate(text.split("\n"), start=1):
        depth = 0
        for character in line:
            depth += (character in "[{") - (character in "]}")
            if depth > _DEEPEST:
                return number
    return 0


def _key_on(text: str, line: int, reason: str = "") -> str:
    """The key that is set on this line, or what stands in its place, or whose value goes on here."""
    row = text.split("\n")[line - 1]
    if setting := _KEY.match(row):
        return setting["key"]
    if _NO_KEY.match(reason) and (instead := _WORD.match(row)):
        return _printable(instead["word"])
    return next((_printable(key) for key, at in reversed(_lines(text).items()) if at <= line), "")


def _printable(text: str) -> str:
    return "".join(one if one.isprintable() else "?" for one in text)


def _syntax(file: str, text: str, message: str) -> DataFileError:
    found = _SYNTAX_LINE.search(message)
    line = int(found["line"]) if found else text.count("\n") + 1 if _AT_END.search(message) else 0
    return DataFileError(file, line, _key_on(text, line, message) if line else "", of_syntax(message))


def _too_long(file: str, text: str) -> DataFileError:
    found = _LONG_NUMBER.search(text)
    line = text.count("\n", 0, found.start()) + 1 if found else 0
    return DataFileError(file, line, _key_on(text, line) if line else "", because(Flaw.LONG_NUMBER))


def _located(file: str, text: str, message: str) -> DataFileError:
    path, reason = of_kinds(message)
    path = _spelt_out(text, path, reason)
    return DataFileError(file, place_of(text, path), _printable(path), reason)


def _spelt_out(text: str, path: str, reason: Reason) -> str:
    """With the name of the first key whose value has the wrong type: msgspec writes ``[...]`` for each key of
    a table that may have any."""
    table, found, rest = path.partition("[...]")
    if found:
        for name, value in _at(tomllib.loads(text), table).items():
            if _TYPES.get(type(_at(value, rest))) == reason.facts.get("given"):
                return f"{table}.{name}{rest}"
    return path.replace("[...]", "")


def _at(value: Any, path: str) -> Any:
    """What stands there; None when nothing does."""
    for step in _STEP.findall(path):
        place = int(step[1:-1]) if step.startswith("[") else step
        try:
            value = value[place]
        except (LookupError, TypeError):
            return None
    return value
