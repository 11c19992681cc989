"""The inbox when it is large: how long a delivery takes, and how long it takes to open."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

import msgspec

from bench.ptybench import Options, Terminal
from bench.sandbox import SMALL, server, small_messages
from tui.sandbox import maildir
from tui.sandbox.envelope import Envelope, Exchange, Recipient
from tui.sandbox.journal import Record

PROGRAM = str(Path(sys.executable).with_name("smtptutor"))
SIZES = (1_000, 10_000, 100_000)
_EACH = 10  # messages of each of 20 clients in a round
_ENV = {"PYTHONDONTWRITEBYTECODE": "", "COLORTERM": "", "SMTPTUTOR_LANG": "en", "SSH_CONNECTION": ""}


def fill(mail: Path, count: int) -> None:
    """So many messages, as the sandbox would have stored them."""
    maildir.prepare(mail)
    dialogue = tuple(
        Exchange(line=line, reply="250 2.1.0 Accepted")
        for line in (
            "EHLO client.test",
            "MAIL FROM:<alice@example.org>",
            "RCPT TO:<bob@sandbox.test>",
            "DATA",
        )
    )
    envelope = Envelope(
        received=time.time(),
        reverse_path="alice@example.org",
        recipients=(Recipient(address="bob@sandbox.test"),),
        octets=len(SMALL),
        helo=("EHLO", "client.test"),
        peer="127.0.0.1",
        dialogue=dialogue,
    )
    with (mail / "envelopes.jsonl").open("wb") as journal:
        for number in range(1, count + 1):
            (mail / "new" / maildir.numbered(maildir.unique(), number)).write_bytes(SMALL)
            journal.write(msgspec.json.encode(Record(number=number, envelope=envelope)) + b"\n")


def deliveries(folder: Path, rounds: int) -> dict[int, float]:
    """Milliseconds for a message of 1 KB by the size of the mailbox, side by side."""
    boxes = {size: folder / f"box-{size}" for size in SIZES}
    taken: dict[int, list[float]] = {size: [] for size in SIZES}
    for size, box in boxes.items():
        fill(box, size)
    for turn in range(rounds + 1):
        for size, box in boxes.items():
            with server("sandbox", box) as port:
                small_messages(port, 1)  # the first one reads the journal
                a_second = small_messages(port, _EACH)
            if turn:
                taken[size].append(1000 / a_second)
    return {size: statistics.median(some) for size, some in taken.items()}


def opening(home: Path, runs: int) -> tuple[float, float]:
    """Milliseconds: from F7 in a settled program to the newest of 100,000 mails; ``smtptutor inbox``."""
    fill(home / "mail", SIZES[-1])
    opened, listed = [], []
    for _ in range(runs):
        with Terminal(
            [PROGRAM], Options(cols=120, rows=36, env={**_ENV, "SMTPTUTOR_HOME": str(home)})
        ) as term:
            term.wait_text("S   220", 20)
            term.run_for(3)
            pressed = term.key("f7")
            opened.append((term.wait_text("alice@example.org", 20) - pressed) * 1000)
        with Terminal([PROGRAM, "inbox"], Options(env={**_ENV, "SMTPTUTOR_HOME": str(home)})) as term:
            term.reap(20)
            listed.append((term.exit_time - term.start_time) * 1000)
    return statistics.median(opened), statistics.median(listed)
