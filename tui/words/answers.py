"""What a reply means at its stage: a headline, a sentence or two, why it failed and what may help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tui.practice.refusals import (
    OF_THE_LINE,
    Certainty,
    Kind,
    Verdict,
    cancelled,
    looks_right,
    meant,
    of_reply,
)
from tui.practice.slips import line_of, out_of_turn
from tui.practice.state import Practice
from tui.smtp.answers import greeting_taken
from tui.smtp.display import visible
from tui.smtp.events import CommandSent, ReplyReceived
from tui.values import value
from tui.words import codes, findings, lmtp, refusals
from tui.words.language import N_, NC_, gettext, pgettext
from tui.words.language import gettext as _
from tui.words.stages import Stage, stage

_BY_CODE = {
    (220, Stage.CONNECT): NC_("reply", "ready"),
    (220, Stage.STARTTLS): NC_("reply", "ready for TLS"),
    (235, Stage.AUTH): NC_("reply", "logged in"),
    (251, Stage.RCPT): NC_("reply", "accepted, will be forwarded"),
    (252, Stage.VRFY): NC_("reply", "not checked"),
    (251, Stage.ETRN): NC_("reply", "nothing waits"),
    (220, Stage.XCLIENT): NC_("reply", "taken for another client"),
    (334, Stage.AUTH): NC_("reply", "a question"),
    (354, Stage.DATA): NC_("reply", "go on"),
}
_ANYWHERE = {
    221: NC_("reply", "goodbye"),
    421: NC_("reply", "the server hangs up"),
    500: NC_("reply", "not understood"),
    501: NC_("reply", "not written as it must be"),
    502: NC_("reply", "not to be had here"),
    503: NC_("reply", "not the time for it"),
    530: NC_("reply", "something comes first"),
}
_BY_CLASS = {
    2: NC_("reply", "accepted"),
    3: NC_("reply", "go on"),
    4: NC_("reply", "not now"),
    5: NC_("reply", "refused for good"),
}
_ODD = NC_("reply", "not a code of SMTP")

_SANDBOX_GREETS = N_(
    "The server greets you and waits. It runs inside this program: nothing you type leaves this machine."
)

#: What an accepted command has brought about.
_DONE = {
    Stage.HELLO: N_("The server knows your name now and is ready for a mail."),
    Stage.MAIL: N_("{address} is taken as the sender, where bounces go."),
    Stage.RCPT: N_("{address} will get the mail. RCPT TO again names one more."),
    Stage.DATA: N_("Every line is now part of the mail; no reply until the dot."),
    Stage.CHUNK: N_("This chunk has arrived. BDAT n LAST is the last one."),
    Stage.RSET: N_("The mail that was begun is dropped; HELO stands."),
    Stage.NOOP: N_("Nothing done, as asked: the server is still there."),
    Stage.STARTTLS: N_("The TLS handshake comes now; then EHLO again."),
    Stage.QUIT: N_("The session is over, as it should be."),
    Stage.UNASKED: N_("Nothing was asked: servers do that before they hang up."),
}

#: Enhanced codes whose sentence can name the address.
_NAMED = {
    "1.1": N_("There is no mailbox {address} on this server."),
    "1.3": N_("{address} is not written as an address must be."),
    "1.7": N_("{address} is not written as an address must be."),
    "1.8": N_("The domain of {address} does not exist, or takes no mail."),
    "2.1": N_("The mailbox {address} is switched off."),
    "2.2": N_("The mailbox {address} is full."),
}

_STRICTER = N_(
    "To the server {address} is badly written. By RFC 5321 it is written well: this server may want more, or "
    "mean something else."
)
_OF_THE_SENDER = frozenset({"1.7", "1.8"})  # RFC 3463 §3.2

#: What stands beside ``x.7.1`` in ``why`` where the registry's sentence is too long for it.
_SHORT = {
    "1.2": N_("the domain cannot be used"),
    "1.6": N_("the mailbox has moved"),
    "1.8": N_("the sender's domain is unusable"),
    "1.9": N_("passed on to another kind of system"),
    "1.10": N_("the domain takes no mail"),
    "2.3": N_("too long for this mailbox"),
    "3.3": N_("a feature is missing there"),
    "4.0": N_("network or routing"),
    "6.7": N_("the address must be ASCII"),
    "6.8": N_("SMTPUTF8 was not asked for"),
    "6.9": N_("a UTF-8 header cannot be delivered"),
    "7.1": N_("a rule forbids it"),
    "7.3": N_("no safe way to convert it"),
    "7.11": N_("this login wants encryption"),
}
#: Enhanced codes that say another thing for now than for good.
_BY_DETAIL = {
    "4.7.1": N_("A rule of the server says no for now; greylisting does that to strangers."),
    "5.7.1": N_("A rule of the server says no: it does not relay for you, or has you on a block list."),
}


@value
class Answer:
    """A reply in words. ``code`` as the server sent it, with its enhanced code; the rest is translated."""

    code: str
    headline: str
    sentences: tuple[str, ...]
    why: tuple[tuple[str, str], ...] = ()  # what is to be explained, and its explanation
    advice: str = ""
    lead: int = 1  # of headline and sentences, those that stay where there is little room
    alike: bool = False  # the line is to be compared with its form, and nothing else is to be done

    @property
    def verdict(self) -> tuple[str, ...]:
        """Of a refusal: the sentences that stay, such as at which step it was said and whose move it is."""
        return self.sentences[: self.lead - 1]


def answer(practice: Practice, event: ReplyReceived, *, sandbox: bool, inbox: str = "") -> Answer:
    """``sandbox``: the server is the one in this process. ``inbox``: what opens its inbox, F7 or /inbox."""
    reply, at = event.reply, stage(event.to)
    code = reply.status
    wrong_protocol = lmtp.answer(practice, event)
    if wrong_protocol is not None:
        headline, sentences, better = wrong_protocol
        verdict = of_reply(event, practice)
        if sandbox or verdict is None:
            return Answer(code, headline, sentences, _why(event), better)
        first = refusals.in_short(verdict, _line(event))
        return Answer(code, headline, (first, *sentences), _why(event), better, lead=2)
    if reply.severity in _FAILED and cancelled(event):
        sentence = _(
            "You sent *, so the server ends the login, with a refusal by the rule (RFC 4954 \u00a74)."
        )
        return Answer(code, _("the login is cancelled"), (sentence,), (), _("AUTH begins a new one."))
    if reply.severity in _FAILED:
        return _refused(practice, event, at, sandbox)
    headline = _headline(reply.code, at)
    if _is_secured(practice, event, at):
        begin = _("TLS made void what was said before it (RFC 3207 §4.2): {verb} again, then the mail.")
        return Answer(code, _("TLS is on"), (begin.format(verb="LHLO" if practice.lmtp else "EHLO"),))
    if at is Stage.MESSAGE and reply.severity == 2 and sandbox and inbox:
        headline = _("accepted: {key} shows it").format(key=inbox)
    if at is Stage.MESSAGE and reply.severity == 2 and practice.accepted and practice.accepted[-1].lost:
        return Answer(code, _("accepted, and lost"), _lost())
    done = lmtp.whose(practice, event) or _done(practice, event, at, sandbox)
    return Answer(code, headline, (*done, *_agreed(event)))


def _lost() -> tuple[str, ...]:
    """What a 250 behind the dot means (RFC 5321 §6.1), where the server did not mean it."""
    return (
        _("A 250 is a promise, and this server broke it: the mail is nowhere, and nobody is told."),
        _("A sender deletes its copy now. Only who waits for the mail will find out (RFC 5321 \u00a76.1)."),
    )


def _is_secured(practice: Practice, event: ReplyReceived, at: Stage) -> bool:
    """The handshake that this reply agreed to is done."""
    inside = practice.tls is not None and not practice.tls.implicit
    return inside and at is Stage.STARTTLS and event.reply.code == 220


def _agreed(event: ReplyReceived) -> Iterator[str]:
    """What else was agreed to with the parameters of an accepted line."""
    command = event.to.command if isinstance(event.to, CommandSent) else None
    if command is not None and command.params and event.reply.severity == 2:
        from tui.words.parameters import agreed  # not before there is one

        yield from agreed(command)


def _refused(practice: Practice, event: ReplyReceived, at: Stage, sandbox: bool) -> Answer:
    """One verdict decides what the headline names and what is advised. It leads: at which step, for how long,
    and whose move it is."""
    reply, code = event.reply, event.reply.status
    verdict = of_reply(event, practice)
    assert verdict is not None  # a refusal, and of no cancelled login
    told = refusals.told(verdict, practice, at)
    whose, better = lmtp.whose(practice, event), lmtp.alone(practice, event) or told.advice
    if reply.code == _CLOSES:
        closes = _("The server closes the connection now, and reads nothing more.")
        better = _("{what_happens} {advice}").format(what_happens=closes, advice=better)
    form = reply.code == _NOT_WELL_FORMED and not looks_right(verdict, practice)
    alike = verdict.kind in OF_THE_LINE and form
    if sandbox:
        return _in_sandbox(practice, event, at, verdict, told=told, settled=(whose, better, alike))
    detail = (reply.enhanced or "").partition(".")[2]
    named = detail in _NAMED and meant(detail) is verdict.kind and _subject(practice, event, detail)
    of_the_line = verdict.kind in OF_THE_LINE and (
        verdict.kind is not Kind.UNKNOWN or verdict.step == "other"
    )
    reason = _refusal(practice, event, at) if named or of_the_line else (told.reason,)
    verdict_first = _("{where} {move}").format(where=told.where, move=told.move)
    sentences = (*whose, verdict_first, told.known, *reason, *filter(None, (told.otherwise,)))
    why = _why(event, differs=_differs(verdict))
    return Answer(code, told.headline, sentences, why, better, lead=2, alike=alike)


def _in_sandbox(
    practice: Practice,
    event: ReplyReceived,
    at: Stage,
    verdict: Verdict,
    *,
    told: refusals.Told,
    settled: tuple[tuple[str, ...], str, bool],
) -> Answer:
    """Its refusals are no riddle: they were asked for, and are told as what a sender does about them.
    ``settled``: whose reply it is, the advice, and whether the line is to be compared with its form."""
    reply, code = event.reply, event.reply.status
    whose, better, alike = settled
    of_the_line = verdict.kind in OF_THE_LINE
    named_by_code = of_the_line or _is_named(verdict)
    headline = _headline(reply.code, at) if named_by_code else told.headline
    does = _sender_does(verdict, at)
    if does and verdict.kind in {Kind.GREYLISTED, Kind.RATE}:
        return Answer(code, told.headline, (*whose, *does, told.reason), _why(event), better)
    vague = (reply.enhanced or "").endswith(".0") and not of_the_line
    reason = (told.reason,) if vague else _refusal(practice, event, at)
    return Answer(code, headline, (*whose, *reason, *does), _why(event), better, alike=alike)


#: On the sandbox, where a sender of mail is not there to do it: what it does now, and for how long. By what
#: the refusal is about and the first digit of its code, or by the stage, or by the digit alone.
_SENDER_DOES: Mapping[tuple[Kind | Stage | None, int], str] = {
    (Kind.GREYLISTED, 4): N_(
        "Real senders queue the mail and try by themselves: in 5 to 30 minutes, then for days (RFC 5321 "
        "4.5.4.1)."
    ),
    (Kind.RATE, 4): N_("Real senders queue the mail, wait, and send the next ones with more time between."),
    (Kind.FULL_MAILBOX, 5): N_("Real senders give up at once, and return the mail to its author."),
    (Kind.TLS_REQUIRED, 5): N_("Real senders say STARTTLS at once where it is offered."),
    (Kind.LOGIN_REQUIRED, 5): N_(
        "Mail programs log in at once. A server cannot, and returns the mail to its author."
    ),
    (Stage.STARTTLS, 4): N_(
        "Most servers go on in plain text then; whoever insists on TLS keeps the mail and tries later."
    ),
    (Stage.AUTH, 4): N_("Mail programs keep the mail and log in again later."),
    (None, 4): N_(
        "Real senders keep the mail and try again by themselves, for days (RFC 5321 \u00a74.5.4.1)."
    ),
}
_OF_MAIL = frozenset(
    {Stage.CONNECT, Stage.HELLO, Stage.MAIL, Stage.RCPT, Stage.DATA, Stage.CHUNK, Stage.MESSAGE}
)


def _sender_does(verdict: Verdict, at: Stage) -> tuple[str, ...]:
    digit = verdict.code // 100
    keys: list[Kind | Stage | None] = [at, verdict.kind] if at is Stage.AUTH else [verdict.kind, at]
    if at in _OF_MAIL:
        keys.append(None)
    return tuple(gettext(_SENDER_DOES[key, digit]) for key in keys if (key, digit) in _SENDER_DOES)[:1]


_FAILED = frozenset({4, 5})
_NOT_WELL_FORMED, _CLOSES = 501, 421
#: Of the codes whose headline says more than that it is a refusal: what it speaks of.
_NAMING = {
    421: frozenset({Kind.SHUTTING_DOWN}),
    500: OF_THE_LINE,
    501: OF_THE_LINE,
    502: OF_THE_LINE,
    503: OF_THE_LINE,
    530: frozenset({Kind.LOGIN_REQUIRED, Kind.TLS_REQUIRED}),
}


def _is_named(verdict: Verdict) -> bool:
    """What the code's headline says is true of this refusal."""
    return verdict.kind in _NAMING.get(verdict.code, {verdict.kind})


def _headline(code: int, at: Stage) -> str:
    source = _BY_CODE.get((code, at)) or _ANYWHERE.get(code) or _BY_CLASS.get(code // 100, _ODD)
    return pgettext("reply", source)


def _done(practice: Practice, event: ReplyReceived, at: Stage, sandbox: bool) -> tuple[str, ...]:
    code = event.reply.code
    if at is Stage.OTHER and (verb := greeting_taken(event.to, code)):
        taken = _("No line of SMTP, but the server took it for {verb} and is ready for a mail.")
        return (taken.format(verb=verb),)
    if at is Stage.AUTH and code == 235 and practice.login is not None and practice.login.unproved:
        return (
            _("Logged in, but the server did not prove that it knows the password: it may be another one."),
        )
    if at is Stage.RSET and code // 100 == 2 and practice.envelope is None and not practice.dropped:
        return (_("No mail was begun, so nothing is dropped."),)
    if at is Stage.CONNECT and sandbox:
        return (gettext(_SANDBOX_GREETS),)
    if at is Stage.MAIL and _address(event) == "":
        return (_("No sender, as bounces have it: nobody gets a bounce of a bounce."),)
    if at is Stage.HELLO and practice.extensions:
        offered = gettext("The server knows your name now. What it offers: {keywords}.")
        return (offered.format(keywords=visible(" ".join(practice.extensions))),)
    if at is Stage.RCPT and practice.envelope is not None and len(practice.envelope.accepted) > 1:
        several = _("{address} will get it too; {count} recipients by now.")
        return (several.format(address=_shown(event), count=len(practice.envelope.accepted)),)
    if at is Stage.DATA and code == 354 and sandbox and any(b"<CRLF>" in one for one in event.reply.lines):
        return (gettext(_DONE[at]), _("<CRLF> is the Enter key: Enter, a dot, Enter."))
    if at in _DONE and (event.reply.severity, at) in _AS_USUAL:
        return (gettext(_DONE[at]).format(address=_shown(event)),)
    return (codes.meaning(code, at).text,)


#: Where the code is of the class that the stage is waiting for.
_AS_USUAL = {(2, at) for at in Stage if at is not Stage.DATA} | {(3, Stage.DATA)}


def _refusal(practice: Practice, event: ReplyReceived, at: Stage) -> tuple[str, ...]:
    reply = event.reply
    if reply.code == 503 and (early := out_of_turn(practice)) is not None:
        return findings.text(early, line_of(practice, early)).sentences
    detail = (reply.enhanced or "").partition(".")[2]
    address = _subject(practice, event, detail)
    verdict = of_reply(event, practice)
    if verdict is not None and looks_right(verdict, practice):
        return (gettext(_STRICTER).format(address=visible(verdict.address)),)
    if detail in _NAMED and address:
        return (gettext(_NAMED[detail]).format(address=visible(address)),)
    if reply.enhanced in _BY_DETAIL:
        return (gettext(_BY_DETAIL[reply.enhanced]),)
    known = codes.enhanced(reply.enhanced) if reply.enhanced else None
    if known is not None and not detail.startswith(("0.", "5.")):
        return (known.text,)
    return (codes.meaning(reply.code, at).text,)


def _differs(verdict: Verdict) -> bool:
    """The server's words say another thing than its enhanced code, and that says something."""
    detail = (verdict.enhanced or "").partition(".")[2]
    broad = detail == "7.1" or detail.endswith(".0")
    return verdict.certainty is Certainty.WORDS and not broad and meant(detail) is not verdict.kind


def _why(event: ReplyReceived, *, differs: bool = False) -> tuple[tuple[str, str], ...]:
    """``differs``: the server's words say another thing than its enhanced code."""
    reply = event.reply
    why = [(f"{reply.severity}yz", gettext(codes.CLASSES[reply.severity]))]
    if reply.enhanced:
        detail = reply.enhanced.partition(".")[2]
        known = codes.enhanced(reply.enhanced)
        gloss = _label(known.text) if known is not None else codes.subject(reply.enhanced)
        if detail in _SHORT:
            gloss = gettext(_SHORT[detail])
        if gloss and differs:
            gloss = _("by the registry: {meaning}").format(meaning=gloss)
        if gloss:
            why.append((f"x.{detail}", gloss))
    return tuple(why)


def _label(sentence: str) -> str:
    """A sentence as a label: no full stop, and a small letter in front unless the word is an abbreviation."""
    text = sentence.rstrip(".。")
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _line(event: ReplyReceived) -> str:
    return visible(event.to.command.data) if isinstance(event.to, CommandSent) else ""


def _address(event: ReplyReceived) -> str | None:
    if event.recipient is not None:
        return event.recipient
    path = event.to.command.path if isinstance(event.to, CommandSent) else None
    return None if path is None else path.address


def _subject(practice: Practice, event: ReplyReceived, detail: str) -> str | None:
    """The address that the enhanced code is about: the sender's may be refused behind RCPT."""
    if detail in _OF_THE_SENDER and practice.envelope is not None:
        return practice.envelope.reverse_path
    return _address(event)


def _shown(event: ReplyReceived) -> str:
    return visible(_address(event) or "")
