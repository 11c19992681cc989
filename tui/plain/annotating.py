"""A fold over the events of one recorded connection: every wire line gets what there is to say about it.

A line is given out once its meaning is known, so a recording of any length is explained in little memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final

from tui.practice.checklist import advance, start
from tui.practice.mending import mended
from tui.practice.state import Practice
from tui.smtp.display import visible
from tui.smtp.events import (
    AuthResponseSent,
    BodyEnded,
    BodyLineSent,
    ClientNotShown,
    CommandSent,
    ConnectionClosed,
    Event,
    ExtensionsAdvertised,
    Found,
    LineReceived,
    LineSent,
    MessageNotShown,
    Part,
    ReplyReceived,
    Span,
    TlsEstablished,
)
from tui.smtp.findings import Side, Weight
from tui.smtp.phases import Phase
from tui.values import value
from tui.words import answers, codes, endings, findings, labels, verbs
from tui.words.answers import Answer
from tui.words.extensions import offer
from tui.words.keys import TYPED
from tui.words.language import gettext as _
from tui.words.lines import lines
from tui.words.logins import challenged, responded
from tui.words.notes import note
from tui.words.seams import joined
from tui.words.stages import stage

Line = LineSent | LineReceived

_MESSAGE: Final = (Part.MESSAGE, Part.CHUNK)
#: Here the advice speaks of "these forms".
_FORMS_WANTED: Final = frozenset({500, 501})
_LEGAL_SHOWN: Final = 3
#: Lines whose meaning is waited for; more of them are given out as they are.
_HELD_AT_MOST: Final = 2000
#: Nothing may be typed, or nothing that is a line of SMTP.
_NO_LINES: Final = frozenset({Phase.QUIT, Phase.CLOSED})


class Kind(Enum):
    """What a wire line is in the dialogue; message lines may be folded where nothing is to be said."""

    COMMAND = "command"
    REPLY = "reply"
    HEADER = "header"
    TEXT = "text"
    UNKNOWN = "unknown"  # its meaning never came: the recording ends before the reply


@value
class Note:
    """``label`` stands in the column; "" continues the note above. Both are translated and visible()."""

    label: str
    text: str


@dataclass(slots=True)
class Entry:
    """One wire line, or (``event`` None) something that happened to the connection."""

    event: Line | None
    kind: Kind = Kind.UNKNOWN
    notes: list[Note] = field(default_factory=list)
    carets: tuple[Span, ...] = ()
    known: bool = False


class Annotator:
    """``feed`` it the events in order and take what is finished; at the end ``rest`` gives what is left."""

    def __init__(self) -> None:
        self.practice: Practice = start()
        self.slips = 0
        self.remarks = 0
        self._entries: deque[Entry] = deque()
        self._by_number: dict[int, Entry] = {}
        self._told: set[tuple[str, str]] = set()
        self._slip_line = 0  # the last line with a slip: what to do is said there
        self._handlers: Final[Mapping[type, Callable[[Any], None]]] = {
            LineSent: self._line,
            LineReceived: self._line,
            CommandSent: self._command,
            AuthResponseSent: self._auth,
            BodyLineSent: self._body_line,
            BodyEnded: self._body_ended,
            MessageNotShown: self._not_shown,
            ClientNotShown: self._client_not_shown,
            ReplyReceived: self._reply,
            ExtensionsAdvertised: self._extensions,
            Found: self._found,
            ConnectionClosed: self._closed,
            TlsEstablished: self._tls,
        }

    def feed(self, events: Iterable[Event]) -> Iterator[Entry]:
        """Take a batch; what is finished after it, in order."""
        for event in events:
            if not (isinstance(event, LineSent) and event.part in _MESSAGE):  # BodyLineSent tells the same
                self.practice = advance(self.practice, event)
            handler = self._handlers.get(type(event))
            if handler is not None:
                handler(event)
        if len(self._entries) > _HELD_AT_MOST:
            yield from self.rest()
        while self._entries and self._entries[0].known:
            yield self._given(self._entries.popleft())

    def rest(self) -> Iterator[Entry]:
        """What the recording ended before; call it last."""
        while self._entries:
            yield self._given(self._entries.popleft())

    def _given(self, entry: Entry) -> Entry:
        if entry.event is not None:
            self._by_number.pop(entry.event.number, None)
        return entry

    # -- one method per event

    def _line(self, event: Line) -> None:
        entry = Entry(event)
        if isinstance(event, LineReceived):
            entry.kind = Kind.REPLY
            entry.known = event.data[3:4] != b"-"  # EHLO's lines are explained when the last one is there
        elif event.part is Part.CHUNK:
            entry.kind, entry.known = Kind.TEXT, True
        self._entries.append(entry)
        self._by_number[event.number] = entry

    def _command(self, event: CommandSent) -> None:
        verb = event.command.verb
        entry = self._settle(event.line, Kind.COMMAND)
        if entry is None:
            return
        entry.notes.append(Note(visible(verb), verbs.purpose(verb)))
        if event.pipelined:
            entry.notes.append(Note("", _("Sent before the reply to the line above (pipelining).")))

    def _auth(self, event: AuthResponseSent) -> None:
        entry = self._settle(event.line, Kind.COMMAND)
        if entry is not None:
            entry.notes.append(Note("AUTH", responded(event)))

    def _body_line(self, event: BodyLineSent) -> None:
        entry = self._settle(event.line, Kind.HEADER if event.in_header and event.data else Kind.TEXT)
        if entry is None:
            return
        if event.ordinal == 1:
            entry.notes.append(
                Note(_("message"), _("From here on every line is part of the message, first its header."))
            )
        if event.in_header and not event.data:
            entry.notes.append(Note(_("empty"), _("The empty line: the header ends, the text begins.")))
        if event.stuffed:
            entry.notes.append(
                Note(_("dot"), _("The first dot is taken off by the server: it only protects the line."))
            )

    def _not_shown(self, event: MessageNotShown) -> None:
        text = (
            _("Octets that are no plain text stand here as dots.") if event.lines else _("It is not shown.")
        )
        self._entries.append(Entry(None, notes=[Note(_("message"), text)], known=True))

    def _client_not_shown(self, event: ClientNotShown) -> None:
        text = (
            _(
                "None of the client's lines are shown: the program was told to hide them, or read them from "
                "a pipe."
            ),
            _("So it is not known what each reply answers; what it says, and what EHLO offered, is."),
        )
        notes = [Note(_("missing"), text[0]), Note("", text[1])]
        self._entries.append(Entry(None, notes=notes, known=True))

    def _body_ended(self, event: BodyEnded) -> None:
        if event.line is None:
            return
        entry = self._settle(event.line, Kind.COMMAND)
        if entry is not None and event.complete:
            entry.notes.append(Note(".", _("A dot alone on its line ends the message.")))

    def _reply(self, event: ReplyReceived) -> None:
        for held in self._entries:
            held.known = held.known or held.kind is Kind.REPLY
        entry = self._by_number.get(event.line)
        if entry is None:
            return
        told = answers.answer(self.practice, event, sandbox=False)
        if event.to is None and not self.practice.client_shown:
            told = replace(told, sentences=told.sentences[1:], advice="")  # those speak of what it answers
        text = told.headline
        if told.sentences:
            text = _("{headline}: {sentence}").format(headline=told.headline, sentence=told.sentences[0])
        entry.notes.append(Note(told.code, text))
        if said := challenged(event):
            entry.notes.append(Note("", said))
        entry.notes += [Note("", sentence) for sentence in told.sentences[1:]]
        if self._is_new(told.code, stage(event.to).value):
            entry.notes += self._more_of_reply(event, told)

    def _more_of_reply(self, event: ReplyReceived, told: Answer) -> Iterator[Note]:
        """What stands behind a code: said once for each code at each stage."""
        reply = event.reply
        yield from (Note(form, gloss) for form, gloss in told.why)
        if reply.enhanced and not told.why:
            detail = reply.enhanced.partition(".")[2]
            known = None if detail.endswith(".0") else codes.enhanced(reply.enhanced)
            text = codes.subject(reply.enhanced) if known is None else known.text
            if text and detail != "0.0":
                yield Note(f"x.{detail}", text)
        if told.advice and getattr(event.to, "line", None) != self._slip_line:
            yield Note(labels.section("next"), told.advice)
            if told.advice.endswith((":", "：")) or reply.code in _FORMS_WANTED:
                yield from legal(self.practice)

    def _extensions(self, event: ExtensionsAdvertised) -> None:
        """Each line of the reply to EHLO says what it offers."""
        for entry in reversed(self._entries):
            if not isinstance(entry.event, LineReceived):
                return
            keyword, _blank, value = visible(entry.event.data[4:]).partition(" ")
            text = offer(keyword.upper(), value) if keyword.upper() in event.extensions else ""
            if text:
                entry.notes.insert(0, Note(keyword, text))

    def _found(self, event: Found) -> None:
        entry = self._by_number.get(event.line or 0)
        line = entry.event if entry is not None else None
        data = line.data if line is not None and not line.secret else b""
        text = findings.text(event, data)
        slip = event.finding.weight is Weight.SLIP
        self.slips += slip
        self.remarks += not slip
        if slip and entry is not None and isinstance(line, LineSent) and _is_no_command(entry):
            entry.notes.clear()  # the slip says it better
        notes = [Note("!" if slip else _("note"), text.headline)]
        if self._is_new(event.finding.value, event.detail):
            notes += [Note("", sentence) for sentence in text.sentences]
            notes += self._advice(event, text.advice, data)
        if entry is None:
            self._entries.append(Entry(None, notes=notes, known=True))
            return
        if slip and event.side is Side.CLIENT:
            self._slip_line = event.line or 0
        entry.notes += [note for note in notes if note not in entry.notes]
        entry.carets = (*entry.carets, *event.spans)

    def _advice(self, event: Found, advice: str, data: bytes) -> Iterator[Note]:
        """Advice that ends in a colon is followed by the mended line, or by what is legal."""
        if not advice:
            return
        if event.side is Side.SERVER:
            yield Note("", advice)
        elif not advice.endswith((":", "：")):
            yield Note(labels.section("next"), advice)
        elif better := mended(event, data):
            yield Note(labels.section("next"), joined(advice, visible(better)))
        else:
            yield Note(labels.section("next"), advice)
            yield from legal(self.practice)

    def _closed(self, event: ConnectionClosed) -> None:
        for entry in self._entries:
            entry.known = True
        ending = endings.closed(event, self.practice)
        notes = [Note("*", ending.headline), *(Note("", one) for one in ending.sentences)]
        if not self.practice.client_shown:
            notes = [Note("*", _("the connection ends here"))]  # properly or not: QUIT would not be shown
        self._entries.append(Entry(None, notes=notes, known=True))

    def _tls(self, event: TlsEstablished) -> None:
        text = note(event, self.practice)
        self._entries.append(Entry(None, notes=[Note("*", text or "")], known=True))

    # --

    def _settle(self, number: int, kind: Kind) -> Entry | None:
        entry = self._by_number.get(number)
        if entry is not None:
            entry.kind, entry.known = kind, True
        return entry

    def _is_new(self, kind: str, detail: str) -> bool:
        """What is met again is named, not explained once more."""
        new = (kind, detail) not in self._told
        self._told.add((kind, detail))
        return new


def legal(practice: Practice) -> Iterator[Note]:
    """The lines that may come now, as far as they are lines."""
    if practice.phase in _NO_LINES:
        return
    for pair in lines(practice, sandbox=False, keys=TYPED)[:_LEGAL_SHOWN]:
        yield Note("", "   ".join(part for part in (pair.form.text, pair.gloss, pair.expect) if part))


def _is_no_command(entry: Entry) -> bool:
    return entry.kind is Kind.COMMAND and len(entry.notes) == 1 and not verbs.known(entry.notes[0].label)
