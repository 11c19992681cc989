"""Every recorded dialogue gives its facts, however its octets are chunked."""

from __future__ import annotations

import pytest

from tests.practice.recordings import NAMES, Step, differences, expected, steps
from tui.practice.facts import facts_of


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
