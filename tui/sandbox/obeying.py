"""A line that came: which verb it says, and what stands in the way of it before the verb itself is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tui.practice.faults import ANY_COMMAND
from tui.sandbox import arguments, chunking, verbs
from tui.smtp.commands import HELLO, text_of

if TYPE_CHECKING:
    from tui.sandbox.server import Connection

#: By the habit ``tab_ends_verb``.
_COMMANDS: Final = {
    True: re.compile(rb"([A-Za-z]+)(?:[ \t]+(.*))?", re.DOTALL),
    False: re.compile(rb"([A-Za-z]+)(?: +(.*))?", re.DOTALL),
}
#: MAIL and RCPT by the habit ``one_blank``.
_ONE_BLANK: Final = re.compile(rb"[A-Za-z]+ [^ \t].*", re.DOTALL)
#: Behind these nothing may come before the reply (RFC 2920 §3.1).
_LAST_OF_GROUP: Final = frozenset({*HELLO, "DATA", "STARTTLS", "VRFY", "EXPN", "NOOP", "QUIT"})
_GREETING: Final = frozenset({*HELLO, "DATA"})
#: What somebody says who does not want to speak SMTP.
_NO_MAIL: Final = {
    "http": re.compile(rb"(?:GET|POST|CONNECT|PUT|HEAD|OPTIONS|DELETE|PATCH) ", re.IGNORECASE),
    "header": re.compile(rb"[A-Za-z][A-Za-z0-9-]*:"),
    "no-letter": re.compile(rb"[^A-Za-z\s\0]"),
    "proxy": re.compile(rb"(?:GET|POST|CONNECT|USER)\s", re.IGNORECASE),
}


async def obey(connection: Connection, line: bytes, *, cut: bool) -> None:
    """One line without its end; ``cut``: it was longer than any may be."""
    habits = connection.habits
    if habits.blank_before_verb:
        line = line.lstrip(b" \t")
    if connection.handler.ledger.concerns(ANY_COMMAND):
        connection.argument = line.decode("utf-8", "surrogateescape")
        if await connection.choose(ANY_COMMAND) is None:
            return
    match = _COMMANDS[habits.tab_ends_verb].fullmatch(line)
    verb = match[1].decode("ascii").upper() if match else ""
    if cut or len(line) + 2 > verbs.SHORT_LINE:
        limit = habits.line_octets or verbs.longest_line(verb, connection.offered())
        if cut or len(line) + 2 > limit:
            await connection.say("line_too_long", limit=limit)
            return
    act = verbs.of(lmtp=connection.lmtp).get(verb)
    if _too_early(connection, verb):
        await connection.say("sync_error")
        connection.leave()
    elif unreadable := _unreadable(connection, line):
        await connection.say(unreadable)
    elif connection.patience.one_too_many(verb):
        await connection.say("too_many_besides")
        connection.leave()
    elif match is None or act is None or _half_a_verb(connection, verb, line, match[2]):
        await _not_understood(connection, verb, line)
    elif not _has(connection, verb):
        situation = verbs.NOT_OFFERED.get(verb, "not_implemented")
        await connection.say(situation, verb=verb, line=text_of(line))
    elif verb != "BDAT" and (bar := chunking.breach(connection, verb) or connection.bar(verb)):
        await connection.say(bar, verb=verb)  # BDAT has octets behind it, and asks itself
    else:
        argument = (match[2] or b"").decode("utf-8", "surrogateescape").strip(" \t")
        connection.begin(verb, argument, text_of(line), blank_behind=match[2] is not None)
        await act(connection, argument)


def _has(connection: Connection, verb: str) -> bool:
    """Is the extension there that brings the verb, or is it answered without one?"""
    extension = verbs.EXTENSION.get(verb)
    return extension is None or extension in connection.handler.offers or verb in connection.habits.answers


def _too_early(connection: Connection, verb: str) -> bool:
    """Something came behind this line that had to wait for its reply (RFC 2920 §3.1)."""
    early_input = connection.habits.early_input
    if early_input == "taken" or not connection.waiting:
        return False
    if early_input == "greeting":
        return verb in _GREETING
    if verb == "BDAT" and _has(connection, verb):  # its octets follow at once
        return False
    return verb in _LAST_OF_GROUP or verb not in verbs.SMTP or "PIPELINING" not in connection.in_force()


def _unreadable(connection: Connection, line: bytes) -> str | None:
    """Octets that this server takes in no line: a situation."""
    personality = connection.handler.personality
    if b"\0" in line and personality.words("nul"):
        return "nul"
    if line.isascii() or not personality.words("not_utf8") or "SMTPUTF8" not in connection.handler.offers:
        return None
    try:
        line.decode()
    except UnicodeDecodeError:
        return "not_utf8"
    return None


def _half_a_verb(connection: Connection, verb: str, line: bytes, argument: bytes | None) -> bool:
    """MAIL without FROM:, where that belongs to the verb."""
    if not connection.habits.keyword_in_verb or verb not in ("MAIL", "RCPT"):
        return False
    if connection.habits.one_blank and not _ONE_BLANK.fullmatch(line):
        return True
    text = (argument or b"").decode("utf-8", "surrogateescape")
    return not arguments.has_keyword(text, sender=verb == "MAIL")


async def _not_understood(connection: Connection, verb: str, line: bytes) -> None:
    text = text_of(line)
    personality = connection.handler.personality
    if (wording := personality.verbs.get(verb)) is not None:
        argument = text.partition(" ")[2].strip()
        if verb == "ETRN" and not argument and personality.words("etrn_syntax"):
            await connection.say("etrn_syntax")
            return
        facts = {"verb": verb, "argument": argument, "line": text, "peer": connection.client_address()}
        await connection.push(connection.handler.fill(wording, facts))
        return
    replies = personality.replies
    if verb in verbs.ELSEWHERE and replies.not_implemented != replies.unknown_command:
        await connection.say("not_implemented", verb=verb, line=text)
        return
    kinds = [kind for kind in connection.habits.no_mail if kind != "proxy" or not connection.just_said]
    if any(_NO_MAIL[kind].match(line) for kind in kinds):
        await connection.say("no_mail", line=text)
        connection.leave()
        return
    if connection.one_unknown_too_many():
        connection.dismiss("too_many_unknown")
    else:
        await connection.say(
            "unknown_command" if line.strip(b" \t\0") else "empty_line", verb=verb, line=text
        )
