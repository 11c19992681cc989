"""A recorded dialogue with what a second run of it needs: where in the text each step stands, when it
happened, and what of it was not kept.

The readers of ``reading`` tell who said what, and nothing else. Those that read row by row are asked again
for each row alone; of the others neither rows nor times are known.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import chain, takewhile
from typing import Any, Final

from tui.practice.reading import FORMS, Form, read
from tui.practice.reading_beside import Doubtful
from tui.practice.replaying import replay
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import Event
from tui.values import value

#: Each row of these is a step of its own, or none.
_ROW_BY_ROW: Final = frozenset({Form.EVENTS, Form.MARKED})
_CUT: Final = b" <cut>"
_BOM: Final = b"\xef\xbb\xbf"


@value
class About:
    """What is known of a step beside its octets."""

    row: int = 0  # of the text, from 1; 0: not known
    at: float | None = None  # seconds since the recording began
    cut: bool = False  # the line was longer than is kept


_NOTHING: Final = About()


@value
class Recorded:
    """One step: who speaks (``S``, ``C``, ``*``), and the octets."""

    side: str
    octets: bytes
    about: About = _NOTHING


@value
class Recording:
    form: Form
    connections: tuple[tuple[Recorded, ...], ...]
    beside: bool = False  # as of a ``Reading``
    doubtful: tuple[Doubtful, ...] = ()


def record(rows: Iterable[bytes], events: Iterable[bytes] = ()) -> Recording | None:
    """Every dialogue in a text, whole; None when there is none.

    Args:
        rows: as ``reading.read`` takes them. All of them are kept.
        events: as ``reading.read`` takes them.
    """
    kept = list(rows)
    reading = read(kept, events)
    if reading is None:
        return None
    found = [list(steps) for steps in reading.connections]
    about = list(_about(reading.form, kept))
    if len(about) != sum(map(len, found)):
        about = [_NOTHING] * sum(map(len, found))
    beside = iter(about)
    return Recording(
        reading.form,
        tuple(tuple(Recorded(side, octets, next(beside)) for side, octets in steps) for steps in found),
        reading.beside,
        tuple(reading.doubtful),
    )


def told(connection: tuple[Recorded, ...]) -> Iterator[tuple[Event, About]]:
    """What the observer makes of one connection, each event with what is known of its step."""
    batches = list(replay(Dialogue(), ((one.side, one.octets) for one in connection)))
    beside = [one.about for one in connection]
    joined = (
        len(batches) - len(connection) - 1
    )  # the record may begin later than the connection: a batch of its own
    before, after = [_NOTHING] * joined, beside[-1:] or [_NOTHING]
    for events, about in zip(batches, chain(before, beside, after), strict=True):
        yield from ((event, about) for event in events)


def began(connection: tuple[Recorded, ...]) -> float | None:
    """When the greeting began to be due: at the last note before the server spoke. None: nobody knows."""
    notes = takewhile(lambda one: one.side == "*", connection)
    return next((one.about.at for one in reversed(list(notes))), None)


def _about(form: Form, rows: list[bytes]) -> Iterator[About]:
    if form not in _ROW_BY_ROW:
        return
    reader = next(one for one in FORMS if one.form is form)
    rows[:1] = [row.removeprefix(_BOM) for row in rows[:1]]
    for number, row in enumerate(rows, 1):
        for _step in reader.read((row,)):
            yield _of_row(form, row, number)


def _of_row(form: Form, row: bytes, number: int) -> About:
    if form is Form.MARKED:
        return About(number, cut=row.rstrip(b"\r").endswith(_CUT))
    fields: dict[str, Any] = json.loads(row)
    at = fields.get("t")
    seconds = float(at) if isinstance(at, int | float) else None
    return About(number, seconds, fields.get("cut") is True)
