"""``settings.toml``: read and checked by one table, and one key at a time written back.

lang = "zh_CN"        # en or zh_CN
theme = "paper"
ascii = false
mouse = true
transcripts = 200     # sessions kept, 0 for none
layout = "auto"       # auto, side or stacked
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Final

from tui.store.writing import replace_file, set_aside

Value = str | int | bool

_MOST_TRANSCRIPTS: Final = 100_000
_LARGEST_FILE: Final = 1 << 20


class Wrong(Enum):
    """What is wrong with a setting."""

    UNKNOWN_KEY = "unknown-key"
    KIND = "kind"  # text where a number is due, and the like
    CHOICE = "choice"  # none of the values that are possible
    RANGE = "range"


class BadSettingError(Exception):
    """A value that cannot be used. ``line`` is counted from 1; ``allowed`` names the choices or the range."""

    def __init__(
        self, file: Path, line: int, key: str, *, value: object, wrong: Wrong, allowed: str = ""
    ) -> None:
        super().__init__(f"{file}:{line}: {key}")
        self.file = file
        self.line = line
        self.key = key
        self.value = value
        self.wrong = wrong
        self.allowed = allowed


class NotChangedError(Exception):
    """The file could not be changed without touching what is not ours to touch; nothing was written."""

    def __init__(self, file: Path, key: str) -> None:
        super().__init__(f"{file}: {key}")
        self.file = file
        self.key = key


@dataclass(frozen=True, slots=True)
class Settings:
    """None: not set. What is no TOML went to ``set_aside``; ``unreadable`` is why it could not be read."""

    lang: str | None = None
    theme: str | None = None
    ascii: bool | None = None
    mouse: bool | None = None
    transcripts: int | None = None
    layout: str | None = None
    set_aside: Path | None = field(default=None, compare=False)
    unreadable: OSError | None = field(default=None, compare=False)


Check = Callable[[object], tuple[Wrong, str] | None]


def _one_of(*choices: str) -> Check:
    def check(value: object) -> tuple[Wrong, str] | None:
        if not isinstance(value, str):
            return Wrong.KIND, "text"
        return None if value in choices else (Wrong.CHOICE, ", ".join(choices))

    return check


def _name(value: object) -> tuple[Wrong, str] | None:
    if isinstance(value, str) and value.strip() and value.isprintable():
        return None
    return Wrong.KIND, "text"


def _truth(value: object) -> tuple[Wrong, str] | None:
    return None if isinstance(value, bool) else (Wrong.KIND, "true, false")


def _count(value: object) -> tuple[Wrong, str] | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return Wrong.KIND, "number"
    return None if 0 <= value <= _MOST_TRANSCRIPTS else (Wrong.RANGE, f"0-{_MOST_TRANSCRIPTS}")


#: Each key, and what its value must be. A new setting is one more row, and a field of ``Settings``.
_CHECKS: Final[Mapping[str, Check]] = {
    "lang": _name,  # which languages there are is known above: words.language.choose
    "theme": _name,
    "ascii": _truth,
    "mouse": _truth,
    "transcripts": _count,
    "layout": _one_of("auto", "side", "stacked"),
}


def load(file: Path) -> Settings:
    """The settings in ``file``; all None when there is none. What is no TOML is set aside, never fatal.

    Raises:
        BadSettingError: TOML, but a key is unknown or a value cannot be used.
    """
    try:
        text = _text(file)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        return Settings(unreadable=error)
    values = None if text is None else _parsed(text)
    if values is None or text is None:
        try:
            return Settings(set_aside=set_aside(file))
        except OSError as error:
            return Settings(unreadable=error)
    for key, value in values.items():
        check = _CHECKS.get(key)
        wrong = (Wrong.UNKNOWN_KEY, ", ".join(_CHECKS)) if check is None else check(value)
        if wrong:
            kind, allowed = wrong
            raise BadSettingError(file, _line_of(text, key), key, value=value, wrong=kind, allowed=allowed)
    return Settings(**values)


def line_of(file: Path, key: str) -> int:
    """The line, from 1, on which ``key`` stands; 0 when it does not."""
    try:
        text = _text(file)
    except OSError:
        return 0
    return _line_of(text, key) if text else 0


def save(file: Path, key: str, value: Value | None) -> None:
    """Write one key and keep the rest of the file, comments included; None takes the key out.

    Raises:
        KeyError: no such key.
        ValueError: no such value.
        NotChangedError: the key stands in the file in a form that cannot be replaced line by line.
        OSError: the file cannot be written.
    """
    if value is not None and (wrong := _CHECKS[key](value)):
        raise ValueError(f"{key}: {wrong[1]}")
    try:
        text = _text(file)
    except FileNotFoundError:
        text = ""
    before = None if text is None else _parsed(text)
    if text is None or before is None:
        set_aside(file)
        text, before = "", {}
    wanted = {name: old for name, old in before.items() if name != key}
    if value is not None:
        wanted[key] = value
    changed = _changed(text, key, value)
    if _parsed(changed) != wanted:
        raise NotChangedError(file, key)
    replace_file(file, changed.encode())


def _text(file: Path) -> str | None:
    """The file's text; None when it is none."""
    with file.open("rb") as stream:
        data = stream.read(_LARGEST_FILE + 1)
    try:
        return data.decode("utf-8-sig") if len(data) <= _LARGEST_FILE else None
    except UnicodeDecodeError:
        return None


def _parsed(text: str) -> dict[str, Any] | None:
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):  # also of a number longer than Python reads
        return None


def _assignment(key: str) -> re.Pattern[str]:
    return re.compile(
        rf"""[ \t]*(?:{re.escape(key)}|"{re.escape(key)}"|'{re.escape(key)}')[ \t]*="""
        r"""[ \t]*(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^#\r\n]*?)(?P<after>[ \t]*(?:\#.*)?)""",
    )


def _line_of(text: str, key: str) -> int:
    """The key's line. A dotted key or a table of that name begins its line just so."""
    begins = re.compile(rf"""[ \t]*\[*[ \t]*["']?{re.escape(key)}["']?[ \t]*[=.\]]""")
    for number, line in enumerate(_lines(text), 1):
        if begins.match(line):
            return number
    return 1


def _changed(text: str, key: str, value: Value | None) -> str:
    """``text`` with the key's line replaced, added before the first table, or taken out."""
    lines = _lines(text)
    assignment = _assignment(key)
    first_table = next((n for n, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    newline = "\r\n" if "\r\n" in text else "\n"
    for number in range(first_table):
        match = assignment.fullmatch(lines[number].rstrip("\r\n"))
        if match is None:
            continue
        if value is None:
            del lines[number]
        else:
            lines[number] = f"{key} = {_toml(value)}{match['after']}{newline}"
        return "".join(lines)
    if value is None:
        return text
    if first_table and not lines[first_table - 1].endswith("\n"):
        lines[first_table - 1] += newline
    lines.insert(first_table, f"{key} = {_toml(value)}{newline}")
    return "".join(lines)


def _lines(text: str) -> list[str]:
    """The lines with their ends. TOML ends a line at LF alone; ``splitlines`` knows ends inside comments."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _toml(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    # Every name that passes the checks is printable, so these two are all that a basic string must escape.
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
