"""BDAT by hand: the chunk is counted in octets and sent exactly."""

from __future__ import annotations

import asyncio

import pytest

from tests.desk.sitting import Distant, Sitting, sitting
from tests.net.scripted import Peer, Script, serving
from tui.desk import chunking
from tui.desk.asking import Asked, Feeding, Submitted
from tui.desk.outbox import Chunk
from tui.desk.rails import Rails
from tui.net.endpoint import Endpoint
from tui.smtp.events import Found, LineSent, ReplyReceived
from tui.smtp.findings import Finding

ENVELOPE = ("EHLO me", "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>")
TEXT = "Subject: 午饭\n\n.dot\n"
OCTETS = "Subject: 午饭\r\n\r\n.dot\r\n".encode()


class Chunked:
    """A server that counts, as RFC 3030 has it; ``refused`` answers every BDAT when its line is there."""

    def __init__(self, refused: str = "") -> None:
        self.chunks: list[bytes] = []
        self._refused = refused

    def __call__(self, peer: Peer) -> asyncio.Future[None]:
        return asyncio.ensure_future(self._play(peer))

    async def _play(self, peer: Peer) -> None:
        await peer.say("220 mx.test")
        while True:
            line = await peer.line()
            verb = line.split(b" ")[0].upper()
            if verb == b"EHLO":
                await peer.say("250-mx.test", "250 CHUNKING")
            elif verb == b"BDAT" and self._refused:
                await peer.say(self._refused)
            elif verb == b"BDAT":
                self.chunks.append(await peer.octets(int(line.split()[1])))
                await peer.say("250 2.0.0 counted")
            elif verb in {b"HELO", b"MAIL", b"RCPT", b"RSET", b"NOOP"}:
                await peer.say("250 fine")
            else:
                await peer.say("500 what")


async def test_typed_lines_are_counted_down_and_wait_for_no_reply() -> None:
    server = Chunked()
    async with serving(server) as served, sitting(served.endpoint) as one:
        await one.type(*ENVELOPE)
        assert one.desk.chunk is None
        assert one.desk.submit("BDAT 30") is Submitted.SENT
        assert one.desk.chunk == Chunk(0, 30)
        assert one.desk.feeding is Feeding.CHUNK
        assert one.desk.waiting is None  # it is the server that waits
        assert one.desk.leave_question is Asked.LEAVE_MESSAGE
        assert one.desk.submit("Subject: 午饭") is Submitted.SENT
        assert one.desk.chunk == Chunk(17, 30)
        assert one.desk.submit("") is Submitted.SENT
        assert one.desk.submit(".") is Submitted.SENT
        assert one.desk.submit("/quit QUIT") is Submitted.SENT  # two too many
        await one.until(ReplyReceived, 6)
        assert one.desk.chunk is None
    assert server.chunks == ["Subject: 午饭\r\n\r\n.\r\n/quit QU".encode()]
    assert [one.finding for one in one.all(Found) if one.finding is Finding.PAST_CHUNK] == [
        Finding.PAST_CHUNK
    ]


async def test_lines_that_were_typed_ahead_become_the_chunk() -> None:
    server = Chunked()
    async with serving(server) as served, sitting(served.endpoint) as one:
        await one.type(*ENVELOPE)
        for line in ("NOOP", "BDAT 6", "one", "x", "BDAT 5 LAST", "two", "NOOP"):
            one.desk.submit(line)
        await one.desk.settle()
    assert server.chunks == [b"one\r\nx", b"two\r\n"]
    assert one.sent[-1] == b"NOOP"


async def test_the_written_message_goes_out_behind_its_bdat() -> None:
    server = Chunked()
    async with serving(server) as served, sitting(served.endpoint) as one:
        one.desk.draft = TEXT
        assert chunking.line(one.desk, "F3") == "BDAT comes after RCPT TO, in the place of DATA"
        await one.type(*ENVELOPE)
        assert one.desk.known.chunk == f"BDAT {len(OCTETS)} LAST"
        assert chunking.line(one.desk, "F3") == chunking.Line(f"BDAT {len(OCTETS)} LAST")
        assert one.desk.behind(b"BDAT 3 LAST") == b""
        await one.type(f"bdat {len(OCTETS)} last")
        assert one.desk.draft == ""
        assert chunking.line(one.desk, "F3") == "BDAT comes after RCPT TO, in the place of DATA"
    assert server.chunks == [OCTETS]


async def test_what_is_missing_is_said() -> None:
    async with serving(Chunked()) as served, sitting(served.endpoint) as one:
        await one.type(*ENVELOPE)
        assert chunking.line(one.desk, "F3") == "F3 writes the message first; then BDAT counts its octets"
        await one.type("RSET", "HELO me")
        assert "has not offered CHUNKING" in str(chunking.line(one.desk, "F3"))


async def test_a_refused_message_is_kept() -> None:
    async with serving(Chunked("554 no")) as served, sitting(served.endpoint) as one:
        await one.type(*ENVELOPE)
        one.desk.draft = TEXT
        await one.type(f"BDAT {len(OCTETS)} LAST")
        assert one.desk.draft == TEXT


async def test_a_script_brings_its_own_octets() -> None:
    server = Chunked()
    rails = Rails(scripted=True, yes=True)
    async with serving(server) as served, sitting(served.endpoint, rails=rails) as one:
        one.desk.draft = TEXT
        await one.type(*ENVELOPE, f"BDAT {len(OCTETS)} LAST", "x" * 23)
        assert one.desk.chunk is None
    assert server.chunks == [b"x" * 23 + b"\r\n"]


@pytest.mark.parametrize(("word", "chunks"), [("yes", [OCTETS]), ("no", [])])
async def test_the_last_chunk_asks_where_mail_is_delivered(word: str, chunks: list[bytes]) -> None:
    server = Chunked()
    distant = Distant(_script(server))
    async with sitting(Endpoint("mx.test", 25), route=distant.route) as one:
        await one.type(*ENVELOPE)
        one.desk.draft = TEXT
        assert one.desk.submit(f"BDAT {len(OCTETS)} LAST") is Submitted.ASKED
        assert one.asked.asked is Asked.LAST_CHUNK
        assert one.desk.answered("perhaps") is None
        one.desk.answered(word)
        await one.desk.settle()
    assert server.chunks == chunks


async def test_inside_a_chunk_nothing_asks_and_what_goes_past_it_does() -> None:
    server = Chunked()
    distant = Distant(_script(server))
    async with sitting(Endpoint("mx.test", 25), route=distant.route) as one:
        await one.type(*ENVELOPE)
        one.desk.submit("BDAT 18")
        assert [one.desk.submit(line) for line in (".", "BDAT 0 LAST")] == [Submitted.SENT] * 2
        assert one.desk.chunk == Chunk(16, 18)
        assert one.desk.submit("xxBDAT 0 LAST") is Submitted.ASKED
        assert one.asked.asked is Asked.LAST_CHUNK
        await one.desk.told()
        assert _lines(one)[-1] == b"BDAT 0 LAST"


def _script(server: Chunked) -> Script:
    async def script(peer: Peer) -> None:
        await server(peer)

    return script


def _lines(one: Sitting) -> list[bytes]:
    return [line.data for line in one.all(LineSent)]
