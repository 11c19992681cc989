from __future__ import annotations

import asyncio

import pytest

from tests.net.clocks import HandClock
from tui.net.clock import LoopClock, within


async def test_the_result_in_time() -> None:
    clock = HandClock()

    async def work() -> int:
        return 7

    assert await within(clock, 5, work()) == 7
    assert clock.running == []


async def test_the_error_in_time() -> None:
    async def work() -> int:
        raise ConnectionRefusedError

    with pytest.raises(ConnectionRefusedError):
        await within(HandClock(), 5, work())


async def test_work_is_cancelled_when_the_time_is_over() -> None:
    clock = HandClock()
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    waiting = asyncio.ensure_future(within(clock, 5, work()))
    await begun.wait()
    clock.advance(5)
    with pytest.raises(TimeoutError):
        await waiting
    assert stopped.is_set()


async def test_cancelling_the_caller_cancels_the_work() -> None:
    clock = HandClock()
    begun, stopped = asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    waiting = asyncio.ensure_future(within(clock, 5, work()))
    await begun.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await stopped.wait()
    assert clock.running == []


async def test_the_loops_clock_goes_forward() -> None:
    clock = LoopClock()
    before = clock.now()
    fired = asyncio.Event()
    clock.call_later(0, fired.set)
    await fired.wait()
    assert clock.now() >= before
    assert clock.wall() > 1_600_000_000
