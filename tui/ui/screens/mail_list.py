"""The inbox as a list: one mail a row, its envelope first. Pure."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from rich.cells import cell_len

from tui.sandbox.inbox import Entry
from tui.smtp.display import visible
from tui.ui.flow import Row, blanks, cut, pad, width_of
from tui.ui.look import Glyphs
from tui.values import value
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _
from tui.words.language import ngettext, pgettext
from tui.words.verdict import in_list

_LABEL = 10  # margin, label of 8 cells, blank
_NUMBER = 4  # at least
_WIDE_FROM = 100
_NAMED = 3  # recipients that a sentence names


@value
class _Columns:
    number: int
    time: int
    sender: int
    to: int
    subject: int
    octets: int


def _columns(width: int, entries: Sequence[Entry] = ()) -> _Columns:
    """Each text gets its share, and what another one does not need."""
    clock = 9 if width >= _WIDE_FROM else 7
    octets = 8
    number = max([_NUMBER, *(len(str(one.number)) + 1 for one in entries)])
    room = max(24, width - _LABEL - 2 - number - clock - octets - 1)
    sender, to = min(26, room * 3 // 8), min(25, room // 3)
    subject = min(28, room - sender - to)
    shares = [subject, sender, to]  # in the order in which they get what another one does not need
    if entries:
        needed = [_needed(text, entries) for text in (_subject, sender_of, recipients_of)]
        spare = sum(max(0, share - need) for share, need in zip(shares, needed, strict=True))
        lent = 0
        for at, need in enumerate(needed):
            more = max(0, min(need - shares[at], spare - lent))
            shares[at] += more
            lent += more
        for at, need in reversed(list(enumerate(needed))):
            less = max(0, min(shares[at] - need, lent))
            shares[at] -= less
            lent -= less
    return _Columns(number, clock, shares[1], shares[2], shares[0], octets)


_TITLE = 10  # cells that a column has at least, for its title


def _needed(text: Callable[[Entry], str], entries: Sequence[Entry]) -> int:
    return max((_TITLE, *(cell_len(text(one)) + 1 for one in entries)))


def in_sight(count: int, at: int, height: int) -> slice:
    """Which of ``count`` mails are shown in ``height`` rows, titles included, so that ``at`` is seen."""
    room = max(1, height - 1)
    top = max(0, min(at - room // 2, count - room))
    return slice(top, top + room)


@value
class Listing:
    """Attributes:
    numbers: of all mails in the list, in their order.
    read: what is known of them; of others the number alone is shown.
    at: the place of the chosen one.
    said: stands under the label instead of how many there are.
    """

    numbers: Sequence[int]
    read: Mapping[int, Entry]
    at: int
    said: str = ""


def list_rows(listing: Listing, width: int, height: int, glyphs: Glyphs, *, now: float) -> list[Row]:
    """Titles and, as far as ``height`` allows, mails; the chosen one is in sight, bold, with the sign."""
    numbers, read = listing.numbers, listing.read
    shown = in_sight(len(numbers), listing.at, height)
    columns = _columns(width, [read[number] for number in numbers[shown] if number in read])
    label = pad((blanks(1), Run(pgettext("section", "inbox"), bold=True)), _LABEL)
    rows: list[Row] = [(*label, blanks(2), *_titles(columns, wide=width >= _WIDE_FROM))]
    said = listing.said or ngettext("{count} mail", "{count} mails", len(numbers)).format(count=len(numbers))
    if cell_len(said) > _LABEL - 2:
        said = str(len(numbers))
    for place, number in enumerate(numbers[shown], start=shown.start):
        here = place == listing.at
        count = cut((blanks(1), Run(said, Tone.QUIET)), _LABEL) if place == shown.start else ()
        sign = Run(glyphs.here, Tone.YOU, True) if here else blanks(1)
        entry = read.get(number)
        cells = _cells(entry, columns, here=here, now=now) if entry else (Run(str(number), Tone.QUIET),)
        rows.append((*pad(count, _LABEL), sign, blanks(1), *cells))
    return rows


def _titles(columns: _Columns, *, wide: bool) -> Row:
    texts = (
        (pgettext("column", "no"), columns.number),
        (_("time"), columns.time),
        (_("from (envelope)") if wide else _("from"), columns.sender),
        (_("to (envelope)") if wide else _("to"), columns.to),
        (_("subject"), columns.subject),
    )
    row: Row = ()
    for text, cells in texts:
        row = (*row, *_cell(Run(text, Tone.QUIET), cells))
    return (*row, *_right(Run(_("octets"), Tone.QUIET), columns.octets))


def _cells(entry: Entry, columns: _Columns, *, here: bool, now: float) -> Row:
    return (
        *_cell(Run(str(entry.number), Tone.INK, here), columns.number),
        *_cell(Run(clock(entry.received, now), Tone.QUIET), columns.time),
        *_cell(Run(sender_of(entry), Tone.INK, here), columns.sender),
        *_cell(Run(recipients_of(entry), Tone.INK, here), columns.to),
        *_cell(Run(_subject(entry), Tone.INK, here), columns.subject),
        *_right(Run(str(entry.octets), Tone.QUIET), columns.octets),
    )


def _subject(entry: Entry) -> str:
    subject = visible(entry.subject or "").strip() or _("(no subject)")
    return in_list(subject, entry.envelope.verdict if entry.envelope else None)


def sender_of(entry: Entry) -> str:
    """The reverse-path as shown: ``<>`` for the null one."""
    if entry.envelope is None:
        return _("not known")
    return visible(entry.envelope.reverse_path) or "<>"


def recipients_of(entry: Entry) -> str:
    """The recipients as shown, one or several."""
    if entry.envelope is None:
        return _("not known")
    return ", ".join(visible(one) for one in entry.envelope.addresses)


def some_recipients_of(entry: Entry) -> str:
    """As ``recipients_of``; of very many only the first ones."""
    shown = entry.envelope.addresses if entry.envelope is not None else ()
    if len(shown) <= _NAMED + 1:
        return recipients_of(entry)
    first = ", ".join(visible(one) for one in shown[:_NAMED])
    return _("{address} and {count} more").format(address=first, count=len(shown) - _NAMED)


def clock(at: float, now: float) -> str:
    """``10:42`` today, ``11-22`` on another day."""
    then = time.localtime(at)
    today = time.localtime(now)[:3] == then[:3]
    return time.strftime("%H:%M" if today else "%m-%d", then)


def _cell(run: Run, cells: int) -> Row:
    return pad(cut((run,), cells - 1), cells)


def _right(run: Run, cells: int) -> Row:
    shown = cut((run,), cells)
    return (blanks(cells - width_of(shown)), *shown)
