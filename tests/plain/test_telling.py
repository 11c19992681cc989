"""Any recorded dialogue can be told: nothing raises, nothing is too wide, nothing foreign gets out."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from tests.practice.test_reading import FRAGMENTS
from tui.plain.telling import Teller
from tui.smtp.display import cells

_octets = st.one_of(
    st.sampled_from(FRAGMENTS).map(lambda line: line.encode() + b"\r\n"),
    st.sampled_from(
        [b"250-SIZE 9\r\n250 \xff\r\n", b"AUTH PLAIN AAA=\r\n", b"STARTTLS\r\n", b"\xe3\x80\x82\r\n", b"."]
    ),
    st.binary(max_size=30),
)
_steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from("SC"), _octets),
        st.tuples(
            st.just("*"),
            st.sampled_from(
                [b"TLS handshake complete: \x1b \xff", b"connection closed by server", b"connected to x"]
            ),
        ),
    ),
    max_size=25,
)


@given(_steps, st.integers(min_value=1, max_value=200))
def test_any_dialogue_can_be_told(steps: list[tuple[str, bytes]], width: int) -> None:
    out = io.StringIO()
    Teller(out, width).connection(1, steps)
    rows = out.getvalue().split("\n")
    widest = max(40, min(width, 100))
    for row in rows:
        assert row.replace("\u3000", "").isprintable()
        assert cells(row) <= widest


def test_a_long_line_of_the_server_is_broken_between_its_words() -> None:
    text = " ".join(f"wire{number:02}" for number in range(40))
    out = io.StringIO()
    Teller(out, 80).connection(1, [("S", f"250 {text}\r\n".encode())])
    rows = [row for row in out.getvalue().split("\n") if "wire" in row]
    assert len(rows) > 3
    assert rows[0].startswith("S: 250 wire00 ")
    assert " ".join(word for row in rows for word in row.split() if word.startswith("wire")) == text
    assert max(map(cells, rows)) <= 80


def test_a_long_word_of_the_server_is_broken_at_the_edge() -> None:
    out = io.StringIO()
    Teller(out, 80).connection(1, [("S", f"250 {'x' * 200}\r\n".encode())])
    rows = [row for row in out.getvalue().split("\n") if "xxx" in row]
    assert "".join(row.strip().removeprefix("S: 250 ") for row in rows) == "x" * 200
