"""Rows of runs: measured, cut, padded and wrapped by cells. Pure; texts are visible() already.

Prose breaks at blanks and, in Chinese, between any two characters, but never before a closing mark and never
behind an opening one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from rich.cells import cell_len, set_cell_size

from tui.words.guide import Run, Tone

Row = tuple[Run, ...]

CUT = "..."
_NOT_FIRST = frozenset("，。、；：）》！？”’」』】〉％…")
_NOT_LAST = frozenset("（《“‘「『【〈")


def plain(row: Iterable[Run]) -> str:
    return "".join(run.text for run in row)


def width_of(row: Iterable[Run]) -> int:
    """In cells."""
    return sum(cell_len(run.text) for run in row)


def blanks(cells: int) -> Run:
    return Run(" " * max(0, cells))


def pad(row: Sequence[Run], cells: int) -> Row:
    """At least ``cells`` wide; a wider row stays as it is."""
    missing = cells - width_of(row)
    return (*row, blanks(missing)) if missing > 0 else tuple(row)


def cut(row: Sequence[Run], cells: int) -> Row:
    """At most ``cells`` wide; what is left off is said with ``...``."""
    if width_of(row) <= cells:
        return tuple(row)
    mark = CUT[: max(0, cells)]
    room = max(0, cells - len(mark))
    kept: list[Run] = []
    tone, bold = Tone.INK, False
    for run in row:
        tone, bold = run.tone, run.bold
        size = cell_len(run.text)
        if size > room:
            kept.append(Run(_head(run.text, room) + mark, tone, bold))
            break
        kept.append(run)
        room -= size
    return tuple(kept)


def with_more(row: Sequence[Run], cells: int, gap: int = 0) -> Row:
    """A row that goes on elsewhere: it ends with ``...``, in at most ``cells``."""
    if plain(row).endswith("."):
        gap = max(gap, 1)
    if width_of(row) + gap + len(CUT) <= cells:
        return (*row, blanks(gap), Run(CUT, row[-1].tone if row else Tone.INK))
    return cut((*row, blanks(cells)), cells)


def wrap(row: Iterable[Run], cells: int) -> list[Row]:
    """The row in rows of at most ``cells``; at least one row. A word longer than a row is broken."""
    room = max(2, cells)
    rows: list[Row] = []
    line: list[Run] = []
    used = 0
    for word, gap in _words(row):
        size = width_of(word)
        blank = cell_len(gap.text)
        if line and used + blank + size > room:
            rows.append(_joined(line))
            line, used = [], 0
        elif line and blank:
            line.append(gap)
            used += blank
        if size <= room:
            line.extend(word)
            used += size
            continue
        for char, run in _characters(word):
            if used and used + cell_len(char) > room:
                rows.append(_joined(line))
                line, used = [], 0
            line.append(Run(char, run.tone, run.bold))
            used += cell_len(char)
    rows.append(_joined(line))
    return rows


def items(row: Iterable[Run]) -> list[Row]:
    """The row taken apart where runs of blanks stand between things: what belongs together stays together."""
    found: list[list[Run]] = [[]]
    for run in row:
        if run.text.isspace() and len(run.text) > 1:
            found.append([])
        else:
            found[-1].append(run)
    return [tuple(one) for one in found if one]


def listed(first: str, second: str) -> str:
    """``first, second`` with the comma of the language that the first one is written in."""
    return f"{first}{'，' if first and cell_len(first[-1]) == 2 else ', '}{second}"


def beside(things: Iterable[Row], cells: int, between: int = 3) -> list[Row]:
    """Things in rows, as many in each as fit; none is broken."""
    rows: list[Row] = []
    line: Row = ()
    for thing in things:
        longer = (*line, blanks(between), *thing) if line else tuple(thing)
        if line and width_of(longer) > cells:
            rows.append(line)
            line = tuple(thing)
        else:
            line = longer
    return [cut(row, cells) for row in [*rows, line]]


def _head(text: str, cells: int) -> str:
    """The first characters that fit; never half of a wide one."""
    head = set_cell_size(text, cells)
    return head if text.startswith(head) else head.rstrip(" ")


def _words(row: Iterable[Run]) -> Iterable[tuple[Row, Run]]:
    """The pieces that stay together, each with the blanks that stand before it on the same row."""
    word: list[Run] = []
    gap = Run("")
    pending = Run("")
    before = ""
    characters = [*_characters(row)]
    for at, (char, run) in enumerate(characters):
        if char == " " and _holds_together(word, characters[at + 1 : at + 2]):
            word.append(Run(char, run.tone, run.bold))
        elif char == " ":
            if word:
                yield _joined(word), gap
                word, pending = [], Run("")
            pending = Run(pending.text + " ", run.tone, run.bold)
        else:
            if word and may_break(before, char):
                yield _joined(word), gap
                word, pending = [], Run("")
            if not word:
                gap, pending = pending, Run("")
            word.append(Run(char, run.tone, run.bold))
        before = char
    if word:
        yield _joined(word), gap


def _holds_together(word: Sequence[Run], after: Sequence[tuple[str, Run]]) -> bool:
    """``RFC 5321 §4.1.1`` stands on one row."""
    if not word or not after:
        return False
    return after[0][0] == "§" or (after[0][0].isdigit() and plain(word[-3:]) == "RFC")


def _characters(row: Iterable[Run]) -> Iterable[tuple[str, Run]]:
    """Each character with what combines with it, and the run it came from."""
    for run in row:
        start = 0
        for at, (_, char) in enumerate(pairwise(run.text), start=1):
            if cell_len(char) > 0:
                yield run.text[start:at], run
                start = at
        if run.text:
            yield run.text[start:], run


def may_break(before: str, after: str) -> bool:
    """Whether a row may end between these two characters, though there is no blank."""
    if after in _NOT_FIRST or before in _NOT_LAST:
        return False
    return cell_len(before) == 2 or cell_len(after) == 2


def _joined(runs: Iterable[Run]) -> Row:
    """Neighbours of one style as one run."""
    joined: list[tuple[list[str], Run]] = []
    for run in runs:
        if joined and (joined[-1][1].tone, joined[-1][1].bold) == (run.tone, run.bold):
            joined[-1][0].append(run.text)
        elif run.text:
            joined.append(([run.text], run))
    return tuple(Run("".join(texts), of.tone, of.bold) for texts, of in joined)
