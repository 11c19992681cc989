"""One sitting that is ended by somebody else at some moment, and what is to be said about it afterwards."""

from __future__ import annotations

import json
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.endings.talker import Talker, talking
from tests.pty import DEADLINE, Terminal

PROGRAM = [sys.executable, "-m", "tui"]
#: From the signal, or from the end of the terminal, to the end of the program.
MOST_SECONDS = 2.0
FRONTS: Mapping[str, Sequence[str]] = {"split screen": (), "line mode": ("--plain",)}

MAIL = ("MAIL FROM:<a@x.test>", "RCPT TO:<b@y.test>", "RCPT TO:<c@y.test>", "DATA")
TEXT = ("Subject: a mail", "From: a@x.test", "", *(f"line {number} of the text" for number in range(6)), ".")
TYPED = ("EHLO x.test", *(*MAIL, *TEXT) * 4, "NOOP", "VRFY b")
_SCREEN_OFF = b"\x1b[?1049l"
_MODES = (
    ("the alternate screen", b"\x1b[?1049h", _SCREEN_OFF),
    ("bracketed paste", b"\x1b[?2004h", b"\x1b[?2004l"),
    ("the mouse", b"\x1b[?1000h", b"\x1b[?1000l"),
    ("a hidden cursor", b"\x1b[?25l", b"\x1b[?25h"),
)
_NO_END = " <no CRLF>"  # behind a line that was cut


@dataclass(frozen=True)
class Way:
    """``end`` does it; ``code`` is what the program returns then, None where nobody can know it. ``stays``:
    the terminal is there afterwards, and has to be usable."""

    name: str
    end: Callable[[Terminal], None]
    code: int | None
    stays: bool = False


WAYS = (
    Way("SIGHUP", lambda terminal: terminal.signal(signal.SIGHUP), 128 + signal.SIGHUP, stays=True),
    Way("SIGTERM", lambda terminal: terminal.signal(signal.SIGTERM), 128 + signal.SIGTERM, stays=True),
    Way("closed pty", lambda terminal: terminal.hang_up(), 128 + signal.SIGHUP),
)


@dataclass
class Ended:
    """What is wrong is in ``problems``; nothing is, where it is empty."""

    front: str
    way: str
    typed: int  # lines, when it ended
    seconds: float
    problems: list[str]


class Sitting:
    """``terminal`` shows the program, ``waits`` returns its exit code when it has ended."""

    def __init__(self, terminal: Terminal, waits: Callable[[], int | None]) -> None:
        self.terminal = terminal
        self.waits = waits


Begin = Callable[[Sequence[str], Path], Sitting]


def at_a_terminal(command: Sequence[str], home: Path) -> Sitting:
    terminal = Terminal.spawn(command, size=(100, 30), env={"SMTPTUTOR_HOME": str(home)})
    return Sitting(terminal, terminal.exit_code)


def run(chance: random.Random, front: str, way: Way, home: Path, begin: Begin = at_a_terminal) -> Ended:
    """Type some lines, quickly or with patience, and end it in the midst of it."""
    with talking() as server:
        command = [*PROGRAM, *FRONTS[front], "connect", f"127.0.0.1:{server.port}"]
        sitting = begin(command, home)
        with sitting.terminal as terminal:
            terminal.wait_for("220 mx.test")
            typed = _type(chance, terminal, server)
            started = time.monotonic()
            way.end(terminal)
            code = sitting.waits()
            seconds = time.monotonic() - started
            problems = [f"it took {seconds:.1f} s"] if seconds > MOST_SECONDS else []
            problems += [] if server.gone(10) else ["the connection is still there"]
            if code != way.code:
                problems.append(f"exit code {code}")
            problems += list(_terminal(terminal, front)) if way.stays else []
            problems += list(_transcript(front, terminal, server, home))
        return Ended(front, way.name, typed, seconds, problems)


def _type(chance: random.Random, terminal: Terminal, server: Talker) -> int:
    """So many lines, the last one perhaps without Enter."""
    count = chance.randrange(len(TYPED))
    patience = chance.choice((0.0, 0.2, 1.0))
    for number, line in enumerate(TYPED[:count]):
        terminal.enter(line)
        if chance.random() < patience:
            _until(terminal, lambda: len(server.heard) > number)  # noqa: B023
    if chance.random() < 0.5:
        terminal.type("NOO")
    if chance.random() < 0.5:
        terminal.settle(chance.random() * 0.05)
    return count


def _until(terminal: Terminal, true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not true():
        terminal.settle(0.01)
        if time.monotonic() > deadline:
            raise AssertionError(f"never came\n{terminal.text()}")


# -- afterwards


def _terminal(terminal: Terminal, front: str) -> Iterator[str]:
    """Is it usable?"""
    if terminal.line_settings() != terminal.line_settings_before:
        yield "the line settings are not what they were"
    written = bytes(terminal.written)
    for what, on, off in _MODES:
        if written.rfind(on) > written.rfind(off):
            yield f"{what} is still on"
    if front == "split screen" and _SCREEN_OFF not in written:
        yield "the screen was not left"


def _transcript(front: str, terminal: Terminal, server: Talker, home: Path) -> Iterator[str]:
    """Does it hold all that was on the wire, to the last line?"""
    files = list((home / "transcripts").glob("*.txt"))
    if len(files) != 1:
        yield f"{len(files)} transcripts"
        return
    text = files[0].read_text()
    rows = text.splitlines()
    if not text.endswith("\n") or rows[-1] != "* connection closed by client":
        yield f"the last row is {rows[-1]!r}"
    sent, received = _side(rows, "C: "), _side(rows, "S: ")
    heard, said = _lines(server.heard), _lines(server.said)
    if sent[: len(heard)] != heard:
        yield "not all that the server heard is there"
    if len(sent) > len(heard):  # it was told that it went out, and the end was quicker
        yield from (f"{line!r} never went out" for line in sent[len(heard) :] if line not in TYPED)
    if received and received[-1].endswith(_NO_END):
        received[-1] = received[-1].removesuffix(_NO_END)
        said[len(received) - 1] = said[len(received) - 1][: len(received[-1])]
    if received != said[: len(received)]:
        yield "there is something else than what the server said"
    shown = Counter(row for row in terminal.history() if row.startswith("S: "))
    lost = shown - Counter(row for row in rows if row.startswith("S: "))
    if front == "line mode" and lost:
        yield f"shown and not kept: {list(lost)}"
    events = [json.loads(line) for line in files[0].with_suffix(".jsonl").read_text().splitlines()]
    if "connection-closed" not in [one.get("event") for one in events[-3:]]:
        yield f"the last event is {events[-1]}"
    if len([one for one in events if one["dir"] == "C"]) != len(sent):
        yield "the events are not the rows"


def _side(rows: Sequence[str], mark: str) -> list[str]:
    return [row.removeprefix(mark) for row in rows if row.startswith(mark)]


def _lines(octets: Sequence[bytes]) -> list[str]:
    return [line.decode() for line in octets]
