"""``smtptutor sandbox``, as another program's practice server."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.interop.program import PROGRAM


class Sandbox(NamedTuple):
    """``tls_port`` and ``lmtp_port`` are 0 where they were not asked for; ``ca`` is what a client trusts."""

    port: int
    tls_port: int
    lmtp_port: int
    ca: Path


@contextlib.contextmanager
def running(*words: str) -> Iterator[Sandbox]:
    """``words`` go behind ``sandbox --port 0``; its mail is in the home of the test."""
    command = [*PROGRAM, "sandbox", "--port", "0", "--json", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        ready = json.loads(server.stdout.readline())
        reader = threading.Thread(target=server.stdout.read)  # else it stops when the pipe is full
        reader.start()
        try:
            port, tls_port, lmtp_port = (ready.get(name) or 0 for name in ("port", "tls_port", "lmtp_port"))
            yield Sandbox(port, tls_port, lmtp_port, Path(ready.get("ca_file") or "none"))
        finally:
            server.terminate()
            reader.join(20)
            server.wait(20)
