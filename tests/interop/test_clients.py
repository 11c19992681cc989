"""Other people's clients deliver to ``smtptutor sandbox``; the message in the inbox is theirs."""

from __future__ import annotations

import smtplib
import subprocess
from pathlib import Path

from tests.interop.program import PROGRAM

BODY = b"Subject: hello\r\nFrom: alice@example.org\r\n\r\nA line.\r\n.a dot first\r\n"


def inbox(*arguments: str) -> bytes:
    return subprocess.run([*PROGRAM, "inbox", *arguments], capture_output=True, check=True, timeout=60).stdout


def test_swaks(sandbox_port: int, tmp_path: Path) -> None:
    message = tmp_path / "message"
    message.write_bytes(BODY.replace(b"\r\n", b"\n"))
    envelope = ["--from", "alice@example.org", "--to", "bob@x.test"]
    server = ["--server", f"127.0.0.1:{sandbox_port}"]
    subprocess.run(
        ["swaks", *server, *envelope, "--data", f"@{message}"],
        check=True,
        timeout=60,
        stdout=subprocess.DEVNULL,
    )
    assert b"bob@x.test" in inbox("list")
    assert inbox("export", "1", "-").rstrip(b"\r\n") == BODY.rstrip(b"\r\n")


def test_curl(sandbox_port: int, tmp_path: Path) -> None:
    message = tmp_path / "message"
    message.write_bytes(BODY)
    subprocess.run(
        ["curl", "--silent", "--show-error", f"smtp://127.0.0.1:{sandbox_port}/client.test", "--mail-from",
         "alice@example.org", "--mail-rcpt", "bob@x.test", "--mail-rcpt", "carol@x.test", "--upload-file",
         str(message)],
        check=True, timeout=60,
    )  # fmt: skip
    assert b"carol@x.test" in inbox("show", "1")
    assert inbox("export", "1", "-") == BODY


def test_smtplib(sandbox_port: int) -> None:
    with smtplib.SMTP("127.0.0.1", sandbox_port, local_hostname="client.test") as client:
        client.sendmail("alice@example.org", ["bob@x.test"], BODY)
    assert inbox("export", "1", "-") == BODY
