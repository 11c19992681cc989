"""What is wrong or loose in a command line, told before the server answers. A table of checks, each on its
own.

Spans are octets of the line. A line of the standard's form, in its turn, has no slip: that is tested.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tui.smtp.auth_slips import holds_password, initial_slips
from tui.smtp.commands import HELLO, KEYWORDS, VERBS, closing_bracket
from tui.smtp.events import CommandSent, LineEnd, Span
from tui.smtp.findings import Finding
from tui.smtp.lines import OCTETS
from tui.smtp.parameters import extension_of, is_well_written, name_of, size_limit, size_said
from tui.smtp.phases import IN_TRANSACTION, Phase
from tui.smtp.plan import Plan, out_of_sequence
from tui.smtp.secrets import CLEAR_MECHANISMS
from tui.smtp.spelling import meant_verb, near
from tui.smtp.standing import Standing
from tui.smtp.typed import FULL_WIDTH, STRUCTURE, Typed
from tui.values import value

Slip = tuple[Finding, int | None, tuple[Span, ...], str]
_Bare = tuple[Finding, tuple[Span, ...], str]

#: Octets of a command line with its end (RFC 5321 §4.5.3.1.4), of AUTH (RFC 4954 §4).
LONGEST = 512
LONGEST_AUTH = 12_288
#: What extensions add to MAIL and RCPT (RFC 1870, 6152, 6531, 4954, 3461).
LONGER_WITH = {"SIZE": 26, "8BITMIME": 17, "SMTPUTF8": 10, "AUTH": 500, "DSN": 613}

_NO_ARGUMENT = frozenset({"DATA", "RSET", "QUIT", "STARTTLS"})
_ARGUMENT_NEEDED = HELLO | {"MAIL", "RCPT", "VRFY", "EXPN", "AUTH", "BDAT", "ETRN"}
_INTERNATIONAL = frozenset({"MAIL", "RCPT", "VRFY", "EXPN"})


@value
class Sent:
    """One command line, and all that judging it needs."""

    command: CommandSent
    end: LineEnd
    typed: Typed
    standing: Standing
    plan: Plan

    @property
    def verb(self) -> str:
        return self.command.command.verb

    @property
    def argument(self) -> Span:
        """Where the argument stands, in characters."""
        text = self.typed.text
        start = len(self.verb)
        while start < len(text) and text[start] in " \t":
            start += 1
        return start, max(start, len(text.rstrip(" \t")))


def command_slips(command: CommandSent, end: LineEnd, standing: Standing, plan: Plan) -> Iterator[Slip]:
    """Every slip of one line; ``plan`` is as it was before the line."""
    typed = Typed(command.command.data)
    sent = Sent(command, end, typed, standing, plan)
    for finding, spans, detail in _slips(sent):
        octets = tuple(typed.octets(*span) for span in spans)
        yield finding, command.line, octets, detail


def _slips(sent: Sent) -> Iterator[_Bare]:
    yield from _of_transport(sent)
    if sent.command.secret and sent.verb != "AUTH":
        return  # an answer to a challenge: nothing is said about its text
    if pasted := _PASTED.match(sent.typed.text):
        yield Finding.PASTED_REPLY, (pasted.span(1),), ""
        return
    foreign = tuple(_of_characters(sent))
    yield from foreign
    verb = sent.verb
    if verb not in VERBS:
        verb = sent.typed.folded_verb if foreign else ""
        if verb not in VERBS:
            yield from _of_verb(sent)
            return
    if not foreign:
        yield from _ARGUMENTS.get(verb, _anything)(sent)
    if first := out_of_sequence(verb, sent.plan, lmtp=sent.standing.lmtp):
        again = first in HELLO and sent.standing.greeted_in_clear
        yield Finding.OUT_OF_SEQUENCE, ((0, len(verb)),), _AGAIN[first] if again else first


#: RFC 3207 §4.2: what the server learned in clear it must forget, and may offer other extensions inside TLS.
_AGAIN = {"HELO": "EHLO again", "EHLO": "EHLO again", "LHLO": "LHLO again"}

# -- the line as a whole


def _of_transport(sent: Sent) -> Iterator[_Bare]:
    standing = sent.standing
    if standing.phase is Phase.CONNECTING:
        yield Finding.TALKED_EARLY, (), ""
    elif sent.command.pipelined and "PIPELINING" not in standing.extensions:
        yield Finding.PIPELINED_UNOFFERED, (), ""
    if standing.phase is Phase.TLS:
        yield Finding.PLAINTEXT_AFTER_STARTTLS, (), ""
    if sent.end is LineEnd.LF:
        yield Finding.BARE_LF_SENT, (), ""
    limit = _limit(sent)
    length = len(sent.command.command.data) + len(OCTETS[sent.end])
    if length > limit:
        yield Finding.COMMAND_TOO_LONG, (), str(limit)


def _limit(sent: Sent) -> int:
    if sent.verb == "AUTH" or sent.command.secret:
        return LONGEST_AUTH
    if sent.verb in KEYWORDS:
        return LONGEST + sum(more for name, more in LONGER_WITH.items() if name in sent.standing.extensions)
    return LONGEST


# -- characters

_PASTED = re.compile(r"[ \t]*([2-5][0-9][0-9])(?:[ -]|$)")
_CONTROLS = re.compile(r"(?:\x1b(?:\[[0-?]*[ -/]*[@-~]|O[A-Za-z])?|[\x00-\x08\x0b-\x1a\x1c-\x1f\x7f])+")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")


def _of_characters(sent: Sent) -> Iterator[_Bare]:
    text = sent.typed.text
    if controls := tuple(match.span() for match in _CONTROLS.finditer(text)):
        yield Finding.CONTROL_TYPED, controls, ""
    if text.isascii():
        return
    inside = _international_path(sent)
    wide = [
        match.span()
        for run in FULL_WIDTH.finditer(text)
        for match in (
            STRUCTURE.finditer(text, *run.span()) if inside[0] <= run.start() < inside[1] else (run,)
        )
    ]
    if wide:
        yield Finding.FULL_WIDTH, tuple(wide), ""
    other = tuple(
        span
        for run in _NOT_ASCII.finditer(text)
        for span in _without(run.span(), wide)
        if not inside[0] <= span[0] < inside[1]
    )
    if other:
        yield Finding.EIGHT_BIT_COMMAND, other, _way_for_address(sent)


def _without(run: Span, wide: list[Span]) -> Iterator[Span]:
    """The parts of ``run`` that no span of ``wide`` covers."""
    start, stop = run
    for first, last in wide:
        if first >= stop or last <= start:
            continue
        if first > start:
            yield start, first
        start = last
    if start < stop:
        yield start, stop


def _international_path(sent: Sent) -> Span:
    """Where letters of any script are right: the argument, while SMTPUTF8 is in force (RFC 6531 §3.1)."""
    command = sent.command.command
    in_force = any(param.upper() == "SMTPUTF8" for param in command.params) or (
        sent.verb != "MAIL" and sent.plan.smtputf8
    )
    if sent.verb in ("VRFY", "EXPN"):
        in_force = command.argument.upper().endswith(" SMTPUTF8")
    return sent.argument if in_force and sent.verb in _INTERNATIONAL else (0, 0)


def _way_for_address(sent: Sent) -> str:
    """``Standing.offer`` of SMTPUTF8 where it is an address that is not ASCII; ``late`` where it is offered,
    but the mail was begun without it."""
    path = sent.command.command.path
    if path is None or path.address.isascii():
        return ""
    offer = sent.standing.offer("SMTPUTF8")
    return "late" if offer == "offered" and sent.verb == "RCPT" else offer


# -- the verb

_FIRST_WORD = re.compile(r"[ \t]*([^ \t]*)")


def _of_verb(sent: Sent) -> Iterator[_Bare]:
    text = sent.typed.text
    if sent.standing.after_chunk:
        yield Finding.PAST_CHUNK, ((0, len(text.rstrip())),) if text.strip() else (), ""
        return
    match = _FIRST_WORD.match(text)
    span = match.span(1) if match else (0, 0)
    if not text.strip():
        yield Finding.UNKNOWN_VERB, (), ""
        return
    verb = meant_verb(sent.typed.folded)
    if sent.standing.lmtp and verb in HELLO:
        verb = "LHLO"  # its only greeting (RFC 2033 §4.1)
    if verb in HELLO | {""} and sent.standing.phase in IN_TRANSACTION and len(text.split()) > 1:
        yield Finding.UNKNOWN_VERB, (span,), "text"  # nobody greets in the middle of a mail: "Hello Bob"
        return
    if verb and span[0]:
        span = (0, span[0]) if text[span[0] :].split()[0].upper() == verb else (0, span[1])
    yield (Finding.MISSPELT_VERB if verb else Finding.UNKNOWN_VERB), (span,), verb


# -- arguments


def _anything(sent: Sent) -> Iterator[_Bare]:
    yield from ()


def _none(sent: Sent) -> Iterator[_Bare]:
    start, stop = sent.argument
    if stop > start:
        yield Finding.UNEXPECTED_ARGUMENT, ((start, stop),), ""


def _some(sent: Sent) -> Iterator[_Bare]:
    if not sent.command.command.argument:
        yield Finding.MISSING_ARGUMENT, (_behind(sent),), ""


def _behind(sent: Sent) -> Span:
    """The place where something is missing."""
    stop = sent.argument[1]
    return stop, stop + 1


def _bdat(sent: Sent) -> Iterator[_Bare]:
    yield from _some(sent)
    command = sent.command.command
    if command.argument and command.chunk_octets is None:
        yield Finding.CHUNK_SIZE_INVALID, (sent.argument,), ""
    elif 0 < (limit := size_limit(sent.standing.extensions)) < (command.chunk_octets or 0):
        yield Finding.SIZE_TOO_LARGE, (sent.argument,), str(limit)


def _auth(sent: Sent) -> Iterator[_Bare]:
    yield from _some(sent)
    mechanism = sent.command.command.argument.partition(" ")[0].upper()
    if mechanism in CLEAR_MECHANISMS and not sent.command.tls:
        initial = b"".join(sent.command.command.data[start:end] for start, end in sent.command.secret)
        gone = initial.strip() not in (b"", b"=") and holds_password(mechanism, 0)
        yield Finding.PASSWORD_IN_CLEAR if gone else Finding.PASSWORD_AHEAD, (), mechanism
    for start, end in sent.command.secret:
        for finding, detail in initial_slips(sent.command.command.data[start:end].strip(), mechanism):
            yield finding, (), detail


_KEYWORD = re.compile(r"([A-Za-z]+)([ \t]*)(:?)([ \t]*)")


def _path(sent: Sent) -> Iterator[_Bare]:
    start, stop = sent.argument
    text = sent.typed.text[:stop]
    wanted = KEYWORDS[sent.verb]
    if start == stop:
        yield Finding.MISSING_ARGUMENT, (_behind(sent),), f"{wanted}:"
        return
    match = _KEYWORD.match(text, start)
    if match is None or match[1].upper() != wanted:
        yield _keyword_missing(sent, match)
        return
    if not match[3]:
        at = match.end(1)
        yield Finding.MISSING_COLON, ((at, at + 1),), f"{wanted}:"
        return
    if match[2]:
        yield Finding.SPACE_BEFORE_COLON, (match.span(2),), ""
    elif match[4]:
        yield Finding.SPACE_AFTER_COLON, (match.span(4),), ""
    if match.end() == stop:
        yield Finding.MISSING_ARGUMENT, (_behind(sent),), ""
    elif text[match.end()] == "<":
        yield from _bracketed(sent, text, match.end())
    else:
        yield from _unbracketed(sent, text, match.end())


_KEYWORD_OR_WORD = re.compile(r"[A-Za-z]+:|[^ \t]+")


def _keyword_missing(sent: Sent, match: re.Match[str] | None) -> _Bare:
    wanted = KEYWORDS[sent.verb]
    text = sent.typed.text
    start, stop = sent.argument
    if match is not None and match[1].upper() not in KEYWORDS.values():
        follows = text[match.end() : match.end() + 1]
        is_keyword = bool(match[3]) or follows == "<" or bool(match[2])
        if is_keyword and near(match[1].upper(), wanted):
            return Finding.MISSPELT_VERB, (match.span(1),), f"{sent.verb} {wanted}"
    word = _KEYWORD_OR_WORD.match(text, start, stop)
    return Finding.MISSING_KEYWORD, (word.span() if word else (start, stop),), f"{wanted}:"


_SECOND = re.compile(r"[ \t]*[,;]?[ \t]*(<[^<>]*>?|[^ \t=<>,;]+@[^ \t=<>,;]*)")
_LISTED = re.compile(r"[^ \t,;]*@[^ \t,;]*([,;][ \t]*[^ \t,;]+)")


def _bracketed(sent: Sent, text: str, start: int) -> Iterator[_Bare]:
    close = closing_bracket(text, start)
    if close < 0:
        yield Finding.UNCLOSED_BRACKET, ((start, start + 1),), ""
        return
    if sent.verb == "RCPT" and close == start + 1:
        yield Finding.EMPTY_ADDRESS, ((start, close + 1),), ""
    if second := _SECOND.match(text, close + 1):
        yield Finding.TWO_ADDRESSES, (second.span(1),), ""
    elif text[start + 1] != "@" and (listed := _LISTED.match(text, start + 1, close)):
        yield Finding.TWO_ADDRESSES, (listed.span(1),), ""
    else:
        if _lacks_domain(sent, text[start + 1 : close]):
            yield Finding.DOMAIN_MISSING, ((close, close + 1),), ""
        yield from _parameters(sent, text, close + 1)


_PARAMETER = re.compile(r"[^ \t]+")


def _parameters(sent: Sent, text: str, start: int) -> Iterator[_Bare]:
    """Behind the path. Nothing is said while the answer to a greeting is still due."""
    standing = sent.standing
    written = list(_PARAMETER.finditer(text, start))
    unoffered = [
        (one.span(), keyword)
        for one in written
        if (keyword := extension_of(sent.verb, one[0])) and keyword not in standing.extensions
    ]
    if unoffered and standing.offers_known and standing.helo == sent.plan.hello:
        detail = "HELO" if standing.helo == "HELO" else unoffered[0][1]
        yield Finding.PARAMETER_UNOFFERED, tuple(span for span, _ in unoffered), detail
    elif odd := [one for one in written if not is_well_written(sent.verb, one[0])]:
        name = name_of(odd[0][0])
        yield Finding.PARAMETER_VALUE, tuple(one.span() for one in odd if name_of(one[0]) == name), name
    limit = size_limit(standing.extensions)
    if 0 < limit < size_said(one[0] for one in written):
        spans = tuple(one.span() for one in written if name_of(one[0]) == "SIZE")
        yield Finding.SIZE_TOO_LARGE, spans, str(limit)


#: The local part, quoted or not, of an address that goes on with @ and a domain (RFC 5321 §4.1.2).
_WITH_DOMAIN = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^"@])*@.')


def _lacks_domain(sent: Sent, mailbox: str) -> bool:
    """``postmaster`` alone is the one of the server itself (RFC 5321 §4.1.1.3)."""
    address = mailbox.partition(":")[2] if mailbox.startswith("@") else mailbox
    if sent.verb == "RCPT" and address.lower() == "postmaster":
        return False
    return bool(address) and _WITH_DOMAIN.match(address) is None


def _unbracketed(sent: Sent, text: str, start: int) -> Iterator[_Bare]:
    word = text[start:].replace("\t", " ").partition(" ")[0]
    stop = start + len(word)
    opening = text.find("<", start)
    if listed := _LISTED.match(text, start):
        yield Finding.TWO_ADDRESSES, (listed.span(1),), ""
    elif "@" in word and (second := _SECOND.match(text, stop)):
        yield Finding.TWO_ADDRESSES, (second.span(1),), ""
    elif opening > start and "@" not in text[start:opening] and "=" not in text[start:opening]:
        yield Finding.MISSING_BRACKETS, ((start, opening),), ""  # a name before the address
    else:
        yield Finding.MISSING_BRACKETS, ((start, stop),), ""
        if _lacks_domain(sent, word.rstrip(">")):
            yield Finding.DOMAIN_MISSING, ((stop, stop + 1),), ""


_ARGUMENTS: dict[str, Callable[[Sent], Iterator[_Bare]]] = {
    **dict.fromkeys(_NO_ARGUMENT, _none),
    **dict.fromkeys(_ARGUMENT_NEEDED, _some),
    "MAIL": _path,
    "RCPT": _path,
    "BDAT": _bdat,
    "AUTH": _auth,
}
