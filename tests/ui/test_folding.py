from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.ui.folding import fold


def rows(text: str, width: int) -> list[str]:
    return [text[start:end] for start, end in fold(text, width)]


def test_between_words() -> None:
    assert rows("220 sandbox.test ESMTP practice server", 24) == [
        "220 sandbox.test ESMTP ",
        "practice server",
    ]


def test_no_row_begins_with_the_blank_before_it() -> None:
    assert rows("one two three", 7) == ["one ", "two ", "three"]
    assert rows("eins zwei drei für", 9) == ["eins ", "zwei ", "drei für"]
    assert rows("输入 /learn 做练习", 11) == ["输入 ", "/learn 做练", "习"]


def test_a_word_longer_than_the_row_is_broken_anywhere() -> None:
    assert rows("x" * 25, 10) == ["x" * 10, "x" * 10, "x" * 5]
    assert rows("ab " + "x" * 12, 10) == ["ab ", "x" * 10, "xx"]


def test_wide_characters_count_two_cells() -> None:
    assert rows("全角全角全", 4) == ["全角", "全角", "全"]
    assert rows("全角全角全", 5) == ["全角", "全角", "全"]


def test_chinese_breaks_between_characters_but_not_before_a_closing_mark() -> None:
    assert rows("从这里起是 TLS 1.3；证书未通过验证", 18) == ["从这里起是 TLS ", "1.3；证书未通过验", "证"]
    assert rows("邮件已收下，谢谢", 10) == ["邮件已收", "下，谢谢"]
    assert rows("e\u0301e\u0301e\u0301", 2) == ["e\u0301e\u0301", "e\u0301"]


def test_nothing_is_one_empty_row() -> None:
    assert fold("", 10) == ((0, 0),)


@given(st.text(alphabet=st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"])), st.integers(2, 40))
def test_the_rows_fit_and_join_to_the_whole(text: str, width: int) -> None:
    parts = rows(text, width)
    assert "".join(parts) == text
    assert all(cell_len(part) <= width for part in parts)
