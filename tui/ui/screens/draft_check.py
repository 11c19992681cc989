"""What is checked in a message before it is sent, and what will look another way on the wire. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from tui.desk.composing import octets
from tui.smtp.display import visible
from tui.ui.flow import CUT, Row, beside, cut, listed, wrap
from tui.ui.look import Glyphs
from tui.values import value
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.prose import enumerated

LONGEST_LINE = 998  # octets without CRLF (RFC 5321 §4.5.3.1.6, RFC 5322 §2.1.1)
_WANTED = ("From", "To", "Subject", "Date")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_FIELD = re.compile(r"([!-9;-~]+)[ \t]*:")


@value
class Header:
    """``fields``: names in lower case. ``blank`` and ``stray``: lines from 1, 0 for none."""

    fields: frozenset[str]
    blank: int  # the empty line that ends the header
    stray: int  # the first line before it that is neither field nor continuation


@value
class Facts:
    """Of a whole draft. ``long``, ``wide``, ``odd``: the first line over 998 octets, beyond ASCII, with a
    control character; 0 for none."""

    lines: int
    octets: int  # as they will be stored, with CRLF ends
    stuffed: tuple[int, ...]  # lines that begin with a dot
    long: int
    wide: int
    odd: int


@lru_cache(maxsize=1)
def facts(text: str) -> Facts:
    """Asked several times for each key that is typed, and quick on a draft of many thousand lines."""
    lines = text.split("\n")
    if not lines[-1]:
        lines.pop()
    too_long = (at for at, line in enumerate(lines, 1) if len(line) * 4 > LONGEST_LINE and _too_long(line))
    return Facts(
        lines=len(lines),
        octets=len(octets("".join(f"{line}\r\n" for line in lines))),
        stuffed=tuple(at for at, line in enumerate(lines, 1) if line[:1] == "."),
        long=next(too_long, 0),
        wide=0 if text.isascii() else next(at for at, line in enumerate(lines, 1) if not line.isascii()),
        odd=text.count("\n", 0, control.start()) + 1 if (control := _CONTROL.search(text)) else 0,
    )


def _too_long(line: str) -> bool:
    return len(octets(line)) > LONGEST_LINE


def header_of(lines: list[str]) -> Header:
    fields: set[str] = set()
    stray = 0
    for number, line in enumerate(lines, start=1):
        if not line:
            return Header(frozenset(fields), number, stray)
        match = _FIELD.match(line)
        if match:
            fields.add(match[1].lower())
        elif not stray and not (line[0] in " \t" and line.strip() and fields):
            stray = number
    return Header(frozenset(fields), 0, stray)


def where_date_goes(lines: list[str]) -> int:
    """Before which line (from 0) a field is added: at the end of the header, wherever that is."""
    header = header_of(lines)
    ends = [one - 1 for one in (header.stray, header.blank) if one]
    return min(ends, default=len(lines) if any(lines) else 0)


def check_rows(text: str, glyphs: Glyphs, room: int, *, stacked: bool, limit: int = 0) -> list[Row]:
    """``✓ From   ! Date missing …``: beside each other, or one a row. ``limit``: octets that the server
    takes; 0: it names none."""
    header = _header_items(header_of(text.split("\n")), glyphs)
    body = _body_items(facts(text), glyphs, limit)
    if not stacked:
        return [cut(one, room) for one in (*header, *body)]
    return [*beside(header, room), *beside(body, room)]


def _header_items(header: Header, glyphs: Glyphs) -> list[Row]:
    items = [
        _good(name, glyphs) if name.lower() in header.fields else _warn(_("{name} missing").format(name=name))
        for name in _WANTED
    ]
    if header.stray:
        items.append(_warn(_("line {line} is no header field").format(line=header.stray)))
    elif header.blank:
        items.append(_good(_("blank line, line {line}").format(line=header.blank), glyphs))
    else:
        items.append(_warn(_("no blank line behind the header")))
    return items


def _body_items(found: Facts, glyphs: Glyphs, limit: int) -> list[Row]:
    items = [
        _warn(_("line {line} is over {most} octets").format(line=found.long, most=LONGEST_LINE))
        if found.long
        else _good(_("no line over {most} octets").format(most=LONGEST_LINE), glyphs),
        _warn(_("8-bit, line {line}").format(line=found.wide))
        if found.wide
        else _good(_("no 8-bit"), glyphs),
    ]
    if found.odd:
        items.append(_warn(_("control character, line {line}").format(line=found.odd)))
    count = ngettext("{count} line", "{count} lines", found.lines).format(count=found.lines)
    size = ngettext("{count} octet", "{count} octets", found.octets).format(count=found.octets)
    items.append((Run(listed(count, size), Tone.QUIET),))
    if 0 < limit < found.octets:
        items.append(_warn(_("the server takes {limit} octets").format(limit=limit)))
    return items


def wire_rows(text: str, room: int) -> list[Row]:
    """The first line with a dot as it will be sent, and what becomes of it. Nothing where there is none."""
    stuffed = facts(text).stuffed
    if not stuffed:
        return []
    line = text.split("\n")[stuffed[0] - 1]
    shown: Row = (Run(".", Tone.LATER, True), Run(visible(line[: room * 2]), Tone.YOU))
    said = _("^ line {line} begins with a dot: one more is sent, the server takes it off").format(
        line=stuffed[0]
    )
    rows = [cut(shown, room), *_prose(said, room)]
    if len(stuffed) > 1:
        more = enumerated(str(one) for one in stuffed[1:6]) + (CUT if len(stuffed) > 6 else "")
        rows += _prose("  " + _("so do the lines {lines}").format(lines=more), room)
    return rows


def _prose(said: str, room: int) -> list[Row]:
    return wrap((Run(said, Tone.QUIET),), room)


def _good(said: str, glyphs: Glyphs) -> Row:
    return (Run(glyphs.done, Tone.GOOD), Run(f" {said}"))


def _warn(said: str) -> Row:
    return (Run(f"! {said}", Tone.LATER),)
