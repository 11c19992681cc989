"""The next line of a login, from lines typed by hand or by the program, with the secret from anywhere."""

from __future__ import annotations

import asyncio
import base64
import errno
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.practice.talking import Talk
from tui.desk.login import Ask, Login, Outcome
from tui.desk.options import Login as Wanted
from tui.desk.secret import VARIABLE, Hidden, NoSecret, Reason, Secret
from tui.smtp.sasl import Fault, Trouble

SECRET = "s3cret-Pass"
ALICE = Wanted(user="alice")


def b64(text: str | bytes) -> bytes:
    return base64.b64encode(text.encode() if isinstance(text, str) else text)


def printing(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", f"print({text!r})")


class Sat:
    """A dialogue, and the login that watches it."""

    def __init__(
        self, wanted: Wanted = ALICE, *, offered: str = "PLAIN LOGIN", held: str | None = SECRET
    ) -> None:
        environ = {} if held is None else {VARIABLE: held}
        self.login = Login(wanted, Secret(wanted.command, environ))
        self.talk = Talk(sandbox=False)
        self._seen = 0
        self.play("S: 220 mx.test", "C: EHLO c.test", "S: 250-mx.test", f"S: 250 AUTH {offered}")

    def play(self, *rows: str) -> Sat:
        self.talk.play(*rows)
        for event in self.talk.events[self._seen :]:
            self.login.seen(event)
        self._seen = len(self.talk.events)
        return self

    async def next(self) -> Outcome:
        return await self.login.next_line(self.talk.practice)

    async def line(self) -> str:
        line = await self.next()
        assert isinstance(line, bytes), line
        return line.decode()

    async def fill(self, typed: str = "") -> Outcome:
        return await self.login.fill(self.talk.practice, typed)


async def test_a_whole_login_in_one_line() -> None:
    sat = Sat(offered="LOGIN PLAIN")
    assert await sat.line() == "AUTH PLAIN " + b64(f"\0alice\0{SECRET}").decode()
    sat.play("C: " + await sat.line(), "S: 235 in")
    assert await sat.next() is None


async def test_step_by_step() -> None:
    sat = Sat(Wanted(user="alice", mechanism="LOGIN"))
    sat.play("C: " + await sat.line(), "S: 334 VXNlcm5hbWU6")
    assert await sat.next() == b64("alice")
    sat.play("C: " + await sat.line())
    assert await sat.next() is None  # the reply is due
    sat.play("S: 334 UGFzc3dvcmQ6")
    assert await sat.next() == b64(SECRET)


async def test_scram_to_its_end() -> None:
    from tests.smtp.test_sasl import SERVER_FINAL

    sat = Sat(Wanted(user="user"), offered="PLAIN SCRAM-SHA-256", held="pencil")
    opening = await sat.line()
    assert opening.startswith("AUTH SCRAM-SHA-256 ")
    nonce = base64.b64decode(opening.split()[2]).rpartition(b"r=")[2]
    server = b"r=" + nonce + b"more,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    sat.play(f"C: {opening}", f"S: 334 {b64(server).decode()}")
    sat.play(f"C: {await sat.line()}", f"S: 334 {b64(SERVER_FINAL).decode()}")
    assert await sat.next() == Fault(Trouble.BAD_SIGNATURE)  # it is the signature of another dialogue


async def test_a_login_typed_by_hand_is_gone_on_with() -> None:
    sat = Sat(offered="CRAM-MD5").play("C: auth cram-md5", "S: 334 " + b64("<1@x>").decode())
    line = await sat.next()
    assert isinstance(line, bytes) and base64.b64decode(line).startswith(b"alice ")


async def test_old_servers_write_an_equals_sign() -> None:
    sat = Sat(offered="").play("C: EHLO again", "S: 250-mx", "S: 250 AUTH=LOGIN CRAM-MD5")
    assert await sat.next() == b"AUTH CRAM-MD5"


async def test_what_is_not_known_is_asked_one_by_one() -> None:
    sat = Sat(Wanted(), held=None)
    assert await sat.next() is Ask.USER
    sat.login.give(Ask.USER, "alice")
    assert await sat.next() is Ask.SECRET
    sat.login.give(Ask.SECRET, SECRET)
    assert await sat.line() == "AUTH PLAIN " + b64(f"\0alice\0{SECRET}").decode()


@pytest.mark.parametrize("end", ["S: 235 in", "S: 535 no", "* closed by server"])
async def test_what_was_typed_is_forgotten_when_the_login_is_over(end: str) -> None:
    sat = Sat(ALICE, held=None).play("C: AUTH PLAIN", "S: 334 ")
    sat.login.give(Ask.SECRET, SECRET)
    sat.play("C: " + await sat.line(), end)
    later = Sat(ALICE, held=None)
    later.login = sat.login
    assert await later.next() is Ask.SECRET


async def test_what_the_variable_held_is_there_again_for_the_next_login() -> None:
    sat = Sat(offered="PLAIN").play("C: AUTH PLAIN AGEAYg==", "S: 535 no")
    assert await sat.next() == b"AUTH PLAIN " + b64(f"\0alice\0{SECRET}")


async def test_a_mechanism_that_nobody_knows() -> None:
    sat = Sat(offered="NTLM").play("C: AUTH NTLM", "S: 334 ")
    assert await sat.next() == Fault(Trouble.MECHANISM_UNKNOWN, "NTLM")
    assert await Sat(offered="NTLM").next() == Fault(Trouble.MECHANISM_NOT_OFFERED)


async def test_a_token_that_is_refused_is_acknowledged() -> None:
    sat = Sat(Wanted(user="alice", mechanism="XOAUTH2"), offered="XOAUTH2")
    sat.play("C: " + await sat.line(), "S: 334 " + b64('{"status":"401"}').decode())
    assert await sat.next() == b""


# -- F4


async def test_f4_turns_what_stands_there_into_the_line() -> None:
    sat = Sat(Wanted(), held=None).play("C: AUTH LOGIN", "S: 334 VXNlcm5hbWU6")
    assert await sat.fill() is Ask.USER
    assert await sat.fill("alice") == b64("alice")
    assert await sat.fill(b64("alice").decode()) == b64("alice")  # pressed again
    sat.play(f"C: {b64('alice').decode()}", "S: 334 UGFzc3dvcmQ6")
    assert await sat.fill() is Ask.SECRET
    assert await sat.fill(SECRET) == b64(SECRET)


async def test_f4_asks_for_two_fields_one_after_the_other() -> None:
    sat = Sat(Wanted(), held=None).play("C: AUTH PLAIN", "S: 334 ")
    assert await sat.fill("alice") is Ask.SECRET
    assert await sat.fill(SECRET) == b64(f"\0alice\0{SECRET}")


async def test_f4_outside_of_a_login() -> None:
    assert await Sat().fill("x") is None
    assert await Sat(offered="NTLM").play("C: AUTH NTLM", "S: 334 ").fill("x") == Fault(
        Trouble.MECHANISM_UNKNOWN, "NTLM"
    )


# -- where the secret comes from


async def test_the_first_line_that_a_program_prints() -> None:
    secret = Secret(printing(f"{SECRET}\nuser: alice"), {VARIABLE: "another"})
    assert await secret.obtain() == SECRET


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        (("/nowhere/pass",), Reason.NOT_FOUND),
        ((str(Path(__file__).parent),), Reason.CANNOT_RUN),
        ((sys.executable, "-c", "import sys; sys.exit('locked')"), Reason.FAILED),
        ((sys.executable, "-c", "import sys; sys.exit(3)"), Reason.EXITED),
        ((sys.executable, "-c", ""), Reason.NOTHING),
        (printing(""), Reason.NOTHING),
    ],
)
async def test_a_program_that_gives_none(command: tuple[str, ...], reason: Reason) -> None:
    got = await Secret(command, {}).obtain()
    assert isinstance(got, NoSecret) and got.reason is reason
    assert await Sat(Wanted(user="a", command=command)).next() == got


@pytest.mark.parametrize("program", ["sleep 600", "yes"])  # silent, or with a pipe that is always full
async def test_a_program_that_never_ends_is_ended(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.desk.secret.PATIENCE", 0.05)
    got = await Secret(tuple(program.split()), {}).obtain()
    assert isinstance(got, NoSecret) and got.reason is Reason.TIMED_OUT


@pytest.mark.parametrize("turns", range(2, 8))
async def test_a_program_that_has_hardly_begun_is_ended_with_what_it_started(
    tmp_path: Path, turns: int
) -> None:
    """The loop stands still while the program goes on, as on a machine that has much to do."""
    os.mkfifo(tmp_path / "pids")
    pids = os.open(tmp_path / "pids", os.O_RDWR)
    program = f'sh -c "echo \\$\\$ > {tmp_path}/pids; exec sleep 600"; true'
    obtaining = asyncio.ensure_future(Secret(("sh", "-c", program), {}).obtain())
    for _ in range(turns):
        await asyncio.sleep(0)
    assert select.select([pids], [], [], 20)[0]
    ended = os.pidfd_open(int(os.read(pids, 20)))
    obtaining.cancel()
    await asyncio.wait({obtaining})
    assert select.select([ended], [], [], 20)[0]
    assert obtaining.cancelled()
    for one in (pids, ended):
        os.close(one)


async def test_a_program_of_somebody_else_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has called ``sudo`` cannot end it."""

    def refused(*_given: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    os.mkfifo(tmp_path / "pids")
    pids = os.open(tmp_path / "pids", os.O_RDWR)
    monkeypatch.setattr("tui.desk.secret._GONE_SECONDS", 0.05)
    with monkeypatch.context() as patch:
        patch.setattr(os, "killpg", refused)
        patch.setattr(subprocess.Popen, "kill", refused)
        obtaining = asyncio.ensure_future(
            Secret(("sh", "-c", f"echo $$ > {tmp_path}/pids; exec sleep 600"), {}).obtain()
        )
        assert await asyncio.to_thread(select.select, [pids], [], [], 20)
        pid = int(os.read(pids, 20))
        obtaining.cancel()
        await asyncio.wait({obtaining}, timeout=20)
    os.kill(pid, signal.SIGKILL)
    os.close(pids)
    assert obtaining.cancelled()


async def test_only_the_beginning_of_much_that_it_prints_is_kept() -> None:
    code = f"import sys; print({SECRET!r}); sys.stderr.write('x' * 9_000_000); print('y' * 9_000_000)"
    assert await Secret((sys.executable, "-c", code), {}).obtain() == SECRET


async def test_the_program_gets_no_shell_no_stdin_and_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "another")
    code = f"import os, sys; print(sys.stdin.read(), os.environ.get({VARIABLE!r}), sys.argv[1:])"
    secret = Secret((sys.executable, "-c", code, "$HOME; x"))
    assert await secret.obtain() == " None ['$HOME; x']"


async def test_the_variable_is_taken_out_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, SECRET)
    assert await Secret().obtain() == SECRET
    assert VARIABLE not in os.environ


def test_nothing_shows_it() -> None:
    assert SECRET not in repr(Hidden(SECRET))
