"""F8: the session as Markdown or as a program, on a real terminal."""

from __future__ import annotations

import base64
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pty import Terminal
from tests.ui.pages import rows, shown
from tui.ui.screens.question import save_page


@pytest.fixture
def screen(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    lang, *options = getattr(request, "param", ("en",))
    env = {"SMTPTUTOR_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "tui", "--lang", lang, *options]
    with Terminal.spawn(command, size=(80, 24), env=env) as terminal:
        yield terminal


def refused(screen: Terminal) -> None:
    screen.wait_for("220 sandbox.test")
    screen.enter("HELO me.test")
    screen.wait_for("250 sandbox.test Hello")
    screen.enter("MAIL FROM:<a@b.test>")
    screen.wait_for("250 2.1.0")
    screen.enter("RCPT TO:<nobody@x.test>")
    screen.wait_for("550 5.1.1")


def written(tmp_path: Path, suffix: str) -> str:
    (file,) = (tmp_path / "home").rglob(f"*{suffix}")
    assert file.stat().st_mode & 0o777 == 0o600
    return file.read_text()


@pytest.mark.parametrize(
    ("screen", "verdict"),
    [
        (("en",), "**Refused at RCPT TO, for good: there is no such mailbox.**"),
        (("zh_CN",), "**在 RCPT TO 被永久拒绝：没有这个邮箱。**"),
    ],
    indirect=["screen"],
)
def test_markdown_for_a_ticket(screen: Terminal, verdict: str, tmp_path: Path) -> None:
    refused(screen)
    screen.press("f8")
    screen.wait_for("openssl s_client")
    screen.press("enter")
    screen.wait_for(".md")
    text = written(tmp_path, ".md")
    assert text.startswith(verdict)
    assert text.rstrip().endswith("S: 550 5.1.1 No mailbox nobody@x.test here\n```")
    clipboard = re.search(rb"\x1b\]52;c;([A-Za-z0-9+/=]+)\x07", bytes(screen.written))
    assert clipboard is not None
    assert base64.b64decode(clipboard[1]).decode() == text


def test_a_form_by_its_typed_name(screen: Terminal, tmp_path: Path) -> None:
    refused(screen)
    screen.enter("/copy swaks")
    screen.wait_for("swaks written")
    assert "--quit-after RCPT" in written(tmp_path, ".sh")


async def test_what_a_ticket_wants_stands_first() -> None:
    async with shown(save_page()) as (_pilot, app):
        named = [row.strip(" ❯").partition("  ")[0] for row in rows(app)[2:8]]
    assert named == ["Markdown", "transcript", "swaks", "curl", "openssl s_client", "Python smtplib"]


def test_esc_makes_nothing(screen: Terminal, tmp_path: Path) -> None:
    refused(screen)
    screen.press("f8")
    screen.wait_for("openssl s_client")
    screen.press("escape")
    screen.wait_for("550 5.1.1")
    screen.enter("NOOP")
    screen.wait_for("C   NOOP")
    assert not [*(tmp_path / "home").rglob("*.md"), *(tmp_path / "home").rglob("*.sh")]


@pytest.mark.parametrize("screen", [("en", "--plain")], indirect=True)
def test_line_mode(screen: Terminal, tmp_path: Path) -> None:
    refused(screen)
    screen.enter("/copy")
    screen.wait_for("/copy openssl")
    screen.enter("/copy python")
    screen.wait_for("Python smtplib written")
    assert "smtplib" in written(tmp_path, ".py")
