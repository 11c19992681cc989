"""Another personality while a session runs: from the next connection on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tui.desk import impersonating
from tui.desk.desk import Desk
from tui.net.endpoint import Endpoint
from tui.sandbox.sandbox import Sandbox
from tui.words.keys import PRESSED, TYPED


@asynccontextmanager
async def practising(mail: Path) -> AsyncIterator[Desk]:
    desk = Desk(lambda _batch: None, sandbox=lambda server: Sandbox(mail, scenario=server or "free"))
    assert await desk.open_sandbox()
    try:
        yield desk
    finally:
        await desk.leave(goodbye=False)


def greeting(desk: Desk) -> str:
    assert desk.practice.reply is not None
    return b" ".join(desk.practice.reply.reply.lines).decode()


async def test_it_speaks_as_another_from_the_next_connection_on(tmp_path: Path) -> None:
    async with practising(tmp_path) as desk:
        await desk.settle()
        said = impersonating.choose(desk, " Postfix ", PRESSED)
        assert said == ["postfix from the next connection on; F5 connects again"]
        desk.submit("NOOP")
        await desk.settle()
        assert "Still here" in greeting(desk)
        assert await desk.open_sandbox()
        await desk.settle()
        assert "Postfix" in greeting(desk)
        assert impersonating.choose(desk, "postfix", PRESSED) == ["it is postfix already"]
        assert impersonating.listed(desk)[0] == "the sandbox speaks as postfix"


async def test_a_name_that_there_is_not(tmp_path: Path) -> None:
    async with practising(tmp_path) as desk:
        (said,) = impersonating.choose(desk, "grumpy", TYPED)
        assert said.startswith('"grumpy" is none of plain, exchange, exim, ')
        assert desk.speaks_as == "plain"


async def test_a_real_server_is_as_it_is() -> None:
    desk = Desk(lambda _batch: None)
    desk.endpoint = Endpoint("mx.example.net", 25)
    assert impersonating.at_hand(desk)
    assert impersonating.choose(desk, "postfix", TYPED) == impersonating.listed(desk)
