"""What the desk has come to, said in the wire beside what the server says: a question, lines that were not
sent, a message that is lost, nothing being kept any more. Each once."""

from __future__ import annotations

from collections.abc import Iterator

from tui.desk import ways
from tui.desk.asking import Question
from tui.desk.desk import Desk
from tui.practice.stepping import Stop
from tui.smtp.display import visible
from tui.ui import presenting
from tui.ui.telling import Teller
from tui.words import faults
from tui.words.language import gettext as _
from tui.words.reasons import reason as reason_of


class Attending:
    """What of it was said already."""

    def __init__(self, desk: Desk, teller: Teller) -> None:
        self.desk = desk
        self._teller = teller
        self._spelt_out: Question | None = None
        self._not_sent: tuple[str, ...] = ()
        self._withheld = 0
        self._keeping_told = False
        self._stopped: Stop | None = None
        self._rescued = 0
        self._lost = 0
        self._outgrown = 0

    def attend(self) -> None:
        """Say what the desk has come to: a question, lines that were not sent, nothing being kept."""
        question = self.desk.question
        if question is not None and question is not self._spelt_out:
            self._teller.note_once(*presenting.question_notes(question, ways.present(self.desk)))
        self._spelt_out = question
        for note in self._unsent():
            self._teller.note(note)
        stopped, self._stopped = self._stopped, self.desk.stopped
        told_at_its_end = self.desk.stopped is Stop.NO_STARTTLS  # of the connection, as the reason of that
        if stopped is not self._stopped and self.desk.stopped_because and not told_at_its_end:
            self._teller.note(self.desk.stopped_because)
        lost, self._lost = self._lost, self.desk.lost
        if self._lost > lost:
            self._teller.note(faults.lost(self._lost - lost))
        for limit in self.desk.outgrown[self._outgrown :]:
            self._teller.note(faults.too_large(limit))
        self._outgrown = len(self.desk.outgrown)
        rescued, self._rescued = self._rescued, self.desk.rescued
        if self._rescued and not rescued:
            self._teller.note(presenting.rescued(self._rescued))
        problem = self.desk.keeping_failed
        if problem is not None and not self._keeping_told:
            self._keeping_told = True
            reason = reason_of(problem)
            self._teller.note(_("nothing is kept any more: {reason}").format(reason=reason))

    def _unsent(self) -> Iterator[str]:
        left, self._not_sent = self._not_sent, self.desk.left_over
        if self._not_sent != left:
            said = (line for line in self._not_sent if line.strip())
            yield from (_("not sent: {line}").format(line=visible(line)) for line in said)
        withheld, self._withheld = self._withheld, self.desk.withheld
        if self._withheld > withheld:
            yield presenting.withheld(self._withheld - withheld)
