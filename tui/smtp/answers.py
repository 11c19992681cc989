"""What a reply answers, by name: the key of every table about replies."""

from __future__ import annotations

from tui.smtp.commands import HELLO, VERBS
from tui.smtp.events import Answered, BodyEnded, CommandSent, GreetingAwaited
from tui.smtp.spelling import meant_verb
from tui.smtp.typed import Typed

#: Replies that say what the server has understood, however the command was spelt.
_TELLING = {354: "DATA", 334: "AUTH"}


def answered_name(to: Answered) -> str:
    """The verb, "greeting", "." or, for answers to challenges as well, "AUTH"."""
    if isinstance(to, CommandSent):
        return to.command.verb
    if isinstance(to, GreetingAwaited):
        return "greeting"
    return "." if isinstance(to, BodyEnded) else "AUTH"


def understood(to: Answered, code: int) -> str:
    """The name of what the server has read if it answers ``code``.

    A command whose verb is none, such as one behind a blank or a NUL, is what the reply says: whatever
    follows 354 is message text, and whatever follows 334 a secret. In all other cases it is
    :func:`answered_name`.
    """
    name = answered_name(to)
    if isinstance(to, CommandSent) and name not in VERBS:
        return _TELLING.get(code, name)
    return name


def greeting_taken(to: Answered | None, code: int) -> str:
    """HELO, EHLO or LHLO where the server accepted, with a 2yz, a line that only looks like one: written in
    full-width characters, or misspelt. "" for all else, a proper greeting included."""
    if code // 100 != 2 or not isinstance(to, CommandSent) or to.command.verb in VERBS:
        return ""
    typed = Typed(to.command.data)
    verb = typed.folded_verb or meant_verb(typed.folded)
    return verb if verb in HELLO else ""
