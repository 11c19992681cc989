"""Why a server refuses, in words: the verdict first, then how it is known, then what to do and who can."""

from __future__ import annotations

from tui.practice.refusals import Certainty, Kind, Mover, Verdict
from tui.practice.state import Practice
from tui.smtp.display import visible
from tui.smtp.secrets import decoded
from tui.values import value
from tui.words.advice import advice
from tui.words.language import N_, NC_, gettext, pgettext
from tui.words.language import gettext as _
from tui.words.seams import joined
from tui.words.stages import Stage

_TOKEN_SHOWN = 200
_NAME_SHOWN = 100


@value
class Told:
    """``headline`` without a full stop; the rest are sentences."""

    headline: str
    where: str  # the step at which it was said, and the one that it is about
    reason: str
    known: str  # how it is known
    otherwise: str  # what the code alone would mean, where the words say another thing; or ""
    move: str  # whose turn it is
    advice: str


#: What it is about, in a few words; why, in a sentence; what to do.
_KINDS: dict[Kind, tuple[str, str, str]] = {
    Kind.BLOCK_LIST: (
        N_("our address is on a block list"),
        N_("The server does not take mail from this machine's address, whoever sends it."),
        N_("Have the address taken off the list, or send through your provider's server."),
    ),
    Kind.BLOCKED_DOMAIN: (
        N_("a domain in this mail is on a block list"),
        N_("Not the address of this machine is listed, but the domain of the sender, of EHLO or of a link."),
        N_("Have the domain taken off the list, or leave it out of the mail."),
    ),
    Kind.REPUTATION: (
        N_("our address or domain has a bad name there"),
        N_("The server keeps a reputation of senders, by spam, complaints and habits, and ours is low."),
        N_("Find out who sends spam through this address or domain; until then, send little."),
    ),
    Kind.DYNAMIC: (
        N_("our address is one of those for homes"),
        N_("The server takes no mail straight from addresses that are given out dynamically."),
        N_("Send through your provider's server, on port 587."),
    ),
    Kind.RELAYING: (
        N_("it does not relay for us"),
        N_(
            "The server is not responsible for the recipient's domain, and does not pass mail on for "
            "strangers."
        ),
        N_(
            "Log in, use your own provider's server on port 587, or ask DNS for the domain's own server "
            "(--mx)."
        ),
    ),
    Kind.LOGIN_REQUIRED: (
        N_("a login is needed"),
        N_("The server takes mail only from users who have logged in."),
        N_("STARTTLS where it is offered, then AUTH, then this line again."),
    ),
    Kind.BAD_LOGIN: (
        N_("the login was not taken"),
        N_("User name, password or mechanism do not fit."),
        N_("Check user name and password; some providers want a password made for programs."),
    ),
    Kind.APP_PASSWORD: (
        N_("a password made for programs is needed"),
        N_("The provider does not take the password of its web pages here."),
        N_("Make an app password (QQ, 163: authorization code) on the provider's pages, and log in with it."),
    ),
    Kind.WEB_LOGIN: (
        N_("its owner must log in on the web first"),
        N_("The provider lets no program in before the owner has logged in on its web pages."),
        N_("Log in on the provider's web pages and confirm that it is you; then try here again."),
    ),
    Kind.BAD_TOKEN: (
        N_("the token was not taken"),
        N_("The token has expired, or is for another user or purpose."),
        N_("Get a new token for just this user and purpose, and log in with it."),
    ),
    Kind.MECHANISM: (
        N_("it does not know this mechanism"),
        N_("The server has other ways to log in, or none."),
        N_("Use another mechanism; the AUTH line of EHLO lists them."),
    ),
    Kind.NO_LOGIN: (
        N_("no login is taken here"),
        N_("The server does not take AUTH at this point, or not for this account."),
        N_("Logins may be switched off over there: ask its postmaster, or send without one."),
    ),
    Kind.TLS_REQUIRED: (
        N_("encryption comes first"),
        N_("The server does not do this in plain text."),
        N_("STARTTLS, EHLO again, then this line; or connect with --starttls or --tls."),
    ),
    Kind.GREYLISTED: (
        N_("greylisting: come back later"),
        N_("Greylisting turns strangers away the first time, since only real mail servers come back."),
        N_("Wait five to fifteen minutes, then send the same from the same address."),
    ),
    Kind.RATE: (
        N_("too much in too short a time"),
        N_("The server limits connections, mails or errors of one address."),
        N_("Wait, an hour rather than a minute, and send less at a time."),
    ),
    Kind.BUSY: (
        N_("the server is busy"),
        N_("It has too much to do, or lets this address do only so much."),
        N_("Wait some minutes, then send the same again."),
    ),
    Kind.PUT_OFF: (
        N_("come back later, it says"),
        N_("It does not say why: greylisting, a limit, or trouble of its own."),
        N_("Wait some minutes, then send the same again."),
    ),
    Kind.TOO_MANY_RECIPIENTS: (
        N_("too many recipients for one mail"),
        N_("The recipients so far stand; no more are taken in this mail."),
        N_("Send this one, and name the rest in another mail."),
    ),
    Kind.REVERSE_DNS: (
        N_("our address has no name in DNS"),
        N_("The server asks DNS for the name of this machine's address, and finds none that fits."),
        N_("Set a PTR record whose name leads back to the address, or send through your provider's server."),
    ),
    Kind.HELO_NAME: (
        N_("it does not like the name in EHLO"),
        N_("The name that was given is no full host name, or does not fit this machine."),
        N_("Give a full host name that exists in DNS: EHLO mail.example.org, or --ehlo NAME."),
    ),
    Kind.SPF: (
        N_("the sender's domain does not allow our address (SPF)"),
        N_(
            "The SPF record of the sender's domain lists the machines that may send for it, without this one."
        ),
        N_("Send through the server of that domain, or add this address to its SPF record."),
    ),
    Kind.DKIM: (
        N_("no good signature (DKIM)"),
        N_("The message carries no DKIM signature of the sender's domain, or a broken one."),
        N_("Send through the server of that domain, which signs, and change nothing behind it."),
    ),
    Kind.DMARC: (
        N_("the sender's domain does not vouch for it (DMARC)"),
        N_("Neither SPF nor DKIM passed for the domain in From:, and it asks to refuse such mail."),
        N_("Send through the server of that domain."),
    ),
    Kind.UNAUTHENTICATED: (
        N_("nobody vouches for the sender (SPF, DKIM)"),
        N_("The server wants SPF or DKIM to pass for this mail, and that did not happen."),
        N_("Send through the server of the sender's domain, or have SPF and DKIM set up for this one."),
    ),
    Kind.SENDER: (
        N_("it does not take this sender"),
        N_("The sender's address or its domain does not exist, or may not be used here."),
        N_("Name a sender whose domain exists; where you are logged in, the address of that login."),
    ),
    Kind.SENDER_RIGHT: (
        N_("no right to send as this sender"),
        N_("Who sends here has no right to use this sender's address."),
        N_(
            "Name the address of your login, in MAIL FROM and in From:, or have its admin give you the right."
        ),
    ),
    Kind.SENDER_BLOCKED: (
        N_("the account that sends is blocked"),
        N_("The server sends no more for this account or domain; often it has sent spam before."),
        N_("Change its password, then ask the server's admin or your provider to open it again."),
    ),
    Kind.RECIPIENT_REFUSES: (
        N_("the recipient does not take mail from this sender"),
        N_("A list or rule of the recipient, or of the recipient's organisation, keeps this sender out."),
        N_("Reach the recipient in another way, and ask to be let in."),
    ),
    Kind.UNKNOWN_MAILBOX: (
        N_("there is no such mailbox"),
        N_("The server knows nobody of this name."),
        N_("Check the spelling, or ask the recipient for the address in another way."),
    ),
    Kind.DISABLED_MAILBOX: (
        N_("the mailbox is switched off"),
        N_("The mailbox exists and takes no mail now."),
        N_("Reach the recipient in another way."),
    ),
    Kind.BUSY_MAILBOX: (
        N_("the mailbox cannot be had now"),
        N_("It is busy, or blocked for a time; whether it exists is not what this reply is about."),
        N_("Send the same again in a while."),
    ),
    Kind.CHECKING: (
        N_("the address is still being checked"),
        N_("The server asks somewhere else whether this address exists, and has no answer yet."),
        N_("Send the same again in some minutes."),
    ),
    Kind.FULL_MAILBOX: (
        N_("the mailbox is full"),
        N_("The mailbox exists and has no room."),
        N_("Tell the recipient in another way, then send it again."),
    ),
    Kind.NO_MAIL_THERE: (
        N_("this domain takes no mail"),
        N_("The domain does not exist, or says that it takes no mail at all (null MX)."),
        N_("Check the domain, the part after the @."),
    ),
    Kind.NO_SERVICE: (
        N_("this server takes no mail"),
        N_("The machine answers, and says that it takes no mail, from here or from anybody."),
        N_("Ask DNS for the domain's mail server (--mx)."),
    ),
    Kind.NO_ROUTE: (
        N_("the server finds no way there"),
        N_("Between this server and the recipient's domain the way is broken."),
        N_("The server finds no way there. Check the domain, the part after the @, or try later."),
    ),
    Kind.LOOP: (
        N_("the mail goes in a circle"),
        N_("It has passed too many servers, by its Received: lines; forwarding often leads back."),
        N_("Look for a forwarding that leads back; for a test, take out the Received: lines."),
    ),
    Kind.TOO_LARGE: (
        N_("the message is too large"),
        N_("The server takes messages up to a size; EHLO names it behind SIZE."),
        N_("Make it smaller, or send a link."),
    ),
    Kind.EIGHT_BIT: (
        N_("characters beyond ASCII are not taken"),
        N_("The server or the next one does not know 8BITMIME or SMTPUTF8."),
        N_("Encode the text (quoted-printable, base64), or use an ASCII address."),
    ),
    Kind.CONTENT: (
        N_("it does not like the content"),
        N_("A filter takes the message for spam, or for something that is not allowed."),
        N_("Change text, links or attachments; ask the other side's postmaster if it is wrong."),
    ),
    Kind.MALFORMED: (
        N_("the message is not written as it must be"),
        N_("Something in its header or its line ends is missing, doubled or not as RFC 5322 has it."),
        N_("Mend the message: one From:, Date: and Message-ID:, and CR LF behind each line."),
    ),
    Kind.LINE_TOO_LONG: (
        N_("a line is too long"),
        N_("A command has up to 512 octets, a line of a message up to 1000, CR LF counted."),
        N_("Make the line shorter; in a message, wrap it or encode it (quoted-printable, base64)."),
    ),
    Kind.SYNTAX: (
        N_("the line is not written as it must be"),
        N_("The server understands the command and not what follows it."),
        N_("Compare it with the form, letter by letter."),
    ),
    Kind.SEQUENCE: (
        N_("something comes before it"),
        N_("The command is right and its time has not come."),
        N_("Do first what is missing."),
    ),
    Kind.NO_RECIPIENTS: (
        N_("no recipient was accepted"),
        N_("A message needs at least one recipient."),
        N_("RCPT TO again, then DATA."),
    ),
    Kind.UNKNOWN_COMMAND: (
        N_("it does not know the command"),
        N_("The word is misspelt, or the server cannot do it."),
        N_("Check the spelling; EHLO lists what there is."),
    ),
    Kind.SERVER_TROUBLE: (
        N_("the server has trouble of its own"),
        N_("Disk, queue or settings over there; the mail itself is not the reason."),
        N_("Try again later; if it lasts, tell its postmaster."),
    ),
    Kind.SHUTTING_DOWN: (
        N_("the server hangs up"),
        N_("It is busy, restarts, or has waited too long."),
        N_("Connect again in some minutes."),
    ),
    Kind.POLICY: (
        N_("a rule forbids it"),
        N_("What it says of the rule are these words, and no more."),
        N_("Ask its postmaster, with the words and the time of this reply."),
    ),
    Kind.UNKNOWN: (
        N_("it does not say why"),
        N_("The code does not tell the reason, and this program knows none for the words."),
        N_("Ask its postmaster, with the words and the time of this reply."),
    ),
}

_MOVES = {
    Mover.SENDER: N_("The next move is the sender's."),
    Mover.RECIPIENT: N_("The next move is the recipient's."),
    Mover.THEIR_ADMIN: N_("The next move is that of the server's admin."),
    Mover.OUR_ADMIN: N_("The next move is that of our own admin: address, name or DNS of this side."),
    Mover.NOBODY: N_("Nobody has to change anything: the same may pass later."),
}

#: What passes by itself, though its code is one of those for good.
_PASSING = {
    Kind.BUSY: N_(
        "The code {code} says for good, the words sound like a busy server: later the same may pass."
    ),
    Kind.PUT_OFF: N_("The code {code} says for good, the words say later: later the same may pass."),
    Kind.RATE: N_(
        "The code {code} says for good, the rest sounds like a limit of the rate: later the same may pass."
    ),
    Kind.GREYLISTED: N_(
        "The code {code} says for good, the rest sounds like greylisting: later the same may pass."
    ),
}

_STEPS = {
    "connect": NC_("refused at", "the greeting"),
    "helo": "EHLO",
    "starttls": "STARTTLS",
    "auth": "AUTH",
    "mail": "MAIL FROM",
    "rcpt": "RCPT TO",
    "data": "DATA",
    "dot": NC_("refused at", "the final dot"),
    "other": NC_("refused at", "this line"),
}


#: How it is known, where the server said nothing beside the code.
_WORDLESS = {
    Certainty.CODE: N_("The code {code} says so."),
    Certainty.NONE: N_("The code {code} says no more than that."),
}


def step(name: str, *, chunked: bool = False) -> str:
    """A step's key word inside a sentence. ``chunked``: BDAT … LAST ended the message."""
    if name == "dot" and chunked:
        return "BDAT LAST"
    source = _STEPS[name]
    return source if source.isupper() else pgettext("refused at", source)


def told(verdict: Verdict, practice: Practice, at: Stage) -> Told:
    """All of it. ``at``: what was refused."""
    about, why, usual = _KINDS[verdict.kind]
    headline = _("refused for good: {about}") if verdict.final else _("not now: {about}")
    if _passes(verdict):
        headline = _("refused: {about}")
    headline = headline.format(about=gettext(about))
    return Told(
        headline,
        _where(verdict),
        joined(gettext(why), _of_token(practice) if verdict.kind is Kind.BAD_TOKEN else _of_us(verdict)),
        _known(verdict),
        _otherwise(verdict),
        _move(verdict),
        advice(verdict, practice, at, usual),
    )


def sentence(verdict: Verdict, line: str) -> str:
    """``Refused at RCPT TO, for good: …`` in one sentence, as a ticket begins. ``line`` is what was refused;
    it is named where it belongs to no step."""
    about = gettext(_KINDS[verdict.kind][0])
    at = step(verdict.step, chunked=verdict.chunked) if verdict.step != "other" else f"\u201c{line}\u201d"
    if _passes(verdict):
        return _("Refused at {step}: {about}.").format(step=at, about=about)
    if verdict.final:
        return _("Refused at {step}, for good: {about}.").format(step=at, about=about)
    return _("Refused at {step}, for now: {about}.").format(step=at, about=about)


def in_short(verdict: Verdict, line: str) -> str:
    """``sentence``, and whose move it is."""
    return _("{where} {move}").format(where=sentence(verdict, line), move=_move(verdict))


def _passes(verdict: Verdict) -> bool:
    return verdict.final and verdict.kind in _PASSING


def _move(verdict: Verdict) -> str:
    if _passes(verdict):
        return gettext(_PASSING[verdict.kind]).format(code=verdict.code)
    return gettext(_MOVES[verdict.mover])


def _where(verdict: Verdict) -> str:
    if verdict.step == "other":
        return _("It was said about this line.")
    said = _("It was said at {step}.")
    if verdict.about != verdict.step:
        said = _("It was said at {step} and is about {earlier}.")
    earlier = _("the connection") if verdict.about == "connect" else step(verdict.about)
    return said.format(step=step(verdict.step, chunked=verdict.chunked), earlier=earlier)


def _of_token(practice: Practice) -> str:
    """What the server told in the challenge before it refused."""
    login = practice.login
    said = decoded(login.told) if login is not None and login.told else None
    if not said:
        return ""
    return _("The server told about it: {said}").format(said=visible(said.strip())[:_TOKEN_SHOWN])


def _of_us(verdict: Verdict) -> str:
    """Address and name under which the server knows us, where they are what it refuses."""
    if verdict.seen_at and verdict.named:
        text = _("The server sees us at {address}; we called ourselves {name}.")
    elif verdict.seen_at:
        text = _("The server sees us at {address}.")
    elif verdict.named:
        text = _("We called ourselves {name}.")
    else:
        return ""
    return text.format(address=verdict.seen_at, name=visible(verdict.named)[:_NAME_SHOWN])


def _known(verdict: Verdict) -> str:
    code = _code(verdict)
    said = visible(verdict.evidence or verdict.quoted)
    if verdict.certainty is Certainty.WORDS:
        text = _("A guess from its words: \u201c{evidence}\u201d.")
    elif not said:
        text = gettext(_WORDLESS[verdict.certainty])
    elif verdict.certainty is Certainty.NONE:
        text = _("The code {code} says no more than that. The server's words: \u201c{evidence}\u201d.")
    elif verdict.evidence:
        text = _("The code {code} says so, and its words: \u201c{evidence}\u201d.")
    else:
        text = _("The code {code} says so. The server's words: \u201c{evidence}\u201d.")
    return text.format(code=code, evidence=said)


def _otherwise(verdict: Verdict) -> str:
    if verdict.code_means is None:
        return ""
    text = _("The code {code} alone would mean: {about}.")
    return text.format(code=_code(verdict), about=gettext(_KINDS[verdict.code_means][0]))


def _code(verdict: Verdict) -> str:
    return f"{verdict.code} {verdict.enhanced}" if verdict.enhanced else str(verdict.code)
