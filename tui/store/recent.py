"""Where a person has connected to before: the last ``KEPT`` servers, newest first."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from tui.store.writing import replace_file

KEPT: Final = 20
_LARGEST: Final = 1 << 18
_LONGEST: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """``at`` is seconds since the epoch. All texts are foreign: anybody may have written the file."""

    host: str
    port: int
    security: str = "plain"
    user: str = ""
    through: str = ""
    ehlo: str = ""
    mx: bool = False
    at: float = 0.0

    @property
    def place(self) -> tuple[str, int, str, str, bool]:
        """Two visits to the same one are one."""
        return self.host, self.port, self.security, self.through, self.mx


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
    rows = [asdict(one) for one in (visit, *others)][:KEPT]
    replace_file(file, (json.dumps(rows, indent=1) + "\n").encode())


_TYPES: Final[dict[str, tuple[type, ...]]] = {"port": (int,), "at": (int, float), "mx": (bool,)}


def _visit(row: object) -> Visit | None:
    if not isinstance(row, dict) or set(row) - {one.name for one in fields(Visit)}:
        return None
    for key, given in row.items():
        if not isinstance(given, _TYPES.get(key, (str,))) or len(str(given)) > _LONGEST:
            return None
    values: dict[str, Any] = row
    try:
        visit = Visit(**values)
    except TypeError:
        return None
    return visit if 0 < visit.port < 65536 and visit.host else None
