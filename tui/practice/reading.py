"""Recorded dialogues as people have them: text in, who said what out.

A form is one small reader. It takes the rows of a text and gives numbered steps: the number of the
connection, who speaks (``S``, ``C``, or ``*`` for what happened to the connection) and the octets, line ends
included. A new form is one more row in ``FORMS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Final

from tui.practice import (
    reading_beside,
    reading_curl,
    reading_events,
    reading_marked,
    reading_one_side,
    reading_openssl,
    reading_postfix,
    reading_smtplib,
    reading_swaks,
    reading_telnet,
)
from tui.practice.reading_beside import Doubtful
from tui.practice.reading_captured import Capture
from tui.values import value

Step = tuple[str, bytes]
Numbered = tuple[int, str, bytes]


class Form(Enum):
    """How a dialogue was written down. The value is its name in JSON."""

    EVENTS = "events"  # rows of JSON: our .jsonl, or a recorder's
    MARKED = "marked"  # S: and C: before each line: our transcripts, line mode, books
    SWAKS = "swaks"
    SMTPLIB = "smtplib"  # debug output of Python's
    POSTFIX = "postfix"  # the log of smtpd -v, smtp -v
    CURL = "curl"  # -v, --trace and --trace-ascii
    OPENSSL = "openssl"  # a window of s_client
    TELNET = "telnet"  # as it stood in the window, with or without prose around it


@value
class _Reader:
    form: Form
    recognises: Callable[[list[bytes]], bool]
    read: Callable[[Iterable[bytes]], Iterator[Numbered]]


FORMS: Final = (
    _Reader(Form.EVENTS, reading_events.recognises, reading_events.read),
    _Reader(Form.MARKED, reading_marked.recognises, reading_marked.read),
    _Reader(Form.SWAKS, reading_swaks.recognises, reading_swaks.read),
    _Reader(Form.SMTPLIB, reading_smtplib.recognises, reading_smtplib.read),
    _Reader(Form.POSTFIX, reading_postfix.recognises, reading_postfix.read),
    _Reader(Form.CURL, reading_curl.recognises, reading_curl.read),
    _Reader(Form.OPENSSL, reading_openssl.recognises, reading_openssl.read),
    _Reader(Form.TELNET, reading_telnet.recognises, reading_telnet.read),
)

#: Programs that can be told to show one side alone, or whose marks somebody searched for.
_FILTERED: Final = frozenset({Form.SWAKS, Form.CURL, Form.SMTPLIB})

_SAMPLE_ROWS: Final = 5000
_BOM: Final = b"\xef\xbb\xbf"


@value
class Reading:
    """What was found. ``connections`` can be run through once: the steps of each connection, in order.
    ``doubtful`` grows meanwhile by the lines whose octets are not certain."""

    form: Form
    connections: Iterator[Iterator[Step]]
    began: float | None = None  # seconds since the epoch, where the text says so
    beside: bool = False  # the octets are those of the events beside the text
    doubtful: Sequence[Doubtful] = ()


def read(rows: Iterable[bytes], events: Iterable[bytes] = ()) -> Reading | None:
    """The dialogues in a text, or None when there is none.

    Args:
        rows: the text's rows without their LF. A CR at the end of every row is the file's, not the wire's.
        events: rows of JSON that lie beside it. They count where they are of the same session.
    """
    source = iter(rows)
    sample = list(islice(source, _SAMPLE_ROWS))
    if sample:
        sample[0] = sample[0].removeprefix(_BOM)
    capture = Capture(sample)
    text = capture.tidy(chain(sample, source))
    sample = list(capture.tidy(sample))
    for reader in FORMS:
        if not reader.recognises(sample):
            continue
        if reader.form is Form.MARKED:
            return _marked(reader, text, sample, iter(events))
        steps = reader.read(text)
        first = next(steps, None)
        if first is not None:
            began = reading_events.began(sample) if reader.form is Form.EVENTS else None
            both = _connections(chain((first,), steps))
            found = map(reading_one_side.as_told, both) if reader.form in _FILTERED else both
            return Reading(reader.form, found, began)
        if len(sample) == _SAMPLE_ROWS:
            return None  # what came behind the sample is gone
        text = iter(sample)
    return None


def _marked(reader: _Reader, text: Iterable[bytes], sample: list[bytes], events: Iterable[bytes]) -> Reading:
    """A text with marks; there is a reply in it."""
    source = iter(events)
    begun = list(islice(source, _SAMPLE_ROWS))
    same = reading_beside.begins_alike(reader.read(sample), reading_events.read(begun))
    beside = reading_events.read(chain(begun, source)) if same else iter(())
    doubtful: list[Doubtful] = []
    rows = reading_beside.Rows(text)
    steps = reading_beside.settled(reader.read(rows), rows, beside, doubtful.append)
    return Reading(
        Form.MARKED,
        _connections(steps),
        reading_events.began(begun) if same else None,
        beside=same,
        doubtful=doubtful,
    )


def _connections(steps: Iterator[Numbered]) -> Iterator[Iterator[Step]]:
    for _number, group in groupby(steps, key=itemgetter(0)):
        yield ((side, octets) for _number, side, octets in group)
