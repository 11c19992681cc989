"""A private Exim on loopback, unpacked, with its own configuration, spool and mailboxes. Needs root."""

from __future__ import annotations

import contextlib
import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.interop import daemons
from tests.interop.certificates import Certificates, issue
from tests.interop.maildirs import Maildirs
from tests.interop.ports import free_port
from tests.interop.unpacked import program

USER = "Debian-exim"

CONFIGURATION = """\
primary_hostname = mail.bdwater.test
exim_path = {exim}
keep_environment =
exim_user = {user}
exim_group = {user}
spool_directory = {root}/spool
log_file_path = {root}/log/%slog
pid_file_path = {root}/exim.pid
domainlist local_domains = bdwater.test
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
tls_advertise_hosts = *
tls_certificate = {certificates.cert}
tls_privatekey = {certificates.key}
daemon_smtp_ports = {port} : {tls_port}
tls_on_connect_ports = {tls_port}
local_interfaces = 127.0.0.1
host_lookup =
rfc1413_query_timeout = 0s
begin acl
acl_rcpt:
  deny message = relay not permitted
    domains = !+local_domains
  accept local_parts = test1 : test2
  deny local_parts = lost
    !verify = recipient
  deny message = Unknown user
acl_data:
  accept
begin routers
local:
  driver = accept
  domains = +local_domains
  local_parts = test1 : test2
  transport = box
begin transports
box:
  driver = appendfile
  directory = {root}/mail/$local_part_data
  maildir_format
  user = {user}
  group = {user}
begin retry
* * F,1h,1m
"""


@dataclass
class Exim:
    """``port`` speaks plain text and STARTTLS, ``tls_port`` TLS at once. Users: test1 and test2."""

    port: int
    tls_port: int
    certificates: Certificates
    boxes: Maildirs
    host: str = "127.0.0.1"


@contextlib.contextmanager
def running(root: Path) -> Iterator[Exim]:
    """Start Exim below ``root`` (a path that its user can enter) and stop it at the end."""
    exim = program("usr/sbin/exim4")
    owner = pwd.getpwnam(USER)
    for name in ("spool", "log", "mail"):
        (root / name).mkdir(parents=True)
        os.chown(root / name, owner.pw_uid, owner.pw_gid)
    certificates = issue(root / "tls")
    boxes = Maildirs(root / "mail", root / "log" / "mainlog")
    server = Exim(free_port(), free_port(), certificates, boxes)
    configuration = root / "exim.conf"
    configuration.write_text(
        CONFIGURATION.format(
            exim=exim,
            root=root,
            user=USER,
            certificates=certificates,
            port=server.port,
            tls_port=server.tls_port,
        )
    )
    command = (exim, "-C", configuration, "-bdf", "-q30m")
    with daemons.running(command, root / "start.log", port=server.port):
        yield server
