"""One connection against servers that do exactly what the test says."""

from __future__ import annotations

import asyncio
import errno
import socket
import struct
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.net.clocks import HandClock
from tests.net.scripted import Peer, Talk, serving, talking, turns_until
from tui.net.endpoint import Endpoint
from tui.net.names import Address
from tui.net.session import Session
from tui.net.ways import ProtocolFactory, TcpWay, Way, failure_of
from tui.net.wire import Wire
from tui.smtp.events import (
    AddressTried,
    CommandSent,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    Failure,
    GreetingAwaited,
    LineReceived,
    LineSent,
    PhaseChanged,
    ReplyReceived,
    ReplyTimedOut,
    ServerHalfClosed,
)
from tui.smtp.findings import Side

GREETING = "220 sandbox.test ready"


def closing(events: Sequence[Event]) -> ConnectionClosed:
    """The one end there is; after it comes at most the phase."""
    [closed] = [event for event in events if isinstance(event, ConnectionClosed)]
    rest = events[events.index(closed) + 1 :]
    assert all(isinstance(event, PhaseChanged) for event in rest), rest
    return closed


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# -- connecting


async def test_everything_is_told_once_and_in_order() -> None:
    async def script(peer: Peer) -> None:
        await peer.say(GREETING)
        assert await peer.line() == b"QUIT"
        await peer.say("221 bye")

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        assert talk.opened
        await talk.until(ReplyReceived)
        talk.session.send(b"QUIT\r\n")
        events = await talk.end()
    port = server.endpoint.port
    assert isinstance(events[1], ConnectionOpened)
    events[1] = replace(events[1], seconds=0.0)
    assert events[:2] == [
        AddressTried("127.0.0.1", "127.0.0.1", port),
        ConnectionOpened("127.0.0.1", "127.0.0.1", port, sandbox=False),
    ]
    wire = [event.data for event in events if isinstance(event, LineSent | LineReceived)]
    assert wire == [GREETING.encode(), b"QUIT", b"221 bye"]
    assert closing(events).by is Side.SERVER
    assert [one.at for one in talk.stamped] == sorted(one.at for one in talk.stamped)


async def test_octets_go_out_as_they_are() -> None:
    typed = b"caf\xe9\x00\x1b[2J \xe3\x80\x82\r\n"
    got = bytearray()

    async def script(peer: Peer) -> None:
        await peer.say(GREETING)
        got.extend(await peer.line())
        await peer.say("500 what")
        await peer.until_gone()

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await talk.until(ReplyReceived)
        talk.session.send(typed)
        await talk.until(ReplyReceived, 2)
    assert bytes(got) == typed[:-2]


async def test_refused_is_told_as_refused() -> None:
    endpoint = Endpoint("127.0.0.1", free_port())
    async with talking(Session(endpoint)) as talk:
        assert not talk.opened
    tried, failed = talk.events
    assert isinstance(tried, AddressTried)
    assert isinstance(failed, ConnectionFailed)
    assert (failed.failure, failed.final, failed.address) == (Failure.REFUSED, True, "127.0.0.1")


async def test_the_next_address_is_tried_when_one_refuses() -> None:
    async def script(peer: Peer) -> None:
        await peer.say(GREETING)
        await peer.until_gone()

    async def two_ways(endpoint: Endpoint) -> Sequence[Way]:
        refusing = TcpWay(Address(socket.AF_INET, "127.0.0.1", free_port()))
        return [refusing, TcpWay(Address(socket.AF_INET, "127.0.0.1", endpoint.port))]

    async with serving(script) as server, talking(Session(server.endpoint, route=two_ways)) as talk:
        assert talk.opened
        await talk.until(ReplyReceived)
    [failed] = talk.all(ConnectionFailed)
    assert not failed.final
    assert [type(event) for event in talk.events[:4]] == [
        AddressTried,
        ConnectionFailed,
        AddressTried,
        ConnectionOpened,
    ]


class Silent:
    """A way on which nothing comes back."""

    address = "192.0.2.1"
    port = 25

    async def open(self, protocol_factory: ProtocolFactory) -> asyncio.Transport:
        await asyncio.Event().wait()
        raise AssertionError


async def silence(endpoint: Endpoint) -> Sequence[Way]:
    return [Silent(), Silent()]


async def test_each_silent_address_has_its_own_ten_seconds() -> None:
    clock = HandClock()
    session = Session(Endpoint("mx.test"), clock=clock, route=silence)
    talk = Talk(session)
    opening = asyncio.ensure_future(session.open())
    for count in (1, 2):
        await talk.until(AddressTried, count)
        await turns_until(lambda: clock.running)
        assert clock.running == [10]
        clock.advance(10)
    assert not await opening
    failed = [event for event in await talk.end() if isinstance(event, ConnectionFailed)]
    assert [(one.failure, one.final) for one in failed] == [(Failure.SILENT, False), (Failure.SILENT, True)]


async def test_connecting_can_be_cancelled() -> None:
    session = Session(Endpoint("mx.test"), route=silence)
    talk = Talk(session)
    opening = asyncio.ensure_future(session.open())
    await talk.until(AddressTried)
    await session.close()
    assert await opening is False
    assert closing(await talk.end()).by is Side.CLIENT


async def test_cancelling_the_caller_of_open_closes_the_session() -> None:
    session = Session(Endpoint("mx.test"), route=silence)
    talk = Talk(session)
    opening = asyncio.ensure_future(session.open())
    await talk.until(AddressTried)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert closing(await talk.end()).by is Side.CLIENT
    assert session.ended


async def test_closed_before_it_was_opened() -> None:
    session = Session(Endpoint("mx.test"), route=silence)
    await session.close()
    assert not await session.open()
    assert closing(await Talk(session).end()).by is Side.CLIENT


async def test_a_session_is_opened_once() -> None:
    async with talking(Session(Endpoint("127.0.0.1", free_port()))) as talk:
        with pytest.raises(RuntimeError):
            await talk.session.open()


async def test_a_route_without_ways_fails() -> None:
    async def nowhere(endpoint: Endpoint) -> Sequence[Way]:
        return []

    async with talking(Session(Endpoint("mx.test"), route=nowhere)) as talk:
        assert not talk.opened
    [failed] = talk.all(ConnectionFailed)
    assert failed.failure is Failure.NAME_UNKNOWN


async def test_a_way_that_breaks_its_contract_ends_the_session() -> None:
    class Broken(Silent):
        async def open(self, protocol_factory: ProtocolFactory) -> asyncio.Transport:
            raise ZeroDivisionError

    async def route(endpoint: Endpoint) -> Sequence[Way]:
        return [Broken()]

    session = Session(Endpoint("mx.test"), route=route)
    with pytest.raises(ZeroDivisionError):
        await session.open()
    assert closing(await Talk(session).end()).by is None


class ByHand(Silent):
    """A way whose wire the test moves itself."""

    def __init__(self) -> None:
        self.wire: asyncio.BaseProtocol | None = None
        self.go_on = asyncio.Event()

    async def route(self, endpoint: Endpoint) -> Sequence[Way]:
        return [self]

    async def open(self, protocol_factory: ProtocolFactory) -> asyncio.Transport:
        self.wire = protocol_factory()
        transport = Unconnected()
        self.wire.connection_made(transport)
        return transport


class Unconnected(asyncio.Transport):
    aborted = False

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def close(self) -> None:
        pass

    def abort(self) -> None:
        self.aborted = True


async def test_a_failure_of_the_network_is_nobodys_close() -> None:
    way = ByHand()
    async with talking(Session(Endpoint("mx.test"), route=way.route)) as talk:
        assert way.wire is not None
        way.wire.connection_lost(OSError(errno.ETIMEDOUT, "Connection timed out"))
        assert closing(await talk.end()).by is None


async def test_what_comes_when_all_is_over_is_nobodys() -> None:
    way = ByHand()
    async with talking(Session(Endpoint("mx.test"), route=way.route)) as talk:
        await talk.session.close()
        wire = way.wire
        assert isinstance(wire, Wire)
        wire.get_buffer(10)[:3] = b"220"
        wire.buffer_updated(3)
        late = Unconnected()
        wire.connection_made(late)
        wire.connection_lost(None)
        await talk.end()
    assert late.aborted
    assert not talk.all(LineReceived)
    assert len(talk.all(ConnectionClosed)) == 1


@pytest.mark.parametrize(
    ("error", "failure"),
    [
        (OSError(errno.ECONNREFUSED, ""), Failure.REFUSED),
        (OSError(errno.EHOSTUNREACH, ""), Failure.UNREACHABLE),
        (OSError(errno.ENETUNREACH, ""), Failure.UNREACHABLE),
        (OSError(errno.EADDRNOTAVAIL, ""), Failure.UNREACHABLE),
        (OSError(errno.ETIMEDOUT, ""), Failure.SILENT),
        (TimeoutError(), Failure.SILENT),
        (OSError(errno.EACCES, ""), Failure.NOT_PERMITTED),
        (OSError(errno.EPERM, ""), Failure.NOT_PERMITTED),
        (OSError(errno.EMFILE, ""), Failure.OTHER),
        (OSError(), Failure.OTHER),
    ],
)
def test_what_kept_a_way_from_opening(error: OSError, failure: Failure) -> None:
    assert failure_of(error) is failure


# -- waiting


async def mute(peer: Peer) -> None:
    await peer.until_gone()


async def test_a_server_that_never_greets_is_given_up_after_five_minutes() -> None:
    clock = HandClock()
    async with serving(mute) as server, talking(Session(server.endpoint, clock=clock)) as talk:
        waiting = talk.session.waiting
        assert waiting is not None
        assert (waiting.to, waiting.limit) == (GreetingAwaited(), 300)
        clock.advance(299)
        assert talk.session.connected
        clock.advance(1)
        events = await talk.end()
    closed = closing(events)
    assert events[events.index(closed) - 1] == ReplyTimedOut(300)
    assert closed.by is Side.CLIENT


async def test_one_timeout_for_all_when_it_is_given() -> None:
    clock = HandClock()
    async with serving(mute) as server, talking(Session(server.endpoint, clock=clock, timeout=7)) as talk:
        clock.advance(7)
        assert ReplyTimedOut(7) in await talk.end()


async def test_the_whole_wait_is_bounded_however_the_octets_trickle() -> None:
    clock = HandClock()
    more = asyncio.Queue[bytes]()

    async def script(peer: Peer) -> None:
        await peer.say(GREETING)
        await peer.line()
        while True:
            await peer.raw(await more.get())

    async with serving(script) as server, talking(Session(server.endpoint, clock=clock)) as talk:
        await talk.until(ReplyReceived)
        talk.session.send(b"NOOP\r\n")
        for number in range(30):  # a line each ten seconds, and no end of the reply
            await more.put(b"250-still going\r\n")
            await talk.until(LineReceived, 2 + number)
            assert talk.session.connected
            clock.advance(10)
        assert ReplyTimedOut(300) in await talk.end()


async def test_pipelined_replies_are_waited_for_one_after_the_other() -> None:
    clock = HandClock()
    go_on = asyncio.Event()

    async def script(peer: Peer) -> None:
        await peer.say(GREETING)
        for _ in range(2):
            await peer.line()
        await go_on.wait()
        await peer.say("250 first")
        await peer.until_gone()

    async with serving(script) as server, talking(Session(server.endpoint, clock=clock)) as talk:
        await talk.until(ReplyReceived)
        assert talk.session.waiting is None
        talk.session.send(b"NOOP\r\nDATA\r\n")
        first = talk.session.waiting
        assert first is not None and first.limit == 300
        clock.advance(250)
        go_on.set()
        await talk.until(ReplyReceived, 2)
        second = talk.session.waiting
        assert second is not None
        assert isinstance(second.to, CommandSent)
        assert (second.to.command.verb, second.since - first.since, second.limit) == ("DATA", 250, 120)


async def test_nothing_times_out_while_nothing_is_due() -> None:
    clock = HandClock()

    async def script(peer: Peer) -> None:
        await peer.say(GREETING)
        await peer.line()
        await peer.say("250 still here")
        await peer.until_gone()

    async with serving(script) as server, talking(Session(server.endpoint, clock=clock)) as talk:
        await talk.until(ReplyReceived)
        clock.advance(86_400)
        talk.session.send(b"NOOP\r\n")
        await talk.until(ReplyReceived, 2)
        assert talk.session.connected


async def test_a_server_that_keeps_the_line_after_221_is_hung_up_on() -> None:
    clock = HandClock()

    async def script(peer: Peer) -> None:
        await peer.say(GREETING)
        await peer.line()
        await peer.say("221 bye")
        await peer.until_gone()

    async with serving(script) as server, talking(Session(server.endpoint, clock=clock)) as talk:
        await talk.until(ReplyReceived)
        talk.session.send(b"QUIT\r\n")
        await talk.until(ReplyReceived, 2)
        clock.advance(5)
        assert closing(await talk.end()).by is Side.CLIENT


# -- endings

ENVELOPE = ("HELO a.test", "MAIL FROM:<a@a.test>", "RCPT TO:<b@b.test>", "DATA")


async def agree(peer: Peer) -> None:
    """Greets, and takes everything up to and including DATA."""
    await peer.say(GREETING)
    for line in ENVELOPE:
        assert await peer.line() == line.encode()
        await peer.say("354 go on" if line == "DATA" else "250 fine")


async def type_envelope(talk: Talk) -> None:
    for number, line in enumerate(ENVELOPE, 1):
        await talk.until(ReplyReceived, number)
        talk.session.send(line.encode() + b"\r\n")
    await talk.until(ReplyReceived, len(ENVELOPE) + 1)


async def test_closed_before_the_greeting() -> None:
    async def script(peer: Peer) -> None:
        return

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        events = await talk.end()
    assert closing(events) == ConnectionClosed(by=Side.SERVER)
    assert not talk.all(ReplyReceived)


async def test_closed_in_the_middle_of_a_reply() -> None:
    async def script(peer: Peer) -> None:
        await peer.say(GREETING)
        await peer.line()
        await peer.raw(b"250-here\r\n250-PIPE")

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await talk.until(ReplyReceived)
        talk.session.send(b"EHLO a.test\r\n")
        assert closing(await talk.end()) == ConnectionClosed(by=Side.SERVER, in_reply=True)


async def test_closed_inside_the_message() -> None:
    async def script(peer: Peer) -> None:
        await agree(peer)
        await peer.line()
        await peer.say("421 shutting down")

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await type_envelope(talk)
        talk.session.send(b"Subject: hi\r\n")
        assert closing(await talk.end()) == ConnectionClosed(by=Side.SERVER, in_message=True)
    assert talk.all(ReplyReceived)[-1].reply.code == 421


async def test_reset_inside_the_message() -> None:
    async def script(peer: Peer) -> None:
        await agree(peer)
        await peer.line()
        peer.reset()

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await type_envelope(talk)
        talk.session.send(b"Subject: hi\r\n")
        assert closing(await talk.end()) == ConnectionClosed(by=Side.SERVER, in_message=True, reset=True)


async def test_closed_after_the_dot_without_a_word() -> None:
    async def script(peer: Peer) -> None:
        await agree(peer)
        await peer.message()

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await type_envelope(talk)
        talk.session.send(b"hi\r\n.\r\n")
        assert closing(await talk.end()) == ConnectionClosed(by=Side.SERVER, dot_unanswered=True)


async def test_ten_minutes_after_the_dot_it_is_not_known_whether_it_was_accepted() -> None:
    clock = HandClock()

    async def script(peer: Peer) -> None:
        await agree(peer)
        await peer.message()
        await peer.until_gone()

    async with serving(script) as server, talking(Session(server.endpoint, clock=clock)) as talk:
        await type_envelope(talk)
        talk.session.send(b"hi\r\n.\r\n")
        clock.advance(600)
        events = await talk.end()
    assert ReplyTimedOut(600) in events
    assert closing(events) == ConnectionClosed(by=Side.CLIENT, dot_unanswered=True)


async def test_closing_inside_the_message_takes_it_back() -> None:
    got = asyncio.get_running_loop().create_future()

    async def script(peer: Peer) -> None:
        await agree(peer)
        got.set_result(await peer.until_gone())

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await type_envelope(talk)
        talk.session.send(b"Subject: hi\r\n")
        await talk.session.close()
        assert closing(await talk.end()) == ConnectionClosed(by=Side.CLIENT, in_message=True)
        assert b"\r\n.\r\n" not in await got


async def test_half_a_close_is_told_and_the_next_command_ends_it() -> None:
    async def script(peer: Peer) -> None:
        await peer.say(GREETING)
        peer.half_close()
        await peer.until_gone()

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await talk.until(ServerHalfClosed)
        assert talk.session.connected and talk.session.half_closed
        talk.session.send(b"NOOP\r\n")
        events = await talk.end()
    assert [event.data for event in events if isinstance(event, LineSent)] == [b"NOOP"]
    assert closing(events).by is Side.SERVER


async def test_an_announced_end_is_no_half_close() -> None:
    async def script(peer: Peer) -> None:
        await peer.say(GREETING, "421 idle too long")

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        events = await talk.end()
    assert not talk.all(ServerHalfClosed)
    assert closing(events).by is Side.SERVER


async def test_quit_without_an_answer_is_an_end_by_the_server() -> None:
    async def script(peer: Peer) -> None:
        await peer.say(GREETING)
        await peer.line()

    async with serving(script) as server, talking(Session(server.endpoint)) as talk:
        await talk.until(ReplyReceived)
        talk.session.send(b"QUIT\r\n")
        assert closing(await talk.end()) == ConnectionClosed(by=Side.SERVER)


async def test_after_the_end_nothing_is_sent_and_closing_again_says_nothing() -> None:
    async with serving(mute) as server, talking(Session(server.endpoint)) as talk:
        await talk.session.close()
        talk.session.send(b"NOOP\r\n")
        await talk.session.close()
        events = await talk.end()
    assert not talk.all(LineSent)
    assert closing(events).by is Side.CLIENT


async def test_the_last_words_before_a_reset_are_heard() -> None:
    """421 and the reset are in our kernel before we write, so it is the write that fails."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        session = Session(Endpoint("127.0.0.1", listening.getsockname()[1]))
        async with talking(session) as talk:
            server, _ = listening.accept()
            server.sendall(b"220 mx.test\r\n")
            await talk.until(ReplyReceived)
            # From here to the write the loop has no turn to read in.
            server.sendall(b"421 shutting down\r\n")
            server.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            server.close()
            session.send(b"NOOP\r\n")
            events = await talk.end()
    assert [one.reply.code for one in talk.all(ReplyReceived)] == [220, 421]
    assert closing(events).by is Side.SERVER


async def test_two_sessions_do_not_know_each_other() -> None:
    async def script(peer: Peer) -> None:
        await peer.say(GREETING)
        line = await peer.line()
        await peer.say(b"250 " + line)
        await peer.until_gone()

    async with (
        serving(script) as server,
        talking(Session(server.endpoint)) as one,
        talking(Session(server.endpoint)) as other,
    ):
        await one.until(ReplyReceived)
        await other.until(ReplyReceived)
        one.session.send(b"NOOP one\r\n")
        other.session.send(b"NOOP other\r\n")
        assert (await one.until(ReplyReceived, 2)).reply.lines == (b"NOOP one",)
        assert (await other.until(ReplyReceived, 2)).reply.lines == (b"NOOP other",)
