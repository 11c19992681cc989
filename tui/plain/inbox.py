"""``smtptutor inbox``: what the sandbox has received, as a table, in words, or as the exact octets."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from tui.desk.asking import is_yes
from tui.desk.options import InboxAction, InboxOptions
from tui.sandbox.inbox import Entry, Inbox, NoMessageError
from tui.sandbox.message import Content
from tui.smtp.display import cells, visible
from tui.store.paths import locate
from tui.words.language import gettext as _
from tui.words.language import ngettext, pgettext
from tui.words.prose import quoted_file
from tui.words.reasons import reason as reason_of

FAILED: Final = 1
_STDOUT: Final = Path("-")
#: Of a column in the list, in cells.
_LONGEST_CELL: Final = 48


def run(options: InboxOptions) -> int:
    """Do what ``options.action`` says; the exit code: 0, or 1 when it could not be done."""
    inbox = Inbox(locate(os.environ).mail)
    try:
        return _ACTIONS[options.action](inbox, options)
    except NoMessageError as error:
        return _complain(_("there is no message {number}").format(number=error.number))
    except OSError as error:
        if error.filename is None:
            raise  # stdout cannot be written
        return _complain(
            _("{file}: {reason}").format(file=visible(str(error.filename)), reason=reason_of(error))
        )


def _list(inbox: Inbox, options: InboxOptions) -> int:
    for row in listing(inbox):
        print(row)
    return 0


def listing(inbox: Inbox) -> list[str]:
    """The table of mails, the newest first.

    Raises:
        OSError: the inbox cannot be read.
    """
    entries = inbox.entries()
    if not entries:
        return [_("no mail yet")]
    head = (pgettext("number of a message", "no"), _("time"), _("from"), _("to"), _("subject"), _("octets"))
    rows = [head, *(_row(entry) for entry in entries)]
    widths = [max(cells(row[column]) for row in rows) for column in range(len(head))]
    return [
        "  ".join(_padded(text, width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _show(inbox: Inbox, options: InboxOptions) -> int:
    for line in page(inbox, options.number):
        print(line)
    return 0


def page(inbox: Inbox, number: int) -> list[str]:
    """One mail in rows: envelope, header, text.

    Raises:
        NoMessageError: it is not there.
        OSError: it cannot be read.
    """
    return list(_page(inbox.entry(number), inbox.content(number)))


def _export(inbox: Inbox, options: InboxOptions) -> int:
    file = options.file or _STDOUT
    if file == _STDOUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(inbox.raw(options.number))
        sys.stdout.buffer.flush()
        return 0
    try:
        octets = inbox.export(options.number, file)
    except FileExistsError:
        if not _may_overwrite(file):
            return _complain(_("{file} is there already; nothing was written").format(file=quoted_file(file)))
        octets = inbox.export(options.number, file, overwrite=True)
    print(
        ngettext(
            "message {number} written to {file}, {octets} octet",
            "message {number} written to {file}, {octets} octets",
            octets,
        ).format(number=options.number, file=visible(str(file)), octets=octets)
    )
    return 0


_ACTIONS: Final = {InboxAction.LIST: _list, InboxAction.SHOW: _show, InboxAction.EXPORT: _export}


def _row(entry: Entry) -> tuple[str, ...]:
    envelope = entry.envelope
    return (
        str(entry.number),
        f"{datetime.fromtimestamp(entry.received):%Y-%m-%d %H:%M}",
        _cut(visible(envelope.reverse_path or "<>")) if envelope else "?",
        _recipients(envelope.addresses) if envelope else "?",
        _("(no subject)") if entry.subject is None else _cut(visible(entry.subject)),
        str(entry.octets),
    )


def _recipients(addresses: tuple[str, ...]) -> str:
    first = _cut(visible(addresses[0]))
    if len(addresses) == 1:
        return first
    return _("{address} and {count} more").format(address=first, count=len(addresses) - 1)


def _cut(text: str) -> str:
    """Short enough for a row; ``show`` has all of it."""
    if cells(text) <= _LONGEST_CELL:
        return text
    kept = text[: _LONGEST_CELL - 3]
    while cells(kept) > _LONGEST_CELL - 3:
        kept = kept[:-1]
    return f"{kept}..."


def _page(entry: Entry, content: Content) -> Iterator[str]:
    """Envelope, header, text: what servers used, what the reader sees, what was written."""
    yield _heading(_("envelope"), _("what servers used"))
    if entry.envelope is None:
        yield "  " + _("lost")
    else:
        yield from _pairs(
            (
                (_("from"), f"<{entry.envelope.reverse_path}>"),
                *((_("to"), f"<{one}>") for one in entry.envelope.addresses),
                (_("received"), f"{datetime.fromtimestamp(entry.received):%Y-%m-%d %H:%M:%S}"),
                (_("octets"), str(entry.octets)),
                (_("client"), " ".join((*entry.envelope.helo, entry.envelope.peer)).strip()),
            )
        )
    yield ""
    yield _heading(_("header"), _("what the sender typed"))
    if not content.header:
        yield "  " + _("none")
    for field in content.header:
        yield f"  {field.name}: {visible(field.value)}" if field.name else f"  {visible(field.value)}"
    yield ""
    yield _heading(_("text"), content.text_type or _("none"))
    for line in content.text.removesuffix("\n").split("\n") if content.text else ():
        yield f"  {visible(line)}".rstrip()
    if content.cut:
        yield "  " + _("... cut here; export gives all of it")
    if len(content.parts) > 1:
        yield ""
        yield _("parts")
        for part in content.parts:
            yield f"  {visible(part.type)}  {part.octets}  {visible(part.filename)}".rstrip()


def _heading(name: str, about: str) -> str:
    return f"{name}  {about}"


def _pairs(pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    width = max(cells(name) for name, _value in pairs)
    for name, value in pairs:
        yield f"  {_padded(name, width)}  {visible(value)}"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def _may_overwrite(file: Path) -> bool:
    """Asked where somebody can answer; else no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    question = _("{file} is there already. Overwrite it? (yes/no)").format(file=quoted_file(file))
    print(question, end=" ", file=sys.stderr, flush=True)
    return is_yes(sys.stdin.readline())


def _complain(sentence: str) -> int:
    print(_("smtptutor: {sentence}.").format(sentence=sentence), file=sys.stderr, flush=True)
    return FAILED
