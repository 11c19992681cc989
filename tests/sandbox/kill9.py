"""kill -9 at random moments: what was answered 250 is there unchanged, and nothing half is shown.

``python -m tests.sandbox.kill9 1000`` does it so often, the tests a few times. Each run forks this process,
which has everything imported, into a sandbox; talks to it as fast as it goes; and kills it after 0 to 50 ms,
every other time counted from the first message that was accepted, however slow the machine is.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import re
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tui.sandbox import server  # noqa: F401 (imported before the fork, so that the child starts at once)
from tui.sandbox.inbox import Inbox
from tui.sandbox.sandbox import Sandbox

_NUMBER = re.compile(rb"Message (\d+) accepted")


@dataclass
class Count:
    accepted: int = 0
    lost: int = 0
    changed: int = 0
    partial: int = 0
    left_in_tmp: int = 0

    @property
    def clean(self) -> bool:
        return not (self.lost or self.changed or self.partial)


def serve(mail: Path, tell: int) -> None:
    """The child: never returns."""

    async def main() -> None:
        sandbox = Sandbox(mail)
        await sandbox.start("127.0.0.1")
        os.write(tell, b"%d\n" % sandbox.port)
        await asyncio.Event().wait()

    try:
        asyncio.run(main())
    finally:
        os._exit(1)


def message(chance: random.Random, ordinal: int) -> bytes:
    lines = [
        b"Subject: %d" % ordinal,
        b"",
        *(b"." * chance.randrange(3) + b"text" for _ in range(chance.randrange(30))),
    ]
    if chance.random() < 0.1:  # large enough to be streamed into tmp/
        lines += [b"x" * 1000] * chance.randrange(300, 900)
    return b"\r\n".join(lines) + b"\r\n"


def talk(
    port: int,
    chance: random.Random,
    sent: list[bytes],
    accepted: dict[int, bytes],
    on_accepted: Callable[[], None],
) -> None:
    """Until the server is gone."""
    with socket.create_connection(("127.0.0.1", port)) as client, client.makefile("rb") as replies:
        replies.readline()
        client.sendall(b"HELO client.test\r\n")
        replies.readline()
        while True:
            octets = message(chance, len(sent))
            sent.append(octets)
            client.sendall(b"MAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\n")
            for _ in range(3):
                if not replies.readline():
                    return
            wire = (b"\r\n" + octets).replace(b"\r\n.", b"\r\n..")[2:]
            client.sendall(wire + b".\r\n")
            found = _NUMBER.search(replies.readline())
            if found is None:
                return
            accepted[int(found[1])] = octets
            on_accepted()


def once(mail: Path, chance: random.Random, count: Count, *, at_once: bool) -> None:
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(ours)
        serve(mail, theirs)
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        port = int(pipe.readline())
    sent: list[bytes] = []
    accepted: dict[int, bytes] = {}
    killer = threading.Timer(chance.uniform(0, 0.05), os.kill, (child, signal.SIGKILL))

    def begin() -> None:
        if killer.ident is None:
            killer.start()

    if at_once:
        begin()
    with contextlib.suppress(OSError):
        talk(port, chance, sent, accepted, begin)
    begin()
    killer.join()
    os.waitpid(child, 0)

    inbox = Inbox(mail)
    shown = {entry.number: entry for entry in inbox.entries()}
    count.accepted += len(accepted)
    count.lost += len(accepted.keys() - shown.keys())
    count.changed += sum(inbox.raw(number) != accepted[number] for number in accepted.keys() & shown.keys())
    count.partial += sum(
        entry.envelope is None or inbox.raw(entry.number) not in sent or entry.envelope.octets != entry.octets
        for entry in shown.values()
    )
    count.left_in_tmp += sum(1 for _ in (mail / "tmp").iterdir())


def main(runs: int, seed: int) -> Count:
    chance = random.Random(seed)
    count = Count()
    for run in range(runs):
        mail = Path(tempfile.mkdtemp(prefix="kill9-"))
        try:
            once(mail, chance, count, at_once=run % 2 == 0)
        finally:
            shutil.rmtree(mail)
    return count


if __name__ == "__main__":
    asked = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    start = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    result = main(asked, start)
    print(f"{asked} runs, seed {start}: {result}")
    raise SystemExit(0 if result.clean else 1)
