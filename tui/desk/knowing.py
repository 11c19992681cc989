"""What Tab may complete with in a sitting: what the server offered, and the addresses and names that were
used."""

from __future__ import annotations

from collections.abc import Iterable

from tui.desk.composing import compose
from tui.desk.options import Steps
from tui.net.names_own import own_name
from tui.practice.state import Practice
from tui.practice.suggestion import CLIENT, RECIPIENTS, SENDERS
from tui.prompt.completion import Known
from tui.smtp.commands import HELLO
from tui.smtp.events import CommandSent, Event

_KEPT = 50  # addresses of a side, names


class Used:
    """Addresses and own names of this sitting's commands, the newest first: a fold over the events of all
    its connections. A login holds none."""

    def __init__(self) -> None:
        self.senders: tuple[str, ...] = ()
        self.recipients: tuple[str, ...] = ()
        self.names: tuple[str, ...] = ()

    def seen(self, event: Event) -> None:
        if not isinstance(event, CommandSent) or event.secret:
            return
        command = event.command
        address = command.path.address if command.path is not None else ""
        if command.verb == "MAIL" and address:
            self.senders = _newest(address, self.senders)
        elif command.verb == "RCPT" and address:
            self.recipients = _newest(address, self.recipients)
        elif command.verb in HELLO and command.argument:
            self.names = _newest(command.argument, self.names)


def _newest(one: str, before: tuple[str, ...]) -> tuple[str, ...]:
    return (one, *(other for other in before if other != one))[:_KEPT]


def known(
    practice: Practice,
    used: Used,
    steps: Steps,
    *,
    address: str = "",
    sandbox: bool = False,
    proposes: bool = False,
    lmtp: bool = False,
    draft: str = "",
    chunk: str = "",
) -> Known:
    """``address`` is that of our end, for our name; ``proposes``: addresses that were neither used nor given
    may be proposed; ``draft`` is the message that is written already, ``chunk`` the BDAT that sends it."""
    given = (steps.sender,) if steps.sender else ()
    return Known(
        practice.phase,
        practice.extensions,
        tls=practice.tls is not None,
        authenticated=practice.authenticated,
        lmtp=lmtp,
        own=_once((steps.ehlo, CLIENT if sandbox else own_name(address), *used.names)),
        senders=_once((*used.senders, *given, *(SENDERS if proposes else ()))),
        recipients=_once((*used.recipients, *steps.recipients, *(RECIPIENTS if proposes else ()))),
        size=compose(draft).size,
        chunk=chunk,
    )


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))
