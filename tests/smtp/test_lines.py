"""Octets cut into lines: the same pieces whatever the chunks, and no octet lost or made up."""

from __future__ import annotations

from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from tui.smtp import lines as lines_of
from tui.smtp.events import LineEnd
from tui.smtp.lines import KEPT_OCTETS, OCTETS, Piece, ReceivedLines, SentLines

CRLF, LF, NONE, CUT = LineEnd.CRLF, LineEnd.LF, LineEnd.NONE, LineEnd.CUT

#: Streams that are mostly about line ends, long and short, for lines of which 8 octets are kept.
FEW = 8
few_octets = patch.object(lines_of, "KEPT_OCTETS", FEW)
streams = st.lists(
    st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b"..", b"x" * (FEW - 1), b"y" * (FEW + 1)]), max_size=12
).map(b"".join)


def received(data: bytes, chunks: list[int]) -> list[tuple[bytes, LineEnd]]:
    lines = ReceivedLines()
    found = []
    for size in chunks:
        found += lines.feed(data[:size])
        data = data[size:]
    return found + lines.feed(data) + lines.flush()


def sent(data: bytes, chunks: list[int], chunk: int = 0) -> list[Piece]:
    lines = SentLines()
    lines.chunk = chunk
    pieces: list[Piece] = []
    for size in [*chunks, len(data)]:
        lines.feed(data[:size])
        data = data[size:]
        while (piece := lines.next()) is not None:
            pieces.append(piece)
    last = lines.flush()
    return pieces if last is None else [*pieces, last]


def test_lines_end_at_lf_and_nowhere_else() -> None:
    assert received(b"a\r\nb\nc\r\r\n\x85\xe2\x80\xa8\x00\r\x00d\r\n\r\n\ne", []) == [
        (b"a", CRLF), (b"b", LF), (b"c\r", CRLF), (b"\x85\xe2\x80\xa8\x00\r\x00d", CRLF), (b"", CRLF),
        (b"", LF), (b"e", NONE),
    ]  # fmt: skip


def test_nothing_left_is_no_line() -> None:
    assert received(b"a\r\n", []) == [(b"a", CRLF)]
    assert sent(b"", []) == []


def test_what_is_dropped_is_counted() -> None:
    lines = ReceivedLines()
    lines.feed(b"x" * (KEPT_OCTETS + 10))
    lines.feed(b"y" * 5)
    lines.feed(b"z\r\n" + b"w" * (KEPT_OCTETS + 1) + b"\n")
    assert lines.dropped_octets == 10 + 5 + 2 + 1


@few_octets
@given(streams, st.lists(st.integers(1, 2 * FEW), max_size=6))
def test_received_in_any_chunks(data: bytes, chunks: list[int]) -> None:
    whole = received(data, [])
    assert received(data, chunks) == whole
    assert all(len(line) <= FEW for line, _ in whole)


@few_octets
@given(streams, st.lists(st.integers(1, 2 * FEW), max_size=6), st.integers(0, 5 * FEW))
def test_sent_in_any_chunks(data: bytes, chunks: list[int], chunk: int) -> None:
    whole = sent(data, [], chunk)
    assert sent(data, chunks, chunk) == whole
    assert b"".join(piece.octets for piece in whole) == data
    assert all(len(piece.data) <= FEW for piece in whole[:-1])


def test_a_chunk_longer_than_is_kept() -> None:
    pieces = sent(b"x" * (KEPT_OCTETS + 7) + b"QUIT\r\n", [], KEPT_OCTETS + 5)
    assert [(len(piece.data), piece.first, piece.more) for piece in pieces] == [
        (KEPT_OCTETS, True, True), (5, False, False), (6, True, False),
    ]  # fmt: skip


def test_every_end_has_its_octets() -> None:
    assert set(OCTETS) == set(LineEnd)
