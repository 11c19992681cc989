"""``smtptutor replay``: a recorded dialogue typed again, and both runs compared reply by reply."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tui.desk.asking import is_yes
from tui.desk.options import ReplayOptions
from tui.desk.result import Exit, Record, trouble, worst
from tui.net.access import Security
from tui.plain import compared, recorded, sitting
from tui.plain.compared import Comparison
from tui.plain.retyping import Halt, Retyping, Run
from tui.practice.comparing import compare, exchanges
from tui.practice.reading_beside import Doubtful
from tui.practice.recording import Recorded, Recording, began, record, told
from tui.practice.retyping import Hindrance, Plan, plan
from tui.smtp.events import LineReceived, LineSent
from tui.store.rows import text_row
from tui.words import comparison, doubts
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.prose import labelled

#: A run that was halted like this was refused TLS or the login, whatever the server said.
_REFUSED: Final = frozenset({Halt.NO_LOGIN, Hindrance.NOT_IN_CLEAR})


def run(options: ReplayOptions) -> int:
    """Replay the file, or stdin; the exit code (DESIGN §6)."""
    text = recorded.whole(options.file)
    if text is None:
        return Exit.USAGE
    recording = record(text.split(b"\n"), recorded.events_of(options.file))
    if recording is None:
        return recorded.no_dialogue(options.file, text.split(b"\n")[:500])
    name = recorded.name_of(options.file)
    plans = [plan(told(connection)) for connection in recording.connections]
    lost = [row for one in plans for row in one.lost]
    for row in lost:
        _complain(_at(name, row, _("this line was cut when it was recorded, so it cannot be sent again")))
    missing = any(one.missing for one in plans)
    if missing:
        _complain(_at(name, 0, _("the message is not shown in it, so it cannot be sent again")))
    silent = any(one.silent for one in plans)
    if silent:
        _complain(_at(name, 0, _("the client's lines are not shown in it, so they cannot be sent again")))
    if lost or missing or silent:
        return recorded.NO_DIALOGUE
    if not _may_ask() and _needs_yes(options, recording):
        for sentence in doubts.told(name, _of_client(recording)):
            _complain(sentence)
        _complain(_("nothing was sent: these lines may be others than were sent then; --yes sends them so"))
        return recorded.NO_DIALOGUE
    return sitting.run(lambda: Replay(options, name, recording, plans))


def _needs_yes(options: ReplayOptions, recording: Recording) -> bool:
    """Lines whose octets are not certain go to a server only if a person says so."""
    named = options.target is not None or options.against is not None
    return named and not options.yes and bool(_of_client(recording))


def _of_client(recording: Recording) -> tuple[Doubtful, ...]:
    return tuple(one for one in recording.doubtful if one.side == "C")


def _may_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _timed(file: Path | None, recording: Recording) -> tuple[tuple[Recorded, ...], ...]:
    """The connections with the times of their lines. The text of a transcript has none, but the rows of JSON
    beside it have: those, where they are the same dialogue."""
    beside = file.with_suffix(".jsonl") if file is not None and file.suffix == ".txt" else None
    if beside is None or not beside.is_file():
        return recording.connections
    text = recorded.whole(beside)
    found = record(text.split(b"\n")) if text is not None else None
    same = found is not None and list(map(_lines, found.connections)) == list(
        map(_lines, recording.connections)
    )
    return found.connections if found is not None and same else recording.connections


def _lines(connection: tuple[Recorded, ...]) -> list[str | None]:
    return [text_row(one) for one, _about in told(connection) if isinstance(one, LineSent | LineReceived)]


def _at(name: str, row: int, sentence: str) -> str:
    if not row:
        return labelled(name, sentence)
    return _("{file}, line {line}: {sentence}").format(file=name, line=row, sentence=sentence)


def _complain(sentence: str) -> None:
    print(_("smtptutor: {sentence}.").format(sentence=sentence), file=sys.stderr, flush=True)


class Replay(Retyping):
    """What is said before the first line, and the comparison at the end."""

    def __init__(
        self, options: ReplayOptions, name: str, recording: Recording, plans: Sequence[Plan]
    ) -> None:
        super().__init__(options, plans)
        self._asked = options
        self._name = name
        self._recording = recording
        self._connections = _timed(options.file, recording)
        self._whole = False  # everything was typed that was to be typed

    async def main(self) -> None:
        self._introduce()
        await super().main()
        self._whole = True

    async def agreed(self) -> bool:
        if not _needs_yes(self._asked, self._recording):
            return True
        if is_yes(await self.questions.ask(_("Send these lines as they are read? yes or no"))):
            return True
        self.say(_("nothing was sent"))
        return False

    def _introduce(self) -> None:
        lines = sum(len(one.items) for one in self._plans)
        self.say(
            ngettext("typing {n} line of {file} again", "typing {n} lines of {file} again", lines).format(
                n=lines, file=self._name
            )
        )
        if self._recording.beside:
            self.say(_("the octets are those of the .jsonl beside it"))
        for sentence in doubts.told(self._name, _of_client(self._recording)):
            self._warn(sentence)
        for one in self._plans:
            for row in one.hidden:
                hidden = _("what stood here was hidden when it was recorded, and is not sent")
                self._warn(_at(self._name, row, hidden))
        copies = sum(one.handed_over for one in self._plans)
        if copies and (self._asked.target is not None or self._asked.against is not None):
            self._warn(comparison.second_copy(copies))

        if any(one.implicit_tls for one in self._plans) and self._in_clear:
            self._warn(_("the old run was inside TLS from the first octet, and this one is not; --tls is"))

    @property
    def _in_clear(self) -> bool:
        """A REAL server is reached without TLS from the first octet."""
        options = self._asked
        reached = ((options.target, options.access), (options.against, options.against_access))
        return any(one is not None and how.security is not Security.TLS for one, how in reached)

    def _warn(self, sentence: str) -> None:
        """What must be known before anything is sent, also where stdout is for a program."""
        if self._asked.json and self.scripted:
            self.complain(sentence)
        else:
            self.say(sentence)

    # -- the end

    def comparisons(self) -> Iterator[Comparison]:
        """One for each connection of the recording, as far as it was typed."""
        for connection, one, runs in zip(self._connections, self._plans, self.runs, strict=True):
            if self._asked.against is None and runs:
                events = ((event, about.at) for event, about in told(connection))
                old = exchanges(events, began=began(connection))
                rows = compare(old, runs[0].exchanges, one.places, runs[0].places)
                yield Comparison(self._name, runs[0].server, rows, runs)
            elif len(runs) > 1:
                left, right = runs
                rows = compare(left.exchanges, right.exchanges, left.places, right.places)
                yield Comparison(left.server, right.server, rows, runs, against=True)

    def finish(self) -> None:
        self.waiting.stop()
        for number, one in enumerate(self.comparisons(), 1):
            if self._asked.json:
                self.output.write(json.dumps(compared.facts(one, number)) + "\n")
            else:
                self.output.write("".join(f"{row}\n" for row in self._rows(one, number)))

    def _rows(self, one: Comparison, number: int) -> Iterator[str]:
        if len(self._plans) > 1:
            yield ""
            yield _("Connection {number}").format(number=number)
        yield from compared.table(one, self.columns())

    def outcome(self, number: int | None) -> int:
        """0 when every reply has the code that it had; otherwise 1, or what a connection gave reason for that
        the old one did not."""
        if number is not None:
            return Exit.of_signal(number)
        found = list(self.comparisons())
        if self._whole and len(found) == len(self._plans) and all(one.same for one in found):
            return Exit.DONE
        codes = {Exit.OPEN}
        for connection, runs in zip(self._connections, self.runs, strict=False):
            before = set() if self._asked.against is not None else trouble(_record(connection))
            codes |= {code for run in runs for code in _reasons(run) - before}
        return worst(codes)


def _record(connection: tuple[Recorded, ...]) -> Record:
    """Of the old run."""
    record = Record()
    for event, _about in told(connection):
        record = record.seen(event)
    return record


def _reasons(run: Run) -> set[Exit]:
    refused = run.unsecured or run.halted in _REFUSED
    return trouble(run.record) | ({Exit.REFUSED_LOGIN} if refused else set())
