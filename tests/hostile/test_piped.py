"""Every hostile case with its script piped in: said, flagged, bounded, and the exit code."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.hostile.expected import EXPECTED
from tests.hostile.server import lines, listing, serving
from tests.plain.running import run, script

CASES = listing()
TIMEOUT = 4  # seconds per reply; the first waiting note comes after 2


@pytest.fixture(scope="module")
def ports() -> Iterator[dict[str, int]]:
    with serving(list(CASES), time_scale=0.15, size_scale=0.02) as ports:
        yield ports


def test_every_case_has_its_row() -> None:
    assert EXPECTED.keys() == CASES.keys()
    assert len(CASES) == 68


@pytest.mark.parametrize("name", CASES)
def test_case(name: str, ports: dict[str, int]) -> None:
    case, expected = CASES[name], EXPECTED[name]
    target = f"127.0.0.1:{ports[name]}"
    typed = [*lines(case), *expected.then]
    done = run(script(typed, "\r\n"), "connect", target, "--yes", "--timeout", str(TIMEOUT))
    output = "\n".join(done.rows)
    for part in (*expected.says, *expected.piped_says):
        assert part in output, case["expected"]
    for part in expected.never:
        assert part not in output, case["expected"]
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", output)
    assert done.errors == ""
    assert done.code == expected.code or expected.code is None
