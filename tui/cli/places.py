"""``smtptutor paths``: where things are kept. Nothing of it is made or changed."""

from __future__ import annotations

import os
from pathlib import Path

from tui.desk.options import Common
from tui.smtp.display import cells, visible
from tui.store.paths import Home, can_be_made, locate
from tui.words.language import gettext as _


def run(options: Common) -> int:
    """Print one row per place."""
    rows = [(label, path, _state(path)) for label, path in _rows(locate(os.environ))]
    column = max(cells(label) for label, _path, _word in rows)
    for label, path, word in rows:
        print(f"{label}{' ' * (column - cells(label))}  {visible(str(path))}{word}")
    return 0


def _rows(home: Home) -> tuple[tuple[str, Path], ...]:
    return (
        (_("settings"), home.settings),
        (_("servers"), home.servers),
        (_("keys"), home.keymap),
        (_("sandbox mail"), home.mail),
        (_("progress"), home.progress),
        (_("own lessons"), home.lessons),
        (_("history"), home.history),
        (_("transcripts"), home.transcripts),
        (_("crash reports"), home.crashes),
        (_("log"), home.log),
    )


def _state(path: Path) -> str:
    """What stands behind a path: nothing when it is there and fine."""
    try:
        exists = path.exists()
    except OSError:
        return "  " + _("(cannot be reached)")
    if not exists:
        return "  " + (_("(not there yet)") if can_be_made(path) else _("(cannot be made)"))
    return "" if os.access(path, os.W_OK) else "  " + _("(cannot be written)")
