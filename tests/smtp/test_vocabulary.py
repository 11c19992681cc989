"""The tables that other rooms count on are whole."""

from __future__ import annotations

import pytest

from tui.smtp.commands import VERBS
from tui.smtp.findings import TOLD_AT_MOST, TOLD_IN_A_MESSAGE, TRAITS, Finding, Side, Weight
from tui.smtp.phases import LEGAL, NEXT, Phase
from tui.smtp.spelling import MEANT, TYPED_VERBS, distance


@pytest.mark.parametrize("finding", Finding)
def test_every_finding_says_whose_it_is_and_where_the_rule_stands(finding: Finding) -> None:
    assert finding.side in Side
    assert finding.weight in Weight
    assert finding.rfc.startswith("RFC ")
    assert finding.value == finding.name.lower().replace("_", "-")


def test_every_finding_has_traits() -> None:
    assert set(TRAITS) == set(Finding)


def test_what_the_server_does_wrong_is_always_limited() -> None:
    assert {finding for finding in Finding if finding.side is Side.SERVER} <= set(TOLD_AT_MOST)
    assert not set(TOLD_AT_MOST) & set(TOLD_IN_A_MESSAGE)


def test_verbs() -> None:
    assert {verb for verbs in LEGAL.values() for verb in verbs} <= VERBS
    assert set(TYPED_VERBS) <= VERBS
    assert {meant.split()[0] for meant in MEANT.values()} <= VERBS
    assert not set(MEANT) & VERBS


def test_every_way_leads_to_a_phase() -> None:
    assert all(phase in Phase and before <= set(Phase) for before, phase in NEXT.values())


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("HELO", "HELO", 0),
        ("HELLO", "HELO", 1),
        ("EHLO", "HELO", 1),
        ("DTAA", "DATA", 1),
        ("", "ABC", 3),
        ("QUIT", "DATA", 4),
    ],
)
def test_distance(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == distance(other, one) == steps
