"""Where a person has connected to before: the last ``KEPT`` servers, newest first."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

from tui.store.servers import CHOICES, Profile
from tui.store.writing import replace_file
from tui.values import value

KEPT: Final = 20
_LARGEST: Final = 1 << 18
_LONGEST: Final = 1000


@value
class Visit(Profile):
    """``at`` is seconds since the epoch. All texts are foreign: anybody may have written the file. Programs
    are not remembered: their arguments may hold what nobody wants in a file; nor is what was to be typed,
    which would be typed again unasked."""

    at: float = 0.0

    @property
    def place(self) -> tuple[object, ...]:
        """Two visits to the same one are one, whoever logged in."""
        return self.host, self.port, self.security, self.through, self.mx, self.unix, self.lmtp


def load(file: Path) -> list[Visit]:
    """What is no visit is passed over: the file may be lost without harm.

    Raises:
        OSError: it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            rows = json.loads(opened.read(_LARGEST))
    except (FileNotFoundError, ValueError, RecursionError):
        return []
    found = [_visit(row) for row in rows] if isinstance(rows, list) else []
    return [one for one in found if one is not None][:KEPT]


def add(file: Path, visit: Visit) -> None:
    """Put it before the others.

    Raises:
        OSError: it cannot be kept.
    """
    others = [one for one in load(file) if one.place != visit.place]
    rows = [_row(one) for one in (visit, *others)][:KEPT]
    replace_file(file, (json.dumps(rows, indent=1) + "\n").encode())


def _row(visit: Visit) -> dict[str, object]:
    """What is as usual needs no place, but for the server and the time."""
    always = {"host", "port", "security", "at"}
    kept = {key: one for key, one in asdict(visit).items() if key in always or one != _USUAL[key]}
    return {key: one for key, one in kept.items() if key in _KEPT_OF_IT}


def _visit(row: object) -> Visit | None:
    if not isinstance(row, dict) or set(row) - _KEPT_OF_IT:
        return None
    for key, given in row.items():
        usual = _USUAL[key]
        number = isinstance(usual, float) and isinstance(given, int) and not isinstance(given, bool)
        if not (number or type(given) is type(usual)) or len(str(given)) > _LONGEST:
            return None
        if given and given not in CHOICES.get(key, (given,)):
            return None
    values: dict[str, Any] = row
    visit = Visit(**values)
    return visit if 0 < visit.port < 65536 and visit.host else None


_USUAL: Final[Mapping[str, object]] = asdict(Visit())
_NOT_KEPT: Final = frozenset({"pipe", "password_command", "sender", "recipients", "message", "until"})
_KEPT_OF_IT: Final = frozenset(_USUAL) - _NOT_KEPT
