"""The draft: a message that was written as a whole, or the text of one that the server did not take.

It outlives a refusal and a lost connection, so that nothing has to be typed twice.
"""

from __future__ import annotations

from typing import Final

from tui.desk.composing import Composed, compose, plain
from tui.practice.suggestion import Intended
from tui.smtp.events import (
    BodyEnded,
    BodyLineSent,
    CommandSent,
    ConnectionClosed,
    Event,
    PhaseChanged,
    ReplyReceived,
)
from tui.smtp.phases import Phase

_KEPT_OCTETS: Final = 1 << 20  # of a message that is typed by hand


class Draft:
    """One per desk. A fold over the events of all its connections."""

    def __init__(self) -> None:
        self._text = ""
        self._written = False  # by a person, and not sent yet: it exists nowhere else
        self._sent: str | None = None  # what was sent as a whole into the message that is open
        self._lines: list[bytes] = []  # of that message, without the dots that stuffing added
        self._octets = 0
        #: So many lines of the last message were made the draft when the server did not take it.
        self.rescued = 0

    @property
    def text(self) -> str:
        return self._text

    @text.setter
    def text(self, text: str) -> None:
        if text != self._text:
            self._text, self._written = text, bool(text)

    @property
    def sent(self) -> bool:
        """It stands already in the message that is open: sent again it would stand there twice."""
        return bool(self._text) and self._text == self._sent

    @property
    def chunk(self) -> bytes:
        """The text as one chunk of BDAT."""
        return plain(self._text) if self._text else b""

    @property
    def following(self) -> str | None:
        """The line that comes next where the open message is being typed as the text has it, dots stuffed;
        "." behind the last. None where it is another message, or the text stands in it already."""
        if not self._text or self._sent is not None:
            return None
        lines = compose(self._text).wire.split(b"\r\n")[:-1]
        typed = len(self._lines)
        if [line.removeprefix(b".") for line in lines[:typed]] != self._lines:
            return None
        return lines[typed].decode("utf-8", "surrogateescape") if typed < len(lines) else "."

    def sending(self, text: str) -> Composed:
        """Text for the wire. It becomes the draft, unless another was written and not sent yet."""
        if not self._written:
            self.text = text
        return compose(text)

    def went_out(self, text: str) -> None:
        """All of ``text`` was sent into the open message."""
        self._sent = text
        if text == self._text:
            self._written = False

    def seen(self, event: Event) -> None:
        match event:
            case PhaseChanged(phase=Phase.MESSAGE):
                self._begin()
                self.rescued = 0
            case BodyLineSent(data=data, chunked=False):
                self._octets += len(data)
                if self._octets < _KEPT_OCTETS:
                    self._lines.append(data)
            case ReplyReceived(to=BodyEnded(), reply=reply) if reply.severity == 2:
                if self._text == self._sent:
                    self.text = ""
                self._begin()
            case ReplyReceived(to=CommandSent(command=command), reply=reply) if command.last:
                if reply.severity == 2 and command.chunk_octets == len(self.chunk):
                    self.text = ""
            case ReplyReceived(to=BodyEnded()) | ConnectionClosed():
                self._rescue()

    def _begin(self) -> None:
        self._lines, self._octets, self._sent = [], 0, None

    def _rescue(self) -> None:
        """Keep the text of a message that was not taken; not over what a person wrote and never sent."""
        lines, complete = self._lines, self._octets < _KEPT_OCTETS
        self._begin()
        if not lines or not complete or self._written:
            return
        text = b"".join(line + b"\n" for line in lines).decode("utf-8", "surrogateescape")
        # The connection may have gone before all of the draft was told as sent.
        if not compose(self._text).wire.startswith(compose(text).wire):
            self._text = text
        self.rescued = compose(self._text).lines


def letterhead(said: Intended) -> str:
    """How a message begins, by what was said beforehand; "" where nothing was."""
    if not (said.sender or said.recipients):
        return ""
    fields = [f"From: <{said.sender}>"] if said.sender else []
    fields += [f"To: {', '.join(f'<{one}>' for one in said.recipients)}"] if said.recipients else []
    return "\n".join((*fields, "Subject: ", ""))
