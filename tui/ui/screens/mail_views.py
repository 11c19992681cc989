"""One mail, six ways: envelope beside headers, the headers, the source with our remarks, the text, its parts,
and what was typed beside what the server understood. Pure.

Everything in a mail is foreign: it is cut into lines first and made visible before it becomes a run.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from email.utils import parsedate_to_datetime
from enum import Enum
from itertools import islice

from rich.cells import cell_len

from tui.practice.address_list import addresses
from tui.sandbox.inbox import Entry
from tui.sandbox.message import Content
from tui.smtp.display import visible
from tui.ui.draft import folds
from tui.ui.flow import Row, blanks, cut, pad, width_of, wrap
from tui.ui.look import Glyphs
from tui.ui.screens.mail_lens import through_lens
from tui.ui.screens.mail_list import sender_of, some_recipients_of
from tui.ui.sheet import LABEL, MEASURE, hang
from tui.values import value
from tui.words.guide import Run, Tone
from tui.words.language import gettext as _
from tui.words.language import ngettext, pgettext
from tui.words.understood import stuffing, understood
from tui.words.verdict import told

_NAME = 10  # cells of from, to, subject, date
_DIFFERS = 10
_LEAST = 18  # cells of envelope and header: with fewer what differs is said below, not beside
_CHECK = 18  # of a check and its result
_CELL_ROWS = 3  # of an address or a header that does not fit its column
_SAME_TIME = 15 * 60  # seconds that a clock may be off before its Date differs
_LINE_END = re.compile(rb"\r\n|\n")
_LONGEST_WORD = 12  # octets of a line that a remark repeats
_REMARK_FROM = 48  # content column of remarks on short lines
_GLANCE = 16 * 1024  # octets of the source that stand below the comparison
_GLIMPSE = 1000  # characters of what stands in a column of the comparison
_FIELD = 8 * 1024  # and of a field among the headers
_LINES = 5000  # of source, text or parts that are laid out: the rest takes an export
_TYPE = 26  # cells of a part's type
_SIZE = 15  # and of its size


class View(Enum):
    COMPARE = "compare"
    HEADERS = "headers"
    SOURCE = "source"
    TEXT = "text"
    TYPED = "typed"
    PARTS = "parts"


VIEWS = tuple(View)


@value
class Mail:
    """``raw`` are the stored octets, at most ``message.SHOWN_OCTETS`` of them."""

    entry: Entry
    raw: bytes
    content: Content


def view_name(view: View) -> str:
    return {
        View.COMPARE: pgettext("view", "compare"),
        View.HEADERS: pgettext("view", "headers"),
        View.SOURCE: pgettext("view", "source"),
        View.TEXT: pgettext("view", "text"),
        View.TYPED: pgettext("view", "typed"),
        View.PARTS: pgettext("view", "parts"),
    }[view]


def selector_row(view: View, width: int, glyphs: Glyphs, *, reading: int | None, wide: bool) -> Row:
    """The names of the views, the present one in brackets. ``reading``: the number of the mail that is read;
    None while the list has the keys."""
    said = _("Left and Right change the view")
    if reading is not None:
        said = _("mail {number}").format(number=reading)
    for shown, gap in ((VIEWS, 2), (VIEWS, 1), ((view,), 1)):  # what is in brackets stays in sight
        row = _names(shown, gap, view, glyphs, reading=reading is not None)
        if width_of(row) < width:
            break
    more = (blanks(8 if wide else 3), Run(said, Tone.QUIET))
    return cut((*row, *(more if width_of((*row, *more)) < width else ())), width - 1)


def _names(shown: Sequence[View], gap: int, view: View, glyphs: Glyphs, *, reading: bool) -> Row:
    row: Row = pad((blanks(1), Run(pgettext("section", "view"), bold=True)), LABEL)
    for one in shown:
        here, name = one is view, view_name(one)
        sign = Run(glyphs.here, Tone.YOU, True) if here and reading else blanks(1)
        run = Run(f"[{name}]", Tone.YOU, True) if here else Run(name, Tone.QUIET)
        row = (*row, blanks(gap if one is not shown[0] else 0), sign, run)
    return row


def view_rows(mail: Mail, view: View, width: int, *, lens: bool = False) -> list[Row]:
    """The rows of a view, as many as it has, without margins; none is wider than ``width``.

    Args:
        lens: the source with the octets and the end of each line, and what cannot be seen in it.
    """
    room = width - LABEL
    if view is View.COMPARE:
        return [
            *hang("", _compared(mail, room)),
            (),
            *hang(pgettext("section", "means"), _means(mail, room)),
            (),
            *_checks(mail, room),
            *_source(mail, room, lens=lens, most=_GLANCE),
        ]
    if view is View.HEADERS:
        return hang(pgettext("section", "headers"), _headers(mail, room))
    if view is View.SOURCE:
        return _source(mail, room, lens=lens)
    if view is View.TYPED:
        return _typed(mail, room)
    if view is View.PARTS:
        return hang(pgettext("section", "parts"), _parts(mail, room))
    return _text(mail, room)


# -- envelope and headers side by side


def _compared(mail: Mail, room: int) -> list[Row]:
    pairs = _pairs(mail)
    flagged = any(differs for *_told, differs in pairs)
    beside = room - _NAME - _DIFFERS * flagged >= 2 * _LEAST
    half = (room - _NAME - _DIFFERS * (flagged and beside)) // 2
    left, right = min(36, half), min(38, half)
    titles = (
        blanks(_NAME),
        *_cell(_title(_("envelope"), _("what servers use"), left), left),
        *_cell(_title(_("headers"), _("what the reader sees"), right), right),
    )
    rows: list[Row] = [titles]
    for name, envelope, header, differs in pairs:
        flag: Row = (Run("! " + _("differs"), Tone.LATER, True),) if differs else ()
        told, typed = (
            wrap((Run(one.text[:_GLIMPSE], one.tone),), cells - 2)
            for one, cells in ((envelope, left), (header, right))
        )
        for at in range(min(_CELL_ROWS, max(len(told), len(typed)))):
            row: Row = (
                *pad((Run(name if at == 0 else "", Tone.QUIET),), _NAME),
                *_cell(told[at] if at < len(told) else (), left),
                *_cell(typed[at] if at < len(typed) else (), right),
                *(flag if at == 0 and beside else ()),
            )
            rows.append(cut(row, room))
        if flag and not beside:
            rows.append((blanks(_NAME + left), *flag))
    return rows


def _title(word: str, about: str, cells: int) -> Row:
    """What the column holds; without the explanation where that does not fit."""
    long: Row = (Run(word, bold=True), blanks(3), Run(about, Tone.QUIET))
    return long if width_of(long) + 2 <= cells else long[:1]


def _cell(row: Sequence[Run], cells: int) -> Row:
    return pad(cut(row, cells - 2), cells)


def _pairs(mail: Mail) -> list[tuple[str, Run, Run, bool]]:
    """(name, envelope, header, whether they differ)"""
    envelope = mail.entry.envelope
    sender = {envelope.reverse_path.lower()} if envelope is not None else set()
    to = {one.lower() for one in envelope.addresses} if envelope is not None else set()
    received = time.strftime("%H:%M:%S", time.localtime(mail.entry.received))
    shown_sender = sender_of(mail.entry)
    from_, date = _field(mail, "from"), _field(mail, "date")
    readers = [one for one in (_field(mail, "to"), _field(mail, "cc")) if one is not None]
    return [
        (
            _("from"),
            Run(shown_sender if shown_sender == "<>" or envelope is None else f"<{shown_sender}>"),
            _header(from_),
            from_ is not None and envelope is not None and _addresses([from_]) != sender,
        ),
        (
            _("to"),
            Run(", ".join(f"<{visible(one)}>" for one in envelope.addresses))
            if envelope is not None
            else Run(_("not known"), Tone.QUIET),
            _header(", ".join(readers) if readers else None),
            bool(readers) and envelope is not None and _addresses(readers) != to,
        ),
        (
            _("subject"),
            Run(_("servers need none"), Tone.QUIET),
            _header(_field(mail, "subject")),
            False,
        ),
        (
            _("date"),
            Run(_("received {clock}").format(clock=received)),
            _header(date),
            date is not None and not _same_time(date, mail.entry.received),
        ),
    ]


def _field(mail: Mail, name: str) -> str | None:
    return next((one.value for one in mail.content.header if one.name.lower() == name), None)


def _header(value: str | None) -> Run:
    if value is None:
        return Run(_("none"), Tone.QUIET)
    return Run(visible(value[:_GLIMPSE])) if value.strip() else Run(_("empty"), Tone.QUIET)


def _addresses(values: list[str]) -> set[str]:
    """Of what is no list of addresses the text itself: that differs from any."""
    return {
        one.lower() for text in values for one in addresses(text) or (() if not text.strip() else (text,))
    }


def _same_time(date: str, received: float) -> bool:
    try:
        return abs(parsedate_to_datetime(date).timestamp() - received) <= _SAME_TIME
    except (ValueError, TypeError, OverflowError, OSError):
        return False


def _means(mail: Mail, room: int) -> list[Row]:
    envelope = mail.entry.envelope
    if envelope is None:
        said = _("The envelope of this mail was lost: only its text was kept.")
    elif envelope.reverse_path:
        said = _(
            "{to} got it because RCPT TO said so, not because of To:. A bounce goes to {sender}."
        ).format(to=some_recipients_of(mail.entry), sender=sender_of(mail.entry))
    else:
        said = _(
            "{to} got it because RCPT TO said so, not because of To:. "
            "The sender is empty: no bounce is ever sent."
        ).format(to=some_recipients_of(mail.entry))
    typed = _("Headers are text that the sender typed. No server checked them here.")
    if _is_stamped(mail):
        typed = _(
            "Headers are text that the sender typed, but the first one: this server wrote what it found."
        )
    return [*wrap((Run(said),), room), *wrap((Run(typed, Tone.QUIET),), room)]


def _checks(mail: Mail, room: int) -> list[Row]:
    """SPF, DKIM and DMARC, where the scenario publishes records."""
    verdict = mail.entry.envelope.verdict if mail.entry.envelope is not None else None
    if verdict is None:
        return []
    rows: list[Row] = []
    for result, about in told(verdict):
        said = wrap((Run(about, Tone.QUIET),), room - _CHECK)
        rows += [(*pad((Run(result),), _CHECK), *said[0]), *((blanks(_CHECK), *row) for row in said[1:])]
    return [*hang(pgettext("section", "checks"), rows), ()]


# -- headers


def _headers(mail: Mail, room: int) -> list[Row]:
    rows: list[Row] = []
    for field in mail.content.header[:_LINES]:
        value = wrap((Run(visible(field.value[:_FIELD])),), max(10, room - 16))
        if len(field.value) > _FIELD:
            value.append((Run(_("... cut here; export gives all of it"), Tone.QUIET),))
        if not field.name:
            stray = (
                Run("! ", Tone.LATER),
                Run(visible(field.value[:_FIELD])),
                Run("   " + _("no field"), Tone.LATER),
            )
            rows += wrap(stray, room)
            continue
        name = visible(field.name)
        if cell_len(name) < 15:
            rows.append((*pad((Run(name, Tone.QUIET),), 16), *value[0]))
            value = value[1:]
        else:
            rows.append(cut((Run(name, Tone.QUIET),), room))
        rows += [(blanks(16), *row) for row in value]
    if len(mail.content.header) > _LINES:
        rows.append((Run(_("... cut here; export gives all of it"), Tone.QUIET),))
    return rows or [(Run(_("This mail has no header."), Tone.QUIET),)]


# -- source


def _source(mail: Mail, room: int, *, lens: bool, most: int | None = None) -> list[Row]:
    """``most``: octets that are shown; None: all that are at hand."""
    raw = _beginning(mail.raw[:most])
    rows = through_lens(raw, room) if lens else _with_remarks(raw, room, stamped=_is_stamped(mail))
    left = mail.entry.octets - len(raw)
    if left > 0:
        said = ngettext("... {count} octet more", "... {count} octets more", left).format(count=left)
        rows.append((Run(said, Tone.QUIET),))
    return hang(pgettext("section", "source"), rows, pgettext("section", "stored"))


def _beginning(raw: bytes) -> bytes:
    """So many lines as can be laid out between two keys."""
    ends = (match.end() for match in _LINE_END.finditer(raw))
    return raw[: next(islice(ends, _LINES - 1, None), len(raw))]


def _is_stamped(mail: Mail) -> bool:
    """Does the source begin with what the server has written?"""
    return mail.entry.envelope is not None and mail.entry.envelope.verdict is not None


def _with_remarks(raw: bytes, room: int, *, stamped: bool) -> list[Row]:
    lines = _LINE_END.split(raw)
    if lines and not lines[-1]:
        lines.pop()
    digits = max(2, len(str(len(lines))))
    header_end = next((at for at, line in enumerate(lines) if not line), None)
    rows: list[Row] = []
    for at, line in enumerate(lines):
        remark = _("written by this server") if at == 0 and stamped else _remark(at, line, header_end)
        rows += _source_line(at + 1, digits, visible(line), remark, room)
    return rows


def _source_line(number: int, digits: int, text: str, remark: str, room: int) -> list[Row]:
    """A line, folded where it is long; our remark in a column of its own, or on a row of its own."""
    gutter = digits + 2
    parts = folds(text, max(8, room - gutter))
    rows: list[Row] = []
    for at, part in enumerate(parts):
        label = f"{number:>{digits}}  " if at == 0 else " " * gutter
        rows.append((Run(label, Tone.QUIET), Run(part.text)))
    if not remark:
        return rows
    column = max(_REMARK_FROM, gutter + cell_len(parts[-1].text) + 3)
    said = Run(remark, Tone.QUIET)
    if column + cell_len(remark) <= room:
        return [*rows[:-1], (*pad(rows[-1], column), said)]
    if gutter + cell_len(parts[-1].text) + 3 + cell_len(remark) <= room:
        return [*rows[:-1], (*rows[-1], blanks(3), said)]
    return [*rows, cut((blanks(gutter), said), room)]


def _remark(at: int, line: bytes, header_end: int | None) -> str:
    if at == header_end:
        return _("headers end here")
    if line.startswith(b"."):
        word = visible(line.split(maxsplit=1)[0][:_LONGEST_WORD])
        return _("sent as {line}, one dot taken off").format(line="." + word)
    if at == 0 and header_end != 0:
        return _("typed by the sender")
    return ""


# -- text


def _text(mail: Mail, room: int) -> list[Row]:
    content = mail.content
    rows, cut_off = _prose(content.text, room)
    if content.text_type == "text/html":
        rows = [(Run(_("HTML as text; nothing is fetched"), Tone.QUIET),), (), *rows]
    if content.html.strip():
        beside, more = _prose(content.html, room)
        rows += [(), (Run(_("HTML as text; nothing is fetched"), Tone.QUIET),), (), *beside]
        cut_off = cut_off or more
    if content.cut or cut_off:
        rows.append((Run(_("... cut here; export gives all of it"), Tone.QUIET),))
    if not rows:
        rows = [(Run(_("This mail holds no text."), Tone.QUIET),)]
    shown = hang(pgettext("section", "text"), rows, visible(content.text_type.removeprefix("text/"))[:8])
    if len(content.parts) <= 1:
        return shown
    return [*shown, (), *hang(pgettext("section", "parts"), _parts(mail, room))]


def _prose(text: str, room: int) -> tuple[list[Row], bool]:
    """Its lines, folded, and whether there are more."""
    lines = text.removesuffix("\n").split("\n") if text else []
    width = min(room, MEASURE + 12)
    rows = [(Run(part.text),) for line in lines[:_LINES] for part in folds(visible(line), width)]
    return list(rows), len(lines) > _LINES


def _parts(mail: Mail, room: int) -> list[Row]:
    """Numbered: the number saves one."""
    parts: list[Row] = []
    digits = len(str(len(mail.content.parts)))
    for at, part in enumerate(mail.content.parts[:_LINES], start=1):
        size = ngettext("{count} octet", "{count} octets", part.octets).format(count=part.octets)
        row = (
            *pad((Run(str(at), Tone.QUIET),), digits + 2),
            *pad(cut((Run(visible(part.type)),), _TYPE - 2), _TYPE),
            *pad((Run(size, Tone.QUIET),), _SIZE),
            Run(visible(part.filename)),
        )
        parts.append(cut(row, room))
    if (more := len(mail.content.parts) - _LINES) > 0:
        said = ngettext("... {count} more", "... {count} more", more).format(count=more)
        parts.append((Run(said, Tone.QUIET),))
    if mail.content.more_parts:
        parts.append((Run(_("... and more parts, which export gives"), Tone.QUIET),))
    return parts


# -- what was typed, and what was understood


def _typed(mail: Mail, room: int) -> list[Row]:
    """Line by line: the commands, and of the message what is not stored as it was typed."""
    envelope = mail.entry.envelope
    if envelope is None or not envelope.dialogue:
        return hang(
            pgettext("section", "typed"), [(Run(_("How this mail was typed is not known."), Tone.QUIET),)]
        )
    left = max(16, min(44, room * 2 // 5))
    said: list[tuple[str, tuple[str, ...]]] = [
        (one.line, understood(one.line, one.reply)) for one in envelope.dialogue
    ]
    for line in _LINE_END.split(mail.raw):
        if line.startswith(b"."):
            text = visible(line)
            said.append((f".{text}", (_("stored as {line}").format(line=text), stuffing())))
    rows: list[Row] = []
    for line, sentences in said:
        typed = folds(visible(line), left - 2)
        told = [row for sentence in sentences for row in wrap((Run(sentence, Tone.QUIET),), room - left)]
        for at in range(max(len(typed), len(told))):
            part: Row = (Run(typed[at].text),) if at < len(typed) else ()
            rows.append((*pad(part, left), *(told[at] if at < len(told) else ())))
    return hang(pgettext("section", "typed"), rows, pgettext("section", "means"))
