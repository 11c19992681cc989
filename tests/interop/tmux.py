"""A program inside tmux inside an SSH session, as an admin on a jump host has it."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.interop.sshd import Sshd
from tests.pty import Terminal
from tui.net.names_own import own_name

REPOSITORY = Path(__file__).resolve().parents[2]
CONFIGURATION = "set -g status off\nset -g default-terminal tmux-256color\n"


def name_here() -> str:
    """What the program calls itself to a server on 127.0.0.1."""
    return own_name("127.0.0.1")


@contextlib.contextmanager
def running(
    sshd: Sshd, folder: Path, command: Sequence[str], env: Mapping[str, str], *, size: tuple[int, int]
) -> Iterator[Terminal]:
    """``command`` on a terminal of ``size``. The remote side gets the home of this test, and ``env``."""
    if shutil.which("tmux") is None:
        raise AssertionError("tmux is not installed: .ci/run installs it")
    configuration, server = folder / "tmux.conf", folder / "tmux.socket"
    configuration.write_text(CONFIGURATION)
    kept = {name: os.environ[name] for name in ("HOME", "PATH", "SMTPTUTOR_HOME", "LC_ALL")}
    known = [f"{name}={text}" for name, text in {**kept, **env}.items()]
    inside = ["tmux", "-u", "-f", str(configuration), "-S", str(server), "new-session", shlex.join(command)]
    remote = f"cd {shlex.quote(str(REPOSITORY))} && exec env {shlex.join([*known, *inside])}"
    with Terminal.spawn(["ssh", "-tt", sshd.jump, remote], size=size, env=sshd.environment) as terminal:
        try:
            yield terminal
        finally:
            subprocess.run(
                ["tmux", "-S", str(server), "kill-server"], check=False, capture_output=True, timeout=20
            )
