"""A few of the two hundred runs of ``python -m tests.endings``: those over a connection of SSH, by --via
or one that is lost."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.endings.moments import PLAIN, TLS, VIA
from tests.endings.over_ssh import DROPPED, no_orphans, over
from tests.endings.run import WAYS, Case, alternating, at_a_terminal, run, some_cases
from tests.interop.sshd import Sshd

#: The front ends in turn: each moment by --via, every second one with a connection that is lost.
CASES = [*alternating(some_cases(WAYS, (VIA,))), *alternating(some_cases((DROPPED,), (PLAIN, TLS, VIA)))[::2]]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_ended_in_the_midst_of_it(sshd: Sshd, case: Case, tmp_path: Path) -> None:
    begin = over(sshd) if case.way is DROPPED else at_a_terminal(sshd.environment)
    ended = run(random.Random(str(case)), case, tmp_path, begin)
    assert [*ended.problems, *no_orphans(sshd)] == []
