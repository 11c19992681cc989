"""A private sshd on loopback with its own keys, and a client's configuration for it. Needs root."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.interop import daemons, processes
from tests.interop.ports import free_port

SERVER = """\
Port {port}
ListenAddress 127.0.0.1
HostKey {root}/host_key
PidFile {root}/sshd.pid
AuthorizedKeysFile {root}/authorized_keys
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
AllowTcpForwarding {forwarding}
LogLevel VERBOSE
"""

CLIENT = """\
Host jump
    HostName 127.0.0.1
    Port {port}
    User root
    IdentityFile {root}/user_key
    IdentitiesOnly yes
    UserKnownHostsFile {root}/known_hosts
    StrictHostKeyChecking yes
Host stranger
    HostName 127.0.0.1
    Port {port}
    User root
    IdentityFile {root}/user_key
    IdentitiesOnly yes
    UserKnownHostsFile {root}/trusted
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking ask
Host locked-out
    HostName 127.0.0.1
    Port {port}
    User root
    IdentityFile {root}/other_key
    IdentitiesOnly yes
    UserKnownHostsFile {root}/known_hosts
    StrictHostKeyChecking yes
Host shut
    HostName 127.0.0.1
    Port {shut}
"""


@dataclass
class Sshd:
    """``config`` is for ``ssh -F``; ``jump`` is its alias. ``bin`` holds an ``ssh`` that uses it: put it
    first in PATH, as nothing else lets a test choose the user's configuration.

    Other aliases fail: ``stranger``, whose key is not known (``trusted`` gets it); ``locked-out``, which does
    not know our key; ``shut``, where nothing listens.
    """

    port: int
    root: Path
    config: Path
    bin: Path
    daemon: int
    jump: str = "jump"

    @property
    def trusted(self) -> Path:
        """The known hosts of ``stranger``."""
        return self.root / "trusted"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PATH": f"{self.bin}:{os.environ['PATH']}"}

    @property
    def clients(self) -> list[int]:
        """The processes of ``ssh`` that use this configuration and live."""
        return [process for process, words in processes.every() if str(self.config) in words]

    @property
    def connections(self) -> list[int]:
        """The server's processes, one or two for each client."""
        return processes.descendants(self.daemon)


@contextlib.contextmanager
def running(root: Path, *, forwarding: bool = True) -> Iterator[Sshd]:
    program, ssh = shutil.which("sshd") or "/usr/sbin/sshd", shutil.which("ssh")
    if not Path(program).exists() or ssh is None:
        raise AssertionError("openssh is not installed: .ci/run installs it")
    root.mkdir(parents=True)
    Path("/run/sshd").mkdir(exist_ok=True)  # its privilege separation needs it
    for name in ("host_key", "user_key", "other_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(root / name)], check=True)
    shutil.copy(root / "user_key.pub", root / "authorized_keys")
    port = free_port()
    host_key = (root / "host_key.pub").read_text().split()
    (root / "known_hosts").write_text(f"[127.0.0.1]:{port} {host_key[0]} {host_key[1]}\n")
    (root / "sshd_config").write_text(
        SERVER.format(port=port, root=root, forwarding="yes" if forwarding else "no")
    )
    (root / "config").write_text(CLIENT.format(port=port, root=root, shut=free_port()))
    (root / "bin").mkdir()
    wrapper = root / "bin" / "ssh"
    wrapper.write_text(f'#!/bin/sh\nexec {ssh} -F {root}/config "$@"\n')
    wrapper.chmod(0o755)
    command = (program, "-D", "-e", "-f", root / "sshd_config")
    with daemons.running(command, root / "log", port=port, greeting=b"SSH-") as daemon:
        yield Sshd(port, root, root / "config", root / "bin", daemon)
