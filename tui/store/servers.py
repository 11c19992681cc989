"""``servers.toml``: the servers that a person has given a name, never a password.

[work]
host = "mail.example.com"
port = 587
security = "starttls"    # plain, starttls or tls
user = "alice"           # who logs in; the password is asked for when it is needed
through = "jump"         # an ssh host
ehlo = "desk.example.com"
cafile = "/etc/ssl/private-ca.pem"
tls_name = "mail.example.com"

The other keys: cert, key (files of one's own); mx = true (host is a mail domain); pipe = "COMMAND %h %p";
unix = "/run/lmtp" (needs no host); source = "192.0.2.1"; ip = 4 or 6; lmtp = true; proxy = "v1" or "v2";
timeout = 60 (seconds for each reply); auth = "PLAIN"; password_command = "pass show mail" (a program that
prints the password, which is in no file: one that only repeats its arguments is refused); and what is to be
typed: from = "a@example.com", to = ["b@example.com"], message = "letter.eml", until = "rcpt".

The reader of TOML (``tui.practice.strict``) is imported when a file is read: it takes a while, and most
sittings need none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from enum import Enum
from pathlib import Path
from typing import Any, Final

from tui.practice.flaws import Reason
from tui.practice.stepping import Until
from tui.store.writing import replace_file
from tui.values import value

SECURITIES: Final = ("plain", "starttls", "tls")
_LONGEST: Final = 1000
LONGEST_WAIT: Final = 86400  # seconds, a day: longer is a slip
#: What a secret may be called.
_SECRETS: Final = re.compile(r"pass(word|wd|phrase)?|secret|token|pin", re.IGNORECASE)
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")


@value
class Profile:
    """``port``, ``ip`` and ``timeout`` 0: the usual. Whether ``host`` can be one, and what excludes what, is
    for whoever connects to say."""

    host: str = ""
    port: int = 0
    security: str = ""
    user: str = ""
    through: str = ""
    ehlo: str = ""
    cafile: str = ""
    tls_name: str = ""
    cert: str = ""
    key: str = ""
    mx: bool = False
    pipe: str = ""
    unix: str = ""
    source: str = ""
    ip: int = 0
    lmtp: bool = False
    proxy: str = ""
    timeout: float = 0.0
    auth: str = ""
    password_command: str = ""
    sender: str = ""  # "<>" is the null reverse-path
    recipients: tuple[str, ...] = ()
    message: str = ""
    until: str = ""


#: Keys that are no names in Python.
_FIELDS: Final = {"from": "sender", "to": "recipients"}
_KEY_OF: Final = {field: key for key, field in _FIELDS.items()}
KEYS: Final = tuple(_KEY_OF.get(one.name, one.name) for one in fields(Profile))
#: What the values of these keys can be.
CHOICES: Final[Mapping[str, tuple[str | int, ...]]] = {
    "security": SECURITIES,
    "ip": (4, 6),
    "proxy": ("v1", "v2"),
    "until": tuple(one.value for one in Until),
}
#: Programs that print what they are given: in their arguments a password would stand in the file.
_REPEATING: Final = re.compile(r"\s*(?:\S*/)?(?:echo|printf)(?:\s|$)")


class Wrong(Enum):
    """What is wrong with the file."""

    SYNTAX = "syntax"
    UNKNOWN_KEY = "unknown-key"
    PASSWORD = "password"
    KIND = "kind"
    CHOICE = "choice"
    HOST_MISSING = "host-missing"


class BadServersError(Exception):
    """``line`` is counted from 1, 0 when there is none; ``detail`` is foreign text: the value as it is
    written. ``reason``: what is wrong with the TOML."""

    def __init__(
        self,
        file: Path,
        line: int,
        key: str,
        wrong: Wrong,
        detail: str = "",
        *,
        reason: Reason | None = None,
    ) -> None:
        super().__init__(f"{file}:{line}: {key}")
        self.file = file
        self.line = line
        self.key = key
        self.wrong = wrong
        self.detail = detail
        self.reason = reason


def load(file: Path) -> dict[str, Profile]:
    """The profiles by their names, as they stand in the file; none when there is no file.

    Raises:
        BadServersError: it is not as it must be.
        OSError: it cannot be read.
    """
    return _profiles(file, _read(file))


def save(file: Path, name: str, profile: Profile) -> None:
    """Keep ``profile`` under this name, in the place of the one that had it; all else stays as it stands.

    Raises:
        BadServersError: the file is broken, and not touched.
        OSError: it cannot be written.
    """
    octets = _read(file)
    _profiles(file, octets)
    text = octets.decode("utf-8")
    kept = _without(text, name)
    if kept and not kept.endswith("\n"):
        kept += "\n"
    replace_file(file, f"{kept}{chr(10) if kept else ''}{_section(name, profile)}".encode())


def tells_password(command: str) -> bool:
    """A ``password_command`` that holds the password itself."""
    return _REPEATING.match(command) is not None


def may_name(name: str) -> bool:
    """A profile is called on the command line in a host's place: no dot, no colon, nothing odd."""
    return _BARE.fullmatch(name) is not None and not name.startswith("-") and len(name) <= 64


def _read(file: Path) -> bytes:
    from tui.practice.strict import LARGEST

    try:
        with file.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except FileNotFoundError:
        return b""


def _profiles(file: Path, octets: bytes) -> dict[str, Profile]:
    from tui.practice.strict import DataFileError, decode, line_of

    try:
        tables, text = decode(octets, dict[str, Any], file.name)
    except DataFileError as error:
        raise BadServersError(file, error.line, error.key, Wrong.SYNTAX, reason=error.reason) from None
    found = {}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise BadServersError(file, line_of(text, name), name, _stray(name))
        found[name] = _profile(file, text, name, table)
    return found


def _stray(key: str) -> Wrong:
    return Wrong.PASSWORD if _SECRETS.fullmatch(key) else Wrong.UNKNOWN_KEY


def _profile(file: Path, text: str, name: str, table: Mapping[str, object]) -> Profile:
    from tui.practice.strict import line_of

    def bad(key: str, wrong: Wrong, detail: str = "") -> BadServersError:
        return BadServersError(
            file, line_of(text, f"{name}.{key}") or line_of(text, name), key, wrong, detail
        )

    for key, given in table.items():
        if key not in KEYS:
            raise bad(key, _stray(key))
        if not _KINDS.get(key, _is_text)(given):
            raise bad(key, Wrong.KIND, as_written(text, name, key, given))
        if key == "password_command" and tells_password(str(given)):
            raise bad(key, Wrong.PASSWORD)
        if key in CHOICES and given not in CHOICES[key]:
            raise bad(key, Wrong.CHOICE, as_written(text, name, key, given))
    if not (table.get("host") or table.get("unix")):
        raise bad("host", Wrong.HOST_MISSING)
    values: dict[str, Any] = {_FIELDS.get(key, key): given for key, given in table.items()}
    if "recipients" in values:
        values["recipients"] = tuple(values["recipients"])
    return Profile(**values)


def stands(file: Path, name: str, key: str) -> tuple[int, str]:
    """Where ``key`` of the profile stands in the file, from 1, and its value as it is written; 0 and "" where
    it cannot be found any more.

    Raises:
        OSError: the file cannot be read.
    """
    import tomllib

    from tui.practice.strict import line_of

    text = _read(file).decode("utf-8", "replace")
    try:
        table = tomllib.loads(text).get(name, {})
    except tomllib.TOMLDecodeError:
        return 0, ""
    if not isinstance(table, dict) or key not in table:
        return 0, ""
    return line_of(text, f"{name}.{key}") or line_of(text, name), as_written(text, name, key, table[key])


def as_written(text: str, name: str, key: str, given: object) -> str:
    """The value of ``key`` with its quotation marks, without the comment behind it; as this program would
    write it where it does not stand alone on a line."""
    from tui.practice.strict import line_of

    line = line_of(text, f"{name}.{key}")
    written = text.split("\n")[line - 1].partition("=")[2].strip() if line else ""
    while "#" in written and _means(written.rpartition("#")[0], given):
        written = written.rpartition("#")[0].rstrip()
    if written and _means(written, given):
        return written
    return json.dumps(given, ensure_ascii=False, default=str)


def _means(written: str, given: object) -> bool:
    import tomllib

    try:
        return repr(tomllib.loads(f"x = {written}")["x"]) == repr(given)
    except tomllib.TOMLDecodeError:
        return False


def _is_text(given: object) -> bool:
    return isinstance(given, str) and given.isprintable() and len(given) <= _LONGEST


def _are_texts(given: object) -> bool:
    return isinstance(given, list) and all(map(_is_text, given))


def _is_whole(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def _is_port(given: object) -> bool:
    return isinstance(given, int) and _is_whole(given) and 0 < given < 65536


def _is_wait(given: object) -> bool:
    return isinstance(given, float | int) and not isinstance(given, bool) and 0 < given <= LONGEST_WAIT


def _is_switch(given: object) -> bool:
    return isinstance(given, bool)


#: All others are texts.
_KINDS: Final[Mapping[str, Callable[[object], bool]]] = {
    "port": _is_port,
    "ip": _is_whole,
    "timeout": _is_wait,
    "mx": _is_switch,
    "lmtp": _is_switch,
    "to": _are_texts,
}


def _section(name: str, profile: Profile) -> str:
    rows = [f"[{name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)}]"]
    for key in KEYS:
        given = getattr(profile, _FIELDS.get(key, key))
        if given:
            rows.append(f"{key} = {json.dumps(given, ensure_ascii=False)}")
    return "\n".join(rows) + "\n"


def _without(text: str, name: str) -> str:
    """The text without the table of this name."""
    from tui.practice.strict import line_of

    begin = line_of(text, name)
    if not begin:
        return text
    lines = text.splitlines(keepends=True)
    end = begin
    while end < len(lines) and not lines[end].lstrip().startswith("["):
        end += 1
    return "".join((*lines[: begin - 1], *lines[end:]))
