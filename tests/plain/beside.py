"""The program, run as a script runs it, beside a server of the test in the same loop."""

from __future__ import annotations

import asyncio
import sys

PROGRAM = [sys.executable, "-m", "tui"]


async def run(*arguments: str, script: bytes = b"") -> tuple[int, str, str]:
    """The exit code, stdout and stderr."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*PROGRAM, *arguments, stdin=pipe, stdout=pipe, stderr=pipe)
    out, err = await process.communicate(script)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()
