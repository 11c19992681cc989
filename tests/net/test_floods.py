"""What a server can do to us, and what we do to a server, is bounded. Octets are counted here; memory is
measured by ``python -m tests.net.measure_floods``."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tests.net.clocks import HandClock
from tests.net.scripted import Peer, serving, talking, turns_until
from tests.net.test_session import agree, closing, type_envelope
from tui.net.outgoing import BLOCK_OCTETS
from tui.net.session import Session
from tui.net.stream import FULL
from tui.net.wire import READ_OCTETS
from tui.smtp.events import (
    BodyLineSent,
    ConnectionClosed,
    ConnectionOpened,
    LineEnd,
    LineReceived,
    LineSent,
    ReplyReceived,
    ReplyTimedOut,
)
from tui.smtp.findings import Side

#: Events of one line, at most: the line, its reply, what was found, a phase.
PER_LINE = 6
LONG_LINE = b"x" * 900 + b"\r\n"
MANY = 32 << 20  # octets; more than the kernel keeps for two sockets
MUCH = 12 << 20  # octets; more than it keeps to be sent


class Unchanged:
    """Has a figure stood still?"""

    def __init__(self, figure: Callable[[], int]) -> None:
        self._figure = figure
        self._last = -1
        self._turns = 0

    def for_a_thousand_turns(self) -> bool:
        now = self._figure()
        self._turns = self._turns + 1 if now == self._last else 0
        self._last = now
        return self._turns > 1000


async def test_a_consumer_that_lags_stops_the_server_not_our_memory() -> None:
    written = 0

    async def script(peer: Peer) -> None:
        nonlocal written
        await peer.say("220 mx.test")
        while written < MANY:
            await peer.raw(b"250 flood\r\n" * 1000)
            written += 11_000

    async with serving(script) as server:
        session = Session(server.endpoint)
        await session.open()
        stuck = Unchanged(lambda: written)
        await turns_until(stuck.for_a_thousand_turns)
        assert written < MANY
        assert FULL <= session.untold <= FULL + READ_OCTETS * PER_LINE
        taken = 0
        async for batch in session.events():
            taken += sum(isinstance(one.event, LineReceived) for one in batch)
            if taken > 20_000:  # it goes on where it was
                break
        await session.close()


async def test_a_hundred_thousand_lines_arrive_complete_in_small_batches() -> None:
    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        await peer.line()
        for _ in range(100):
            await peer.raw(b"250 flood\r\n" * 1000)
        await peer.say("221 enough")

    async with serving(script) as server:
        session = Session(server.endpoint)
        await session.open()
        session.send(b"NOOP\r\n")
        lines = biggest = 0
        async for batch in session.events():
            lines += sum(isinstance(one.event, LineReceived) for one in batch)
            biggest = max(biggest, len(batch))
    assert lines == 100_002
    assert biggest <= FULL + READ_OCTETS // 11 * PER_LINE


async def test_a_line_without_end_is_cut_and_stays_one_line() -> None:
    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        await peer.line()
        await peer.raw(b"250 ")
        for _ in range(50):
            await peer.raw(b"A" * (1 << 17))
        await peer.say("", "221 enough")

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await talk.until(ReplyReceived)
        talk.session.send(b"NOOP\r\n")
        await talk.end()
    greeting, cut, last = talk.all(LineReceived)
    assert (greeting.end, cut.end, last.data) == (LineEnd.CRLF, LineEnd.CUT, b"221 enough")
    assert len(cut.data) < 1 << 17


async def test_an_endless_reply_leaves_the_session_usable_and_can_be_cancelled() -> None:
    async def script(peer: Peer) -> None:
        await peer.say("220 mx.test")
        await peer.line()
        while True:
            await peer.raw(b"250-still going\r\n" * 100)

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await talk.until(ReplyReceived)
        talk.session.send(b"EHLO a.test\r\n")
        await talk.until(LineReceived, 5000)
        assert talk.session.waiting is not None
        await talk.session.close()
        assert closing(await talk.end()) == ConnectionClosed(by=Side.CLIENT, in_reply=True)


async def deaf_after_354(peer: Peer) -> None:
    await agree(peer)
    peer.stop_reading()
    await asyncio.Event().wait()


async def test_a_server_that_stops_reading_stops_nobody() -> None:
    message = LONG_LINE * (MUCH // len(LONG_LINE))
    async with serving(deaf_after_354) as server, talking(Session(server.endpoint)) as talk:
        await type_envelope(talk)
        talk.session.send(message)
        await turns_until(lambda: talk.session.blocked)
        blocked = talk.session.blocked
        assert blocked is not None
        assert blocked.unsent == talk.session.unsent > MUCH // 3
        assert talk.session.connected
        told = sum(len(line.data) + 2 for line in talk.all(LineSent))
        assert told <= len(message) - talk.session.queued + BLOCK_OCTETS + 100  # only what has left is told
        assert talk.session.untold < FULL + BLOCK_OCTETS
        await talk.session.close()
        assert closing(await talk.end()) == ConnectionClosed(by=Side.CLIENT, in_message=True)
        assert talk.session.unsent == 0


async def test_a_server_that_reads_again_gets_everything() -> None:
    message = LONG_LINE * (MUCH // len(LONG_LINE))
    go_on = asyncio.Event()
    got = asyncio.get_running_loop().create_future()

    async def script(peer: Peer) -> None:
        await agree(peer)
        peer.stop_reading()
        await go_on.wait()
        peer.read_again()
        got.set_result(len(await peer.until_gone()))

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await type_envelope(talk)
        talk.session.send(message)
        await turns_until(lambda: talk.session.blocked)
        go_on.set()
        await turns_until(lambda: not talk.session.unsent)
        assert talk.session.blocked is None
        await talk.session.close()
        assert await got == len(message)


async def test_a_block_that_is_not_taken_in_three_minutes_ends_it() -> None:
    clock = HandClock()
    message = LONG_LINE * (MUCH // len(LONG_LINE))
    async with serving(deaf_after_354) as server, talking(Session(server.endpoint, clock=clock)) as talk:
        await type_envelope(talk)
        talk.session.send(message)
        await turns_until(lambda: talk.session.blocked)
        clock.advance(179)
        assert talk.session.connected
        clock.advance(1)
        events = await talk.end()
    [timed_out] = talk.all(ReplyTimedOut)
    assert timed_out.seconds == 180
    assert timed_out.unsent > 0
    assert closing(events).in_message


async def test_a_long_message_is_told_line_by_line_and_arrives_complete() -> None:
    message = b"".join(b"line %06d of a long message\r\n" % number for number in range(20_000))
    got = asyncio.get_running_loop().create_future()

    async def script(peer: Peer) -> None:
        await agree(peer)
        got.set_result(await peer.message())
        await peer.say("250 taken")
        await peer.until_gone()

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await type_envelope(talk)
        talk.session.send(message + b".\r\n")
        await talk.until(ReplyReceived, 6)
        assert await got == message
        assert len(talk.all(BodyLineSent)) == 20_000
        assert talk.session.unsent == 0
        assert talk.all(ConnectionOpened)
