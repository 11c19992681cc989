"""Every recorded dialogue gives its facts, however its octets are chunked."""

from __future__ import annotations

import pytest

from tests.practice.recordings import NAMES, Step, differences, expected, steps
from tui.practice.facts import facts_of
from tui.practice.replaying import replay
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import Event


def byte_by_byte(recording: list[Step]) -> list[Step]:
    return [
        step
        for side, octets in recording
        for step in ([(side, octets)] if side == "*" else [(side, bytes([one])) for one in octets])
    ]


def test_all_recordings_are_here() -> None:
    assert len(NAMES) == 29


@pytest.mark.parametrize("name", NAMES)
def test_whole(name: str) -> None:
    assert differences(expected(name), facts_of(steps(name))) == []


@pytest.mark.parametrize("name", NAMES)
def test_byte_by_byte(name: str) -> None:
    assert differences(expected(name), facts_of(byte_by_byte(steps(name)))) == []


@pytest.mark.parametrize("name", NAMES)
def test_split_at_every_offset(name: str) -> None:
    """The events are the same wherever one step is cut in two, so the facts are: each cut, in its own replay
    up to the end of the next step, against the events of the whole."""
    recording = steps(name)
    for at, (side, octets) in enumerate(recording):
        if side == "*":
            continue
        whole = _events(recording[: at + 2])
        for offset in range(1, len(octets)):
            parts = [(side, octets[:offset]), (side, octets[offset:])]
            assert _events([*recording[:at], *parts, *recording[at + 1 : at + 2]]) == whole, (at, offset)


def _events(recording: list[Step]) -> list[Event]:
    return [event for events in replay(Dialogue(), recording) for event in events]
