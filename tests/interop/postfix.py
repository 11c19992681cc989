"""A private Postfix on a loopback port, with its own configuration, queue and mailboxes. Needs root."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from tests.interop.certificates import Certificates, issue
from tests.interop.maildirs import Maildirs
from tests.interop.ports import free_port, wait_for_port, wait_until

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
inet_interfaces = 127.0.0.1, [::1]
inet_protocols = all
mynetworks = 127.0.0.0/8, [::1]/128
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
smtpd_tls_cert_file = {certificates.cert}
smtpd_tls_key_file = {certificates.key}
smtpd_tls_security_level = may
smtpd_tls_loglevel = 1
smtpd_sasl_auth_enable = yes
smtpd_sasl_path = smtpd
smtpd_sasl_local_domain = {domain}
smtpd_sasl_security_options = noanonymous
"""

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
[::1]:{port} inet n - n - - smtpd
127.0.0.1:{tls_port} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
127.0.0.1:{login_port} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt -o smtpd_client_restrictions=permit_sasl_authenticated,reject
socket unix n - n - - smtpd
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


#: Of Cyrus SASL, whose library Postfix asks.
SASL = """\
pwcheck_method: auxprop
auxprop_plugin: sasldb
sasldb_path: {root}/etc/sasl/users.db
mech_list: PLAIN LOGIN CRAM-MD5 SCRAM-SHA-256
"""
PASSWORD = "tR0ub4dor&3-horse"


@dataclass
class Postfix:
    """``port`` speaks plain text and offers STARTTLS and AUTH (on ::1 too), ``tls_port`` TLS at once,
    ``login_port`` is a submission port: STARTTLS, then AUTH, or nothing; ``socket`` speaks plain text without
    TCP. Users of ``bdwater.test`` are test1 and test2."""

    root: Path
    port: int
    tls_port: int
    login_port: int
    certificates: Certificates
    password: str = PASSWORD
    host: str = "127.0.0.1"
    users: tuple[str, ...] = ("test1", "test2")
    extra: str = ""
    ports: Mapping[str, int] = field(default_factory=dict)  # of the services that a test added
    boxes: Maildirs = field(init=False)

    def __post_init__(self) -> None:
        self.boxes = Maildirs(self.root / "mail", self.root / "mail.log")

    @property
    def socket(self) -> Path:
        return self.root / "spool" / "public" / "socket"

    def forget(self) -> None:
        """All that was accepted is delivered first, then it is nobody's business any more."""
        queues = [self.root / "spool" / name for name in ("maildrop", "incoming", "active")]
        wait_until(
            lambda: not any(file.is_file() for one in queues for file in one.rglob("*")), 30, "no queue"
        )
        self.boxes.forget()

    def mail(self, user: str, seconds: float = 30) -> bytes:
        """The next message delivered to this user that was not returned before."""
        return self.boxes.mail(user, seconds)

    def count(self, user: str) -> int:
        return self.boxes.count(user)


def _joined(main: str, extra: str) -> str:
    """Postfix would warn of what is set twice."""
    said_last = {line.partition(" =")[0] for line in extra.splitlines() if not line.startswith(" ")}
    kept = [line for line in main.splitlines() if line.partition(" =")[0] not in said_last]
    return "".join(f"{line}\n" for line in kept) + extra


def make_users(server: Postfix) -> None:
    """Who can log in, each with the server's password."""
    folder = server.root / "etc" / "sasl"  # where Debian builds Postfix to look
    (folder / "smtpd.conf").write_text(SASL.format(root=server.root))
    for user in server.users:
        subprocess.run(
            ["saslpasswd2", "-p", "-c", "-f", str(folder / "users.db"), "-u", DOMAIN, user],
            input=server.password.encode(),
            check=True,
        )


@contextlib.contextmanager
def running(
    root: Path, extra: str = "", services: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Postfix]:
    """Start Postfix below ``root`` (a path that the user postfix can enter) and stop it at the end.

    Args:
        extra: more lines of main.cf, the last word on what they set.
        services: more SMTP services by name, each with its ``-o`` options; their ports are in ``ports``.
    """
    if shutil.which("postfix") is None:
        raise AssertionError("postfix is not installed: .ci/run installs it")
    owner = pwd.getpwnam("postfix")
    server = Postfix(root, free_port(), free_port(), free_port(), issue(root / "tls"), extra=extra)
    server.ports = {name: free_port() for name in services}
    for name in ("etc", "spool", "data", "mail", "etc/sasl"):
        (root / name).mkdir(parents=True)
    for name in ("data", "mail"):
        os.chown(root / name, owner.pw_uid, owner.pw_gid)
    etc = root / "etc"
    main = MAIN.format(
        root=root, domain=DOMAIN, uid=owner.pw_uid, gid=owner.pw_gid, certificates=server.certificates
    )
    (etc / "main.cf").write_text(_joined(main, extra))
    ports = {"port": server.port, "tls_port": server.tls_port, "login_port": server.login_port}
    added = [f"127.0.0.1:{server.ports[name]} inet n - n - - smtpd {services[name]}\n" for name in services]
    (etc / "master.cf").write_text(MASTER.format(**ports) + "".join(added))
    make_users(server)
    os.chown(root / "etc" / "sasl" / "users.db", owner.pw_uid, owner.pw_gid)
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
