"""Floods at full size: seconds, CPU, longest stand-still of the event loop, resident memory.

    python -m tests.net.measure_floods [--desk]

Fails when memory grows by more than 50 MB. Not a part of the test run: figures depend on the machine.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import subprocess
import sys
import time
from pathlib import Path

from tui.desk.desk import Desk
from tui.net.endpoint import Endpoint
from tui.net.session import Session, Stamped
from tui.smtp.events import ConnectionClosed

MEBI = 1 << 20
MOST_GROWTH = 50.0  # MiB

SERVER = """
import socket, sys
floods = {
    "100,000 replies": [b"".join(b"250 flood %060d\\r\\n" % n for n in range(1000))] * 100,
    "100,000 lines of a reply": [b"".join(b"250-flood %060d\\r\\n" % n for n in range(1000))] * 100,
    "50 MB without a line end": [b"A" * (1 << 20)] * 50,
    "1,000,000 empty lines": [b"\\n" * 10_000] * 100,
}
listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
for flood in floods.values():
    wire, _ = listening.accept()
    wire.sendall(b"220 here\\r\\n")
    wire.recv(100)
    for part in flood:
        wire.sendall(part)
    wire.sendall(b"\\r\\n221 end\\r\\n")
    wire.close()
"""
FLOODS = ("100,000 replies", "100,000 lines of a reply", "50 MB without a line end", "1,000,000 empty lines")


def resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / MEBI


class Standstill:
    """The longest time in which the event loop did nothing else."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._task = asyncio.ensure_future(self._watch())

    async def _watch(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0)
            self.longest = max(self.longest, time.perf_counter() - before)

    def stop(self) -> None:
        self._task.cancel()


async def by_session(endpoint: Endpoint) -> int:
    session = Session(endpoint)
    await session.open()
    session.send(b"NOOP\r\n")
    return sum([len(batch) async for batch in session.events()])


async def by_desk(endpoint: Endpoint) -> int:
    events = 0
    gone = asyncio.Event()

    def told(batch: tuple[Stamped, ...]) -> None:
        nonlocal events
        events += len(batch)
        if any(isinstance(one.event, ConnectionClosed) for one in batch):
            gone.set()

    desk = Desk(told)
    await desk.open(endpoint)
    await desk.settle()
    desk.submit("NOOP")
    await gone.wait()
    await desk.leave()
    return events


async def measure(port: int, *, desk: bool) -> float:
    most = 0.0
    for name in FLOODS:
        before, began, cpu = resident(), time.perf_counter(), time.process_time()
        still = Standstill()
        events = await (by_desk if desk else by_session)(Endpoint("127.0.0.1", port))
        still.stop()
        growth = resident() - before
        most = max(most, growth)
        print(
            f"{name:26} {time.perf_counter() - began:6.2f} s  cpu {time.process_time() - cpu:6.2f} s"
            f"  longest turn {still.longest * 1000:6.1f} ms  {events:>9,} events  {growth:+6.1f} MiB"
        )
    return most


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--desk", action="store_true", help="through a desk instead of a bare session")
    arguments = parser.parse_args()
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        try:
            growth = asyncio.run(measure(port, desk=arguments.desk))
        finally:
            server.kill()
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")
    return 0 if growth <= MOST_GROWTH else 1


if __name__ == "__main__":
    raise SystemExit(main())
