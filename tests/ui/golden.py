"""Goldens: what a screen says, as text, kept beside the tests."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

_PLACE = Path(__file__).parent / "goldens"


def check(name: str, rows: Iterable[str]) -> None:
    """The rows are those of the golden, blanks at their end apart. With GOLDENS=write they become it."""
    text = "".join(row.rstrip() + "\n" for row in rows)
    path = _PLACE / f"{name}.txt"
    if os.environ.get("GOLDENS") == "write":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.is_file(), f"no golden {name}; make it with GOLDENS=write and read it"
    assert text.splitlines() == path.read_text(encoding="utf-8").splitlines()
