"""What a program gets that stands between us and the server: neither the password of the login nor the one
that it asks for itself is among its arguments, in its environment, or in what its helper is given."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.interop import processes
from tests.logins.server import SECRET, USER, forms, serving
from tests.net.fake_ssh import fake_ssh
from tests.pty import Terminal

OF_SSH = "0f-the-Jump-host"
FRONTS = pytest.mark.parametrize("front", [[], ["--plain"]], ids=["split screen", "line mode"])


@FRONTS
@pytest.mark.parametrize("way", [["--via", "jump"], ["--pipe", "ssh -W %h:%p jump"]], ids=["via", "pipe"])
@pytest.mark.parametrize("held", [False, True], ids=["typed", "in the environment"])
def test_a_program_in_between_gets_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, front: list[str], way: list[str], *, held: bool
) -> None:
    asks = way[0] == "--via"
    ssh = fake_ssh(tmp_path, monkeypatch, 'ask("password: ")' if asks else "pass", "relay()")
    children: list[bytes] = []
    with serving("PLAIN", "success") as port:
        command = [sys.executable, "-m", "tui", *front, "connect", f"127.0.0.1:{port}", *way, "--yes"]
        command += ["--user", USER, "--until", "auth", "--ehlo", "me.test"]
        env = {"SMTPTUTOR_PASSWORD": SECRET} if held else {}
        with Terminal.spawn(command, size=(120, 36), env=env) as terminal:

            def look() -> None:
                for child in processes.descendants(terminal.process.pid):
                    for name in ("cmdline", "environ"):
                        with suppress(OSError):  # it has ended meanwhile
                            children.append(Path(f"/proc/{child}/{name}").read_bytes())

            for secret, question in ((OF_SSH, "password:"), (SECRET, f"assword of {USER}")):
                if (asks and secret is OF_SSH) or (not held and secret is SECRET):
                    terminal.wait_for(question)
                    terminal.wait_for("idden")
                    look()
                    terminal.enter(secret)
            terminal.wait_for("235 2.7.0")
            look()
            terminal.press("ctrl+d")
            terminal.exit_code()
    assert b"\0-W\0" in b"\n".join(children)
    home = Path(os.environ["SMTPTUTOR_HOME"])
    found = [*children, bytes(terminal.written), json.dumps(ssh.environment).encode()]
    found += [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    assert not [form for text in found for form in (*forms(), OF_SSH.encode()) if form in text]
