"""What is wrong or loose in what a server says."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from tui.smtp.answers import answered_name
from tui.smtp.display import MASK, decode
from tui.smtp.events import Answered, LineEnd, Span
from tui.smtp.findings import Finding
from tui.smtp.replies import Reply, telnet_options

Bare = tuple[Finding, tuple[Span, ...], str]

LONGEST = 512  # octets of a reply line with its end (RFC 5321 §4.5.3.1.5)
SPANS_KEPT = 50  # of one finding in one line

#: A line of which nothing more than its length can be wrong.
plain_text = re.compile(rb"[\x20-\x7e]*").fullmatch

_CRS = re.compile(rb"\r+")
#: C0 but tab, DEL, and in UTF-8: C1, bidi and invisible controls. Joiners are none: emoji and Persian need
#: them.
_CONTROLS = re.compile(
    rb"(?:[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b\x8e\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf])+"
)


def line_slips(data: bytes, end: LineEnd) -> Iterator[Bare]:
    """About one line, whatever it means."""
    if end is LineEnd.LF:
        yield Finding.BARE_LF_RECEIVED, (), ""
    if len(data) + 2 > LONGEST and end is not LineEnd.CUT:
        yield Finding.REPLY_LINE_TOO_LONG, (), str(len(data) + 2)
    if plain_text(data):
        return
    skipped = telnet_options(data)
    if crs := _spans(_CRS, data, skipped):
        yield Finding.BARE_CR_RECEIVED, crs, ""
    if controls := _spans(_CONTROLS, data, skipped):
        yield Finding.CONTROL_RECEIVED, controls, ""
    charset = decode(data[skipped:])[1]
    if charset not in ("ascii", "utf-8"):
        yield Finding.NOT_UTF8, (), charset


def _spans(pattern: re.Pattern[bytes], data: bytes, start: int) -> tuple[Span, ...]:
    found = []
    for match in pattern.finditer(data, start):
        found.append(match.span())
        if len(found) == SPANS_KEPT:
            break
    return tuple(found)


# -- another protocol behind the port

_SIGNS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"HTTP/[0-9]|<!doctype|<html", re.I), "http"),
    (re.compile(rb"[\x14-\x17]\x03[\x00-\x04]"), "tls"),
    (re.compile(rb"SSH-[0-9]"), "ssh"),
    (re.compile(rb"\+OK"), "pop3"),
    (re.compile(rb"\* (?:OK|PREAUTH|BYE)"), "imap"),
    (re.compile(rb"220[ -](?!.*(?:SMTP|mail)).*\bFTP|220[ -].*(?:ftpd|FileZilla)", re.I), "ftp"),
)
_TEXT = frozenset(range(0x20, 0x7F)) | frozenset(b"\t\r")


def foreign_protocol(data: bytes) -> str:
    """Which other protocol speaks, judged by its first line: "http", "tls", "ssh" …, "binary", or ""."""
    for sign, name in _SIGNS:
        if sign.match(data):
            return name
    data = data[telnet_options(data) :]
    if data[:3].isdigit() or decode(data)[1]:
        return ""
    strange = sum(octet not in _TEXT for octet in data)
    return "binary" if strange * 3 > len(data) else ""


# -- a code that does not fit what it answers

#: verb -> the codes of success that RFC 5321 §4.3.2 and the extensions know; a class stands for all of its
#: codes.
_SUCCESS: dict[str, frozenset[int]] = {
    "greeting": frozenset({220}),
    "DATA": frozenset({354}),
    "AUTH": frozenset({235, 334}),
    "STARTTLS": frozenset({220}),
}
_USUAL = frozenset({2})


def reply_slips(reply: Reply, to: Answered | None) -> Iterator[Bare]:
    """About a whole reply and what it answers; the spans are of its last line."""
    if reply.code == 421:
        yield Finding.SHUTTING_DOWN, (), ""
    if to is None or reply.severity not in (2, 3):
        return
    what = answered_name(to)
    expected = _SUCCESS.get(what, _USUAL)
    if reply.code not in expected and reply.severity not in expected:
        yield Finding.UNEXPECTED_CODE, code_spans(reply.raw[-1]), what
    if what == "AUTH" and reply.code == 334 and not _is_base64(reply.lines[0]):
        length = len(reply.raw[-1])
        spans = ((length - len(reply.lines[0]), length),) if len(reply.lines) == 1 else ()
        yield Finding.CHALLENGE_NOT_BASE64, spans, ""


_CODE = re.compile(rb"[0-9][0-9A-Za-z]{0,2}")


def code_spans(line: bytes) -> tuple[Span, ...]:
    """Where the code of a reply stands in its last line; nowhere if that line was dropped."""
    if line[2:3].isdigit() and line[:2].isdigit():
        return ((0, 3),)
    match = _CODE.search(line)
    return (match.span(),) if match else ()


def _is_base64(text: bytes) -> bool:
    if MASK.encode() in text:
        return True  # nobody knows what is hidden
    try:
        base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True
