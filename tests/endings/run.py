"""One sitting that is ended by somebody else at some moment, and what is to be said about it afterwards."""

from __future__ import annotations

import itertools
import json
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.endings.moments import (
    CHANNELS,
    FRONTS,
    MAIL,
    MOMENTS,
    QUESTION,
    SECRET,
    TEXT,
    TYPED,
    UNTIL,
    At,
    Channel,
    Moment,
    possible,
)
from tests.endings.talker import Talker, talking
from tests.net.authority import serving_context
from tests.pty import Terminal

PROGRAM = [sys.executable, "-m", "tui"]
#: From the signal, or from the end of the terminal, to the end of the program.
MOST_SECONDS = 2.0

_SCREEN_OFF = b"\x1b[?1049l"
_MODES = (
    ("the alternate screen", b"\x1b[?1049h", _SCREEN_OFF),
    ("bracketed paste", b"\x1b[?2004h", b"\x1b[?2004l"),
    ("the mouse", b"\x1b[?1000h", b"\x1b[?1000l"),
    ("a hidden cursor", b"\x1b[?25l", b"\x1b[?25h"),
)
_NO_END = " <no CRLF>"  # behind a line that was cut
_CLOSED = "* connection closed by client"
#: What may have been on its way when the end came.
_SENT = frozenset({*TYPED, *MAIL, *TEXT, "STARTTLS"})


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


@dataclass(frozen=True)
class Case:
    front: str
    way: Way
    channel: Channel
    moment: Moment

    def __str__(self) -> str:
        return f"{self.front}, {self.channel.name}, {self.moment.name}, {self.way.name}"

    @property
    def lasts(self) -> bool:
        """The connection is open when the end comes: a certificate is asked about behind it."""
        return not (self.moment is QUESTION and self.channel.tls)


@dataclass
class Ended:
    """What is wrong is in ``problems``; nothing is, where it is empty."""

    case: Case
    seconds: float
    problems: list[str]


class Sitting:
    """``terminal`` shows the program, ``waits`` returns its exit code when it has ended."""

    def __init__(self, terminal: Terminal, waits: Callable[[], int | None]) -> None:
        self.terminal = terminal
        self.waits = waits


Begin = Callable[[Sequence[str], Path], Sitting]


def at_a_terminal(env: Mapping[str, str]) -> Begin:
    """``env`` is added to the environment."""

    def begin(command: Sequence[str], home: Path) -> Sitting:
        terminal = Terminal.spawn(command, size=(100, 30), env={**env, "SMTPTUTOR_HOME": str(home)})
        return Sitting(terminal, terminal.exit_code)

    return begin


def run(chance: random.Random, case: Case, folder: Path, begin: Begin) -> Ended:
    """Bring it there, and end it."""
    home, channel, moment = folder / "home", case.channel, case.moment
    folder.mkdir(exist_ok=True)
    context = serving_context("address") if channel.tls else None
    with talking(context, implicit=channel.implicit, silent=moment.silent) as server:
        sitting = begin(command(case, folder, server.port), home)
        with sitting.terminal as terminal:
            moment.bring(At(chance, terminal, server, channel))
            started = time.monotonic()
            case.way.end(terminal)
            code = sitting.waits()
            seconds = time.monotonic() - started
            problems = [f"it took {seconds:.1f} s"] if seconds > MOST_SECONDS else []
            problems += [] if server.gone(10) else ["the connection is still there"]
            if code != case.way.code:
                problems.append(f"exit code {code}")
            problems += list(_terminal(terminal, case.front)) if case.way.stays else []
            problems += list(_transcript(case, terminal, server, home))
            problems += list(_secrets(terminal, home))
        return Ended(case, seconds, problems)


def command(case: Case, folder: Path, port: int) -> list[str]:
    words = [*PROGRAM, *FRONTS[case.front], "connect", f"127.0.0.1:{port}", "--ehlo", "x.test"]
    words += [*case.channel.flags, *(case.channel.trusts if case.lasts else ()), *case.moment.flags]
    if case.moment is UNTIL:
        (folder / "mail").write_text("\n".join(TEXT[:-1]) + "\n")
        words.append(str(folder / "mail"))
    return words


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


def _transcript(case: Case, terminal: Terminal, server: Talker, home: Path) -> Iterator[str]:
    """Does it hold all that was on the wire, to the last line?"""
    files = list((home / "transcripts").glob("*.txt"))
    if len(files) != 1:
        if files or server.said or server.heard:
            yield f"{len(files)} transcripts"
        return
    text = files[0].read_text()
    rows = text.splitlines()
    if not text.endswith("\n") or (case.lasts and rows[-1] != _CLOSED):
        yield f"the last row is {rows[-1]!r}"
    sent, received = _side(rows, "C: "), _side(rows, "S: ")
    heard, said = _lines(server.heard), _lines(server.said)
    if sent[: len(heard)] != heard:
        yield "not all that the server heard is there"
    if len(sent) > len(heard):  # it was told that it went out, and the end was quicker
        yield from (f"{line!r} never went out" for line in sent[len(heard) :] if line not in _SENT)
    if received and received[-1].endswith(_NO_END):
        received[-1] = received[-1].removesuffix(_NO_END)
        said[len(received) - 1] = said[len(received) - 1][: len(received[-1])]
    if received != said[: len(received)]:
        yield "there is something else than what the server said"
    shown = Counter(row for row in terminal.history() if row.startswith("S: "))
    lost = shown - Counter(row for row in rows if row.startswith("S: "))
    if case.front == "line mode" and lost:
        yield f"shown and not kept: {list(lost)}"
    events = [json.loads(line) for line in files[0].with_suffix(".jsonl").read_text().splitlines()]
    if case.lasts and "connection-closed" not in [one.get("event") for one in events[-3:]]:
        yield f"the last event is {events[-1]}"
    if len([one for one in events if one["dir"] == "C"]) != len(sent):
        yield "the events are not the rows"


def _secrets(terminal: Terminal, home: Path) -> Iterator[str]:
    """What was typed where it is hidden is nowhere."""
    files = {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    for place, octets in {**files, "the terminal": bytes(terminal.written)}.items():
        if SECRET.encode() in octets:
            yield f"the password is in {place}"


def _side(rows: Sequence[str], mark: str) -> list[str]:
    return [row.removeprefix(mark) for row in rows if row.startswith(mark)]


def _lines(octets: Sequence[bytes]) -> list[str]:
    return [line.decode() for line in octets]


def every_case(ways: Sequence[Way]) -> list[Case]:
    return [
        Case(front, way, channel, moment)
        for front, way, channel, moment in itertools.product(FRONTS, ways, CHANNELS, MOMENTS)
        if possible(moment, channel)
    ]


def some_cases(ways: Sequence[Way], channels: Sequence[Channel]) -> list[Case]:
    """Every moment on both front ends, each in another of these ways and over another of these channels."""
    cases = []
    for number, moment in enumerate(MOMENTS):
        fitting = [channel for channel in channels if possible(moment, channel)]
        for turn, front in enumerate(FRONTS if fitting else ()):
            at = number + turn
            cases.append(Case(front, ways[at % len(ways)], fitting[at % len(fitting)], moment))
    return cases


def alternating(cases: Sequence[Case]) -> list[Case]:
    """Of ``some_cases`` each moment on one front end, the next one on the other."""
    return [cases[at + at // 2 % 2] for at in range(0, len(cases), 2)]
