"""TOML files that hold data and nothing else: every key is known and every value has its type."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Final, TypeVar

import msgspec

T = TypeVar("T")

#: Larger than any file of ours, small enough to parse without a thought.
_LARGEST: Final = 256 * 1024
_WHERE: Final = re.compile(r" - at `\$\.?(?P<path>[^`]*)`$")
_FIELD: Final = re.compile(r"field `(?P<field>[^`]*)`")
_SYNTAX_LINE: Final = re.compile(r"\(at line (?P<line>\d+),")
_TABLE: Final = re.compile(r"\s*\[\[?\s*(?P<name>[^\]]+?)\s*\]")
_KEY: Final = re.compile(r"""\s*["']?(?P<key>[A-Za-z0-9_.-]+)["']?\s*=""")


class DataFileError(ValueError):
    """A data file that is not as it must be.

    Attributes:
        file: its name as the reader of the sentence knows it.
        line: from 1; 0 where the fault is that something is missing.
        key: dotted, as ``replies.helo``; "" for a fault of syntax.
        reason: what is wrong, in English and free of control characters.
    """

    def __init__(self, file: str, line: int, key: str, reason: str) -> None:
        place = f"{file}, line {line}" if line else file
        super().__init__(f"{place}: {key + ': ' if key else ''}{reason}")
        self.file = file
        self.line = line
        self.key = key
        self.reason = reason


def read(file: Path, type_: type[T]) -> T:
    """``file`` decoded as ``type_``, a ``msgspec.Struct`` that forbids unknown fields.

    Raises:
        DataFileError: not TOML, not UTF-8, too large, a key unknown or missing, a value of the wrong type.
        OSError: it cannot be read.
    """
    octets = file.read_bytes()
    if len(octets) > _LARGEST:
        raise DataFileError(file.name, 0, "", f"larger than {_LARGEST} octets")
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
        raise DataFileError(file.name, line, "", "not UTF-8") from None
    try:
        return msgspec.convert(tomllib.loads(text), type_)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_LINE.search(str(error))
        raise DataFileError(file.name, int(found["line"]) if found else 0, "", str(error)) from None
    except RecursionError:
        raise DataFileError(file.name, 0, "", "nested too deeply") from None
    except msgspec.ValidationError as error:
        raise _located(file.name, text, str(error)) from None


def line_of(text: str, key: str) -> int:
    """The line, from 1, on which the dotted ``key`` is set in this TOML; 0 when it is not there."""
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if heading := _TABLE.match(line):
            table = heading["name"]
            if table == key:
                return number
        elif setting := _KEY.match(line):
            name = f"{table}.{setting['key']}" if table else setting["key"]
            if name == key:
                return number
    return 0


def _located(file: str, text: str, message: str) -> DataFileError:
    """msgspec names the object; for an unknown or missing field its name stands in the sentence."""
    where = _WHERE.search(message)
    reason = message[: where.start()] if where else message
    path = re.sub(r"\[[^\]]*\]", "", where["path"]) if where else ""
    if field := _FIELD.search(reason):
        path = f"{path}.{field['field']}" if path else field["field"]
    return DataFileError(file, line_of(text, path), path, reason)
