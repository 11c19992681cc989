"""The hostile server in a process of its own, and its list of cases."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.hostile.tap import Tap

PROGRAM = (sys.executable, str(Path(__file__).with_name("hostile_server.py")))


def tls_listing() -> dict[str, dict[str, Any]]:
    """Every case of TLS, by name."""
    return {one["name"]: one for one in _cases() if one["tls"] != "none" or one["category"] == "tls"}


def _cases() -> list[dict[str, Any]]:
    done = subprocess.run([*PROGRAM, "--list"], capture_output=True, check=True)
    cases: list[dict[str, Any]] = json.loads(done.stdout)
    return cases


def listing() -> dict[str, dict[str, Any]]:
    """Every case that needs no TLS, by name."""
    return {one["name"]: one for one in _cases() if one["tls"] == "none" and one["category"] != "tls"}


def lines(case: dict[str, Any]) -> list[str]:
    """The script of a case as a person types it, line by line."""
    return [line for entry in case["script"] for line in entry.split("\r\n")]


def asks_before(lines: list[str]) -> int | None:
    """The line before which a person is asked, because it holds a password and there is no TLS."""
    for number, line in enumerate(lines):
        if line.startswith("AUTH PLAIN ") or (number and lines[number - 1] == "AUTH LOGIN"):
            return number
    return None


class Served:
    """The cases that are served, each behind a ``Tap``; ``ca`` has signed the certificates that are good."""

    def __init__(self, ports: dict[str, int], ca: str, folder: Path | None) -> None:
        self.ca = ca
        self._folder = folder
        self._taps = {name: Tap(port) for name, port in ports.items()} if folder is not None else {}
        self.ports = {name: tap.port for name, tap in self._taps.items()} or ports

    def received(self, name: str) -> bytes:
        """What the case was sent, on the wire and, decrypted, behind it."""
        assert self._folder is not None
        file = self._folder / name
        return self._taps[name].octets + (file.read_bytes() if file.exists() else b"")

    def close(self) -> None:
        for tap in self._taps.values():
            tap.close()


@contextmanager
def tapped(
    names: list[str], folder: Path | None, *, time_scale: float = 0.15, size_scale: float = 0.02
) -> Iterator[Served]:
    """``folder`` keeps what is received; None: nothing is kept."""
    cases = [word for name in names for word in ("--case", name)]
    scales = ["--time-scale", str(time_scale), "--size-scale", str(size_scale)]
    kept = ["--received", str(folder)] if folder is not None else []
    with subprocess.Popen([*PROGRAM, *scales, *kept, *cases], stdout=subprocess.PIPE) as process:
        served = None
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            served = Served(ready["ports"], ready["ca"], folder)
            yield served
        finally:
            if served is not None:
                served.close()
            process.terminate()


@contextmanager
def serving(names: list[str], *, time_scale: float, size_scale: float) -> Iterator[dict[str, int]]:
    """The port of each case."""
    with tapped(names, None, time_scale=time_scale, size_scale=size_scale) as served:
        yield served.ports
