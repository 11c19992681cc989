"""One run of the program: language, command line, front end, and what becomes of errors."""

from __future__ import annotations

import contextlib
import errno
import importlib
import os
import sys
from collections.abc import Callable
from typing import Final

from tui.cli.beginning import Beginning, begin, unknown_theme
from tui.cli.errors import UsageError
from tui.desk.options import UnknownThemeError
from tui.smtp.display import visible
from tui.store.paths import home
from tui.words.language import gettext as _
from tui.words.reasons import reason as reason_of

USAGE: Final = 2
INTERNAL: Final = 70
INTERRUPTED: Final = 128 + 2  # SIGINT
READER_GONE: Final = 128 + 13  # SIGPIPE

_DISK_TROUBLE: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


def run(argv: list[str]) -> int:
    """The exit code of ``smtptutor argv``."""
    try:
        _ready_streams()
        code = _run(argv)
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except UsageError as error:
        _say(_("smtptutor: {sentence}.").format(sentence=error))
        _say(_("smtptutor --help lists what there is."))
        return USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        if isinstance(error, BrokenPipeError) or error.errno in _DISK_TROUBLE:
            return unwritten(error)
        return _crashed(error)
    except Exception as error:  # the last net, under whatever a front end let through
        return _crashed(error)
    return code


def unwritten(error: OSError) -> int:
    """The exit code, and a word on stderr where somebody needs one, when stdout cannot be written."""
    _discard_stdout()
    if isinstance(error, BrokenPipeError):
        return READER_GONE
    _say(_("smtptutor: the output cannot be written: {reason}.").format(reason=reason_of(error)))
    return INTERNAL


def _run(argv: list[str]) -> int:
    beginning = begin(argv, os.environ)
    from tui.cli.arguments import parse

    if beginning.wrong_language is not None:
        raise beginning.wrong_language
    parsed = parse(argv)
    if parsed.help_wanted:
        from tui.cli.manual import manual

        print(manual(parsed.command), end="")
        return 0
    from tui.cli.settling import Surroundings, settle

    if beginning.wrong_setting is not None and parsed.command.needs_settings:
        raise beginning.wrong_setting
    options = settle(parsed, Surroundings(os.environ, beginning.settings, _on_terminal()))
    _tell(beginning)
    from tui.cli import log

    if options.log_file is not None:
        log.start(options.log_file)
    elif parsed.command.logs:
        log.keep(home().log)
    runner = parsed.command.runner or ("tui.plain.mode" if options.plain else "tui.ui.start")
    if runner == "tui.ui.start" and home().unwritable is not None:
        # The screen hides this line while it is up, and shows it again when it is left.
        _say(
            _("{folder} cannot be written: nothing will be kept").format(
                folder=visible(str(home().unwritable))
            )
        )
    front: Callable[..., int] = importlib.import_module(runner).run
    try:
        if runner != "tui.ui.start" and "theme" in parsed.given:
            _check_theme(options.theme)
        code = front(options)
    except UnknownThemeError as error:
        raise UsageError(unknown_theme(error, saved="theme" not in parsed.given)) from None
    log.ended(runner, code)
    return code


def _check_theme(name: str) -> None:
    """What draws nothing needs no theme, but a name that is typed wrong is wrong everywhere. Only for one on
    the command line: to learn the names takes longer than many a command.

    Raises:
        UnknownThemeError: there is none of this name.
    """
    from tui.ui import look

    if name not in look.names():
        raise UnknownThemeError(name, look.names())


def _tell(beginning: Beginning) -> None:
    """What happened to the settings file; the program goes on without it."""
    for sentence in beginning.notes:
        _say(_("smtptutor: {sentence}.").format(sentence=sentence))


def _ready_streams() -> None:
    """No stream is missing, and none fails on a character that its encoding lacks."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None or stream.closed:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115
        elif name != "stdin" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _on_terminal() -> bool:
    """Keys come from stdin, the split screen is drawn on stderr, the last words go to stdout."""
    return all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))


def _say(sentence: str) -> None:
    """To stderr, whatever has become of it."""
    with contextlib.suppress(OSError):  # nobody is left to read it; the exit code says it
        print(sentence, file=sys.stderr, flush=True)


def _discard_stdout() -> None:
    """Python flushes stdout once more at its end: give it somewhere to go."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def _crashed(error: Exception) -> int:
    try:
        from tui.store import crash

        report = crash.write(error, home().crashes)
    except OSError:
        _say(
            _("smtptutor: internal error ({kind}), and no report could be written.").format(kind=_kind(error))
        )
    else:
        _say(
            _(
                "smtptutor: internal error ({kind}). A report, without anything you typed, is in {file}"
            ).format(kind=_kind(error), file=visible(str(report)))
        )
    return INTERNAL


def _kind(error: Exception) -> str:
    return type(error).__name__
