"""What happens, as rows of text: the transcript itself, ticks, and explanations where somebody needs one.

The rows that tell the wire (``S: ``, ``C: `` and the marks of the connection) are those of a saved
transcript, the same in every language, so ``explain`` reads this output. All else begins with ``* `` or
``[x] ``.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tui.net.session import Stamped
from tui.practice.checklist import advance, start
from tui.practice.latency import Latencies
from tui.practice.mending import mended
from tui.practice.pairing import Pairing
from tui.practice.slips import standing_slip
from tui.practice.state import Practice, StepState
from tui.smtp import lens
from tui.smtp.display import caret_cells, cells, masked, visible
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
    TlsStarted,
    TypedByProgram,
)
from tui.smtp.findings import Side, Weight
from tui.smtp.phases import Phase
from tui.store.rows import END_MARKS, text_row
from tui.words import findings, labels, sheet
from tui.words.account import span
from tui.words.endings import said_quit
from tui.words.guide import Guide, Pair, Paragraph, Section
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.lens import LINE_ENDS, legend
from tui.words.logins import challenged
from tui.words.notes import note, server
from tui.words.pairing import answers
from tui.words.prose import enumerated, labelled
from tui.words.seams import joined

if TYPE_CHECKING:
    from tui.practice.scenario import Account

#: Lines whose octets are kept for the findings about them; a finding is told soon after its line.
_LINES_KEPT: Final = 64
#: A finding is explained once, named so many times, and then counted.
_NAMED: Final = 4
_SITUATION: Final = (
    "steps",
    "slip",
    "reply",
    "why",
    "login",
    "asked",
    "yours",
    "warn",
    "accounts",
    "mail",
    "next",
)
_PIPED_COLUMNS: Final = 200

_Line = LineSent | LineReceived
_SEEN_CLOSELY: Final = (LineSent, LineReceived, BodyLineSent)
#: Told by the rows of a saved transcript, which ``explain`` reads back …
_MARKED: Final = (
    LineSent,
    LineReceived,
    ConnectionOpened,
    TlsStarted,
    TlsEstablished,
    TlsFailed,
    TypedByProgram,
    ConnectionClosed,
)
#: … and by a note in words.
_NOTED: Final = (
    AddressTried,
    MailExchangersFound,
    ProgramSaid,
    ProxyHeaderSent,
    ServerHalfClosed,
    ReplyTimedOut,
)


class Printer:
    """A fold over the events of a sitting, one connection after the other.

    Args:
        because: why smtptutor itself closes the connection, "" where it does not.
        user: who logs in, "" where that is not known.
        bare: the octets of the answer that is due in a login, where they are known and no secret.
        accounts: who can log in to the sandbox.
        guided: explain every reply and say what may come next, for a person at a terminal; otherwise only
            refusals and slips are explained.
        real: the server that is being tried is not the sandbox, so it is said where it is looked for.
        columns: the width of the terminal; carets are drawn only where neither row wraps. None: no terminal.
    """

    def __init__(
        self,
        *,
        guided: bool,
        real: Callable[[], bool] = lambda: True,
        columns: Callable[[], int] | None = None,
        because: Callable[[], str] = lambda: "",
        user: Callable[[], str] = lambda: "",
        bare: Callable[[Practice], bytes] = lambda practice: b"",
        accounts: Callable[[], Sequence[Account]] = tuple,
    ) -> None:
        self._guided = guided
        self._terminal = columns is not None
        self._columns = columns or (lambda: _PIPED_COLUMNS)
        self._real = real
        self._because = because
        self._user = user
        self._bare = bare
        self._accounts = accounts
        self.leaving = False
        """Nothing more will be typed: what may come next is not said any more."""
        self.in_lesson = False
        """The goals of an exercise stand in the place of the steps, and say what comes next."""
        self.lens = False
        """Under each line it is said how many octets it has, how it ends, and what cannot be seen in it."""
        self.times = False
        """Under each reply it is said how long it took; of connecting and TLS too."""
        self._latencies = Latencies()
        self._practice = start()
        self._lines: OrderedDict[int, _Line] = OrderedDict()
        self._pairing = Pairing()
        self._told: Counter[str] = Counter()  # headlines of findings, on this connection
        self._explained: set[str] = set()
        self._due: ReplyReceived | None = None  # a reply to be explained once all of it is known

    def rows(self, batch: Iterable[Stamped]) -> list[str]:
        """What to print for these events, in order."""
        rows: list[str] = []
        for stamped in batch:
            took = self._latencies.seen(stamped.event, stamped.at)
            told = list(self._event(stamped.event))
            if self.times and took is not None:
                told[_behind(stamped.event) : 0] = [f"*  {_took(stamped.event, took)}"]
            rows += told
        rows += self._explanation()
        return rows

    def hint(self, number: int) -> list[str]:
        """The nudge, the rule or the exact line (1 to 3) for where things stand."""
        rows = _rows_of(self._guide(hints=number), "hint")
        return (
            rows[:1] if self._practice.phase is Phase.MESSAGE else rows
        )  # no names in there to ask again with

    def situation(self) -> list[str]:
        """The last reply once more, and what may come next."""
        return _rows_of(self._guide(), *_SITUATION)

    def about(self, guide: Guide) -> list[str]:
        """Help that was asked for."""
        return _rows_of(guide, "reply", "next", "why")

    def _counted(self) -> Iterator[str]:
        """What was found more often on this connection than it was told."""
        for headline, count in self._told.items():
            if count > _NAMED:
                n = count - _NAMED
                yield "* " + ngettext("{headline}: once more", "{headline}: {n} times more", n).format(
                    headline=headline, n=n
                )
        self._told.clear()

    def _guide(self, *, hints: int = 0, told_slips: bool = False) -> Guide:
        """``told_slips``: what was found in the last line was said already; the reply itself is wanted."""
        practice = replace(self._practice, slip=None, remarks=()) if told_slips else self._practice
        sandbox = practice.opened is not None and practice.opened.sandbox
        return sheet.guide(
            practice,
            sandbox=sandbox,
            hints=hints,
            typed=True,
            because=self._because(),
            user=self._user(),
            bare=self._bare(practice),
            accounts=self._accounts(),
        )

    def _event(self, event: Event) -> Iterator[str]:
        before = self._practice
        if isinstance(event, ConnectionOpened):
            self._pairing = Pairing()
        if isinstance(event, _Line | ConnectionClosed):
            yield from self._explanation()
        if isinstance(event, ConnectionClosed):
            yield from self._counted()
        if isinstance(event, _Line):
            self._remember(event)
        self._practice = advance(before, event)
        pairs = self._pairing.seen(event)
        if isinstance(event, _MARKED):
            yield self._wire_row(event)
        elif isinstance(event, _NOTED) and (self._real() or not isinstance(event, AddressTried)):
            yield f"* {note(event, self._practice)}"
        elif isinstance(event, Found):
            yield from self._finding(event)
        elif isinstance(event, ReplyReceived):
            self._due = event
            if said := challenged(event):
                yield f"* {said}"
            if pairs:
                yield f"* {event.reply.code} {answers(event)}"
        if self.lens and isinstance(event, _SEEN_CLOSELY):
            yield from self._through_lens(event)
        yield from self._steps(before)
        yield from self._of_connection(event, before)

    def _of_connection(self, event: Event, before: Practice) -> Iterator[str]:
        if isinstance(event, TlsEstablished):
            yield f"* {self._secured(event)}"
        if isinstance(event, ExtensionsAdvertised) and self._practice.offers is not None:
            yield f"* {note(event, self._practice)}"
        if self._guided and isinstance(event, ExtensionsAdvertised):
            yield from _rows_of(self._guide(), "accounts")
        if self._guided and isinstance(event, ConnectionOpened) and event.sandbox:
            # Not "connected to": explain takes that for the beginning of a connection.
            yield "* " + _("the sandbox: nothing leaves this machine")
        elif isinstance(event, ConnectionOpened) and not event.sandbox:
            yield "* " + _("a REAL server: mail that {host} accepts is delivered").format(host=server(event))
        elif isinstance(event, ConnectionClosed | ConnectionFailed):
            yield from self._ending(event, before)

    def _secured(self, event: TlsEstablished) -> str:
        """The certificate, in one line; a person is told where all of it stands."""
        from tui.words import tls

        told = tls.shown(event) or note(event, self._practice) or ""
        return _("{certificate}; /cert has all of it").format(certificate=told) if self._guided else told

    def _wire_row(self, event: Event) -> str:
        row = text_row(event) or ""
        if self._terminal or not isinstance(event, _Line):
            return row
        # Whoever reads a pipe gets the octets back: tabs stay, and of our own lines nothing is guessed.
        parts = masked(event.data, event.secret).split(b"\t")
        if isinstance(event, LineSent):
            texts = [visible(part.decode("utf-8", "surrogateescape")) for part in parts]
        else:
            texts = [visible(part) for part in parts]
        return row[: len("C: ")] + "\t".join(texts) + END_MARKS[event.end]

    def _through_lens(self, event: LineSent | LineReceived | BodyLineSent) -> Iterator[str]:
        """Of a secret nothing is told, not even its length. That a dot is taken off comes when it is known
        that the line is one of a message."""
        if isinstance(event, BodyLineSent):
            line = self._lines.get(event.line)
            if event.stuffed and line is not None:
                yield from self._signs(line, lens.marks(line.data, stuffed=True)[:1])
        elif not event.secret:
            yield from self._signs(event, lens.marks(event.data, limit=lens.limit(event)))
            yield f"*  {len(event.data)} {LINE_ENDS[event.end]}"

    def _signs(self, line: _Line, marks: tuple[lens.Mark, ...]) -> Iterator[str]:
        """Under their octets, where neither row wraps, and what they mean."""
        if not marks:
            return
        row = "*  "
        for first, size, sign in lens.signs(line.data, marks):
            at = first + len("C: ")
            row = f"{row[:at]:<{at}}{sign * size}{row[at + size :]}"
        told = legend(marks)
        fits = cells(row) + 3 + cells(told) < self._columns()
        yield f"{row}   {told}" if fits else f"*  {told}"

    def _ending(self, event: ConnectionClosed | ConnectionFailed, before: Practice) -> Iterator[str]:
        if isinstance(event, ConnectionFailed) and not event.final:
            yield f"* {note(event, self._practice)}"
            return
        closed = isinstance(event, ConnectionClosed) and event.by is Side.SERVER and not event.reset
        if closed and _awaits(before, "QUIT"):
            yield "* " + _("it closed without an answer to QUIT; that is a normal end all the same")
        explained = self._guided and isinstance(event, ConnectionClosed) and _said_goodbye(before)
        keys = () if explained else ("tls", "cert", "reply")
        goes_on = self._guided and not (self.leaving or self.in_lesson)
        yield from _rows_of(self._guide(), *keys, *(("next",) if goes_on else ()))
        if self._practice.tls_failed is not None and not self._guided:
            from tui.words import tls

            yield from _rows_of(tls.switches(self._practice.tls_failed), "next")

    def _remember(self, line: _Line) -> None:
        self._lines[line.number] = line
        if len(self._lines) > _LINES_KEPT:
            self._lines.popitem(last=False)

    def _steps(self, before: Practice) -> Iterator[str]:
        """Ticks that came, and ticks that a new beginning took away."""
        if before.steps is self._practice.steps or self.in_lesson:
            return
        ticked, lost = [], []
        for number, (old, new) in enumerate(zip(before.steps, self._practice.steps, strict=True)):
            if new.state is StepState.DONE and old.state is not StepState.DONE:
                ticked.append(number)
            elif old.state is not StepState.DONE or new.state is StepState.DONE:
                continue
            elif before.tls is None and (again := labels.hello_again(new, self._practice)):
                yield "* " + _("{verb} again: TLS made the one before void").format(verb=again)
            else:
                lost.append(labels.spoken(new, self._practice))
        if ticked:
            section = self._guide().section("steps")
            for step in (section.steps[number] for number in ticked) if section is not None else ():
                yield f"[x] {step.name}{f'   {step.note}' if step.note else ''}"
        if lost and before.closed is None:
            yield "* " + _("open again: {steps}").format(steps=enumerated(lost))

    def _finding(self, event: Found) -> Iterator[str]:
        """In full once in a sitting, then in short; and after some times on one connection only counted."""
        line = self._lines.get(event.line) if event.line is not None else None
        text = findings.text(event, line.data if line is not None else None)
        self._told[text.headline] += 1
        if self._told[text.headline] > _NAMED:
            return
        carets = _carets(line, event) if line is not None and event.spans else ""
        marked = 0 < cells(carets) < self._columns() - cells(text.caret)
        known = text.headline in self._explained
        if marked:
            yield carets + text.caret
        if not (marked and (known or text.caret == text.headline)):
            yield f"* {text.caret if known else text.headline}"
        if known:
            return
        self._explained.add(text.headline)
        yield from (f"* {sentence}" for sentence in text.sentences)
        if event.finding.weight is Weight.SLIP and text.advice:
            yield f"* {self._with_line(text.advice, event, line)}"

    def _with_line(self, advice: str, found: Found, line: _Line | None) -> str:
        """An advice that ends in a colon is followed by the line as it should be, or by what comes first."""
        if not advice.endswith((":", "：")):
            return advice
        better = visible(mended(found, line.data)) if line is not None and not line.secret else ""
        if not better:
            section = self._guide().section("next")
            pairs = [one for one in section.paragraphs if isinstance(one, Pair)] if section else []
            better = _paragraph(pairs[0]) if pairs else ""
        return joined(advice, better)

    def _explanation(self) -> Iterator[str]:
        """The reply that was not explained yet: always when it refuses, each one for a person."""
        reply, self._due = self._due, None
        if reply is None:
            return
        code, refused = reply.reply.code, reply.reply.severity in (4, 5)
        if not (self._guided or refused):
            return
        if not 200 <= code <= 599 or (reply.to is None and code != 421):
            return  # what is wrong with it was found in its line
        guide = self._guide(told_slips=True)
        if refused and self._is_slip_of(reply):
            yield from _leading_rows(guide, "reply")  # what was wrong was said under the line
            return
        parting = self._practice.phase is Phase.QUIT or self.leaving or self.in_lesson
        # What a challenge asks was said under its line.
        yield from _rows_of(guide, "reply", "why", "login", "yours", *(() if parting else ("next",)))
        if self._guided and self._practice.phase is Phase.MESSAGE:
            yield "* " + _("^C asks what you can do in here: names like /hint are text of the message now.")

    def _is_slip_of(self, reply: ReplyReceived) -> bool:
        slip = standing_slip(self._practice)
        line = reply.to.line if isinstance(reply.to, CommandSent | AuthResponseSent | BodyEnded) else None
        return slip is not None and slip.line == line


def _behind(event: Event) -> int:
    """How many of an event's own rows its time stands behind: of a reply none, its lines stand above."""
    return 0 if isinstance(event, ReplyReceived) else 1


def _took(event: Event, seconds: float) -> str:
    match event:
        case ConnectionOpened():
            return _("{time} for connecting").format(time=span(seconds))
        case TlsEstablished():
            return _("{time} for the TLS handshake").format(time=span(seconds))
        case _:
            return span(seconds)


def _said_goodbye(practice: Practice) -> bool:
    """The 221 was explained when it came: that the connection is closed then is what it said."""
    return practice.reply is not None and practice.reply.reply.code == 221 and said_quit(practice)


def _awaits(practice: Practice, verb: str) -> bool:
    return any(isinstance(one, CommandSent) and one.command.verb == verb for one in practice.awaiting)


def _rows_of(guide: Guide, *keys: str) -> list[str]:
    sections = (guide.section(key) for key in keys)
    return [row for section in sections if section is not None for row in _section_rows(section)]


def _leading_rows(guide: Guide, key: str) -> Iterator[str]:
    """Of a section what stays where there is little room."""
    section = guide.section(key)
    if section is not None:
        yield from _section_rows(replace(section, paragraphs=section.paragraphs[: section.lead]))


def _carets(line: _Line, event: Found) -> str:
    """The row of carets: its text begins in the column in which the text of the line began."""
    row = "*  "
    for first, size in caret_cells(line, event.spans):
        row += " " * (first + len("C: ") - len(row)) + "^" * size
    return f"{row} "


def _section_rows(section: Section) -> Iterator[str]:
    for step in section.steps:
        note_of = f"   {step.note}" if step.note else ""
        yield f"* {labelled(step.name, step.word)}{note_of}"
    for paragraph in section.paragraphs:
        text = _paragraph(paragraph)
        yield f"* {text if section.key in {'reply', 'slip'} else labelled(section.label, text)}"


def _paragraph(paragraph: Paragraph) -> str:
    if isinstance(paragraph, Pair):
        return "   ".join(part for part in (paragraph.form.text, paragraph.gloss, paragraph.expect) if part)
    return "".join(run.text for run in paragraph.runs)
