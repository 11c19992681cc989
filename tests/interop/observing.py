"""Type dialogues of mistakes to a server, and write down what it answers.

``python -m tests.interop.observing NAME < FILE > NEW``: both in the form of ``tests/data/observed``; the
codes of FILE do not count. NAME: postfix, exim or opensmtpd, which are started for it (needs root and
``.ci/unpack``); or the port of a server that runs already, and behind it the address to come from:
``2525 127.0.0.3``. What was said in full goes to stderr.
"""

from __future__ import annotations

import contextlib
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from tests.interop import exim, opensmtpd, postfix
from tests.interop.postfix import Postfix
from tests.sandbox.test_observed import dialogues, octets_of

#: As a server is set up that takes mail from everywhere for its own domain only.
_POSTFIX = """\
myorigin = bdwater.test
mynetworks = 192.0.2.0/24
message_size_limit = 100000
smtpd_relay_restrictions = reject_unauth_destination
smtpd_etrn_restrictions = reject
smtpd_soft_error_limit = 1000
virtual_alias_maps = inline:{ postmaster@bdwater.test=test1@bdwater.test }
"""
_EXIM = """\
message_size_limit = 51200
dsn_advertise_hosts = *
acl_smtp_vrfy = acl_ask
acl_smtp_expn = acl_ask
"""
_EXIM_LOGINS = """\
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if and{{{{eq{{$auth2}}{{test1}}}}{{eq{{$auth3}}{{secret1}}}}}}}}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{{{eq{{$auth1}}{{test1}}}}{{eq{{$auth2}}{{secret1}}}}}}}}
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = ${{if eq{{$auth1}}{{test1}}{{secret1}}fail}}
"""
_SECONDS = 8


@contextlib.contextmanager
def _postfix(root: Path) -> Iterator[Postfix]:
    with postfix.running(root, _POSTFIX) as server:
        server.password = "secret1"
        postfix.make_users(server)
        yield server


def _exim(root: Path) -> AbstractContextManager[exim.Exim]:
    text = exim.CONFIGURATION.replace("begin acl\n", f"{_EXIM}begin acl\nacl_ask:\n  accept\n")
    text = text.replace("acl_rcpt:\n", "acl_rcpt:\n  accept authenticated = *\n")
    exim.CONFIGURATION = text.replace("test1 : test2\n", "test1 : test2 : postmaster\n") + _EXIM_LOGINS
    return exim.running(root / "exim")


def _running(name: str, root: Path) -> AbstractContextManager[exim.Exim | opensmtpd.OpenSmtpd | Postfix]:
    if name == "postfix":
        return _postfix(root)
    if name == "exim":
        return _exim(root)
    text = f"smtp max-message-size 51200\n{opensmtpd.CONFIGURATION}"
    box = '"test2@bdwater.test" = "daemon"'
    opensmtpd.CONFIGURATION = text.replace(box, f'{box}, "postmaster@bdwater.test" = "daemon"')
    return opensmtpd.running(root / "opensmtpd")


def said(replies: BinaryIO) -> list[str]:
    """The lines of the next reply; none where the connection has ended."""
    lines: list[str] = []
    while line := replies.readline():
        lines.append(line.decode("latin-1").rstrip("\r\n"))
        if line[3:4] != b"-":
            break
    return lines


def observed(port: int, lines: list[str], source: str) -> Iterator[str]:
    """The rows of one dialogue."""
    with (
        socket.create_connection(("127.0.0.1", port), _SECONDS, (source, 0)) as connection,
        connection.makefile("rb") as replies,
    ):
        said(replies)
        for line in lines:
            try:
                connection.sendall(octets_of(line))
                reply = said(replies)
            except (ConnectionError, TimeoutError):
                reply = []
            code = reply[0][:3] + ("-" if len(reply) > 1 else "") if reply else "over"
            yield f"    {code:<4} {line}" if line else f"    {code}"
            print(f"{line} : {' | '.join(reply)}", file=sys.stderr)
            if not reply:
                return


def main() -> None:
    typed = dialogues(sys.stdin.read())
    name, source = (*sys.argv[1:], "127.0.0.1")[:2]
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        root = Path(folder)
        root.chmod(0o755)
        port = int(name) if name.isdigit() else stack.enter_context(_running(name, root)).port
        for one in typed:
            rows = observed(port, [line for _code, line in one], source)
            print("\n".join(rows), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
