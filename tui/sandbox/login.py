"""AUTH (RFC 4954): when it may be said, the exchange, and what it comes to.

Answers are read here and nowhere else; neither they nor what they decode to is kept or told.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from typing import TYPE_CHECKING, Final

from tui.smtp import sasl_server
from tui.smtp.sasl_server import Chance, Denial
from tui.smtp.secrets import decoded

if TYPE_CHECKING:
    from tui.sandbox.server import Connection

_DENIED: Final = {Denial.MALFORMED: "auth_malformed", Denial.WRONG: "auth_failed"}
#: Of this process: a salt says nothing about a password.
_SALT: Final = secrets.token_bytes(16)


async def auth(connection: Connection, argument: str) -> None:
    """``AUTH mechanism [initial-response]``, §4."""
    mechanism, _blank, initial = argument.partition(" ")
    mechanism = mechanism.upper()
    refused = _refused(connection, mechanism, initial.strip())
    if refused is not None:
        await connection.say(refused, verb="AUTH")
        return
    chosen = await connection.choose("auth")
    if chosen is None:
        return
    outcome = await _exchange(connection, mechanism, initial.strip())
    if outcome is None:
        return
    if isinstance(outcome, Denial):
        await connection.say(_DENIED[outcome])
    else:
        connection.user = outcome
        await connection.grant(chosen, "auth_done")


def _refused(connection: Connection, mechanism: str, initial: str) -> str | None:
    """The situation that makes an exchange impossible."""
    assert connection.session is not None
    if not connection.session.extended_smtp:
        return "lhlo_first" if connection.lmtp else "ehlo_first"
    if connection.user:
        return "auth_already"
    if connection.mail.mail_from is not None:
        return "auth_in_mail"
    if not mechanism or " " in initial:
        return "auth_syntax"
    if mechanism not in connection.handler.scenario.mechanisms:
        return "auth_mechanism"
    if not connection.tls and not connection.handler.scenario.auth_in_clear:
        return "auth_needs_tls"
    if initial and mechanism in sasl_server.NO_INITIAL:
        return "auth_initial"
    return None


async def _exchange(connection: Connection, mechanism: str, initial: str) -> str | Denial | None:
    """Who it is, or why nobody; None: that was said, or the client is gone."""
    scenario, host = connection.handler.scenario, connection.handler.personality.host
    chance = Chance(secrets.token_urlsafe(18), _SALT, host)
    exchange = sasl_server.begin(mechanism, scenario.password_of, chance)
    challenge = next(exchange)
    given = initial.encode("ascii", "replace") or None
    while True:
        if given is None:
            await connection.push(b"334 " + b64encode(challenge))
            got = await connection.next_line()
            if got is None:
                return None
            given, too_long = got
            if too_long or given == b"*":
                await connection.say("auth_line_too_long" if too_long else "auth_cancelled")
                return None
        elif given == b"=":  # an initial response that is empty
            given = b""
        answer = decoded(given)
        if answer is None:
            return Denial.MALFORMED
        given = None
        try:
            challenge = exchange.send(answer)
        except StopIteration as end:
            outcome: str | Denial = end.value
            return outcome
