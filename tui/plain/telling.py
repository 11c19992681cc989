"""Annotated lines as rows of text: the wire line, carets under it, notes beside a column of labels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TextIO

from tui.plain.annotating import Annotator, Entry, Kind, Line, Note, legal
from tui.practice.replaying import replay
from tui.practice.state import Practice, Step, StepState
from tui.smtp.dialogue import Dialogue
from tui.smtp.display import caret_cells, cells, shown, visible
from tui.smtp.events import LineSent
from tui.smtp.phases import Phase
from tui.store.rows import END_MARKS
from tui.words import labels
from tui.words.language import N_, gettext, ngettext
from tui.words.language import gettext as _
from tui.words.prose import enumerated, wrap

_INDENT: Final = "   "
_LABEL_CELLS: Final = 11
_NARROWEST: Final = 40
_WIDEST: Final = 100
#: Rows of one wire line; what is longer is cut, and said.
_ROWS_OF_A_LINE: Final = 4
#: Message lines shown before those without a note are folded.
_SHOWN_OF_A_MESSAGE: Final = 30
_FOLDED: Final = frozenset({Kind.HEADER, Kind.TEXT})


class Teller:
    """Prints one connection after the other to ``out``, in ``width`` columns."""

    def __init__(self, out: TextIO, width: int) -> None:
        self._out = out
        self._width = max(_NARROWEST, min(width, _WIDEST))
        self._shown = 0  # lines of the present message
        self._hidden = 0

    def say(self, sentence: str) -> None:
        self._print(wrap(sentence, self._width))

    def connection(self, number: int, steps: Iterable[tuple[str, bytes]]) -> None:
        """Explain what was said in one connection, then what came of it."""
        self._print(("", _("Connection {number}").format(number=number), ""))
        annotator = Annotator()
        for events in replay(Dialogue(), steps):
            for entry in annotator.feed(events):
                self._entry(entry)
        for entry in annotator.rest():
            self._entry(entry)
        self._unfold()
        self._print(("", *self._noted(_outcome(annotator))))

    def _entry(self, entry: Entry) -> None:
        if entry.kind in _FOLDED:
            self._shown += 1
            if self._shown > _SHOWN_OF_A_MESSAGE and not entry.notes:
                self._hidden += 1
                return
        else:
            self._shown = 0
        self._unfold()
        if entry.event is not None:
            self._print(self._wire(entry.event, entry))
        self._print(self._noted(entry.notes))

    def _unfold(self) -> None:
        if self._hidden:
            text = ngettext(
                "{n} more line of the message", "{n} more lines of the message", self._hidden
            ).format(n=self._hidden)
            self._print((f"{_INDENT}... {text}",))
            self._hidden = 0

    def _wire(self, event: Line, entry: Entry) -> Iterator[str]:
        mark = "C: " if isinstance(event, LineSent) else "S: "
        text = shown(event) + END_MARKS[event.end]
        rows = _chopped(text, self._width - cells(mark))
        for number, row in enumerate(rows[:_ROWS_OF_A_LINE]):
            yield f"{mark if number == 0 else _INDENT}{row}"
        if len(rows) > _ROWS_OF_A_LINE:
            yield _INDENT + _("... {n} octets in all").format(n=len(event.data))
        elif len(rows) == 1 and entry.carets:
            carets = " " * (self._width - len(mark))
            for first, size in caret_cells(event, entry.carets):
                carets = carets[:first] + "^" * size + carets[first + size :]
            yield f"{_INDENT}{carets}".rstrip()

    def _noted(self, notes: Iterable[Note]) -> Iterator[str]:
        """Label and text side by side; a label that is too wide gets a row of its own."""
        room = self._width - len(_INDENT) - _LABEL_CELLS
        for note in notes:
            texts = wrap(note.text, room)
            if cells(note.label) >= _LABEL_CELLS:
                yield f"{_INDENT}{note.label}"
            else:
                pad = " " * (_LABEL_CELLS - cells(note.label))
                yield f"{_INDENT}{note.label}{pad}{texts.pop(0)}".rstrip()
            yield from (f"{_INDENT}{' ' * _LABEL_CELLS}{text}" for text in texts)

    def _print(self, rows: Iterable[str]) -> None:
        for row in rows:
            self._out.write(row + "\n")


def _chopped(text: str, width: int) -> list[str]:
    """A wire line in rows of ``width`` cells, every character where it was: broken behind a blank where one
    stands in the second half of a row, so that words stay whole, and anywhere where none does."""
    rows: list[str] = []
    row, used = "", 0
    for character in text:
        size = cells(character)
        if used + size > width:
            blank = row.rfind(" ") + 1
            whole = blank if cells(row[:blank]) * 2 >= width else len(row)
            rows.append(row[:whole])
            row = row[whole:]
            used = cells(row)
            if len(rows) > _ROWS_OF_A_LINE:
                return rows
        row += character
        used += size
    rows.append(row)
    return rows


def _outcome(annotator: Annotator) -> Iterator[Note]:
    """What came of the connection, and what would be next."""
    practice = annotator.practice
    label = _("result")
    for one in practice.accepted:
        text = (
            _("Accepted for {recipients}: {octets} octets.") if one.shown else _("Accepted for {recipients}.")
        )
        recipients = enumerated(map(visible, one.getting))
        yield Note(label, text.format(recipients=recipients, octets=one.octets))
        label = ""
    if not practice.client_shown:
        yield Note(label, _("Whether a message was accepted is not known: the client's lines are not shown."))
    elif not practice.accepted:
        yield Note(label, _("No message was accepted."))
    slips = ngettext("{n} slip", "{n} slips", annotator.slips).format(n=annotator.slips)
    remarks = ngettext("{n} remark", "{n} remarks", annotator.remarks).format(n=annotator.remarks)
    yield Note(_("findings"), _("{slips}, {remarks}").format(slips=slips, remarks=remarks))
    if practice.client_shown:
        yield from _open_end(practice)


def _open_end(practice: Practice) -> Iterator[Note]:
    step = _open_step(practice)
    if step is None:
        return
    yield Note(_("open"), gettext(_OPEN[step.state]).format(step=labels.spoken(step, practice)))
    label = labels.section("next")
    for note in legal(practice):
        yield Note(label, note.text)
        label = ""


_OPEN: Final[Mapping[StepState, str]] = {
    StepState.TO_DO: N_("Not done yet: {step}."),
    StepState.NOW: N_("Not done yet: {step}."),
    StepState.WAITING: N_("No reply came: {step}."),
    StepState.REFUSED: N_("Refused: {step}."),
    StepState.LATER: N_("Not now, perhaps later: {step}."),
}


def _open_step(practice: Practice) -> Step | None:
    """The step that was not reached. Without a greeting the recording begins after it."""
    for step in practice.steps:
        unseen = step.id == "connect" and practice.phase is not Phase.CONNECTING
        if step.state is not StepState.DONE and not (
            unseen and step.state in {StepState.TO_DO, StepState.NOW}
        ):
            return step
    return None
