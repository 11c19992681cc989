"""Octets that are to be sent, cut into blocks that leave one by one."""

from __future__ import annotations

from collections import deque
from typing import Final

#: One block: what is handed to the transport, and told to the observer, at a time (RFC 5321 §4.5.3.2.5).
BLOCK_OCTETS: Final = 16384


class Outgoing:
    """First in, first out. The data given is not copied until it leaves."""

    def __init__(self) -> None:
        self._parts: deque[memoryview] = deque()
        self._octets = 0

    def __len__(self) -> int:
        return self._octets

    def put(self, data: bytes) -> None:
        if data:
            self._parts.append(memoryview(data))
            self._octets += len(data)

    def take(self) -> bytes:
        """The next block, at most ``BLOCK_OCTETS``; ``b""`` when nothing is left."""
        block: list[memoryview] = []
        room = BLOCK_OCTETS
        while self._parts and room:
            part = self._parts.popleft()
            if len(part) > room:
                self._parts.appendleft(part[room:])
                part = part[:room]
            block.append(part)
            room -= len(part)
        data = b"".join(block)
        self._octets -= len(data)
        return data

    def clear(self) -> None:
        self._parts.clear()
        self._octets = 0
