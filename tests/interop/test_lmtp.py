"""LMTP to Dovecot: a reply for each recipient, and each mailbox holds what its reply says."""

from __future__ import annotations

import pytest

from tests.interop.dovecot import FULL, Dovecot
from tests.interop.program import MESSAGE, PROGRAM, connect, delivered
from tests.pty import Terminal

TO = ("nobody@bdwater.test", "test2@bdwater.test", f"{FULL}@bdwater.test", "test1@bdwater.test")
#: As typed: a dot in front is doubled.
TEXT = [f".{line}" if line.startswith(".") else line for line in MESSAGE.splitlines()]


@pytest.mark.parametrize("way", ["plain", "starttls", "unix"])
def test_a_reply_for_each_recipient(dovecot: Dovecot, way: str) -> None:
    """Refused at RCPT, delivered, refused behind the dot, delivered."""
    where = {
        "plain": [f"localhost:{dovecot.port}"],
        "starttls": [f"localhost:{dovecot.port}", "--starttls", "--cafile", str(dovecot.certificates.ca)],
        "unix": ["--unix", str(dovecot.socket)],
    }[way]
    hello = ["LHLO xia.bdwater.test"] * (1 if way != "starttls" else 0)  # which types two itself
    lines = [
        *hello,
        "MAIL FROM:<test1@bdwater.test>",
        *(f"RCPT TO:<{one}>" for one in TO),
        "DATA",
        *TEXT,
        ".",
        "QUIT",
    ]
    ran = connect(*where, "--lmtp", "--yes", typed="".join(f"{line}\n" for line in lines))
    rows = ran.stdout.splitlines()
    assert ("* TLS handshake complete" in ran.stdout) is (way == "starttls")
    assert any(row.startswith("S: 550 5.1.1 <nobody@bdwater.test>") for row in rows), ran.stdout
    dot = rows.index("C: .")
    replies = [row[3:].split()[:3] for row in rows[dot:] if row.startswith("S: ")]
    assert replies[:3] == [
        ["250", "2.0.0", "<test2@bdwater.test>"],
        ["552", "5.2.2", f"<{FULL}@bdwater.test>"],
        ["250", "2.0.0", "<test1@bdwater.test>"],
    ]
    assert replies[3][0] == "221"
    told = "\n".join(rows[dot:])
    assert "The code 552 5.2.2 says so, and its words: “Quota exceeded (mailbox for user is full)”." in told
    assert "* accepted: test2@bdwater.test, test1@bdwater.test\n" in told
    assert f"* refused: nobody@bdwater.test 550 5.1.1, {FULL}@bdwater.test 552 5.2.2\n" in told
    for user in ("test1", "test2"):
        delivered(dovecot.boxes.mail(user))
    assert dovecot.boxes.count(FULL) == 0
    assert ran.returncode == 0, ran.stderr


def test_typed_on_the_split_screen(dovecot: Dovecot) -> None:
    typed = [
        ("LHLO xia.bdwater.test", "250 STARTTLS"),
        ("MAIL FROM:<test1@bdwater.test>", "250 2.1.0"),
        (f"RCPT TO:<{FULL}@bdwater.test>", "250 2.1.5"),
        ("RCPT TO:<test2@bdwater.test>", "C   RCPT TO:<test2@bdwater.test>"),
        ("DATA", "354 "),
        ("subject:This is a test mail", "C ╎ subject:This is a test mail"),
        ("", "✓ blank line"),
        ("Dear test2, this is a test mail.", "C ╎ Dear test2"),
        ("..a line that begins with a dot", "C ╎ ..a line"),
        (".", "<test2@bdwater.test>"),
    ]
    with Terminal.spawn(
        [*PROGRAM, "connect", "--lmtp", f"127.0.0.1:{dovecot.port}"], size=(120, 36)
    ) as terminal:
        terminal.wait_for("Dovecot at your service")
        for line, then in typed:
            terminal.enter(line)
            terminal.wait_for(then)
        terminal.wait_for(f"552 5.2.2 <{FULL}@bdwater.test>")
        terminal.wait_for("1 of 2 get it")
        terminal.press("ctrl+q")
        assert terminal.exit_code() == 0
    delivered(dovecot.boxes.mail("test2"))
    assert dovecot.boxes.count(FULL) == 0
