"""Does a message hold what an exercise asks for? Judged while it is typed, and for good when it ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from enum import Enum

from tui.practice.exercise import Content, Form, Names
from tui.practice.letter import Field, Letter, addresses, folded, is_named_address
from tui.practice.state import Envelope

_DAY = 86400.0


class Judged(Enum):
    MET = "met"
    OPEN = "open"  # what follows may still meet it
    FAILED = "failed"  # tried, or too late


def judge(content: Content, letter: Letter, envelope: Envelope, now: float) -> Judged:
    """``now``: seconds since the epoch, for a date that must be recent."""
    verdicts = [one for rule in _RULES for one in (rule(content, letter, envelope, now),) if one is not None]
    if Judged.FAILED in verdicts:
        return Judged.FAILED
    return Judged.OPEN if Judged.OPEN in verdicts else Judged.MET


def _late(met: bool, over: bool) -> Judged:
    """What only more lines could meet fails when none can come."""
    if met:
        return Judged.MET
    return Judged.FAILED if over else Judged.OPEN


def _header(content: Content, letter: Letter, envelope: Envelope, now: float) -> Judged | None:
    if not content.header:
        return None
    field = letter.field(content.header)
    if field is None:
        return _late(False, letter.header_over)
    growing = letter.growing and field is letter.fields[-1]
    if content.form is not None and not _FORMS[content.form](field, now):
        return _late(False, not (growing and _may_grow(content.form, field)))
    if content.names is not None and not _names(content.names, field, envelope):
        return _late(False, not growing or content.names in _HOPELESS)
    if content.recipients is not None:
        named = set(addresses(field.value)) & _accepted(envelope)
        if len(named) != content.recipients:
            return _late(False, not growing or len(named) > content.recipients)
    return Judged.MET


def _absent(content: Content, letter: Letter, envelope: Envelope, now: float) -> Judged | None:
    if not content.absent:
        return None
    return Judged.FAILED if letter.field(content.absent) else _late(letter.header_over, False)


def _hidden(content: Content, letter: Letter, envelope: Envelope, now: float) -> Judged | None:
    if not content.hidden:
        return None
    text = "\n".join(one.value.casefold() for one in letter.fields)
    if any(one.casefold() in text for one in content.hidden):
        return Judged.FAILED
    return _late(letter.header_over, letter.ended)


def _blank_line(content: Content, letter: Letter, envelope: Envelope, now: float) -> Judged | None:
    return _late(letter.blank_line, letter.ended) if content.blank_line else None


def _body_lines(content: Content, letter: Letter, envelope: Envelope, now: float) -> Judged | None:
    return _late(letter.body_lines >= content.body_lines, letter.ended) if content.body_lines else None


def _body(content: Content, letter: Letter, envelope: Envelope, now: float) -> Judged | None:
    if not content.body:
        return None
    lines = iter(letter.body)
    return _late(all(wanted in lines for wanted in content.body), letter.ended)


_RULES: tuple[Callable[[Content, Letter, Envelope, float], Judged | None], ...] = (
    _header,
    _absent,
    _hidden,
    _blank_line,
    _body_lines,
    _body,
)


# -- whom a field names


def _accepted(envelope: Envelope) -> set[str]:
    return {folded(one.address) for one in envelope.accepted}


def _names(wanted: Names, field: Field, envelope: Envelope) -> bool:
    named = set(addresses(field.value))
    sender = folded(envelope.reverse_path) in named
    recipient = bool(named & _accepted(envelope))
    return {
        Names.SENDER: sender,
        Names.NOT_SENDER: bool(named) and not sender,
        Names.RECIPIENT: recipient,
        Names.NO_RECIPIENT: bool(field.value) and not recipient,
    }[wanted]


#: Another line of the field cannot take an address away again.
_HOPELESS = frozenset({Names.NOT_SENDER, Names.NO_RECIPIENT})


# -- the form of a field

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
_DATE = re.compile(
    r"(?:(?P<weekday>[A-Z][a-z]{2}),\s*)?(?P<day>\d{1,2})\s+(?P<month>[A-Z][a-z]{2})\s+(?P<year>\d{4})\s+"
    r"(?P<hour>\d{2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s+(?P<zone>[+-]\d{4}|GMT|UT)"
    r"(?:\s*\([^()]*\))?"
)
_MESSAGE_ID = re.compile(r"<[^<>@\s]+@[^<>@\s]+>")


def date_of(text: str) -> float | None:
    """Seconds since the epoch of a date-time (RFC 5322 §3.3), or None when it is none: the day of the week,
    where it is given, must be the right one."""
    match = _DATE.fullmatch(text)
    if match is None or match["month"] not in _MONTHS:
        return None
    zone = match["zone"] if match["zone"][0] in "+-" else "+0000"
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:])) * (-1 if zone[0] == "-" else 1)
    try:
        found = datetime(
            int(match["year"]),
            _MONTHS.index(match["month"]) + 1,
            int(match["day"]),
            int(match["hour"]),
            int(match["minute"]),
            min(int(match["second"] or 0), 59),
            tzinfo=timezone(offset),
        )
        seconds = found.timestamp()
    except (ValueError, OverflowError):
        return None
    weekday = match["weekday"]
    return seconds if weekday in {None, _DAYS[found.weekday()]} else None


def date_text(now: float) -> str:
    """This moment as a date-time, in UTC."""
    moment = datetime.fromtimestamp(now, UTC)
    month, day = _MONTHS[moment.month - 1], _DAYS[moment.weekday()]
    return f"{day}, {moment.day} {month} {moment.year} {moment:%H:%M:%S} +0000"


def _recent(field: Field, now: float) -> bool:
    date = date_of(field.value)
    return date is not None and abs(date - now) <= _DAY


def _distant(field: Field, now: float) -> bool:
    return date_of(field.value) is not None and not _recent(field, now)


def _folded(field: Field, now: float) -> bool:
    return any(line.strip() for line in field.more) and bool(field.first.strip())


_FORMS: dict[Form, Callable[[Field, float], bool]] = {
    Form.TEXT: lambda field, now: bool(field.value),
    Form.ADDRESS: lambda field, now: bool(addresses(field.value)),
    Form.NO_ADDRESS: lambda field, now: bool(field.value) and not addresses(field.value),
    Form.NAMED_ADDRESS: lambda field, now: is_named_address(field.value),
    Form.DATE: lambda field, now: date_of(field.value) is not None,
    Form.RECENT_DATE: _recent,
    Form.DISTANT_DATE: _distant,
    Form.MESSAGE_ID: lambda field, now: _MESSAGE_ID.fullmatch(field.value) is not None,
    Form.FOLDED: _folded,
}


def _may_grow(form: Form, field: Field) -> bool:
    """May a further line of the field still bring this form? A name may get its address there; an address
    gets no name any more."""
    if form is Form.NAMED_ADDRESS:
        return not addresses(field.value)
    return form in {Form.FOLDED, Form.TEXT}
