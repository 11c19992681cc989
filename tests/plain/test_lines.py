"""stdin as lines: any octets, any line end, files and pipes."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui.plain import lines as lines_module
from tui.plain.lines import Lines, LineTooLongError


async def read_all(lines: Lines) -> list[bytes]:
    result = []
    while (line := await lines.next()) is not None:
        result.append(line)
    return result


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    read, write = os.pipe()
    yield read, write
    for descriptor in (read, write):
        with contextlib.suppress(OSError):
            os.close(descriptor)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"a\r\nb\n", [b"a", b"b"]),
        (b"a\n\n.\nlast", [b"a", b"", b".", b"last"]),
        (b"a\r\r\n\rb\n", [b"a\r", b"\rb"]),
        (b"\x00\xff\xfe \n# no comment\n", [b"\x00\xff\xfe ", b"# no comment"]),
        (b"\xef\xbb\xbfHELO x\n\xef\xbb\xbf\n", [b"HELO x", b"\xef\xbb\xbf"]),
        (b"end\r", [b"end\r"]),
    ],
)
async def test_a_file(tmp_path: Path, data: bytes, expected: list[bytes]) -> None:
    file = tmp_path / "script"
    file.write_bytes(data)
    with file.open("rb") as stream:
        lines = Lines(stream.fileno())
        assert await read_all(lines) == expected
        assert lines.bom is data.startswith(b"\xef\xbb\xbf")


async def test_a_pipe_gives_each_line_as_it_comes(pipe: tuple[int, int]) -> None:
    read, write = pipe
    lines = Lines(read)
    waiting = asyncio.ensure_future(lines.next())
    os.write(write, b"HE")
    await asyncio.sleep(0)
    assert not waiting.done()
    os.write(write, b"LO x\r\nNOOP\n")
    assert await waiting == b"HELO x"
    assert await lines.next() == b"NOOP"
    os.close(write)
    assert await lines.next() is None


async def test_the_rest_is_counted(pipe: tuple[int, int]) -> None:
    read, write = pipe
    lines = Lines(read)
    os.write(write, b"a\nb\nc\nunfinished")
    assert await lines.next() == b"a"
    os.close(write)
    assert await lines.count_rest() == (3, True)


async def test_nobody_waits_for_a_person_who_may_type_the_rest(pipe: tuple[int, int]) -> None:
    read, write = pipe
    os.write(write, b"a\nb\n")
    assert await Lines(read).count_rest(seconds=0.05) == (2, False)


@pytest.fixture
def endless() -> Iterator[int]:
    with Path("/dev/zero").open("rb") as stream:
        yield stream.fileno()


async def test_endless_input_is_not_counted_for_ever(endless: int) -> None:
    assert await Lines(endless).count_rest(seconds=0.05) == (1, False)


async def test_an_endless_line_does_not_take_all_memory(
    endless: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines_module, "LONGEST", 1 << 20)
    with pytest.raises(LineTooLongError):
        await Lines(endless).next()


async def test_nobody_needs_more(pipe: tuple[int, int]) -> None:
    read, write = pipe
    lines = Lines(read)
    os.write(write, b"one\ntwo\nthr")
    assert await lines.next() == b"one"
    assert await lines.next() == b"two"
    waiting = asyncio.ensure_future(lines.next())
    await asyncio.sleep(0)
    lines.stop()
    assert await waiting is None
    os.write(write, b"ee\nfour\n")
    os.close(write)
    assert await lines.count_rest() == (2, True)
