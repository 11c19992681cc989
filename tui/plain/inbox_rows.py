"""The inbox in rows: its table, and one mail from its envelope to its parts. All of it visible()."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final

from tui.plain.columns import aligned, fit, narrowed, widths
from tui.sandbox.inbox import Entry, Inbox
from tui.sandbox.message import Content
from tui.smtp.display import cells, visible
from tui.words.language import gettext as _
from tui.words.language import ngettext, pgettext
from tui.words.understood import understood
from tui.words.verdict import in_list, told

#: Of a column in the list, in cells.
_LONGEST_CELL: Final = 48
#: Mails in the table, unless all are asked for.
LISTED: Final = 200

_Cells = tuple[str, ...]


def listing(
    inbox: Inbox, numbers: Sequence[int] | None = None, *, all_of_them: bool = False, room: int = 0
) -> list[str]:
    """The table of mails, the newest first.

    Args:
        numbers: which; None: every one.
        all_of_them: also those beyond LISTED.
        room: cells of a row, where the terminal has so many; 0: as many as it takes.

    Raises:
        OSError: the inbox cannot be read.
    """
    if numbers is None:
        numbers = inbox.numbers()
        if not numbers:
            return [_("no mail yet")]
    elif not numbers:
        return [_("no mail holds that")]
    shown = numbers if all_of_them else numbers[:LISTED]
    rows = [_head(), *(_row(entry) for entry in inbox.entries(shown))]
    needed = widths(rows)
    table = list(aligned(rows, narrowed(needed, _TEXTS, room) if room else needed, _OCTETS))
    if len(shown) < len(numbers):
        older = len(numbers) - len(shown)
        said = ngettext(
            "... {count} older mail; --all lists it", "... {count} older mails; --all lists them", older
        )
        table.append(said.format(count=older))
    return table


def followed(entries: Iterable[Entry], room: int = 0) -> Iterator[str]:
    """Rows for mails that come one by one, in columns of fixed width; ``room`` as for ``listing``."""
    columns = narrowed(_FOLLOWED, _TEXTS, room) if room else _FOLLOWED
    return aligned([_row(entry) for entry in entries], columns, _OCTETS)


#: no, time, from, to, subject, octets
_FOLLOWED: Final = (4, 16, 24, 24, 30, 8)
_TEXTS: Final = (2, 3, 4)
_OCTETS: Final = 5


def _head() -> _Cells:
    return (
        pgettext("number of a message", "no"),
        _("time"),
        _("from"),
        _("to"),
        _("subject"),
        _("octets"),
    )


def _row(entry: Entry) -> _Cells:
    envelope = entry.envelope
    subject = visible(entry.subject or "").strip() or _("(no subject)")
    return (
        str(entry.number),
        f"{datetime.fromtimestamp(entry.received):%Y-%m-%d %H:%M}",
        _cut(visible(envelope.reverse_path or "<>")) if envelope else "?",
        _recipients(envelope.addresses) if envelope else "?",
        _cut(in_list(subject, envelope.verdict if envelope else None)),
        str(entry.octets),
    )


def _recipients(addresses: tuple[str, ...]) -> str:
    first = _cut(visible(addresses[0]))
    if len(addresses) == 1:
        return first
    return _("{address} and {count} more").format(address=first, count=len(addresses) - 1)


def _cut(text: str) -> str:
    """Short enough for a row; ``show`` has all of it."""
    return fit(text, _LONGEST_CELL)


# -- one mail


def page(entry: Entry, content: Content) -> Iterator[str]:
    """What servers used, what the reader sees, what was written, what was typed to the server."""
    yield from _envelope(entry)
    yield from _checks(entry)
    yield ""
    stamped = entry.envelope is not None and entry.envelope.verdict is not None
    typed = _("what the sender typed, but the first field: this server wrote it")
    yield _heading(_("header"), typed if stamped else _("what the sender typed"))
    if not content.header:
        yield "  " + _("none")
    for field in content.header:
        yield f"  {field.name}: {visible(field.value)}" if field.name else f"  {visible(field.value)}"
    yield ""
    yield from _text(content)
    yield from _parts(entry.number, content)
    yield from _dialogue(entry)


def _text(content: Content) -> Iterator[str]:
    html = _("HTML as text; nothing is fetched")
    kind = html if content.text_type == "text/html" else content.text_type
    yield _heading(_("text"), visible(kind) or _("none"))
    if content.text_type and not content.text.strip():
        yield "  " + _("none")
    yield from _lines(content.text)
    if content.html.strip():
        yield ""
        yield _heading(_("text"), html)
        yield from _lines(content.html)
    if content.cut:
        yield "  " + _("... cut here; export gives all of it")


def _lines(text: str) -> Iterator[str]:
    for line in text.removesuffix("\n").split("\n") if text.strip() else ():
        yield f"  {visible(line)}".rstrip()


def _envelope(entry: Entry) -> Iterator[str]:
    yield _heading(_("envelope"), _("what servers used"))
    envelope = entry.envelope
    if envelope is None:
        yield "  " + _("lost")
        return
    protection = " ".join(one for one in (envelope.tls, envelope.user) if one)
    yield from _pairs(
        (
            (_("from"), f"<{envelope.reverse_path}>"),
            *((_("to"), f"<{one}>") for one in envelope.addresses),
            (_("received"), f"{datetime.fromtimestamp(entry.received):%Y-%m-%d %H:%M:%S}"),
            (_("octets"), str(entry.octets)),
            (_("client"), " ".join((*envelope.helo, envelope.peer)).strip()),
            *(((_("security"), protection),) if protection else ()),
        )
    )


def _checks(entry: Entry) -> Iterator[str]:
    if entry.envelope is None or entry.envelope.verdict is None:
        return
    yield ""
    yield _heading(_("checks"), _("by the records that the scenario publishes"))
    results = tuple(told(entry.envelope.verdict))
    yield from _pairs(results)


def _parts(number: int, content: Content) -> Iterator[str]:
    if len(content.parts) <= 1 and not any(part.attached for part in content.parts):
        return
    yield ""
    yield _heading(_("parts"), _("inbox save {number} PART writes one to a file").format(number=number))
    rows = [
        (
            str(at),
            _cut(visible(part.type)),
            ngettext("{count} octet", "{count} octets", part.octets).format(count=part.octets),
            visible(part.filename),
        )
        for at, part in enumerate(content.parts, start=1)
    ]
    for row in aligned(rows, widths(rows)):
        yield f"  {row}"
    if content.more_parts:
        yield "  " + _("... and more parts, which export gives")


def _dialogue(entry: Entry) -> Iterator[str]:
    """Line by line: what was typed, and what the server understood."""
    if entry.envelope is None or not entry.envelope.dialogue:
        return
    yield ""
    yield _heading(_("typed"), _("and what the server understood"))
    for exchange in entry.envelope.dialogue:
        yield f"  C: {visible(exchange.line)}".rstrip()
        for sentence in understood(exchange.line, exchange.reply):
            yield f"     {sentence}"


def _heading(name: str, about: str) -> str:
    return f"{name}  {about}"


def _pairs(pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    width = max(cells(name) for name, _value in pairs)
    for name, value in pairs:
        yield f"  {_padded(name, width)}  {visible(value)}"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))
