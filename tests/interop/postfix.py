"""A private Postfix on a loopback port, with its own configuration, queue and mailboxes. Needs root."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

DOMAIN = "bdwater.test"

MAIN = """\
compatibility_level = 3.6
queue_directory = {root}/spool
data_directory = {root}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.{domain}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relayhost =
default_transport = error:no mail leaves this machine
relay_transport = error:no mail leaves this machine
virtual_mailbox_domains = {domain}
virtual_mailbox_base = {root}/mail
virtual_mailbox_maps = hash:{root}/etc/boxes
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
alias_maps =
maillog_file = {root}/mail.log
maillog_file_prefixes = {root}
smtpd_relay_restrictions = permit_mynetworks, reject
smtpd_peername_lookup = no
{extra}
"""

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass
class Postfix:
    """``port`` answers SMTP; users of ``bdwater.test`` are test1 and test2."""

    root: Path
    port: int
    host: str = "127.0.0.1"
    users: tuple[str, ...] = ("test1", "test2")
    extra: str = ""
    _seen: set[Path] = field(default_factory=set)

    def box(self, user: str) -> Path:
        return self.root / "mail" / user / "new"

    def mail(self, user: str, seconds: float = 30) -> bytes:
        """The next message delivered to this user that was not returned before."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            fresh = sorted(set(self.box(user).glob("*")) - self._seen) if self.box(user).exists() else []
            if fresh:
                self._seen.add(fresh[0])
                return fresh[0].read_bytes()
            time.sleep(0.05)
        log = self.root / "mail.log"
        raise AssertionError(f"no mail for {user}:\n{log.read_text() if log.exists() else 'no log'}")

    def count(self, user: str) -> int:
        return len(list(self.box(user).glob("*"))) if self.box(user).exists() else 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(root: Path, extra: str = "") -> Iterator[Postfix]:
    """Start Postfix below ``root`` (a path that the user postfix can enter) and stop it at the end."""
    if shutil.which("postfix") is None:
        raise AssertionError("postfix is not installed: .ci/run installs it")
    owner = pwd.getpwnam("postfix")
    server = Postfix(root, free_port(), extra=extra)
    for name in ("etc", "spool", "data", "mail"):
        (root / name).mkdir(parents=True)
    for name in ("data", "mail"):
        os.chown(root / name, owner.pw_uid, owner.pw_gid)
    etc = root / "etc"
    (etc / "main.cf").write_text(
        MAIN.format(root=root, domain=DOMAIN, uid=owner.pw_uid, gid=owner.pw_gid, extra=extra)
    )
    (etc / "master.cf").write_text(MASTER.format(port=server.port))
    (etc / "boxes").write_text("".join(f"{user}@{DOMAIN} {user}/\n" for user in server.users))
    subprocess.run(["postmap", "-c", str(etc), f"hash:{etc}/boxes"], check=True)
    output = (root / "start.log").open("wb")
    subprocess.run(
        ["postfix", "-c", str(etc), "start"],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    )
    try:
        wait_for_port(server.port)
        yield server
    finally:
        subprocess.run(
            ["postfix", "-c", str(etc), "stop"],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        output.close()


def wait_for_port(port: int, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as probe:
                if probe.recv(4) == b"220 ":
                    return
        except OSError:
            pass
        if time.monotonic() > deadline:
            raise AssertionError(f"nothing greets on port {port}")
        time.sleep(0.05)
