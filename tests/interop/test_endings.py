"""A few of the two hundred runs of ``python -m tests.endings``: those whose SSH connection is lost."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.endings.over_ssh import DROPPED, over
from tests.endings.run import FRONTS, run
from tests.interop.sshd import Sshd


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("front", FRONTS)
def test_the_ssh_connection_is_lost(sshd: Sshd, front: str, seed: int, tmp_path: Path) -> None:
    ended = run(random.Random(f"{front} {seed}"), front, DROPPED, tmp_path / "home", over(sshd))
    assert ended.problems == []
