"""Pairs (a form and what it is for) as rows: one a row, or beside each other where rows are short. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rich.cells import cell_len

from tui.ui.flow import Row, blanks, listed, pad, width_of, wrap
from tui.values import value
from tui.words.guide import Pair, Run, Tone

COLUMNS_FROM = 43  # columns; in fewer the gloss stands closer to its form


@value
class Manner:
    """How pairs stand: the column of the gloss, one a row; beside each other, the blanks inside a pair and
    those tried between two, widest first."""

    column: int = 22
    inside: int = 1
    between: tuple[int, ...] = (5, 3, 2)
    even: bool = False  # beside each other all are as wide as the widest, so that they stand in columns
    hangs: bool = False  # a gloss that is longer than a row goes on under its beginning


MANNERS = {
    "why": Manner(column=8, between=(3, 2)),
    "cert": Manner(column=9, inside=2, between=(5, 3, 2), hangs=True),
    "fields": Manner(column=12),
    "offers": Manner(column=8, inside=2, between=(5, 3, 2)),
    "question": Manner(column=4, inside=2, even=True),
    "marks": Manner(column=4, inside=2, between=(6, 3, 2)),
}
_KEYS_COLUMN = 8
_KEYS = 5  # cells: forms as short as F4 or Esc stand 2 blanks before their gloss


def _gloss(pair: Pair, *, brief: bool = False) -> str:
    """What the form is for, and the reply to expect; ``brief``: of that the code alone."""
    if not pair.expect:
        return pair.gloss
    code = re.search(r"\d{3}", pair.expect)
    expect = code.group() if brief and code else pair.expect
    return listed(pair.gloss, expect) if pair.gloss else expect


def one_a_row(pairs: Sequence[Pair], room: int, manner: Manner) -> list[Row]:
    """The gloss in its column; 2 blanks behind a form that reaches into it, or on the next row."""
    widest = max(cell_len(pair.form.text) for pair in pairs)
    longest = max(cell_len(_gloss(pair)) for pair in pairs)
    column = manner.column if room >= COLUMNS_FROM or manner.column < widest else widest + 2
    if widest <= _KEYS and longest > room - column:
        column = min(column, _KEYS_COLUMN)  # keys and single signs give their gloss the room it needs
    column = min(column, max(_KEYS_COLUMN, room - 12))
    rows: list[Row] = []
    for pair in pairs:
        form = cell_len(pair.form.text)
        gloss = Run(_gloss(pair), Tone.QUIET)
        if cell_len(gloss.text) > room - column >= cell_len(_gloss(pair, brief=True)):
            gloss = Run(_gloss(pair, brief=True), Tone.QUIET)  # the code alone before a second row
        if form + 2 > column and form + 2 + cell_len(gloss.text) <= room:
            rows.append((pair.form, blanks(2), gloss))
            continue
        wrapped = wrap((gloss,), room - column)
        if form + 2 > column:
            rows += wrap((pair.form,), room)
            rows += [(blanks(column), *line) for line in wrapped]
        else:
            rows.append((*pad((pair.form,), column), *wrapped[0]))
            rows += [(blanks(column), *line) for line in wrapped[1:]]
    return rows


def beside(pairs: Sequence[Pair], room: int, manner: Manner) -> list[Row]:
    """Several in a row. If all fit in one they stand as far apart as they can, else rows are filled."""
    if manner.even:
        return _even(pairs, room, manner)
    keys = all(cell_len(pair.form.text) <= _KEYS for pair in pairs) and manner.column > 8
    inside = 2 if keys or len(pairs) == 1 else manner.inside
    for brief in (False, True):
        cells = [(pair.form, blanks(inside), Run(_gloss(pair, brief=brief), Tone.QUIET)) for pair in pairs]
        total = sum(map(width_of, cells))
        for between in manner.between:
            if total + between * (len(cells) - 1) <= room:
                return [_in_a_row(cells, between)]
    return _filled(pairs, room, inside, manner)


def _even(pairs: Sequence[Pair], room: int, manner: Manner) -> list[Row]:
    cells: list[Row] = [(pair.form, blanks(manner.inside), Run(_gloss(pair), Tone.QUIET)) for pair in pairs]
    widest, between = max(map(width_of, cells)), manner.between[-1]
    columns = max(1, min(len(cells), (room + between) // (widest + between)))
    if columns == 1:
        return one_a_row(pairs, room, manner)
    columns = -(-len(cells) // -(-len(cells) // columns))  # rows as equal as they can be
    even = [pad(one, widest) for one in cells]
    return [_in_a_row(even[at : at + columns], between) for at in range(0, len(even), columns)]


def _filled(pairs: Sequence[Pair], room: int, inside: int, manner: Manner) -> list[Row]:
    between = manner.between[-1]
    rows: list[Row] = []
    line: list[Row] = []
    for pair in pairs:
        cell: Row = (pair.form, blanks(inside), Run(_gloss(pair), Tone.QUIET))
        if line and width_of(_in_a_row([*line, cell], between)) > room:
            rows += wrap(_in_a_row(line, between), room)
            line = []
        if manner.hangs and width_of(cell) > room:
            rows += _hung(cell, room)
        else:
            line.append(cell)
    return rows + (wrap(_in_a_row(line, between), room) if line else [])


def _hung(cell: Row, room: int) -> list[Row]:
    form, gap, gloss = cell
    indent = width_of((form, gap))
    first, *rest = wrap((gloss,), room - indent)
    return [(form, gap, *first), *((blanks(indent), *row) for row in rest)]


def _in_a_row(cells: Sequence[Row], between: int) -> Row:
    row: Row = ()
    for cell in cells:
        row = (*row, blanks(between), *cell) if row else cell
    return row
