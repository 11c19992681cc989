"""Line mode for a person: what Enter, ^C, ^D and the typed names do, whatever kind of terminal it is.

At every moment one thing has the keyboard: a question, a message being composed, or the wire. A front end
for a kind of terminal derives from ``Conversation``; it calls ``entered``, ``interrupted`` and ``left`` and
shows ``label``.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final

from tui.desk.asking import Asked, Feeding, Question, Submitted
from tui.desk.options import Options
from tui.net.session import Stamped
from tui.plain import asking
from tui.plain.actions import Actions
from tui.plain.sitting import Sitting, withheld_sentence
from tui.prompt import names
from tui.prompt.history import History
from tui.prompt.prompt import Prompt
from tui.smtp.display import visible
from tui.words.language import gettext as _
from tui.words.language import ngettext

#: Where a typed name may stand.
_NAMES_KNOWN: Final = frozenset({Feeding.COMMAND, Feeding.CLOSED, Feeding.CONNECTING})
_IN_MESSAGE: Final = frozenset({Feeding.HEADER, Feeding.BODY})

WIRE: Final = "C: "
ANSWER: Final = "? "
COMPOSE: Final = "| "

Answer = Callable[[str], None]


class Conversation(Sitting):
    """``prompt`` holds what is being typed, where the terminal leaves that to us."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.prompt = Prompt(History(self.desk.commands))
        self.actions = Actions(self)
        self._answer: Answer | None = None  # takes the next line
        self._asked: Question | None = None  # the desk's question that was put to the person
        self._composing: list[str] | None = None
        self._draft_offered = False
        self._left_over: tuple[str, ...] = ()
        self._withheld = 0
        self._over = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None

    async def main(self) -> None:
        self.say(_("Type / for the names of all that smtptutor can do, /quit or ^D to leave."))
        self.begin_typing()
        self._connect_to(self.connect)
        await self._over.wait()
        if self._failure is not None:
            raise self._failure

    def begin_typing(self) -> None:
        """Take the keyboard."""
        raise NotImplementedError

    def can_cancel(self) -> str:
        return _("^C asks whether to give up")

    # -- what has the keyboard

    @property
    def label(self) -> str:
        """What stands before the line being typed; only what will be sent stands behind ``C: ``."""
        if self._answer is not None:
            return ANSWER
        return WIRE if self._composing is None else COMPOSE

    @property
    def wants_secret(self) -> bool:
        return self._on_wire and self.desk.feeding is Feeding.SECRET

    @property
    def command_due(self) -> bool:
        return self._on_wire and self.desk.feeding in _NAMES_KNOWN

    @property
    def _on_wire(self) -> bool:
        return self._answer is None and self._composing is None

    def ask(self, rows: list[str], answer: Answer) -> None:
        """Put a question; the next line answers it, and ^C says no."""
        self._answer = answer
        self.say(*rows)
        self.changed()

    def changed(self) -> None:
        """After every event and every key."""
        question = self.desk.question
        if question is None and self._asked is not None:
            self._asked = self._answer = None  # the connection went: there is nothing left to answer
        elif question is not None and question is not self._asked:
            self._asked = question
            self._answer = self._desk_answered
            self.say(*asking.rows(question, self.desk.endpoint))
        self._tell_not_sent()
        self._offer_draft()
        self.prompt.secret = self.wants_secret
        self.prompt.suggestion = self.desk.suggestion if self._on_wire else ""
        self.prompt.completes_from_history = self.command_due

    def _tell_not_sent(self) -> None:
        """Lines that were held when the connection went, or when the server refused what they were meant
        for."""
        if self.desk.left_over != self._left_over:
            self._left_over = self.desk.left_over
            self.say(*(_("not sent: {line}").format(line=visible(line)) for line in self._left_over))
        withheld = self.desk.withheld - self._withheld
        self._withheld = self.desk.withheld
        if withheld > 0:
            self.say(withheld_sentence(withheld))

    def _told(self, batch: tuple[Stamped, ...]) -> None:
        super()._told(batch)
        asyncio.get_running_loop().call_soon(self.changed)  # when the desk has let held lines go

    # -- the keyboard

    def entered(self, text: str) -> None:
        """A line, and Enter."""
        if self._answer is not None:
            answer, self._answer = self._answer, None
            answer(text)
        elif self._composing is not None:
            self._compose(text)
        else:
            match names.read(text, command_due=self.command_due):
                case names.Named(name, argument):
                    self.actions.do(name, argument)
                case names.Wire(line):
                    self._for_wire(line)
        self.waiting.attend()
        self.changed()

    def entered_all(self, lines: tuple[str, ...]) -> None:
        """The lines of a paste, one by one; typed names mean nothing in there."""
        for line in lines:
            self._for_wire(line)
        self.waiting.attend()
        self.changed()

    def interrupted(self) -> None:
        """^C on an empty line."""
        if self._answer is not None:
            answer, self._answer = self._answer, None
            answer(asking.NO)
        elif self._composing is not None:
            self._stop_composing()
        elif self.desk.feeding is Feeding.CONNECTING:
            self.desk.hang_up()
        elif self.desk.feeding in _IN_MESSAGE:
            self.ask(
                [
                    _(
                        "Inside the message. Enter goes on, hint tells what to do, close takes the mail "
                        "back: "
                        "it closes the connection without sending."
                    )
                ],
                self._message_menu,
            )
        elif self.desk.waiting is not None:
            self.ask(
                [_("Enter goes on waiting, close gives up and closes the connection.")], self._close_or_not
            )
        else:
            self.ask([_("Leave smtptutor? yes leaves, Enter alone stays.")], self._leave_or_not)
        self.changed()

    def fill(self, line: str) -> None:
        """Put the next command where it can be edited."""
        self.prompt.replace(line)

    def left(self) -> None:
        """^D on an empty line, and /quit."""
        if self.desk.must_ask_before_leave:
            self.desk.ask(Asked.LEAVE_MESSAGE)
            self.changed()
        else:
            self._over.set()

    # -- the wire

    def _for_wire(self, line: str) -> None:
        feeding = self.desk.feeding
        busy = bool(self.desk.held) or self.desk.waiting is not None
        if not line and feeding is Feeding.COMMAND and busy and not self.desk.text_ahead:
            self.desk.send_held()
            return
        outcome = self.desk.submit(line)
        if outcome is Submitted.CLOSED:
            self.prompt.replace(line)
            self.say(
                _(
                    "not connected, nothing was sent: /connect connects again, /inbox shows the mail, /quit "
                    "leaves"
                )
            )
        elif feeding is Feeding.COMMAND:
            self.prompt.remember(line)

    def ask_and_connect(self, opening: Callable[[], Coroutine[Any, Any, bool]], host: str) -> None:
        """Connect in the background, after a question where that would drop a mail. ``host`` is visible()."""
        if self.desk.must_ask_before_connect:
            self.ask(
                asking.connect_rows(host),
                lambda text: self._connect_to(opening) if asking.is_yes(text) else None,
            )
        else:
            self._connect_to(opening)

    def _connect_to(self, opening: Callable[[], Coroutine[Any, Any, bool]]) -> None:
        async def connect() -> None:
            await opening()

        self.start(connect())

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that takes time; what it raises ends the sitting."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._failure = self._failure or error
            self._over.set()
        self.waiting.attend()
        self.changed()

    # -- answers

    def _desk_answered(self, text: str) -> None:
        question, self._asked = self._asked, None
        yes = asking.is_yes(text)
        self.desk.answer(yes)
        if question is None or not yes:
            return
        if question.asked is Asked.LEAVE_MESSAGE:
            self._over.set()

    def _message_menu(self, text: str) -> None:
        word = text.strip().lower()
        if word in asking.words("hint", _("hint")):
            self.actions.do("hint", "")
        else:
            self._close_or_not(text)

    def _close_or_not(self, text: str) -> None:
        if text.strip().lower() in asking.words("close", _("close")):
            self.desk.hang_up()

    def _leave_or_not(self, text: str) -> None:
        if asking.is_yes(text):
            self.left()

    # -- composing

    def compose(self) -> None:
        """The lines that follow become a draft, up to a line with only a dot."""
        self._composing = []
        self.say(
            _(
                "Write the message: header lines, an empty line, the text. A line with only . ends it, ^C "
                "drops it. Nothing is sent yet."
            )
        )
        self.changed()

    def _compose(self, text: str) -> None:
        lines = self._composing
        assert lines is not None
        if text != ".":
            lines.append(text)
            return
        self._composing = None
        self.desk.draft = "".join(f"{line}\n" for line in lines)
        if not self._offer_draft():
            self.say(_("The draft is kept. It is offered once DATA has its 354; /compose begins another."))

    def _stop_composing(self) -> None:
        self._composing = None
        self.say(_("The draft was dropped."))

    def _offer_draft(self) -> bool:
        """Once for every message."""
        feeding = self.desk.feeding
        if feeding not in _IN_MESSAGE:
            self._draft_offered = False
            return False
        if self._draft_offered or not self.desk.draft or not self._on_wire or self.desk.held:
            return False
        self._draft_offered = True
        count = self.desk.draft.count("\n")
        self._answer = self._draft_answered
        self.say(
            ngettext(
                "A draft of {n} line is kept: yes sends it as message text, Enter alone keeps it.",
                "A draft of {n} lines is kept: yes sends them as message text, Enter alone keeps them.",
                count,
            ).format(n=count)
        )
        return True

    def _draft_answered(self, text: str) -> None:
        if not asking.is_yes(text):
            return
        composed = self.desk.send_message(self.desk.draft)
        if composed is not None and composed.stuffed:
            self.say(
                ngettext(
                    "{n} line begins with a dot: one more was sent, the server takes it off.",
                    "{n} lines begin with a dot: one more was sent for each, the server takes it off.",
                    len(composed.stuffed),
                ).format(n=len(composed.stuffed))
            )

    # -- pastes

    def paste(self, text: str) -> None:
        """A paste in brackets: one line is typed, several are asked about."""
        if self._answer is not None or not self.prompt.paste(text):
            return
        count = len(self.prompt.pasted)
        rows = [ngettext("{n} line was pasted.", "{n} lines were pasted.", count).format(n=count)]
        if self.wants_secret:
            rows.append(_("They are not shown: a secret is due."))
        else:
            rows += [f"  {visible(line)}" for line in self.prompt.pasted[:3]]
        choices = _("Enter sends them one by one, each after the reply to the one before; no drops them.")
        if self.desk.feeding in _IN_MESSAGE or self._composing is not None:
            choices = _(
                "Enter takes them one by one; text takes them as message text, with dots at the start of a "
                "line doubled; no drops them."
            )
        self.ask([*rows, choices], self._paste_answered)

    def _paste_answered(self, text: str) -> None:
        lines = self.prompt.take_paste()
        word = text.strip().lower()
        if self._composing is not None and (not word or word in asking.words("text", _("text"))):
            self._composing += lines
        elif not word:
            self.entered_all(lines)
        elif word in asking.words("text", _("text")) and self.desk.feeding in _IN_MESSAGE:
            self.desk.send_message("".join(f"{line}\n" for line in lines))
        else:
            self.say(_("The paste was dropped, nothing of it was sent."))


def conversation(options: Options) -> Sitting:
    """For the terminal on stdin: with a line editor of ours where the terminal can do it."""
    import os

    capable = sys.stdout.isatty() and os.environ.get("TERM", "") not in {"", "dumb"}
    if capable:
        from tui.plain.terminal import EditingTerminal

        return EditingTerminal(options)
    from tui.plain.dumb import LineTerminal

    return LineTerminal(options)
