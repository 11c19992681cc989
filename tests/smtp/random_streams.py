"""Run the observer and the facts over many random dialogues: ``python -m tests.smtp.random_streams 1000000``.

Every stream must pass without an exception, every fiftieth must give the same events in other chunks, and
what is shown must be harmless. Not part of the normal tests: a million takes a while.
"""

from __future__ import annotations

import random
import sys
import time

from tests.practice.recordings import NAMES
from tests.practice.recordings import steps as recorded
from tests.smtp.streams import Step, chunked, made_up, mutated
from tests.smtp.talk import TLS
from tui.practice.facts import as_json, facts
from tui.smtp.dialogue import Dialogue
from tui.smtp.display import caret_cells, shown
from tui.smtp.events import Event, Found, LineReceived, LineSent
from tui.smtp.findings import Side

_NOTES = {"TLS": "tls", "connection closed by server": "closed", "connection closed by client": "gone"}


def as_steps(recording: list[Step]) -> list[Step]:
    """A recording with its notes as the observer's calls."""
    steps: list[Step] = []
    for side, octets in recording:
        if side != "*":
            steps.append((side, octets))
            continue
        note = octets.decode()
        steps += [("*", call.encode()) for start, call in _NOTES.items() if note.startswith(start)]
    return steps


def observed(steps: list[Step]) -> list[Event]:
    """All events of a dialogue."""
    dialogue = Dialogue()
    calls = {
        b"tls": lambda: dialogue.tls_established(TLS),
        b"closed": lambda: dialogue.closed(Side.SERVER),
        b"gone": lambda: dialogue.closed(Side.CLIENT),
        b"end": dialogue.finished,
    }
    events: list[Event] = []
    for side, octets in steps:
        if side == "*":
            events += calls[octets]()
        else:
            events += dialogue.received(octets) if side == "S" else dialogue.sent(octets)
    return events + list(dialogue.finished())


def check(steps: list[Step], source: random.Random, *, thoroughly: bool) -> None:
    """One stream; AssertionError when something is wrong with it."""
    events = observed(steps)
    given = facts(events)
    if not thoroughly:
        return
    assert as_json(given).isascii()
    assert observed(chunked(steps, source)) == events
    lines = {event.number: event for event in events if isinstance(event, LineSent | LineReceived)}
    assert list(lines) == list(range(1, len(lines) + 1))
    for line in lines.values():
        assert not any(ord(char) < 0x20 or 0x7F <= ord(char) < 0xA0 for char in shown(line))
    for event in events:
        if isinstance(event, Found) and event.line is not None and event.spans:
            length = len(lines[event.line].data)
            assert all(0 <= start <= end <= length + 1 for start, end in event.spans), event
            assert len(caret_cells(lines[event.line], event.spans)) == len(event.spans)


def run(count: int, seed: int) -> None:
    recordings = [as_steps(recorded(name)) for name in NAMES]
    started = time.monotonic()
    for number in range(count):
        source = random.Random(seed * 1_000_003 + number)
        steps = made_up(source) if number % 2 else mutated(source.choice(recordings), source)
        try:
            check(steps, source, thoroughly=number % 50 < 2)
        except Exception:
            print(f"seed {seed}, stream {number}: {steps!r}", file=sys.stderr)
            raise
    print(f"{count} random streams without an exception in {time.monotonic() - started:.0f} s, seed {seed}")


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
