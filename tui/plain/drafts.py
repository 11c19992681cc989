"""A message written as a whole before it is sent, and the text of one that the server did not take.

A draft outlives a refusal and a lost connection. It is named once in every message that is opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tui.desk.asking import Feeding
from tui.desk.composing import compose
from tui.smtp.display import visible
from tui.smtp.events import BodyEnded, ConnectionClosed, Event, PhaseChanged, ReplyReceived
from tui.smtp.parameters import size_limit
from tui.smtp.phases import Phase
from tui.words.language import gettext as _
from tui.words.language import ngettext

if TYPE_CHECKING:
    from tui.plain.conversation import Conversation

IN_MESSAGE: Final = frozenset({Feeding.HEADER, Feeding.BODY})


class Drafts:
    """The draft of one conversation; the desk keeps its text."""

    def __init__(self, conversation: Conversation) -> None:
        self._sitting = conversation
        self._lines: list[str] | None = None  # while it is being written
        self._offered = False
        self._told = 0  # how many lines it was said of that they were kept

    @property
    def writing(self) -> bool:
        """The keyboard writes the draft, not the wire."""
        return self._lines is not None

    def begin(self) -> None:
        """With the head that F3 of the split screen begins with: it stands there, and is not typed again."""
        head = self._sitting.desk.letterhead.splitlines()
        self._lines = head[:-1] if head else []
        self._sitting.say(
            _(
                "Write the message: header lines, an empty line, the text. A line with only . ends it, ^C "
                "drops it. Nothing is sent yet."
            )
        )
        self._sitting.show(f"| {visible(line)}" for line in self._lines)
        if head:
            self._sitting.fill(head[-1])

    def add(self, lines: tuple[str, ...]) -> None:
        """Lines while it is being written; the lone dot is not one of them."""
        if self._lines is not None:
            self._lines += lines

    def end(self) -> None:
        """The lone dot: from here on it is kept."""
        self._sitting.desk.draft = "".join(f"{line}\n" for line in self._lines or ())
        self._lines = None
        self._weigh()
        if not self.offer():
            self._sitting.say(_("The draft is kept until DATA has its 354; /compose begins another."))
            if self._sitting.desk.chunk_line:
                self._sitting.say(_("/bdat sends it as one counted chunk, in the place of DATA."))

    def _weigh(self) -> None:
        """Say before it goes out that the server will not take so much."""
        desk = self._sitting.desk
        size, limit = compose(desk.draft).size, size_limit(desk.practice.extensions)
        if 0 < limit < size:
            text = _("It has {size} octets, and the server takes no more than {limit}: it will refuse it.")
            self._sitting.say(text.format(size=size, limit=limit))

    def drop(self) -> None:
        self._lines = None
        self._sitting.say(_("The draft was dropped."))

    def offer(self) -> bool:
        """Say once in every message that there is a draft. It is no question: what is typed ahead would
        answer it."""
        desk = self._sitting.desk
        if desk.practice.phase is not Phase.MESSAGE:
            self._offered = False
            return False
        if self._offered or desk.draft_sent or not desk.draft:
            return False
        self._offered = True
        count = desk.draft.count("\n")
        text = ngettext(
            "A draft of {n} line is kept: ^C, then the word draft, sends it as message text.",
            "A draft of {n} lines is kept: ^C, then the word draft, sends it as message text.",
            count,
        )
        self._sitting.say(text.format(n=count))
        return True

    def send(self, text: str) -> None:
        """As message text; says which lines got a dot more."""
        composed = self._sitting.desk.send_message(text)
        if composed is not None and composed.stuffed:
            count = len(composed.stuffed)
            stuffed = ngettext(
                "{n} line begins with a dot: one more was sent, the server takes it off.",
                "{n} lines begin with a dot: one more was sent for each, the server takes it off.",
                count,
            )
            self._sitting.say(stuffed.format(n=count))

    def seen(self, event: Event) -> None:
        """Say that the text of a message was kept which the server has not taken."""
        match event:
            case ReplyReceived(to=BodyEnded()) | ConnectionClosed():
                count = self._sitting.desk.rescued
                if count and count != self._told:
                    self._tell(count)
                self._told = count
            case PhaseChanged(phase=Phase.MESSAGE):
                self._told = 0

    def _tell(self, count: int) -> None:
        kept = ngettext(
            "The {n} line of its text is kept as a draft, to be sent again in the next message.",
            "The {n} lines of its text are kept as a draft, to be sent again in the next message.",
            count,
        )
        self._sitting.say(kept.format(n=count))
