"""What every kind of line mode does: a desk, a printer, waiting notes, signals, and an exit code at the
end."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tui.desk import ways
from tui.desk.desk import Desk
from tui.desk.opening import desk_for
from tui.desk.options import Options
from tui.desk.rails import Verdict
from tui.desk.result import Exit, exit_code
from tui.desk.unblocking import end_in_time
from tui.net.access import Access
from tui.net.endpoint import Endpoint
from tui.net.session import Stamped
from tui.plain import summary
from tui.plain.output import Output, ReaderGoneError, WriteInterruptedError
from tui.plain.printer import Printer
from tui.plain.signals import Signals
from tui.plain.waiting import WaitingNotes
from tui.practice.stepping import Stop
from tui.smtp.display import visible
from tui.smtp.events import ConnectionFailed, TlsFailed
from tui.store.paths import home
from tui.words import faults
from tui.words.endings import failure
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.reasons import reason as reason_of

if TYPE_CHECKING:
    from tui.plain.learning import Learning


class Sitting:
    """One run of line mode. A front end derives from it, shows rows in its way, and reads lines in
    ``main``."""

    scripted = False
    guided = True
    on_terminal = False
    adds_quit = True  # where a person sits; to a script's lines nothing is added

    def __init__(self, options: Options) -> None:
        self.options = options
        self.place = home()
        self.output = Output(
            sys.stdout.fileno(), encoding=sys.stdout.encoding or "utf-8", interrupted=self._is_ending
        )
        self.desk = desk_for(
            options, self._told, scripted=self.scripted, on_crash=self._broke, place=self.place
        )
        self.printer = Printer(
            guided=self.guided,
            real=lambda: self.desk.real,
            columns=self.columns if self.on_terminal else None,
            because=lambda: self.desk.closed_because,
            user=lambda: self.desk.login.named,
            bare=self.desk.login.bare,
            accounts=lambda: self.desk.accounts,
        )
        self.printer.times = options.times
        self.waiting = WaitingNotes(
            lambda: self.desk.waiting,
            lambda: self.desk.elapsed,
            self.say,
            can_cancel=self.can_cancel(),
        )
        self._learning: Learning | None = None
        self._signals: Signals | None = None
        self._ending: asyncio.Future[int] | None = None  # the number of the signal
        self._error: BaseException | None = None
        self._keeping_told = False
        self._lost_mails = 0
        self._outgrown = 0
        self._lost = False
        self._stopped: Stop | None = None  # as it was told

    # -- what a front end adds

    async def main(self) -> None:
        """Connect, and do what is to be done until the end; the connection may still be open then."""
        raise NotImplementedError

    def show(self, rows: Iterable[str]) -> None:
        self.output.write("".join(f"{row}\n" for row in rows))

    def columns(self) -> int:
        """The width of the terminal, if there is one."""
        raise NotImplementedError

    def changed(self) -> None:
        """Something happened: after the rows about it were shown."""

    def can_cancel(self) -> str:
        return _("^C gives up")

    # -- the frame

    async def run(self) -> int:
        """The exit code (DESIGN §6)."""
        self._ending = asyncio.get_running_loop().create_future()
        with self._signal_handlers() as self._signals:
            main = asyncio.ensure_future(self._main())
            both: set[asyncio.Future[Any]] = {main, self._ending}
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            if not main.done():
                main.cancel()
                await asyncio.wait({main})
            if not main.cancelled() and main.exception() is not None:
                self._error = self._error or main.exception()
            try:
                await self._leave()
            except (ReaderGoneError, WriteInterruptedError, OSError) as error:
                self._error = self._error or error
            return self._code()

    async def _main(self) -> None:
        if self.place.unwritable is not None:
            self.say(
                _("{folder} cannot be written: nothing will be kept").format(
                    folder=visible(str(self.place.unwritable))
                )
            )
        await self.main()
        self.printer.leaving = True
        await self.desk.leave(goodbye=self.adds_quit and not self.scripted)
        self.finish()

    @property
    def learning(self) -> Learning:
        """The course, read when it is first asked for.

        Raises:
            DataFileError, OSError: it cannot be read.
        """
        if self._learning is None:
            from tui.plain.learning import Learning

            self._learning = Learning(self.desk, self.place)
        return self._learning

    def begin_lesson(self, id: str, *, anew: bool = False, play: bool = False) -> None:
        """Take an exercise up; its server is what ``open_sandbox`` connects to now."""
        self.show(self.learning.take_up(id, anew=anew, play=play))
        self.printer.in_lesson = True

    async def connect(self) -> bool:
        """To the server of the options; what fails is told on stderr."""
        if self.options.learn:
            id = self.learning.teaching.find(self.options.learn) or ""
            self.begin_lesson(id, anew=True)  # a script is judged by its own lines
        if self.options.profile:
            self.say(ways.profile(self.options.profile, self.options.target, self.options.access))
        if self.options.doubt:
            self.say(self.options.doubt)
        for sentence in self.options.remarks:
            self.say(sentence)
        if self.options.target is not None:
            return await self.open(self.options.target, self.options.access)
        return await self.open_sandbox()

    async def open(self, target: Endpoint, access: Access) -> bool:
        """To this server; what the port decided is said first."""
        self._say_by_port(access)
        return await self.desk.open(target, access)

    def _say_by_port(self, access: Access) -> None:
        if note := ways.by_port(access):
            self.say(note)

    async def open_sandbox(self) -> bool:
        """To the sandbox, or the server of the exercise.

        Raises:
            NoServerError: it cannot be started here.
        """
        if self.desk.lesson is not None and self.options.lesson_at is not None:
            self._say_by_port(self.options.access)
        try:
            return await self.desk.open_sandbox()
        except OSError as error:
            raise NoServerError(reason_of(error)) from error

    def finish(self) -> None:
        """The closing rows."""
        self.waiting.stop()
        mail = "" if self.place.temporary else visible(str(self.place.mail))
        lesson = self.desk.lesson
        if self._learning is not None and self.scripted:
            self.show(self._learning.unmet())
        self.show(summary.rows(self.desk.practice, self.desk.farewell, mail=mail, steps=lesson is None))

    def say(self, *sentences: str) -> None:
        """Notes of our own."""
        self.show(f"* {sentence}" for sentence in sentences)

    def complain(self, sentence: str) -> None:
        """An error of the program: on stderr, whatever has become of it."""
        with suppress(OSError):  # when nobody is left to read it, the exit code says it
            whole = _("smtptutor: {sentence}.").format(sentence=sentence.removesuffix("."))
            print(whole, file=sys.stderr, flush=True)

    # -- inside

    def _reads_rows(self) -> bool:
        """A person has it in the rows already, and stderr would write it across the prompt."""
        return self.guided and sys.stderr.isatty()

    def _signal_handlers(self) -> Signals:
        return Signals(end=self._end, at_once=end_in_time)

    def lost_terminal(self) -> None:
        """The terminal hung up without a signal that could be heard: as if there had been one."""
        self._lost = True
        self._end(signal.SIGHUP)

    def _is_ending(self) -> bool:
        return self._signals is not None and self._signals.caught is not None

    def _end(self, number: int) -> None:
        if self._ending is not None and not self._ending.done():
            self._ending.set_result(number)

    def _told(self, batch: tuple[Stamped, ...]) -> None:
        self.show(self.printer.rows(batch))
        self.show_lesson()
        for stamped in batch:
            event = stamped.event
            if isinstance(event, ConnectionFailed) and event.final and not self._reads_rows():
                self.complain(failure(event).headline)
            elif isinstance(event, TlsFailed) and not self._reads_rows():
                from tui.words.tls import complaint

                self.complain(complaint(event))
        if self.desk.keeping_failed is not None and not self._keeping_told:
            self._keeping_told = True
            self.say(
                _("nothing is kept any more: {reason}").format(reason=reason_of(self.desk.keeping_failed))
            )
        lost, self._lost_mails = self._lost_mails, self.desk.lost
        if self._lost_mails > lost:
            self.say(faults.lost(self._lost_mails - lost))
        for limit in self.desk.outgrown[self._outgrown :]:
            self.say(faults.too_large(limit))
        self._outgrown = len(self.desk.outgrown)
        self._tell_stopped_steps()
        self.waiting.attend()
        self.changed()

    def _tell_stopped_steps(self) -> None:
        stopped = self.desk.stopped
        if stopped is not self._stopped and self.desk.stopped_because:
            if stopped is not Stop.NO_STARTTLS:  # it ends the connection, and is told as the reason of that
                self.say(self.desk.stopped_because)
            if self.scripted:
                self.complain(self.desk.stopped_because)
        self._stopped = stopped

    def show_lesson(self) -> None:
        """What became of the goals, and the question that is due."""
        if self._learning is not None and self.desk.lesson is not None:
            self.show([*self._learning.news(), *self._learning.question()])

    def _broke(self, error: BaseException) -> None:
        """What ``_told`` raised; the desk has closed the connection."""
        self._error = self._error or error
        self._end(signal.SIGPIPE)

    async def _leave(self) -> None:
        """Whatever is still open is closed without a word."""
        self.waiting.stop()
        self.desk.hang_up()
        await self.desk.leave(goodbye=False)

    def _unserved(self, reason: str) -> int:
        """Nothing can be said about an exercise that this machine cannot serve: neither passed nor failed."""
        sentence = _("the sandbox cannot start: {reason}")
        if self.desk.lesson is not None:
            sentence = _("this exercise could not be judged, its server cannot start: {reason}")
        self.complain(sentence.format(reason=reason))
        return Exit.UNREACHABLE

    def _code(self) -> int:
        number = self._signals.caught if self._signals is not None else None
        if isinstance(self._error, ReaderGoneError | WriteInterruptedError):
            number = number or (signal.SIGHUP if self._lost else signal.SIGPIPE)
        elif isinstance(self._error, NoServerError):
            return self._unserved(str(self._error))
        elif self._error is not None:
            raise self._error
        elif self._lost:
            number = number or signal.SIGHUP
        return self.outcome(number)

    def outcome(self, number: int | None) -> int:
        """The exit code of a sitting that ended by itself, or by the signal of this number."""
        lesson = self.desk.lesson
        solved = lesson.solved if lesson is not None else None
        stopped = self.desk.stopped if self.options.steps.until is not None else None
        if self.desk.stopped is Stop.NO_STARTTLS:
            stopped = Stop.NO_STARTTLS
        return exit_code(self.desk.practice, self.desk.record, signal=number, solved=solved, stopped=stopped)


class NoServerError(Exception):
    """The sandbox cannot be started on this machine; ``str()`` is the reason in words."""


def rails_sentence(desk: Desk) -> str:
    """Where the rails stopped lines that nobody watches, and what it takes to go on."""
    stopped, host = visible(desk.stopped_at or b""), ways.present(desk)
    if desk.stopped_by is Verdict.STOP_UNPROVEN:
        return _(
            "stopped before {line}: it would send a password to {host}, and nothing proves who that is. "
            "--insecure takes the certificate only; a script has to say --yes for the password too"
        ).format(line=stopped, host=host)
    if desk.stopped_by is Verdict.STOP_CLEAR:
        return _(
            "stopped before {line}: it would send a password to {host} in plain text. "
            "STARTTLS comes first; a script has to say --yes to do without"
        ).format(line=stopped, host=host)
    return _(
        "stopped before {line}: {host} is a real server, and mail that it accepts is delivered. "
        "A script has to say --yes for that"
    ).format(line=stopped, host=host)


def withheld_sentence(count: int) -> str:
    """Of ``count`` lines that the desk did not send."""
    return ngettext(
        "{n} line was held back: text or a secret after a refusal is not sent as a command",
        "{n} lines were held back: text or a secret after a refusal is not sent as commands",
        count,
    ).format(n=count)


def run(make: Callable[[], Sitting]) -> int:
    """Run a sitting in an event loop of its own."""

    async def sit() -> int:
        return await make().run()

    return asyncio.run(sit())
