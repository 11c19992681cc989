"""Other people's clients deliver to ``smtptutor sandbox``; the message in the inbox is theirs."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.interop.mailers import RECIPIENT, SENDER, SENDERS, USER, Place
from tests.interop.program import PROGRAM

BODY = b"Subject: hello\r\nFrom: alice@example.org\r\n\r\nA line.\r\n.a dot first\r\n"


def inbox(*arguments: str) -> bytes:
    return subprocess.run([*PROGRAM, "inbox", *arguments], capture_output=True, check=True, timeout=60).stdout


@pytest.fixture(params=["free", "submission"], ids=["in clear", "STARTTLS and a login"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A sandbox that ends as soon as it has one message."""
    words = ["--port", "0", "--scenario", request.param, "--json", "--wait", "1", "--timeout", "30"]
    server = subprocess.Popen([*PROGRAM, "sandbox", *words], stdout=subprocess.PIPE)
    assert server.stdout is not None
    try:
        ready = json.loads(server.stdout.readline())
        yield Place(ready["port"], Path(ready["ca_file"]) if request.param == "submission" else None)
        told = [json.loads(row) for row in server.communicate(timeout=30)[0].splitlines()]
        assert server.returncode == 0
        (stored,) = (one for one in told if one["event"] == "stored")
        assert (stored["from"], stored["to"]) == (SENDER, [RECIPIENT])
        assert stored["user"] == (USER if request.param == "submission" else None)
        assert (stored["tls"] is not None) == (request.param == "submission")
    finally:
        server.kill()
        server.communicate()


@pytest.mark.parametrize("program", SENDERS)
def test_the_message_in_the_inbox_is_theirs(place: Place, program: str, tmp_path: Path) -> None:
    sent = SENDERS[program](place, tmp_path)
    assert b"A line.\r\n.a dot first\r\n..two dots\r\n.\r\n\r\nthe end\r\n" in sent
    kept = inbox("export", "1", "-")
    if program == "mutt":
        kept, sent = (re.sub(rb"(?m)^Date: .*$", b"Date:", one) for one in (kept, sent))
    assert kept == sent


def test_curl_writes_to_two_at_once(sandbox_port: int, tmp_path: Path) -> None:
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
