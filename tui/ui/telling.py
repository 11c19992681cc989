"""From events to the rows of the wire: which line is whose, what is inside the message, where the carets
go."""

from __future__ import annotations

import time
from collections.abc import Iterable

from tui.net.session import Stamped
from tui.practice.latency import Latencies
from tui.practice.logins import challenge
from tui.practice.pairing import Pairing
from tui.practice.state import Practice
from tui.smtp.display import caret_cells, shown
from tui.smtp.events import (
    AddressTried,
    AuthResponseSent,
    BodyEnded,
    BodyLineSent,
    CommandSent,
    ConnectionClosed,
    ConnectionFailed,
    ConnectionOpened,
    Event,
    ExtensionsAdvertised,
    Found,
    LineReceived,
    LineSent,
    MailExchangersFound,
    ProgramSaid,
    ProxyHeaderSent,
    ReplyReceived,
    ReplyTimedOut,
    ServerHalfClosed,
    TlsEstablished,
    TlsFailed,
    TypedByProgram,
)
from tui.smtp.lens import is_plain, limit
from tui.ui.remarks import Remark
from tui.ui.wirelog import HIDDEN, WireLog
from tui.words.guide import Tone
from tui.words.language import gettext as _
from tui.words.prose import enumerated

_LINES_REMEMBERED = 256  # a finding comes at most a reply after its line
_TONES = {4: Tone.LATER, 5: Tone.REFUSED}


class Teller:
    """Feeds a ``WireLog``; remembers no more than a finding or a latency may still need."""

    def __init__(self, log: WireLog) -> None:
        self.log = log
        self._recent: list[tuple[LineSent | LineReceived, float] | None] = [None] * _LINES_REMEMBERED
        self._latencies = Latencies()
        self._pairing = Pairing()
        self._by_us = 0  # so many of the next lines were typed by smtptutor
        self.clock = 0.0
        """Session time of the last event, in seconds."""

    def tell(self, batch: Iterable[Stamped], practice: Practice, *, real: bool) -> None:
        """``practice`` after the batch; ``real``: the server is not the sandbox."""
        for stamped in batch:
            self.clock = stamped.at
            self._tell(stamped.event, stamped, practice, real)

    def note(self, text: str) -> None:
        """Something smtptutor says of its own accord."""
        self.log.note(text, time.time())

    def note_once(self, *texts: str) -> None:
        """Unless just that was said last: who asks the same again need not read it twice."""
        if not self.log.ends_with_notes(texts):
            for text in texts:
                self.note(text)

    def _tell(self, event: Event, stamped: Stamped, practice: Practice, real: bool) -> None:
        took = self._latencies.seen(event, stamped.at)
        match event:
            case LineReceived() | LineSent():
                self._line(event, stamped)
            case TypedByProgram(lines=lines):
                self._by_us = lines
            case BodyLineSent():
                self._inside(event)
            case ReplyReceived():
                self._judge(event, took)
                self._decode(event, stamped.wall)
                self._pair(event)
            case CommandSent() | AuthResponseSent() | BodyEnded():
                self._pairing.seen(event)
            case Found():
                self._remark(event, stamped.wall, real)
            case AddressTried() | ConnectionOpened():
                self._begin()
                if real:  # the sandbox is named in strip and guide; reaching it is no news
                    self._note(stamped, practice, took)
            case (
                MailExchangersFound()
                | ProgramSaid()
                | ProxyHeaderSent()
                | ConnectionFailed()
                | ConnectionClosed()
                | ServerHalfClosed()
                | ReplyTimedOut()
                | TlsEstablished()
                | TlsFailed()
            ):
                self._note(stamped, practice, took)
            case ExtensionsAdvertised() if practice.offers is not None:
                self._note(stamped, practice)
            case _:
                pass

    def _line(self, event: LineReceived | LineSent, stamped: Stamped) -> None:
        self._recent[event.number % _LINES_REMEMBERED] = event, stamped.at
        octets = HIDDEN if event.secret else len(event.data)
        if isinstance(event, LineReceived):
            self.log.server(event.number, shown(event), stamped.wall, octets, event.end)
        else:
            marks = (_("hidden") if event.secret else "", _("by smtptutor") if self._by_us else "")
            self._by_us = max(0, self._by_us - 1)
            mark = enumerated(one for one in marks if one)
            self.log.client(event.number, shown(event), stamped.wall, octets, event.end, hidden=mark)
        if not is_plain(event):
            self._unseen(event)

    def _inside(self, event: BodyLineSent) -> None:
        self.log.inside(event.line)
        if event.stuffed:
            self._unseen(self._recalled(event.line)[0], stuffed=True)

    def _pair(self, event: ReplyReceived) -> None:
        """Say behind the reply what it answers, where that is not plain."""
        if event.to is not None and self._pairing.seen(event):
            from tui.words.pairing import answers  # not before there is something to say

            self.log.suffix(event.line, answers(event))

    def _decode(self, event: ReplyReceived, wall: float) -> None:
        """What a server asks in a login it says in base64."""
        if challenge(event) is not None:
            from tui.words.logins import challenged  # not before there is something to say

            if said := challenged(event):
                self.log.note(said, wall)

    def _note(self, stamped: Stamped, practice: Practice, took: float | None = None) -> None:
        from tui.words import notes  # not before there is something to say

        said = notes.note(stamped.event, practice)
        if said:
            self.log.note(said, stamped.wall, took)

    def _unseen(self, line: LineSent | LineReceived | None, *, stuffed: bool = False) -> None:
        """For the lens, which may be taken up later."""
        if line is not None and not line.secret:
            self.log.unseen(line.number, line.data, limit(line), stuffed=stuffed)

    def _begin(self) -> None:
        self.log.begin_connection()
        self._pairing = Pairing()
        self._recent = [None] * _LINES_REMEMBERED

    def _recalled(self, number: int | None) -> tuple[LineSent | LineReceived, float] | tuple[None, None]:
        """A line of this connection by its wire number, and when it was; None when that is too long ago."""
        kept = self._recent[(number or 0) % _LINES_REMEMBERED]
        return kept if kept is not None and kept[0].number == number else (None, None)

    def _judge(self, event: ReplyReceived, took: float | None) -> None:
        reply = event.reply
        tone = _TONES.get(reply.severity)
        if tone is not None:
            self.log.judge(event.line, len(reply.raw), reply.status, tone)
        if took is not None:
            self.log.latency(event.line, took)

    def _remark(self, event: Found, wall: float, real: bool) -> None:
        from tui.words import findings

        line, _at = self._recalled(event.line)
        data = line.data if line is not None and not line.secret else None
        said = findings.note(event, data, sandbox=not real)
        if said:
            spans = tuple(caret_cells(line, event.spans)) if line is not None else ()
            self.log.remark(event.line, Remark(spans, said), wall)
