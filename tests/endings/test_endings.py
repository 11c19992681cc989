"""A few of the two hundred runs of ``python -m tests.endings``, without a network in between: every moment on
both front ends, and every channel and way among them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.endings.moments import PLAIN, STARTTLS, TLS
from tests.endings.run import WAYS, Case, at_a_terminal, run, some_cases


@pytest.mark.parametrize("case", some_cases(WAYS, (PLAIN, STARTTLS, TLS)), ids=str)
def test_ended_in_the_midst_of_it(case: Case, tmp_path: Path) -> None:
    assert run(random.Random(str(case)), case, tmp_path, at_a_terminal({})).problems == []
