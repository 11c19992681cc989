"""Every stage of a fault at every personality, heard through a socket: what is wanted is said at the stage
that it names, the connection ends or goes on as the code says, and where it goes on a mail can be sent."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from tests.sandbox.client import Client
from tests.sandbox.test_login import log_in
from tui.practice.faults import ANY_COMMAND, BODY, STAGES, successes
from tui.practice.scenario import EXTENSIONS, Server
from tui.sandbox import personality
from tui.sandbox.sandbox import Sandbox
from tui.smtp.sasl import Credentials

USER, SECRET = "alice", "wonderland"
HELLO, MAIL, RCPT = "EHLO me.test", "MAIL FROM:<a@x.test>", "RCPT TO:<bob@sandbox.test>"
#: What is granted before a stage, behind the greeting.
BEFORE = {
    "greeting": (),
    "helo": (),
    "rcpt": (HELLO, MAIL),
    "data": (HELLO, MAIL, RCPT),
    "bdat": (HELLO, MAIL, RCPT),
    "message": (HELLO, MAIL, RCPT, "DATA"),
}
LINES = {
    "helo": HELLO,
    "mail": MAIL,
    "rcpt": RCPT,
    "data": "DATA",
    "bdat": "BDAT 4\r\nHi",
    "starttls": "STARTTLS",
    "message": "Subject: x\r\n\r\nHi\r\n.",
    "rset": "RSET",
    "noop": "NOOP",
    "vrfy": "VRFY bob@sandbox.test",
    "expn": "EXPN staff",
    "quit": "QUIT",
}
#: Lines that bring many replies that nobody chose.
ODD = (
    *("HELP", "VRFY", "EXPN nobody", "LUNCH", "", "ETRN x", "AUTH", "AUTH X", "AUTH LOGIN *", "STARTTLS x"),
    *("DATA", "RCPT", RCPT, "BDAT x", "MAIL", "MAIL FROM:<a..b>", f"{MAIL} SIZE=x", f"{MAIL} X=1"),
    *(f"{MAIL} SIZE=999999999999", MAIL, MAIL, "RCPT TO:<nobody@sandbox.test>", "RCPT TO:<>", "DATA"),
    *("RSET x", f"VRFY {'x' * 3000}", "HELO", "NOOP x", "QUIT x", "QUIT"),
)


def server(**keys: object) -> Server:
    usual = {
        "offers": list(EXTENSIONS),
        "auth_in_clear": True,
        "account": [{"user": USER, "password": SECRET}],
        "lists": {"staff": ["bob@sandbox.test"]},
    }
    return msgspec.convert({**usual, **keys}, Server)


class Speaker(Client):
    """A client that looks at every reply."""

    mechanism = ""

    async def reply(self) -> list[str]:
        lines = await super().reply()
        assert not any("{" in line or "}" in line for line in lines), lines
        return lines

    async def at(self, stage: str) -> str:
        if stage == "greeting":
            return "".join((await self.reply())[-1:])
        if stage == "auth":
            return await log_in(self, self.mechanism, Credentials(USER, SECRET))
        if stage == "helo":  # what is offered stands behind it
            self.send(f"{HELLO}\r\n".encode())
            return "".join(f"{line[:3]} {line[4:]}" for line in (await self.reply())[:1])
        return await self.say(LINES[stage])

    async def come_to(self, stage: str) -> None:
        """Everything before it is granted."""
        if stage != "greeting":
            await self.granted(await self.at("greeting"))
        for line in BEFORE.get(stage, (HELLO,)):
            await self.granted(await self.say(line))

    async def come_again(self, stage: str) -> None:
        """The same after it was refused."""
        for line in BEFORE.get(stage, ())[1:]:
            await self.granted(await self.say(line))

    async def granted(self, reply: str) -> None:
        assert reply[:1] in {"2", "3"}, reply

    async def is_usable(self, *, unknown: bool = False) -> None:
        """``unknown``: who speaks has to be said first."""
        for line in (*((HELLO,) if unknown else ()), "RSET", MAIL, RCPT, "DATA", "Subject: x\r\n\r\nHi\r\n."):
            await self.granted(await self.say(line))

    async def is_over(self) -> None:
        with contextlib.suppress(ConnectionResetError):
            assert await self.rest() == ""


class Practice:
    """A sandbox of one personality that is told what is to go wrong."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self.mechanism = sandbox.personality.logins(server().mechanisms)[0]

    @asynccontextmanager
    async def failing(self, **keys: object) -> AsyncIterator[Speaker]:
        self._sandbox.become(server(**keys))
        client = Speaker(*await asyncio.open_connection(*self._sandbox.addresses[0]))
        client.mechanism = self.mechanism
        try:
            yield client
        finally:
            client.close()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("certificates")


@asynccontextmanager
async def practice(mail: Path, name: str, certificates: Path) -> AsyncIterator[Practice]:
    sandbox = Sandbox(mail, personality=name, scenario=server(), certificates=certificates)
    await sandbox.start()
    try:
        yield Practice(sandbox)
    finally:
        await sandbox.stop()


def replies(stage: str, *says: str) -> Iterator[dict[str, object]]:
    """One after the other, once each."""
    for at, say in enumerate(says, start=1):
        yield {"stage": stage, "say": say, "from": at, "times": 1}


@pytest.mark.parametrize("name", personality.shipped())
async def test_every_stage(tmp_path: Path, certificates: Path, name: str) -> None:
    """One test for each personality: a sandbox is begun once."""
    async with practice(tmp_path, name, certificates) as at:
        for stage in STAGES:
            await refused(at, stage)
            await closed(at, stage)
            await granted(at, stage)
            await cut(at, stage)
        await cut_anywhere(at)
        await nothing_wanted(at)


async def refused(at: Practice, stage: str) -> None:
    """For now, for good, and then no more; a greeting that refuses is the end."""
    says = ("450 4.2.0 not now", "550 5.7.1 never")
    async with at.failing(reply=list(replies(stage, *says))) as client:
        await client.come_to(stage)
        assert await client.at(stage) == says[0], stage
        if stage == "greeting":
            await client.is_over()
            return
        if stage not in {"helo", "rset"}:
            await client.granted(await client.say("RSET"))
        await client.come_again(stage)
        assert await client.at(stage) == says[1], stage
        await client.is_usable(unknown=stage == "helo")


async def closed(at: Practice, stage: str) -> None:
    """421, which is the last word."""
    say = "421 4.3.2 leaving"
    async with at.failing(reply=list(replies(stage, say))) as client:
        await client.come_to(stage)
        assert await client.at(stage) == say, stage
        await client.is_over()


async def granted(at: Practice, stage: str) -> None:
    """In other words."""
    say = f"{successes(stage)[0]} as you like"
    async with at.failing(reply=list(replies(stage, say))) as client:
        await client.come_to(stage)
        assert await client.at(stage) == say, stage
        if stage == "quit":
            await client.is_over()
            return
        if stage == "starttls":
            trusting = ssl.create_default_context()
            trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
            await client.writer.start_tls(trusting)
        if stage == "data":
            await client.granted(await client.say("Subject: x\r\n\r\nHi\r\n."))
        await client.is_usable(unknown=stage in {"greeting", "starttls"})
    if stage == "bdat":
        async with at.failing(reply=list(replies(stage, say))) as client:
            await client.come_to(stage)
            assert await client.say("BDAT 4 LAST\r\nHi") == say
            await client.is_usable()


async def cut(at: Practice, stage: str) -> None:
    """Before the line has an effect, instead of the reply, and behind it."""
    for do in ("drop", "drop-unsaid", "drop-after"):
        async with at.failing(fault=[{"stage": stage, "do": do}]) as client:
            await client.come_to(stage)
            with contextlib.suppress(ConnectionResetError):
                heard = await client.at(stage)
                assert heard[:3] in ({*successes(stage)} if do == "drop-after" else {""}), (stage, do)
            await client.is_over()


async def cut_anywhere(at: Practice) -> None:
    """At the third command, and inside a message."""
    async with at.failing(reply=[{"stage": ANY_COMMAND, "say": "421 4.3.2 enough", "from": 3}]) as client:
        await client.come_to("rcpt")
        assert await client.at("rcpt") == "421 4.3.2 enough"
        await client.is_over()
    async with at.failing(fault=[{"stage": BODY, "do": "drop"}]) as client:
        await client.come_to("message")
        client.send(b"Subject: half\r\n")
        await client.is_over()
    async with at.failing(fault=[{"stage": "message", "do": "lose", "times": 1}]) as client:
        await client.come_to("message")
        assert (await client.at("message"))[:3] == "250"
        await client.is_usable()


async def nothing_wanted(at: Practice) -> None:
    """What each says by itself."""
    async with at.failing() as client:
        await client.come_to("mail")
        for line in ODD:
            reply = await client.say(line)
            assert reply[:1] in {"", "2", "3", "4", "5"}, line
            if not reply:
                break
            if reply[:1] == "3":
                await client.say(".")
