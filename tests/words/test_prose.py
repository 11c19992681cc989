"""Prose on a grid of cells, foreign text inside sentences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.smtp.display import cells
from tui.words.prose import quoted, wrap


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 20, ["one two three"]),
        ("one two three", 8, ["one two", "three"]),
        ("one two three", 7, ["one two", "three"]),
        ("one  two", 20, ["one  two"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
        ("服务器向你问好", 6, ["服务器", "向你问", "好"]),
        ("服务器，你好", 6, ["服务", "器，你", "好"]),
        ("他说（你好）", 6, ["他说", "（你", "好）"]),
        ("用 HELO 问好", 8, ["用 HELO", "问好"]),
        ("trailing   ", 20, ["trailing"]),
        (" 。", 2, ["。"]),
        ("   word", 5, ["word"]),
        (" 。", 2, ["。"]),
        ("   word", 5, ["word"]),
    ],
)
def test_wrap(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


_TEXT = st.text(alphabet="ab c1，。（）服务器：.-", max_size=120)


@given(_TEXT, st.integers(min_value=2, max_value=40))
def test_no_line_is_too_wide_and_nothing_is_lost(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cells(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert lines == [line.rstrip() for line in lines]


@given(st.text(alphabet="服务器，。", min_size=1, max_size=60))
def test_closing_punctuation_begins_no_line(text: str) -> None:
    clings = [line for line in wrap(text, 20)[1:] if line[0] in "，。"]
    assert not clings or "，" * 10 in text.replace("。", "，"), "only a run wider than a line is broken"


def test_quoted() -> None:
    assert quoted("a\x1bb") == '"a\\x1bb"'
    assert quoted(b"\xff") == '"\\xff"'
    assert quoted("x" * 100) == f'"{"x" * 57}..."'


def test_a_word_that_is_left_whole_is_on_a_line_of_its_own() -> None:
    path = "/" + "a" * 100
    assert wrap(f"see {path} there", 40, whole=True) == ["see", path, "there"]
    assert max(map(cells, wrap(f"see {path} there", 40))) <= 40
