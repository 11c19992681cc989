"""Questions in line mode, and what counts as yes."""

from __future__ import annotations

from typing import Final

from tui.desk.asking import Asked, Question
from tui.net.endpoint import Endpoint
from tui.smtp.display import visible
from tui.words.language import gettext as _

#: What ^C answers: no question takes it for anything but no.
NO: Final = "no"


def words(*accepted: str) -> frozenset[str]:
    """What a person may type: the English word, and the one of the language in use."""
    return frozenset(word.lower() for word in accepted)


def is_yes(text: str) -> bool:
    return text.strip().lower() in words("y", "yes", _("yes"))


def rows(question: Question, endpoint: Endpoint | None) -> list[str]:
    """The question of the desk, spelt out. No is always the harmless answer."""
    match question.asked:
        case Asked.DOT:
            return _dot(question, visible(str(endpoint)))
        case Asked.LEAVE_MESSAGE:
            return [
                _("The message is not finished. Leaving closes the connection, so nothing of it is sent."),
                _("yes leaves, Enter alone stays."),
            ]
        case Asked.CONNECT:
            return connect_rows(visible(str(question.target)))


def connect_rows(host: str) -> list[str]:
    """Before connecting elsewhere while a mail is open."""
    return [
        _("A mail is open on this connection. To connect elsewhere drops it."),
        _("yes connects to {host}, Enter alone stays.").format(host=host),
    ]


def _dot(question: Question, host: str) -> list[str]:
    envelope = question.envelope
    sender = visible(envelope.reverse_path) if envelope is not None else ""
    recipients = [visible(one.address) for one in envelope.accepted] if envelope is not None else []
    return [
        _("This dot hands the mail to {host}, a REAL server that delivers it:").format(host=host),
        *(f"  MAIL FROM:<{sender}>" for _one in (envelope,) if envelope is not None),
        *(f"  RCPT TO:<{one}>" for one in recipients),
        _("yes sends the dot. Anything else closes the connection without it: then nothing is sent."),
    ]
