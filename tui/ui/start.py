"""Starting the split screen: what has to be settled before Textual is imported, and what the shell is told
after."""

from __future__ import annotations

import gc
import os
import sys

from tui.desk.options import Options, UnknownThemeError

#: Over a slow line the parts of one key may come far apart (TRAPS 8); in ms, read by Textual at import.
_ESCAPE_DELAY_OVER_SSH = "1000"
_OK, _UNFIT = 0, 2


def over_ssh() -> bool:
    return bool(os.environ.get("SSH_CONNECTION") or os.environ.get("SSH_TTY"))


def run(options: Options) -> int:
    """The split screen until the user leaves it; the exit code (DESIGN §6: 0, 2, 70, 128+n).

    The language is in use already: tables of words may be read at import.

    Raises:
        UnknownThemeError: ``options.theme`` names none.
    """
    if not (sys.__stdin__ is not None and sys.__stdin__.isatty() and sys.__stderr__ is not None):
        return _refuse()
    if not sys.__stderr__.isatty():
        return _refuse()
    gc.disable()  # until the first frame: the imports make much and throw away little
    _settle_environment()
    from tui.ui import look
    from tui.ui.app import TutorApp

    if options.theme and options.theme not in look.names():
        raise UnknownThemeError(options.theme, look.names())
    appearance = look.choose(os.environ, theme=options.theme or None, ascii_only=options.ascii)
    os.environ.pop("NO_COLOR", None)  # the theme without colours was chosen; Textual's filter would add greys
    app = TutorApp(options, appearance)
    app.run(mouse=options.mouse and not over_ssh())
    return app.leave_terminal()


def _settle_environment() -> None:
    """No variable of Textual's may write files, import code or press keys (TRAPS 15); and the size of the
    window is the terminal's to tell: an exported COLUMNS is that of another one, and never changes."""
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)
    for name in [name for name in os.environ if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
        del os.environ[name]
    if over_ssh():
        os.environ.setdefault("ESCDELAY", _ESCAPE_DELAY_OVER_SSH)
        os.environ["TEXTUAL_DISABLE_KITTY_KEY"] = "1"


def _refuse() -> int:
    """The screen is drawn on stderr and keys come from stdin: without both there is nothing to do."""
    from tui.words.language import gettext as _

    print(
        _("smtptutor: the split screen needs a terminal; --plain works without one"),
        file=sys.__stderr__ or sys.stderr,
    )
    return _UNFIT
