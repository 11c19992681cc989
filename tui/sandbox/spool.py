"""How much the Maildir may hold, where the scenario limits it: what is more is refused for now (452).

What is coming in counts as well, so that many at once cannot overrun it together; what others delete makes
room.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from tui.sandbox import maildir


class SpoolFullError(OSError):
    """There is no room for it until something is deleted."""

    def __init__(self) -> None:
        super().__init__(errno.ENOSPC, os.strerror(errno.ENOSPC))


class Spool:
    """Of one Maildir. ``limit``: octets of all messages together; None: whatever the disk takes."""

    def __init__(self, root: Path) -> None:
        self.limit: int | None = None
        self._root = root
        self._stored: int | None = None  # octets; None: not counted yet
        self._coming = 0

    def has_room(self, octets: int) -> bool:
        """Would so many fit now? Where they would not, the folders are read again first."""
        if self.limit is None:
            return True
        if self._stored is None or self._stored + self._coming + octets > self.limit:
            self._stored = _octets_in(self._root)
        return self._stored + self._coming + octets <= self.limit

    def take(self, octets: int) -> None:
        """So many come in.

        Raises:
            SpoolFullError: there is no room; they do not count.
        """
        if not self.has_room(octets):
            raise SpoolFullError
        self._coming += octets

    def settle(self, octets: int, *, stored: bool) -> None:
        """What was taken is in sight now, or was dropped."""
        self._coming -= octets
        if stored and self._stored is not None:
            self._stored += octets


def _octets_in(root: Path) -> int:
    octets = 0
    for name in maildir.names(root).values():
        try:
            octets += (root / name).stat().st_size
        except FileNotFoundError:  # it went away meanwhile
            continue
    return octets
