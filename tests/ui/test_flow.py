"""Wrapping and cutting by cells."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.ui.flow import cut, plain, wrap
from tui.words.guide import Run, Tone


def wrapped(text: str, cells: int) -> list[str]:
    return [plain(row) for row in wrap((Run(text),), cells)]


def test_latin_breaks_at_blanks_and_a_word_too_long_is_broken() -> None:
    assert wrapped("the server takes it off", 10) == ["the server", "takes it", "off"]
    assert wrapped("a" * 12 + " b", 10) == ["a" * 10, "aa b"]


def test_where_a_rule_stands_is_not_broken() -> None:
    assert wrapped("a name, a blank. RFC 5321 §4.1.1", 24) == ["a name, a blank.", "RFC 5321 §4.1.1"]
    assert wrapped("see RFC now 5321", 8) == ["see RFC", "now 5321"]


@pytest.mark.parametrize("mark", "，。、；：）》！？")
def test_chinese_never_begins_a_row_with_a_closing_mark(mark: str) -> None:
    assert wrapped(f"一二三四五{mark}六", 10) == ["一二三四", f"五{mark}六"]


def test_chinese_never_ends_a_row_with_an_opening_mark() -> None:
    assert wrapped("一二三四（五六）", 10) == ["一二三四", "（五六）"]


def test_each_run_keeps_its_tone_across_rows() -> None:
    rows = wrap((Run("one two "), Run("three four", Tone.QUIET)), 9)
    assert [[(run.text, run.tone) for run in row] for row in rows] == [
        [("one two", Tone.INK)],
        [("three", Tone.QUIET)],
        [("four", Tone.QUIET)],
    ]


def test_a_cut_says_so_and_never_halves_a_wide_character() -> None:
    assert plain(cut((Run("bounce@example.org"),), 10)) == "bounce@..."
    assert plain(cut((Run("中文字句"),), 6)) == "中..."
    assert plain(cut((Run("ab"), Run("cd")), 4)) == "abcd"
    assert plain(cut((Run("abcdef"),), 2)) == ".."


_TEXT = st.text(alphabet="ab 中，。（》e\u0301", max_size=80)


@settings(max_examples=100)
@given(text=_TEXT, cells=st.integers(2, 40))
def test_wrapping_loses_nothing_but_blanks_and_never_overflows(text: str, cells: int) -> None:
    rows = wrapped(text, cells)
    assert all(cell_len(row) <= cells for row in rows)
    assert "".join(rows).replace(" ", "") == text.replace(" ", "")
