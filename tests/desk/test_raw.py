"""Raw mode: octets as they are, at once; the rails stay."""

from __future__ import annotations

import asyncio

import pytest

from tests.desk.sitting import Distant, Sitting, sitting
from tests.net.scripted import Peer, serving
from tui.desk import rawing
from tui.desk.asking import Asked, Submitted
from tui.desk.keeping import HomeKeeper
from tui.net.endpoint import Endpoint
from tui.prompt.raw import RawEnd
from tui.smtp.events import CommandSent, LineEnd, LineReceived, LineSent
from tui.store.paths import home


class Reader:
    """Answers nothing but DATA and the greeting; keeps every octet."""

    def __init__(self) -> None:
        self._octets = b""
        self._gone = asyncio.Event()

    async def __call__(self, peer: Peer) -> None:
        await peer.say("220 mx.test")
        self._octets = await peer.until_gone()
        self._gone.set()

    async def all_of(self, one: Sitting) -> bytes:
        """What came until the connection was closed."""
        await one.desk.told()
        await one.desk.leave(goodbye=False)
        await self._gone.wait()
        return self._octets


def raw(one: Sitting, end: str, *lines: str) -> list[Submitted]:
    if one.desk.raw is None or one.desk.raw.value.lower() != end:
        rawing.choose(one.desk, end)
    return [rawing.send(one.desk, line) for line in lines]


async def test_the_octets_go_out_as_they_are_and_wait_for_nothing() -> None:
    reader = Reader()
    async with serving(reader) as server, sitting(server.endpoint) as one:
        await one.until(LineReceived)
        raw(one, "lf", "EHLO me", "NOOP")
        raw(one, "cr", "NOOP")
        raw(one, "none", "NO", r"OP\x00\r\n")
        raw(one, "crlf", "", r"a\n.\nb")
        assert await reader.all_of(one) == b"EHLO me\nNOOP\nNOOP\rNOOP\0\r\n\r\na\n.\nb\r\n"
    ends = [(line.data, line.end) for line in one.all(LineSent)]
    assert ends[:2] == [(b"EHLO me", LineEnd.LF), (b"NOOP", LineEnd.LF)]
    assert b"".join(data + (b"\n" if end is LineEnd.LF else b"\r\n") for data, end in ends) == (
        b"EHLO me\nNOOP\nNOOP\rNOOP\0\r\n\r\na\n.\nb\r\n"
    )


async def test_the_transcript_has_just_these_octets() -> None:
    place = home()
    async with serving(Reader()) as server, sitting(server.endpoint, keeper=HomeKeeper(place)) as one:
        await one.until(LineReceived)
        raw(one, "lf", r"NOOP\0", r"a\rb")
        await one.desk.told()
        transcript = one.desk.transcript
    assert transcript is not None
    assert "C: NOOP\\x00 <LF>\nC: a\\x0db <LF>\n" in transcript.text_file.read_text()


async def test_what_is_held_goes_first() -> None:
    reader = Reader()
    async with serving(reader) as server, sitting(server.endpoint) as one:
        await one.until(LineReceived)
        await one.desk.told()
        assert one.desk.submit("HELO a") is Submitted.SENT
        assert one.desk.submit("NOOP") is Submitted.HELD
        raw(one, "lf", "RSET")
        await one.until(CommandSent, 3)
        assert await reader.all_of(one) == b"HELO a\r\nNOOP\r\nRSET\n"


@pytest.mark.parametrize(
    ("end", "lines"),
    [
        ("lf", (".",)),
        ("crlf", (r"text\n.",)),
        ("crlf", (r"text\n.\r\nMAIL FROM:<x@y>",)),
        ("none", (".", r"\n")),
        ("none", ("BDAT 0", r" LAST\r\n")),
    ],
)
async def test_what_may_end_a_message_asks_where_mail_is_delivered(end: str, lines: tuple[str, ...]) -> None:
    reader = Reader()
    server = Distant(reader)
    async with sitting(Endpoint("mx.test", 25), route=server.route) as one:
        await one.until(LineReceived)
        *first, last = raw(one, end, *lines)
        assert first == [Submitted.SENT] * len(first)
        assert last is Submitted.ASKED
        assert one.asked.asked is (Asked.LAST_CHUNK if "BDAT" in lines[0] else Asked.DOT)
        one.desk.answered("no")
        assert await reader.all_of(one) == "".join(lines[:-1]).encode()


async def test_a_yes_sends_them_with_the_end_that_was_chosen() -> None:
    reader = Reader()
    server = Distant(reader)
    async with sitting(Endpoint("mx.test", 25), route=server.route) as one:
        await one.until(LineReceived)
        raw(one, "lf", ".")
        assert raw(one, "lf", "NOOP") == [Submitted.HELD]
        one.desk.answered("yes")
        await one.until(LineSent, 1)
        await one.desk.told()
        assert one.desk.held == ("NOOP\n",)  # a reply is due to the dot
        one.desk.send_held()
        await one.until(LineSent, 2)
        assert await reader.all_of(one) == b".\nNOOP\n"


async def test_behind_a_line_that_was_not_ended_an_ordinary_one_may_end_a_message() -> None:
    server = Distant(Reader())
    async with sitting(Endpoint("mx.test", 25), route=server.route) as one:
        await one.until(LineReceived)
        raw(one, "none", ".")
        assert one.desk.unended == 1
        rawing.choose(one.desk, "off")
        assert one.desk.raw is None
        await one.desk.settle()
        assert one.desk.submit("") is Submitted.ASKED
        assert one.asked.asked is Asked.DOT


@pytest.mark.parametrize(
    ("lines", "secret"),
    [
        ((r"AUTH LOGIN\r\nYWxpY2U=\r\ncGFzcw==\r\n",), [False, True, True]),
        (("AUTH PL", r"AIN AGEAcGFzcw==\r\n"), [True]),
    ],
)
async def test_a_password_in_clear_asks_and_is_masked(lines: tuple[str, ...], secret: list[bool]) -> None:
    reader = Reader()
    async with serving(reader) as server, sitting(server.endpoint) as one:
        await one.until(LineReceived)
        assert raw(one, "none", *lines)[-1] is Submitted.ASKED
        assert one.asked.asked is Asked.CLEAR_SECRET
        one.desk.answered("yes")
        assert await reader.all_of(one) == "".join(lines).replace(r"\r\n", "\r\n").encode()
    assert [bool(line.secret) for line in one.all(LineSent)] == secret
    assert not rawing.may_be_remembered(one.desk, "".join(lines))


async def test_it_is_chosen_by_name_and_ends_with_the_connection() -> None:
    async with serving(Reader()) as server, sitting(server.endpoint) as one:
        assert "no line end" in rawing.choose(one.desk, "x")[0]
        assert one.desk.raw is None
        assert "LF is put behind it" in rawing.choose(one.desk, "")[0]
        assert rawing.choose(one.desk, "CR") == ["from here on CR is put behind it"]
        assert rawing.choose(one.desk, "none") == ["from here on nothing is put behind it"]
        rawing.choose(one.desk, "cr")
        assert one.desk.raw is RawEnd.CR
        rawing.choose(one.desk, "")
        assert one.desk.raw is None
        rawing.choose(one.desk, "none")
        await one.desk.open(server.endpoint)
        assert one.desk.raw is None
        one.desk.hang_up()
        assert "connect first" in rawing.choose(one.desk, "")[0]
