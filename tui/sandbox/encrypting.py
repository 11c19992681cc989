"""STARTTLS (RFC 3207), and what is barred before it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tui.sandbox.server import Connection

#: What may be said where TLS is required and has not begun, §4.
ALLOWED_IN_CLEAR: Final = frozenset({"NOOP", "EHLO", "LHLO", "STARTTLS", "QUIT"})


async def starttls(connection: Connection, argument: str) -> None:
    """§4: then everything that was learned is forgotten (§4.2)."""
    if await connection.unknown_client("STARTTLS") or await connection.takes_none("STARTTLS", argument):
        return
    assert connection.session is not None
    if not connection.session.extended_smtp and connection.handler.personality.words("starttls_early"):
        await connection.say("starttls_early")
        return
    if connection.tls:
        await connection.say("tls_already")
        return
    chosen = await connection.choose("starttls")
    if chosen is None:
        return
    authority = connection.handler.authority
    assert authority is not None  # or it was not offered
    try:
        context = await asyncio.to_thread(authority.context)
    except OSError:
        await connection.say("tls_unavailable")
        return
    connection.deafen()  # what was sent in clear behind STARTTLS is nobody's word inside TLS
    await connection.grant(chosen, "starttls")
    await connection.secure(context)
