"""The checklist at the end of every recorded dialogue."""

from __future__ import annotations

import pytest

from tests.practice.recordings import NAMES, expected, steps
from tests.practice.talking import MARK
from tui.practice.checklist import advance, start
from tui.practice.replaying import replay
from tui.practice.state import Practice
from tui.smtp.dialogue import Dialogue

#: Where not all eight steps are ticked: + done, x refused, - not done.
OPEN = {
    "17-postfix-no-valid-recipients-pipelined": "+++x---+",
    "24-postfix-auth-login": "++-----+",
    "26-haraka-auth-cram-md5": "++-----+",
    "33-postfix-421-too-many-errors": "++------",
    "47-aiosmtpd-long-lines": "++++++x+",
    "50-postfix-client-drops-in-data": "+++++---",
}


def folded(name: str) -> Practice:
    practice = start()
    for batch in replay(Dialogue(), steps(name)):
        for event in batch:
            practice = advance(practice, event)
    return practice


@pytest.mark.parametrize("name", NAMES)
def test_steps_and_messages(name: str) -> None:
    practice, facts = folded(name), expected(name)
    assert "".join(MARK[step.state] for step in practice.steps) == OPEN.get(name, "++++++++")
    assert len(practice.accepted) == facts["accepted_messages"]
    taken = [one for one in facts["transactions"] if one["outcome"] == "accepted"]
    for message, transaction in zip(practice.accepted, taken, strict=True):
        assert message.envelope.reverse_path == transaction["mail_from"]
        assert [(one.address, one.accepted) for one in message.envelope.recipients] == [
            (one["address"] or "", one["accepted"]) for one in transaction["recipients"]
        ]
        assert message.octets == transaction["message"]["size_octets"]
