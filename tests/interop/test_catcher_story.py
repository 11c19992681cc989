"""The first three minutes with the mail catcher: the sandbox in one shell, swaks in another, the inbox."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.interop.program import PROGRAM
from tests.pty import Terminal

SIZE = (500, 60)  # no row of the log is broken


def test_swaks_is_seen_line_by_line_and_its_mail_is_in_the_inbox(tmp_path: Path) -> None:
    home = tmp_path / "home"
    env = {"SMTPTUTOR_HOME": str(home)}
    # The reply to the dot comes a moment late, so that there is something to be seen before swaks is done.
    command = [*PROGRAM, "sandbox", "--port", "0", "--fault", "message=delay:2"]
    with Terminal.spawn(command, size=SIZE, env=env) as terminal:
        terminal.wait_for("^C ends it")
        ready = " ".join(terminal.text().split())
        for part in (
            "ready on 127.0.0.1:",
            "personality plain ; scenario free",
            "user alice, password wonderland",
            "user bob, password builder",
            f"for TLS trust {home / 'tls' / 'ca.pem'}",
            f"mail is kept in {home / 'mail'}",
        ):
            assert part in ready
        port = re.findall(r"127\.0\.0\.1:(\d+)", ready)[0]
        words = ["-s", f"127.0.0.1:{port}", "-f", "me@y.test", "-t", "you@x.test", "--h-Subject", "lunch"]
        with subprocess.Popen(
            ["swaks", *words], stdout=subprocess.PIPE, env={**os.environ, **env}, text=True
        ) as swaks:
            terminal.wait_for("1 C: .")
            assert swaks.poll() is None  # the dialogue is told while it is spoken
            said = swaks.communicate(timeout=60)[0]
        terminal.wait_for("1 * closed")
        rows = {" ".join(row.split()) for row in terminal.rows()}
        lines = re.findall(r"^(<-|\*\*|\s->) +(.*\S)", said, re.MULTILINE)
        assert len(lines) > 20
        for side, line in lines:
            assert f"1 {'C' if '>' in side else 'S'}: {' '.join(line.split())}" in rows
        octets = next((home / "mail" / "new").iterdir()).stat().st_size
        assert f"1 * stored 1, from <me@y.test> to <you@x.test>, {octets} octets" in rows
        terminal.press("ctrl+c")
        assert terminal.exit_code() == 0
    with Terminal.spawn([*PROGRAM, "inbox"], size=SIZE, env=env) as terminal:
        terminal.wait_for("lunch")
        assert terminal.exit_code() == 0
        assert any("me@y.test" in row and "you@x.test" in row for row in terminal.rows())
    with Terminal.spawn([*PROGRAM, "inbox", "show", "1"], size=SIZE, env=env) as terminal:
        terminal.wait_for("This is a test mailing")
        assert terminal.exit_code() == 0
        shown = terminal.text()
        assert shown.index("<you@x.test>") < shown.index("Subject") < shown.index("This is a test mailing")
