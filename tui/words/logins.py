"""A login in words: where it stands, what was asked, what the answer is made of, and why there is none."""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.practice.logins import LoginState, challenge
from tui.practice.state import Practice
from tui.smtp.display import MASK, visible
from tui.smtp.events import AuthResponseSent, ReplyReceived
from tui.smtp.phases import Phase
from tui.smtp.sasl import PROVING, STEPS, Fault, Step
from tui.smtp.secrets import CLEAR_MECHANISMS, decoded
from tui.words import labels
from tui.words.guide import (
    DONE_SIGN,
    NOW_SIGN,
    TO_DO_SIGN,
    WAITING_SIGN,
    Pair,
    Room,
    Run,
    Section,
    Sentence,
    Tone,
    say,
)
from tui.words.keys import Keys
from tui.words.language import N_, NC_, gettext, pgettext
from tui.words.language import gettext as _
from tui.words.prose import enumerated
from tui.words.reasons import in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.practice.scenario import Account

#: By the values of ``Step``: what it is called in the row of steps.
_NAMES = {
    Step.LOGIN: NC_("login step", "user name and password"),
    Step.USER: NC_("login step", "user name"),
    Step.PASSWORD: NC_("login step", "password"),
    Step.DIGEST: NC_("login step", "digest"),
    Step.TOKEN: NC_("login step", "token"),
    Step.ACKNOWLEDGED: NC_("login step", "empty answer"),
    Step.FIRST: NC_("login step", "first message"),
    Step.PROOF: NC_("login step", "proof"),
    Step.VERIFIED: NC_("login step", "empty answer"),
}
#: What an answer is made of, and its octets.
_FIELDS: dict[Step, tuple[str, ...]] = {
    Step.LOGIN: ("{user}", "{mask}"),
    Step.USER: ("{user}",),
    Step.PASSWORD: ("{mask}",),
    Step.DIGEST: ("{user}", "{mask}"),
    Step.TOKEN: ("{user}", "{mask}"),
    Step.FIRST: ("{user}",),
    Step.PROOF: ("{mask}",),
}
_OCTETS = {
    Step.LOGIN: "NUL {user} NUL {mask}",
    Step.USER: "{user}",
    Step.PASSWORD: "{mask}",
    Step.DIGEST: N_("{user}, blank, HMAC-MD5 of the question in hex"),
    Step.TOKEN: "user={user} ^A auth=Bearer {mask} ^A ^A",
    Step.FIRST: "n,,n={user},r=nonce",
    Step.PROOF: "c=biws,r=nonce,p={mask}",
}
#: In these the server can read nothing that has to be hidden.
_OPEN = frozenset({Step.USER, Step.FIRST})
_SHOWN = 300  # characters of a question


def underway(practice: Practice) -> LoginState | None:
    """The login that goes on; None outside of one."""
    login = practice.login
    return login if practice.phase is Phase.AUTH and login is not None and not login.code else None


def sections(
    practice: Practice, login: LoginState, *, user: str, bare: bytes, sandbox: bool, keys: Keys
) -> tuple[Section, ...]:
    """In the place of the steps, as long as the login goes on (SCREENS §8, screen 6). ``user``: who logs in,
    as far as it is known. ``bare``: the octets that are due, where they are known and hold no secret."""
    due = login.due
    return (
        steps(login),
        *((_section("asked", _asked(login)),) if due else ()),
        *((_section("yours", *_yours(login, user, bare)),) if due else ()),
        *(_warn(practice, login, sandbox) if due else ()),
        _next(practice, login, keys),
    )


def steps(login: LoginState) -> Section:
    """How far it has come."""
    return _section("login", Sentence(_steps(login)))


def _section(key: str, *paragraphs: Sentence | Pair) -> Section:
    return Section(key, labels.section(key), "", paragraphs)


def accounts(known: Sequence[Account]) -> tuple[Section, ...]:
    """Who can log in to the practice server: user and password, which are meant to be seen."""
    if not known:
        return ()
    runs: list[Run] = []
    for one in known:
        before, _user, after = _("user {user}, password {password}").partition("{user}")
        runs += [Run("   "), Run(before), Run(visible(one.user), Tone.YOU)]
        runs.append(Run(after.format(password=visible(one.password))))
    return (replace(_section("accounts", Sentence(tuple(runs[1:]))), room=Room.YIELDS),)


def _steps(login: LoginState) -> tuple[Run, ...]:
    """``AUTH LOGIN   ✓ user name done   ❯ password now   step 2 of 2``"""
    names = STEPS.get(login.mechanism, ())
    if login.mechanism == "XOAUTH2" and login.answers and login.due:
        names = (*names, Step.ACKNOWLEDGED)
    runs = [Run(f"AUTH {visible(login.mechanism)}".rstrip(), Tone.BOLD, bold=True)]
    now = login.answers if login.due else login.answers - 1
    for number, step in enumerate(names):
        name = pgettext("login step", _NAMES[step])
        if number < now:
            sign, tone, word = DONE_SIGN, Tone.GOOD, pgettext("state", "done")
        elif number > now:
            sign, tone, word = TO_DO_SIGN, Tone.QUIET, pgettext("state", "to do")
        elif login.due:
            sign, tone, word = NOW_SIGN, Tone.YOU, pgettext("state", "now")
        else:
            sign, tone, word = WAITING_SIGN, Tone.QUIET, pgettext("state", "waiting")
        runs += [
            Run("   "),
            Run(sign, tone),
            Run(f" {name} {word}", Tone.BOLD if sign == NOW_SIGN else Tone.QUIET),
        ]
    if names:
        step_of = _("step {n} of {all}").format(n=min(now + 1, len(names)), all=len(names))
        runs += [Run("   "), Run(step_of, Tone.QUIET)]
    return tuple(runs)


def _asked(login: LoginState) -> Sentence:
    asked = login.asked or b""
    if not asked.strip():
        return say(Run(_("nothing: the server waits for the answer that begins the login"), Tone.QUIET))
    if login.proof:
        return say(
            Run(MASK), "  ", Run(_("the server's proof that it knows the password, hidden"), Tone.QUIET)
        )
    if MASK.encode() in asked:
        return say(Run(MASK), "  ", Run(_("it repeats a secret, hidden here"), Tone.LATER))
    clear = decoded(asked.strip())
    if clear is None:
        return say(
            Run(_cut(visible(asked))), "  ", Run(_("is no base64: the server breaks the rule"), Tone.LATER)
        )
    quiet = Run(_("is base64 for"), Tone.QUIET)
    return say(Run(_cut(visible(asked.strip()))), "  ", quiet, "  ", Run(_cut(visible(clear).strip())))


def challenged(event: ReplyReceived) -> str:
    """What the server asks, or tells, behind a 334, out of its base64, without a full stop; "" for other
    replies, and for what is no base64, which is found in the line itself."""
    asked = challenge(event)
    if asked is None:
        return ""
    if not asked:
        return _("334 says nothing more: the server waits for the answer")
    if event.proof:
        return _("334 brings the server's proof that it knows the password, hidden here")
    if MASK.encode() in asked:
        return _("334 repeats a secret, hidden here")
    clear = decoded(asked)
    return "" if clear is None else _("334 says: {said}").format(said=_cut(visible(clear).strip()))


def responded(event: AuthResponseSent) -> str:
    """What an answer of the client is."""
    if event.cancelled:
        return _("The client gives up the login.")
    if event.secret:
        return _("The answer, hidden here.")
    clear = decoded(event.data)
    if not clear:
        return _("The answer is empty.")
    return _("The answer, base64 for {text}").format(text=_cut(visible(clear)))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


def _yours(login: LoginState, user: str, bare: bytes) -> tuple[Sentence, ...]:
    """From the fields over the octets and their base64 to the line. Of the user nothing is hidden, of the
    secret everything."""
    step = login.step
    if step is None and login.mechanism == "OAUTHBEARER" and login.answers:
        return (say(_("AQ==, which is ^A in base64: the server refuses then (RFC 7628)")),)
    if step is None:
        return (say(_("an answer in base64, on a line of its own")),)
    if login.empty_due:
        return (say(_("an empty line: press Enter")),)
    values = {"user": visible(user) or _("user"), "mask": MASK}
    fields = [one.format(**values) for one in _FIELDS[step]]
    octets, coded, line = (gettext(_OCTETS[step]).format(**values), MASK, _("the base64, nothing before it"))
    if bare:
        octets, coded = visible(bare), visible(base64.b64encode(bare))
        line = coded
    elif step in _OPEN:
        coded = _("of these octets")
    runs: list[Run] = []
    for label, text in (
        (_("field") if len(fields) == 1 else _("fields"), enumerated(fields)),
        (_("octets"), octets),
        ("base64", coded),
        (_("line"), line),
    ):
        runs += [Run("   "), Run(f"{label} ", Tone.QUIET), Run(text)]
    return (Sentence(tuple(runs[1:])),)


def _warn(practice: Practice, login: LoginState, sandbox: bool) -> tuple[Section, ...]:
    """Without TLS: who can read along."""
    if practice.tls is not None:
        return ()
    headline = say(Run("! ", Tone.LATER, bold=True), Run(_("plain text"), Tone.LATER))
    if login.mechanism in PROVING:
        text = _("The password is not sent; but who listens can try passwords on what is.")
        return (_section("warn", headline, say(text)),)
    if login.mechanism not in CLEAR_MECHANISMS:
        return ()
    better = _("On a real server: STARTTLS, EHLO, then AUTH.")
    if not sandbox and "STARTTLS" in practice.extensions:
        better = _("Better: * cancels, then STARTTLS, EHLO, AUTH.")
    elif not sandbox:
        better = _("This server offers no TLS here: * cancels; it may have it on port 465 or 587.")
    hides_nothing = _("Base64 hides nothing: anyone on the way can read it.")
    return (_section("warn", headline, say(hides_nothing), say(better)),)


def _next(practice: Practice, login: LoginState, keys: Keys) -> Section:
    if not login.due:
        return _section("next", say(_("Your answer is sent. Wait for the reply.")))
    fill = Pair(Run(keys.fill, Tone.YOU), _("put the base64 in the prompt"))
    cancel = Pair(Run("*", Tone.YOU), _("cancel the login"))
    return _section("next", *((fill,) if login.mechanism in STEPS else ()), cancel)


# -- why there is no answer

#: By the values of ``sasl.Trouble``.
_TROUBLES = {
    "mechanism-unknown": N_(
        "smtptutor does not know AUTH {detail}: type the answers by hand, or choose another"
    ),
    "mechanism-not-offered": N_(
        "the server does not offer AUTH {detail}; the AUTH line of EHLO lists what it does"
    ),
    "none-offered": N_("the server offers no way to log in that smtptutor knows"),
    "none-yet": N_("the server offers no way to log in that smtptutor knows; STARTTLS may bring one"),
    "not-base64": N_(
        "no answer: what the server asked is no base64; a line that holds only * cancels the login"
    ),
    "malformed": N_("no answer: this is no message of SCRAM (RFC 5802); * cancels the login"),
    "wrong-nonce": N_(
        "no answer: the server's nonce does not begin with ours: it answers somebody else; * cancels"
    ),
    "few-iterations": N_(
        "no answer: {detail} rounds are too few (RFC 7677 wants 4096), passwords could be tried; * cancels"
    ),
    "many-iterations": N_(
        "no answer: {detail} rounds would keep this machine busy for nothing; * cancels the login"
    ),
    "bad-salt": N_("no answer: the server's salt is empty or no base64; * cancels the login"),
    "bad-signature": N_(
        "the server's proof does not fit: it does not know the password, it may be somebody else; * cancels"
    ),
    "server-error": N_("the server says that the login failed: {detail}; * or an empty line ends it"),
    "no-more": N_("no answer: the mechanism has none left; * cancels the login"),
    "prohibited": N_("user name or password holds a character that neither may hold (RFC 4013)"),
    # by the values of ``desk.secret.Reason``
    "not-found": N_("no password: there is no program {program}"),
    "cannot-run": N_("no password: {program} cannot be run: {detail}"),
    "failed": N_("no password: {program} failed: {detail}"),
    "exited": N_("no password: the command {program} ended with exit code {detail}"),
    "nothing": N_("no password: {program} printed nothing"),
    "timed-out": N_("no password: {program} did not end within a minute"),
    # by the values of ``desk.login.Ask``
    "user": N_("type the user name here, then Enter or {key}"),
    "secret": N_("type the password here, hidden, then Enter or {key}"),
    "token": N_("type the token here, hidden, then Enter or {key}"),
}


def fault(found: Fault, *, tls: bool) -> str:
    """Why a login cannot go on, without a full stop. ``tls``: inside TLS."""
    name = found.trouble.value
    if name == "mechanism-not-offered" and not found.detail:
        name = "none-offered" if tls else "none-yet"
    return gettext(_TROUBLES[name]).format(detail=visible(found.detail))


def no_secret(reason: str, program: str, detail: str) -> str:
    """Why the program of ``--password-command`` gave none; ``reason`` as in ``desk.secret.Reason``."""
    return gettext(_TROUBLES[reason]).format(program=visible(program), detail=in_words(detail))


def empty_answer(*, proved: bool) -> str:
    """F4 made an empty answer. ``proved``: since the server's proof of SCRAM is right."""
    if proved:
        return _("the server's proof fits: it knows the password; the answer is an empty line: press Enter")
    return _("the answer is an empty line: press Enter")


def empty_doubted(fill: str) -> str:
    """Enter alone at a challenge: what else there is. ``fill``: what the person presses or types for it."""
    return _("{fill} makes the answer, * cancels; Enter again sends an empty answer").format(fill=fill)


def reclaimed() -> str:
    """The line that was kept back stands in the prompt."""
    return _("nothing was sent; the line is in the prompt again, hidden: ^C clears it")


def wanted(what: str, mechanism: str, key: str) -> str:
    """What has to be typed first; ``what`` as in ``desk.login.Ask``."""
    if what == "secret" and mechanism == "XOAUTH2":
        what = "token"
    return gettext(_TROUBLES[what]).format(key=key)
