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
from tui.sandbox.transaction import deliver, receive, refuse_message, refused_before

if TYPE_CHECKING:
    from tui.sandbox.server import Connection

_ARGUMENT: Final = re.compile(r"([0-9]{1,20})(?:[ \t]+(LAST))?", re.IGNORECASE | re.ASCII)
_SIZE_AND_ANY: Final = re.compile(r"([0-9]{1,20})(?:[ \t]+(?:(LAST)|.*))?", re.IGNORECASE | re.ASCII)
#: What may be said between two chunks.
_BETWEEN: Final = frozenset({"RSET", "NOOP", "QUIT"})
_AFTER_A_BREACH: Final = frozenset({"RSET", "QUIT"})
#: After BDAT that came too early, these are refused until RSET or EHLO.
_OF_A_MAIL: Final = frozenset({"MAIL", "RCPT", "DATA"})


async def bdat(connection: Connection, argument: str) -> None:
    """``BDAT size [LAST]``, §2."""
    words = _ARGUMENT if connection.habits.bdat_words == "checked" else _SIZE_AND_ANY
    match = words.fullmatch(argument)
    if match is None:  # nobody can say how many octets follow
        await _refuse(connection, "bdat_syntax")
        return
    octets, last = int(match[1]), match[2] is not None
    out_of_order = _out_of_order(connection)
    if out_of_order is not None:
        if await connection.receive(Chunk(_nowhere, octets)):
            await _refuse(connection, out_of_order, octets)
        return
    mail = connection.mail
    if mail.draft is None:
        mail.draft = connection.handler.mailbox.draft()
    mail.octets += octets
    mail.chunk = octets + 1  # so that one of no octets counts, too
    too_large = mail.octets > connection.message_octets
    if not await receive(connection, Chunk(_nowhere if too_large else mail.draft.write, octets)):
        return
    if too_large:
        await refuse_message(connection, events.Drop.TOO_LARGE, "too_large", all_of_it=last)
        return
    chosen = await connection.choose("bdat", times=connection.replies_due() if last else 1)
    if chosen is None:
        connection.drop(events.Drop.REFUSED)
        connection.reset_transaction()
    elif last:
        await deliver(connection, say=chosen.say)
    else:
        await connection.grant(chosen, "chunk", octets=octets, chunk=octets)


def breach(connection: Connection, verb: str) -> str | None:
    """Why this may not be said because of the chunks before it, by the habits of this server: a situation."""
    kind, mail = connection.habits.bdat_breach, connection.mail
    if kind == "early" and mail.breached and verb in _OF_A_MAIL:
        return "bdat_begun"
    if kind != "between":
        return None
    if mail.breached:
        return None if verb in _AFTER_A_BREACH else "rset_needed"
    if mail.draft is None or verb in _BETWEEN:
        return None
    mail.breached = True
    return "bdat_begun"


def _out_of_order(connection: Connection) -> str | None:
    if connection.mail.breached:
        return "rset_needed" if connection.habits.bdat_breach == "between" else "discarded"
    if (bar := connection.bar("BDAT")) is not None:
        return bar
    assert connection.session is not None
    if connection.helo_required and connection.session.host_name is None:
        return connection.hello_first
    if connection.mail.mail_from is None:
        return "data_before_mail"
    if said_again := refused_before(connection):
        return said_again
    return None if connection.mail.recipients else "rcpt_first"


async def _refuse(connection: Connection, situation: str, octets: int = 0) -> None:
    refusal = connection.refusal()
    breached = connection.mail.breached or connection.habits.bdat_breach == "early"
    kept = situation == "bdat_syntax" and connection.habits.bdat_breach == "between"
    if situation != "rset_needed" and not kept:
        connection.reset_transaction()
        connection.mail.breached = breached
    await connection.say(situation, verb="BDAT", refusal=refusal, octets=octets)


def _nowhere(_piece: bytes) -> None:
    """What is read and not kept."""
