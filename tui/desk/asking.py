"""What a desk and a front end say to each other: questions, and what became of a line."""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from tui.net.access import Access
from tui.net.endpoint import Endpoint
from tui.practice.state import Envelope
from tui.prompt import names
from tui.smtp.display import visible
from tui.values import value
from tui.words import commands
from tui.words.language import gettext as _

#: Whole words, of every language at once: a person may have switched it between two questions. An initial is
#: neither, so that no key struck by mistake sends a mail or throws one away.
_YES: Final = frozenset({"yes", "是"})
_NO: Final = frozenset({"no", "否"})
#: All that may be read of an answer to a guarded question.
ANSWERS: Final = _YES | _NO


#: As ssh writes it (``FingerprintHash`` of ssh_config(5)); whether it is the right one is for ssh to say.
_FINGERPRINT: Final = re.compile(r"(?:SHA256|MD5):[0-9A-Za-z+/:]+=*")


class Asked(Enum):
    """A question that must be answered before the desk goes on."""

    #: The final dot to a REAL server, the envelope spelt out. No closes the connection without the dot. Both
    #: answers cost something, so that only a whole word is one.
    DOT = "dot"
    #: ``BDAT … LAST``, which ends a message as the dot does.
    LAST_CHUNK = "last-chunk"
    #: Leaving inside a message. Yes closes the connection, which takes the mail back.
    LEAVE_MESSAGE = "leave-message"
    #: Leaving while the reply to the final dot is due. Yes closes the connection, and it stays unknown
    #: whether the mail was accepted.
    LEAVE_UNANSWERED = "leave-unanswered"
    #: A password goes to a REAL server without TLS. No sends nothing; where a challenge waits, it goes on
    #: waiting. One yes holds for the connection.
    CLEAR_SECRET = "clear-secret"
    #: The same to one whose certificate was taken unverified: it goes to whoever that is.
    UNPROVEN_SECRET = "unproven-secret"
    #: smtptutor is about to log in by itself there, by whatever mechanism. No types no login.
    UNPROVEN_LOGIN = "unproven-login"
    #: A transaction is open. Yes drops it and connects.
    CONNECT = "connect"
    #: The connection was lost in the middle of a mail, and is made again. Yes types its commands again.
    AGAIN = "again"
    #: The certificate proves nothing. Yes connects again, unverified, to whoever shows just this one.
    INSECURE = "insecure"
    #: ssh wants a password or passphrase. The answer is the secret itself; an empty one gives up.
    PASSWORD = "password"
    #: The password of the login that ``--until auth`` types. The answer is the secret itself; an empty one
    #: types no login.
    LOGIN = "login"
    #: The passphrase of the private key of ``--key``. The answer is the secret itself; an empty one gives up.
    KEY = "key"
    #: ssh wants a yes, as to a host key that it does not know, or the key's fingerprint, which it compares.
    #: Only no and Enter alone are a no.
    CONFIRM = "confirm"


#: Whose yes hands a mail over.
ENDS_MESSAGE: Final = frozenset({Asked.DOT, Asked.LAST_CHUNK})
#: What is typed is the answer itself, and may never be shown.
SECRET: Final = frozenset({Asked.PASSWORD, Asked.LOGIN, Asked.KEY})
#: Put before a line that may give a password away. No keeps the line.
ABOUT_A_SECRET: Final = frozenset({Asked.CLEAR_SECRET, Asked.UNPROVEN_SECRET})
#: Put right after a password or its base64 was typed, or where one is expected to be asked for: whoever
#: believes to stand at the prompt for it types it here.
GUARDED: Final = ABOUT_A_SECRET | {Asked.UNPROVEN_LOGIN}
#: Somebody waits for the answer: the program in between, or what smtptutor does itself.
AWAITED: Final = SECRET | {Asked.CONFIRM, Asked.UNPROVEN_LOGIN}
#: A yes to these leads out of smtptutor.
LEAVING: Final = frozenset({Asked.LEAVE_MESSAGE, Asked.LEAVE_UNANSWERED})
#: These are put while a mail is being typed, so its next line may be typed instead of an answer.
_OF_A_MAIL: Final = LEAVING | {Asked.CONNECT}
#: What is neither a yes nor a no answers these not at all.
_WANTS_A_WORD: Final = _OF_A_MAIL | {Asked.CONFIRM}


@value
class Question:
    """``text`` is foreign: what a program asked, whose password it is, or the file of the key."""

    asked: Asked
    envelope: Envelope | None = None
    target: Endpoint | None = None
    text: str = ""
    access: Access | None = None  # CONNECT: how
    lines: tuple[str, ...] = ()  # of AGAIN
    wrong: bool = False  # of KEY and PASSWORD: what was given for it before did not do

    @property
    def secret(self) -> bool:
        """What is typed may never be shown."""
        return self.asked in SECRET

    @property
    def guarded(self) -> bool:
        """Only a yes or a no may be shown of what is typed."""
        return self.asked in GUARDED


def is_yes(text: str) -> bool:
    """Is this a whole yes?"""
    return text.strip().lower() in _YES


def is_line(text: str) -> bool:
    """Neither a yes nor a no, nor a typed name: a line that is meant for the server."""
    word = text.strip().lower()
    return bool(word) and word not in _YES | _NO and not word.startswith("/")


def takes_fingerprint(question: Question) -> bool:
    """ssh asks about a host key, whose fingerprint stands in the question."""
    return question.asked is Asked.CONFIRM and "fingerprint" in question.text.lower()


def no_answer(question: Question | None) -> str:
    """What was typed answers this question not at all."""
    if question is not None and takes_fingerprint(question):
        return _("only yes, no or the fingerprint is an answer to this")
    return _("only yes or no is an answer to this")


def unanswered(question: Question, text: str) -> tuple[str, ...]:
    """The rows that tell of a line which is no answer: that it was not sent, and what would be one."""
    shows = text.strip() and not (question.secret or question.guarded)
    lost = (_("not sent: {line}").format(line=visible(text)),) if shows else ()
    return (*lost, no_answer(question))


def passed_on(question: Question, text: str) -> str | None:
    """What goes to whoever waits just as it was typed: a secret, or the fingerprint of a host key. None: the
    answer is a yes or a no."""
    if question.secret:
        return text
    fingerprint = question.asked is Asked.CONFIRM and _FINGERPRINT.fullmatch(text.strip())
    return text.strip() if fingerprint else None


def named(question: Question, text: str) -> names.Named | None:
    """The typed name (``/cert``) where an answer is due: it is done, and answers nothing. None: it is an
    answer. What may be a secret is one always, and so is what only looks like a name, as a line of a mail."""
    if question.secret or question.guarded:
        return None
    read = names.read(text, command_due=True)
    if isinstance(read, names.Named) and (not read.name or commands.typed(read.name) is not None):
        return read
    return None


def understood(asked: Asked, text: str) -> bool | None:
    """What a person typed, as the answer to this question; None: neither a yes nor a no, so ask again.

    Only the end of a message needs a whole no. To the other questions no is the harmless answer, and so is
    Enter alone. Where a mail may be lost, a line that is neither was meant for the server: it is not taken
    for a no, or it would vanish; and where a host key is to be trusted, it is a slip. To the rest all but a
    whole yes is a no, but for what begins as a typed name does: whoever wants to look at something first has
    not answered.
    """
    if asked in SECRET:
        return bool(text)
    word = text.strip().lower()
    if word in _YES or passed_on(Question(asked), text) is not None:
        return True
    if asked in ENDS_MESSAGE:
        return False if word in _NO else None
    if word.startswith("/") and asked not in GUARDED:
        return None
    return None if asked in _WANTS_A_WORD and word not in {"", *_NO} else False


class Submitted(Enum):
    """What became of a line given to ``Desk.submit``."""

    SENT = "sent"
    HELD = "held"  # a reply is due: the line goes out when it is there
    ASKED = "asked"  # ``Desk.question`` is set; ``Desk.answer`` goes on
    CLOSED = "closed"  # no connection: nothing was sent, the text is the caller's to keep
    WITHHELD = "withheld"  # text or a secret after a refusal: not sent as a command, counted
    IGNORED = "ignored"  # Enter alone, before there is anything that it could mean: not sent
    STOPPED = "stopped"  # a script may go no further on this REAL server without --yes: not sent


class Feeding(Enum):
    """What the prompt is being fed; the bold word of the mode line."""

    COMMAND = "command"
    HEADER = "header"  # message, header
    BODY = "body"  # message, body
    SECRET = "secret"
    CHUNK = "chunk"  # octets of a BDAT
    QUESTION = "question"
    CLOSED = "closed"
    CONNECTING = "connecting"
