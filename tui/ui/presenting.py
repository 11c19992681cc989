"""What the desk knows, as the words of strip, mode line and farewell. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tui.desk import ways
from tui.desk.asking import Asked, Question, takes_fingerprint
from tui.desk.farewell import Farewell
from tui.net.access import DIRECT, Access
from tui.net.endpoint import Endpoint
from tui.practice.state import Practice
from tui.smtp.display import visible
from tui.smtp.events import Answered, AuthResponseSent, BodyEnded, CommandSent, TlsStarted
from tui.smtp.findings import Side
from tui.ui.widgets.strip import Place
from tui.words import faults
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.prose import enumerated
from tui.words.trail import trail


def place(
    practice: Practice,
    endpoint: Endpoint | None,
    *,
    real: bool,
    clock: float,
    sandbox_clock: float | None = None,
    exercise: str = "",
    access: Access = DIRECT,
    raw: str = "",
) -> Place:
    """The strip. A server that is not the sandbox is named with its port, which is then never dropped; an
    exercise stands in the sandbox's place. ``raw``: the line end of raw mode."""
    opened = practice.opened
    if real and endpoint is not None:
        host, port = ways.server(endpoint, access, practice.opened), ""
    else:
        host = exercise or _("sandbox")
        port = f"{opened.address}:{opened.port}" if opened is not None and not exercise else ""
    return Place(
        host=host,
        port=port,
        real=_("REAL") if real else "",
        security=_security(practice, exercise),
        unverified=_("NOT VERIFIED") if _is_unverified(practice) else "",
        raw=_("raw {end}").format(end=raw) if raw else "",
        trail=trail(practice),
        clock=faults.clock(clock)
        if sandbox_clock is None
        else _("clock {time}").format(time=faults.clock(sandbox_clock)),
    )


def _is_unverified(practice: Practice) -> bool:
    """The certificate proves nothing: that of the connection, or the one it was closed for."""
    if practice.tls_failed is not None:
        return bool(practice.tls_failed.faults)
    return practice.tls is not None and not practice.tls.verified


def _security(practice: Practice, exercise: str) -> str:
    failed = practice.tls_failed
    if failed is not None:  # and never "plain text": nothing went out as such
        return visible(failed.protocol.replace("TLSv", "TLS ")) or "TLS" if failed.faults else _("TLS failed")
    if practice.tls is not None:
        return visible(practice.tls.protocol.replace("TLSv", "TLS "))
    return "" if exercise else _("plain text")


def waits_for(awaited: Answered | TlsStarted | None) -> str:
    """The key word of what the server has not answered yet; "" for its greeting, which answers nothing."""
    match awaited:
        case CommandSent(command=command):
            words = {"MAIL": "MAIL FROM", "RCPT": "RCPT TO"}
            return words.get(command.verb, command.verb) or _("the line")
        case AuthResponseSent():
            return "AUTH"
        case BodyEnded():
            return _("the final dot")
        case TlsStarted():
            return "TLS"
        case _:
            return ""


def why_closed(practice: Practice) -> str:
    """Why nothing can be sent now, in four or five words."""
    if practice.failed is not None and practice.closed is None:
        return _("no connection")
    if practice.closed is not None and practice.closed.by is Side.SERVER:
        return _("the server hung up")
    if practice.closed is not None and practice.closed.by is Side.CLIENT:
        return _("the connection is closed")
    return _("the connection was lost")


def question_notes(question: Question, host: str) -> Sequence[str]:
    """What is asked, spelt out: the ``!`` lines above the prompt. ``host`` is the server, visible already."""
    match question.asked:
        case Asked.DOT | Asked.LAST_CHUNK:
            envelope = question.envelope
            sender = visible(envelope.reverse_path) if envelope is not None else ""
            accepted = envelope.accepted if envelope is not None else ()
            to = enumerated(f"<{visible(one.address)}>" for one in accepted)
            mail = _("from <{sender}> to {recipients}").format(sender=sender, recipients=to)
            if question.asked is Asked.LAST_CHUNK:
                return (
                    _("the last chunk makes {host} deliver this mail for real").format(host=host),
                    mail,
                    _("no closes the connection without it: then nothing is sent"),
                )
            return (
                _("the dot makes {host} deliver this mail for real").format(host=host),
                mail,
                _("no closes the connection without the dot: then nothing is sent"),
            )
        case Asked.LEAVE_MESSAGE:
            return (_("the message is not finished: leaving closes the connection and takes it back"),)
        case Asked.LEAVE_UNANSWERED:
            return (_("the dot is sent and not answered: whether the mail was accepted stays unknown"),)
        case Asked.CLEAR_SECRET | Asked.UNPROVEN_SECRET | Asked.UNPROVEN_LOGIN:
            return _about_a_login(question, host)
        case Asked.CONNECT:
            return (_("a mail is begun: connecting again drops it"),)
        case Asked.AGAIN:
            return (again(question.lines),)
        case Asked.INSECURE:
            said = _(
                "go on in spite of it? yes connects again, to just this certificate, unverified; "
                "/cert shows it"
            )
            return (said,)
        case Asked.LOGIN:
            return (_("the password of {user} for {host}").format(user=visible(question.text), host=host),)
        case Asked.KEY:
            if question.wrong:
                return (_("that passphrase does not open the key; once more, or Enter alone gives up"),)
            return (_("the passphrase of {file}").format(file=visible(question.text)),)
        case Asked.PASSWORD | Asked.CONFIRM:
            return _beside_a_program(question)


def _beside_a_program(question: Question) -> Sequence[str]:
    """What the program asks stands there already."""
    if question.wrong:
        return (_("the same question again: what was given before was not accepted, it seems"),)
    compared = _("the fingerprint, pasted from where you trust it, is an answer too: ssh compares it")
    return (compared,) if takes_fingerprint(question) else ()


def _about_a_login(question: Question, host: str) -> Sequence[str]:
    keeps = _("no sends nothing; where a challenge waits, * cancels the login")
    match question.asked:
        case Asked.CLEAR_SECRET:
            why = _("the login would go to {host} in plain text")
        case Asked.UNPROVEN_SECRET:
            why = _("the login would go to {host}, and nothing proves who that is")
        case _:
            why = _("the login is next, and nothing proves who {host} is: whoever it is gets it")
            keeps = _("no types no login and leaves the prompt to you")
    return (why.format(host=host), keeps)


def again(lines: Sequence[str]) -> str:
    """What of the lost connection can be typed again."""
    return ngettext(
        "type the {n} command up to here again? {lines}",
        "type the {n} commands up to here again? {lines}",
        len(lines),
    ).format(n=len(lines), lines=enumerated(map(visible, lines)))


def exercise(number: int, title: str) -> str:
    """The name of an exercise in the strip."""
    return _("exercise {number} {title}").format(number=number, title=visible(title))


def type_again(names: Sequence[str]) -> str:
    """Of an exercise that was left in the middle, and is gone on with."""
    if not names:
        return _("you left this exercise in the middle; here it goes on")
    return _("a server keeps no half dialogue; begin with HELO, and type again: {goals}").format(
        goals=enumerated(map(visible, names))
    )


def choices(keys: Sequence[str]) -> str:
    """``a, b or c``; without choices the word for a free answer."""
    if not keys:
        return _("your answer")
    *first, last = map(visible, keys)
    listed = first[0] if first else ""
    for key in first[1:]:
        listed = _("{some}, {one}").format(some=listed, one=key)
    return _("{keys} or {last}").format(keys=listed, last=last) if listed else last


def withheld(count: int) -> str:
    """Of lines that the desk kept back (``desk.holding.Gate``)."""
    return ngettext(
        "{n} line was held back: text or a secret after a refusal is not sent as a command",
        "{n} lines were held back: text or a secret after a refusal is not sent as commands",
        count,
    ).format(n=count)


def rescued(count: int) -> str:
    """Of the text of a message that was not taken (``desk.drafting``)."""
    return ngettext(
        "the line of the message is kept for F3",
        "the {n} lines of the message are kept for F3",
        count,
    ).format(n=count)


def parting(farewell: Farewell) -> str:
    """For the shell: what a real server was told and how long it took, then what was sent and where the
    transcript lies."""
    if farewell.account is None:
        return _parted(farewell)
    from tui.words import account

    return "\n".join((*account.told(farewell.account, farewell.accepted), _parted(farewell)))


def _parted(farewell: Farewell) -> str:
    kept = [one for one in farewell.accepted if not one.lost]
    lost = len(farewell.accepted) - len(kept)
    count, last = len(kept), kept[-1:]
    if not last and farewell.unknown_fate:
        sent = _("whether the mail was accepted is not known")
    elif not last:
        sent = _("no mail was sent")
    elif count == 1:
        to = enumerated(visible(one.address) for one in last[0].envelope.accepted)
        sent = _("1 mail sent, to {recipients}").format(recipients=to)
    else:
        sent = ngettext("{count} mail sent", "{count} mails sent", count).format(count=count)
    if last and farewell.unknown_fate:
        sent = _("{sent}; whether the last one was accepted is not known").format(sent=sent)
    if lost:
        gone = ngettext("{count} was accepted and lost", "{count} were accepted and lost", lost)
        sent = _("{sent}; {lost}").format(sent=sent, lost=gone.format(count=lost))
    if farewell.transcript is None:
        return _("{sent}; no transcript was kept").format(sent=sent)
    return _("{sent}; transcript {path}").format(sent=sent, path=farewell.transcript)
