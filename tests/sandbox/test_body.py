"""The message decoder: where a message ends, which dots go, and that nothing else is touched."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.bodies import check, decode, main
from tui.sandbox.body import Body


@pytest.mark.parametrize(
    ("stream", "message", "rest"),
    [
        (b".\r\n", b"", b""),
        (b"hi\r\n.\r\n", b"hi\r\n", b""),
        (b"hi\r\n.\r\nQUIT\r\n", b"hi\r\n", b"QUIT\r\n"),
        (b"..\r\n.\r\n", b".\r\n", b""),
        (b".a\r\n..b\r\n...c\r\n.\r\n", b"a\r\n.b\r\n..c\r\n", b""),
        (b"bare\nlf\n.\nstays\r\n.\r\n", b"bare\nlf\n.\nstays\r\n", b""),
        (b"bare\rcr\r.\r\r\n.\r\n", b"bare\rcr\r.\r\r\n", b""),
        (b"\n.\r\n\r\n.\r\n", b"\n.\r\n\r\n", b""),
        ("。\r\n.\r\n".encode(), "。\r\n".encode(), b""),
        (b" .\r\n. \r\n.\r\n", b" .\r\n \r\n", b""),
        (b"no end\r\n.\r", b"no end", None),
        (b"", b"", None),
    ],
)
def test_whole_and_octet_by_octet(stream: bytes, message: bytes, rest: bytes | None) -> None:
    for chunks in ([stream], [stream[at : at + 1] for at in range(len(stream))]):
        decoded, left, _ = decode(chunks)
        assert (decoded, left) == (message, rest)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([b"\r\n", b".", b"\r", b"\n", b"x", b"\r\n.\r\n"]), max_size=30), st.data())
def test_any_chunking_gives_the_same(pieces: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(pieces)
    places = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    chunks = [stream[a:b] for a, b in zip([0, *places], [*places, len(stream)], strict=True)]
    check(stream, chunks)


def test_random_streams_equal_the_reference() -> None:
    main(3000, seed=5321)


def test_what_is_over_the_limit_is_counted_and_not_kept() -> None:
    kept: list[bytes] = []
    body = Body(kept.append, 10)
    assert body.feed(b"12345678\r\n") is None
    assert not body.too_large
    assert body.feed(b"x" * 1000) is None
    assert body.feed(b"\r\n.\r\nrest") == b"rest"
    assert body.too_large
    assert body.size == 10 + 1002
    assert b"".join(kept) == b"12345678"


def test_a_message_of_exactly_the_limit_is_not_too_large() -> None:
    kept: list[bytes] = []
    body = Body(kept.append, 6)
    assert body.feed(b"1234\r\n.\r\n") == b""
    assert not body.too_large
    assert b"".join(kept) == b"1234\r\n"


def test_an_endless_line_waits_nowhere() -> None:
    kept: list[int] = []
    body = Body(lambda piece: kept.append(len(piece)), 1 << 40)
    for _ in range(100):
        assert body.feed(b"x" * 10_000) is None
    assert sum(kept) == 1_000_000
