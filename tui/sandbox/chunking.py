"""BDAT: the message in counted chunks (RFC 3030).

A chunk follows its line at once, whatever is thought of the line. So its octets are always read first, and
only then is anything refused; else they would be taken for commands. Where a chunk is refused the whole
transaction is over (§2): what is pipelined behind it gets 503.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tui.sandbox import events
from tui.sandbox.body import Chunk
from tui.sandbox.transaction import deliver, refuse_message

if TYPE_CHECKING:
    from tui.sandbox.server import Connection

_ARGUMENT: Final = re.compile(r"([0-9]{1,20})(?:[ \t]+(LAST))?", re.IGNORECASE | re.ASCII)


async def bdat(connection: Connection, argument: str) -> None:
    """``BDAT size [LAST]``, §2."""
    match = _ARGUMENT.fullmatch(argument)
    if match is None:  # nobody can say how many octets follow
        await _refuse(connection, "bdat_syntax")
        return
    octets, last = int(match[1]), match[2] is not None
    out_of_order = _out_of_order(connection)
    if out_of_order is not None:
        if await connection.receive(Chunk(_nowhere, octets)):
            await _refuse(connection, out_of_order)
        return
    mail = connection.mail
    if mail.draft is None:
        mail.draft = connection.handler.mailbox.draft()
    mail.octets += octets
    mail.chunk = octets + 1  # so that one of no octets counts, too
    too_large = mail.octets > connection.message_octets
    if not await connection.receive(Chunk(_nowhere if too_large else mail.draft.write, octets)):
        return
    if too_large:
        await refuse_message(connection, events.Drop.TOO_LARGE, "too_large", all_of_it=last)
        return
    chosen = await connection.choose("bdat", times=connection.replies_due() if last else 1)
    if chosen is None:
        connection.drop(events.Drop.REFUSED)
        connection.reset_transaction()
    elif last:
        await deliver(connection)
    else:
        await connection.grant(chosen, "chunk", octets=octets, chunk=octets)


def _out_of_order(connection: Connection) -> str | None:
    if (bar := connection.bar("BDAT")) is not None:
        return bar
    assert connection.session is not None
    if connection.helo_required and connection.session.host_name is None:
        return connection.hello_first
    if connection.mail.mail_from is None:
        return "data_before_mail"
    return None if connection.mail.recipients else "rcpt_first"


async def _refuse(connection: Connection, situation: str) -> None:
    connection.reset_transaction()
    await connection.say(situation, verb="BDAT")


def _nowhere(_piece: bytes) -> None:
    """What is read and not kept."""
