"""Many at once, and more than fits: nothing that was accepted is lost. ``bench.load`` measures it."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import msgspec

from tests.sandbox.client import Client, bodies, connected, running
from tests.sandbox.test_limits import limited
from tui.sandbox import scenario
from tui.sandbox.inbox import Inbox
from tui.sandbox.sandbox import Sandbox

CLIENTS, EACH = 200, 5


async def deliver(sandbox: Sandbox, who: int, started: asyncio.Barrier) -> list[int]:
    """``EACH`` messages on a connection that stands beside all others; the numbers that were given."""
    numbers = []
    async with connected(sandbox) as client:
        await started.wait()
        for which in range(EACH):
            await client.envelope(f"{who}@x.test")
            assert (await client.say("DATA"))[:3] == "354"
            accepted = await client.say(f"Subject: {who} {which}\r\n\r\nhi\r\n.")
            found = re.fullmatch(r"250 2\.6\.0 Message (\d+) accepted, .*", accepted)
            assert found, accepted
            numbers.append(int(found[1]))
        assert (await client.say("QUIT"))[:3] == "221"
    return numbers


async def test_a_thousand_messages_on_two_hundred_connections(tmp_path: Path) -> None:
    started = asyncio.Barrier(CLIENTS)
    async with running(tmp_path, fsync=False) as sandbox:
        given = await asyncio.gather(*(deliver(sandbox, who, started) for who in range(CLIENTS)))
    numbers = sorted(number for some in given for number in some)
    assert numbers == list(range(1, CLIENTS * EACH + 1))
    inbox = Inbox(tmp_path)
    subjects = {entry.number: entry.subject for entry in inbox.entries()}
    assert subjects == {
        number: f"{who} {which}" for who, some in enumerate(given) for which, number in enumerate(some)
    }


async def test_beyond_the_limit_there_is_a_421(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=limited(connections=20)) as sandbox:
        opened = await asyncio.gather(*(asyncio.open_connection(*sandbox.addresses[0]) for _ in range(30)))
        clients = [Client(*one) for one in opened]
        greeted = [(await client.reply())[-1][:3] for client in clients]
        assert (greeted.count("220"), greeted.count("421")) == (20, 10)
        for client, code in zip(clients, greeted, strict=True):
            if code == "220":
                await client.envelope()
            client.close()


def small_spool(octets: int) -> scenario.Scenario:
    return limited(spool_octets=octets)


async def store(client: Client, text: str) -> str:
    await client.envelope()
    await client.say("DATA")
    return await client.say(f"{text}\r\n.")


async def test_a_spool_that_is_full_refuses_for_now_and_loses_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=small_spool(100)) as sandbox, connected(sandbox) as client:
        assert (await store(client, "x" * 58))[:3] == "250"
        assert await store(client, "x" * 58) == "452 4.3.1 The message could not be stored"
        assert (await store(client, "x" * 38))[:3] == "250"  # it fits to the octet
        assert await store(client, "x") == "452 4.3.1 The message could not be stored"
        assert bodies(tmp_path) == [b"x" * 58 + b"\r\n", b"x" * 38 + b"\r\n"]
        assert not any((tmp_path / "tmp").iterdir())
        Inbox(tmp_path).delete(1)
        assert (await store(client, "y"))[:3] == "250"  # there is room again


async def test_a_size_that_does_not_fit_is_refused_before_it_comes(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=small_spool(100)) as sandbox, connected(sandbox) as client:
        await client.say("EHLO me")
        assert (await client.say("MAIL FROM:<a@x.test> SIZE=101"))[:3] == "452"
        assert (await client.say("MAIL FROM:<a@x.test> SIZE=100"))[:3] == "250"


async def test_many_at_once_do_not_overrun_the_spool_together(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=small_spool(1000)) as sandbox:
        started = asyncio.Barrier(50)

        async def one() -> str:
            async with connected(sandbox) as client:
                await client.envelope()
                await client.say("DATA")
                client.send(b"x" * 98 + b"\r\n")
                await started.wait()
                return (await client.say("."))[:3]

        codes = await asyncio.gather(*(one() for _ in range(50)))
    assert 1 <= codes.count("250") <= 10
    assert codes.count("250") + codes.count("452") == 50
    assert len(bodies(tmp_path)) == codes.count("250")


async def test_a_mail_that_is_given_up_takes_no_room(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=small_spool(100)) as sandbox:
        async with connected(sandbox) as client:
            await client.envelope()
            await client.say("DATA")
            client.send(b"x" * 80)
        async with connected(sandbox) as client:
            while (await store(client, "x" * 80))[:3] != "250":  # until the server has heard of the end
                pass
    assert len(bodies(tmp_path)) == 1


def test_the_limit_of_the_spool_is_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "small.toml"
    file.write_text('format_version = 1\nid = "small"\n[limits]\nspool_octets = 1000\n')
    assert scenario.read(file).limits.spool_octets == 1000
    assert msgspec.structs.asdict(scenario.load().limits)["spool_octets"] is None
