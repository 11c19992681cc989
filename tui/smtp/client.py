"""The client's direction: what each sent line means, as soon as that is certain.

A line is a command, a line of the message, octets of a chunk, or the answer to a challenge. Which, is certain
at once, but for the lines sent while DATA, AUTH, BDAT or STARTTLS is unanswered: they are held until its
reply decides.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

from tui.smtp.command_slips import command_slips
from tui.smtp.commands import Command, parsed
from tui.smtp.events import (
    Answered,
    AuthResponseSent,
    BodyEnded,
    BodyLineSent,
    CommandSent,
    LineEnd,
    LineSent,
    Part,
    PlaintextDiscarded,
    Span,
)
from tui.smtp.findings import Finding
from tui.smtp.lines import OCTETS, Piece, SentLines
from tui.smtp.message_slips import MessageWatch
from tui.smtp.phases import Phase
from tui.smtp.plan import Plan
from tui.smtp.replies import Reply
from tui.smtp.standing import Standing

#: Octets of undecided lines that are held. Beyond that the usual reply is presumed (354, 334, chunk
#: accepted), so that a client which does not wait cannot fill the memory; a refusal that comes after all ends
#: the message there.
HELD_OCTETS = 1 << 18

#: The verbs whose reply decides what the lines behind them are.
DECIDED_BY_REPLY = frozenset({"DATA", "AUTH", "BDAT", "STARTTLS"})

#: Replies of a server that has not understood BDAT, and so reads the octets of the chunk as commands.
_BDAT_UNKNOWN = frozenset({500, 502})


class Mode(Enum):
    """What the next line is."""

    COMMAND = auto()
    MESSAGE = auto()
    CHUNK = auto()
    AUTH = auto()


_PARTS = {
    Mode.COMMAND: Part.COMMAND,
    Mode.MESSAGE: Part.MESSAGE,
    Mode.CHUNK: Part.CHUNK,
    Mode.AUTH: Part.AUTH,
}


@dataclass(frozen=True, slots=True)
class Line:
    """A piece that is on the wire, and what was known when it went out."""

    piece: Piece
    number: int
    pipelined: bool
    secret: tuple[Span, ...]


class ClientSide:
    """Fed by the dialogue with octets, and by the server's side with the replies that decide."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._lines = SentLines()
        self._mode = Mode.COMMAND
        self._plan = Plan()
        self._watch = MessageWatch()
        self._deciding: Answered | None = None  # its reply decides what the held lines are
        self._held: deque[Line] = deque()
        self._held_octets = 0
        self._chunk = 0  # octets of the present chunk whose meaning is still to be told
        self._begun: Line | None = None  # a command longer than is kept, not ended yet
        self._cut_off = b""  # the beginning of a command that went out as the end of a chunk
        self._stuffed = False  # the line of the message that goes on lost its leading dot
        self._dot: Line | None = None  # a dot that ended in a bare LF: the end if the server answers it now
        self._mechanism = ""
        self._number = 0
        self._pipelined = False
        self._secret: tuple[Span, ...] = ()

    # -- octets

    def take(self, data: bytes) -> None:
        """Octets that were sent."""
        self._lines.feed(data)
        while True:
            if self._dot is not None and self._lines.held:
                self._dot_was_text()
            piece = self._lines.next()
            if piece is None:
                return
            self._sent(piece)

    def flush(self) -> None:
        """Nothing more will be sent: tell the unfinished line, and what is held as the commands it was sent
        as."""
        piece = self._lines.flush()
        while self._deciding is not None:
            self._decided(Mode.CHUNK if self._is_bdat(self._deciding) else Mode.COMMAND)
        if piece is not None:
            self._sent(piece)
        if self._dot is not None:
            self._dot_was_text()
        if self._mode is Mode.MESSAGE:
            self._mode = Mode.COMMAND
            self._end_message(None, complete=False, pipelined=False)

    @property
    def part(self) -> Part:
        """What a line sent now would be."""
        return Part.UNDECIDED if self._deciding is not None else _PARTS[self._mode]

    @property
    def in_message(self) -> bool:
        """354 was given, and the dot is not sent."""
        return self._mode is Mode.MESSAGE and self._deciding is None

    # -- the wire

    def _sent(self, piece: Piece) -> None:
        standing = self._standing
        if piece.first:
            if self.part is Part.COMMAND and standing.helo == "LHLO":
                standing.awaiting.client_goes_on()
            self._number = standing.next_line()
            self._pipelined = len(standing.awaiting) > 0
            self._secret = self._secret_spans(piece.data)
            end = LineEnd.CUT if piece.more else piece.end
            standing.tell(LineSent(self._number, piece.data, end, self.part, self._secret))
        line = Line(piece, self._number, self._pipelined, self._secret)
        if self._deciding is None:
            self._mean(line)
            return
        self._hold(line)
        if self._held_octets > HELD_OCTETS:
            self._presume()

    def _hold(self, line: Line) -> None:
        self._held.append(line)
        self._held_octets += len(line.piece.octets)

    def _release(self) -> Line:
        line = self._held.popleft()
        self._held_octets -= len(line.piece.octets)
        return line

    def _secret_spans(self, data: bytes) -> tuple[Span, ...]:
        secrets = self._standing.secrets
        deciding = self._deciding
        authenticating = isinstance(deciding, AuthResponseSent) or (
            isinstance(deciding, CommandSent) and deciding.command.verb == "AUTH"
        )
        if self._mode is Mode.AUTH or authenticating:
            return secrets.of_response(data)
        if self._mode is Mode.COMMAND:
            return secrets.of_command(data)
        return ()

    # -- the meaning

    def _mean(self, line: Line) -> None:
        _MEANINGS[self._mode](self, line)

    def _command(self, line: Line) -> None:
        whole = self._whole(line)
        if whole is None:
            return
        standing = self._standing
        command = parsed(self._cut_off + whole.piece.data)
        sent = CommandSent(
            standing.next_entry(),
            whole.number,
            command,
            standing.phase,
            whole.pipelined,
            standing.tls,
            whole.secret,
        )
        standing.tell(sent)
        self._learn(sent)
        self._plan.follow(standing)
        if not self._cut_off:  # else its spans would point beside it
            for slip in command_slips(sent, line.piece.end, standing, self._plan):
                standing.found(*slip)
        self._cut_off = b""
        self._plan.expect(command)
        standing.awaiting.push(sent, self._lmtp_recipients() if command.last else ())
        if command.verb in DECIDED_BY_REPLY:
            self._await_decision(sent, command)

    def _whole(self, line: Line) -> Line | None:
        """The line that ``line`` ends; None while it goes on, or if it was cut off and no server acts on
        it."""
        piece = line.piece
        if piece.more:
            self._begun = self._begun or line
            return None
        begun, self._begun = self._begun, None
        if piece.end is LineEnd.NONE:
            self._cut_off = piece.data  # of a chunk that was not taken: the server reads on in the same line
            return None
        return begun or line

    def _learn(self, sent: CommandSent) -> None:
        """What the line tells about secrets."""
        secrets = self._standing.secrets
        command = sent.command
        secrets.command_follows(command.verb)
        if command.verb == "AUTH":
            self._mechanism = command.argument.partition(" ")[0].upper()
            secrets.auth_begins(self._mechanism)
            secrets.learn_argument(command.data, sent.secret)
        elif sent.secret:
            secrets.learn_line(b"".join(command.data[start:end] for start, end in sent.secret))

    def _await_decision(self, sent: CommandSent, command: Command) -> None:
        if command.verb == "BDAT":
            if command.chunk_octets is None:
                return  # nobody knows how long its chunk is
            if self._standing.phase is not Phase.CHUNKING:
                self._message_begins()
            self._chunk = command.chunk_octets
            self._lines.chunk = max(0, self._chunk - self._held_octets)
        self._deciding = sent

    def _auth_response(self, line: Line) -> None:
        whole = self._whole(line)
        if whole is None:
            return
        line = whole
        standing = self._standing
        data = line.piece.data
        standing.secrets.learn_response(data)
        sent = AuthResponseSent(
            standing.next_entry(),
            line.number,
            data,
            self._mechanism,
            data == b"*",
            line.pipelined,
            standing.tls,
        )
        standing.tell(sent)
        standing.awaiting.push(sent)
        self._deciding = sent

    def _message_line(self, line: Line) -> None:
        piece = line.piece
        if self._dot is not None:
            self._dot_was_text()
        if piece.first and piece.data == b".":
            if piece.end is LineEnd.CRLF:
                self._mode = Mode.COMMAND
                self._end_message(line.number, complete=True, pipelined=line.pipelined)
                return
            if piece.end is LineEnd.LF:
                self._dot = line
                return
        self._text(line)

    def _text(self, line: Line) -> None:
        piece = line.piece
        data = piece.data
        if piece.first:
            # a lone dot that the connection cut off is kept: nobody knows what was to follow it
            self._stuffed = data[:1] == b"." and (data != b"." or piece.end is not LineEnd.NONE)
            if self._stuffed:
                data = data[1:]
        watch = self._watch
        body = BodyLineSent(
            line.number,
            watch.next_ordinal(first=piece.first),
            data,
            piece.end,
            self._stuffed and piece.first,
            watch.in_header,
        )
        self._standing.tell(body)
        for slip in watch.slips(body, piece):
            self._standing.found(*slip)

    def _dot_was_text(self) -> None:
        line, self._dot = self._dot, None
        if line is not None:
            self._text(line)

    def _chunk_octets(self, line: Line) -> None:
        piece = line.piece
        octets = piece.octets
        if len(octets) > self._chunk:  # a held line that the chunk's end cuts in two
            tail = octets[self._chunk :]
            text = tail[: max(0, len(piece.data) - self._chunk)]
            end = piece.end if len(tail) - len(text) == len(OCTETS[piece.end]) else LineEnd.LF
            rest = Line(Piece(text, end, True, piece.more), line.number, line.pipelined, ())
            self._held.appendleft(rest)
            self._held_octets += len(rest.piece.octets)
            piece = Piece(octets[: self._chunk], LineEnd.NONE, piece.first)
        self._chunk -= len(piece.octets)
        watch = self._watch
        if piece.octets:
            body = BodyLineSent(
                line.number,
                watch.next_ordinal(first=piece.first),
                piece.data,
                piece.end,
                False,
                watch.in_header,
                chunked=True,
            )
            self._standing.tell(body)
            for slip in watch.slips(body, piece):
                self._standing.found(*slip)
        if self._chunk == 0:
            self._mode = Mode.COMMAND

    def _end_message(self, line: int | None, *, complete: bool, pipelined: bool) -> None:
        standing = self._standing
        recipients = self._lmtp_recipients() if complete else ()
        ended = BodyEnded(standing.next_entry(), line, complete, pipelined, standing.tls, recipients)
        standing.tell(ended)
        for slip in self._watch.ended(line):
            standing.found(*slip)
        if complete:
            standing.awaiting.push(ended, recipients)
            self._plan.message_ended()

    def _lmtp_recipients(self) -> tuple[str, ...]:
        return self._standing.recipients if self._standing.helo == "LHLO" else ()

    # -- what the replies decide

    def dot_is_answered(self) -> None:
        """A reply came and nothing else was sent since: a dot that ended in a bare LF was the end after
        all."""
        line, self._dot = self._dot, None
        if line is not None:
            self._mode = Mode.COMMAND
            self._end_message(line.number, complete=True, pipelined=line.pipelined)

    @property
    def dot_is_open(self) -> bool:
        return self._dot is not None

    def about_to_be_answered(self, to: Answered, reply: Reply) -> None:
        """``reply`` to ``to`` is there and not told yet. The octets of a chunk go before it, as they did on
        the wire; if it says that the server does not know BDAT, they were no chunk."""
        if to is not self._deciding or not self._is_bdat(to):
            return
        if reply.severity != 2 and (reply.code in _BDAT_UNKNOWN or self._chunk_untouched()):
            self._chunk = self._lines.chunk = 0
            return
        self._mode = Mode.CHUNK if self._chunk else Mode.COMMAND
        while self._held and self._chunk:
            self._mean(self._release())

    def _chunk_untouched(self) -> bool:
        """No octet of the chunk was sent: the client waited, and will send none after a refusal."""
        return not self._held and not self._lines.held and self._lines.chunk == self._chunk

    def answered(self, to: Answered, reply: Reply) -> None:
        """``to`` got its reply: it may decide what the held lines are."""
        if to is not self._deciding:
            self._contradicted(to, reply)
            return
        if isinstance(to, AuthResponseSent):
            self._decided(Mode.AUTH if reply.code == 334 else Mode.COMMAND)
        elif isinstance(to, CommandSent):
            _DECISIONS[to.command.verb](self, to.command, reply)

    def _data_answered(self, command: Command, reply: Reply) -> None:
        if reply.code == 354:
            self._message_begins()
        self._decided(Mode.MESSAGE if reply.code == 354 else Mode.COMMAND)

    def _auth_answered(self, command: Command, reply: Reply) -> None:
        self._decided(Mode.AUTH if reply.code == 334 else Mode.COMMAND)

    def _bdat_answered(self, command: Command, reply: Reply) -> None:
        self._decided(Mode.CHUNK)

    def _starttls_answered(self, command: Command, reply: Reply) -> None:
        if reply.code != 220:
            self._decided(Mode.COMMAND)
            return
        if (piece := self._lines.flush()) is not None:
            self._sent(piece)  # still undecided
        self._discard_held()

    def _discard_held(self) -> None:
        """What is held was sent between STARTTLS and TLS: nobody reads it."""
        self._deciding = None
        standing = self._standing
        discarded = b"".join(line.piece.octets for line in self._held)
        if discarded:
            for number in dict.fromkeys(line.number for line in self._held):
                standing.found(Finding.PLAINTEXT_AFTER_STARTTLS, number)
            standing.tell(PlaintextDiscarded(discarded))
        self._held.clear()
        self._held_octets = 0

    def _message_begins(self) -> None:
        self._standing.message_begins()
        self._watch.begins(self._standing.mail_params)

    def _decided(self, mode: Mode) -> None:
        """The held lines are of this kind, until one of them leaves the next undecided again."""
        self._mode = mode if mode is not Mode.CHUNK or self._chunk else Mode.COMMAND
        self._deciding = None
        while self._held and self._deciding is None:
            self._mean(self._release())
        if self._deciding is None and self._mode is Mode.CHUNK:
            self._lines.chunk = self._chunk
        if self._dot is not None and self._lines.held:
            self._dot_was_text()

    def _presume(self) -> None:
        """Too much is held: take the reply that a client which does not wait counts on."""
        deciding = self._deciding
        if isinstance(deciding, AuthResponseSent):
            self._decided(Mode.AUTH)
        elif isinstance(deciding, CommandSent):
            verb = deciding.command.verb
            if verb == "DATA":
                self._message_begins()
                self._decided(Mode.MESSAGE)
            elif verb == "STARTTLS":
                self._held_octets -= len(
                    self._held.pop().piece.octets
                )  # the first part is enough to be shown
            else:
                self._decided(Mode.AUTH if verb == "AUTH" else Mode.CHUNK)

    def _contradicted(self, to: Answered, reply: Reply) -> None:
        """A refusal of what was presumed: the lines from here on are commands."""
        if self._mode is Mode.MESSAGE and isinstance(to, CommandSent) and to.command.verb == "DATA":
            if reply.code != 354 and self._deciding is None:
                self._mode = Mode.COMMAND
        elif self._mode is Mode.AUTH and reply.code != 334 and isinstance(to, CommandSent | AuthResponseSent):
            self._mode = Mode.COMMAND

    @staticmethod
    def _is_bdat(deciding: Answered) -> bool:
        return isinstance(deciding, CommandSent) and deciding.command.verb == "BDAT"

    def tls_begins(self) -> None:
        """The plaintext stream ends here, in the middle of whatever it was."""
        if (piece := self._lines.flush()) is not None:
            self._sent(piece)
        self._discard_held()
        self._lines.chunk = self._chunk = 0
        self._begun = self._dot = None
        self._cut_off = b""
        self._mode = Mode.COMMAND
        self._plan = Plan()


_MEANINGS = {
    Mode.COMMAND: ClientSide._command,
    Mode.MESSAGE: ClientSide._message_line,
    Mode.CHUNK: ClientSide._chunk_octets,
    Mode.AUTH: ClientSide._auth_response,
}

_DECISIONS = {
    "DATA": ClientSide._data_answered,
    "AUTH": ClientSide._auth_answered,
    "BDAT": ClientSide._bdat_answered,
    "STARTTLS": ClientSide._starttls_answered,
}
