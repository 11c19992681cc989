"""An exercise as data: what is to be reached, what must not happen, and what is said about it.

Checks look at reply codes, at what was typed and at the message, never at a server's words, so they hold for
any server. All texts are foreign (a pack is a file) and in the language that was asked for.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from tui.smtp.findings import Finding
from tui.values import value

if TYPE_CHECKING:
    from tui.practice.scenario import Server


class Scope(Enum):
    """How long what was reached, or broken, stands."""

    MAIL = "mail"  # it belongs to one transaction; for good once a mail that meets all of them was accepted
    CONNECTION = "connection"  # until a new connection begins
    EXERCISE = "exercise"  # for good


class Happening(Enum):
    """What a ``Sign`` looks at."""

    REPLY = "reply"
    COMMAND = "command"
    FINDING = "finding"
    ACCEPTED = "accepted"  # the server took responsibility for a message


@value
class Sign:
    """A fact of the dialogue. Every condition that is given must hold."""

    event: Happening
    verbs: tuple[str, ...] = ()  # upper case; "connect" is the greeting, "." the end of the message
    codes: tuple[int, ...] = ()  # whole codes, or their first digits
    addresses: tuple[str, ...] = ()  # that the command named; ACCEPTED: one of them gets the message
    findings: tuple[Finding, ...] = ()
    open: bool | None = None  # a transaction was open before it
    accepted: int = 0  # at least so many messages were accepted on this connection before it
    recipients: int = 0  # at least so many recipients were accepted in this transaction before it


class Form(Enum):
    """What a header field must look like (RFC 5322 §3.3, §3.4, §3.6.4, §2.2.3)."""

    TEXT = "text"  # not empty
    ADDRESS = "address"
    NO_ADDRESS = "no-address"  # something, and no address in it
    NAMED_ADDRESS = "named-address"  # Name <address>
    DATE = "date"
    RECENT_DATE = "recent-date"  # within a day
    DISTANT_DATE = "distant-date"  # a date, and not within a day
    MESSAGE_ID = "message-id"
    FOLDED = "folded"  # goes on in a line that begins with a blank


class Names(Enum):
    """Whom a header field names, compared with the envelope."""

    SENDER = "sender"
    NOT_SENDER = "not sender"
    RECIPIENT = "a recipient"
    NO_RECIPIENT = "no recipient"


@value
class Content:
    """What a message holds. Every condition that is given must hold."""

    header: str = ""  # this field is there; lower case
    absent: str = ""  # this one is not
    form: Form | None = None  # of ``header``
    names: Names | None = None  # of ``header``
    recipients: int | None = None  # ``header`` names exactly so many of the accepted recipients
    hidden: tuple[str, ...] = ()  # these addresses stand in no field
    blank_line: bool = False  # an empty line ended the header
    body_lines: int = 0  # at least so many lines of text that are not empty
    body: tuple[str, ...] = ()  # these lines of text, in this order, others between them or not


@value
class Check:
    """Something that may come true: a sign, a content, or a message with that content that was accepted."""

    sign: Sign | None = None
    content: Content | None = None
    after: tuple[str, ...] = ()  # counts only while these goals are met
    before: tuple[str, ...] = ()  # counts only while none of these goals is met
    times: int = 1
    distinct: bool = False  # only different addresses count


@value
class Choice:
    key: str
    text: str
    right: bool = False
    why: str = ""


@value
class Question:
    """Asked when all goals before it are met. ``accept``: words that are right beside the right choices."""

    ask: str
    choices: tuple[Choice, ...] = ()
    accept: tuple[str, ...] = ()

    def known(self, text: str) -> bool:
        """Is ``text`` one of the answers, right or wrong?"""
        right, choice = self.read(text)
        return right or choice is not None

    def read(self, text: str) -> tuple[bool, Choice | None]:
        """Is ``text`` right, and which choice is it, if any?"""
        typed = " ".join(text.split()).casefold().strip("<>")
        choice = next((one for one in self.choices if one.key.casefold() == typed), None)
        if choice is None:
            choice = next((one for one in self.choices if one.text.casefold() == typed), None)
        right = typed in {one.casefold() for one in self.accept} or (choice is not None and choice.right)
        return right, choice


@value
class Goal:
    """One row of the list: by a ``step`` of the free checklist, a ``check``, or a ``question``."""

    id: str
    name: str
    say: str = ""  # what is asked, while it is open
    why: str = ""  # said when it was tried and is not met; what to do then is said by the program
    hints: tuple[str, str, str] = ("", "", "")  # nudge, rule, the line itself; "" is an empty line
    stage: int = 1
    scope: Scope = Scope.EXERCISE
    step: str = ""
    check: Check = Check()
    question: Question | None = None

    @property
    def lines(self) -> tuple[str, ...]:
        """What to type: one line for each time that it counts."""
        return tuple(self.hints[2].split("\n"))


@value
class Forbidden:
    """What must not happen; broken, it is mended as far as its scope goes."""

    id: str
    say: str
    why: str
    scope: Scope
    check: Check


@value
class Mistake:
    """A typical mistake and its own answer: ``say`` in a few words, ``why`` in a sentence."""

    id: str
    say: str
    why: str
    check: Check


class Level(Enum):
    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


@value
class Another:
    """Another correct way."""

    say: str
    lines: tuple[str, ...]


@value
class Wrong:
    """Lines typed by mistake, and what must answer: ``kind`` is goal, forbid, mistake, finding or choice."""

    say: str
    lines: tuple[str, ...]
    kind: str
    id: str
    key: str = ""  # of a choice


@value
class Exercise:
    """``servers`` and ``stages``: the server of each stage, and what is said when it begins ("" for the
    first). Lines of ``solution`` and its kin are typed as they are; ``CONNECT`` stands for connecting again,
    ``DATE`` inside one, or in a mistake's ``why``, for the present time."""

    id: str
    title: str
    goals: tuple[Goal, ...]
    servers: tuple[Server, ...] = ()
    stages: tuple[str, ...] = ("",)
    level: Level = Level.EASY
    minutes: int = 1
    requires: tuple[str, ...] = ()
    rfc: tuple[str, ...] = ()
    story: str = ""
    learn: tuple[str, ...] = ()
    learnt: str = ""
    work: str = ""
    forbidden: tuple[Forbidden, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    solution: tuple[str, ...] = ()
    also: tuple[Another, ...] = ()
    wrong: tuple[Wrong, ...] = ()
    hash: str = ""  # of the file that holds the checks

    def goals_of(self, stage: int) -> tuple[Goal, ...]:
        return tuple(goal for goal in self.goals if goal.stage == stage)


CONNECT = "@connect"
DATE = "{date}"

_SCOPES = {"connect": Scope.CONNECTION, "helo": Scope.CONNECTION, "quit": Scope.CONNECTION}


def scope_of_step(step: str) -> Scope:
    """How long a step of the free checklist stands."""
    return _SCOPES.get(step, Scope.MAIL)
