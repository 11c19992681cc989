"""The last filter before the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.control import Control
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from tui.ui.scrub import Scrub, printable

BLACK = Color.parse("black")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("250 ok", "250 ok"),
        ("邮件　全角 ❯ ✓ é", "邮件　全角 ❯ ✓ é"),
        ("a\x1b]0;owned\x07b", "a]0;ownedb"),
        ("\x9b31mred", "31mred"),
        ("a\u202eb\u2066c\u200bd", "abcd"),
        ("\ud800x\ue000", "x"),
        ("e" + "\u0301" * 500, "e" + "\u0301" * 8),
    ],
)
def test_only_what_can_be_seen_is_left(text: str, left: str) -> None:
    assert printable(text) == left


def test_our_own_control_segments_pass() -> None:
    move = Control.move_to(1, 1).segment
    kept = Segment("x", Style(bold=True))
    assert Scrub().apply([move, kept, Segment("\x1b[2J")], BLACK) == [move, kept, Segment("[2J")]


@given(st.text())
def test_nothing_that_steers_a_terminal_gets_through(text: str) -> None:
    assert not any(char < " " or "\x7f" <= char <= "\x9f" for char in printable(text))
