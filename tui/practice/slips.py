"""The slip that matters now, and the line it was made in."""

from __future__ import annotations

from tui.practice.state import Practice
from tui.smtp.events import BodyEnded, CommandSent, Found, ReplyReceived
from tui.smtp.findings import Finding, Weight

_FAILED = frozenset({4, 5})


def standing_slip(practice: Practice) -> Found | None:
    """The newest slip, or None when the server accepted the line all the same. Remarks are no slips."""
    slip = practice.slip
    if slip is None or slip.finding.weight is not Weight.SLIP:
        return None
    reply = reply_to(practice, slip)
    return slip if reply is None or reply.reply.severity in _FAILED else None


def comes_first(practice: Practice) -> str:
    """The verb that is due before the last line, however that is written; "" where it is in its turn."""
    last = (practice.slip, *practice.remarks) if practice.slip is not None else ()
    return next((one.detail for one in last if one and one.finding is Finding.OUT_OF_SEQUENCE), "")


def reply_to(practice: Practice, slip: Found) -> ReplyReceived | None:
    """The reply to the line that the slip is about, if it is there."""
    reply = practice.reply
    if reply is None or not isinstance(reply.to, CommandSent | BodyEnded) or slip.line is None:
        return None
    return reply if reply.to.line == slip.line else None


def line_of(practice: Practice, found: Found) -> bytes:
    """The line that it was found in; empty if that is a secret, or not the client's last one any more."""
    sent = practice.sent
    return sent.data if sent is not None and sent.number == found.line and not sent.secret else b""
