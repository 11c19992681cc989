"""Random message streams against a decoder that reads line by line.

``python -m tests.sandbox.bodies 200000`` tries so many; the tests try some.
"""

from __future__ import annotations

import random
import sys

from tui.sandbox.body import Body

_PIECES = (
    *(b"\r\n", b"\r\n.\r\n", b"\r\n.", b".", b"..", b"\r", b"\n", b"\n.\n", b"\r.\r", b"\r\n..\r\n", b"a"),
    *(b"text", b"\xff\x00", b".\r\n", b"\n.\r\n", b"\r\n.\n", b"\r\r\n.\r\n"),
)


def reference(stream: bytes) -> tuple[bytes, bytes | None]:
    """The message and the rest by the words of RFC 5321 §4.5.2: line after line, a line ends at CRLF."""
    message = b""
    while True:
        line, end, rest = stream.partition(b"\r\n")
        if not end:
            return message + line.removeprefix(b"."), None
        stream = rest
        if line == b".":
            return message, stream
        message += line.removeprefix(b".") + end


def decode(chunks: list[bytes], limit: int = 1 << 30) -> tuple[bytes, bytes | None, Body]:
    """What the decoder under test makes of these chunks. Chunks after the end are part of the rest."""
    kept: list[bytes] = []
    body = Body(kept.append, limit)
    rest: bytes | None = None
    for chunk in chunks:
        rest = body.feed(chunk) if rest is None else rest + chunk
    return b"".join(kept), rest, body


def cut(stream: bytes, chance: random.Random) -> list[bytes]:
    places = sorted(chance.choices(range(len(stream) + 1), k=chance.randrange(6)))
    return [stream[start:end] for start, end in zip([0, *places], [*places, len(stream)], strict=True)]


def check(stream: bytes, chunks: list[bytes]) -> None:
    message, rest = reference(stream)
    decoded, left, body = decode(chunks)
    assert left == rest, (stream, chunks)
    if rest is None:  # up to four octets may still wait for what comes next
        assert message.startswith(decoded), (stream, chunks)
        assert len(message) - len(decoded) <= 4, (stream, chunks)
    else:
        assert decoded == message, (stream, chunks)
        assert body.size == len(message)


def main(count: int, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(count):
        stream = b"".join(chance.choices(_PIECES, k=chance.randrange(12)))
        check(stream, cut(stream, chance))


if __name__ == "__main__":
    tries = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    start = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    print(f"{tries} random streams, seed {start}")
    main(tries, start)
    print("all equal to the reference")
