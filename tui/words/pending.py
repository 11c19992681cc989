"""What the guide says when the person cannot type the next line: a reply is due, or a question is open."""

from __future__ import annotations

from tui.practice.state import Practice
from tui.smtp.display import visible
from tui.smtp.events import Answered, AuthResponseSent, CommandSent, GreetingAwaited
from tui.values import value
from tui.words.guide import Pair, Paragraph, Run, Sentence, Tone
from tui.words.language import N_, NC_, gettext, ngettext, pgettext
from tui.words.language import gettext as _
from tui.words.notes import server
from tui.words.prose import enumerated
from tui.words.stages import Stage, stage

# -- a reply is due

_WORDS = {"MAIL": "MAIL FROM", "RCPT": "RCPT TO"}


def due(practice: Practice) -> Answered | None:
    """The oldest thing sent that has no reply yet; None when there is none, or only the greeting is due."""
    oldest = next(iter(practice.awaiting), None)
    return None if isinstance(oldest, GreetingAwaited) else oldest


def ends_message(sent: Answered | None) -> bool:
    """It is the final dot, or BDAT LAST: its reply decides about the mail."""
    return sent is not None and stage(sent) is Stage.MESSAGE


def chunk(practice: Practice) -> tuple[Sentence, ...]:
    """In place of the last reply, while the server waits for the octets of a chunk."""
    due = practice.chunk_due
    headline = ngettext("{n} octet of the chunk is due", "{n} octets of the chunk are due", due)
    return (
        Sentence((Run(headline.format(n=due)),)),
        Sentence(
            (
                Run(
                    _(
                        "The server counts octets, CR LF as 2, and answers after the last one. A dot ends "
                        "nothing, and a command is text."
                    )
                ),
            )
        ),
    )


def decides() -> tuple[Sentence, ...]:
    """In place of the last reply, which spoke of the lines before the dot."""
    return (
        Sentence((Run(_("the message is with the server")),)),
        Sentence((Run(_("It decides now whether it takes the mail.")),)),
    )


def wait(sent: Answered, practice: Practice) -> Sentence:
    """In place of the lines that may be typed."""
    if practice.chunk_due:
        text = _("Type the text of the chunk.")
    elif isinstance(sent, AuthResponseSent):
        text = _("Your answer is sent. Wait for the reply.")
    elif isinstance(sent, CommandSent) and not ends_message(sent):
        word = visible(_WORDS.get(sent.command.verb, sent.command.verb)) or _("The line")
        text = _("{command} is sent. Wait for the reply.").format(command=word)
    else:
        text = _(
            "The end of the message is sent. Wait for the reply, which may take 10 minutes; do not send it "
            "again."
        )
    return Sentence((Run(text),))


# -- a question of the desk is open


@value
class _Question:
    headline: str
    sentence: str
    yes: str
    no: str
    forms: tuple[str, str] | None = None  # what is typed instead of yes and no


#: By the values of ``tui.desk.asking.Asked``.
_QUESTIONS = {
    "dot": _Question(
        N_("the dot makes {host} deliver this mail for real"),
        N_("from <{sender}> to {recipients}"),
        N_("sends the dot"),
        N_("closes the connection, nothing is sent"),
    ),
    "last-chunk": _Question(
        N_("the last chunk makes {host} deliver this mail for real"),
        N_("from <{sender}> to {recipients}"),
        N_("sends BDAT"),
        N_("closes the connection, nothing is sent"),
    ),
    "leave-message": _Question(
        N_("the message is not finished"),
        N_("Leaving closes the connection and takes the mail back."),
        N_("leaves, nothing is sent"),
        N_("stays"),
    ),
    "leave-unanswered": _Question(
        N_("the dot is sent, but not answered"),
        N_("Whether the mail was accepted stays unknown then. Nothing can take it back."),
        N_("leaves all the same"),
        N_("stays and waits"),
    ),
    "again": _Question(
        N_("connected again"),
        N_("The server knows nothing of the lost connection. Its commands can be typed again."),
        N_("types them"),
        N_("begins anew"),
    ),
    "insecure": _Question(
        N_("the certificate proves nothing"),
        N_("Going on is unverified, and holds for just the certificate that was shown."),
        N_("connects again; the strip keeps saying so"),
        N_("stops here"),
    ),
    "password": _Question(
        N_("a password, or a passphrase"),
        N_("The program between you and the server asks for it. It goes there and nowhere else."),
        N_("hidden, given to the program"),
        N_("gives up"),
        (N_("the secret"), "Enter"),
    ),
    "login": _Question(
        N_("the password of the login"),
        N_("smtptutor types the login with it. It is kept in no file, and forgotten when the login is over."),
        N_("hidden, for this login alone"),
        N_("types no login"),
        (N_("the secret"), "Enter"),
    ),
    "key": _Question(
        N_("the passphrase of the private key"),
        N_("It opens the key of --key for this connection, and is kept in no file."),
        N_("hidden, opens the key"),
        N_("gives up, and TLS with it"),
        (N_("the secret"), "Enter"),
    ),
    "confirm": _Question(
        N_("a question of the program in between"),
        N_("A fingerprint that you do not expect may be somebody else's: compare it before you say yes."),
        N_("trusts it and goes on"),
        N_("stops here"),
    ),
    "clear-secret": _Question(
        N_("the login would go to {host} in plain text"),
        N_("Base64 hides nothing: anyone on the way can read it."),
        N_("sends it all the same"),
        N_("sends nothing"),
    ),
    "unproven-secret": _Question(
        N_("the login would go to a server that nothing proves"),
        N_("Whoever answers as {host} can read it: its certificate was taken unverified."),
        N_("sends it all the same"),
        N_("sends nothing"),
    ),
    "unproven-login": _Question(
        N_("the login would go to a server that nothing proves"),
        N_("Whoever answers as {host} gets it: its certificate was taken unverified."),
        N_("logs in, and the steps go on"),
        N_("types no login; the prompt is yours"),
    ),
    "connect": _Question(
        N_("a mail is begun"),
        N_("To connect again drops it."),
        N_("drops it and connects"),
        N_("stays"),
    ),
}
_YES, _NO = NC_("answer", "yes"), NC_("answer", "no")


def question(asked: str, practice: Practice) -> tuple[tuple[Paragraph, ...], tuple[Pair, ...]]:
    """What is asked, spelt out, and what each answer does. ``asked`` is the value of an ``Asked``."""
    words = _QUESTIONS[asked]
    values = _values(practice)
    headline = Sentence((Run(gettext(words.headline).format(**values), Tone.LATER, True),))
    sentence = Sentence((Run(gettext(words.sentence).format(**values)),))
    answers = tuple(
        Pair(Run(word, Tone.YOU), gettext(gloss))
        for word, gloss in zip(_forms(words), (words.yes, words.no), strict=True)
    )
    return (headline, sentence), answers


def _forms(words: _Question) -> tuple[str, str]:
    if words.forms is None:
        return pgettext("answer", _YES), pgettext("answer", _NO)
    given, alone = words.forms
    return gettext(given), alone


def _values(practice: Practice) -> dict[str, str]:
    envelope, opened = practice.envelope, practice.opened
    accepted = envelope.accepted if envelope is not None else ()
    return {
        "host": server(opened) if opened is not None else "",
        "sender": visible(envelope.reverse_path if envelope is not None else ""),
        "recipients": enumerated(f"<{visible(one.address)}>" for one in accepted),
    }
