"""A look at a server beside the open connection: connect, EHLO, QUIT, and what was found."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Final

from tui.net.access import Access, Security
from tui.net.endpoint import Endpoint
from tui.net.session import Session
from tui.practice.checklist import advance, start
from tui.practice.state import Practice
from tui.smtp.display import visible
from tui.smtp.events import (
    CommandSent,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    ExtensionsAdvertised,
    GreetingAwaited,
    MailExchangersFound,
    ProgramSaid,
    ReplyReceived,
    ReplyTimedOut,
    TlsEstablished,
    TlsFailed,
)
from tui.words.language import gettext as _
from tui.words.notes import note
from tui.words.prose import enumerated

PATIENCE: Final = 15.0  # seconds for each reply
_NOTED: Final = (
    ConnectionFailed,
    MailExchangersFound,
    ProgramSaid,
    ReplyTimedOut,
    TlsEstablished,
    TlsFailed,
)
_LONGEST: Final = 200


async def probe(target: Endpoint, access: Access, ehlo: str = "") -> tuple[str, ...]:
    """Sentences without a full stop. Nobody is asked anything: what needs a password fails, and says so."""
    session = Session(target, access=access, timeout=PATIENCE)
    looked = _Look(session, access, ehlo or _own_name())
    opening = asyncio.ensure_future(session.open())
    try:
        async for batch in session.events():
            for stamped in batch:
                looked.see(stamped.event)
        await opening
    finally:
        await session.close()
    return tuple(looked.found)


class _Look:
    def __init__(self, session: Session, access: Access, name: str) -> None:
        self.found: list[str] = []
        self._session = session
        self._access = access
        self._name = name
        self._practice: Practice = start()
        self._done = False

    def see(self, event: Event) -> None:
        self._practice = advance(self._practice, event)
        self.found += self._said(event)

    def _said(self, event: Event) -> Iterator[str]:
        if isinstance(event, ConnectionOpened):
            yield _("connected after {ms} ms").format(ms=round(event.seconds * 1000))
        elif isinstance(event, _NOTED):
            said = note(event, self._practice)
            if said:
                yield said
            if isinstance(event, TlsEstablished) and not event.implicit:
                self._send(f"EHLO {self._name}")
        elif isinstance(event, ReplyReceived):
            yield from self._answered(event)
        elif isinstance(event, ExtensionsAdvertised):
            yield from self._offered()
        elif isinstance(event, ConnectionClosed) and not self._done:
            said = note(event, self._practice)
            if said:
                yield said

    def _answered(self, event: ReplyReceived) -> Iterator[str]:
        reply, verb = event.reply, ""
        if isinstance(event.to, CommandSent):
            verb = event.to.command.verb
        text = visible(reply.lines[0])[:_LONGEST] if reply.lines else ""
        good = reply.severity in {2, 3}
        if isinstance(event.to, GreetingAwaited):
            yield f"{reply.code} {text}"
            self._send(f"{'LHLO' if self._access.lmtp else 'EHLO'} {self._name}" if good else "QUIT")
        elif verb in {"EHLO", "LHLO"} and good:
            return  # what it offers comes next
        elif verb == "QUIT":
            self._done = True
        elif not good:
            yield f"{verb}: {reply.code} {text}"
            self._send("QUIT")

    def _offered(self) -> Iterator[str]:
        offers = self._practice.extensions
        wanted = self._access.security is Security.STARTTLS and self._practice.tls is None
        if wanted and "STARTTLS" in offers:
            self._send("STARTTLS")
            return
        if wanted:
            yield _("STARTTLS is not offered, so nothing would go on")
        words = enumerated(visible(f"{key} {value}".strip()) for key, value in offers.items())
        yield _("offers {extensions}").format(extensions=words) if words else _("offers no extension")
        self._send("QUIT")

    def _send(self, line: str) -> None:
        self._session.send(line.encode() + b"\r\n")


def _own_name() -> str:
    name = socket.gethostname()
    return name if name.isascii() and " " not in name and name else "localhost"
