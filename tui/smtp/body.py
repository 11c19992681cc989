"""The message as the client sends it: line by line after DATA, octet by octet in the chunks of BDAT."""

from __future__ import annotations

from tui.smtp.events import BodyEnded, BodyLineSent, LineEnd, MessageNotShown
from tui.smtp.lines import Piece
from tui.smtp.message_slips import MessageWatch
from tui.smtp.parameters import size_limit
from tui.smtp.standing import Standing
from tui.smtp.undecided import Line


class Body:
    """One message after the other. Tells its lines and what is to be said about them."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._watch = MessageWatch()

    def begins(self) -> None:
        """354 was given, or the first BDAT of a transaction sent."""
        self._standing.message_begins()
        standing = self._standing
        self._watch.begins(
            standing.mail_params, eight_bit=standing.offer("8BITMIME"), limit=size_limit(standing.extensions)
        )

    def not_shown(self, *, lines: bool) -> None:
        """What was sent is not in the record."""
        self._watch.not_shown()
        self._standing.tell(MessageNotShown(lines))

    def text(self, line: Line) -> None:
        """A line after 354, or a further piece of one. A leading dot is taken off (RFC 5321 §4.5.2).

        A lone dot that the end of the connection cut off is kept: nobody knows what was to follow it.
        """
        piece = line.piece
        data = piece.data
        cut_off = data == b"." and piece.end is LineEnd.NONE
        stuffed = piece.first and data[:1] == b"." and not cut_off
        self._tell(line, piece, data[1:] if stuffed else data, stuffed=stuffed, chunked=False)

    def chunk(self, line: Line) -> None:
        """Octets of a chunk: nothing is taken off, and a line may go on in the next chunk."""
        self._tell(line, line.piece, line.piece.data, stuffed=False, chunked=True)

    def ended(self, line: int | None, *, pipelined: bool, recipients: tuple[str, ...] = ()) -> BodyEnded:
        """By the dot on ``line``; by the end of the connection if that is None."""
        standing = self._standing
        ended = BodyEnded(standing.next_entry(), line, line is not None, pipelined, standing.tls, recipients)
        standing.tell(ended)
        if line is not None:
            for slip in self._watch.ended(line):
                standing.found(*slip)
        return ended

    def _tell(self, line: Line, piece: Piece, data: bytes, *, stuffed: bool, chunked: bool) -> None:
        watch = self._watch
        ordinal = watch.next_ordinal(first=piece.first)
        body = BodyLineSent(line.number, ordinal, data, piece.end, stuffed, watch.in_header, chunked)
        self._standing.tell(body)
        for slip in watch.slips(body, piece):
            self._standing.found(*slip)
