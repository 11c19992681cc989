"""Steps as rows: one a row with its note, or four in a row where rows are short. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rich.cells import cell_len

from tui.practice.state import StepState
from tui.ui.flow import Row, blanks, cut, pad, width_of
from tui.ui.look import Glyphs
from tui.words.guide import Run, StepRow, Tone

NAME, GOAL_NAME, WORD = 11, 12, 9  # cells, each with its blank
NOTES_FROM = 43  # columns; in fewer a step's note is its code alone

_PRESENT = frozenset({StepState.NOW, StepState.REFUSED, StepState.LATER, StepState.WAITING})
_NAME_TONE = {StepState.DONE: Tone.INK, StepState.TO_DO: Tone.QUIET}
_WORD_TONE = {
    StepState.DONE: Tone.QUIET,
    StepState.TO_DO: Tone.QUIET,
    StepState.NOW: Tone.YOU,
    StepState.WAITING: Tone.YOU,
    StepState.REFUSED: Tone.REFUSED,
    StepState.LATER: Tone.LATER,
}
_GLYPH_TONE = {**_WORD_TONE, StepState.DONE: Tone.GOOD}


def one_a_row(steps: Sequence[StepRow], room: int, glyphs: Glyphs, name_cells: int = NAME) -> list[Row]:
    """One step a row: glyph, blank, name, word, note."""
    rows = []
    for step in steps:
        present = step.state in _PRESENT
        note = step.note if room >= NOTES_FROM else step.code
        row: Row = (
            *glyph_and_name(step, glyphs, name_cells),
            *pad((Run(step.word, _WORD_TONE[step.state], present),), WORD),
            Run(note, Tone.INK if present else Tone.QUIET),
        )
        rows.append(cut(row, room))
    return rows


def goal_rows(steps: Sequence[StepRow], room: int, glyphs: Glyphs) -> list[Row]:
    """The goals of an exercise where rows are plenty: a note says what is asked, so one that would be cut
    stands whole in a row of its own, under the name."""
    rows = []
    for step, row in zip(steps, one_a_row(steps, room, glyphs, GOAL_NAME), strict=True):
        if GOAL_NAME + WORD + 2 + cell_len(step.note) <= room or step.state is StepState.DONE:
            rows.append(row)
            continue
        tone = Tone.INK if step.state in _PRESENT else Tone.QUIET
        rows.append(one_a_row([replace(step, note="")], room, glyphs, GOAL_NAME)[0])
        rows.append(cut((blanks(2), Run(step.note, tone)), room))
    return rows


def glyph_and_word(step: StepRow, glyphs: Glyphs) -> Row:
    """``❯ RCPT TO now``"""
    return (
        *glyph_and_name(step, glyphs),
        blanks(1),
        Run(step.word, _WORD_TONE[step.state], step.state in _PRESENT),
    )


def glyph_and_name(step: StepRow, glyphs: Glyphs, cells: int = 0) -> Row:
    present = step.state in _PRESENT
    name = Run(step.name, _NAME_TONE.get(step.state, Tone.INK), present)
    glyph = Run(glyphs.of(step.state), _GLYPH_TONE[step.state], present)
    if not cells:
        return (glyph, blanks(1), name)
    return (glyph, blanks(1), *pad(cut((name,), cells - 1), cells))


#: Widths of the four columns where they hold, so that columns stay where they are while words change.
_FOURS = (16, 16, 20)


def fours(steps: Sequence[StepRow], room: int, glyphs: Glyphs) -> list[Row]:
    """Steps in rows of four; ``to do`` is said by the glyph and by order, every other state by its word.
    Where columns are short the word ``done`` goes first, then a column."""
    for silent in (frozenset({StepState.TO_DO}), frozenset({StepState.TO_DO, StepState.DONE})):
        cells = [_short_step(step, glyphs, silent) for step in steps]
        for gap in (2, 1):
            rows = _table(cells, 4, room, gap)
            if rows is not None:
                return rows
    cells = [_short_step(step, glyphs, frozenset({StepState.TO_DO, StepState.DONE})) for step in steps]
    return next(
        (rows for across in (3, 2) if (rows := _table(cells, across, room, 2)) is not None),
        [cut(cell, room) for cell in cells],
    )


def _short_step(step: StepRow, glyphs: Glyphs, silent: frozenset[StepState]) -> Row:
    return (glyph_and_name if step.state in silent else glyph_and_word)(step, glyphs)


def _table(cells: Sequence[Row], across: int, room: int, gap: int) -> list[Row] | None:
    """The cells in columns, or None where they do not fit."""
    needed = [max(map(width_of, cells[at::across]), default=0) for at in range(across)]
    usual = [max(size + 1, wide) for size, wide in zip(needed, _FOURS, strict=False)]
    if across != 4 or sum(usual) + needed[-1] > room:
        usual = [size + gap for size in needed[:-1]]
    if sum(usual) + needed[-1] > room:
        return None
    rows = []
    for start in range(0, len(cells), across):
        row: Row = ()
        for at, cell in enumerate(cells[start : start + across]):
            row = (*row, *(pad(cell, usual[at]) if at < across - 1 else cell))
        rows.append(row)
    return rows
