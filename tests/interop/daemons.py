"""A server of these tests as a process of its own, from its greeting to the end of its use."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.interop.ports import wait_for_port


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    log: Path,
    *,
    port: int,
    greeting: bytes = b"220",
    env: Mapping[str, str] | None = None,
) -> Iterator[int]:
    """Start it in the foreground, wait until it greets at ``port``, and stop it at the end; its process id.

    Args:
        log: gets what it prints.
        env: its whole environment; None: ours.
    """
    with log.open("wb") as output:
        daemon = subprocess.Popen(
            [str(word) for word in command], env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        wait_for_port(port, greeting=greeting)
        yield daemon.pid
    finally:
        daemon.terminate()
        daemon.wait(20)
