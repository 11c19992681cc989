"""What a reply answers, in words."""

from __future__ import annotations

import pytest

from tests.practice.talking import GREETING, talk
from tui.smtp.events import ReplyReceived
from tui.words.pairing import answers


@pytest.mark.parametrize(
    ("line", "said"), [("NOOP", "answers NOOP"), ("", "answers the empty line"), ("\x1b", "answers \\x1b")]
)
def test_the_line_is_named(line: str, said: str) -> None:
    one = talk(*GREETING, f"C: {line}", "S: 500 what")
    (event,) = [event for event in one.events if isinstance(event, ReplyReceived)][-1:]
    assert answers(event) == said
