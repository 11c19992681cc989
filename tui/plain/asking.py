"""Questions in line mode."""

from __future__ import annotations

from typing import Final

from tui.desk import ways
from tui.desk.asking import Asked, Question, takes_fingerprint
from tui.net.access import DIRECT
from tui.smtp.display import visible
from tui.words.language import gettext as _

#: What ^C answers to a question of line mode's own.
NO: Final = "no"
#: What it answers to one of the desk: it neither sends a mail nor throws one away.
NOTHING: Final = ""


def words(*accepted: str) -> frozenset[str]:
    """What a person may type: the English word, and the one of the language in use."""
    return frozenset(word.lower() for word in accepted)


def rows(question: Question, host: str) -> list[str]:
    """The question of the desk, spelt out. ``host`` is the server, visible already."""
    match question.asked:
        case Asked.DOT | Asked.LAST_CHUNK:
            return _dot(question, host)
        case Asked.LEAVE_MESSAGE:
            return [
                _("The message is not finished. Leaving closes the connection, so nothing of it is sent."),
                _("yes leaves, Enter alone stays."),
            ]
        case Asked.LEAVE_UNANSWERED:
            return [fate_unknown(), _("yes leaves all the same, Enter alone stays and waits.")]
        case Asked.CLEAR_SECRET | Asked.UNPROVEN_SECRET | Asked.UNPROVEN_LOGIN:
            return _about_a_login(question, host)
        case Asked.CONNECT:
            target, access = question.target, question.access or DIRECT
            return connect_rows(ways.server(target, access) if target is not None else _("the sandbox"))
        case Asked.AGAIN:
            return [
                _("Type the commands of the lost connection again, up to where it was?"),
                *(f"  {visible(one)}" for one in question.lines),
                _("yes types them, Enter alone does not."),
            ]
        case Asked.INSECURE:
            return [
                _("Go on in spite of it? Then to just this certificate, and unverified."),
                _("yes connects again unverified, Enter alone does not."),
            ]
        case Asked.PASSWORD:
            wrong = [_("The same question again: what was given before was not accepted, it seems.")]
            hidden = _("What you type is hidden and goes to the program alone. An empty line gives up.")
            return [*(wrong if question.wrong else ()), hidden]
        case Asked.LOGIN:
            whose = visible(question.text)
            return [
                _("The password of {user} for {host}; what you type is hidden.").format(
                    user=whose, host=host
                ),
                _("Enter logs in with it. An empty line types no login."),
            ]
        case Asked.KEY:
            return [
                *([_("That passphrase does not open the key.")] if question.wrong else []),
                _("The passphrase of {file}; what you type is hidden. An empty line gives up.").format(
                    file=visible(question.text)
                ),
            ]
        case Asked.CONFIRM:
            compared = _(
                "The fingerprint, pasted from where you trust it, is an answer too: ssh compares it."
            )
            answers = _("yes trusts it and goes on, Enter alone does not.")
            return [compared, answers] if takes_fingerprint(question) else [answers]


def fate_unknown() -> str:
    """Before the reply to a final dot is given up."""
    return _("The final dot is out. It is not known whether the server accepts the message.")


def connect_rows(host: str) -> list[str]:
    """Before connecting elsewhere while a mail is open."""
    return [
        _("A mail is open on this connection. To connect elsewhere drops it."),
        _("yes connects to {host}, Enter alone stays.").format(host=host),
    ]


def _about_a_login(question: Question, host: str) -> list[str]:
    match question.asked:
        case Asked.CLEAR_SECRET:
            why = _("The login would go to {host} in plain text: anyone on the way can read it.")
        case Asked.UNPROVEN_SECRET:
            why = _(
                "The login would go to {host}, and nothing proves who that is: whoever it is can read it."
            )
        case _:
            why = _(
                "The login of {user} is next. Nothing proves who {host} is: whoever it is gets the login."
            )
    answers = _("yes sends it all the same, Enter alone sends nothing; * cancels a login.")
    if question.asked is Asked.UNPROVEN_LOGIN:
        answers = _("yes logs in all the same, Enter alone types no login and leaves the prompt to you.")
    return [why.format(user=visible(question.text), host=host), answers]


def _dot(question: Question, host: str) -> list[str]:
    envelope = question.envelope
    sender = visible(envelope.reverse_path) if envelope is not None else ""
    recipients = [visible(one.address) for one in envelope.accepted] if envelope is not None else []
    what = _("This dot hands the mail to {host}, a REAL server that delivers it:")
    answers = _("yes sends the dot. no closes the connection without it: then nothing is sent.")
    if question.asked is Asked.LAST_CHUNK:
        what = _("The last chunk hands the mail to {host}, a REAL server that delivers it:")
        answers = _("yes sends BDAT. no closes the connection without it: then nothing is sent.")
    return [
        what.format(host=host),
        *(f"  MAIL FROM:<{sender}>" for _one in (envelope,) if envelope is not None),
        *(f"  RCPT TO:<{one}>" for one in recipients),
        answers,
    ]
