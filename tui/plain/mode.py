"""Line mode: what is piped in is a script, who sits at a terminal gets a prompt."""

from __future__ import annotations

import sys

from tui.desk.options import Options
from tui.plain import sitting


def run(options: Options) -> int:
    """Practise, or connect, without the full screen; the exit code (DESIGN §6)."""
    if not sys.stdin.isatty():
        from tui.plain.script import Script

        return sitting.run(lambda: Script(options))
    from tui.plain.conversation import conversation

    return sitting.run(lambda: conversation(options))
