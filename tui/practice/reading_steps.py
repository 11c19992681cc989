"""What the forms that mark both sides share: they leave out what their programs take for granted.

A reader gives steps, ``(side, octets)``, in the order of the text. Here they are told apart into connections
and completed: the dot of a message that is not shown, the handshake that nobody prints, and what comes first
in a text that was cut out of the middle of a dialogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, groupby
from operator import itemgetter
from typing import Final

from tui.practice import typed_lines as shape
from tui.practice.reading_borders import Borders, Starttls

Step = tuple[str, bytes]
Numbered = tuple[int, str, bytes]

NOT_SHOWN: Final = ("*", b"message not shown")
NOT_EXACT: Final = ("*", b"message not shown exactly")
CLIENT_NOT_SHOWN: Final = ("*", b"client not shown")
_TOLD: Final = (NOT_SHOWN, NOT_EXACT)

_GOODBYE: Final = (b"221", b"421")
_CLOSED: Final = b"connection closed by "
_TLS: Final = b"TLS handshake complete: "
_VERIFIED: Final[Mapping[bool | None, bytes]] = {
    True: b"",
    False: b" NOT VERIFIED",
    None: b" VERIFICATION NOT SHOWN",
}
#: What a server that is only now connected to may say first.
_BEGINNING: Final = re.compile(rb"220|[45][0-9][0-9]")


def numbered(steps: Iterable[Step], *, hidden: bool = False) -> Iterator[Numbered]:
    """Each step with the number of its connection. ``hidden``: this form never shows messages."""
    for number, group in groupby(_told_apart(steps), key=itemgetter(0)):
        for side, octets in completed(((side, octets) for _, side, octets in group), hidden=hidden):
            yield number, side, octets


def _told_apart(steps: Iterable[Step]) -> Iterator[Numbered]:
    borders = Borders()
    for side, octets in steps:
        number = borders.note(octets) if side == "*" else borders.line(side, octets.rstrip(b"\r\n"))
        yield number, side, octets


def completed(steps: Iterable[Step], *, hidden: bool = False) -> Iterator[Step]:
    """The steps of one connection, with what goes without saying."""
    rest = _Rest(hidden=hidden)
    for side, octets in _from_a_border(steps):
        yield from rest.before(side, octets)
        yield side, octets
        yield from rest.behind(side, octets)
    yield from rest.missing()


# -- notes


def connected(host: bytes, port: bytes = b"", address: bytes = b"") -> Step:
    """``address`` is what the name ``host`` was found to have, where that is told."""
    if not port:
        return "*", b"connected to " + host
    name = host + b" " if address and address != host else b""
    place = address or host
    place = b"[" + place + b"]" if b":" in place else place
    return "*", b"connected to " + name + place + b":" + port


def closed(by: str) -> Step:
    return "*", _CLOSED + by.encode("ascii")


class Handshake:
    """What was said of a handshake, up to the first line inside it."""

    def __init__(self) -> None:
        self.protocol = b""
        self.cipher = b""
        self.verified: bool | None = None

    def note(self) -> Step:
        """As a recorder writes it."""
        return "*", _TLS + self.protocol + b" " + self.cipher + _VERIFIED[self.verified]


class Ending:
    """Who closed, where a program says only that all is over: the server does, once it has said goodbye."""

    def __init__(self) -> None:
        self._bye = False

    def follow(self, side: str, octets: bytes) -> None:
        """What was said last."""
        self._bye = side == "S" and octets.startswith(_GOODBYE)

    def step(self) -> Step:
        return closed("server" if self._bye else "client")


# -- what is left out


class _Rest:
    def __init__(self, *, hidden: bool) -> None:
        self._hidden = hidden
        self._spoken = False  # the client was heard at all
        self._in_message = False
        self._untold = False  # nothing of the message was shown
        self._line_open = False  # what was shown of it ends in the middle of a line
        self._starttls = Starttls()

    def before(self, side: str, octets: bytes) -> Iterator[Step]:
        if self._starttls.may_encrypt and side == "C":
            yield Handshake().note()  # nobody goes on in plain text
        if not self._in_message or side == "C" or (side, octets) in _TOLD:
            return
        ended = side == "S" and not octets.startswith(b"421")
        if self._untold and (ended or self._hidden):
            yield NOT_SHOWN
        self._untold = False
        if ended:
            yield "C", b"\r\n.\r\n" if self._line_open else b".\r\n"
            self._in_message = False

    def behind(self, side: str, octets: bytes) -> Iterator[Step]:
        if side == "C":
            yield from self._sent(octets)
        elif side == "S" and shape.is_last_of_reply(octets):
            self._starttls.line("S", octets)
            self._in_message = self._untold = self._spoken and octets.startswith(b"354")
            self._line_open = False
        elif side == "*":
            self._starttls.may_encrypt = False
            self._untold = self._untold and (side, octets) not in _TOLD

    def _sent(self, octets: bytes) -> Iterator[Step]:
        self._spoken = True
        if not self._in_message:
            self._starttls.line("C", octets)
            if self._hidden and shape.chunk_octets(octets):
                yield NOT_SHOWN
            return
        if octets == b".\r\n" or octets.endswith(b"\r\n.\r\n"):
            self._in_message = False
        self._untold = False
        self._line_open = not octets.endswith(b"\r\n")

    def missing(self) -> Iterator[Step]:
        if self._untold and self._hidden:
            yield NOT_SHOWN


# -- what comes first


def _from_a_border(steps: Iterable[Step]) -> Iterator[Step]:
    """Without what is left of an exchange that began before the text does: nobody can tell what it is, and it
    may be a password."""
    steps = iter(steps)
    head: list[Step] = []
    for step in steps:
        head.append(step)
        if step[0] == "S":
            break
    yield from _after(head, steps) if _is_inside(head) else chain(head, steps)


def _is_inside(head: list[Step]) -> bool:
    """The steps up to the first reply begin in the middle of an exchange."""
    side, answer = head[-1]
    said = [octets for one, octets in head if one == "C"]
    if side != "S" or answer.startswith(b"220"):
        return False
    if not said:
        return _BEGINNING.match(answer) is None
    return _is_end_of_message(said) or not shape.is_command(said[0].rstrip(b"\r\n"))


def _is_end_of_message(said: list[bytes]) -> bool:
    return said[-1].endswith(b"\r\n.\r\n") or said[-1] == b".\r\n"


def _after(head: list[Step], steps: Iterator[Step]) -> Iterator[Step]:
    """From the first command that is none of these: the rest of a reply, a message, an answer to 334."""
    yield from (step for step in head if step[0] == "*")
    due = head[-1][1][:3]
    for side, octets in steps:
        if side == "*":
            yield side, octets
        elif side == "S":
            due = octets[:3]
        elif due == b"354":
            due = b"" if _is_end_of_message([octets]) else due
        elif due != b"334":
            yield from chain(((side, octets),), steps)
            return
        else:
            due = b""
