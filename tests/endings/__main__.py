"""``python -m tests.endings 200 [SEED]``: so many sittings that are ended at a random moment.

On the split screen and in line mode, by SIGHUP, by SIGTERM, by a terminal that is closed, or by an SSH
connection that is lost. The transcript must hold all that was on the wire, the program must end within 2 s,
and the terminal, if there still is one, must be as it was. Needs root for its sshd.
"""

from __future__ import annotations

import random
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.endings.over_ssh import DROPPED, over
from tests.endings.run import FRONTS, WAYS, Ended, at_a_terminal, run
from tests.interop import sshd as sshds


def main(count: int, seed: int) -> int:
    ended: list[Ended] = []
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="smtptutor-endings-")))
        server = stack.enter_context(sshds.running(root / "sshd"))
        cases = [(front, way) for way in (*WAYS, DROPPED) for front in FRONTS]
        for number in range(count):
            front, way = cases[number % len(cases)]
            begin = over(server) if way is DROPPED else at_a_terminal
            one = run(random.Random(f"{seed} {number}"), front, way, root / str(number), begin)
            for problem in one.problems:
                print(f"run {number}, {one.front}, {one.way}, after {one.typed} lines: {problem}", flush=True)
            ended.append(one)
    good = sum(not one.problems for one in ended)
    longest = max(one.seconds for one in ended)
    print(f"{good} of {count} ended in order (seed {seed}); the longest took {longest:.2f} s")
    return 0 if good == count else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1_000_000)))
