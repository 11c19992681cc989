"""AUTH (RFC 4954): when it may be said, the exchange, and what it comes to.

Answers are read here and nowhere else; neither they nor what they decode to is kept or told.
"""

from __future__ import annotations

import secrets
from base64 import b64encode
from typing import TYPE_CHECKING, Final

from tui.sandbox import verbs
from tui.smtp import sasl_server
from tui.smtp.commands import text_of
from tui.smtp.sasl_server import Chance, Denial
from tui.smtp.secrets import decoded, padded_wrongly

if TYPE_CHECKING:
    from tui.sandbox.server import Connection

#: Of this process: a salt says nothing about a password.
_SALT: Final = secrets.token_bytes(16)


async def auth(connection: Connection, argument: str) -> None:
    """``AUTH mechanism [initial-response]``, §4. What the scenario wants here is said where the verdict is,
    whatever the credentials are worth; an exchange that comes to none keeps its own 501."""
    typed, _blank, initial = argument.partition(" ")
    mechanism = typed.upper()
    refused = _refused(connection, mechanism, initial.strip())
    if refused is not None:
        await connection.say(refused, verb="AUTH", mechanism=typed)
        return
    outcome = await _exchange(connection, mechanism, initial.strip())
    if outcome is None:
        return
    if outcome is Denial.MALFORMED:
        await connection.say("auth_malformed")
        return
    chosen = await connection.choose("auth")
    if chosen is None:
        return
    if isinstance(outcome, Denial):
        await connection.say("auth_failed")
    else:
        connection.user = outcome
        await connection.grant(chosen, "auth_done")


def _refused(connection: Connection, mechanism: str, initial: str) -> str | None:
    """The situation that makes an exchange impossible."""
    assert connection.session is not None
    habits = connection.habits
    if "AUTH" in habits.helo_at and connection.session.host_name is None:
        return connection.hello_first
    known = connection.session.host_name or habits.auth_before_helo
    if not (connection.session.extended_smtp or (habits.auth_after_helo and known)):
        return "lhlo_first" if connection.lmtp else "ehlo_first"
    if connection.user and not habits.auth_again:
        return "auth_already"
    if connection.mail.mail_from is not None and not habits.auth_in_mail:
        return "auth_in_mail"
    if not mechanism:
        return "auth_syntax"
    if mechanism not in connection.handler.mechanisms:
        return "auth_mechanism"
    if " " in initial:
        return "auth_words"
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
    lenient = connection.habits.base64 == "lenient"
    prompts = dict(zip((b"Username:", b"Password:"), connection.habits.login_prompts, strict=True))
    given = initial.encode("ascii", "replace") or None
    while True:
        if given is None:
            asked = prompts[challenge].encode() if challenge in prompts else challenge
            await connection.push(b"334 " + b64encode(asked))
            got = await connection.next_line()
            if got is None:
                return None
            given, too_long = got
            if connection.habits.auth_yields and text_of(given.partition(b" ")[0]).upper() in verbs.SMTP:
                await connection.obey(given, cut=too_long)
                return None
            if too_long or (given == b"*" and not lenient):
                await connection.say("auth_line_too_long" if too_long else "auth_cancelled")
                return None
        elif given == b"=":  # an initial response that is empty
            given = b""
        answer = decoded(given)
        if (answer is None or padded_wrongly(given)) and not lenient:
            return Denial.MALFORMED
        given = None
        try:
            challenge = exchange.send(answer or b"")
        except StopIteration as end:
            outcome: str | Denial = end.value
            if outcome is Denial.MALFORMED:
                await connection.say("auth_unreadable")
                return None
            return outcome
