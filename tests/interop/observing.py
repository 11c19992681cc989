"""Type dialogues of mistakes to Postfix, Exim or OpenSMTPD, and write down what they answer.

``python -m tests.interop.observing exim < FILE > NEW``: both in the form of ``tests/data/observed``; the
codes of FILE do not count. What was said in full goes to stderr. Needs root and ``.ci/unpack``.
"""

from __future__ import annotations

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
_SECONDS = 8


def _exim(root: Path) -> AbstractContextManager[exim.Exim]:
    text = exim.CONFIGURATION.replace("begin acl\n", f"{_EXIM}begin acl\nacl_ask:\n  accept\n")
    exim.CONFIGURATION = text.replace("test1 : test2\n", "test1 : test2 : postmaster\n")
    return exim.running(root / "exim")


def _running(name: str, root: Path) -> AbstractContextManager[exim.Exim | opensmtpd.OpenSmtpd | Postfix]:
    if name == "postfix":
        return postfix.running(root, _POSTFIX)
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


def observed(port: int, lines: list[str]) -> Iterator[str]:
    """The rows of one dialogue."""
    with (
        socket.create_connection(("127.0.0.1", port), _SECONDS) as connection,
        connection.makefile("rb") as replies,
    ):
        said(replies)
        for line in lines:
            try:
                connection.sendall(octets_of(line))
                reply = said(replies)
            except ConnectionError:
                reply = []
            code = reply[0][:3] + ("-" if len(reply) > 1 else "") if reply else "over"
            yield f"    {code:<4} {line}" if line else f"    {code}"
            print(f"{line} : {' | '.join(reply)}", file=sys.stderr)
            if not reply:
                return


def main() -> None:
    typed = dialogues(sys.stdin.read())
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        root.chmod(0o755)
        with _running(sys.argv[1], root) as server:
            for one in typed:
                rows = observed(server.port, [line for _code, line in one])
                print("\n".join(rows), end="\n\n")


if __name__ == "__main__":
    main()
