"""A signal is heard whatever the event loop has before it."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from tui.ui.hangup import SIGNALS, HangupWatch


def nothing() -> None:
    pass


@pytest.mark.parametrize("number", SIGNALS)
async def test_a_signal_behind_many_keys(number: signal.Signals) -> None:
    """Each key wakes the loop by an octet in a socket that holds a few hundred. A signal that comes behind
    them finds no room in it; it is heard all the same."""
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    before = [signal.getsignal(one) for one in SIGNALS]
    reading, writing = os.pipe()
    watch = HangupWatch(told.set_result, fd=reading)
    watch.start()
    try:
        for _key in range(5_000):
            asyncio.get_running_loop().call_soon_threadsafe(nothing)
        os.kill(os.getpid(), number)
        assert await asyncio.wait_for(told, 20) == number
    finally:
        watch.stop()
        os.close(reading)
        os.close(writing)
    assert [signal.getsignal(one) for one in SIGNALS] == before


async def test_a_signal_while_nothing_happens() -> None:
    told: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    reading, writing = os.pipe()
    watch = HangupWatch(told.set_result, fd=reading)
    watch.start()
    try:
        child = await asyncio.create_subprocess_exec("sh", "-c", f"sleep 0.1; kill -TERM {os.getpid()}")
        assert await asyncio.wait_for(told, 20) == signal.SIGTERM
        await child.wait()
    finally:
        watch.stop()
        os.close(reading)
        os.close(writing)
