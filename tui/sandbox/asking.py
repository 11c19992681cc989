"""The verbs around a transaction: who is there, who has a mailbox, goodbye (RFC 5321 §4.1.1)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tui.practice.scenario import EXTENSIONS
from tui.sandbox.personality import AUTH_AGAIN

if TYPE_CHECKING:
    from tui.sandbox.server import Connection
    from tui.sandbox.speaking import Chosen

_LABEL: Final = r"[A-Za-z0-9](?:[A-Za-z0-9_-]*[A-Za-z0-9])?"
_LITERAL: Final = r"\[(?:IPv6:[0-9A-Fa-f:.]+|[0-9]{1,3}(?:\.[0-9]{1,3}){3})\]"
#: What HELO is followed by, as it is read by the habit ``helo_name``.
_HOST: Final = {
    "word": re.compile(r"[!-~]+"),
    "words": re.compile(r"[^\x00-\x1f\x7f]+"),
    "domain": re.compile(rf"(?=.{{1,255}}\Z)(?:{_LABEL}(?:\.{_LABEL})*|{_LITERAL})"),
    "host": re.compile(rf"[A-Za-z0-9.-]+|{_LITERAL}"),
    "signs": re.compile(r"[A-Za-z0-9\[\].:_#-]{1,256}"),
}


async def helo(connection: Connection, argument: str) -> None:
    """§4.1.1.1."""
    chosen = await _introduce(connection, "HELO", argument)
    if chosen is not None:
        await connection.grant(chosen, "helo", client=argument, limit=connection.message_octets)


async def ehlo(connection: Connection, argument: str) -> None:
    """§4.1.1.1: the greeting, and what this connection offers now."""
    await _introduce_and_offer(connection, "EHLO", argument)


async def lhlo(connection: Connection, argument: str) -> None:
    """RFC 2033 §4.1: EHLO by another name."""
    await _introduce_and_offer(connection, "LHLO", argument)


async def _introduce_and_offer(connection: Connection, verb: str, argument: str) -> None:
    chosen = await _introduce(connection, verb, argument)
    if chosen is None:
        return
    personality = connection.handler.personality
    about = {"client": argument, "peer": connection.client_address()}
    lines = [chosen.say] if chosen.say else [*personality.say("ehlo", about)]
    mechanisms = " ".join(connection.handler.mechanisms)
    facts = {"limit": str(connection.message_octets), "mechanisms": mechanisms}
    for keyword in connection.offered():
        value = EXTENSIONS.get(keyword, "").format_map(facts)
        lines.append(
            f"250 {keyword}{mechanisms}" if keyword == AUTH_AGAIN else f"250 {keyword} {value}".rstrip()
        )
    await connection.push("\r\n".join([*(f"{line[:3]}-{line[4:]}" for line in lines[:-1]), lines[-1]]))


async def _introduce(connection: Connection, verb: str, name: str) -> Chosen | None:
    """None: it was refused."""
    habits = connection.habits
    assert connection.session is not None
    if habits.helo_again == "refused" and connection.session.host_name is not None:
        await connection.say("helo_again", verb=verb)
        return None
    if _HOST[habits.helo_name].fullmatch(name) is None if name else habits.helo_name_required:
        await connection.say("helo_malformed" if name else "helo_syntax", verb=verb)
        return None
    chosen = await connection.choose("helo")
    if chosen is None:
        return None
    if habits.ehlo_resets:
        connection.reset_transaction()
    connection.session.host_name = name
    connection.session.extended_smtp = verb != "HELO"
    return chosen


async def rset(connection: Connection, argument: str) -> None:
    """§4.1.1.5."""
    if await connection.takes_none("RSET", argument):
        return
    if await connection.unknown_client("RSET"):
        return
    chosen = await connection.choose("rset")
    if chosen is not None:
        connection.reset_transaction()
        await connection.grant(chosen, "rset")


async def noop(connection: Connection, argument: str) -> None:
    """§4.1.1.9: an argument means nothing."""
    if await connection.takes_none("NOOP", argument):
        return
    chosen = await connection.choose("noop")
    if chosen is not None:
        await connection.grant(chosen, "noop")


async def help_(connection: Connection, argument: str) -> None:
    """§4.1.1.8."""
    if not await connection.takes_none("HELP", argument):
        situation = "help_topic" if argument else "help"
        await connection.say(situation, verbs=" ".join(connection.verbs()), argument=argument.lower())


async def _asked_for(connection: Connection, argument: str, malformed: str) -> str:
    """The address, without brackets and the parameter of RFC 6531 §3.7.4.2; "" when what is wrong with it is
    said. Who has not asked for UTF-8 gets none in a reply."""
    words, blank, last = argument.rpartition(" ")
    offered = "SMTPUTF8" in connection.offered()
    asked = offered and bool(blank) and last.upper() == "SMTPUTF8"
    address = (words.rstrip(" \t") if asked else argument).removeprefix("<").removesuffix(">")
    if not address or not address.isprintable():
        await connection.say(malformed)
    elif offered and not asked and not address.isascii() and not connection.habits.utf8_unasked:
        await connection.say("recipient_not_ascii", address=address)
    else:
        return address
    return ""


async def vrfy(connection: Connection, argument: str) -> None:
    """§4.1.1.6: it says what RCPT would say."""
    address = await _asked_for(connection, argument, "vrfy_syntax")
    if not address:
        return
    if " " in address and connection.handler.personality.words("vrfy_malformed"):
        await connection.say("vrfy_malformed", address=address)
        return
    if "@" not in address and connection.handler.personality.words("vrfy_without_domain"):
        await connection.say("vrfy_without_domain", address=address)
        return
    chosen = await connection.choose("vrfy")
    if chosen is None:
        return
    scenario = connection.handler.scenario
    facts = {"address": address, "qualified": _qualified(connection, address), "argument": argument}
    if not scenario.is_local(address):
        await connection.say("vrfy_elsewhere", **facts)
    elif connection.habits.unknown_users == "refused" and not scenario.has_mailbox(address):
        await connection.say("vrfy_unknown", **facts)
    else:
        await connection.grant(chosen, "vrfy", **facts)


def _qualified(connection: Connection, address: str) -> str:
    """With our own domain where it has none."""
    return address if "@" in address else f"{address}@{connection.handler.personality.host}"


async def expn(connection: Connection, argument: str) -> None:
    """§4.1.1.7: who is on a list; one address in each line."""
    name = await _asked_for(connection, argument, "expn_syntax")
    if not name:
        return
    chosen = await connection.choose("expn")
    if chosen is None:
        return
    scenario = connection.handler.scenario
    members = scenario.lists.get(name.rpartition("@")[0].lower() or name.lower())
    if connection.habits.expn_users and not members and "@" in name and scenario.has_mailbox(name):
        members = (name,)
    if not members or not scenario.is_local(name):
        await connection.say("no_list", address=name, qualified=_qualified(connection, name))
    elif chosen.say:
        await connection.push(chosen.say)
    else:
        lines = [connection.handler.word("expn", {"address": one}) for one in members]
        await connection.push(b"\r\n".join([*(line[:3] + b"-" + line[4:] for line in lines[:-1]), lines[-1]]))


async def quit_(connection: Connection, argument: str) -> None:
    """§4.1.1.10."""
    if await connection.takes_none("QUIT", argument):
        return
    chosen = await connection.choose("quit")
    if chosen is not None:
        await connection.grant(chosen, "quit")
        connection.leave()
