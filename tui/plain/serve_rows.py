"""The live log of ``smtptutor sandbox``: rows for people, or one JSON object a line for programs.

Every line of every dialogue is told when it comes, with the number of its connection: ``3 C: HELO client``;
of a long message its beginning is, and then how much came behind that (``hearing``). The log is one more
consumer of ``tui.smtp``'s observer, one for each connection, so it masks what the split screen masks, in
either form.
"""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, Final, Protocol

from tui.plain.hearing import Heard, Hearing, More
from tui.plain.output import ReaderGoneError, WriteInterruptedError
from tui.plain.served import Served
from tui.sandbox import events
from tui.sandbox.envelope import Envelope
from tui.sandbox.events import Drop
from tui.smtp.display import decode, masked, shown, visible
from tui.smtp.events import LineReceived, LineSent, Part
from tui.words import faults
from tui.words.language import N_, gettext, ngettext
from tui.words.language import gettext as _
from tui.words.reasons import reason as reason_of

Told = events.Event | Heard
"""What happened on a connection: a fact of the sandbox, or what was heard of the dialogue."""


#: Octets that may wait to be written, what each event takes beside its own counted in.
_BACKLOG: Final = 8 * 1024 * 1024
_EVENT: Final = 256
#: Seconds of a slice of writing, and those that pass between two of them, at most, while clients are busy.
_SLICE: Final = 0.003
_LATEST: Final = 0.25
#: What happens within so many seconds is written in one go: nobody sees that it is late, and many clients are
#: served faster. With more events than this in them clients are busy.
_PAUSE: Final = 0.01
_FEW: Final = 8
#: Why a handshake came to nothing, by what OpenSSL calls it.
_SPOKE_IN_CLEAR: Final = N_("the client spoke in clear")
_NOT_TRUSTED: Final = N_("the client does not trust the certificate")
_HANDSHAKES: Final = {
    "WRONG_VERSION_NUMBER": _SPOKE_IN_CLEAR,
    "HTTP_REQUEST": _SPOKE_IN_CLEAR,
    "TLSV1_ALERT_UNKNOWN_CA": _NOT_TRUSTED,
    "SSLV3_ALERT_BAD_CERTIFICATE": _NOT_TRUSTED,
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN": _NOT_TRUSTED,
    "SSLV3_ALERT_CERTIFICATE_EXPIRED": _NOT_TRUSTED,
}


class Form(Protocol):
    """How a log is written; no line end at the end of what they return."""

    def ready(self, served: Served) -> str: ...
    def told(self, connection: int, what: Told, at: float | None = None) -> str:
        """``at``: when, by ``now``; None: now."""

    def now(self) -> float: ...
    def stopped(self, stored: int, wanted: int | None) -> str: ...


class ServerLog:
    """Writes what a sandbox tells, as it is told.

    Clients are answered first: with ``later`` the log is written in short slices when they pause, or have
    waited long, and only where very much waits, at once.

    Args:
        write: takes text; what ``tui.plain.output.Output.write`` raises ends the log.
        gone: called once, when nobody reads the log any more.
        later: calls something after so many seconds, such as ``call_later`` of an event loop; None:
            everything is written when it is told.
        monotonic: seconds, to tell how long something takes.
    """

    def __init__(
        self,
        form: Form,
        write: Callable[[str], None],
        gone: Callable[[], None],
        later: Callable[[float, Callable[[], None]], object] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._later = later
        self._monotonic = monotonic
        self._waiting: deque[tuple[float, events.Event]] = deque()
        self._octets = 0  # of what waits
        self._came = 0  # events since it was last looked at
        self._due = 0.0  # when something is written, however busy clients are
        self._form = form
        self._write = write
        self._gone = gone
        self._ended = False
        #: Why the log could not be written, where somebody would still read it.
        self.failed: OSError | None = None
        self._heard: dict[int, Hearing] = {}

    def ready(self, served: Served) -> None:
        """It accepts."""
        self._out(self._form.ready(served))

    def stopped(self, stored: int, wanted: int | None) -> None:
        """It does not any more. ``wanted``: how many messages were waited for."""
        self._write_until(lambda: False)
        self._out(self._form.stopped(stored, wanted))

    def tell(self, event: events.Event) -> None:
        """Write what one event brought, in its turn."""
        idle = not self._waiting
        self._waiting.append((self._form.now(), event))
        self._octets += _octets(event)
        if self._later is None:
            self._write_until(lambda: False)
        elif self._octets > _BACKLOG:
            self._write_until(lambda: self._octets <= _BACKLOG)
        elif idle:
            self._due = self._monotonic() + _LATEST
            self._later(_PAUSE, self._slice)
        self._came += 1

    def _slice(self) -> None:
        now = self._monotonic()
        came, self._came = self._came, 0
        if came <= _FEW or now >= self._due:
            self._write_until(lambda: self._monotonic() >= now + _SLICE)
            self._due = now + _LATEST
        if self._waiting and self._later is not None:
            self._later(_PAUSE if came else 0.0, self._slice)

    def _write_until(self, enough: Callable[[], bool]) -> None:
        rows: list[str] = []
        while self._waiting and not enough():
            at, event = self._waiting.popleft()
            self._octets -= _octets(event)
            rows += [self._form.told(event.connection, one, at) for one in self._told(event)]
        self._out("\n".join(row for row in rows if row))

    def _out(self, text: str) -> None:
        if self._ended or not text:
            return
        try:
            self._write(f"{text}\n")
        except (ReaderGoneError, WriteInterruptedError):
            self._end()
        except OSError as error:
            self.failed = error
            self._end()

    def _end(self) -> None:
        self._ended = True
        self._gone()

    def _told(self, event: events.Event) -> Iterator[Told]:
        """Octets as the lines that they make; all else as it is."""
        number = event.connection
        if isinstance(event, events.ClientConnected):
            self._heard[number] = Hearing(lmtp=event.lmtp)
        if (hearing := self._heard.get(number)) is not None:  # else stored when the client was gone
            yield from hearing.told(event)
        if isinstance(event, events.ClientDisconnected):
            del self._heard[number]
        if not isinstance(event, events.OctetsReceived | events.OctetsSent):
            yield event


def _octets(event: events.Event) -> int:
    return _EVENT + (len(event.data) if isinstance(event, events.OctetsReceived | events.OctetsSent) else 0)


# -- for people


class Rows:
    """``3 C: HELO client``, ``3 * stored 1, …``."""

    def ready(self, served: Served) -> str:
        return served.row()

    def told(self, connection: int, what: Told, at: float | None = None) -> str:
        return f"{connection} {_row(what)}"

    def now(self) -> float:
        """They do not say when."""
        return 0.0

    def stopped(self, stored: int, wanted: int | None) -> str:
        if wanted is None:
            return ""
        return ngettext(
            "* {count} message of {wanted} came", "* {count} messages of {wanted} came", stored
        ).format(count=stored, wanted=wanted)


def _row(what: Told) -> str:
    if isinstance(what, LineSent):
        return f"C: {shown(what)}"
    if isinstance(what, LineReceived):
        return f"S: {shown(what)}"
    if isinstance(what, More):
        return f"* {_more(what)}"
    return f"* {_note(what)}"


def _more(more: More) -> str:
    octets = ngettext("{count} octet", "{count} octets", more.octets).format(count=f"{more.octets:,}")
    return ngettext(
        "… {count} more line of the message, {octets}",
        "… {count} more lines of the message, {octets}",
        more.lines,
    ).format(count=f"{more.lines:,}", octets=octets)


def _note(event: events.Event) -> str:
    match event:
        case events.ClientConnected(_connection, peer):
            return _("connected from {address}").format(address=visible(peer))
        case events.ProxyHeaderRead(_connection, peer):
            return _("the PROXY header says: {address}").format(address=visible(peer) or "?")
        case events.ProxyHeaderMissing():
            return _("no PROXY header came")
        case events.HandshakeDone() | events.HandshakeFailed() | events.HandshakeMisplaced():
            return _handshake(event)
        case events.ReportStored(_connection, number, envelope, about):
            return _("stored {number}, a report about {about} to <{recipient}>").format(
                number=number, about=about, recipient=visible(envelope.addresses[0])
            )
        case events.ReportDropped(_connection, about, envelope):
            return _("not stored: a report about {about}, as the mailbox <{recipient}> is full").format(
                about=about, recipient=visible(envelope.addresses[0])
            )
        case events.MessageStored(_connection, number, envelope):
            return ngettext(
                "stored {number}, from <{sender}> to {recipients}, {octets} octet",
                "stored {number}, from <{sender}> to {recipients}, {octets} octets",
                envelope.octets,
            ).format(
                number=number,
                sender=visible(envelope.reverse_path),
                recipients=" ".join(f"<{visible(one)}>" for one in envelope.addresses),
                octets=envelope.octets,
            )
        case events.MessageDropped(_connection, drop, _octets, error, limit):
            reason = faults.too_large(limit) if limit else _why(drop, error)
            return _("not stored: {reason}").format(reason=reason)
        case events.ServerFailed(_connection, error):
            return _("an error in the sandbox: {kind}").format(kind=type(error).__name__)
        case _:
            return _("closed")


def _why(drop: Drop, error: Exception | None) -> str:
    if drop is Drop.NOT_STORED:
        reason = reason_of(error) if isinstance(error, OSError) else type(error).__name__
        return reason or _("the disk refused")
    return {
        Drop.TOO_LARGE: _("too large"),
        Drop.CUT_OFF: _("the connection ended before the dot"),
        Drop.REFUSED: _("the scenario refused it"),
        Drop.LOST: _("the scenario loses it, though it was said to be accepted"),
        Drop.RESET: _("the client gave it up"),
    }[drop]


# -- for programs

#: What a line of the client was when it went out.
_PARTS: Final = {
    Part.COMMAND: "command",
    Part.UNDECIDED: "command",
    Part.AUTH: "auth",
    Part.MESSAGE: "message",
    Part.CHUNK: "message",
}


class JsonLines:
    """One object a line: ``event``, ``time`` (seconds since the epoch), and what the README promises.

    Args:
        clock: seconds since the epoch.
    """

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock

    def ready(self, served: Served) -> str:
        return self._line("ready", served.json())

    def told(self, connection: int, what: Told, at: float | None = None) -> str:
        name, facts = _facts(what)
        return self._line(name, {"connection": connection, **facts}, at)

    def now(self) -> float:
        return self._clock()

    def stopped(self, stored: int, wanted: int | None) -> str:
        return self._line("stopped", {"stored": stored, "wanted": wanted})

    def _line(self, event: str, facts: dict[str, Any], at: float | None = None) -> str:
        return json.dumps({"event": event, "time": round(self._clock() if at is None else at, 3), **facts})


def _handshake(event: events.HandshakeDone | events.HandshakeFailed | events.HandshakeMisplaced) -> str:
    match event:
        case events.HandshakeDone(_connection, version):
            return _("inside {version} from here on").format(version=visible(version))
        case events.HandshakeFailed(_connection, error):
            reason = reason_of(error)
            if plain := _HANDSHAKES.get(getattr(error, "reason", None) or ""):
                reason = f"{gettext(plain)} ({reason})"
            return _("no TLS: {reason}").format(reason=reason)
        case events.HandshakeMisplaced():
            return _("this is a TLS handshake, but the port is one in clear; --tls-port N opens one for TLS")


def _facts(what: Told) -> tuple[str, dict[str, Any]]:
    match what:
        case LineSent() | LineReceived() | More():
            return _heard(what)
        case events.ClientConnected(_connection, peer, lmtp):
            return "connected", {"peer": peer, "protocol": "lmtp" if lmtp else "smtp"}
        case events.ProxyHeaderRead(_connection, peer):
            return "proxy", {"peer": peer or None}
        case events.ProxyHeaderMissing():
            return "proxy", {"peer": None, "error": "no PROXY header came"}
        case events.HandshakeDone(_connection, version, cipher):
            return "tls", {"version": version, "cipher": cipher}
        case events.HandshakeFailed(_connection, error):
            return "tls", {"version": None, "error": str(error)}
        case events.HandshakeMisplaced():
            return "tls", {"version": None, "error": "a TLS handshake on a port in clear"}
        case events.MessageStored(_connection, number, envelope):
            return "stored", {"number": number, **_envelope(envelope)}
        case events.ReportStored() | events.ReportDropped():
            return _report(what)
        case events.MessageDropped(_connection, drop, octets):
            dropped = {"why": drop.value, "octets": octets}
            return "dropped", dropped | ({"limit": what.limit} if what.limit else {})
        case events.ServerFailed(_connection, error):
            return "error", {"kind": type(error).__name__}
        case _:
            return "closed", {}


def _heard(what: Heard) -> tuple[str, dict[str, Any]]:
    if isinstance(what, More):
        return "more", {"lines": what.lines, "octets": what.octets}
    name = _PARTS[what.part] if isinstance(what, LineSent) else "reply"
    return name, {"line": _text(what)}


def _report(event: events.ReportStored | events.ReportDropped) -> tuple[str, dict[str, Any]]:
    about = {**_envelope(event.envelope), "report_about": event.about}
    if isinstance(event, events.ReportStored):
        return "stored", {"number": event.number, **about}
    return "dropped", {"why": "full", **about}


def _envelope(envelope: Envelope) -> dict[str, Any]:
    return {
        "from": envelope.reverse_path,
        "to": list(envelope.addresses),
        "octets": envelope.octets,
        "tls": envelope.tls or None,
        "user": envelope.user or None,
    }


def _text(line: LineSent | LineReceived) -> str:
    """Secrets masked; the rest as it was, for JSON to escape."""
    return decode(masked(line.data, line.secret) if line.secret else line.data)[0]
