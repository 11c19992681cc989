"""``--help``: made of the same tables as the parser, laid out by cells."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from typing import Final

from tui.cli.arguments import COMMANDS, EVERYWHERE, Command, Flag
from tui.smtp.display import cells
from tui.words.language import gettext as _
from tui.words.prose import wrap

_PROGRAM: Final = "smtptutor"
_LABEL_CELLS: Final = 38
_WIDEST: Final = 100
Row = tuple[str, str]


def manual(command: Command, width: int | None = None) -> str:
    """The whole manual, or that of a command with a name; ``width`` in cells, None: the terminal's."""
    room = min(_WIDEST, width or shutil.get_terminal_size().columns)
    chosen = (command,) if command.name else COMMANDS
    parts: list[tuple[str, Iterable[Row]]] = [(_("usage:"), (row for one in chosen for row in _forms(one)))]
    parts += [
        (_("options of {command}:").format(command=_called(one.name)), _flags(one.flags))
        for one in chosen
        if one.flags
    ]
    parts.append((_("options everywhere, before or after the command:"), _flags(EVERYWHERE)))
    blocks = ["\n".join(_block(title, rows, room)) for title, rows in parts]
    return "\n\n".join(blocks) + "\n"


def _called(form: str) -> str:
    return f"{_PROGRAM} {form}".strip()


def _forms(command: Command) -> Iterator[Row]:
    for number, form in enumerate(command.forms):
        yield _called(form), _(command.summary) if number == 0 else ""


def _flags(flags: Iterable[Flag]) -> Iterator[Row]:
    for flag in flags:
        name = f"{flag.short}, {flag.name}" if flag.short else flag.name
        yield f"{name} {flag.value}".strip(), _(flag.help)


def _block(title: str, rows: Iterable[Row], room: int) -> Iterator[str]:
    if title:
        yield title
    listed = tuple(rows)
    column = min(_LABEL_CELLS, max(cells(label) for label, _text in listed) + 2)
    for label, text in listed:
        lines = wrap(text, max(20, room - column - 2))
        if cells(label) + 2 > column:
            yield f"  {label}"
        else:
            yield f"  {label}{' ' * (column - cells(label))}{lines.pop(0)}".rstrip()
        for line in lines:
            yield f"  {' ' * column}{line}"
