"""The words of footer and notices: what can be said before anything goes on. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.ui.mode import Mode
from tui.ui.widgets.footer import KeyWord
from tui.words.commands import action
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.prose import enumerated
from tui.words.seams import joined

#: In the footer's order: action, and when it is dropped (0 never).
_FOOTER = (
    ("help", 0),
    ("hint", 0),
    ("compose", 2),
    ("fill", 4),
    ("connect", 3),
    ("inbox", 1),
    ("commands", 0),
    ("quit", 0),
)
_FOOTER_ONE_PANE = (("help", 0), ("hint", 0), ("pane", 0), ("commands", 0), ("quit", 0))


def footer_keys(
    mode: Mode, *, one_pane: bool, guide: bool, sandbox: bool, last: bool = False
) -> Sequence[KeyWord]:
    """At most eight, for what has the keys. ``guide``: in the one pane the guide is shown. ``last``: no
    exercise follows."""
    if mode is Mode.READING:
        return (
            KeyWord("Up/Down", _("move")),
            KeyWord("Enter", _("explain"), 2),
            KeyWord("F8", action("save").short, 1),
            KeyWord("F1", action("help").short),
            KeyWord("^P", action("commands").short),
            KeyWord("Esc", _("back")),
        )
    if mode is Mode.SOLVED:
        return (
            KeyWord("Enter", _("map") if last else _("next")),
            KeyWord("F4", _("solution"), 2),
            KeyWord("F5", _("again"), 3),
            KeyWord("F7", action("inbox").short, 1),
            KeyWord("Esc", _("map"), 4),
            KeyWord("^P", action("commands").short),
            KeyWord("^Q", action("quit").short),
        )
    hidden = set() if sandbox else {"inbox"}
    words = {"pane": _("wire") if guide else _("steps")}
    table = [one for one in (_FOOTER_ONE_PANE if one_pane else _FOOTER) if one[0] not in hidden]
    return tuple(
        KeyWord(one.key, words.get(id, one.short), dropped) for id, dropped in table for one in (action(id),)
    )


def reading_keys() -> Sequence[tuple[str, str]]:
    """All keys while the wire is read, in words."""
    return (
        ("Up/Down", _("to another line; PgUp and PgDn by pages, Home and End to the ends")),
        ("Enter", _("the line in words, with the section of the RFC")),
        ("F8", _("save it, or make a ticket or a program of it")),
        ("F9", _("the wire alone, so that the terminal's own selection takes nothing else")),
        ("F6, Esc", _("back to typing")),
    )


def out_of_sight(above: int, below: int) -> str:
    """Lines that are there and not to be seen are said."""
    parts = []
    if above:
        parts.append(ngettext("{count} line above", "{count} lines above", above).format(count=above))
    if below:
        parts.append(ngettext("{count} line below", "{count} lines below", below).format(count=below))
    return _("{lines}, F6 reads them").format(lines=enumerated(parts))


def too_small(width: int, height: int) -> str:
    needed = _("smtptutor needs 40 columns and 12 rows; here are {columns} and {rows}.")
    otherwise = _("smtptutor --plain works in any size.")
    return joined(needed.format(columns=width, rows=height), otherwise)
