"""The guide: what the right-hand sheet, and the notes of line mode, say at this moment."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.practice.mending import mended, mended_lines, with_domain
from tui.practice.refusals import of_reply, put_off
from tui.practice.slips import comes_first, line_of, loose, reply_to, standing_slip
from tui.practice.state import Practice, Step, StepState
from tui.smtp.display import visible
from tui.smtp.events import CommandSent, Found, ReplyReceived
from tui.smtp.findings import Finding, Side
from tui.smtp.spelling import near
from tui.words import endings, findings, hints, labels, logins, pending, refusals, tls
from tui.words.answers import Answer, answer
from tui.words.guide import Guide, Pair, Paragraph, Run, Section, Sentence, StepRow, Tone, say
from tui.words.header import mail
from tui.words.keys import PRESSED, TYPED, Keys
from tui.words.language import NC_, gettext, ngettext, pgettext
from tui.words.language import gettext as _
from tui.words.lines import FORMS, example, form, line, lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.practice.account import Account
    from tui.practice.scenario import Account as PracticeAccount
    from tui.words.lesson import Underway


def guide(
    practice: Practice,
    *,
    sandbox: bool,
    hints: int = 0,
    newcomer: bool = False,
    typed: bool = False,
    asked: str = "",
    lesson: Underway | None = None,
    account: Account | None = None,
    because: str = "",
    user: str = "",
    bare: bytes = b"",
    accounts: Sequence[PracticeAccount] = (),
) -> Guide:
    """All sections, in their fixed order.

    ``sandbox``: the server is the one in this process. ``hints``: how many of the three were asked for.
    ``newcomer``: no mail was ever sent. ``typed``: actions are named as in line mode, ``/inbox`` for F7.
    ``asked``: the value of the ``tui.desk.asking.Asked`` that is to be answered first, else "". ``lesson``:
    the exercise under way, whose goals stand in the place of the steps. ``account``: what a connection came
    to, once it is over. ``because``: why smtptutor itself closed it. ``user``: who logs in, if that is
    known. ``bare``: the octets of the answer that is due in a login, where they are known and no secret.
    ``accounts``: who can log in to the server in this process.
    """
    keys = TYPED if typed else PRESSED
    if practice.tls_failed is not None and asked in {"", "insecure"}:
        return tls.failed(practice, asked=bool(asked), sandbox=sandbox)
    if asked:
        return _question(practice, asked, lesson)
    if lesson is not None:
        return _of_lesson(practice, lesson, sandbox, keys)
    login = logins.underway(practice)
    slip = standing_slip(practice)
    if login is not None and (slip is None or slip.finding is Finding.PASSWORD_IN_CLEAR):
        guests = logins.sections(practice, login, user=user, bare=bare, sandbox=sandbox, keys=keys)
        return Guide((*guests, *logins.accounts(accounts), *_hint(practice, sandbox, hints, keys)))
    sections = (
        _steps(practice),
        *_told(practice, sandbox, keys, because),
        *mail(practice),
        *_sums(practice, account),
        *_why(practice, sandbox),
        *_accounts(practice, accounts),
        _next(practice, sandbox, keys, newcomer),
        *_marks(practice, newcomer),
        *_hint(practice, sandbox, hints, keys),
    )
    return Guide(tuple(one for one in sections if one.paragraphs or one.steps))


def _of_lesson(practice: Practice, now: Underway, sandbox: bool, keys: Keys) -> Guide:
    """The goals; then what is most to the point: the answer to a mistake, a slip, a goal that was tried in
    vain or cannot be met here any more, or the reply."""
    from tui.practice.leading import lead  # not before there is an exercise
    from tui.words import lesson as lessons
    from tui.words import lesson_finish, lesson_hints

    if now.attempt.solved:
        return lesson_finish.finish(now, keys)
    slip, story = standing_slip(practice), lessons.story(now)
    if now.attempt.wanted:
        slip = None  # it was to be refused
    told = lessons.told(now, practice)
    if told and slip is not None and now.attempt.told is not None and now.attempt.told.kind == "goal":
        told = ()
    if not (told or slip or story):
        told = lessons.pinned(now, practice)
    ahead = lesson_hints.next_(now, practice, keys) or lessons.field_due(now, practice)
    mended = slip is not None and (not told or _is_mended(practice, slip))
    over = lessons.left_early(now, practice, keys)
    if slip is not None and slip.finding is Finding.CONTINUES_NOTHING and ahead:
        mended = False  # there is a way out of this mail
    if told and slip is not None and slip.finding is Finding.DOT_WITH_BLANKS:
        mended = False  # the dot alone is not what was meant
    if over:
        told, ahead = told or over[:1], over[1:]
    elif mended or (not (ahead or told) and _troubled(practice)):
        found = lead(now.attempt, practice)
        known = found.line if found is not None else ""
        ahead = (_next(practice, sandbox, keys, newcomer=False, known=known),)
    sections = (
        *story,
        lessons.goals(now),
        *(told or (() if story else _told(practice, sandbox, keys, wanted=bool(now.attempt.wanted)))),
        *(() if told or story or now.hints else _why(practice, sandbox)),
        *lessons.question(now),
        *ahead,
        *lesson_hints.hint(now, practice, keys),
    )
    return Guide(tuple(one for one in sections if one.paragraphs or one.steps))


def _is_mended(practice: Practice, slip: Found) -> bool:
    """The line that was meant is known."""
    return not comes_first(practice) and bool(mended_lines(slip, line_of(practice, slip)))


def _troubled(practice: Practice) -> bool:
    """There was a slip, or a refusal: what to do is not said by the goals."""
    refused = practice.reply is not None and practice.reply.reply.severity in _FAILED
    return refused or standing_slip(practice) is not None


def _question(practice: Practice, asked: str, lesson: Underway | None) -> Guide:
    """Nothing but the question can be answered now, so nothing else is proposed."""
    what, answers = pending.question(asked, practice)
    told = Section("reply", labels.section("question"), "", what)
    if lesson is not None:
        from tui.words import lesson as lessons

        steps = lessons.goals(lesson)
    else:
        login = logins.underway(practice)
        steps = logins.steps(login) if login is not None else _steps(practice)
    return Guide((steps, told, *mail(practice), _section("next", *answers)))


def _section(key: str, *paragraphs: Paragraph, count: str = "") -> Section:
    return Section(key, labels.section(key), count, paragraphs)


# -- steps

_FOR = {
    "connect": NC_("step note", "wait for 220"),
    "helo": NC_("step note", "say who you are"),
    "mail": NC_("step note", "who sends it"),
    "rcpt": NC_("step note", "who gets it"),
    "data": NC_("step note", "begin the message"),
    "message": NC_("step note", "headers, then text"),
    "dot": NC_("step note", "a dot alone ends it"),
    "quit": NC_("step note", "say goodbye"),
}
_OPEN = frozenset({StepState.TO_DO, StepState.NOW, StepState.WAITING})


def _steps(practice: Practice) -> Section:
    rows = tuple(_step(practice, one) for one in practice.steps)
    return Section("steps", labels.section("steps"), labels.count(practice), steps=rows)


def _step(practice: Practice, one: Step) -> StepRow:
    code = one.code.partition(" ")[0]
    word, name = labels.state(one.state), labels.step(one)
    if one.state in _OPEN:
        purpose = pgettext("step note", _FOR[one.id]) if one.id in _FOR else ""
        if again := labels.hello_again(one, practice):
            name, purpose = again, pgettext("step note", "inside TLS")
            word = pgettext("state", "again") if one.state is StepState.NOW else word
        return StepRow(one.state, name, word, purpose, "")
    return StepRow(one.state, name, word, _sums_of(practice, one.id, code) or _noted(code, one), code)


def _noted(code: str, one: Step) -> str:
    return f"{code} {visible(one.value)}".strip()


def _sums_of(practice: Practice, step: str, code: str) -> str:
    """Accepted and refused side by side: of RCPT, and behind the dot in LMTP; "" while one says it all. Where
    there are both no one code is theirs."""
    envelope = practice.envelope
    asked = {"rcpt": envelope.recipients if envelope is not None else (), "dot": practice.deliveries}
    recipients = asked.get(step, ())
    taken = sum(one.accepted for one in recipients)
    refused = len(recipients) - taken
    if len(recipients) < 2 or not taken:
        return ""
    text = ngettext("{count} accepted", "{count} accepted", taken).format(count=taken)
    if not refused:
        return f"{code} {text}"
    more = ngettext("{count} refused", "{count} refused", refused).format(count=refused)
    return _("{accepted}, {refused}").format(accepted=text, refused=more)


# -- reply or slip


def _told(
    practice: Practice,
    sandbox: bool,
    keys: Keys,
    because: str = "",
    *,
    wanted: bool = False,
) -> tuple[Section, ...]:
    """``wanted``: the newest reply is a refusal that was asked for, so its line is told as no slip."""
    end = endings.ending(practice, because)
    if end is not None:
        headline = say(Run(end.headline, Tone.LATER if end.warning else Tone.INK, end.warning))
        ended = (headline, *(say(one) for one in end.sentences))
        refused = _refused_at_the_end(practice, sandbox, keys)
        if refused is None or practice.reply is None:
            return (_section("reply", *ended),)
        verdict = (_headline(refused, practice.reply), *map(say, refused.sentences))
        return (replace(_section("reply", *verdict, *ended), lead=refused.lead),)
    if practice.securing is not None:
        return (_section("reply", say(_("TLS handshake; no line of SMTP until it is done."))),)
    slip = standing_slip(practice)
    if slip is not None and not wanted:
        return (_slip(practice, slip, sandbox),)
    if practice.chunk_due:
        return (_section("reply", *pending.chunk(practice)),)
    due = pending.due(practice)
    begun = practice.reply is not None and practice.reply.to is due  # LMTP answers more than once
    if pending.ends_message(due) and not begun:
        return (_section("reply", *pending.decides()),)
    if practice.reply is None:
        return (_section("reply", *map(say, endings.before_reply(practice, keys.connect))),)
    told = answer(practice, practice.reply, sandbox=sandbox, inbox=keys.inbox)
    remarks = () if wanted else _remark(practice, sandbox)
    paragraphs = (_headline(told, practice.reply), *map(say, told.sentences), *remarks)
    return (replace(_section("reply", *paragraphs), lead=told.lead),)


def _refused_at_the_end(practice: Practice, sandbox: bool, keys: Keys) -> Answer | None:
    """The server refused and hung up: the verdict stays. Line mode has told it when it came."""
    closed = practice.closed is not None and practice.closed.by is Side.SERVER
    if not closed or keys is TYPED or practice.reply is None or not endings.refused_last(practice):
        return None
    told = answer(practice, practice.reply, sandbox=sandbox)
    return told if told.verdict else None


_FAILED = frozenset({4, 5})


def _slip(practice: Practice, slip: Found, sandbox: bool) -> Section:
    """What was wrong with a line; where a server has refused it for that, at which step, for how long and
    whose move it is come first."""
    data = line_of(practice, slip)
    reply = reply_to(practice, slip)
    mark = "! "
    code: tuple[Run, ...] = ()
    verdict: tuple[str, ...] = ()
    if reply is not None:
        said = str(reply.reply.code)
        refusal = of_reply(reply, practice)
        if refusal is not None and answer(practice, reply, sandbox=sandbox).verdict:
            said, verdict = reply.reply.status, (refusals.in_short(refusal, visible(data)),)
        code = (Run(said, _tone(reply.reply.severity), True), Run("   "))
        mark = ""
    headline = say(*code, Run(f"{mark}{_headlines(practice, slip)}", Tone.LATER, True))
    section = _section("slip", headline, *map(say, (*verdict, *findings.text(slip, data).sentences)))
    return replace(section, lead=1 + len(verdict))


def _headlines(practice: Practice, slip: Found) -> str:
    """Of this slip, and of what else is loose in the form of its line: one mended line mends them all."""
    others = [one for one in loose(practice) if one is not slip] if slip in loose(practice) else []
    line = line_of(practice, slip)
    return _(", ").join(findings.text(one, line).headline for one in (slip, *others))


def _tone(severity: int) -> Tone:
    return {4: Tone.LATER, 5: Tone.REFUSED}.get(severity, Tone.INK)


def _headline(told: Answer, event: ReplyReceived) -> Sentence:
    tone = _tone(event.reply.severity)
    failed = event.reply.severity in _FAILED
    return say(
        Run(told.code, tone, failed), "   ", Run(told.headline, Tone.BOLD if failed else Tone.INK, failed)
    )


def _remark(practice: Practice, sandbox: bool) -> tuple[Sentence, ...]:
    """What was loose in a line that the server took all the same. ``sandbox``: the one in this process, which
    spoils no letter."""
    slip = practice.slip
    if slip is None:
        return ()
    if sandbox and slip.finding is Finding.EIGHT_BIT_UNOFFERED:
        wanted = "SMTPUTF8" if slip.detail == "header" else "8BITMIME"
        calm = _("A real server that does not offer {extension} could spoil such letters.")
        return say(_("not ASCII, and fine here")), say(calm.format(extension=wanted))
    text = findings.text(slip, line_of(practice, slip))
    better = mended(slip, line_of(practice, slip))
    headline = say(Run("! ", Tone.LATER, True), Run(_headlines(practice, slip), Tone.LATER))
    if better and text.advice.endswith((":", "：")):
        joint = "" if text.advice.endswith("：") else " "
        return headline, say(f"{text.advice}{joint}", Run(visible(better), Tone.YOU))
    return headline, say(text.sentences[0])


def _sums(practice: Practice, account: Account | None) -> tuple[Section, ...]:
    if account is None or practice.closed is None:
        return ()
    from tui.words.account import sums  # not before a connection is over

    return sums(account, practice.accepted)


# -- why and next


def _why(practice: Practice, sandbox: bool) -> tuple[Section, ...]:
    if practice.reply is None or standing_slip(practice) is not None or practice.closed is not None:
        return ()
    told = answer(practice, practice.reply, sandbox=sandbox)
    return (_section("why", *(Pair(Run(form), gloss) for form, gloss in told.why)),)


def _accounts(practice: Practice, accounts: Sequence[PracticeAccount]) -> tuple[Section, ...]:
    """From the EHLO on, as long as a login may come next, now or inside TLS."""
    may = {"AUTH"} if practice.tls is not None else {"AUTH", "STARTTLS"}
    if practice.authenticated or practice.envelope is not None or practice.closed is not None:
        return ()
    return logins.accounts(accounts) if may.intersection(practice.extensions) else ()


def _next(practice: Practice, sandbox: bool, keys: Keys, newcomer: bool, known: str = "") -> Section:
    """``known``: the whole line that is due, where it is known."""
    pairs = lines(practice, sandbox=sandbox, keys=keys, newcomer=newcomer)
    if practice.closed is not None or practice.failed is not None:
        refused = _refused_at_the_end(practice, sandbox, keys)
        return _section("next", *((say(refused.advice),) if refused is not None else ()), *pairs)
    slip, sent = standing_slip(practice), pending.due(practice)
    if sent is not None and slip is None:
        return _section("next", pending.wait(sent, practice))
    if slip is not None:
        text = findings.text(slip, line_of(practice, slip))
        return _section("next", say(text.advice), *_after_slip(practice, slip, pairs, known))
    if practice.reply is not None and practice.reply.reply.severity in _FAILED:
        told = answer(practice, practice.reply, sandbox=sandbox)
        again = put_off(practice) if sandbox else None
        if again is not None:
            step = line(keys.clock, _("5 minutes pass at the sandbox"))
            return _section("next", say(told.advice), step, line(visible(again.command.data), ""), *pairs)
        if told.alike and (alike := _alike(practice.reply)):
            return _section("next", say(_("Compare the line with this, letter by letter:")), *alike)
        return _section("next", say(told.advice), *pairs)
    return _section("next", *pairs)


def _alike(event: ReplyReceived) -> tuple[Pair, ...]:
    """Where a line is to be compared with what it should look like: that form, and nothing else."""
    verb = event.to.command.verb if isinstance(event.to, CommandSent) else ""
    return (example(verb),) if verb in FORMS else ()


def _after_slip(
    practice: Practice, slip: Found, pairs: tuple[Pair, ...], known: str = ""
) -> tuple[Pair, ...]:
    """The mended line alone where there is one, else what is legal now."""
    if slip.finding is Finding.FULL_WIDTH_DOT:
        wrong = visible(line_of(practice, slip)) or "\u3002"
        stays = _("alone on its line: end the message (the {wrong} stays in the mail)")
        return (line(".", stays.format(wrong=wrong)),)
    near_by = _domain(known) or _domain(practice.envelope.reverse_path if practice.envelope else "")
    if slip.finding is Finding.DOMAIN_MISSING and (whole := with_domain(line_of(practice, slip), near_by)):
        return (line(visible(whole), ""),)
    if slip.finding in {Finding.BLANK_NOT_EMPTY, Finding.NO_BLANK_LINE}:
        return (line("Enter", _("on an empty line")),)
    first_due = comes_first(practice)
    better = mended_lines(slip, line_of(practice, slip)) if not first_due else ()
    if better == (".",):
        return (line(".", _("alone on its line: end the message")),)
    if better:
        first, *rest = (visible(one) for one in better)
        gloss = _("Up brings yours back") if _is_alike(slip, better[0], line_of(practice, slip)) else ""
        return (line(first, gloss), *(line(one, "") for one in rest))
    verb = first_due or (slip.detail.partition(" ")[0] if slip.finding is Finding.MISSPELT_VERB else "")
    if not verb and slip.finding in _INCOMPLETE:
        verb = line_of(practice, slip).split()[0].decode("ascii", "replace").upper()
    if verb not in FORMS:
        return pairs
    due = form(verb)
    if first_due in _ADDRESSED and known.startswith(first_due):
        return (replace(due, form=replace(due.form, text=visible(known))),)
    return (due,)


def _domain(text: str) -> str:
    """Of the first address in it."""
    found = _DOMAIN.search(text)
    return found[1] if found else ""


_DOMAIN = re.compile(r"@([A-Za-z0-9.-]+)")


def _is_alike(slip: Found, better: str, typed: bytes) -> bool:
    """To mend the typed line is less work than to type the better one: not where the word was another one."""
    if slip.finding is not Finding.MISSPELT_VERB:
        return True
    word, *_rest = typed.decode("utf-8", "replace").upper().split() or [""]
    return " " in better and near(word, better.split(maxsplit=1)[0].upper())


_ADDRESSED = frozenset({"MAIL", "RCPT"})
_INCOMPLETE = frozenset(
    {Finding.MISSING_ARGUMENT, Finding.MISSING_KEYWORD, Finding.MISSING_COLON, Finding.CHUNK_SIZE_INVALID}
)


# -- marks and hint


def _marks(practice: Practice, newcomer: bool) -> tuple[Section, ...]:
    if not newcomer or practice.accepted:
        return ()
    return (
        _section(
            "marks",
            Pair(Run("S"), _("the server")),
            Pair(Run("C"), _("you, the client")),
            Pair(Run("!"), _("a note from smtptutor")),
        ),
    )


_NEXT_HINT = {
    1: NC_("hint", "{key} again for the rule"),
    2: NC_("hint", "{key} again shows the line itself"),
}


def _hint(practice: Practice, sandbox: bool, asked: int, keys: Keys) -> tuple[Section, ...]:
    if asked <= 0:
        return ()
    asked = min(asked, 3)
    newest = hints.hints(practice, sandbox=sandbox)[asked - 1]
    count = gettext("{done} of {all}").format(done=asked, all=3)
    paragraphs = [say(newest)]
    if asked in _NEXT_HINT:
        more = pgettext("hint", _NEXT_HINT[asked]).format(key=keys.hint)
        paragraphs.append(say(Run(more, Tone.QUIET)))
    return (_section("hint", *paragraphs, count=count),)
