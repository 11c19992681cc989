"""The slip that matters now, and the line it was made in."""

from __future__ import annotations

from tui.practice.state import Practice
from tui.smtp.events import AuthResponseSent, BodyEnded, CommandSent, Found, ReplyReceived
from tui.smtp.findings import Finding, Weight

_FAILED = frozenset({4, 5})
#: What a refusal says itself, whatever else was wrong: the time, the mechanism, TLS (RFC 4954 §6).
_SAYS_ITSELF = frozenset({421, 432, 454, 503, 504, 530, 534, 538})
#: Slips that no line of the client shows.
_IN_A_REPLY = frozenset({Finding.PROXY_HEADER_TAKEN})
#: Slips in a login, and the codes that do not speak of them.
_OF_LOGIN = {
    Finding.ANSWER_NOT_BASE64: _SAYS_ITSELF,
    Finding.ANSWER_IS_COMMAND: _SAYS_ITSELF,
    Finding.ANSWER_ENDS_LINE: _SAYS_ITSELF,
    Finding.ANSWER_WITHOUT_NUL: _SAYS_ITSELF,
    Finding.ANSWER_EQUALS_SIGN: _SAYS_ITSELF,
}


#: What many servers take, and codes by which a strict one says that it does not.
_LOOSE = frozenset({Finding.SPACE_AFTER_COLON, Finding.MISSING_BRACKETS})
_NOT_WELL_FORMED = frozenset({500, 501, 555})


def loose(practice: Practice) -> tuple[Found, ...]:
    """All that is loose in the form of the last line, and taken by many servers."""
    found = (practice.slip, *practice.remarks)
    return tuple(one for one in found if one is not None and one.finding in _LOOSE)


def standing_slip(practice: Practice) -> Found | None:
    """The newest slip, or None when the server accepted the line all the same. Remarks are no slips, unless
    the line was refused for its form. A slip that a reply tells of stands until the next reply."""
    slip = practice.slip
    if slip is None or practice.hanging_up:  # nothing can be mended any more
        return None
    if slip.finding.weight is not Weight.SLIP:
        return next((one for one in loose(practice) if _was_refused_for_its_form(practice, one)), None)
    if slip.finding in _IN_A_REPLY and (practice.reply is None or practice.reply.line != slip.line):
        return None
    if _is_of_ended_message(practice, slip):
        return None
    reply = reply_to(practice, slip)
    if reply is not None and slip.finding is Finding.PASSWORD_IN_CLEAR:
        return None  # no server refuses a login for that without saying so
    if reply is not None and slip.finding in _OF_LOGIN and reply.reply.code in _OF_LOGIN[slip.finding]:
        return None
    return slip if reply is None or reply.reply.severity in _FAILED else None


def _is_of_ended_message(practice: Practice, slip: Found) -> bool:
    """It was made in the octets of the last chunk, and the server has answered those: the message is over,
    taken or not. After DATA the dot is a line of its own, so that nothing in the text is the last then."""
    reply = practice.reply
    if reply is None or not isinstance(reply.to, CommandSent) or not reply.to.command.last:
        return False
    return slip.line is not None and reply.to.line < slip.line < reply.line


def _was_refused_for_its_form(practice: Practice, slip: Found) -> bool:
    reply = reply_to(practice, slip)
    return reply is not None and reply.reply.code in _NOT_WELL_FORMED


def header_taken(practice: Practice) -> bool:
    """The PROXY header was taken for commands: whoever is connected is not who was meant to be."""
    return any(one.finding is Finding.PROXY_HEADER_TAKEN for one in practice.first_slips)


def out_of_turn(practice: Practice) -> Found | None:
    """That the last line came too early, however it is written; None where it is in its turn."""
    last = (practice.slip, *practice.remarks) if practice.slip is not None else ()
    return next((one for one in last if one and one.finding is Finding.OUT_OF_SEQUENCE), None)


def comes_first(practice: Practice) -> str:
    """The verb that is due before the last line; "" where that is in its turn."""
    early = out_of_turn(practice)
    return early.detail.partition(" ")[0] if early is not None else ""


def reply_to(practice: Practice, slip: Found) -> ReplyReceived | None:
    """The reply to the line that the slip is about, if it is there."""
    reply = practice.reply
    if (
        reply is None
        or not isinstance(reply.to, CommandSent | AuthResponseSent | BodyEnded)
        or slip.line is None
    ):
        return None
    return reply if reply.to.line == slip.line else None


def line_of(practice: Practice, found: Found) -> bytes:
    """The line that it was found in; empty if that is a secret, or not the client's last one any more."""
    sent = practice.sent
    return sent.data if sent is not None and sent.number == found.line and not sent.secret else b""
