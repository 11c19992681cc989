from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.net.outgoing import BLOCK_OCTETS, Outgoing


@settings(max_examples=50)
@given(st.lists(st.integers(0, 3 * BLOCK_OCTETS)))
def test_blocks_are_the_data_in_order_and_never_too_big(sizes: list[int]) -> None:
    outgoing = Outgoing()
    parts = [bytes([number % 251]) * size for number, size in enumerate(sizes)]
    for part in parts:
        outgoing.put(part)
    assert len(outgoing) == sum(sizes)
    blocks = []
    while outgoing:
        blocks.append(outgoing.take())
    assert b"".join(blocks) == b"".join(parts)
    assert all(0 < len(block) <= BLOCK_OCTETS for block in blocks)
    assert outgoing.take() == b""


def test_what_is_cleared_is_gone() -> None:
    outgoing = Outgoing()
    outgoing.put(b"x" * 100_000)
    outgoing.take()
    outgoing.clear()
    assert (len(outgoing), outgoing.take()) == (0, b"")
