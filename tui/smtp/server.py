"""The server's direction: lines into replies, replies to what they answer, and what that changes."""

from __future__ import annotations

import re
from collections.abc import Callable

from tui.smtp.answers import greeting_taken, understood
from tui.smtp.awaiting import Due
from tui.smtp.client import BDAT_UNKNOWN, ClientSide
from tui.smtp.commands import HELLO
from tui.smtp.display import masked
from tui.smtp.events import (
    Answered,
    AuthResponseSent,
    CommandSent,
    LineEnd,
    LineReceived,
    ReplyReceived,
    ResetCause,
    Span,
)
from tui.smtp.findings import Finding
from tui.smtp.lines import KEPT_OCTETS, ReceivedLines
from tui.smtp.phases import Phase, after
from tui.smtp.proofs import CARRYING
from tui.smtp.replies import (
    KEPT_LINES,
    Reply,
    ReplyCollector,
    ReplyLine,
    enhanced_code,
    read_line,
    telnet_options,
)
from tui.smtp.reply_slips import code_spans, foreign_protocol, line_slips, reply_slips
from tui.smtp.standing import Standing

#: Extensions of one EHLO that are kept.
KEPT_EXTENSIONS = 100

#: Enough to know a reply to EHLO by.
_KNOWN_KEYWORDS = frozenset(
    {b"PIPELINING", b"SIZE", b"8BITMIME", b"STARTTLS", b"AUTH", b"ENHANCEDSTATUSCODES"}
)

_SHORT = 510
#: What a reply that answers nothing is, where it is worse than unsolicited.
_UNASKED = {Phase.TLS: Finding.PLAINTEXT_INJECTED}

#: A line in which nothing can be wrong but its place.
_usual = re.compile(rb"([2-5][0-9][0-9])(?:([ -])([\x20-\x7e]*))?").fullmatch


class ServerSide:
    """Fed by the dialogue with octets; tells the client's side which lines its replies have decided."""

    def __init__(self, standing: Standing, client: ClientSide) -> None:
        self._standing = standing
        self._client = client
        self._lines = ReceivedLines()
        self._collector = ReplyCollector()
        self._speaks_smtp = False  # there was a greeting
        self._foreign = ""  # another protocol that answered in its place
        self._proved = False  # the reply that comes now holds a proof that the server knows the password
        self._long: tuple[int, bytes, tuple[Span, ...]] | None = None  # the line that was cut and goes on

    @property
    def in_reply(self) -> bool:
        """A reply has begun and not ended."""
        return self._collector.open or self._lines.open

    def take(self, data: bytes) -> None:
        """Octets that came."""
        standing = self._standing
        secrets = standing.secrets
        for line, end in self._lines.feed(data):
            usual = _usual(line)
            if (
                usual is None
                or end is not LineEnd.CRLF
                or len(line) > _SHORT
                or secrets.known  # one may come back in it
                or line.startswith(CARRYING)
                or not self._speaks_smtp
                or self._long is not None
            ):
                self._line(line, end)
            else:  # by far the most lines; a flood is made of them
                number = standing.next_line()
                standing.tell(LineReceived(number, line, end))
                self._usual_line(usual, line, number)

    def flush(self) -> None:
        """Nothing more will come, or nothing in plaintext: tell the unfinished line. It is part of no
        reply."""
        for data, end in self._lines.flush():
            number, _ = self._received(data, end)
            if end is LineEnd.CUT:
                self._standing.found(Finding.REPLY_LINE_CUT, number, (), str(KEPT_OCTETS))
            self._judge_first(data, number)
        self._long = None
        self._collector.reset()

    # -- lines

    def _line(self, data: bytes, end: LineEnd) -> None:
        standing = self._standing
        if end is LineEnd.CUT:
            number, spans = self._received(data, end)
            standing.found(Finding.REPLY_LINE_CUT, number, (), str(KEPT_OCTETS))
            self._long = (number, data, spans)
            return
        if self._long is not None:
            (number, data, spans), self._long = self._long, None
        else:
            number, spans = self._received(data, end)
        self._read(masked(data, spans) if spans else data, number)

    def _usual_line(self, match: re.Match[bytes], line: bytes, number: int) -> None:
        """A line of the standard's form."""
        digits, separator, text = match.groups(b"")
        code = int(digits)
        if separator == b"-" or self._collector.open:
            self._collect(ReplyLine(code, separator == b"-", text), line, number)
            return
        enhanced = enhanced_code(code, text) if text[1:2] == b"." else None
        self._reply(Reply(code, (text,), (line,), enhanced), number)

    def _received(self, data: bytes, end: LineEnd) -> tuple[int, tuple[Span, ...]]:
        standing = self._standing
        number = standing.next_line()
        secrets = standing.secrets
        proofs = secrets.proofs(data) if secrets.known or data.startswith(CARRYING) else ()
        self._proved = self._proved or bool(proofs) or secrets.stands_for_proof(data)
        echoed = secrets.echoed(data) if secrets.known else ()
        echoed = tuple(span for span in echoed if not _within(span, proofs))
        spans = tuple(sorted({*proofs, *echoed}))
        standing.tell(LineReceived(number, data, end, spans))
        if echoed:
            standing.found(Finding.SECRET_ECHOED, number, echoed)
        for finding, where, detail in line_slips(data, end):
            standing.found(finding, number, where, detail)
        return number, spans

    def _judge_first(self, data: bytes, number: int) -> None:
        """The first lines may tell that something else than SMTP is behind the port."""
        if self._speaks_smtp or self._foreign or not data:
            return
        self._foreign = foreign_protocol(data)
        if self._foreign:
            self._standing.found(Finding.NOT_SMTP, number, (), self._foreign)

    def _read(self, data: bytes, number: int) -> None:
        standing = self._standing
        self._judge_first(data, number)
        if not data.strip(b"\r\x00"):
            standing.found(Finding.BLANK_REPLY_LINE, number)
            return
        line = read_line(data)
        if line is None:
            self._stray(data, number)
            return
        for finding, span in line.odd:
            standing.found(finding, number, (span,))
        self._collect(line, data, number)

    def _stray(self, data: bytes, number: int) -> None:
        """No code: text inside a reply, noise outside."""
        if options := telnet_options(data):
            self._standing.found(Finding.TELNET_NEGOTIATION, number, ((0, options),))
        elif not self._foreign:
            self._standing.found(Finding.CODE_INVALID, number)
        if self._collector.open:
            self._collector.add_stray(data)

    def _collect(self, line: ReplyLine, data: bytes, number: int) -> None:
        standing = self._standing
        collector = self._collector
        if collector.mismatches(line.code):
            standing.found(Finding.CODE_MISMATCH, number, code_spans(data))
        cut = collector.cut
        reply = collector.add(line, data)
        if not cut and (collector.cut or (reply is not None and reply.dropped)):
            standing.found(Finding.REPLY_CUT, number, (), str(KEPT_LINES))
        if reply is not None:
            self._reply(reply, number)

    # -- replies

    def _reply(self, reply: Reply, line: int) -> None:
        standing = self._standing
        proved, self._proved = self._proved, False
        oldest = standing.awaiting.oldest
        if standing.preamble.is_answered(reply, oldest.to if oldest is not None else None):
            standing.tell(ReplyReceived(reply, None, line))
            standing.found(Finding.PROXY_HEADER_TAKEN, line, code_spans(reply.raw[-1]))
            return
        self._client.dot_is_answered()
        if oldest is not None and not oldest.got and _ends_chunks(oldest.to):
            oldest.expect(() if reply.code in BDAT_UNKNOWN else standing.lmtp_recipients)
        due, was_due = standing.awaiting.answer()
        if due is None:
            standing.tell(ReplyReceived(reply, None, line))
            # 421 may come unasked (RFC 5321 §3.8), but never in the place of a handshake.
            if standing.client_shown and not was_due and (reply.code != 421 or standing.phase is Phase.TLS):
                unasked = _UNASKED.get(standing.phase, Finding.UNSOLICITED_REPLY)
                standing.found(unasked, line, code_spans(reply.raw[-1]))
            if reply.code == 421:
                standing.found(Finding.SHUTTING_DOWN, line)
            if not standing.client_shown and _offers(reply):
                self._advertise("EHLO", reply, line)
            return
        to = due.to
        self._client.about_to_be_answered(to, reply)
        standing.tell(ReplyReceived(reply, to, line, due.recipient, proved))
        for finding, spans, detail in reply_slips(reply, to):
            standing.found(finding, line, spans, detail)
        if due.left == 0:
            self._take_effect(due, reply, line)
        if due.got == 1:
            self._client.answered(to, reply)

    def _take_effect(self, due: Due, reply: Reply, line: int) -> None:
        to = due.to
        standing = self._standing
        what = understood(to, reply.code)
        if _ends_chunks(to):
            what = "BDAT LAST"
        elif standing.phase is Phase.GREETED and (taken := greeting_taken(to, reply.code)):
            standing.greeting_taken = taken
            standing.enter(Phase.READY)
            return
        effect = _EFFECTS.get(what)
        if effect is not None:
            effect(self, to, reply, line)
        if what == "AUTH" and reply.code != 334:
            standing.leave_auth()
        else:
            standing.enter(after(standing.phase, what, reply.code))

    def _greeting(self, to: Answered, reply: Reply, line: int) -> None:
        self._speaks_smtp = not self._foreign

    def _hello(self, to: Answered, reply: Reply, line: int) -> None:
        if reply.severity != 2 or not isinstance(to, CommandSent):
            return
        self._advertise(to.command.verb, reply, line)
        self._standing.reset(ResetCause.HELLO)

    def _advertise(self, verb: str, reply: Reply, line: int) -> None:
        extensions: dict[str, str] = {}
        if verb != "HELO":
            for text in reply.lines[1:]:
                name, _, value = text.decode("utf-8", "backslashreplace").partition(" ")
                if not name:
                    continue
                if len(extensions) >= KEPT_EXTENSIONS:
                    self._standing.found(Finding.EXTENSIONS_CUT, line, (), str(KEPT_EXTENSIONS))
                    break
                extensions[name.upper()] = value
        self._standing.advertise(verb, extensions)

    def _mail(self, to: Answered, reply: Reply, line: int) -> None:
        if reply.severity == 2 and isinstance(to, CommandSent):
            self._standing.recipients = ()
            self._standing.mail_params = frozenset(param.upper() for param in to.command.params)

    def _rcpt(self, to: Answered, reply: Reply, line: int) -> None:
        if (
            reply.severity == 2
            and isinstance(to, CommandSent)
            and self._standing.phase in (Phase.MAIL, Phase.RCPT)
        ):
            path = to.command.path
            self._standing.recipients += (path.address if path else "",)

    def _rset(self, to: Answered, reply: Reply, line: int) -> None:
        if reply.severity == 2:
            self._standing.reset(ResetCause.RSET)

    def _xclient(self, to: Answered, reply: Reply, line: int) -> None:
        """The server takes us for another client: all begins anew but TLS (Postfix, XCLIENT_README)."""
        if reply.code == 220:
            self._standing.reset(ResetCause.HELLO)
            self._standing.begin_anew()

    def _starttls(self, to: Answered, reply: Reply, line: int) -> None:
        if reply.code == 220:
            self._standing.reset(ResetCause.STARTTLS)

    def _auth(self, to: Answered, reply: Reply, line: int) -> None:
        if reply.code != 334:
            cancelled = isinstance(to, AuthResponseSent) and to.cancelled
            self._standing.secrets.auth_ended(refused=reply.code != 235 and not cancelled)


def _offers(reply: Reply) -> bool:
    """By its form it can answer nothing but EHLO: several lines, keywords that are known among them."""
    keywords = {text.split(b" ")[0].upper() for text in reply.lines[1:]}
    return reply.code == 250 and bool(keywords & _KNOWN_KEYWORDS)


def _within(span: Span, others: tuple[Span, ...]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _ends_chunks(to: Answered) -> bool:
    return isinstance(to, CommandSent) and to.command.last


_EFFECTS: dict[str, Callable[[ServerSide, Answered, Reply, int], None]] = {
    "greeting": ServerSide._greeting,
    **dict.fromkeys(HELLO, ServerSide._hello),
    "MAIL": ServerSide._mail,
    "RCPT": ServerSide._rcpt,
    "RSET": ServerSide._rset,
    "STARTTLS": ServerSide._starttls,
    "AUTH": ServerSide._auth,
    "XCLIENT": ServerSide._xclient,
}
