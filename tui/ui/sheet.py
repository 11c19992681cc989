"""The guide as rows: hanging labels, and what is left out where rows are short.

Pure: a ``Guide`` and a size go in, rows of runs come out. The label column is 9 cells (8 and a blank), the
rest is content; no row is wider than ``width``. Two manners: *side* has one item a row, *stacked* puts steps
in rows of four and pairs beside each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rich.cells import cell_len

from tui.practice.state import StepState
from tui.ui import pairrows, steprows
from tui.ui.flow import Row, beside, blanks, cut, items, pad, width_of, with_more, wrap
from tui.ui.look import UNICODE, Glyphs
from tui.ui.steprows import glyph_and_word
from tui.values import value
from tui.words.guide import (
    DONE_SIGN,
    NOW_SIGN,
    REFUSED_SIGN,
    TO_DO_SIGN,
    WAITING_SIGN,
    Guide,
    Pair,
    Paragraph,
    Room,
    Run,
    Section,
    Sentence,
    Tone,
)
from tui.words.language import ngettext

LABEL = 9
MEASURE = 68  # prose is never wider
_CHECKS = frozenset(
    {"mail", "login", "yours"}
)  # sections whose sentences are rows of things that were checked
GOALS_KEPT = 7  # more of them in short rows: the done ones fold into one


@value
class _Block:
    """A section laid out: the rows of its content, and the label beside them. ``ends``: the rows with which a
    paragraph ends. Of ``content`` the first ``kept`` rows are shown."""

    section: Section
    content: tuple[Row, ...]
    ends: frozenset[int] = frozenset()
    kept: int = 1000

    @property
    def key(self) -> str:
        return self.section.key

    def rows(self, room: int) -> list[Row]:
        return hang(self.section.label, self._shown(room), self.section.count)

    def _shown(self, room: int) -> tuple[Row, ...]:
        """What is left out inside a sentence, or of the lines to type, is said with ``...``; the headline of
        a reply is whole."""
        shown, last = self.content[: self.kept], self.kept - 1
        if len(shown) == len(self.content) or not shown:
            return shown
        if last in self.ends:
            return (*shown[:-1], with_more(shown[-1], room, _LISTED)) if self.key == "next" else shown
        return (*shown[:-1], with_more(shown[-1], room))

    @property
    def height(self) -> int:
        return max(min(self.kept, len(self.content)), 2 if self.section.count else 1)

    def shorter(self) -> _Block | None:
        """With a row less; None when only one is left."""
        if self.height > 1 and self.section.count and self.height > min(self.kept, len(self.content)):
            return replace(self, section=replace(self.section, count=""))
        if self.height == 1:
            return None
        return replace(self, kept=min(self.kept, len(self.content)) - 1)


def hang(label: str, content: Sequence[Row], count: str = "") -> list[Row]:
    """The content with its label beside the first row, the count quiet below it."""
    labels = [Run(label, Tone.BOLD), *([Run(count, Tone.QUIET)] if count else [])]
    rows: list[Row] = []
    for at in range(max(len(labels), len(content))):
        beside = pad((labels[at],), LABEL) if at < len(labels) else (blanks(LABEL),)
        rows.append((*beside, *(content[at] if at < len(content) else ())))
    return rows


def lay(
    guide: Guide, width: int, height: int, *, stacked: bool = False, glyphs: Glyphs = UNICODE
) -> list[Row]:
    """The rows of the sheet, at most ``height``; where they are short ``_DROPS`` says what goes first.

    ``width`` is without margins and hairline. Stacked, the sheet ends with a blank row (above the footer)
    while there is room for it. Where even what must not be dropped does not fit, its top is shown.
    """
    blocks = _blocks(guide, width - LABEL, stacked, glyphs)
    sheet = _Sheet(blocks, stacked, width - LABEL, glyphs)
    for drop in _DROPS:
        while sheet.height > height:
            if not drop(sheet):
                break
    sheet.air(height)
    return sheet.rows()[: max(0, height)]


def natural_height(guide: Guide, width: int, *, stacked: bool = False, glyphs: Glyphs = UNICODE) -> int:
    """Rows of the sheet with nothing dropped."""
    return _Sheet(_blocks(guide, width - LABEL, stacked, glyphs), stacked, width - LABEL, glyphs).height


def least_height(guide: Guide, width: int, *, stacked: bool = False, glyphs: Glyphs = UNICODE) -> int:
    """Rows that the sheet cannot do without: steps or goals, and the headline of the reply."""
    sheet = _Sheet(_blocks(guide, width - LABEL, stacked, glyphs), stacked, width - LABEL, glyphs)
    for drop in _DROPS:
        while drop(sheet):
            pass
    return sheet.height


def spoken_height(guide: Guide, width: int) -> int:
    """Rows, stacked, of a sheet without what is to spare: all that is said stands in it."""
    sheet = _Sheet(_blocks(guide, width - LABEL, True, UNICODE), True, width - LABEL, UNICODE)
    for drop in _SPARE:
        while drop(sheet):
            pass
    return sheet.height


#: From 160 columns on the sheet stands in two columns.
_LEFT = frozenset({"login", "story", "solved", "learnt", "task", "steps", "goals", "marks", "hint"})


def columns(guide: Guide) -> tuple[Guide, Guide]:
    """The sheet in two columns: steps and hint; reply, why, next and what else there is."""
    left = tuple(one for one in guide.sections if one.key in _LEFT)
    right = tuple(one for one in guide.sections if one.key not in _LEFT)
    return Guide(left), Guide(right)


#: Under 60 columns: what is told beside the present step, the most pressing first.
_TOLD = ("question", "tls", "slip", "asked", "reply", "story", "next")


def few_rows(guide: Guide, width: int, height: int = 1000, *, glyphs: Glyphs = UNICODE) -> list[Row]:
    """The sheet under 60 columns, two rows: the present step with the count; the headline of the last reply
    or slip. A hint that was asked for stands in the place of the headline, in as many rows as ``height``
    leaves it."""
    steps = guide.section("steps") or guide.section("goals")
    solved = guide.section("solved")
    whole = solved or guide.section("login")
    first = _present(steps, width, glyphs) if steps is not None else _headline(whole) if whole else ()
    first = cut(_signed(first, glyphs), width)
    hint, told = (
        guide.section("hint"),
        next((one for key in _TOLD if (one := guide.section(key)) is not None), None),
    )
    if hint is not None and (hint.room is not Room.YIELDS or told is None):
        return [first, *_hint_rows(hint, width, max(1, height - 1), glyphs)][:height]
    headline = _signed(_headline(told), glyphs) if told is not None else ()
    return [first, cut(headline, width)][:height]


# -- what is dropped, in this order; each takes a little and says whether there was anything to take


class _Sheet:
    def __init__(self, blocks: Sequence[_Block], stacked: bool, room: int, glyphs: Glyphs) -> None:
        self.glyphs = glyphs
        self.blocks = list(blocks)
        self.room = room
        self.stacked = stacked
        self.gaps = set(self._usual_gaps())
        self.last_blank = stacked and bool(blocks)

    @property
    def height(self) -> int:
        return sum(block.height for block in self.blocks) + len(self.gaps) + self.last_blank

    def rows(self) -> list[Row]:
        rows: list[Row] = []
        for at, block in enumerate(self.blocks):
            if at in self.gaps:
                rows.append(())
            rows.extend(block.rows(self.room))
        if self.last_blank:
            rows.append(())
        return rows

    def _usual_gaps(self) -> list[int]:
        """Before which blocks a blank row stands."""
        return [
            at
            for at in range(1, len(self.blocks))
            if not self.stacked or _begins_group(self.blocks[at - 1].key, self.blocks[at].key)
        ]

    def air(self, height: int) -> None:
        """What was dropped may have left room for blank rows again, from the top."""
        room = height - self.height
        again = [at for at in self._usual_gaps() if at not in self.gaps][: max(0, room)]
        self.gaps.update(again)
        self.last_blank = self.last_blank or (self.stacked and room > len(again))

    def drop_last_blank(self) -> bool:
        had, self.last_blank = self.last_blank, False
        return had

    def drop_gap(self) -> bool:
        if not self.gaps:
            return False
        self.gaps.remove(max(self.gaps))
        return True

    def drop_section(self, key: str) -> bool:
        at = self._find(key)
        if at is None:
            return False
        del self.blocks[at]
        self.gaps = set()
        return True

    def shorten(self, key: str) -> bool:
        """A row less of this section, its count before the last row."""
        at = self._find(key)
        shorter = self.blocks[at].shorter() if at is not None else None
        if at is None or shorter is None:
            return False
        self.blocks[at] = shorter
        return True

    def keep_lead(self) -> bool:
        """Of a refusal the last sentence goes, down to what leads it: the verdict stays longer than the lines
        that might be typed."""
        at = self._find("reply")
        if at is None:
            return False
        section = self.blocks[at].section
        if section.lead == 1 or len(section.paragraphs) <= section.lead:
            return False
        kept = replace(section, paragraphs=section.paragraphs[:-1])
        self.blocks[at] = _block(kept, self.room, self.stacked, self.glyphs)
        return True

    def keep_headline(self) -> bool:
        """Of any other reply."""
        at = self._find("reply")
        return at is not None and self.blocks[at].section.lead == 1 and self.shorten("reply")

    def shorten_hint(self) -> bool:
        """Unless it was asked for just now: then the rest makes room for it."""
        at = self._find("hint")
        first = at is not None and self.blocks[at].section.room is Room.FIRST
        return not first and self.shorten("hint")

    def drop_more(self) -> bool:
        """Of a hint, that there is one more, and then the count."""
        at = self._find("hint")
        if at is None:
            return False
        block, section = self.blocks[at], self.blocks[at].section
        if len(section.paragraphs) > section.lead:
            kept = replace(section, paragraphs=section.paragraphs[: section.lead])
        elif section.count and block.height > len(block.content):
            kept = replace(section, count="")
        else:
            return False
        self.blocks[at] = _block(kept, self.room, self.stacked, self.glyphs)
        return True

    def shorten_next(self) -> bool:
        """Down to what leads it and one line to type."""
        at = self._find("next")
        return at is not None and self.blocks[at].height > _LEAST_NEXT and self.shorten("next")

    def say_briefly(self) -> bool:
        """In place of what does not fit stands what its section has for short sheets."""
        at = next((at for at, one in enumerate(self.blocks) if one.section.brief), None)
        if at is None:
            return False
        section = self.blocks[at].section
        brief = replace(section, paragraphs=section.brief, brief=())
        self.blocks[at] = _block(brief, self.room, self.stacked, self.glyphs)
        return True

    def drop_yielding(self) -> bool:
        key = next((one.key for one in self.blocks if one.section.room is Room.YIELDS), None)
        return key is not None and self.drop_section(key)

    def cut_notes(self) -> bool:
        """Goals whose notes have rows of their own go back to one row each."""
        at = self._find("goals")
        if at is None or len(self.blocks[at].content) <= len(self.blocks[at].section.steps):
            return False
        section = self.blocks[at].section
        rows = steprows.one_a_row(section.steps, self.room, self.glyphs, steprows.GOAL_NAME)
        self.blocks[at] = _Block(section, tuple(rows))
        return True

    def fold_goals(self) -> bool:
        """More than 7 goals, or a question beside them: those that are done become one row."""
        at = self._find("goals")
        if at is None:
            return False
        if len(self.blocks[at].section.steps) <= GOALS_KEPT and self._find("question") is None:
            return False
        return self._fold(at, ahead=False)

    def fold_ahead(self) -> bool:
        """The goals behind the next one become one row as well: what is said of the present one is whole."""
        at = self._find("goals")
        return at is not None and self._fold(at, ahead=True)

    def _fold(self, at: int, *, ahead: bool) -> bool:
        section = self.blocks[at].section
        done = [step for step in section.steps if step.state is StepState.DONE]
        left = [step for step in section.steps if step.state is not StepState.DONE]
        later = [step for step in left if step.state is StepState.TO_DO][1:] if ahead else []
        left = [step for step in left if len(later) < 2 or step not in later]
        rows = steprows.one_a_row(tuple(left), self.room, self.glyphs, steprows.GOAL_NAME)
        if done:
            say = ngettext("{count} goal done", "{count} goals done", len(done)).format(count=len(done))
            rows.insert(0, cut((Run(self.glyphs.done, Tone.GOOD), Run(f" {say}", Tone.QUIET)), self.room))
        if len(later) > 1:
            say = ngettext("{count} more goal", "{count} more goals", len(later)).format(count=len(later))
            rows.append(cut((Run(f"{self.glyphs.to_do} {say}", Tone.QUIET),), self.room))
        if len(rows) >= len(self.blocks[at].content):
            return False
        self.blocks[at] = _Block(section, tuple(rows))
        return True

    def _find(self, key: str) -> int | None:
        return next((at for at, block in enumerate(self.blocks) if block.key == key), None)


def _section(key: str) -> Callable[[_Sheet], bool]:
    return lambda sheet: sheet.drop_section(key)


def _rest_of(key: str) -> Callable[[_Sheet], bool]:
    return lambda sheet: sheet.shorten(key)


#: Blanks between a line to type and the ``...`` for the others.
_LISTED = 2

#: Rows of what is to be typed that stay as long as something else can go.
_LEAST_NEXT = 2

#: What may go before anything is lost that was said.
_SPARE: tuple[Callable[[_Sheet], bool], ...] = (
    _Sheet.drop_last_blank,
    _Sheet.drop_gap,
    _Sheet.drop_yielding,
    _section("marks"),
    _section("why"),
    _section("task"),
    _section("work"),
    _Sheet.cut_notes,
    _Sheet.fold_goals,
    _Sheet.drop_more,
)
_DROPS: tuple[Callable[[_Sheet], bool], ...] = (
    *_SPARE,
    _Sheet.say_briefly,
    _Sheet.shorten_hint,
    _Sheet.keep_lead,
    _Sheet.keep_headline,
    _Sheet.shorten_next,
    _Sheet.fold_ahead,
    _rest_of("warn"),
    _rest_of("next"),
    _rest_of("slip"),
    _rest_of("reply"),
    _rest_of("hint"),
    _section("mail"),
    _section("offers"),
    _rest_of("story"),  # help tells all of it
)

#: Stacked, these stand together without a blank row: what happened, and what to do about it.
_TOGETHER = frozenset({"slip", "reply", "mail", "warn", "next"})
#: A question of a login and what the answer is made of.
_PAIR = ("asked", "yours")


def _begins_group(before: str, key: str) -> bool:
    if (before, key) == _PAIR:
        return False
    if key == "why":
        return before not in _TOGETHER
    return not (before in _TOGETHER and key in _TOGETHER)


# -- blocks


def _blocks(guide: Guide, room: int, stacked: bool, glyphs: Glyphs) -> list[_Block]:
    return [_block(one, room, stacked, glyphs) for one in guide.sections]


def _block(section: Section, room: int, stacked: bool, glyphs: Glyphs) -> _Block:
    rows: list[Row] = []
    if section.key == "goals" and not stacked:
        rows += steprows.goal_rows(section.steps, room, glyphs)
    elif section.key == "goals":
        rows += steprows.one_a_row(section.steps, room, glyphs, steprows.GOAL_NAME)
    elif section.steps:
        rows += (steprows.fours if stacked else steprows.one_a_row)(section.steps, room, glyphs)
    ends = []
    for group in _grouped(section.paragraphs):
        first = group[0]
        if isinstance(first, Sentence):
            rows += _sentence(first, room, checks=section.key in _CHECKS, glyphs=glyphs)
            ends.append(len(rows) - 1)
        else:
            start = len(rows)
            pairs = [replace(one, gloss=_drawn(one.gloss, glyphs)) for one in group if isinstance(one, Pair)]
            manner = pairrows.MANNERS.get(section.key, pairrows.Manner())
            rows += (pairrows.beside if stacked else pairrows.one_a_row)(pairs, room, manner)
            ends += range(start, len(rows))
    return _Block(section, tuple(rows), frozenset(ends))


def _sentence(sentence: Sentence, room: int, *, checks: bool, glyphs: Glyphs) -> list[Row]:
    """Prose, or things beside each other; one that is too long for a row is prose, too."""
    runs = _signed(sentence.runs, glyphs)
    things = items(runs) if checks else []
    if things and all(width_of(one) <= room for one in things):
        return beside(things, room)
    return wrap(runs, min(room, MEASURE))


def _signed(runs: Sequence[Run], glyphs: Glyphs) -> tuple[Run, ...]:
    """The signs of a check as the glyphs in use."""
    return tuple(replace(run, text=_drawn(run.text, glyphs)) for run in runs)


def _drawn(text: str, glyphs: Glyphs) -> str:
    if not glyphs.ascii:
        return text
    drawn = (
        (DONE_SIGN, glyphs.done),
        (TO_DO_SIGN, glyphs.to_do),
        (REFUSED_SIGN, glyphs.refused),
        (NOW_SIGN, glyphs.here),
        (WAITING_SIGN, glyphs.waiting),
    )
    for sign, plain in drawn:
        text = text.replace(sign, plain)
    return text


def _grouped(paragraphs: Sequence[Paragraph]) -> list[list[Paragraph]]:
    """Pairs that follow each other stand together; each sentence stands for itself."""
    groups: list[list[Paragraph]] = []
    for one in paragraphs:
        if groups and isinstance(one, Pair) and isinstance(groups[-1][-1], Pair):
            groups[-1].append(one)
        else:
            groups.append([one])
    return groups


# -- under 60 columns


def _present(section: Section, width: int, glyphs: Glyphs) -> Row:
    step = next((one for one in section.steps if one.state is not StepState.DONE), section.steps[-1])
    row = (*glyph_and_word(step, glyphs), blanks(2), Run(step.note, Tone.QUIET))
    room = width - cell_len(section.count) - 2
    return (*pad(cut(row, room), room), blanks(2), Run(section.count, Tone.QUIET))


def _hint_rows(section: Section, width: int, height: int, glyphs: Glyphs) -> list[Row]:
    """The sentences with the label beside the first."""
    label = (Run(section.label, Tone.BOLD), blanks(2))
    room = width - width_of(label)
    prose = [run for one in section.paragraphs for run in (*_said(one), Run(" "))][:-1]
    rows = wrap(_signed(prose, glyphs), room)
    shown = rows[:height]
    if len(rows) > height:
        shown[-1] = with_more(shown[-1], room)
    return [(*(label if at == 0 else (blanks(width - room),)), *row) for at, row in enumerate(shown)]


def _said(paragraph: Paragraph) -> tuple[Run, ...]:
    if isinstance(paragraph, Sentence):
        return paragraph.runs
    return (paragraph.form, Run(f"  {paragraph.gloss}", Tone.QUIET))


def _headline(section: Section) -> Row:
    """``250 2.1.0 accepted``: the first sentence, its wide gaps closed."""
    first = next((one for one in section.paragraphs if isinstance(one, Sentence)), None)
    if first is None:
        return ()
    return tuple(replace(run, text=re.sub(" {2,}", " ", run.text)) for run in first.runs)
