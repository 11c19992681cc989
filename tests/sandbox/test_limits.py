"""Where patience and memory end, and what a connection survives (the traps of aiosmtpd)."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from aiosmtpd.smtp import SMTP

from tests.sandbox import clock
from tests.sandbox.client import Client, bodies, connected, running
from tui.sandbox import events, scenario
from tui.sandbox.scenario import Limits, Scenario

MEGABYTE = 1024 * 1024


def limited(**limits: float) -> Scenario:
    free = scenario.load()
    return msgspec.structs.replace(free, limits=msgspec.structs.replace(free.limits, **limits))


class Heard:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.events: list[events.Event] = []
        self._news = asyncio.Event()

    def __call__(self, event: events.Event) -> None:
        self.events.append(event)
        self._news.set()

    async def until(self, kind: type[events.Event], count: int = 1) -> None:
        while sum(isinstance(one, kind) for one in self.events) < count:
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), 10)

    def of(self, kind: type[events.Event]) -> list[events.Event]:
        return [one for one in self.events if isinstance(one, kind)]


# -- time


def test_a_message_typed_by_hand_for_half_an_hour_is_not_cut(tmp_path: Path) -> None:
    async def main() -> None:
        heard = Heard()
        async with (
            running(tmp_path, scenario=limited(idle_seconds=300), listener=heard) as sandbox,
            connected(sandbox) as client,
        ):
            await client.envelope()
            await client.say("DATA")
            for _ in range(8):
                before = len(heard.of(events.OctetsReceived))
                client.send(b"one more line\r\n")
                await heard.until(events.OctetsReceived, before + 1)
                await clock.skip(225)
            assert (await client.say("."))[:3] == "250"

    clock.run(main())


def test_who_says_nothing_for_too_long_is_told_so(tmp_path: Path) -> None:
    async def main() -> None:
        async with running(tmp_path, scenario=limited(idle_seconds=300)) as sandbox:
            async with connected(sandbox) as client:
                await clock.skip(299)
                assert (await client.say("NOOP"))[:3] == "250"
                await clock.skip(299)
                assert (await client.say("NOOP"))[:3] == "250"
                await clock.skip(301)
                assert await client.rest() == "421 4.4.2 sandbox.test Nothing heard for too long\r\n"
            async with connected(sandbox) as client:
                await client.envelope()
                await client.say("DATA")
                await clock.skip(301)
                assert (await client.rest()).startswith("421 ")
        assert not any((tmp_path / "tmp").iterdir())

    clock.run(main())


@pytest.mark.parametrize(
    ("name", "seconds", "words"),
    [
        ("postfix", 300, "421 4.4.2 mail.bdwater.test Error: timeout exceeded\r\n"),
        ("exim", 300, "421 mail.bdwater.test: SMTP command timeout - closing connection\r\n"),
        ("qmail", 1200, "451 timeout (#4.4.2)\r\n"),
        ("haraka", 300, "421 timeout\r\n"),
        ("opensmtpd", 300, ""),
        ("exchange", 300, "421 4.4.1 Connection timed out\r\n"),
    ],
)
def test_each_server_waits_as_long_as_it_is_known_to(
    tmp_path: Path, name: str, seconds: int, words: str
) -> None:
    async def main() -> None:
        async with running(tmp_path, personality=name) as sandbox, connected(sandbox) as client:
            await clock.skip(seconds - 1)
            assert (await client.say("NOOP"))[:3] == "250"
            await clock.skip(seconds + 1)
            assert await client.rest() == words

    clock.run(main())


@pytest.mark.parametrize(
    ("name", "most", "reply"),
    [
        ("gmail", 100, "452 4.5.3 Your message has too many"),
        ("exchange", 200, "452 4.5.3"),
        ("plain", 100, "452"),
    ],
)
async def test_each_takes_as_many_recipients_as_it_is_known_to(
    tmp_path: Path, name: str, most: int, reply: str
) -> None:
    async with running(tmp_path, personality=name) as sandbox, connected(sandbox) as client:
        await client.envelope("a@x.test", *["b@x.test"] * most)
        assert (await client.say("RCPT TO:<b@x.test>")).startswith(reply)


async def test_who_listens_hears_what_size_a_message_may_have(tmp_path: Path) -> None:
    heard = Heard()
    scenario = limited(message_octets=100)
    async with running(tmp_path, scenario=scenario, listener=heard) as sandbox, connected(sandbox) as client:
        client.send(b"EHLO me\r\n")
        await client.reply()
        assert (await client.say("MAIL FROM:<a@x.test> SIZE=101")).startswith("552")
        await client.envelope("a@x.test")
        await client.say("DATA")
        assert (await client.say("x" * 101 + "\r\n.")).startswith("552")
    dropped = [one for one in heard.events if isinstance(one, events.MessageDropped)]
    assert [(one.octets, one.limit) for one in dropped] == [(101, 100), (103, 100)]


# -- memory


@pytest.fixture
def peak() -> Iterator[list[int]]:
    """The most octets that Python held at a time during the test, as ``peak[0]`` after ``stop``."""
    tracemalloc.start()
    yield [tracemalloc.get_traced_memory()[0]]
    tracemalloc.stop()


async def pour(client: Client, megabytes: int) -> None:
    block = b"x" * (64 * 1024)
    for _ in range(megabytes * 16):
        client.send(block)
        await client.writer.drain()


async def test_an_endless_command_line_is_bounded(tmp_path: Path, peak: list[int]) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        await pour(client, 30)
        assert await client.say("") == "500 5.5.2 Command line longer than 512 octets"
        assert (await client.say("NOOP"))[:3] == "250"
    assert tracemalloc.get_traced_memory()[1] - peak[0] < 6 * MEGABYTE


async def test_an_endless_line_in_the_message_is_bounded(tmp_path: Path, peak: list[int]) -> None:
    async with (
        running(tmp_path, scenario=limited(message_octets=MEGABYTE)) as sandbox,
        connected(sandbox) as client,
    ):
        await client.envelope()
        await client.say("DATA")
        await pour(client, 30)
        assert await client.say("\r\n.") == "552 5.3.4 At most 1048576 octets for one message"
        assert (await client.say("NOOP"))[:3] == "250"
    assert tracemalloc.get_traced_memory()[1] - peak[0] < 6 * MEGABYTE
    assert bodies(tmp_path) == []
    assert not any((tmp_path / "tmp").iterdir())


async def test_a_large_message_does_not_stay_in_memory(tmp_path: Path, peak: list[int]) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        await client.envelope()
        await client.say("DATA")
        await pour(client, 20)
        assert (await client.say("\r\n.")).startswith("250 2.6.0")
        assert tracemalloc.get_traced_memory()[1] - peak[0] < 6 * MEGABYTE
    assert bodies(tmp_path) == [b"x" * (20 * MEGABYTE) + b"\r\n"]


async def test_a_client_that_does_not_read_has_to_wait_and_loses_nothing(tmp_path: Path) -> None:
    """EHLO has a long answer: what the kernel takes for a client is full after some thousands of them."""
    command = b"EHLO x\r\n"
    async with running(tmp_path) as sandbox:
        async with connected(sandbox) as client:
            client.send(command)
            rows = len(await client.reply())
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
            sock.setblocking(False)
            await loop.sock_connect(sock, ("127.0.0.1", sandbox.port))
            sent, stuck = 0, 0
            while stuck < 2000:  # turns of the loop without any progress
                try:
                    sent += sock.send((command * 1000)[sent % len(command) :])
                    stuck = 0
                except BlockingIOError:
                    stuck += 1
                assert sent < 64 * MEGABYTE, "the server reads on and on"
                await asyncio.sleep(0)

            async def count() -> int:
                got = 0
                while block := await loop.sock_recv(sock, 65536):
                    got += block.count(b"\n")
                return got

            counting = asyncio.create_task(count())
            if sent % len(command):
                await asyncio.wait_for(loop.sock_sendall(sock, command[sent % len(command) :]), 60)
            sock.shutdown(socket.SHUT_WR)
            assert await asyncio.wait_for(counting, 60) == 1 + rows * -(-sent // len(command))


# -- counts


@pytest.mark.parametrize(
    ("verb", "limit"), [("NOOP", 512), ("RCPT", 512 + 613), ("MAIL", 512 + 26 + 17 + 10 + 613)]
)
async def test_how_long_a_command_line_may_be(tmp_path: Path, verb: str, limit: int) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        for _ in range(30):  # aiosmtpd lets the limit grow with each EHLO, for all connections
            await client.say("EHLO client.example")
        line = f"{verb} ".ljust(limit - 2, "x")
        assert not (await client.say(line)).startswith("500")
        assert (await client.say(line + "x")).startswith("500 5.5.2 Command line longer")
    assert not SMTP.command_size_limits


async def test_unknown_commands_are_borne_for_long(tmp_path: Path) -> None:
    async with (
        running(tmp_path, scenario=limited(unknown_commands=100)) as sandbox,
        connected(sandbox) as client,
    ):
        for _ in range(100):
            assert (await client.say("what"))[:3] == "500"
        assert (await client.say("NOOP"))[:3] == "250"
        assert (await client.say("what"))[:9] == "421 4.7.0"
        assert await client.rest() == ""


async def test_recipients_of_a_message_are_limited(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=limited(recipients=3)) as sandbox, connected(sandbox) as client:
        await client.envelope("a@b.test", "1@x.test", "2@x.test", "3@x.test")
        assert await client.say("RCPT TO:<4@x.test>") == "452 4.5.3 At most 3 recipients for one message"
        assert (await client.say("DATA"))[:3] == "354"
        assert (await client.say("."))[:3] == "250"


async def test_connections_are_limited(tmp_path: Path) -> None:
    heard = Heard()
    async with running(tmp_path, scenario=limited(connections=2), listener=heard) as sandbox:
        async with connected(sandbox), connected(sandbox) as second:
            async with connected(sandbox, greeted=False) as third:
                assert await third.rest() == "421 4.7.0 sandbox.test Too many connections\r\n"
            assert (await second.say("NOOP"))[:3] == "250"
            assert sandbox.seen == 3
        await heard.until(events.ClientDisconnected, 3)
        async with connected(sandbox) as fourth:
            assert (await fourth.say("NOOP"))[:3] == "250"


async def test_a_message_over_the_limit(tmp_path: Path) -> None:
    heard = Heard()
    async with (
        running(tmp_path, scenario=limited(message_octets=10), listener=heard) as sandbox,
        connected(sandbox) as client,
    ):
        await client.envelope()
        await client.say("DATA")
        assert (await client.say("123456789\r\n."))[:9] == "552 5.3.4"
        await client.envelope()
        await client.say("DATA")
        assert (await client.say("12345678\r\n."))[:3] == "250"
    assert bodies(tmp_path) == [b"12345678\r\n"]
    (dropped,) = heard.of(events.MessageDropped)
    assert dropped == events.MessageDropped(1, events.Drop.TOO_LARGE, 11, limit=10)


# -- ends


async def test_a_half_close_loses_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        client.send(
            b"HELO x\r\nMAIL FROM:<a@b.test>\r\nRCPT TO:<c@d.test>\r\nDATA\r\nhi\r\n.\r\nNOOP\r\nQUIT\r\n"
        )
        client.writer.write_eof()
        codes = [line[:3] for line in (await client.rest()).splitlines()]
    assert codes == ["250", "250", "250", "354", "250", "250", "221"]
    assert bodies(tmp_path) == [b"hi\r\n"]


async def test_a_half_close_without_quit_ends_the_connection(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        client.send(b"HELO x\r\nNOOP")  # the second line has no end: no command
        client.writer.write_eof()
        assert await client.rest() == "250 sandbox.test Hello x\r\n"


@pytest.mark.parametrize("how", ["half-close", "close", "reset"])
async def test_whatever_the_client_does_while_its_message_is_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    storing, go_on = threading.Event(), threading.Event()
    fsync = os.fsync

    def slow(file: int) -> None:
        storing.set()
        assert go_on.wait(10)
        fsync(file)

    heard = Heard()
    async with running(tmp_path, listener=heard) as sandbox, connected(sandbox) as client:
        await client.envelope()
        await client.say("DATA")
        monkeypatch.setattr(os, "fsync", slow)
        client.send(b"hi\r\n.\r\n")
        await asyncio.to_thread(storing.wait, 10)
        assert not heard.of(events.MessageStored)
        if how == "half-close":
            client.writer.write_eof()
        elif how == "close":
            client.close()
        else:
            sock = client.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.writer.transport.abort()
            await heard.until(events.ClientDisconnected)
        go_on.set()
        await heard.until(events.MessageStored)
        if how == "half-close":
            assert (await client.rest()).startswith("250 2.6.0 Message 1 accepted")
    assert bodies(tmp_path) == [b"hi\r\n"]


@pytest.mark.parametrize("octets", [b"half a mess", b"x" * MEGABYTE])
async def test_a_connection_cut_inside_the_message_leaves_nothing(tmp_path: Path, octets: bytes) -> None:
    heard = Heard()
    async with running(tmp_path, listener=heard) as sandbox:
        async with connected(sandbox) as client:
            await client.envelope()
            await client.say("DATA")
            client.send(octets)
            await client.writer.drain()
        await heard.until(events.MessageDropped)
        (dropped,) = heard.of(events.MessageDropped)
        assert isinstance(dropped, events.MessageDropped)
        assert dropped.drop is events.Drop.CUT_OFF
    assert bodies(tmp_path) == []
    assert not any((tmp_path / "tmp").iterdir())


async def test_goodbye_is_read_although_the_client_still_sends(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox, connected(sandbox) as client:
        client.send(b"QUIT\r\n" + b"NOOP\r\n" * 1000)
        assert await client.rest() == "221 2.0.0 Goodbye\r\n"


async def test_a_fault_of_ours_is_admitted_and_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = Heard()
    async with running(tmp_path, listener=heard) as sandbox, connected(sandbox) as client:
        await client.say("HELO x")
        with monkeypatch.context() as patch:
            patch.setattr(Scenario, "has_mailbox", lambda *_: 1 / 0)
            assert (await client.say("VRFY bob"))[:9] == "451 4.3.0"
        assert (await client.say("VRFY bob"))[:3] == "252"
    (failed,) = heard.of(events.ServerFailed)
    assert isinstance(failed, events.ServerFailed)
    assert isinstance(failed.error, ZeroDivisionError)


async def test_replies_are_not_delayed_by_the_system(tmp_path: Path) -> None:
    """Without TCP_NODELAY each pipelined reply costs 40 ms (sockets of protocol 0 lose it)."""
    async with running(tmp_path) as sandbox, connected(sandbox):
        (connection,) = sandbox._connections
        assert connection.transport is not None
        sock = connection.transport.get_extra_info("socket")
        assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_limits_are_whole_and_positive() -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**msgspec.structs.asdict(scenario.load().limits), "recipients": 0}, Limits)
