"""The sandbox under load, as other programs meet it: ``smtptutor sandbox``, a process of its own, its log
read by us; and that of a split screen, in which somebody types meanwhile.

``python -m bench.load PORT messages|floods`` is the load alone: who measures keys does nothing else.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench.ptybench import Options, Terminal
from tui.sandbox.inbox import Inbox

PROGRAM = str(Path(sys.executable).with_name("smtptutor"))
CLIENTS, EACH, FLOODS = 200, 5, 20
FLOOD_OCTETS = 8 * 1024 * 1024
#: Where keys are measured it has to last for some of them.
ROUNDS, FLOOD_OCTETS_BESIDE_KEYS = 3, 64 * 1024 * 1024
TEXT = b"Subject: load\r\n\r\n" + b"The quick brown fox jumps over the lazy dog.\r\n" * 20 + b".\r\n"


class Load(NamedTuple):
    """``p99``: milliseconds to a reply; ``grown``: MiB that the server has grown by while floods came in."""

    stored: int
    lost: int
    p99: float
    refused: int
    grown: float


@contextlib.contextmanager
def served(home: Path) -> Iterator[tuple[int, int]]:
    """The port and the process of a sandbox whose log somebody reads."""
    process = subprocess.Popen(
        [PROGRAM, "sandbox", "--port", "0"],
        stdout=subprocess.PIPE,
        env={**os.environ, "SMTPTUTOR_HOME": str(home), "SMTPTUTOR_LANG": "en"},
    )
    assert process.stdout is not None
    ready = process.stdout.readline().decode()
    reader = threading.Thread(target=process.stdout.read, daemon=True)
    reader.start()
    try:
        yield int(ready.split("127.0.0.1:", 1)[1].split()[0]), process.pid
    finally:
        process.terminate()
        process.wait(20)


def measure(home: Path) -> Load:
    """A thousand messages on two hundred connections, more connections than allowed, and endless lines."""
    with served(home) as (port, process):
        latencies, acknowledged = _messages(port)
        refused = _beyond(port)
        grown = _floods(port, process)
    kept = len(Inbox(home / "mail").numbers())
    p99 = statistics.quantiles(latencies, n=100)[98] * 1000
    return Load(kept, acknowledged - kept, p99, refused, grown)


def _connect(port: int) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port))
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return client


def _messages(port: int) -> tuple[list[float], int]:
    """All clients stand at once; each says its next line when the last one is answered."""
    message = [b"MAIL FROM:<alice@example.org>\r\n", b"RCPT TO:<bob@x.test>\r\n", b"DATA\r\n", TEXT]
    script = [b"HELO client.test\r\n", *(message * EACH), b"QUIT\r\n"]
    selector = selectors.DefaultSelector()
    clients = [_connect(port) for _ in range(CLIENTS)]
    for client in clients:
        if not client.recv(4096).startswith(b"220"):
            raise RuntimeError("not greeted")
    asked: dict[int, float] = {}
    said: dict[int, bytes] = {}
    for client in clients:
        lines = iter(script)
        selector.register(client, selectors.EVENT_READ, lines)
        asked[client.fileno()] = time.perf_counter()
        client.sendall(next(lines))
    latencies: list[float] = []
    acknowledged, talking = 0, CLIENTS
    while talking:
        for key, _ in selector.select():
            client = key.fileobj
            assert isinstance(client, socket.socket)
            reply = client.recv(4096)
            latencies.append(time.perf_counter() - asked[key.fd])
            if not reply.startswith((b"2", b"3")):
                raise RuntimeError(f"refused: {reply!r}")
            acknowledged += said.get(key.fd) is TEXT
            line = next(key.data, None)
            if line is None:
                talking -= 1
                selector.unregister(client)
                client.close()
            else:
                said[key.fd], asked[key.fd] = line, time.perf_counter()
                client.sendall(line)
    return latencies, acknowledged


def _beyond(port: int, allowed: int = 250, more: int = 20) -> int:
    """How many of those beyond the limit are told 421."""
    clients = [_connect(port) for _ in range(allowed + more)]
    greetings = [client.recv(4096) for client in clients]
    for client in clients:
        client.close()
    return sum(greeting.startswith(b"421") for greeting in greetings)


def _floods(port: int, process: int, octets: int = FLOOD_OCTETS) -> float:
    clients = [_connect(port) for _ in range(FLOODS)]
    for client in clients:
        with client.makefile("rb") as replies:
            replies.readline()
            for line in (b"HELO me\r\n", b"MAIL FROM:<a@x.test>\r\n", b"RCPT TO:<b@x.test>\r\n", b"DATA\r\n"):
                client.sendall(line)
                replies.readline()
    before = highest = _resident(process)
    block = b"x" * 65536
    for _ in range(octets // len(block)):
        for client in clients:
            client.sendall(block)
        highest = max(highest, _resident(process))
    for client in clients:
        client.close()
    return highest - before


def typing(home: Path, opt: Options) -> dict[str, list[float]]:
    """Milliseconds until a key is seen in a split screen whose own server is under each kind of load."""
    found = {}
    with Terminal([PROGRAM], opt) as term:
        term.wait_text("S   220", 20)
        term.settle(2.0)  # what it reads ahead is read
        port = _listening(term.pid)
        for kind in ("messages", "floods"):
            with subprocess.Popen([sys.executable, "-m", "bench.load", str(port), kind]) as load:
                found[kind] = list(_typed(term, load))
            if load.returncode:
                raise RuntimeError(f"{kind}: the load ended with {load.returncode}")
    kept = len(Inbox(home / "mail").numbers())
    if kept != ROUNDS * CLIENTS * EACH:
        raise RuntimeError(f"{kept} messages are stored")
    return found


def _typed(term: Terminal, load: subprocess.Popen[bytes]) -> Iterator[float]:
    typed = ""
    while load.poll() is None:
        typed += "abcdefghijklmnopqrstuvwxyz"[len(typed) % 26]
        pressed = term.send(typed[-1])
        needle = typed[-10:]
        seen = term.wait(lambda needle=needle: any(needle in row for row in term.display()), 30)
        yield (seen - pressed) * 1000
        term.run_for(0.03)
        if len(typed) == 26:
            term.key("ctrl+u")
            typed = ""
            term.run_for(0.1)
    term.key("ctrl+u")
    term.settle(0.3)


def _listening(process: int) -> int:
    """The IPv4 port at which this process listens (proc(5))."""
    links = (link.readlink() for link in Path(f"/proc/{process}/fd").iterdir() if link.is_symlink())
    sockets = {str(one)[8:-1] for one in links if str(one).startswith("socket:")}
    for row in Path(f"/proc/{process}/net/tcp").read_text().splitlines()[1:]:
        _at, local, _remote, state, *_others, inode = row.split()[:10]
        if state == "0A" and inode in sockets:
            return int(local.partition(":")[2], 16)
    raise RuntimeError("it does not listen")


def _load(port: int, kind: str) -> None:
    if kind == "messages":
        for _ in range(ROUNDS):
            _messages(port)
    else:
        _floods(port, os.getpid(), FLOOD_OCTETS_BESIDE_KEYS)


def _resident(process: int) -> float:
    """MiB."""
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the server is gone")


if __name__ == "__main__":
    _load(int(sys.argv[1]), sys.argv[2])
