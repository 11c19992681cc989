"""A dialogue as Markdown for a ticket: the verdict, what was in play, then the transcript. Secrets masked.

The refusal that decided over the mail leads. What is beside that, a slip or a 421 that nobody asked for, is a
footnote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from tui.practice.checklist import advance, start
from tui.practice.reading import Step
from tui.practice.reading_marked import BY_PROGRAM
from tui.practice.recipe import Mail, Recipe, Security
from tui.practice.refusals import MAIL_STEPS, Kind, Verdict, of_reply
from tui.practice.replaying import replay
from tui.practice.state import Practice
from tui.smtp.answers import answered_name
from tui.smtp.commands import text_of
from tui.smtp.dialogue import Dialogue
from tui.smtp.display import decode, masked, socket_address, visible
from tui.smtp.events import (
    CommandSent,
    LineReceived,
    LineSent,
    Part,
    ReplyReceived,
    TlsEstablished,
    TlsFailed,
    TypedByProgram,
)
from tui.smtp.recorded import failed_again
from tui.store.rows import text_row
from tui.values import value
from tui.words import certificate, doubts, endings, refusals, tls
from tui.words.language import gettext as _
from tui.words.language import ngettext
from tui.words.prose import enumerated, labelled
from tui.words.seams import joined
from tui.words.stages import stage

#: What means something to Markdown inside a sentence.
_MARKS: Final = re.compile(r"([\\`*_\[\]<>|~])")
_TICKS: Final = re.compile("`+")
_MESSAGE: Final = (Part.MESSAGE, Part.CHUNK)
#: Lines of a message that are shown; the rest are counted.
_MESSAGE_ROWS: Final = 200
#: Of a line that was mistyped or came too early: they say little of the mail.
_SLIPS: Final = frozenset({Kind.SYNTAX, Kind.SEQUENCE, Kind.UNKNOWN_COMMAND, Kind.NO_RECIPIENTS})
_CLOSES: Final = 421
_TYPED: Final = b"typed by smtptutor: "
#: As ``store.rows`` writes it: the domain, and its exchangers, each behind its preference.
_EXCHANGERS: Final = re.compile(rb"MX of (\S+): (.+?)(?: implicit)?")


@value
class _Refusal:
    event: ReplyReceived
    verdict: Verdict
    practice: Practice  # as it stood
    mended: bool = False  # the same step was accepted later

    @property
    def line(self) -> str:
        """What was refused, as it was typed; "" where nothing was."""
        to = self.event.to
        if isinstance(to, CommandSent):
            return visible(text_of(masked(to.command.data, to.secret)))
        return refusals.step(self.verdict.step) if to is not None else ""


class _Story:
    """A fold over one connection: the rows of the transcript, the refusals, what was accepted."""

    def __init__(self) -> None:
        self.rows: list[str] = []
        self.practice = start()
        self.refusals: list[_Refusal] = []
        self.answers: dict[str, str] = {}  # recipient -> the reply to its RCPT
        self.tls: TlsEstablished | None = None
        self.tls_failed: TlsFailed | None = None
        self.exchangers: tuple[str, str] | None = None  # of a domain
        self.marked = False  # a row says that smtptutor typed it
        self._by_us = 0  # so many of the next lines it typed
        self._message_rows = 0
        self._hidden = 0

    def read(self, steps: Iterable[Step]) -> None:
        for batch in replay(Dialogue(), self._watched(steps)):
            for event in batch:
                if not (isinstance(event, LineSent) and event.part in _MESSAGE):
                    self.practice = advance(self.practice, event)
                match event:
                    case LineSent() | LineReceived():
                        self._row(event)
                    case ReplyReceived():
                        self._answered(event)
                    case TypedByProgram(lines=lines):
                        self._by_us = lines
                    case TlsEstablished():
                        self.tls = event
                    case _:
                        pass
        self._unfold()

    def _watched(self, steps: Iterable[Step]) -> Iterator[Step]:
        for side, octets in steps:
            if side == "*" and not octets.startswith(_TYPED):  # those are told by marks
                self._unfold()
                self.rows.append(f"* {visible(octets)}")
                if found := _EXCHANGERS.fullmatch(octets):
                    self.exchangers = (visible(found[1]), visible(found[2]))
                if failed := failed_again(octets.decode("utf-8", "replace")):
                    self.tls_failed = replace(failed, implicit=self.practice.reply is None)
            yield side, octets

    def _row(self, event: LineSent | LineReceived) -> None:
        mark = ""
        if isinstance(event, LineSent) and self._by_us:
            self._by_us -= 1
            mark = BY_PROGRAM.decode("ascii")
        inside = isinstance(event, LineSent) and event.part in _MESSAGE and event.data != b"."
        self._message_rows = self._message_rows + 1 if inside else 0
        if self._message_rows > _MESSAGE_ROWS:
            self._hidden += 1
            return
        self._unfold()
        self.marked = self.marked or bool(mark)
        self.rows.append(f"{text_row(event) or ''}{mark}")

    def _unfold(self) -> None:
        if self._hidden:
            more = ngettext(
                "{n} more line of the message", "{n} more lines of the message", self._hidden
            ).format(n=self._hidden)
            self.rows.append(f"   ... {more}")
            self._hidden = 0

    def _answered(self, event: ReplyReceived) -> None:
        to, reply = event.to, event.reply
        if isinstance(to, CommandSent) and to.command.verb == "RCPT" and to.command.path is not None:
            self.answers[to.command.path.address or ""] = reply.status
        verdict = of_reply(event, self.practice)
        if verdict is not None:
            self.refusals.append(_Refusal(event, verdict, self.practice))
        elif to is not None and reply.severity in {2, 3}:
            self.refusals = [
                replace(one, mended=True)
                if one.event.to is not None and answered_name(one.event.to) == answered_name(to)
                else one
                for one in self.refusals
            ]

    def leading(self) -> tuple[_Refusal | None, list[_Refusal]]:
        """The last of those that weigh most, and what weighs less."""
        weights = [self._weight(one) for one in self.refusals]
        most = max(weights, default=0)
        first = None
        for one, weight in zip(self.refusals, weights, strict=True):
            first = one if weight and weight == most else first
        aside = [
            one for one, weight in zip(self.refusals, weights, strict=True) if not weight or weight < most
        ]
        return first, aside

    def _weight(self, one: _Refusal) -> int:
        """How much it decided over the mail; 0: a slip, or said by the way."""
        kind, step, went = one.verdict.kind, one.verdict.step, bool(self.practice.accepted)
        slip = kind in _SLIPS
        if one.event.to is None or (slip and (one.mended or went)):
            return 0
        if step in MAIL_STEPS:
            return 3 if slip or kind is Kind.SHUTTING_DOWN else 5
        if step == "other":
            return 0 if slip or went or one.verdict.code == _CLOSES else 1
        return 2 if slip or one.mended else 4


def report(recipe: Recipe, steps: Iterable[Step], *, when: str = "") -> str:
    """The report on one connection.

    Args:
        when: date and time, "" where they are not known.
    """
    story = _Story()
    story.read(steps)
    rows = [*_verdict(story), "", *_table(recipe, story, when), ""]
    if story.marked:
        legend = _("Lines with {mark} behind them were typed by smtptutor itself.")
        rows += [_text(legend).format(mark=_code_span(BY_PROGRAM.decode("ascii").strip())), ""]
    if recipe.doubtful:
        rows += [_text(doubts.remark(recipe.doubtful)), ""]
    rows += _fenced(story.rows)
    return "\n".join(rows) + "\n"


def _verdict(story: _Story) -> Iterator[str]:
    refusal, aside = story.leading()
    if refusal is None and story.tls_failed is not None:
        yield f"**{_text(tls.complaint(story.tls_failed))}.**"
    elif refusal is None:
        yield f"**{_text(_came_of(story.practice, aside=bool(aside)))}**"
    else:
        yield from _refused(story, refusal)
    for one in aside:
        yield ""
        yield _footnote(one)


def _footnote(refusal: _Refusal) -> str:
    said = _code_span(" ".join(_spelt(line) for line in refusal.event.reply.raw))
    if not refusal.line:
        return _text(_("The server also said, unasked: {reply}")).format(reply=said)
    text = _text(_("Refused as well: {line}, with {reply}"))
    return text.format(line=_code_span(refusal.line), reply=said)


def _refused(story: _Story, refusal: _Refusal) -> Iterator[str]:
    told = refusals.told(refusal.verdict, refusal.practice, stage(refusal.event.to))
    yield f"**{_text(refusals.sentence(refusal.verdict, refusal.line))}**"
    yield ""
    yield " \\\n".join(f"> {_code_span(_spelt(line))}" for line in refusal.event.reply.raw)
    yield ""
    typed = isinstance(refusal.event.to, CommandSent)
    line = _("The line was: \u201c{line}\u201d.").format(line=refusal.line) if typed else ""
    where = told.where if refusal.verdict.step != "other" else ""
    yield _text(joined(where, line, told.move, told.known, told.reason, told.otherwise))
    yield ""
    yield _text(_("What to do: {advice}").format(advice=told.advice))
    if refusal.mended:
        yield ""
        yield _text(_("The same step was accepted later in this session."))
    if story.practice.accepted:
        yield ""
        yield _text(_came_of(story.practice))


def _spelt(line: bytes) -> str:
    return visible(decode(line)[0])


def _came_of(practice: Practice, *, aside: bool = False) -> str:
    """``aside``: something was refused, though no mail."""
    accepted = len(practice.accepted)
    if accepted:
        return ngettext("{n} message was accepted.", "{n} messages were accepted.", accepted).format(
            n=accepted
        )
    ending = endings.ending(practice)
    if ending is not None and ending.warning:
        return f"{ending.headline[:1].upper()}{ending.headline[1:]}."
    if aside:
        return _("No message was accepted, and no mail was refused.")
    return _("No message was accepted, and nothing was refused.")


def _table(recipe: Recipe, story: _Story, when: str) -> Iterator[str]:
    pairs = [(_("server"), _server(recipe))]
    if story.exchangers is not None:
        domain, hosts = story.exchangers
        pairs.append((_text(_("MX of {domain}").format(domain=domain)), _code_span(hosts)))
    if recipe.through and not recipe.socket:
        pairs.append((_("through"), _code_span(visible(recipe.through))))
    if when:
        pairs.append((_("time"), _text(when)))
    pairs.append((_("security"), _text(_security(recipe, story))))
    if recipe.hello:
        pairs.append((_("our name"), _code_span(visible(f"{recipe.hello} {recipe.name}"))))
    if recipe.login is not None:
        pairs.append(
            (_("login"), _code_span(visible(f"{recipe.login.mechanism} {recipe.login.user}".strip())))
        )
    pairs += _refused_senders(story)
    for mail in recipe.mails:
        pairs += _mail(mail, story)
    for one in story.practice.accepted:
        pairs.append((_("accepted"), _code_span(visible(f"{one.code} {one.text}".strip()))))
    yield "| | |"
    yield "|---|---|"
    yield from (f"| {label} | {text.replace('|', chr(92) + '|')} |" for label, text in pairs)


def _server(recipe: Recipe) -> str:
    if recipe.socket:
        return _code_span(visible(recipe.through))
    if not recipe.host:
        return _text(_("not named in the recording"))
    return _code_span(visible(socket_address(recipe.host, recipe.port)))


def _security(recipe: Recipe, story: _Story) -> str:
    if story.tls is None and story.tls_failed is not None:
        return _("TLS failed")
    if story.tls is None:
        asked = recipe.security is not Security.NONE
        return _("plain text; STARTTLS was tried") if asked else _("plain text")
    known: dict[bool | None, str] = {
        True: _("certificate verified"),
        False: _("certificate NOT VERIFIED"),
    }
    verdict = known.get(story.tls.verified, "")
    if why := tls.why_not(story.tls):
        verdict = labelled(verdict, why)
    parts = (certificate.protocol(story.tls.protocol), visible(story.tls.cipher), verdict)
    return enumerated(part for part in parts if part)


def _refused_senders(story: _Story) -> Iterator[tuple[str, str]]:
    """No transaction came of them."""
    told = set()
    for one in story.refusals:
        to = one.event.to
        if not isinstance(to, CommandSent):
            continue
        if to.command.verb == "MAIL" and to.command.path is not None:
            path = to.command.path.address
        elif one.verdict.kind is Kind.SENDER and one.practice.envelope is not None:
            path = one.practice.envelope.reverse_path  # said only at RCPT
        else:
            continue
        sender = _code_span(visible(f"<{path or ''}>"))
        if sender not in told:
            told.add(sender)
            yield _("refused sender"), f"{sender} {_text(visible(one.event.reply.status))}"


def _mail(mail: Mail, story: _Story) -> Iterator[tuple[str, str]]:
    sender = " ".join((f"<{mail.reverse_path}>", *mail.params))
    yield _("sender"), _code_span(visible(sender))
    for one in mail.recipients:
        path = _code_span(visible(" ".join((f"<{one.address}>", *one.params))))
        said = story.answers.get(one.address, "")
        yield _("recipient"), f"{path} {_text(visible(said))}".rstrip()
    if mail.message is not None:
        size = ngettext("{n} octet", "{n} octets", len(mail.message)).format(n=len(mail.message))
        yield _("message"), _text(size)


def _text(sentence: str) -> str:
    """Foreign parts of a sentence mean nothing to Markdown."""
    return _MARKS.sub(r"\\\1", sentence)


def _code_span(text: str) -> str:
    """As code, whatever backticks it holds."""
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    if not longest:
        return f"`{text}`"
    ticks = "`" * (longest + 1)
    return f"{ticks} {text} {ticks}"


def _fenced(rows: list[str]) -> Iterator[str]:
    longest = max((len(run) for row in rows for run in _TICKS.findall(row)), default=0)
    fence = "`" * max(3, longest + 1)
    yield f"{fence}text"
    yield from rows
    yield fence
