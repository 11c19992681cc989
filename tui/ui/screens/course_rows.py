"""The course map as rows: the exercises in their groups, and the chosen one in hanging labels. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.practice.course import Course, Entry, Standing
from tui.smtp.display import visible
from tui.ui.flow import Row, beside, blanks, cut, pad, wrap
from tui.ui.look import Glyphs
from tui.ui.sheet import LABEL, MEASURE, hang
from tui.words import labels
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.level import level
from tui.words.prose import enumerated

_LABEL = 10  # margin, a group's label of 8 cells, blank
_SIGNS = 4  # cursor, blank, glyph, blank
_NUMBER = 3
_STATE, _LEVEL, _TIME = 9, 7, 8
_NARROW = 60  # columns: below that an exercise is its number, title and state
_LEVEL_FROM = 70  # columns: below that the title needs those of its level
_GLYPH_TONE = {Standing.DONE: Tone.GOOD, Standing.SHOWN: Tone.GOOD, Standing.BEGUN: Tone.YOU}


def head_words(course: Course) -> tuple[str, str]:
    """What the course is, and how much of it is done."""
    count = len(course.entries)
    title = ngettext("course {title}, {count} exercise", "course {title}, {count} exercises", count).format(
        title=visible(course.title), count=count
    )
    to_do = count - course.done
    done = ngettext("{count} done", "{count} done", course.done).format(count=course.done)
    if not to_do:
        return title, done
    rest = ngettext("{count} to do", "{count} to do", to_do).format(count=to_do)
    rest = _("{to_do}, {time}").format(to_do=rest, time=_about(course.minutes_to_do))
    return title, f"{done}   {rest}"


def _about(minutes: int) -> str:
    if minutes < 90:
        return ngettext("about {n} minute", "about {n} minutes", minutes).format(n=minutes)
    hours = round(minutes / 60)
    return ngettext("about {n} hour", "about {n} hours", hours).format(n=hours)


def list_rows(course: Course, at: int, width: int, height: int, glyphs: Glyphs) -> list[Row]:
    """The exercises, a blank row between groups; the one at ``at`` is in sight. What is out of sight is
    said."""
    rows: list[Row] = []
    chosen = 0
    number = 0
    for group in course.groups:
        if rows:
            rows.append(())
        for place, entry in enumerate(group.entries):
            if number == at:
                chosen = len(rows)
            label = _group_label(group.name, group.entries, place)
            rows.append((*label, *_entry(entry, width - _LABEL, glyphs, here=number == at)))
            number += 1
    return _in_sight(rows, chosen, height)


def _group_label(name: str, entries: Sequence[Entry], place: int) -> Row:
    if place == 0:
        return pad((blanks(1), *cut((Run(visible(name), bold=True),), LABEL - 1)), _LABEL)
    if place == 1:
        span = _("{first} to {last}").format(first=entries[0].number, last=entries[-1].number)
        return pad((blanks(1), Run(span, Tone.QUIET)), _LABEL)
    return (blanks(_LABEL),)


def _entry(entry: Entry, width: int, glyphs: Glyphs, *, here: bool) -> Row:
    sign = Run(glyphs.here, Tone.YOU, True) if here else blanks(1)
    glyph = Run(_glyph(entry.standing, glyphs), _GLYPH_TONE.get(entry.standing, Tone.QUIET), here)
    narrow = width + _LABEL < _NARROW
    of_level = _LEVEL if width + _LABEL >= _LEVEL_FROM else 0
    behind = _STATE if narrow else _STATE + of_level + _TIME
    room = width - _SIGNS - _NUMBER - behind - 1
    tone = Tone.QUIET if entry.standing is Standing.TO_DO and not here else Tone.INK
    row: Row = (
        sign,
        blanks(1),
        glyph,
        blanks(1),
        *_right(str(entry.number), _NUMBER - 1, here=here),
        blanks(1),
        *pad(cut((Run(visible(entry.title), tone, here),), room - 1), room),
        *pad((Run(labels.standing(entry.standing), Tone.YOU if here else Tone.QUIET, here),), _STATE),
    )
    if narrow:
        return row
    minutes = _("{n} min").format(n=entry.minutes)
    return (
        *row,
        *(pad((Run(level(entry.level), Tone.QUIET),), of_level) if of_level else ()),
        *_right(minutes, _TIME - 1, here=False),
    )


def _right(text: str, cells: int, *, here: bool) -> Row:
    from tui.ui.flow import width_of

    run = Run(text, Tone.INK if here else Tone.QUIET, here)
    return (blanks(max(0, cells - width_of((run,)))), run)


def _glyph(standing: Standing, glyphs: Glyphs) -> str:
    if standing is Standing.BEGUN:
        return glyphs.waiting
    return glyphs.to_do if standing is Standing.TO_DO else glyphs.done


def _in_sight(rows: list[Row], chosen: int, height: int) -> list[Row]:
    if len(rows) <= height or height < 3:
        return rows[max(0, chosen - height + 1) : max(0, chosen - height + 1) + height]
    top = max(0, min(chosen - height // 2, len(rows) - height))
    shown = rows[top : top + height]
    if top:
        shown[0] = _more(_("more above"))
    if top + height < len(rows):
        shown[-1] = _more(_("more below"))
    return shown


def _more(text: str) -> Row:
    return (blanks(_LABEL + _SIGNS), Run(text, Tone.QUIET))


def chosen_rows(course: Course, entry: Entry, width: int, *, keys: bool = True) -> list[Row]:
    """All about one exercise."""
    room = width - LABEL
    measure = min(room, MEASURE)
    facts = "   ".join(
        (
            level(entry.level),
            ngettext("about {n} minute", "about {n} minutes", entry.minutes).format(n=entry.minutes),
            *(visible(one) for one in entry.rfc[:1]),
        )
    )
    count = _("{done} of {all}").format(done=entry.number, all=len(course.entries))
    chosen = [cut((Run(visible(entry.title), bold=True),), room), *wrap((Run(facts, Tone.QUIET),), measure)]
    rows = hang(labels.section("chosen"), chosen, count)
    story = [row for part in entry.story.split("\n") for row in wrap((Run(visible(part)),), measure)]
    rows += [(), *hang(labels.section("tale"), story)]
    if entry.learn:
        learn = [row for one in entry.learn for row in wrap((Run(visible(one)),), measure)]
        rows += [(), *hang(labels.section("learn"), learn)]
    if entry.work:
        rows += [(), *hang(labels.section("work"), wrap((Run(visible(entry.work)),), measure))]
    rows += [(), *hang(labels.section("yours"), wrap((Run(_yours(course, entry)),), measure))]
    if keys:
        rows += [(), *hang(labels.section("next"), _keys(entry, room))]
    return rows


def _yours(course: Course, entry: Entry) -> str:
    if entry.standing is Standing.TO_DO:
        before = [one for id in entry.requires if (one := course.entry(id)) is not None and not one.solved]
        if not before:
            return _("not begun yet")
        names = enumerated(f"{one.number} {visible(one.title)}" for one in before)
        return _("not begun yet; best after {exercises}").format(exercises=names)
    hints = ngettext("{n} hint", "{n} hints", entry.hints).format(n=entry.hints)
    if entry.standing is Standing.BEGUN:
        return _("begun, {hints}, not solved yet").format(hints=hints)
    tries = ngettext("{n} attempt", "{n} attempts", entry.attempts).format(n=entry.attempts)
    if entry.standing is Standing.SHOWN:
        return _("solved after the worked solution, {attempts}").format(attempts=tries)
    return _("solved with {hints}, {attempts}").format(hints=hints, attempts=tries)


def _keys(entry: Entry, room: int) -> list[Row]:
    begin = _("go on with it") if entry.standing is Standing.BEGUN else _("begin")
    if entry.solved:
        begin = _("do it again")
    pairs = [("Enter", begin), ("S", _("the worked solution"))]
    if entry.standing is not Standing.TO_DO:
        pairs.append(("R", _("forget the attempts")))
    return [
        row for key, gloss in pairs for row in beside([(*pad((Run(key, Tone.YOU),), 8), Run(gloss))], room)
    ]
