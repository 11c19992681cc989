"""However many clients there are, who types in the same event loop is not kept waiting."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tui.sandbox import events
from tui.sandbox.sandbox import Sandbox
from tui.sandbox.turns import ALONE, BESIDE_A_SCREEN, Pace, Turns

PACES = (ALONE, BESIDE_A_SCREEN, Pace(lines=3, pause=0.0, octets=1))


@pytest.mark.parametrize("pace", PACES)
async def test_everybody_has_a_turn_in_the_order_in_which_it_was_wanted(pace: Pace) -> None:
    turns = Turns(pace)
    served: list[int] = []

    async def one(number: int) -> None:
        await turns.take()
        served.append(number)

    await asyncio.gather(*(one(number) for number in range(100)))
    assert served == list(range(100))


async def test_one_turn_of_the_loop_serves_so_many() -> None:
    turns = Turns(Pace(lines=3, pause=0.0, octets=1))
    served: list[int] = []
    seen: list[int] = []

    async def one() -> None:
        await turns.take()
        served.append(1)

    everybody = asyncio.gather(*(one() for _ in range(20)))
    while not everybody.done():
        await asyncio.sleep(0)
        seen.append(len(served))
    assert max(after - before for before, after in zip([0, *seen], seen, strict=False)) <= 3
    assert len(served) == 20


async def test_who_is_gone_takes_nobody_else_his_turn() -> None:
    turns = Turns(Pace(lines=1, pause=0.0, octets=1))
    _present, gone, next_one = (asyncio.create_task(turns.take()) for _ in range(3))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.wait_for(next_one, 10)
    assert gone.cancelled()


def test_the_more_there_are_the_less_each_reads() -> None:
    turns = Turns(BESIDE_A_SCREEN)
    rooms = []
    for turns.readers in (0, 1, 4, 20, 250):
        rooms.append(len(turns.room()))
    assert rooms == sorted(rooms, reverse=True)
    assert rooms[0] == rooms[1] == BESIDE_A_SCREEN.octets
    assert rooms[2] == BESIDE_A_SCREEN.octets // 4
    assert rooms[-1] > 0


async def test_beside_a_screen_few_lines_are_obeyed_before_others_have_their_turn(tmp_path: Path) -> None:
    obeyed: list[int] = [0]
    loop = asyncio.get_running_loop()

    def listen(event: events.Event) -> None:
        if isinstance(event, events.OctetsSent):
            obeyed[-1] += 1

    def somebody_else() -> None:
        obeyed.append(0)
        loop.call_soon(somebody_else)

    sandbox = Sandbox(tmp_path / "mail", listener=listen, beside_screen=True)
    await sandbox.start("127.0.0.1")
    loop.call_soon(somebody_else)
    clients = [await asyncio.open_connection("127.0.0.1", sandbox.port) for _ in range(30)]
    for _, writer in clients:
        writer.write(b"EHLO me\r\n" + b"NOOP\r\n" * 40 + b"QUIT\r\n")
    said = await asyncio.gather(*(reader.read() for reader, _ in clients))
    for _, writer in clients:
        writer.close()
    await sandbox.stop()
    assert all(one.count(b"250 2.0.0") >= 40 and b"221" in one for one in said)
    assert max(obeyed) <= 2 * BESIDE_A_SCREEN.lines  # what was woken before, and what is new
