"""``python -m tests.endings 200 [SEED]``: so many sittings that are ended by somebody else.

On the split screen and in line mode; over plain TCP, STARTTLS, TLS at once and ``--via``; while connecting,
in the TLS handshake, while typing, while a reply is due, in the message, at a question, at a masked prompt,
and while smtptutor types; by SIGHUP, by SIGTERM, by a terminal that is closed, or by an SSH connection that
is lost. The transcript must hold all that was on the wire, the program must end within 2 s and leave no ssh
behind, and the terminal, if there still is one, must be as it was. Needs root for its sshd.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from tests.endings.over_ssh import DROPPED, no_orphans, over
from tests.endings.run import WAYS, Ended, at_a_terminal, every_case, run
from tests.interop import sshd as sshds


def main(count: int, seed: int) -> int:
    ended: list[Ended] = []
    cases = every_case((*WAYS, DROPPED))
    random.Random(seed).shuffle(cases)
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="smtptutor-endings-")))
        server = stack.enter_context(sshds.running(root / "sshd"))
        for number in range(count):
            case = cases[number % len(cases)]
            begin = over(server) if case.way is DROPPED else at_a_terminal(server.environment)
            try:
                one = run(random.Random(f"{seed} {number}"), case, root / str(number), begin)
            except AssertionError as error:
                one = Ended(case, 0.0, [str(error)])
            one.problems += no_orphans(server)
            for problem in one.problems:
                print(f"run {number}, {case}: {problem}", flush=True)
            ended.append(one)
    good = sum(not one.problems for one in ended)
    longest = max(ended, key=lambda one: one.seconds)
    print(f"{good} of {count} ended in order (seed {seed})")
    print(f"the longest took {longest.seconds:.2f} s: {longest.case}")
    for what in ("front", "channel.name", "moment.name", "way.name"):
        first, _, rest = what.partition(".")
        values = (getattr(one.case, first) for one in ended)
        print(dict(Counter(getattr(one, rest) if rest else one for one in values)))
    return 0 if good == count else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1_000_000)))
