"""The desk's questions, put to a person while lines are typed by the program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import Final

from tui.desk import ways
from tui.desk.asking import ABOUT_A_SECRET, ENDS_MESSAGE, Asked, Question, unanswered
from tui.desk.desk import Desk
from tui.net.access import Access
from tui.plain import asking
from tui.plain.inquiring import Inquiry, TerminalGoneError

#: No to these, and the line does not go out.
_ABOUT_A_LINE: Final = ENDS_MESSAGE | ABOUT_A_SECRET


class Questions:
    """Call ``moved`` after whatever happened.

    Args:
        inquiry: None: there is nobody to ask, and the desk knows it.
        wrapped: a note as rows that fit the terminal.
        lost: called when the terminal is gone.
    """

    def __init__(
        self,
        desk: Desk,
        inquiry: Inquiry | None,
        *,
        wrapped: Callable[[str], list[str]],
        lost: Callable[[], None],
    ) -> None:
        self.begin_run()
        self._desk = desk
        self._inquiry = inquiry
        self._wrapped = wrapped
        self._lost = lost
        self._news = asyncio.Event()  # there may be a question now
        self._moved = asyncio.Event()  # … or there may be none any more
        self._one_at_a_time = asyncio.Lock()
        self._missed: tuple[
            str, ...
        ] = ()  # of the answer that was none, told before the question is put again

    def begin_run(self) -> None:
        """A new connection."""
        self.declined = False
        """Somebody said no to a line."""
        self.again: Access | None = None
        """Connect again like this: somebody takes the certificate."""

    @asynccontextmanager
    async def at_terminal(self) -> AsyncIterator[None]:
        """Ask what comes up meanwhile, also while a connection is being made."""
        if self._inquiry is None:
            yield
            return
        try:
            self._inquiry.begin()
        except TerminalGoneError:
            self._lost()
        watch = asyncio.ensure_future(self._watch())
        try:
            yield
        finally:
            watch.cancel()
            await asyncio.wait({watch})
            self._inquiry.end()

    def moved(self) -> None:
        """There may be a question now, or none any more."""
        self._news.set()
        self._moved.set()

    async def settle(self) -> None:
        """Until the server has answered everything, and the person too."""
        while True:
            await self._desk.settle()
            if self._desk.question is None:
                return
            await self._put_all()

    async def ask(self, *rows: str, hidden: bool = False) -> str:
        """A question of our own; "" when nobody is there to answer."""
        if self._inquiry is None:
            return ""
        try:
            return await self._inquiry.ask(self._notes(rows), hidden=hidden)
        except TerminalGoneError:
            self._lost()
            return ""

    # -- inside

    def _notes(self, rows: Iterable[str]) -> list[str]:
        return [part for row in rows for part in self._wrapped(f"* {row}")]

    async def _watch(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            await self._put_all()

    async def _put_all(self) -> None:
        async with self._one_at_a_time:
            while (question := self._desk.question) is not None:
                await self._put(question)

    async def _put(self, question: Question) -> None:
        """Unless the connection goes meanwhile, and the question with it."""
        if question.asked is Asked.AGAIN:
            self._desk.answer(False)  # there is a plan already
            return
        rows = [*self._missed, *asking.rows(question, ways.present(self._desk))]
        answer = asyncio.ensure_future(self.ask(*rows, hidden=question.secret or question.guarded))
        try:
            while not answer.done() and self._desk.question is question:
                self._moved.clear()
                moved = asyncio.ensure_future(self._moved.wait())
                await asyncio.wait({answer, moved}, return_when=asyncio.FIRST_COMPLETED)
                moved.cancel()
        finally:
            if not answer.done():
                answer.cancel()
                await asyncio.wait({answer})
        if self._desk.question is question:
            self._answered(question, answer.result())

    def _answered(self, question: Question, text: str) -> None:
        unverified = self._desk.unverified
        yes = self._desk.answered(text)
        self._missed = unanswered(question, text) if yes is None else ()
        if yes and question.asked is Asked.INSECURE:
            self.again = unverified
        elif yes is False and question.asked in _ABOUT_A_LINE:
            self.declined = True
