"""A mail transaction: MAIL, RCPT, DATA, and what becomes of a message that is complete (RFC 5321 §3.3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from tui.practice.faults import BODY
from tui.sandbox import arguments, events, parameters
from tui.sandbox.arguments import Fault, PathArgument
from tui.sandbox.body import Body, Header, NoBareLF
from tui.sandbox.disturbing import Watched, disturb
from tui.sandbox.handler import Answer
from tui.sandbox.ledger import Asked

if TYPE_CHECKING:
    from tui.practice.faults import Quota
    from tui.sandbox.body import Incoming
    from tui.sandbox.server import Connection
    from tui.sandbox.speaking import Chosen

_BAD_SENDER: Final[Mapping[Fault, str]] = {
    Fault.SYNTAX: "mail_syntax",
    Fault.TRAILING: "sender_trailing",
    Fault.DOMAIN: "sender_domain",
    Fault.AGAIN: "parameter_again",
    Fault.ADDRESS: "sender_malformed",
    Fault.EMPTY: "sender_malformed",
    Fault.NOTHING: "mail_empty",
    Fault.UNCLOSED: "sender_unclosed",
    Fault.BARE: "sender_bare",
    Fault.NOT_ASCII: "sender_not_ascii",
    Fault.PARAMETER: "parameter_malformed",
}
_BAD_RECIPIENT: Final[Mapping[Fault, str]] = {
    Fault.SYNTAX: "rcpt_syntax",
    Fault.TRAILING: "recipient_trailing",
    Fault.DOMAIN: "recipient_domain",
    Fault.AGAIN: "parameter_again",
    Fault.ADDRESS: "recipient_malformed",
    Fault.EMPTY: "recipient_empty",
    Fault.NOTHING: "rcpt_empty",
    Fault.UNCLOSED: "recipient_unclosed",
    Fault.BARE: "recipient_bare",
    Fault.NOT_ASCII: "recipient_not_ascii",
    Fault.PARAMETER: "parameter_malformed",
}


#: By the habit ``valueless``: the situation that a parameter comes to that lacks its value; "": the usual.
_LACKING: Final = {"malformed": "", "unknown": "parameter_unknown", "missing": "value_missing"}


async def mail(connection: Connection, argument: str) -> None:
    """§4.1.1.2."""
    if await connection.unknown_client("MAIL"):
        return
    habits = connection.habits
    if connection.mail.mail_from is not None and habits.second_mail == "refused":
        await connection.say("nested_mail")
        return
    path = await _path(connection, argument, sender=True)
    params = None if path is None else await _parameters(connection, parameters.MAIL, path)
    if path is None or params is None:
        return
    if connection.mail.mail_from is not None:
        connection.reset_transaction()
    limit, declared = connection.message_octets, parameters.declared(params)
    if habits.size_at_mail and declared > limit:
        connection.tell(
            events.MessageDropped(connection.number, events.Drop.TOO_LARGE, declared, limit=limit)
        )
        await connection.say("size_too_large", limit=limit)
        return
    if await _sender_refused(connection, path.address):
        return
    if not connection.handler.mailbox.spool.has_room(declared):
        await connection.say("not_stored")  # RFC 1870 §6.1: for now
        return
    chosen = await connection.choose("mail", path.address)
    if chosen is None:
        return
    connection.mail.mail_from = path.address
    connection.mail.rejections.clear()
    connection.mail.mail_params = params
    connection.mail.smtp_utf8 = "SMTPUTF8" in params
    await connection.grant(chosen, "mail", address=path.address, path=path.typed)


async def _sender_refused(connection: Connection, address: str) -> bool:
    """Nobody can have a domain in .invalid (RFC 2606 §2): servers that look for it refuse, some later."""
    handler = connection.handler
    if not handler.personality.words("bad_sender") or not address.lower().endswith(".invalid"):
        return False
    say = handler.word("bad_sender", {"address": address}).decode()
    if connection.put_off(say):
        return False
    await connection.push(say)
    return True


async def rcpt(connection: Connection, argument: str) -> None:
    """§4.1.1.3. What a recipient is refused with is remembered for DATA."""
    before = len(connection.mail.recipients)
    await _rcpt(connection, argument)
    if len(connection.mail.recipients) == before and connection.said:
        connection.mail.rejections.append(connection.said)


async def _rcpt(connection: Connection, argument: str) -> None:
    if await connection.unknown_client("RCPT"):
        return
    if connection.mail.mail_from is None:
        await connection.say("mail_first")
        return
    if connection.mail.draft is not None:
        await connection.say("bdat_begun", verb="RCPT")
        return
    path = await _path(connection, argument, sender=False)
    params = None if path is None else await _parameters(connection, parameters.RCPT, path)
    if path is None or params is None:
        return
    if put_off := connection.mail.refusal:
        await connection.push(put_off)
        return
    chosen = await connection.choose("rcpt", path.address)
    if chosen is None:
        return
    address = path.address
    if connection.habits.bare_recipient == "qualified" and "@" not in address:
        address += f"@{connection.handler.personality.host}"
    assert connection.session is not None
    answer = await connection.handler.handle_RCPT(
        connection, connection.session, connection.mail, address, params
    )
    if answer.situation == "rcpt":
        await connection.grant(chosen, "rcpt", address=address, path=path.typed)
    else:
        await connection.answer(answer)


async def data(connection: Connection, argument: str) -> None:
    """§4.1.1.4."""
    order_first = connection.habits.order_first
    if not order_first and await connection.takes_none("DATA", argument):
        return
    if await connection.unknown_client("DATA"):
        return
    out_of_order = _out_of_order(connection)
    if out_of_order is not None:
        await connection.say(out_of_order, verb="DATA", refusal=connection.refusal())
        return
    if order_first and await connection.takes_none("DATA", argument):
        return
    chosen = await connection.choose("data")
    if chosen is None:
        return
    await connection.grant(chosen, "data")
    now = connection.mail
    now.draft = connection.handler.mailbox.draft()
    header = Header(now.draft.write)
    body = Body(header if connection.habits.header_checked else now.draft.write, connection.message_octets)
    lines = NoBareLF(body)
    try:
        strict = connection.habits.bare_lf == "refused"
        complete = await receive(connection, lines if strict else body)
    finally:
        now.octets = body.size
    if not complete:
        return
    if connection.habits.early_input == "refused" and connection.waiting:
        connection.drop(events.Drop.REFUSED)
        await connection.say("sync_error")
        connection.leave()
        return
    if lines.stray:
        await refuse_message(connection, events.Drop.REFUSED, "stray_newline")
        return
    if body.too_large:
        await refuse_message(connection, events.Drop.TOO_LARGE, "too_large")
        return
    if connection.habits.header_checked and header.malformed:
        await refuse_message(connection, events.Drop.REFUSED, "header_malformed")
        return
    await deliver(connection)


async def receive(connection: Connection, body: Incoming) -> bool:
    """Feed the message, or a chunk of it. False: its end did not come, or the scenario was earlier."""
    asked = Asked(connection.number, connection.client_address(), BODY, user=connection.user)
    watched = Watched(body, connection.handler.ledger.inside(asked))
    if not await connection.receive(watched):
        return False
    return not watched.faults or await disturb(connection, watched.faults)


def _out_of_order(connection: Connection) -> str | None:
    if said_again := refused_before(connection):
        return said_again
    if connection.mail.mail_from is None:
        return "data_before_mail"
    if connection.mail.draft is not None:
        return "bdat_begun"
    if not connection.mail.recipients:
        return "rcpt_first"
    if parameters.is_binary(connection.mail.mail_params) and "CHUNKING" in connection.offered():
        return "bdat_needed"  # RFC 3030 §3
    return None


def refused_before(connection: Connection) -> str | None:
    """Recipients were named, and all of them refused: some servers say it again."""
    refused = connection.mail.rejections
    if not refused or connection.mail.recipients:
        return None
    at_once = connection.just_said == "RCPT" and "PIPELINING" in connection.in_force()
    at_once = at_once and connection.mail.mail_from is not None
    if len(set(refused)) > 1:
        situation = "rcpts_refused" if at_once else ""
    else:
        situation = "all_refused" if at_once else "all_refused_before"
    return situation if situation and connection.handler.personality.words(situation) else None


async def refuse_message(
    connection: Connection, why: events.Drop, situation: str, *, all_of_it: bool = True, domain: str = ""
) -> None:
    """It is not kept; ``all_of_it``: it was complete, so in LMTP each recipient gets the reply. ``domain``:
    whose rules are against it."""
    times = connection.replies_due() if all_of_it else 1
    connection.drop(why)
    connection.reset_transaction()
    for _ in range(times):
        await connection.say(situation, limit=connection.message_octets, domain=domain)


async def deliver(connection: Connection, *, say: str = "") -> None:
    """The message is complete: keep it, unless the scenario refuses, and say so. ``say``: what is wanted of
    its last chunk; what is wanted of the message goes before."""
    chosen = await connection.choose("message", times=connection.replies_due())
    if chosen is not None and not chosen.say and say:
        chosen = chosen.saying(say)
    if chosen is None:
        connection.drop(events.Drop.REFUSED)
        connection.reset_transaction()
    elif chosen.loses:
        await _lose(connection, chosen)
    elif rejected_for := await _rejected_for(connection):
        await refuse_message(connection, events.Drop.REFUSED, "unauthenticated", domain=rejected_for)
    elif connection.lmtp:
        await _deliver_to_each(connection, chosen)
    elif (quota := _too_full(connection)) is not None:
        connection.drop(events.Drop.REFUSED)
        connection.reset_transaction()
        await connection.refuse(quota.say)
    else:
        await _say(connection, chosen, await _keep(connection))


async def _lose(connection: Connection, chosen: Chosen) -> None:
    """What a broken server does: say that it has the message, and have it no more."""
    draft = connection.mail.draft
    assert draft is not None
    facts = connection.handler.facts_of(draft, connection.handler.ledger.stored + 1)
    for _ in range(connection.replies_due()):
        await connection.grant(chosen, "accepted", **facts)
    connection.drop(events.Drop.LOST)
    connection.reset_transaction()


async def _rejected_for(connection: Connection) -> str:
    """The domain in From: that asks for messages like this one to be rejected; "": none, or it is not
    heard."""
    assert connection.session is not None
    verdict = await connection.handler.judge(connection, connection.session, connection.mail)
    return verdict.from_domain if verdict is not None and verdict.disposition == "reject" else ""


def _too_full(connection: Connection) -> Quota | None:
    """One reply stands for all recipients, so the message has to fit into each mailbox."""
    octets = connection.mail.octets
    found = (connection.handler.ledger.too_full(one.address, octets) for one in connection.mail.recipients)
    return next((quota for quota in found if quota is not None), None)


async def _deliver_to_each(connection: Connection, chosen: Chosen) -> None:
    """RFC 2033 §4.2: a reply for each recipient, in their order; nobody is sent a report of a failure."""
    recipients = tuple(connection.mail.recipients)
    refusals = {one.address: refusal for one in recipients if (refusal := _refusal(connection, one.address))}
    connection.mail.recipients = [one for one in recipients if one.address not in refusals]
    answer = None
    if connection.mail.recipients:
        answer = await _keep(connection)
    else:
        connection.drop(events.Drop.REFUSED)
        connection.reset_transaction()
    for one in recipients:
        if answer is not None and one.address not in refusals:
            await _say(connection, chosen, answer)
        else:
            await connection.answer(refusals[one.address])


def _refusal(connection: Connection, address: str) -> Answer | None:
    """Why this mailbox does not take the message."""
    if not connection.handler.scenario.delivers_to(connection.handler.mailbox_of(address)):
        return Answer("undeliverable", {"address": address})
    quota = connection.handler.ledger.too_full(address, connection.mail.octets)
    return None if quota is None else Answer("", say=quota.say)


async def _keep(connection: Connection) -> Answer:
    assert connection.session is not None
    chunk = connection.mail.chunk
    answer = await connection.handler.handle_DATA(connection, connection.session, connection.mail)
    await connection.turn()
    connection.reset_transaction()
    if chunk and answer.situation == "accepted":
        return Answer("accepted_chunks", {**answer.facts, "chunk": chunk - 1})
    return answer


async def _say(connection: Connection, chosen: Chosen, answer: Answer) -> None:
    if answer.situation in ("accepted", "accepted_chunks"):
        await connection.grant(chosen, answer.situation, **answer.facts)
    else:
        await connection.answer(answer)


async def _path(connection: Connection, argument: str, *, sender: bool) -> PathArgument | None:
    """The path and its parameters; None when it was refused."""
    utf8 = "SMTPUTF8" in connection.offered() if sender else connection.mail.smtp_utf8
    strict = connection.handler.scenario.syntax == "strict"
    try:
        return arguments.parse(argument, sender=sender, utf8=utf8, strict=strict, habits=connection.habits)
    except arguments.PathError as error:
        situation = (_BAD_SENDER if sender else _BAD_RECIPIENT)[error.fault]
        await connection.say(situation, **_as_typed(argument, error), **_named(error.text))
        return None


def _as_typed(argument: str, error: arguments.PathError) -> dict[str, str | int]:
    """Facts of a path that could not be read."""
    whole = argument.partition(":")[2]
    bare = whole.strip(" \t<>")
    named = error.fault not in (Fault.PARAMETER, Fault.AGAIN, Fault.TRAILING)
    address = (error.text or bare) if named else bare.partition(">")[0]
    typed = whole.strip(" \t")
    return {
        "address": address,
        "position": len(address) + 1,
        "argument": whole,
        "typed": typed,
        "path": typed.removesuffix(error.text),
        "rest": error.text,
        "word": re.split(r"[ \t:]", argument, maxsplit=1)[0],
    }


async def _parameters(
    connection: Connection, known: Mapping[str, parameters.Parameter], path: PathArgument
) -> dict[str, str | None] | None:
    """Those that count; None: what cannot be agreed to was answered (RFC 5321 §4.1.1.11)."""
    habits = connection.habits
    in_force = connection.offered() if habits.parameters_after_helo else connection.in_force()
    if habits.parameters != "checked":
        if path.params and habits.parameters == "ignored-after-ehlo" and not in_force:
            await connection.say("parameter_unknown", address=path.address)
            return None
        return path.params
    if parameters.is_negative(path.params) and connection.handler.personality.words("size_negative"):
        await connection.say("size_negative", address=path.address)
        return None
    lacking = _LACKING[habits.valueless]
    params = parameters.without_unfit(
        known, path.params, in_force, habits.unchecked_values, valueless=lacking
    )
    situation = parameters.fault(known, params, in_force, valueless=lacking)
    if situation is not None:
        found = parameters.offender(known, params, in_force)
        await _refuse_parameter(connection, situation, path.address, found)
        return None
    return params


async def _refuse_parameter(connection: Connection, situation: str, address: str, found: str) -> None:
    """In words for just this parameter, where it has some."""
    personality = connection.handler.personality
    facts = {"address": address, **_named(found)}
    wording = personality.values.get(facts["name"])
    if wording is None or situation in ("parameter_unknown", "value_missing"):
        await connection.say(situation, **facts)
    else:
        await connection.say_instead(wording, situation, facts)


def _named(parameter: str) -> dict[str, str]:
    name, _equals, value = parameter.partition("=")
    return {"parameter": parameter, "name": name, "value": value}
