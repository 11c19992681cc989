"""Where one character that a person sees ends and the next begins (UAX #29, extended grapheme clusters).

The rules of the standard for marks, Hangul, flags and joined emoji, from the character classes that the
standard library knows. Not in here: Prepend and the conjuncts of Indic scripts, where a step may be shorter
than a syllable.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

_JOINER = 0x200D
_EXTEND = frozenset({_JOINER, 0x200C, 0xFF9E, 0xFF9F})
_EXTEND_RANGES = ((0x1F3FB, 0x1F3FF), (0xE0020, 0xE007F))  # skin tones, flag tags
_PICTURES = ((0x2190, 0x2BFF), (0x1F000, 0x1F1E5), (0x1F200, 0x1FAFF))
_PICTURES_ALONE = frozenset({0xA9, 0xAE, 0x203C, 0x2049, 0x2122, 0x2139, 0x3030, 0x303D, 0x3297, 0x3299})
_LEADING = ((0x1100, 0x115F), (0xA960, 0xA97C))
_VOWEL = ((0x1160, 0x11A7), (0xD7B0, 0xD7C6))
_TRAILING = ((0x11A8, 0x11FF), (0xD7CB, 0xD7FB))


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def _extends(char: str) -> bool:
    code = ord(char)
    return (
        code in _EXTEND or _within(code, _EXTEND_RANGES) or unicodedata.category(char) in ("Mn", "Me", "Mc")
    )


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and ord(char) not in _EXTEND


def _is_flag_half(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def _is_picture(char: str) -> bool:
    code = ord(char)
    return code in _PICTURES_ALONE or (_within(code, _PICTURES) and not _within(code, _EXTEND_RANGES))


def _hangul_joins(before: str, after: str) -> bool:
    """GB6 to GB8."""
    left, right = ord(before), ord(after)
    syllable = 0xAC00 <= left <= 0xD7A3
    open_syllable = syllable and (left - 0xAC00) % 28 == 0
    if _within(left, _LEADING):
        return _within(right, _LEADING) or _within(right, _VOWEL) or 0xAC00 <= right <= 0xD7A3
    if _within(left, _VOWEL) or open_syllable:
        return _within(right, _VOWEL) or _within(right, _TRAILING)
    return (_within(left, _TRAILING) or syllable) and _within(right, _TRAILING)


def _cluster_end(text: str, start: int) -> int:
    at, length = start + 1, len(text)
    if _is_control(text[start]):
        return at
    picture = _is_picture(text[start])
    if _is_flag_half(text[start]) and at < length and _is_flag_half(text[at]):
        at += 1
    while at < length:
        char = text[at]
        joins = (
            _extends(char)
            or _hangul_joins(text[at - 1], char)
            or (picture and ord(text[at - 1]) == _JOINER and _is_picture(char))
        )
        if not joins:
            break
        at += 1
    return at


def clusters(text: str) -> Iterator[str]:
    """The characters of the text as a person counts them."""
    if text.isascii():
        yield from text
        return
    start = 0
    while start < len(text):
        end = _cluster_end(text, start)
        yield text[start:end]
        start = end


def next_border(text: str, at: int) -> int:
    """The end of the character that begins at ``at``, itself a border; at most ``len(text)``."""
    return _cluster_end(text, at) if at < len(text) else len(text)


def previous_border(text: str, at: int) -> int:
    """The last border before ``at``; at least 0."""
    start = max(at - 1, 0)
    while start > 0 and not text[start].isascii():  # an ASCII character always begins a cluster
        start -= 1
    border = start
    while start < at:
        border = start
        start = _cluster_end(text, start)
    return border


def border_from(text: str, at: int) -> int:
    """``at`` itself when it is a border, else the next one."""
    if at <= 0 or at >= len(text):
        return max(0, min(at, len(text)))
    start = previous_border(text, at)
    end = next_border(text, start)
    return at if end <= at else end
