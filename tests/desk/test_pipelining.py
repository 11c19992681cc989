"""A paste at once: commands in groups as RFC 2920 lets them, text only behind its 354."""

from __future__ import annotations

from tests.desk.sitting import polite, sitting
from tests.net.scripted import Peer, serving
from tui.desk.asking import Submitted

MAIL, ONE, TWO = "MAIL FROM:<a@b.test>", "RCPT TO:<c@d.test>", "RCPT TO:<e@f.test>"


async def greet(peer: Peer) -> None:
    await peer.say("220 mx.test")
    assert await peer.line() == b"EHLO me"
    await peer.say("250-mx.test", "250 PIPELINING")


async def test_what_may_go_along_does_and_the_rest_waits() -> None:
    async def script(peer: Peer) -> None:
        await greet(peer)
        assert [await peer.line() for _ in range(4)] == [one.encode() for one in (MAIL, ONE, TWO, "DATA")]
        await peer.say("250 ok", "250 ok", "550 no", "354 go on")
        assert await peer.message() == b"RSET\r\n"
        await peer.say("250 taken")
        assert [await peer.line() for _ in range(2)] == [MAIL.encode(), b"NOOP"]
        await peer.say("250 ok", "250 ok")
        assert await peer.line() == b"QUIT"
        await peer.say("221 bye")

    async with serving(script) as server, sitting(server.endpoint) as one:
        await one.type("EHLO me")
        assert one.desk.pipelining
        paste = (MAIL, ONE, TWO, "DATA", "RSET", ".", MAIL, "NOOP", "QUIT")
        assert one.desk.submit_together(paste) is Submitted.HELD
        await one.desk.settle()
        assert one.codes[2:] == [250, 250, 550, 354, 250, 250, 250, 221]


async def test_text_behind_a_refused_data_is_held_back() -> None:
    async with serving(polite(data="554 no")) as server, sitting(server.endpoint) as one:
        await one.type("EHLO me")
        assert not one.desk.pipelining
        one.desk.submit_together((MAIL, ONE, "DATA", "text", ".", "QUIT"))
        await one.desk.settle()
        assert one.sent[-2:] == [b"DATA", b"QUIT"]
        assert one.desk.withheld == 2


async def test_without_a_connection_nothing_is_sent() -> None:
    async with serving(polite()) as server, sitting(server.endpoint) as one:
        await one.type("EHLO me", "QUIT")
        await one.desk.told()
        one.desk.hang_up()
        assert one.desk.submit_together((MAIL,)) is Submitted.CLOSED
