"""A server's reply, in one or more lines (RFC 5321 §4.2)."""

from __future__ import annotations

import re

from tui.smtp.findings import Finding
from tui.values import value

#: A reply is kept up to this many lines and octets; the rest is counted and dropped.
KEPT_LINES = 1000
KEPT_REPLY_OCTETS = 1 << 20


@value
class Reply:
    """``lines`` are the texts after the code and its separator; ``raw`` the whole lines. Secrets that the
    server echoed are masked in both. ``code`` is the last line's; 0 when it has none that can be read."""

    code: int
    lines: tuple[bytes, ...]
    raw: tuple[bytes, ...]
    enhanced: str | None = (
        None  # "2.1.0" (RFC 3463), only at the start of the first text, class as the code's
    )
    dropped: int = 0  # lines that came but are not kept

    @property
    def severity(self) -> int:
        """First digit of the code: 2 done, 3 go on, 4 later, 5 refused."""
        return self.code // 100

    @property
    def status(self) -> str:
        """Both codes as they are written: ``550 5.1.1``, or ``550`` alone."""
        return f"{self.code} {self.enhanced}" if self.enhanced else str(self.code)


@value
class ReplyLine:
    """One line read as part of a reply. ``odd``: what is wrong with its form, and where."""

    code: int
    more: bool  # a "-" behind the code
    text: bytes
    odd: tuple[tuple[Finding, tuple[int, int]], ...] = ()


#: The form of the standard; the separator may be missing only with the text (RFC 5321 §4.2: clients must
#: accept it).
plain_line = re.compile(rb"([0-9]{3})(?:([ -])(.*))?", re.DOTALL).fullmatch

_TELNET = re.compile(rb"(?:\xff[\xfb-\xfe].?|\xff[\xf0-\xfa]|\xff\Z)+", re.DOTALL)
_LEADING = re.compile(rb"[ \t\r\x00]+")
_GLUED = re.compile(rb"([0-9]{3})(.+)", re.DOTALL)
_NO_CODE = re.compile(rb"([0-9][0-9A-Za-z]{0,2})(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(rb"([245]\.[0-9]{1,3}\.[0-9]{1,3})(?![0-9A-Za-z]|\.[0-9])")


def read_line(data: bytes) -> ReplyLine | None:
    """A line without its end as part of a reply; None when it begins with nothing like a code.

    A code may stand behind blanks or telnet options, or be glued to its text. Two digits, or letters among
    them, are a code that cannot be read: 0.
    """
    match = plain_line(data)
    if match is not None:
        return ReplyLine(int(match[1]), match[2] == b"-", match[3] or b"", _out_of_range(match[1], 0))
    odd: list[tuple[Finding, tuple[int, int]]] = []
    start = 0
    if telnet := _TELNET.match(data):
        start = telnet.end()
        odd.append((Finding.TELNET_NEGOTIATION, (0, start)))
    if leading := _LEADING.match(data, start):
        if leading[0].strip(b"\r\x00"):
            odd.append((Finding.LEADING_SPACE, leading.span()))
        start = leading.end()
    if match := plain_line(data, start):
        return ReplyLine(
            int(match[1]), match[2] == b"-", match[3] or b"", (*odd, *_out_of_range(match[1], start))
        )
    if match := _GLUED.match(data, start):
        glued = Finding.TAB_SEPARATOR if match[2][:1] == b"\t" else Finding.NO_SEPARATOR
        odd.append((glued, (match.start(2), match.start(2) + 1)))
        return ReplyLine(int(match[1]), False, match[2], (*odd, *_out_of_range(match[1], start)))
    if match := _NO_CODE.fullmatch(data, start):
        odd.append((Finding.CODE_INVALID, match.span(1)))
        return ReplyLine(0, match[2] == b"-", match[3] or b"", tuple(odd))
    return None


def telnet_options(data: bytes) -> int:
    """How many octets at the start of ``data`` are telnet options (RFC 854); nothing negotiates them here."""
    match = _TELNET.match(data)
    return match.end() if match else 0


def _out_of_range(code: bytes, start: int) -> tuple[tuple[Finding, tuple[int, int]], ...]:
    if b"2" <= code[:1] <= b"5":
        return ()
    wrong = Finding.PRELIMINARY_REPLY if code[:1] == b"1" else Finding.CODE_INVALID
    return ((wrong, (start, start + 3)),)


def enhanced_code(code: int, text: bytes) -> str | None:
    """The enhanced status code (RFC 3463) that ``text`` begins with, if its class is the code's."""
    match = _ENHANCED.match(text)
    if match is None or match[1][0] - 0x30 != code // 100:
        return None
    return match[1].decode("ascii")


class ReplyCollector:
    """Puts the lines of a multi-line reply together, in bounded memory."""

    def __init__(self) -> None:
        self._lines: list[bytes] = []
        self._raw: list[bytes] = []
        self._octets = 0
        self._code: int | None = None
        self._dropped = 0

    @property
    def open(self) -> bool:
        """The last line said that more follow."""
        return self._code is not None

    @property
    def cut(self) -> bool:
        return self._dropped > 0

    def mismatches(self, code: int) -> bool:
        """``code`` is not the one that the reply began with."""
        return self._code is not None and code != self._code

    def add(self, line: ReplyLine, raw: bytes) -> Reply | None:
        """The next line; the whole reply when it was the last one."""
        self._keep(line.text, raw)
        if line.more:
            if self._code is None:
                self._code = line.code
            return None
        lines, dropped = tuple(self._lines), self._dropped
        enhanced = enhanced_code(line.code, lines[0])
        reply = Reply(line.code, lines, tuple(self._raw), enhanced, dropped)
        self.reset()
        return reply

    def add_stray(self, raw: bytes) -> None:
        """A line without a code in the middle of a reply: part of its text."""
        self._keep(raw, raw)

    def reset(self) -> None:
        self._lines, self._raw = [], []
        self._octets = self._dropped = 0
        self._code = None

    def _keep(self, text: bytes, raw: bytes) -> None:
        if len(self._lines) >= KEPT_LINES or self._octets > KEPT_REPLY_OCTETS:
            self._dropped += 1
            return
        self._lines.append(text)
        self._raw.append(raw)
        self._octets += len(raw)
