"""How a connection failed or ended, in plain words, and what may help."""

from __future__ import annotations

from collections.abc import Sequence

from tui.practice.slips import header_taken
from tui.practice.state import Practice, StepState
from tui.smtp.answers import answered_name
from tui.smtp.display import socket_address, visible
from tui.smtp.events import UNIX, ConnectionClosed, ConnectionFailed, Failure
from tui.smtp.findings import Side
from tui.smtp.phases import Phase
from tui.values import value
from tui.words import findings, tls
from tui.words.language import N_, gettext
from tui.words.language import gettext as _
from tui.words.prose import enumerated
from tui.words.reasons import in_words


@value
class Ending:
    headline: str
    sentences: tuple[str, ...]
    warning: bool = True


_FAILURES: dict[Failure, tuple[str, str]] = {
    Failure.NAME_UNKNOWN: (
        N_("the name {host} is unknown"),
        N_("No name server knows it. Check the spelling; a domain's mail server is named by its MX record."),
    ),
    Failure.NAME_TIMEOUT: (
        N_("no answer about the name {host}"),
        N_("The name servers do not answer. Is the network up?"),
    ),
    Failure.REFUSED: (
        N_("{place} refused the connection"),
        N_("The machine is there, but no program listens on port {port}. Mail servers use 25, 587 or 465."),
    ),
    Failure.CUT: (
        N_("{place} cut the connection at once"),
        N_("It takes no connection from here now: a firewall, too many of them, or a service that crashed."),
    ),
    Failure.UNREACHABLE: (
        N_("{host} cannot be reached"),
        N_("There is no way to it from this network. Try another network, or check the address."),
    ),
    Failure.SILENT: (
        N_("{place} does not answer"),
        N_("Nothing came back: the machine is off, or something on the way drops the packets."),
    ),
    Failure.TLS_FAILED: (
        N_("TLS with {host} failed"),
        N_("The two sides did not agree on TLS, so nothing was sent. {detail}"),
    ),
    Failure.NOT_PERMITTED: (
        N_("this machine does not allow the connection"),
        N_("A firewall or a setting here forbids it. {detail}"),
    ),
    Failure.NULL_MX: (
        N_("{host} takes no mail"),
        N_("Its MX record is a dot alone: the domain says itself that it takes none (RFC 7505)."),
    ),
    Failure.NO_EXCHANGER: (
        N_("{host} has no mail server"),
        N_("The domain is there, but it has neither an MX record nor an address."),
    ),
    Failure.NO_ADDRESS: (
        N_("the mail server {host} has no address"),
        N_("An MX record names it, but no name server knows an address of it: a fault of the domain's DNS."),
    ),
    Failure.BAD_EXCHANGER: (
        N_("an MX record names {host}, and no host is called that"),
        N_("It has to name a host, not an address (RFC 5321 §5.1): a fault of the domain's DNS."),
    ),
    Failure.NAME_SERVER: (
        N_("the name servers cannot answer about {host}"),
        N_("They failed ({detail}). That is a fault of the domain's DNS or of yours; try again later."),
    ),
    Failure.NO_FAMILY: (
        N_("{host} has no {detail} address"),
        N_("Only {detail} was asked for. Try without -4, -6 or --source."),
    ),
    Failure.NOT_OURS: (
        N_("{detail} is no address of this machine"),
        N_("--source takes one that this machine has."),
    ),
    Failure.PROGRAM: (
        N_("no connection through {through}: {detail}"),
        N_("It ended before the server had said a word."),
    ),
    Failure.NOT_THERE: (
        N_("{through} is not there"),
        N_("Is it spelt right, and installed or running?"),
    ),
    Failure.NO_SOCKET: (
        N_("what {through} asks could not be brought to you"),
        N_("It takes a folder of our own whose path is short; tried: {detail}. Set TMPDIR to such a one."),
    ),
    Failure.OTHER: (
        N_("the connection to {place} failed"),
        N_("The system says: {detail}"),
    ),
}

#: The same where a socket file or a program stands in between.
_IN_BETWEEN: dict[Failure, tuple[str, str]] = {
    Failure.REFUSED: (
        N_("no server listens at {through}"),
        N_("The file is there. Is it the socket of a server, and is that running?"),
    ),
    Failure.NOT_PERMITTED: (
        N_("{through} may not be used"),
        N_("Its permissions do not allow it. {detail}"),
    ),
}

#: What stands in the last line of ssh -> what it means. A guess from wording: it only adds a sentence.
_SSH_SAID = (
    (
        "administratively prohibited",
        N_("The jump host forbids forwarding. --pipe 'ssh JUMP nc %h %p' does without it."),
    ),
    ("open failed: connect failed: Connection refused", N_("The jump host is there; the server refused it.")),
    ("open failed: connect failed", N_("The jump host is there, but it cannot reach the server.")),
    (
        "Host key verification failed",
        N_("The jump host's key is not known here, or is another one than before: ask who runs it."),
    ),
    ("Permission denied", N_("The jump host did not let you in: user name, key or password.")),
    ("Could not resolve hostname", N_("The jump host's name is unknown here. Is it in your ssh config?")),
    ("connect to host", N_("The jump host itself could not be reached.")),
)

_SILENT_25 = N_(
    "Many networks block outgoing port 25, so that is probably all. Try port 587, or try from another host."
)


def no_starttls(practice: Practice) -> str:
    """STARTTLS was required of a server that has none, or does not begin with it."""
    answered = practice.reply
    if answered is not None and answered.to is not None and answered_name(answered.to) == "STARTTLS":
        return _(
            "STARTTLS is required, and the server answered it with {code}: nothing goes on in plain text"
        ).format(code=answered.reply.code)
    return _("STARTTLS is required, and the server does not offer it here: nothing goes on in plain text")


def neither_yes_nor_no(practice: Practice) -> str:
    """A step that smtptutor typed has an answer that lets it neither go on nor be given up."""
    reply = practice.reply
    assert reply is not None and reply.to is not None
    if practice.login is not None and practice.login.unproved:
        return _("the server took the login without its own proof of the password, so nothing more is typed")
    name, code = answered_name(reply.to), reply.reply.code
    if name == "greeting":
        return _("the server greets with {code}, which is neither yes nor no: nothing is typed").format(
            code=code
        )
    what = _("the dot") if name == "." else name
    if not code:
        text = _("what the server answered {what} with is no reply: nothing more is typed")
        return text.format(what=what)
    return _(
        "the server answered {what} with {code}, which is neither yes nor no: nothing more is typed"
    ).format(what=what, code=code)


def no_unproven_login() -> str:
    """A person does not want smtptutor to log in to a server whose certificate was taken unverified."""
    return _("no login goes to a server that nothing proves; the prompt is yours, and F4 makes the login")


def unproven_login_in_script() -> str:
    """The same where nobody can be asked."""
    return _(
        "nothing proves this server, so nothing logs in: --insecure takes the certificate only; a script has "
        "to say --yes for the login too"
    )


def steps_dropped() -> str:
    """A person has typed while smtptutor was to type the steps itself."""
    return _("you type now, so smtptutor types no more by itself; F4 goes on with its lines, one by one")


def not_tried(recipients: Sequence[str], *, refused: bool) -> str:
    """Recipients that RCPT TO was never typed for: something was refused, or the connection ended before."""
    text = _("stopped at the first refusal; not tried: {recipients}")
    if not refused:
        text = _("the connection is gone; not tried: {recipients}")
    return text.format(recipients=enumerated(f"<{visible(one)}>" for one in recipients))


def too_large(size: int, limit: int) -> str:
    """A message over the SIZE that is offered, which the server would refuse (RFC 1870 §6)."""
    text = _("the message has {size} octets, and the server takes no more than {limit}: it is not sent")
    return text.format(size=size, limit=limit)


#: Of these, when the connection to one of them was refused, the others are worth a try.
_MAIL_PORTS = (25, 587, 465)
_REFUSED_THERE = N_(
    "The machine is there, but no program listens on port {port}. Mail servers also use {one} or {other}."
)


_NAME_ALONE = N_(
    "No name server knows it. A name without dots may also be that of a profile in servers.toml: this one "
    "was taken for a host's."
)
_PORT_MEANT = N_("If the last number is meant as the port: {meant}.")


def _meant_with_port(host: str) -> str:
    """``[::1]:25`` for ``::1:25``, which is an address without a port; "" where it can mean nothing else."""
    from ipaddress import AddressValueError, IPv6Address

    head, _colon, port = host.rpartition(":")
    if ":" not in head or not (port.isascii() and port.isdigit()):
        return ""
    try:
        IPv6Address(head)
    except AddressValueError:
        return ""
    return socket_address(head, int(port))


def failure(event: ConnectionFailed) -> Ending:
    """A connection that could not be made, with the reason in plain words."""
    headline, why = _FAILURES[event.failure]
    if event.through:
        headline, why = _IN_BETWEEN.get(event.failure, (headline, why))
    if event.failure is Failure.SILENT and event.port == 25:
        why = _SILENT_25
    if event.failure is Failure.NAME_UNKNOWN and not (event.through or set(event.host) & set(".:")):
        why = _NAME_ALONE
    one, other, *_more = (port for port in _MAIL_PORTS if port != event.port)
    if event.failure is Failure.REFUSED and event.port in _MAIL_PORTS and not event.through:
        why = _REFUSED_THERE
    host = visible(event.host)
    if event.address and event.address != event.host and not event.final:
        host = visible(event.address)
    if event.failure is Failure.PROGRAM and not event.detail:
        headline = N_("{through} ended without a connection")
    if event.failure is Failure.PROGRAM:
        why = next((said for words, said in _SSH_SAID if words in event.detail), why)
    values = {
        "through": visible(event.through),
        "host": host,
        "port": event.port,
        "one": one,
        "other": other,
        "place": visible(event.through)
        if event.through.startswith(UNIX)
        else socket_address(host, event.port),
        "detail": in_words(event.detail),
    }
    sentences = [gettext(why).format(**values).strip()]
    if not event.through and (meant := _meant_with_port(event.host)):
        sentences.append(gettext(_PORT_MEANT).format(meant=visible(meant)))
    return Ending(gettext(headline).format(**values), tuple(sentences))


def closed(event: ConnectionClosed, practice: Practice) -> Ending:
    """A connection that ended, however it did. ``practice`` is as it is after that."""
    headline, why, warning = _closed(event, practice)
    return Ending(gettext(headline), (gettext(why),) if why else (), warning)


def _closed(event: ConnectionClosed, practice: Practice) -> tuple[str, str, bool]:
    if event.dot_unanswered:
        return _UNKNOWN_FATE
    if practice.quit_open and event.by is not Side.SERVER:
        return _QUIT_UNANSWERED
    if practice.timed_out is not None and event.by is Side.CLIENT:
        return _GIVEN_UP if practice.reply is not None or practice.tls is not None else _NEVER_SPOKE
    if event.in_reply and event.by is not Side.CLIENT:
        return _IN_REPLY
    if event.in_message:
        return _IN_MESSAGE_OURS if event.by is Side.CLIENT else _IN_MESSAGE
    if said_quit(practice):
        return _AFTER_QUIT
    if event.by is Side.SERVER and practice.login is not None and practice.login.going_on:
        return _IN_LOGIN
    if event.by is Side.CLIENT:
        return _BEGUN_OURS if practice.begun else _BY_US
    if event.reset:
        return _RESET
    if practice.reply is None:
        return _BEFORE_GREETING
    if practice.reply.reply.code in _ANNOUNCED:
        return _ANNOUNCED[practice.reply.reply.code]
    if practice.reply.to is None and practice.reply.reply.code == 221:
        return _AFTER_PROXY if header_taken(practice) else _WITHOUT_A_WORD
    after = _AFTER_REFUSAL if refused_last(practice) else _WITHOUT_A_WORD
    return after if event.by is Side.SERVER else _NETWORK


def refused_last(practice: Practice) -> bool:
    """The last that was said on the wire is a refusal."""
    reply, sent = practice.reply, practice.sent
    if reply is None or reply.reply.severity not in {4, 5}:
        return False
    return sent is None or reply.line > sent.number


_AFTER_PROXY = (
    N_("the server hung up on the PROXY header"),
    N_("It took the header for commands, one of them QUIT: this port expects none. Try without --proxy."),
    True,
)
_UNKNOWN_FATE = (
    N_("not known whether it was accepted"),
    N_("The dot was sent, but no reply came. The server may have the mail or not; sending it again may "
       "make two of it. Real senders do send it again: rather twice than never (RFC 1047)."),
    True,
)  # fmt: skip
_IN_REPLY = (
    N_("the server hung up in the middle of a reply"),
    N_("What it wanted to say is not known. Nothing counts that has no complete reply."),
    True,
)
_IN_MESSAGE = (
    N_("the connection broke inside the message"),
    N_(
        "The message did not come to its end, so the server throws away what it had. The mail was not sent; "
        "real senders keep it and try again."
    ),
    True,
)
_IN_MESSAGE_OURS = (
    N_("closed inside the message"),
    N_("The message did not come to its end, so the server throws away what it had. The mail was not sent."),
    True,
)
_BEGUN_OURS = (
    N_("closed before the mail was complete"),
    N_("The server throws away what it had. The mail was not sent."),
    False,
)
_QUIT_UNANSWERED = (
    N_("QUIT was not answered"),
    N_("The connection ended without that reply. What had its 250 before stands."),
    False,
)
_AFTER_QUIT = (
    N_("the server hung up, as it should"),
    "",
    False,
)
_GIVEN_UP = (
    N_("closed from here: no reply came in time"),
    N_("The server is silent. It may be overloaded or gone; what was not answered does not count."),
    True,
)
_NEVER_SPOKE = (
    N_("closed from here: no greeting came in time"),
    N_(
        "A port that speaks TLS at once waits for the client to begin: try --tls. Or the server is "
        "overloaded."
    ),
    True,
)
_BY_US = (
    N_("the connection was closed from here"),
    N_("Without QUIT, which servers bear. Nothing more was sent."),
    False,
)
_RESET = (
    N_("the server cut the connection"),
    N_("It did not end it properly (TCP reset): it crashed, was restarted, or something on the way did it."),
    True,
)
_BEFORE_GREETING = (
    N_("the server hung up before its greeting"),
    N_("It takes no connection from here now: too many of them, a block list, or another kind of service."),
    True,
)
_AFTER_421 = (
    N_("the server hung up after its 421"),
    N_(
        "It said so. Real senders keep the mail, wait some minutes, then connect again or try another server."
    ),
    True,
)
_AFTER_521 = (
    N_("the server hung up after its 521"),
    N_("With 521 a server says that it takes no mail from here (RFC 7504); its words tell why."),
    True,
)
#: Replies with which a server says that it closes.
_ANNOUNCED = {421: _AFTER_421, 521: _AFTER_521}
_IN_LOGIN = (
    N_("the server hung up in the middle of the login"),
    N_("Whether it took the password is not known. It is kept nowhere; connect again, and log in anew."),
    True,
)
_AFTER_REFUSAL = (
    N_("the server hung up after its refusal"),
    N_("Nothing more was to be said. It should have waited for QUIT, or have said 421 (RFC 5321 §3.8)."),
    True,
)
_WITHOUT_A_WORD = (
    N_("the server hung up without a word"),
    N_("It should have said 421 first. It may have waited too long, or did not like what it read."),
    True,
)
_NETWORK = (
    N_("the connection is lost"),
    N_("The network failed on the way. What had its 250 after the dot is safe, the rest was not sent."),
    True,
)


def said_quit(practice: Practice) -> bool:
    """QUIT was accepted, or was sent and the server hung up on it."""
    return any(one.id == "quit" and one.state is StepState.DONE for one in practice.steps)


_NO_SERVER = frozenset({Phase.CONNECTING, Phase.TURNED_AWAY, Phase.CLOSED})


def ending(practice: Practice, because: str = "") -> Ending | None:
    """What to say instead of the last reply when there is no connection with a mail server; else None.

    ``because``: why smtptutor itself closed the connection, if it did; a sentence without its full stop.
    """
    if practice.not_smtp is not None and practice.phase in _NO_SERVER:
        told = findings.text(practice.not_smtp, None)
        return Ending(told.headline, (*told.sentences, told.advice))
    if practice.tls_failed is not None:
        event = practice.tls_failed
        return Ending(tls.headline(event), tls.sentences(event))
    if practice.closed is not None:
        if because and practice.closed.by is Side.CLIENT:
            return Ending(because, (_("So smtptutor closed the connection. Nothing more was sent."),))
        if said_quit(practice) and not practice.closed.dot_unanswered:
            return _finished(practice)
        return closed(practice.closed, practice)
    if practice.failed is not None and practice.failed.final:
        return failure(practice.failed)
    return None


def _finished(practice: Practice) -> Ending:
    if practice.all_lost:
        text = _(
            "The server said that it has the mail, and has lost it. The session itself is over as usual."
        )
    elif practice.accepted:
        text = _("The mail is with the server. The session is over, as it should be.")
    else:
        text = _("The session is over, as it should be. No mail was sent in it.")
    return Ending(_("goodbye"), (text,), False)


def before_reply(practice: Practice, connect: str) -> tuple[str, ...]:
    """Before anything was heard from the server. ``connect``: a key or a typed name."""
    if practice.phase is not Phase.CONNECTING or practice.opened is None:
        return (_("Connecting ..."),)
    due = _(
        "Connected. The server speaks first: its greeting is due. Senders wait 5 minutes for it, then "
        "try again later (RFC 5321 \u00a74.5.3.2.1)."
    )
    if practice.opened.sandbox or practice.tls is not None:
        return (due,)
    silent = _("If it stays silent, the port may speak TLS at once: {connect}, or start with --tls.")
    return (due, silent.format(connect=connect))
