"""The text of many lines: folding, and keys that go from one line to another."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.ui.draft import Draft, cells_before, folds, index_at


def test_a_long_line_folds_behind_blanks_and_a_longer_word_anywhere() -> None:
    assert [fold.text for fold in folds("one two three", 8)] == ["one two ", "three"]
    assert [fold.text for fold in folds("abcdefghij", 4)] == ["abcd", "efgh", "ij"]
    assert [fold.text for fold in folds("", 4)] == [""]


def test_control_characters_are_spelt_out_and_folded_as_they_are_shown() -> None:
    assert [fold.text for fold in folds("a\x1b[2Jb", 20)] == ["a\\x1b[2Jb"]


def test_up_and_down_go_by_rows_as_seen_and_keep_to_the_column() -> None:
    draft = Draft("one two three\nx\nfour five six")
    draft.first()
    draft.edit(draft.line.end())
    assert (draft.row, draft.column) == (0, 13)
    draft.down(8)
    assert (draft.row, draft.column) == (1, 1)
    draft.down(8)
    assert (draft.row, draft.column) == (2, 4)
    draft.up(8)
    draft.up(8)
    assert (draft.row, draft.column) == (0, 13)
    draft.up(8)
    assert (draft.row, draft.column) == (0, 5)
    draft.up(8)
    assert (draft.row, draft.column) == (0, 0)


def test_enter_splits_and_backspace_at_the_start_joins() -> None:
    draft = Draft("ab")
    draft.left()
    draft.new_line()
    assert draft.lines == ["a", "b"]
    draft.delete_back()
    assert (draft.lines, draft.column) == (["ab"], 1)
    draft.new_line()
    draft.left()
    draft.delete_forward()
    assert draft.lines == ["ab"]


def test_left_and_right_cross_line_ends() -> None:
    draft = Draft("a\nb")
    draft.left()
    draft.left()
    assert (draft.row, draft.column) == (0, 1)
    draft.right()
    assert (draft.row, draft.column) == (1, 0)


def test_a_paste_of_many_lines_stands_where_the_cursor_was() -> None:
    draft = Draft("headtail")
    for _step in range(4):
        draft.left()
    draft.paste("1\r\n2\n3")
    assert draft.lines == ["head1", "2", "3tail"]
    assert (draft.row, draft.column) == (2, 1)
    draft.paste("x\n")
    assert draft.lines == ["head1", "2", "3x", "tail"]


def test_a_text_with_a_last_line_end_keeps_it() -> None:
    assert Draft("a\n").text == "a\n"
    assert Draft("").lines == [""]


_LINE = st.text(alphabet="ab 中，\x1be\u0301\u202e", max_size=40)


@settings(max_examples=100)
@given(line=_LINE, width=st.integers(9, 30))
def test_folds_join_to_the_line_and_never_overflow(line: str, width: int) -> None:
    rows = folds(line, width)
    assert "".join(line[row.start : row.end] for row in rows) == line
    assert all(cell_len(row.text) <= width for row in rows)
    for row in rows:
        assert index_at(line, row, cells_before(line, row, row.start), last=True) == row.start


@settings(max_examples=60)
@given(
    lines=st.lists(_LINE, min_size=1, max_size=4),
    keys=st.lists(
        st.sampled_from(["left", "right", "new_line", "delete_back", "delete_forward", "up", "down"]),
        max_size=25,
    ),
)
def test_the_cursor_is_always_inside_the_text(lines: list[str], keys: list[str]) -> None:
    draft = Draft("\n".join(lines))
    for key in keys:
        if key in ("up", "down"):
            getattr(draft, key)(10)
        else:
            getattr(draft, key)()
        assert 0 <= draft.row < len(draft.lines)
        assert 0 <= draft.column <= len(draft.lines[draft.row])
        assert 0 <= draft.cell_of_cursor(10) <= 10
