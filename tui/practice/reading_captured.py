r"""What a terminal's recorder puts around a dialogue: ``script`` and its like keep what the terminal got.

There each row ends in the CR of the terminal, behind the one that the line may have brought (``\r\r\n``),
colours stand in the rows, and ``script`` says when it began and ended. All of that was never said by a server
or a client. Rows of JSON have nothing of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

#: Of ``script`` on Linux, BSD and macOS.
_BANNER: Final = re.compile(rb"Script (?:started|done)\b.*")
#: Colours and the like (ECMA-48 §5.4, §5.6), titles, character sets.
_SEQUENCE: Final = re.compile(
    rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()*+][0-9A-B]|[=>78])"
)
#: A row that is coloured as a whole, in a text that no recorder made.
_COLOURED: Final = re.compile(rb"((?:\x1b\[[0-9;]*m)+)(.*?)((?:\x1b\[[0-9;]*[mK])*)(\r*)", re.DOTALL)


class Capture:
    """How a text was kept, by its first rows."""

    def __init__(self, sample: list[bytes]) -> None:
        self._recorded = any(_BANNER.match(row) for row in sample[:1])
        rows = [row for row in sample if not _BANNER.match(row)]
        said = rows[:-1] if len(rows) > 1 and not self._recorded else rows  # the last one may lack its end
        ended = [row for row in said if row]
        self._returns = bool(ended) and all(row.endswith(b"\r") for row in ended)
        while said and not said[-1]:
            said = said[:-1]
        self._doubled = self._returns and len(said) > 1 and not any(said[1::2]) and all(said[::2])

    def tidy(self, rows: Iterable[bytes]) -> Iterator[bytes]:
        """The rows as the program wrote them. A CR at the end of every row is the file's."""
        told = 0
        for row in rows:
            if self._recorded and _BANNER.match(row):
                yield b""  # so that every row keeps its number
                continue
            told += 1
            if self._doubled and told % 2 == 0 and not row:
                continue
            yield self._bare(row)

    def _bare(self, row: bytes) -> bytes:
        if self._recorded:
            row = row.rstrip(b"\r")
        elif self._returns:
            row = row.removesuffix(b"\r")
        if b"\x1b" not in row:
            return row
        if self._recorded or self._returns:
            return _SEQUENCE.sub(b"", row)
        coloured = _COLOURED.fullmatch(row)
        return row if coloured is None else coloured[2] + coloured[4]
