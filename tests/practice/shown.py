"""What each form shows of a dialogue: the steps that were recorded on the wire, less what its program leaves
out. A reader must find the same facts in both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from tests.practice.test_reading import rows
from tui.practice.facts import facts_of
from tui.practice.reading import Form, Step, read

Steps = list[Step]


def found(text: bytes) -> tuple[Form | None, list[dict[str, Any]]]:
    """The form, and the facts of each connection."""
    reading = read(rows(text))
    return (None, []) if reading is None else (reading.form, [facts_of(one) for one in reading.connections])


def facts_shown(name: str, steps: Iterable[Step]) -> dict[str, Any]:
    """The facts that are to be found in what the run of this name printed."""
    kept = _as_agreed(list(steps))
    for leave_out in _LEFT_OUT.get(name, _OF_PROGRAM.get(name.partition("-")[0], ())):
        kept = leave_out(kept)
    return facts_of(kept)


def _as_agreed(steps: Steps) -> Steps:
    """After the 221 either side may be seen to close first; the server is meant to (RFC 5321 §4.1.1.10)."""
    if len(steps) > 1 and steps[-2][1].startswith(b"221"):
        return [*steps[:-1], ("*", b"connection closed by server")]
    return steps


def _message(steps: Steps) -> Steps:
    kept: Steps = []
    for side, octets in steps:
        if side == "C" and kept and kept[-1][1].startswith(b"354"):
            kept += [("*", b"message not shown"), ("C", b".\r\n")]
        elif not (side == "C" and kept and kept[-1] == ("C", b".\r\n")):
            kept.append((side, octets))
    return kept


def _empty_message(steps: Steps) -> Steps:
    kept: Steps = []
    for step in steps:
        inside = bool(kept) and kept[-1][1].startswith(b"354")
        kept += [("*", b"message not shown"), step] if inside else [step]
    return kept


def _farewell(steps: Steps) -> Steps:
    """curl says QUIT when nobody listens to it any more."""
    quits = (at for at, (side, octets) in enumerate(steps) if side == "C" and octets == b"QUIT\r\n")
    return steps[: next(quits, len(steps))]


def _end(steps: Steps) -> Steps:
    return [step for step in steps if not step[1].startswith(b"connection closed")]


def _before_tls(steps: Steps) -> Steps:
    begins = (at for at, (_side, octets) in enumerate(steps) if octets.startswith(b"TLS handshake"))
    return steps[next(begins) :]


_LEFT_OUT: Final[dict[str, tuple[Callable[[Steps], Steps], ...]]] = {
    "swaks-suppressed": (_message,),
    "swaks-hidden": (_end,),
    "curl-trace": (_farewell,),
    "curl-trace-ascii": (_farewell,),
    "openssl-tls": (),
    "openssl-brief": (),
    "postfix-dropped": (_empty_message,),
}
_OF_PROGRAM: Final[dict[str, tuple[Callable[[Steps], Steps], ...]]] = {
    "curl": (_message, _farewell),
    "smtplib": (_end,),
    "openssl": (_before_tls,),
    "postfix": (_message,),
}
