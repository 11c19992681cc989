"""How a session is left: with QUIT where that is possible, and never with a long wait."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Final

from tui.net.clock import Clock, within
from tui.net.session import Session
from tui.smtp.events import CommandSent
from tui.smtp.phases import LEGAL, Phase

#: How long leaving waits for the server's goodbye, in seconds.
GOODBYE: Final = 2.0
#: What the QUIT of ours is called among the lines that smtptutor types itself.
GOODBYE_STEP: Final = "quit"


async def part(session: Session, pump: asyncio.Task[None], clock: Clock, *, goodbye: bool) -> None:
    """Leave ``session``; ``pump`` reads its events and has ended when this returns.

    With ``goodbye`` QUIT is sent, unless a reply is due, a message is open or the server sends no more. QUIT
    under way, whoever sent it, has ``GOODBYE`` seconds; then the connection is closed.
    """
    try:
        if goodbye and _can_quit(session):
            session.send(b"QUIT\r\n", typed=GOODBYE_STEP)
        if session.connected and _is_parting(session):
            with contextlib.suppress(TimeoutError):
                await within(clock, GOODBYE, _ended(pump))
    finally:
        session.abort()
    await _ended(pump)
    await session.gone()


async def _ended(pump: asyncio.Task[None]) -> None:
    await asyncio.wait({pump})


def _can_quit(session: Session) -> bool:
    return (
        session.connected
        and not (session.due or session.unsent or session.half_closed)
        and "QUIT" in LEGAL[session.phase]
    )


def _is_parting(session: Session) -> bool:
    """QUIT was sent, and the server has not closed yet."""
    return session.phase is Phase.QUIT or any(
        isinstance(one, CommandSent) and one.command.verb == "QUIT" for one in session.awaiting
    )
