"""Recorded steps, fed to the observer as they were once sent and received."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from tui.smtp.dialogue import Dialogue
from tui.smtp.events import Event, TlsEstablished
from tui.smtp.findings import Side

_TLS: Final = re.compile(rb"TLS handshake complete: (\S*) ?(\S*)")
_CLOSED: Final = re.compile(rb"connection closed by (server|client)")


def replay(dialogue: Dialogue, steps: Iterable[tuple[str, bytes]]) -> Iterator[tuple[Event, ...]]:
    """The events of each step, in order, and of the end of the recording.

    Args:
        dialogue: a fresh one, or one that stands where the steps begin.
        steps: ``S``, ``C`` with octets; ``*`` with a note: ``TLS handshake complete: PROTOCOL CIPHER``,
            ``connection closed by server`` (or ``client``) are told to the observer, others mean nothing.
    """
    feed: Mapping[str, Callable[[bytes], tuple[Event, ...]]] = {
        "S": dialogue.received,
        "C": dialogue.sent,
        "*": lambda note: _noted(dialogue, note),
    }
    for side, octets in steps:
        yield feed[side](octets)
    yield dialogue.finished()


def _noted(dialogue: Dialogue, note: bytes) -> tuple[Event, ...]:
    tls = _TLS.match(note)
    if tls is not None:
        protocol, cipher = (part.decode("ascii", "replace") for part in tls.groups())
        return dialogue.tls_established(TlsEstablished(protocol, cipher))
    closed = _CLOSED.match(note)
    return dialogue.closed(Side(closed[1].decode("ascii"))) if closed else ()
