"""Faults that nobody can meet at a server as it is."""

from __future__ import annotations

import pytest

from tui.practice.fault_lines import added, brief, read
from tui.sandbox import scenario
from tui.sandbox.unmet import unmet


@pytest.mark.parametrize(
    ("name", "speaks", "line", "needed"),
    [
        ("free", "plain", "starttls=454", None),
        ("free", "plain", "auth=535", None),
        ("greylist", "plain", "auth=535", "AUTH"),  # nobody has an account there
        ("free", "qmail", "auth=535", "AUTH"),
        ("free", "qmail", "bdat=drop", "CHUNKING"),
        ("free", "gmail", "rate:expn=2", "EXPN"),
        ("free", "haraka", "vrfy=450", None),  # answered, and not offered
        ("free", "mdaemon-7", "certificate=expired", "STARTTLS"),
        ("submission", "mdaemon-7", "certificate=expired", None),
        ("free", "plain", "greylist=5m", None),
        ("submission", "plain", "greylist=5m", ""),
        ("free", "qmail", "quota=3", None),
        ("free", "qmail", "command:4=421", None),
    ],
)
def test_what_nobody_can_meet(name: str, speaks: str, line: str, needed: str | None) -> None:
    server = added(scenario.load(name), read(line))
    found = {brief(one): keyword for one, keyword in unmet(server, speaks)}
    assert found == ({} if needed is None else {line: needed})


def test_a_certificate_is_met_where_tls_comes_first() -> None:
    server = added(scenario.load("free"), "expired")
    assert not list(unmet(server, "mdaemon-7", tls=True))


@pytest.mark.parametrize("name", scenario.shipped())
def test_whatever_a_shipped_scenario_wants_can_be_met(name: str) -> None:
    assert not list(unmet(scenario.load(name), "plain"))
