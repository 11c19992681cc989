"""When what is new is shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from tui.ui.pace import BURST, FRAME, Pace


class Clock:
    """Time that is turned by hand, with timers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at = 1000.0
        self.timers: list[tuple[float, Callable[[], None]]] = []
        monkeypatch.setattr(time, "monotonic", lambda: self.at)

    def set_timer(self, delay: float, callback: Callable[[], None]) -> Any:
        self.timers.append((self.at + delay, callback))
        return object()

    def turn(self, seconds: float) -> None:
        end = self.at + seconds
        while due := sorted((one for one in self.timers if one[0] <= end), key=lambda one: one[0]):
            self.timers.remove(due[0])
            self.at = due[0][0]
            due[0][1]()
        self.at = end


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_a_few_things_are_shown_at_once(clock: Clock) -> None:
    shown: list[float] = []
    one = Pace(clock, lambda: shown.append(clock.at), lambda: True)
    for _ in range(BURST):
        one.soon()
    assert shown == [1000.0] * BURST


def test_a_flood_is_shown_once_per_frame_and_at_its_end(clock: Clock) -> None:
    shown: list[float] = []
    one = Pace(clock, lambda: shown.append(clock.at), lambda: True)
    for _ in range(1000):
        one.soon()
        clock.turn(0.001)
    last = clock.at
    clock.turn(1)
    assert len(shown) <= BURST + 1 / FRAME + 2
    assert shown[-1] >= last - 0.001
    assert not clock.timers


def test_nothing_is_painted_over_what_the_terminal_has_not_taken(clock: Clock) -> None:
    shown: list[float] = []
    free = False
    one = Pace(clock, lambda: shown.append(clock.at), lambda: free)
    one.soon()
    clock.turn(1)
    assert not shown
    free = True
    clock.turn(2 * FRAME)
    assert len(shown) == 1
