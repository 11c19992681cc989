"""The first three minutes of a newcomer, typed on a real terminal, in English and in Chinese."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pty import Terminal

SIZE = (80, 24)


@pytest.fixture
def screen(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    lang = getattr(request, "param", "en")
    env = {"SMTPTUTOR_HOME": str(tmp_path / "home"), "COLORTERM": "truecolor"}
    with Terminal.spawn([sys.executable, "-m", "tui", "--lang", lang], size=SIZE, env=env) as terminal:
        yield terminal


def test_from_the_first_line_to_the_shell(screen: Terminal, tmp_path: Path) -> None:  # noqa: PLR0915
    # Without a key: greeted, the step named with its form and the reply to expect, nothing leaves here.
    screen.wait_for("❯ HELO now")
    screen.wait_for("S   220 sandbox.test")
    screen.wait_for("✓ connect done")
    screen.wait_for("HELO client.example  say who you are, expect 250")
    screen.wait_for("nothing you type leaves this machine")
    screen.wait_for("❯   HELO client.example")  # proposed
    # A slip: the command is named, the step stays open.
    screen.enter("hello me")
    screen.wait_for("the command is HELO")
    screen.wait_for("❯ HELO now")
    screen.wait(lambda: any(row.startswith(" !   ^^^^^") for row in screen.rows()))
    screen.press("up")
    screen.wait_for("❯   hello me")
    screen.press("home", "right", "right", "right", "delete", "delete")
    screen.type("o")
    screen.press("enter")
    screen.wait_for("✓ HELO done")
    # Missing brackets: accepted here, with a remark.
    screen.enter("MAIL FROM:alice@example.org")
    screen.wait_for("✓ MAIL FROM done")
    screen.wait_for("^ an address stands in < >")
    # F4 writes the next command, to be edited.
    screen.press("f4")
    screen.wait_for("❯   RCPT TO:<bob@sandbox.test>")
    screen.press("enter")
    screen.wait_for("✓ RCPT TO done")
    screen.enter("DATA")
    screen.wait_for("message   header")
    screen.enter("Subject: hi")
    screen.enter(" ")
    screen.wait_for("a blank: not empty, still the header")
    screen.wait_for("message   header")
    screen.enter("")
    screen.wait_for("message   body")
    screen.enter("Noon?")
    screen.enter("。")
    screen.wait_for("^^ ideographic full stop")
    screen.wait_for("! 。")
    screen.enter(".")
    screen.wait_for("✓ . done")
    screen.wait_for("F7")
    screen.press("f7")
    screen.wait_for("1 mail")
    screen.press("enter")
    screen.wait_for("[compare]")
    screen.wait_for("<alice@example.org>")
    screen.press("escape", "escape")
    screen.wait_for("✓ . done")
    screen.enter("QUIT")
    screen.wait_for("8 of 8")
    screen.wait_for("closed")
    screen.press("ctrl+q")
    assert screen.exit_code() == 0
    screen.wait_for("1 mail sent, to bob@sandbox.test; transcript")
    assert screen.line_settings() == screen.line_settings_before
    messages = list((tmp_path / "home").rglob("new/*"))
    assert len(messages) == 1
    assert messages[0].read_bytes().endswith("Noon?\r\n。\r\n".encode())


@pytest.mark.parametrize("screen", ["zh_CN"], indirect=True)
def test_in_chinese(screen: Terminal) -> None:
    screen.wait_for("❯ HELO 现在")
    screen.wait_for("✓ 连接 完成")
    screen.enter("HELO　me")
    screen.wait_for("U+3000")
    screen.enter("HELO me")
    screen.wait_for("✓ HELO 完成")
    screen.press("ctrl+q")
    assert screen.exit_code() == 0


def test_greylisting_a_step_of_the_clock_and_another_personality(tmp_path: Path) -> None:
    env = {"SMTPTUTOR_HOME": str(tmp_path / "home"), "COLORTERM": "truecolor"}
    command = [sys.executable, "-m", "tui", "--lang", "en", "--scenario", "greylist"]
    with Terminal.spawn(command, size=SIZE, env=env) as screen:
        screen.wait_for("220 sandbox.test")
        screen.wait_for("clock 00:")
        for line, reply in (
            ("HELO me", "✓ HELO done"),
            ("MAIL FROM:<alice@example.org>", "✓ MAIL FROM done"),
            ("RCPT TO:<bob@sandbox.test>", "450 4.7.1"),
        ):
            screen.enter(line)
            screen.wait_for(reply)
        screen.wait_for("not now: greylisting: come back later")
        screen.wait_for("Real senders queue the mail and try by themselves: in 5 to 30")
        screen.wait_for("^T 5 minutes pass at the sandbox")
        screen.press("ctrl+t")
        screen.wait_for("clock 05:")
        screen.enter("RCPT TO:<bob@sandbox.test>")
        screen.wait_for("✓ RCPT TO done")
        screen.wait_for("250 2.1.5")
        screen.press("ctrl+f")
        screen.wait_for("(x) greylist  5 minutes")
        screen.press("tab", "tab")
        screen.wait_for("[personality]")
        screen.type("postf")
        screen.wait_for("❯ ( ) postfix")
        screen.press("enter")
        screen.wait_for("postfix from the next connection on; F5 connects again")
        screen.press("escape")
        screen.wait_for("✓ RCPT TO done")
        screen.wait_for("postfix from the next connection on; F5 connects again")
        screen.enter("QUIT")
        screen.wait_for("221 2.0.0 Goodbye")
        screen.wait_for("F5 connects again, F7 inbox")
        screen.press("f5")
        screen.wait_for("ESMTP Postfix")
        screen.press("ctrl+q")
        assert screen.exit_code() == 0
