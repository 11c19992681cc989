"""How long a learner waits: for the course map, for an exercise, and what grading adds to a line."""

from __future__ import annotations

import statistics
import sys
import time
from pathlib import Path

from bench.ptybench import Options, Terminal
from tui.lessons import shelf
from tui.practice.checklist import advance, start
from tui.practice.grading import begin, grade
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import ConnectionOpened, Event

PROGRAM = str(Path(sys.executable).with_name("smtptutor"))
_ENV = {"PYTHONDONTWRITEBYTECODE": "", "COLORTERM": "", "SMTPTUTOR_LANG": "en", "SSH_CONNECTION": ""}


def waits(runs: int, home: Path) -> tuple[float, float]:
    """Medians in ms: from /learn in a settled program to the map, from Enter there to the exercise's 220."""
    maps, exercises = [], []
    for run in range(runs):
        env = {**_ENV, "SMTPTUTOR_HOME": str(home / f"learner-{run}")}
        with Terminal([PROGRAM], Options(cols=80, rows=24, env=env)) as term:
            term.wait_text("S   220", 20)
            term.settle(0.5)
            term.send("/learn")
            term.settle(0.3)
            pressed = term.send("\r")
            maps.append((term.wait_text("❯ ◦  1 First mail by hand", 20) - pressed) * 1000)
            term.settle(0.3)
            pressed = term.send("\r")
            exercises.append((term.wait_text("S   220 mail.bdwater.test", 20) - pressed) * 1000)
    return statistics.median(maps), statistics.median(exercises)


def grading(rounds: int) -> float:
    """Milliseconds that judging adds to a typed line, the worst of the shipped exercises."""
    worst = 0.0
    here = shelf.builtin("en")
    for id in here.ids:
        one = here.exercise(id, "en")
        events, lines = _session()
        plain, graded = [], []
        for _ in range(rounds):
            began = time.perf_counter()
            practice = start()
            for event in events:
                practice = advance(practice, event)
            plain.append(time.perf_counter() - began)
            began = time.perf_counter()
            practice, attempt = start(), begin(one, now=0.0)
            for event in events:
                before, practice = practice, advance(practice, event)
                attempt = grade(attempt, before, practice, event)
            graded.append(time.perf_counter() - began)
        worst = max(worst, (statistics.median(graded) - statistics.median(plain)) * 1000 / lines)
    return worst


def _session() -> tuple[list[Event], int]:
    """A mail of a hundred lines, and how many lines were typed in all."""
    talk = Dialogue()
    events: list[Event] = [ConnectionOpened("localhost", "127.0.0.1", 25, True)]
    typed = [
        ("HELO me", "250 ok"),
        ("MAIL FROM:<a@x.test>", "250 ok"),
        ("RCPT TO:<b@x.test>", "250 ok"),
        ("DATA", "354 go"),
        ("From: A <a@x.test>", ""),
        ("To: b@x.test", ""),
        ("Subject: x", ""),
        *[("", "")],
        *[(f"line {number}", "") for number in range(100)],
        (".", "250 ok"),
        ("QUIT", "221 bye"),
    ]
    events += talk.received(b"220 hi\r\n")
    for line, reply in typed:
        events += talk.sent(line.encode() + b"\r\n")
        if reply:
            events += talk.received(reply.encode() + b"\r\n")
    return events, len(typed)
