"""What the client may count on when it sends a line: what was agreed to, and what it asked for and waits for.

A pipelining client sends RCPT before MAIL is answered; that is no slip. So the order of commands is judged by
a plan in which every unanswered command is granted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui.smtp.commands import HELLO, Command
from tui.smtp.phases import IN_TRANSACTION, Phase
from tui.smtp.standing import Standing

_BEFORE_HELLO = frozenset({Phase.CONNECTING, Phase.GREETED, Phase.TURNED_AWAY, Phase.TLS})


@dataclass(slots=True)
class Plan:
    """``hello`` is the verb; the rest tells whether it is there, or asked for."""

    hello: str = ""
    mail: bool = False
    rcpt: bool = False
    chunks: bool = False
    smtputf8: bool = False
    turned_away: bool = False

    def follow(self, standing: Standing) -> None:
        """Nothing is unanswered any more: the plan is what was agreed to."""
        if len(standing.awaiting):
            return
        phase = standing.phase
        self.hello = "" if phase in _BEFORE_HELLO else standing.helo or standing.greeting_taken
        self.mail = phase in IN_TRANSACTION
        self.rcpt = bool(standing.recipients)
        self.chunks = phase is Phase.CHUNKING
        self.smtputf8 = "SMTPUTF8" in standing.mail_params
        self.turned_away = phase is Phase.TURNED_AWAY

    def expect(self, command: Command) -> None:
        """The client sent this and may count on it."""
        verb = command.verb
        if verb in HELLO:
            self.hello = verb
            self.mail = self.rcpt = self.chunks = False
        elif verb == "MAIL":
            self.mail, self.rcpt, self.chunks = True, False, False
            self.smtputf8 = any(param.upper() == "SMTPUTF8" for param in command.params)
        elif verb == "RCPT":
            self.rcpt = True
        elif verb == "RSET" or (verb == "BDAT" and command.last):
            self.message_ended()
        elif verb == "BDAT":
            self.chunks = True

    def message_ended(self) -> None:
        self.mail = self.rcpt = self.chunks = self.smtputf8 = False


#: verb -> what must be there, in this order, and the verb that has to come first if it is not.
_NEEDS: dict[str, tuple[tuple[Callable[[Plan], object], str], ...]] = {
    "MAIL": ((lambda plan: plan.hello, "HELO"), (lambda plan: not plan.mail, "RSET")),
    "RCPT": ((lambda plan: plan.hello, "HELO"), (lambda plan: plan.mail, "MAIL")),
    "DATA": (
        (lambda plan: plan.hello, "HELO"),
        (lambda plan: plan.mail, "MAIL"),
        (lambda plan: plan.rcpt, "RCPT"),
        (lambda plan: not plan.chunks, "RSET"),
    ),
    "BDAT": (
        (lambda plan: plan.hello, "EHLO"),
        (lambda plan: plan.mail, "MAIL"),
        (lambda plan: plan.rcpt, "RCPT"),
    ),
    "AUTH": (
        (lambda plan: plan.hello in ("EHLO", "LHLO"), "EHLO"),
        (lambda plan: not plan.mail, "RSET"),
    ),
    "STARTTLS": ((lambda plan: plan.hello, "EHLO"),),
}


def out_of_sequence(verb: str, plan: Plan, *, lmtp: bool = False) -> str:
    """The verb that has to come before ``verb`` (RFC 5321 §4.1.4), "" when its turn has come. LMTP knows one
    greeting alone (RFC 2033 §4.1)."""
    if plan.turned_away and verb != "QUIT":
        return "QUIT"
    first = next((first for holds, first in _NEEDS.get(verb, ()) if not holds(plan)), "")
    return "LHLO" if lmtp and first in HELLO else first
