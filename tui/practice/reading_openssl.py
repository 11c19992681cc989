r"""A window of ``openssl s_client``: a telnet window inside TLS, between what openssl says of the handshake.

Only what openssl prints is taken out here; who speaks follows from where the dialogue stands, as in a telnet
window. With ``-starttls smtp`` openssl speaks up to the handshake itself and shows nothing of it but the last
line of the first EHLO's reply. A line that begins with Q or R it takes for itself: it was never sent. What it
reads from a pipe it does not print: then only the server speaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tui.practice import reading_one_side, reading_telnet
from tui.practice import typed_lines as shape
from tui.practice.reading_steps import Handshake

_MARGIN: Final = b" \t>|"

_CONNECTED: Final = re.compile(rb"CONNECTED\([0-9A-Fa-f]{8}\)|CONNECTION ESTABLISHED")
_DEPTH: Final = re.compile(rb"depth=[0-9]+ |Can't use SSL_get_servername|Connecting to [0-9a-f.:]+$")
_VERIFY: Final = re.compile(rb"verify (return:[01]|error:num=[0-9]+:.*)$")
_SURE: Final = re.compile(
    _CONNECTED.pattern
    + rb"|"
    + _VERIFY.pattern
    + rb"|New, (?:TLS|SSL)v[0-9.]+, Cipher is |Verify return code: [0-9]+ \("
)
_RULE: Final = b"---"
_TICKET: Final = b"Post-Handshake New Session Ticket arrived:"
_LAST_OF_BLOCK: Final = b"Verify return code: "

_CIPHER: Final = re.compile(rb"(?:New|Reused), ((?:TLS|SSL)v[0-9.]+), Cipher is (\S+)")
_PROTOCOL: Final = re.compile(rb"Protocol version: (\S+)")
_SUITE: Final = re.compile(rb"Ciphersuite: (\S+)")
_VERDICT: Final = re.compile(rb"(?:Verification: (OK)|Verification error: |Verify return code: (0 )?)")

#: Rows that openssl may print between the lines of the dialogue.
_NOISE: Final = re.compile(
    rb"(?:read R BLOCK$|SSL_(?:connect|accept):|SSL3 alert (?:read|write):|Peer certificate: |Hash used: "
    rb"|Signature type: |Negotiated TLS1\.3 group: |(?:Server|Peer) Temp Key: |Protocol version: "
    rb"|Ciphersuite: |Verification(?: error)?: |Verified peername: )"
)
#: A row that announces octets (``-msg``, ``-debug``), and a row of them.
_ANNOUNCED: Final = re.compile(
    rb"(?:<<< )?(?:[A-Z]+ [0-9.]+|\?{3})[^\[]*\[length [0-9a-f]{4,}\]"
    rb"|(?:read from|write to) 0x[0-9a-f]+ \[0x[0-9a-f]+\] \("
)
_DUMP: Final = re.compile(rb"[0-9a-f]{4,} - |(?:[0-9a-f]{2} ){0,15}[0-9a-f]{2} ?$")

_LOST: Final = re.compile(rb"closed$|read:errno=|poll error$|[0-9A-F]+:error:[0-9A-F]+:")
_DONE: Final = b"DONE"
#: What openssl did with the line above, in the place of sending it, and how that line begins.
_TAKEN: Final[Mapping[bytes, tuple[bytes, ...]]] = {
    _DONE: (b"Q",),
    b"RENEGOTIATING": (b"R",),
    b"KEYUPDATE": (b"K", b"k"),
}


def recognises(sample: list[bytes]) -> bool:
    """openssl says something of a handshake, and somebody something that may be a reply."""
    texts = [row.lstrip(_MARGIN).rstrip(b"\r") for row in sample]
    return any(map(_SURE.match, texts)) and any(map(shape.is_plain_reply, texts))


def read(rows: Iterable[bytes]) -> Iterator[tuple[int, str, bytes]]:
    """Every sitting at openssl, and whatever stands between."""
    number = 0
    for sitting in _sittings(reading_telnet.bounded(rows)):
        last = 0
        steps = list(reading_telnet.read(sitting.rows, _closing))
        if sitting.handshake is not None and not any(side == "C" for _, side, _ in steps):
            texts = [row.lstrip(_MARGIN) for row in sitting.rows]
            steps = [(1, *step) for step in reading_one_side.answers(texts, _closing, leftover=True)]
        for connection, side, octets in steps:
            if connection != last:
                last = connection
                number += 1
                if connection == 1 and sitting.handshake is not None:
                    yield (number, *sitting.handshake.note())
            yield number, side, octets


def is_handshake(sample: list[bytes]) -> bool:
    """openssl says something of a handshake, whatever else there is."""
    return any(_SURE.match(row.lstrip(_MARGIN)) for row in sample)


def _closing(row: bytes) -> str | None:
    if row == _DONE:
        return "client"
    return "server" if _LOST.match(row) else shape.closing(row)


class _Sitting:
    """One call of openssl: the rows of the dialogue, and what it said of the handshake."""

    def __init__(self) -> None:
        self.rows: list[bytes] = []
        self.handshake: Handshake | None = None
        self._block = False  # openssl tells of the handshake, or of a ticket
        self._block_ends = False  # with the next rule
        self._dump = False
        self._replied = False
        self._again = False  # a second handshake inside the first

    def is_over(self, text: bytes) -> bool:
        """Another sitting begins here."""
        if _CONNECTED.match(text):
            return self._replied or self.handshake is not None
        return self._replied and not self._again and _DEPTH.match(text) is not None

    def take(self, row: bytes, text: bytes, following: bytes) -> None:
        """``text`` is the row without its margin; ``following`` that of the next one."""
        if self._block and not shape.is_plain_reply(text):
            self._of_block(text)
        elif _CONNECTED.match(text) or text == _TICKET:
            self._tell()
            self._block = text != b"CONNECTION ESTABLISHED"
        elif text == _RULE and following == _TICKET:
            pass
        elif not self._is_noise(text):
            self._of_dialogue(row, text)

    def _tell(self) -> Handshake:
        self.handshake = self.handshake or Handshake()
        return self.handshake

    def _of_block(self, text: bytes) -> None:
        self._learn(text)
        if text == _RULE and self._block_ends:
            self._block = self._block_ends = False
        elif text.startswith(_LAST_OF_BLOCK):
            self._block_ends = True

    def _learn(self, text: bytes) -> None:
        handshake = self._tell()
        if cipher := _CIPHER.match(text):
            handshake.protocol, handshake.cipher = cipher[1], cipher[2]
        elif protocol := _PROTOCOL.match(text):
            handshake.protocol = protocol[1]
        elif suite := _SUITE.match(text):
            handshake.cipher = suite[1]
        elif verdict := _VERDICT.match(text):
            handshake.verified = verdict[1] is not None or verdict[2] is not None
        elif verify := _VERIFY.match(text):
            handshake.verified = verify[1] == b"return:1" and handshake.verified is not False

    def _is_noise(self, text: bytes) -> bool:
        self._dump = _ANNOUNCED.match(text) is not None or (self._dump and _DUMP.match(text) is not None)
        if self._dump:
            return True
        known = _NOISE.match(text) or _DEPTH.match(text) or _VERIFY.match(text) or _CIPHER.match(text)
        if known:
            self._learn(text)
        return known is not None

    def _of_dialogue(self, row: bytes, text: bytes) -> None:
        self._block = False
        self._replied = self._replied or shape.is_plain_reply(text)
        if text in _TAKEN:
            if self.rows and self.rows[-1].lstrip(_MARGIN).startswith(_TAKEN[text]):
                self.rows.pop()
            self._again = True
        if text == _DONE or text not in _TAKEN:
            self.rows.append(row)


def _sittings(rows: list[bytes]) -> Iterator[_Sitting]:
    rows = [row.rstrip(b"\r") for row in rows]
    texts = [row.lstrip(_MARGIN) for row in rows]
    sitting = _Sitting()
    for row, text, following in zip(rows, texts, [*texts[1:], b""], strict=True):
        if sitting.is_over(text):
            yield sitting
            sitting = _Sitting()
        sitting.take(row, text, following)
    yield sitting
