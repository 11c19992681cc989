"""A sitting at the far end of an SSH connection, and the loss of that connection."""

from __future__ import annotations

import os
import select
import shlex
import signal
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.endings.run import Begin, Sitting, Way
from tests.interop import processes
from tests.interop.sshd import Sshd
from tests.pty import DEADLINE, Terminal

REPOSITORY = Path(__file__).resolve().parents[2]
#: Whoever looks after the connection dies without a word.
DROPPED = Way("dropped SSH", lambda terminal: terminal.signal(signal.SIGKILL), None)


def over(sshd: Sshd) -> Begin:
    """Begins it behind this server, where ``ssh`` leads to this server too."""

    def begin(command: Sequence[str], home: Path) -> Sitting:
        known = [f"SMTPTUTOR_HOME={home}", "LC_ALL=C.UTF-8", f"PATH={sshd.environment['PATH']}"]
        remote = f"cd {shlex.quote(str(REPOSITORY))} && exec env {shlex.join([*known, *command])}"
        terminal = Terminal.spawn(["ssh", "-tt", sshd.jump, remote], size=(100, 30), env=sshd.environment)
        found: list[int] = []
        while not found:
            terminal.settle(0.02)
            assert terminal.process.poll() is None, terminal.text()
            found = [pid for pid in processes.descendants(sshd.daemon) if _is(pid, command)]
        ended = os.pidfd_open(found[0])

        def wait() -> None:
            if not select.select([ended], [], [], DEADLINE)[0]:
                raise AssertionError("the program outlives the connection")
            os.close(ended)

        return Sitting(terminal, wait)

    return begin


def no_orphans(sshd: Sshd) -> Iterator[str]:
    """What the program has started ends with it."""
    deadline = time.monotonic() + 10
    while sshd.clients and time.monotonic() < deadline:
        time.sleep(0.02)
    yield from (f"ssh outlives it: {pid}" for pid in sshd.clients)


def _is(process: int, command: Sequence[str]) -> bool:
    return any(pid == process and words[: len(command)] == list(command) for pid, words in processes.every())
