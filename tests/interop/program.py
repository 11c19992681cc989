"""The program as a person or a script runs it against a real server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

PROGRAM = [sys.executable, "-m", "tui"]
MESSAGE = (
    "from:xia<test1@bdwater.test>\nto:test2\ndate:11/08/2004\nsubject:This is a test mail\n\n"
    "Dear test2, this is a test mail.\n.a line that begins with a dot\n"
)


def article(folder: Path, *, to: str = "test2@bdwater.test") -> list[str]:
    """The options that type the article's mail up to the dot."""
    file = folder / "mail"
    file.write_text(MESSAGE)
    envelope = ["--from", "test1@bdwater.test", "--to", to, "--ehlo", "xia.bdwater.test"]
    return [*envelope, "--message", str(file), "--until", "dot", "--yes"]


def delivered(mail: bytes) -> None:
    """It is the article's."""
    text = mail.replace(b"\r\n", b"\n")
    assert b"subject:This is a test mail\n" in text
    assert text.endswith(b"\n\nDear test2, this is a test mail.\n.a line that begins with a dot\n")


def connect(
    *arguments: str, typed: str = "", env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """``smtptutor connect ARGUMENTS`` without a terminal; ``typed`` is on stdin, ``env`` is added to
    the environment."""
    return subprocess.run(
        [*PROGRAM, "connect", *arguments],
        env={**os.environ, **(env or {})},
        input=typed,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def transcripts() -> list[list[str]]:
    """The rows of each session that was kept, in the order in which they ended."""
    folder = Path(os.environ["SMTPTUTOR_HOME"]) / "transcripts"
    files = sorted(folder.glob("*.txt"), key=lambda file: file.stat().st_mtime_ns)
    return [file.read_text().splitlines() for file in files]


def transcript() -> list[str]:
    """The rows of the session that was kept last."""
    return transcripts()[-1]


def dialogue(rows: list[str]) -> list[str]:
    """Of a transcript, or of what line mode prints: what server and client said."""
    return [row for row in rows if row.startswith(("S: ", "C: "))]
