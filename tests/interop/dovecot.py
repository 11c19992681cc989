"""A private Dovecot on loopback that takes LMTP, with its own configuration and mailboxes. Needs root."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.interop import daemons
from tests.interop.certificates import Certificates, issue
from tests.interop.maildirs import Maildirs
from tests.interop.ports import free_port

CONFIGURATION = """\
protocols = lmtp
base_dir = {root}/run
state_dir = {root}/state
log_path = {root}/log
hostname = mail.bdwater.test
login_greeting = Dovecot at your service
listen = 127.0.0.1
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
ssl_cert = <{certificates.cert}
ssl_key = <{certificates.key}
mail_location = maildir:{root}/mail/%n
mail_plugins = quota
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = passwd-file
  args = {root}/users
}}
plugin {{
  quota = maildir:quota
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {port}
  }}
  unix_listener {root}/lmtp {{
    mode = 0600
  }}
}}
"""
#: Who takes at most one octet; nothing is refused before a message is there.
FULL = "full"


@dataclass
class Dovecot:
    """``port`` speaks LMTP and offers STARTTLS, ``socket`` speaks it without TCP. Users of ``bdwater.test``
    are test1, test2, and full, for whom every message is too large."""

    port: int
    socket: Path
    certificates: Certificates
    boxes: Maildirs
    host: str = "127.0.0.1"


@contextlib.contextmanager
def running(root: Path) -> Iterator[Dovecot]:
    """Start Dovecot below ``root`` (a path that its users can enter) and stop it at the end."""
    program = shutil.which("dovecot")
    if program is None:
        raise AssertionError("dovecot is not installed: .ci/run installs it")
    owner = pwd.getpwnam("daemon")
    for name in ("run", "state", "mail"):
        (root / name).mkdir(parents=True)
    os.chown(root / "mail", owner.pw_uid, owner.pw_gid)
    rows = (
        f"{user}@bdwater.test::{owner.pw_uid}:{owner.pw_gid}::{root}/mail/{user}::"
        for user in ("test1", "test2")
    )
    full = (
        f"{FULL}@bdwater.test::{owner.pw_uid}:{owner.pw_gid}::{root}/mail/{FULL}::userdb_quota_rule=*:bytes=1"
    )
    (root / "users").write_text("".join(f"{row}\n" for row in (*rows, full)))
    boxes = Maildirs(root / "mail", root / "log")
    server = Dovecot(free_port(), root / "lmtp", issue(root / "tls"), boxes)
    configuration = root / "dovecot.conf"
    configuration.write_text(
        CONFIGURATION.format(root=root, certificates=server.certificates, port=server.port)
    )
    command = (program, "-F", "-c", configuration)
    with daemons.running(command, root / "start.log", port=server.port):
        yield server
