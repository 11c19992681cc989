"""The source of a mail through the byte lens: length and end of each line, what is unseen. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tui.smtp import lens
from tui.smtp.display import visible
from tui.smtp.events import LineEnd
from tui.ui.draft import folds
from tui.ui.flow import Row, cut
from tui.words.guide import Run, Tone
from tui.words.lens import LINE_ENDS, legend

_LINE: Final = re.compile(rb"([^\n]*?)(\r\n|\n|\Z)", re.DOTALL)
_ENDS: Final = {b"\r\n": LineEnd.CRLF, b"\n": LineEnd.LF, b"": LineEnd.NONE}
_GUTTER: Final = 14  # "  3   998 LF  "


def through_lens(raw: bytes, room: int) -> list[Row]:
    """Each line with number, octets and end; under it what is to be marked, and what the marks mean."""
    rows: list[Row] = []
    for number, (line, end) in enumerate(_lines(raw), start=1):
        gutter = f"{number:>3} {len(line):>4} {LINE_ENDS[end]:<4}"
        for at, part in enumerate(folds(visible(line), max(8, room - _GUTTER))):
            label = gutter if at == 0 else ""
            rows.append((Run(f"{label:<{_GUTTER}}", Tone.QUIET), Run(part.text)))
        if marks := lens.marks(line, limit=lens.TEXT_OCTETS):
            rows.append(
                cut((Run(f"{'!':>{_GUTTER - 1}} ", Tone.LATER), Run(legend(marks), Tone.QUIET)), room)
            )
    return rows


def _lines(raw: bytes) -> Iterator[tuple[bytes, LineEnd]]:
    for match in _LINE.finditer(raw):
        if match.start() == len(raw):
            return
        yield match[1], _ENDS[match[2]]
