"""The guide: what the right-hand sheet says now, as values that both front ends lay out.

A guide is a list of sections in fixed order. The split screen lays them out in two columns; line mode prints
them as ``*`` notes. All text in here is translated and already visible(); a front end adds no words.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from tui.values import value

if TYPE_CHECKING:
    from tui.practice.state import StepState


class Tone(Enum):
    """Role of a run of text (SCREENS §6)."""

    INK = "ink"
    QUIET = "quiet"
    YOU = "you"
    GOOD = "good"
    LATER = "later"
    REFUSED = "refused"
    BOLD = "bold"


#: These say "done", "to do", "refused", "now" and "waiting"; a front end may draw them in its own way
#: (ASCII).
DONE_SIGN, TO_DO_SIGN, REFUSED_SIGN = "\u2713", "\u25e6", "\u2717"
NOW_SIGN, WAITING_SIGN = "\u276f", "\u22ef"


@value
class Run:
    text: str
    tone: Tone = Tone.INK
    bold: bool = False


@value
class Sentence:
    """Prose: wrapped to the column. ``runs`` hold no line breaks."""

    runs: tuple[Run, ...]


def say(*runs: Run | str) -> Sentence:
    """One sentence, made of texts and runs."""
    return Sentence(tuple(run if isinstance(run, Run) else Run(run) for run in runs))


@value
class Pair:
    """A form and what it is for: ``RCPT TO:<address>`` / ``who gets it, then 250``. One row where there is
    room, several in a row where rows are short, 2 or 3 blanks apart."""

    form: Run
    gloss: str
    expect: str = ""  # "expect 250": only for the line of the present step


@value
class StepRow:
    state: StepState
    name: str
    word: str  # "done", "now" …
    note: str  # side by side: "250 alice@example.org" or "who gets it"
    code: str  # the note under 56 columns: the code alone


Paragraph = Sentence | Pair


class Room(Enum):
    """What becomes of a section where rows are short."""

    USUAL = "usual"
    FIRST = "first"  # the others make room for it: it was asked for just now
    YIELDS = "yields"  # it goes before anything else loses a row


@value
class Section:
    """``key`` is one of: task steps mail slip reply why next marks hint."""

    key: str
    label: str  # at most 8 cells
    count: str  # quiet, under the label: "3 of 8"; or ""
    paragraphs: tuple[Paragraph, ...] = ()
    steps: tuple[StepRow, ...] = ()
    lead: int = 1  # paragraphs that stay as long as anything else can be left out
    room: Room = Room.USUAL
    brief: tuple[Paragraph, ...] = ()  # in place of the paragraphs where these do not fit; (): the same


@value
class Guide:
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section | None:
        return next((one for one in self.sections if one.key == key), None)
