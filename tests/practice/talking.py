"""A dialogue as rows of text, folded into a practice: ``Talk().play("S: 220 hi", "C: HELO me", ...)``."""

from __future__ import annotations

from tui.practice.checklist import advance, start
from tui.practice.state import Practice, Step, StepState
from tui.smtp.dialogue import Dialogue
from tui.smtp.events import ConnectionOpened, Event, ProxyHeaderSent, TlsEstablished
from tui.smtp.findings import Side

GREETING = ("S: 220 sandbox.test ESMTP",)
HELO = (*GREETING, "C: HELO client.example", "S: 250 sandbox.test")
MAIL = (*HELO, "C: MAIL FROM:<alice@example.org>", "S: 250 2.1.0 Sender accepted")
RCPT = (*MAIL, "C: RCPT TO:<bob@sandbox.test>", "S: 250 2.1.5 Recipient accepted")
DATA = (*RCPT, "C: DATA", "S: 354 Send the message")
TYPED = (*DATA, "C: Subject: lunch", "C: ", "C: Noon?")
ACCEPTED = (*TYPED, "C: .", "S: 250 2.6.0 Message accepted")
QUIT = (*ACCEPTED, "C: QUIT", "S: 221 2.0.0 Goodbye", "* closed by server")

_MARKS = {"*": StepState.NOW, "x": StepState.REFUSED, "~": StepState.LATER, "?": StepState.WAITING}
_MARKS |= {"+": StepState.DONE, "-": StepState.TO_DO}
MARK = {state: mark for mark, state in _MARKS.items()}


class Talk:
    """``practice`` is as it stands after what was played."""

    def __init__(self, *, sandbox: bool = True, practice: Practice | None = None, lmtp: bool = False) -> None:
        self.dialogue = Dialogue(lmtp=lmtp)
        self.practice = practice or start()
        self.events: list[Event] = []
        self.tell(ConnectionOpened("localhost", "127.0.0.1", 2525, sandbox and not lmtp, lmtp=lmtp))

    def tell(self, *events: Event) -> Talk:
        for event in events:
            self.events.append(event)
            self.practice = advance(self.practice, event)
        return self

    def play(self, *rows: str | bytes) -> Talk:
        """``S: `` the server's line, ``C: `` the client's, ``* closed by server|client|nobody``, ``* reset``,
        ``* tls``, ``* proxy v1``. Bytes are the client's, as they are."""
        for row in rows:
            self.tell(*self._happened(row))
        return self

    def _happened(self, row: str | bytes) -> tuple[Event, ...]:
        if isinstance(row, bytes):
            return self.dialogue.sent(row)
        mark, text = row[:3], row[3:]
        if mark == "S: ":
            return self.dialogue.received(text.encode() + b"\r\n")
        if mark == "C: ":
            return self.dialogue.sent(text.encode() + b"\r\n")
        return {
            "* proxy v1": lambda: self.dialogue.preceded(ProxyHeaderSent("v1", "PROXY UNKNOWN")),
            "* tls": lambda: self.dialogue.tls_established(TlsEstablished("TLSv1.3", "AES")),
            "* closed by server": lambda: self.dialogue.closed(Side.SERVER),
            "* closed by client": lambda: self.dialogue.closed(Side.CLIENT),
            "* closed by nobody": lambda: self.dialogue.closed(None),
            "* reset": lambda: self.dialogue.closed(Side.SERVER, reset=True),
        }[row]()

    @property
    def states(self) -> str:
        """One mark a step: + done, * now, - to do, x refused, ~ later, ? waiting."""
        return "".join(MARK[step.state] for step in self.practice.steps)

    def step(self, id: str) -> Step:
        return next(step for step in self.practice.steps if step.id == id)


def talk(*rows: str | bytes, sandbox: bool = True) -> Talk:
    return Talk(sandbox=sandbox).play(*rows)
