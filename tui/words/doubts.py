"""Lines of a text whose octets are not certain, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from tui.practice.reading_beside import Doubt, Doubtful
from tui.words.language import N_, gettext, ngettext
from tui.words.prose import enumerated

_REASONS: Final[Mapping[Doubt, str]] = {
    Doubt.CHARSET: N_("the characters may have been sent in another charset than UTF-8"),
    Doubt.SPELT: N_("what is spelt out with a backslash may have been typed so"),
    Doubt.BLANKS: N_("the blanks may have been a tab"),
}
#: So many lines, or stretches of them, are named.
_NAMED: Final = 8


def told(name: str, doubtful: Sequence[Doubtful]) -> Iterator[str]:
    """A sentence, without its full stop, for each reason. ``name`` of the text is visible."""
    for doubt in Doubt:
        rows = [one.row for one in doubtful if doubt in one.doubts]
        if rows:
            sentence = ngettext(
                "{file}, line {lines}: {sentence}", "{file}, lines {lines}: {sentence}", len(rows)
            )
            yield sentence.format(file=name, lines=lines(rows), sentence=gettext(_REASONS[doubt]))


def remark(doubtful: Sequence[Doubtful]) -> str:
    """For what is made of the text."""
    rows = [one.row for one in doubtful]
    sentence = ngettext(
        "The octets of line {lines} of the recording are not certain: it is a text, made to be read.",
        "The octets of lines {lines} of the recording are not certain: it is a text, made to be read.",
        len(rows),
    )
    return sentence.format(lines=lines(rows))


def lines(rows: Iterable[int]) -> str:
    """Numbers, lowest first, as stretches."""
    stretches: list[list[int]] = []
    for row in rows:
        if stretches and row == stretches[-1][1] + 1:
            stretches[-1][1] = row
        else:
            stretches.append([row, row])
    names = [str(first) if first == last else f"{first}-{last}" for first, last in stretches]
    if len(names) <= _NAMED:
        return enumerated(names)
    more = sum(last - first + 1 for first, last in stretches[_NAMED:])
    first = enumerated(names[:_NAMED])
    return ngettext("{names} and {n} more", "{names} and {n} more", more).format(names=first, n=more)
