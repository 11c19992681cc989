"""Lines that smtptutor types itself: ``--starttls``, ``--until``, and the commands of a connection that was
lost."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tui.desk.composing import compose
from tui.desk.options import NO_STEPS, Steps
from tui.net.access import Access, Security
from tui.practice.state import Practice
from tui.practice.stepping import Line, Plan, Stop, Until, due
from tui.smtp.events import CommandSent, ConnectionOpened, Event, ReplyReceived, TransactionReset
from tui.smtp.parameters import international_header
from tui.values import value

__all__ = ["Line", "Past", "Stepper", "Stop", "Written", "stepper_for"]

_MOST_OCTETS = 100 * 1024 * 1024


class MessageTooLargeError(OSError):
    """No mail may be so large."""


@value
class Written:
    """The message of ``--message``, ready for the wire."""

    text: str
    octets: int
    eight_bit: bool
    header: bool  # its header holds UTF-8


def written(path: Path) -> Written:
    """Read it.

    Raises:
        OSError: it cannot be read, or is larger than any mail may be.
    """
    with path.open("rb") as file:
        data = file.read(_MOST_OCTETS + 1)
    if len(data) > _MOST_OCTETS:
        raise MessageTooLargeError(errno.EFBIG, os.strerror(errno.EFBIG))
    text = data.decode("utf-8", "surrogateescape")
    return Written(text, compose(text).size, not data.isascii(), international_header(text))


#: The line that a step ends with, where it has another name.
_LAST: Final = {Until.HELO: "ehlo", Until.STARTTLS: "ehlo"}


class Stepper:
    """Of one connection. ``stopped`` says why it types no more; None while it does."""

    def __init__(self, plan: Callable[[], Plan], lines: tuple[str, ...] = ()) -> None:
        """``plan`` is asked for when the server has greeted: only then our own address is known. ``lines``
        are typed instead of a plan's, each after the reply to the one before."""
        self.stopped: Stop | None = None
        self._make = plan
        self._plan: Plan | None = None
        self._lines = list(lines)
        self._again = bool(lines)
        self._named = 0  # recipients of the plan that were typed
        self._typed: list[str] = []  # the steps of the lines so far

    @property
    def plan(self) -> Plan:
        if self._plan is None:
            self._plan = self._make()
        return self._plan

    def next(self, practice: Practice) -> Line | None:
        """The line to type now; None: nothing now, or ``stopped``."""
        if self.stopped is not None:
            return None
        found = self._repeated(practice) if self._again else due(self.plan, practice)
        if isinstance(found, Stop):
            self.stopped = found
            return None
        if found is not None:
            self._named += found.step == "rcpt"
            self._typed.append(found.step)
        return found

    @property
    def all_typed(self) -> bool:
        """The last line of the plan is out, and at most its reply is due. Of lines typed again nobody
        needs to know."""
        plan = self._plan
        if self._again or plan is None or plan.until is None or not self._typed:
            return self._again
        safe = not plan.starttls or "starttls" in self._typed
        return safe and self._typed[-1] == _LAST.get(plan.until, plan.until.value) and not self.untried

    @property
    def untried(self) -> tuple[str, ...]:
        """Recipients of the plan that were not typed. Of one alone the wire says enough."""
        wanted = self.plan.recipients if self.plan.reaches(Until.RCPT) else ()
        return wanted[self._named :] if len(wanted) > 1 else ()

    def _repeated(self, practice: Practice) -> Line | Stop | None:
        if practice.closed is not None or practice.failed is not None:
            return Stop.CLOSED
        if practice.awaiting or practice.securing is not None:
            return None
        if practice.reply is not None and practice.reply.reply.severity in {4, 5}:
            return Stop.REFUSED
        return Line("again", self._lines.pop(0)) if self._lines else Stop.DONE

    def take_over(self) -> None:
        """A person types: from here on nobody else does."""
        if self.stopped is None:
            self.stopped = Stop.DONE


class Past:
    """The commands of a connection that were agreed to, as far as they still hold: what to type again when
    it is lost. Never text of a message, never a login."""

    def __init__(self) -> None:
        self.hello = ""
        self.envelope: list[str] = []

    @property
    def lines(self) -> tuple[str, ...]:
        """Empty where there is nothing worth typing again."""
        return (self.hello, *self.envelope) if self.hello and self.envelope else ()

    def seen(self, event: Event) -> None:
        match event:
            case ConnectionOpened():
                self.hello, self.envelope = "", []
            case TransactionReset():
                self.envelope = []
            case ReplyReceived(to=CommandSent(command=command, secret=()), reply=reply) if (
                reply.severity == 2
            ):
                line = command.data.decode("utf-8", "surrogateescape")
                if command.verb in {"HELO", "EHLO", "LHLO"}:
                    self.hello = line
                elif command.verb in {"MAIL", "RCPT"}:
                    self.envelope.append(line)
            case _:
                pass


def stepper_for(
    access: Access, steps: Steps, own_name: Callable[[], str], message: Written | None
) -> Stepper | None:
    """Whoever types what ``access`` and ``steps`` ask for; None where they ask for nothing."""
    starttls = access.security is Security.STARTTLS
    if steps.until is None and not starttls:
        return None

    def plan() -> Plan:
        return Plan(
            name=steps.ehlo or own_name(),
            until=steps.until,
            starttls=starttls,
            login=bool(steps.login.user) or (steps.until is not None and steps.until.value == "auth"),
            sender=steps.sender or "",
            recipients=steps.recipients,
            size=message.octets if message is not None else 0,
            eight_bit=message is not None and message.eight_bit,
            header=message is not None and message.header,
            lmtp=access.lmtp,
        )

    return Stepper(plan)


def only_safe(steps: Steps) -> Steps:
    """Of a connection that is made again: EHLO and STARTTLS are typed, what follows is offered."""
    return Steps(ehlo=steps.ehlo, login=NO_STEPS.login)
