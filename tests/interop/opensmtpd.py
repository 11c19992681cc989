"""A private OpenSMTPD on loopback, unpacked, with its own configuration and mailboxes. Needs root.

It speaks plain text only: Debian's 6.8.0p2 fails in every TLS handshake with OpenSSL 3 ("EVP lib").
"""

from __future__ import annotations

import contextlib
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.interop import daemons
from tests.interop.maildirs import Maildirs
from tests.interop.ports import free_port
from tests.interop.unpacked import program

CONFIGURATION = """\
listen on 127.0.0.1 port {port} hostname mail.bdwater.test
table boxes {{ "test1@bdwater.test" = "daemon", "test2@bdwater.test" = "daemon" }}
action "box" maildir "{root}/mail/%{{rcpt.user}}" virtual <boxes>
match from any for domain "bdwater.test" action "box"
match from any for any reject
"""


@dataclass
class OpenSmtpd:
    """``port`` speaks plain text. Users: test1 and test2 of ``bdwater.test``."""

    port: int
    boxes: Maildirs
    host: str = "127.0.0.1"


@contextlib.contextmanager
def running(root: Path) -> Iterator[OpenSmtpd]:
    """Start OpenSMTPD below ``root`` and stop it at the end."""
    smtpd = program("usr/sbin/smtpd")
    owner = pwd.getpwnam("daemon")
    (root / "mail").mkdir(parents=True)
    os.chown(root / "mail", owner.pw_uid, owner.pw_gid)
    server = OpenSmtpd(free_port(), Maildirs(root / "mail", root / "log"))
    configuration = root / "smtpd.conf"
    configuration.write_text(CONFIGURATION.format(port=server.port, root=root))
    with daemons.running((smtpd, "-d", "-f", configuration), root / "log", port=server.port):
        yield server
