"""Greylisting in line mode: a refusal, a step of the clock by its typed name, the same line again."""

from __future__ import annotations

import sys

import pytest

from tests.pty import Terminal

STORY = {
    "en": ("greylisting: come back later", "5 minutes pass at the sandbox", "nothing goes wrong"),
    "zh_CN": ("灰名单", "练习服务器过了 5 分钟", "不再出错"),
}


@pytest.mark.parametrize("language", list(STORY))
def test_greylisting_by_typed_names(language: str) -> None:
    headline, passed, none = STORY[language]
    command = [sys.executable, "-m", "tui", "--plain", "--scenario", "greylist", "--lang", language]
    with Terminal.spawn(command, size=(100, 60)) as terminal:
        terminal.wait_for("S: 220 sandbox.test")
        for line, reply in (
            ("HELO me", "S: 250 sandbox.test"),
            ("MAIL FROM:<a@x.test>", "S: 250 2.1.0"),
            ("RCPT TO:<bob@sandbox.test>", "S: 450 4.7.1"),
        ):
            terminal.enter(line)
            terminal.wait_for(reply)
        terminal.wait_for(headline)
        terminal.enter("/faults")
        terminal.wait_for("greylist=5m 450 4.7.1 Greylisted")
        terminal.enter("/clock 5m")
        terminal.wait_for(passed)
        terminal.enter("RCPT TO:<bob@sandbox.test>")
        terminal.wait_for("S: 250 2.1.5")
        terminal.enter("/faults off 1")
        terminal.wait_for(none)
        terminal.enter("/faults")
        terminal.wait_for({"en": "1  off  greylist=5m", "zh_CN": "1  关  greylist=5m"}[language])
        terminal.enter("/scenario quota")
        terminal.wait_for("quota,full=0 452 4.2.2")
        terminal.enter("/persona postfix")
        terminal.wait_for({"en": "postfix from the next connection on", "zh_CN": "模仿 postfix"}[language])
