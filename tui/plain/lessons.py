"""``smtptutor lessons``: what a pack holds, and the proof that its exercises can be done."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Final

from tui.desk.options import LessonsAction, LessonsOptions
from tui.lessons import shelf
from tui.practice.strict import DataFileError
from tui.smtp.display import visible
from tui.words import data_files
from tui.words.language import current, ngettext
from tui.words.language import gettext as _
from tui.words.level import level
from tui.words.prose import enumerated, labelled
from tui.words.reasons import reason as reason_of

_FAULTS: Final = 1
_UNREADABLE: Final = 2
_UNSERVED: Final = 69


def run(options: LessonsOptions) -> int:
    """0, 1 with faults, 2 when there is no pack, 69 when this machine cannot serve an exercise."""
    folder = options.folder or shelf.BUILTIN
    if options.action is LessonsAction.LIST:
        return _list(folder)
    return asyncio.run(_check(folder))


def _list(folder: Path) -> int:
    try:
        here = shelf.open_pack(folder, current())
        rows = [(id, here.exercise(id, current())) for id in here.ids]
    except DataFileError as error:
        return _complain(data_files.told(error))
    except OSError as error:
        return _complain(labelled(visible(str(folder)), reason_of(error)))
    for number, (id, one) in enumerate(rows, 1):
        minutes = _("{n} min").format(n=one.minutes)
        print(f"{number:3}  {visible(id):22}  {level(one.level.value):8}  {minutes:>8}  {visible(one.title)}")
    return 0


async def _check(folder: Path) -> int:
    from tui.desk.proving import UnservedError, prove

    try:
        count, faults = await prove(folder)
    except UnservedError as error:
        cause = error.__cause__
        reason = reason_of(cause) if isinstance(cause, OSError) else visible(str(cause))
        print(_("smtptutor: could not be judged: {reason}").format(reason=reason), file=sys.stderr)
        return _UNSERVED
    except OSError as error:
        return _complain(labelled(visible(str(folder)), reason_of(error)))
    for one in faults:
        place = f"{one.file}:{one.line}" if one.line else one.file
        key = f"{one.key}: " if one.key else ""
        print(visible(f"{place}: {key}{one.reason}"))
    exercises = ngettext("{n} exercise", "{n} exercises", count).format(n=count)
    found = ngettext("{n} fault", "{n} faults", len(faults)).format(n=len(faults))
    print(enumerated((exercises, found)))
    return _FAULTS if faults else 0


def _complain(sentence: str) -> int:
    print(_("smtptutor: {sentence}.").format(sentence=sentence), file=sys.stderr)
    return _UNREADABLE
