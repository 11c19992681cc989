"""Two sessions solving at once: ``python -m tests.store.two_sessions 1000`` for the long run."""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
from pathlib import Path

import msgspec

from tui.store.progress import Progress


def _solve(file: Path, count: int) -> None:
    """Begin and solve so many exercises, each as a program of its own would."""
    for number in range(count):
        progress = Progress(file)
        row = progress.begin("pack", f"exercise-{number}", "h", float(number))
        progress.save(msgspec.structs.replace(row, solved=True, ended=number + 1.0))
        progress.close()


def both_at_once(file: Path, count: int) -> tuple[int, int]:
    """Attempts that were made by both, and those that are kept as solved."""
    context = multiprocessing.get_context("spawn")
    sessions = [context.Process(target=_solve, args=(file, count)) for _ in range(2)]
    for one in sessions:
        one.start()
    for one in sessions:
        one.join()
        assert one.exitcode == 0
    progress = Progress(file)
    solved = sum(row.solved for row in progress.rows())
    progress.close()
    return 2 * count, solved


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made, kept = both_at_once(Path(folder) / "progress.db", int(sys.argv[1]) // 2)
    print(f"{made} attempts by two sessions at once, {kept} kept")
