"""One mail transaction: who, to whom, which message, and what became of it."""

from __future__ import annotations

from typing import Any

from tui.practice.facts_message import MessageFacts
from tui.smtp.commands import Command
from tui.smtp.replies import Reply

_BY_CLASS = {2: "accepted", 4: "tempfailed", 5: "rejected"}


class TransactionFacts:
    """It opens when MAIL gets 2xx. ``outcome`` is None while it is open."""

    def __init__(self, mail: Command) -> None:
        self._mail = mail
        self._recipients: list[dict[str, Any]] = []
        self.message: MessageFacts | None = None
        self.outcome: str | None = None
        self.revivable = (
            False  # ended by a server that did not know BDAT; what it accepts next proves it open
        )

    def add_recipient(self, rcpt: Command, reply: Reply) -> None:
        """Every RCPT that was answered, refused and malformed ones too."""
        self._recipients.append(
            {
                "address": None if rcpt.path is None else rcpt.path.address,
                "params": list(rcpt.params),
                "accepted": reply.severity == 2,
                "code": reply.code,
                "enhanced": reply.enhanced,
            }
        )

    def await_deliveries(self) -> None:
        """LMTP: each accepted recipient gets a reply of its own."""
        for recipient in self._accepted():
            recipient.update(delivered=None, delivery_code=None)

    def answered(self, reply: Reply, nth: int | None) -> None:
        """The reply to the dot or to BDAT LAST; ``nth`` in LMTP."""
        if nth is not None and nth < len(self._accepted()):
            self._accepted()[nth].update(delivered=reply.severity == 2, delivery_code=reply.code)
        if self.outcome is None or reply.severity == 2:
            self.outcome = _BY_CLASS.get(reply.severity, "incomplete")

    def revive(self) -> None:
        self.outcome = None
        self.revivable = False

    def _accepted(self) -> list[dict[str, Any]]:
        return [recipient for recipient in self._recipients if recipient["accepted"]]

    def facts(self) -> dict[str, Any]:
        """By the names of DESIGN §7."""
        path = self._mail.path
        return {
            "mail_from": None if path is None else path.address,
            "mail_params": list(self._mail.params),
            "recipients": self._recipients,
            "message": self.message.facts() if self.message is not None and self.message.shown else None,
            "outcome": self.outcome,
        }
