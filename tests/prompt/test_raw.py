r"""Raw mode: what a typed line is in octets."""

from __future__ import annotations

import pytest

from tui.prompt.names import Named, Wire, read
from tui.prompt.prompt import Prompt
from tui.prompt.raw import RawEnd, end_named, unescaped


@pytest.mark.parametrize(
    ("text", "octets"),
    [
        ("", b""),
        ("NOOP", b"NOOP"),
        (r"a\r\n.\r\nb", b"a\r\n.\r\nb"),
        (r"\0\t\x00\xFF\xe5", b"\0\t\0\xff\xe5"),
        (r"C:\\new \\r", rb"C:\new \r"),
        (r"\q \x1 \xZZ \ ", rb"\q \x1 \xZZ \ "),
        ("午\\n", "午\n".encode()),
        ("\udcff\ud800", b"??"),
        ("\udcff", b"\xff"),
    ],
)
def test_escapes(text: str, octets: bytes) -> None:
    assert unescaped(text) == octets


def test_line_ends_by_name() -> None:
    assert [end_named(one) for one in ("lf", "CR", "crlf", "None", "x", "")] == [*RawEnd, None, None]
    assert [one.octets for one in RawEnd] == [b"\n", b"\r", b"\r\n", b""]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("/raw", Named("raw")),
        ("/raw cr", Named("raw", "cr")),
        ("/rawer", Wire("/rawer")),
        ("/hint", Wire("/hint")),
    ],
)
def test_the_way_out_is_known_inside_a_message_too(text: str, meant: Named | Wire) -> None:
    assert read(text, command_due=False, raw=True) == meant
    assert read(text, command_due=False) == Wire(text)
    assert read("/raw", command_due=False, answer_due=True, raw=True) == Wire("/raw")


def test_a_login_behind_other_lines_is_masked() -> None:
    prompt = Prompt()
    prompt.type(r"NOOP\r\nAUTH PLAIN AGEAYg==")
    assert prompt.view(60).text == r"NOOP\r\nAUTH PLAIN ********"
