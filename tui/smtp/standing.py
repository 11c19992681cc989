"""Where the dialogue stands: what both sides have agreed to so far, and what is still due. Shared by both
directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from tui.smtp.awaiting import Awaiting
from tui.smtp.events import (
    Event,
    ExtensionsAdvertised,
    Found,
    PhaseChanged,
    ResetCause,
    Span,
    TransactionReset,
)
from tui.smtp.findings import TOLD_AT_MOST, TOLD_IN_A_MESSAGE, Finding
from tui.smtp.phases import IN_TRANSACTION, Phase
from tui.smtp.preamble import Preamble
from tui.smtp.secrets import Secrets


class Standing:
    """``tell`` takes each event in its order. ``lmtp``: it is LMTP that is to be spoken (RFC 2033).
    ``judges``: somebody asks for findings."""

    def __init__(
        self,
        tell: Callable[[Event], None],
        *,
        lmtp: bool = False,
        judges: bool = True,
        secrets: Secrets | None = None,
    ) -> None:
        self.tell = tell
        self.judges = judges
        self.lmtp = lmtp
        self.phase = Phase.CONNECTING
        self.awaiting = Awaiting()
        self.secrets = Secrets(secrets)
        self.tls = False
        self.helo = ""  # the verb that was accepted
        self.greeted_in_clear = False  # before TLS, which made that void, and not again since
        self.greeting_taken = ""  # the verb that a line was taken for which is none (``answers``)
        self.extensions: Mapping[str, str] = {}
        self.offers_known = False  # a greeting was answered, so what is not in ``extensions`` is not offered
        self.recipients: tuple[str, ...] = ()  # accepted in the open transaction
        self.mail_params: frozenset[str] = frozenset()  # of the open transaction, upper case
        self.preamble = Preamble()
        self.client_shown = True  # False: a record without its lines, so that no reply is unasked
        self.after_chunk = False  # the last octets of the client were those of a chunk
        self._before_auth = Phase.READY
        self._line = 0
        self._entry = 0
        self._told: Counter[Finding] = Counter()
        self._muted: set[Finding] = set()

    # -- numbers

    def next_line(self) -> int:
        self._line += 1
        return self._line

    def next_entry(self) -> int:
        """The number of the next command, auth response or end of data."""
        self._entry += 1
        return self._entry

    @property
    def lmtp_recipients(self) -> tuple[str, ...]:
        """Whom the server will answer for after the message, each on its own (RFC 2033 §4.2); none in
        SMTP."""
        return self.recipients if self.helo == "LHLO" else ()

    def offer(self, keyword: str) -> str:
        """``offered``, ``unoffered``, or "" where nobody can tell: HELO does not ask, and a record may begin
        late."""
        if keyword in self.extensions:
            return "offered"
        return "unoffered" if self.offers_known and self.helo != "HELO" else ""

    # -- telling

    def found(
        self, finding: Finding, line: int | None, spans: tuple[Span, ...] = (), detail: str = ""
    ) -> None:
        """Tell a finding, unless it was told often enough (``findings.TOLD_AT_MOST``)."""
        if not self.judges or finding in self._muted:
            return
        limit = TOLD_AT_MOST.get(finding) or TOLD_IN_A_MESSAGE.get(finding)
        if limit is not None:
            self._told[finding] += 1
            if self._told[finding] >= limit:
                self._muted.add(finding)
        self.tell(Found(finding, finding.side, line, spans, detail, muted=finding in self._muted))

    def message_begins(self) -> None:
        for finding in TOLD_IN_A_MESSAGE:
            del self._told[finding]
            self._muted.discard(finding)

    # -- changes

    def enter(self, phase: Phase) -> None:
        if phase is self.phase:
            return
        before, self.phase = self.phase, phase
        if phase is Phase.AUTH:
            self._before_auth = before
        if phase not in IN_TRANSACTION and phase is not Phase.AUTH:
            self.recipients = ()
            self.mail_params = frozenset()
        self.tell(PhaseChanged(before, phase))

    def leave_auth(self) -> None:
        """AUTH ended, well or not: back to where it began."""
        if self.phase is Phase.AUTH:
            self.enter(self._before_auth)

    def reset(self, cause: ResetCause) -> None:
        """A transaction that is open ends without a message."""
        if self.phase in IN_TRANSACTION:
            self.tell(TransactionReset(cause))

    def advertise(self, helo: str, extensions: Mapping[str, str]) -> None:
        self.helo = helo
        self.greeted_in_clear = False
        self.extensions = extensions
        self.offers_known = True
        self.tell(ExtensionsAdvertised(extensions))

    def tls_begins(self) -> None:
        """All that was learned before is void (RFC 3207 §4.2)."""
        self.tls = True
        self.greeted_in_clear = bool(self.helo)
        self.begin_anew()

    def begin_anew(self) -> None:
        """The client has to greet once more, and asks once more what is offered."""
        self.helo = self.greeting_taken = ""
        self.extensions = {}
        self.offers_known = False
