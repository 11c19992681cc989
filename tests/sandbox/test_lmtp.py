"""LMTP (RFC 2033) on its port, and the PROXY header in front of everything."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from tests.sandbox.client import USUAL, Client, bodies, connected, running
from tests.sandbox.test_limits import Heard
from tui.practice.scenario import Server
from tui.sandbox import events
from tui.sandbox.inbox import Inbox
from tui.sandbox.sandbox import Sandbox

BATCH = (
    b"LHLO me\r\nMAIL FROM:<a@x.test>\r\n"
    b"RCPT TO:<b@x.test>\r\nRCPT TO:<full@x.test>\r\nRCPT TO:<c@x.test>\r\n"
)


def server(**keys: object) -> Server:
    return msgspec.convert({"bounces": ["full"], "offers": ["CHUNKING", "DSN"], **keys}, Server)


@asynccontextmanager
async def lmtp(mail: Path, **settings: object) -> AsyncIterator[tuple[Sandbox, Client]]:
    sandbox = Sandbox(mail, **settings)  # type: ignore[arg-type]
    await sandbox.start(lmtp_port=0)
    client = Client(*await asyncio.open_connection(*sandbox.lmtp_addresses[0]))
    try:
        assert (await client.reply())[-1][:3] == "220"
        yield sandbox, client
    finally:
        client.close()
        await sandbox.stop()
        assert sandbox.lmtp_addresses == ()


async def codes(client: Client, count: int) -> list[str]:
    return [(await client.reply())[-1][:3] for _ in range(count)]


@pytest.mark.parametrize("name", USUAL)
async def test_a_reply_for_each_recipient_behind_the_dot(tmp_path: Path, name: str) -> None:
    heard = Heard()
    async with lmtp(tmp_path, scenario=server(), personality=name, listener=heard) as (_sandbox, client):
        client.send(BATCH + b"RCPT TO:<nobody@x.test>\r\nDATA\r\n")
        assert await codes(client, 7) == ["250", "250", "250", "250", "250", "550", "354"]
        client.send(b"Subject: hi\r\n\r\n.\r\nNOOP\r\n")
        assert await codes(client, 4) == ["250", "550", "250", "250"]
    envelope = Inbox(tmp_path).entry(1).envelope
    assert envelope is not None
    assert envelope.helo == ("LHLO", "me")
    assert envelope.addresses == ("b@x.test", "c@x.test")
    assert bodies(tmp_path) == [b"Subject: hi\r\n\r\n"]
    assert not heard.of(events.ReportStored)  # the client was told at once


async def test_a_reply_for_each_recipient_behind_the_last_chunk(tmp_path: Path) -> None:
    async with lmtp(tmp_path, scenario=server()) as (_sandbox, client):
        client.send(BATCH + b"BDAT 2\r\nhiBDAT 0 LAST\r\nNOOP\r\nBDAT 1 LAST\r\nx")
        assert await codes(client, 11) == ["250"] * 6 + ["250", "550", "250", "250", "503"]
    assert bodies(tmp_path) == [b"hi"]


async def test_nothing_for_anybody_is_not_kept(tmp_path: Path) -> None:
    heard = Heard()
    async with lmtp(tmp_path, scenario=server(), listener=heard) as (_sandbox, client):
        client.send(b"LHLO me\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<full@x.test>\r\nDATA\r\n")
        await codes(client, 4)
        client.send(b"x\r\n.\r\n")
        assert await codes(client, 1) == ["550"]
    assert bodies(tmp_path) == []
    assert heard.of(events.MessageDropped)


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"limits": {"message_octets": 3}}, "552"),
        ({"reply": [{"stage": "message", "say": "451 4.3.0 later"}]}, "451"),
    ],
)
@pytest.mark.parametrize("end", [b"DATA\r\nHello\r\n.\r\n", b"BDAT 5 LAST\r\nHello"])
async def test_a_refused_message_is_refused_to_each(
    tmp_path: Path, keys: dict[str, object], code: str, end: bytes
) -> None:
    async with lmtp(tmp_path, scenario=server(**keys)) as (_sandbox, client):
        client.send(BATCH + end + b"NOOP\r\n")
        assert await codes(client, 5) == ["250"] * 5
        if end.startswith(b"DATA"):
            assert await codes(client, 1) == ["354"]
        assert await codes(client, 4) == [code] * 3 + ["250"]
    assert bodies(tmp_path) == []


@pytest.mark.parametrize(("last", "count"), [(b"", 1), (b" LAST", 3)])
async def test_a_refused_chunk(tmp_path: Path, last: bytes, count: int) -> None:
    one = server(reply=[{"stage": "bdat", "say": "451 4.3.0 later"}])
    async with lmtp(tmp_path, scenario=one) as (_sandbox, client):
        client.send(BATCH + b"BDAT 5" + last + b"\r\nHelloNOOP\r\n")
        assert await codes(client, 6 + count) == ["250"] * 5 + ["451"] * count + ["250"]


async def test_a_message_that_is_too_large_between_chunks_is_refused_once(tmp_path: Path) -> None:
    async with lmtp(tmp_path, scenario=server(limits={"message_octets": 3})) as (_sandbox, client):
        client.send(BATCH + b"BDAT 5\r\nHelloNOOP\r\n")
        assert await codes(client, 7) == ["250"] * 5 + ["552", "250"]


async def test_421_is_said_once(tmp_path: Path) -> None:
    one = server(reply=[{"stage": "message", "say": "421 4.3.2 leaving"}])
    async with lmtp(tmp_path, scenario=one) as (_sandbox, client):
        client.send(BATCH + b"BDAT 5 LAST\r\nHello")
        await codes(client, 5)
        assert await client.rest() == "421 4.3.2 leaving\r\n"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["HELO me"], "500"),
        (["EHLO me"], "500"),
        (["LHLO"], "501"),
        (["LHLO me"], "250"),
        (["MAIL FROM:<a@x.test>"], "503"),
        (["BDAT 0 LAST"], "503"),
        (["LHLO me", "MAIL FROM:<a@x.test>", "DATA"], "503"),
        (["LHLO me", "MAIL FROM:<a@x.test> SIZE=10 BODY=8BITMIME RET=FULL"], "250"),
    ],
)
async def test_its_verbs(tmp_path: Path, lines: list[str], code: str) -> None:
    async with lmtp(tmp_path, scenario=server()) as (_sandbox, client):
        assert [await client.say(line) for line in lines][-1][:3] == code


async def test_it_pipelines_whatever_the_scenario_withholds(tmp_path: Path) -> None:
    async with lmtp(tmp_path, scenario=server(withholds=["PIPELINING"])) as (_sandbox, client):
        client.send(b"LHLO me\r\n")
        assert any("PIPELINING" in line for line in await client.reply())


async def test_help_names_what_may_be_said_here(tmp_path: Path) -> None:
    async with lmtp(tmp_path, scenario=server()) as (sandbox, client):
        client.send(b"HELP\r\n")
        assert (await client.reply())[0] == "214-2.0.0 LHLO MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP QUIT"
        async with connected(sandbox) as other:
            other.send(b"HELP\r\n")
            assert (await other.reply())[
                0
            ] == "214-2.0.0 HELO EHLO MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP QUIT"


async def test_lhlo_is_no_command_of_smtp(tmp_path: Path) -> None:
    async with lmtp(tmp_path, scenario=server()) as (sandbox, _client), connected(sandbox) as client:
        assert (await client.say("LHLO me"))[:3] == "502"


async def test_the_client_of_the_standard_library(tmp_path: Path) -> None:
    def deliver(port: int) -> None:
        with smtplib.LMTP("127.0.0.1", port, local_hostname="client.test") as client:
            client.sendmail("a@x.test", ["b@x.test"], b"Subject: hi\r\n\r\n")

    async with lmtp(tmp_path, scenario=server()) as (sandbox, _client):
        await asyncio.to_thread(deliver, sandbox.lmtp_addresses[0][1])
    assert bodies(tmp_path) == [b"Subject: hi\r\n\r\n"]


# -- PROXY

V2 = b"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c" + bytes((203, 0, 113, 7, 127, 0, 0, 1, 16, 0, 0, 25))


@pytest.mark.parametrize(
    ("header", "peer"),
    [
        (b"PROXY TCP4 203.0.113.7 127.0.0.1 4096 25\r\n", "203.0.113.7"),
        (V2, "203.0.113.7"),
        (b"PROXY UNKNOWN\r\n", "127.0.0.1"),
    ],
)
async def test_who_is_connected_to_the_proxy_is_the_client(tmp_path: Path, header: bytes, peer: str) -> None:
    heard = Heard()
    async with (
        running(tmp_path, scenario=server(proxy=True), listener=heard) as sandbox,
        connected(sandbox, greeted=False) as client,
    ):
        for octet in header[:-1]:
            client.send(bytes((octet,)))
            await client.writer.drain()
        assert not heard.of(events.OctetsSent)
        client.send(header[-1:] + b"EHLO me\r\n")
        assert await codes(client, 2) == ["220", "250"]
        await client.envelope()
        await client.say("DATA")
        assert (await client.say("."))[:3] == "250"
    envelope = Inbox(tmp_path).entry(1).envelope
    assert envelope is not None
    assert envelope.peer == peer
    assert heard.of(events.ProxyHeaderRead)
    first = heard.of(events.OctetsReceived)[0]
    assert isinstance(first, events.OctetsReceived)
    assert first.data == b"EHLO me\r\n"


@pytest.mark.parametrize("octets", [b"EHLO me\r\n", b"PROXY TCP4 x\r\n", b"PROX"])
async def test_without_the_header_the_connection_ends(tmp_path: Path, octets: bytes) -> None:
    heard = Heard()
    async with (
        running(tmp_path, scenario=server(proxy=True), listener=heard) as sandbox,
        connected(sandbox, greeted=False) as client,
    ):
        client.send(octets)
        client.writer.write_eof()
        assert await client.rest() == ""
    assert heard.of(events.ProxyHeaderMissing)


async def test_where_no_header_is_expected_it_is_no_command(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        assert (await client.say("PROXY TCP4 203.0.113.7 127.0.0.1 4096 25"))[:3] == "500"
