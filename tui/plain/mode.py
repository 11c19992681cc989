"""Line mode: what is piped in is a script, who sits at a terminal gets a prompt."""

from __future__ import annotations

import sys

from tui.desk.options import Options
from tui.plain import sitting

_USAGE = 2


def run(options: Options) -> int:
    """Practise, or connect, without the full screen; the exit code (DESIGN §6)."""
    if options.learn is not None and not sys.stdin.isatty() and not options.learn:
        return _which(options)
    if options.steps.until is not None and not sys.stdin.isatty():
        from tui.plain.stepping import Stepping

        return sitting.run(lambda: Stepping(options))
    if not sys.stdin.isatty():
        from tui.plain.script import Script

        return sitting.run(lambda: Script(options))
    from tui.plain.conversation import conversation

    return sitting.run(lambda: conversation(options))


def _which(options: Options) -> int:
    """A script has to say which exercise its lines are for."""
    from tui.desk.teaching import Teaching
    from tui.plain.learning import map_rows
    from tui.store.paths import home
    from tui.words.language import gettext as _

    for row in map_rows(Teaching(home()).course):
        print(row)
    print(
        _("smtptutor: without a terminal the exercise must be named: smtptutor learn NUMBER < lines"),
        file=sys.stderr,
    )
    return _USAGE
