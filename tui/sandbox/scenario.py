"""What the server does, whatever its wording: who has a mailbox, where patience ends. It is data, too.

One TOML file in ``scenarios/``; a new kind of behaviour is a new table here and one question asked of it in
``verbs``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from tui.sandbox import strict

_Positive = Annotated[int, msgspec.Meta(gt=0)]


class Recipients(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """``unknown`` holds local parts, in lower case, that have no mailbox in any domain."""

    unknown: tuple[str, ...] = ()


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Octets, counts and seconds; beyond ``connections`` and ``unknown_commands`` there is a 421."""

    message_octets: _Positive
    recipients: _Positive  # of one message
    connections: _Positive  # at a time
    unknown_commands: _Positive  # of one connection
    idle_seconds: Annotated[float, msgspec.Meta(gt=0)]  # without a single octet from the client


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    format_version: int
    id: str
    limits: Limits
    recipients: Recipients = Recipients()

    def has_mailbox(self, address: str) -> bool:
        local = address.rpartition("@")[0] or address
        return local.strip('"').lower() not in self.recipients.unknown


def shipped() -> tuple[str, ...]:
    """The ids of the scenarios that come with the program."""
    return tuple(sorted(one.stem for one in _folder().glob("*.toml")))


def load(name: str = "free") -> Scenario:
    """The shipped scenario ``name``.

    Raises:
        KeyError: there is none of this name.
    """
    if name not in shipped():
        raise KeyError(name)
    return read(_folder() / f"{name}.toml")


def read(file: Path) -> Scenario:
    """A scenario from any file.

    Raises:
        tui.sandbox.strict.DataFileError: it names file, line and key.
        OSError: it cannot be read.
    """
    found = strict.read(file, Scenario)
    if found.format_version != 1:
        line = strict.line_of(file.read_text(encoding="utf-8"), "format_version")
        raise strict.DataFileError(
            file.name, line, "format_version", f"{found.format_version} is not known; this program reads 1"
        )
    return found


def _folder() -> Path:
    return Path(__file__).parent / "scenarios"
