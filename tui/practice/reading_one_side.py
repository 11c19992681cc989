"""Texts in which only the server speaks: what stdin held when it was a pipe, no program prints."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from tui.practice import typed_lines as shape
from tui.practice.reading_steps import CLIENT_NOT_SHOWN, Step, closed

#: What a server may say to somebody who says nothing.
_UNASKED: Final = b"421"
_FIRST: Final = re.compile(rb"220|[45][0-9][0-9]")
#: A reply that nobody but a mail server gives: it offers something, or has an enhanced code.
_OF_SMTP: Final = re.compile(
    rb"250-|250 (?:8BITMIME|SMTPUTF8|CHUNKING|DSN|HELP|SIZE|PIPELINING|STARTTLS)|([245])[0-9][0-9] \1\.[0-9]"
)


def replies(rows: Iterable[bytes]) -> Iterator[list[bytes]]:
    """The rows of the server as whole replies; the last one may be cut off."""
    reply: list[bytes] = []
    for row in rows:
        reply.append(row)
        if shape.is_last_of_reply(row):
            yield reply
            reply = []
    if reply:
        yield reply


def is_silent(steps: Sequence[Step]) -> bool:
    """There are answers in it, and no line that they could be answers to."""
    if any(side == "C" for side, _ in steps):
        return False
    said = list(replies(octets.rstrip(b"\r\n") for side, octets in steps if side == "S"))
    greeted = bool(said) and _FIRST.match(said[0][0]) is not None
    return any(not reply[0].startswith(_UNASKED) for reply in said[1 if greeted else 0 :])


def sounds_like_mail(rows: Iterable[bytes]) -> bool:
    """One of these replies is none of any other protocol."""
    return any(_OF_SMTP.match(row) for row in rows)


def completed(steps: Sequence[Step]) -> list[Step]:
    """With the note that the client is not shown, behind what was said of TLS."""
    if not is_silent(steps):
        return list(steps)
    at = next((at for at, (side, _) in enumerate(steps) if side == "S"), 0)
    return [*steps[:at], CLIENT_NOT_SHOWN, *steps[at:]]


def as_told(steps: Iterable[Step]) -> Iterator[Step]:
    """``completed``, of a form that shows both sides unless it was told not to (``swaks --hide-send``)."""
    told = iter(steps)
    held: list[Step] = []
    for step in told:
        held.append(step)
        if step[0] == "C":
            yield from held
            yield from told
            return
    yield from completed(held)


def answers(
    rows: Sequence[bytes], closing: Callable[[bytes], str | None], *, leftover: bool = False
) -> list[Step]:
    """The steps of a text that begins with any reply, greeting or not.

    Args:
        closing: who closed the connection, if this row says so.
        leftover: a lone ``250`` before all else is the end of a reply to somebody else.
    """
    steps: list[Step] = []
    first = next((row for row in rows if shape.is_plain_reply(row)), b"")
    drop = first if leftover and first.startswith(b"250 ") else None
    for row in rows:
        if row is drop:
            drop = None
        elif shape.is_plain_reply(row):
            steps.append(("S", row + b"\r\n"))
        elif steps and (by := closing(row)) is not None:
            steps.append(closed(by))
            break
    return completed(steps)
