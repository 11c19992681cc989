"""The questions about a connection as a whole, beside those that its outbox puts about single lines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tui.desk.asking import Asked, Question
from tui.net.access import Access, Security
from tui.smtp.certificate import CertificateFault
from tui.smtp.commands import HELLO
from tui.smtp.events import TlsFailed


class Questions:
    """Of the present connection: about its certificate, and about the commands of the one that was lost."""

    def __init__(self) -> None:
        self._trust: Question | None = None
        self._again: Question | None = None

    def begin(self, lines: tuple[str, ...] = ()) -> None:
        """A new connection. ``lines``: the commands of the one before that may be typed again."""
        self._trust = None
        self._again = Question(Asked.AGAIN, lines=lines) if lines else None

    def refused(self, event: TlsFailed, access: Access, *, scripted: bool) -> Access:
        """A certificate that proves nothing may be taken all the same, by a person who has seen it. Returns
        how to connect from now on."""
        if CertificateFault.CHANGED in event.faults:
            return replace(access, tls=replace(access.tls, pin=""))
        if event.certificate is not None and not scripted:
            self._trust = Question(Asked.INSECURE)
        return access

    def typed_on(self) -> None:
        """Whoever goes on typing does not want the old commands."""
        self._again = None

    def current(self, *, may_repeat: Callable[[], bool], greeted: bool) -> Question | None:
        """``may_repeat``: is this the time for commands of the connection before? ``greeted``: not for its
        greeting any more, which was said by now."""
        if self._trust is not None or self._again is None or not may_repeat():
            return self._trust
        left = without_greeting(self._again.lines) if greeted else self._again.lines
        return replace(self._again, lines=left) if left else None

    def answered(self, question: Question, *, yes: bool) -> tuple[bool, tuple[str, ...]]:
        """Was this question one of ours? And the lines to type again."""
        if question is self._trust:
            self._trust = None
            return True, ()
        if question.asked is Asked.AGAIN and self._again is not None:
            lines, self._again = self._again.lines, None
            return True, lines if yes else ()
        return False, ()


def without_greeting(lines: tuple[str, ...]) -> tuple[str, ...]:
    """Commands of a connection, but for a greeting that begins them."""
    return lines[1:] if lines and lines[0].partition(" ")[0].upper() in HELLO else lines


def in_spite(failed: TlsFailed | None, access: Access) -> Access:
    """How to connect again in spite of the certificate that was shown, held to just that one. After a
    STARTTLS that was typed by hand, it is typed again: nothing more goes out in clear."""
    shown = failed.certificate if failed is not None else None
    by_hand = access.security is Security.PLAIN and failed is not None and not failed.implicit
    security = Security.STARTTLS if by_hand else access.security
    return replace(access, security=security, tls=replace(access.tls, pin=shown.sha256 if shown else ""))
