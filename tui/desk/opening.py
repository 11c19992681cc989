"""Desks as the program makes them, from its options."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.desk.desk import Desk, Embedded
from tui.desk.keeping import HomeKeeper
from tui.desk.login import Login
from tui.desk.options import Options
from tui.desk.rails import Rails
from tui.net.session import Stamped
from tui.store.paths import Home, home

if TYPE_CHECKING:
    from tui.practice.scenario import Server


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

    def sandbox(server: Server | None) -> Embedded:
        from tui.sandbox import events
        from tui.sandbox.sandbox import Sandbox

        def listen(event: events.Event) -> None:
            if isinstance(event, events.MessageDropped):
                if event.drop is events.Drop.LOST:
                    desk.lose()
                elif event.limit:
                    desk.outgrow(event.limit)

        return Sandbox(
            where.mail,
            personality=(options.personality or None) if server is None else None,
            scenario=options.scenario if server is None else server,
            certificates=where.certificates,
            listener=listen,
            beside_screen=True,
        )

    desk = Desk(
        on_events,
        sandbox=sandbox,
        keeper=HomeKeeper(where, transcripts=options.transcripts),
        rails=Rails(scripted=scripted, yes=options.yes),
        timeout=options.timeout,
        steps=options.steps,
        on_crash=on_crash,
        login=Login(options.steps.login),
        lesson_at=(options.lesson_at, options.access) if options.lesson_at is not None else None,
    )
    return desk
