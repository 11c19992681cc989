"""``--until auth`` on a terminal: the password is asked for, hidden, and said whose it is. And a token that
has expired, in a script."""

from __future__ import annotations

import base64
import json
import os
import sys
from pathlib import Path

import pytest

from tests.net.scripted import Peer as Server
from tests.net.scripted import serving
from tests.plain import beside
from tests.plain.peer import listening
from tests.pty import Terminal

SECRET = "s3cret-Pass"
ANSWER = base64.b64encode(f"\0alice\0{SECRET}".encode())


@pytest.mark.parametrize("front", [("--plain",), ()])
def test_the_password_is_asked_for_hidden(front: tuple[str, ...]) -> None:
    with listening() as peer:
        command = [sys.executable, "-m", "tui", *front, "connect", peer.target, "--yes", "--ehlo", "me.test"]
        command += ["--until", "auth", "--user", "alice"]
        with Terminal.spawn(command, size=(120, 36)) as terminal:
            peer.accept()
            peer.say("220 mx.test")
            assert peer.line() == b"EHLO me.test"
            peer.say("250-mx.test", "250 AUTH PLAIN")
            terminal.wait_for(f"assword of alice for {peer.target}")
            terminal.wait_for("idden")
            terminal.type(SECRET)
            terminal.wait_for("*" * len(SECRET))
            terminal.press("enter")
            assert peer.line() == b"AUTH PLAIN " + ANSWER
            peer.say("235 in")
            terminal.wait_for("235 in")
            terminal.send(b"\x04")
            assert peer.line() == b"QUIT"
            peer.say("221 bye")
            peer.close()
            terminal.exit_code()
        for form in (SECRET.encode(), ANSWER):
            assert form not in terminal.written
            home = Path(os.environ["SMTPTUTOR_HOME"])
            assert not any(form in one.read_bytes() for one in home.rglob("*") if one.is_file())


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "the token was not taken"), ("en", "The token has expired"), ("zh_CN", "令牌已过期")],
)
async def test_an_expired_token(lang: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server says why in base64 of JSON, and wants an empty line before it refuses (XOAUTH2)."""
    monkeypatch.setenv("SMTPTUTOR_PASSWORD", SECRET)
    seen: list[bytes] = []

    async def play(peer: Server) -> None:
        await peer.say("220 mx.test")
        seen.append(await peer.line())
        await peer.say("250-mx.test", "250 AUTH XOAUTH2")
        seen.append(await peer.line())
        problem = json.dumps({"status": "401", "schemes": "bearer", "scope": "https://mail.test/"})
        await peer.say("334 " + base64.b64encode(problem.encode()).decode())
        seen.append(await peer.line())
        await peer.say("535 5.7.8 Username and Password not accepted")
        seen.append(await peer.line())
        await peer.say("221 bye")

    flags = ("--until", "auth", "--auth", "xoauth2", "--user", "alice", "--yes", "--lang", lang)
    async with serving(play) as served:
        code, out, _ = await beside.run("connect", str(served.endpoint), *flags)
    assert code == 77
    assert seen[2:] == [b"", b"QUIT"]
    assert '* 334 says: {"status": "401"' in out or lang != "en"
    assert '"status": "401"' in out
    assert words in out, out


@pytest.mark.parametrize("mechanism", ["LOGIN", "SCRAM-SHA-256"])
@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ((), "no password: set SMTPTUTOR_PASSWORD"),
        (("--password-command", "false"), "no password: the command false ended with exit code 1"),
    ],
)
async def test_without_a_password_no_login_is_begun(
    mechanism: str, flags: tuple[str, ...], words: str
) -> None:
    """A login that is given up half-way would count as a failed one."""
    seen: list[bytes] = []

    async def play(peer: Server) -> None:
        await peer.say("220 mx.test")
        seen.append(await peer.line())
        await peer.say("250-mx.test", f"250 AUTH {mechanism}")
        seen.append(await peer.line())
        await peer.say("221 bye")

    asked = ("--until", "auth", "--user", "alice", "--yes", "--ehlo", "me.test", *flags)
    async with serving(play) as served:
        code, out, err = await beside.run("connect", str(served.endpoint), *asked)
    assert code == 77
    assert seen == [b"EHLO me.test", b"QUIT"]
    assert words in err, err
    assert "polite" not in out
