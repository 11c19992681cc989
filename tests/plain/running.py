"""Line mode as a user runs it: the program in a process of its own, with something piped in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

PROGRAM = (sys.executable, "-m", "tui")

ENVELOPE = ("helo xia.bdwater.com", "mail from:test1@bdwater.com", "rcpt to:test2@bdwater.com", "data")
MESSAGE = (
    "from:xia<test1@bdwater.com>",
    "to:test2",
    "date:11/08/2004",
    "subject:This is a test mail",
    "",
    "Dear test2, this is a test mail.",
)
ARTICLE = (*ENVELOPE, *MESSAGE, ".", "quit")
STORED = "".join(f"{line}\r\n" for line in MESSAGE).encode()


def script(lines: Iterable[str], end: str = "\n") -> bytes:
    return "".join(f"{line}{end}" for line in lines).encode()


@dataclass(frozen=True)
class Run:
    code: int
    rows: list[str]
    errors: str

    def has(self, row: str) -> bool:
        return row in self.rows

    def sent(self) -> list[str]:
        """The lines of the client."""
        return [row.removeprefix("C: ") for row in self.rows if row.startswith("C: ")]

    def ticked(self) -> list[str]:
        """The names of the steps, in the order of their ticks."""
        return [row.removeprefix("[x] ").partition("   ")[0] for row in self.rows if row.startswith("[x] ")]

    def notes(self) -> str:
        return "\n".join(row for row in self.rows if row.startswith("* "))


def run(data: bytes, *arguments: str, env: Mapping[str, str] | None = None, timeout: float = 60) -> Run:
    """``smtptutor ARGUMENTS`` with ``data`` on stdin."""
    done = subprocess.run(
        [*PROGRAM, *arguments],
        input=data,
        capture_output=True,
        timeout=timeout,
        check=False,
        env={**os.environ, **(env or {})},
    )
    return Run(done.returncode, done.stdout.decode().split("\n")[:-1], done.stderr.decode())


def mails() -> list[bytes]:
    """What lies in the sandbox's Maildir, oldest first."""
    folder = Path(os.environ["SMTPTUTOR_HOME"]) / "mail" / "new"
    return [path.read_bytes() for path in sorted(folder.glob("*"), key=lambda path: path.stat().st_mtime_ns)]
