"""What smtptutor types itself: whom it asks for the password, and what ends it."""

from __future__ import annotations

import asyncio
import os
import select
import sys
from pathlib import Path

import pytest

from tests.desk.sitting import Sitting
from tests.net.authority import serving_context
from tests.net.scripted import PATIENCE, Peer, Script, ScriptedServer, serving
from tui.desk.asking import Asked, Feeding, Submitted
from tui.desk.desk import Desk
from tui.desk.login import Login as LoggingIn
from tui.desk.options import Login, Steps
from tui.desk.rails import Rails, Standing
from tui.desk.secret import Secret
from tui.desk.stepping import Stop
from tui.net.access import Access, Security, TlsRules
from tui.practice.stepping import Until
from tui.smtp.events import ConnectionClosed, LineSent, TypedByProgram

SECRET = "s3cret-Pass"


def steps(command: tuple[str, ...] = (), message: Path | None = None) -> Steps:
    until = Until.AUTH if message is None else Until.DOT
    return Steps(ehlo="me.test", until=until, message=message, login=Login(user="alice", command=command))


class Sat(Sitting):
    """With steps to be typed; ``told`` counts the times that a front end heard of something."""

    def __init__(self, wanted: Steps, *, rails: Rails | None = None) -> None:
        super().__init__()
        self.told = 0
        login = LoggingIn(wanted.login, Secret(wanted.login.command, {}))
        self.desk = Desk(self._count, rails=rails or Rails(yes=True), steps=wanted, login=login)

    def _count(self, batch: tuple[object, ...]) -> None:
        self.told += 1
        self._told(batch)  # type: ignore[arg-type]

    async def heard(self) -> None:
        """Until the desk asks something, and has said so."""
        while self.desk.question is None:
            before = self.told
            self._news.clear()
            await self._news.wait()
            assert self.told > before


def login_server(end: asyncio.Event | None = None) -> Script:
    async def play(peer: Peer) -> None:
        await peer.say("220 mx.test")
        await peer.line()
        await peer.say("250-mx.test", "250 AUTH PLAIN")
        if end is not None:
            await end.wait()
            await peer.say("421 too slow")
            return
        await peer.line()
        await peer.say("235 in")
        await peer.until_gone()

    return play


async def test_what_is_chosen_later_is_typed_on_the_next_connection_once() -> None:
    seen: list[bytes] = []

    async def play(peer: Peer) -> None:
        await peer.say("220 mx.test")
        while True:
            seen.append(await peer.line())
            await peer.say("250 ok")

    async with asyncio.timeout(PATIENCE), serving(play) as served:
        one = Sat(Steps(ehlo="me.test", until=Until.HELO))
        await one.desk.open(served.endpoint)
        await one.desk.settle()
        one.desk.steps = Steps(ehlo="my.test", sender="a@b.test", until=Until.MAIL)
        for _again in range(2):
            await one.desk.open(served.endpoint)
            await one.desk.settle()
        one.desk.steps = Steps(login=Login(user="bob"))
        assert one.desk.login.named == "bob"
        await one.desk.leave(goodbye=False)
    typed = [line for line in seen if not line.startswith(b"QUIT")]
    assert typed == [b"EHLO me.test", b"EHLO my.test", b"MAIL FROM:<a@b.test>"]


async def test_the_password_is_asked_for_with_the_user_and_the_front_end_hears_of_it() -> None:
    async with asyncio.timeout(PATIENCE), serving(login_server()) as served:
        one = Sat(steps())
        await one.desk.open(served.endpoint)
        await one.heard()
        question = one.asked
        assert (question.asked, question.text, question.secret) == (Asked.LOGIN, "alice", True)
        assert one.desk.feeding is Feeding.QUESTION
        assert one.desk.answered(SECRET)
        await one.desk.settle()
        assert one.desk.stopped is Stop.DONE
        assert one.all(LineSent)[-1].secret
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)


async def test_no_answer_types_no_login_and_says_why() -> None:
    async with asyncio.timeout(PATIENCE), serving(login_server()) as served:
        one = Sat(steps())
        await one.desk.open(served.endpoint)
        await one.heard()
        one.desk.answered("")
        await one.desk.settle()
        assert one.desk.stopped is Stop.NO_LOGIN
        assert "SMTPTUTOR_PASSWORD" in one.desk.stopped_because
        assert one.sent == [b"EHLO me.test"]
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)


async def test_the_question_goes_with_the_connection() -> None:
    end = asyncio.Event()
    async with asyncio.timeout(PATIENCE), serving(login_server(end)) as served:
        one = Sat(steps())
        await one.desk.open(served.endpoint)
        await one.heard()
        end.set()
        await one.until(ConnectionClosed)
        await one.desk.settle()
        assert one.desk.question is None
        assert one.desk.stopped_because == ""
        await one.desk.leave(goodbye=False)


@pytest.mark.parametrize("again", [False, True])
async def test_a_password_program_ends_with_the_connection(again: bool, tmp_path: Path) -> None:
    """With what it has started; and the next connection has a login of its own."""
    pids = tmp_path / "pids"
    os.mkfifo(pids)
    program = f"import os, time; open({str(pids)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    command = ("sh", "-c", f'{sys.executable} -c "$0"; true', program)
    end = asyncio.Event()
    async with asyncio.timeout(PATIENCE), serving(login_server(end)) as served:
        one = Sat(steps(command))
        await one.desk.open(served.endpoint)
        pid = int(await asyncio.to_thread(pids.read_text))
        ended = os.pidfd_open(pid)
        if again:
            await one.desk.open(served.endpoint)
        else:
            end.set()
            await one.until(ConnectionClosed)
        assert await asyncio.to_thread(lambda: select.select([ended], [], [], PATIENCE)[0])
        os.close(ended)
        end.set()
        await one.desk.leave(goodbye=False)


async def test_a_message_that_cannot_be_read_stops_the_steps(tmp_path: Path) -> None:
    async def play(peer: Peer) -> None:
        await peer.say("220 mx.test")
        await peer.until_gone()

    async with asyncio.timeout(PATIENCE), serving(play) as served:
        one = Sat(steps(message=tmp_path / "gone.eml"))
        await one.desk.open(served.endpoint)
        await one.desk.settle()
        assert one.desk.stopped is Stop.NO_MESSAGE
        assert 'gone.eml" cannot be read: No such file or directory' in one.desk.stopped_because
        assert one.sent == []
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)


async def test_whatever_fails_in_a_login_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    crashes: list[BaseException] = []

    async def broken(*_args: object, **_named: object) -> bytes:
        raise RuntimeError("broken")

    async with asyncio.timeout(PATIENCE), serving(login_server()) as served:
        one = Sat(steps())
        one.desk = Desk(one._count, steps=steps(), rails=Rails(), on_crash=crashes.append)
        monkeypatch.setattr(one.desk.login, "next_line", broken)
        await one.desk.open(served.endpoint)
        await one.desk.settle()
        await one.desk.leave(goodbye=False)
    assert [str(one) for one in crashes] == ["broken"]


async def test_a_message_over_the_offered_size_is_not_begun(tmp_path: Path) -> None:
    async def play(peer: Peer) -> None:
        await peer.say("220 mx.test")
        assert await peer.line() == b"EHLO me.test"
        await peer.say("250-mx.test", "250 SIZE 20")
        assert await peer.line() == b"NOOP"
        await peer.say("250 ok")

    message = tmp_path / "message"
    message.write_text("Subject: x\n\nlonger than that\n")
    wanted = Steps(
        ehlo="me.test", sender="a@b.test", recipients=("c@d.test",), until=Until.DOT, message=message
    )
    async with asyncio.timeout(PATIENCE), serving(play) as served:
        one = Sat(wanted)
        await one.desk.open(served.endpoint)
        await one.desk.settle()
        assert one.desk.stopped is Stop.TOO_LARGE
        assert "32 octets" in one.desk.stopped_because and "20" in one.desk.stopped_because
        await one.type("NOOP")
        assert one.desk.stopped_because == ""
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)


def doubtful(mechanism: str = "PLAIN") -> Script:
    """STARTTLS with a certificate that proves nothing, the same on every connection; then a login."""
    context = serving_context("self-signed")

    async def play(peer: Peer) -> None:
        await peer.say("220 mx.test")
        await peer.line()
        await peer.say("250-mx.test", "250 STARTTLS")
        await peer.line()
        await peer.say("220 go")
        await peer.tls(context)
        await peer.line()
        await peer.say("250-mx.test", f"250 AUTH {mechanism}")
        while line := await peer.line():
            await peer.say("235 in" if line.startswith(b"AUTH") else "250 fine")

    return play


LATER = Steps(ehlo="me.test", until=Until.MAIL, sender="a@b.test", login=Login(user="alice"))


async def trusting(one: Sat, served: ScriptedServer) -> None:
    """Up to the question about the login, after the yes to the certificate."""
    await one.desk.open(served.endpoint, Access(Security.STARTTLS))
    await one.heard()
    assert one.asked.asked is Asked.INSECURE
    await one.desk.open(served.endpoint, one.desk.unverified)
    await one.heard()
    assert (one.asked.asked, one.asked.text) == (Asked.UNPROVEN_LOGIN, "alice")
    assert one.sent[-1] == b"EHLO me.test"


async def test_a_login_at_a_server_that_nothing_proves_takes_a_yes_of_its_own_and_the_steps_go_on() -> None:
    async with asyncio.timeout(PATIENCE), serving(doubtful()) as served:
        one = Sat(LATER, rails=Rails())
        await trusting(one, served)
        assert one.desk.answered("yes")
        await one.heard()
        assert one.asked.asked is Asked.LOGIN
        assert one.desk.answered(SECRET)
        await one.desk.settle()
        assert one.desk.stopped is Stop.DONE
        assert one.sent[-2].startswith(b"AUTH PLAIN ") and one.sent[-1] == b"MAIL FROM:<a@b.test>"
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)


@pytest.mark.parametrize("answer", ["", "no", SECRET])
async def test_anything_but_a_yes_types_no_login_and_leaves_the_prompt(answer: str) -> None:
    async with asyncio.timeout(PATIENCE), serving(doubtful("SCRAM-SHA-256")) as served:
        one = Sat(LATER, rails=Rails())
        await trusting(one, served)
        assert one.desk.answered(answer) is False
        await one.desk.settle()
        assert one.desk.stopped is Stop.NO_LOGIN
        assert "the prompt is yours" in one.desk.stopped_because
        assert one.desk.feeding is Feeding.COMMAND
        assert one.sent[-1] == b"EHLO me.test"
        await one.type("NOOP")
        assert one.desk.stopped_because == ""
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)


async def test_the_certificate_taken_beforehand_is_no_yes_to_the_login() -> None:
    taken = Access(Security.STARTTLS, tls=TlsRules(insecure=True))
    async with asyncio.timeout(PATIENCE), serving(doubtful()) as served:
        one = Sat(LATER, rails=Rails())
        await one.desk.open(served.endpoint, taken)
        await one.heard()
        assert one.asked.asked is Asked.UNPROVEN_LOGIN
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)
        one = Sat(LATER, rails=Rails(scripted=True))
        await one.desk.open(served.endpoint, taken)
        await one.desk.settle()
        assert one.desk.stopped is Stop.NO_LOGIN
        assert "--yes" in one.desk.stopped_because
        assert one.sent[-1] == b"EHLO me.test"
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)


# -- a person types meanwhile

ENVELOPE = Steps(ehlo="me.test", until=Until.RCPT, sender="a@x.test", recipients=("b@y.test",))


def at_leave(greet: asyncio.Event) -> Script:
    """It greets when it is told to, and takes everything."""

    async def play(peer: Peer) -> None:
        await greet.wait()
        await peer.say("220 mx.test")
        while await peer.line():
            await peer.say("250 fine")

    return play


async def test_enter_alone_while_it_connects_is_no_line_and_drops_no_step() -> None:
    greet = asyncio.Event()
    async with asyncio.timeout(PATIENCE), serving(at_leave(greet)) as served:
        one = Sat(ENVELOPE, rails=Rails())
        opening = asyncio.ensure_future(one.desk.open(served.endpoint))
        await asyncio.sleep(0)
        assert one.desk.feeding is Feeding.CONNECTING
        assert one.desk.submit("") is Submitted.IGNORED
        await opening
        assert one.desk.submit("") is Submitted.IGNORED  # connected, and not greeted
        greet.set()
        await one.desk.settle()
        assert one.sent == [b"EHLO me.test", b"MAIL FROM:<a@x.test>", b"RCPT TO:<b@y.test>"]
        assert (one.desk.stopped, one.desk.stopped_because) == (Stop.DONE, "")
        assert one.desk.submit("") is Submitted.SENT  # now it is a line like others
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)


async def test_whoever_types_before_the_steps_hears_that_they_are_dropped_and_f4_goes_on() -> None:
    greet = asyncio.Event()
    async with asyncio.timeout(PATIENCE), serving(at_leave(greet)) as served:
        one = Sat(ENVELOPE, rails=Rails())
        await one.desk.open(served.endpoint)
        one.desk.submit("EHLO mine.test")
        one.desk.submit("NOOP")
        greet.set()
        await one.desk.settle()
        assert one.sent == [b"EHLO mine.test", b"NOOP"]
        assert "F4 goes on" in one.desk.stopped_because
        assert one.desk.fill == "MAIL FROM:<a@x.test>"
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)


async def test_a_line_behind_the_last_step_drops_nothing() -> None:
    greet = asyncio.Event()
    greet.set()
    async with asyncio.timeout(PATIENCE), serving(at_leave(greet)) as served:
        one = Sat(Steps(ehlo="me.test", until=Until.HELO), rails=Rails())
        await one.desk.open(served.endpoint)
        await one.until(LineSent)
        one.desk.submit("NOOP")
        await one.desk.settle()
        assert one.desk.stopped_because == ""
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)


async def test_the_message_and_the_dot_that_asked_first_are_marked_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def play(peer: Peer) -> None:
        await peer.say("220 mx.test")
        for answer in ("250 mx.test", "250 fine", "250 fine", "354 go"):
            await peer.line()
            await peer.say(answer)
        while await peer.line() != b".":
            pass
        await peer.say("250 2.0.0 taken")
        await peer.until_gone()

    monkeypatch.setattr("tui.desk.outbox.standing", lambda opened: Standing.REMOTE)
    message = tmp_path / "message"
    message.write_text("Subject: x\n\n.dot\n")
    wanted = Steps(
        ehlo="me.test", sender="a@b.test", recipients=("c@d.test",), until=Until.DOT, message=message
    )
    async with asyncio.timeout(PATIENCE), serving(play) as served:
        one = Sat(wanted, rails=Rails())
        await one.desk.open(served.endpoint)
        await one.heard()
        assert one.asked.asked is Asked.DOT
        one.desk.answer(yes=True)
        await one.desk.settle()
        assert [(by.step, by.lines) for by in one.all(TypedByProgram)][-2:] == [("message", 3), ("dot", 1)]
        assert one.sent[-1] == b"."
        one.desk.hang_up()
        await one.desk.leave(goodbye=False)
