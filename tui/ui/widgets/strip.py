"""The first row: where, how secure, how far, since when (SCREENS §4)."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from tui.ui.grid import STACKED_FROM
from tui.ui.look import Look
from tui.ui.widgets.rows import RowOfRuns, Rows
from tui.values import value
from tui.words.guide import Run, Tone
from tui.words.trail import StopState, TrailStop

PROGRAM = "smtptutor"


@value
class Place:
    """What the strip says; everything is words already."""

    host: str  # "sandbox", or the host of a REAL server
    port: str = ""  # the sandbox's address, dropped early; part of ``host`` when REAL
    real: str = ""  # the word REAL, "" for the sandbox
    security: str = ""
    unverified: str = ""  # NOT VERIFIED
    raw: str = ""  # raw mode and its line end
    trail: Sequence[TrailStop] = ()
    clock: str = ""


class StateStrip(Rows):
    def paint(self, look: Look, row: RowOfRuns, width: int) -> Strip:
        """The two filled fields are the runs that say REAL or NOT VERIFIED."""
        fields = {Tone.LATER: look.real, Tone.REFUSED: look.unverified}
        segments = [Segment(run.text, fields.get(run.tone) or look.style(run.tone, run.bold)) for run in row]
        return Strip(segments).simplify().adjust_cell_length(width).apply_style(look.surface)


@value
class _Choice:
    name: bool
    port: bool
    trail: bool
    clock: bool


_DROPPING = (
    _Choice(True, True, True, True),
    _Choice(False, True, True, True),
    _Choice(False, False, True, True),
    _Choice(False, False, False, True),
    _Choice(False, False, False, False),
)


def strip_row(place: Place, width: int, look: Look) -> RowOfRuns:
    """The row, dropped in the stated order until it fits: name, the sandbox's port, the trail, the clock."""
    gap = 3 if width >= 100 else 2
    for choice in _DROPPING:
        left = _left(place, choice, gap if width >= STACKED_FROM else 1)
        right = _right(place, choice, gap, look.glyphs.trail)
        free = width - 2 - _cells(left) - _cells(right)
        if free >= gap or choice is _DROPPING[-1]:
            return (Run(" "), *left, Run(" " * max(1, free)), *right, Run(" "))
    raise AssertionError("the last choice always returns")


def _cells(runs: Sequence[Run]) -> int:
    return sum(cell_len(run.text) for run in runs)


def _left(place: Place, choice: _Choice, gap: int) -> list[Run]:
    blank = Run(" " * gap)
    runs: list[Run] = []
    if choice.name:
        runs += [Run(PROGRAM, bold=True), blank]
    if place.real:
        runs += [Run(f" {place.real} ", Tone.LATER, bold=True), Run(" ")]
    runs.append(Run(place.host, bold=True))
    if choice.port and place.port:
        runs.append(Run(f" {place.port}"))
    if place.security:
        runs += [blank, Run(place.security, Tone.QUIET)]
        if place.unverified:
            runs += [Run(" "), Run(f" {place.unverified} ", Tone.REFUSED, bold=True)]
    if place.raw:
        runs += [blank, Run(place.raw, bold=True)]
    return runs


def _right(place: Place, choice: _Choice, gap: int, arrow: str) -> list[Run]:
    runs: list[Run] = []
    for stop in place.trail:
        if not choice.trail and stop.state is not StopState.PRESENT:
            continue
        if runs:
            runs.append(Run(f" {arrow} ", Tone.QUIET))
        runs.append(_stop(stop))
    if choice.clock and place.clock:
        if runs:
            runs.append(Run(" " * gap))
        runs.append(Run(place.clock, Tone.QUIET))
    return runs


def _stop(stop: TrailStop) -> Run:
    if stop.state is StopState.PRESENT:
        return Run(f"[{stop.word}]", Tone.YOU, bold=True)
    return Run(stop.word, Tone.INK if stop.state is StopState.PASSED else Tone.QUIET)
