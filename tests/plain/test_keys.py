"""Octets of a terminal as keys, whole and in pieces."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.plain.keys import Key, KeyReader, Pasted, Pressed, Typed

SAMPLES: list[tuple[bytes, list[Key]]] = [
    (b"MAIL\r", [Typed("MAIL"), Pressed("enter")]),
    ("你好\x7f".encode(), [Typed("你好"), Pressed("backspace")]),
    (b"\x1b[A\x1bOB\x1b[1~\x1b[3~", [Pressed("up"), Pressed("down"), Pressed("home"), Pressed("delete")]),
    (b"\x1b[1;5D\x1bb\x1bf", [Pressed("ctrl+left"), Pressed("alt+b"), Pressed("alt+f")]),
    (b"\x03\x04\x01", [Pressed("ctrl+c"), Pressed("ctrl+d"), Pressed("ctrl+a")]),
    (b"caf\xe9\r", [Typed("caf"), Typed("\udce9"), Pressed("enter")]),
    (b"\xff", [Typed("\udcff")]),
    (b"\x1b[200~a\rb\x1b[201~c", [Pasted("a\rb"), Typed("c")]),
    (b"\x1b[<0;1;1M\x1b[I\x1b[?1;2cx", [Typed("x")]),
    (b"\x1bx", [Pressed("escape"), Typed("x")]),
    (b"\x1b\x1b[A", [Pressed("escape"), Pressed("up")]),
]


def joined(keys: list[Key]) -> list[Key]:
    """Text that came in several reads is the same text."""
    result: list[Key] = []
    for key in keys:
        if isinstance(key, Typed) and result and isinstance(result[-1], Typed):
            result[-1] = Typed(result[-1].text + key.text)
        else:
            result.append(key)
    return result


@pytest.mark.parametrize(("data", "keys"), SAMPLES)
def test_whole(data: bytes, keys: list[Key]) -> None:
    assert joined(KeyReader().feed(data)) == joined(keys)


@pytest.mark.parametrize(("data", "keys"), SAMPLES)
def test_octet_by_octet(data: bytes, keys: list[Key]) -> None:
    reader = KeyReader()
    got = [key for octet in data for key in reader.feed(bytes([octet]))]
    assert joined(got) == joined(keys)


def test_a_paste_whose_end_was_lost_gives_the_keyboard_back() -> None:
    reader = KeyReader()
    assert reader.feed(b"\x1b[200~lost\r") == []
    assert reader.feed(b"\x03") == [Pressed("ctrl+c")]
    assert reader.feed(b"x") == [Typed("x")]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=12), max_size=8))
def test_any_octets(chunks: list[bytes]) -> None:
    reader = KeyReader()
    keys = [key for chunk in chunks for key in reader.feed(chunk)]
    for key in keys:
        if isinstance(key, Typed):
            assert not any(ord(char) < 0x20 or ord(char) == 0x7F for char in key.text)


@settings(deadline=None)
@given(st.text(max_size=30))
def test_text_survives(text: str) -> None:
    clean = "".join(char for char in text if ord(char) >= 0x20 and ord(char) != 0x7F)
    reader = KeyReader()
    keys = reader.feed(clean.encode("utf-8", "surrogatepass"))
    got = "".join(key.text for key in keys if isinstance(key, Typed))
    assert got.encode("utf-8", "surrogateescape") == clean.encode("utf-8", "surrogatepass")
