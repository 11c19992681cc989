"""A few of the two hundred runs of ``python -m tests.endings``, without a network in between."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.endings.run import FRONTS, WAYS, Way, run


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
@pytest.mark.parametrize("front", FRONTS)
def test_ended_in_the_midst_of_it(front: str, way: Way, seed: int, tmp_path: Path) -> None:
    ended = run(random.Random(f"{front} {way.name} {seed}"), front, way, tmp_path / "home")
    assert ended.problems == []
