"""What of a line cannot be seen in its text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.smtp.display import cells, visible
from tui.smtp.events import LineEnd, LineReceived, LineSent, Part
from tui.smtp.lens import MARKED_AT_MOST, Mark, Unseen, is_plain, limit, marks, signs


@pytest.mark.parametrize(
    ("data", "marked"),
    [
        (b"", []),
        (b"250 ok", []),
        (b"caf\xc3\xa9 \xff", [Mark(Unseen.EIGHT_BIT, ((3, 5), (6, 7)), b"\xc3\xa9\xff")]),
        (b"a\0\0b", [Mark(Unseen.NUL, ((1, 3),), b"\0\0")]),
        (b"a\rb\x1b", [Mark(Unseen.CONTROL, ((1, 2), (3, 4)), b"\r\x1b")]),
        (b"\ta\t", [Mark(Unseen.TAB, ((0, 1), (2, 3)), b"\t\t")]),
        (b"a b  ", [Mark(Unseen.BLANK_AT_END, ((3, 5),), b"  ")]),
        (
            b"a \t ",
            [Mark(Unseen.TAB, ((2, 3),), b"\t"), Mark(Unseen.BLANK_AT_END, ((1, 2), (3, 4)), b"  ")],
        ),
        (b"x" * 511, [Mark(Unseen.TOO_LONG, ((510, 511),), limit=510)]),
        (b"x" * 510, []),
    ],
)
def test_what_is_marked(data: bytes, marked: list[Mark]) -> None:
    assert list(marks(data, limit=510)) == marked


def test_of_a_stuffed_line_what_is_stored() -> None:
    assert marks(b"..two", stuffed=True) == (Mark(Unseen.STUFFED, ((0, 1),), b".two"),)


def test_without_a_limit_no_line_is_too_long() -> None:
    assert marks(b"x" * 2000) == ()


def test_a_line_of_nothing_else_is_marked_so_often_and_no_more() -> None:
    (mark,) = marks(b"\t" * 500)
    assert len(mark.spans) == MARKED_AT_MOST
    assert len(mark.octets) == 500


@pytest.mark.parametrize(
    ("part", "octets"),
    [(Part.COMMAND, 510), (Part.AUTH, 510), (Part.MESSAGE, 998), (Part.UNDECIDED, 998), (Part.CHUNK, 0)],
)
def test_how_long_a_line_may_be(part: Part, octets: int) -> None:
    assert limit(LineSent(1, b"", LineEnd.CRLF, part)) == octets
    assert limit(LineReceived(1, b"", LineEnd.CRLF)) == 510


def test_signs_stand_under_the_cells() -> None:
    data = "a\t午x ".encode()
    assert signs(data, marks(data)) == ((8, 2, "8"), (1, 7, ">"), (11, 1, "_"))


@given(st.binary(max_size=600))
def test_any_line_can_be_looked_at(data: bytes) -> None:
    line = LineReceived(1, data, LineEnd.CRLF)
    found = marks(data, limit=limit(line))
    assert not (is_plain(line) and found)
    width = max(cells(visible(data)), 1)
    assert all(0 <= first < first + size <= width + 1 for first, size, _sign in signs(data, found))
