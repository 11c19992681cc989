"""Line mode on a terminal that knows no escape sequences (TERM=dumb, an Emacs shell), or whose output goes
elsewhere.

The terminal edits and echoes its lines itself. Not one escape sequence is written. What the server says
while a line is being typed begins on a row of its own, and the prompt is shown again below it.
"""

from __future__ import annotations

import select
import sys
import termios
from collections import deque
from collections.abc import Iterable

from tui.desk.asking import Feeding
from tui.desk.options import Options
from tui.desk.unblocking import end_in_time
from tui.plain import tty
from tui.plain.conversation import WIRE, Conversation
from tui.plain.lines import Lines, LineTooLongError
from tui.plain.signals import Signals
from tui.smtp.display import visible
from tui.words.language import gettext as _


class LineTerminal(Conversation):
    """``prompts``: stdout is the same terminal, so what was typed at the prompt stands there already."""

    def __init__(self, options: Options) -> None:
        self._prompts = self.on_terminal = sys.stdout.isatty()
        super().__init__(options)
        self._descriptor = sys.stdin.fileno()
        self._settings = tty.TerminalSettings(self._descriptor)
        self._prompt_shown = ""
        self._echo = True
        self._on_screen: deque[str] = deque()  # rows that were typed at the prompt and sent at once

    async def run(self) -> int:
        try:
            return await super().run()
        finally:
            self._settings.give_back()

    def _signal_handlers(self) -> Signals:
        return Signals(end=self._end, interrupt=self._interrupted, at_once=end_in_time)

    def begin_typing(self) -> None:
        self._set_echo(True)
        self.start(self._read_lines())

    async def _read_lines(self) -> None:
        lines = Lines(self._descriptor)
        while True:
            try:
                line = await lines.next()
            except LineTooLongError:
                line = b""
            if line is not None:
                self._typed(line.decode("utf-8", "surrogateescape"))
            elif self._is_gone():
                self.lost_terminal()
                return
            else:  # ^D: the terminal goes on
                self._new_row()
                self.left()
                lines = Lines(self._descriptor)

    def _typed(self, text: str) -> None:
        held = len(self.desk.held)
        if self._prompt_shown == WIRE and self._echo and self.on_wire and not self.desk.waiting:
            self._on_screen.append(f"{WIRE}{visible(text)}")
        self._prompt_shown = ""
        if not self._echo:
            self.output.write("\n")
        self.entered(text)
        if len(self.desk.held) > held:
            self.say(_("held until the reply is there; Enter on an empty line sends it now"))

    def _interrupted(self) -> None:
        self._new_row()
        self.interrupted()

    def _is_gone(self) -> bool:
        """An end of the input that is not ^D: the terminal hung up."""
        poll = select.poll()
        poll.register(self._descriptor, select.POLLIN)
        return any(event & (select.POLLHUP | select.POLLERR | select.POLLNVAL) for _fd, event in poll.poll(0))

    # -- what is shown

    def columns(self) -> int:
        return tty.columns(self._descriptor)

    def show(self, rows: Iterable[str]) -> None:
        fresh = [row for row in rows if not self._is_on_screen(row)]
        if fresh:
            self._new_row()
            self.output.write("".join(f"{row}\n" for row in fresh))

    def _is_on_screen(self, row: str) -> bool:
        if row.startswith(WIRE) and self._on_screen and self._on_screen[0] == row:
            self._on_screen.popleft()
            return True
        return False

    def _new_row(self) -> None:
        if self._prompt_shown:
            self._prompt_shown = ""
            self.output.write("\n")

    def fill(self, line: str) -> None:
        """The terminal's own line cannot be filled: say it instead."""
        self.say(_("the next line: {line}").format(line=visible(line)))

    def fill_secret(self, line: str) -> None:
        """It can neither be put there nor be shown, so that it goes out on a word."""

        def answered(text: str) -> None:
            if not text and self.desk.feeding is Feeding.SECRET:
                self.desk.submit(line)

        self.ask([_("The answer is ready, hidden: Enter sends it, anything else does not.")], answered)

    def give_back(self, line: str) -> None:
        """The terminal's own line cannot be filled: /fill makes it once more."""

    def changed(self) -> None:
        super().changed()
        self._set_echo(not (self.wants_secret or self.guarded))
        if not self.prompt.empty:  # a line that could not be sent comes back to an editor; here it is shown
            self.say(_("not sent: {line}").format(line=visible(self.prompt.take())))
        busy = self.desk.waiting is not None or self.desk.feeding is Feeding.CONNECTING
        wanted = "" if busy else self.label
        if self._prompts and wanted and self._prompt_shown != wanted:
            self._new_row()
            self._prompt_shown = wanted
            self.output.write(wanted)

    def _set_echo(self, echo: bool) -> None:
        dropping = echo and not self._echo  # half a password, which would be the beginning of a readable line
        self._echo = echo
        try:
            self._settings.take_lines(echo=echo, dropping=dropping)
        except termios.error:
            self.lost_terminal()

    def finish(self) -> None:
        self._new_row()
        self._prompts = False
        super().finish()
