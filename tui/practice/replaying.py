"""Recorded steps, fed to the observer as they were once sent and received."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Final

from tui.smtp.certificate import read_back
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import Event, ProxyHeaderSent, TlsEstablished, TypedByProgram
from tui.smtp.findings import Side
from tui.smtp.phases import Phase

#: Commands that may stand before the first reply of a recording.
_LOOKED_AT: Final = 100
_NO_GREETING: Final = re.compile(rb"(?!220)[23][0-9][0-9]|50[0-4]")
#: Whoever speaks too early says EHLO; behind any other command a refusal is of that command.
_ANSWER: Final = re.compile(rb"(?!220)[2-5][0-9][0-9]")
_VERB: Final = re.compile(rb"[A-Za-z]+")
_PHASES: Final[Mapping[bytes, Phase]] = {
    b"HELO": Phase.GREETED,
    b"EHLO": Phase.GREETED,
    b"LHLO": Phase.GREETED,
    b"RCPT": Phase.MAIL,
    b"DATA": Phase.MAIL,
    b"BDAT": Phase.MAIL,
}
_LATER: Final = frozenset({b"MAIL", b"RCPT", b"DATA", b"BDAT", b"AUTH", b"STARTTLS", b"VRFY", b"EXPN"})
_TLS: Final = re.compile(
    rb"TLS handshake complete: (\S*) ?(\S*)( NOT VERIFIED| VERIFICATION NOT SHOWN)?(?:: ([^;]*))?"
)
_VERIFIED: Final[Mapping[str, bool | None]] = {
    "": True,
    " NOT VERIFIED": False,
    " VERIFICATION NOT SHOWN": None,
}
_TYPED: Final = re.compile(rb"typed by smtptutor: ([a-z]+)(?:, (\d{1,9}) lines)?")
_PRECEDED: Final = re.compile(rb"sent first, (v[12]): (.*)")
_NOT_SHOWN: Final = {b"message not shown": False, b"message not shown exactly": True}
_CLIENT_NOT_SHOWN: Final = b"client not shown"
_CLOSED: Final = re.compile(rb"connection closed by (server|client)")


def replay(dialogue: Dialogue, steps: Iterable[tuple[str, bytes]]) -> Iterator[tuple[Event, ...]]:
    """The events of each step, in order, and of the end of the recording.

    A recording that begins after the greeting is told from one in which the client spoke too early by its
    first reply: the dialogue is joined where it stood.

    Args:
        dialogue: a fresh one, or one that stands where the steps begin.
        steps: ``S``, ``C`` with octets; ``*`` with a note: ``TLS handshake complete: PROTOCOL CIPHER``,
            ``sent first, v1: HEADER`` (or ``v2``), ``message not shown`` (or ``message not shown exactly``),
            ``client not shown`` and ``connection closed by server`` (or ``client``) are told to the observer;
            ``typed by smtptutor: STEP`` (``, N lines``) is an event of its own; others mean nothing.
    """
    feed: Mapping[str, Callable[[bytes], tuple[Event, ...]]] = {
        "S": dialogue.received,
        "C": dialogue.sent,
        "*": lambda note: _noted(dialogue, note),
    }
    steps = iter(steps)
    head = _up_to_first_reply(steps)
    phase = _joined_in(head)
    if phase is not None:
        yield dialogue.joined(phase)
    for side, octets in chain(head, steps):
        yield feed[side](octets)
    yield dialogue.finished()


def _up_to_first_reply(steps: Iterator[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    head: list[tuple[str, bytes]] = []
    for step in steps:
        head.append(step)
        if step[0] == "S" or len(head) == _LOOKED_AT:
            break
    return head


def _joined_in(head: list[tuple[str, bytes]]) -> Phase | None:
    """Where the dialogue stood when the recording began; None: it begins with the connection.

    Only then does a command come first and get an answer that no greeting can be; or that answer comes first
    where the client's lines are not shown.
    """
    said = [one for one in head if not (one[0] == "*" and (_TLS.match(one[1]) or _TYPED.match(one[1])))]
    if ("*", _CLIENT_NOT_SHOWN) in said and _NO_GREETING.match(said[-1][1]):
        return Phase.GREETED
    if len(said) < 2 or (said[0][0], said[-1][0]) != ("C", "S"):
        return None
    found = _VERB.match(said[0][1])
    verb = found.group().upper() if found else b""
    answers = _ANSWER if verb in _LATER else _NO_GREETING
    return _PHASES.get(verb, Phase.READY) if answers.match(said[-1][1]) else None


def _noted(dialogue: Dialogue, note: bytes) -> tuple[Event, ...]:
    tls = _TLS.match(note)
    if tls is not None:
        protocol, cipher, seal, faults = (part.decode("ascii", "replace") for part in tls.groups(b""))
        return dialogue.tls_established(
            TlsEstablished(protocol, cipher, verified=_VERIFIED[seal], faults=read_back(faults))
        )
    if note == _CLIENT_NOT_SHOWN:
        return dialogue.client_not_shown()
    if note in _NOT_SHOWN:
        return dialogue.message_not_shown(lines=_NOT_SHOWN[note])
    header = _PRECEDED.fullmatch(note)
    if header is not None:
        version, line = (part.decode("utf-8", "replace") for part in header.groups())
        return dialogue.preceded(ProxyHeaderSent(version, line))
    typed = _TYPED.fullmatch(note)
    if typed is not None:
        return (TypedByProgram(typed[1].decode("ascii"), int(typed[2] or 1)),)
    closed = _CLOSED.match(note)
    return dialogue.closed(Side(closed[1].decode("ascii"))) if closed else ()
