"""The message being typed, as it will be stored, as far as exercises ask about it: a fold over its lines."""

from __future__ import annotations

import re
from dataclasses import replace

from tui.practice.noting import FIELDS_KEPT, field_name
from tui.smtp.events import BodyLineSent, LineEnd
from tui.values import value

#: A message may be endless; nobody types more by hand.
LINES_KEPT = 500


@value
class Field:
    """A header field: its lower-case name, its value, and the lines that continue it (RFC 5322 §2.2.3)."""

    name: str
    first: str
    more: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        """Unfolded, without the blanks around it; a full-width one is no blank."""
        return "".join((self.first, *self.more)).strip(" \t\r\n")


@value
class Letter:
    fields: tuple[Field, ...] = ()
    blank_line: bool = False
    body: tuple[str, ...] = ()
    body_lines: int = 0  # that are not empty; all of them, also those that are not kept
    ended: bool = False  # the lone dot was sent
    growing: bool = False  # the last field may still be continued

    @property
    def header_over(self) -> bool:
        return self.blank_line or self.ended

    def field(self, name: str) -> Field | None:
        """The first field of this lower-case name."""
        return next((one for one in self.fields if one.name == name), None)


def written(letter: Letter, event: BodyLineSent) -> Letter:
    """The letter with one more line."""
    text = event.data.decode("utf-8", "replace")
    if not event.in_header:
        lines = letter.body_lines + bool(text.strip())
        body = (*letter.body, text) if len(letter.body) < LINES_KEPT else letter.body
        return replace(letter, body=body, body_lines=lines, growing=False)
    if not event.data and event.end is not LineEnd.NONE:
        return replace(letter, blank_line=True, growing=False)
    if text[:1] in {" ", "\t"}:
        return _continued(letter, text)
    name = field_name(event.data)
    if text[len(name) :][:1] != ":":  # a blank before the colon: many programs see no field there
        name = ""
    if not name or len(letter.fields) >= FIELDS_KEPT:
        return replace(letter, growing=False)
    return replace(letter, fields=(*letter.fields, Field(name, text.partition(":")[2])), growing=True)


def _continued(letter: Letter, text: str) -> Letter:
    if not letter.growing or len(letter.fields[-1].more) >= LINES_KEPT:
        return letter
    last = letter.fields[-1]
    return replace(letter, fields=(*letter.fields[:-1], replace(last, more=(*last.more, text))))


# -- addresses in a field

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_ANGLED = re.compile(r"<\s*([^<>]*?)\s*>")
_BARE = re.compile(r"[^\s<>,;:\"()\[\]]+@[^\s<>,;:\"()]+")
_COMMENT = re.compile(r"\([^()]*\)")


def addresses(text: str) -> tuple[str, ...]:
    """The addresses that a field names (RFC 5322 §3.4), each as ``folded``; names and comments are passed
    over."""
    plain = _COMMENT.sub(" ", _QUOTED.sub(" ", text))
    found: list[str] = []
    for part in re.split(r"[,;]", plain):
        angled = _ANGLED.search(part)
        one = angled[1] if angled else next(iter(_BARE.findall(part)), "")
        if "@" in one:
            found.append(folded(one))
    return tuple(found)


def folded(address: str) -> str:
    """To compare by: the domain in lower case (RFC 5321 §2.4)."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{domain.lower()}" if at else address


_NAMED = re.compile(r"\s*(?P<name>[^<>]+?)\s*<[^<>@\s]+@[^<>@\s]+>\s*")


def is_named_address(text: str) -> bool:
    """``Name <local@domain>``, the name quoted or not."""
    match = _NAMED.fullmatch(text)
    return match is not None and bool(match["name"].strip(' "'))
