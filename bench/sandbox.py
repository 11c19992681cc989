"""``python -m bench.sandbox``: ``smtptutor sandbox`` beside a bare aiosmtpd, with a null handler and with its
Mailbox handler, interleaved.

Each server is a process of its own; the sandbox is the program as users start it, and writes its log to a
file. The clients are 20 sockets in one loop here, one round trip a command. What is told are ratios of
medians, and how long others wait beside a mail of 20 MB. The sandbox keeps every message in a Maildir:
small messages are compared with the null handler without fsync (it keeps nothing, so it would only measure
the disk), large ones with it; the Mailbox handler, which does not wait for the disk, is compared to a sandbox
that does. Without fsync the Maildir lies in memory where that can be had: what a file system takes for a new
file hangs on how many were removed a moment ago (ext4 leaves their inodes alone for a minute).
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import selectors
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

PROGRAM = str(Path(sys.executable).with_name("smtptutor"))
CLIENTS = 20
LINE = b"The quick brown fox jumps over the lazy dog, and does so seventy-eight octets\r\n"
SMALL = b"Subject: small\r\n\r\n" + LINE * 12
LARGE = b"Subject: large\r\n\r\n" + LINE * (10 * 1024 * 1024 // len(LINE))


async def _serve_bare() -> int:
    from aiosmtpd.smtp import SMTP, Envelope, Session

    class Null:
        async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
            return "250 OK"

    loop = asyncio.get_running_loop()
    handler: Any = Null()
    server = await loop.create_server(lambda: SMTP(handler, hostname="bare.test", loop=loop), "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    return port


async def _serve_mailbox(mail: Path) -> int:
    from aiosmtpd.handlers import Mailbox
    from aiosmtpd.smtp import SMTP

    loop = asyncio.get_running_loop()
    handler = Mailbox(str(mail))
    server = await loop.create_server(lambda: SMTP(handler, hostname="bare.test", loop=loop), "127.0.0.1", 0)
    port: int = server.sockets[0].getsockname()[1]
    return port


async def _serve_sandbox_without_fsync(mail: Path) -> int:
    """Without a log, too: there is no such program, it only shows what the rest costs."""
    import msgspec

    from tui.sandbox import scenario
    from tui.sandbox.sandbox import Sandbox

    free = msgspec.structs.replace(scenario.load(), offers=("CHUNKING",))
    sandbox = Sandbox(mail, scenario=free, fsync=False)
    await sandbox.start("127.0.0.1")
    return sandbox.port


async def _serve(kind: str, mail: Path) -> None:
    starts: dict[str, Callable[[], Any]] = {
        "bare": _serve_bare,
        "bare with Mailbox": lambda: _serve_mailbox(mail),
        "sandbox without fsync": lambda: _serve_sandbox_without_fsync(mail),
    }
    print(await starts[kind](), flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until the parent lets go


@contextlib.contextmanager
def server(kind: str, mail: Path) -> Iterator[int]:
    """A server of this kind in a process of its own; its port."""
    if kind == "sandbox":
        with program(mail) as port:
            yield port
        return
    command = [sys.executable, "-m", "bench.sandbox", "--serve", kind, "--mail", str(mail)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.communicate(timeout=20)


def _log(mail: Path) -> Path:
    return mail.with_name("log")


def lag(mail: Path) -> float:
    """Seconds until the log is written: it waits while clients are busy, and what is measured next must not
    pay for it."""
    started = changed = time.perf_counter()
    size = -1
    while time.perf_counter() - changed < 0.3:
        if (now := _log(mail).stat().st_size) != size:
            size, changed = now, time.perf_counter()
        time.sleep(0.02)
    return changed - started


@contextlib.contextmanager
def program(mail: Path) -> Iterator[int]:
    """``smtptutor sandbox``, its log in a file; its port."""
    with tempfile.TemporaryDirectory() as folder, _log(mail).open("wb") as log:
        command = [PROGRAM, "sandbox", "--port", "0", "--mail", str(mail)]
        env = {**os.environ, "SMTPTUTOR_HOME": folder, "SMTPTUTOR_LANG": "en"}
        process = subprocess.Popen(command, stdout=log, env=env)
        try:
            while not (found := re.search(rb"127\.0\.0\.1:([0-9]+)", _log(mail).read_bytes())):
                if process.poll() is not None:
                    raise RuntimeError("it has not started")
                time.sleep(0.05)
            yield int(found[1])
        finally:
            process.terminate()
            process.wait(timeout=20)


def small_messages(port: int, each: int) -> float:
    """Messages a second, of 1 KB, by 20 clients at once, ``each`` of them so many."""
    message = [
        b"MAIL FROM:<alice@example.org>\r\n",
        b"RCPT TO:<bob@sandbox.test>\r\n",
        b"DATA\r\n",
        SMALL + b".\r\n",
    ]
    script = [b"HELO client.test\r\n", *(message * each), b"QUIT\r\n"]
    selector = selectors.DefaultSelector()
    for _ in range(CLIENTS):
        client = socket.create_connection(("127.0.0.1", port))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(client, selectors.EVENT_READ, iter(script))
    started = time.perf_counter()
    talking = CLIENTS
    while talking:
        for key, _ in selector.select():
            sock = key.fileobj
            assert isinstance(sock, socket.socket)
            reply = sock.recv(4096)
            if reply and not reply.startswith((b"2", b"3")):
                raise RuntimeError(f"refused: {reply!r}")
            line = next(key.data, None)
            if reply and line is not None:
                sock.sendall(line)
            else:
                talking -= 1
                selector.unregister(sock)
                sock.close()
    return CLIENTS * each / (time.perf_counter() - started)


def large_messages(port: int, count: int, *, chunked: bool = False, times: int = 1) -> float:
    """Octets a second of ``count`` messages of 10 MB, or so many ``times`` that, one after the other, by DATA
    or as one BDAT each."""
    text = LARGE * times
    wire = b"BDAT %d LAST\r\n" % len(text) + text if chunked else text + b".\r\n"
    with socket.create_connection(("127.0.0.1", port)) as client, client.makefile("rb") as replies:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def say(line: bytes, code: bytes) -> None:
            client.sendall(line)
            reply = replies.readline()
            if not reply.startswith(code):
                raise RuntimeError(f"refused: {reply!r}")

        replies.readline()
        say(b"HELO client.test\r\n", b"250")
        started = time.perf_counter()
        for _ in range(count):
            say(b"MAIL FROM:<alice@example.org>\r\n", b"250")
            say(b"RCPT TO:<bob@sandbox.test>\r\n", b"250")
            if not chunked:
                say(b"DATA\r\n", b"354")
            say(wire, b"250")
        return count * len(text) / (time.perf_counter() - started)


def waits(port: int, mails: int) -> list[float]:
    """Milliseconds that a client waits for the replies to its NOOPs while another one sends so many mails of
    20 MB."""
    found: list[float] = []
    sender = [sys.executable, "-m", "bench.sandbox", "--send", str(port), "--large", str(mails)]
    with socket.create_connection(("127.0.0.1", port)) as client, client.makefile("rb") as replies:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        replies.readline()
        sending = subprocess.Popen(sender)
        while sending.poll() is None:
            started = time.perf_counter()
            client.sendall(b"NOOP\r\n")
            replies.readline()
            found.append((time.perf_counter() - started) * 1000)
            time.sleep(0.001)
    return found


def _memory() -> str | None:
    """A folder in memory; None (so the usual place) where there is none."""
    folder = Path("/dev/shm")
    return str(folder) if folder.is_dir() and os.access(folder, os.W_OK) else None


def _met(
    *,
    small: dict[str, list[float]],
    large: dict[str, list[float]],
    chunked: list[float],
    beside: list[float],
    lags: list[float],
    messages: int,
) -> bool:
    """Print what was found; are all goals met?"""
    for kind, rates in small.items():
        print(
            f"  {kind:<22} {statistics.median(rates):8.0f} messages/s of 1 KB"
            f" {statistics.median(large[kind]) / 1e6:8.0f} MB/s in messages of 10 MB"
        )
    print(f"  the log is complete {statistics.median(lags):.1f} s after the last of {messages} messages")
    few = statistics.median(small["sandbox without fsync"]) / statistics.median(small["bare"])
    many = statistics.median(large["sandbox"]) / statistics.median(large["bare"])
    kept = statistics.median(small["sandbox"]) / statistics.median(small["bare with Mailbox"])
    kept_large = statistics.median(large["sandbox"]) / statistics.median(large["bare with Mailbox"])
    counted = statistics.median(chunked) / statistics.median(large["sandbox"])
    met = True
    for what, ratio, goal in (
        ("1 KB x 20 clients, no fsync: sandbox / bare aiosmtpd", few, 1.3),
        ("10 MB, with fsync: sandbox / bare aiosmtpd", many, 2.5),
        ("1 KB x 20, with fsync: sandbox / bare with Mailbox", kept, 1.5),
        ("10 MB, with fsync: sandbox / bare with Mailbox", kept_large, 4),
        ("10 MB, with fsync: BDAT / DATA", counted, 1),
    ):
        met = met and ratio >= goal
        print(f"{what:<58} {ratio:9.2f} x      goal >= {goal}  {'met' if ratio >= goal else 'NOT MET'}")
    late = statistics.quantiles(beside, n=100)[98]
    what = f"NOOP beside a mail of 20 MB, p99 of {len(beside)}"
    print(f"{what:<58} {late:9.2f} ms     goal <= 100  {'met' if late <= 100 else 'NOT MET'}")
    return met and late <= 100


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.sandbox", description=__doc__)
    parser.add_argument("-r", "--rounds", type=int, default=7)
    parser.add_argument("-n", "--each", type=int, default=60, help="small messages of each client in a round")
    parser.add_argument("-l", "--large", type=int, default=3, help="large messages in a round")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    parser.add_argument("--mail", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--send", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.send:
        large_messages(chosen.send, chosen.large, times=2)
        return 0
    if chosen.serve:
        asyncio.run(_serve(chosen.serve, chosen.mail))
        return 0
    kinds = ("bare", "bare with Mailbox", "sandbox", "sandbox without fsync")
    small: dict[str, list[float]] = {kind: [] for kind in kinds}
    chunked: list[float] = []
    beside: list[float] = []
    lags: list[float] = []
    large: dict[str, list[float]] = {kind: [] for kind in kinds}
    with contextlib.ExitStack() as stack:
        disk = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        memory = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=_memory())))
        mail = {kind: (memory if kind == kinds[-1] else disk) / kind for kind in kinds}
        ports = {kind: stack.enter_context(server(kind, mail[kind])) for kind in kinds}
        for turn in range(chosen.rounds + 1):
            for kind in kinds:
                messages = small_messages(ports[kind], chosen.each)
                if kind == "sandbox":
                    lags.append(lag(mail[kind]))
                octets = large_messages(ports[kind], chosen.large)
                if turn:  # the first round warms up
                    small[kind].append(messages)
                    large[kind].append(octets)
                if kind == "sandbox":
                    chunks = large_messages(ports[kind], chosen.large, chunked=True)
                    noops = waits(ports[kind], chosen.large)
                    if turn:
                        chunked.append(chunks)
                        beside += noops
                for path in mail[kind].glob("new/*"):
                    if path.stat().st_size > len(SMALL):  # the small ones stay: see above
                        path.unlink()
    met = _met(
        small=small,
        large=large,
        chunked=chunked,
        beside=beside,
        lags=lags,
        messages=CLIENTS * chosen.each,
    )
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
