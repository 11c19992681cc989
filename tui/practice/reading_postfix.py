r"""The log of Postfix's ``smtpd -v`` and ``smtp -v``, or of ``debug_peer_list``: one process has one
connection at a time.

``postfix/smtpd[271]: < client.example[192.0.2.7]: EHLO x`` is the client, ``>`` the server; of ``smtp`` and
``lmtp``, which send, ``<`` is the server, and there is no row for a new connection. Processes write
into one log, so the connections in it are told apart by their numbers and come out in the order in which
they began. Messages are not logged. What Postfix decodes of a login is logged too, and is not read here.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tui.practice.reading_steps import NOT_SHOWN, Ending, Handshake, Step, closed, completed

#: So many octets of dialogue are held while an older connection is open.
MOST_OCTETS: Final = 32 << 20

_PEER: Final = rb"\S+\[[^\]\s]+\](?::[0-9]+)?"
_ROW: Final = re.compile(
    rb"\b(smtpd|smtp|lmtp)\[([0-9]{1,10})\]: "
    rb"(?:([<>]) " + _PEER + rb": (.*)"
    rb"|(connect|disconnect|lost connection after .*?) from " + _PEER + rb".*"
    rb"|\w+ TLS connection established (?:from|to) " + _PEER + rb": (\S+) with cipher (\S+).*)",
    re.DOTALL,
)
_SIDES: Final[Mapping[bytes, str]] = {b"<": "C", b">": "S"}
_SERVING: Final = b"smtpd"
_GREETING: Final = b"220"
_OTHER: Final = {"C": "S", "S": "C"}


def recognises(sample: list[bytes]) -> bool:
    """A client connected, or said something. In a long log the dialogue may come much later."""
    return any(map(_ROW.search, sample))


def read(rows: Iterable[bytes]) -> Iterator[tuple[int, str, bytes]]:
    """A connection that stays open for long is given out as it is then."""
    number = 0
    for connection in _finished(rows):
        if not any(side in "SC" for side, _octets in connection.steps):
            continue
        number += 1
        for side, octets in completed(connection.steps, hidden=True):
            yield number, side, octets


class _Connection:
    def __init__(self) -> None:
        self.steps: list[Step] = []
        self.over = False
        self.sent = b""  # the last line of the client
        self.ending = Ending()

    @property
    def starttls(self) -> bool:
        return self.sent.upper().startswith(b"STARTTLS")

    @property
    def octets(self) -> int:
        return sum(len(octets) for _side, octets in self.steps)


def _finished(rows: Iterable[bytes]) -> Iterator[_Connection]:
    log = _Log()
    for row in rows:
        if said := _ROW.search(row.removesuffix(b"\r")):
            log.take(said)
            yield from log.given()
    yield from log.held


class _Log:
    """The connections that are not given out yet, in the order in which they began."""

    def __init__(self) -> None:
        self.held: deque[_Connection] = deque()
        self._open: dict[bytes, _Connection] = {}  # by the process
        self._octets = 0

    def take(self, said: re.Match[bytes]) -> None:
        program, process, mark, line, event, protocol, cipher = said.groups()
        if event == b"connect":
            self._begin(process)
            return
        connection = self._open.get(process) or self._begin(process)
        if mark is not None:
            side = _SIDES[mark] if program == _SERVING else _OTHER[_SIDES[mark]]
            if side == "S" and connection.sent and line.startswith(_GREETING) and not connection.starttls:
                connection = self._begin(process)
            if side == "C" and line == b".":
                self._add(connection, NOT_SHOWN)  # smtpd has no such row: there it is made up
            self._add(connection, (side, line + b"\r\n"))
        elif protocol is not None:
            handshake = Handshake()
            handshake.protocol, handshake.cipher = protocol, cipher
            self._add(connection, handshake.note())
        elif event == b"disconnect":
            if not connection.over:
                self._add(connection, connection.ending.step())
            self._end(process)
        else:  # lost
            self._add(connection, closed("client"))
            connection.over = True

    def _add(self, connection: _Connection, step: Step) -> None:
        connection.steps.append(step)
        if step[0] == "C":
            connection.sent = step[1]
        connection.ending.follow(*step)
        self._octets += len(step[1])

    def _begin(self, process: bytes) -> _Connection:
        self._end(process)
        connection = self._open[process] = _Connection()
        self.held.append(connection)
        return connection

    def _end(self, process: bytes) -> None:
        connection = self._open.pop(process, None)
        if connection is not None:
            connection.over = True

    def given(self) -> Iterator[_Connection]:
        while self.held and (self.held[0].over or self._octets > MOST_OCTETS):
            first = self.held.popleft()
            self._octets -= first.octets
            yield first
