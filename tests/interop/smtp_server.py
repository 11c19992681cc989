"""Nodemailer's ``smtp-server`` on loopback: the one real server here that takes XOAUTH2."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.interop import daemons
from tests.interop.certificates import Certificates, issue
from tests.interop.maildirs import Maildirs
from tests.interop.ports import free_port
from tests.interop.unpacked import node_modules

SCRIPT = Path(__file__).with_name("smtp_server.js")


@dataclass
class SmtpServer:
    """``token`` is what XOAUTH2 must bring; AUTH is offered after STARTTLS only."""

    port: int
    token: str
    certificates: Certificates
    boxes: Maildirs
    host: str = "127.0.0.1"


@contextlib.contextmanager
def running(root: Path, token: str) -> Iterator[SmtpServer]:
    node = shutil.which("node")
    if node is None:
        raise AssertionError("node is not installed: .ci/run installs it")
    (root / "mail").mkdir(parents=True)
    certificates = issue(root / "tls")
    server = SmtpServer(free_port(), token, certificates, Maildirs(root / "mail", root / "log"))
    environment = {**os.environ, "NODE_PATH": str(node_modules()), "TOKEN": token}
    arguments = (str(server.port), root / "mail", certificates.cert, certificates.key)
    command = (node, SCRIPT, *arguments)
    with daemons.running(command, root / "log", port=server.port, env=environment):
        yield server
