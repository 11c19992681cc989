"""``smtptutor progress``: your attempts as a table, JSON or CSV; and another home's export taken in."""

from __future__ import annotations

import csv
import sys
import time
from pathlib import Path
from typing import Final

from tui.desk.options import ProgressForm, ProgressOptions
from tui.practice.flaws import Flaw, because
from tui.smtp.display import cells, visible
from tui.store.paths import home
from tui.store.progress import NoExportError, Progress, Row
from tui.words import data_files
from tui.words.language import gettext as _
from tui.words.language import ngettext, pgettext
from tui.words.prose import enumerated
from tui.words.reasons import reason as reason_of

_USAGE: Final = 2
_FIELDS: Final = tuple(name for name in Row.__struct_fields__ if name not in {"done", "lasting", "answers"})


def run(options: ProgressOptions) -> int:
    """0; 2 when a file to be imported cannot be used."""
    progress = Progress(home().progress)
    try:
        if progress.set_aside is not None:
            name = visible(str(progress.set_aside))
            _say(_("the file of your progress was damaged; it was set aside as {name}").format(name=name))
        if options.source is not None:
            return _import(progress, options.source)
        if options.form is ProgressForm.JSON:
            print(progress.export_json())
        elif options.form is ProgressForm.CSV:
            _write_csv(progress.rows())
        else:
            _write_table(progress.rows())
        return 0
    finally:
        progress.close()


def _import(progress: Progress, source: Path) -> int:
    name = visible(str(source))
    try:
        text = sys.stdin.read() if str(source) == "-" else source.read_text(encoding="utf-8")
        count = progress.import_json(text)
    except OSError as error:
        _say(_("{file} cannot be read: {reason}").format(file=name, reason=reason_of(error)))
        return _USAGE
    except UnicodeDecodeError:
        return _refuse(name, data_files.reason(because(Flaw.NOT_UTF8)))
    except NoExportError as error:
        return _refuse(name, data_files.at(error.key, error.reason))
    print(ngettext("{n} attempt was added", "{n} attempts were added", count).format(n=count))
    return 0


def _refuse(name: str, reason: str) -> int:
    _say(_("{file} is no exported progress: {reason}").format(file=name, reason=reason))
    return _USAGE


def _write_csv(rows: tuple[Row, ...]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(_FIELDS)
    for row in rows:
        values = {name: getattr(row, name) for name in _FIELDS} | {"first_errors": " ".join(row.first_errors)}
        writer.writerow([_cell(values[name]) for name in _FIELDS])


def _cell(found: object) -> object:
    if isinstance(found, bool):
        return int(found)
    return visible(found) if isinstance(found, str) else "" if found is None else found


def _write_table(rows: tuple[Row, ...]) -> None:
    if not rows:
        print(_("no exercise was begun yet; smtptutor learn opens the course"))
        return
    titles = (_("exercise"), _("state"), _("begun"), _("time"), _("hints"), _("refused"), _("first errors"))
    table = [titles, *(_texts(row) for row in rows)]
    widths = [max(cells(row[column]) for row in table) for column in range(len(titles))]
    for row in table:
        padded = (text + " " * (width - cells(text)) for text, width in zip(row, widths, strict=True))
        print("  ".join(padded).rstrip())


def _texts(row: Row) -> tuple[str, ...]:
    minutes, seconds = divmod(int(row.seconds), 60)
    return (
        visible(row.exercise),
        _state(row),
        time.strftime("%Y-%m-%d %H:%M", time.localtime(row.started)),
        f"{minutes}:{seconds:02}",
        str(row.hints),
        str(row.refused),
        visible(enumerated(row.first_errors[:3])),
    )


def _state(row: Row) -> str:
    if row.forgotten:
        return pgettext("attempt", "forgotten")
    if row.solved:
        return pgettext("attempt", "solved, shown") if row.shown else pgettext("attempt", "solved")
    return pgettext("attempt", "begun") if row.ended is None else pgettext("attempt", "given up")


def _say(sentence: str) -> None:
    print(_("smtptutor: {sentence}.").format(sentence=sentence), file=sys.stderr)
