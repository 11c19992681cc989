"""The line as a person sees it: one key, one character."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.prompt.edit import Line
from tui.prompt.graphemes import border_from, clusters, next_border, previous_border

FAMILY = "👨\u200d👩\u200d👧"
CHARACTERS = [
    "a",
    "e\u0301",
    "Z\u0301\u0327\u0302",
    FAMILY,
    "👍🏽",
    "❤\ufe0f",
    "🇫🇷",
    "世",
    "각",
    "\u1112\u1161\u11ab",
    "は\u3099",
    "\x1b",
    "\u202e",
    "\udce9",
    "。",
    "\u3000",
    "நி",
]


@pytest.mark.parametrize("char", CHARACTERS)
@pytest.mark.parametrize("before", ["", "x", "世", "🇫🇷"])
def test_one_backspace_takes_one_character(char: str, before: str) -> None:
    line = Line().insert(before).insert(char).insert("y").left()
    assert line.delete_back() == Line(before + "y", len(before))


@pytest.mark.parametrize("char", CHARACTERS)
def test_left_and_right_step_over_one_character(char: str) -> None:
    line = Line.ending("a" + char)
    assert line.left().cursor == 1
    assert line.left().right() == line
    assert line.left().delete_forward().text == "a"


def test_flags_are_pairs() -> None:
    assert list(clusters("🇫🇷🇩🇪🇨")) == ["🇫🇷", "🇩🇪", "🇨"]


def test_two_pictures_without_a_joiner_are_two() -> None:
    assert list(clusters("👨👩")) == ["👨", "👩"]


def test_a_mark_typed_after_its_letter_joins_it() -> None:
    line = Line("ex", 1).insert("\u0301")
    assert line.text == "e\u0301x"
    assert line.left().cursor == 0


def test_a_letter_typed_before_a_mark_takes_the_mark() -> None:
    line = Line("\u0301x", 0).insert("e")
    assert line.cursor == 2
    assert line.delete_back().text == "x"


@settings(deadline=None)
@given(st.text(max_size=40))
def test_stepping_gives_the_same_borders_both_ways(text: str) -> None:
    forward, at = [0], 0
    while at < len(text):
        at = next_border(text, at)
        forward.append(at)
    backward, at = [len(text)], len(text)
    while at > 0:
        at = previous_border(text, at)
        backward.append(at)
    assert backward[::-1] == (forward if text else [0])
    assert "".join(clusters(text)) == text
    assert all(border_from(text, one) in forward for one in range(len(text) + 1))


KEYS = [
    "left",
    "right",
    "home",
    "end",
    "word_left",
    "word_right",
    "delete_back",
    "delete_forward",
    "delete_word_back",
    "delete_word_forward",
    "kill_to_end",
    "kill_to_start",
]


@settings(deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(KEYS), st.text(min_size=1, max_size=3).map(lambda text: "+" + text)))
)
def test_the_cursor_always_stands_on_a_border(keys: list[str]) -> None:
    line = Line()
    for key in keys:
        line = line.insert(key[1:]) if key.startswith("+") else getattr(line, key)()
        assert 0 <= line.cursor <= len(line.text)
        assert border_from(line.text, line.cursor) == line.cursor


def test_words() -> None:
    line = Line.ending("MAIL FROM:<alice@example.org>")
    assert line.word_left().cursor == line.text.index("org")
    assert line.delete_word_back().text == "MAIL FROM:<alice@example."
    assert line.home().word_right().cursor == 4
    assert line.home().delete_word_forward().text == " FROM:<alice@example.org>"
    assert Line("ab cd", 2).kill_to_end().text == "ab"
    assert Line("ab cd", 3).kill_to_start() == Line("cd", 0)


def test_keys_at_the_ends_do_nothing() -> None:
    assert Line().left().right().delete_back().delete_forward().word_left().word_right() == Line()
