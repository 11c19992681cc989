"""What other people's clients, and Postfix, print today goes back through ``explain``: the same facts as what
was said on the wire."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.postfix import Postfix
from tests.interop.printing import RUNS, Run, interleaved, printed, server
from tests.practice.shown import facts_shown, found
from tui.practice.reading import Form


@pytest.fixture(scope="module")
def talkative(root: Path) -> Iterator[Postfix]:
    """It logs all that is said."""
    with server(root / "talkative") as postfix:
        yield postfix


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.name)
def test_what_a_client_prints(run: Run, talkative: Postfix, tmp_path: Path) -> None:
    run_of = printed(run, talkative, tmp_path)
    form, facts = found(run_of.text)
    assert form is Form(run.name.partition("-")[0]), run_of.text.decode(errors="replace")
    assert facts == [facts_shown(run.name, steps) for steps in run_of.connections]


def test_what_postfix_logs(talkative: Postfix, tmp_path: Path) -> None:
    run_of = interleaved(talkative, tmp_path)
    form, facts = found(run_of.text)
    assert form is Form.POSTFIX
    wanted = [
        facts_shown("postfix" if ("C", b"QUIT\r\n") in steps else "postfix-dropped", steps)
        for steps in run_of.connections
    ]
    assert len(facts) == len(wanted)
    assert all(one in wanted for one in facts)
