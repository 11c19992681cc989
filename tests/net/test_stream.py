from __future__ import annotations

import asyncio

from tests.net.clocks import HandClock
from tui.net.stream import FULL, Stamped, Stream
from tui.smtp.events import PhaseChanged, ServerHalfClosed
from tui.smtp.phases import Phase

HEARD = ServerHalfClosed()
OWN = PhaseChanged(Phase.GREETED, Phase.READY)


async def test_each_event_once_in_order_with_its_time() -> None:
    clock = HandClock()
    stream = Stream(clock, lambda: None)
    stream.put([HEARD], heard=True)
    clock.advance(2)
    stream.put([OWN, HEARD], heard=False)
    stream.finish()
    [batch] = [batch async for batch in stream.batches()]
    began = clock.wall() - 2
    assert batch == (Stamped(HEARD, 0, began), Stamped(OWN, 2, began + 2), Stamped(HEARD, 2, began + 2))


async def test_nothing_comes_after_the_end() -> None:
    stream = Stream(HandClock(), lambda: None)
    stream.finish()
    stream.put([HEARD], heard=True)
    assert [batch async for batch in stream.batches()] == []


async def test_after_the_end_there_is_no_waiting() -> None:
    stream = Stream(HandClock(), lambda: None)
    stream.put([HEARD], heard=True)
    stream.finish()
    assert len([batch async for batch in stream.batches()]) == 1
    assert [batch async for batch in stream.batches()] == []


async def test_others_have_their_turn_between_two_batches() -> None:
    order: list[str] = []
    stream = Stream(HandClock(), lambda: None)
    stream.put([HEARD], heard=True)
    async for _ in stream.batches():
        order.append("batch")
        if len(order) > 6:
            break
        asyncio.get_running_loop().call_soon(order.append, "key")
        stream.put([HEARD], heard=True)
    assert order[:4] == ["batch", "key", "batch", "key"]


async def test_whoever_fills_it_is_told_when_there_is_room() -> None:
    relieved: list[int] = []
    stream = Stream(HandClock(), lambda: relieved.append(len(stream)))
    stream.put([HEARD] * (FULL - 1), heard=True)
    assert not stream.full
    stream.put([HEARD], heard=True)
    assert stream.full
    async for batch in stream.batches():
        assert len(batch) == FULL
        assert relieved == []  # the consumer is still at work
        stream.finish()
    assert relieved == [0]


async def test_what_was_heard_is_untold_until_it_is_taken() -> None:
    stream = Stream(HandClock(), lambda: None)
    stream.put([OWN], heard=False)
    assert not stream.unheard
    stream.put([HEARD], heard=True)
    assert stream.unheard
    async for _ in stream.batches():
        assert not stream.unheard
        stream.finish()
