"""``/bdat``: the written message as one counted chunk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.smtp.phases import Phase
from tui.values import value
from tui.words import chunks

if TYPE_CHECKING:
    from tui.desk.desk import Desk


@value
class Line:
    """To be put into the prompt: Enter sends it, and the octets of the message behind it."""

    text: str


def line(desk: Desk, compose: str) -> Line | str:
    """The BDAT for the written message, or in words why there is none. ``compose`` is the key or typed name
    that writes one."""
    practice = desk.practice
    if "CHUNKING" not in practice.extensions and practice.helo:
        return chunks.not_offered()
    if practice.phase not in {Phase.RCPT, Phase.CHUNKING}:
        return chunks.out_of_turn()
    chunk = desk.chunk_line
    return Line(chunk) if chunk else chunks.nothing_written(compose)
