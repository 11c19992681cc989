"""A program in the place of ssh: it takes ssh's arguments, and does what the test's script says.

with fake_ssh(tmp_path, monkeypatch, "ask('password: ')", "relay()") as ssh:
    ...
    ssh.arguments                # of the last call
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

_PROGRAM = '''\
#!{python} -I
import json, os, signal, socket, subprocess, sys, threading
here = {here!r}
with open(here + "/arguments", "w") as file:
    json.dump(sys.argv[1:], file)
with open(here + "/environment", "w") as file:
    json.dump(dict(os.environ), file)
with open(here + "/pid", "w") as file:
    file.write(str(os.getpid()))
host, _, port = sys.argv[sys.argv.index("-W") + 1].rpartition(":")

def say(text):
    sys.stderr.write(text + "\\n")
    sys.stderr.flush()

def ask(question, kind=None):
    """What ssh does, by the helper that it was told of; None: no answer."""
    env = dict(os.environ)
    if kind:
        env["SSH_ASKPASS_PROMPT"] = kind
    done = subprocess.run([env["SSH_ASKPASS"], question], capture_output=True, text=True, env=env)
    answer = done.stdout.rstrip("\\n") if done.returncode == 0 else None
    with open(here + "/answers", "a") as file:
        file.write(repr(answer) + "\\n")
    return answer

def relay(most=None):
    """``most``: so many octets of the client, then it dies."""
    wire = socket.create_connection((host.strip("[]"), int(port)))
    def up():
        count = 0
        while data := os.read(0, 4096):
            wire.sendall(data)
            count += len(data)
            if most is not None and count >= most:
                say("client_loop: send disconnect: Broken pipe")
                os._exit(255)
    threading.Thread(target=up, daemon=True).start()
    while data := wire.recv(4096):
        os.write(1, data)

{script}
'''


class FakeSsh:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _json(self, name: str) -> Any:
        return json.loads((self._folder / name).read_text())

    @property
    def arguments(self) -> list[str]:
        """Of the last call."""
        return [str(word) for word in self._json("arguments")]

    @property
    def environment(self) -> dict[str, str]:
        return {str(name): str(text) for name, text in self._json("environment").items()}

    @property
    def began(self) -> bool:
        file = self._folder / "pid"
        return file.exists() and bool(file.read_text())

    @property
    def pid(self) -> int:
        return int((self._folder / "pid").read_text())

    @property
    def answers(self) -> list[str]:
        file = self._folder / "answers"
        return file.read_text().splitlines() if file.exists() else []

    @property
    def alive(self) -> bool:
        """A zombie that nobody has waited for is dead."""
        try:
            state = Path(f"/proc/{self.pid}/stat").read_text()
        except OSError:
            return False
        return state.rpartition(")")[2].split()[0] != "Z"


def fake_ssh(folder: Path, monkeypatch: pytest.MonkeyPatch, *script: str) -> FakeSsh:
    """The first ``ssh`` in PATH from now on."""
    here = folder / "ssh"
    here.mkdir()
    program = here / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(_PROGRAM.format(python=sys.executable, here=str(here), script="\n".join(script)))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    return FakeSsh(here)
