"""What stands before every row of a dialogue that was pasted into a reply, a list or a block of code."""

from __future__ import annotations

import re
from typing import Final

#: Blanks, and the marks of quoted mail and of boxes.
_MARGIN: Final = rb"([ \t>|]{0,99}?)"


class Margin:
    """The margin is that of the last row which is surely one of the form; other rows must stand behind it."""

    def __init__(self, sure: bytes) -> None:
        """``sure``: a pattern for the beginning of rows that nobody writes but the program of this form."""
        self._sure = re.compile(_MARGIN + rb"(?:" + sure + rb")")
        self._margin = b""

    def seen_in(self, sample: list[bytes]) -> bool:
        return any(self._sure.match(row) for row in sample)

    def cut(self, row: bytes) -> bytes | None:
        """The row behind the margin; None: it stands outside, and is prose."""
        if sure := self._sure.match(row):
            self._margin = sure[1]
        if row.startswith(self._margin):
            return row[len(self._margin) :]
        return b"" if row == self._margin.rstrip() else None
