"""Any octets, in any chunks, in any order of the two directions: events, and never an exception."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.practice.recordings import NAMES
from tests.practice.recordings import steps as recorded
from tests.smtp.random_streams import as_steps, check
from tests.smtp.streams import CLIENT, ENDS, NOTES, SERVER, Step, made_up, mutated

lines = st.one_of(st.sampled_from(CLIENT + SERVER), st.binary(max_size=40))
octets = st.lists(st.tuples(lines, st.sampled_from(ENDS)), max_size=6).map(
    lambda parts: b"".join(line + end for line, end in parts)
)
steps = st.one_of(
    st.tuples(st.sampled_from(["C", "S"]), octets), st.tuples(st.just("*"), st.sampled_from(NOTES))
)


@given(st.lists(steps, max_size=20), st.integers(0, 1 << 32))
@settings(max_examples=150)
def test_any_dialogue(stream: list[Step], seed: int) -> None:
    check(stream, random.Random(seed), thoroughly=True)


@given(st.integers(0, 1 << 32))
@settings(max_examples=150)
def test_a_dialogue_of_what_smtp_is_made_of(seed: int) -> None:
    source = random.Random(seed)
    check(made_up(source), source, thoroughly=True)


@given(st.sampled_from(NAMES), st.integers(0, 1 << 32))
@settings(max_examples=100)
def test_a_recording_with_faults(name: str, seed: int) -> None:
    source = random.Random(seed)
    check(mutated(as_steps(recorded(name)), source), source, thoroughly=True)
