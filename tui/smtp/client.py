"""The client's direction: what each sent line means, as soon as that is certain.

A line is a command, a line of the message, octets of a chunk, or the answer to a challenge. Which, is certain
at once, but for the lines sent while DATA, AUTH, BDAT or STARTTLS is unanswered: they are held until its
reply decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto

from tui.smtp.answers import answered_name, understood
from tui.smtp.auth_slips import NO_ANSWERS, answer_slips, holds_password
from tui.smtp.body import Body
from tui.smtp.command_slips import command_slips
from tui.smtp.commands import Command, parsed
from tui.smtp.display import masked
from tui.smtp.events import (
    Answered,
    AuthResponseSent,
    CommandSent,
    LineEnd,
    LineSent,
    Part,
    PlaintextDiscarded,
    Span,
)
from tui.smtp.findings import Finding
from tui.smtp.lines import Piece, SentLines
from tui.smtp.phases import Phase
from tui.smtp.plan import Plan
from tui.smtp.replies import Reply
from tui.smtp.secrets import CLEAR_MECHANISMS
from tui.smtp.standing import Standing
from tui.smtp.undecided import Line, Undecided, split

#: Replies of a server that has not understood BDAT, and so reads the octets of the chunk as commands.
BDAT_UNKNOWN = frozenset({500, 502})


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

#: verb -> the mode that the reply which the client hopes for leads to, and whether a reply is that one.
_HOPES: dict[str, tuple[Mode, Callable[[Reply], bool]]] = {
    "DATA": (Mode.MESSAGE, lambda reply: reply.code == 354),
    "AUTH": (Mode.AUTH, lambda reply: reply.code == 334),
    "BDAT": (Mode.CHUNK, lambda reply: True),  # what was no chunk is settled before: ``about_to_be_answered``
    "STARTTLS": (Mode.COMMAND, lambda reply: reply.code == 220),
}


def _without_secret(data: bytes, secret: tuple[Span, ...]) -> Command:
    """The line as a command; a secret in it is nowhere but in ``data``, whose spans say where."""
    return replace(parsed(masked(data, secret)), data=data) if secret else parsed(data)


class ClientSide:
    """Fed by the dialogue with octets, and by the server's side with the replies that decide."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self._lines = SentLines()
        self._body = Body(standing)
        self._plan = Plan()
        self._mode = Mode.COMMAND
        self._deciding: Answered | None = None  # its reply decides what the held lines are
        self._held = Undecided()
        self._chunk = 0  # octets of the present chunk whose meaning is still to be told
        self._begun: Line | None = None  # a command longer than is kept, not ended yet
        self._cut_off = b""  # the beginning of a command that went out as the end of a chunk
        self._dot: Line | None = None  # a dot that ended in a bare LF: the end if the server answers it now
        self._mechanism = ""
        self._answers = 0  # to the AUTH under way, one in its own line counted
        self._number = 0
        self._pipelined = False
        self._secret: tuple[Span, ...] = ()

    # -- octets

    def take(self, data: bytes) -> None:
        """Octets that were sent."""
        self._lines.feed(data)
        while True:
            if self._lines.held:
                self._dot_was_text()
            piece = self._lines.next()
            if piece is None:
                return
            self._sent(piece)

    def message_not_shown(self, *, lines: bool) -> None:
        """The octets that belong here are not in the record."""
        if self._decides == "BDAT":
            self._chunk = self._lines.chunk = 0
        elif self._mode is not Mode.MESSAGE:
            return
        self._body.not_shown(lines=lines)

    def pass_over(self, octets: int) -> None:
        """So many further octets of the chunk that is open were sent; what they are is not told."""
        passed = min(octets, self.chunk_left)
        self._lines.chunk -= passed
        self._chunk -= passed
        if passed and not self._chunk:
            self._mode = Mode.COMMAND
            self._standing.after_chunk = True
        self.take(b"")  # a line that waited for its end has none any more

    def flush(self) -> None:
        """Nothing more will be sent: tell the unfinished line, and what is held as the commands it was sent
        as."""
        piece = self._lines.flush()
        if piece is not None and self._deciding is not None:
            self._sent(piece)
            piece = None
        while self._deciding is not None:
            self._decided(Mode.CHUNK if self._decides == "BDAT" else Mode.COMMAND)
        if piece is not None:
            self._sent(piece)
        self._dot_was_text()
        if self._mode is Mode.MESSAGE:
            self._mode = Mode.COMMAND
            self._body.ended(None, pipelined=False)

    @property
    def _decides(self) -> str:
        """The verb whose reply is due to say what the held lines are, or ""."""
        return "" if self._deciding is None else answered_name(self._deciding)

    @property
    def part(self) -> Part:
        """What a line sent now would be."""
        return Part.UNDECIDED if self._deciding is not None else _PARTS[self._mode]

    @property
    def in_message(self) -> bool:
        """354 was given, and the dot is not sent; or a chunk has begun and not ended."""
        return (self._mode is Mode.MESSAGE and self._dot is None) or self._lines.chunk > 0

    @property
    def chunk_left(self) -> int:
        """Octets of the present chunk that were not sent yet: the server waits for them."""
        return max(0, self._lines.chunk - self._lines.held)

    @property
    def dot_is_open(self) -> bool:
        """A dot that ended in a bare LF was the last thing sent."""
        return self._dot is not None

    # -- the wire

    def _sent(self, piece: Piece) -> None:
        standing = self._standing
        if piece.first:
            if self.part is Part.COMMAND and standing.helo == "LHLO" and standing.awaiting.client_goes_on():
                standing.enter(Phase.READY)
            self._number = standing.next_line()
            self._pipelined = len(standing.awaiting) > 0
            self._secret = self._secret_spans(piece.data)
            end = LineEnd.CUT if piece.more else piece.end
            standing.tell(LineSent(self._number, piece.data, end, self.part, self._secret))
        line = Line(piece, self._number, self._pipelined, self._secret)
        if self._deciding is None:
            self._mean(line)
            return
        self._held.hold(line)
        if self._held.full:
            self._presume()

    def secret_in(self, data: bytes) -> tuple[Span, ...]:
        """What would be secret in this line, were it sent now."""
        return self._secret_spans(data)

    def _secret_spans(self, data: bytes) -> tuple[Span, ...]:
        secrets = self._standing.secrets
        if self._deciding is not None:
            return secrets.of_undecided(data) if self._decides == "AUTH" else secrets.of_command(data)
        if self._mode is Mode.AUTH:
            return secrets.of_response(data)
        return secrets.of_command(data) if self._mode is Mode.COMMAND else ()

    # -- the meaning

    def _mean(self, line: Line) -> None:
        _MEANINGS[self._mode](self, line)

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

    def _command(self, line: Line) -> None:
        whole = self._whole(line)
        if whole is None:
            return
        standing = self._standing
        before = len(self._cut_off)
        secret = tuple((before + start, before + end) for start, end in whole.secret)
        command = _without_secret(self._cut_off + whole.piece.data, secret)
        sent = CommandSent(
            standing.next_entry(),
            whole.number,
            command,
            standing.phase,
            whole.pipelined,
            standing.tls,
            secret,
        )
        standing.tell(sent)
        self._learn(sent)
        self._plan.follow(standing)
        if standing.judges and not self._cut_off:  # else its spans would point beside it
            for slip in command_slips(sent, line.piece.end, standing, self._plan):
                standing.found(*slip)
        standing.after_chunk = False
        self._cut_off = b""
        self._plan.expect(command)
        standing.awaiting.push(sent)
        if command.verb in _HOPES:
            self._await_decision(sent, command)

    def _learn(self, sent: CommandSent) -> None:
        """What the line tells about secrets."""
        secrets = self._standing.secrets
        command = sent.command
        secrets.command_follows(command.verb)
        if command.verb == "AUTH":
            self._mechanism = command.argument.partition(" ")[0].upper()
            secrets.auth_begins(self._mechanism)
            self._answers = int(bool(sent.secret or command.argument.partition(" ")[2].strip()))
            secrets.learn_argument(command.data, sent.secret, answered=bool(self._answers))
        elif sent.secret:
            secrets.learn_line(b"".join(command.data[start:end] for start, end in sent.secret))

    def _await_decision(self, sent: CommandSent, command: Command) -> None:
        if command.verb == "BDAT":
            if command.chunk_octets is None:
                return  # nobody knows how long its chunk is
            if self._standing.phase is not Phase.CHUNKING:
                self._body.begins()
            self._chunk = command.chunk_octets
            self._lines.chunk = max(0, self._chunk - self._held.octets)
        self._deciding = sent

    def _auth_response(self, line: Line) -> None:
        whole = self._whole(line)
        if whole is None:
            return
        standing = self._standing
        data = whole.piece.data
        standing.secrets.learn_response(data)
        sent = AuthResponseSent(
            standing.next_entry(),
            whole.number,
            data,
            self._mechanism,
            data == b"*",
            whole.pipelined,
            standing.tls,
            whole.secret,
        )
        standing.tell(sent)
        slips = tuple(answer_slips(data, self._mechanism))
        if self._may_hold_password(data) and not any(finding in NO_ANSWERS for finding, _detail in slips):
            standing.found(Finding.PASSWORD_IN_CLEAR, whole.number, (), self._mechanism)
        self._answers += 1
        for finding, detail in slips:
            standing.found(finding, whole.number, (), detail)
        standing.awaiting.push(sent)
        self._deciding = sent

    def _may_hold_password(self, data: bytes) -> bool:
        clear = self._mechanism in CLEAR_MECHANISMS and not self._standing.tls
        return clear and data not in (b"", b"*") and holds_password(self._mechanism, self._answers)

    def _message_line(self, line: Line) -> None:
        piece = line.piece
        self._dot_was_text()
        if not piece.first or piece.data != b"." or piece.end is LineEnd.NONE:
            self._body.text(line)
        elif piece.end is LineEnd.LF:
            self._dot = line
        else:
            self._end_message(line)

    def _end_message(self, line: Line) -> None:
        self._mode = Mode.COMMAND
        recipients = self._standing.lmtp_recipients
        ended = self._body.ended(line.number, pipelined=line.pipelined, recipients=recipients)
        self._standing.awaiting.push(ended, recipients)
        self._plan.message_ended()

    def _dot_was_text(self) -> None:
        """More was sent: a dot that ended in a bare LF, if one did, was a line like others."""
        line, self._dot = self._dot, None
        if line is not None:
            self._body.text(line)

    def _chunk_octets(self, line: Line) -> None:
        octets, rest = split(line, self._chunk)
        if rest is not None:
            self._held.put_back(rest)
        self._chunk -= len(octets.piece.octets)
        self._body.chunk(octets)
        if self._chunk == 0:
            self._mode = Mode.COMMAND
            self._standing.after_chunk = True

    # -- what the replies decide

    def dot_is_answered(self) -> None:
        """A reply came and nothing was sent since: a dot that ended in a bare LF, if one did, was the end."""
        line, self._dot = self._dot, None
        if line is not None:
            self._end_message(line)

    def about_to_be_answered(self, to: Answered, reply: Reply) -> None:
        """``reply`` to ``to`` is there and not told yet. The octets of a chunk go before it, as they did on
        the wire; if it says that the server does not know BDAT, they were no chunk."""
        if to is not self._deciding or self._decides != "BDAT":
            return
        if reply.severity != 2 and (reply.code in BDAT_UNKNOWN or self._chunk_untouched()):
            self._chunk = self._lines.chunk = 0
            return
        self._mode = Mode.CHUNK if self._chunk else Mode.COMMAND
        while self._held and self._chunk:
            self._mean(self._held.release())

    def _chunk_untouched(self) -> bool:
        """No octet of the chunk was sent: the client waited, and will send none after a refusal."""
        return not self._held and not self._lines.held and self._lines.chunk == self._chunk

    def answered(self, to: Answered, reply: Reply) -> None:
        """``to`` got its reply: it may decide what the held lines are."""
        verb = understood(to, reply.code)
        if verb not in _HOPES:
            return
        mode, is_hoped_for = _HOPES[verb]
        granted = is_hoped_for(reply)
        if to is not self._deciding:
            self._decided_late(verb, to, granted=granted)
        elif verb == "STARTTLS" and granted:
            if (piece := self._lines.flush()) is not None:
                self._sent(piece)  # still undecided
            self._discard_held()
        else:
            if verb == "DATA" and granted:
                self._body.begins()
            self._decided(mode if granted else Mode.COMMAND)

    def _decided_late(self, verb: str, to: Answered, *, granted: bool) -> None:
        """Nothing was held for this reply: what it decides was presumed, or nobody could know that it
        would."""
        mode = _HOPES[verb][0]
        if self._deciding is not None:
            return
        if not granted and self._mode is mode:
            self._mode = Mode.COMMAND
        elif granted and answered_name(to) != verb:
            if mode is Mode.MESSAGE:
                self._body.begins()
            else:
                self._mechanism, self._answers = "", 0
                self._standing.secrets.auth_begins("")
            self._mode = mode

    def _decided(self, mode: Mode) -> None:
        """The held lines are of this kind, until one of them leaves the next undecided again."""
        self._mode = Mode.COMMAND if mode is Mode.CHUNK and not self._chunk else mode
        self._deciding = None
        while self._held and self._deciding is None:
            self._mean(self._held.release())
        if self._lines.held:
            self._dot_was_text()

    def _presume(self) -> None:
        """Too much is held: take the reply that a client which does not wait counts on."""
        verb = self._decides
        if verb == "STARTTLS":
            self._held.drop_newest()  # nobody reads it, and the first part is enough to be told
            return
        if verb == "DATA":
            self._body.begins()
        self._decided(_HOPES[verb][0])

    def _discard_held(self) -> None:
        """What is held was sent between STARTTLS and TLS: nobody reads it."""
        self._deciding = None
        standing = self._standing
        lines = self._held.release_all()
        if not lines:
            return
        for number in dict.fromkeys(line.number for line in lines):
            standing.found(Finding.PLAINTEXT_AFTER_STARTTLS, number)
        standing.tell(PlaintextDiscarded(b"".join(line.piece.octets for line in lines)))

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


_MEANINGS: dict[Mode, Callable[[ClientSide, Line], None]] = {
    Mode.COMMAND: ClientSide._command,
    Mode.MESSAGE: ClientSide._message_line,
    Mode.CHUNK: ClientSide._chunk_octets,
    Mode.AUTH: ClientSide._auth_response,
}
