"""``smtptutor inbox``: what the sandbox has received, as a table, in words, as JSON, or as the exact octets.

It runs no program and fetches nothing, whatever a mail holds.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from tui.desk.asking import is_yes
from tui.desk.options import InboxAction, InboxOptions
from tui.plain.columns import width_of
from tui.plain.inbox_json import entry_facts, mail_facts
from tui.plain.inbox_rows import followed, listing, page
from tui.sandbox.inbox import Inbox, NoMessageError, NoPartError, put
from tui.sandbox.message import safe_name
from tui.smtp.display import visible
from tui.store.paths import locate
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.prose import quoted_file
from tui.words.reasons import reason as reason_of

FAILED: Final = 1
_STDOUT: Final = Path("-")
#: Seconds between two looks, and mails that are told at first, of a list that is followed.
_LOOK: Final = 0.3
_BEFORE: Final = 10


def run(options: InboxOptions) -> int:
    """Do what ``options.action`` says; the exit code: 0, or 1 when it could not be done."""
    folder = options.mail or locate(os.environ).mail
    if folder.exists() and not folder.is_dir():
        return _complain(_("{file} is no folder").format(file=quoted_file(folder)))
    inbox = Inbox(folder)
    try:
        return _ACTIONS[options.action](inbox, options)
    except NoMessageError as error:
        return _complain(_("there is no message {number}").format(number=error.number))
    except NoPartError as error:
        return _complain(
            _("message {number} has no part {part}").format(number=error.number, part=error.part)
        )
    except OSError as error:
        if error.filename is None:
            raise  # stdout cannot be written
        return _complain(
            _("{file}: {reason}").format(file=visible(str(error.filename)), reason=reason_of(error))
        )


def _list(inbox: Inbox, options: InboxOptions) -> int:
    numbers = inbox.search(options.search) if options.search else None
    if options.follow:
        return _follow(inbox, options)
    if options.json:
        entries = inbox.entries(numbers)
        rows = ",\n".join(json.dumps(entry_facts(entry)) for entry in entries)
        print(f"[\n{rows}\n]" if rows else "[]")
        return 0
    if options.mail is not None and not options.mail.exists():  # perhaps a slip
        print(_("no mail yet; there is no folder {file}").format(file=quoted_file(options.mail)))
        return 0
    for row in listing(inbox, numbers, all_of_them=options.all, room=width_of(sys.stdout)):
        print(row)
    return 0


def _follow(inbox: Inbox, options: InboxOptions) -> int:
    """The latest mails, and each one that comes; until somebody ends it."""
    last = 0
    while True:
        numbers: Sequence[int] = inbox.numbers()
        new = [number for number in numbers if number > last]
        if options.search and new:
            found = set(inbox.search(options.search))
            new = [number for number in new if number in found]
        entries = inbox.entries(sorted(new)[-_BEFORE:] if not last else sorted(new))
        if options.json:
            rows: Iterable[str] = (json.dumps(entry_facts(entry)) for entry in entries)
        else:
            rows = followed(entries, width_of(sys.stdout))
        for row in rows:
            print(row, flush=True)
        last = max([last, *numbers])
        time.sleep(_LOOK)


def _show(inbox: Inbox, options: InboxOptions) -> int:
    entry, content = inbox.entry(options.number), inbox.content(options.number)
    if options.json:
        print(json.dumps(mail_facts(entry, content), indent=2))
        return 0
    for line in page(entry, content):
        print(line)
    return 0


def _save(inbox: Inbox, options: InboxOptions) -> int:
    part, octets = inbox.part(options.number, options.part)
    name = safe_name(part, options.part)
    file = options.file or Path(name)
    if file.is_dir():
        file /= name
    return _written(
        file,
        octets,
        lambda count: ngettext(
            "part {part} of message {number} written to {file}, {octets} octet",
            "part {part} of message {number} written to {file}, {octets} octets",
            count,
        ).format(part=options.part, number=options.number, file=visible(str(file)), octets=count),
    )


def _export(inbox: Inbox, options: InboxOptions) -> int:
    file = options.file or _STDOUT
    if file.is_dir():
        file /= f"mail-{options.number}.eml" if options.number else "mail.mbox"
    if options.number and file.suffix != ".mbox":
        octets = inbox.raw(options.number)
        return _written(
            file,
            octets,
            lambda count: ngettext(
                "message {number} written to {file}, {octets} octet",
                "message {number} written to {file}, {octets} octets",
                count,
            ).format(number=options.number, file=visible(str(file)), octets=count),
        )
    if not options.number and file.suffix == ".eml":
        return _complain(_("an .eml holds one message; all of them make an mbox: name it .mbox"))
    numbers = (options.number,) if options.number else tuple(reversed(inbox.numbers()))
    return _written(
        file,
        b"".join(inbox.mbox(numbers)),
        lambda _count: ngettext(
            "{count} message written to {file}", "{count} messages written to {file}", len(numbers)
        ).format(count=len(numbers), file=visible(str(file))),
    )


def _delete(inbox: Inbox, options: InboxOptions) -> int:
    numbers = options.numbers or inbox.numbers()
    if not options.numbers and not options.yes and not _may_delete(len(numbers)):
        return _complain(_("nothing was deleted; --yes deletes all without a question"))
    code = 0
    for number in numbers:
        try:
            inbox.delete(number)
        except NoMessageError:
            code = _complain(_("there is no message {number}").format(number=number))
    return code


_ACTIONS: Final = {
    InboxAction.LIST: _list,
    InboxAction.SHOW: _show,
    InboxAction.SAVE: _save,
    InboxAction.EXPORT: _export,
    InboxAction.DELETE: _delete,
}


def _written(file: Path, octets: bytes, said: Callable[[int], str]) -> int:
    """To ``file``, which is asked about when it is there; the exit code. "-" is stdout, with no word more."""
    if file == _STDOUT:
        sys.stdout.flush()
        sys.stdout.buffer.write(octets)
        sys.stdout.buffer.flush()
        return 0
    try:
        put(file, octets)
    except FileExistsError:
        if not _may_overwrite(file):
            return _complain(_("{file} is there already; nothing was written").format(file=quoted_file(file)))
        put(file, octets, overwrite=True)
    print(said(len(octets)))
    return 0


def _may_overwrite(file: Path) -> bool:
    return _agreed(_("{file} is there already. Overwrite it? (yes/no)").format(file=quoted_file(file)))


def _may_delete(count: int) -> bool:
    question = ngettext(
        "Delete {count} message for good? (yes/no)", "Delete all {count} messages for good? (yes/no)", count
    )
    return _agreed(question.format(count=count))


def _agreed(question: str) -> bool:
    """Asked where somebody can answer; else no."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    print(question, end=" ", file=sys.stderr, flush=True)
    return is_yes(sys.stdin.readline())


def _complain(sentence: str) -> int:
    print(_("smtptutor: {sentence}.").format(sentence=sentence), file=sys.stderr, flush=True)
    return FAILED
