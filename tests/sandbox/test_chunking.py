"""BDAT and BINARYMIME (RFC 3030), octet by octet."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from tests.sandbox.client import USUAL, Client, bodies, connected, running
from tests.sandbox.test_limits import Heard
from tui.practice.scenario import Server
from tui.sandbox import events, personality
from tui.sandbox.inbox import Inbox

OFFERS = ["CHUNKING", "BINARYMIME"]


def server(**keys: object) -> Server:
    return msgspec.convert({"offers": OFFERS, **keys}, Server)


async def codes(client: Client, count: int) -> list[str]:
    return [(await client.reply())[-1][:3] for _ in range(count)]


def bdat(octets: bytes, *, last: bool = False) -> bytes:
    return b"BDAT %d%s\r\n%s" % (len(octets), b" LAST" if last else b"", octets)


@pytest.mark.parametrize("name", personality.shipped())
async def test_chunks_are_answered_each_and_stored_as_they_came(tmp_path: Path, name: str) -> None:
    pieces = [b"Subject: chunks\r\n", b"\r\n.\r\n..\r\nno end of line, \x00\xff\r\r\n\n", b""]
    async with (
        running(tmp_path, personality=name, scenario=server()) as sandbox,
        connected(sandbox) as client,
    ):
        await client.envelope()
        for piece in pieces:
            client.send(bdat(piece))
            assert await codes(client, 1) == ["250"]
        client.send(bdat(b"the rest", last=True))
        assert await codes(client, 1) == ["250"]
        assert (await client.say("NOOP"))[:3] == "250"
        assert (await client.say("MAIL FROM:<alice@example.org>"))[:3] == "250"
        assert (await client.say("RCPT TO:<bob@sandbox.test>"))[:3] == "250"
        client.send(bdat(b"another", last=True))
        assert await codes(client, 1) == ["250"]
    assert bodies(tmp_path) == [b"".join(pieces) + b"the rest", b"another"]


@pytest.mark.parametrize("name", USUAL)
async def test_it_is_advertised_where_the_scenario_offers_it(tmp_path: Path, name: str) -> None:
    for offers, withholds, there in (
        ([], OFFERS, set()),
        (["CHUNKING"], ["BINARYMIME"], {"CHUNKING"}),
        (OFFERS, [], set(OFFERS)),
        (["BINARYMIME"], ["CHUNKING"], set()),  # it cannot work alone
        (OFFERS, ["CHUNKING"], set()),
    ):
        one = server(offers=offers, withholds=withholds)
        async with running(tmp_path, personality=name, scenario=one) as sandbox, connected(sandbox) as client:
            client.send(b"EHLO me\r\n")
            offered = {line[4:] for line in await client.reply()}
            assert offered & set(OFFERS) == there
            await client.say("MAIL FROM:<a@x.test>")
            await client.say("RCPT TO:<b@x.test>")
            assert (await client.say("BDAT 0"))[:3] == ("250" if "CHUNKING" in there else "502")


async def test_all_at_once(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        client.send(
            b"EHLO me\r\nMAIL FROM:<a@x.test> BODY=BINARYMIME\r\nRCPT TO:<b@x.test>\r\n"
            + bdat(b"QUIT\r\n")
            + bdat(b"\x00\r", last=True)
            + b"MAIL FROM:<c@x.test>\r\nRCPT TO:<d@x.test>\r\n"
            + bdat(b"two", last=True)
            + b"QUIT\r\n"
        )
        assert await codes(client, 9) == ["250"] * 8 + ["221"]
    assert bodies(tmp_path) == [b"QUIT\r\n\x00\r", b"two"]
    assert Inbox(tmp_path).entry(1).envelope is not None


@pytest.mark.parametrize("seed", range(5))
async def test_however_the_octets_are_cut(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    message = dice.randbytes(300) + b"\r\n.\r\nQUIT\r\n" + dice.randbytes(300)
    at = sorted(dice.sample(range(len(message)), 5))
    ends = [*at, len(message)]
    stream = b"HELO me\r\nMAIL FROM:<a@x.test>\r\nRCPT TO:<b@x.test>\r\n" + b"".join(
        bdat(message[start:end], last=end == len(message)) for start, end in zip([0, *at], ends, strict=True)
    )
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        while stream:
            size = dice.randint(1, 60)
            client.send(stream[:size])
            await client.writer.drain()
            stream = stream[size:]
        assert await codes(client, 9) == ["250"] * 9
    assert bodies(tmp_path) == [message]


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ([], "503"),
        (["HELO me"], "503"),
        (["HELO me", "MAIL FROM:<a@x.test>"], "503"),
        (["HELO me", "MAIL FROM:<a@x.test>", "RCPT TO:<nobody@x.test>"], "503"),
        (["HELO me", "MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>", "RSET"], "503"),
        (["HELO me", "MAIL FROM:<a@x.test>", "RCPT TO:<b@x.test>", "BDAT 0 LAST"], "503"),
    ],
)
@pytest.mark.parametrize("last", [False, True])
async def test_a_chunk_out_of_order_is_read_and_then_refused(
    tmp_path: Path, before: list[str], code: str, last: bool
) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        for line in before:
            await client.say(line)
        client.send(bdat(b"QUIT\r\nRSET\r\n", last=last) + b"NOOP\r\n")
        assert await codes(client, 2) == [code, "250"]
        client.send(b"BDAT 4\r\nQU")
        client.send(b"ITNOOP\r\n")
        assert await codes(client, 2) == ["503", "250"]


async def test_a_refused_chunk_ends_the_transaction(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        await client.say("HELO me")
        await client.say("MAIL FROM:<a@x.test>")
        client.send(bdat(b"x"))
        assert await codes(client, 1) == ["503"]
        assert (await client.say("RCPT TO:<b@x.test>"))[:3] == "503"
        assert (await client.say("MAIL FROM:<a@x.test>"))[:3] == "250"


@pytest.mark.parametrize(
    "line", ["BDAT", "BDAT x", "BDAT -1", "BDAT 1.5", "BDAT 5 FIRST", "BDAT LAST", "BDAT 5LAST", "BDAT ٣"]
)
async def test_a_count_that_cannot_be_read(tmp_path: Path, line: str) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        await client.envelope()
        assert (await client.say(line))[:3] == "501"
        assert (await client.say("NOOP"))[:3] == "250"
        assert (await client.say("BDAT 0"))[:3] == "503"


@pytest.mark.parametrize("line", ["DATA", "RCPT TO:<c@x.test>", "MAIL FROM:<c@x.test>"])
async def test_between_two_chunks_only_chunks_make_sense(tmp_path: Path, line: str) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        await client.envelope()
        client.send(bdat(b"one "))
        assert await codes(client, 1) == ["250"]
        assert (await client.say(line))[:3] == "503"
        assert (await client.say("NOOP"))[:3] == "250"
        client.send(bdat(b"two", last=True))
        assert await codes(client, 1) == ["250"]
    assert bodies(tmp_path) == [b"one two"]


@pytest.mark.parametrize("line", ["RSET", "EHLO me", "HELO me"])
async def test_chunks_that_are_given_up_leave_nothing(tmp_path: Path, line: str) -> None:
    heard = Heard()
    async with (
        running(tmp_path, scenario=server(), listener=heard) as sandbox,
        connected(sandbox) as client,
    ):
        await client.envelope()
        client.send(bdat(b"x" * 400_000))
        assert await codes(client, 1) == ["250"]
        assert (await client.say(line))[:3] == "250"
        assert (await client.say("BDAT 0 LAST"))[:3] == "503"
        await client.envelope()
        client.send(bdat(b"new", last=True))
        assert await codes(client, 1) == ["250"]
    assert heard.of(events.MessageDropped) == [events.MessageDropped(1, events.Drop.RESET, 400_000)]
    assert bodies(tmp_path) == [b"new"]
    assert not any((tmp_path / "tmp").iterdir())


@pytest.mark.parametrize("tail", [b"", b"QUIT\r\n", b"BDAT 1000000\r\nxx"])
async def test_a_connection_that_ends_between_or_in_chunks(tmp_path: Path, tail: bytes) -> None:
    heard = Heard()
    async with running(tmp_path, scenario=server(), listener=heard) as sandbox:
        async with connected(sandbox) as client:
            await client.envelope()
            client.send(bdat(b"x" * 400_000))
            assert await codes(client, 1) == ["250"]
            client.send(tail)
            client.writer.write_eof()
            await client.rest()
        await heard.until(events.MessageDropped)
        (dropped,) = heard.of(events.MessageDropped)
        assert isinstance(dropped, events.MessageDropped)
        assert dropped.drop is events.Drop.CUT_OFF
    assert bodies(tmp_path) == []
    assert not any((tmp_path / "tmp").iterdir())


async def test_more_octets_than_are_taken(tmp_path: Path) -> None:
    one = server(limits={"message_octets": 10})
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        await client.envelope()
        client.send(bdat(b"12345") + bdat(b"678901") + bdat(b"QUIT\r\n", last=True) + b"NOOP\r\n")
        assert await codes(client, 4) == ["250", "552", "503", "250"]
        await client.envelope()
        client.send(bdat(b"1234567890", last=True))
        assert await codes(client, 1) == ["250"]
        await client.envelope()
        client.send(bdat(b"12345678901", last=True))
        assert await codes(client, 1) == ["552"]
    assert bodies(tmp_path) == [b"1234567890"]
    assert not any((tmp_path / "tmp").iterdir())


async def test_a_binary_message_does_not_go_with_data(tmp_path: Path) -> None:
    async with running(tmp_path, scenario=server()) as sandbox, connected(sandbox) as client:
        await client.say("EHLO me")
        assert (await client.say("MAIL FROM:<a@x.test> body=binarymime"))[:3] == "250"
        await client.say("RCPT TO:<b@x.test>")
        assert (await client.say("DATA"))[:3] == "503"
        client.send(bdat(b"\x00\n\r", last=True))
        assert await codes(client, 1) == ["250"]
    assert bodies(tmp_path) == [b"\x00\n\r"]
    envelope = Inbox(tmp_path).entry(1).envelope
    assert envelope is not None
    assert envelope.mail_params == {"BODY": "binarymime"}


@pytest.mark.parametrize(("withholds", "code"), [(["BINARYMIME"], "501"), ([], "250")])
async def test_body_binarymime_only_where_it_is_offered(
    tmp_path: Path, withholds: list[str], code: str
) -> None:
    one = server(withholds=withholds)
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        await client.say("EHLO me")
        assert (await client.say("MAIL FROM:<a@x.test> BODY=BINARYMIME"))[:3] == code


@pytest.mark.parametrize(
    ("stage", "expected"), [("bdat", ["452", "503", "250"]), ("message", ["250", "452", "250"])]
)
async def test_a_chunk_that_the_scenario_refuses(tmp_path: Path, stage: str, expected: list[str]) -> None:
    one = server(reply=[{"stage": stage, "say": "452 4.3.1 full"}])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        await client.envelope()
        client.send(bdat(b"QUIT\r\n") + bdat(b"QUIT\r\n", last=True) + b"NOOP\r\n")
        assert await codes(client, 3) == expected
    assert bodies(tmp_path) == []
    assert not any((tmp_path / "tmp").iterdir())


@pytest.mark.parametrize(
    ("keyword", "line"),
    [
        ("SIZE", "MAIL FROM:<a@x.test> SIZE=10"),
        ("8BITMIME", "MAIL FROM:<a@x.test> BODY=8BITMIME"),
        ("SMTPUTF8", "MAIL FROM:<a@x.test> SMTPUTF8"),
        ("VRFY", "VRFY bob"),
        ("HELP", "HELP"),
    ],
)
async def test_an_extension_that_the_scenario_withholds(tmp_path: Path, keyword: str, line: str) -> None:
    one = server(withholds=[keyword, *OFFERS])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        client.send(b"EHLO me\r\n")
        assert keyword not in {row[4:].split()[0] for row in await client.reply()}
        assert (await client.say(line))[:3] in {"555", "502"}


async def test_codes_of_rfc_2034_that_the_scenario_withholds(tmp_path: Path) -> None:
    one = server(withholds=["ENHANCEDSTATUSCODES"])
    async with running(tmp_path, scenario=one) as sandbox, connected(sandbox) as client:
        client.send(b"EHLO me\r\nHELP\r\nRCPT TO:<a@x.test>\r\n")
        assert "250-ENHANCEDSTATUSCODES" not in await client.reply()
        assert (await client.reply())[0] == "214-HELO EHLO MAIL RCPT DATA BDAT RSET NOOP VRFY EXPN HELP QUIT"
        assert await client.reply() == ["503 Say MAIL FROM first"]
