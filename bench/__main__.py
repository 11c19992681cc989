"""``make bench``: speed as ratios and counts, everything that is compared interleaved in one run.

Each row says what was measured, the value and the goal. Only what hangs on little but the program (ratios,
octets, memory) is a goal; plain seconds are printed for the reader.
"""

from __future__ import annotations

import argparse
import contextlib
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.ptybench import Options, Terminal, measure_keys, memory_kib, summary

HERE = Path(__file__).parent
PROGRAM = str(Path(sys.executable).with_name("smtptutor"))
FLOOD_LINES = 100_000
GROUPS = ("start", "keys", "learning", "sandbox", "load", "inbox")
TYPED = "MAIL FROM:<alice@example.org>"


@dataclass(frozen=True)
class Row:
    what: str
    value: float
    goal: float
    unit: str = ""
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        verdict = "met" if self.met else "NOT MET"
        return f"{self.what:<58} {self.value:>9.2f} {self.unit:<6} goal {sign} {self.goal:g}  {verdict}"


def options(size: str = "80x24", **env: str) -> Options:
    columns, rows = size.split("x")
    common = {"PYTHONDONTWRITEBYTECODE": "", "COLORTERM": "", "SMTPTUTOR_LANG": "en", "SSH_CONNECTION": ""}
    return Options(cols=int(columns), rows=int(rows), env={**common, **env})


def seconds_to(command: list[str], text: str, opt: Options) -> float:
    """From exec to the screen that shows the text; with no text to the end of the program."""
    with Terminal(command, opt) as term:
        if not text:
            term.reap(20)
            return term.exit_time - term.start_time
        return term.wait_text(text, 20) - term.start_time


def bench_start(runs: int, home: Path) -> Iterator[Row]:
    env = {"SMTPTUTOR_HOME": str(home)}
    cases = {
        "pass": ([sys.executable, "-c", "pass"], ""),
        "version": ([PROGRAM, "--version"], ""),
        "static": ([sys.executable, str(HERE / "static_app.py")], "Ready"),
        "prompt": ([PROGRAM], "❯"),
        "greeting": ([PROGRAM], "S   220"),
    }
    times: dict[str, list[float]] = {name: [] for name in cases}
    for run in range(runs + 1):
        for name, (command, text) in cases.items():
            taken = seconds_to(command, text, options(**env))
            if run:  # the first round fills the caches
                times[name].append(taken)
    median = {name: statistics.median(taken) for name, taken in times.items()}
    for name, taken in median.items():
        print(f"  {name:<10} {taken * 1000:7.1f} ms")
    yield Row("smtptutor --version / python -c pass", median["version"] / median["pass"], 5, "x")
    yield Row("usable prompt / bare Textual app", median["prompt"] / median["static"], 1.3, "x")
    yield Row("sandbox's 220 shown / bare Textual app", median["greeting"] / median["static"], 1.7, "x")


@contextlib.contextmanager
def flood_server(lines: int) -> Iterator[int]:
    server = subprocess.Popen(
        [sys.executable, str(HERE / "flood_server.py"), str(lines)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.terminate()
        server.wait()


def bench_keys(count: int, home: Path) -> Iterator[Row]:
    for name, colours, goal in (("256 colours", "", 100.0), ("truecolor", "truecolor", 120.0)):
        with flood_server(FLOOD_LINES) as port:
            opt = options("100x30", COLORTERM=colours, SMTPTUTOR_HOME=str(home))
            with Terminal([PROGRAM, "connect", f"127.0.0.1:{port}"], opt) as term:
                term.wait_text("220 flood.test", 20)
                term.settle(0.5)
                started = time.perf_counter()
                term.send("NOOP\r")
                if name == "256 colours":
                    yield from during_flood(term, started)
                term.wait_text("the flood is over", 60)
                term.settle(0.5)
                yield Row(
                    f"RSS after {FLOOD_LINES} lines ({name})", memory_kib(term.pid)["rss"] / 1024, 70, "MiB"
                )
                quiet = term.bytes
                term.run_for(5)
                yield Row(f"idle ({name})", (term.bytes - quiet) / 5, 0, "B/s")
                result = measure_keys(term, TYPED, count, gap=0.06)
                sizes, latency = result["bytes_per_key"], result["latency_ms"]
                assert isinstance(sizes, dict) and isinstance(latency, dict)
                yield Row(f"median octets a key beside the flood ({name})", sizes["p50"], goal, "B")
                yield Row(f"key latency p99 beside the flood ({name})", latency["p99"], 10, "ms")
                print(f"  key latency p50 {latency['p50']} ms, octets p95 {sizes['p95']}, max {sizes['max']}")


def during_flood(term: Terminal, started: float) -> Iterator[Row]:
    """Type while the flood comes in; a key counts when the prompt shows it."""
    latencies = []
    typed = ""
    drained = 0.0
    while time.perf_counter() - started < 20:
        typed += "abcdefghijklmnopqrstuvwxyz"[len(typed) % 26]
        pressed = term.send(typed[-1])
        needle = typed[-10:]
        seen = term.wait(lambda needle=needle: any(needle in row for row in term.display()), 10)
        latencies.append((seen - pressed) * 1000)
        if any("the flood is over" in row for row in term.display()):
            drained = (term.last_time or seen) - started
            break
        term.run_for(0.02)
        if len(typed) % 30 == 0:
            term.key("ctrl+u")
            typed = ""
            term.run_for(0.02)
    term.key("ctrl+u")
    term.settle(0.3)
    yield Row(f"{FLOOD_LINES} reply lines drained", drained or 99.0, 2, "s")
    yield Row(f"key latency p99 during the flood ({len(latencies)} keys)", max(latencies), 60, "ms")


def bench_learning(runs: int, home: Path) -> Iterator[Row]:
    from bench import learning

    opened, begun = learning.waits(runs, home)
    yield Row("course map shown after /learn, in a settled program", opened, 150, "ms")
    yield Row("an exercise's 220 shown after Enter on the map", begun, 100, "ms")
    yield Row("grading adds to each line", learning.grading(20), 1, "ms")


def bench_load(home: Path) -> Iterator[Row]:
    from bench import load

    found = load.measure(home / "load")
    yield Row(
        "200 connections x 5 messages: stored", found.stored, load.CLIENTS * load.EACH, "", at_least=True
    )
    yield Row("... of those answered 250, lost", found.lost, 0)
    yield Row("... reply p99", found.p99, 500, "ms")
    yield Row("20 connections beyond the limit: told 421", found.refused, 20, "", at_least=True)
    yield Row("20 endless lines in DATA: RSS grows by", found.grown, 32, "MiB")
    screen = home / "screen"
    for kind, times in load.typing(screen, options("100x30", SMTPTUTOR_HOME=str(screen))).items():
        latency = summary(times)
        print(f"  {kind}: key latency p50 {latency['p50']} ms, max {latency['max']}")
        yield Row(f"key latency p99 beside {kind} ({len(times)} keys)", latency["p99"], 50, "ms")


def bench_inbox(home: Path) -> Iterator[Row]:
    from bench import inbox

    taken = inbox.deliveries(home / "boxes", 5)
    for size, milliseconds in taken.items():
        print(f"  {size:>7} messages there   {milliseconds:7.3f} ms for one more")
    first, *others = taken.values()
    yield Row("delivery beside 100,000 messages / beside 1,000", max(others) / first, 1.5, "x")
    opened, listed = inbox.opening(home / "large", 5)
    yield Row("F7 to the list of 100,000 mails", opened, 300, "ms")
    print(f"  smtptutor inbox, from start to end {listed:7.0f} ms")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="GROUP", help=f"{', '.join(GROUPS)}; all, unless named")
    parser.add_argument("-n", "--runs", type=int, default=9, help="starts of each program")
    parser.add_argument("-k", "--keys", type=int, default=84, help="keys typed")
    chosen = parser.parse_args()
    if unknown := [one for one in chosen.what if one not in GROUPS]:
        parser.error(f"no group is called {unknown[0]}")
    groups = chosen.what or GROUPS
    import tempfile

    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        for group in groups:
            print(f"== {group}", flush=True)
            if group == "sandbox":
                subprocess.run([sys.executable, "-m", "bench.sandbox"], check=False)  # it says what is met
                continue
            found = {
                "start": lambda: bench_start(chosen.runs, Path(folder)),
                "keys": lambda: bench_keys(chosen.keys, Path(folder)),
                "learning": lambda: bench_learning(chosen.runs, Path(folder)),
                "load": lambda: bench_load(Path(folder)),
                "inbox": lambda: bench_inbox(Path(folder)),
            }
            for row in found[group]():
                print(row, flush=True)
                rows.append(row)
    missed = [row for row in rows if not row.met]
    print(f"{len(rows) - len(missed)} of {len(rows)} goals met")
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
