"""What foreign text looks like, and where carets go under it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.smtp.display import MASK, caret_cells, cells, decode, masked, shown, visible
from tui.smtp.events import LineEnd, LineReceived, LineSent, Part, Span


@pytest.mark.parametrize(
    ("foreign", "seen"),
    [
        ("220 mx.test ESMTP \\x41 [red] %s $HOME", "220 mx.test ESMTP \\x41 [red] %s $HOME"),
        ("", ""),
        ("\x1b[2J\x1b[H", "\\x1b[2J\\x1b[H"),
        ("\x1b]52;c;aGk=\x07", "\\x1b]52;c;aGk=\\x07"),
        ("\x00\x08\x7f\r\n", "\\x00\\x08\\x7f\\x0d\\x0a"),
        ("\x85\x9b", "\\x85\\x9b"),
        ("\u202etxet\u202c \u200f\u2066", "\\u{202e}txet\\u{202c} \\u{200f}\\u{2066}"),
        ("a\u2028b\u2029c", "a\\u{2028}b\\u{2029}c"),
        ("\ue000\U0010ffff\ufeff", "\\u{e000}\\u{10ffff}\\u{feff}"),
        ("\ud800", "\\u{d800}"),
        ("\xa0\u3164\u2800\u00ad", "\\xa0\\u{3164}\\u{2800}\\xad"),
        ("日本語 한국어 ｆｕｌｌ\u3000。", "日本語 한국어 ｆｕｌｌ\u3000。"),
        ("a\tb", "a       b"),
        ("12345678\tb", "12345678        b"),
        ("日\tb", "日      b"),
        ("e\u0301", "e\u0301"),
        ("\u0301x", "\\u{301}x"),
        ("\x1b\u0301", "\\x1b\\u{301}"),
        ("Z" + "\u0301" * 4, "Z" + "\u0301" * 3 + "\\u{301}"),
        ("Z" + "\u0301\u0327" * 1500 + "Y", "Z\u0301\u0327\u0301\\u{327}+2996Y"),
        ("👨\u200d👩", "👨\\u{200d}👩"),
        ("👍🏽❤\ufe0f", "👍\\u{1f3fd}❤\\u{fe0f}"),
        ("\u1112\u1161\u11ab", "\u1112\\u{1161}\\u{11ab}"),
    ],
)
def test_visible(foreign: str, seen: str) -> None:
    assert visible(foreign) == seen


@pytest.mark.parametrize(
    ("octets", "seen", "charset"),
    [
        (b"plain", "plain", "ascii"),
        ("grün".encode(), "grün", "utf-8"),
        ("Café déjà vu ñ £".encode("latin-1"), "Café déjà vu ñ £", "latin-1"),
        ("Ärger in Ägypten".encode("latin-1"), "Ärger in Ägypten", "latin-1"),
        ("邮件系统繁忙，请稍后再试".encode("gbk"), "邮件系统繁忙，请稍后再试", "gbk"),
        ("邮件系统繁忙".encode("gbk"), "邮件系统繁忙", "gbk"),
        ("郵件系統繁忙，請稍後再試".encode("big5"), "郵件系統繁忙，請稍後再試", "big5"),
        ("grün".encode() + b"\xe9", "grün\\xe9", ""),
        (b"\xc0\xaf \xed\xa0\x80 \xff\xfe", "\\xc0\\xaf \\xed\\xa0\\x80 \\xff\\xfe", ""),
        (b"\x9b31m", "\\x9b31m", ""),
        (b"\xb0\xa1 \xe9\xe9\xe9", "\\xb0\\xa1 \\xe9\\xe9\\xe9", ""),
        (b"\xb0", "\xb0", "latin-1"),
        (b"\xa4\x40\xa4", "\\xa4@\\xa4", ""),
        (b"\xc6\xff\xfe\xfd\xff", "\\xc6\\xff\\xfe\\xfd\\xff", ""),
        (b"\xff\xfd\x01", "\\xff\\xfd\\x01", ""),
        (b"\xd7\xfa\xd7\xfb", "\\xd7\\xfa\\xd7\\xfb", ""),
    ],
)
def test_octets(octets: bytes, seen: str, charset: str) -> None:
    assert (visible(octets), decode(octets)[1]) == (seen, charset)


_DANGEROUS = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.one_of(st.text(st.characters()), st.binary()))
def test_nothing_dangerous_is_shown_and_widths_are_the_screens_own(foreign: str | bytes) -> None:
    seen = visible(foreign)
    assert not _DANGEROUS & {unicodedata.category(char) for char in seen}
    assert cells(seen) == cell_len(seen)
    assert visible(seen) == seen


def test_every_character_that_is_shown_is_as_wide_as_the_screen_takes_it_to_be() -> None:
    alike = (range(0x3400, 0x4DB0), range(0x4E00, 0xA000), range(0xAC00, 0xD7A0), range(0xE000, 0xF900))
    codes = set(range(0x20, 0x1FB00)) - {code for block in alike for code in block if code % 64}
    codes |= {0x20000, 0x30000, 0xE0001, 0xE0100, 0x10FFFD}
    seen = [visible("." + chr(code)) for code in sorted(codes)]
    assert [one for one in seen if cells(one) != cell_len(one)] == []


# -- lines


def sent(data: bytes, *secret: Span) -> LineSent:
    return LineSent(1, data, LineEnd.CRLF, Part.COMMAND, secret)


def test_a_secret_is_eight_stars_however_long_it_is() -> None:
    assert shown(sent(b"AUTH PLAIN x", (11, 12))) == "AUTH PLAIN " + MASK
    assert shown(sent(b"AUTH PLAIN " + b"x" * 99, (11, 110))) == "AUTH PLAIN " + MASK
    assert shown(LineReceived(1, b"500 abc? abc!", LineEnd.CRLF, ((9, 12), (4, 7)))) == f"500 {MASK}? {MASK}!"


def test_spans_of_secrets_are_clipped_and_joined() -> None:
    assert masked(b"abcdef", [(1, 3), (2, 4), (3, 5)]) == b"a" + MASK.encode() + b"f"
    assert masked(b"abc", [(-5, 1), (2, 99)]) == MASK.encode() + b"b" + MASK.encode()
    assert masked(b"abc", [(2, 2), (3, 1), (7, 9)]) == b"abc"


@pytest.mark.parametrize(
    ("text", "spans", "carets"),
    [
        ("helo\u3000me", [(4, 7)], [(4, 2)]),
        ("。", [(0, 3)], [(0, 2)]),
        ("MAIL FROM：＜a@b＞", [(9, 12), (12, 15), (18, 21)], [(9, 2), (11, 2), (16, 2)]),
        ("HELO x\x08y", [(6, 7)], [(6, 4)]),
        ("a\tb", [(2, 3), (1, 2)], [(1, 7), (8, 1)]),
        ("HELO", [(4, 5)], [(4, 1)]),
        ("HELO", [(9, 10)], [(4, 1)]),
        ("HELO", [(2, 2)], [(2, 1)]),
        ("", [(0, 1)], [(0, 1)]),
        ("e\u0301x", [(3, 4)], [(1, 1)]),
        ("é！", [(0, 2), (2, 5)], [(0, 1), (1, 2)]),
    ],
)
def test_carets_count_cells(text: str, spans: list[Span], carets: list[Span]) -> None:
    assert list(caret_cells(sent(text.encode()), spans)) == carets


def test_carets_beside_a_mask() -> None:
    line = sent(b"AUTH PLAIN abc !", (11, 14))
    assert caret_cells(line, [(11, 14), (12, 13), (15, 16)]) == ((11, 8), (11, 8), (20, 1))


def test_carets_in_other_charsets() -> None:
    gbk = LineReceived(1, "550 邮件系统".encode("gbk"), LineEnd.CRLF)
    assert caret_cells(gbk, [(4, 6), (10, 12)]) == ((4, 2), (10, 2))
    assert caret_cells(LineReceived(1, b"550 \xff!", LineEnd.CRLF), [(4, 5), (5, 6)]) == ((4, 4), (8, 1))


@given(
    st.binary(),
    st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 40))),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40))),
)
def test_carets_are_total(data: bytes, spans: list[Span], secret: list[Span]) -> None:
    line = sent(data, *secret)
    carets = caret_cells(line, spans)
    assert len(carets) == len(spans)
    assert all(width >= 1 and 0 <= first <= cells(shown(line)) for first, width in carets)
