"""Jump hosts and mail domains on a terminal: questions, secrets, and nothing left behind."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.net.fake_ssh import FakeSsh, fake_ssh
from tests.pty import Terminal

SECRET = "geheim-4711"
HOST_KEY = (
    "The authenticity of host 'jump' can't be established.\\n"
    "ED25519 key fingerprint is SHA256:abc.\\n"
    "Are you sure you want to continue connecting (yes/no/[fingerprint])? "
)
ASKS = (
    f'"{HOST_KEY}"',
    '"alice@jump\'s password: "',
)


@contextmanager
def through_jump(ssh: FakeSsh, *arguments: str) -> Iterator[tuple[Terminal, socket.socket]]:
    """The program, and the server's listener that ssh leads to."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        log = os.environ["SMTPTUTOR_HOME"] + "/debug.log"
        command = (sys.executable, "-m", "tui", *arguments, "connect", "--log-file", log)
        target = ("--via", "jump", f"127.0.0.1:{port}")
        Path(log).parent.mkdir(exist_ok=True)
        with Terminal.spawn((*command, *target), size=(100, 30)) as terminal:
            yield terminal, listener


def kept() -> bytes:
    """Everything that the program left in its home."""
    home = Path(os.environ["SMTPTUTOR_HOME"])
    return b"".join(file.read_bytes() for file in home.rglob("*") if file.is_file())


@pytest.mark.parametrize("answer", ["yes", "SHA256:abc"])
@pytest.mark.parametrize("front", [(), ("--plain",)])
def test_ssh_asks_at_our_own_prompt_and_no_secret_stays(
    front: tuple[str, ...], answer: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (f"ask({ASKS[0]})", f"ask({ASKS[1]})", "relay()")
    ssh = fake_ssh(tmp_path, monkeypatch, *script)
    with through_jump(ssh, *front) as (terminal, listener):
        terminal.wait_for("SHA256:abc")
        terminal.wait_for("trusts it and goes on")
        terminal.wait_for("an answer too: ssh compares it")
        terminal.paste(f"{answer}\n")
        terminal.press("enter")
        terminal.wait_for("alice@jump's password:")
        terminal.wait_for("idden")
        terminal.paste(f"{SECRET}\nsecond line\n")
        terminal.wait_for("*" * len(SECRET))
        assert SECRET not in terminal.text()
        terminal.press("enter")
        wire, _ = listener.accept()
        with wire:
            wire.sendall(b"220 mx.test\r\n")
            terminal.wait_for("220 mx.test")
            assert SECRET.encode() not in Path(f"/proc/{ssh.pid}/cmdline").read_bytes()
            assert SECRET.encode() not in Path(f"/proc/{ssh.pid}/environ").read_bytes()
            terminal.enter("QUIT")
            assert wire.recv(100) == b"QUIT\r\n"
            wire.sendall(b"221 bye\r\n")
        terminal.wait_for("221 bye")
        terminal.press("ctrl+d")
        terminal.exit_code()
    assert ssh.answers == [repr(answer), repr(SECRET)]
    assert SECRET.encode() not in terminal.written
    assert b"second line" not in terminal.written
    assert SECRET.encode() not in kept()
    assert b"SHA256:abc" in kept()
    assert not ssh.alive


@pytest.mark.parametrize("front", [(), ("--plain",)])
def test_enter_alone_trusts_no_key_and_gives_no_password(
    front: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = (
        f"if ask({ASKS[0]}) != 'yes':",
        "    say('Host key verification failed.')",
        "    sys.exit(255)",
    )
    ssh = fake_ssh(tmp_path, monkeypatch, *script)
    with through_jump(ssh, *front) as (terminal, _listener):
        terminal.wait_for("trusts it and goes on")
        terminal.enter("SHA256 abc")  # neither a yes, nor a no, nor a fingerprint: asked again
        terminal.wait_for("only yes, no or the fingerprint")
        terminal.press("enter")
        terminal.wait_for("Host key verification failed.")
        terminal.wait_for("no connection through ssh jump")
        terminal.press("ctrl+d")
        terminal.exit_code()
    assert ssh.answers == ["'no'"]


@pytest.mark.parametrize("front", [(), ("--plain",)])
@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGKILL])
def test_no_orphan_is_left_however_the_program_ends(
    number: signal.Signals, front: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays: tuple[str, ...] = ("relay()", "signal.pause()")  # it would outlive the end of its input
    if number is not signal.SIGKILL:
        stays = ("signal.signal(signal.SIGTERM, signal.SIG_IGN)", *stays)
    ssh = fake_ssh(tmp_path, monkeypatch, *stays)
    with through_jump(ssh, *front) as (terminal, listener):
        wire, _ = listener.accept()
        with wire:
            wire.sendall(b"220 mx.test\r\n")
            terminal.wait_for("220 mx.test")
            ended = os.pidfd_open(ssh.pid)
            terminal.process.send_signal(number)
            assert terminal.exit_code() in {-number, 128 + number}
            assert select.select([ended], [], [], 20)[0], "ssh is still there"
            os.close(ended)
    assert b"220 mx.test" in kept()


def test_a_script_is_never_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.plain.running import run

    ssh = fake_ssh(tmp_path, monkeypatch, "say('alice@jump: Permission denied (password).')", "sys.exit(255)")
    done = run(b"QUIT\n", "connect", "--via", "jump", "mx.test")
    assert done.code == 69
    assert "alice@jump: Permission denied (password)." in done.errors
    assert "BatchMode=yes" in ssh.arguments
    assert "SSH_ASKPASS_REQUIRE" not in ssh.environment


@pytest.mark.parametrize("front", [(), ("--plain",)])
def test_the_next_mail_server_of_a_domain_on_request(front: tuple[str, ...]) -> None:
    from tests.interop import dns
    from tests.plain.peer import listening

    records = {
        ("corp.test.", "MX"): ("20 mx2.corp.test.", "10 mx1.corp.test."),
        ("mx1.corp.test.", "A"): ("127.0.0.1",),
        ("mx2.corp.test.", "A"): ("127.0.0.1",),
    }
    with dns.running(records) as server, listening() as peer:
        command = [sys.executable, "-m", "tui", *front, "connect", "--mx", f"corp.test:{peer.port}"]
        with Terminal.spawn(command, size=(120, 36), env={"SMTPTUTOR_DNS": server}) as terminal:
            for host in ("mx1.corp.test", "mx2.corp.test"):
                peer.accept()
                terminal.wait_for(f"connecting to {host}")
                peer.say(f"220 {host}")
                terminal.wait_for(f"220 {host}")
                if not front:
                    terminal.wait_for(f" REAL  {host}:{peer.port}")
                terminal.enter("/mx")
                if host == "mx1.corp.test":
                    assert peer.line() == b"QUIT"
                    peer.say("221 bye")
                    peer.close()
            terminal.wait_for("there is no further mail server")
            terminal.send(b"\x04")
            assert peer.line() == b"QUIT"
            peer.say("221 bye")
            peer.close()
            terminal.exit_code()
