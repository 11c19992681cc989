"""Who lives: processes of this machine, found in /proc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def every() -> Iterator[tuple[int, list[str]]]:
    """Each living process and the words of its command line; a zombie has none."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if any(words):
            yield int(folder.name), words


def descendants(process: int) -> list[int]:
    """Children and their children."""
    found: list[int] = []
    for child in _children(process):
        found += [child, *descendants(child)]
    return found


def _children(process: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{process}/task/{process}/children").read_text().split()]
    except OSError:
        return []
