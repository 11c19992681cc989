"""Safety rails: what must not leave for a REAL server without somebody's word.

Mail that a server accepts is delivered. So the line that ends a message asks first, with the envelope spelt
out, where the server is another machine; and a script, which nobody watches, gets as far as DATA on any
server that is not the sandbox inside this process unless ``--yes`` was given. A password that would travel
without TLS asks too, and so does one to a server whose certificate was taken unverified, on every server that
is not the sandbox: a port of this machine may lead elsewhere. ``--insecure`` is a yes to the certificate, not
to the password.
"""

from __future__ import annotations

import re
from enum import Enum
from ipaddress import IPv6Address, ip_address
from typing import Final

from tui.desk.holding import begins_with_verb
from tui.smtp.events import ConnectionOpened
from tui.smtp.phases import Phase
from tui.values import value


class Standing(Enum):
    """Whose server it is."""

    SANDBOX = "sandbox"  # inside this process
    LOOPBACK = "loopback"  # REAL, on this machine
    REMOTE = "remote"  # REAL


class Verdict(Enum):
    GO = "go"
    ASK = "ask"
    STOP = "stop"
    ASK_CLEAR = "ask-clear"  # before a password goes out without TLS
    STOP_CLEAR = "stop-clear"
    ASK_UNPROVEN = "ask-unproven"  # … inside TLS, to a server that nothing proves
    STOP_UNPROVEN = "stop-unproven"


#: A script was stopped before a password.
BEFORE_PASSWORD: Final = frozenset({Verdict.STOP_CLEAR, Verdict.STOP_UNPROVEN})


def standing(opened: ConnectionOpened | None) -> Standing:
    """Judged by the address that is connected, never by a name. No address known, or something in between
    that may lead anywhere (a jump host, a program, a socket file, DNS): REMOTE, the careful side."""
    if opened is None:
        return Standing.REMOTE
    if opened.sandbox:
        return Standing.SANDBOX
    if opened.indirect:
        return Standing.REMOTE
    return Standing.LOOPBACK if _is_loopback(opened.address) else Standing.REMOTE


def _is_loopback(address: str) -> bool:
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped.is_loopback
    return parsed.is_loopback


#: A server may take other line ends than CRLF for one, and so other dots for the last.
_ANY_LINE_END: Final = re.compile(rb"[\r\n]")
_OPENS_MESSAGE: Final = ([b"DATA"], [b"BDAT"])


@value
class Situation:
    """Where a line would go."""

    standing: Standing
    phase: Phase
    undecided: bool = False  # the reply that decides what it will be, 354 perhaps, is still due
    reveals: bool = False  # the line would give a password away to whoever listens …
    unproven: bool = False  # … or, inside TLS, to whoever it is that answers
    raw: bool = False  # octets as they are: whole lines in any number, and perhaps the beginning of one

    @property
    def message_possible(self) -> bool:
        """A line may be a part of a message: 354 was given, or may be on its way. With recipients accepted, a
        server may also have begun one at a command that nobody else takes for DATA."""
        return self.undecided or self.phase in {Phase.MESSAGE, Phase.RCPT}


@value
class Rails:
    """``scripted``: lines come from a pipe, so there is nobody to ask; ``yes``: ``--yes`` was
    given."""

    scripted: bool = False
    yes: bool = False

    def judge(self, line: bytes, where: Situation) -> Verdict:
        """May this line (without its end) go out there?"""
        if self.yes or where.standing is Standing.SANDBOX:
            return Verdict.GO
        if where.reveals and where.unproven:
            return Verdict.STOP_UNPROVEN if self.scripted else Verdict.ASK_UNPROVEN
        if where.reveals:
            return Verdict.STOP_CLEAR if self.scripted else Verdict.ASK_CLEAR
        if self.scripted:
            return Verdict.STOP if opens_message(line) or ends_message(line, where) else Verdict.GO
        if where.standing is Standing.REMOTE and ends_message(line, where):
            return Verdict.ASK
        return Verdict.GO


def opens_message(line: bytes) -> bool:
    """DATA, or BDAT, which brings the message with it."""
    return any(part.upper().split()[:1] in _OPENS_MESSAGE for part in _ANY_LINE_END.split(line))


def ends_message(line: bytes, where: Situation) -> bool:
    """After this line the server may answer for a message: the lone dot, or BDAT … LAST. Of raw octets nobody
    knows where their server is when it reads them: whatever line of them may end a message does."""
    parts = lines_in(line)
    if where.raw:
        ended = parts[:-1]
        return b"." in ended or any(_ends_chunks(part) for part in ended)
    if where.message_possible and b"." in parts:
        return True
    return where.phase is not Phase.MESSAGE and any(_ends_chunks(part) for part in parts)


def ends_with_dot(octets: bytes, where: Situation) -> bool:
    """It is a dot, or among others a dot, that ends the message."""
    return b"." in (lines_in(octets)[:-1] if where.raw else lines_in(octets))


def _ends_chunks(line: bytes) -> bool:
    words = line.upper().split()
    return words[:1] == [b"BDAT"] and words[-1] == b"LAST"


def lines_in(octets: bytes) -> list[bytes]:
    """The lines that a server may see in these octets, whatever line ends it takes; the last one is not
    ended."""
    return _ANY_LINE_END.split(octets)


def begins_login(line: bytes) -> bool:
    return line.upper().split(None, 1)[:1] == [b"AUTH"]


def logs_in(octets: bytes) -> bool:
    """A login begins in these octets, and its answers follow: what is no command."""
    begun = False
    for line in lines_in(octets):
        if begun and line and not begins_with_verb(line):
            return True
        begun = begun or begins_login(line)
    return False
