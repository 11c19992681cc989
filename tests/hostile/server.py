"""The hostile server in a process of its own, and its list of cases."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = (sys.executable, str(Path(__file__).with_name("hostile_server.py")))


def listing() -> dict[str, dict[str, Any]]:
    """Every case that needs no TLS, by name."""
    done = subprocess.run([*PROGRAM, "--list"], capture_output=True, check=True)
    cases: list[dict[str, Any]] = json.loads(done.stdout)
    return {one["name"]: one for one in cases if one["tls"] == "none" and one["category"] != "tls"}


def lines(case: dict[str, Any]) -> list[str]:
    """The script of a case as a person types it, line by line."""
    return [line for entry in case["script"] for line in entry.split("\r\n")]


def asks_before(lines: list[str]) -> int | None:
    """The line before which a person is asked, because it holds a password and there is no TLS."""
    for number, line in enumerate(lines):
        if line.startswith("AUTH PLAIN ") or (number and lines[number - 1] == "AUTH LOGIN"):
            return number
    return None


@contextmanager
def serving(names: list[str], *, time_scale: float, size_scale: float) -> Iterator[dict[str, int]]:
    """The port of each case."""
    cases = [word for name in names for word in ("--case", name)]
    scales = ["--time-scale", str(time_scale), "--size-scale", str(size_scale)]
    with subprocess.Popen([*PROGRAM, *scales, *cases], stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            ports: dict[str, int] = json.loads(process.stdout.readline())["ports"]
            yield ports
        finally:
            process.terminate()
