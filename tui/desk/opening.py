"""Desks as the program makes them, from its options."""

from __future__ import annotations

from collections.abc import Callable

from tui.desk.desk import Desk, Embedded
from tui.desk.keeping import HomeKeeper
from tui.desk.options import Options
from tui.desk.rails import Rails
from tui.net.session import Stamped
from tui.store.paths import Home, home


def desk_for(
    options: Options,
    on_events: Callable[[tuple[Stamped, ...]], None],
    *,
    scripted: bool = False,
    on_crash: Callable[[BaseException], None] | None = None,
    place: Home | None = None,
) -> Desk:
    """A desk that keeps transcripts and history in the user's home.

    ``scripted``: lines come from a pipe, so nobody can be asked (``tui.desk.rails``).
    """
    where = home() if place is None else place

    def sandbox() -> Embedded:
        from tui.sandbox.sandbox import Sandbox

        return Sandbox(where.mail, personality=options.personality)

    return Desk(
        on_events,
        sandbox=sandbox,
        keeper=HomeKeeper(where, transcripts=options.transcripts),
        rails=Rails(scripted=scripted, yes=options.yes),
        timeout=options.timeout,
        on_crash=on_crash,
    )
