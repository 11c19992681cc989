"""A few of the thousand runs of ``python -m tests.sandbox.kill9``; in a process of its own, for it forks."""

from __future__ import annotations

import subprocess
import sys


def test_what_was_accepted_outlives_kill_9() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.sandbox.kill9", "20", "9"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "accepted=0," not in done.stdout
