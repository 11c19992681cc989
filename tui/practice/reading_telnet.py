"""A pasted telnet window: no marks, so who speaks follows from where the dialogue stands.

A connection begins with a greeting (or, where the paste begins later, with a command that is answered). Then
a row is a reply when it has a code, a command when it has the form of one or was answered, message text up to
the lone dot. What fits none of these is prose: articles explain between the lines.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Final

from tui.practice import reading_one_side
from tui.practice import typed_lines as shape
from tui.smtp.display import decode

#: A paste is looked at as a whole; what is longer than this was not pasted.
MOST_OCTETS: Final = 32 << 20
_ANSWER_WITHIN: Final = 6  # rows with text between a command and its reply, in an article

#: What a row is found to be in, and the larger charset that editors mean by it.
_PASTED_CHARSETS: Final[Mapping[str, str]] = {"gbk": "gb18030", "big5": "cp950"}

#: Blanks and quotation marks before the text: a window pasted into a list, or into a reply.
_MARGIN: Final = b" \t>|"

_GREETING: Final = b"greeting"
_DOT: Final = b"."
_DATA: Final = b"DATA"
_AUTH: Final = b"AUTH"
_QUIT: Final = b"QUIT"
_ANSWERED_220: Final = (_GREETING, b"STARTTLS")


class _State(Enum):
    OUTSIDE = "outside"
    COMMAND = "command"  # nothing is due
    WAITING = "waiting"  # a reply is due
    MESSAGE = "message"
    AUTH = "auth"
    CHUNK = "chunk"


def recognises(sample: list[bytes]) -> bool:
    """There is no telling before it is tried: prose gives no steps."""
    return bool(sample)


Closing = Callable[[bytes], str | None]


def read(rows: Iterable[bytes], closing: Closing = shape.closing) -> Iterator[tuple[int, str, bytes]]:
    """The steps of every connection that is one: a command was answered, or a mail server greeted.

    Args:
        rows: the text's.
        closing: who closed the connection, if this row says so in the words of the program in the window.
    """
    # A window shows no CR: where some rows have one, a program mixed line ends of its own with the wire's.
    text = _as_utf8(bounded(row.removesuffix(b"\r") for row in rows))
    found = False
    for number, connection in enumerate(_Window(text, closing).connections(), 1):
        found = True
        for side, octets in reading_one_side.completed(connection):
            yield number, side, octets
    if not found:
        yield from ((1, side, octets) for side, octets in _answers_alone(text, closing))


def _answers_alone(rows: list[bytes], closing: Closing) -> list[tuple[str, bytes]]:
    """A text of nothing but replies, as of a mail server that nobody saw greet."""
    texts = [text for row in rows if (text := row.strip(_MARGIN))]
    only = all(shape.is_plain_reply(text) or closing(text) is not None for text in texts)
    if not (only and reading_one_side.sounds_like_mail(texts)):
        return []
    return reading_one_side.answers(texts, closing)


def bounded(rows: Iterable[bytes]) -> list[bytes]:
    """The rows, up to ``MOST_OCTETS``."""
    kept: list[bytes] = []
    size = 0
    for row in rows:
        size += len(row) + 1
        if size > MOST_OCTETS:
            break
        kept.append(row)
    return kept


def _as_utf8(rows: list[bytes]) -> list[bytes]:
    """A paste is text: saved in a Chinese charset, it is turned as a whole, so that slips are found in it.

    Each row is judged by itself, as foreign text is; the charset that explains most of them must fit all.
    """
    charsets = Counter(decode(row)[1] for row in rows if not row.isascii())
    charset, _rows = charsets.most_common(1)[0] if charsets else ("", 0)
    if charset not in _PASTED_CHARSETS:
        return rows
    try:
        return [row.decode(_PASTED_CHARSETS[charset]).encode() for row in rows]
    except UnicodeDecodeError:
        return rows


class _Connection:
    """What was said in one connection."""

    def __init__(self, *, announced: bool) -> None:
        self.steps: list[tuple[str, bytes]] = []
        self.commands = 0
        self.over = False
        self._announced = announced  # the telnet program said that it connects
        self._answered = False

    def server(self, row: bytes) -> None:
        self.steps.append(("S", row + b"\r\n"))
        self._answered = self._answered or self.commands > 0

    def client(self, row: bytes) -> None:
        self.steps.append(("C", row + b"\r\n"))
        self.commands += 1

    def closed(self, side: str) -> None:
        self.steps.append(("*", f"connection closed by {side}".encode()))
        self.over = True

    @property
    def real(self) -> bool:
        """Enough was said to call it a dialogue."""
        if not self.steps:
            return False
        if self._answered or self._announced or b"SMTP" in self.steps[0][1].upper():
            return True
        said = [octets for _side, octets in self.steps]
        return reading_one_side.is_silent(self.steps) and reading_one_side.sounds_like_mail(said)


class _Window:
    """The rows of one text, run through once from top to bottom, with a look ahead."""

    def __init__(self, rows: list[bytes], closing: Closing) -> None:
        self._rows = rows
        self._closing = closing
        self._dots = [at for at, row in enumerate(rows) if row.strip(_MARGIN) == b"."]
        self._borders = [at for at, row in enumerate(rows) if _begins_anew(row.lstrip(_MARGIN))]
        self._state = _State.OUTSIDE
        self._due: deque[bytes] = deque()  # verbs whose reply is due, oldest first
        self._connection = _Connection(announced=False)  # the one that rows belong to, or the last one
        self._announced = False
        self._indent = b""
        self._labelled = False  # commands stand behind "Step 3:"
        self._prose = True  # something else stands between the server's last line and this row
        self._message_at = 0  # the row on which the message begins
        self._chunk_left = 0
        self._handlers: Final[Mapping[_State, Callable[[int, bytes], None]]] = {
            _State.OUTSIDE: self._outside,
            _State.COMMAND: self._command,
            _State.WAITING: self._waiting,
            _State.MESSAGE: self._message,
            _State.AUTH: self._auth,
            _State.CHUNK: self._chunk,
        }

    def connections(self) -> Iterator[list[tuple[str, bytes]]]:
        """Each connection when the next one begins: the telnet program's last words may follow behind it."""
        current = self._connection
        for at, row in enumerate(self._rows):
            self._handlers[self._state](at, self._unindented(row))
            if self._connection is not current:
                if current.real:
                    yield current.steps
                current = self._connection
        if current.real:
            yield current.steps

    # -- what a row is, by the state

    def _outside(self, at: int, row: bytes) -> None:
        row = row.lstrip(_MARGIN)
        text = row[shape.label_octets(row) :]
        if shape.is_opening(text):
            self._announced = True
        elif shape.is_greeting(row) or (self._announced and shape.is_plain_reply(row)):
            self._begin(at)
            self._server(at, row)
        elif shape.is_command(text) and self._is_answered(at):
            self._begin(at, greeted=False)
            self._client(text, labelled=text != row)
        elif row and not self._prose:
            by = self._closing(row)
            if by is not None and not self._connection.over:
                self._connection.closed(by)
            self._prose = True

    def _command(self, at: int, row: bytes) -> None:
        text = self._as_command(row)
        if text is not None:
            self._client(text, labelled=shape.label_octets(row) > 0)
        elif shape.is_greeting(row):
            self._begin(at)
            self._server(at, row)
        elif shape.is_reply(row):
            self._server(at, row)
        elif not self._left(row):
            if row.strip() and not self._prose and shape.is_plain_reply(self._next_text(at)):
                self._client(row)  # no command that is known, yet it was answered
            else:
                self._pass_over(row)

    def _waiting(self, at: int, row: bytes) -> None:
        text = self._as_command(row)
        if shape.is_greeting(row) and self._due[0] not in _ANSWERED_220:
            self._begin(at)
            self._server(at, row)
        elif shape.is_reply(row):
            self._server(at, row)
        elif self._due[0] == _DOT and shape.is_dot_and_reply(row):
            self._server(at, row[1:])  # the dot was shown before; here it stands once more
        elif text is not None:
            self._client(text, labelled=shape.label_octets(row) > 0)  # pipelined
        elif not self._left(row):
            self._pass_over(row)

    def _message(self, at: int, row: bytes) -> None:
        if at < self._message_at:
            self._pass_over(row)
        elif row == b"." or (row.strip(_MARGIN) == b"." and shape.is_plain_reply(self._next_text(at))):
            self._say(b".", due=_DOT)
        elif shape.is_dot_and_reply(row):
            self._say(b".", due=_DOT)
            self._server(at, row[1:])
        elif _begins_anew(row) and not self._dot_follows(at):
            self._state = _State.OUTSIDE
            self._outside(at, row)
        elif self._closing(row) is None or self._dot_follows(at) or not self._left(row):
            labelled = self._labelled and at == self._message_at
            self._say(row[shape.label_octets(row) :] if labelled else row)

    def _auth(self, at: int, row: bytes) -> None:
        following = self._unindented(self._rows[at + 1]) if at + 1 < len(self._rows) else b""
        if shape.is_plain_reply(row):
            self._server(at, row)
        elif shape.is_plain_reply(following) or (row and shape.is_base64(row)):
            self._say(row, due=_AUTH)
        elif not self._left(row):
            self._pass_over(row)

    def _chunk(self, at: int, row: bytes) -> None:
        self._say(row)
        self._chunk_left -= len(row) + 2
        if self._chunk_left <= 0:
            self._state = _State.WAITING

    # -- what follows from it

    def _begin(self, at: int, *, greeted: bool = True) -> None:
        raw = self._rows[at]
        self._indent = raw[: len(raw) - len(raw.lstrip(_MARGIN))]
        self._connection = _Connection(announced=self._announced)
        self._announced = self._labelled = False
        self._due = deque((_GREETING,) if greeted else ())

    def _server(self, at: int, row: bytes) -> None:
        self._connection.server(row)
        self._prose = False
        if not shape.is_last_of_reply(row):
            self._state = _State.WAITING if self._due else _State.COMMAND
            return
        code = row[:3]
        if code == b"354" and _DATA in self._due:
            while self._due[0] != _DATA:
                self._due.popleft()
        answered = self._due.popleft() if self._due else b""
        if answered == _DATA and code == b"354":
            self._state, self._message_at = _State.MESSAGE, self._message_begins(at)
        elif answered == _AUTH and code == b"334":
            self._state = _State.AUTH
        elif answered == _QUIT and code[:1] == b"2":
            self._leave()
        else:
            self._state = _State.WAITING if self._due else _State.COMMAND

    def _client(self, row: bytes, *, labelled: bool = False) -> None:
        self._labelled = self._labelled or labelled
        verb = shape.verb(row)
        self._say(row, due=verb)
        octets = shape.chunk_octets(row)
        if octets:
            self._state, self._chunk_left = _State.CHUNK, octets

    def _say(self, row: bytes, *, due: bytes | None = None) -> None:
        self._connection.client(row)
        self._prose = True
        if due is not None:
            self._due.append(due)
            self._state = _State.WAITING

    def _left(self, row: bytes) -> bool:
        """The telnet program says that the connection is over, or that another one begins."""
        by = self._closing(row)
        if by is not None:
            self._connection.closed(by)
        elif shape.is_opening(row):
            self._announced = True
        else:
            return False
        self._leave()
        return True

    def _leave(self) -> None:
        self._state = _State.OUTSIDE
        self._due.clear()
        self._indent = b""

    def _pass_over(self, row: bytes) -> None:
        self._prose = self._prose or bool(row.strip())

    # -- looking around

    def _unindented(self, row: bytes) -> bytes:
        if not self._indent:
            return row
        if row.startswith(self._indent):
            return row[len(self._indent) :]
        return b"" if row.strip(_MARGIN) == b"" else row

    @staticmethod
    def _as_command(row: bytes) -> bytes | None:
        text = row[shape.label_octets(row) :].lstrip(b" \t")
        return text if shape.is_command(text) else None

    def _is_answered(self, at: int) -> bool:
        """A reply follows before long; an article may explain the command first."""
        seen = 0
        for following in range(at + 1, len(self._rows)):
            text = self._rows[following].lstrip(_MARGIN)
            if shape.is_plain_reply(text):
                return True
            seen += bool(text)
            if seen == _ANSWER_WITHIN:
                break
        return False

    def _next_text(self, at: int) -> bytes:
        """The next row that holds anything."""
        rows = (self._unindented(self._rows[row]) for row in range(at + 1, len(self._rows)))
        return next((row for row in rows if row.strip()), b"")

    def _message_begins(self, at: int) -> int:
        """The row behind the 354; where steps are labelled, the label: prose stands between."""
        dot = bisect_left(self._dots, at + 1)
        if self._labelled and dot < len(self._dots):
            rows = range(at + 1, self._dots[dot])
            return next((row for row in rows if shape.label_octets(self._rows[row])), at + 1)
        return at + 1

    def _dot_follows(self, at: int) -> bool:
        """A lone dot comes before another connection begins."""
        dot = bisect_left(self._dots, at + 1)
        border = bisect_left(self._borders, at + 1)
        if dot == len(self._dots):
            return False
        return border == len(self._borders) or self._dots[dot] < self._borders[border]


def _begins_anew(row: bytes) -> bool:
    return shape.is_greeting(row) or shape.is_opening(row)
