r"""Output of swaks: four characters before each line say who speaks, and whether inside TLS.

``<-  `` and ``<~  `` is the server, ``<** `` and ``<~* `` the server when it says what swaks did not hope
for, `` -> `` and `` ~> `` the client. ``=== `` and ``*** `` tell what happens (``--hide-informational``
leaves them out), `` -> 12 lines sent`` stands for the message with ``--suppress-data``. Dumps of
``--show-raw-text`` say nothing new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tui.practice.reading_margin import Margin
from tui.practice.reading_steps import (
    NOT_SHOWN,
    Ending,
    Handshake,
    Step,
    closed,
    connected,
    numbered,
)

_MARK: Final = 4
#: Who speaks, and whether inside TLS.
_MARKS: Final[Mapping[bytes, tuple[str, bool]]] = {
    b"<-  ": ("S", False),
    b"<** ": ("S", False),
    b"<~  ": ("S", True),
    b"<~* ": ("S", True),
    b" -> ": ("C", False),
    b"**> ": ("C", False),
    b" ~> ": ("C", True),
    b"*~> ": ("C", True),
}
_NOTE_MARKS: Final = (b"=== ", b"*** ")
_REPLY: Final = rb"<(?:-  |\*\* |~  |~\* )[2-5][0-9]{2}(?:[ -]|\r?$)"
_CONNECTED: Final = rb"=== Connected to (\S+)\."
_TRYING: Final = re.compile(rb"=== Trying (?:.*:([0-9]{1,5}))?")
_SURE: Final = rb"=== Trying |" + _CONNECTED + rb"|" + _REPLY

_OPENED: Final = re.compile(_CONNECTED)
_SUPPRESSED: Final = re.compile(rb"[0-9]+ lines sent")
_TLS: Final = re.compile(
    rb"=== TLS started (?:with|w/) cipher (?:((?:TLS|SSL)v[0-9.]+):)?([^:\s]+)(?::[0-9]+)?"
)
_VERIFIED: Final = re.compile(rb"=== TLS peer certificate (passed|failed) CA verification(.*)")
_DROPPED: Final = b"=== Dropping connection"
_OVER: Final = b"=== Connection closed with remote host."
_LOST: Final = b"*** Remote host closed connection unexpectedly."


def recognises(sample: list[bytes]) -> bool:
    """At least one reply is marked as swaks does it."""
    return Margin(_REPLY).seen_in(sample)


def read(rows: Iterable[bytes]) -> Iterator[tuple[int, str, bytes]]:
    return numbered(_steps(rows))


def _steps(rows: Iterable[bytes]) -> Iterator[Step]:
    margin = Margin(_SURE)
    output = _Output()
    for raw in rows:
        row = margin.cut(raw)
        if row is None:
            continue
        mark = row[:_MARK].ljust(_MARK)
        if mark in _NOTE_MARKS:
            yield from output.note(row)
        elif mark in _MARKS:
            side, encrypted = _MARKS[mark]
            yield from output.line(side, row[_MARK:].removesuffix(b"\r"), encrypted=encrypted)


class _Output:
    """What swaks said before: its notes complete each other."""

    def __init__(self) -> None:
        self._port = b""
        self._handshake = Handshake()
        self._ending = Ending()
        self._encrypted = False
        self._in_message = False

    def line(self, side: str, line: bytes, *, encrypted: bool) -> Iterator[Step]:
        if encrypted and not self._encrypted:
            yield self._handshake.note()
            self._handshake = Handshake()
        self._encrypted = encrypted and not (side == "S" and line.startswith(b"221"))
        if side == "C" and self._in_message and _SUPPRESSED.fullmatch(line):
            yield NOT_SHOWN
            line = b"."
        self._in_message = side == "S" and line.startswith(b"354")
        self._ending.follow(side, line)
        yield side, line + b"\r\n"

    def note(self, row: bytes) -> Iterator[Step]:
        if trying := _TRYING.match(row):
            self._port = trying[1] or b""
            self._encrypted = False
        elif opened := _OPENED.match(row):
            yield connected(opened[1], self._port)
        elif tls := _TLS.match(row):
            self._handshake.protocol, self._handshake.cipher = tls[1] or b"", tls[2]
        elif verified := _VERIFIED.match(row):
            self._handshake.verified = verified[1] == b"passed" and b"failed" not in verified[2]
        elif row.startswith(_LOST):
            yield closed("server")
        elif row.startswith(_DROPPED):
            yield closed("client")
        elif row.startswith(_OVER):
            yield self._ending.step()
