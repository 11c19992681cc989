"""Line mode for a pipe: every line of stdin is sent as it is, each when the reply to the one before is
there."""

from __future__ import annotations

import asyncio
import sys
from typing import Final

from tui.desk.asking import Feeding, Submitted
from tui.desk.options import Options
from tui.desk.outbox import CRLF
from tui.plain.lines import Lines, LineTooLongError
from tui.plain.sitting import Sitting, rails_sentence, withheld_sentence
from tui.smtp.events import GreetingAwaited
from tui.words.language import gettext as _
from tui.words.language import ngettext

#: How much of the time for the greeting a script waits before it speaks first.
_PATIENCE: Final = 0.75
_UNSENT: Final = frozenset({Submitted.CLOSED, Submitted.STOPPED})


class Script(Sitting):
    """Nothing is added to the input, no dot and no QUIT; at its end the connection is closed."""

    scripted = True
    guided = False

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self._lines = Lines(sys.stdin.fileno())
        self._bom_told = False
        self._speaks_first = False

    async def main(self) -> None:
        await self.connect()
        if self.desk.stepping:
            await self.desk.settle()  # EHLO and STARTTLS, where they are typed by us
        await self._send_lines()
        await self.desk.settle()

    def changed(self) -> None:
        """Without a connection nothing can come of another line: do not wait for one, whoever holds the pipe.
        An exercise may have a next stage, on a connection of its own."""
        if self.desk.feeding is Feeding.CLOSED and self.desk.lesson is None:
            self._lines.stop()

    async def _send_lines(self) -> None:
        """Until the input ends, the connection is gone, or the rails stop it."""
        await self._wait_for_greeting()
        while True:
            if not self._speaks_first:
                await self.desk.settle()
            try:
                line = await self._lines.next()
            except LineTooLongError:
                self.complain(_("a line of the input is longer than any mail may be; it was not sent"))
                return
            if self._lines.bom and not self._bom_told:
                self._bom_told = True
                self.say(_("a byte order mark at the start of the input was dropped"))
            if line is None:
                if self.desk.feeding is Feeding.CLOSED:
                    await self._tell_left_over(0)
                return
            await asyncio.sleep(0)  # lines of a message follow without a wait; the server may speak
            if not self._speaks_first:
                await self.desk.settle()
            if await self._for_lesson(line):
                continue
            withheld = self.desk.withheld
            outcome = self.desk.submit(line, tail=self._lines.end if self.options.raw_lf else CRLF)
            self.waiting.attend()
            if self._speaks_first:
                self._speaks_first = False
                self.desk.send_held()
            if outcome is Submitted.WITHHELD and not withheld:
                self.say(_("held back: after this refusal it would go out as a command"))
            if outcome is Submitted.STOPPED:
                self._tell_stopped()
            if outcome in _UNSENT:
                await self._tell_left_over(1)
                return

    async def _for_lesson(self, line: bytes) -> bool:
        """Is it an answer to the question of the exercise? A stage that is over is followed by the next."""
        lesson = self.desk.lesson
        if lesson is None:
            return False
        await self.desk.told()
        if lesson.go_on():
            await self.open_sandbox()
            await self.desk.settle()
        if self.desk.lesson_question is None:
            return False
        lesson.answer(self.desk.practice, line.decode("utf-8", "replace"))
        self.show_lesson()
        return True

    async def _wait_for_greeting(self) -> None:
        """Not to its end: a server that waits for its client (HTTP) would never show what it is. So the first
        line goes out when little of the time is left, and what comes back is named."""
        waiting = self.desk.waiting
        if waiting is None or not isinstance(waiting.to, GreetingAwaited):
            return
        try:
            async with asyncio.timeout(waiting.limit * _PATIENCE):
                await self.desk.settle()
        except TimeoutError:
            self._speaks_first = True
            self.say(_("no greeting so far; the first line goes out to see what is there"))

    def _tell_stopped(self) -> None:
        sentence = rails_sentence(self.desk)
        self.say(sentence)
        self.complain(sentence)

    async def _tell_left_over(self, taken: int) -> None:
        """``taken``: so many lines were read already, and not sent."""
        count, complete = await self._lines.count_rest()
        count += taken + len(self.desk.left_over)
        if not count:
            return
        text = ngettext("{n} line was not sent", "{n} lines were not sent", count)
        if not complete:
            text = ngettext("at least {n} line was not sent", "at least {n} lines were not sent", count)
        self.say(text.format(n=count))

    def finish(self) -> None:
        withheld = self.desk.withheld
        if withheld:
            self.say(withheld_sentence(withheld))
        super().finish()
